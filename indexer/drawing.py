"""Pictures of evidence: two photos laid over each other or side by side, and what differs outlined."""

from collections.abc import Iterable, Sequence

import cv2
import numpy as np
import numpy.typing as npt

from indexer.aligned import Mask, Placed, hull, lay
from indexer.differ import Difference, DifferenceKind, Outline
from models.pixels import Pixels

Colour = tuple[int, int, int]

SIDE = 900
"""Longest side of a photo in a picture of evidence, pixels."""
DRAWN = 120
"""Lines that are drawn between two photos at most; more can't be told apart."""
EDGE = (255, 255, 255)
OUTLINE = (20, 150, 120)
"""Colour of the first part that agrees."""
PARTS: tuple[Colour, ...] = (OUTLINE, (214, 110, 20), (70, 90, 200), (170, 50, 130), (120, 120, 20))
"""Colours of the parts that agree; beyond the fifth they come again."""
ALTERED, HIDDEN = (205, 40, 30), (225, 165, 0)
"""Colours of regions that look different, and of those that a reflection hides."""
PAPER = 245
"""Grey level between two photos, and of what is dimmed."""
OVER = 0.6
"""How much of the photo above is seen in an overlay; the rest is the one below, in grey."""
TINT = 0.2
"""How much of its colour lies on a region."""
DIMMED = 0.7
"""How much paler what is not shown is."""
STROKE, HATCH = 3, 5
"""Width of a hatching's lines, pixels, and how many widths it is from one to the next."""


def overlay(above: Pixels, below: Pixels, parts: Sequence[Placed]) -> Pixels:
    """One photo laid over another by the mappings of its parts, half transparent, with the points that agree.

    The photo below is grey: what is coloured comes from the one above.
    """
    laid = lay(above, parts, (below.shape[0], below.shape[1]))
    grey = cv2.cvtColor(cv2.cvtColor(below, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)
    share = (laid.covered * np.float32(OVER))[:, :, None]
    mixed = np.asarray(grey * (1 - share) + laid.picture * share, np.uint8)
    for part, colour in coloured(parts):
        for x, y in np.rint(part.there).astype(int).tolist():
            _dot(mixed, (x, y), colour)
    return mixed


def coloured(parts: Sequence[Placed]) -> Iterable[tuple[Placed, Colour]]:
    """Each part with the colour that it has in every picture."""
    return ((part, PARTS[at % len(PARTS)]) for at, part in enumerate(parts))


def mark(photo: Pixels, found: Sequence[Difference], factor: float) -> Pixels:
    """The registered photo (h, w, 3) with what differs outlined: what the searched one doesn't show dimmed,
    regions hatched. `factor`: pixels of the outlines in one of this picture.
    """
    marked = photo.copy()
    for each in found:
        if each.kind is DifferenceKind.cropped and each.outline:
            corners = _corners(each.outline, factor)
            away = ~_filled(corners, marked)
            marked[away] = (marked[away] * (1 - DIMMED) + PAPER * DIMMED).astype(np.uint8)
            _line_around(marked, corners, OUTLINE)
    for each in found:
        if each.kind in {DifferenceKind.altered, DifferenceKind.hidden} and each.outline:
            colour = HIDDEN if each.kind is DifferenceKind.hidden else ALTERED
            corners = _corners(each.outline, factor)
            marked[_hatched(_filled(corners, marked), _wide(marked, STROKE))] = colour
            _line_around(marked, corners, colour)
    return marked


class Pair:
    """Two photos side by side at one height."""

    gap = 24

    def __init__(self, left: Pixels, right: Pixels) -> None:
        height = max(left.shape[0], right.shape[0])
        width = left.shape[1] + self.gap + right.shape[1]
        self.picture = np.full((height, width, 3), PAPER, np.uint8)
        self._left = np.array([0, (height - left.shape[0]) // 2], np.float64)
        self._right = np.array([left.shape[1] + self.gap, (height - right.shape[0]) // 2], np.float64)
        for photo, (x, y) in ((left, self._left.astype(int)), (right, self._right.astype(int))):
            self.picture[y : y + photo.shape[0], x : x + photo.shape[1]] = photo

    def outline(self, parts: Sequence[Placed]) -> None:
        """Outline the region that the points of each part span, in both, in the colour of the part."""
        for part, colour in coloured(parts):
            for points in (part.here + self._left, part.there + self._right):
                corners = hull(points)
                inside = _filled(corners, self.picture)
                tinted = self.picture[inside] * (1 - TINT) + np.array(colour) * TINT
                self.picture[inside] = tinted.astype(np.uint8)
                _line_around(self.picture, corners, colour)

    def connect(self, parts: Sequence[Placed]) -> None:
        """Draw lines between agreeing points, each in a colour of its own."""
        left = np.concatenate([part.here for part in parts]) + self._left
        right = np.concatenate([part.there for part in parts]) + self._right
        step = -(-len(left) // DRAWN)
        ends = np.rint(np.concatenate([left, right], axis=1)).astype(int)[::step]
        for (x, y, u, v), colour in zip(ends.tolist(), _colours(len(ends)), strict=True):
            cv2.line(self.picture, (x, y), (u, v), colour, 1, cv2.LINE_AA)
            for end in ((x, y), (u, v)):
                _dot(self.picture, end, colour)


def _dot(picture: Pixels, at: tuple[int, int], colour: Colour) -> None:
    cv2.circle(picture, at, _wide(picture, 5), EDGE, -1, cv2.LINE_AA)
    cv2.circle(picture, at, _wide(picture, 3), colour, -1, cv2.LINE_AA)


def _line_around(picture: Pixels, corners: npt.NDArray[np.int32], colour: Colour) -> None:
    cv2.polylines(picture, [corners], True, EDGE, _wide(picture, 6), cv2.LINE_AA)
    cv2.polylines(picture, [corners], True, colour, _wide(picture, 3), cv2.LINE_AA)


def _wide(picture: Pixels, width: int) -> int:
    """A width in pixels, less in a picture smaller than SIDE: it will be shown enlarged."""
    longest = max(int(side) for side in picture.shape[:2])
    return max(1, round(width * min(1.0, longest / SIDE)))


def _corners(outline: Outline, factor: float) -> npt.NDArray[np.int32]:
    return np.rint(np.array(outline, np.float64) / factor).astype(np.int32)


def _filled(corners: npt.NDArray[np.int32], picture: Pixels) -> Mask:
    inside = np.zeros(picture.shape[:2], np.uint8)
    cv2.fillPoly(inside, [corners], 255)
    return inside > 0


def _hatched(inside: Mask, stroke: int) -> Mask:
    rows, columns = np.indices(inside.shape)
    return np.asarray(inside & ((rows + columns) % (stroke * HATCH) < stroke))


def _colours(count: int) -> list[Colour]:
    hues = np.zeros((1, max(1, count), 3), np.uint8)
    hues[0, :, 0] = (np.arange(max(1, count)) * 67) % 180
    hues[0, :, 1:] = (200, 230)
    table: npt.NDArray[np.uint8] = np.asarray(cv2.cvtColor(hues, cv2.COLOR_HSV2RGB), np.uint8)
    return [(int(r), int(g), int(b)) for r, g, b in table[0, :count].tolist()]
