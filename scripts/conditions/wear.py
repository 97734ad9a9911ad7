"""What was done to the object itself: painted over and cut down, or torn, stained, scratched, folded."""

from __future__ import annotations

import cv2
import numpy as np

from scripts.conditions.camera import (
    Lens,
    Stand,
    between,
    corners_in_photo,
    fitted,
    light,
    photo_size,
    put,
    take,
    whole,
)
from scripts.demo_register import rooms
from scripts.demo_register.ageing import craquelure, losses, varnish
from scripts.demo_register.canvas import Canvas, Colour, Points, curve, points
from scripts.demo_register.noise import (
    Array,
    Pixels,
    as_float,
    blur,
    displace,
    fractal,
    grid,
    mix,
    relief,
    smoothstep,
)
from scripts.demo_register.rooms import Sheet


def overpainted(picture: Pixels, rng: np.random.Generator) -> Pixels:
    """A part painted over by another hand, and strips cut off at one to three edges."""
    work = _painted_over(rng, fitted(picture, int(np.clip(1.6 * max(picture.shape[:2]), 520, 900))))
    height, width = work.shape[:2]
    cut = np.zeros(4)
    edges = rng.permutation(4)[: int(rng.integers(1, 4))]
    cut[edges] = rng.uniform(0.04, 0.15, len(edges))
    work = work[
        round(cut[0] * height) : height - round(cut[1] * height),
        round(cut[2] * width) : width - round(cut[3] * width),
    ]
    return _seen(rng, whole(work), wall=True)


def _painted_over(rng: np.random.Generator, work: Array) -> Array:
    """The picture (h, w, 3) with 12 to 30 % of it under strokes of a coarser brush."""
    height, width = work.shape[:2]
    shape = (height, width)
    where = _region(rng, shape, between(rng, 0.10, 0.26))
    paint, cover = Canvas(width, height, work.copy()), Canvas(width, height, (0, 0, 0))
    first, second = _tone(rng, work), _tone(rng, work)
    change, flow = fractal(rng, shape, max(shape) / 3, 3), fractal(rng, shape, max(shape) / 1.5, 2)
    brush = between(rng, 0.012, 0.035) * max(shape)
    rows, columns = np.nonzero(where > 0.5)
    bend = between(rng, 0, 2 * np.pi)
    for at in rng.integers(0, len(rows), round(2.2 * len(rows) / brush**2) + 60):
        row, column = int(rows[at]), int(columns[at])
        hue = mix(first, second, float(change[row, column])) * between(rng, 0.93, 1.07)
        stroke = _stroke(rng, (column, row), bend + 2.2 * float(flow[row, column]), brush)
        wide = brush * between(rng, 0.5, 1.0)
        paint.line(stroke, (float(hue[0]), float(hue[1]), float(hue[2])), wide, 0.85, 0.7)
        cover.line(stroke, (1, 1, 1), wide, 1.0, 0.7)
    bristles = fractal(rng, shape, (max(2.0, brush * 0.12), brush), 2)
    thick = as_float(cv2.cvtColor(paint.image, cv2.COLOR_RGB2GRAY)) * 10 + bristles * 1.5
    laid = paint.image * relief(blur(thick, 0.7), 0.09)[:, :, None]
    return mix(work, np.clip(laid, 0, 1), cover.image[:, :, 0] * np.float32(between(rng, 0.93, 1.0)))


def _stroke(rng: np.random.Generator, at: tuple[float, float], way: float, brush: float) -> Points:
    """One stroke through a point, about `way` (radians), slightly bent; brush is its width in pixels."""
    x, y = at
    way += float(rng.normal(0, 0.2))
    reach = brush * between(rng, 0.8, 2.4)
    dx, dy = reach * float(np.cos(way)), reach * float(np.sin(way))
    middle = [x + float(rng.normal(0, brush * 0.2)), y + float(rng.normal(0, brush * 0.2))]
    return curve(points([[x - dx, y - dy], middle, [x + dx, y + dy]]), rounds=2)


def _region(rng: np.random.Generator, shape: tuple[int, int], share: float) -> Array:
    """Where is painted over (h, w), 0..1: one patch of about this share of the picture."""
    height, width = shape
    around = np.sort(rng.uniform(0, 2 * np.pi, 9))
    outward = rng.uniform(0.7, 1.2, 9)
    longer = np.exp(rng.uniform(-0.5, 0.5))
    reach = np.sqrt(share * height * width / np.pi)
    centre = rng.uniform(0.25, 0.75, 2) * (width, height)
    path = np.stack([np.cos(around) * outward * reach * longer, np.sin(around) * outward * reach / longer], 1)
    canvas = Canvas(width, height, (0, 0, 0))
    canvas.fill(curve(points(path + centre), closed=True), (1, 1, 1), 1.0, 2.0)
    return as_float(canvas.image[:, :, 0])


