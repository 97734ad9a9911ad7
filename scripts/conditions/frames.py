"""A broad ornate frame, drawn as a relief of gilt mouldings and carving, with the wall behind it."""

from __future__ import annotations

import numpy as np

from scripts.conditions.camera import (
    Stand,
    between,
    corners_in_photo,
    fitted,
    light,
    photo_size,
    put,
    take,
    usual_lens,
    whole,
)
from scripts.demo_register import rooms
from scripts.demo_register.noise import Array, Pixels, as_float, blur, fractal, grid, mix, relief, smoothstep
from scripts.demo_register.palette import rgb, shifted

_GILT = ("c9a14a", "b8893a", "d6b86a", "a87b3c", "8a5a30", "3a2a20", "cfc3a4")
Side = tuple[Array, Array]


def heavy_frame(picture: Pixels, rng: np.random.Generator) -> Pixels:
    """The picture in a frame that takes up more of the photo than the picture does."""
    work = fitted(picture, 620)
    rail = round(max(work.shape[:2]) * between(rng, 0.17, 0.36))
    sheet = whole(ornate(rng, work, rail))
    photo = photo_size(rng, sheet, 1100)
    stand = Stand(between(rng, 0.82, 0.97), between(rng, 0.0, 0.16), float(rng.normal(0, 0.012)))
    corners = corners_in_photo(rng, sheet.colour.shape, photo, stand)
    scene, _ = put(rooms.wall(rng, *photo), sheet, corners, between(rng, 0.4, 0.7))
    return take(rng, light(rng, scene, between(rng, 0.1, 0.5)), usual_lens(rng))


def ornate(rng: np.random.Generator, work: Array, rail: int) -> Array:
    """A picture (h, w, 3) in its frame, (h + 2 rail, w + 2 rail, 3)."""
    height, width = work.shape[:2]
    shape = (height + 2 * rail, width + 2 * rail)
    depth, along = _rails(shape, rail)
    high = _profile(rng, depth) + _carving(rng, depth, along, rail) + _corners(rng, shape, rail)
    high = high * np.float32(rail * between(rng, 0.16, 0.26))
    gold = rgb(str(rng.choice(_GILT)))
    worn = fractal(rng, shape, (rail * 0.3, rail * 0.3), 4)
    colour = mix(shifted(gold, value=0.72), shifted(gold, 0.01, 1.0, 1.18), worn)
    hollow = np.clip((blur(high, rail * 0.04) - high) * np.float32(0.22), 0, 1)
    colour = mix(colour, shifted(gold, value=0.18), hollow * np.float32(0.85))
    lit = relief(blur(high, 1.0), between(rng, 0.08, 0.13))
    colour = colour * lit[:, :, None]
    shine = np.clip(lit - np.float32(1.3), 0, 1) * np.float32(between(rng, 0.3, 1.3))
    colour = as_float((colour + shine[:, :, None] * as_float([1.0, 0.93, 0.72])) * _mitre(shape)[:, :, None])
    colour[rail : rail + height, rail : rail + width] = under_the_lip(work, rail)
    return np.clip(colour, 0, 1)


def _rails(shape: tuple[int, int], rail: int) -> Side:
    """For each pixel of the frame: how far in it lies (0 outer edge to 1 picture), and how far along its side, px.

    Along is measured from the middle of a side, so that ornaments meet the corners alike.
    """
    y, x = grid(shape)
    from_side = np.minimum(x, shape[1] - 1 - x)
    from_top = np.minimum(y, shape[0] - 1 - y)
    upright = from_side < from_top
    along = np.where(upright, y - shape[0] / 2, x - shape[1] / 2)
    return as_float(np.minimum(from_side, from_top) / rail), as_float(along)


def _profile(rng: np.random.Generator, depth: Array) -> Array:
    """The section through the rail: a back edge, a hollow, one or two rounds, the lip at the picture."""
    crest, hollow = between(rng, 0.12, 0.3), between(rng, 0.5, 0.7)
    high = np.exp(-(((depth - crest) / 0.13) ** 2)) * np.float32(between(rng, 0.7, 1.1))
    high -= np.exp(-(((depth - hollow) / 0.16) ** 2)) * np.float32(between(rng, 0.2, 0.5))
    high += np.exp(-(((depth - 0.9) / 0.06) ** 2)) * np.float32(between(rng, 0.3, 0.6))
    for _ in range(int(rng.integers(1, 4))):
        high -= np.exp(-(((depth - between(rng, 0.05, 0.95)) / 0.018) ** 2)) * np.float32(0.25)
    return as_float(high)


