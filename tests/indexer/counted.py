"""A calibration that is easily counted with: even odds at twelve telling points."""

from __future__ import annotations

from collections.abc import Mapping
from math import log, log1p

from models.calibrate import Calibration, Term, Threshold, Weighing

ALERTS: Mapping[str, float] = {"police": 0.2, "dealer": 0.5, "auction": 0.8}
MATCH, BESIDE, SILENT = 0.95, 0.5, -6.0


def calibration(
    terms: Mapping[str, Term] | None = None,
    alerts: Mapping[str, float] = ALERTS,
    *,
    match: float = MATCH,
    beside: float = BESIDE,
    silent: float = SILENT,
) -> Calibration:
    """With these thresholds; by telling points alone unless terms are given."""
    weighing = Weighing(0.0, terms or {"points": Term(log1p(12), scale=1.0, weight=4.0, low=0.0, high=9.0)})
    return Calibration(
        full=weighing,
        blind=weighing,
        retrieved=weighing,
        beside=beside,
        silent=silent,
        thresholds={name: Threshold(alert, 1.0, 2.0, 0.9) for name, alert in alerts.items()},
        match=match,
        fitted={},
        sha256="",
    )


def odds(probability: float) -> float:
    """The log-odds of a probability."""
    return log(probability / (1 - probability))
