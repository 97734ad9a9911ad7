"""How often a search for something that isn't registered alarms, where that is rarer than could be counted.

Peaks over a threshold: beyond a high quantile the excess of nearly any distribution is a generalized Pareto one
(Pickands, "Statistical inference using extreme order statistics", Annals of Statistics 3, 1975), here fitted by
probability-weighted moments (Hosking, Wallis, "Parameter and quantile estimation for the generalized Pareto
distribution", Technometrics 29, 1987), which bear few excesses well. Its tail is never taken for lighter than an
exponential one: that there is a highest false alarm is nothing to rely on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scripts.fit_probability.rows import Floats

TAIL = 0.1
"""Share of the searches that the tail is fitted to."""
LIGHT = 1e-3
"""A shape below this is that of an exponential tail."""
LEAST_SCALE = 1e-6
DRAWN = 400
"""Times that sources are drawn again for an interval."""
UPPER = 0.975


@dataclass(frozen=True, slots=True)
class Tail:
    """Log-odds of the surest wrong candidate: a share TAIL of the searches lies above `start`.

    scale  of the excess
    shape  0 for an exponential tail, more for a heavier one
    """

    start: float
    scale: float
    shape: float

    def rate(self, log_odds: float) -> float:
        """The share of searches that reach these log-odds; TAIL for all that lie below `start`."""
        excess = max(0.0, log_odds - self.start) / self.scale
        if self.shape < LIGHT:
            return float(TAIL * np.exp(-excess))
        return float(TAIL * (1 + self.shape * excess) ** (-1 / self.shape))

    def reached_by(self, rate: float) -> float:
        """The log-odds that this share of searches reaches, at most TAIL."""
        if self.shape < LIGHT:
            return float(self.start + self.scale * np.log(TAIL / rate))
        return float(self.start + self.scale * ((TAIL / rate) ** self.shape - 1) / self.shape)


def tail_of(log_odds: Floats) -> Tail:
    """The tail of one log-odds a search."""
    start = float(np.quantile(log_odds, 1 - TAIL))
    beyond = np.sort(log_odds[log_odds > start] - start)
    if not len(beyond):
        return Tail(start, LEAST_SCALE, 0.0)
    # alpha_0 and alpha_1 of Hosking and Wallis, by their plotting positions
    below = (np.arange(1, len(beyond) + 1) - 0.35) / len(beyond)
    mean, weighted = float(beyond.mean()), float((beyond * (1 - below)).mean())
    shape = 2 - mean / max(mean - 2 * weighted, 1e-9)
    if shape < LIGHT:
        return Tail(start, max(mean, LEAST_SCALE), 0.0)
    return Tail(start, max(mean * (1 - shape), LEAST_SCALE), shape)


def at_most(log_odds: Floats, sources: Sequence[object], reached: float, seed: int) -> float:
    """Upper end of the 95 % interval of the share that reaches some log-odds.

    Searches made of one source are alike, so sources are drawn again, each with all its searches (Efron, Tibshirani,
    "An Introduction to the Bootstrap", 1993, section 8.5 on data that isn't independent).
    """
    rng = np.random.default_rng(seed)
    by_source: dict[object, list[float]] = {}
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
