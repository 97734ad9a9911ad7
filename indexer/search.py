"""The way of a photo, on one page: decode, look, retrieve by two ways, verify, look closer, confirm, decide, order."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from indexer.answer import Candidate
from indexer.candidates import candidate_of, decided, strongest
from indexer.clues import clues_of, likeness_of
from indexer.compare import COUNTED, LISTED, UNITED, strengths, weigh_rivals
from indexer.confirm import confirm
from indexer.decide import AlertLevel, Verdict
from indexer.looks import (
    REGIONS,
    begin_looks,
    begin_mirrored_look,
    begin_region_looks,
    begin_views,
    begun,
    closer_views,
    explained,
    fills,
    gathered,
    is_sure,
    unexplained,
)
from indexer.patched import patch_likeness
from indexer.retrieve import most_alike
from indexer.sight import FINE, FIRST_LOOKS, Sight
from indexer.steps import Steps
from indexer.vectors.segment import Segment
from indexer.verifying import LISTED_FOR_REGION, Among, Impression, first, joined, verify
from models.keypoints import Seen
from models.pixels import Pixels, decode
from models.quality import Quality, judge
from models.regions import Region, find_regions


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
    witness = [photos.index(photo) for photo in photos]
    among = Among(segments, sight, without, hidden, steps)
    searched = sum(len(segment.whole) for segment in segments) - len(hidden)
    found = {
        at: _search_photo(at, photo, among, searched, stored, limit)
        for at, photo in enumerate(photos)
        if witness[at] == at
    }
    candidates = decided(
        (one for each, _ in found.values() for one in each if one.photograph_id not in hidden),
        sight.calibration,
        level,
    )
    qualities = [found[at][1] for at in witness]
    overall = _overall(candidates, qualities)
    return Found(overall, candidates[:limit], _advice(qualities, overall))


def _search_photo(
    at: int, jpeg: bytes, among: Among, searched: int, stored: Callable[[str], bytes], limit: int
) -> tuple[list[Candidate], Quality]:
    segments, sight, steps = among.segments, among.sight, among.steps

    def picture(one: int) -> bytes:
        return stored(among.holder(one).key_of(one))

    with steps.step("decode"):
        photo = decode(jpeg)
    looking = begin_looks(photo, FIRST_LOOKS, segments, sight)
    # queued behind the looks, so that no core waits for the slowest of them
    describing = begin_views([photo], segments, sight)
    with steps.step("regions"):
        regions = find_regions(photo)
    whole, coarse = gathered(looking, steps)
    judging = begun(lambda keypoints: judge(photo, keypoints), [whole.seen.keypoints])
    ballots = among.looked_at([whole.ballot, coarse.ballot])
    by_view = gathered(describing, steps)
    with steps.step("verification"):
        listed = [*first(ballots, LISTED)[:UNITED], *among.alike(by_view)]
        found = Impression(ballots, by_view, verify(ballots, listed, among))
    sure = explained(among.shown(found.evidence))
    left = unexplained(regions, sure)
    if left or not (regions or fills(photo, sure)):
        found = _closer(photo, left, (whole.seen, coarse.seen), found, among, picture, turned=not sure)
    with steps.step("confirmation"):
        confirmed = confirm(photo, found.evidence, picture)
    evidence = weigh_rivals(confirmed, {one: among.holder(one).object_of(one) for one in confirmed})
    standing = strengths(found.ballots, max(limit, COUNTED))
    nearest = most_alike(found.by_view)
    quality = next(judging)

    def candidate(one: int) -> Candidate:
        holder, votes = among.holder(one), sum(standing.get(one, []))
        patches = None if found.by_patch is None else found.by_patch.get(one, 0.0)
        likeness = likeness_of(found.by_view[0].get(one, 0.0), nearest.get(one, 0.0), patches)
        clues = clues_of(evidence.get(one), votes, likeness, quality, holder.size_of(one), searched)
        log_odds = sight.calibration.log_odds(clues)
        return candidate_of(at, one, holder.object_of(one), evidence.get(one), votes, clues, log_odds)

    named = dict.fromkeys([*standing, *among.alike(found.by_view), *(found.by_patch or {}), *evidence])
    return [candidate(one) for one in named], quality


def _closer(
    photo: Pixels,
    left: Sequence[Region],
    seen: tuple[Seen, Seen],
    found: Impression,
    among: Among,
    picture: Callable[[int], bytes],
    *,
    turned: bool,
) -> Impression:
    """What a closer look adds: the fine look, more photographs of each ballot, the mirror image, the regions that are
    left, the photo turned, and what it resembles patch by patch.

    seen  by the whole and the coarse look
    """
    segments, sight, steps = among.segments, among.sight, among.steps
    refining = begin_looks(photo, [FINE], segments, sight)
    mirroring = begin_mirrored_look(*seen, segments)
    looking = begin_region_looks(photo, left[:REGIONS], segments, sight)
    describing = begin_views(closer_views(photo, left, turned=turned), segments, sight)
    ballots = [*found.ballots, *among.looked_at(one.ballot for one in gathered(refining, steps))]
    mirrored = among.looked_at(gathered(mirroring, steps))
    by_region = among.looked_at(gathered(looking, steps))
    by_view = [*found.by_view, *gathered(describing, steps)]
    with steps.step("verification"):
        listed = (*first(ballots, LISTED), *among.alike(by_view))
        evidence = joined(found.evidence, verify(ballots, listed, among))
        unsure = [one for one in first(mirrored, LISTED) if one not in evidence or not is_sure(evidence[one])]
        evidence = joined(evidence, verify(mirrored, unsure, among))
        evidence = joined(evidence, verify(by_region, first(by_region, LISTED_FOR_REGION), among))
    with steps.step("descriptor"):
        by_patch = patch_likeness(photo, by_view, sight.descriptor, picture, among.without)
    return Impression([*ballots, *mirrored, *by_region], by_view, evidence, by_patch)


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