def _tone(rng: np.random.Generator, work: Array) -> Colour:
    """What an overpainter mixes: a colour of the picture itself, made duller, or plain brown, grey or green."""
    if rng.random() < 0.6:
        row, column = int(rng.integers(0, work.shape[0])), int(rng.integers(0, work.shape[1]))
        own = work[row, column] * np.float32(0.8) + np.float32(0.08)
        return float(own[0]), float(own[1]), float(own[2])
    return ((0.35, 0.26, 0.18), (0.45, 0.47, 0.46), (0.30, 0.36, 0.24))[int(rng.integers(0, 3))]


def damage(picture: Pixels, rng: np.random.Generator) -> Pixels:
    """Tears, losses, stains, scratches and folds: three or more of them, from slight to sad."""
    sad = between(rng, 0.35, 1.0)
    work = fitted(picture, int(np.clip(1.6 * max(picture.shape[:2]), 520, 900)))
    long = max(work.shape[:2])
    if rng.random() < 0.5:
        work = varnish(rng, work, 0.8 * sad)
    if rng.random() < 0.5:
        work = craquelure(rng, work, long * between(rng, 0.012, 0.03), between(rng, 0.3, 0.9) * sad)
    if rng.random() < 0.75:
        work = _stained(rng, work, sad)
    if rng.random() < 0.7:
        work = _folded(rng, work, sad)
    ground = ((0.86, 0.8, 0.68), (0.55, 0.42, 0.3), (0.9, 0.88, 0.84))[int(rng.integers(0, 3))]
    work, _ = losses(
        rng, np.ascontiguousarray(work), round(between(rng, 2, 9) * sad) + 1, ground, long * 0.035 * sad
    )
    work = _scratched(rng, work, sad)
    sheet = _torn(rng, work, sad)
    return _seen(rng, sheet, wall=False)


def _stained(rng: np.random.Generator, work: Array, sad: float) -> Array:
    """Water stains with a dark rim, and specks of mould."""
    shape = (work.shape[0], work.shape[1])
    for _ in range(int(rng.integers(1, 4))):
        field = fractal(rng, shape, max(shape) / between(rng, 1.5, 3.5), 4)
        level = between(rng, 0.58, 0.72)
        inside = smoothstep(level, level + 0.03, field)
        rim = np.exp(-(((field - level - 0.012) / 0.012) ** 2))
        brown = as_float([0.62, 0.47, 0.28])
        work = as_float(work * mix((1, 1, 1), brown + 0.25, inside * np.float32(0.7 * sad)))
        work = mix(work, brown * np.float32(0.6), rim * np.float32(0.55 * sad))
    specks = smoothstep(0.78, 0.9, fractal(rng, shape, max(shape) * 0.012, 2)) * smoothstep(
        0.5, 0.7, fractal(rng, shape, max(shape) / 2, 2)
    )
    return mix(work, (0.2, 0.2, 0.16), specks * np.float32(0.6 * sad))


def _folded(rng: np.random.Generator, work: Array, sad: float) -> Array:
    """One to three folds across the whole: worn white along the crease, light on one side, shade on the other."""
    shape = (work.shape[0], work.shape[1])
    y, x = grid(shape)
    for number in range(int(rng.integers(1, 4))):
        way = float(rng.normal(0, 0.06)) + (np.pi / 2 if (number + int(rng.integers(0, 2))) % 2 else 0.0)
        at = between(rng, 0.25, 0.75)
        off = (x - at * shape[1]) * np.float32(np.cos(way)) + (y - at * shape[0]) * np.float32(np.sin(way))
        soft = np.float32(max(shape) * 0.012)
        shade = np.tanh(off / soft) * np.exp(-((off / (soft * 5)) ** 2))
        work = as_float(work * (1 + shade * np.float32(0.3 * sad))[:, :, None])
        worn = np.exp(-((off / np.float32(max(1.2, max(shape) * 0.0022))) ** 2)) * fractal(
            rng, shape, 14.0, 3
        )
        work = mix(work, (0.9, 0.87, 0.8), np.clip(worn * np.float32(1.5 * sad), 0, 0.9))
    return work


