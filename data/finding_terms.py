"""What the index of words and fields holds of a record: its terms, its numbers, its measurements.

A term is a folded word. Words of the fields that can be asked for by themselves are held a second time, behind a mark
that says which field it is ("t_horse": horse in the title); no folded word holds an underscore, so none is mistaken
for a marked one. Type and materials are held by what they mean as well (data.finding_concepts). Both databases hold the
same terms, so both find the same.
"""

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from data.finding_concepts import concepts_of
from data.folding import fold
from data.object_id import Status

TITLE: Final = "t_"
MAKER: Final = "m_"
TYPE: Final = "y_"
THEFT_PLACE: Final = "p_"
ANYWHERE: Final = ""
MARKS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "title": TITLE,
        "maker": MAKER,
        "type_path": TYPE,
        "materials": "a_",
        "subject": "s_",
        "inscriptions": "i_",
        "theft_place": THEFT_PLACE,
    }
)
"""The fields that can be asked for by themselves, as the columns are called, with the mark of each."""
WORDS_OF: Final = (
    "title", "maker", "type_path", "materials", "subject", "inscriptions", "distinguishing_features", "description",
    "date_text", "place_of_origin", "inventory_number", "related_written_material", "related_objects",
)  # fmt: skip
"""What words are looked for in. Who reports an object, under which case and how it was lost describe no object."""
NUMBERS_OF: Final = ("date_earliest", "date_latest", "theft_earliest", "theft_latest", "status")

LONGEST_TERM: Final = 60
"""Letters of a term; a longer word is held in pieces that overlap by half."""
LONGEST_PART: Final = LONGEST_TERM // 2
"""Letters that are sure to stand together in one piece of a longer word."""
MOST_BYTES: Final = 900_000
"""Of all words of one object in UTF-8: PostgreSQL keeps a megabyte. No record of sense comes near; concepts come on
top, of which a whole vocabulary is some ten kilobytes."""
SHORTEST_PART: Final = 3
"""Letters of a word that is also looked for as a part of longer ones."""

_MICRO: Final = {
    "mm": Decimal(1_000), "cm": Decimal(10_000), "m": Decimal(1_000_000), "in": Decimal(25_400), "ft": Decimal(304_800),
    "g": Decimal(1_000_000), "kg": Decimal(1_000_000_000),
    "oz": Decimal("28349523.125"), "lb": Decimal(453_592_370),
}  # fmt: skip
"""Micrometres and micrograms of the units; inch, foot, ounce and pound as agreed on internationally in 1959."""
_OPEN: Final = 10_000_000
"""Beyond every year and every day: an end that is not known."""


@dataclass(frozen=True, slots=True)
class Span:
    """First and last year, or day by its ordinal; None for both where nothing is known."""

    first: int | None
    last: int | None

    @classmethod
    def of(cls, first: int | None, last: int | None) -> "Span":
        """A span of which one end may be unknown: it is open there."""
        if first is None and last is None:
            return cls(None, None)
        return cls(-_OPEN if first is None else first, _OPEN if last is None else last)


def terms_of(columns: Mapping[str, Any]) -> list[str]:
    """The terms of an object, each once, from its columns `WORDS_OF` and `theft_place`: words, then concepts."""
    found: dict[str, None] = {}
    for name in WORDS_OF:
        words, mark = _words(columns[name]), MARKS.get(name)
        found |= dict.fromkeys(words)
        if mark:
            found |= dict.fromkeys(mark + word for word in words)
    found |= dict.fromkeys(THEFT_PLACE + word for word in _words(columns["theft_place"]))
    return [*_at_most(found, MOST_BYTES), *dict.fromkeys(concepts_of(columns))]


def _words(value: str | list[str]) -> list[str]:
    text = value if isinstance(value, str) else " ".join(value)
    return [piece for word in fold(text).split() for piece in _pieces(word)]


def _pieces(word: str) -> Iterator[str]:
    if len(word) <= LONGEST_TERM:
        yield word
        return
    for start in range(0, len(word) - LONGEST_PART, LONGEST_PART):
        yield word[start : start + LONGEST_TERM]


def _at_most(terms: Mapping[str, None], most: int) -> Iterator[str]:
    for term in terms:
        most -= len(term.encode())
        if most < 0:
            return
        yield term


def asked_for(word: str) -> tuple[str, ...]:
    """A word of a query as it is looked for: one that is very long by its pieces, which must all occur."""
    if len(word) <= LONGEST_PART:
        return (word,)
    starts = [*range(0, len(word) - LONGEST_PART, LONGEST_PART), len(word) - LONGEST_PART]
    return tuple(word[start : start + LONGEST_PART] for start in starts)


def may_be_part(word: str) -> bool:
    """Whether a word is also looked for at the beginning of longer ones; a short one would begin half of them.

    In scripts that write no spaces or have no case ("Lo"), a single letter says as much as a word elsewhere.
    """
    return len(word) >= SHORTEST_PART or any(map(_stands_for_a_word, word))


def grams_of(term: str) -> set[str]:
    """What a term is known by to those who look for a part of it, or for what is spelt alike.

    Three letters each, with ^ before the first and $ behind the last, and single letters of scripts without case.
    None for a number: part of one is another number, and so is what is spelt alike.
    """
    if term.isdecimal():
        return set()
    edged = f"^{term}$"
    return threes(edged) | {letter for letter in term if _stands_for_a_word(letter)}


def threes(text: str) -> set[str]:
    """Every three letters that stand together."""
    return {text[at : at + 3] for at in range(len(text) - 2)}


def _stands_for_a_word(letter: str) -> bool:
    return unicodedata.category(letter) == "Lo"


def facts_of(columns: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of `search_facts`, from the columns `NUMBERS_OF`."""
    made = Span.of(columns["date_earliest"], columns["date_latest"])
    days = (columns["theft_earliest"], columns["theft_latest"])
    lost = Span.of(*(day and day.toordinal() for day in days))
    return {
        "status": columns["status"],
        "made_first": made.first,
        "made_last": made.last,
        "lost_first": lost.first,
        "lost_last": lost.last,
    }


def dimension_of(text: str) -> str:
    """A dimension as it is compared: "Height (with frame)" is "height with frame"."""
    return fold(text)


def micro(value: Decimal, unit: str) -> int:
    """Micrometres or micrograms."""
    return round(value * _MICRO[unit])


def is_indexed(columns: Mapping[str, Any]) -> bool:
    """Whether an object can be found by words and fields: a report that was taken back, or was merged, cannot."""
    return columns["status"] not in (Status.withdrawn.value, Status.merged.value)
