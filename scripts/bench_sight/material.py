"""What is searched and what is registered: truth tables, a set of hard conditions, solid objects; real or drawn."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar, get_args

import numpy as np

from models.pixels import Pixels, encode
from scripts.demo_register import Kind, draw_object, other_photo, unregistered_object
from service.condition_set import TRUTH, check_registered, read_set
from service.evaluation import name_of, named_photos, read_queries
from service.scoring import Truth

T = TypeVar("T")
REGISTRY, POOL = "registry", "pool"
DRAWN_WORKS, DRAWN_OTHERS, DRAWN_SEED = 60, 180, 7
"""Drawn photos, for whoever has no real ones: how many works, how many other things beside them, from which seed."""
PHOTOGRAPHED_AGAIN = 3
"""Every third drawn work is searched with a photo by somebody else."""


@dataclass(frozen=True, slots=True)
class QuerySet:
    """Queries with their truth, and what is registered while they are searched.

    truth       by query; names are paths relative to `base`
    sources     the photos that each query was made from, or is
    registered  photos by name relative to `base`
    solid       whether these are solid objects, which are reported apart
    decoys      queries that show something else in the surroundings of a registered photo: its frame, its wall
    """

    name: str
    base: Path
    truth: Mapping[str, Truth]
    sources: Mapping[str, Sequence[Path]]
    registered: Mapping[str, Path]
    solid: bool = False
    decoys: frozenset[str] = frozenset()

    @property
    def kinds(self) -> list[str]:
        """The kinds of queries, in the table's order."""
        return list(dict.fromkeys(true.kind for true in self.truth.values()))

    def of_kind(self, kind: str) -> dict[str, Truth]:
        """The queries of one kind."""
        return {query: true for query, true in self.truth.items() if true.kind == kind}

    def at_most(self, count: int) -> QuerySet:
        """An evenly spaced sample of each kind, of at most `count` queries; all of them for 0."""
        kept = self.sample(count)
        return replace(self, truth={query: self.truth[query] for query in kept})

    def sample(self, count: int) -> list[str]:
        """At most `count` queries of each kind, evenly spaced, known and unknown ones in their proportion."""
        kept: set[str] = set()
        for kind in self.kinds:
            queries = self.of_kind(kind)
            kept.update(evenly(sorted(queries, key=lambda query: not queries[query].shows), count))
        return [query for query in self.truth if query in kept]


def evenly(items: Sequence[T], count: int) -> list[T]:
    """`count` of the items, evenly spaced; all of them where there are no more, or for 0."""
    if not 0 < count < len(items):
        return list(items)
    return [items[int((number + 0.5) * len(items) / count)] for number in range(count)]


def table_set(name: str, table: Path, distractors: Sequence[Path], *, solid: bool = False) -> QuerySet:
    """The queries of a truth table; registered is the folder `registry` beside it and the distractors.

    Raises TruthUnusable.
    """
    base = table.parent
    read_queries(table)
    kinds: dict[str, str] = {}
    shown: dict[str, set[str]] = {}
    for row in _rows(table):
        if row["query"]:
            kinds.setdefault(row["query"], row.get("kind") or "photo")
            shown.setdefault(row["query"], set()).update(_named(row.get("registry", ""), base))
    return QuerySet(
        name=name,
        base=base,
        truth={query: Truth(kind, frozenset(shown[query])) for query, kind in kinds.items()},
        sources={query: [base / query] for query in kinds},
        registered=named_photos([base / REGISTRY, *distractors], base, list(kinds)),
        solid=solid,
    )


def conditions_set(folder: Path, registered: Sequence[Path]) -> QuerySet:
    """The queries that `python -m scripts.conditions` made. Raises TruthUnusable."""
    found = read_set(folder)
    photos = named_photos(registered, folder, [*found.truth, *found.left_out])
    check_registered(found, photos)
    sources: dict[str, list[Path]] = {}
    for row in _rows(folder / TRUTH):
        sources.setdefault(row["query"], []).extend(folder / one for one in [row.get("source")] if one)
    return QuerySet("conditions", folder, found.truth, sources, photos, decoys=frozenset(found.decoy_of))


def object_sets(photos: Path) -> Iterator[QuerySet]:
    """A set for each folder of solid objects with a truth table."""
    for table in sorted((photos / "objects").glob("*/truth.csv")):
        yield table_set(table.parent.name, table, [photos / POOL], solid=True)


def _rows(table: Path) -> Iterator[dict[str, str]]:
    with table.open(encoding="utf-8-sig", newline="") as lines:
        yield from csv.DictReader(lines, restval="")


def _named(photo: str, base: Path) -> list[str]:
    return [name_of(base / photo, base)] if photo else []


def draw_photos(
    folder: Path, tell: Callable[[str], None], works: int = DRAWN_WORKS, others: int = DRAWN_OTHERS
) -> Path:
    """Drawn photos in the same folders as the real ones: paintings with truth.csv, and a pool."""
    tell(f"Drawing {works + others} objects ...")
    base = folder / "paintings"
    rows = list(_draw_works(base, works))
    for number in range(others):
        drawn = draw_object(DRAWN_SEED, works + number).views[0]
        _write(folder / POOL / "drawn" / f"{number:04}.jpg", drawn.pixels)
    with (base / "truth.csv").open("w", encoding="utf-8", newline="") as lines:
        csv.writer(lines, lineterminator="\n").writerows([("query", "registry", "kind"), *rows])
    return folder


def _draw_works(base: Path, works: int) -> Iterator[Sequence[str]]:
    for index in range(works):
        view = draw_object(DRAWN_SEED, index).views[0]
        name = _write(base / REGISTRY / f"{index:04}.jpg", view.pixels)
        if index % PHOTOGRAPHED_AGAIN == 0:
            again = other_photo(view.pixels, _rng(index), hardness=0.6, cover=view.cover)
            yield _write(base / "queries" / f"{index:04}.jpg", again), name, "photo"
    for number, kind in enumerate(get_args(Kind)):
        view = unregistered_object(DRAWN_SEED, number, kind).views[0]
        again = other_photo(view.pixels, _rng(works + number), hardness=0.6, cover=view.cover)
        yield _write(base / "queries" / f"unknown-{kind}.jpg", again), "", "photo"


def _rng(number: int) -> np.random.Generator:
    return np.random.default_rng([DRAWN_SEED, number])


def _write(path: Path, picture: Pixels) -> str:
    """Write a photo; its path relative to the folder that its folder lies in."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(encode(picture, quality=90))
    return f"{path.parent.name}/{path.name}"
