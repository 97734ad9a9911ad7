"""The object in hand: what a searcher says of it beside the photos, read as forms and commands send it.

One set of fields, those by which records are found. They are held against each candidate's record, which changes no
probability, and against the Red Lists; and only where that is asked for they narrow what is searched.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from types import MappingProxyType
from typing import Any, Final, get_type_hints

from data.filters import Filters
from data.finding import NOTHING
from data.folding import in_one_line
from data.object_id import TYPE_LEVELS, DatePeriod, ObjectRecord
from data.query import Query, WordsRefused
from data.vocabulary.risk import RiskFlag, risk_flags
from data.vocabulary.terms import types
from service.asked import LONGEST_FIELD, FieldsAsked, FieldsRefused
from service.yes_or_no import TRUE_OR_FALSE, yes_or_no

ORIGIN: Final = "place_of_origin"
NARROW: Final = "narrow"


@dataclass(frozen=True, slots=True)
class InHand:
    """What is known of the object in hand.

    said     the fields that were given, as they were written, in one line each
    filters  the same as records are found by them
    origin   place of origin or discovery: it is compared, and narrows nothing
    narrow   whether only objects that agree with all filters are searched
    """

    said: Mapping[str, str] = field(default_factory=dict)
    filters: Filters = NOTHING
    origin: str = ""
    narrow: bool = False

    def risk_flags(self) -> tuple[RiskFlag, ...]:
        """The categories at risk that what was said falls in: no match with anything."""
        if not self.said:
            return ()
        asked = self.filters
        levels = [level.strip() for level in asked.type.split(">")]
        named = [term.label() for term in types().terms_in(asked.type)]
        described = ObjectRecord(
            type_path=tuple(level for level in dict.fromkeys([*levels, *named]) if level)[:TYPE_LEVELS],
            title=asked.title,
            maker=asked.maker,
            place_of_origin=self.origin,
            date=DatePeriod(earliest=asked.made_from, latest=asked.made_to),
            description="An object that somebody has in hand.",
        )
        return risk_flags(described, "What was said of it")


NOTHING_SAID: Final = InHand()


def in_hand(given: Mapping[str, str]) -> InHand:
    """Read the fields of a form, of which empty ones say nothing. Raises FieldsRefused."""
    lines = {name: in_one_line(given.get(name, "")) for name in SCHEMAS}
    wrong = [
        (name, f"has {len(text)} characters; {SCHEMAS[name]['maxLength']} are taken")
        for name, text in lines.items()
        if len(text) > SCHEMAS[name].get("maxLength", len(text))
    ]
    narrow = yes_or_no(lines[NARROW])
    if narrow is None:
        wrong.append((NARROW, TRUE_OR_FALSE.lower()))
    if wrong:
        raise FieldsRefused(wrong)
    asked = FieldsAsked(**{each.name: lines[each.name] for each in fields(FieldsAsked)})
    filters = asked.filters()
    if narrow and not filters.given:
        raise FieldsRefused([(NARROW, "there is no field to narrow by; fill one in, or do not narrow")])
    origin = _origin(lines[ORIGIN])
    said = {name: text for name, text in asked.given.items() if text}
    return InHand(said | ({ORIGIN: origin} if origin else {}), filters, origin, bool(narrow))


def _origin(text: str) -> str:
    try:
        return Query.of(text).text if text else ""
    except WordsRefused as refused:
        raise FieldsRefused([(ORIGIN, str(refused).removesuffix("."))]) from refused


def _schema(name: str) -> dict[str, Any]:
    """How the API describes a field: as GET /find does."""
    (described,) = _HINTS[name].__metadata__
    (longest,) = (each.max_length for each in described.metadata if hasattr(each, "max_length"))
    return {
        "type": "string",
        "maxLength": longest,
        "description": described.description,
        "examples": described.examples,
    }


_HINTS: Final = get_type_hints(FieldsAsked, include_extras=True)
SCHEMAS: Final[Mapping[str, dict[str, Any]]] = MappingProxyType(
    {
        **{each.name: _schema(each.name) for each in fields(FieldsAsked)},
        ORIGIN: {
            "type": "string",
            "maxLength": LONGEST_FIELD,
            "description": "Words of the place where it was made or found. Narrows nothing.",
            "examples": ["Haarlem"],
        },
        NARROW: {
            "type": "string",
            "enum": ["true", "false"],
            "default": "false",
            "description": "`true`: search only objects whose records agree with all of these fields.",
        },
    }
)
"""The fields of a search's form that say what is known of the object, each as a JSON schema."""
