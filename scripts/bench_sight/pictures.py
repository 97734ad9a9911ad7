"""The worst queries and the false alarms, to look at.

They show photos that may not be shared: these pictures never go into the repository.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from models.pixels import NotReadable, Pixels, decode, encode
from scripts.bench_sight.figures import NOTHING, best_scores, is_right
from scripts.bench_sight.material import QuerySet
from service.evaluation import Result, name_of
from service.scoring import ALARMS

WORST = 10
TILE, LINE = 360, 22
PER_SHEET = 8
"""Rows of a contact sheet."""
GROUND, INK = 245, 20


@dataclass(frozen=True, slots=True)
class Case:
    """A query with its answer, in the set that it belongs to."""

    tested: QuerySet
    result: Result

    @property
    def badness(self) -> float:
        """How far the best wrong candidate is ahead of the best true one; what is not there scores 0."""
        true, wrong = (0.0 if each == NOTHING else each for each in self.best)
        return wrong - true

    @property
    def best(self) -> tuple[float, float]:
        """Best true and best wrong score."""
        return best_scores(self.tested.truth, self.result)

    @property
    def is_false_alarm(self) -> bool:
        """Whether somebody is alarmed and the first candidate is wrong."""
        return self.result.verdict in ALARMS and not is_right(self.tested.truth, self.result)

    @property
    def failed(self) -> bool:
        """Whether a known work is not the first candidate, or somebody is alarmed about the wrong one."""
        known = bool(self.tested.truth[self.result.query].shows)
        return self.is_false_alarm or (known and not is_right(self.tested.truth, self.result))

    @property
    def first(self) -> tuple[str, Path] | None:
        """What the first candidate is called here, and its path."""
        if not self.result.candidates:
            return None
        name = str(self.result.candidates[0]["photo"])
        return _short(self.tested.registered[name]), self.tested.registered[name]

    @property
    def meant(self) -> tuple[str, Path] | None:
        """What it is and where: a true photo, else the photo that the query was made from."""
        shows = sorted(self.tested.truth[self.result.query].shows)
        if shows:
            return f"true: {_short(self.tested.registered[shows[0]])}", self.tested.registered[shows[0]]
        sources = self.tested.sources.get(self.result.query, ())
        return (f"not registered: {_short(sources[0])}", sources[0]) if sources else None


def _short(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"


def worst(cases: Iterable[Case], count: int = WORST) -> list[Case]:
    """The worst cases, worst first: those that failed, then those that came nearest to it."""
    return sorted(cases, key=lambda case: (not case.failed, -case.badness))[:count]


def write_worst(folder: Path, cases: Sequence[Case]) -> list[Path]:
    """A picture for each case: query, first candidate, true photo side by side."""
    _clear(folder, "worst-*.jpg")
    written = []
    for number, case in enumerate(cases, start=1):
        written.append(folder / f"worst-{number:02}.jpg")
        _write(written[-1], row(case))
    return written


def write_alarms(folder: Path, cases: Sequence[Case], photos: Path) -> list[Path]:
    """Contact sheets of false alarms, and a table with a row for each: the photos are named relative to `photos`.

    Its first two columns, of those rows that show one work after all, are what `--same` takes. A query that shows
    several works has a row for each.
    """
    folder.mkdir(parents=True, exist_ok=True)
    _clear(folder, "false-alarms-*.jpg")
    with (folder / "false_alarms.csv").open("w", encoding="utf-8", newline="") as lines:
        table = csv.writer(lines, lineterminator="\n")
        table.writerow(["source", "candidate", "set", "query", "verdict", "score", "sheet", "row"])
        for number, case in enumerate(cases):
            sheet, at = divmod(number, PER_SHEET)
            for pair in _pairs(case, photos):
                table.writerow([*pair, case.tested.name, *_answer(case), sheet + 1, at + 1])
    sheets = []
    for start in range(0, len(cases), PER_SHEET):
        sheets.append(folder / f"false-alarms-{start // PER_SHEET + 1:02}.jpg")
        _write(sheets[-1], np.concatenate([row(case) for case in cases[start : start + PER_SHEET]]))
    return sheets


def _pairs(case: Case, photos: Path) -> list[tuple[str, str]]:
    """What each of the photos that a query was made from would have to show the same work as."""
    first = case.result.candidates[0]["photo"]
    candidate = name_of(case.tested.registered[str(first)], photos)
    return [(name_of(source, photos), candidate) for source in case.tested.sources[case.result.query]]


def _answer(case: Case) -> tuple[str, str, str]:
    first = case.result.candidates[0]
    return case.result.query, case.result.verdict, f"{first['score']}"


def row(case: Case) -> Pixels:
    """Query, first candidate and true photo of a case, with a line of text under each."""
    first, meant = case.first, case.meant
    panels = [panel(case.tested.base / case.result.query, f"{case.result.query} ({case.result.verdict})")]
    score = case.result.candidates[0]["score"] if first else ""
    panels.append(panel(first[1], f"first ({score}): {first[0]}") if first else panel(None, "no candidate"))
    panels.append(panel(meant[1], meant[0]) if meant else panel(None, "nothing registered"))
    return np.concatenate(panels, axis=1)


def panel(path: Path | None, text: str) -> Pixels:
    """(TILE + LINE, TILE, 3): a photo fitted into a square, and a line of text."""
    tile = np.full((TILE + LINE, TILE, 3), GROUND, np.uint8)
    photo = _read(path)
    if photo is not None:
        factor = (TILE - 8) / max(photo.shape[:2])
        height, width = (max(1, round(side * factor)) for side in photo.shape[:2])
        method = cv2.INTER_AREA if factor < 1 else cv2.INTER_LINEAR
        top, left = (TILE - height) // 2, (TILE - width) // 2
        tile[top : top + height, left : left + width] = cv2.resize(
            photo, (width, height), interpolation=method
        )
    shown = text.encode("ascii", "replace").decode("ascii")
    shown = shown if len(shown) <= 52 else f"{shown[:20]}...{shown[-29:]}"
    cv2.putText(tile, shown, (6, TILE + 14), cv2.FONT_HERSHEY_SIMPLEX, 0.38, (INK, INK, INK), 1, cv2.LINE_AA)
    return tile


def _read(path: Path | None) -> Pixels | None:
    """A photo. Queries that intake refused are among the worst: their place stays empty, and the report goes on."""
    try:
        return decode(path.read_bytes()) if path else None
    except NotReadable:
        return None


def _clear(folder: Path, pattern: str) -> None:
    """Remove the pictures of an earlier run."""
    for path in folder.glob(pattern):
        path.unlink()


def _write(path: Path, picture: Pixels) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(encode(picture))


def cases_of(tested: QuerySet, results: Sequence[Result]) -> list[Case]:
    """The answers of a set as cases."""
    return [Case(tested, result) for result in results]


def false_alarms(cases: Iterable[Case]) -> list[Case]:
    """Those at which somebody is alarmed about the wrong object, the surest first."""
    return sorted((case for case in cases if case.is_false_alarm), key=lambda case: -case.best[1])
