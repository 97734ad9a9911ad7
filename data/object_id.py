"""The Object ID record: what a register keeps about one stolen or missing object.

Object ID is the international standard for describing cultural objects (ICOM; Getty Information Institute,
1997): nine questions, a short description and a few additional categories. A register adds who reports the
object, under which case, when and where it was lost, and whether it is still sought.

Every model here is frozen and refuses unknown fields and values of another type: a number is no day, true is no
year. Text is normalised as data.text says.
"""

import datetime as dt
import re
from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated, Any, Final, Literal, Self, get_args

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from data.text import LongText, ShortText, at_least_one, at_most, clean_short

TYPE_LEVELS: Final = 6
"""Most levels of a type, general to special."""
MEASUREMENTS: Final = 40
"""Most measurements of one object."""
EARLIEST_YEAR: Final = -5_000_000
LATEST_YEAR: Final = 9_999


class Status(StrEnum):
    """Whether the object is sought, and why."""

    stolen = "stolen"
    missing = "missing"
    looted = "looted"
    found = "found"  # in safe hands, the owner is unknown
    recovered = "recovered"
    withdrawn = "withdrawn"
    merged = "merged"  # it is the same object as another one, which is kept


SEARCHABLE: Final = frozenset({Status.stolen, Status.missing, Status.looted, Status.found})
"""The statuses under which an object answers searches: all but recovered, withdrawn and merged."""
GIVEN: Final = tuple(one for one in Status if one is not Status.merged)
"""The statuses that a record can be given. An object becomes merged by being merged, which says into which."""


class ViewKind(StrEnum):
    """What a photograph shows of its object (the kinds that Object ID asks for)."""

    overall = "overall"
    back = "back"
    detail = "detail"
    inscription = "inscription"
    damage = "damage"
    signature = "signature"
    scale = "scale"


TypeLevel = Annotated[ShortText, AfterValidator(at_least_one)]

LengthUnit = Literal["mm", "cm", "m", "in", "ft"]
WeightUnit = Literal["g", "kg", "oz", "lb"]
Unit = Literal["mm", "cm", "m", "in", "ft", "g", "kg", "oz", "lb"]
LENGTHS: Final = frozenset({"height", "width", "depth", "diameter", "length", "thickness", "circumference"})
"""The dimensions that are lengths; any other word is allowed too ("height of the frame")."""

_UNIT_WORDS: Final = {
    "millimetre": "mm", "millimeter": "mm", "centimetre": "cm", "centimeter": "cm",
    "metre": "m", "meter": "m",
    "inch": "in", "inches": "in", '"': "in", "\u2033": "in",
    "foot": "ft", "feet": "ft", "'": "ft", "\u2032": "ft",
    "gram": "g", "gramme": "g", "gr": "g", "kilogram": "kg", "kilo": "kg", "ounce": "oz", "pound": "lb", "lbs": "lb",
}  # fmt: skip


def unit_of(word: object) -> object:
    """The unit that a word stands for ("Inches" is "in"); anything else comes back, to be refused."""
    if not isinstance(word, str):
        return word
    plain = word.strip().lower().rstrip(".")
    return _UNIT_WORDS.get(plain) or _UNIT_WORDS.get(plain.removesuffix("s")) or plain


def _refuse_truth(given: object) -> object:
    """Else true would be read as 1."""
    if isinstance(given, bool):
        raise ValueError("is no number")  # noqa: TRY004  pydantic reports these, and lets a TypeError through
    return given


