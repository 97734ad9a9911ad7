"""What stands around an object in other people's photos: frames, walls, tables."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scripts.demo_register.canvas import Canvas, Colour, points
from scripts.demo_register.noise import Array, as_float, fractal, grid, mix, relief, smoothstep
from scripts.demo_register.palette import near, rgb, shifted

_FRAMES = ("b08a3c", "5a3a20", "1c1a1a", "8a6a44", "d8d0c0", "6a2a1c", "c8a860")
_WALLS = ("d8d2c4", "b8bcb4", "8a2f2c", "3f5248", "c4b49a", "5f6878", "e8e6e0", "a88a6a")
_TABLES = ("6a4526", "8f6a42", "b09068", "3a2a20", "5a6470", "8a2a30", "c8c4bc", "3f4a3a")


@dataclass(frozen=True, slots=True)
class Sheet:
    """Something to be put into a photo: colours (h, w, 3) and how much of each pixel it covers (h, w)."""

    colour: Array
    cover: Array


def framed(rng: np.random.Generator, picture: Array, hardness: float) -> Sheet:
    """The picture in a frame of its own, sometimes with a mount, sometimes with none at all."""
    height, width = picture.shape[:2]
    if rng.random() < 0.3 * hardness - 0.1:
        return Sheet(picture, np.ones((height, width), np.float32))
    rail = round(max(height, width) * float(rng.uniform(0.04, 0.10)))
    mount = round(max(height, width) * 0.05) if rng.random() < 0.2 else 0
    edge = rail + mount
    tall, wide = height + 2 * edge, width + 2 * edge
    y, x = grid((tall, wide))
    depth = np.minimum(np.minimum(x, wide - 1 - x), np.minimum(y, tall - 1 - y)) / rail
    wood = near(rng, rgb(str(rng.choice(_FRAMES))), 0.1)
    steps = int(rng.integers(1, 4))
    profile = np.sin(np.clip(depth, 0, 1) * np.pi) * 0.8 + 0.25 * np.sin(
        np.clip(depth, 0, 1) * np.pi * (2 * steps + 1)
    )
    carving = float(rng.choice([0.0, 0.0, 0.12]))
    if carving:
        pitch = rail * float(rng.uniform(0.6, 1.2))
        profile = profile + carving * np.cos(x * 2 * np.pi / pitch) * np.cos(y * 2 * np.pi / pitch) * (
            depth < 1
        )
    grain = fractal(rng, (tall, wide), (rail * 0.5, rail * 0.5), 4)
    rails = (
        mix(shifted(wood, value=0.6), shifted(wood, value=1.15), grain)
        * relief(as_float(profile * rail * 0.09), 0.4)[:, :, None]
    )
    canvas = Canvas(wide, tall, as_float(rails))
    if mount:
        inner = points([[rail, rail], [wide - rail, rail], [wide - rail, tall - rail], [rail, tall - rail]])
        canvas.fill(inner, near(rng, rgb("e8e2d2"), 0.04))
    colour = canvas.image
    colour[edge : edge + height, edge : edge + width] = picture
    lip = np.float32(1 - 0.35 * (0.5 + 0.5 * hardness))
    colour[edge : edge + 6, edge : edge + width] *= lip  # the frame's shadow on the picture
    colour[edge : edge + height, edge : edge + 4] *= lip
    return Sheet(colour, np.ones((tall, wide), np.float32))


def wall(rng: np.random.Generator, width: int, height: int) -> Array:
    """A wall: plaster, stripes or boards, perhaps a skirting and the edge of another frame."""
    paint = near(rng, rgb(str(rng.choice(_WALLS))), 0.1)
    shape = (height, width)
    base = mix(shifted(paint, value=0.9), shifted(paint, value=1.06), fractal(rng, shape, width * 0.4, 5))
    canvas = Canvas(width, height, base)
    y, x = grid(shape)
    kind = int(rng.integers(0, 4))
    if kind == 1:
        stripe = smoothstep(-0.1, 0.1, np.cos(x * 2 * np.pi / (width / float(rng.integers(9, 22)))))
        canvas.image[:] = mix(canvas.image, shifted(paint, 0.01, 1.1, 0.86), stripe * 0.7)
    elif kind == 2:
        canvas.image *= relief(fractal(rng, shape, 14.0, 3), 0.25)[:, :, None]
    elif kind == 3:
        joint = smoothstep(0.985, 1.0, np.cos(y * 2 * np.pi / (height / float(rng.integers(5, 12)))))
        canvas.image[:] = mix(canvas.image, shifted(paint, value=0.4), joint * 0.8)
    if rng.random() < 0.4:
        line = height * float(rng.uniform(0.86, 0.95))
        canvas.fill(
            points([[0, line], [width, line + rng.normal(0, 12)], [width, height], [0, height]]),
            near(rng, rgb("5a4a3a"), 0.2),
        )
        canvas.line(points([[0, line], [width, line]]), rgb("2a221a"), 3, 0.6)
    if rng.random() < 0.35:  # a neighbour on the wall
        left = rng.random() < 0.5
        x0 = -width * 0.1 if left else width * 0.93
        box = points(
            [
                [x0, height * 0.2],
                [x0 + width * 0.17, height * 0.2],
                [x0 + width * 0.17, height * 0.7],
                [x0, height * 0.7],
            ]
        )
        canvas.fill(box, near(rng, rgb(str(rng.choice(_FRAMES))), 0.1))
        canvas.fill(
            box * (0.9, 0.86) + ((x0 + width * 0.085) * 0.1, height * 0.45 * 0.14),
            near(rng, (0.4, 0.45, 0.4), 0.3),
        )
    return canvas.image


def table(rng: np.random.Generator, width: int, height: int) -> Array:
    """A surface to put something on: wood, cloth or stone."""
    tone: Colour = near(rng, rgb(str(rng.choice(_TABLES))), 0.12)
    shape = (height, width)
    kind = int(rng.integers(0, 3))
    if kind == 0:
        grain = fractal(rng, shape, (9.0, width * 0.5), 5, 0.6)
        base = mix(shifted(tone, value=0.7), shifted(tone, value=1.1), grain)
        y, _ = grid(shape)
        joints = smoothstep(0.992, 1.0, np.cos(y * 2 * np.pi / (height / float(rng.integers(3, 7)))))
        return mix(base, shifted(tone, value=0.3), joints)
    if kind == 1:
        folds = fractal(rng, shape, width * 0.35, 4)
        y, x = grid(shape)
        threads = 1 + 0.05 * np.sin(x * 1.7) * np.sin(y * 1.7)
        return as_float(mix(shifted(tone, value=0.75), shifted(tone, value=1.1), folds) * threads[:, :, None])
    return mix(shifted(tone, value=0.8), shifted(tone, value=1.15), fractal(rng, shape, 120.0, 6, 0.65))
