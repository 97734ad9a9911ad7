"""The score grows with evidence, the verdict follows from agreeing points alone."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.decide import HALF, HALF_VOTES, MATCH, POSSIBLE, UNVERIFIED, Verdict, score, verdict
from models.verify import Verification

votes_given = st.floats(0, 1e6)


def verified(inliers: int, *, mapped: bool = True) -> Verification:
    """Evidence of so many agreeing points."""
    pairs = np.zeros((inliers, 2), np.int32)
    return Verification(pairs, inliers + 5, np.eye(3) if mapped else None, 0.5)


@pytest.mark.parametrize(
    ("inliers", "wanted"),
    [
        (0, Verdict.none),
        (POSSIBLE - 1, Verdict.none),
        (POSSIBLE, Verdict.possible),
        (MATCH - 1, Verdict.possible),
        (MATCH, Verdict.match),
        (1000, Verdict.match),
    ],
)
def test_the_verdict_follows_from_agreeing_points(inliers: int, wanted: Verdict) -> None:
    assert verdict(inliers) is wanted


def test_the_levels_are_those_that_were_measured() -> None:
    assert (POSSIBLE, MATCH) == (12, 24)


def test_scores_by_hand() -> None:
    assert score(0, None) == 0
    assert score(HALF_VOTES, None) == pytest.approx(UNVERIFIED / 2)
    assert score(0, verified(int(HALF))) == pytest.approx(UNVERIFIED + (1 - UNVERIFIED) / 2)
    assert score(0, verified(3 * int(HALF))) == pytest.approx(UNVERIFIED + (1 - UNVERIFIED) * 3 / 4)


@given(votes_given, votes_given, st.integers(0, 10_000))
def test_agreeing_points_stand_above_any_votes(votes: float, more: float, inliers: int) -> None:
    alone, refuted = score(votes, None), score(votes, verified(inliers, mapped=False))
    assert 0 <= alone == refuted < UNVERIFIED
    assert UNVERIFIED <= score(more, verified(inliers)) < 1
    if inliers:
        assert score(more, verified(inliers)) > UNVERIFIED


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
        assert score(votes, verified(low)) == score(more, verified(high))
    else:
        assert score(votes, verified(low)) < score(more, verified(high))
