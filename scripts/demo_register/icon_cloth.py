"""Robes of icons with their folds, and the wings of archangels."""

from __future__ import annotations

import numpy as np

from scripts.demo_register.canvas import Canvas, Colour, Points, curve, ellipse, moved, points
from scripts.demo_register.palette import blend, near, rgb, shifted

_ROBES = ("7a1f24", "1f3a52", "3f5236", "8a4a24", "5a2a4a", "a8682c", "2a2f3a", "9a3030", "4a6a70", "c8a878")


def robe_colour(rng: np.random.Generator) -> Colour:
    """A tempera colour for cloth."""
    return near(rng, rgb(str(rng.choice(_ROBES))), 0.12)


def _folds(rng: np.random.Generator, canvas: Canvas, outline: Points, colour: Colour, count: int) -> None:
    """Drapery that hangs from the shoulders and sways, with gold or light edges, kept inside the outline."""
    low, high = outline.min(axis=0), outline.max(axis=0)
    wide, tall = high - low
    sheet = Canvas(canvas.width, canvas.height, canvas.image.copy())
    light = rgb("e0b450") if rng.random() < 0.55 else blend(colour, (1, 0.95, 0.85), 0.55)
    centre, sway, fan = (
        low[0] + wide * rng.uniform(0.3, 0.7),
        rng.normal(0, wide * 0.12),
        float(rng.uniform(0.2, 0.9)),
    )
    for _ in range(count):
        x, y = rng.uniform(low[0], high[0]), low[1] + tall * rng.uniform(0.02, 0.75)
        reach = tall * rng.uniform(0.18, 0.5)
        drift = (x - centre) * fan * reach / tall
        bow = sway * reach / tall * rng.uniform(0.5, 1.5)
        path = curve(
            [
                [x, y],
                [x + drift * 0.3 + bow, y + reach * 0.4],
                [x + drift * 0.7 + bow, y + reach * 0.75],
                [x + drift, y + reach],
            ]
        )
        thick = float(rng.uniform(2.5, 6.0))
        sheet.taper(path, shifted(colour, value=0.42), thick, 1, 0.8)
        sheet.taper(moved(path, thick * 0.7, 0), light, thick * 0.45 + 0.6, 0.8, 0.85)
        if rng.random() < 0.4:  # a hook at the end, where the cloth breaks
            end = path[-1]
            sheet.taper(
                curve([end, end + np.array([thick * 2, thick]), end + np.array([thick * 3.5, -thick])]),
                light,
                2.2,
                0.8,
                0.8,
            )
    canvas.fill(outline, sheet.image)


def standing(
    rng: np.random.Generator, canvas: Canvas, x: float, y: float, size: float, half: float, foot: float
) -> None:
    """A full-length garment with sleeves, hem and feet below a face `size` pixels high at x, y."""
    for side in (-1, 1):
        canvas.fill_shaded(
            ellipse(x + side * half * 0.35, foot + size * 0.05, half * 0.22, size * 0.16),
            rgb("7a3a1c"),
            rgb("1c0c08"),
        )
    hem = half * float(rng.uniform(0.8, 1.0))
    sides = [
        [x - hem, foot],
        [x - half * 0.72, y + (foot - y) * 0.62],
        [x - half * 1.02, y + size * 2.3],
        [x - half * 0.86, y + size * 0.85],
        [x - half * 0.3, y + size * 0.52],
        [x + half * 0.3, y + size * 0.52],
        [x + half * 0.86, y + size * 0.85],
        [x + half * 1.02, y + size * 2.3],
        [x + half * 0.72, y + (foot - y) * 0.62],
        [x + hem, foot],
    ]
    robe(
        rng,
        canvas,
        np.concatenate([curve(sides, False, 2), points([[x + hem, foot], [x - hem, foot]])]),
        robe_colour(rng),
        22,
    )
    band = points([[x - hem * 0.98, foot - size * 0.12], [x + hem * 0.98, foot - size * 0.12]])
    canvas.line(band, rgb("d8a84a"), max(size * 0.1, 2))
    for px in np.linspace(-0.9, 0.9, int(rng.integers(7, 14))):
        canvas.fill(ellipse(x + px * hem, foot - size * 0.12, size * 0.03, size * 0.03, 0, 8), rgb("7a1a1a"))


def robe(rng: np.random.Generator, canvas: Canvas, outline: Points, colour: Colour, folds: int) -> None:
    """A garment with shading, folds and a line about it."""
    canvas.fill_shaded(outline, shifted(colour, value=1.2), shifted(colour, value=0.4), (-0.3, -0.4))
    _folds(rng, canvas, outline, colour, folds)
    canvas.line(np.concatenate([outline, outline[:1]]), rgb("24140c"), 2)


def wings(rng: np.random.Generator, canvas: Canvas, x: float, y: float, size: float) -> None:
    """Two wings in rows of feathers."""
    first, second = robe_colour(rng), rgb("c8963c")
    for side in (-1, 1):
        for row, count in ((1.0, 9), (0.72, 8), (0.46, 7)):
            for index in np.linspace(0, 1, count):
                angle = np.pi / 2 - side * (0.2 + 1.1 * (1 - index))
                start = [x + side * size * 0.3, y - size * 0.1 + size * 0.2 * index]
                tip = [
                    start[0] + np.cos(angle) * size * row + side * size * 0.1,
                    start[1] + np.sin(angle) * size * row * 1.1 - size * 0.3 * (1 - index),
                ]
                bend = [(start[0] + tip[0]) / 2 + side * size * 0.16, (start[1] + tip[1]) / 2 - size * 0.1]
                tone = near(
                    rng, first if row == 1.0 else second if row > 0.6 else blend(first, second, 0.5), 0.1
                )
                canvas.taper(curve([start, bend, tip]), rgb("24140c"), size * 0.1 + 3, 3)
                canvas.taper(curve([start, bend, tip]), tone, size * 0.1, 2)
