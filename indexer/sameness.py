"""Where two photos that lie on each other show the same, place by place.

Local normalised correlation (Lewis 1995, Fast Normalized Cross-Correlation) bears other exposure, fading and tone;
taken at a coarse scale, and the best over small shifts, it bears halftone, blur and a mapping that is off by little.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from indexer.aligned import Mask, Warped, lay, placed
from indexer.part import Part
from models.pixels import Pixels, Scaled, decode, shrink

Map = npt.NDArray[np.float32]

SIDE = 256
"""Longest side of the registered photo while it is compared, pixels: coarse enough for halftone to be gone."""
WINDOW = 17
"""Side of the neighbourhood that is compared, pixels: some 7 % of the photo."""
REACH = 2
"""How far a neighbourhood may be shifted, pixels either way: what a mapping is off by at this scale."""
PADDED = WINDOW // 2
RIM = PADDED + REACH
"""Pixels at the edge of the registered photo that are not judged: there neighbourhoods are mirrored, and a frame that
begins just beyond the edge in one of the photos would look like a difference."""
SOFTENED = 1.0
"""Standard deviation of the blur before comparing, pixels."""
FLOOR = 0.05
"""Share of the usual variance that counts as noise: neighbourhoods with little more say nothing."""
TELLING = 0.15
"""Share of the usual variance that a neighbourhood must have, in either photo, to be judged."""
FLAT = 4.0
"""Variance (grey levels squared) below which nothing is seen, however dull the rest of a photo is."""
FILLED = 0.97
"""Share of a neighbourhood that the searched photo must reach for it to be judged."""
NOISE = 9.0
"""Variance that a searched photo's own noise may have at this scale: what a dark photo shows below it is not judged."""
SAME, OTHER = 0.6, 0.35
"""Correlation from which a neighbourhood shows the same, and below which it shows something else."""


@dataclass(frozen=True, slots=True)
class Sameness:
    """How the photos agree, place by place, (h, w) each.

    same     where they show the same
    other    where they show something different, or only one of them shows anything
    covered  where the searched photo reaches
    """

    same: Mask
    other: Mask
    covered: Mask


@dataclass(frozen=True, slots=True)
class Laid:
    """A searched photo over a registered one that was brought to SIDE, and how they agree."""

    below: Scaled
    above: Warped
    found: Sameness


def lay_over(photo: Pixels, registered: bytes, parts: Sequence[Part]) -> Laid:
    """Lay a searched photo by its parts over a registered one, as the photo store keeps it, and compare them.

    Raises NotReadable, Unmappable.
    """
    below = shrink(decode(registered), SIDE)
    above = lay(photo, placed(parts, 1.0, below.factor), below.picture.shape[:2])
    return Laid(below, above, sameness(below.picture, above))


def sameness(below: Pixels, above: Warped) -> Sameness:
    """Compare a registered photo (h, w, 3), brought to SIDE, with the searched photo that was laid over it."""
    one, two = _Field.of(below, PADDED), _Field.of(above.picture, PADDED + REACH)
    inside = _inside(above.covered)
    if not inside.any():
        nothing = np.zeros(inside.shape, np.bool_)
        return Sameness(nothing, nothing, above.covered)
    first, second = _unpadded(one.variance, PADDED), _unpadded(two.variance, PADDED + REACH)
    usual = tuple(max(FLAT, float(np.median(each[inside]))) for each in (first, second))
    likeness = _unpadded(_likeness(one, two, (FLOOR * usual[0], FLOOR * usual[1])), PADDED)
    alike = inside & (likeness >= SAME)
    contrast = _contrast(first[alike], second[alike])
    here, there = _unpadded(_relief(one), PADDED), _unpadded(_relief(two), PADDED + REACH)
    expected = contrast**2 * here > max(NOISE, TELLING * contrast**2 * usual[0])
    seen = expected | (there > max(NOISE, TELLING * usual[1]))
    return Sameness(alike & seen, inside & seen & (likeness < OTHER), above.covered)


@dataclass(frozen=True, slots=True)
class _Field:
    """A photo in grey, its edges mirrored outward, with mean and variance of each neighbourhood."""

    grey: Map
    mean: Map
    variance: Map

    @classmethod
    def of(cls, picture: Pixels, margin: int) -> "_Field":
        """`margin`: by how many pixels the edges are mirrored outward."""
        grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(np.float32)
        soft = cv2.GaussianBlur(grey, (0, 0), SOFTENED)
        padded = np.asarray(
            cv2.copyMakeBorder(soft, margin, margin, margin, margin, cv2.BORDER_REFLECT), np.float32
        )
        mean = _average(padded)
        return cls(padded, mean, np.maximum(_average(padded * padded) - mean * mean, 0))

    def part(self, down: int, right: int, size: tuple[int, ...]) -> "_Field":
        """The part of this size (height, width) that begins so many pixels down and to the right."""
        where = (slice(down, down + size[0]), slice(right, right + size[1]))
        return _Field(self.grey[where], self.mean[where], self.variance[where])


def _likeness(one: _Field, two: _Field, noise: tuple[float, float]) -> Map:
    best = np.full(one.grey.shape, -1, np.float32)
    steady = one.variance + np.float32(noise[0])
    for down in range(2 * REACH + 1):
        for right in range(2 * REACH + 1):
            other = two.part(down, right, steady.shape)
            together = _average(one.grey * other.grey) - one.mean * other.mean
            np.maximum(best, together / np.sqrt(steady * (other.variance + np.float32(noise[1]))), out=best)
    return best


def _contrast(one: Map, two: Map) -> float:
    """How strong the contrasts of the searched photo are, as a share of the registered one's, by both variances."""
    return float(np.median(np.sqrt(two / np.maximum(one, FLAT)))) if len(one) else 1.0


def _unpadded(values: Map, margin: int) -> Map:
    return values[margin:-margin, margin:-margin]


def _average(values: Map) -> Map:
    return np.asarray(cv2.blur(values, (WINDOW, WINDOW), borderType=cv2.BORDER_REFLECT), np.float32)


def _relief(field: _Field) -> Map:
    """The variance of each neighbourhood that is left once a plane was fitted to it, by least squares.

    The light on a plain ground falls off alike in all photos of a studio, and shows nothing.
    """
    along, across = (np.arange(WINDOW) - WINDOW // 2) / WINDOW, np.full(WINDOW, 1 / WINDOW)
    parts = (
        cv2.sepFilter2D(field.grey, cv2.CV_32F, x, y, borderType=cv2.BORDER_REFLECT)
        for x, y in ((along, across), (across, along))
    )
    sloping = sum(part * part for part in parts) / ((WINDOW**2 - 1) / 12)
    return np.asarray(np.maximum(field.variance - sloping, 0), np.float32)


def _inside(covered: Mask) -> Mask:
    """Where a neighbourhood lies mostly within what is covered, and not at the very edge of the registered photo."""
    inside = covered & (_average(covered.astype(np.float32)) > FILLED)
    framed = np.zeros(covered.shape, np.bool_)
    framed[RIM:-RIM, RIM:-RIM] = True
    return np.asarray(inside & framed)
