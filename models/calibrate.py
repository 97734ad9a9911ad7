"""Calibration: from clues to the probability that two photos show the same object."""

import functools
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from math import exp, isfinite
from pathlib import Path
from typing import Any

from models.card import ModelCard, ModelUnusable
from models.weights import FOLDER

NAME = "probability"
LEVELS = ("auction", "dealer", "police")
"""The alert levels that a calibration has a threshold for, no fewer and no more: see indexer.decide."""
AGREES, COMPARED = "agrees", "compared"
"""The clues that tell whether points of the work agree, and whether both photos were compared place by place."""
ADVICE = "Install artrieve again, restore models/weights from the source, or fit it anew."


@dataclass(frozen=True, slots=True)
class Term:
    """How one clue counts: (clue - mean) / scale, times weight; a clue outside low to high is cut there."""

    mean: float
    scale: float
    weight: float
    low: float
    high: float

    def count(self, clue: float) -> float:
        """What this clue adds to the log-odds."""
        return self.weight * (min(max(clue, self.low), self.high) - self.mean) / self.scale


@dataclass(frozen=True, slots=True, eq=False)
class Weighing:
    """A logistic model of clues.

    bias   log-odds where every clue is at its mean
    terms  by the name of the clue
    """

    bias: float
    terms: Mapping[str, Term]

    def log_odds(self, clues: Mapping[str, float]) -> float:
        """Log-odds that two photos show the same object. Raises KeyError where a clue is missing."""
        return self.bias + sum(term.count(clues[name]) for name, term in self.terms.items())


@dataclass(frozen=True, slots=True)
class Threshold:
    """An alert level: from which probability somebody is alarmed, and how often wrongly.

    false_alerts  expected of 1,000 searches with photos that show nothing registered
    at_most       the upper end of the 95 % interval of what was measured
    found         share of the photos that show something registered that alarm, in the data it was measured on
    """

    alert: float
    false_alerts: float
    at_most: float
    found: float


@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """What clues are worth, fitted by scripts/fit_probability.

    full        for photographs whose points agree: made of all that was found out
    blind       for those whose points agree that could not be compared place by place: made without that
    retrieved   for those of which no point of the work agrees: made of what retrieving says; no other weighing says
                less
    beside      how much of what a further photo of the same object says is added, 0 to 1; see `together`
    silent      log-odds up to which a further photo says nothing
    thresholds  by the name of the alert level
    match       the probability from which a candidate that alarms is called a match
    fitted      what it was fitted on, as the report says
    """

    full: Weighing
    blind: Weighing
    retrieved: Weighing
    beside: float
    silent: float
    thresholds: Mapping[str, Threshold]
    match: float
    fitted: Mapping[str, Any]
    sha256: str

    @property
    def card(self) -> ModelCard:
        """The card of this model."""
        return ModelCard(
            name="probability",
            version="1",
            kind="calibration",
            summary="logistic models of geometry, comparison, likeness, rivals and the quality of both photos",
            source="scripts/fit_probability; " + str(self.fitted.get("data", "")),
            licence="Apache-2.0",
            dimension=len(self.clues),
            preprocessing="",
            weights_sha256=self.sha256,
        )

    @property
    def clues(self) -> frozenset[str]:
        """The names of the clues that count."""
        return frozenset((*self.full.terms, *self.blind.terms, *self.retrieved.terms))

    def log_odds(self, clues: Mapping[str, float]) -> float:
        """Log-odds that two photos show the same object, by the weighing that `agrees` and `compared` tell.

        A few points that agree by chance are no word against a likeness: where points agree, it is never less than if
        none did. Raises KeyError where a clue is missing.
        """
        retrieved = self.retrieved.log_odds(clues)
        if not clues[AGREES]:
            return retrieved
        return max(retrieved, (self.full if clues[COMPARED] else self.blind).log_odds(clues))

    def together(self, log_odds: Sequence[float]) -> float:
        """The log-odds of one object that several photos, one at least, were compared with; in any order.

        The best counts whole, each other by `beside` and only in favour: a photo of another side, or a poor one,
        says nothing against what the first has shown. Photos of one object share its likeness to other objects,
        which is why they don't count whole.
        """
        first, *others = sorted(log_odds, reverse=True)
        return first + self.beside * sum(max(0.0, each - self.silent) for each in others)


