"""How much an outline looks like that of an object: edges along it, plain ground around it, a possible shape."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from models.outlines import Corners, Lab, Outlines

Floats = npt.NDArray[np.float64]

SAMPLES = 20
"""Places along each side at which the photo is compared across it."""
EDGE = 18.0
"""Distance in stretched L*a*b* (0 to 255) across a side from which it counts as an edge there."""
RAGGED, MOTLEY = 25.0, 35.0
"""Standard deviation of the ground along one side, and around all four, from which it is no plain ground at all."""
ROUGH = 8.0
"""Mean step from place to place around a thing, likewise, from half of which its ground is less than smooth."""
PLAIN, SHAPE, SIZE = 0.2, 0.7, 0.2
"""Share of the score that an unplain ground, an impossible shape, a tiny size take away. Nothing hangs on their second
digit: of 20 variations of the constants here, on made conditions, none found 1.5 % more of the works or 1 % fewer."""
SOLID = 0.8
"""The highest score of a thing that is no quadrilateral: what has four straight edges comes first."""
FULL_SIZE = 0.12
"""Share of the photo's area from which an outline is large enough to count in full."""


def scored(found: Outlines, wide: Lab) -> tuple[Floats, Floats]:
    """Score (n,), 0 to 1, of each outline in a photo of stretched L*a*b*, and how even its ground is (n,), 0 to 1."""
    edge, ground, present = _along(found.corners, wide)
    plain = 1 - np.clip(_deviation(ground, present).mean(axis=1) / RAGGED, 0, 1)
    around = _flat(ground, 3), _flat(present, 1)
    even = 1 - np.clip(_deviation(*around) / MOTLEY, 0, 1)
    support = edge.mean(axis=2)
    framed = 0.5 * support.mean(axis=1) + 0.5 * support.min(axis=1)
    framed *= 0.6 + 0.4 * np.clip((found.fit - 0.7) / 0.25, 0, 1)
    framed *= (1 - PLAIN * (1 - plain)) * (1 - SHAPE * (1 - _shape(found.corners)))
    solid = SOLID * _smooth(ground, present) * np.clip(found.fit / 0.5, 0, 1)
    solid *= _unlike(found.corners, wide, ground, present)
    share = areas(found.corners) / (wide.shape[0] * wide.shape[1])
    size = np.clip(np.sqrt(share / FULL_SIZE), 0, 1)
    return np.where(found.solid, solid, framed) * (1 - SIZE * (1 - size)), even


def areas(corners: Corners) -> Floats:
    """Area of each of (n, 4, 2) quadrilaterals, square pixels."""
    x, y = corners[..., 0], corners[..., 1]
    return np.asarray(np.abs((x * np.roll(y, -1, 1) - y * np.roll(x, -1, 1)).sum(axis=1)) / 2)


def common(one: Corners, other: Corners) -> float:
    """Area that two convex quadrilaterals (4, 2) share, square pixels."""
    return float(cv2.intersectConvexConvex(one.astype(np.float32), other.astype(np.float32))[0])


def _along(corners: Corners, lab: Lab) -> tuple[Floats, Floats, Floats]:
    """Whether there is an edge at each place along each side (n, 4, s), the ground's colour a little outside (n, 4,
    s, 3), and whether that lies in the photo (n, 4, s).
    """
    after = np.roll(corners, -1, axis=1)
    way = after - corners
    outward = np.stack([way[..., 1], -way[..., 0]], axis=-1) / np.maximum(_lengths(corners), 1e-9)[..., None]
    places = (
        0.05 + 0.9 * (np.arange(SAMPLES) + 0.5) / SAMPLES
    )  # not the corners, which may be worn or rounded
    at = corners[:, :, None] + way[:, :, None] * places[None, None, :, None]
    steps = np.zeros(at.shape[:3])
    for offset in (-1.5, 0.0, 1.5):  # an outline is seldom exact
        outer, there = _look(lab, at + outward[:, :, None] * (offset + 2))
        inner, _ = _look(lab, at + outward[:, :, None] * (offset - 2))
        steps = np.maximum(steps, np.linalg.norm(outer - inner, axis=-1) * there)
    ground, present = _look(lab, at + outward[:, :, None] * 3.5)
    return (steps > EDGE).astype(np.float64), ground, present