class Measurement(BaseModel):
    """One measurement: which dimension, how much, in which unit."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    dimension: Annotated[
        str,
        AfterValidator(clean_short),
        AfterValidator(str.lower),
        AfterValidator(at_least_one),
        at_most(60),
    ] = Field(
        description="height, width, depth, diameter, length, thickness, circumference, weight, or other"
    )
    value: Annotated[
        Decimal,
        BeforeValidator(_refuse_truth),
        Field(gt=0, lt=10_000_000, decimal_places=4, allow_inf_nan=False),
    ] = Field(description="how much, above 0, up to four decimal places")
    unit: Annotated[Unit, BeforeValidator(unit_of)] = Field(description="mm, cm, m, in, ft, g, kg, oz or lb")

    @model_validator(mode="after")
    def _unit_fits_dimension(self) -> Self:
        is_weight_unit = self.unit in get_args(WeightUnit)
        if self.dimension == "weight" and not is_weight_unit:
            raise ValueError(f"weight cannot be given in {self.unit}: use g, kg, oz or lb")
        if self.dimension in LENGTHS and is_weight_unit:
            raise ValueError(f"{self.dimension} cannot be given in {self.unit}: use mm, cm, m, in or ft")
        return self

    def __str__(self) -> str:
        return f"{self.dimension} {self.value.normalize():f} {self.unit}"


Year = Annotated[int, Field(strict=True, ge=EARLIEST_YEAR, le=LATEST_YEAR)]

_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def _refuse_what_is_no_day(given: object) -> object:
    """Else numbers, and digits in quotes, would be read as seconds since 1970."""
    is_day = isinstance(given, dt.date) and not isinstance(given, dt.datetime)
    if is_day or (isinstance(given, str) and _DAY.fullmatch(given)):
        return given
    raise ValueError("is no day; write it as 2024-11-02, in quotes")


Day = Annotated[dt.date, BeforeValidator(_refuse_what_is_no_day)]


class DatePeriod(BaseModel):
    """When the object was made: as written, and as a range of years (years before Christ are negative)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: ShortText = Field(default="", description="as one would write it: about 1880, early 17th century")
    earliest: Year | None = Field(default=None, description="first possible year, negative before Christ")
    latest: Year | None = Field(default=None, description="last possible year")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.earliest is not None and self.latest is not None and self.earliest > self.latest:
            raise ValueError(f"earliest ({self.earliest}) is after latest ({self.latest}): swap them")
        return self

    def is_empty(self) -> bool:
        """Whether it says nothing at all."""
        return not self.text and self.earliest is None and self.latest is None


class TheftDetails(BaseModel):
    """When, where and how the object was lost. Often only a range of days is known."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    earliest: Day | None = Field(default=None, description="first day on which it may have happened")
    latest: Day | None = Field(default=None, description="last day on which it may have happened")
    place: ShortText = ""
    circumstances: LongText = ""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.earliest is not None and self.latest is not None and self.earliest > self.latest:
            raise ValueError(f"earliest ({self.earliest}) is after latest ({self.latest}): swap them")
        return self

    def is_empty(self) -> bool:
        """Whether it says nothing at all."""
        return self.earliest is None and self.latest is None and not self.place and not self.circumstances


class OwnerDetails(BaseModel):
    """Whose the object is, for the register's own people: see data.visibility."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    name: ShortText = Field(default="", description="person, company or institution")
    contact: LongText = Field(default="", description="address, telephone, agent")

    def is_empty(self) -> bool:
        """Whether it says nothing at all."""
        return not self.name and not self.contact


EXAMPLE: Final[dict[str, Any]] = {
    "type_path": ["paintings", "oil paintings", "still lifes"],
    "materials": "oil on oak panel, bevelled on four sides",
    "measurements": [
        {"dimension": "height", "value": "46.5", "unit": "cm"},
        {"dimension": "width", "value": "38", "unit": "cm"},
    ],
    "inscriptions": "lower left in red: I. Maarsen f. 1652; on the back a wax seal with a heron",
    "distinguishing_features": "old repair of 6 cm in the upper right corner; small loss above the lemon",
    "title": "Lemon, pewter jug and oysters",
    "subject": "half-peeled lemon, pewter jug, oysters and a blue napkin on a stone ledge",
    "date": {"text": "1652", "earliest": 1652, "latest": 1652},
    "maker": "Isaac Maarsen",
    "description": "A lemon is half peeled over the edge of a ledge; behind it stands a dented pewter jug.",
    "inventory_number": "K 1187",
    "related_written_material": "collection catalogue of 1931, no. 44",
    "place_of_origin": "Haarlem",
    "related_objects": "pendant: Walnuts and a glass of wine, same size, not stolen",
    "date_documented": "2021-03-09",
    "authority": "Police of Veldermond",
    "case_reference": "2024-11-0732",
    "theft": {
        "earliest": "2024-11-02",
        "latest": "2024-11-04",
        "place": "Veldermond, town hall",
        "circumstances": "taken from the council chamber over a weekend, frame left behind",
    },
    "owner": {"name": "Town of Veldermond", "contact": "town clerk, Market 1, Veldermond"},
    "status": "stolen",
}
"""A full record of an invented object, shown in the API's documentation."""


