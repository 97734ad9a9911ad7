"""From a photo of any size to the square picture that a network takes, and from what it puts out to a unit vector."""

from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

from models.descriptor import Descriptors
from models.pixels import Pixels

Fit = Literal["squash", "crop", "pad"]
"""squash: both sides to the square; crop: its central square; pad: the whole photo, bars beside it."""
Interpolation = Literal["area", "bilinear", "bicubic"]
"""area: OpenCV, averaging where it shrinks and linear where it enlarges, fast; the others as Pillow does them, with
antialiasing, which is what most published models were trained with."""

FLAT = 2
"""A picture whose levels lie no further apart than this shows one grey: a JPEG of one grey differs by so much."""
TINY = 1e-12


@dataclass(frozen=True, slots=True)
class Preparation:
    """How a photo becomes (side, side, 3) RGB. `fill` is what pads, 0 to 255 a channel."""

    side: int
    fit: Fit = "squash"
    interpolation: Interpolation = "area"
    fill: tuple[int, int, int] = (0, 0, 0)

    def picture(self, photo: Pixels) -> Pixels | None:
        """Prepare one photo; None if there is nothing to see in what is left of it but one grey."""
        seen = self._seen(np.ascontiguousarray(photo))
        if int(seen.max()) - int(seen.min()) <= FLAT:
            return None
        return self._padded(seen) if self.fit == "pad" else seen

    def _seen(self, photo: Pixels) -> Pixels:
        height, width = photo.shape[:2]
        if self.fit == "crop":
            return self._resized(photo, self._window(width, height), (self.side, self.side))
        size = (self.side, self.side)
        if self.fit == "pad":
            longest = max(width, height)
            size = (max(1, round(width * self.side / longest)), max(1, round(height * self.side / longest)))
        return self._resized(photo, (0.0, 0.0, float(width), float(height)), size)

    def _window(self, width: int, height: int) -> tuple[float, float, float, float]:
        """The part of a photo whose short side becomes `side` and whose middle is kept: never made large itself."""
        short = min(width, height)
        left, wide = self._middle(width, short)
        top, high = self._middle(height, short)
        return left, top, left + wide, top + high

    def _middle(self, length: int, short: int) -> tuple[float, float]:
        scaled = self.side * length // short
        pixel = length / scaled
        return round((scaled - self.side) / 2) * pixel, self.side * pixel

    def _resized(
        self, photo: Pixels, box: tuple[float, float, float, float], size: tuple[int, int]
    ) -> Pixels:
        if self.interpolation == "area":
            left, top, right, bottom = (round(edge) for edge in box)
            return averaged(photo[top : max(bottom, top + 1), left : max(right, left + 1)], size)
        way = Image.Resampling.BICUBIC if self.interpolation == "bicubic" else Image.Resampling.BILINEAR
        return np.asarray(Image.fromarray(photo).resize(size, way, box=box), np.uint8)

    def _padded(self, seen: Pixels) -> Pixels:
        height, width = seen.shape[:2]
        top, left = (self.side - height) // 2, (self.side - width) // 2
        padded = np.empty((self.side, self.side, 3), np.uint8)
        padded[:] = self.fill
        padded[top : top + height, left : left + width] = seen
        return padded


def averaged(photo: Pixels, size: tuple[int, int]) -> Pixels:
    """A photo of another size, (width, height).

    Averaged along a side that shrinks, then drawn out linearly along one that grows: OpenCV does not do both.
    """
    height, width = photo.shape[:2]
    smaller = (min(width, size[0]), min(height, size[1]))
    if smaller != (width, height):
        photo = np.asarray(cv2.resize(photo, smaller, interpolation=cv2.INTER_AREA), np.uint8)
    if smaller != size:
        photo = np.asarray(cv2.resize(photo, size, interpolation=cv2.INTER_LINEAR), np.uint8)
    return np.asarray(photo)


def unit(vector: npt.ArrayLike) -> Descriptors:
    """The vector at unit length, float32 (d,); one without length, or not of numbers, as if nothing was seen."""
    flat = np.asarray(vector, np.float64).ravel()
    length = float(np.linalg.norm(flat))
    if not np.isfinite(length) or length < TINY:
        return nothing_seen(len(flat))
    return np.asarray(flat / length, np.float32)


def unit_rows(rows: Descriptors) -> Descriptors:
    """Each of (n, d) rows at unit length, float32; one without length stays so."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.maximum(lengths, TINY), np.float32)


def nothing_seen(dimension: int) -> Descriptors:
    """What describes one grey: a fixed direction, so that it resembles its like and hardly any photo."""
    vector = np.zeros(dimension, np.float32)
    vector[-1] = 1
    return vector
