"""A room: wall, floor, window, furniture and strangers' pictures, drawn as seen from the middle of it.

Everything is drawn onto a Canvas of the elevation of one wall; the floor below it is drawn as it recedes.
"""

from __future__ import annotations

import numpy as np

from scripts.conditions.camera import between
from scripts.demo_register import rooms
from scripts.demo_register.canvas import Canvas, Points, curve, ellipse, points
from scripts.demo_register.noise import Array, as_float, fractal, grid, mix, resize, smoothstep
from scripts.demo_register.palette import near, rgb, shifted

_WALLS = ("d8d2c4", "b8bcb4", "8a2f2c", "3f5248", "c4b49a", "5f6878", "e8e6e0", "a88a6a", "46586e", "cfc7d2")
_WOODS = ("6a4526", "8f6a42", "3a2a20", "b09068", "c8c4bc", "2a2624")
_CLOTHS = ("7a2f30", "3f5a6a", "8a8478", "c8b48a", "4a5a3a", "303038", "b08a6a")
Box = tuple[float, float, float, float]
"""x, y, width, height, pixels."""


def empty_room(rng: np.random.Generator, width: int, height: int) -> tuple[Canvas, float]:
    """Wall and floor, and where the floor begins (pixels from above)."""
    paint = near(rng, rgb(str(rng.choice(_WALLS))), 0.1)
    shape = (height, width)
    base = mix(shifted(paint, value=0.92), shifted(paint, value=1.05), fractal(rng, shape, width * 0.3, 5))
    plaster = (fractal(rng, shape, 7.0, 2) - 0.5) * np.float32(between(rng, 0.01, 0.05))
    canvas = Canvas(width, height, as_float(base + plaster[:, :, None]))
    _, x = grid(shape)
    if rng.random() < 0.35:  # wallpaper
        stripe = smoothstep(-0.15, 0.15, np.cos(x * np.float32(2 * np.pi / between(rng, 30, 110))))
        canvas.image[:] = mix(canvas.image, shifted(paint, 0.01, 1.1, 0.86), stripe * np.float32(0.6))
    line = height * between(rng, 0.74, 0.9)
    _floor(rng, canvas, line)
    skirting = between(rng, 0.018, 0.04) * height
    board = near(rng, rgb(str(rng.choice(["e8e4da", "5a4a3a", "cfc8b8"]))), 0.1)
    canvas.fill(_box((0, line - skirting, width, skirting)), board)
    canvas.line(points([[0, line - skirting], [width, line - skirting]]), shifted(board, value=0.6), 2, 0.7)
    canvas.fill(_box((0, line, width, skirting * 0.5)), (0.03, 0.02, 0.02), 0.5, 4)
    return canvas, line


def _floor(rng: np.random.Generator, canvas: Canvas, line: float) -> None:
    """Boards that run away from the viewer, or a carpet."""
    width, height = canvas.width, canvas.height
    tone = near(rng, rgb(str(rng.choice(_WOODS[:4]))), 0.1)
    tall = height - int(line)
    y, x = grid((tall, width))
    away = (y + np.float32(0.35 * height)) / np.float32(
        0.35 * height
    )  # 1 at the wall, more towards the viewer
    across = (x - width / 2) / away
    grain = fractal(rng, (tall, width), (60.0, 5.0), 3)
    floor = mix(shifted(tone, value=0.75), shifted(tone, value=1.1), grain)
    if rng.random() < 0.65:
        joints = smoothstep(0.95, 1.0, np.cos(across * np.float32(2 * np.pi / between(rng, 40, 80))))
        floor = mix(floor, shifted(tone, value=0.3), joints * np.float32(0.8))
    canvas.image[int(line) :] = floor


def _box(box: Box) -> Points:
    x, y, w, h = box
    return points([[x, y], [x + w, y], [x + w, y + h], [x, y + h]])


def window(rng: np.random.Generator, canvas: Canvas, box: Box) -> None:
    """A bright window with glazing bars and curtains: what makes the camera close its aperture."""
    x, y, w, h = box
    rail = near(rng, rgb("ece8de"), 0.06)
    canvas.fill(_box((x - 12, y - 12, w + 24, h + 24)), rail)
    sky = mix((0.98, 0.99, 1.0), (0.7, 0.82, 0.95), fractal(rng, (canvas.height, canvas.width), w, 3))
    canvas.fill(_box(box), sky)
    for share in (1 / 3, 2 / 3):
        canvas.line(points([[x, y + h * share], [x + w, y + h * share]]), rail, 6)
    canvas.line(points([[x + w / 2, y], [x + w / 2, y + h]]), rail, 10)
    cloth = near(rng, rgb(str(rng.choice(_CLOTHS))), 0.15)
    for left in (x - 0.22 * w, x + 0.9 * w):
        for fold in range(5):
            shade = 0.75 + 0.3 * float(rng.random())
            canvas.fill(
                _box((left + fold * 0.064 * w, y - 30, 0.07 * w, h + 90)), shifted(cloth, value=shade), 1.0, 2
            )
    canvas.glow(x + w / 2, y + h / 2, max(w, h) * 0.8, (1.0, 1.0, 0.97), 0.25)


