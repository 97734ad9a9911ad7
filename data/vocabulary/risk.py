"""Which categories of the Red Lists a record falls in. That is a reason to look closely, and no match.

Type, origin and period are compared, each as far as the record tells. A category is only flagged where the origin
agrees, the type or the period agrees too, and neither of them differs: the type alone says nothing, there are vases
everywhere.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from data.object_id import ObjectRecord
from data.period import period_of
from data.vocabulary.red_lists import Category, RedList, Words, red_lists, searchable
from data.vocabulary.terms import CONTEXTS, Term, types

NO_MATCH: Final = (
    "This is a category at risk, not a match: it does not say that this object was stolen or looted. "
    "Ask for papers that show where it was found and how it left the country."
)


class Aspect(StrEnum):
    """What is compared."""

    type = "type"
    origin = "origin"
    period = "period"


class Agreement(StrEnum):
    """How a record and a category compare in one aspect."""

    agrees = "agrees"
    differs = "differs"
    unknown = "unknown"


@dataclass(frozen=True, slots=True)
class RiskFlag:
    """A record falls in a category at risk.

    agreed, unknown  in which aspects it does, and which the record does not tell
    why              the same in words
    """

    list: RedList
    category: Category
    agreed: tuple[Aspect, ...]
    unknown: tuple[Aspect, ...]
    why: str

    @property
    def name(self) -> str:
        """The category with its list, in a line."""
        return f"{self.category.name} ({self.list.title}, {self.list.year})"


@dataclass(frozen=True, slots=True)
class _Told:
    """What a record tells, made ready once for all categories.

    named   folded texts in which the name of a place or a culture tells the origin
    titled  the same, and the title: it tells a culture ("Nok head"), while a place in it may be what is shown
    """

    teller: str
    terms: tuple[Term, ...]
    named: str
    titled: str
    first: int | None
    last: int | None


def risk_flags(record: ObjectRecord, teller: str = "The record") -> tuple[RiskFlag, ...]:
    """The categories that a record falls in, those first in which most aspects agree.

    teller  who tells what is known, as the words of a flag name it
    """
    told = _told(record, teller)
    flags = [flag for red_list in red_lists() for flag in _flags(told, red_list)]
    return tuple(sorted(flags, key=lambda flag: len(flag.unknown)))


def _told(record: ObjectRecord, teller: str) -> _Told:
    date = record.date
    if date is not None and date.earliest is None and date.latest is None:
        date = period_of(date.text)
    named = (record.place_of_origin, record.maker, record.date.text if record.date else "", *record.type_path)
    return _Told(
        teller=teller,
        terms=types().terms_of(record.type_path),
        named=searchable(named),
        titled=searchable((*named, record.title)),
        first=date.earliest if date else None,
        last=date.latest if date else None,
    )


def _flags(told: _Told, red_list: RedList) -> Iterator[RiskFlag]:
    named: dict[Words, str] = {}  # most categories share the places of their list
    for category in red_list.categories:
        if category.places not in named:
            named[category.places] = category.places.found_in(told.named)
        word = category.cultures.found_in(told.titled) or named[category.places]
        if word and (flag := _flag(told, red_list, category, word)):
            yield flag


def _flag(told: _Told, red_list: RedList, category: Category, word: str) -> RiskFlag | None:
    """The flag of a category with whose origin the record agrees by this word."""
    compared = {
        Aspect.type: _type(told.terms, category),
        Aspect.origin: Agreement.agrees,
        Aspect.period: _period(told, category),
    }
    agreed, differing, unknown = (
        tuple(aspect for aspect, how in compared.items() if how == wanted)
        for wanted in (Agreement.agrees, Agreement.differs, Agreement.unknown)
    )
    if differing or len(agreed) < 2:
        return None
    return RiskFlag(
        red_list, category, agreed, unknown, _why(told, red_list, category, word, agreed, unknown)
    )


def _type(terms: Sequence[Term], category: Category) -> Agreement:
    """Unknown where the record is too general to tell: a sculpture may be a bust, an archaeological object anything."""
    if not category.types:
        return Agreement.unknown
    vocabulary = types()
    if any(vocabulary.is_within(term, key) for term in terms for key in category.types):
        return Agreement.agrees
    above = {each.key for key in category.types for each in vocabulary.path(vocabulary.get(key))}
    tells = any(term.key not in above | CONTEXTS for term in terms)
    return Agreement.differs if tells else Agreement.unknown


def _period(told: _Told, category: Category) -> Agreement:
    if (told.first is None and told.last is None) or (category.first is None and category.last is None):
        return Agreement.unknown
    too_early = told.last is not None and category.first is not None and told.last < category.first
    too_late = told.first is not None and category.last is not None and told.first > category.last
    return Agreement.differs if too_early or too_late else Agreement.agrees


def _why(
    told: _Told,
    red_list: RedList,
    category: Category,
    word: str,
    agreed: Sequence[Aspect],
    unknown: Sequence[Aspect],
) -> str:
    together = f"{', '.join(agreed[:-1])} and {agreed[-1]}".capitalize()
    rest = f" {told.teller} does not tell the {unknown[0]}." if unknown else ""
    return (
        f"{together} agree with \u201c{category.name}\u201d of the {red_list.title} ({red_list.year}); "
        f"the origin by the word \u201c{word}\u201d.{rest}"
    )
