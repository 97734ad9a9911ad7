"""Looking: what a searched photo shows, seen as a whole at several sizes and by its regions, and what votes for it."""

import functools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

import cv2
import numpy as np

from data.machine import cores
from indexer.compare import Ballot, Evidence, Outline
from indexer.retrieve import Votes, vote
from indexer.sight import COARSE, LOOKS, REGION, WHOLE, Sight
from indexer.steps import Steps
from indexer.vectors.segment import Segment
from models.keypoints import Look, Seen
from models.pixels import Pixels
from models.placing import carried
from models.regions import Region, cut

EXPLAINED = 24.0
"""Telling points from which a candidate explains the regions that it covers, ..."""
FILLED = 0.7
"""... if the registered photo, put in its place, covers at least this share of it: it need not be looked at alone."""
REGIONS = 4
"""Regions that are looked at on their own at most."""

Item = TypeVar("Item")
Made = TypeVar("Made")


@functools.cache
def _threads() -> ThreadPoolExecutor:
    """For all searches of this process: a search alone uses the cores, many share them."""
    return ThreadPoolExecutor(cores(), thread_name_prefix="look")


def begun(do: Callable[[Item], Made], items: Iterable[Item]) -> Iterator[Made]:
    """Begin to do something with each of some items on all cores; what it makes of them is waited for when asked for.

    What is begun first is done first. It must not wait for what else is begun: it would keep a thread from that.
    """
    return _threads().map(do, items)


def side_by_side(do: Callable[[Item], Made], items: Iterable[Item]) -> list[Made]:
    """Do something with each of some items on all cores; what it makes of them, in their order."""
    return list(begun(do, items))


@dataclass(frozen=True, slots=True)
class Looked:
    """What a look saw, what voted for it, and the time that took.

    votes  of its keypoints, and of those of the mirror image where that votes
    """

    seen: Seen
    votes: Sequence[Votes]
    steps: Steps


def begin_looks(photo: Pixels, segments: Sequence[Segment], sight: Sight) -> Iterator[Looked]:
    """Begin to look at the whole photo in all ways of LOOKS, in their order; the coarse one at its mirror image too."""

    def cast(look: Look) -> Looked:
        own = Steps()
        with own.step("keypoints"):
            seen = sight.extractor.look(photo, look)
        with own.step("votes"):
            both = [seen.keypoints, seen.mirrored] if look is COARSE else [seen.keypoints]
            return Looked(seen, [vote(segments, each) for each in both], own)

    return begun(cast, LOOKS)


def whole_looks(looking: Iterable[Looked], steps: Steps) -> tuple[list[Ballot], Seen]:
    """A ballot for each look that was begun and one for the mirror image, and what the whole look saw.

    The mirror image votes by the coarse look, the cheapest, and is verified by the whole one.
    """
    done = dict(zip(LOOKS, looking, strict=True))
    for each in done.values():
        steps.add(each.steps)
    ballots = [Ballot(one.seen.keypoints, one.votes[0], one.votes[0].common) for one in done.values()]
    whole, mirrored = done[WHOLE].seen, done[COARSE].votes[1]
    ballots.append(Ballot(whole.mirrored, mirrored, np.ones(len(whole.mirrored), np.int64), mirrored=True))
    return ballots, whole


def region_looks(
    photo: Pixels, regions: Sequence[Region], segments: Sequence[Segment], sight: Sight, steps: Steps
) -> list[Ballot]:
    """A ballot for each region, seen on its own, so that what lies beside it has no say."""
    height, width = photo.shape[:2]

    def cast(region: Region) -> tuple[Ballot, Steps]:
        own = Steps()
        with own.step("keypoints"):
            view = cut(photo, region, REGION.side)
            found = sight.extractor.look(view.picture, REGION).keypoints
            found = carried(found, view.mapping, width, height)
        with own.step("votes"):
            votes = vote(segments, found)
        return Ballot(found, votes, votes.common, region=True), own

    done = side_by_side(cast, regions)
    for _, own in done:
        steps.add(own)
    return [ballot for ballot, _ in done]


def unexplained(regions: Sequence[Region], evidence: Mapping[int, Evidence]) -> list[Region]:
    """The regions in which nothing was found that is sure enough, the best first, REGIONS at most."""
    outlines = [
        place.outline
        for found in evidence.values()
        if found.telling >= EXPLAINED and not found.outdone
        for place in found.places
    ]
    left = [region for region in regions if not any(covered(region, each) >= FILLED for each in outlines)]
    return left[:REGIONS]


def covered(region: Region, outline: Outline) -> float:
    """Share of a region's area that a convex outline, float32 (n, 2), covers."""
    corners = region.corners.astype(np.float32)
    shared, _ = cv2.intersectConvexConvex(corners, outline)
    return float(shared) / max(1.0, float(cv2.contourArea(corners)))
