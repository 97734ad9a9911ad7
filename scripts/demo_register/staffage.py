"""What stands in a landscape: trees, houses, people, ships."""

from __future__ import annotations

import numpy as np

from scripts.demo_register.canvas import Canvas, Colour, curve, ellipse, points
from scripts.demo_register.palette import Palette, blend, near


def tree(
    rng: np.random.Generator,
    canvas: Canvas,
    x: float,
    foot: float,
    size: float,
    leaf: tuple[Colour, Colour],
    kind: str,
) -> None:
    """A tree of `size` pixels standing at x, foot: "round", "poplar", "pine", "bare" or "palm"."""
    trunk = blend(leaf[1], (0.12, 0.08, 0.06), 0.7)
    lean = float(rng.normal(0, 0.06))
    top = foot - size
    stem = curve(
        [[x, foot], [x + lean * size * 0.4, foot - size * 0.4], [x + lean * size, top + size * 0.25]]
    )
    canvas.taper(stem, trunk, size * 0.07 + 1, size * 0.02 + 0.5)
    if kind == "bare":
        _branches(rng, canvas, x, foot - size * 0.25, size * 0.36, -np.pi / 2 + lean, trunk, 5)
    elif kind == "pine":
        for level in np.linspace(0.05, 0.85, 7).tolist():
            half, y = size * 0.26 * (1.05 - level), foot - size * (0.12 + level * 0.85)
            sides = [
                [x - half, y + size * 0.07],
                [x, y - size * 0.14],
                [x + half, y + size * 0.07],
                [x, y + size * 0.03],
            ]
            canvas.fill(
                points(sides) + rng.normal(0, size * 0.01, (4, 2)),
                near(rng, blend(leaf[1], leaf[0], level * 0.6), 0.12),
                1,
                0.7,
            )
    elif kind == "palm":
        for angle in np.linspace(-2.9, -0.2, 9) + rng.normal(0, 0.1, 9):
            tip = (
                x + lean * size + np.cos(angle) * size * 0.4,
                top + size * 0.25 + np.sin(angle) * size * 0.3 + size * 0.18,
            )
            crown = [
                [x + lean * size, top + size * 0.25],
                [(x + tip[0]) / 2, top + np.sin(angle) * size * 0.15 + size * 0.12],
                list(tip),
            ]
            canvas.taper(curve(crown), near(rng, leaf[int(angle > -1.2)], 0.1), size * 0.07, 1)
    else:
        wide, tall, middle = (0.10, 0.42, 0.55) if kind == "poplar" else (0.30, 0.27, 0.68)
        count = int(np.clip(size * 0.35, 24, 110))
        clumps = np.stack([rng.uniform(0, 2 * np.pi, count), np.sqrt(rng.random(count))], 1)
        for index, (turn, reach) in enumerate(clumps):
            px = x + lean * size + np.cos(turn) * reach * size * wide
            py = foot - size * middle + np.sin(turn) * reach * size * tall
            light = (
                0.45 - 0.5 * (np.sin(turn) * reach * 0.7 + np.cos(turn) * reach * 0.5) + 0.25 * index / count
            )
            colour = near(rng, blend(leaf[1], leaf[0], float(np.clip(light, 0, 1))), 0.12)
            radius = size * float(rng.uniform(0.4, 1.0)) * (0.12 if count < 40 else 0.07)
            canvas.fill(ellipse(px, py, radius * 1.2, radius, float(rng.uniform(0, 3)), 12), colour, 0.9, 0.8)


def _branches(
    rng: np.random.Generator,
    canvas: Canvas,
    x: float,
    y: float,
    length: float,
    angle: float,
    colour: Colour,
    depth: int,
) -> None:
    ex, ey = x + np.cos(angle) * length, y + np.sin(angle) * length
    bend = [(x + ex) / 2 + rng.normal(0, length * 0.08), (y + ey) / 2 + rng.normal(0, length * 0.08)]
    canvas.taper(curve([[x, y], bend, [ex, ey]]), colour, length * 0.12 + 0.8, length * 0.07 + 0.5)
    if depth:
        for side in (-1, 1):
            turn = angle + side * float(rng.uniform(0.25, 0.65))
            _branches(rng, canvas, ex, ey, length * float(rng.uniform(0.62, 0.8)), turn, colour, depth - 1)


