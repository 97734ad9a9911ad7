"""Measured searches as rows to fit on: the clues of each candidate, and whether it shows what was searched for."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from indexer.clues import NAMES
from scripts.bench_sight.same import Same

FIRST = 6
"""Candidates of a search that are fitted on: those that could come first. Others are right and easy by the thousand,
and would have the model fit chance alone."""

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


class ResultsUnusable(ValueError):
    """Results or truth can't be read; the text says what they must look like."""


@dataclass(frozen=True, slots=True)
class Search:
    """One measured search.

    sources    the photos the query was made of; if it was not made, those that it shows, or itself
    shows      the registered photos that show the same object, also those that only people know of
    kind       the condition
    decoy      whether it shows only the surroundings of something registered
    photos     (n,) names of the first candidates, in the order of the answer
    clues      (n, NAMES) of each
    """

    of: str
    query: str
    kind: str
    decoy: bool
    sources: tuple[Path, ...]
    shows: frozenset[Path]
    photos: tuple[Path, ...]
    clues: Floats

    @property
    def known(self) -> bool:
        """Whether it shows something registered."""
        return bool(self.shows)

    @property
    def true(self) -> Flags:
        """For each candidate whether it shows the same object."""
        return np.array([photo in self.shows for photo in self.photos], bool)


def read_searches(name: str, truth: Path, results: Path, same: Same) -> list[Search]:
    """The searches of one set. `truth` as for `artrieve evaluate`, `results` as it writes them."""
    answers = {answer["query"]: answer for answer in _answers(results)}
    told: dict[str, list[dict[str, str]]] = {}
    with truth.open(encoding="utf-8-sig", newline="") as lines:
        for row in csv.DictReader(lines):
            told.setdefault(row["query"], []).append(row)
    absent = [query for query in told if query not in answers]
    if absent:
        raise ResultsUnusable(f"{results} lacks {len(absent)} queries of {truth}, {absent[0]} among them.")
    return [_search(name, truth.parent, query, rows, answers[query], same) for query, rows in told.items()]


def _answers(results: Path) -> Iterable[dict[str, Any]]:
    with results.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            try:
                yield json.loads(line)
            except ValueError as problem:
                raise ResultsUnusable(f"Line {number} of {results} is no JSON: {problem}.") from problem


def _search(
    name: str,
    base: Path,
    query: str,
    rows: Sequence[Mapping[str, str]],
    answer: Mapping[str, Any],
    same: Same,
) -> Search:
    def real(photo: str) -> Path:
        return (base / photo).resolve()

    registered = frozenset(real(row["registry"]) for row in rows if row["registry"])
    made_of = tuple(real(row["source"]) for row in rows if row.get("source"))
    sources = made_of or tuple(sorted(registered)) or (real(query),)
    also = {other for photo in (*registered, *sources) for other in same.get(photo, ())}
    decoy = any(row.get("decoy_of") for row in rows)
    first = answer["candidates"][:FIRST]
    try:
        clues = np.array([[each["clues"][clue] for clue in NAMES] for each in first], np.float64)
    except KeyError as missing:
        raise ResultsUnusable(f"The candidates of {query} carry no {missing}: evaluate anew.") from missing
    return Search(
        of=name,
        query=query,
        kind=rows[0].get("kind", ""),
        decoy=decoy,
        sources=sources,
        shows=registered | also,
        photos=tuple(real(each["photo"]) for each in first),
        clues=clues.reshape(len(first), len(NAMES)),
    )
