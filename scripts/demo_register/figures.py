"""Flat figures of people and animals, as outlines one unit high that stand on 0, 0."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from scripts.demo_register.canvas import Points, curve, ellipse, points


@dataclass(slots=True)
class Figure:
    """Outlines to fill, and lines drawn inside or beside them; y points down, so heights are negative."""

    name: str
    solids: list[Points] = field(default_factory=list)
    lines: list[Points] = field(default_factory=list)

    def limb(self, path: list[list[float]], start: float, end: float) -> None:
        """A limb of changing width along a bent path."""
        way = curve(path, rounds=2)
        along = np.gradient(way, axis=0)
        side = (
            np.stack([-along[:, 1], along[:, 0]], 1)
            / np.maximum(np.hypot(along[:, 0], along[:, 1]), 1e-6)[:, None]
        )
        half = np.linspace(start, end, len(way))[:, None] / 2
        self.solids.append(np.concatenate([way + side * half, (way - side * half)[::-1]]))


def human(rng: np.random.Generator) -> Figure:
    """Somebody in profile: a warrior, a dancer, a musician or a walker with a staff."""
    kind = str(rng.choice(["warrior", "dancer", "lyre player", "traveller", "athlete"]))
    figure = Figure(kind)
    stride, lean = float(rng.uniform(0.06, 0.2)), float(rng.uniform(-0.04, 0.06))
    robe = kind in ("dancer", "lyre player") or rng.random() < 0.2
    for side in (-1, 1):
        knee = [
            side * stride * 0.6 + (0.05 if kind == "athlete" else 0.03),
            -0.26 + (0.04 if side > 0 else 0),
        ]
        figure.limb([[lean, -0.5], knee, [side * stride, -0.02], [side * stride + 0.07, -0.01]], 0.12, 0.035)
    chest = [
        [lean - 0.09, -0.5],
        [lean - 0.1, -0.72],
        [lean - 0.06, -0.8],
        [lean + 0.07, -0.8],
        [lean + 0.12, -0.7],
        [lean + 0.08, -0.5],
    ]
    figure.solids.append(curve(chest, True, 2))
    head = (lean + 0.03, -0.9)
    figure.solids.append(ellipse(*head, 0.055, 0.07))
    figure.solids.append(
        points([[lean - 0.02, -0.78], [lean - 0.02, -0.87], [lean + 0.05, -0.87], [lean + 0.05, -0.78]])
    )
    figure.solids.append(
        points(
            [
                [head[0] + 0.04, head[1] - 0.03],
                [head[0] + 0.09, head[1] + 0.01],
                [head[0] + 0.04, head[1] + 0.03],
            ]
        )
    )
    figure.lines.append(ellipse(head[0] + 0.025, head[1] - 0.01, 0.012, 0.009, 0, 8))
    if robe:
        hem = float(rng.uniform(0.14, 0.24))
        figure.solids.append(
            curve([[lean - 0.09, -0.56], [-hem, -0.06], [hem, -0.04], [lean + 0.09, -0.56]], True, 1)
        )
        for x in np.linspace(-0.8, 0.8, int(rng.integers(4, 8))):
            figure.lines.append(
                curve(
                    [[lean + x * 0.06, -0.55], [x * hem * 0.6 + rng.normal(0, 0.01), -0.3], [x * hem, -0.07]]
                )
            )
    else:
        figure.lines.append(points([[lean - 0.08, -0.52], [lean + 0.08, -0.52]]))
        figure.lines.append(curve([[lean - 0.06, -0.7], [lean, -0.67], [lean + 0.07, -0.7]]))
    reach = float(rng.uniform(0.14, 0.26))
    arms = {
        "warrior": [[-0.2, -0.72], [0.2, -0.64]],
        "dancer": [[-0.2, -0.95], [0.24, -0.9]],
        "lyre player": [[0.2, -0.62], [0.22, -0.74]],
        "traveller": [[-0.16, -0.5], [0.22, -0.62]],
        "athlete": [[-0.24, -0.86], [0.26, -0.6]],
    }[kind]
    for hand in arms:
        elbow = [(lean + hand[0]) / 2 + rng.normal(0, 0.03), (hand[1] - 0.74) / 2 + 0.05]
        figure.limb([[lean + 0.01, -0.77], elbow, hand], 0.06, 0.03)
    if kind == "warrior":
        figure.limb([[0.2 - 0.1, -0.02], [0.2 + 0.06, -1.02]], 0.014, 0.014)
        figure.solids.append(ellipse(-0.14, -0.62, 0.16, 0.16))
        figure.lines += [
            ellipse(-0.14, -0.62, 0.135, 0.135),
            ellipse(-0.14, -0.62, 0.03 + reach * 0.25, 0.07, float(rng.uniform(0, 3))),
        ]
        figure.limb(
            [
                [head[0] - 0.1, head[1] + 0.06],
                [head[0] - 0.09, head[1] - 0.1],
                [head[0] + 0.06, head[1] - 0.11],
            ],
            0.03,
            0.05,
        )
    elif kind == "lyre player":
        figure.limb([[0.2, -0.6], [0.14, -0.85], [0.18, -0.93]], 0.03, 0.015)
        figure.limb([[0.24, -0.6], [0.32, -0.85], [0.28, -0.93]], 0.03, 0.015)
        figure.lines += [points([[0.19 + 0.02 * i, -0.62], [0.19 + 0.025 * i, -0.88]]) for i in range(4)]
    elif kind == "traveller":
        figure.limb([[0.26, 0.0], [0.2, -0.9]], 0.018, 0.018)
        figure.solids.append(ellipse(head[0], head[1] - 0.05, 0.13, 0.03))
    elif kind == "dancer":
        figure.limb([[-0.22, -0.95], [0.0, -1.12], [0.26, -0.9]], 0.015, 0.05)
    return figure
