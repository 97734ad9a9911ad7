"""The alert levels there are: whom each is for, and what it means with the calibration that is installed."""

from __future__ import annotations

from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field

from indexer.decide import AlertLevel
from models.calibrate import Calibration
from service.records.alert import LevelFigures
from service.records.examples import EXAMPLE_LEVEL

FOR_WHOM: Final[dict[AlertLevel, str]] = {
    AlertLevel.dealer: "One object before it is bought or sold: tells what deserves a look.",
    AlertLevel.auction: "A whole catalogue: tells only what is nearly certain.",
    AlertLevel.police: "An investigation: shows faint leads too, and asks for more looking.",
}
_FIGURES: dict[str, Any] = {
    **EXAMPLE_LEVEL,
    "words": FOR_WHOM[AlertLevel.dealer],
    "found": 0.97,
}


class AlertLevelView(LevelFigures):
    """An alert level."""

    words: str = Field(description="Whom it is for, in words.")
    found: float = Field(
        description="Share of photos that show something registered which alert, from 0 to 1, where it was measured."
    )


class AlertLevels(BaseModel):
    """The alert levels, and what their figures were measured on."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "levels": [_FIGURES],
                    "default": "dealer",
                    "measured_on": {"data": "photos that the model's card names", "unknown": 1200},
                    "model": "probability-1-5c1f0a77d2",
                }
            ]
        }
    )

    levels: list[AlertLevelView] = Field(description="The most easily alerted first.")
    default: AlertLevel = Field(description="The level of a search that asks for none.")
    measured_on: dict[str, Any] = Field(
        description="What the probability was fitted on and the levels were measured on. Elsewhere they may differ."
    )
    model: str = Field(description="Id of the card of the model that the probability comes from.")


def alert_levels(calibration: Calibration, default: AlertLevel) -> AlertLevels:
    """The levels with their figures, the most easily alerted first."""
    ordered = sorted(AlertLevel, key=lambda one: calibration.thresholds[one].alert)
    return AlertLevels(
        levels=[
            AlertLevelView.of(
                each, calibration, words=FOR_WHOM[each], found=calibration.thresholds[each].found
            )
            for each in ordered
        ],
        default=default,
        measured_on=dict(calibration.fitted),
        model=calibration.card.id,
    )
