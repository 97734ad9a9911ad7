"""What lies on the table of a still life: fruit, grapes, pots, flowers, books."""

from __future__ import annotations

import numpy as np

from scripts.demo_register.canvas import Canvas, Colour, curve, ellipse, moved, points
from scripts.demo_register.palette import blend, near, rgb, shifted

FRUIT: dict[str, tuple[Colour, Colour]] = {
    "apples": (rgb("d9482f"), rgb("5a1414")),
    "lemons": (rgb("f2d23c"), rgb("8f6a12")),
    "oranges": (rgb("f0902a"), rgb("7a3408")),
    "plums": (rgb("6a5a9a"), rgb("1c1434")),
    "peaches": (rgb("f2b27a"), rgb("9a3c2c")),
    "green figs": (rgb("a0b05a"), rgb("34401c")),
    "pomegranates": (rgb("b8323a"), rgb("3c0a14")),
}


_BLOOMS = ("e8e4dc", "d0425a", "f2c84a", "e88a9a", "7a5ab0", "f08a3a", "b02a3a", "5a7ac8", "f4e8a0")


def _shadow(canvas: Canvas, x: float, foot: float, half: float) -> None:
    canvas.fill(
        ellipse(x + half * 0.45, foot, half * 1.35, half * 0.26), (0.03, 0.02, 0.03), 0.55, half * 0.1 + 1
    )


def fruit(rng: np.random.Generator, canvas: Canvas, x: float, foot: float, size: float, name: str) -> None:
    """One piece of fruit of radius `size` that lies at x, foot."""
    lit, dark = FRUIT[name]
    lit = near(rng, lit, 0.18)
    _shadow(canvas, x, foot, size)
    turn = float(rng.uniform(-0.5, 0.5))
    body = ellipse(x, foot - size * 0.85, size * (1.22 if name == "lemons" else 1.0), size * 0.92, turn, 40)
    canvas.fill_shaded(body, lit, dark, soft=0.6)
    for _ in range(int(rng.integers(8, 22))):  # speckles and streaks of the skin
        a, r = rng.uniform(0, 2 * np.pi), size * 0.75 * np.sqrt(rng.random())
        canvas.fill(
            ellipse(
                x + r * np.cos(a),
                foot - size * 0.85 + r * np.sin(a) * 0.9,
                size * 0.03,
                size * 0.06,
                float(a),
                8,
            ),
            near(rng, blend(lit, (1, 0.9, 0.6), 0.4), 0.2),
            0.5,
        )
    canvas.fill(
        ellipse(x - size * 0.35, foot - size * 1.25, size * 0.16, size * 0.1, -0.6),
        (1, 1, 0.95),
        0.7,
        size * 0.06,
    )
    if name not in ("lemons", "oranges"):
        canvas.taper(
            curve(
                [
                    [x, foot - size * 1.5],
                    [x + size * 0.1, foot - size * 1.8],
                    [x + size * 0.25, foot - size * 2.0],
                ]
            ),
            rgb("4a3018"),
            size * 0.12,
            size * 0.06,
        )
        if rng.random() < 0.5:
            canvas.fill_shaded(
                moved(
                    curve([[0, 0], [0.5, -0.3], [1, 0], [0.5, 0.2]], True),
                    x + size * 0.15,
                    foot - size * 1.7,
                    size * 0.9,
                    float(rng.uniform(-0.8, 0.5)),
                ),
                rgb("7a9a3c"),
                rgb("2a4018"),
            )


def grapes(rng: np.random.Generator, canvas: Canvas, x: float, foot: float, size: float) -> None:
    """A bunch of grapes, green or blue."""
    green = rng.random() < 0.5
    lit, dark = (rgb("b8c46a"), rgb("44521c")) if green else (rgb("7a5a90"), rgb("1a1030"))
    _shadow(canvas, x, foot, size * 1.4)
    for _ in range(34):
        px, py = x + rng.normal(0, size * 0.7), foot - abs(rng.normal(0, size * 0.65)) - size * 0.15
        r = size * float(rng.uniform(0.19, 0.25))
        canvas.fill_shaded(ellipse(px, py, r, r, 0, 20), near(rng, lit, 0.15), dark)
        canvas.fill(ellipse(px - r * 0.3, py - r * 0.4, r * 0.2, r * 0.2, 0, 8), (1, 1, 1), 0.7)


