"""A photo of a picture on a monitor: the pixel grid, moire, the screen's own tones, what it mirrors."""

from __future__ import annotations

import cv2
import numpy as np

from scripts.conditions.camera import (
    Corners,
    Lens,
    Stand,
    between,
    corners_in_photo,
    fitted,
    grain,
    light,
    put,
    take,
    whole,
)
from scripts.conditions.text import sentence, write
from scripts.demo_register.noise import Array, Pixels, as_float, blur, fractal, grid, mix, resize

_PHOTO = (1100, 825)
_COARSER = 8  # what is blurred anyhow is drawn this much coarser
_FINER = 2  # the grid is drawn this much finer than the photo, then sampled as a sensor does


def screen(picture: Pixels, rng: np.random.Generator) -> Pixels:
    """Somebody photographs the monitor on which the picture is shown."""
    shown = _desktop(rng, picture)
    shown = np.clip(shown, 0, 1) ** np.float32(between(rng, 0.85, 1.3)) * as_float(
        [between(rng, 0.86, 1.0), between(rng, 0.93, 1.0), 1.0]
    )
    shown = shown * np.float32(0.95) + np.float32(between(rng, 0.01, 0.06))  # black glows
    photo = _PHOTO if shown.shape[1] >= shown.shape[0] else _PHOTO[::-1]
    large = (photo[0] * _FINER, photo[1] * _FINER)
    stand = Stand(between(rng, 0.88, 1.25), between(rng, 0.02, 0.2), float(rng.normal(0, 0.03)), 0.02)
    corners = corners_in_photo(rng, shown.shape, large, stand)
    room = _dark_room(rng, large)
    scene, inside = put(room, whole(_bezel(rng, shown)), _outer(corners), 0.0)
    across = between(rng, 0.55, 1.1) * photo[0]  # screen pixels that lie side by side across the photo
    scene = scene * _raster(rng, corners, shown.shape, across * stand.fill, large)
    scene = _mirrored_room(rng, scene, inside)
    seen = _sampled(rng, scene, photo)
    seen = light(rng, seen, between(rng, 0.05, 0.3))
    return take(
        rng, seen, Lens(between(rng, 0, 0.5), between(rng, 0.006, 0.022), 0.03, int(rng.integers(58, 88)))
    )


