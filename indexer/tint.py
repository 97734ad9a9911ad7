"""Colour against black and white: told from how the colours of two photos of one thing go together.

A toned or yellowed print has one hue that follows its lightness. What is left of the colours once lightness is taken
out is compared: a colour photo, however dark or faded, repeats there what the other shows; a print does not.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from indexer.aligned import Mask
from models.pixels import Pixels

SOFTENED = 2.0
"""Standard deviation of the blur, pixels: noise and halftone have colours of their own."""
PLACES, ENOUGH = 500, 4000
"""Places (pixels) that must agree before colours are compared, and how many of them, spread evenly, are taken."""
COLOURFUL = 1.5
"""Root mean square of the colours that lightness does not explain (CIELAB units), from which a photo is in colour."""
GREY = 0.15
"""Share of the colours' strength, reckoned by the strength of the contrasts, below which they are not repeated.
Prints that were made grey and toned had at most 0.09, colour photos 0.24 or more (60 queries of each condition)."""
STAINED = 3.0
"""The same for a searched photo of something registered as black and white: lamps, screens and stains tint it too."""
PLAIN = 1.0
"""The most of such colours that a photo called black and white may have (CIELAB units): toned prints had 0.9."""
SLIGHT = 0.1
"""The most of such colours likewise, as a share of a very colourful photo's: a stained print has some."""
TOGETHER = 0.5
"""The least correlation of both photos' lightness: with less, their places do not fit well enough for colours."""
FAINT = 0.05
"""The weakest contrast that is reckoned with, as a share of the other photo's."""

Complex = npt.NDArray[np.complex128]


@dataclass(frozen=True, slots=True)
class Tints:
    """Whether each photo is without colours that the other has. Both False: alike, or too dull to tell."""

    searched_grey: bool
    registered_grey: bool


def tints(registered: Pixels, searched: Pixels, same: Mask) -> Tints:
    """Compare the colours of two photos (h, w, 3) that lie on each other, where they show the `same` (h, w)."""
    places = np.flatnonzero(same)
    if len(places) < PLACES:
        return Tints(False, False)
    places = places[:: -(-len(places) // ENOUGH)]
    below, above = _Colours.of(registered, places), _Colours.of(searched, places)
    if np.corrcoef(below.lightness, above.lightness)[0, 1] < TOGETHER:
        return Tints(False, False)
    return Tints(searched_grey=above.lacks(below, COLOURFUL), registered_grey=below.lacks(above, STAINED))


@dataclass(frozen=True, slots=True)
class _Colours:
    """Lightness (n,) from 0 to 100, and what of the colours it doesn't explain: a + ib of CIELAB, (n,)."""

    lightness: npt.NDArray[np.float64]
    rest: Complex

    @classmethod
    def of(cls, picture: Pixels, places: npt.NDArray[np.intp]) -> "_Colours":
        soft = cv2.GaussianBlur(picture, (0, 0), SOFTENED).astype(np.float32) / 255
        lab = np.asarray(cv2.cvtColor(soft, cv2.COLOR_RGB2LAB), np.float64).reshape(-1, 3)[places]
        light = lab[:, 0]
        terms = np.stack([np.ones_like(light), light, light**2 / 100], axis=1)
        fitted, *_ = np.linalg.lstsq(terms, lab[:, 1:], rcond=None)
        rest = lab[:, 1:] - terms @ fitted
        return cls(light, rest[:, 0] + 1j * rest[:, 1])

    @property
    def strength(self) -> float:
        return float(np.sqrt(np.mean(np.abs(self.rest) ** 2)))

    def lacks(self, other: "_Colours", colourful: float) -> bool:
        """Whether the other has colours, `colourful` or stronger, and this one doesn't repeat them."""
        contrast = max(FAINT, self._contrast(other))
        if other.strength < colourful or self.strength > max(PLAIN, SLIGHT * contrast * other.strength):
            return False
        repeated = abs(np.vdot(other.rest, self.rest)) / np.vdot(other.rest, other.rest).real
        return bool(repeated < GREY * contrast)

    def _contrast(self, other: "_Colours") -> float:
        apart = other.lightness - other.lightness.mean()
        spread = float(apart @ apart)
        return float(apart @ self.lightness) / spread if spread > 0 else 0.0
