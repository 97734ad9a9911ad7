"""The sitter of a portrait: where the parts of a face lie, and how face, hair, beard and hat are painted."""

from __future__ import annotations

import numpy as np

from scripts.demo_register.canvas import Canvas, Colour, Points, curve, ellipse
from scripts.demo_register.palette import blend, near, rgb, shifted


class Sitter:
    """Where the parts of the head and body lie, in pixels, and how the sitter turns."""

    def __init__(self, rng: np.random.Generator, width: int, height: int) -> None:
        self.scale = min(width, height) * float(rng.uniform(0.19, 0.27))  # half height of the face
        self.x = width * float(rng.uniform(0.42, 0.58))
        self.y = height * float(rng.uniform(0.36, 0.46))
        self.turn = float(rng.choice([-1, 1])) * float(rng.uniform(0.05, 0.38))
        self.wide = float(rng.uniform(0.68, 0.8))
        self.foot = height * 1.05

    def at(self, x: float, y: float) -> tuple[float, float]:
        """A point of the face; x and y in half heights from its middle, x shortened on the far side."""
        return self.x + (
            x * (1 - abs(self.turn) * 0.3) + self.turn * 0.32 * (1 - x * x)
        ) * self.scale, self.y + y * self.scale

    def path(self, values: list[list[float]], closed: bool = False) -> Points:
        """A curve through points of the face."""
        return curve([list(self.at(x, y)) for x, y in values], closed)


def face(rng: np.random.Generator, canvas: Canvas, s: Sitter, skin: Colour, hair: Colour) -> None:
    """The face with its light, eyes, nose and mouth."""
    u, w, shade = s.scale, s.wide, shifted(skin, 0, 1.15, 0.42)
    canvas.fill_shaded(
        s.path(
            [
                [-w, -0.35],
                [-w * 0.62, -0.95],
                [0, -1.08],
                [w * 0.62, -0.95],
                [w, -0.35],
                [w * 0.9, 0.35],
                [w * 0.45, 0.9],
                [0, 1.04],
                [-w * 0.45, 0.9],
                [-w * 0.9, 0.35],
            ],
            True,
        ),
        blend(skin, (1, 0.95, 0.85), 0.25),
        shade,
        (-0.75, -0.45),
        u * 0.012,
    )
    for side in (-1, 1):  # cheeks, eyes, brows
        canvas.fill(ellipse(*s.at(side * 0.42, 0.24), u * 0.2, u * 0.14), (0.85, 0.35, 0.28), 0.28, u * 0.08)
        ex, ey = s.at(side * 0.34, -0.13)
        canvas.fill(ellipse(ex, ey - u * 0.02, u * 0.2, u * 0.13), shade, 0.42, u * 0.05)
        canvas.fill(
            s.path(
                [
                    [side * 0.34 - 0.16, -0.12],
                    [side * 0.34, -0.22],
                    [side * 0.34 + 0.16, -0.11],
                    [side * 0.34, -0.05],
                ],
                True,
            ),
            (0.93, 0.9, 0.85),
        )
        canvas.fill(
            ellipse(ex + s.turn * u * 0.08, ey, u * 0.068, u * 0.072), near(rng, (0.3, 0.25, 0.18), 0.4)
        )
        canvas.fill(ellipse(ex + s.turn * u * 0.08, ey, u * 0.034, u * 0.036), (0.03, 0.02, 0.02))
        canvas.fill(
            ellipse(ex + s.turn * u * 0.08 - u * 0.025, ey - u * 0.03, u * 0.017, u * 0.017), (1, 1, 1)
        )
        canvas.taper(
            s.path([[side * 0.34 - 0.19, -0.13], [side * 0.34, -0.24], [side * 0.34 + 0.18, -0.12]]),
            shifted(skin, 0, 1.2, 0.28),
            u * 0.03,
            u * 0.02,
        )
        canvas.taper(
            s.path([[side * 0.16, -0.36], [side * 0.36, -0.43], [side * 0.58, -0.34]]),
            shifted(hair, value=0.8),
            u * 0.075,
            u * 0.03,
            0.85,
        )
    nose = float(np.sign(s.turn)) * 0.13
    canvas.taper(
        s.path([[nose * 0.3, -0.3], [nose * 0.7, 0.05], [nose * 1.3, 0.3], [nose * 0.4, 0.36]]),
        shade,
        u * 0.03,
        u * 0.1,
        0.6,
    )
    canvas.taper(
        s.path([[0, -0.3], [nose * 0.3, 0.05], [nose * 0.5, 0.26]]),
        blend(skin, (1, 1, 1), 0.5),
        u * 0.05,
        u * 0.08,
        0.5,
    )
    lip, smile = (0.68, 0.28, 0.25), float(rng.uniform(-0.02, 0.05))
    canvas.fill(
        s.path(
            [[-0.22, 0.56 - smile], [-0.06, 0.5], [0, 0.52], [0.06, 0.5], [0.22, 0.56 - smile], [0, 0.57]],
            True,
        ),
        shifted(lip, value=0.8),
        0.9,
        0.5,
    )
    canvas.fill(
        s.path([[-0.2, 0.565 - smile], [0, 0.58], [0.2, 0.565 - smile], [0, 0.68]], True), lip, 0.9, 0.5
    )
    canvas.fill(ellipse(*s.at(0, 0.77), u * 0.13, u * 0.04), shade, 0.3, u * 0.03)


