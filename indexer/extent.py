"""How much of a registered photo a searched one shows, and which sides of it are missing."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from indexer.aligned import Mask
from indexer.sameness import Sameness

FIRST, THEN = 8.0, 3.0
"""How much more a place that shows the same counts than one that doesn't, when an edge is looked for: at first,
while the other edges aren't known, then between them."""


@dataclass(frozen=True, slots=True)
class Extent:
    """The part of the registered photo that is shown: rows top..bottom, columns left..right, the ends excluded."""

    top: int
    bottom: int
    left: int
    right: int

    def mask(self, covered: Mask) -> Mask:
        """(h, w): what is shown."""
        shown = np.zeros(covered.shape, np.bool_)
        shown[self.top : self.bottom, self.left : self.right] = True
        return shown & covered


def extent(found: Sameness) -> Extent:
    """Cut off at each edge what the searched photo doesn't show: there it is too small, or shows something else."""
    height, width = found.covered.shape
    known = Extent(0, height, 0, width)
    against = (found.other | ~span(found.covered)).astype(np.float32)
    for weight in (FIRST, THEN, THEN):
        balance = (against - weight * found.same).astype(np.float32)
        known = _trimmed(balance, known)
    return known


def span(shown: Mask) -> Mask:
    """What is shown (h, w) with what lies between: of parts that hang apart the wall is not missed."""
    filled = np.zeros(shown.shape, np.uint8)
    contours, _ = cv2.findContours(shown.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    if contours:
        cv2.fillConvexPoly(filled, cv2.convexHull(np.concatenate(contours)), 1)
    return filled > 0


def _trimmed(balance: npt.NDArray[np.float32], known: Extent) -> Extent:
    height, width = balance.shape
    across = balance[:, known.left : known.right].sum(axis=1)
    top, bottom = _edge(across), height - _edge(across[::-1])
    if top >= bottom:
        return known
    down = balance[top:bottom].sum(axis=0)
    left, right = _edge(down), width - _edge(down[::-1])
    return Extent(top, bottom, left, right) if left < right else known


def _edge(balance: npt.NDArray[np.floating]) -> int:
    """How many lines from the first one on speak together most against being shown."""
    sums = np.concatenate([[0.0], np.cumsum(balance)])
    return int(np.argmax(sums))