def _desktop(rng: np.random.Generator, picture: Pixels) -> Array:
    """What the monitor shows (h, w, 3): the picture alone on grey or black, sometimes with a bar and words."""
    work = fitted(picture, 900)
    height, width = work.shape[:2]
    wide, tall = (1200, 800) if rng.random() < 0.8 or width > height else (800, 1100)
    ground = float(rng.choice([0.02, 0.12, 0.5, 0.93, 0.98]))
    bar = 46 if rng.random() < 0.5 else 0
    factor = between(rng, 0.8, 0.99) * min(wide / width, (tall - 2 * bar) / height)
    size = (round(width * factor), round(height * factor))
    desk = np.full((tall, wide, 3), ground, np.float32)
    left, top = (wide - size[0]) // 2, bar + (tall - bar - size[1]) // 2
    desk[top : top + size[1], left : left + size[0]] = cv2.resize(work, size, interpolation=cv2.INTER_AREA)
    if bar:
        desk[:bar] = between(rng, 0.2, 0.9)
        ink = (0.05, 0.05, 0.05) if desk[0, 0, 0] > 0.5 else (0.9, 0.9, 0.9)
        write(desk, (20, 10), sentence(rng, 5), 22, ink)
        for at in (30, 66, 102):
            cv2.circle(desk, (wide - at, bar // 2), 9, (0.75, 0.3, 0.3) if at == 30 else ink, 2, cv2.LINE_AA)
    return desk


def _bezel(rng: np.random.Generator, shown: Array) -> Array:
    """The screen in its black or grey rim: a twentieth wider on each side, as `_outer` expects."""
    height, width = shown.shape[:2]
    across, down = round(width * 0.05), round(height * 0.05)
    rim = np.full((height + 2 * down, width + 2 * across, 3), between(rng, 0.02, 0.25), np.float32)
    rim[down : down + height, across : across + width] = shown
    return rim


def _outer(corners: Corners) -> Corners:
    """The corners of the rim around a screen with these corners."""
    unit = as_float([[0, 0], [1, 0], [1, 1], [0, 1]])
    rim = as_float([[[-0.05, -0.05], [1.05, -0.05], [1.05, 1.05], [-0.05, 1.05]]])
    return as_float(cv2.perspectiveTransform(rim, cv2.getPerspectiveTransform(unit, corners))[0])


def _dark_room(rng: np.random.Generator, size: tuple[int, int]) -> Array:
    """What is behind the monitor (h, w, 3), out of focus: drawn small, for there is nothing fine in it."""
    small = (size[0] // _COARSER, size[1] // _COARSER)
    tone = as_float(rng.uniform(0.05, 0.4, 3)) * np.float32(0.4) + np.float32(between(rng, 0.02, 0.3))
    level = 0.7 + 0.6 * fractal(rng, (small[1], small[0]), small[0] / 3, 3)
    return resize(light(rng, as_float(tone * level[:, :, None]), 0.8), *size)


def _raster(
    rng: np.random.Generator, corners: Corners, shape: tuple[int, ...], across: float, size: tuple[int, int]
) -> Array:
    """How much red, green and blue each point of the photo lets through (h, w, 3): about 1 on average.

    `across`: screen pixels side by side; `shape` (h, w) gives how many lie above one another.
    """
    count = (across, across * shape[0] / shape[1])
    grid_corners = as_float([[0, 0], [count[0], 0], count, [0, count[1]]])
    back = cv2.getPerspectiveTransform(corners, grid_corners).astype(np.float32)
    y, x = grid((size[1], size[0]))
    bend = np.float32(between(rng, -0.012, 0.012))  # no lens draws straight lines
    far = ((x / size[0] - 0.5) ** 2 + (y / size[1] - 0.5) ** 2) * bend
    x, y = as_float(x + (x - size[0] / 2) * far), as_float(y + (y - size[1] / 2) * far)
    depth = back[2, 0] * x + back[2, 1] * y + back[2, 2]
    column = (back[0, 0] * x + back[0, 1] * y + back[0, 2]) / depth
    row = (back[1, 0] * x + back[1, 1] * y + back[1, 2]) / depth
    inside = (column > 0) & (column < count[0]) & (row > 0) & (row < count[1])
    deep = np.float32(between(rng, 0.25, 0.8))
    lines = 1 + np.cos(2 * np.pi * row).astype(np.float32) * deep * np.float32(0.55)
    planes = []
    for number in range(3):
        stripes = 1 + np.cos(2 * np.pi * (column - np.float32(number / 3))).astype(np.float32) * deep
        planes.append(np.where(inside, stripes * lines, np.float32(1)))
    return as_float(cv2.merge(planes))


def _mirrored_room(rng: np.random.Generator, scene: Array, inside: Array) -> Array:
    """A window or lamp, and the one who holds the camera, seen faintly in the glass."""
    height, width = inside.shape[0] // _COARSER, inside.shape[1] // _COARSER
    ghost = np.zeros((height, width), np.float32)
    for _ in range(int(rng.integers(0, 3))):
        x, y = between(rng, 0.05, 0.8) * width, between(rng, 0.05, 0.7) * height
        w, h = between(rng, 0.05, 0.25) * width, between(rng, 0.1, 0.35) * height
        lean = between(rng, -0.12, 0.12) * w
        quad = np.array([[x, y], [x + w, y + lean], [x + w + lean, y + h], [x + lean, y + h - lean]])
        cv2.fillPoly(ghost, [quad.astype(np.int32)], between(rng, 0.1, 0.5))
        bar = ((int(x + w / 2), int(y)), (int(x + w / 2 + lean), int(y + h)))
        cv2.line(ghost, *bar, 0.04, max(1, width // 150))
    ghost = blur(ghost, width * between(rng, 0.003, 0.014))
    person = (int(width * between(rng, 0.35, 0.65)), int(height * 0.75))
    shade = np.zeros_like(ghost)
    cv2.ellipse(shade, person, (width // 6, height // 2), 0, 0, 360, 1.0, -1)
    veil = np.float32(between(rng, 0.0, 0.07))
    haze = ghost + veil * (1 - blur(shade, width * 0.02) * np.float32(0.8))
    haze = resize(haze, inside.shape[1], inside.shape[0]) * inside
    return as_float(scene + cv2.merge([haze * np.float32(0.95), haze * np.float32(0.98), haze]))


def _sampled(rng: np.random.Generator, scene: Array, photo: tuple[int, int]) -> Array:
    """The fine scene as the sensor's points sample it: some of the grid is blurred, the rest beats against them."""
    soft = blur(scene, between(rng, 0.5, 1.0))
    points = soft[::_FINER, ::_FINER]
    smooth = as_float(cv2.resize(soft, photo, interpolation=cv2.INTER_AREA))
    image = mix(smooth, points, between(rng, 0.3, 0.9))
    return as_float(image + grain(rng, image.shape) * np.float32(0.002))
