"""What is struck on coins: heads, animals, ships, temples, as height in -1..1 over a square."""

from __future__ import annotations

import numpy as np

from scripts.demo_register import animals, figures
from scripts.demo_register.canvas import curve, ellipse, moved, points
from scripts.demo_register.coin_relief import Relief


def creature(rng: np.random.Generator, relief: Relief, scale: float) -> str:
    """An animal or a standing figure."""
    half, chance = relief.size / 2, rng.random()
    figure = (
        animals.quadruped(rng)
        if chance < 0.5
        else animals.bird(rng)
        if chance < 0.7
        else figures.human(rng)
        if chance < 0.88
        else animals.dolphin(rng)
    )
    tall = scale * (1.75 if chance >= 0.5 else 1.5)
    flip = -1.0 if rng.random() < 0.5 else 1.0
    foot = half + tall * (0.5 if chance < 0.88 else 0.45)
    for solid in figure.solids:
        relief.raise_shapes(
            [moved(solid * (flip, 1), half, foot, tall)], float(rng.uniform(0.6, 0.85)), tall * 0.09
        )
    relief.add_lines([moved(path * (flip, 1), half, foot, tall) for path in figure.lines], -0.2, tall * 0.018)
    relief.add_lines(
        [points([[half - scale * 0.95, foot + 4], [half + scale * 0.95, foot + 4]])], 0.4, scale * 0.035
    )
    for _ in range(int(rng.integers(1, 4))):  # symbols in the field
        x, y = half + scale * rng.uniform(-0.9, 0.9), half - scale * rng.uniform(0.5, 0.95)
        rays = int(rng.integers(4, 9))
        relief.add_lines(
            [
                points([[x, y], [x + np.cos(a) * scale * 0.1, y + np.sin(a) * scale * 0.1]])
                for a in np.arange(rays) * 2 * np.pi / rays
            ],
            0.4,
            scale * 0.025,
        )
    return (
        f"{figure.name} {'left' if flip < 0 else 'right'}"
        if figure.name not in ("owl", "eagle")
        else figure.name
    )


def temple(rng: np.random.Generator, relief: Relief, scale: float) -> str:
    """A temple front with columns and steps."""
    half, columns = relief.size / 2, int(rng.choice([4, 6, 8]))
    x = np.linspace(-0.75, 0.75, columns)
    relief.raise_shapes(
        [
            moved(
                points([[c - 0.06, -0.25], [c + 0.06, -0.25], [c + 0.07, 0.5], [c - 0.07, 0.5]]),
                half,
                half,
                scale,
            )
            for c in x
        ],
        0.6,
        scale * 0.06,
    )
    relief.raise_shapes(
        [
            moved(points(box), half, half, scale)
            for box in (
                [[-0.95, -0.3], [0, -0.82], [0.95, -0.3]],
                [[-0.95, -0.36], [0.95, -0.36], [0.95, -0.24], [-0.95, -0.24]],
                [[-0.95, 0.5], [0.95, 0.5], [0.95, 0.58], [-0.95, 0.58]],
                [[-1.05, 0.62], [1.05, 0.62], [1.05, 0.7], [-1.05, 0.7]],
            )
        ],
        0.5,
        scale * 0.05,
    )
    relief.add_lines(
        [moved(ellipse(0, -0.46, 0.12 + 0.05 * rng.random(), 0.1), half, half, scale)], 0.3, scale * 0.03
    )
    relief.add_shapes(
        [
            moved(
                ellipse(c, -0.88 - (0.9 - abs(c)) * 0.02, 0.06, 0.08),
                half,
                half + (abs(c) * scale * 0.5),
                scale,
            )
            for c in (-0.9, 0, 0.9)
        ],
        0.5,
        scale * 0.05,
    )
    return f"temple front with {columns} columns"


def galley(rng: np.random.Generator, relief: Relief, scale: float) -> str:
    """A galley under oars."""
    half, oars = relief.size / 2, int(rng.integers(7, 14))
    relief.raise_shapes(
        [
            moved(
                curve(
                    [
                        [-0.95, -0.3],
                        [-0.85, 0.12],
                        [-0.5, 0.3],
                        [0.6, 0.3],
                        [1.02, 0.1],
                        [0.8, 0.06],
                        [-0.6, 0.04],
                        [-0.8, -0.3],
                    ],
                    True,
                    2,
                ),
                half,
                half,
                scale,
            )
        ],
        0.8,
        scale * 0.12,
    )
    relief.add_lines(
        [
            moved(points([[x, 0.15], [x - 0.14, 0.62]]), half, half, scale)
            for x in np.linspace(-0.6, 0.7, oars)
        ],
        0.4,
        scale * 0.03,
    )
    relief.add_lines([moved(points([[0.05, 0.05], [0.05, -0.85]]), half, half, scale)], 0.5, scale * 0.05)
    relief.raise_shapes(
        [
            moved(
                curve([[-0.45, -0.75], [0.55, -0.75], [0.62, -0.2], [0.1, -0.12], [-0.5, -0.2]], True, 2),
                half,
                half,
                scale,
            )
        ],
        0.6,
        scale * 0.25,
    )
    relief.add_lines(
        [
            moved(
                curve(
                    np.stack(
                        [
                            np.linspace(-1, 1, 30),
                            0.72 + row * 0.12 + 0.03 * np.sin(np.linspace(0, 26, 30) + row),
                        ],
                        1,
                    )
                ),
                half,
                half,
                scale,
            )
            for row in range(2)
        ],
        0.3,
        scale * 0.03,
    )
    return f"galley under sail with {oars} oars"


def wreath(rng: np.random.Generator, relief: Relief, scale: float) -> str:
    """Ears of corn or a wreath about a star."""
    half, ears = relief.size / 2, int(rng.integers(1, 4))
    for ear in range(ears):
        lean = (ear - (ears - 1) / 2) * 0.5
        grains = [
            moved(
                curve([[0, 0], [0.5, -0.3], [1, 0], [0.5, 0.3]], True, 2),
                lean * (0.3 + 0.7 * t) + side * 0.03,
                0.75 - 1.5 * t,
                0.24,
                -np.pi / 2 + lean * 0.6 + side * 0.6,
            )
            for t in np.linspace(0.25, 0.95, 9)
            for side in (-1, 1)
        ]
        relief.add_lines(
            [moved(curve([[0, 0.95], [lean * 0.4, 0.3], [lean, -0.75]]), half, half, scale)],
            0.5,
            scale * 0.05,
        )
        relief.raise_shapes(
            [moved(grain + rng.normal(0, 0.005, 2), half, half, scale) for grain in grains],
            0.75,
            scale * 0.06,
        )
    return "ear of corn" if ears == 1 else f"{ears} ears of corn"


REVERSES = (creature, creature, creature, temple, galley, wreath)
