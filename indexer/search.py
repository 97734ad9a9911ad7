"""The way of a photo, on one page: decode, look, retrieve by two ways, verify, decide, order."""

import functools
import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np

from data.machine import cores
from indexer.answer import Candidate
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
from indexer.decide import Verdict, score, verdict
from indexer.retrieve import Votes, resemble, vote
from indexer.sight import COARSE, LOOKS, WHOLE, Sight
from indexer.vectors.segment import Segment
from models.keypoints import Keypoints, Look, Seen
from models.pixels import Pixels, decode
from models.quality import Quality, judge

RESEMBLING = 5
"""Photographs verified because the whole photo resembles them."""


@dataclass(slots=True)
class Steps:
    """Where the time of a search goes: milliseconds by step, of all threads together."""

    ms: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Add the time of a block to a step."""
        began = time.perf_counter()
        try:
            yield
        finally:
            self.ms[name] = self.ms.get(name, 0.0) + (time.perf_counter() - began) * 1000

    def add(self, other: "Steps") -> None:
        """Add the times of another thread."""
        for name, spent in other.ms.items():
            self.ms[name] = self.ms.get(name, 0.0) + spent


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
    limit: int,
    steps: Steps,
    hidden: Collection[int] = (),
) -> Found:
    """Search for photos of one object: each on its own, then each photograph by its best evidence.

    limit   of candidates; up to COUNTED of them, nothing but their number depends on it
    hidden  photographs that are no candidates, whatever the segments say
    """
    found = [_search_photo(at, photo, segments, sight, limit, steps) for at, photo in enumerate(photos)]
    candidates = _best(one for each, _ in found for one in each if one.photograph_id not in hidden)
    qualities = [quality for _, quality in found]
    return Found(_overall(candidates, qualities), candidates[:limit], _advice(qualities))


def _search_photo(
    at: int, jpeg: bytes, segments: Sequence[Segment], sight: Sight, limit: int, steps: Steps
) -> tuple[list[Candidate], Quality]:
    with steps.step("decode"):
        photo = decode(jpeg)
    ballots, quality = _look(photo, segments, sight, steps)
    listed = strengths(ballots, max(limit, COUNTED))
    with steps.step("descriptor"):
        alike = resemble(segments, sight.descriptor.describe([photo]), RESEMBLING).tolist()
    with steps.step("verification"):
        evidence = _verify(ballots, listed, alike, segments, sight)
    return [
        _candidate(at, one, sum(listed.get(one, ())), evidence.get(one), segments)
        for one in dict.fromkeys([*listed, *alike])
    ], quality


def _look(
    photo: Pixels, segments: Sequence[Segment], sight: Sight, steps: Steps
) -> tuple[list[Ballot], Quality]:
    """A ballot for each look and one for the mirror image, which votes by the coarse look, the cheapest, and is
    verified by the whole one.
    """

    def cast(look: Look) -> tuple[Seen, list[Votes], Steps]:
        own = Steps()
        with own.step("keypoints"):
            seen = sight.extractor.look(photo, look)
        with own.step("votes"):
            both = [seen.keypoints, seen.mirrored] if look is COARSE else [seen.keypoints]
            return seen, [vote(segments, each) for each in both], own

    done = dict(zip(LOOKS, _threads().map(cast, LOOKS), strict=True))
    for _, _, own in done.values():
        steps.add(own)
    ballots = [Ballot(seen.keypoints, votes[0], votes[0].common) for seen, votes, _ in done.values()]
    whole, mirrored = done[WHOLE][0], done[COARSE][1][1]
    ballots.append(Ballot(whole.mirrored, mirrored, np.ones(len(whole.mirrored), np.int64), mirrored=True))
    return ballots, judge(photo, whole.keypoints)


@functools.cache
def _threads() -> ThreadPoolExecutor:
    """For the looks of all searches of this process: a search alone uses the cores, many share them."""
    return ThreadPoolExecutor(cores(), thread_name_prefix="look")


def _verify(
    ballots: Sequence[Ballot],
    listed: Mapping[int, Sequence[float]],
    alike: Sequence[int],
    segments: Sequence[Segment],
    sight: Sight,
) -> dict[int, Evidence]:
    """Verify the first of each ballot by the look that found them, the strongest by all looks together too."""
    first = {one for ballot in ballots for one in ballot.strengths(LISTED)}
    chosen = [one for one in listed if one in first]
    together = united(ballots)
    evidence = {}
    for rank, one in enumerate(dict.fromkeys([*chosen, *alike])):
        registered = _keypoints(segments, one)
        best = ballots[int(np.argmax(listed.get(one, (1.0,))))]
        found = compare(best, registered, sight.verifier)
        if not best.mirrored and (rank < UNITED or found.mapping is not None):
            found = surest(found, compare(together, registered, sight.verifier))
        evidence[one] = found
    objects = {one: _holder(segments, one).object_of(one) for one in evidence}
    return weigh_rivals(evidence, objects)


def _candidate(
    at: int, photograph_id: int, votes: float, evidence: Evidence | None, segments: Sequence[Segment]
) -> Candidate:
    found = evidence if evidence is not None and evidence.mapping is not None else None
    geometry = found.verification if found else None
    return Candidate(
        photograph_id=photograph_id,
        object_id=_holder(segments, photograph_id).object_of(photograph_id),
        score=round(score(votes, found.telling if found else None), 6),
        verdict=verdict(found.telling if found else 0.0),
        votes=round(votes, 4),
        inliers=geometry.inliers if geometry else 0,
        inlier_share=round(geometry.inliers / geometry.matches, 4) if geometry else 0.0,
        spread=round(geometry.spread, 4) if geometry else 0.0,
        photo=at,
        mirrored=found.mirrored if found else False,
        outdone=found.outdone if found else False,
        mapping=tuple(found.mapping.ravel().tolist()) if found and found.mapping is not None else None,  # type: ignore[arg-type]  # nine numbers
        points=tuple(tuple(row) for row in np.round(found.points, 1).tolist()) if found else (),
    )


def _holder(segments: Sequence[Segment], photograph_id: int) -> Segment:
    return next(segment for segment in segments if photograph_id in segment)


def _keypoints(segments: Sequence[Segment], photograph_id: int) -> Keypoints:
    return _holder(segments, photograph_id).keypoints(photograph_id)


def _best(candidates: Iterable[Candidate]) -> tuple[Candidate, ...]:
    """Each photograph once, by its best evidence, surest first; ties go to the older photograph."""
    best: dict[int, Candidate] = {}
    for candidate in candidates:
        known = best.get(candidate.photograph_id)
        if known is None or candidate.score > known.score:
            best[candidate.photograph_id] = candidate
    return tuple(sorted(best.values(), key=lambda c: (-c.score, c.photograph_id)))


def _overall(candidates: Sequence[Candidate], qualities: Sequence[Quality]) -> Verdict:
    if candidates and candidates[0].verdict is not Verdict.none:
        return candidates[0].verdict
    # poor photos that found something have answered; poor photos that found nothing have not
    return Verdict.none if any(quality.searchable for quality in qualities) else Verdict.unsearchable


def _advice(qualities: Sequence[Quality]) -> str:
    poor = [(at, quality.advice) for at, quality in enumerate(qualities, 1) if quality.advice]
    if len(qualities) == 1:
        return poor[0][1] if poor else ""
    return " ".join(f"Photo {at}: {advice}" for at, advice in poor)
