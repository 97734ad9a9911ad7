"""What is asked of the generated register: some fifty queries of every kind, by words that stand in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from data.filters import Filters
from data.query import Query
from scripts.bench_find.records import Names


@dataclass(frozen=True, slots=True)
class Asked:
    """One query: its kind, and what is searched for."""

    kind: str
    text: str
    filters: Filters

    @property
    def query(self) -> Query | None:
        """The words, if there are any."""
        return Query.of(self.text) if self.text else None


def all_queries(names: Names) -> list[Asked]:
    """The queries. Words that are typed wrongly occur in no record."""
    often, seldom, surname = names.rare[20], names.rare[len(names.rare) * 3 // 4], names.makers[30].split()[1]
    return [
        *(_words("one word of very many records", text) for text in ("oil", "canvas", "gold")),
        *(_words("one word of many records", text) for text in ("horse", "bronze", "madonna", "Stillleben", often)),
        *(_words("one rare word", text) for text in (seldom, names.cities[7], names.makers[len(names.makers) // 4])),
        *(
            _words("several words", text)
            for text in (
                "oil canvas madonna", "bronze horse green patina", f"{often} river", "lemon pewter jug oysters",
                f"{names.makers[3]} landscape", f"silver {seldom}", "portrait of an old man by a river",
            )
        ),
        *(_words("a part of a word", text) for text in ("pferd", "uhren", "leben", "scape", often[:4])),
        *(_words("a number", text) for text in ("1652", "K 118", f"no. 44 {often}")),
        *(
            _words("typed wrongly", text)
            for text in (
                "madona child", "lanscape with hosre", _wrong(surname), "Stilllebn lemmon", f"{_wrong(often)} oil",
            )
        ),
        _words("no such word", "zzyzx quuxly"),
        _fields("maker", maker=names.makers[0]),
        _fields("maker", maker=_wrong(surname)),
        _fields("type and material", type="icons", materials="gold lime"),
        _fields("type and material by the vocabulary", type="Aquarell", materials="carta"),
        _fields("type and material by the vocabulary", type="tableau", materials="huile sur toile"),
        _fields("type and material by the vocabulary", type="Münzen"),
        _fields("period", made_from=1640, made_to=1660),
        _fields("period", made_from=1500, made_to=1500, type="sculpture"),
        _fields("size", measurements=_sizes(("height", "46.5"), ("width", "38"))),
        _fields("size", measurements=_sizes(("height", "120"))),
        _fields("theft", theft_place=names.cities[20], theft_from="1990-01-01"),
        _fields("theft", theft_from="1999-05-01", theft_to="1999-05-31"),
        _fields("status", status=["looted"], type="coins"),
        _fields("words and fields", "madonna child", made_from=1450, made_to=1550, type="icons"),
        _fields("words and fields", "horse", materials="bronze", measurements=_sizes(("height", "30"))),
        _fields("words and fields", f"{often} landscap", maker=names.makers[1]),
    ]  # fmt: skip


def _words(kind: str, text: str) -> Asked:
    return Asked(kind, text, Filters())


def _fields(kind: str, text: str = "", **given: Any) -> Asked:
    return Asked(kind, text, Filters.model_validate(given))


def _sizes(*sizes: tuple[str, str]) -> list[dict[str, str]]:
    return [{"dimension": dimension, "value": value, "unit": "cm"} for dimension, value in sizes]


def _wrong(word: str) -> str:
    """A letter in the middle doubled and another exchanged with its neighbour."""
    at = len(word) // 2
    return word[:at] + word[at] + word[at:] if len(word) < 8 else word[:2] + word[3] + word[2] + word[4:]
