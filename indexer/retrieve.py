"""Retrieval: which registered photographs are worth verifying, by two ways whose lists are joined."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from indexer.vectors.index import NOTHING, Ids, VectorIndex, Vectors
from indexer.vectors.segment import Segment, known_of, photographs_of
from models.keypoints import Keypoints, as_floats

NEIGHBOURS = 32
"""Nearest local descriptors asked for each keypoint; the last only tells how near the others are."""
TURNS = 12
"""Turns are counted in steps of 30 degrees, ..."""
OCTAVES = 16
"""... and scales in octaves, from 1/256 to 256; neighbouring steps are counted together."""
NEAR = 0.5
"""A neighbour is as near as the best if it lies in the nearer half between the best and the last."""
COMPARED = 20
"""Nearest global descriptors asked for each view; the last only tells how near the others are."""

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Neighbours:
    """What the index says of n keypoints, nearest first: all (n, k).

    photographs  int64, NOTHING where there are fewer than k
    objects      int64, whose photographs they are; likewise
    distances    float32, squared
    turns        float32, degrees by which the registered keypoint is turned against the searched one
    zooms        float32, octaves by which it is larger
    """

    photographs: Ids
    objects: Ids
    distances: Vectors
    turns: Floats
    zooms: Floats


@dataclass(frozen=True, slots=True)
class Votes:
    """Photographs and their votes, int64 (n,) and float32 (n,): most votes first, then lower ids.

    common  int64 (keypoints,): how many objects have something as near to a keypoint as the nearest
    """

    photographs: Ids
    weights: Floats
    common: Ids


def nearest(indexes: Sequence[VectorIndex], vectors: Vectors, count: int) -> tuple[Ids, Vectors]:
    """Search several indexes as if they were one: ids and squared distances (n, count), nearest first."""
    filled = [index for index in indexes if len(index)] or indexes[:1]
    found = [index.search(vectors, count) for index in filled]
    if len(found) == 1:
        return found[0]
    ids = np.concatenate([each[0] for each in found], axis=1)
    distances = np.concatenate([each[1] for each in found], axis=1)
    order = np.lexsort((ids, distances), axis=1)[:, :count]
    return np.take_along_axis(ids, order, 1), np.take_along_axis(distances, order, 1)


def vote(segments: Sequence[Segment], keypoints: Keypoints) -> Votes:
    """Keypoints vote for photographs, and only those votes count that agree in turn and scale."""
    if len(keypoints) == 0 or not segments:
        return Votes(np.zeros(0, np.int64), np.zeros(0, np.float32), np.ones(len(keypoints), np.int64))
    found, distances = nearest(
        [segment.local for segment in segments], as_floats(keypoints.descriptors), NEIGHBOURS
    )
    objects, angles, sizes = known_of(segments, found)
    return tally(
        Neighbours(
            photographs_of(found),
            objects,
            distances,
            turns=(angles - keypoints.angles[:, None]) % 360,
            zooms=sizes - np.log2(keypoints.sizes)[:, None],
        )
    )


def tally(found: Neighbours) -> Votes:
    """Count votes.

    Each keypoint votes for the photographs of its nearest neighbours, by how much nearer they are than the last
    of them (the burst of a common pattern is near to all, so it weighs nothing), at most once for a photograph:
    Jegou, Douze, Schmid, "On the burstiness of visual elements", CVPR 2009. Votes for one photograph count as far
    as they agree in one turn and one scale: weak geometric consistency, by the same, "Hamming embedding and weak
    geometric consistency", ECCV 2008.
    """
    finite = np.isfinite(found.distances)
    last = np.where(finite, found.distances, -np.inf).max(axis=1, keepdims=True)
    # a register with fewer neighbours than were asked for: the last one would get no vote at all
    last = np.where(finite.all(axis=1, keepdims=True), last, np.maximum(last, 1.0))
    weights = np.where(finite, np.maximum(last - found.distances, 0), 0).astype(np.float64)
    voters = np.broadcast_to(np.arange(len(weights))[:, None], weights.shape)
    kept = (found.photographs != NOTHING) & (weights > 0)
    names, places = np.unique(found.photographs[kept], return_inverse=True)
    # neighbours are in order of distance, so the first of a keypoint for a photograph is its best
    _, first = np.unique(voters[kept] * np.int64(len(names)) + places, return_index=True)
    sums = _agreeing(
        places[first], weights[kept][first], found.turns[kept][first], found.zooms[kept][first], len(names)
    )
    order = np.lexsort((names, -sums))
    return Votes(names[order], sums[order], common=_common(found, last))


def _agreeing(
    places: Ids, weights: npt.NDArray[np.float64], turns: Floats, zooms: Floats, count: int
) -> Floats:
    """The heaviest two turns by two scales of each photograph's votes: float32 (count,)."""
    turn = (turns * (TURNS / 360)).astype(np.int64) % TURNS
    zoom = np.clip(np.floor(zooms + OCTAVES / 2), 0, OCTAVES - 1).astype(np.int64)
    cells = np.bincount((places * TURNS + turn) * OCTAVES + zoom, weights, count * TURNS * OCTAVES)
    table = cells.reshape(count, TURNS, OCTAVES)
    table = table + np.roll(table, -1, axis=1)
    table = table[:, :, :-1] + table[:, :, 1:]
    return np.asarray(table.max(axis=(1, 2), initial=0), np.float32)


def _common(found: Neighbours, last: Vectors) -> Ids:
    best = found.distances[:, :1]
    with np.errstate(invalid="ignore"):  # a keypoint without any neighbour is compared with infinity
        near = (found.photographs != NOTHING) & (found.distances <= best + NEAR * (last - best))
    objects = np.sort(np.where(near, found.objects, NOTHING), axis=1)
    fresh = (objects != NOTHING) & (np.diff(objects, axis=1, prepend=NOTHING) != 0)
    return np.asarray(np.maximum(fresh.sum(axis=1), 1), np.int64)


def resemble(segments: Sequence[Segment], descriptors: Vectors) -> dict[int, float]:
    """Photographs by how far the nearest of the described views, (n, d), stands out: 0 to 1, the most first.

    A view is compared with the nearest COMPARED descriptors. The last of them tells how alike photographs of
    different objects are to it, so that 0 is no more than that and 1 is the same picture, whatever the descriptor.
    """
    likeness: dict[int, float] = {}
    if not segments or len(descriptors) == 0:
        return likeness
    ids, squared = nearest([segment.whole for segment in segments], descriptors, COMPARED)
    # in a register with fewer descriptors than are compared the last of them tells: nothing else is known of chance
    last = np.where(np.isfinite(squared), squared, -np.inf).max(axis=1, keepdims=True)
    standing = np.clip(1 - squared / np.maximum(last, 1e-9), 0, 1)
    for photograph, stands in zip(ids.ravel().tolist(), standing.ravel().tolist(), strict=True):
        if photograph != NOTHING:
            likeness[photograph] = max(stands, likeness.get(photograph, 0.0))
    return most_alike([likeness])


def most_alike(likenesses: Iterable[Mapping[int, float]]) -> dict[int, float]:
    """Photographs by the most that any of some views says, the most alike first, then the older one."""
    most: dict[int, float] = {}
    for each in likenesses:
        for photograph, stands in each.items():
            most[photograph] = max(stands, most.get(photograph, 0.0))
    return dict(sorted(most.items(), key=lambda item: (-item[1], item[0])))
