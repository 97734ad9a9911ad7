"""Verifying: the photographs that looks and views bring up, among all that are searched, and what is known so far."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from indexer.compare import COUNTED, UNITED, Ballot, Evidence, compare, strengths, surest, united
from indexer.looks import side_by_side
from indexer.retrieve import most_alike
from indexer.sight import Sight
from indexer.steps import Steps
from indexer.vectors.segment import Segment

RESEMBLING = 5
"""Photographs verified because a view of the photo resembles them, once the whole photo was described and again once
all its views were."""
LISTED_FOR_REGION = 6
"""Photographs of each region's ballot that are verified."""


@dataclass(frozen=True, slots=True)
class Among:
    """What a photo is searched among, and with.

    without  photographs that are not looked at
    hidden   photographs that are no candidates, so that they explain nothing
    steps    to which the time of each is added
    """

    segments: Sequence[Segment]
    sight: Sight
    without: Collection[int]
    hidden: Collection[int]
    steps: Steps

    def holder(self, photograph_id: int) -> Segment:
        """The segment that a photograph is in."""
        return next(segment for segment in self.segments if photograph_id in segment)

    def looked_at(self, ballots: Iterable[Ballot]) -> list[Ballot]:
        """The ballots, as if nobody had voted for what is not looked at."""
        return [ballot.without(self.without) for ballot in ballots]

    def alike(self, by_view: Iterable[Mapping[int, float]]) -> list[int]:
        """The RESEMBLING photographs that any of the views resembles most."""
        return [one for one in most_alike(by_view) if one not in self.without][:RESEMBLING]

    def shown(self, evidence: Mapping[int, Evidence]) -> dict[int, Evidence]:
        """The evidence of those that may be candidates."""
        return {one: each for one, each in evidence.items() if one not in self.hidden}


@dataclass(frozen=True, slots=True)
class Impression:
    """What is known of a photo so far.

    ballots   of its looks
    by_view   for each view that was described, photographs by how alike they are; the whole photo's first
    evidence  by photograph
    by_patch  likeness patch by patch, of those that were looked at so; None if none was, see indexer.patched
    """

    ballots: Sequence[Ballot]
    by_view: Sequence[Mapping[int, float]]
    evidence: Mapping[int, Evidence]
    by_patch: Mapping[int, float] | None = None


def first(ballots: Sequence[Ballot], count: int) -> list[int]:
    """The first photographs of each ballot, those before that stand out most in all of them."""
    listed = {one for ballot in ballots for one in ballot.strengths(count)}
    return [one for one in strengths(ballots, COUNTED) if one in listed]


def verify(ballots: Sequence[Ballot], photographs: Iterable[int], among: Among) -> dict[int, Evidence]:
    """Verify photographs, each once, by the look that found them.

    Where all ballots are of looks at the whole photo as it was taken, also by all of them together: the UNITED
    strongest, and whatever agrees by one alone.
    """
    chosen = list(dict.fromkeys(photographs))
    if not chosen:
        return {}
    listed = strengths(ballots, COUNTED)
    strong = set(list(listed)[:UNITED])
    together = None if any(each.region or each.mirrored for each in ballots) else united(ballots)

    def verified(one: int) -> Evidence:
        registered = among.holder(one).keypoints(one)
        best = ballots[int(np.argmax(listed.get(one, (1.0,))))]
        found = compare(best, registered, among.sight.verifier)
        if together is None or not (found.places or one in strong):
            return found
        return surest(found, compare(together, registered, among.sight.verifier))

    return dict(zip(chosen, side_by_side(verified, chosen), strict=True))


def joined(evidence: Mapping[int, Evidence], more: Mapping[int, Evidence]) -> dict[int, Evidence]:
    """By photograph, the surer of both."""
    return {**evidence, **{one: surest(evidence.get(one, found), found) for one, found in more.items()}}
