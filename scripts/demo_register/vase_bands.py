"""Painted bands of a vase, laid out flat: meanders, tongues, scrolls, friezes of figures."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from scripts.demo_register import animals
from scripts.demo_register.canvas import Canvas, Colour, curve, ellipse, moved, points
from scripts.demo_register.palette import near

# A band: canvas, its upper and lower edge in pixels, ink, second ink.
Band = Callable[[np.random.Generator, Canvas, float, float, Colour, Colour], None]


def _repeats(rng: np.random.Generator, canvas: Canvas, pitch: float) -> tuple[npt.NDArray[np.float64], float]:
    count = max(int(canvas.width / max(pitch, 6.0) * float(rng.uniform(0.85, 1.15))), 3)
    step = canvas.width / count
    starts = np.arange(-1, count + 1) * step + float(rng.uniform(0, step))
    return np.asarray(starts, np.float64), step


def meander(
    rng: np.random.Generator, canvas: Canvas, top: float, low: float, ink: Colour, other: Colour
) -> None:
    """The running key, one of several kinds."""
    tall = low - top
    shapes: tuple[list[list[float]], ...] = (
        [[0, 1], [0, 0], [0.8, 0], [0.8, 0.7], [0.35, 0.7], [0.35, 0.38], [0.55, 0.38]],
        [[0, 1], [0, 0.1], [0.6, 0.1], [0.6, 0.6], [0.3, 0.6], [0.3, 1], [1, 1]],
        [[0, 0.9], [0, 0.1], [0.5, 0.1], [0.5, 0.9], [1, 0.9]],
    )
    shape = points(shapes[int(rng.integers(0, 3))])
    starts, step = _repeats(rng, canvas, tall * float(rng.uniform(0.9, 1.5)))
    for x in starts:
        canvas.line(
            np.stack([x + shape[:, 0] * step, top + tall * (0.12 + 0.76 * shape[:, 1])], 1),
            ink,
            max(tall * 0.1, 2),
        )
        canvas.line(
            points([[x, low - tall * 0.12], [x + step, low - tall * 0.12]]), ink, max(tall * 0.08, 1.5)
        )
    if rng.random() < 0.4:
        for x in starts[::3]:
            canvas.fill(
                points(
                    [
                        [x - step * 0.1, top],
                        [x + step * 0.5, top],
                        [x + step * 0.5, low],
                        [x - step * 0.1, low],
                    ]
                ),
                other,
            )
            canvas.line(points([[x, top + 3], [x + step * 0.4, low - 3]]), ink, 2)
            canvas.line(points([[x, low - 3], [x + step * 0.4, top + 3]]), ink, 2)


def tongues(
    rng: np.random.Generator, canvas: Canvas, top: float, low: float, ink: Colour, other: Colour
) -> None:
    """Hanging tongues in two colours."""
    tall = low - top
    starts, step = _repeats(rng, canvas, tall * float(rng.uniform(0.3, 0.7)))
    for index, x in enumerate(starts):
        outline = curve(
            [
                [x, top],
                [x, low - tall * 0.25],
                [x + step * 0.42, low],
                [x + step * 0.84, low - tall * 0.25],
                [x + step * 0.84, top],
            ],
            False,
            2,
        )
        canvas.fill(outline, near(np.random.default_rng(index), ink if index % 2 else other, 0.06))
        canvas.line(outline, ink, 1.5)


def rays(
    rng: np.random.Generator, canvas: Canvas, top: float, low: float, ink: Colour, other: Colour
) -> None:
    """Pointed rays rising from the foot."""
    starts, step = _repeats(rng, canvas, (low - top) * float(rng.uniform(0.35, 0.7)))
    for x in starts:
        canvas.fill(points([[x, low], [x + step / 2, top + (low - top) * 0.06], [x + step, low]]), ink)
        canvas.line(points([[x + step / 2, low], [x + step / 2, top + (low - top) * 0.45]]), other, 1.5)


def scroll(
    rng: np.random.Generator, canvas: Canvas, top: float, low: float, ink: Colour, other: Colour
) -> None:
    """Running scrolls with buds."""
    tall, middle = low - top, (top + low) / 2
    starts, step = _repeats(rng, canvas, tall * float(rng.uniform(1.0, 1.8)))
    for index, x in enumerate(starts):
        t = np.linspace(0, float(rng.uniform(3.2, 4.6)) * np.pi / 2 * 1.4, 34)
        flip = 1 if index % 2 else -1
        reach = tall * 0.42 * (1 - t / t.max() * 0.85)
        canvas.taper(
            np.stack([x + step / 2 + reach * np.cos(t), middle + flip * reach * np.sin(t)], 1),
            ink,
            tall * 0.12,
            1.5,
        )
        canvas.fill(ellipse(x + step / 2 + rng.normal(0, 2), middle, tall * 0.1, tall * 0.1, 0, 14), other)
        leaf = moved(
            curve([[0, 0], [0.5, -0.3], [1, 0], [0.5, 0.3]], True, 2),
            x,
            middle + flip * tall * 0.1,
            tall * 0.36,
            float(rng.uniform(-1, 1)),
        )
        canvas.fill(leaf, ink)


def waves(
    rng: np.random.Generator, canvas: Canvas, top: float, low: float, ink: Colour, other: Colour
) -> None:
    """Parallel wavy or zigzag lines."""
    count = int(rng.integers(2, 5))
    swings, sharp = float(rng.integers(9, 30)), rng.random() < 0.5
    x = np.linspace(0, canvas.width, 240)
    phase = x / canvas.width * swings * 2 * np.pi + rng.uniform(0, 6)
    swing = 2 / np.pi * np.arcsin(np.sin(phase)) if sharp else np.sin(phase)
    for index in range(count):
        y = top + (low - top) * (index + 0.5) / count + swing * (low - top) * 0.35 / count
        canvas.line(np.stack([x, y], 1), ink if index % 2 else other, max((low - top) * 0.16 / count, 2))


def checks(
    rng: np.random.Generator, canvas: Canvas, top: float, low: float, ink: Colour, other: Colour
) -> None:
    """Chequers or lozenges with dots."""
    rows, tall = int(rng.integers(2, 4)), low - top
    starts, step = _repeats(rng, canvas, tall / rows)
    lozenge = rng.random() < 0.5
    for row in range(rows):
        y = top + tall * row / rows
        for column, x in enumerate(starts):
            if lozenge:
                canvas.fill(
                    points(
                        [
                            [x, y + tall / rows / 2],
                            [x + step / 2, y],
                            [x + step, y + tall / rows / 2],
                            [x + step / 2, y + tall / rows],
                        ]
                    ),
                    ink if (row + column) % 3 else other,
                )
                canvas.fill(ellipse(x + step / 2, y + tall / rows / 2, step * 0.1, step * 0.1, 0, 8), other)
            elif (row + column) % 2:
                canvas.fill(
                    points([[x, y], [x + step, y], [x + step, y + tall / rows], [x, y + tall / rows]]), ink
                )


def palmettes(
    rng: np.random.Generator, canvas: Canvas, top: float, low: float, ink: Colour, other: Colour
) -> None:
    """Palmettes and lotus buds on linked arcs."""
    tall = low - top
    starts, step = _repeats(rng, canvas, tall * float(rng.uniform(0.8, 1.2)))
    leaves = int(rng.integers(5, 10))
    for index, x in enumerate(starts):
        cx, foot = x + step / 2, low - tall * 0.16
        for angle in np.linspace(-np.pi + 0.25, -0.25, leaves if index % 2 else 3):
            reach = tall * (0.5 + 0.2 * np.sin(-angle)) * float(rng.uniform(0.92, 1.05))
            canvas.fill(
                moved(
                    curve([[0.1, 0], [0.6, -0.1], [1, 0], [0.6, 0.1]], True, 2), cx, foot, reach, float(angle)
                ),
                ink if index % 2 else other,
            )
        canvas.fill(ellipse(cx, foot, tall * 0.1, tall * 0.08, 0, 16), other)
        t = np.linspace(0, np.pi, 16)
        canvas.line(
            np.stack([x + step * (0.5 + 0.5 * np.cos(t)) + step / 2, foot + tall * 0.13 * np.sin(t)], 1),
            ink,
            2,
        )


def frieze(
    rng: np.random.Generator, canvas: Canvas, top: float, low: float, ink: Colour, other: Colour
) -> list[str]:
    """People and animals in a row on a ground line; their names."""
    tall, names = low - top, []
    x = float(rng.uniform(-0.2, 0.1)) * tall
    while x < canvas.width:
        figure = animals.anyone(rng)
        beast = figure.name not in ("warrior", "dancer", "lyre player", "traveller", "athlete")
        size = tall * (0.72 if beast else 0.82) * float(rng.uniform(0.93, 1.06))
        flip = -1.0 if rng.random() < 0.5 else 1.0
        x += size * (0.62 if beast else 0.36)
        for solid in figure.solids:
            canvas.fill(moved(solid * (flip, 1), x, low - tall * 0.05, size), ink)
        for path in figure.lines:
            canvas.line(moved(path * (flip, 1), x, low - tall * 0.05, size), other, max(size * 0.012, 1.4))
        names.append(figure.name)
        x += size * (0.62 if beast else float(rng.uniform(0.3, 0.5)))
        for _ in range(int(rng.integers(0, 3))):  # rosettes fill the gaps
            px, py, petals = (
                x + rng.normal(0, tall * 0.1),
                top + tall * rng.uniform(0.12, 0.5),
                int(rng.integers(4, 8)),
            )
            for a in np.arange(petals) * 2 * np.pi / petals:
                canvas.fill(
                    ellipse(
                        px + np.cos(a) * tall * 0.03,
                        py + np.sin(a) * tall * 0.03,
                        tall * 0.022,
                        tall * 0.012,
                        a,
                        10,
                    ),
                    ink,
                )
    canvas.line(points([[0, low - tall * 0.04], [canvas.width, low - tall * 0.04]]), ink, 3)
    return names


def garden(
    rng: np.random.Generator, canvas: Canvas, top: float, low: float, ink: Colour, other: Colour
) -> None:
    """Blossoming branches with leaves and birds, as on blue-and-white or majolica."""
    tall = low - top
    for _ in range(int(rng.integers(9, 16))):
        start = np.array([rng.uniform(0, canvas.width), low - tall * rng.uniform(0, 0.3)])
        angle, path = float(rng.uniform(-2.4, -0.7)), [start]
        for _ in range(6):
            angle += float(rng.normal(0, 0.5))
            path.append(path[-1] + np.array([np.cos(angle), np.sin(angle)]) * tall * 0.16)
        stem = curve(np.array(path))
        canvas.taper(stem, ink, tall * 0.03, 3)
        for spot in stem[3::4]:
            turn, size = float(rng.uniform(0, 6.28)), tall * float(rng.uniform(0.07, 0.15))
            if rng.random() < 0.6:
                leaf = moved(
                    curve([[0, 0], [0.5, -0.3], [1, 0], [0.5, 0.25]], True, 2),
                    float(spot[0]),
                    float(spot[1]),
                    size,
                    turn,
                )
                canvas.fill(leaf, near(rng, ink, 0.25))
                canvas.line(
                    moved(points([[0, 0], [1, 0]]), float(spot[0]), float(spot[1]), size, turn), other, 1
                )
            else:
                petals = int(rng.integers(5, 9))
                for a in np.arange(petals) * 2 * np.pi / petals + turn:
                    canvas.fill(
                        ellipse(
                            spot[0] + np.cos(a) * size * 0.5,
                            spot[1] + np.sin(a) * size * 0.5,
                            size * 0.4,
                            size * 0.25,
                            float(a),
                            14,
                        ),
                        near(rng, other, 0.2),
                    )
                    canvas.line(
                        ellipse(
                            spot[0] + np.cos(a) * size * 0.5,
                            spot[1] + np.sin(a) * size * 0.5,
                            size * 0.4,
                            size * 0.25,
                            float(a),
                            14,
                        ),
                        ink,
                        1,
                    )
                canvas.fill(ellipse(spot[0], spot[1], size * 0.2, size * 0.2, 0, 10), ink)
    for _ in range(int(rng.integers(1, 4))):
        crane = animals.bird(rng, "crane")
        x, y, size = (
            rng.uniform(0, canvas.width),
            rng.uniform(top + tall * 0.4, low),
            tall * float(rng.uniform(0.2, 0.34)),
        )
        for solid in crane.solids:
            canvas.fill(moved(solid, x, y, size), ink)
        for line in crane.lines:
            canvas.line(moved(line, x, y, size), other, 1.5)


SMALL: tuple[Band, ...] = (meander, tongues, scroll, waves, checks, palmettes)
