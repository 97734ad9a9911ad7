"""The score grows with evidence, the verdict follows from agreeing points alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.decide import HALF, HALF_VOTES, MATCH, POSSIBLE, UNVERIFIED, Verdict, score, verdict

votes_given = st.floats(0, 1e6)


@pytest.mark.parametrize(
    ("telling", "wanted"),
    [
        (0, Verdict.none),
        (POSSIBLE - 0.1, Verdict.none),
        (POSSIBLE, Verdict.possible),
        (MATCH - 0.1, Verdict.possible),
        (MATCH, Verdict.match),
        (1000, Verdict.match),
    ],
)
def test_the_verdict_follows_from_telling_points(telling: float, wanted: Verdict) -> None:
    assert verdict(telling) is wanted


def test_the_levels_are_those_that_were_measured() -> None:
    assert (POSSIBLE, MATCH) == (12, 24)


def test_scores_by_hand() -> None:
    assert score(0, None) == 0
    assert score(HALF_VOTES, None) == pytest.approx(UNVERIFIED / 2)
    assert score(0, HALF) == pytest.approx(UNVERIFIED + (1 - UNVERIFIED) / 2)
    assert score(0, 3 * HALF) == pytest.approx(UNVERIFIED + (1 - UNVERIFIED) * 3 / 4)


@given(votes_given, votes_given, st.integers(0, 10_000))
def test_agreeing_points_stand_above_any_votes(votes: float, more: float, inliers: int) -> None:
    assert 0 <= score(votes, None) < UNVERIFIED
    assert UNVERIFIED <= score(more, inliers) < 1
    if inliers:
        assert score(more, inliers) > UNVERIFIED


@given(votes_given, votes_given)
def test_more_votes_never_score_less(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert score(low, None) <= score(high, None)


@given(st.integers(0, 5000), st.integers(0, 5000), votes_given, votes_given)
def test_more_agreeing_points_score_more_whatever_the_votes(
    one: int, other: int, votes: float, more: float
) -> None:
    low, high = sorted((one, other))
    if low == high:
        assert score(votes, low) == score(more, high)
    else:
        assert score(votes, low) < score(more, high)
