"""What is left of a picture or how it was put into a file: fragment, thumbnail, mirrored, turned."""

from __future__ import annotations

import cv2
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
from scripts.conditions.surroundings import detail
from scripts.demo_register import rooms
from scripts.demo_register.noise import (
    Array,
    Pixels,
    as_float,
    fractal,
    grid,
    resize,
    smoothstep,
    to_pixels,
)
from scripts.demo_register.photographer import recompressed
from scripts.demo_register.rooms import Sheet

THUMBNAIL_SIDE = 150
"""Longest side of a thumbnail, pixels."""
FRAGMENT_SHARE = (0.17, 0.24)
"""Share of the picture's area that a fragment shows: about a fifth."""
_TRIES = 16


def fragment(picture: Pixels, rng: np.random.Generator) -> Pixels:
    """A part that was cut out, on another ground; the part says something, for that is what is cut out."""
    part = cut_out(picture, rng)
    side = int(np.clip(2.4 * max(part.shape[:2]), 420, 900))
    sheet = _ragged(rng, fitted(part, side), between(rng, 0.001, 0.012))
    photo = photo_size(rng, sheet, round(side * between(rng, 1.1, 1.35)))
    ground = rooms.wall(rng, *photo) if rng.random() < 0.25 else rooms.table(rng, *photo)
    turn = between(rng, -0.45, 0.45) if rng.random() < 0.4 else float(rng.normal(0, 0.05))
    corners = corners_in_photo(
        rng, sheet.colour.shape, photo, Stand(between(rng, 0.62, 0.94), between(rng, 0, 0.14), turn)
    )
    scene, _ = put(ground, sheet, corners, between(rng, 0.2, 0.6))
    return take(rng, light(rng, scene, between(rng, 0.05, 0.35)), usual_lens(rng))


def cut_out(
    picture: Pixels, rng: np.random.Generator, shares: tuple[float, float] = FRAGMENT_SHARE
) -> Pixels:
    """A fifth of a picture, or another share of its area, (h', w', 3): of some windows the one that shows most."""
    height, width = picture.shape[:2]
    edges = detail(picture)
    best: tuple[float, tuple[int, int, int, int]] = (-1.0, (0, 0, width, height))
    for _ in range(_TRIES):
        share = between(rng, *shares)
        shape = np.clip(
            width / height * np.exp(rng.uniform(-0.4, 0.4)), 0.45, 2.2
        )  # nobody keeps a mere strip
        wide = min(width, max(8, round(np.sqrt(share * width * height * shape))))
        tall = min(height, max(8, round(share * width * height / wide)))
        x, y = int(rng.integers(0, width - wide + 1)), int(rng.integers(0, height - tall + 1))
        seen = float(edges[y : y + tall, x : x + wide].mean())
        best = max(best, (seen, (x, y, wide, tall)))
    x, y, wide, tall = best[1]
    return picture[y : y + tall, x : x + wide]


def _ragged(rng: np.random.Generator, colour: Array, depth: float) -> Sheet:
    """A piece with edges as a knife or scissors leave them; depth is a share of its longest side."""
    shape = (colour.shape[0], colour.shape[1])
    y, x = grid(shape)
    reach = depth * max(shape)
    bite = fractal(rng, shape, max(shape) * 0.12, 4) * np.float32(2 * reach)
    inner = np.minimum(np.minimum(x, shape[1] - 1 - x), np.minimum(y, shape[0] - 1 - y)) - bite
    return Sheet(colour, smoothstep(-0.5, 1.2, inner))


def thumbnail(picture: Pixels, rng: np.random.Generator) -> Pixels:
    """What a web page kept: THUMBNAIL_SIDE pixels on the longest side, often sharpened, badly compressed."""
    small = fitted(_trimmed(picture, rng, 0.02), THUMBNAIL_SIDE)
    if rng.random() < 0.4:
        soft = as_float(cv2.GaussianBlur(small, (0, 0), 1.0))
        small = small + (small - soft) * np.float32(between(rng, 0.2, 0.8))
    return recompressed(to_pixels(as_float(small)), int(rng.integers(32, 78)))


def mirrored(picture: Pixels, rng: np.random.Generator) -> Pixels:
    """Left for right, a little cropped, graded and compressed again: a slide put in the wrong way."""
    flipped = _trimmed(picture[:, ::-1], rng, 0.05)
    return _resaved(flipped, rng)


def turned(picture: Pixels, rng: np.random.Generator) -> Pixels:
    """On its side, upside down, or lying at any angle on some ground."""
    if rng.random() < 0.5:
        return _resaved(np.rot90(picture, int(rng.integers(1, 4))), rng)
    sheet = whole(fitted(picture, int(np.clip(max(picture.shape[:2]) * 1.3, 420, 800))))
    long = round(max(sheet.colour.shape[:2]) * between(rng, 1.15, 1.4))
    photo = photo_size(rng, sheet, long)
    turn = between(rng, 0.2, 2 * np.pi - 0.2)
    stand = Stand(between(rng, 0.8, 1.0), between(rng, 0, 0.1), turn)
    corners = corners_in_photo(rng, sheet.colour.shape, photo, stand)
    scene, _ = put(rooms.table(rng, *photo), sheet, corners, between(rng, 0.2, 0.6))
    return take(rng, light(rng, scene, between(rng, 0.05, 0.35)), usual_lens(rng))


def _trimmed(picture: Pixels, rng: np.random.Generator, most: float) -> Pixels:
    """The picture without up to `most` (a share) at each edge."""
    height, width = picture.shape[:2]
    left, right, top, bottom = rng.uniform(0, most, 4)
    return picture[
        round(top * height) : height - round(bottom * height),
        round(left * width) : width - round(right * width),
    ]


def _resaved(picture: Pixels, rng: np.random.Generator) -> Pixels:
    """At another size, a little lighter or darker, as JPEG once more."""
    height, width = picture.shape[:2]
    factor = max(between(rng, 0.6, 1.05), min(1.0, 260 / max(height, width)))
    image = resize(as_float(picture) / 255, round(width * factor), round(height * factor))
    image = np.clip(image, 0, 1) ** np.float32(between(rng, 0.82, 1.22)) * as_float(rng.normal(1, 0.025, 3))
    return recompressed(to_pixels(as_float(image)), int(rng.integers(52, 88)))
