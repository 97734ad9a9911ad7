"""Agreement: of what both photos show, how much is alike? A frame, a label or a watermark alone leaves the rest."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from models import mapping as maps
from models.keypoints import Keypoints
from models.verify import Verification

CELLS = 10
"""The registered photo's longest side is cut into so many cells."""
TEXTURED = 2
"""Keypoints in a cell from which it shows something, in either photo."""
HEART = 0.2
"""What lies within the outer fifth at each side of what both photos show is its edge: frames lie there."""

Cells = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Agreement:
    """Cells of the registered photo in which both photos show something, and those of them in which points agree.

    shown, agreeing              all of them
    heart_shown, heart_agreeing  those that lie in the middle, where a frame does not
    """

    shown: int
    agreeing: int
    heart_shown: int
    heart_agreeing: int

    @property
    def share(self) -> float:
        """Agreeing cells of all, 0 to 1; 0 where nothing can be compared."""
        return self.agreeing / self.shown if self.shown else 0.0

    @property
    def heart(self) -> float:
        """Agreeing cells of those in the middle, 0 to 1; the share of all where the middle shows nothing."""
        return self.heart_agreeing / self.heart_shown if self.heart_shown else self.share


def agreement(found: Verification, searched: Keypoints, registered: Keypoints) -> Agreement:
    """Compare cell by cell what a verification has put in place.

    A cell counts where the registered photo has keypoints and the mapping of a part puts some of the searched photo
    there: what lies outside either photo, or is smooth in either, says nothing against them.
    """
    if not found.parts:
        return Agreement(0, 0, 0, 0)
    grid = _Grid(registered)
    there = grid.count(registered.points) >= TEXTURED
    here, alike = np.zeros_like(there), np.zeros_like(there)
    for part in found.parts:
        here |= grid.count(maps.apply(part.mapping, searched.points)) >= TEXTURED
        alike |= grid.count(registered.points[part.pairs[:, 1]]) > 0
    shown = (there & here) | alike
    heart = _heart(shown)
    return Agreement(
        int(shown.sum()), int(alike.sum()), int((shown & heart).sum()), int((alike & heart).sum())
    )


class _Grid:
    def __init__(self, photo: Keypoints) -> None:
        self._cell = max(photo.width, photo.height) / CELLS
        self._across = max(1, int(np.ceil(photo.width / self._cell)))
        self._down = max(1, int(np.ceil(photo.height / self._cell)))
        self._size = (photo.width, photo.height)

    def count(self, points: npt.NDArray[np.floating]) -> npt.NDArray[np.int64]:
        """How many of (n, 2) points lie in each cell: (down, across)."""
        inside = ((points >= 0) & (points < self._size)).all(axis=1)
        cells = (points[inside] / self._cell).astype(np.int64)
        at = np.minimum(cells[:, 1], self._down - 1) * self._across + np.minimum(
            cells[:, 0], self._across - 1
        )
        return np.bincount(at, minlength=self._down * self._across).reshape(self._down, self._across)


def _heart(shown: Cells) -> Cells:
    """The middle of the rectangle that the shown cells span."""
    heart = np.zeros_like(shown)
    rows, columns = (np.flatnonzero(shown.any(axis=axis)) for axis in (1, 0))
    if len(rows) == 0:
        return heart
    (top, bottom), (left, right) = _within(rows), _within(columns)
    heart[top:bottom, left:right] = True
    return heart


def _within(lines: npt.NDArray[np.int64]) -> tuple[int, int]:
    first, last = int(lines[0]), int(lines[-1]) + 1
    edge = round((last - first) * HEART)
    return first + edge, last - edge
