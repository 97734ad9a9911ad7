"""Noise, displacement and light: what every drawn surface is made of."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float32]
Pixels = npt.NDArray[np.uint8]
Shape = tuple[int, int]


def as_float(values: Any) -> Array:
    """Any array as float32, without a copy where it is one already."""
    return np.asarray(values, dtype=np.float32)


def to_pixels(image: Array) -> Pixels:
    """An RGB picture in 0..1 as 8-bit pixels."""
    return np.asarray(np.clip(image, 0, 1) * 255 + 0.5, dtype=np.uint8)


def resize(image: Any, width: int, height: int) -> Array:
    """The picture at another size, smooth in both directions of scale."""
    shrinks = width * height < image.shape[0] * image.shape[1]
    return as_float(
        cv2.resize(
            as_float(image), (width, height), interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC
        )
    )


def blur(image: Any, sigma: float) -> Array:
    """Gaussian blur with the given standard deviation in pixels; none below a third of a pixel."""
    return as_float(image) if sigma < 0.33 else as_float(cv2.GaussianBlur(as_float(image), (0, 0), sigma))


_COARSE = 16.0  # features of this many pixels are drawn small and enlarged: a quarter of the time


def _lattice_noise(rng: np.random.Generator, shape: Shape, down: float, across: float) -> Array:
    down, across = min(max(down, 1.0), shape[0] * 4.0), min(max(across, 1.0), shape[1] * 4.0)
    rows, columns = int(np.ceil(shape[0] / down)) + 3, int(np.ceil(shape[1] / across)) + 3
    lattice = as_float(rng.random((rows, columns)))
    start_y, start_x = rng.random(2)
    if max(down, across) <= _COARSE:
        wide, tall = round(columns * across), round(rows * down)
        large = as_float(cv2.resize(lattice, (wide, tall), interpolation=cv2.INTER_CUBIC))
        y, x = int(start_y * (tall - shape[0])), int(start_x * (wide - shape[1]))
        return large[y : y + shape[0], x : x + shape[1]]
    move = np.array([[1 / across, 0, 1 + start_x], [0, 1 / down, 1 + start_y]], np.float64)
    flags = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
    return as_float(
        cv2.warpAffine(lattice, move, (shape[1], shape[0]), flags=flags, borderMode=cv2.BORDER_REFLECT)
    )


def value_noise(rng: np.random.Generator, shape: Shape, cell: float | tuple[float, float]) -> Array:
    """Smooth noise of shape (h, w), about 0..1, with features of `cell` pixels (down, across)."""
    return _octaves(rng, shape, cell, 1, 1.0)


def fractal(
    rng: np.random.Generator,
    shape: Shape,
    cell: float | tuple[float, float],
    octaves: int = 4,
    gain: float = 0.5,
) -> Array:
    """Noise of several sizes added up, stretched to exactly 0..1."""
    total = _octaves(rng, shape, cell, octaves, gain)
    low, high = float(total.min()), float(total.max())
    total -= low
    total *= np.float32(1 / max(high - low, 1e-6))
    return total


def _octaves(
    rng: np.random.Generator, shape: Shape, cell: float | tuple[float, float], octaves: int, gain: float
) -> Array:
    down, across = cell if isinstance(cell, tuple) else (cell, cell)
    small: Shape = (-(-shape[0] // 4), -(-shape[1] // 4))
    coarse, fine = np.zeros(small, np.float32), np.zeros(shape, np.float32)
    enlarge = False
    for octave in range(octaves):
        weight, finer = np.float32(gain**octave), 2**octave
        if min(down, across) / finer >= _COARSE and min(shape) >= 64:
            coarse += weight * _lattice_noise(rng, small, down / finer / 4, across / finer / 4)
            enlarge = True
        else:
            fine += weight * _lattice_noise(rng, shape, down / finer, across / finer)
    if enlarge:
        fine += cv2.resize(coarse, (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC)
    return fine


def ridge(rng: np.random.Generator, width: int, cell: float, octaves: int = 5, gain: float = 0.5) -> Array:
    """A skyline: `width` heights in 0..1."""
    return as_float(fractal(rng, (4, width), (50.0, cell), octaves, gain)[0])


def grid(shape: Shape) -> tuple[Array, Array]:
    """Row and column numbers of every pixel, as two (h, w) arrays."""
    rows, columns = np.mgrid[0 : shape[0], 0 : shape[1]]
    return as_float(rows), as_float(columns)


def displace(image: Array, down: Array, across: Array) -> Array:
    """The picture with every pixel taken from `down`, `across` pixels away."""
    rows, columns = grid((down.shape[0], down.shape[1]))
    return as_float(
        cv2.remap(image, columns + across, rows + down, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101)
    )


def wobble(rng: np.random.Generator, image: Array, amount: float, cell: float) -> Array:
    """The picture with its shapes pushed about by up to `amount` pixels, as a hand draws."""
    shape = (image.shape[0], image.shape[1])
    down = (value_noise(rng, shape, cell) - 0.5) * 2 * amount
    across = (value_noise(rng, shape, cell) - 0.5) * 2 * amount
    return displace(image, down, across)


def relief(height: Array, strength: float, angle: float = -2.2) -> Array:
    """Light on a surface: about 1, brighter on slopes that face `angle` (radians, screen directions)."""
    across = as_float(cv2.Sobel(height, cv2.CV_32F, 1, 0, ksize=3))
    down = as_float(cv2.Sobel(height, cv2.CV_32F, 0, 1, ksize=3))
    slope = -(across * np.cos(angle) + down * np.sin(angle))
    return as_float(1 + np.clip(slope * strength, -0.75, 0.75))


def mix(first: Any, second: Any, share: Any) -> Array:
    """`first` where share is 0, `second` where it is 1; each a colour or a picture, share a number or (h, w)."""
    start, end, weight = as_float(first), as_float(second), as_float(share)
    if weight.ndim != 2:
        return as_float(start + (end - start) * weight)
    # Plane by plane: broadcasting over a last axis of three is several times slower.
    planes = []
    for channel in range(3):
        low, high = start[..., channel], end[..., channel]
        plane = (high - low) * weight
        plane += low
        planes.append(plane)
    return as_float(cv2.merge(planes))


def smoothstep(low: Any, high: Any, values: Any) -> Array:
    """0 below low, 1 above high, and a soft step between (either order)."""
    t = np.clip((values - low) / (high - low), 0, 1)
    return as_float(t * t * (3 - 2 * t))
