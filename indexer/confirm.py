"""Confirmation: the registered photos themselves are laid under the searched one, and compared place by place.

Points agree on a frame, a label, a watermark or a wall as well as on the work; what lies between them doesn't. And a
dark or coarse photo of the work, in which few points agree, still shows the same in most places.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

import structlog

from data.photos import PhotoStoreError
from indexer.aligned import Unmappable
from indexer.candidates import part_of
from indexer.compare import Confirmation, Evidence
from indexer.looks import side_by_side
from indexer.sameness import lay_over
from models.pixels import NotReadable, Pixels

CONFIRMED = 6
"""Photographs that are laid under a searched photo at most, those with the most telling points: each takes some 20 ms,
and a page of a catalogue shows four works or six."""

log = structlog.get_logger(__name__)


def confirm(
    photo: Pixels, evidence: Mapping[int, Evidence], picture: Callable[[int], bytes]
) -> dict[int, Evidence]:
    """The evidence, that of the first photographs with what comparing place by place says.

    picture  from a photograph to its JPEG as the photo store keeps it
    A photograph whose picture can't be had, or whose mapping leads nowhere, stays as it is: its points have agreed, and
    that must be answered. The log tells of it.
    """
    told = sorted(
        (one for one, each in evidence.items() if each.placed and not each.verification.solid),
        key=lambda one: (-evidence[one].telling, one),
    )[:CONFIRMED]
    found = side_by_side(lambda one: _compared(photo, one, evidence[one], picture), told)
    return {**evidence, **dict(zip(told, found, strict=True))}


def _compared(photo: Pixels, one: int, evidence: Evidence, picture: Callable[[int], bytes]) -> Evidence:
    try:
        laid = lay_over(photo, picture(one), [part_of(place) for place in evidence.places])
    except (PhotoStoreError, NotReadable):
        log.exception("a registered photo could not be compared", photograph=one)
        return evidence
    except Unmappable:
        return evidence
    found = laid.found
    same, other = int(found.same.sum()), int(found.other.sum())
    if same + other == 0:
        return replace(evidence, laid=laid)
    confirmation = Confirmation(same / (same + other), same / found.same.size)
    return replace(evidence, confirmation=confirmation, laid=laid)
