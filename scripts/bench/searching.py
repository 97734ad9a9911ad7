"""How fast and how surely photos are found, beside the bare steps of the same searches."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from indexer.compare import LISTED, UNITED, Ballot
from indexer.retrieve import resemble, vote
from indexer.sight import FIRST_LOOKS, WHOLE, Sight
from indexer.steps import Steps
from indexer.vectors.segment import Segment
from indexer.verifying import RESEMBLING, first
from models.pixels import decode
from models.regions import find_regions
from scripts.bench.material import Query
from service.records.search_record import CandidateRecord
from service.searching import CANDIDATES_LOOKED_AT, SearchDesk, UploadedPhoto


@dataclass(frozen=True, slots=True)
class Searched:
    """One query. `whole_ms`: from uploaded bytes to the kept record; `bare_ms`: the bare steps alone.

    true   points that agree with the best photo that shows the same; None where nothing registered is shown
    wrong  points that agree with the best photo that does not; 0 without one
    """

    whole_ms: float
    bare_ms: Mapping[str, float]
    found_first: bool
    true: int | None
    wrong: int
    verdict: str


def measure_searches(
    desk: SearchDesk, segment: Segment, sight: Sight, queries: Sequence[Query], names: Mapping[int, str]
) -> list[Searched]:
    """Search each query whole, then its bare steps, one after the other: both meet the same machine."""
    _measure(desk, segment, sight, queries[0], names)  # what is loaded once is no part of a search
    return [_measure(desk, segment, sight, query, names) for query in queries]


def measure_crowd(desk: SearchDesk, queries: Sequence[Query], at_once: int) -> float:
    """Searches a second when `at_once` searches run all the time."""
    photos = [UploadedPhoto(query.path.read_bytes(), query.path.name) for query in queries]
    began = time.perf_counter()
    with ThreadPoolExecutor(at_once) as threads:
        for done in [threads.submit(desk.search, [photo], CANDIDATES_LOOKED_AT) for photo in photos]:
            done.result()
    return len(photos) / (time.perf_counter() - began)


def bare_steps(data: bytes, segment: Segment, sight: Sight) -> Mapping[str, float]:
    """Milliseconds of the steps that every search takes, called directly on one photo, in one thread.

    Left out is what depends on what was found: looking closer, more to verify, laying photos on each other.
    """
    steps = Steps()
    with steps.step("decode"):
        photo = decode(data)
    with steps.step("keypoints"):
        seen = {look: sight.extractor.look(photo, look) for look in FIRST_LOOKS}
    with steps.step("votes"):
        votes = [vote([segment], each.keypoints) for each in seen.values()]
        ballots = [
            Ballot(look.keypoints, cast, cast.common) for look, cast in zip(seen.values(), votes, strict=True)
        ]
    with steps.step("regions"):
        find_regions(photo)
    with steps.step("descriptor"):
        alike = resemble([segment], sight.descriptor.describe([photo]))
    with steps.step("verification"):
        for one in dict.fromkeys([*first(ballots, LISTED)[:UNITED], *list(alike)[:RESEMBLING]]):
            sight.verifier.verify(seen[WHOLE].keypoints, segment.keypoints(one))
    return steps.ms


def _measure(
    desk: SearchDesk, segment: Segment, sight: Sight, query: Query, names: Mapping[int, str]
) -> Searched:
    data = query.path.read_bytes()
    began = time.perf_counter()
    record = desk.search([UploadedPhoto(data, query.path.name)], CANDIDATES_LOOKED_AT)
    whole = (time.perf_counter() - began) * 1000
    right = [c for c in record.candidates if names[c.photograph_id] in query.shows]
    wrong = [c for c in record.candidates if names[c.photograph_id] not in query.shows]
    return Searched(
        whole_ms=whole,
        bare_ms=bare_steps(data, segment, sight),
        found_first=any(c.rank == 1 for c in right),
        true=_most(right) if query.shows else None,
        wrong=_most(wrong),
        verdict=record.verdict.value,
    )


def _most(candidates: Iterable[CandidateRecord]) -> int:
    return max((candidate.inliers for candidate in candidates), default=0)
