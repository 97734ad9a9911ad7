"""The way of a photo, on one page: decode, look, retrieve by two ways, verify, look closer, confirm, decide, order."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from indexer.answer import Candidate
from indexer.candidates import candidate_of, decided, strongest
from indexer.clues import clues_of, likeness_of
from indexer.compare import (
    COUNTED,
    LISTED,
    UNITED,
    Ballot,
    Evidence,
    compare,
    strengths,
    surest,
    united,
    weigh_rivals,
)
from indexer.confirm import confirm
from indexer.decide import AlertLevel, Verdict
from indexer.looks import begin_looks, begun, region_looks, side_by_side, unexplained, whole_looks
from indexer.retrieve import most_alike, resemble
from indexer.sight import Sight
from indexer.steps import Steps
from indexer.vectors.segment import Segment
from models.keypoints import Keypoints
from models.pixels import Pixels, decode
from models.quality import Quality, judge
from models.regions import Region, cut, find_regions

RESEMBLING = 5
"""Photographs verified because a view of the photo resembles them."""
LISTED_FOR_REGION = 6
"""Photographs of each region's ballot that are verified."""
VIEW_SIDE = 320
"""Longest side, pixels, of a region that is described."""


@dataclass(frozen=True, slots=True)
class Found:
    """What one or several photos of an object found."""

    verdict: Verdict
    candidates: tuple[Candidate, ...]
    advice: str


def search_photos(
    photos: Sequence[bytes],
    segments: Sequence[Segment],
    sight: Sight,
    stored: Callable[[str], bytes],
    limit: int,
    steps: Steps,
    hidden: Collection[int] = (),
    level: AlertLevel = AlertLevel.dealer,
    without: Collection[int] = (),
) -> Found:
    """Search for photos of one object: each on its own, then what all of them say of each registered object.

    The same photo given twice (byte for byte) is no second witness: it is searched once, as the first of them.

    stored  from the photo store's key of a registered photograph to its JPEG, as PhotoStore.get
    limit   of candidates; up to COUNTED of them, nothing but their number depends on it
    hidden  photographs that are no candidates, whatever the segments say
    without photographs that are not looked at: neither are they candidates, nor do others stand back behind them
    """
    first = [photos.index(photo) for photo in photos]
    searched = sum(len(segment.whole) for segment in segments) - len(hidden)
    found = {
        at: _search_photo(at, photo, segments, searched, sight, stored, limit, steps, without)
        for at, photo in enumerate(photos)
        if first[at] == at
    }
    candidates = decided(
        (one for each, _ in found.values() for one in each if one.photograph_id not in hidden),
        sight.calibration,
        level,
    )
    qualities = [found[at][1] for at in first]
    overall = _overall(candidates, qualities)
    return Found(overall, candidates[:limit], _advice(qualities, overall))


def _search_photo(
    at: int,
    jpeg: bytes,
    segments: Sequence[Segment],
    searched: int,
    sight: Sight,
    stored: Callable[[str], bytes],
    limit: int,
    steps: Steps,
    without: Collection[int],
) -> tuple[list[Candidate], Quality]:
    with steps.step("decode"):
        photo = decode(jpeg)
    looking = begin_looks(photo, segments, sight)
    with steps.step("regions"):
        regions = find_regions(photo)
    # queued behind the looks, so that no core waits for the slowest of them
    resembling = begun(lambda view: _resembling(view, segments, sight), views(photo, regions))
    ballots, whole = whole_looks(looking, steps)
    ballots = [each.without(without) for each in ballots]
    quality = judge(photo, whole.keypoints)
    by_view = []
    for view, own in resembling:
        by_view.append(view)
        steps.add(own)
    nearest = most_alike(by_view)
    alike = [one for one in nearest if one not in without][:RESEMBLING]
    with steps.step("verification"):
        evidence = _verify(ballots, alike, LISTED, segments, sight)
    left = unexplained(regions, evidence)
    if left:
        closer = [each.without(without) for each in region_looks(photo, left, segments, sight, steps)]
        with steps.step("verification"):
            evidence = _joined(evidence, _verify(closer, (), LISTED_FOR_REGION, segments, sight))
        ballots += closer
    objects = {one: _holder(segments, one).object_of(one) for one in evidence}
    with steps.step("confirmation"):
        evidence = confirm(photo, evidence, lambda one: stored(_holder(segments, one).key_of(one)))
    evidence = weigh_rivals(evidence, objects)
    listed = strengths(ballots, max(limit, COUNTED))

    def found(one: int) -> Candidate:
        holder, votes = _holder(segments, one), sum(listed.get(one, []))
        likeness = likeness_of(by_view[0].get(one, 0.0), nearest.get(one, 0.0))
        clues = clues_of(evidence.get(one), votes, likeness, quality, holder.size_of(one), searched)
        log_odds = sight.calibration.log_odds(clues)
        return candidate_of(at, one, holder.object_of(one), evidence.get(one), votes, clues, log_odds)

    return [found(one) for one in dict.fromkeys([*listed, *alike, *evidence])], quality


