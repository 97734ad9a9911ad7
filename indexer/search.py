"""The way of a photo, on one page: decode, keypoints, retrieve by two ways, verify, decide, order."""

import time
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from indexer.answer import Candidate
from indexer.decide import Verdict, score, verdict
from indexer.retrieve import resemble, vote
from indexer.sight import SEARCHED_KEYPOINTS, Sight
from indexer.vectors.segment import Segment
from models.keypoints import Keypoints, as_floats
from models.pixels import decode
from models.quality import Quality, judge
from models.verify import Verification

VERIFIED = 40
"""Photographs with most votes that are verified; votes alone find nearly all true ones among the first few."""
RESEMBLING = 10
"""Photographs verified because the whole photo resembles them."""


@dataclass(slots=True)
class Steps:
    """Where the time of a search goes: milliseconds by step."""

    ms: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Add the time of a block to a step."""
        began = time.perf_counter()
        try:
            yield
        finally:
            self.ms[name] = self.ms.get(name, 0.0) + (time.perf_counter() - began) * 1000


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

    limit   of candidates; what is verified, and the verdict, don't depend on it
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
    with steps.step("keypoints"):
        keypoints = sight.extractor.extract(photo, SEARCHED_KEYPOINTS)
        quality = judge(photo, keypoints)
    with steps.step("votes"):
        votes = vote(segments, as_floats(keypoints.descriptors))
    with steps.step("descriptor"):
        alike = resemble(segments, sight.descriptor.describe([photo]), RESEMBLING).tolist()
    most = slice(max(limit, VERIFIED))
    weights = dict(zip(votes.photographs[most].tolist(), votes.weights[most].tolist(), strict=True))
    with steps.step("verification"):
        verified = dict.fromkeys([*list(weights)[:VERIFIED], *alike])
        evidence = {one: sight.verifier.verify(keypoints, _keypoints(segments, one)) for one in verified}
    names = dict.fromkeys([*weights, *alike])
    return [
        _candidate(at, one, weights.get(one, 0.0), evidence.get(one), keypoints, segments) for one in names
    ], quality


def _candidate(
    at: int,
    photograph_id: int,
    votes: float,
    evidence: Verification | None,
    searched: Keypoints,
    segments: Sequence[Segment],
) -> Candidate:
    segment = _holder(segments, photograph_id)
    found = evidence if evidence is not None and evidence.mapping is not None else None
    return Candidate(
        photograph_id=photograph_id,
        object_id=segment.object_of(photograph_id),
        score=round(score(votes, found), 6),
        verdict=verdict(found.inliers if found else 0),
        votes=round(votes, 4),
        inliers=found.inliers if found else 0,
        inlier_share=round(found.inliers / found.matches, 4) if found else 0.0,
        spread=round(found.spread, 4) if found else 0.0,
        photo=at,
        mapping=tuple(found.mapping.ravel().tolist()) if found and found.mapping is not None else None,  # type: ignore[arg-type]  # nine numbers
        points=_points(found, searched, segment.keypoints(photograph_id)) if found else (),
    )


def _points(
    evidence: Verification, searched: Keypoints, registered: Keypoints
) -> tuple[tuple[float, float, float, float], ...]:
    here, there = searched.points[evidence.pairs[:, 0]], registered.points[evidence.pairs[:, 1]]
    return tuple(
        (round(float(a), 1), round(float(b), 1), round(float(c), 1), round(float(d), 1))
        for (a, b), (c, d) in zip(here, there, strict=True)
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
