"""What was said of the object in hand, and how it compares with the candidates: as a search record keeps it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Final

from pydantic import BaseModel, ConfigDict, Field

from data.field_outcome import FieldComparison, Outcome
from data.registered import RegisteredObject
from indexer.answer import Narrowed
from service.in_hand import InHand

LISTED: Final = 20
"""Objects without a usable picture that a record lists by their names."""
NO_PROBABILITY: Final = (
    "What was said is held against each record for people to weigh. It changes no probability and no verdict."
)


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class FieldRecord(_Frozen):
    """One thing that was said of the object in hand, beside what is registered."""

    field: str = Field(description="What is compared: `type`, `measurements`, `inscriptions`, ...")
    asked: str = Field(description="What was said.")
    registered: str = Field(description="What the record said at that moment; empty: nothing.")
    outcome: Outcome
    words: str = Field(description="How they compare, for a reader.")

    @classmethod
    def of(cls, compared: FieldComparison) -> FieldRecord:
        """What the record keeps of a comparison."""
        return cls(**asdict(compared))


class AskedRecord(_Frozen):
    """What was said of the object in hand."""

    fields: dict[str, str] = Field(description="The fields that were given, as they were written.")
    narrowed: bool = Field(description="Whether only objects that agree with all of them were searched.")
    corrections: tuple[str, ...] = Field(description="Which words were looked for otherwise when narrowing.")
    meaning: str = Field(description="What comparing fields means, and what it does not.")

    @classmethod
    def of(cls, known: InHand, corrections: Iterable[str]) -> AskedRecord | None:
        """What the record keeps; None where nothing was said."""
        if not known.said:
            return None
        return cls(
            fields=dict(known.said),
            narrowed=known.narrow,
            corrections=tuple(corrections),
            meaning=NO_PROBABILITY,
        )


class PicturelessRecord(_Frozen):
    """An object that agrees and that no photo can find."""

    object_id: int
    title: str
    type_path: tuple[str, ...]
    maker: str

    @classmethod
    def of(cls, found: RegisteredObject) -> PicturelessRecord:
        """What the record says of it."""
        record = found.record
        return cls(object_id=found.id, title=record.title, type_path=record.type_path, maker=record.maker)


class NarrowedCoverage(_Frozen):
    """What was searched of it where that was narrowed to objects that agree with all fields."""

    objects: int = Field(
        description="Objects that agree with all fields and that searches are meant to find."
    )
    photographs: int = Field(description="Photographs of them that were searched.")
    without_usable_picture: int = Field(description="Those of the objects that no photo could find.")
    pictureless: tuple[PicturelessRecord, ...] = Field(
        description=f"The first {LISTED} of these: look at them yourself."
    )

    @classmethod
    def of(cls, narrowed: Narrowed, listed: Iterable[RegisteredObject]) -> NarrowedCoverage:
        """What the record says of it. `listed`: the first of those without a picture."""
        return cls(
            objects=narrowed.objects,
            photographs=narrowed.photographs,
            without_usable_picture=len(narrowed.pictureless),
            pictureless=tuple(map(PicturelessRecord.of, listed)),
        )
