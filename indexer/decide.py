"""Decision: from evidence to score and verdict.

The score orders candidates, within a search and across searches. It is no probability: it grows with the number
of agreeing points, where true pairs have hundreds and false ones a handful (docs/decisions/0004).
"""

from enum import StrEnum

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


def score(votes: float, telling: float | None) -> float:
    """From 0 to 1: below UNVERIFIED by votes alone (None), above it by telling points."""
    if telling is None:
        return UNVERIFIED * votes / (votes + HALF_VOTES)
    return UNVERIFIED + (1 - UNVERIFIED) * telling / (telling + HALF)


def verdict(telling: float) -> Verdict:
    """The verdict on one candidate."""
    if telling >= MATCH:
        return Verdict.match
    return Verdict.possible if telling >= POSSIBLE else Verdict.none
