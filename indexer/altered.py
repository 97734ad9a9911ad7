"""Regions that look different in a searched photo: painted over, lost, covered, or hidden by a reflection."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from indexer.aligned import Mask, Warped
from indexer.sameness import Map, Sameness
from models.pixels import Pixels

LEAST = 0.025
"""Share of the registered photo that a region must have to be told of."""
OPENED, CLOSED = 9, 15
"""Pixels at indexer.sameness.SIDE: narrower regions are dropped, narrower gaps in a region are filled."""
TRUSTED = 0.5
"""Share of the judged places that must show the same before anything is said of those that do not."""
SOFTENED = 2.0
"""Standard deviation of the blur before brightness is compared, pixels."""
UNEVEN = 40.0
"""Standard deviation, pixels, of the light that may lie unevenly on a photo."""
ODD = 4.0
"""How many times further than usual the brightness must be off for a region to grow over a place."""
USUAL = 8.0
"""Grey levels that brightness may always be off by."""
TO_DEVIATION = 1.4826
"""From the median absolute deviation to the standard deviation of normal errors."""
BRIGHT, BRIGHTER = 240, 60
"""Grey level of the core of a reflection, and how far it outshines what would be there without it."""
CORE, AROUND = 6, 17
"""Pixels that a reflection's core has at least, and across which its veil reaches beyond it."""


@dataclass(frozen=True, slots=True)
class Altered:
    """A connected region of the registered photo, (h, w), that the searched one shows differently.

    hidden  whether a bright reflection lies on it: nothing is known of what is below
    """

    mask: Mask
    hidden: bool


def regions(below: Pixels, laid: Warped, found: Sameness, shown: Mask) -> list[Altered]:
    """The regions within what is `shown` (h, w), largest first; none where too little agrees to judge by.

    Told by local correlation alone (see indexer.sameness); what is told of grows over places beside it that do not
    agree and are far brighter or darker than the rest of the photo lets expect, as flat paint is.
    """
    same, other = found.same & shown, found.other & shown
    agreeing = int(same.sum())
    if agreeing == 0 or agreeing < TRUSTED * (agreeing + int(other.sum())):
        return []
    seeds = [each for each in _connected(_smooth(other)) if each.mean() >= LEAST]
    if not seeds:
        return []
    photos = _Brightness.of(below, laid, same)
    grown = _grown(seeds, _smooth(other | (photos.odd(same) & shown & ~found.same)) & shown)
    core = photos.reflections() & laid.covered & shown
    told = [Altered(each, int((_around(each) & core).sum()) >= CORE) for each in grown]
    return sorted(told, key=lambda each: -int(each.mask.sum()))


@dataclass(frozen=True, slots=True)
class _Brightness:
    """Grey levels (h, w): what the searched photo shows, and what the registered one lets expect of it."""

    seen: Map
    expected: Map

    @classmethod
    def of(cls, below: Pixels, laid: Warped, same: Mask) -> "_Brightness":
        one, two = _grey(below), _grey(laid.picture)
        apart = one[same] - one[same].mean()
        slope = np.float32(apart @ two[same] / max(float(apart @ apart), 1.0))
        return cls(two, slope * (one - one[same].mean()) + two[same].mean())

    def odd(self, same: Mask) -> Mask:
        """Where the photo is brighter or darker than expected, once uneven light is allowed for."""
        off = self.seen - self.expected
        weight = same.astype(np.float32)
        light = _blurred(off * weight, UNEVEN) / np.maximum(_blurred(weight, UNEVEN), np.float32(1e-3))
        rest = np.abs(off - light)
        return np.asarray(rest > ODD * max(USUAL, TO_DEVIATION * float(np.median(rest[same]))))

    def reflections(self) -> Mask:
        """The cores of reflections: near white, where there is no reason for it."""
        return np.asarray((self.seen >= BRIGHT) & (self.seen > self.expected + BRIGHTER))


def _grey(picture: Pixels) -> Map:
    return _blurred(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(np.float32), SOFTENED)


def _blurred(values: npt.NDArray[np.float32], deviation: float) -> Map:
    return np.asarray(cv2.GaussianBlur(values, (0, 0), deviation), np.float32)


def _smooth(mask: Mask) -> Mask:
    """Without narrow gaps and narrow spurs."""
    smooth = mask.astype(np.uint8)
    for step, size in ((cv2.MORPH_CLOSE, CLOSED), (cv2.MORPH_OPEN, OPENED)):
        smooth = np.asarray(cv2.morphologyEx(smooth, step, _disc(size)), np.uint8)
    return smooth > 0


def _grown(seeds: Sequence[Mask], wide: Mask) -> list[Mask]:
    """The connected parts of `wide` and the seeds that hold a seed."""
    together = np.asarray(np.any(seeds, axis=0), np.bool_)
    return [each for each in _connected(wide | together) if (each & together).any()]


def _connected(mask: Mask) -> Iterator[Mask]:
    count, labels = cv2.connectedComponents(mask.astype(np.uint8))
    return (np.asarray(labels == at, np.bool_) for at in range(1, count))


def _around(region: Mask) -> Mask:
    return np.asarray(cv2.dilate(region.astype(np.uint8), _disc(AROUND)) > 0)


def _disc(size: int) -> npt.NDArray[np.uint8]:
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size)), np.uint8)
