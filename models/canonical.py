"""Pictures that every machine makes alike: what a model's card says of them can be recomputed anywhere."""

from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from models.pixels import Pixels

Kind = Literal["waves", "blocks", "grain", "ramp"]
KINDS: tuple[Kind, ...] = get_args(Kind)
LONG, SHORT = 400, 300
CHOSEN: tuple[tuple[Kind, int], ...] = (("waves", 1), ("blocks", 2), ("grain", 3), ("ramp", 4), ("blocks", 5))
"""What a card is written for: smooth, sharp, all fine detail, hardly any; lying and standing."""


def canonical_picture(kind: Kind, seed: int) -> Pixels:
    """A picture of 400 x 300 px, or standing where the seed is odd: (height, width, 3) RGB.

    Whole numbers only, so that it depends on no version of anything. `seed` from 0.
    """
    width, height = (SHORT, LONG) if seed % 2 else (LONG, SHORT)
    y, x = np.mgrid[0:height, 0:width].astype(np.uint64)
    channels = [_MADE[kind](x, y, np.uint64(3 * seed + channel)) for channel in range(3)]
    return np.stack(channels, axis=-1).astype(np.uint8)


_Grid = npt.NDArray[np.uint64]


def _waves(x: _Grid, y: _Grid, number: np.uint64) -> _Grid:
    across = _tent(x * np.uint64(2 + number % 5) + y * np.uint64(1 + number % 3))
    down = _tent(y * np.uint64(1 + number % 7) + np.uint64(31) * number)
    return (across * np.uint64(2) + down) // np.uint64(3)


def _blocks(x: _Grid, y: _Grid, number: np.uint64) -> _Grid:
    block = x // np.uint64(50) + np.uint64(64) * (y // np.uint64(60))
    return _scattered(block * np.uint64(64) + number)


def _grain(x: _Grid, y: _Grid, number: np.uint64) -> _Grid:
    return _scattered((x + y * np.uint64(512)) * np.uint64(64) + number)


def _ramp(x: _Grid, y: _Grid, number: np.uint64) -> _Grid:
    start = _scattered(np.asarray(number)) % np.uint64(100)
    return start + (x + y) * np.uint64(150) // np.uint64(LONG + SHORT)


def _tent(values: _Grid) -> _Grid:
    turn = values % np.uint64(510)
    return np.asarray(np.minimum(turn, np.uint64(510) - turn))


def _scattered(values: _Grid) -> _Grid:
    """0 to 255, scattered by multiplying and shifting (after Steele, Lea and Flood's SplitMix, OOPSLA 2014)."""
    mixed = (values + np.uint64(1)) * np.uint64(0x9E3779B1) % np.uint64(1 << 32)
    mixed = (mixed ^ (mixed >> np.uint64(15))) * np.uint64(0x85EBCA6B) % np.uint64(1 << 32)
    return (mixed ^ (mixed >> np.uint64(13))) % np.uint64(256)


_MADE = {"waves": _waves, "blocks": _blocks, "grain": _grain, "ramp": _ramp}
