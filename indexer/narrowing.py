"""Narrowing: a search among some objects only, as if the register had no others."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from indexer.answer import Narrowed
from indexer.vectors.index import Ids
from indexer.vectors.segment import KEYPOINT_BITS, Segment


@dataclass(frozen=True, slots=True)
class Narrow:
    """What is searched among some objects.

    segments  as they were, but that only photographs of these objects are found in them
    told      what the answer says of it
    """

    segments: tuple[Segment, ...]
    told: Narrowed


def narrow(segments: Sequence[Segment], objects: Ids, hidden: Collection[int]) -> Narrow:
    """Leave nothing to be found in the segments but photographs of these objects: int64 (n,), each once.

    hidden  photographs that are no candidates, whatever the segments say
    """
    gone = np.fromiter(hidden, np.int64, len(hidden))
    chosen = [
        np.isin(each.table["object"], objects) & ~np.isin(each.table["photograph"], gone) for each in segments
    ]
    of = [each.table["object"][here] for each, here in zip(segments, chosen, strict=True)]
    pictured = np.unique(np.concatenate([np.zeros(0, np.int64), *of]))
    return Narrow(
        tuple(_within(each, here) for each, here in zip(segments, chosen, strict=True)),
        Narrowed(
            objects=len(objects),
            photographs=sum(map(len, of)),
            pictureless=tuple(np.setdiff1d(objects, pictured).tolist()),
        ),
    )


def _within(segment: Segment, chosen: npt.NDArray[np.bool_]) -> Segment:
    photographs = np.ascontiguousarray(segment.table["photograph"][chosen], np.int64)
    keypoints = int(segment.table["keypoints"][chosen].sum())
    return replace(
        segment,
        local=segment.local.within(photographs, keypoints, KEYPOINT_BITS),
        whole=segment.whole.within(photographs, len(photographs)),
    )