def strands(
    rng: np.random.Generator,
    canvas: Canvas,
    s: Sitter,
    hair: Colour,
    starts: list[list[float]],
    drop: float,
    count: int,
) -> None:
    """Locks of hair that start about the given points and fall by `drop`."""
    for _ in range(count):
        x, y = starts[int(rng.integers(0, len(starts)))]
        x, y = x + rng.normal(0, 0.1), y + rng.normal(0, 0.07)
        side = np.sign(x) if abs(x) > 0.05 else rng.choice([-1, 1])
        path = s.path(
            [[x, y], [x + side * 0.16, y + drop * 0.4], [x + side * rng.uniform(-0.05, 0.25), y + drop]]
        )
        tone = float(rng.choice([0.5, 0.8, 1.1, 1.6]))
        canvas.taper(path, shifted(hair, value=tone), s.scale * 0.05, 1, 0.8)


def dress_hair(rng: np.random.Generator, canvas: Canvas, s: Sitter, hair: Colour, long: bool) -> None:
    """Hair on the head, down to the shoulders if it is long."""
    w = s.wide
    top = s.path(
        [
            [-w * 1.02, 0.0],
            [-w * 1.16, -0.55],
            [-w * 0.75, -1.2],
            [0, -1.36],
            [w * 0.75, -1.2],
            [w * 1.16, -0.55],
            [w * 1.02, 0.0],
            [w * 0.82, -0.5],
            [w * 0.35, -0.86],
            [-w * 0.45, -0.82],
            [-w * 0.85, -0.45],
        ],
        True,
    )
    canvas.fill_shaded(top, shifted(hair, value=1.35), shifted(hair, value=0.35), soft=0.8)
    strands(
        rng,
        canvas,
        s,
        hair,
        [[-w * 0.9, -0.7], [w * 0.9, -0.7], [-w * 0.4, -1.15], [w * 0.4, -1.15]],
        0.45,
        60,
    )
    if long:
        strands(
            rng, canvas, s, hair, [[-w * 1.02, -0.3], [w * 1.02, -0.3], [-w * 1.0, 0.2], [w, 0.2]], 1.25, 90
        )


def beard(rng: np.random.Generator, canvas: Canvas, s: Sitter, hair: Colour) -> None:
    """A full beard."""
    w = s.wide
    canvas.fill(
        s.path(
            [
                [-w * 0.93, 0.1],
                [-w * 0.7, 0.4],
                [-0.25, 0.44],
                [0, 0.47],
                [0.25, 0.44],
                [w * 0.7, 0.4],
                [w * 0.93, 0.1],
                [w * 0.7, 0.95],
                [0, 1.35],
                [-w * 0.7, 0.95],
            ],
            True,
        ),
        shifted(hair, value=0.8),
        0.88,
        2,
    )
    strands(rng, canvas, s, hair, [[-0.45, 0.6], [0.45, 0.6], [0, 0.85], [-0.2, 0.8], [0.2, 0.8]], 0.5, 60)
    canvas.fill(s.path([[-0.17, 0.58], [0, 0.56], [0.17, 0.58], [0, 0.66]], True), (0.6, 0.25, 0.22), 0.9)


def hat(
    rng: np.random.Generator, canvas: Canvas, s: Sitter, colour: Colour, plume: Colour, woman: bool
) -> str:
    """Something on the head; what it is."""
    kind = str(rng.choice(["beret", "broad-brimmed hat", "turban", "bonnet" if woman else "beret"]))
    dark = shifted(colour, value=0.25)
    if kind == "broad-brimmed hat":
        canvas.fill_shaded(
            s.path([[-0.75, -0.8], [-0.6, -1.7], [0, -1.85], [0.6, -1.7], [0.75, -0.8]], True), colour, dark
        )
        canvas.fill_shaded(
            ellipse(*s.at(0, -0.82), s.scale * 1.5, s.scale * 0.28, float(rng.normal(0, 0.08))),
            shifted(colour, value=1.2),
            dark,
        )
        for _ in range(24):
            canvas.taper(
                s.path([[0.6, -1.0], [1.2, -1.5 + rng.normal(0, 0.15)], [1.7, -1.1 + rng.normal(0, 0.2)]]),
                near(rng, plume, 0.1),
                2,
                1,
                0.8,
            )
    elif kind == "beret":
        canvas.fill_shaded(
            s.path(
                [[-0.9, -0.72], [-1.15, -1.15], [-0.3, -1.6], [0.8, -1.5], [1.2, -1.0], [0.85, -0.75]], True
            ),
            colour,
            dark,
        )
        canvas.taper(
            s.path([[-0.88, -0.72], [0, -0.95], [0.86, -0.76]]), dark, s.scale * 0.13, s.scale * 0.13
        )
    elif kind == "bonnet":
        white = rgb("ece6d8")
        canvas.fill_shaded(
            s.path(
                [
                    [-0.95, 0.3],
                    [-1.12, -0.6],
                    [-0.6, -1.4],
                    [0.6, -1.4],
                    [1.12, -0.6],
                    [0.95, 0.3],
                    [0.76, -0.4],
                    [0.4, -0.85],
                    [-0.4, -0.85],
                    [-0.76, -0.4],
                ],
                True,
            ),
            white,
            rgb("8f8a80"),
        )
    else:
        for band in range(9):
            canvas.fill_shaded(
                ellipse(
                    *s.at(0, -1.0 - 0.06 * band + 0.1),
                    s.scale * (0.98 - 0.05 * band),
                    s.scale * 0.2,
                    float(rng.normal(0, 0.22)),
                    30,
                ),
                near(rng, colour, 0.15),
                dark,
            )
    return kind
