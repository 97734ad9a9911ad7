"""Comparing the first candidates of a search in detail: what differs between the two photos.

A search is answered whether or not that succeeds; where it does not, the record says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import structlog

from indexer.answer import Candidate
from indexer.decide import Verdict
from indexer.differ import Difference, differences

COMPARED = 3
"""Candidates of a search that are compared in detail at most: each takes some 20 to 40 ms, and who looks at evidence
begins with the first."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Compared:
    """What differs, or why that is unknown."""

    differences: tuple[Difference, ...] = ()
    unknown: str = ""


NOT_COMPARED = Compared(
    unknown=f"Only the first {COMPARED} candidates that agree with the photo are compared in detail."
)
NOWHERE_LAID = Compared(
    unknown="Too little of the object itself lies where the registered photo has it, so what differs can't be told."
)
FAILED = Compared(unknown="The two photos could not be compared in detail. The service's log says why.")


def compare_first(
    candidates: Iterable[Candidate], photos: Sequence[bytes], registered: Callable[[int], bytes]
) -> dict[int, Compared]:
    """Photograph id -> what differs, for the first candidates whose verdict is not none.

    ``photos``: what was searched with; ``registered``: photograph id -> stored JPEG.
    """
    agreeing = [each for each in candidates if each.verdict is not Verdict.none][:COMPARED]
    return {each.photograph_id: _compare(each, photos, registered) for each in agreeing}


def _compare(candidate: Candidate, photos: Sequence[bytes], registered: Callable[[int], bytes]) -> Compared:
    if candidate.mapping is None or candidate.beside_work:
        return NOWHERE_LAID
    try:
        found = differences(photos[candidate.photo], registered(candidate.photograph_id), candidate)
    except Exception:
        # whatever it is, the search has found something, and that must be answered
        log.exception("photos could not be compared in detail", photograph=candidate.photograph_id)
        return FAILED
    return Compared(found)
