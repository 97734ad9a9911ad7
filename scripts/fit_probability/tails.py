"""How often a search for something that isn't registered alarms, where that is rarer than could be counted.

Peaks over a threshold: beyond a high quantile the excess of nearly any distribution is a generalized Pareto one
(Pickands, "Statistical inference using extreme order statistics", Annals of Statistics 3, 1975). Its shape is taken
as 0, an exponential: log-odds have light tails, and a shape can't be told from so few.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scripts.fit_probability.rows import Floats

TAIL = 0.1
"""Share of the searches that the tail is fitted to."""
DRAWN = 400
"""Times that sources are drawn again for an interval."""
UPPER = 0.975


@dataclass(frozen=True, slots=True)
class Tail:
    """Log-odds of the surest wrong candidate: a share TAIL of the searches lies above `start`, by `mean` more."""

    start: float
    mean: float

    def rate(self, log_odds: float) -> float:
        """The share of searches that reach these log-odds; known for high ones only."""
        return float(min(1.0, TAIL * np.exp(-(log_odds - self.start) / self.mean)))

    def reached_by(self, rate: float) -> float:
        """The log-odds that this share of searches reaches, at most TAIL."""
        return float(self.start + self.mean * np.log(TAIL / rate))


def tail_of(log_odds: Floats) -> Tail:
    """The tail of one log-odds a search."""
    start = float(np.quantile(log_odds, 1 - TAIL))
    beyond = log_odds[log_odds > start] - start
    return Tail(start, float(max(beyond.mean() if len(beyond) else 0.0, 1e-6)))


def at_most(log_odds: Floats, sources: Sequence[str], reached: float, seed: int) -> float:
    """Upper end of the 95 % interval of the share that reaches some log-odds.

    Searches made of one source are alike, so sources are drawn again, each with all its searches (Efron, Tibshirani,
    "An Introduction to the Bootstrap", 1993, section 8.5 on data that isn't independent).
    """
    rng = np.random.default_rng(seed)
    by_source: dict[str, list[float]] = {}
    for source, value in zip(sources, log_odds.tolist(), strict=True):
        by_source.setdefault(source, []).append(value)
    groups = [np.array(values) for values in by_source.values()]
    rates = [
        tail_of(np.concatenate([groups[at] for at in rng.integers(0, len(groups), len(groups))])).rate(
            reached
        )
        for _ in range(DRAWN)
    ]
    return float(np.quantile(rates, UPPER))
