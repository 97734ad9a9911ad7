"""Flat figures of animals, as outlines one unit high that stand on 0, 0."""

from __future__ import annotations

import numpy as np

from scripts.demo_register.canvas import curve, ellipse, points
from scripts.demo_register.figures import Figure, human


def quadruped(rng: np.random.Generator, name: str = "") -> Figure:
    """An animal in profile: horse, deer, lion, bull, boar or hound."""
    kind = name or str(rng.choice(["horse", "deer", "lion", "bull", "boar", "hound"]))
    figure = Figure(kind)
    neck, leg = {
        "horse": (0.32, 0.42),
        "deer": (0.34, 0.45),
        "lion": (0.14, 0.34),
        "bull": (0.1, 0.34),
        "boar": (0.04, 0.26),
        "hound": (0.16, 0.4),
    }[kind]
    back, belly = -0.72, -0.36 if kind in ("bull", "boar") else -0.44
    figure.solids.append(
        curve(
            [
                [-0.42, back + 0.02],
                [-0.1, back + 0.05],
                [0.3, back - 0.02],
                [0.4, (back + belly) / 2],
                [0.3, belly - 0.02],
                [-0.1, belly],
                [-0.38, belly - 0.06],
                [-0.46, back + 0.12],
            ],
            True,
        )
    )
    for x in (-0.38, -0.28, 0.26, 0.34):
        swing = float(rng.normal(0, 0.07))
        figure.limb(
            [[x, belly - 0.06], [x + swing - 0.03, belly / 2], [x + swing, 0.0]],
            0.13 if abs(x) > 0.3 else 0.1,
            0.035,
        )
        figure.limb([[x + swing - 0.01, -0.01], [x + swing + 0.05, -0.01]], 0.035, 0.025)
    head = (0.46, back - neck)
    figure.limb(
        [[0.28, -0.62], [0.38, back - neck * 0.4], [head[0], head[1] + 0.02]],
        0.3 if kind != "deer" else 0.2,
        0.12,
    )
    figure.limb([[head[0] - 0.04, head[1] - 0.02], [head[0] + 0.16, head[1] + 0.12]], 0.16, 0.08)
    figure.lines.append(ellipse(head[0] + 0.03, head[1] + 0.02, 0.014, 0.012, 0, 8))
    figure.limb(
        [[-0.44, back + 0.06], [-0.6, back + 0.1 + leg * 0.2], [-0.56 + rng.normal(0, 0.06), belly + 0.1]],
        0.05,
        0.02 if kind == "lion" else 0.07,
    )
    figure.lines += [
        curve([[0.2, back + 0.02], [0.14, -0.55], [0.22, belly]]),
        curve([[-0.3, back + 0.06], [-0.22, -0.55], [-0.32, belly]]),
    ]
    if kind == "horse":
        for step in np.linspace(0, 1, 8):
            figure.limb(
                [
                    [0.3 + 0.14 * step, back - neck * step],
                    [0.2 + 0.12 * step, back - neck * step + 0.04],
                    [0.17 + 0.1 * step, back - neck * step + 0.12],
                ],
                0.05,
                0.01,
            )
    elif kind == "deer":
        for side in (-0.03, 0.05):
            figure.limb(
                [
                    [head[0], head[1]],
                    [head[0] + side - 0.08, head[1] - 0.16],
                    [head[0] + side, head[1] - 0.3],
                ],
                0.03,
                0.012,
            )
            for tine in (0.1, 0.2):
                figure.limb(
                    [
                        [head[0] + side * 0.5 - 0.05, head[1] - tine],
                        [head[0] + side + 0.07, head[1] - tine - 0.07],
                    ],
                    0.02,
                    0.008,
                )
    elif kind == "lion":
        figure.solids.append(
            curve(ellipse(0.38, head[1] + 0.1, 0.2, 0.26, 0.2, 14) + rng.normal(0, 0.015, (14, 2)), True, 1)
        )
        figure.lines += [
            curve(
                [
                    [0.38 + np.cos(a) * 0.1, head[1] + 0.1 + np.sin(a) * 0.12],
                    [0.38 + np.cos(a) * 0.17, head[1] + 0.1 + np.sin(a) * 0.22],
                ]
            )
            for a in np.linspace(1, 5.4, 12)
        ]
    elif kind == "bull":
        for side in (-1, 1):
            figure.limb(
                [
                    [head[0], head[1] - 0.05],
                    [head[0] + side * 0.1, head[1] - 0.1],
                    [head[0] + side * 0.09, head[1] - 0.22],
                ],
                0.05,
                0.01,
            )
    elif kind == "boar":
        figure.lines += [
            points([[x, back - 0.02], [x - 0.02, back - 0.1]]) for x in np.linspace(-0.3, 0.3, 14)
        ]
    else:
        figure.limb([[head[0] - 0.02, head[1] - 0.03], [head[0] - 0.1, head[1] + 0.1]], 0.06, 0.03)
    return figure