def views(photo: Pixels, regions: Sequence[Region]) -> list[Pixels]:
    """What is described: the whole photo, as it is and turned, and each region."""
    turned = [np.ascontiguousarray(np.rot90(photo, times)) for times in (1, 2, 3)]
    return [photo, *turned, *(cut(photo, region, VIEW_SIDE).picture for region in regions)]


def _resembling(view: Pixels, segments: Sequence[Segment], sight: Sight) -> tuple[Mapping[int, float], Steps]:
    """Photographs by how alike a view is to them, and the time that took."""
    own = Steps()
    with own.step("descriptor"):
        return resemble(segments, sight.descriptor.describe([view])), own


def _verify(
    ballots: Sequence[Ballot], alike: Sequence[int], count: int, segments: Sequence[Segment], sight: Sight
) -> dict[int, Evidence]:
    """Verify the first of each ballot by the look that found them, the strongest by all looks together too."""
    listed = strengths(ballots, COUNTED)
    first = {one for ballot in ballots for one in ballot.strengths(count)}
    chosen = list(dict.fromkeys([*(one for one in listed if one in first), *alike]))
    together = None if ballots[0].region else united(ballots)

    def verify(ranked: tuple[int, int]) -> Evidence:
        rank, one = ranked
        registered = _keypoints(segments, one)
        best = ballots[int(np.argmax(listed.get(one, (1.0,))))]
        found = compare(best, registered, sight.verifier)
        if together is None or best.mirrored or (rank >= UNITED and not found.places):
            return found
        return surest(found, compare(together, registered, sight.verifier))

    return dict(zip(chosen, side_by_side(verify, enumerate(chosen)), strict=True))


def _joined(evidence: Mapping[int, Evidence], closer: Mapping[int, Evidence]) -> dict[int, Evidence]:
    """By photograph, the surer of what the whole photo and its regions say."""
    joined = dict(evidence)
    for one, found in closer.items():
        joined[one] = surest(joined[one], found) if one in joined else found
    return joined


def _holder(segments: Sequence[Segment], photograph_id: int) -> Segment:
    return next(segment for segment in segments if photograph_id in segment)


def _keypoints(segments: Sequence[Segment], photograph_id: int) -> Keypoints:
    return _holder(segments, photograph_id).keypoints(photograph_id)


def _overall(candidates: Sequence[Candidate], qualities: Sequence[Quality]) -> Verdict:
    found = strongest(candidates)
    if found is not Verdict.none:
        return found
    # poor photos that found something have answered; poor photos that found nothing have not
    return Verdict.none if any(quality.searchable for quality in qualities) else Verdict.unsearchable


def _advice(qualities: Sequence[Quality], overall: Verdict) -> str:
    """What to do about photos that can't be searched, and, where nothing was found, about those that are poor."""
    wanting = overall in {Verdict.none, Verdict.unsearchable}
    poor = [
        (at, quality.advice)
        for at, quality in enumerate(qualities, 1)
        if not quality.searchable or (wanting and quality.advice)
    ]
    if len(qualities) == 1:
        return poor[0][1] if poor else ""
    return " ".join(f"Photo {at}: {advice}" for at, advice in poor)
