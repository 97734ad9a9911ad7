"""The score orders, the verdict follows from the probability and from who asks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.clues import NAMES, clues_of
from indexer.decide import GENTLE, AlertLevel, Verdict, score, verdict
from models.calibrate import LEVELS, load_calibration, probability
from models.quality import Quality
from tests.indexer.counted import ALERTS, MATCH, calibration, odds

log_odds = st.floats(-1e6, 1e6)
GROWS = [Verdict.none, Verdict.possible, Verdict.match]


@pytest.mark.parametrize("level", AlertLevel)
def test_a_level_begins_to_say_possible_where_it_alarms(level: AlertLevel) -> None:
    alert = odds(ALERTS[level])
    assert verdict(alert - 1e-6, level, calibration()) is Verdict.none
    assert verdict(alert + 1e-6, level, calibration()) is Verdict.possible


@pytest.mark.parametrize("level", AlertLevel)
def test_match_is_the_same_at_all_levels(level: AlertLevel) -> None:
    assert verdict(odds(MATCH) - 1e-6, level, calibration()) is Verdict.possible
    assert verdict(odds(MATCH) + 1e-6, level, calibration()) is Verdict.match


def test_a_probability_that_is_the_threshold_reaches_it() -> None:
    even = calibration(alerts={**ALERTS, "dealer": 0.5})
    assert verdict(0.0, AlertLevel.dealer, even) is Verdict.possible


@pytest.mark.parametrize("level", AlertLevel)
def test_whatever_the_log_odds_there_is_a_verdict(level: AlertLevel) -> None:
    assert verdict(-1e6, level, calibration()) is Verdict.none
    assert verdict(1e6, level, calibration()) is Verdict.match


@given(log_odds, log_odds, st.sampled_from(AlertLevel))
def test_higher_log_odds_never_say_less(one: float, other: float, level: AlertLevel) -> None:
    low, high = (verdict(each, level, calibration()) for each in sorted((one, other)))
    assert GROWS.index(low) <= GROWS.index(high)


def test_scores_by_hand() -> None:
    assert score(0) == 0.5
    assert score(GENTLE) == pytest.approx(probability(1))
    assert score(-3 * GENTLE) == pytest.approx(1 - score(3 * GENTLE))


@given(log_odds, log_odds)
def test_the_score_never_falls_and_stays_from_0_to_1(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert 0 <= score(low) <= score(high) <= 1


@given(st.floats(-80, 80), st.floats(1e-3, 80))
def test_the_score_tells_apart_what_the_probability_calls_certain(one: float, more: float) -> None:
    assert score(one) < score(one + more)


class TestTheCalibrationThatComesWithTheProject:
    """It fits the rest of the project; its numbers are the fit's own matter."""

    def test_it_has_a_threshold_for_each_level(self) -> None:
        assert set(LEVELS) == set(AlertLevel) == set(load_calibration().thresholds)

    def test_its_terms_are_made_of_clues_that_there_are(self) -> None:
        assert load_calibration().clues <= set(NAMES)

    @pytest.mark.parametrize("searched", [1, 20, 10**5])
    @given(st.integers(0, 1000), st.floats(0, 3), st.integers(0, 500))
    def test_to_stand_out_by_chance_is_no_alarm(
        self, searched: int, structure: int, sharpness: float, registered: int
    ) -> None:
        """Votes and likeness as wrong ones have them, that agree in nothing."""
        quality = Quality(structure, 640, 120.0, 0.0, sharpness, searchable=True, advice="")
        read = load_calibration()
        log_odds = read.log_odds(clues_of(None, 8.0, 0.1, quality, registered, searched))
        for level in (AlertLevel.dealer, AlertLevel.auction):
            assert verdict(log_odds, level, read) is Verdict.none

    @given(st.floats(0, 1e6), st.floats(0, 1))
    def test_in_a_small_register_nothing_is_likely_for_being_the_nearest(
        self, votes: float, likeness: float
    ) -> None:
        quality = Quality(400, 640, 120.0, 0.0, 0.8, searchable=True, advice="")
        read = load_calibration()
        log_odds = read.log_odds(clues_of(None, votes, likeness, quality, 400, 20))
        assert {verdict(log_odds, level, read) for level in AlertLevel} == {Verdict.none}

    def test_no_level_calls_a_match_what_it_is_not_alarmed_by(self) -> None:
        read = load_calibration()
        for level in AlertLevel:
            at = odds(read.match)
            assert verdict(at + 1e-6, level, read) is Verdict.match
            assert verdict(-1e6, level, read) is Verdict.none
