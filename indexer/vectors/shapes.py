"""Shapes: which way a registered keypoint turns and how large it is, in two bytes, to weigh votes by."""

import numpy as np
import numpy.typing as npt

Shapes = npt.NDArray[np.uint8]
"""(n, 2): angle in 1/256 of a turn, and size in 1/16 octave above a quarter of a pixel."""
Floats = npt.NDArray[np.float32]

TURN_STEP = 256 / 360
OCTAVE_STEP = 16.0
SMALLEST = -2.0


def pack(angles: npt.NDArray[np.floating], sizes: npt.NDArray[np.floating]) -> Shapes:
    """Angles in degrees and sizes in pixels, both (n,)."""
    turns = np.rint(angles * TURN_STEP).astype(np.int64) % 256
    octaves = np.rint((np.log2(np.maximum(sizes, 1e-6)) - SMALLEST) * OCTAVE_STEP)
    return np.stack([turns, np.clip(octaves, 0, 255)], axis=-1).astype(np.uint8)


def unpack(shapes: Shapes) -> tuple[Floats, Floats]:
    """Angles in degrees, and sizes as the logarithm to base 2 of pixels; the shape given less its last axis."""
    angles = shapes[..., 0].astype(np.float32) / np.float32(TURN_STEP)
    return angles, shapes[..., 1].astype(np.float32) / np.float32(OCTAVE_STEP) + np.float32(SMALLEST)
