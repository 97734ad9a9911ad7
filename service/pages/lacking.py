"""What a record lacks of Object ID, in the words of its page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from data.completeness import Missing, completeness_of
from data.register import RegisteredObject

NINE: Final[Mapping[str, str]] = MappingProxyType(
    {
        "type_path": "Type of object",
        "materials": "Materials and techniques",
        "measurements": "Measurements",
        "inscriptions": "Inscriptions and markings",
        "distinguishing_features": "Distinguishing features",
        "title": "Title",
        "subject": "Subject",
        "date": "Date or period",
        "maker": "Maker",
    }
)
"""The nine questions of Object ID by the fields that answer them."""
NAMES: Final[Mapping[str, str]] = MappingProxyType({**NINE, "description": "Description"})


@dataclass(frozen=True, slots=True)
class Part:
    """Something that lacks: its name, what to add, what that is good for, and whether something of it is there."""

    name: str
    add: str
    why: str
    partly: bool

    @classmethod
    def of(cls, missing: Missing) -> Part:
        """What lacks, named as the page names it."""
        name = NAMES[missing.part] if missing.view is None else missing.view.value.capitalize()
        return cls(name, missing.add, missing.why, missing.partly)


@dataclass(frozen=True, slots=True)
class Lacking:
    """What to add to a record, the most useful first.

    answered  how many of the nine questions are, be it in part
    percent   of all that would help to recognise the object
    first     what to add before all; None: nothing lacks
    """

    answered: int
    percent: int
    first: Part | None
    questions: tuple[Part, ...]
    photographs: tuple[Part, ...]


def lacking(found: RegisteredObject) -> Lacking:
    """What lacks of an object of which every field is seen."""
    told = completeness_of(found)
    parts = [(each, Part.of(each)) for each in told.missing]
    open_questions = {each.part for each in told.missing if each.part in NINE and not each.partly}
    return Lacking(
        answered=len(NINE) - len(open_questions),
        percent=int(100 * told.share),
        first=parts[0][1] if parts else None,
        questions=tuple(part for each, part in parts if each.view is None),
        photographs=tuple(part for each, part in parts if each.view is not None),
    )