def _carving(rng: np.random.Generator, depth: Array, along: Array, rail: int) -> Array:
    """Rows of carving along the rail: leaves on the crest, beads or eggs at the lip, scrolls in the hollow."""
    high = np.zeros_like(depth)
    for centre, reach in ((between(rng, 0.15, 0.28), 0.16), (between(rng, 0.5, 0.62), 0.15), (0.88, 0.05)):
        if rng.random() < 0.15:
            continue
        period = rail * reach * between(rng, 2.2, 4.5)
        phase = along / np.float32(period) * np.float32(2 * np.pi)
        off = (depth - centre) / np.float32(reach)
        band = np.exp(-((off) ** 2) * 1.6)
        kind = int(rng.integers(0, 4))
        if kind == 0:  # eggs or beads
            motif = np.sqrt(np.clip(1 - off**2 - (np.sin(phase / 2) * 1.15) ** 2, 0, 1))
        elif kind == 1:  # leaves that lean over
            lean = phase + np.abs(off) * np.float32(between(rng, 1.5, 3.0))
            motif = (np.cos(lean) + 0.45 * np.cos(3 * lean + off * 2)) * 0.5
        elif kind == 2:  # a running scroll
            motif = np.cos(phase + 2.6 * np.sin(off * 2.2) * np.sign(np.sin(phase / 2)))
        else:  # twisted rope
            motif = np.cos(phase * 2 + off * 5)
        high += motif * band * np.float32(between(rng, 0.16, 0.4))
    return high


def _corners(rng: np.random.Generator, shape: tuple[int, int], rail: int) -> Array:
    """A cartouche on each corner, and often one in the middle of each side: petals around a boss."""
    high = np.zeros(shape, np.float32)
    if rng.random() < 0.2:
        return high
    petals, size = int(rng.integers(5, 10)), rail * between(rng, 0.55, 0.85)
    half = rail / 2
    tall, wide = shape
    spots = [(x, y) for x in (half, wide - half) for y in (half, tall - half)]
    if rng.random() < 0.5:
        spots += [(wide / 2, half), (wide / 2, tall - half), (half, tall / 2), (wide - half, tall / 2)]
    y, x = grid(shape)
    for at_x, at_y in spots:
        rows = slice(max(0, int(at_y - size)), int(at_y + size) + 1)
        columns = slice(max(0, int(at_x - size)), int(at_x + size) + 1)
        dx, dy = x[rows, columns] - np.float32(at_x), y[rows, columns] - np.float32(at_y)
        out = np.hypot(dx, dy) / np.float32(size)
        way = np.arctan2(dy, dx)
        flower = (0.6 + 0.4 * np.cos(petals * way)) * np.exp(-(((out - 0.5) / 0.28) ** 2))
        boss = np.sqrt(np.clip(1 - (out / 0.24) ** 2, 0, 1))
        high[rows, columns] += as_float((flower * 0.5 + boss * 0.55) * smoothstep(1.0, 0.7, out))
    return high


def _mitre(shape: tuple[int, int]) -> Array:
    """The four rails catch the light differently, and a line shows where they meet."""
    y, x = grid(shape)
    sides = np.stack([y, shape[1] - 1 - x, shape[0] - 1 - y, x])
    level = as_float([1.06, 0.92, 0.84, 1.0])[np.argmin(sides, axis=0)]
    nearest = np.sort(sides, axis=0)[:2]
    joint = np.exp(-((nearest[1] - nearest[0]) ** 2) / 2)
    return as_float(level * (1 - joint * 0.35))


def under_the_lip(work: Array, rail: int) -> Array:
    """The picture with the shadow that the frame casts onto it from above and the left."""
    y, x = grid((work.shape[0], work.shape[1]))
    reach = np.float32(max(3.0, rail * 0.08))
    dark = 0.55 * np.exp(-y / reach) + 0.4 * np.exp(-x / reach)
    return as_float(work * (1 - np.clip(dark, 0, 0.75))[:, :, None])
