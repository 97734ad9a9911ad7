"""A set of queries under hard conditions, as `python -m scripts.conditions` makes one: what is read of it, and checked.

DIR/truth.csv     query, registry, kind: a row for each pair, registry empty where nothing registered is shown;
                  decoy_of, where there is such a column: the registered photo whose frame, label or wall is shown
DIR/left_out.csv  photo: what must not be registered, for unknown queries were made from it
Paths are relative to DIR.
"""

from __future__ import annotations

import csv
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from service.evaluation import TruthUnusable, name_of, read_queries
from service.scoring import Truth

TRUTH = "truth.csv"
LEFT_OUT = "left_out.csv"
_NOT_MADE = "Make such a set with `python -m scripts.conditions`."


@dataclass(frozen=True, slots=True)
class ConditionSet:
    """The truth of each query, and names of photos that must not be registered; all relative to `folder`.

    decoy_of   for queries that show something else in a registered photo's surroundings: the name of that photo
    """

    folder: Path
    truth: Mapping[str, Truth]
    left_out: Sequence[str]
    decoy_of: Mapping[str, str] = field(default_factory=dict)


def read_set(folder: Path) -> ConditionSet:
    """Read a folder's tables. Raises TruthUnusable, which says what is missing."""
    for name in (TRUTH, LEFT_OUT):
        if not (folder / name).is_file():
            raise TruthUnusable(f"There is no {name} in {folder}. {_NOT_MADE}")
    rows = _rows(folder / TRUTH, ("query", "registry", "kind"))
    read_queries(folder / TRUTH)
    kinds: dict[str, str] = {}
    shown: dict[str, set[str]] = {}
    for row in rows:
        if row["query"]:
            kinds.setdefault(row["query"], row["kind"])
            shown.setdefault(row["query"], set()).update(filter(None, [_named(row["registry"], folder)]))
    truth = {query: Truth(kind, frozenset(shown[query])) for query, kind in kinds.items()}
    left_out = [row["photo"] for row in _rows(folder / LEFT_OUT, ("photo",)) if row["photo"]]
    decoys = {
        row["query"]: _named(row["decoy_of"], folder) for row in rows if row["query"] and row.get("decoy_of")
    }
    contradiction = set(decoys.values()).union(*shown.values()) & {
        _named(photo, folder) for photo in left_out
    }
    if contradiction:
        raise TruthUnusable(
            f"{folder / TRUTH} says that {min(contradiction)} is registered, and {LEFT_OUT} that it is not. {_NOT_MADE}"
        )
    return ConditionSet(folder, truth, left_out, decoys)


def check_registered(conditions: ConditionSet, names: Collection[str]) -> None:
    """Raise TruthUnusable where a photo that should be found, or be mistaken, is not among those to be registered."""
    wanted = {photo for truth in conditions.truth.values() for photo in truth.shows}
    wanted.update(conditions.decoy_of.values())
    absent = sorted(wanted.difference(names))
    if absent:
        raise TruthUnusable(
            f"{len(absent)} of the {len(wanted)} photos that {conditions.folder / TRUTH} looks for are in none of the "
            f"given folders, {absent[0]} among them. Give the folders that the set was made from."
        )


def _named(photo: str, folder: Path) -> str:
    """The photo's name as the results write it, whatever way leads to it."""
    return name_of(folder / photo, folder) if photo else ""


def _rows(table: Path, columns: Sequence[str]) -> list[dict[str, str]]:
    with table.open(encoding="utf-8-sig", newline="") as lines:
        reader = csv.DictReader(lines, restval="")
        missing = [column for column in columns if column not in (reader.fieldnames or ())]
        if missing:
            raise TruthUnusable(
                f"{table} has no column '{missing[0]}'; it needs the column{'s' if len(columns) > 1 else ''} "
                f"{', '.join(columns)}."
            )
        return list(reader)
