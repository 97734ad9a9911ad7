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
from indexer.retrieve import resemble, vote
from indexer.sight import REGION, Sight
from indexer.steps import Steps
from indexer.vectors.segment import Segment
from models.keypoints import Keypoints, Look, Seen
from models.outlines import Corners
from models.pixels import Pixels, shrink
from models.placing import carried
from models.regions import Region, cut

EXPLAINED = 24.0
"""Telling points from which a candidate explains the regions that it covers, ..."""
FILLED = 0.7
"""... if the registered photo, put in its place, covers at least this share of it: it need not be looked at alone."""
REGIONS = 4
"""Regions that are looked at on their own at most."""
VIEW_SIDE = 320
"""Longest side, pixels, of a region that is described, ..."""
TURNED_SIDE = 640
"""... and of the whole photo before it is turned: more than any descriptor sees."""

Item = TypeVar("Item")
Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class Looked:
    """What one look at a whole photo saw, and what that voted for."""

    seen: Seen
    ballot: Ballot


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


def gathered(made: Iterable[tuple[Made, Steps]], steps: Steps) -> list[Made]:
    """All that was made, in its order; the time that each took is added to the steps."""
    done = []
    for one, own in made:
        done.append(one)
        steps.add(own)
    return done


def begin_looks(
    photo: Pixels, looks: Iterable[Look], segments: Sequence[Segment], sight: Sight
) -> Iterator[tuple[Looked, Steps]]:
    """Begin to look at the whole photo in some ways: what each saw and votes for, in their order, and its time."""

    def cast(look: Look) -> tuple[Looked, Steps]:
        own = Steps()
        with own.step("keypoints"):
            seen = sight.extractor.look(photo, look)
        with own.step("votes"):
            votes = vote(segments, seen.keypoints)
        return Looked(seen, Ballot(seen.keypoints, votes, votes.common)), own

    return begun(cast, looks)


def begin_mirrored_look(
    whole: Seen, coarse: Seen, segments: Sequence[Segment]
) -> Iterator[tuple[Ballot, Steps]]:
    """Begin to let the whole photo's mirror image vote: a ballot, and the time of it.

    It votes by the coarse look, the cheapest, and is verified by the whole one.
    """

    def cast(mirrored: Keypoints) -> tuple[Ballot, Steps]:
        own = Steps()
        with own.step("votes"):
            votes = vote(segments, coarse.mirrored)
        return Ballot(mirrored, votes, np.ones(len(mirrored), np.int64), mirrored=True), own

    return begun(cast, [whole.mirrored])


def begin_region_looks(
    photo: Pixels, regions: Iterable[Region], segments: Sequence[Segment], sight: Sight
) -> Iterator[tuple[Ballot, Steps]]:
    """Begin to look at each region on its own, so that what lies beside it has no say: a ballot, and the time of it."""
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

    return begun(cast, regions)


def begin_views(
    pictures: Iterable[Pixels], segments: Sequence[Segment], sight: Sight
) -> Iterator[tuple[Mapping[int, float], Steps]]:
    """Begin to describe pictures: for each, photographs by how alike they are to it, and the time that took."""

    def resembling(picture: Pixels) -> tuple[Mapping[int, float], Steps]:
        own = Steps()
        with own.step("descriptor"):
            return resemble(segments, sight.descriptor.describe([picture])), own

    return begun(resembling, pictures)


def closer_views(photo: Pixels, regions: Iterable[Region], *, turned: bool) -> list[Pixels]:
    """What is described beside the whole photo: the photo turned, if so, and regions."""
    small = shrink(photo, TURNED_SIDE).picture
    turns = (1, 2, 3) if turned else ()
    whole = [np.ascontiguousarray(np.rot90(small, times)) for times in turns]
    return [*whole, *(cut(photo, region, VIEW_SIDE).picture for region in regions)]


def is_sure(found: Evidence) -> bool:
    """Whether what agrees with a photograph explains what it covers."""
    return found.telling >= EXPLAINED and found.holds and not found.outdone


def explained(evidence: Mapping[int, Evidence]) -> list[Outline]:
    """Where in the photo something was found that is sure enough: outlines, float32 (n, 2), convex."""
    return [place.outline for found in evidence.values() if is_sure(found) for place in found.places]


def unexplained(regions: Sequence[Region], outlines: Sequence[Outline]) -> list[Region]:
    """The regions that none of the outlines covers as far as FILLED, the best first."""
    return [region for region in regions if not _filled(region.corners, outlines)]


def fills(photo: Pixels, outlines: Iterable[Outline]) -> bool:
    """Whether one of the outlines covers the whole photo as far as FILLED."""
    height, width = photo.shape[:2]
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float64)
    return _filled(corners, outlines)


def _filled(corners: Corners, outlines: Iterable[Outline]) -> bool:
    return any(covered(corners, each) >= FILLED for each in outlines)


def covered(corners: Corners, outline: Outline) -> float:
    """Share of the area within the corners (4, 2) that a convex outline, float32 (n, 2), covers."""
    corners = corners.astype(np.float32)
    shared, _ = cv2.intersectConvexConvex(corners, outline)
    return float(shared) / max(1.0, float(cv2.contourArea(corners)))
