"""Homographies: applying them, what they do to a neighbourhood, and whether a camera could have made them."""

import cv2
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

TINY = 1e-12
SQUEEZE = 5.0
"""The most that a neighbourhood may be stretched in one direction over the other: a view from some 78 degrees."""
GROWTH = 9.0
"""The most that the scale may change across the matched part: a photo taken from far inside the frame."""
COLLAPSE = 1 / 40
"""The least scale of a mapping: 40 px of one photo on 1 px of the other show nothing to compare."""


def limits() -> dict[str, float]:
    """What a camera may do to a flat object, for a verifier's card."""
    return {"squeeze": SQUEEZE, "growth": GROWTH, "collapse": COLLAPSE}


def apply(mapping: Floats, points: npt.NDArray[np.floating]) -> Floats:
    """Map (n, 2) points through a (3, 3) homography; points behind the camera become infinite."""
    homogeneous = np.concatenate([points.astype(np.float64), np.ones((len(points), 1))], axis=1) @ mapping.T
    depth = homogeneous[:, 2:]
    return np.where(depth > TINY, homogeneous[:, :2] / np.where(depth > TINY, depth, 1.0), np.inf)


def jacobians(mapping: Floats, points: Floats) -> Floats:
    """The affine part of a homography at each of (n, 2) points: (n, 2, 2)."""
    x, y = points[:, 0], points[:, 1]
    depth = mapping[2, 0] * x + mapping[2, 1] * y + mapping[2, 2]
    safe = np.where(np.abs(depth) > TINY, depth, TINY)
    u = (mapping[0, 0] * x + mapping[0, 1] * y + mapping[0, 2]) / safe
    v = (mapping[1, 0] * x + mapping[1, 1] * y + mapping[1, 2]) / safe
    rows = [
        [mapping[0, 0] - u * mapping[2, 0], mapping[0, 1] - u * mapping[2, 1]],
        [mapping[1, 0] - v * mapping[2, 0], mapping[1, 1] - v * mapping[2, 1]],
    ]
    return np.asarray(np.moveaxis(np.array(rows), -1, 0) / safe[:, None, None])


def turns(local: Floats) -> Floats:
    """How far each (2, 2) neighbourhood turns, degrees: the angle of the nearest rotation."""
    angles = np.arctan2(local[:, 1, 0] - local[:, 0, 1], local[:, 0, 0] + local[:, 1, 1])
    return np.asarray(np.degrees(angles))


def zooms(local: Floats) -> Floats:
    """By which factor each neighbourhood grows: the square root of its determinant's size."""
    return np.asarray(np.sqrt(np.maximum(np.abs(np.linalg.det(local)), TINY)))


def is_sane(mapping: Floats, points: npt.NDArray[np.floating]) -> bool:
    """Whether a camera could have made this mapping of the matched part of a flat object.

    points  (n, 2) agreeing points of the searched photo
    Refused: the plane seen from behind (mirrored), squeezed to a line, growing beyond reason across the
    matched part, or collapsing it.
    """
    hull = cv2.convexHull(np.asarray(points, np.float32)).reshape(-1, 2).astype(np.float64)
    depth = hull @ mapping[2, :2] + mapping[2, 2]
    if (depth <= TINY).any():
        return False
    local = jacobians(mapping, hull)
    if (np.linalg.det(local) <= 0).any():
        return False
    singular = np.linalg.svd(local, compute_uv=False)
    scale = zooms(local)
    squeezed = (singular[:, 0] / np.maximum(singular[:, 1], TINY)).max()
    grown = scale.max() / max(scale.min(), TINY)
    return bool(
        squeezed <= SQUEEZE and grown <= GROWTH and scale.min() >= COLLAPSE and scale.max() <= 1 / COLLAPSE
    )


def spread(points: npt.NDArray[np.floating], width: int, height: int) -> float:
    """Share of a photo's area that the hull of (n, 2) points covers, 0 to 1."""
    if len(points) < 3:
        return 0.0
    area = float(cv2.contourArea(cv2.convexHull(np.asarray(points, np.float32))))
    return min(1.0, area / max(1.0, float(width) * height))
