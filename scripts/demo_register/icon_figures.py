"""Saints of icons: haloes, faces, robes with gold folds; none of them anyone in particular."""

from __future__ import annotations

import numpy as np

from scripts.demo_register.canvas import Bend, Canvas, Points, curve, ellipse, moved, points
from scripts.demo_register.palette import blend, near, rgb, shifted

_FLESH, _SHADE = rgb("c98f5a"), rgb("5a3a1e")


def halo(rng: np.random.Generator, canvas: Canvas, x: float, y: float, radius: float) -> None:
    """A tooled halo: rings of punched dots and engraved rays."""
    canvas.fill(
        ellipse(x, y, radius, radius, 0, 60),
        shifted(rgb("e2b652"), 0, 1, float(rng.uniform(0.95, 1.15))),
        0.75,
    )
    rays = int(rng.integers(24, 60))
    if rng.random() < 0.6:
        for a in np.arange(rays) * 2 * np.pi / rays:
            near_end, far_end = radius * 0.62, radius * float(rng.uniform(0.84, 0.9))
            canvas.line(
                points(
                    [
                        [x + np.cos(a) * near_end, y + np.sin(a) * near_end],
                        [x + np.cos(a) * far_end, y + np.sin(a) * far_end],
                    ]
                ),
                rgb("8a5f1c"),
                1.2,
                0.7,
            )
    for ring in (0.93, 0.8)[: int(rng.integers(1, 3))]:
        for a in np.arange(rays) * 2 * np.pi / rays:
            px, py = x + np.cos(a) * radius * ring, y + np.sin(a) * radius * ring
            canvas.fill(ellipse(px + 0.8, py + 0.8, radius * 0.028, radius * 0.028, 0, 8), rgb("fff0b0"))
            canvas.fill(ellipse(px, py, radius * 0.024, radius * 0.024, 0, 8), rgb("6a4310"))
    circle = ellipse(x, y, radius, radius, 0, 80)
    canvas.line(
        np.concatenate([circle, circle[:1]]),
        rgb("7a1a14") if rng.random() < 0.5 else rgb("5f3d10"),
        max(radius * 0.03, 1.5),
    )