def house(
    rng: np.random.Generator,
    canvas: Canvas,
    x: float,
    foot: float,
    size: float,
    wall: Colour,
    roof: Colour,
    church: bool = False,
) -> None:
    """A house `size` pixels wide, seen from a corner, with windows; a church has a tower."""
    tall, gable, side = size * float(rng.uniform(0.4, 0.6)), size * float(rng.uniform(0.25, 0.45)), size * 0.4
    shade = blend(wall, (0.15, 0.14, 0.2), 0.35)
    canvas.fill(
        points(
            [
                [x, foot],
                [x, foot - tall],
                [x + side / 2, foot - tall - gable],
                [x + side, foot - tall],
                [x + side, foot],
            ]
        ),
        wall,
    )
    canvas.fill(
        points([[x + side, foot], [x + side, foot - tall], [x + size, foot - tall], [x + size, foot]]), shade
    )
    canvas.fill(
        points(
            [
                [x + side / 2, foot - tall - gable],
                [x + side, foot - tall],
                [x + size, foot - tall],
                [x + size - side / 2, foot - tall - gable],
            ]
        ),
        near(rng, roof),
    )
    for column in np.linspace(x + side * 1.25, x + size * 0.85, 3):
        canvas.fill(
            points(
                [
                    [column, foot - tall * 0.75],
                    [column + size * 0.07, foot - tall * 0.75],
                    [column + size * 0.07, foot - tall * 0.4],
                    [column, foot - tall * 0.4],
                ]
            ),
            blend(shade, (0.05, 0.05, 0.08), 0.6),
        )
    canvas.fill(
        points(
            [
                [x + side * 0.38, foot],
                [x + side * 0.38, foot - tall * 0.5],
                [x + side * 0.62, foot - tall * 0.5],
                [x + side * 0.62, foot],
            ]
        ),
        blend(wall, (0.1, 0.05, 0.03), 0.7),
    )
    if church:
        w, h = size * 0.24, size * float(rng.uniform(0.9, 1.3))
        canvas.fill(
            points([[x - w, foot], [x - w, foot - h], [x, foot - h], [x, foot]]), blend(wall, shade, 0.3)
        )
        canvas.fill(
            points([[x - w * 1.1, foot - h], [x - w / 2, foot - h - size * 0.55], [x + w * 0.1, foot - h]]),
            near(rng, roof),
        )
        canvas.fill(ellipse(x - w / 2, foot - h * 0.8, w * 0.2, w * 0.3), blend(shade, (0, 0, 0), 0.5))


def person(
    rng: np.random.Generator, canvas: Canvas, x: float, foot: float, size: float, coat: Colour
) -> None:
    """A small figure `size` pixels high, walking or carrying something."""
    lean, dark = float(rng.normal(0, 0.05)) * size, blend(coat, (0.08, 0.07, 0.08), 0.5)
    for leg in (-0.09, 0.08):
        canvas.taper(
            points([[x + lean * 0.3, foot - size * 0.45], [x + leg * size, foot]]),
            dark,
            size * 0.11,
            size * 0.06,
        )
    body = curve(
        [
            [x - size * 0.13, foot - size * 0.3],
            [x + lean - size * 0.13, foot - size * 0.78],
            [x + lean + size * 0.13, foot - size * 0.78],
            [x + size * 0.15, foot - size * 0.3],
        ],
        True,
        2,
    )
    canvas.fill_shaded(body, coat, dark)
    canvas.fill(ellipse(x + lean * 1.2, foot - size * 0.9, size * 0.075, size * 0.09), (0.8, 0.62, 0.5))
    canvas.fill(ellipse(x + lean * 1.2, foot - size * 0.96, size * 0.11, size * 0.04), dark)
    hand = -1 if rng.random() < 0.5 else 1
    canvas.taper(
        points([[x + lean, foot - size * 0.7], [x + hand * size * 0.26, foot - size * 0.48]]),
        dark,
        size * 0.08,
        size * 0.05,
    )