def cupboard(rng: np.random.Generator, canvas: Canvas, x: float, line: float, w: float, h: float) -> None:
    """A sideboard or chest of drawers that stands on the floor, with a few things on it."""
    wood = near(rng, rgb(str(rng.choice(_WOODS))), 0.12)
    foot = line + h * 0.12
    top = foot - h
    canvas.fill(ellipse(x + w / 2, foot + 4, w * 0.55, h * 0.08), (0.02, 0.02, 0.02), 0.5, 8)
    canvas.fill(_box((x, top, w, h * 0.94)), wood)
    canvas.fill(points([[x - 6, top], [x + w + 6, top], [x + w - 8, top - h * 0.07], [x + 8, top - h * 0.07]]),
                shifted(wood, value=1.25))  # fmt: skip
    columns, rows = int(rng.integers(1, 4)), int(rng.integers(1, 4))
    for column in range(columns):
        for row in range(rows):
            cell = (x + w * (column + 0.06) / columns, top + h * 0.9 * (row + 0.08) / rows,
                    w * 0.88 / columns, h * 0.9 * 0.84 / rows)  # fmt: skip
            canvas.fill(_box(cell), shifted(wood, value=0.86))
            canvas.line(_box(cell), shifted(wood, value=0.5), 2, 0.8)
            canvas.fill(ellipse(cell[0] + cell[2] / 2, cell[1] + cell[3] * 0.4, 5, 5), rgb("c8a860"))
    for _ in range(int(rng.integers(0, 4))):
        _vessel(rng, canvas, x + w * between(rng, 0.1, 0.9), top - h * 0.03, h * between(rng, 0.15, 0.4))


def _vessel(rng: np.random.Generator, canvas: Canvas, x: float, foot: float, tall: float) -> None:
    glaze = near(rng, rgb(str(rng.choice(_CLOTHS))), 0.3)
    half = np.array([0.16, 0.3, 0.36, 0.26, 0.1, 0.14]) * tall * between(rng, 0.7, 1.3)
    up = np.linspace(foot, foot - tall, 6)
    outline = np.concatenate([np.stack([x + half, up], 1), np.stack([x - half, up], 1)[::-1]])
    canvas.fill_shaded(curve(outline, True, 2), shifted(glaze, value=1.25), shifted(glaze, value=0.45))


def sofa(rng: np.random.Generator, canvas: Canvas, x: float, line: float, w: float, h: float) -> None:
    """A sofa before the wall: back, seat, arms, cushions."""
    cloth = near(rng, rgb(str(rng.choice(_CLOTHS))), 0.2)
    foot = line + h * 0.35
    canvas.fill(ellipse(x + w / 2, foot + 6, w * 0.56, h * 0.12), (0.02, 0.02, 0.02), 0.55, 10)
    canvas.fill(curve(_box((x, foot - h, w, h * 0.75)), True, 3), shifted(cloth, value=0.85), 1.0, 1.2)
    canvas.fill(_box((x + w * 0.06, foot - h * 0.5, w * 0.88, h * 0.4)), shifted(cloth, value=1.1), 1.0, 2)
    canvas.fill(_box((x + w * 0.06, foot - h * 0.3, w * 0.88, h * 0.28)), shifted(cloth, value=0.72), 1.0, 2)
    for left in (x - w * 0.04, x + w * 0.92):
        canvas.fill(
            curve(_box((left, foot - h * 0.72, w * 0.12, h * 0.72)), True, 2), shifted(cloth, value=0.95)
        )
    for _ in range(int(rng.integers(0, 4))):
        at = x + w * between(rng, 0.12, 0.75)
        hue = near(rng, rgb(str(rng.choice(_CLOTHS))), 0.3)
        canvas.fill(curve(_box((at, foot - h * 0.78, w * 0.14, h * 0.34)), True, 2), hue, 1.0, 1.5)


