"""Laying a searched photo over a registered one, part by part, at a working size."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from indexer.part import Part
from models import mapping as maps
from models.pixels import Pixels, Scaled, shrink

Mask = npt.NDArray[np.bool_]

FAR = 1e6
"""Points and mappings that lead further than this many pixels lead nowhere: no photo is so large."""
LEAST_SCALE = 1e-4


class Unmappable(ValueError):
    """The mapping of a candidate is none that a picture can be laid by: singular, or not of finite numbers."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A part of the object at working size.

    mapping  (3, 3), pixels of the searched photo to pixels of the registered one, in front of the camera at `here`
    here     (n, 2) agreeing points in the searched photo
    there    (n, 2) the same in the registered photo
    """

    mapping: maps.Floats
    here: maps.Floats
    there: maps.Floats


@dataclass(frozen=True, slots=True)
class Warped:
    """One photo laid over another.

    picture  (h, w, 3), in the pixels of the photo below; black where it does not reach
    covered  (h, w), where it does
    """

    picture: Pixels
    covered: Mask


def placed(parts: Sequence[Part], here: float, there: float) -> list[Placed]:
    """Parts at the working sizes of two photos. `here`, `there`: pixels of each photo in one of its working size.

    Raises Unmappable.
    """
    return [_placed(part, here, there) for part in parts]


def turned_round(part: Placed) -> Placed:
    """The same part the other way: from the registered photo to the searched one."""
    inverse = np.asarray(np.linalg.inv(part.mapping), np.float64)
    return Placed(_facing(inverse, part.there), part.there, part.here)


def lay(photo: Pixels, parts: Sequence[Placed], size: tuple[int, int]) -> Warped:
    """Lay a photo over one of `size` (height, width) by the mappings of its parts.

    Of several parts each takes along what is nearest to its own agreeing points, and where several reach, the one
    shows whose points are nearest: nothing of the photo is shown twice.
    """
    if len(parts) == 1:
        return _lay(photo, parts[0], size)
    own = _nearest([part.here for part in parts], (photo.shape[0], photo.shape[1]))
    laid = [_lay(photo, part, size, own == at) for at, part in enumerate(parts)]
    nearest = _nearest([part.there for part in parts], size, [one.covered for one in laid])
    picture = np.zeros((*size, 3), np.uint8)
    for at, one in enumerate(laid):
        picture[nearest == at] = one.picture[nearest == at]
    return Warped(picture, np.asarray(np.any([one.covered for one in laid], axis=0), np.bool_))


def hull(points: maps.Floats) -> npt.NDArray[np.int32]:
    """The corners (n, 2) of what points span, whole pixels."""
    return np.asarray(cv2.convexHull(np.rint(points).astype(np.int32)).reshape(-1, 2), np.int32)


def _placed(part: Part, here: float, there: float) -> Placed:
    points = np.array(part.points, np.float64).reshape(-1, 4)
    full = np.array(part.mapping, np.float64).reshape(3, 3)
    if not np.isfinite(full).all() or not np.isfinite(points).all():
        raise Unmappable("The mapping has numbers that are not finite.")
    points = np.clip(points, -FAR, FAR)
    mapping = np.diag([1 / there, 1 / there, 1]) @ full @ np.diag([here, here, 1])
    if np.linalg.cond(mapping) > 1 / np.finfo(np.float64).eps:
        raise Unmappable("The mapping cannot be turned round.")
    left = points[:, :2] / here
    return Placed(_facing(mapping, left), left, points[:, 2:] / there)


def _facing(mapping: maps.Floats, points: maps.Floats) -> maps.Floats:
    """The mapping with the sign that puts its points in front of the camera."""
    depth = points @ mapping[2, :2] + mapping[2, 2]
    return mapping if np.median(depth) >= 0 else -mapping


def _lay(photo: Pixels, part: Placed, size: tuple[int, int], own: Mask | None = None) -> Warped:
    """Lay a photo, or what is its `own` of it, by the mapping of one part."""
    height, width = size
    fitted = _fitted(photo, part)
    mapping = part.mapping @ np.diag([fitted.factor, fitted.factor, 1])
    picture = cv2.warpPerspective(fitted.picture, mapping, (width, height), flags=cv2.INTER_LINEAR)
    full = np.full(photo.shape[:2], 255, np.uint8) if own is None else own.astype(np.uint8) * np.uint8(255)
    reach = cv2.resize(full, fitted.picture.shape[1::-1], interpolation=cv2.INTER_NEAREST)
    inside = cv2.warpPerspective(reach, mapping, (width, height), flags=cv2.INTER_LINEAR) > 127
    covered = np.asarray(inside & (_depths(turned_round(part).mapping, size) > 0), np.bool_)
    picture[~covered] = 0
    return Warped(np.asarray(picture, np.uint8), covered)


def _nearest(
    spans: Sequence[maps.Floats], size: tuple[int, int], where: Sequence[Mask] | None = None
) -> npt.NDArray[np.int64]:
    """Which of some groups of points is nearest to each pixel (height, width), of those that reach `where` it is."""
    away = [_distance(points, size) for points in spans]
    if where is not None:
        away = [np.where(reach, each, np.float32(np.inf)) for each, reach in zip(away, where, strict=True)]
    return np.asarray(np.argmin(np.stack(away), axis=0), np.int64)


def _fitted(photo: Pixels, part: Placed) -> Scaled:
    """The photo no larger than it will lie: a warp that makes it much smaller would leave pixels out."""
    zoom = float(np.median(maps.zooms(maps.jacobians(part.mapping, part.here))))
    return shrink(photo, max(1, round(max(photo.shape[:2]) * min(1.0, max(zoom, LEAST_SCALE)))))


def _depths(mapping: maps.Floats, size: tuple[int, int]) -> maps.Floats:
    """How far in front of the camera each pixel (height, width) lies; the sign counts."""
    rows, columns = np.arange(size[0])[:, None], np.arange(size[1])[None, :]
    return np.asarray(mapping[2, 0] * columns + mapping[2, 1] * rows + mapping[2, 2])


def _distance(points: maps.Floats, size: tuple[int, int]) -> npt.NDArray[np.float32]:
    """How far each pixel is from what the points span, pixels; 0 inside."""
    outside = np.full(size, 255, np.uint8)
    cv2.fillConvexPoly(outside, hull(points), 0)
    if outside.all():
        return np.full(size, float(np.hypot(*size)), np.float32)
    return np.asarray(cv2.distanceTransform(outside, cv2.DIST_L2, 3), np.float32)
