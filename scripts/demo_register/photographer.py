"""Other people's photos of an object: a wall, a frame, a slant, bad light, a cheap camera.

`hardness` runs from 0 (a careful photo) to 1 (a hasty one in a dark room), and scales everything.
"""

from __future__ import annotations

import cv2
import numpy as np

from scripts.demo_register import rooms
from scripts.demo_register.noise import (
    Array,
    Pixels,
    as_float,
    blur,
    fractal,
    grid,
    mix,
    resize,
    smoothstep,
    to_pixels,
)
from scripts.demo_register.rooms import Sheet

_SIDES = (1100, 825)  # of a photo: long, short


def _placed(
    rng: np.random.Generator, sheet: Sheet, photo: tuple[int, int], hardness: float, upright: bool
) -> Array:
    """The homography (3, 3) from the sheet's pixels to the photo's (width, height)."""
    height, width = sheet.colour.shape[:2]
    wide, tall = photo
    fill = float(rng.uniform(0.78, 0.92)) - 0.22 * hardness * float(rng.random())
    if hardness > 0.55 and rng.random() < 0.5:
        fill = float(rng.uniform(1.0, 1.12))  # held so close that the edges are cut off
    scale = fill * min(wide / width, tall / height)
    corners = (np.array([[0, 0], [width, 0], [width, height], [0, height]]) - (width / 2, height / 2)) * scale
    turn = float(rng.normal(0, 0.02 + 0.09 * hardness)) + (
        0.0 if upright else float(rng.uniform(-0.5, 0.5)) * hardness
    )
    yaw, pitch = rng.uniform(-1, 1, 2) * (0.04 + 0.26 * hardness)
    c, s = np.cos(turn), np.sin(turn)
    corners = corners @ np.array([[c, s], [-s, c]])
    away = 1 + yaw * corners[:, 0] / wide * 2 + pitch * corners[:, 1] / tall * 2
    corners = corners / away[:, None]
    centre = np.array([wide / 2, tall / 2]) + rng.normal(0, 0.012 + 0.03 * hardness, 2) * (wide, tall)
    source = as_float([[0, 0], [width, 0], [width, height], [0, height]])
    return as_float(cv2.getPerspectiveTransform(source, as_float(corners + centre)))


def _light(rng: np.random.Generator, image: Array, hardness: float, glass: float) -> Array:
    """Uneven light, a shadow across, lamps and windows mirrored in varnish or glaze."""
    shape = (image.shape[0], image.shape[1])
    y, x = grid(shape)
    angle = float(rng.uniform(0, 2 * np.pi))
    slope = ((x / shape[1] - 0.5) * np.cos(angle) + (y / shape[0] - 0.5) * np.sin(angle)) * np.float32(
        0.25 + 0.75 * hardness
    )
    far = np.hypot(x / shape[1] - 0.5, y / shape[0] - 0.5)
    level = (1 + slope) * (1 - (0.15 + 0.4 * hardness) * far**2)
    if rng.random() < 0.3 + 0.4 * hardness:  # somebody's shadow
        at, wide = float(rng.uniform(0.1, 0.9)), float(rng.uniform(0.1, 0.35))
        across = (x / shape[1] + (y / shape[0] - 0.5) * float(rng.uniform(-0.8, 0.8)) - at) / wide
        level = level * (1 - (0.15 + 0.3 * hardness) * smoothstep(1.0, 0.6, np.abs(across)))
    image = as_float(image * level[:, :, None])
    for _ in range(int(rng.integers(0, 2 + round(2 * hardness)))):
        cx, cy = rng.uniform(0.15, 0.85) * shape[1], rng.uniform(0.1, 0.8) * shape[0]
        a, b = shape[1] * float(rng.uniform(0.03, 0.12)), shape[0] * float(rng.uniform(0.02, 0.09))
        spot = np.exp(-(((x - cx) / a) ** 2) - ((y - cy) / b) ** 2) * np.float32(
            (0.25 + 0.65 * hardness) * glass
        )
        image = as_float(image + spot[:, :, None] * as_float([1.0, 0.97, 0.9]))
    return image


def _camera(rng: np.random.Generator, image: Array, hardness: float) -> Pixels:
    """Cast, exposure, focus, shake, noise and compression."""
    cast = as_float(rng.normal(1, 0.02 + 0.06 * hardness, 3))
    warm = (
        as_float([1.0 + 0.1 * hardness, 1.0, 1.0 - 0.16 * hardness])
        if rng.random() < 0.6
        else as_float([1, 1, 1])
    )
    image = np.clip(image * cast * warm, 0, None) ** np.float32(rng.uniform(0.92, 1.12 + 0.4 * hardness))
    grey = image.mean(axis=2, keepdims=True)
    image = as_float(grey + (image - grey) * np.float32(rng.uniform(0.95 - 0.35 * hardness, 1.1)))
    image = blur(image, float(rng.uniform(0.3, 0.6 + 1.3 * hardness)))
    if rng.random() < 0.2 + 0.6 * hardness:
        reach = 3 + 2 * int(rng.integers(0, 1 + round(4 * hardness)))
        kernel = np.zeros((reach, reach), np.float32)
        way = float(rng.uniform(0, np.pi))
        middle = reach // 2
        start = (round(middle - middle * np.cos(way)), round(middle - middle * np.sin(way)))
        cv2.line(kernel, start, (reach - 1 - start[0], reach - 1 - start[1]), 1.0)
        image = as_float(cv2.filter2D(image, -1, kernel / kernel.sum()))
    shape = image.shape[:2]
    noise = rng.standard_normal((*shape, 3), dtype=np.float32) * 0.6 + blur(
        rng.standard_normal((*shape, 3), dtype=np.float32), 1.0
    )
    image = image + noise * np.float32(0.006 + 0.035 * hardness * rng.random())
    return recompressed(to_pixels(as_float(image)), round(90 - 45 * hardness * float(rng.random())))


