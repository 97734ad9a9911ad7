"""One thing that was said of an object in hand, beside what is registered, and how that is told."""

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from data.folding import in_one_line


class Outcome(StrEnum):
    """How a record compares with what was said of the object."""

    agrees = "agrees"
    disagrees = "disagrees"
    unknown = "unknown"


COMPARED: Final = MappingProxyType(
    {
        "type": ("type_path",),
        "materials": ("materials",),
        "measurements": ("measurements",),
        "inscriptions": ("inscriptions",),
        "title": ("title",),
        "subject": ("subject",),
        "maker": ("maker",),
        "made": ("date.text", "date.earliest", "date.latest"),
        "place_of_origin": ("place_of_origin",),
        "lost": ("theft.earliest", "theft.latest"),
        "theft_place": ("theft.place",),
        "status": ("status",),
    }
)
"""What is compared, with the fields of the record that it reads, parts behind a dot."""


_NAMES: Final = MappingProxyType(
    {
        **{name: name for name in COMPARED},
        "place_of_origin": "place of origin",
        "theft_place": "place of the theft",
        "lost": "day of the theft",
        "made": "date",
    }
)
_SHORT: Final = 200
"""Characters of a registered text that are repeated beside what was said."""


@dataclass(frozen=True, slots=True)
class FieldComparison:
    """One thing that was said, beside what is registered.

    field       one of COMPARED
    asked       what was said, in words
    registered  what the record says; empty: nothing
    words       how they compare, for a reader
    """

    field: str
    asked: str
    registered: str
    outcome: Outcome
    words: str


def told(field: str, asked: str, registered: str, outcome: Outcome, says: str) -> FieldComparison:
    """Something that was said beside what is registered."""
    words = f"{_named(field, asked)}, registered {_short(registered)}: {outcome}, {says}"
    return FieldComparison(field, asked, registered, outcome, words)


def untold(field: str, asked: str, what: str = "") -> FieldComparison:
    """Something that was said and of which the record tells nothing; `what` it would be."""
    says = f"{_named(field, asked)}: unknown, the record tells no {what or _NAMES[field]}"
    return FieldComparison(field, asked, "", Outcome.unknown, says)


def _named(field: str, asked: str) -> str:
    return asked if field == "measurements" else f"{_NAMES[field]} {asked}"


def _short(text: str) -> str:
    """So much of a text that it can be read beside another one."""
    line = in_one_line(text)
    return line if len(line) <= _SHORT else f"{line[:_SHORT].rstrip()}\u2026"
