"""Calibrations for tests: levels laid around what a search has found, whatever the installed ones are."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from indexer.decide import AlertLevel
from models.calibrate import Calibration, load_calibration, probability
from tests.service.serving import Running


def around(log_odds: float) -> Calibration:
    """One with which a candidate of these log-odds alerts the police and a dealer, and no auction."""
    chance, installed = probability(log_odds), load_calibration()
    begin = {
        AlertLevel.police: chance / 2,
        AlertLevel.dealer: chance * 0.8,
        AlertLevel.auction: (1 + chance) / 2,
    }
    laid = {each.value: replace(installed.thresholds[each], alert=begin[each]) for each in AlertLevel}
    return replace(installed, thresholds=laid, match=(3 + chance) / 4)


@contextmanager
def used(service: Running, calibration: Calibration) -> Iterator[None]:
    """Let a running service decide by this calibration until the end of the block."""
    engine = service.parts.keeper.engine()
    with engine._lock:  # a refresh that runs would put back what it has begun with
        view = engine._view
        assert view is not None
        engine._view = replace(view, sight=replace(view.sight, calibration=calibration))
    try:
        yield
    finally:
        with engine._lock:
            engine._view = view