def recompressed(image: Pixels, quality: int) -> Pixels:
    """The picture after JPEG at the given quality."""
    _, data = cv2.imencode(".jpg", image[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.ascontiguousarray(np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)[:, :, ::-1])


def other_photo(
    image: Pixels, rng: np.random.Generator, hardness: float = 0.5, cover: Array | None = None
) -> Pixels:
    """A photo that somebody else could have taken of the object in a registered photo.

    `image` is RGB, (h, w, 3), 8 bits; the answer too, about 1100 pixels on its long side. A picture that fills
    its photo is hung on a wall, framed or not; where `cover` says how much of each pixel (h, w, in 0..1) the
    object takes up, it is lifted from its ground and laid on another surface. ValueError for a hardness
    outside 0..1.
    """
    if not 0 <= hardness <= 1:
        raise ValueError(f"hardness is {hardness}; give a number from 0 (easy) to 1 (hard)")
    upright = cover is None
    # Large pictures are brought near the size they will have first, or the slanted copy would flicker.
    shrink = min(1.0, 900 / max(image.shape[:2]))
    size = (round(image.shape[1] * shrink), round(image.shape[0] * shrink))
    picture = resize(as_float(image) / 255, *size)
    sheet = rooms.framed(rng, picture, hardness) if cover is None else Sheet(picture, resize(cover, *size))
    tall = sheet.colour.shape[0] >= sheet.colour.shape[1]
    if rng.random() < 0.2:
        tall = not tall
    photo = (_SIDES[1], _SIDES[0]) if tall else _SIDES
    place = _placed(rng, sheet, photo, hardness, upright)
    around = rooms.wall(rng, photo[0], photo[1]) if upright else rooms.table(rng, photo[0], photo[1])
    flags = cv2.INTER_AREA if shrink < 1 else cv2.INTER_CUBIC
    colour = as_float(
        cv2.warpPerspective(sheet.colour, place, photo, flags=flags, borderMode=cv2.BORDER_REPLICATE)
    )
    inside = as_float(cv2.warpPerspective(sheet.cover, place, photo, flags=cv2.INTER_LINEAR))
    drop = rng.uniform(4, 14, 2)
    shadow = blur(np.roll(inside, (round(float(drop[0])), round(float(drop[1]))), (0, 1)), 9.0)
    scene = mix(mix(around, (0.02, 0.02, 0.03), shadow * np.float32(0.55)), colour, np.clip(inside, 0, 1))
    scene = _light(rng, scene, hardness, 1.0 if upright else 0.5)
    return _camera(rng, scene, hardness)


def changed_badly(image: Pixels, rng: np.random.Generator) -> Pixels:
    """What becomes of a stolen picture: cut from its frame, folded, then photographed dark, turned and grey."""
    height, width = image.shape[:2]
    x0, y0 = (rng.uniform(0.07, 0.13, 2) * (width, height)).astype(int)
    x1, y1 = (rng.uniform(0.86, 0.93, 2) * (width, height)).astype(int)
    cut = as_float(np.rot90(as_float(image[y0:y1, x0:x1]) / 255))
    shape = (cut.shape[0], cut.shape[1])
    y, x = grid(shape)
    for at, along in (
        (float(rng.uniform(0.3, 0.45)), x / shape[1]),
        (float(rng.uniform(0.55, 0.7)), y / shape[0]),
    ):
        fold = np.exp(-(((along - at) * max(shape) / 4) ** 2))
        cut = as_float(cut * (1 - 0.35 * fold)[:, :, None] + (fold * np.float32(0.22))[:, :, None])
    ragged = (fractal(rng, shape, 60.0, 4) - 0.5) * 16 + 9
    inside = smoothstep(
        0.0, 2.0, np.minimum(np.minimum(x, shape[1] - 1 - x), np.minimum(y, shape[0] - 1 - y)) - ragged
    )
    sheet = Sheet(cut, inside)
    photo = (1000, 750) if shape[1] > shape[0] else (750, 1000)
    place = _placed(rng, sheet, photo, 0.35, upright=False)
    colour = as_float(cv2.warpPerspective(sheet.colour, place, photo, flags=cv2.INTER_AREA))
    laid = as_float(cv2.warpPerspective(sheet.cover, place, photo))
    scene = mix(
        rooms.table(rng, *photo),
        (0.02, 0.02, 0.02),
        blur(np.roll(laid, (7, 9), (0, 1)), 8.0) * np.float32(0.6),
    )
    scene = _light(rng, mix(scene, colour, laid), 0.6, 0.4)
    grey = scene @ as_float([0.3, 0.59, 0.11])
    grey = np.clip(grey * 0.62, 0, 1) ** np.float32(1.15)
    dark = blur(as_float(np.repeat(grey[:, :, None], 3, axis=2)), 1.0)
    dark = dark + rng.standard_normal((*dark.shape[:2], 1), dtype=np.float32) * np.float32(0.014)
    return recompressed(to_pixels(as_float(dark)), 55)
