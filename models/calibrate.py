"""Calibration: from clues to the probability that two photos show the same object."""

import functools
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from models.card import ModelCard, ModelUnusable
from models.weights import FOLDER

NAME = "probability"
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
    """A logistic model of clues, fitted by scripts/fit_probability.

    bias        log-odds where every clue is at its mean
    terms       by the name of the clue
    beside      how much of what a further photo of the same object says is added, 0 to 1; see `together`
    silent      log-odds of a photograph of which a photo says nothing
    thresholds  by the name of the alert level
    match       the probability from which a candidate that alarms is called a match
    fitted      what it was fitted on, as the report says
    """

    bias: float
    terms: Mapping[str, Term]
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
            summary="logistic model on geometry, votes, likeness, rivals and the quality of both photos",
            source="scripts/fit_probability; " + str(self.fitted.get("data", "")),
            licence="Apache-2.0",
            dimension=len(self.terms),
            preprocessing="",
            weights_sha256=self.sha256,
        )

    def log_odds(self, clues: Mapping[str, float]) -> float:
        """Log-odds that two photos show the same object. Raises KeyError where a clue is missing."""
        return self.bias + sum(term.count(clues[name]) for name, term in self.terms.items())

    def together(self, log_odds: list[float]) -> float:
        """The log-odds of one object that several photos were compared with.

        The best counts whole, each other by `beside` and only in favour: a photo of another side, or a poor one,
        says nothing against what the first has shown. Photos of one object share its likeness to other objects,
        which is why they don't count whole.
        """
        first, *others = sorted(log_odds, reverse=True)
        return first + self.beside * sum(max(0.0, each - self.silent) for each in others)


def probability(log_odds: float) -> float:
    """0 to 1."""
    return float(1 / (1 + np.exp(-log_odds)))


@functools.cache
def load_calibration(folder: Path = FOLDER) -> Calibration:
    """Read the model that comes with the project. Raises ModelUnusable."""
    path = folder / f"{NAME}.json"
    try:
        data = path.read_bytes()
        return read_calibration(json.loads(data), hashlib.sha256(data).hexdigest())
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise ModelUnusable(f"{path.name} can't be read: {problem}.", ADVICE) from problem


def read_calibration(kept: Mapping[str, Any], sha256: str) -> Calibration:
    """From what a file holds. Raises ValueError, KeyError, TypeError."""
    numbers = {
        "bias": float(kept["bias"]),
        "beside": float(kept["beside"]),
        "silent": float(kept["silent"]),
        "match": float(kept["match"]),
    }
    terms = {name: Term(**values) for name, values in kept["terms"].items()}
    thresholds = {name: Threshold(**values) for name, values in kept["thresholds"].items()}
    flat = [*numbers.values(), *(value for term in terms.values() for value in _values(term))]
    if not np.isfinite(flat).all() or any(term.scale <= 0 for term in terms.values()):
        raise ValueError("a number is not finite, or a scale is not above 0")
    return Calibration(
        terms=terms, thresholds=thresholds, fitted=dict(kept["fitted"]), sha256=sha256, **numbers
    )


def _values(term: Term) -> tuple[float, ...]:
    return term.mean, term.scale, term.weight, term.low, term.high
