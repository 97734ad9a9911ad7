"""Where the work hangs: small in a room, or in the dark with lamps mirrored in it."""

from __future__ import annotations

import cv2
import numpy as np

from scripts.conditions import interior
from scripts.conditions.camera import (
    Corners,
    Lens,
    Stand,
    between,
    corners_in_photo,
    fitted,
    grain,
    light,
    photo_size,
    put,
    take,
)
from scripts.demo_register import rooms
from scripts.demo_register.canvas import Canvas
from scripts.demo_register.noise import Array, Pixels, as_float, blur, grid, mix, to_pixels
from scripts.demo_register.photographer import recompressed

ROOM_PHOTO = (1100, 825)
"""Long and short side of a photo of a room, pixels."""
ROOM_SHARE = (0.045, 0.095)
"""Share of such a photo's area that the work takes up, without its frame."""


def small_in_room(picture: Pixels, rng: np.random.Generator) -> Pixels:
    """A photo of a room in which the work hangs, among other things."""
    return room_photo(picture, rng)[0]


def room_photo(picture: Pixels, rng: np.random.Generator) -> tuple[Pixels, Corners]:
    """A photo of a room, and where in it the corners of the work lie."""
    photo = ROOM_PHOTO if rng.random() < 0.75 else ROOM_PHOTO[::-1]
    finer = 1.5
    wall = (round(photo[0] * finer), round(photo[1] * finer))
    mapping = _stand_in_room(rng, wall, photo)
    canvas, line = interior.empty_room(rng, *wall)
    box = _box_of_work(rng, picture, mapping, photo, line)
    _furnish(rng, canvas, line, box)
    interior.hang(rng, canvas, fitted(picture, round(max(box[2:]))), box)
    seen = cv2.warpPerspective(blur(canvas.image, 0.6), mapping, photo, borderMode=cv2.BORDER_REPLICATE)
    scene = light(rng, as_float(seen), between(rng, 0.2, 0.8)) * np.float32(between(rng, 0.7, 1.05))
    warm = mix((1.0, 1.0, 1.0), (1.08, 1.0, 0.82), between(rng, 0, 1))
    lens = Lens(between(rng, 0.3, 0.8), between(rng, 0.006, 0.022), 0.02, int(rng.integers(66, 90)))
    return take(rng, as_float(scene * warm), lens), _mapped(box, mapping)


def _stand_in_room(rng: np.random.Generator, wall: tuple[int, int], photo: tuple[int, int]) -> Array:
    """The homography (3, 3) from the wall's pixels to the photo's: seen from the side, the camera tilted."""
    stand = Stand(between(rng, 1.12, 1.3), between(rng, 0.05, 0.22), float(rng.normal(0, 0.02)), 0.01)
    corners = corners_in_photo(rng, (wall[1], wall[0]), photo, stand)
    source = as_float([[0, 0], [wall[0], 0], wall, [0, wall[1]]])
    return as_float(cv2.getPerspectiveTransform(source, corners))


def _mapped(box: interior.Box, mapping: Array) -> Corners:
    x, y, w, h = box
    outline = as_float([[[x, y], [x + w, y], [x + w, y + h], [x, y + h]]])
    return as_float(cv2.perspectiveTransform(outline, mapping)[0])


def _box_of_work(
    rng: np.random.Generator, picture: Pixels, mapping: Array, photo: tuple[int, int], line: float
) -> interior.Box:
    """Where on the wall the work hangs, so large that it takes up ROOM_SHARE of the photo and is all in it."""
    wanted = between(rng, *ROOM_SHARE) * photo[0] * photo[1]
    longer = picture.shape[1] / picture.shape[0]
    back = np.linalg.inv(mapping)
    spot = as_float([[rng.uniform(0.3, 0.7, 2) * (photo[0], photo[1] * 0.7)]])
    x, y = cv2.perspectiveTransform(spot, as_float(back))[0, 0]
    height = np.sqrt(wanted / longer)
    box = (0.0, 0.0, 1.0, 1.0)
    for _ in range(4):
        width = height * longer
        top = min(float(y) - height / 2, line - height * 1.12)
        box = (float(x) - width / 2, top, width, height)
        corners = _mapped(box, mapping)
        low, high = corners.min(axis=0), corners.max(axis=0)
        move = np.maximum(0.04 * as_float(photo) - low, 0) - np.maximum(high - 0.96 * as_float(photo), 0)
        x, y = float(x) + 1.5 * float(move[0]), top + height / 2 + 1.5 * float(move[1])
        height *= float(np.sqrt(wanted / cv2.contourArea(corners)))
    return box


