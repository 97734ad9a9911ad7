"""Profile heads on coins, of nobody."""

from __future__ import annotations

import numpy as np

from scripts.demo_register.canvas import Bend, Points, curve, ellipse, moved, points
from scripts.demo_register.coin_relief import Relief


def head(rng: np.random.Generator, relief: Relief, scale: float) -> str:
    """A profile head that belongs to nobody: curls, wreath, helmet, diadem or veil."""
    half = relief.size / 2
    flip = -1.0 if rng.random() < 0.5 else 1.0
    nose, chin, brow = (
        float(rng.uniform(0.05, 0.13)),
        float(rng.uniform(-0.03, 0.06)),
        float(rng.uniform(-0.03, 0.05)),
    )
    face = [
        [-0.05, -0.92],
        [0.3, -0.86],
        [0.44 + brow, -0.62],
        [0.47 + brow, -0.42],
        [0.45, -0.3],
        [0.52 + nose, -0.06],
        [0.5 + nose * 0.7, 0.03],
        [0.44, 0.06],
        [0.5, 0.15],
        [0.45, 0.22],
        [0.49, 0.3],
        [0.43, 0.37],
        [0.46 + chin, 0.52],
        [0.33 + chin, 0.64],
        [0.1, 0.6],
        [0.06, 0.78],
        [0.16, 1.0],
        [-0.2, 1.05],
        [-0.46, 0.98],
        [-0.4, 0.6],
        [-0.6, 0.2],
        [-0.66, -0.3],
        [-0.45, -0.78],
    ]

    bend = Bend(rng, 0.075)

    def put(path: Points) -> Points:
        return moved(bend(path) * (flip, 1), half, half * 1.02, scale)

    relief.raise_shapes([put(curve(face, True, 2))], 0.75, scale * 0.42)
    relief.add_lines(
        [
            put(curve([[0.28, -0.3], [0.36, -0.36], [0.45, -0.33]])),
            put(curve([[0.26, -0.42], [0.38, -0.48], [0.47, -0.43]])),
            put(curve([[0.44, 0.06], [0.36, 0.04], [0.35, -0.03]])),
        ],
        0.25,
        scale * 0.035,
    )
    relief.add_lines(
        [
            put(ellipse(0.36, -0.29, 0.045, 0.035)),
            put(points([[0.3, 0.225], [0.46, 0.22]])),
            put(curve([[0.1, 0.55], [-0.06, 0.3], [-0.1, 0.05]])),
        ],
        -0.22,
        scale * 0.025,
    )
    relief.add_shapes([put(ellipse(-0.08, -0.08, 0.08, 0.14, -0.2))], 0.3, scale * 0.06)
    kind = str(rng.choice(["laureate", "helmeted", "diademed", "veiled", "bearded", "curled"]))
    curls: list[Points] = []
    for _ in range(int(rng.integers(50, 90))):
        x, y = rng.uniform(-0.66, 0.36), rng.uniform(-0.94, 0.25)
        if (x > 0.02 and y > -0.52) or (x - 0.0) ** 2 / 0.46 + (y + 0.28) ** 2 / 0.5 > 1:
            continue
        t, size = np.linspace(0, rng.uniform(3, 6), 10), rng.uniform(0.03, 0.075)
        spin = size * (0.3 + t / 6)
        curls.append(put(np.stack([x + spin * np.cos(t + x * 5), y + spin * np.sin(t + y * 5)], 1)))
    if kind != "veiled":
        relief.add_lines(curls, 0.26, scale * 0.035)
    if kind in ("laureate", "bearded"):
        leaves = [
            moved(curve([[0, 0], [0.5, -0.3], [1, 0], [0.5, 0.3]], True, 2), x, y, 0.2, turn)
            for x, y, turn in zip(
                np.linspace(-0.52, 0.36, 9),
                -0.42 - 0.3 * np.sin(np.linspace(0.2, 2.6, 9)),
                np.linspace(-1.0, 0.3, 9) + rng.normal(0, 0.15, 9),
                strict=True,
            )
        ]
        relief.add_shapes([put(leaf) for leaf in leaves], 0.35, scale * 0.05)
    if kind == "diademed":
        relief.add_lines(
            [
                put(curve([[-0.62, -0.1], [-0.3, -0.52], [0.4, -0.58]])),
                put(curve([[-0.6, -0.1], [-0.8, 0.1], [-0.7, 0.4]])),
            ],
            0.35,
            scale * 0.07,
        )
    if kind == "helmeted":
        relief.raise_shapes(
            [
                put(
                    curve(
                        [
                            [-0.72, 0.1],
                            [-0.72, -0.5],
                            [-0.3, -1.0],
                            [0.25, -0.98],
                            [0.5, -0.55],
                            [0.1, -0.48],
                            [-0.15, -0.25],
                            [-0.4, 0.0],
                        ],
                        True,
                    )
                )
            ],
            0.95,
            scale * 0.3,
        )
        crest = [
            points(
                [[x, -0.86 - 0.12 * np.sin((x + 0.8) * 2)], [x - 0.06, -1.0 - 0.08 * np.sin((x + 0.8) * 2)]]
            )
            for x in np.linspace(-0.75, 0.35, 22)
        ]
        relief.add_lines([put(path) for path in crest], 0.5, scale * 0.04)
    if kind == "veiled":
        relief.raise_shapes(
            [
                put(
                    curve(
                        [
                            [-0.6, 1.0],
                            [-0.85, 0.2],
                            [-0.75, -0.6],
                            [-0.2, -1.08],
                            [0.28, -0.92],
                            [0.05, -0.5],
                            [-0.1, 0.0],
                            [-0.12, 0.6],
                            [-0.2, 1.0],
                        ],
                        True,
                    )
                )
            ],
            0.9,
            scale * 0.25,
        )
        relief.add_lines(
            [
                put(
                    curve([[0.2 - 0.1 * i, -0.9 + 0.05 * i], [-0.3 - 0.08 * i, -0.4], [-0.3 - 0.08 * i, 0.9]])
                )
                for i in range(5)
            ],
            -0.18,
            scale * 0.035,
        )
    if kind == "bearded":
        relief.add_lines(
            [
                put(
                    curve(
                        [[x, 0.3 + abs(x - 0.2) * 0.3], [x + 0.05, 0.5], [x + rng.normal(0.02, 0.05), 0.78]]
                    )
                )
                for x in np.linspace(-0.05, 0.44, 14)
            ],
            0.3,
            scale * 0.04,
        )
    return f"{kind} head {'left' if flip < 0 else 'right'}"