def ship(
    rng: np.random.Generator,
    canvas: Canvas,
    x: float,
    water: float,
    size: float,
    hull: Colour,
    sail: tuple[Colour, Colour],
) -> None:
    """A sailing ship `size` pixels long with one to three masts and wind in its sails."""
    way = -1 if rng.random() < 0.5 else 1
    side = [[-0.5, -0.13], [-0.42, 0.03], [0.38, 0.03], [0.52, -0.16], [0.3, -0.1], [-0.3, -0.09]]
    canvas.fill(points([[x + way * px * size, water + py * size] for px, py in side]), hull, 1, 0.4)
    masts = int(rng.integers(1, 4)) if size > 40 else 1
    spread = np.linspace(-0.26, 0.24, masts) if masts > 1 else np.array([float(rng.uniform(-0.1, 0.1))])
    square = bool(rng.random() < 0.5)
    for mast in spread:
        mx, top = x + way * float(mast) * size, water - size * float(rng.uniform(0.65, 0.95))
        canvas.line(
            points([[mx, water - size * 0.08], [mx, top]]),
            blend(hull, (0.2, 0.15, 0.1), 0.4),
            max(size * 0.012, 1),
        )
        if square:
            for level in range(3):
                y0, y1 = (
                    top + (water - top) * (0.05 + 0.28 * level),
                    top + (water - top) * (0.29 + 0.28 * level),
                )
                half = size * (0.09 + 0.03 * level)
                belly = way * size * 0.05
                outline = curve(
                    [
                        [mx - half, y0],
                        [mx + half, y0],
                        [mx + half * 1.15 + belly, y1],
                        [mx + belly, y1 - size * 0.02],
                        [mx - half * 1.15 + belly, y1],
                    ],
                    True,
                    1,
                )
                canvas.fill_shaded(outline, near(rng, sail[0], 0.05), sail[1])
        else:
            reach = size * float(rng.uniform(0.25, 0.36))
            canvas.fill_shaded(
                curve(
                    [[mx, top], [mx + way * reach, water - size * 0.17], [mx, water - size * 0.14]], True, 1
                ),
                sail[0],
                sail[1],
            )
            canvas.fill_shaded(
                curve(
                    [
                        [mx, top + size * 0.1],
                        [mx - way * reach * 0.7, water - size * 0.15],
                        [mx, water - size * 0.2],
                    ],
                    True,
                    1,
                ),
                near(rng, sail[0], 0.06),
                sail[1],
            )
    if rng.random() < 0.6:
        canvas.taper(
            points([[x, water - size * 0.93], [x + way * size * 0.12, water - size * 0.9]]),
            near(rng, (0.7, 0.2, 0.15), 0.2),
            size * 0.04,
            1,
        )


def ruin(rng: np.random.Generator, canvas: Canvas, palette: Palette, horizon: float) -> None:
    """Columns and a broken arch on the horizon."""
    x, foot, size = (
        rng.uniform(0.25, 0.7) * canvas.width,
        horizon + canvas.height * 0.04,
        canvas.height * float(rng.uniform(0.16, 0.3)),
    )
    stone, dark = blend(palette.near[0], palette.cloud[0], 0.5), blend(palette.near[1], palette.cloud[1], 0.4)
    for index in range(int(rng.integers(3, 6))):
        px, tall = x + index * size * 0.32, size * float(rng.uniform(0.45, 1.0))
        canvas.fill_shaded(
            points(
                [[px, foot], [px, foot - tall], [px + size * 0.13, foot - tall], [px + size * 0.13, foot]]
            ),
            stone,
            dark,
        )
    arch = [
        [x, foot - size * 0.8],
        [x + size * 0.2, foot - size * 1.05],
        [x + size * 0.45, foot - size * 0.8],
        [x + size * 0.45, foot - size * 0.65],
        [x + size * 0.2, foot - size * 0.86],
        [x, foot - size * 0.65],
    ]
    canvas.fill_shaded(curve(arch, True, 2), stone, dark)
