"""What time does to a surface: cracks, varnish, weave, losses, scratches."""

from __future__ import annotations

import cv2
import numpy as np

from scripts.demo_register.canvas import Canvas, Colour, curve, moved
from scripts.demo_register.noise import Array, Shape, as_float, blur, fractal, grid, mix, relief, value_noise


def cells(rng: np.random.Generator, shape: Shape, size: float, stretch: float = 1.0) -> tuple[Array, Array]:
    """Cracks of a dried film: how near each pixel is to one (1 on the crack), and a grey level per flake.

    `size` is a flake's width in pixels; `stretch` makes flakes longer across (> 1) or down (< 1).
    """
    rows, columns = max(int(shape[0]), 8), max(int(shape[1] / stretch), 8)
    seeds = np.full((rows, columns), 255, np.uint8)
    count = max(int(rows * columns / (size * size)), 4)
    seeds[rng.integers(0, rows, count), rng.integers(0, columns, count)] = 0
    _, labels = cv2.distanceTransformWithLabels(seeds, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL)
    y, x = grid(shape)
    wave = size * 0.45
    x = x / np.float32(stretch) + (fractal(rng, shape, size * 1.2, 3) - 0.5) * np.float32(wave)
    y = y + (fractal(rng, shape, size * 1.2, 3) - 0.5) * np.float32(wave)
    names = cv2.remap(as_float(labels), x, y, cv2.INTER_NEAREST, borderMode=cv2.BORDER_REFLECT_101)
    edge = np.zeros(shape, np.float32)
    edge[:, 1:] += names[:, 1:] != names[:, :-1]
    edge[1:] += names[1:] != names[:-1]
    tone = as_float(rng.random(int(labels.max()) + 2))[as_float(names).astype(np.intp)]
    return as_float(np.minimum(edge, 1)), tone


def craquelure(rng: np.random.Generator, image: Array, size: float, strength: float) -> Array:
    """Fine dark cracks with slightly raised flakes; stronger in some places than in others."""
    shape: Shape = (image.shape[0], image.shape[1])
    cracks, tone = cells(rng, shape, size, float(rng.uniform(0.7, 1.6)))
    where = np.clip(fractal(rng, shape, max(shape) / 3, 3) * 1.8 - 0.35, 0.05, 1)
    lines = blur(cracks, 0.6) * where * np.float32(strength)
    light = relief(blur(cracks, 1.0), 0.10 * strength) * (1 + (tone - 0.5) * np.float32(0.05 * strength))
    return as_float(mix(image * light[:, :, None], image * 0.32, np.clip(lines * 0.9, 0, 0.85)))


def varnish(rng: np.random.Generator, image: Array, strength: float) -> Array:
    """Yellowed, uneven varnish, darker towards the edges."""
    shape: Shape = (image.shape[0], image.shape[1])
    y, x = grid(shape)
    edge = ((y / shape[0] - 0.5) ** 2 + (x / shape[1] - 0.5) ** 2) * 1.3
    thick = np.clip(fractal(rng, shape, max(shape) / 2.5, 4) * 0.7 + edge, 0, 1) * np.float32(strength)
    tint = as_float([1.0, 0.86, 0.56])
    return as_float(image * mix(as_float([1, 1, 1]), tint, thick))


def weave(rng: np.random.Generator, image: Array, pitch: float, strength: float) -> Array:
    """The threads of the canvas showing through."""
    shape: Shape = (image.shape[0], image.shape[1])
    y, x = grid(shape)
    y = y + (value_noise(rng, shape, 60.0) - 0.5) * 6
    x = x + (value_noise(rng, shape, 60.0) - 0.5) * 6
    cloth = np.sin(y * np.float32(2 * np.pi / pitch)) * np.sin(x * np.float32(2 * np.pi / pitch))
    worn = fractal(rng, shape, max(shape) / 4, 3)
    return as_float(image * (1 + cloth * worn * np.float32(strength))[:, :, None])


def losses(
    rng: np.random.Generator, image: Array, count: int, ground: Colour, size: float
) -> tuple[Array, list[str]]:
    """Flaked spots that show the ground, and the words for where they are."""
    height, width = image.shape[:2]
    canvas = Canvas(width, height, image)
    places: list[str] = []
    for _ in range(count):
        x, y = float(rng.uniform(0.06, 0.94)), float(rng.uniform(0.06, 0.94))
        spots = int(rng.integers(2, 6))
        for _ in range(spots):
            angles = np.sort(rng.uniform(0, 2 * np.pi, 9))
            reach = size * rng.uniform(0.25, 1.0, 9) * float(rng.uniform(0.4, 1.0))
            cx, cy = x * width + rng.normal(0, size * 1.3), y * height + rng.normal(0, size * 1.3)
            outline = curve(np.stack([cx + reach * np.cos(angles), cy + reach * np.sin(angles)], 1), True, 2)
            canvas.fill(moved(outline, 0.8, 0.8), (0.1, 0.08, 0.06), 0.6, 0.8)
            canvas.fill(outline, ground, 0.92, 0.4)
        places.append(place_words(x, y))
    return canvas.image, places


def place_words(x: float, y: float) -> str:
    """Where a point of the picture (shares of width and height) lies, in words."""
    down = "upper" if y < 0.36 else "lower" if y > 0.64 else "centre"
    across = "left" if x < 0.36 else "right" if x > 0.64 else ""
    if down == "centre":
        return across or "centre"
    return f"{down} {across or 'centre'}"