def _refuse_merged(status: Status) -> Status:
    if status is Status.merged:
        raise ValueError("cannot be given: merge the object with the one that it is the same as")
    return status


class ObjectRecord(BaseModel):
    """One object: the nine questions of Object ID, the description, the additional categories, the case."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        hide_input_in_errors=True,  # an error may end in a log, and its text would quote owners
        json_schema_extra={"examples": [EXAMPLE]},
    )

    type_path: Annotated[tuple[TypeLevel, ...], Field(max_length=TYPE_LEVELS)] = Field(
        default=(),
        description="type of object, general first: ceramics, vase, amphora; two levels at least",
    )
    materials: LongText = Field(default="", description="materials and techniques")
    measurements: Annotated[tuple[Measurement, ...], Field(max_length=MEASUREMENTS)] = ()
    inscriptions: LongText = Field(default="", description="inscriptions and markings, and where they are")
    distinguishing_features: LongText = Field(default="", description="damage, repairs, what no copy has")
    title: ShortText = Field(default="", description="the name by which the object is known")
    subject: LongText = Field(default="", description="what is pictured or represented")
    date: DatePeriod | None = Field(default=None, description="when it was made")
    maker: ShortText = Field(default="", description="person, company or cultural group")
    description: LongText = Field(default="", description="a short description in sentences")
    inventory_number: ShortText = Field(default="", description="number given by its holder")
    related_written_material: LongText = ""
    place_of_origin: ShortText = Field(default="", description="place of origin or discovery")
    related_objects: LongText = Field(default="", description="cross-reference to related objects")
    date_documented: Day | None = Field(default=None, description="day of this description")
    authority: ShortText = Field(default="", description="who reports it: police, museum, agent")
    case_reference: ShortText = Field(default="", description="the authority's number for the case")
    theft: TheftDetails | None = Field(default=None, description="when, where and how it was lost")
    owner: OwnerDetails | None = Field(default=None, description="whose it is; for registrars only")
    status: Annotated[Status, AfterValidator(_refuse_merged)] = Field(
        default=Status.stolen, description="recovered, withdrawn and merged ones answer no searches"
    )

    @model_validator(mode="before")
    @classmethod
    def _drop_empty_parts(cls, given: Any) -> Any:
        """A date, theft or owner that says nothing is none, so that one object has one way to be written."""
        if not isinstance(given, dict):
            return given
        return {name: None if _says_nothing(name, part) else part for name, part in given.items()}

    @model_validator(mode="after")
    def _can_be_recognised(self) -> Self:
        if not (self.title or self.type_path or self.description or self.inventory_number):
            raise ValueError("give at least one of title, type_path, description, inventory_number")
        return self


PARTS: Final[Mapping[str, type[DatePeriod | TheftDetails | OwnerDetails]]] = MappingProxyType(
    {"date": DatePeriod, "theft": TheftDetails, "owner": OwnerDetails}
)
"""The fields of a record that have parts."""


def _says_nothing(name: str, part: object) -> bool:
    if name not in PARTS:
        return False
    if isinstance(part, DatePeriod | TheftDetails | OwnerDetails):
        return part.is_empty()
    return isinstance(part, dict) and all(
        value is None or (isinstance(value, str) and not value.strip()) for value in part.values()
    )
