"""Brushwork: a composition painted over with strokes, coarse to fine.

The order of layers and the rule that a finer layer only goes where the coarser one is still wrong follow
Hertzmann, "Painterly rendering with curved brush strokes of multiple sizes" (SIGGRAPH 1998).
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from scripts.demo_register.noise import (
    Array,
    Shape,
    as_float,
    blur,
    displace,
    mix,
    relief,
    to_pixels,
    value_noise,
)

_SHIFT = 3
_TRACE = 5  # points of a stroke
_MOST = 7000  # strokes of a finer layer: they go where they are needed most


@dataclass(frozen=True, slots=True)
class Touch:
    """How a painter handles the brush: widths as shares of the long side, widest first."""

    name: str
    widths: tuple[float, ...]
    length: float  # of a stroke, in widths
    jitter: float  # of a stroke's colour
    impasto: float  # how strongly the paint stands out
    smooth: float  # share of the composition blended back: glazes
    swirl: float  # strokes follow a free direction (1) or the shapes (0)


TOUCHES = (
    Touch("smooth, layered glazes", (0.012, 0.006, 0.003), 3.0, 0.015, 0.4, 0.60, 0.15),
    Touch("small careful strokes", (0.016, 0.008, 0.004), 3.5, 0.025, 0.8, 0.35, 0.2),
    Touch("loose visible brushwork", (0.022, 0.011, 0.005), 4.5, 0.040, 1.2, 0.18, 0.3),
    Touch("thick impasto", (0.020, 0.011, 0.006), 5.0, 0.055, 2.0, 0.08, 0.5),
    Touch("broad palette-knife work", (0.036, 0.018, 0.007), 3.0, 0.045, 1.6, 0.15, 0.25),
    Touch("short divided dabs", (0.015, 0.009, 0.006), 1.4, 0.080, 1.1, 0.10, 0.5),
)


def directions(rng: np.random.Generator, image: Array, swirl: float, sigma: float) -> tuple[Array, Array]:
    """Unit vectors (across, down) along which strokes run: along edges, mixed with a free flow."""
    shape: Shape = (image.shape[0], image.shape[1])
    grey = blur(as_float(image.mean(axis=2)), sigma)
    gx = as_float(cv2.Sobel(grey, cv2.CV_32F, 1, 0))
    gy = as_float(cv2.Sobel(grey, cv2.CV_32F, 0, 1))
    # Directions are averaged as doubled angles, for a stroke has no head.
    c2, s2 = blur(gy * gy - gx * gx, sigma), blur(-2 * gx * gy, sigma)
    flow = (value_noise(rng, shape, max(shape) / 3) - 0.5) * np.float32(3.0) + np.float32(
        rng.uniform(0, np.pi)
    )
    weight = np.float32(0.02 + swirl) * np.float32(0.004)
    angle = 0.5 * np.arctan2(s2 + weight * np.sin(2 * flow), c2 + weight * np.cos(2 * flow))
    return as_float(np.cos(angle)), as_float(np.sin(angle))


def _layer(
    rng: np.random.Generator,
    paint: Array,
    wanted: Array,
    way: tuple[Array, Array],
    width: float,
    touch: Touch,
    first: bool,
) -> None:
    height, wide = wanted.shape[:2]
    step = max(width * (0.75 if first else 0.85), 2.0)
    ys, xs = np.meshgrid(np.arange(0, height, step), np.arange(0, wide, step), indexing="ij")
    x = np.clip(xs.ravel() + rng.uniform(-step, step, xs.size), 0, wide - 1)
    y = np.clip(ys.ravel() + rng.uniform(-step, step, ys.size), 0, height - 1)
    if not first:
        error = blur(as_float(np.abs(as_float(paint[:, :, :3]) / 255 - wanted).sum(axis=2)), width * 0.4)
        wrong = error[y.astype(np.intp), x.astype(np.intp)] * rng.uniform(0.5, 1.5, x.size)
        keep = np.argsort(-wrong, kind="stable")[: min(_MOST, int(np.count_nonzero(wrong > 0.07)))]
        x, y = x[keep], y[keep]
    order = rng.permutation(x.size)
    x, y = x[order], y[order]
    colours = wanted[y.astype(np.intp), x.astype(np.intp)]
    colours = (
        colours + rng.normal(0, touch.jitter, (x.size, 1)) + rng.normal(0, touch.jitter * 0.5, (x.size, 3))
    )
    inks = np.concatenate([np.clip(colours * 255, 0, 255), rng.uniform(60, 200, (x.size, 1))], 1)
    pace = width * touch.length * rng.uniform(0.6, 1.3, x.size) / (_TRACE - 1)
    sign = np.where(rng.random(x.size) < 0.5, -1.0, 1.0)
    trail = np.empty((x.size, _TRACE, 2))
    last_x = last_y = np.zeros(x.size, np.float32)
    for index in range(_TRACE):
        trail[:, index, 0], trail[:, index, 1] = x, y
        iy, ix = np.clip(y, 0, height - 1).astype(np.intp), np.clip(x, 0, wide - 1).astype(np.intp)
        dx, dy = way[0][iy, ix] * sign, way[1][iy, ix] * sign
        if index:  # a stroke does not turn back on itself
            back = np.where(dx * last_x + dy * last_y < 0, -1.0, 1.0)
            sign, dx, dy = sign * back, dx * back, dy * back
        last_x, last_y = dx, dy
        x, y = x + dx * pace, y + dy * pace
    fixed = np.round(trail * (1 << _SHIFT)).astype(np.int32)
    thickness = np.maximum(np.round(width * rng.uniform(0.7, 1.2, len(fixed))), 1).astype(int).tolist()
    for path, ink, thick in zip(fixed, inks.tolist(), thickness, strict=True):
        cv2.polylines(paint, [path], False, ink, thick, cv2.LINE_8, _SHIFT)


def bristles(rng: np.random.Generator, way: tuple[Array, Array], reach: float) -> Array:
    """Fine streaks along the strokes, about -0.5..0.5 (line integral convolution of white noise)."""
    shape: Shape = (way[0].shape[0], way[0].shape[1])
    grain = as_float(rng.random(shape))
    total = np.zeros(shape, np.float32)
    for step in np.linspace(-reach, reach, 7):
        total += displace(grain, way[1] * np.float32(step), way[0] * np.float32(step))
    return as_float(total / 7 - 0.5)


def paint_over(rng: np.random.Generator, wanted: Array, touch: Touch) -> Array:
    """The composition (h, w, 3 in 0..1) as a painting of the same size."""
    height, width = wanted.shape[:2]
    long_side = max(height, width)
    paint = np.zeros((height, width, 4), np.uint8)
    paint[:, :, :3] = to_pixels(wanted)
    way = directions(rng, wanted, touch.swirl, long_side * 0.006)
    for index, share in enumerate(touch.widths):
        size = share * long_side
        _layer(rng, paint, blur(wanted, size * 0.3), way, size, touch, index == 0)  # type: ignore[arg-type]
    body = as_float(paint[:, :, 3]) / 255 * 0.5 + bristles(rng, way, long_side * 0.008) * 0.9
    colour = mix(blur(as_float(paint[:, :, :3]) / 255, 0.6), wanted, touch.smooth)
    return as_float(colour * relief(body, 0.16 * touch.impasto)[:, :, None])
