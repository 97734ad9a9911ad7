"""A logistic model with a ridge, fitted by iteratively reweighted least squares.

McCullagh, Nelder, "Generalized Linear Models", 2nd ed. (1989), section 4.4; the ridge as in le Cessie, van
Houwelingen, "Ridge Estimators in Logistic Regression", Applied Statistics 41 (1992).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from models.calibrate import Term, Weighing
from scripts.fit_probability.rows import Flags, Floats

RIDGE = 1.0
"""Weight of the ridge on standardized clues: as if a few more rows said that a clue tells nothing."""
RARE = 0.001
"""Share of the values of a clue, at either end, that count as the value there: what hardly ever occurs teaches nothing
of how much more it says."""
ROUNDS = 100
SETTLED = 1e-8


def weigh(model: Weighing, clues: Floats, names: Sequence[str]) -> Floats:
    """The log-odds of (n, clues) by a model: (n,)."""
    total = np.full(len(clues), model.bias)
    for name, term in model.terms.items():
        values = np.clip(clues[:, names.index(name)], term.low, term.high)
        total += term.weight * (values - term.mean) / term.scale
    return total


def fit(clues: Floats, true: Flags, names: Sequence[str], signs: Mapping[str, int]) -> Weighing:
    """Fit (n, clues) to (n,); a clue whose weight comes out against its sign is left out.

    signs  1 for a clue that can only speak for, -1 for one that can only speak against, 0 for either; a clue that
           `signs` doesn't name is left out, and so is one that is always the same. What data of one sort says
           against reason won't hold for another sort.
    """
    used = [name for name in names if name in signs and np.ptp(clues[:, names.index(name)]) > 0]
    while True:
        values = clues[:, [names.index(name) for name in used]]
        low, high = np.quantile(values, (RARE, 1 - RARE), axis=0)
        values = np.clip(values, low, high)
        mean, scale = values.mean(axis=0), np.maximum(values.std(axis=0), 1e-6)
        weights = _weights((values - mean) / scale, true)
        against = [
            (abs(weight), name)
            for name, weight in zip(used, weights[1:], strict=True)
            if signs[name] * weight < 0
        ]
        if not against:
            break
        used.remove(max(against)[1])
    numbers = zip(used, mean, scale, weights[1:], low, high, strict=True)
    return Weighing(
        float(weights[0]),
        {
            name: Term(mean=float(m), scale=float(s), weight=float(w), low=float(lo), high=float(hi))
            for name, m, s, w, lo, hi in numbers
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
