"""What icons show: saints half-length and full-length, a mother with her child, a hermit in the desert."""

from __future__ import annotations

import numpy as np

from scripts.demo_register import icon_cloth as cloth
from scripts.demo_register import icon_figures as saints
from scripts.demo_register.canvas import Canvas, curve, ellipse, points
from scripts.demo_register.palette import blend, near, rgb, shifted


def _bust(
    rng: np.random.Generator, canvas: Canvas, x: float, top: float, size: float, foot: float, kind: str
) -> None:
    """A half-length figure; `size` is the height of the face."""
    y = top + size * 0.9
    shoulder, colour, inner = (
        size * float(rng.uniform(1.5, 1.9)),
        cloth.robe_colour(rng),
        cloth.robe_colour(rng),
    )
    saints.halo(rng, canvas, x, y - size * 0.08, size * float(rng.uniform(1.0, 1.15)))
    foot += size  # the frame cuts the figure off
    body = curve(
        [
            [x - shoulder * 1.1, foot],
            [x - shoulder * 0.98, y + size * 1.5],
            [x - shoulder * 0.5, y + size * 0.82],
            [x, y + size * 0.62],
            [x + shoulder * 0.5, y + size * 0.82],
            [x + shoulder * 0.98, y + size * 1.5],
            [x + shoulder * 1.1, foot],
        ],
        True,
        2,
    )
    cloth.robe(rng, canvas, body, inner, 26)
    lean = -1 if rng.random() < 0.5 else 1
    cloak = curve(
        [
            [x + lean * size * 0.1, foot],
            [x - lean * size * 0.1, y + size * 1.2],
            [x - lean * size * 0.36, y + size * 0.7],
            [x - lean * shoulder * 0.6, y + size * 0.85],
            [x - lean * shoulder * 1.02, y + size * 1.6],
            [x - lean * shoulder * 1.05, foot],
        ],
        True,
        2,
    )
    cloth.robe(rng, canvas, cloak, colour, 22)
    if kind == "veiled":
        veil = curve(
            [
                [x - size * 0.95, y + size * 1.3],
                [x - size * 0.72, y],
                [x - size * 0.45, y - size * 0.62],
                [x, y - size * 0.78],
                [x + size * 0.45, y - size * 0.62],
                [x + size * 0.72, y],
                [x + size * 0.95, y + size * 1.3],
                [x, y + size * 0.9],
            ],
            True,
            2,
        )
        cloth.robe(rng, canvas, veil, colour, 18)
    canvas.fill_shaded(
        points(
            [
                [x - size * 0.2, y + size * 0.3],
                [x + size * 0.2, y + size * 0.3],
                [x + size * 0.26, y + size * 0.75],
                [x - size * 0.26, y + size * 0.75],
            ]
        ),
        rgb("b87f4c"),
        rgb("4a2c16"),
    )
    saints.face(rng, canvas, x, y, size, kind)


def saint(
    rng: np.random.Generator, canvas: Canvas, box: tuple[float, float, float, float]
) -> tuple[str, str]:
    """A saint or an archangel, half-length; the subject and a title."""
    x0, y0, x1, y1 = box
    x, size = (x0 + x1) / 2, (x1 - x0) * float(rng.uniform(0.24, 0.3))
    kind = str(rng.choice(["bearded", "old", "young"]))
    if rng.random() < 0.3:
        cloth.wings(rng, canvas, x, y0 + size * 2.0, size * 1.9)
        _bust(rng, canvas, x, y0 + size * 0.55, size, y1, "young")
        return "an archangel, half-length", "Archangel"
    _bust(rng, canvas, x, y0 + size * 0.55, size, y1, kind)
    side = -1 if rng.random() < 0.5 else 1
    saints.book(
        rng,
        canvas,
        x + side * size * 0.75,
        y1 - size * 0.75,
        size * 0.55,
        side * float(rng.uniform(0.05, 0.3)),
    )
    saints.hand(canvas, x - side * size * 0.72, y1 - size * 0.9, size * 0.42, -side * 0.3)
    return f"a {kind} saint with a book, blessing", "Saint with a book"


def mother(
    rng: np.random.Generator, canvas: Canvas, box: tuple[float, float, float, float]
) -> tuple[str, str]:
    """A mother with her child; the subject and a title."""
    x0, y0, x1, y1 = box
    side = -1 if rng.random() < 0.5 else 1
    x, size = (x0 + x1) / 2 - side * (x1 - x0) * 0.06, (x1 - x0) * float(rng.uniform(0.25, 0.29))
    _bust(rng, canvas, x, y0 + size * 0.6, size, y1, "veiled")
    cx, cy, small = x + side * size * 0.85, y0 + size * 2.25, size * 0.6
    saints.halo(rng, canvas, cx, cy, small * 1.05)
    body = curve(
        [
            [cx - small * 0.7, cy + small * 0.6],
            [cx + small * 0.6, cy + small * 0.6],
            [cx + small * 0.9, cy + small * 1.9],
            [cx - side * small * 0.4, cy + small * 2.9],
            [cx - small * 1.0, cy + small * 2.2],
        ],
        True,
        2,
    )
    cloth.robe(rng, canvas, body, near(rng, rgb("c87a2c"), 0.2), 16)
    saints.face(rng, canvas, cx, cy, small, "young")
    saints.hand(canvas, x - side * size * 0.45, y0 + size * 3.0, size * 0.4, side * 0.8)
    return "a mother with her child on the arm, both with haloes", "Mother and child"


