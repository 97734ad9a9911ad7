"""Cross-validation by object: every search is judged by a model that saw no search of the same object."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from indexer.clues import NAMES
from models.calibrate import AGREES, COMPARED, Weighing, probability
from scripts.fit_probability.logistic import fit, weigh
from scripts.fit_probability.rows import Flags, Floats, Search
from service.scoring import calibration_error

FOLDS = 5
PLACED = "placed"
Part = Callable[[Path], str]
"""From a source photo to the part it belongs to."""


SIGNS = {
    "points": 1,
    "share": 1,
    "agreement": 1,
    "heart": 1,
    "surface": 1,
    "alike": 1,
    "area": 1,
    "spread": 1,
    "margin": 1,
    "likeness": 1,
    "structure": 0,
    "sharpness": 0,
    "registered": 0,
}
"""What a clue can speak for where points agree; see logistic.fit. `solid` takes no part: flat works teach nothing of
solid objects."""
RETRIEVED = {"likeness": 1}
"""The same where none do. Votes take no part: of searches for solid objects they are no higher for true photographs
than for the wrong ones that chance put beside them, and true photographs of flat works of which no point
agrees are too few to tell."""
ONLY_COMPARED = frozenset(("alike", "area"))
"""Clues that there are only of photos which were compared place by place."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """Three models: see models.calibrate.Calibration."""

    full: Weighing
    blind: Weighing
    retrieved: Weighing

    def log_odds(self, clues: Floats) -> Floats:
        """Of (n, NAMES): (n,)."""
        full, blind, retrieved = (
            weigh(each, clues, NAMES) for each in (self.full, self.blind, self.retrieved)
        )
        agrees, compared = (_has(name, clues) for name in (AGREES, COMPARED))
        return np.where(agrees, np.maximum(np.where(compared, full, blind), retrieved), retrieved)


def _has(name: str, clues: Floats) -> Flags:
    return np.asarray(clues[:, NAMES.index(name)] > 0)


@dataclass(frozen=True, slots=True)
class Judged:
    """A search and the log-odds of its candidates, (n,), by a model that didn't see its objects."""

    search: Search
    log_odds: Floats

    @property
    def first(self) -> tuple[float, bool]:
        """Log-odds of the surest candidate, and whether it is true; minus infinity where there is none."""
        if not len(self.log_odds):
            return -np.inf, False
        at = int(np.argmax(self.log_odds))
        return float(self.log_odds[at]), bool(self.search.true[at])

    @property
    def best_wrong(self) -> float:
        """Log-odds of the surest wrong candidate; minus infinity where there is none."""
        wrong = self.log_odds[~self.search.true]
        return float(wrong.max()) if len(wrong) else -np.inf


def fold(source: Path) -> str:
    """One of FOLDS parts, by the name of the photo's file and folder, so that all of its searches fall together."""
    return str(zlib.crc32("/".join(source.parts[-2:]).encode()) % FOLDS)


def folder(source: Path) -> str:
    """The folder that a photo lies in: a museum, a collection."""
    return source.parent.name


def fitted(searches: Sequence[Search]) -> Fitted:
    """The models of these searches' candidates, each of those that it is for; but all whose points agree, in however
    little of the work, teach what points say, and where they could not be compared, which is seldom, also those that
    could.
    """
    clues, true = stacked(searches)
    placed, agrees, compared = (_has(name, clues) for name in (PLACED, AGREES, COMPARED))
    without = {name: sign for name, sign in SIGNS.items() if name not in ONLY_COMPARED}
    seen = placed & compared
    return Fitted(
        full=fit(clues[seen], true[seen], NAMES, SIGNS),
        blind=fit(clues[placed], true[placed], NAMES, without),
        retrieved=fit(clues[~agrees], true[~agrees], NAMES, RETRIEVED),
    )


def stacked(searches: Sequence[Search]) -> tuple[Floats, Flags]:
    """Clues and truth of all candidates."""
    filled = [search for search in searches if search.photos]
    return (
        np.concatenate([search.clues for search in filled]),
        np.concatenate([search.true for search in filled]),
    )


def judge(searches: Sequence[Search], model: Fitted) -> list[Judged]:
    """By one model."""
    return [Judged(search, model.log_odds(search.clues)) for search in searches]


def crossed(searches: Sequence[Search], part: Part = fold) -> list[Judged]:
    """Each part by the model of those searches none of whose sources belongs to it.

    A search of several works belongs to the part of the first.
    """
    parts = [{part(source) for source in search.sources} for search in searches]
    judged: list[Judged | None] = [None] * len(searches)
    for name in sorted({part(search.sources[0]) for search in searches}):
        model = fitted([search for search, its in zip(searches, parts, strict=True) if name not in its])
        for at, search in enumerate(searches):
            if part(search.sources[0]) == name:
                judged[at] = judge([search], model)[0]
    return [each for each in judged if each is not None]


def log_loss(judged: Sequence[Judged]) -> float:
    """Mean over all candidates, natural logarithm."""
    log_odds = np.concatenate([each.log_odds for each in judged])
    true = np.concatenate([each.search.true for each in judged])
    return float(np.logaddexp(0, np.where(true, -log_odds, log_odds)).mean())


def ece(judged: Sequence[Judged]) -> float:
    """The calibration error of the first candidates: see service.scoring."""
    firsts = [each.first for each in judged if len(each.log_odds)]
    return calibration_error([(probability(log_odds), true) for log_odds, true in firsts]) or 0.0
