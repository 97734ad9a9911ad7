"""A logistic model with a ridge, fitted by iteratively reweighted least squares.

McCullagh, Nelder, "Generalized Linear Models", 2nd ed. (1989), section 4.4; the ridge as in le Cessie, van
Houwelingen, "Ridge Estimators in Logistic Regression", Applied Statistics 41 (1992).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from models.calibrate import Term
from scripts.fit_probability.rows import Flags, Floats

RIDGE = 1.0
"""Weight of the ridge on standardized clues: as if a few more rows said that a clue tells nothing."""
ROUNDS = 100
SETTLED = 1e-8


@dataclass(frozen=True, slots=True)
class Fitted:
    """Bias, and for each clue that counts its term."""

    bias: float
    terms: Mapping[str, Term]

    def log_odds(self, clues: Floats, names: Sequence[str]) -> Floats:
        """Of (n, clues): (n,)."""
        total = np.full(len(clues), self.bias)
        for name, term in self.terms.items():
            values = np.clip(clues[:, names.index(name)], term.low, term.high)
            total += term.weight * (values - term.mean) / term.scale
        return total


def fit(clues: Floats, true: Flags, names: Sequence[str], signs: Mapping[str, int]) -> Fitted:
    """Fit (n, clues) to (n,); a clue whose weight comes out against its sign is left out.

    signs  1 for a clue that can only speak for, -1 for one that can only speak against, 0 for either; a clue that
           `signs` doesn't name is left out. What data of one sort says against reason won't hold for another sort.
    """
    used = [name for name in names if name in signs]
    while True:
        columns = [names.index(name) for name in used]
        low, high = clues[:, columns].min(axis=0), clues[:, columns].max(axis=0)
        mean, scale = clues[:, columns].mean(axis=0), np.maximum(clues[:, columns].std(axis=0), 1e-6)
        weights = _weights((clues[:, columns] - mean) / scale, true)
        against = [
            (abs(weight), name)
            for name, weight in zip(used, weights[1:], strict=True)
            if signs[name] * weight < 0
        ]
        if not against:
            break
        used.remove(max(against)[1])
    values = zip(used, mean, scale, weights[1:], low, high, strict=True)
    return Fitted(
        float(weights[0]),
        {
            name: Term(mean=float(m), scale=float(s), weight=float(w), low=float(lo), high=float(hi))
            for name, m, s, w, lo, hi in values
        },
    )


def _weights(columns: Floats, true: Flags) -> Floats:
    """Bias first."""
    with_bias = np.hstack([np.ones((len(columns), 1)), columns])
    ridge = np.diag([1e-6, *[RIDGE] * columns.shape[1]])
    weights = np.zeros(with_bias.shape[1])
    for _ in range(ROUNDS):
        chance = 1 / (1 + np.exp(-np.clip(with_bias @ weights, -35, 35)))
        slope = with_bias.T @ (true - chance) - ridge @ weights
        bend = (with_bias * (chance * (1 - chance))[:, None]).T @ with_bias + ridge
        step = np.linalg.solve(bend, slope)
        # a step that leads too far is shortened: separable data has no end otherwise
        weights = weights + step * min(1.0, 5.0 / max(1e-12, float(np.abs(step).max())))
        if float(np.abs(step).max()) < SETTLED:
            break
    return weights
