"""The alert level of a search as its record keeps it, so that a verdict explains itself later."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from indexer.answer import Candidate
from indexer.decide import AlertLevel, Verdict, verdict
from models.calibrate import Calibration

SURE, HARDLY = 0.99, 0.01
"""Beyond these a probability is not told more exactly: it comes from a model, and no model is certain."""
FAINTEST = 1e-4
"""A threshold nearer to 0 or 1 is not told more exactly."""
DECIMALS = 6
"""Of a threshold, as it is told."""


class LevelFigures(BaseModel):
    """What an alert level means: from where it speaks, and how often wrongly."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    level: AlertLevel
    from_probability: float = Field(
        description="From this probability on a candidate is called `possible`, which is an alert."
    )
    match_from: float = Field(
        description="From this probability on it is called `match`; the same at every level."
    )
    false_alerts_per_1000: float = Field(
        description="Alerts to be expected of 1,000 searches with photos that show nothing registered."
    )
    at_most_per_1000: float = Field(
        description="Upper end of the 95 % interval of what was measured of that."
    )
    meaning: str = Field(description="All of this in a sentence.")

    @classmethod
    def of(cls, level: AlertLevel, calibration: Calibration, **more: object) -> Self:
        """The figures of a level as the calibration states them."""
        threshold = calibration.thresholds[level]
        wrongly = false_alerts(threshold.false_alerts, threshold.at_most)
        figures = {
            "from_probability": round(threshold.alert, DECIMALS),
            "match_from": round(calibration.match, DECIMALS),
            "false_alerts_per_1000": threshold.false_alerts,
            "at_most_per_1000": threshold.at_most,
            "meaning": f"Possible from a probability of {from_in_words(threshold.alert)} on, match from "
            f"{from_in_words(calibration.match)} on; about {wrongly} alert as well.",
        }
        return cls.model_validate({"level": level, **figures, **more})


class AlertRecord(LevelFigures):
    """The alert level of a search, with its figures as they were at that moment."""

    would_alert_at: tuple[AlertLevel, ...] = Field(
        description="Other levels at which the first candidate would have been an alert, the strictest first; "
        "empty where this search has alerted, and where it would have at none."
    )


def alert_record(
    level: AlertLevel, found: Verdict, candidates: Sequence[Candidate], calibration: Calibration
) -> AlertRecord:
    """What a record keeps of the level. ``candidates``: surest first; ``found``: the search's verdict."""
    silent = found in {Verdict.none, Verdict.unsearchable}
    missed = [
        each
        for each in sorted(AlertLevel, key=lambda one: -calibration.thresholds[one].alert)
        if silent and candidates and verdict(candidates[0].log_odds, each, calibration) is not Verdict.none
    ]
    return AlertRecord.of(level, calibration, would_alert_at=missed)


def in_words(probability: float) -> str:
    """A probability from 0 to 1 for a reader: `96 %`, and never that something is certain."""
    if probability > SURE:
        return f"over {SURE:.0%}".replace("%", " %")
    if probability < HARDLY:
        return f"under {HARDLY:.0%}".replace("%", " %")
    return f"{probability:.0%}".replace("%", " %")


def from_in_words(threshold: float) -> str:
    """A threshold for a reader: more exactly than a probability, and never 0 or 100 %."""
    if not FAINTEST <= threshold <= 1 - FAINTEST:
        return "under 0.01 %" if threshold < FAINTEST else "over 99.99 %"
    return f"{100 * threshold:.0f} %" if HARDLY <= threshold <= SURE else f"{100 * threshold:.2f} %"


def false_alerts(per_1000: float, at_most: float) -> str:
    """How often a level alerts wrongly, in words."""
    return f"{per_1000:g} of 1,000 photos that show nothing registered (at most {at_most:g})"