def lamp(rng: np.random.Generator, canvas: Canvas, x: float, line: float, h: float) -> None:
    """A standard lamp, lit or not."""
    foot = line + h * 0.08
    canvas.line(points([[x, foot], [x, foot - h]]), (0.15, 0.12, 0.1), 7)
    canvas.fill(ellipse(x, foot, h * 0.09, h * 0.02), (0.12, 0.1, 0.09))
    top, wide = foot - h, h * 0.13
    shade = points([[x - wide * 0.6, top - wide], [x + wide * 0.6, top - wide], [x + wide, top + wide * 0.6],
                    [x - wide, top + wide * 0.6]])  # fmt: skip
    lit = rng.random() < 0.6
    canvas.fill(shade, (1.0, 0.93, 0.75) if lit else (0.7, 0.66, 0.58))
    if lit:
        canvas.glow(x, top, h * 0.35, (1.0, 0.85, 0.55), 0.4)


def plant(rng: np.random.Generator, canvas: Canvas, x: float, line: float, h: float) -> None:
    """A plant in a pot."""
    foot = line + h * 0.12
    pot = near(rng, rgb("9a5a3c"), 0.25)
    canvas.fill(points([[x - h * 0.13, foot - h * 0.25], [x + h * 0.13, foot - h * 0.25], [x + h * 0.1, foot],
                        [x - h * 0.1, foot]]), pot)  # fmt: skip
    for _ in range(int(rng.integers(16, 34))):
        way, reach = float(rng.normal(-np.pi / 2, 0.75)), h * between(rng, 0.35, 0.75)
        start = np.array([x, foot - h * 0.25])
        tip = start + reach * np.array([np.cos(way), np.sin(way)])
        hanging = tip + np.array([0, reach * 0.1])
        mid = (start + tip) / 2 + (0, -reach * 0.15)
        leaf = near(rng, rgb("4a6a38"), 0.2)
        canvas.taper(curve(np.stack([start, mid, hanging]), rounds=2), leaf, 2, h * 0.05)


def strange_picture(rng: np.random.Generator, width: int, height: int) -> Array:
    """Something that hangs there as well (h, w, 3): a view, a head, blots, or a print under its mount."""
    shape = (height, width)
    hues = [near(rng, rgb(str(rng.choice(_CLOTHS + _WALLS))), 0.3) for _ in range(4)]
    base = mix(hues[0], hues[1], fractal(rng, shape, max(shape) / 2, 5))
    canvas = Canvas(width, height, base)
    kind = int(rng.integers(0, 3))
    if kind == 0:  # land below sky
        for number in range(3):
            level = height * (0.35 + 0.2 * number)
            skyline = level + (fractal(rng, (4, width), (50.0, width / 3), 4)[0] - 0.5) * height * 0.3
            path = np.concatenate([np.stack([np.arange(width), skyline], 1), [[width, height], [0, height]]])
            canvas.fill(points(path), shifted(hues[2], value=1.1 - 0.25 * number))
    elif kind == 1:  # a head and shoulders
        x, y = width * between(rng, 0.4, 0.6), height * between(rng, 0.34, 0.44)
        canvas.fill_shaded(
            ellipse(x, height * 1.02, width * 0.36, height * 0.42), hues[2], shifted(hues[2], value=0.4)
        )
        canvas.fill_shaded(ellipse(x, y, width * 0.13, height * 0.16), rgb("d8a888"), rgb("6a4030"))
    else:
        for _ in range(int(rng.integers(5, 16))):
            spot = ellipse(
                *(rng.uniform(0, 1, 2) * (width, height)), *(rng.uniform(0.03, 0.25, 2) * min(shape))
            )
            canvas.fill(spot, hues[int(rng.integers(1, 4))], between(rng, 0.5, 1.0), 1.0)
    return np.clip(canvas.image + (fractal(rng, shape, 5.0, 2)[:, :, None] - 0.5) * np.float32(0.12), 0, 1)


def hang(rng: np.random.Generator, canvas: Canvas, picture: Array, box: Box) -> None:
    """Put a picture (h, w, 3) in a frame onto the wall, so that the picture itself fills the box."""
    x, y, w, h = box
    sheet = rooms.framed(
        rng, resize(picture, max(8, round(w)), max(8, round(h))), between(rng, 0.0, 0.8)
    ).colour
    tall, wide = sheet.shape[:2]
    left, top = round(x - (wide - w) / 2), round(y - (tall - h) / 2)
    canvas.fill(_box((left + 6, top + 9, wide, tall)), (0.02, 0.02, 0.03), 0.45, 7)
    rows = slice(max(top, 0), min(top + tall, canvas.height))
    columns = slice(max(left, 0), min(left + wide, canvas.width))
    if rows.stop > rows.start and columns.stop > columns.start:
        canvas.image[rows, columns] = sheet[
            rows.start - top : rows.stop - top, columns.start - left : columns.stop - left
        ]
