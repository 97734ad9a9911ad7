"""Matching: which keypoints of two photos look alike, before geometry is asked."""

import numpy as np
import numpy.typing as npt

from models.keypoints import Keypoints, as_floats

Pairs = npt.NDArray[np.int32]
"""(n, 2): indexes of keypoints of the searched photo and of the registered one."""

TWICE = 0.005
"""A next best within this share of the photo's longest side is the same point described twice, not a rival."""


def no_pairs() -> Pairs:
    """No pairs at all."""
    return np.zeros((0, 2), np.int32)


def match(searched: Keypoints, registered: Keypoints, ratio: float) -> Pairs:
    """Nearest neighbours that are mutual and clearly nearer than the next best that lies elsewhere; int32 (n, 2).

    ratio  of Lowe 2004, between the distance to the best and to the next best
    """
    if len(searched) < 2 or len(registered) < 2:
        return no_pairs()
    likeness = as_floats(searched.descriptors) @ as_floats(registered.descriptors).T
    rows = np.arange(len(searched))
    best = likeness.argmax(axis=1)
    top = likeness[rows, best]
    likeness[rows, best] = -np.inf
    second = likeness.argmax(axis=1)
    apart = np.abs(registered.points[best] - registered.points[second]).max(axis=1)
    near = apart <= TWICE * max(registered.width, registered.height)
    next_best = likeness[rows, second]
    likeness[rows, second] = np.where(near, -np.inf, next_best)
    rival = likeness.max(axis=1)
    distance, other = (
        np.sqrt(np.maximum(0, 2 - 2 * top)),
        np.sqrt(np.maximum(0, 2 - 2 * np.maximum(rival, -1))),
    )
    kept = rows[distance <= ratio * other]
    # which is the nearest the other way round is asked of these few alone: down a column is slow
    likeness[rows, second], likeness[rows, best] = next_best, top
    kept = kept[likeness[:, best[kept]].argmax(axis=0) == kept]
    return np.stack([kept, best[kept]], axis=1).astype(np.int32)


def distinct(pairs: Pairs, searched: Keypoints, registered: Keypoints, apart: float) -> Pairs:
    """Keep one pair for each place: several keypoints on one corner are one observation.

    apart  side of a cell, pixels of the registered photo; the searched photo is cut into as many cells
    """
    if len(pairs) == 0:
        return pairs
    searched_apart = apart * max(searched.width, searched.height) / max(registered.width, registered.height)
    cells = np.concatenate(
        [registered.points[pairs[:, 1]] // apart, searched.points[pairs[:, 0]] // searched_apart], axis=1
    ).astype(np.int64)
    _, first = np.unique(cells[:, :2], axis=0, return_index=True)
    kept = np.sort(first)
    _, again = np.unique(cells[kept, 2:], axis=0, return_index=True)
    return pairs[kept[np.sort(again)]]
