"""Which objects of the register lack most of what Object ID asks for."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from data.completeness import Completeness, completeness_of
from data.listing import Wanted
from data.object_id import SEARCHABLE
from data.reader import Reader
from data.register import RegisteredObject

PAGE: Final = 500
"""Objects that are in memory at once."""


@dataclass(frozen=True, slots=True)
class Gap:
    """An object, and what it lacks."""

    object: RegisteredObject
    completeness: Completeness


@dataclass(frozen=True, slots=True)
class Gaps:
    """The objects that lack most, and how it stands with all.

    objects  that answer searches; of these lacking are those that lack something of what was asked for
    share    mean share of all
    """

    least: tuple[Gap, ...]
    objects: int
    lacking: int
    share: float


def gaps(reader: Reader, limit: int, part: str = "") -> Gaps:
    """Up to `limit` objects that answer searches, the least complete first; equals by their numbers.

    part  only those that lack this: a field of the record, or "photographs". Reads the whole register.
    """
    count, lacking, total = 0, 0, 0.0

    def candidates() -> Iterator[tuple[float, int, Gap]]:
        nonlocal count, lacking, total
        for found in searched_objects(reader):
            told = completeness_of(found)
            count, total = count + 1, total + told.share
            if told.missing and (not part or any(each.part == part for each in told.missing)):
                lacking += 1
                yield told.share, found.id, Gap(found, told)

    least = tuple(gap for _, _, gap in heapq.nsmallest(limit, candidates(), key=lambda each: each[:2]))
    return Gaps(least, count, lacking, total / count if count else 1.0)


def searched_objects(reader: Reader) -> Iterator[RegisteredObject]:
    """All objects that answer searches, in the order of their numbers."""
    after = 0
    while page := reader.page(Wanted(), after, PAGE):
        yield from (each for each in page if each.record.status in SEARCHABLE)
        after = page[-1].id