def _scratched(rng: np.random.Generator, work: Array, sad: float) -> Array:
    """Scratches and scuffs, some down to the ground."""
    height, width = work.shape[:2]
    canvas = Canvas(width, height, work)
    for _ in range(round(between(rng, 6, 40) * sad)):
        start = rng.uniform(0, 1, 2) * (width, height)
        way, reach = between(rng, 0, np.pi), between(rng, 0.03, 0.35) * max(height, width)
        steps = np.cumsum(rng.normal(0, 0.12, 6)) + way
        path = start + np.cumsum(np.stack([np.cos(steps), np.sin(steps)], 1) * reach / 6, axis=0)
        pale = rng.random() < 0.7
        colour = (0.88, 0.85, 0.78) if pale else (0.12, 0.1, 0.09)
        canvas.line(
            curve(points(path), rounds=2), colour, between(rng, 0.6, 2.4), between(rng, 0.35, 0.9), 0.4
        )
    return canvas.image


def _torn(rng: np.random.Generator, work: Array, sad: float) -> Sheet:
    """Tears that run in from the edges and gape, with white fibres at their lips; a corner may be missing."""
    height, width = work.shape[:2]
    gap = Canvas(width, height, (0, 0, 0))
    for _ in range(round(between(rng, 1, 4) * sad)):
        gap.fill(_tear(rng, width, height, sad), (1, 1, 1), 1.0, 0.5)
    if rng.random() < 0.5 * sad:
        reach = rng.uniform(0.06, 0.2, 2) * (width, height)
        corner = np.array(
            [width if rng.random() < 0.5 else 0, height if rng.random() < 0.5 else 0], np.float64
        )
        inward = np.where(corner > 0, -1, 1)
        bent = corner + inward * reach * rng.uniform(0.25, 0.6, 2)
        gap.fill(
            np.stack([corner, corner + inward * (reach[0], 0), bent, corner + inward * (0, reach[1])]),
            (1, 1, 1),
        )
    hole = as_float(gap.image[:, :, 0])
    jag = (fractal(rng, (height, width), 9.0, 3) - 0.5) * 7
    hole = displace(hole, jag, (fractal(rng, (height, width), 9.0, 3) - 0.5) * 7)
    lips = np.clip(blur(hole, max(height, width) * 0.0035) * 2.2, 0, 1)
    return Sheet(mix(work, (0.93, 0.91, 0.86), lips * np.float32(0.9)), np.clip(1 - hole, 0, 1))


def _tear(rng: np.random.Generator, width: int, height: int, sad: float) -> Points:
    """The outline of a tear: a wedge from an edge inwards that wavers and closes."""
    along = between(rng, 0.1, 0.9)
    edge = int(rng.integers(0, 4))
    start = np.array([(along, 0), (1, along), (along, 1), (0, along)][edge]) * (width, height)
    goal = np.array([width, height]) * rng.uniform(0.3, 0.7, 2)
    length = between(rng, 0.25, 0.8) * sad
    t = np.linspace(-0.03, length, 9)[:, None]
    path = start + (goal - start) * t
    side = np.array([-(goal - start)[1], (goal - start)[0]]) / np.linalg.norm(goal - start)
    path = path + side * np.cumsum(rng.normal(0, 0.012 * max(width, height), 9))[:, None]
    half = np.linspace(between(rng, 0.006, 0.022), 0.0005, 9)[:, None] * max(width, height)
    return np.concatenate([path + side * half, (path - side * half)[::-1]])


def _seen(rng: np.random.Generator, sheet: Sheet, wall: bool) -> Pixels:
    """A plain photo of it: straight enough, on a wall or lying on a table, the ground a narrow rim or none."""
    long = round(max(sheet.colour.shape[:2]) * 1.12)
    photo = photo_size(rng, sheet, long)
    ground = rooms.wall(rng, *photo) if wall else rooms.table(rng, *photo)
    stand = Stand(between(rng, 0.86, 0.99), between(rng, 0, 0.1), float(rng.normal(0, 0.02)))
    scene, _ = put(ground, sheet, corners_in_photo(rng, sheet.colour.shape, photo, stand), 0.35)
    scene = light(rng, scene, between(rng, 0.03, 0.3))
    return take(
        rng, scene, Lens(between(rng, 0.3, 0.7), between(rng, 0.003, 0.01), 0.02, int(rng.integers(66, 90)))
    )