def pot(
    rng: np.random.Generator, canvas: Canvas, x: float, foot: float, size: float, colour: Colour, kind: str
) -> None:
    """A jug, bottle or bowl turned on a wheel, `size` pixels high."""
    level = np.linspace(0, 1, 40)
    knots = {
        "jug": [0.2, 0.27, 0.3, 0.27, 0.18, 0.13, 0.15],
        "bottle": [0.15, 0.16, 0.16, 0.15, 0.07, 0.045, 0.05],
        "bowl": [0.16, 0.1, 0.3, 0.44, 0.52, 0.56, 0.58],
        "vase": [0.14, 0.2, 0.27, 0.26, 0.19, 0.12, 0.18],
    }[kind]
    half = np.interp(level, np.linspace(0, 1, 7), np.asarray(knots) * rng.uniform(0.88, 1.12, 7)) * size
    tall = size * (0.42 if kind == "bowl" else 1.0)
    y = foot - level * tall
    _shadow(canvas, x, foot, float(half.max()))
    if kind == "jug":
        handle = curve(
            [
                [x + half[8], foot - tall * 0.35],
                [x + half.max() * 1.6, foot - tall * 0.5],
                [x + half.max() * 1.4, foot - tall * 0.9],
                [x + half[-4], foot - tall * 0.9],
            ]
        )
        canvas.taper(handle, shifted(colour, value=0.6), size * 0.05, size * 0.05)
    outline = np.concatenate([np.stack([x - half, y], 1), np.stack([x + half, y], 1)[::-1]])
    canvas.fill_shaded(outline, colour, shifted(colour, value=0.16), soft=0.5)
    for band in rng.uniform(0.15, 0.8, int(rng.integers(0, 4))):
        row = int(band * 39)
        arc = np.linspace(0.15, np.pi - 0.15, 20)
        canvas.line(
            np.stack([x + half[row] * np.cos(arc), y[row] + half[row] * 0.12 * np.sin(arc)], 1),
            near(rng, shifted(colour, 0.5, 0.8, 1.2), 0.3),
            size * 0.02 + 1,
            0.8,
        )
    canvas.fill(ellipse(x, y[-1], half[-1], half[-1] * 0.22), shifted(colour, value=0.3))
    canvas.line(ellipse(x, y[-1], half[-1], half[-1] * 0.22), shifted(colour, 0, 0.6, 1.4), 1.5)
    canvas.taper(np.stack([x - half * 0.55, y], 1)[6:28], (1, 1, 0.97), size * 0.02, size * 0.035, 0.4)


def bouquet(rng: np.random.Generator, canvas: Canvas, x: float, y: float, size: float) -> None:
    """A bunch of flowers that springs from x, y and is about `size` pixels high."""
    for _ in range(34):  # leaves and stems first
        a = rng.uniform(-np.pi, 0) if rng.random() < 0.8 else rng.uniform(0, np.pi)
        tip = (
            x + np.cos(a) * size * rng.uniform(0.5, 1.05),
            y - size * 0.4 + np.sin(a) * size * rng.uniform(0.4, 0.95),
        )
        canvas.line(curve([[x, y], [(x + tip[0]) / 2, y - size * 0.35], list(tip)]), rgb("33471f"), 2)
        leaf = moved(
            curve([[0, 0], [0.5, -0.28], [1, 0], [0.5, 0.24]], True),
            float(tip[0]),
            float(tip[1]),
            size * float(rng.uniform(0.14, 0.3)),
            float(a + rng.normal(0, 0.6)),
        )
        canvas.fill_shaded(leaf, near(rng, rgb("71904a"), 0.2), rgb("1d2c14"))
    chosen = rng.choice(len(_BLOOMS), int(rng.integers(2, 5)), replace=False)
    for _ in range(int(rng.integers(9, 20))):
        a, r = rng.uniform(0, 2 * np.pi), np.sqrt(rng.random()) * size * 0.78
        cx, cy = x + np.cos(a) * r, y - size * 0.55 + np.sin(a) * r * 0.8
        colour, big = rgb(_BLOOMS[int(rng.choice(chosen))]), size * float(rng.uniform(0.1, 0.22))
        petals, kind = int(rng.integers(5, 9)), rng.random()
        for ring in range(4 if kind < 0.5 else 2):
            reach = big * (1 - 0.23 * ring)
            for petal in range(petals):
                t = 2 * np.pi * petal / petals + ring * 0.5 + a
                px, py = cx + np.cos(t) * reach * 0.55, cy + np.sin(t) * reach * 0.5
                canvas.fill_shaded(
                    ellipse(px, py, reach * 0.5, reach * 0.32, float(t), 16),
                    near(rng, blend(colour, (1, 1, 1), 0.08 * ring), 0.08),
                    shifted(colour, 0.02, 1.1, 0.5),
                )
        canvas.fill(
            ellipse(cx, cy, big * 0.16, big * 0.14), near(rng, rgb("caa034" if kind > 0.5 else "5a2a1c"), 0.2)
        )


def book(
    rng: np.random.Generator, canvas: Canvas, x: float, foot: float, size: float, colour: Colour
) -> None:
    """A closed book with a gilt cover."""
    tilt = float(rng.uniform(-0.15, 0.15))
    _shadow(canvas, x, foot, size * 0.9)
    box = points([[-1, 0], [-0.8, -0.42], [0.9, -0.42], [1, 0]])
    canvas.fill(moved(box, x, foot, size, tilt), shifted(colour, value=1.1))
    canvas.fill(moved(points([[-1, 0], [1, 0], [1, 0.22], [-1, 0.22]]), x, foot, size, tilt), rgb("d8c8a0"))
    for line in np.linspace(0.04, 0.18, 5):
        canvas.line(moved(points([[-1, line], [1, line]]), x, foot, size, tilt), rgb("9a8458"), 1)
    canvas.line(
        moved(
            points([[-0.7, -0.36], [0.8, -0.36], [0.9, -0.06], [-0.85, -0.06], [-0.7, -0.36]]),
            x,
            foot,
            size,
            tilt,
        ),
        rgb("d8b04a"),
        1.5,
    )
