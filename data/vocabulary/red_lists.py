"""The Red Lists of ICOM as data: categories of objects that are looted and trafficked, none of them a stolen object.

The International Council of Museums publishes them with pictures and in detail; here stands, in words of our own, what
a program needs to notice that an object is of such a kind.
"""

import functools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from data.folding import fold
from data.vocabulary.files import rows, values

SOURCE: Final = "https://icom.museum/en/red-lists/"
"""Where ICOM publishes them: what is to be quoted."""
STEM: Final = "*"
"""At the end of a word in the tables: any word that begins so."""


class Words:
    """Words and groups of words that tell an origin, as the tables have them."""

    def __init__(self, written: Sequence[str]) -> None:
        self.written = tuple(written)
        self._looked_for = [
            (each, f" {fold(each)}" + ("" if each.endswith(STEM) else " ")) for each in written
        ]

    def found_in(self, folded: str) -> str:
        """The first of them that occurs, whole, in what `searchable` made of texts; "" if none does."""
        for word, looked_for in self._looked_for:
            if looked_for in folded:
                return word.removesuffix(STEM)
        return ""


def searchable(texts: Sequence[str]) -> str:
    """Texts as `Words` are looked for in them: case and accents don't count, and no group goes over a border."""
    return " | ".join(f" {fold(text)} " for text in texts)


@dataclass(frozen=True, slots=True)
class Category:
    """A kind of object at risk.

    types        keys of terms (data.vocabulary.terms.types); none: whatever it is
    cultures     words for cultures and styles: they tell the origin wherever they stand
    places       words for countries, regions and sites; those of its list where it has none of its own. In a title
                 they may tell what is shown
    first, last  years; None: unlimited
    """

    name: str
    types: tuple[str, ...]
    cultures: Words
    places: Words
    first: int | None
    last: int | None
    note: str


@dataclass(frozen=True, slots=True)
class RedList:
    """A Red List."""

    key: str
    title: str
    region: str
    year: int
    categories: tuple[Category, ...]


@functools.cache
def red_lists() -> tuple[RedList, ...]:
    """All Red Lists, by the year in which they were published."""
    categories = rows("red_list_categories.csv")
    lists = [
        RedList(
            key=row["key"],
            title=row["title"],
            region=row["region"],
            year=int(row["year"]),
            categories=_categories(categories, row["key"], Words(values(row["places"]))),
        )
        for row in rows("red_lists.csv")
    ]
    return tuple(sorted(lists, key=lambda each: each.year))


def _categories(table: Iterable[Mapping[str, str]], key: str, places: Words) -> tuple[Category, ...]:
    return tuple(_category(row, places) for row in table if row["list"] == key)


def _category(row: Mapping[str, str], places: Words) -> Category:
    return Category(
        name=row["name"],
        types=values(row["types"]),
        cultures=Words(values(row["cultures"])),
        places=Words(values(row["places"])) if row["places"] else places,
        first=int(row["from"]) if row["from"] else None,
        last=int(row["to"]) if row["to"] else None,
        note=row["note"],
    )