def row_of_saints(
    rng: np.random.Generator, canvas: Canvas, box: tuple[float, float, float, float]
) -> tuple[str, str]:
    """Two to four saints side by side; the subject and a title."""
    x0, y0, x1, y1 = box
    count = int(rng.integers(2, 5))
    step = (x1 - x0) / count
    canvas.fill(
        points([[x0, y1 - (y1 - y0) * 0.12], [x1, y1 - (y1 - y0) * 0.12], [x1, y1], [x0, y1]]),
        near(rng, rgb("4a4a24"), 0.2),
    )
    for index in range(count):
        x, size = x0 + step * (index + 0.5), min(step * 0.34, (y1 - y0) * 0.13)
        y = y0 + (y1 - y0) * 0.17 + rng.normal(0, size * 0.1)
        saints.halo(rng, canvas, x, y, size * 1.0)
        foot, half = y1 - size * 0.3, step * 0.34
        cloth.standing(rng, canvas, x, y, size, half, foot)
        stole = curve(
            [
                [x - half * 0.1, y + size * 0.6],
                [x + half * 0.7, y + size * 0.8],
                [x + half * 0.75, y + size * 3.2],
                [x + half * 0.5, foot - size * 0.8],
                [x + half * 0.2, foot - size * 1.2],
            ],
            True,
            2,
        )
        cloth.robe(rng, canvas, stole, cloth.robe_colour(rng), 10)
        saints.face(rng, canvas, x, y, size, str(rng.choice(["bearded", "old", "young"])))
        saints.hand(canvas, x - half * 0.3, y + size * 1.8, size * 0.4, float(rng.uniform(-0.4, 0.4)))
        if rng.random() < 0.6:
            saints.book(rng, canvas, x + half * 0.45, y + size * 1.9, size * 0.42, float(rng.normal(0, 0.15)))
    return f"{count} saints standing side by side", f"{['', '', 'Two', 'Three', 'Four'][count]} saints"


def hermit(
    rng: np.random.Generator, canvas: Canvas, box: tuple[float, float, float, float]
) -> tuple[str, str]:
    """A figure before stepped mountains with a cave and a tower."""
    x0, y0, x1, y1 = box
    wide, tall = x1 - x0, y1 - y0
    for index in range(int(rng.integers(3, 6))):
        px, top = x0 + wide * float(rng.uniform(0, 1)), y0 + tall * float(rng.uniform(0.25, 0.6))
        tone = near(rng, rgb(str(rng.choice(["a8884a", "6a7a5a", "8a5a3a", "b89a68"]))), 0.12)
        ledges = np.linspace(0, 1, 9)
        left = np.stack(
            [px - wide * 0.42 * ledges - rng.uniform(0, wide * 0.04, 9), top + (y1 - top) * ledges], 1
        )
        right = np.stack(
            [px + wide * 0.42 * ledges + rng.uniform(0, wide * 0.04, 9), top + (y1 - top) * ledges], 1
        )[::-1]
        mount = np.concatenate([left, right])
        mount[:, 0] = np.clip(mount[:, 0], x0, x1)
        canvas.fill_shaded(mount, shifted(tone, value=1.3), shifted(tone, value=0.45), (-0.7, -0.4))
        for step in range(14):
            sx, sy = px + rng.normal(0, wide * 0.12), top + (y1 - top) * rng.uniform(0.1, 0.9)
            canvas.line(
                np.clip(
                    points([[sx, sy], [sx + wide * 0.04, sy - 4], [sx + wide * 0.05, sy + tall * 0.04]]),
                    (x0, y0),
                    (x1, y1),
                ),
                blend(tone, (1, 1, 0.9), 0.6 if step % 2 else 0.0),
                2.2,
                0.8,
            )
        if index == 1:
            canvas.fill(ellipse(px, top + (y1 - top) * 0.7, wide * 0.1, tall * 0.1), rgb("140c0a"))
    tower, ty = x0 + wide * float(rng.choice([0.16, 0.84])), y0 + tall * 0.62
    for level, part in enumerate((0.13, 0.1, 0.07)):
        floor = ty - tall * 0.11 * level
        canvas.fill_shaded(
            points(
                [
                    [tower - wide * part / 2, floor],
                    [tower - wide * part / 2, floor - tall * 0.11],
                    [tower + wide * part / 2, floor - tall * 0.11],
                    [tower + wide * part / 2, floor],
                ]
            ),
            near(rng, rgb("d8b8a0"), 0.1),
            rgb("6a4a4a"),
        )
        canvas.fill(ellipse(tower, floor - tall * 0.05, wide * 0.016, tall * 0.02), rgb("1c1010"))
    x, size = x0 + wide * float(rng.uniform(0.35, 0.65)), tall * 0.12
    y = y0 + tall * 0.36
    saints.halo(rng, canvas, x, y, size)
    half = size * 1.05
    cloth.standing(rng, canvas, x, y, size, half * 1.15, y1 - size * 0.4)
    saints.face(rng, canvas, x, y, size, "old" if rng.random() < 0.6 else "bearded")
    saints.hand(canvas, x - half * 0.5, y + size * 1.5, size * 0.4, -0.4)
    return "a hermit before mountains with a cave and a tower", "Hermit in the desert"
