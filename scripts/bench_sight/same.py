"""Photos that a person has looked at and found to show the same work, though no truth table says so.

A pool of thousands of photos holds some works twice, which a search then finds: an alarm that is right.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from scripts.bench_sight.material import QuerySet
from service.evaluation import TruthUnusable
from service.scoring import Truth

Same = Mapping[Path, frozenset[Path]]
"""For a photo, resolved, the others that show the same work."""


def read_same(table: Path, photos: Path) -> Same:
    """Read rows of two photos, paths relative to the folder `photos`. Raises TruthUnusable."""
    same: dict[Path, frozenset[Path]] = {}
    with table.open(encoding="utf-8-sig", newline="") as lines:
        for number, row in enumerate(csv.reader(lines), start=1):
            if not any(row):
                continue
            if len(row) != 2:
                raise TruthUnusable(f"Row {number} of {table} does not name two photos.")
            one, other = ((photos / name.strip()).resolve() for name in row)
            for photo in (one, other):
                if not photo.is_file():
                    raise TruthUnusable(f"Row {number} of {table} names {photo}, which is not there.")
            same[one] = same.get(one, frozenset()) | {other}
            same[other] = same.get(other, frozenset()) | {one}
    return same


def corrected(tested: QuerySet, same: Same) -> QuerySet:
    """The set with a truth that counts as shown, too, what shows the same work as a query's source or truth."""
    names = {path.resolve(): name for name, path in tested.registered.items()} if same else {}

    def truth(query: str, true: Truth) -> Truth:
        meant = [*tested.sources.get(query, ()), *(tested.registered[name] for name in true.shows)]
        found = {other for path in meant for other in same.get(path.resolve(), ())}
        return Truth(true.kind, true.shows | {names[other] for other in found if other in names})

    return replace(tested, truth={query: truth(query, true) for query, true in tested.truth.items()})
