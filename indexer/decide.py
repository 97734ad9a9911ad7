"""Decision: from evidence to score and verdict.

The score orders candidates, within a search and across searches. It is no probability: it grows with the number
of agreeing points, where true pairs have hundreds and false ones a handful (docs/decisions/0004).
"""

from enum import StrEnum

from models.verify import Verification

HALF = 24.0
"""Agreeing points at which the score of a verified candidate is half way up."""
UNVERIFIED = 0.1
"""The score that votes alone can't reach: nothing is known but that some details look alike."""
HALF_VOTES = 60.0
MATCH, POSSIBLE = 24, 12
"""Agreeing points for the verdicts. False pairs: see docs/benchmarks/search.md."""


class Verdict(StrEnum):
    """What the service says of a search, or of one candidate."""

    match = "match"
    possible = "possible"
    none = "none"
    unsearchable = "unsearchable"


def score(votes: float, verification: Verification | None) -> float:
    """From 0 to 1: below UNVERIFIED by votes alone, above it by agreeing points."""
    by_votes = UNVERIFIED * votes / (votes + HALF_VOTES)
    if verification is None or verification.mapping is None:
        return by_votes
    inliers = verification.inliers
    return UNVERIFIED + (1 - UNVERIFIED) * inliers / (inliers + HALF)


def verdict(inliers: int) -> Verdict:
    """The verdict on one candidate."""
    if inliers >= MATCH:
        return Verdict.match
    return Verdict.possible if inliers >= POSSIBLE else Verdict.none
