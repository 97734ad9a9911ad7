"""A descriptor without weights: where in the photo it is light, and which colour lies where."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from models.card import ModelCard
from models.descriptor import Descriptors
from models.pixels import Pixels

GRID = 32
LUMA, CHROMA = 12, 6
CHROMA_WEIGHT = 0.5
FLAT = 2.5
"""A shorter vector is one flat grey: half a level of grey across the picture gives 6, rounding to L*a*b* up to 2.3."""


@dataclass(frozen=True, slots=True)
class ColourLayout:
    """Low frequencies of lightness and colour, after MPEG-7's colour layout (Kasutani and Yamada, ICIP 2001).

    Finds near copies, also of pictures too smooth for keypoints; knows nothing of frames, walls or viewpoints.
    """

    @property
    def card(self) -> ModelCard:
        """The card of this descriptor."""
        return ModelCard(
            name="colour-layout",
            version="1",
            kind="descriptor",
            summary="discrete cosine transform of a 32 px picture, low frequencies, unit length",
            source="Kasutani and Yamada 2001",
            licence="Apache-2.0",
            dimension=_dimension(),
            preprocessing=f"resized to {GRID} x {GRID} by averaging, L*a*b*",
            settings={"luma": LUMA, "chroma": CHROMA, "chroma_weight": CHROMA_WEIGHT, "flat": FLAT},
        )

    def describe(self, photos: Sequence[Pixels]) -> Descriptors:
        """Describe n photos: float32 (n, 213), unit length."""
        rows = [_describe(photo) for photo in photos]
        return np.stack(rows) if rows else np.zeros((0, _dimension()), np.float32)


def _describe(photo: Pixels) -> Descriptors:
    height, width = photo.shape[:2]
    if min(height, width) < GRID:  # area averaging only shrinks: a smaller side is brought up first
        photo = np.asarray(cv2.resize(photo, (max(GRID, width), max(GRID, height))), np.uint8)
    small = cv2.resize(photo, (GRID, GRID), interpolation=cv2.INTER_AREA)
    lab = cv2.cvtColor(small.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
    parts = [cv2.dct(np.ascontiguousarray(lab[:, :, channel])) for channel in range(3)]
    lightness = parts[0][:LUMA, :LUMA].ravel()[1:]  # without the mean: a darker photo is the same object
    colours = [CHROMA_WEIGHT * part[:CHROMA, :CHROMA].ravel()[:35] for part in parts[1:]]
    flat = np.concatenate([lightness, *colours]).astype(np.float32)
    length = float(np.linalg.norm(flat))
    if length < FLAT:  # a fixed direction that photos hardly have: a flat grey resembles only its like
        flat = np.zeros_like(flat)
        flat[-1] = length = 1.0
    return np.asarray(flat / length, np.float32)


def _dimension() -> int:
    return LUMA * LUMA - 1 + 2 * (CHROMA * CHROMA - 1)
