"""Decision: from log-odds to score, probability and verdict.

The log-odds that two photos show the same object come from a model that was fitted (models.calibrate). The score
only orders candidates, within a search and across searches; the probability says how sure it is, and the caller's
alert level from which probability on somebody is told (docs/decisions/0011).
"""

from enum import StrEnum

from models.calibrate import Calibration, probability

GENTLE = 8.0
"""Log-odds are divided by this for the score, so that it still tells apart what is certain either way."""


class Verdict(StrEnum):
    """What the service says of a search, or of one candidate."""

    match = "match"
    possible = "possible"
    none = "none"
    unsearchable = "unsearchable"


class AlertLevel(StrEnum):
    """Who asks: how readily a search alarms, against how often it alarms wrongly."""

    dealer = "dealer"
    auction = "auction"
    police = "police"


def score(log_odds: float) -> float:
    """From 0 to 1, one half at even odds."""
    return probability(log_odds / GENTLE)


def verdict(log_odds: float, level: AlertLevel, calibration: Calibration) -> Verdict:
    """The verdict on one candidate: `match` is the same at all levels, `possible` begins where the level alarms."""
    chance = probability(log_odds)
    if chance >= calibration.match:
        return Verdict.match
    return Verdict.possible if chance >= calibration.thresholds[level].alert else Verdict.none
