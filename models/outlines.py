"""Outlines that may be those of objects: contours of edges and of levels, each brought to four corners."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from models.pixels import Pixels

Corners = npt.NDArray[np.float64]
Lab = npt.NDArray[np.uint8]
Hull = npt.NDArray[np.int32]

LIGHTNESS_LEVELS, COLOUR_LEVELS = 7, 3
"""Levels at which lightness, and each of the two colour differences, are cut in two."""
FAINT = 6
"""A channel whose middle 96 % spans fewer levels of 255 has nothing to be cut."""
MOST_STRETCHED = 4.0
"""The most that a dark photo's lightness is stretched before edges are sought: beyond, noise has edges too."""
QUADRILATERAL = 0.93
"""Share of its four corners' area from which a hull is a quadrilateral, and no thing of another shape."""
LONGEST = 32
"""Contours of one mask that are looked at, longest first: bounds the time that a noisy photo takes."""


@dataclass(frozen=True, slots=True)
class Outlines:
    """n outlines at working size.

    corners  (n, 4, 2), clockwise from the top left, x and y in pixels
    fit      (n,), share of the four corners' area that the outline's hull fills: near 1 for a quadrilateral
    solid    (n,), whether this is the upright rectangle around a thing of another shape
    """

    corners: Corners
    fit: npt.NDArray[np.float64]
    solid: npt.NDArray[np.bool_]


def stretched(lab: Lab) -> Lab:
    """L*a*b* of which lightness fills its range, without regard to the lightest twentieth (lamps, glare)."""
    dark, light = np.percentile(lab[:, :, 0], [1, 95])
    gain = min(MOST_STRETCHED, 220 / max(float(light - dark), 1.0))
    out = lab.astype(np.float32)
    out[:, :, 0] = (out[:, :, 0] - dark) * gain
    out[:, :, 1:] = (out[:, :, 1:] - 128) * (1.5 * min(gain, 2.0)) + 128
    return np.asarray(np.clip(out, 0, 255), np.uint8)


def outlines(lab: Lab, wide: Lab, smallest: float, largest: float) -> Outlines:
    """The outlines in a photo (height, width, 3), L*a*b*, and the same photo `stretched`.

    smallest, largest  area of an outline, pixels
    """
    corners: list[Corners] = []
    fits: list[float] = []
    solid: list[bool] = []
    for mask in (*_levels(lab), *_edges(wide)):
        for hull in _hulls(mask, smallest, largest):
            area = float(cv2.contourArea(hull))
            four, fit = _four(hull, area)
            if four is not None:
                corners.append(four)
                fits.append(fit)
                solid.append(False)
            box, boxed = _box(hull, area)
            if fit < QUADRILATERAL or boxed > 0.93 * fit:
                corners.append(box)
                fits.append(boxed)
                solid.append(True)
    return Outlines(np.array(corners).reshape(-1, 4, 2), np.array(fits), np.array(solid, np.bool_))


def _four(hull: Hull, area: float) -> tuple[Corners | None, float]:
    """The quadrilateral around a hull of this area, if there is one, and the share of it that the hull fills."""
    found = cv2.approxPolyN(hull, 4, None, -1, True)
    if found is None or found.size != 8:
        return None, 0.0
    four = np.asarray(found, np.float64).reshape(4, 2)
    return clockwise(four), area / max(1.0, float(cv2.contourArea(four.astype(np.float32))))


def _box(hull: Hull, area: float) -> tuple[Corners, float]:
    """The upright rectangle around a hull, likewise."""
    x, y, width, height = cv2.boundingRect(hull)
    right, bottom = x + width - 1, y + height - 1
    box = np.array([[x, y], [right, y], [right, bottom], [x, bottom]], np.float64)
    return box, area / max(1.0, float((width - 1) * (height - 1)))


def clockwise(corners: Corners) -> Corners:
    """Four corners (4, 2) in the order in which a clock's hand meets them, from the top left one."""
    away = corners - corners.mean(axis=0)
    around = corners[np.argsort(np.arctan2(away[:, 1], away[:, 0]), kind="stable")]
    return np.roll(around, -int(np.argmin(around.sum(axis=1))), axis=0)


def _hulls(mask: Pixels, smallest: float, largest: float) -> Iterator[Hull]:
    found, _ = cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)
    around = 3.0 * np.sqrt(smallest)  # a circle of that area has a contour of 3.5
    long = sorted((contour for contour in found if len(contour) >= around), key=len, reverse=True)
    for contour in long[:LONGEST]:
        hull = np.asarray(cv2.convexHull(contour), np.int32)
        if len(hull) >= 4 and smallest <= cv2.contourArea(hull) <= largest:
            yield hull


def _levels(lab: Lab) -> Iterator[Pixels]:
    """Masks of what is lighter, redder, yellower than each level; their contours bound what is darker as well."""
    for channel, count in enumerate((LIGHTNESS_LEVELS, COLOUR_LEVELS, COLOUR_LEVELS)):
        plane = np.ascontiguousarray(lab[:, :, channel])
        low, high = (float(value) for value in np.percentile(plane, [2, 98]))
        if high - low < FAINT:
            continue
        for level in np.linspace(low, high, count + 2)[1:-1]:
            yield np.asarray(cv2.threshold(plane, float(level), 255, cv2.THRESH_BINARY)[1], np.uint8)


def _edges(lab: Lab) -> Iterator[Pixels]:
    """Masks of faint and of clear edges (Canny 1986), made thick, and with gaps of up to 8 px closed."""
    across = np.stack([cv2.Sobel(plane, cv2.CV_16S, 1, 0) for plane in cv2.split(lab)])
    down = np.stack([cv2.Sobel(plane, cv2.CV_16S, 0, 1) for plane in cv2.split(lab)])
    steep = np.abs(across).astype(np.int32) + np.abs(down)
    steep[1:] += steep[1:] // 2
    clearest = np.argmax(steep, axis=0)[None]
    usual = float(np.median(steep.max(axis=0)))
    planes = [np.ascontiguousarray(np.take_along_axis(each, clearest, axis=0)[0]) for each in (across, down)]
    for low, high in (
        (max(20.0, 1.2 * usual), max(50.0, 3 * usual)),
        (max(40.0, 2.5 * usual), max(120.0, 6 * usual)),
    ):
        edges = cv2.Canny(planes[0], planes[1], low, high)
        yield np.asarray(cv2.dilate(edges, np.ones((3, 3), np.uint8)), np.uint8)
        yield np.asarray(cv2.morphologyEx(edges, cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8)), np.uint8)
