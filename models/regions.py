"""Regions of a photo that may be objects: frames, panels, sheets, pictures on a page, things before a plain ground."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import cv2
import numpy as np

from models.mapping import Floats
from models.outline_scores import areas, common, scored
from models.outlines import Corners, Outlines, outlines, stretched
from models.pixels import Pixels, shrink

LIMIT = 6
"""The most regions of a photo: the works of a page of four, the page, and one that is none."""
WORKING_SIDE = 400
"""Longest side, pixels, at which regions are sought: a work of a twentieth of the area is some 80 px wide."""
LEAST_SIDE = 16
"""Shorter side at that size, pixels, below which a photo has no regions."""
SMALLEST, LARGEST = 0.02, 0.9
"""Share of the photo's area below which a region shows too little, above which it is the photo itself."""
LEAST_SCORE = 0.25
"""Score below which an outline is no region."""
SAME = 0.7
"""Intersection over union from which two outlines are the same region."""
CONSIDERED = 80
"""Outlines among which regions are chosen, best first: bounds the time."""
MARGIN = 0.03
"""Share of a region's sides that is cut out with it on each side: an outline is seldom exact."""


class RegionKind(StrEnum):
    """What a region is the outline of."""

    quadrilateral = "quadrilateral"
    solid = "solid"


@dataclass(frozen=True, slots=True, eq=False)
class Region:
    """A part of a photo that may be an object.

    corners  float64 (4, 2), clockwise from the top left, x and y in pixels of the photo that was given, inside it
    kind     a quadrilateral, such as a rectangle seen from the side; or the upright rectangle around a solid thing
             before a plain ground
    score    0 to 1: how much it looks like an object; comparable within a photo only
    """

    corners: Corners
    kind: RegionKind
    score: float


@dataclass(frozen=True, slots=True, eq=False)
class Cut:
    """A region cut out of its photo, seen straight on.

    picture  (height, width, 3) RGB
    mapping  float64 (3, 3), from its pixels to those of the photo
    """

    picture: Pixels
    mapping: Floats


def find_regions(photo: Pixels, limit: int = LIMIT) -> tuple[Region, ...]:
    """Find at most `limit` regions in (height, width, 3) RGB, best first; none in a photo without any.

    Outlines come from edges and levels (models.outlines) and are weighed by what lies along and around them
    (models.outline_scores). A frame and the picture in it are two regions; the whole photo is none. The same photo
    has the same regions, always.

    Measured on made conditions (docs/conditions.md, seed 1, known queries; works that fill the photo left out): a
    region with an intersection over union of 0.6 or more for all works small in a room, in heavy frames and of grey
    archive prints, 0.95 of those on a page of four, 0.97 of fragments and of turned works, 0.90 in the dark with
    glare, 0.86 on screens. 5.1 regions a photo; 18 ms, at most 25.
    """
    small = shrink(photo, WORKING_SIDE).picture
    height, width = small.shape[:2]
    if min(height, width) < LEAST_SIDE:
        return ()
    lab = np.asarray(cv2.medianBlur(cv2.cvtColor(small, cv2.COLOR_RGB2LAB), 3), np.uint8)
    wide = stretched(lab)
    area = float(height * width)
    found = outlines(lab, wide, SMALLEST * area, LARGEST * area)
    if not len(found.corners):
        return ()
    scale = np.array([photo.shape[1] / width, photo.shape[0] / height])
    edge = np.array([photo.shape[1] - 1.0, photo.shape[0] - 1.0])
    return tuple(
        Region(
            np.clip((found.corners[at] + 0.5) * scale - 0.5, 0, edge),
            RegionKind.solid if found.solid[at] else RegionKind.quadrilateral,
            round(score, 6),
        )
        for at, score in _chosen(found, wide, limit)
    )


def _chosen(found: Outlines, wide: Pixels, limit: int) -> list[tuple[int, float]]:
    """Rows of the outlines that are regions, best first, with their scores.

    A part of what is chosen already is worth less, unless its own ground is even: pictures on a page, not a patch of
    one picture.
    """
    height, width = wide.shape[:2]
    scores, even = scored(found, wide)
    size = areas(found.corners)
    possible = (found.corners >= -3).all(axis=(1, 2))
    possible &= (found.corners <= (width + 2, height + 2)).all(axis=(1, 2)) & (
        size <= LARGEST * height * width
    )
    order = np.argsort(np.where(possible, -scores, 1.0), kind="stable")[:CONSIDERED]
    left = {int(at): float(scores[at]) for at in order if possible[at]}
    chosen: list[tuple[int, float]] = []
    while left and len(chosen) < limit:
        best = max(left, key=lambda at: left[at])
        score = left.pop(best)
        if score < LEAST_SCORE:
            break
        chosen.append((best, score))
        for at in list(left):
            shared = common(found.corners[best], found.corners[at])
            if shared > SAME * (size[best] + size[at] - shared):
                del left[at]
            elif shared > SAME * size[at]:
                left[at] *= 0.8 + 0.2 * float(even[at])
            elif shared > 0.2 * min(size[best], size[at]) and shared < 0.8 * size[best]:
                left[at] *= 0.8
    return chosen


def cut(photo: Pixels, region: Region, side: int, margin: float = MARGIN) -> Cut:
    """Cut a region out of its photo (height, width, 3) and see it straight on.

    side    the longest side of the picture, pixels, at most; never more pixels than the photo has there
    margin  share of the region's sides that is added on each side; beyond the photo its last pixels are repeated
    Raises ValueError for a side of less than 1 px.
    """
    if side < 1:
        raise ValueError(f"A picture has at least 1 px, not {side}.")
    lengths = np.linalg.norm(np.roll(region.corners, -1, axis=0) - region.corners, axis=1)
    across, down = max(lengths[0], lengths[2], 1.0), max(lengths[1], lengths[3], 1.0)
    across, down = across * (1 + 2 * margin), down * (1 + 2 * margin)
    factor = min(1.0, side / max(across, down))
    width, height = max(1, int(across * factor)), max(1, int(down * factor))
    inner = np.array([width, height]) * (margin / (1 + 2 * margin))
    ends = np.array([[0, 0], [1, 0], [1, 1], [0, 1]]) * (np.array([width, height]) - 2 * inner) + inner - 0.5
    mapping = _perspective(ends, region.corners)
    reduced = _reduced(photo, factor)
    back = np.array([photo.shape[1] / reduced.shape[1], photo.shape[0] / reduced.shape[0]])
    to_photo = np.array([[back[0], 0, back[0] / 2 - 0.5], [0, back[1], back[1] / 2 - 0.5], [0, 0, 1]])
    seen = cv2.warpPerspective(
        reduced,
        np.linalg.inv(to_photo) @ mapping,
        (width, height),
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return Cut(np.asarray(seen, np.uint8), mapping)


def _reduced(photo: Pixels, factor: float) -> Pixels:
    """The photo brought down by averaging, or the warp would pick single pixels out of it."""
    height, width = photo.shape[:2]
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    if size == (width, height):
        return photo
    return np.asarray(cv2.resize(photo, size, interpolation=cv2.INTER_AREA), np.uint8)


def _perspective(source: Floats, goal: Corners) -> Floats:
    """The (3, 3) that maps four corners onto four; the affine one of the first three where they are degenerate."""
    found = cv2.getPerspectiveTransform(source.astype(np.float32), goal.astype(np.float32))
    return np.asarray(found, np.float64)
