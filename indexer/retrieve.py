"""Retrieval: which registered photographs are worth verifying, by two ways whose lists are joined."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from indexer.vectors.index import NOTHING, Ids, VectorIndex, Vectors
from indexer.vectors.segment import Segment, photographs_of

NEIGHBOURS = 32
"""Nearest local descriptors asked for each keypoint; the last only tells how near the others are."""


@dataclass(frozen=True, slots=True)
class Votes:
    """Photographs and their votes, int64 (n,) and float32 (n,): most votes first, then lower ids."""

    photographs: Ids
    weights: npt.NDArray[np.float32]


def nearest(indexes: Sequence[VectorIndex], vectors: Vectors, count: int) -> tuple[Ids, Vectors]:
    """Search several indexes as if they were one: ids and squared distances (n, count), nearest first."""
    found = [index.search(vectors, count) for index in indexes]
    ids = np.concatenate([each[0] for each in found], axis=1)
    distances = np.concatenate([each[1] for each in found], axis=1)
    order = np.lexsort((ids, distances), axis=1)[:, :count]
    return np.take_along_axis(ids, order, 1), np.take_along_axis(distances, order, 1)


def vote(segments: Sequence[Segment], descriptors: Vectors) -> Votes:
    """Local descriptors vote for photographs.

    Each keypoint votes for the photographs of its nearest neighbours, by how much nearer they are than the last
    of them (the burst of a common pattern is near to all, so it weighs nothing), at most once for a photograph:
    Jegou, Douze, Schmid, "On the burstiness of visual elements", CVPR 2009.
    """
    if len(descriptors) == 0 or not segments:
        return Votes(np.zeros(0, np.int64), np.zeros(0, np.float32))
    ids, distances = nearest([segment.local for segment in segments], descriptors, NEIGHBOURS)
    return tally(photographs_of(ids), distances)


def tally(photographs: Ids, distances: Vectors) -> Votes:
    """Count the votes of (n, k) neighbours, nearest first, with their squared distances."""
    finite = np.isfinite(distances)
    last = np.where(finite, distances, -np.inf).max(axis=1, keepdims=True)
    # a register with fewer neighbours than were asked for: the last one would get no vote at all
    last = np.where(finite.all(axis=1, keepdims=True), last, np.maximum(last, 1.0))
    weights = np.where(finite, np.maximum(last - distances, 0), 0).astype(np.float64)
    voters = np.broadcast_to(np.arange(len(photographs))[:, None], photographs.shape)
    kept = (photographs != NOTHING) & (weights > 0)
    who, whom, weight = voters[kept], photographs[kept], weights[kept]
    names, places = np.unique(whom, return_inverse=True)
    # neighbours are in order of distance, so the first of a keypoint for a photograph is its best
    _, first = np.unique(who * np.int64(len(names)) + places, return_index=True)
    sums = np.bincount(places[first], weight[first], len(names)).astype(np.float32)
    order = np.lexsort((names, -sums))
    return Votes(names[order], sums[order])


def resemble(segments: Sequence[Segment], descriptor: Vectors, count: int) -> Ids:
    """The photographs whose global descriptors are nearest to (1, d): int64 (up to count,)."""
    if not segments:
        return np.zeros(0, np.int64)
    ids, _ = nearest([segment.whole for segment in segments], descriptor, count)
    return np.asarray(ids[0][ids[0] != NOTHING], np.int64)
