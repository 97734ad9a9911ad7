"""Things several painters need: sky, cloud, trees, houses, ships, people."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scripts.demo_register.canvas import Canvas, Colour
from scripts.demo_register.noise import Array, Shape, as_float, blur, fractal, grid, mix, smoothstep
from scripts.demo_register.palette import Palette, blend


@dataclass(frozen=True, slots=True)
class Scene:
    """A composition (h, w, 3 in 0..1) with the words a registrar would use for it."""

    genre: str
    image: Array
    title: str
    subject: str
    details: tuple[str, ...]


def sky(
    rng: np.random.Generator, canvas: Canvas, palette: Palette, horizon: float, cover: float = 0.5
) -> tuple[float, float]:
    """Fill everything above `horizon` (pixels) with sky and clouds; where the sun stands, in pixels."""
    shape: Shape = (canvas.height, canvas.width)
    y, x = grid(shape)
    sun = (float(rng.uniform(0.1, 0.9)) * canvas.width, horizon * float(rng.uniform(0.25, 0.9)))
    depth = np.clip(y / max(horizon, 1.0), 0, 1) ** np.float32(rng.uniform(0.7, 1.5))
    colour = mix(palette.sky[0], palette.sky[1], depth)
    far = np.hypot(x - sun[0], y - sun[1]) / np.float32(canvas.width * rng.uniform(0.25, 0.5))
    colour = mix(colour, palette.light, np.exp(-far * far) * np.float32(rng.uniform(0.3, 0.9)))
    flat = float(rng.uniform(1.6, 3.6))  # clouds are wider than high, more so far away
    size = canvas.width * float(rng.uniform(0.16, 0.5))
    body = fractal(rng, shape, (size / flat, size), 6, 0.52)
    edge = float(np.quantile(body, 1 - cover))
    mass = smoothstep(edge, edge + 0.16, body)
    lit = np.clip(
        (body - np.roll(body, (int(size * 0.05) + 2, int(np.sign(x[0, -1] / 2 - sun[0])) * 6), (0, 1))) * 5
        + 0.5,
        0,
        1,
    )
    cloud = mix(palette.cloud[1], palette.cloud[0], lit)
    canvas.image[:] = mix(colour, cloud, mass * np.float32(rng.uniform(0.6, 0.95)) * (1 - depth**4 * 0.5))
    return sun


def hills(
    rng: np.random.Generator,
    canvas: Canvas,
    base: float,
    height: float,
    lit: Colour,
    dark: Colour,
    rough: float = 0.5,
    cell: float = 0.5,
) -> Array:
    """A range from `base` (pixels) upwards, lit on one side; its skyline in pixels, one value a column."""
    line = fractal(rng, (6, canvas.width), (50.0, canvas.width * cell), 6, rough)[0]
    skyline = as_float(base - line * height)
    y, _ = grid((canvas.height, canvas.width))
    inside = np.clip(y - skyline[None, :], 0, 1)
    slope = np.clip(np.gradient(blur(skyline[None, :], 4)[0])[None, :] * 0.9 + 0.5, 0, 1)
    texture = fractal(rng, (canvas.height, canvas.width), (height * 0.4 + 6, canvas.width * 0.06), 4)
    tone = np.clip(slope * 0.55 + (texture - 0.5) * 0.9 + 0.25, 0, 1)
    canvas.image[:] = mix(canvas.image, mix(dark, lit, tone), inside)
    return skyline


def reflect(
    rng: np.random.Generator,
    canvas: Canvas,
    horizon: float,
    water: tuple[Colour, Colour],
    clear: float,
    calm: float,
) -> None:
    """Turn everything below `horizon` (pixels) into water that mirrors what stands above it."""
    top = int(horizon)
    deep = canvas.height - top
    if deep < 4:
        return
    rows, columns = grid((deep, canvas.width))
    ripple = fractal(rng, (deep, canvas.width), (deep * 0.03 + 2, canvas.width * 0.09), 4, 0.6) - 0.5
    reach = (rows / deep * 0.8 + 0.2) * np.float32((1 - calm) * 60)
    source = np.clip(top - rows - 1 + ripple * reach, 0, top - 1).astype(np.intp)
    side = np.clip(columns + ripple * reach * 0.5, 0, canvas.width - 1).astype(np.intp)
    mirror = canvas.image[source, side]
    own = mix(water[0], water[1], np.clip(rows / deep * 0.8 + ripple * 1.4, 0, 1))
    surface = mix(own, mirror, np.float32(clear) * (1 - rows / deep * 0.5))
    glints = smoothstep(0.22, 0.34, ripple) * np.float32(0.45)
    canvas.image[top:] = mix(surface, blend(water[0], (1, 1, 1), 0.5), glints)