def _furnish(rng: np.random.Generator, canvas: Canvas, line: float, work: interior.Box) -> None:
    """Other pictures, a window, and furniture that stands in front of the wall but not of the work."""
    width, free = canvas.width, line - (work[1] + work[3])
    middle = work[0] + work[2] / 2
    for left in rng.permutation(2)[: int(rng.integers(0, 3))]:
        _neighbour(rng, canvas, work, line, bool(left))
    if rng.random() < 0.3:
        away = 0.04 * width if middle > width / 2 else 0.76 * width
        if not work[0] - 0.24 * width < away < work[0] + work[2] + 0.08 * width:
            interior.window(rng, canvas, (away, line * 0.14, 0.2 * width, line * 0.55))
    tall = min(between(rng, 0.28, 0.4) * line, 0.9 * free)
    if free > 0.2 * line and rng.random() < 0.9:
        wide = min(tall * between(rng, 1.5, 3.2), 0.6 * width)
        at = float(np.clip(middle - wide * between(rng, 0.2, 0.8), 0, width - wide))
        if rng.random() < 0.5:
            interior.sofa(rng, canvas, at, line, wide, tall)
        else:
            interior.cupboard(rng, canvas, at, line, wide, tall)
    for stands in (interior.lamp, interior.plant):
        at = between(rng, 0.05, 0.95) * width
        if rng.random() < 0.5 and not work[0] - 0.12 * width < at < work[0] + work[2] + 0.12 * width:
            stands(rng, canvas, at, line, line * between(rng, 0.45, 0.7))


def _neighbour(rng: np.random.Generator, canvas: Canvas, work: interior.Box, line: float, left: bool) -> None:
    """Another picture beside the work, where there is room for it."""
    height = work[3] * between(rng, 0.45, 1.1)
    width = min(height * between(rng, 0.6, 1.5), 0.25 * canvas.width)
    height = min(height, width * 1.6)
    gap = 0.12 * canvas.width * between(rng, 0.9, 1.6)
    x = work[0] - gap - width if left else work[0] + work[2] + gap
    y = min(work[1] + (work[3] - height) * between(rng, 0, 1), line - 1.15 * height)
    picture = interior.strange_picture(rng, max(16, round(width)), max(16, round(height)))
    interior.hang(rng, canvas, picture, (x, y, width, height))


def dark_glare(picture: Pixels, rng: np.random.Generator) -> Pixels:
    """Taken by telephone in a dark room: noise, a slant, and lamps or the flash mirrored in varnish or glass."""
    work = fitted(picture, 800)
    sheet = rooms.framed(rng, work, between(rng, 0.3, 1.0))
    photo = photo_size(rng, sheet, 1000)
    stand = Stand(between(rng, 0.72, 1.0), between(rng, 0.08, 0.32), float(rng.normal(0, 0.06)), 0.03)
    corners = corners_in_photo(rng, sheet.colour.shape, photo, stand)
    scene, inside = put(rooms.wall(rng, *photo), sheet, corners, 0.6)
    exposure = float(np.exp(rng.uniform(np.log(0.13), np.log(0.38))))
    dim = light(rng, scene, between(rng, 0.4, 1.0)) ** np.float32(between(rng, 1.0, 1.3)) * np.float32(
        exposure
    )
    dim = dim + _glare(rng, inside, corners)
    return _night_photo(rng, as_float(dim), exposure)


def _glare(rng: np.random.Generator, inside: Array, corners: Corners) -> Array:
    """Light mirrored towards the camera (h, w, 3): burnt-out cores with wide halos, on the work only."""
    height, width = inside.shape
    y, x = grid((height, width))
    size = float(np.sqrt(cv2.contourArea(corners)))
    total = np.zeros((height, width), np.float32)
    for _ in range(int(rng.integers(1, 4))):
        mix_ = rng.dirichlet([1.6] * 4)
        at = (as_float(mix_) @ corners).astype(np.float64)
        long, short = size * between(rng, 0.03, 0.13), size * between(rng, 0.02, 0.06)
        way = between(rng, 0, np.pi)
        along = (x - at[0]) * np.float32(np.cos(way)) + (y - at[1]) * np.float32(np.sin(way))
        across = (y - at[1]) * np.float32(np.cos(way)) - (x - at[0]) * np.float32(np.sin(way))
        far = (along / np.float32(long)) ** 2 + (across / np.float32(short)) ** 2
        total += np.exp(-(far**1.5)) * np.float32(between(rng, 0.7, 1.5))
        total += np.float32(between(rng, 0.1, 0.35)) / (1 + far / np.float32(between(rng, 3, 9)))
    tint = as_float([1.0, between(rng, 0.88, 1.0), between(rng, 0.68, 1.0)])
    return as_float((total * (0.12 + 0.88 * inside))[:, :, None] * tint)


def _night_photo(rng: np.random.Generator, dim: Array, exposure: float) -> Pixels:
    """What a telephone makes of too little light: gain, noise that grows with it, smear, JPEG."""
    gain = between(rng, 0.9, 1.0 + 0.25 / exposure**0.5)
    image = np.clip(dim * as_float([between(rng, 1.0, 1.2), 1.0, between(rng, 0.68, 1.0)]), 0, None)
    noise = grain(rng, dim.shape) * (0.010 + 0.045 * np.sqrt(image) * between(rng, 0.4, 1.0))
    image = np.clip((image + noise) * np.float32(gain), 0, 1)
    pixels = to_pixels(blur(image, between(rng, 0.5, 1.3)))
    if rng.random() < 0.6:  # the telephone smooths the noise away, and some of the picture with it
        pixels = np.asarray(cv2.bilateralFilter(pixels, 7, between(rng, 10, 30), 3), np.uint8)
    return recompressed(pixels, int(rng.integers(50, 82)))