def face(rng: np.random.Generator, canvas: Canvas, x: float, y: float, size: float, kind: str) -> None:
    """A face `size` pixels high: "bearded", "young", "old" or "veiled"."""
    u = size / 2
    turn = float(rng.uniform(-0.3, 0.3))
    apart, open_, arch = (
        float(rng.uniform(0.84, 1.16)),
        float(rng.uniform(0.6, 1.35)),
        float(rng.uniform(-0.05, 0.1)),
    )
    nose, cheek, mouth = (
        float(rng.uniform(-0.08, 0.08)),
        float(rng.uniform(0.88, 1.12)),
        float(rng.uniform(0.75, 1.25)),
    )
    flesh = near(rng, _FLESH, 0.08)
    hair = {"old": rgb("c8c2b4"), "bearded": rgb("3a2416"), "young": rgb("6a3f1c"), "veiled": rgb("3a2416")}[
        kind
    ]

    bend = Bend(rng, 0.06)

    def put(values: list[list[float]], closed: bool = True) -> Points:
        path = curve([[px + turn * 0.5 * (1 - px * px), py] for px, py in values], closed, 2)
        return moved(bend(path), x, y, u)

    if kind != "veiled":
        canvas.fill_shaded(
            put(
                [
                    [-0.82, 0.1],
                    [-0.86, -0.6],
                    [-0.4, -1.12],
                    [0.4, -1.12],
                    [0.86, -0.6],
                    [0.82, 0.1],
                    [0.6, 0.4],
                    [-0.6, 0.4],
                ]
            ),
            shifted(hair, value=1.2),
            shifted(hair, value=0.4),
        )
        for lock in np.linspace(-0.8, 0.8, 13):
            canvas.line(
                put([[lock, -0.2 + 0.3 * abs(lock)], [lock * 0.9, -0.75], [lock * 0.3, -1.1]], False),
                shifted(hair, value=0.45),
                1.3,
                0.7,
            )
    canvas.fill_shaded(
        put(
            [
                [-0.64, -0.3],
                [-0.5, -0.85],
                [0, -0.98],
                [0.5, -0.85],
                [0.64, -0.3],
                [0.56 * cheek, 0.4],
                [0.28 * cheek, 0.9],
                [0, 1.0],
                [-0.28 * cheek, 0.9],
                [-0.56 * cheek, 0.4],
            ]
        ),
        blend(flesh, (1, 0.9, 0.7), 0.3),
        _SHADE,
        (-0.2, -0.5),
        0.8,
    )
    gaze = float(rng.uniform(-0.07, 0.07))
    for side in (-1, 1):
        canvas.fill(
            put(
                [
                    [side * 0.1 * apart, -0.12],
                    [side * 0.28 * apart, -0.12 - 0.12 * open_],
                    [side * 0.5 * apart, -0.1],
                    [side * 0.28 * apart, -0.12 + 0.08 * open_],
                ]
            ),
            rgb("e8d8b8"),
        )
        canvas.fill(
            moved(
                bend(ellipse(side * 0.29 * apart + turn * 0.5 + gaze, -0.12, 0.085, 0.085 * open_)), x, y, u
            ),
            rgb("1c100a"),
        )
        canvas.line(
            put(
                [
                    [side * 0.08 * apart, -0.14],
                    [side * 0.28 * apart, -0.14 - 0.13 * open_],
                    [side * 0.54 * apart, -0.1],
                ],
                False,
            ),
            rgb("2a160c"),
            max(u * 0.05, 1.2),
        )
        canvas.line(
            put(
                [
                    [side * 0.1 * apart, -0.3 - arch],
                    [side * 0.32 * apart, -0.44 - arch],
                    [side * 0.58 * apart, -0.28 + arch],
                ],
                False,
            ),
            rgb("2a160c"),
            max(u * 0.06, 1.2),
        )
        canvas.line(
            put([[side * 0.14, 0.03], [side * 0.32, 0.08], [side * 0.5, 0.0]], False), _SHADE, 1.2, 0.6
        )
        canvas.fill(
            moved(bend(ellipse(side * 0.36 + turn * 0.4, 0.22, 0.13, 0.1)), x, y, u),
            rgb("b8563a"),
            0.3,
            u * 0.05,
        )
    canvas.taper(
        put([[0.0, -0.34], [0.03 + nose, 0.1], [0.1 + nose, 0.28], [-0.02 - nose, 0.32 + nose * 0.5]], False),
        _SHADE,
        u * 0.04,
        u * 0.08,
        0.8,
    )
    canvas.line(put([[-0.04, -0.3], [-0.03, 0.2]], False), rgb("f0d8a8"), max(u * 0.06, 1.3), 0.8)
    canvas.fill(
        put([[-0.2 * mouth, 0.53], [0, 0.49], [0.2 * mouth, 0.53], [0, 0.57 + 0.05 * mouth]]), rgb("8a2f20")
    )
    if kind in ("bearded", "old"):
        low = float(rng.uniform(1.25, 1.7))
        canvas.fill(
            put(
                [
                    [-0.6, 0.2],
                    [-0.34, 0.42],
                    [0, 0.44],
                    [0.34, 0.42],
                    [0.6, 0.2],
                    [0.5, 0.9],
                    [0.1, low],
                    [-0.1, low],
                    [-0.5, 0.9],
                ]
            ),
            shifted(hair, value=0.75),
            0.95,
            0.8,
        )
        for lock in np.linspace(-0.5, 0.5, 11):
            canvas.line(
                put([[lock, 0.5], [lock * 0.9 + rng.normal(0, 0.04), 0.85], [lock * 0.3, low]], False),
                shifted(hair, value=1.5),
                1.3,
                0.8,
            )
        canvas.fill(put([[-0.16, 0.54], [0, 0.51], [0.16, 0.54], [0, 0.61]]), rgb("8a2f20"))


def hand(canvas: Canvas, x: float, y: float, size: float, turn: float) -> None:
    """A hand raised in blessing."""
    canvas.fill_shaded(
        moved(
            curve([[-0.3, 0.4], [-0.34, -0.1], [0, -0.3], [0.32, -0.1], [0.3, 0.4]], True, 2),
            x,
            y,
            size,
            turn,
        ),
        rgb("d8a068"),
        _SHADE,
    )
    for finger in (-0.24, -0.06, 0.12, 0.26):
        canvas.taper(
            moved(points([[finger, -0.1], [finger * 1.3, -0.85 + abs(finger)]]), x, y, size, turn),
            rgb("d09a60"),
            size * 0.2,
            size * 0.12,
        )
        canvas.line(
            moved(
                points([[finger + 0.09, -0.1], [finger * 1.3 + 0.08, -0.8 + abs(finger)]]), x, y, size, turn
            ),
            rgb("4a2c16"),
            1.1,
        )


def book(rng: np.random.Generator, canvas: Canvas, x: float, y: float, size: float, turn: float) -> None:
    """A jewelled book cover."""
    box = points([[-0.7, -1], [0.7, -1], [0.7, 1], [-0.7, 1]])
    canvas.fill(moved(moved(box, 0.12, 0.05), x, y, size, turn), rgb("d8c8a0"))
    canvas.fill(moved(box, x, y, size, turn), near(rng, rgb("a8762c"), 0.1))
    canvas.line(moved(np.concatenate([box, box[:1]]) * 0.88, x, y, size, turn), rgb("4a2c10"), 1.8)
    for px, py in [(0, 0), (-0.42, -0.68), (0.42, -0.68), (-0.42, 0.68), (0.42, 0.68)]:
        canvas.fill_shaded(
            moved(ellipse(px, py, 0.16, 0.16), x, y, size, turn),
            near(rng, rgb("b02a2a" if px else "2a5a8a"), 0.3),
            rgb("1a0a0a"),
        )
