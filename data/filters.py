"""What somebody asks the register for, field by field: the value that narrows a search."""

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Annotated, Final, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from data.object_id import Day, Measurement, Status, Year
from data.query import Query

MOST_SIZES: Final = 10
"""Measurements that can be asked for at once."""
TOLERANCE: Final = Decimal(5)
"""Per cent by which a measurement may differ unless told otherwise: frames, mounts and rulers differ by that."""


def _with_words(text: str) -> str:
    """The text in one line, or nothing. Raises WordsRefused, a ValueError."""
    return Query.of(text).text if text.strip() else ""


Words = Annotated[str, AfterValidator(_with_words)]


class Size(Measurement):
    """A measurement that is asked for, and by how much it may differ."""

    tolerance: Annotated[Decimal, Field(ge=0, le=100, allow_inf_nan=False)] = Field(
        default=TOLERANCE, description="by how many per cent it may be more or less"
    )


class Filters(BaseModel):
    """Fields that objects must agree with, each that is given. Those that are empty ask for nothing.

    Words of a field are found as words of a whole record are: every one must occur in it, whole or as a part, whatever
    its case and accents. Type and materials may also say it by other terms of the vocabulary: in another language, by a
    narrower one or a broader one, where data.field_comparison calls that agreeing. Periods overlap; an object of which
    the register does not know the period agrees with none.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: Words = Field(default="", description="words of the title")
    maker: Words = Field(default="", description="words of the maker's name")
    type: Words = Field(
        default="", description="words of the type, of any level, in any language of the vocabulary"
    )
    materials: Words = Field(
        default="", description="words of materials and techniques, in any language of the vocabulary"
    )
    subject: Words = Field(default="", description="words of what is represented")
    inscriptions: Words = Field(default="", description="words of inscriptions and markings")
    made_from: Year | None = Field(default=None, description="made in this year or later")
    made_to: Year | None = Field(default=None, description="made in this year or before")
    theft_place: Words = Field(default="", description="words of the place of the theft")
    theft_from: Day | None = Field(default=None, description="lost on this day or later")
    theft_to: Day | None = Field(default=None, description="lost on this day or before")
    status: tuple[Status, ...] = Field(default=(), description="one of these statuses")
    measurements: Annotated[tuple[Size, ...], Field(max_length=MOST_SIZES)] = ()

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        for what, first, last in (
            ("made", self.made_from, self.made_to),
            ("theft", self.theft_from, self.theft_to),
        ):
            if first is not None and last is not None and first > last:  # type: ignore[operator]  # two of a kind
                raise ValueError(f"{what}_from ({first}) is after {what}_to ({last}): swap them")
        return self

    @property
    def given(self) -> tuple[str, ...]:
        """The names of the fields that ask for something."""
        return tuple(name for name in type(self).model_fields if getattr(self, name) not in ("", None, ()))


TEXTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "title": "title",
        "maker": "maker",
        "type": "type_path",
        "materials": "materials",
        "subject": "subject",
        "inscriptions": "inscriptions",
        "theft_place": "theft_place",
    }
)
"""The filters that are words, with the column that holds them."""

READS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "title": ("title",),
        "maker": ("maker",),
        "type": ("type_path",),
        "materials": ("materials",),
        "subject": ("subject",),
        "inscriptions": ("inscriptions",),
        "made_from": ("date.earliest", "date.latest"),
        "made_to": ("date.earliest", "date.latest"),
        "theft_place": ("theft.place",),
        "theft_from": ("theft.earliest", "theft.latest"),
        "theft_to": ("theft.earliest", "theft.latest"),
        "status": ("status",),
        "measurements": ("measurements",),
    }
)
"""The fields of the record that each filter reads, parts behind a dot: who may not see them may not ask for them."""
