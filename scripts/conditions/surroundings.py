"""What stands around a work in a photo of it: the frame at its rim, the plain ground at its edges."""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np

from scripts.conditions.camera import between
from scripts.demo_register.noise import Array, Pixels, as_float, blur

RIM_DEPTH = (0.05, 0.15)
"""How deep a frame is looked for at each edge of a photo: share of its height or width."""
RIM_STEP = 16.0
"""Grey levels, of 255, by which colour changes along most of a side where a frame ends and what it holds begins."""
GROUND_SHARE = (0.15, 0.25)
"""Share of a photo's area that is taken as its ground."""
GROUND_GRAIN = 3.0
"""Median `detail` of a ground is at least this: below it is a blank page, on which nothing could match."""
GROUND_DETAIL = 50.0
"""A twentieth of a ground may have more `detail` than this; with more it is no ground but the work or its frame."""
_SIDE = 320
"""The longest side, pixels, at which photos are looked at, so that the levels above mean the same for all."""
_TRIES = 48


class Rim(NamedTuple):
    """How far a frame reaches in from each edge: shares of the height (top, bottom) and of the width."""

    top: float
    bottom: float
    left: float
    right: float


class Window(NamedTuple):
    """A part of a photo, pixels."""

    x: int
    y: int
    width: int
    height: int


def detail(picture: Pixels) -> Array:
    """How much changes at each pixel (h, w), capped so that one hard edge does not outweigh a face."""
    grey = as_float(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY))
    across, down = cv2.Sobel(grey, cv2.CV_32F, 1, 0), cv2.Sobel(grey, cv2.CV_32F, 0, 1)
    return as_float(np.minimum(np.hypot(across, down), 120))


def rim_of(picture: Pixels) -> Rim | None:
    """The frame in a photo (h, w, 3): within RIM_DEPTH a straight step of colour at all four sides; None without one.

    Of several steps at a side the innermost counts, for a frame has mouldings.
    """
    small = blur(_looked_at(picture), 1.0)
    upright = small.transpose(1, 0, 2)
    depths = [_step_in(side) for side in (small, small[::-1], upright, upright[::-1])]
    found = [depth for depth in depths if depth is not None]
    return Rim(*found) if len(found) == len(depths) else None


def _step_in(picture: Array) -> float | None:
    """How far below its upper edge, share of the height, a picture (h, w, 3) changes colour all along."""
    height, width = picture.shape[:2]
    first, last = (round(share * height) for share in RIM_DEPTH)
    middle = picture[: last + 4, round(0.2 * width) : round(0.8 * width)]
    if first < 2 or len(middle) < last + 4:
        return None
    steps = np.linalg.norm(np.median(middle[4:] - middle[:-4], axis=1), axis=1) / np.sqrt(3)
    reach = steps[
        first - 2 : last - 1
    ]  # a row further in lies 2 px deeper: between the two that are compared
    strong = [
        number
        for number in range(1, len(reach) - 1)
        if reach[number] >= max(RIM_STEP, reach[number - 1], reach[number + 1])
    ]
    return (first + strong[-1]) / height if strong else None


def ground_of(picture: Pixels, rng: np.random.Generator) -> Window | None:
    """The plainest of some windows at a photo's edge that isn't empty: wall, table, cloth, paper; None without one."""
    height, width = picture.shape[:2]
    small = _looked_at(picture)
    seen = detail(np.asarray(small, np.uint8))
    best: tuple[float, Window] | None = None
    for _ in range(_TRIES):
        window = _at_an_edge(rng, width, height)
        grain, most = np.percentile(_part(seen, window, len(seen) / height), (50, 95))
        if grain >= GROUND_GRAIN and most <= GROUND_DETAIL and (best is None or most < best[0]):
            best = (float(most), window)
    return best[1] if best else None


def _at_an_edge(rng: np.random.Generator, width: int, height: int) -> Window:
    share = between(rng, *GROUND_SHARE)
    shape = width / height * np.exp(rng.uniform(-0.6, 0.6))
    wide = int(np.clip(round(np.sqrt(share * width * height * shape)), 8, width))
    tall = int(np.clip(round(share * width * height / wide), 8, height))
    x, y = int(rng.integers(0, width - wide + 1)), int(rng.integers(0, height - tall + 1))
    x, y = ((0, y), (width - wide, y), (x, 0), (x, height - tall))[int(rng.integers(0, 4))]
    return Window(x, y, wide, tall)


def _part(seen: Array, window: Window, scale: float) -> Array:
    x, y, wide, tall = (round(value * scale) for value in window)
    return seen[y : y + max(1, tall), x : x + max(1, wide)]


def _looked_at(picture: Pixels) -> Array:
    """The picture, 0..255, with _SIDE pixels on its longest side, where it is larger."""
    height, width = picture.shape[:2]
    factor = min(1.0, _SIDE / max(height, width))
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    return as_float(cv2.resize(picture, size, interpolation=cv2.INTER_AREA))