def probability(log_odds: float) -> float:
    """0 to 1, however large the log-odds are either way."""
    if log_odds >= 0:
        return 1 / (1 + exp(-log_odds))
    odds = exp(log_odds)
    return odds / (1 + odds)


@functools.cache
def load_calibration(folder: Path = FOLDER) -> Calibration:
    """Read the model that comes with the project. Raises ModelUnusable."""
    path = folder / f"{NAME}.json"
    try:
        data = path.read_bytes()
        return read_calibration(json.loads(data), hashlib.sha256(data).hexdigest())
    except KeyError as problem:
        raise ModelUnusable(f"{path.name} can't be used: it lacks {problem}.", ADVICE) from problem
    except (OSError, ValueError, TypeError, OverflowError) as problem:
        raise ModelUnusable(f"{path.name} can't be used: {problem}.", ADVICE) from problem


def read_calibration(kept: Mapping[str, Any], sha256: str) -> Calibration:
    """From what a file holds. Raises ValueError, KeyError, TypeError and OverflowError where it would misdecide."""
    named = (kept, kept["full"], kept["blind"], kept["retrieved"], kept["thresholds"], kept["fitted"])
    if not all(isinstance(part, dict) for part in named):
        raise TypeError("a part of it holds no names")
    made = Calibration(
        full=_weighing(kept["full"]),
        blind=_weighing(kept["blind"]),
        retrieved=_weighing(kept["retrieved"]),
        beside=float(kept["beside"]),
        silent=float(kept["silent"]),
        thresholds={name: Threshold(**_numbers(values)) for name, values in kept["thresholds"].items()},
        match=float(kept["match"]),
        fitted=dict(kept["fitted"]),
        sha256=sha256,
    )
    _check(made)
    return made


def _weighing(kept: Mapping[str, Any]) -> Weighing:
    if not isinstance(kept["terms"], dict):
        raise TypeError("a part of it holds no names")
    return Weighing(
        bias=float(kept["bias"]),
        terms={name: Term(**_numbers(values)) for name, values in kept["terms"].items()},
    )


def _numbers(values: Mapping[str, Any]) -> dict[str, float]:
    return {name: float(value) for name, value in dict(values).items()}


def _check(made: Calibration) -> None:
    """Raises ValueError where it would misdecide."""
    weighings = (made.full, made.blind, made.retrieved)
    terms = [term for each in weighings for term in each.terms.values()]
    parts: list[Term | Threshold] = [*terms, *made.thresholds.values()]
    biases = [each.bias for each in weighings]
    numbers = [*biases, made.silent, *(value for part in parts for value in asdict(part).values())]
    alerts = [each.alert for each in made.thresholds.values()]
    wrong = {
        "a number is not finite": not all(isfinite(number) for number in numbers),
        "it has no terms": not all(each.terms for each in weighings),
        "a scale is not above 0": any(term.scale <= 0 for term in terms),
        "a clue is cut at a low above its high": any(term.low > term.high for term in terms),
        "`beside` is not from 0 to 1": not 0 <= made.beside <= 1,
        f"its levels are not {', '.join(LEVELS)}": sorted(made.thresholds) != sorted(LEVELS),
        "an alert or `match` is not between 0 and 1": not all(0 < each < 1 for each in (*alerts, made.match)),
        "`match` lies below an alert": any(made.match < each for each in alerts),
    }
    reasons = [reason for reason, holds in wrong.items() if holds]
    if reasons:
        raise ValueError("; ".join(reasons))