def bird(rng: np.random.Generator, name: str = "") -> Figure:
    """A bird: an owl seen from the front, an eagle with spread wings, or a crane."""
    kind = name or str(rng.choice(["owl", "eagle", "crane"]))
    figure = Figure(kind)
    if kind == "owl":
        figure.solids += [
            curve(
                [
                    [-0.1, -0.1],
                    [-0.3, -0.5],
                    [-0.26, -0.9],
                    [0, -0.98],
                    [0.26, -0.9],
                    [0.24, -0.5],
                    [0.1, -0.1],
                ],
                True,
            )
        ]
        figure.limb([[-0.08, -0.14], [-0.08, 0.0]], 0.07, 0.05)
        figure.limb([[0.08, -0.14], [0.08, 0.0]], 0.07, 0.05)
        for x in (-0.12, 0.12):
            figure.lines += [ellipse(x, -0.78, 0.1, 0.1, 0, 24), ellipse(x, -0.78, 0.04, 0.04, 0, 12)]
        figure.lines += [points([[-0.03, -0.7], [0, -0.62], [0.03, -0.7]])]
        figure.lines += [
            curve([[x - 0.03, y], [x, y + 0.035], [x + 0.03, y]], rounds=2)
            for y in np.linspace(-0.55, -0.2, 6)
            for x in np.linspace(-0.15, 0.15, 5)
        ]
    elif kind == "eagle":
        figure.solids.append(
            curve([[0, -0.95], [0.1, -0.7], [0.09, -0.35], [0, -0.15], [-0.09, -0.35], [-0.1, -0.7]], True)
        )
        for side in (-1, 1):
            for step in np.linspace(0, 1, 8):
                figure.limb(
                    [
                        [side * 0.06, -0.62],
                        [side * (0.2 + 0.1 * step), -0.95 + 0.3 * step],
                        [side * (0.3 + 0.22 * (1 - step)), -0.55 + 0.42 * step],
                    ],
                    0.07,
                    0.04,
                )
            figure.limb([[side * 0.05, -0.3], [side * 0.12, 0.0]], 0.08, 0.05)
        figure.limb([[0, -0.9], [0.1, -0.98], [0.16, -0.92]], 0.12, 0.03)
        figure.lines += [points([[x, -0.5], [x, -0.4]]) for x in (-0.04, 0.0, 0.04)]
    else:
        figure.solids.append(ellipse(-0.05, -0.5, 0.26, 0.12, 0.2))
        figure.limb([[0.14, -0.52], [0.26, -0.7], [0.2, -0.88], [0.26, -0.96]], 0.08, 0.05)
        figure.limb([[0.26, -0.96], [0.42, -0.93]], 0.05, 0.01)
        for x in (-0.08, 0.04):
            figure.limb([[x, -0.42], [x + 0.02, -0.2], [x, 0.0]], 0.03, 0.02)
        figure.lines += [
            curve([[-0.2, -0.55 + y], [0, -0.5 + y], [0.1, -0.52 + y]]) for y in (-0.03, 0.03, 0.08)
        ]
    return figure


def dolphin(rng: np.random.Generator) -> Figure:
    """A leaping dolphin."""
    figure = Figure("dolphin")
    leap = float(rng.normal(0, 0.05))
    figure.limb([[-0.5, -0.2], [-0.25, -0.62 - leap], [0.15, -0.75 - leap], [0.5, -0.42]], 0.08, 0.26)
    figure.solids += [
        points([[-0.5, -0.2], [-0.68, -0.02], [-0.42, -0.08], [-0.3, 0.04]]),
        points([[0.0, -0.78], [-0.12, -0.98], [0.14, -0.82]]),
    ]
    figure.limb([[0.5, -0.42], [0.66, -0.26]], 0.14, 0.05)
    figure.lines += [ellipse(0.46, -0.5, 0.02, 0.02, 0, 8), curve([[-0.3, -0.45], [0.1, -0.58], [0.4, -0.4]])]
    return figure


def anyone(rng: np.random.Generator) -> Figure:
    """Any of the figures."""
    chance = rng.random()
    return human(rng) if chance < 0.5 else quadruped(rng) if chance < 0.85 else bird(rng)