def _look(lab: Lab, at: Floats) -> tuple[Floats, Floats]:
    """Colours (..., 3) at the places (..., 2), and 1 where they lie in the photo, 0 elsewhere."""
    height, width = lab.shape[:2]
    x, y = np.rint(at[..., 0]).astype(np.int64), np.rint(at[..., 1]).astype(np.int64)
    there = (x >= 0) & (x < width) & (y >= 0) & (y < height)
    colours = lab[np.clip(y, 0, height - 1), np.clip(x, 0, width - 1)].astype(np.float64)
    return colours, there.astype(np.float64)


def _smooth(ground: Floats, present: Floats) -> Floats:
    """How little changes from place to place around an outline, 0 to 1 (n,): light may fall off, but slowly.

    A side that lies at the photo's edge says nothing, and counts as if it were not smooth.
    """
    both = present[:, :, 1:] * present[:, :, :-1]
    steps = np.linalg.norm(np.diff(ground, axis=2), axis=-1) * both
    rough = steps.sum(axis=(1, 2)) / np.maximum(both.sum(axis=(1, 2)), 1)
    return np.asarray(np.clip(1.5 - rough / ROUGH, 0, 1) * np.clip(2 * both.mean(axis=(1, 2)) - 0.5, 0, 1))


def _unlike(corners: Corners, lab: Lab, ground: Floats, present: Floats) -> Floats:
    """How much of an upright rectangle is not as its ground would go on in it: 1 where a third of it is not (n,)."""
    shares = 0.05 + 0.9 * (np.arange(SAMPLES) + 0.5) / SAMPLES
    u, v = np.meshgrid(shares, shares)
    low, high = corners.min(axis=1), corners.max(axis=1)
    inner, _ = _look(lab, low[:, None, None] + (high - low)[:, None, None] * np.stack([u, v], axis=-1))
    lines = [(ground[:, side], present[:, side]) for side in range(4)]
    above, right, below, left = (
        (colour[:, ::way], there[:, ::way])
        for (colour, there), way in zip(lines, (1, 1, -1, -1), strict=True)
    )
    total, count = np.zeros(inner.shape), np.full(inner.shape[:3], 1e-9)
    for (colour, there), near, axis in ((above, 1 - v, 1), (below, v, 1), (left, 1 - u, 2), (right, u, 2)):
        weight = np.expand_dims(there, axis) * near
        total += np.expand_dims(colour, axis) * weight[..., None]
        count += weight
    far = np.linalg.norm(inner - total / count[..., None], axis=-1) > EDGE
    return np.asarray(np.clip(far.mean(axis=(1, 2)) * 3, 0, 1))


def _flat(samples: Floats, last: int) -> Floats:
    return samples.reshape(len(samples), -1, last) if last > 1 else samples.reshape(len(samples), -1)


def _mean(samples: Floats, present: Floats) -> Floats:
    """Mean over the last axis but one of samples (..., s, 3), of those that are present (..., s)."""
    count = np.maximum(present.sum(axis=-1), 1)
    return np.asarray((samples * present[..., None]).sum(axis=-2) / count[..., None])


def _deviation(samples: Floats, present: Floats) -> Floats:
    """Standard deviation likewise, averaged over the channels (...,)."""
    away = (samples - _mean(samples, present)[..., None, :]) ** 2
    return np.asarray(np.sqrt(_mean(away, present)).mean(axis=-1))


def _shape(corners: Corners) -> Floats:
    """1 for what a camera makes of a rectangle, falling to 0 for a wedge, a slanted strip or a line: (n,)."""
    sides = np.maximum(_lengths(corners), 1e-9)
    opposite = np.minimum(sides[:, :2], sides[:, 2:]) / np.maximum(sides[:, :2], sides[:, 2:])
    way = (np.roll(corners, -1, axis=1) - corners) / sides[..., None]
    corner = np.abs((way * np.roll(way, -1, axis=1)).sum(axis=-1)).max(axis=1)
    long = sides.max(axis=1) / sides.min(axis=1)
    parts = ((opposite.min(axis=1) - 0.3) / 0.3, (0.65 - corner) / 0.4, (6 - long) / 3)
    return np.asarray(np.prod([np.clip(part, 0, 1) for part in parts], axis=0))


def _lengths(corners: Corners) -> Floats:
    return np.asarray(np.linalg.norm(np.roll(corners, -1, axis=1) - corners, axis=-1))
