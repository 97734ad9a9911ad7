"""From a thing on a ground to a photo of it: where it lies in the photo, the light, the camera.

Scenes are RGB pictures in 0..1 of shape (h, w, 3), float32, until `take` makes 8-bit pixels of them.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from scripts.demo_register.noise import Array, Pixels, as_float, blur, fractal, grid, mix, resize, to_pixels
from scripts.demo_register.photographer import recompressed
from scripts.demo_register.rooms import Sheet

Corners = npt.NDArray[np.float32]
"""Four x, y pairs, (4, 2), pixels: upper left, upper right, lower right, lower left."""


@dataclass(frozen=True, slots=True)
class Stand:
    """How the photographer stands to a thing.

    fill   share of the photo's width or height (whichever it meets first) that the thing takes up
    slant  how far the camera is off the axis, 0 (straight on) to about 0.4
    turn   radians by which the thing lies turned
    drift  standard deviation of its centre from the photo's, share of the photo's sides
    """

    fill: float
    slant: float = 0.0
    turn: float = 0.0
    drift: float = 0.015


@dataclass(frozen=True, slots=True)
class Lens:
    """What camera and file do. blur: sigma in pixels; noise: sigma in 0..1; cast: sigma of the channels' gains."""

    blur: float = 0.5
    noise: float = 0.006
    cast: float = 0.02
    quality: int = 85


def between(rng: np.random.Generator, low: float, high: float) -> float:
    """A number from low to high, all as likely."""
    return float(rng.uniform(low, high))


def fitted(picture: Pixels, side: int) -> Array:
    """The picture in 0..1 with its longest side brought to `side` pixels, larger or smaller."""
    height, width = picture.shape[:2]
    factor = side / max(height, width)
    return np.clip(
        resize(as_float(picture) / 255, max(1, round(width * factor)), max(1, round(height * factor))), 0, 1
    )


def whole(colour: Array) -> Sheet:
    """A picture that covers its whole rectangle."""
    return Sheet(colour, np.ones(colour.shape[:2], np.float32))


def photo_size(rng: np.random.Generator, sheet: Sheet, long: int) -> tuple[int, int]:
    """Width and height, 4:3, of a photo that is held the way the thing asks for; sometimes the other way."""
    tall = sheet.colour.shape[0] > sheet.colour.shape[1]
    short = round(long * 0.75)
    return (short, long) if tall != (rng.random() < 0.12) else (long, short)


def corners_in_photo(
    rng: np.random.Generator, shape: tuple[int, ...], photo: tuple[int, int], stand: Stand
) -> Corners:
    """Where the corners of a thing of this shape (h, w) come to lie in a photo (width, height)."""
    height, width = shape[:2]
    wide, tall = photo
    box = np.array([[-width, -height], [width, -height], [width, height], [-width, height]], np.float64) / 2
    c, s = np.cos(stand.turn), np.sin(stand.turn)
    box = box @ np.array([[c, s], [-s, c]])
    across, down = np.ptp(box[:, 0]), np.ptp(box[:, 1])
    box *= stand.fill * min(wide / across, tall / down)
    yaw, pitch = rng.uniform(-1, 1, 2) * stand.slant
    box /= (1 + yaw * box[:, 0] / wide * 2 + pitch * box[:, 1] / tall * 2)[:, None]
    centre = np.array([wide / 2, tall / 2]) + rng.normal(0, stand.drift, 2) * (wide, tall)
    return as_float(box + centre)


def put(scene: Array, sheet: Sheet, corners: Corners, shadow: float = 0.5) -> tuple[Array, Array]:
    """Lay a thing into a scene, with the shadow it casts (0 none to 1 black).

    Returns the scene and how much of each of its pixels (h, w) the thing takes up.
    """
    height, width = sheet.colour.shape[:2]
    sides = np.linalg.norm(corners - np.roll(corners, -1, axis=0), axis=1)
    shrink = min(1.0, float(max((sides[0] + sides[2]) / width, (sides[1] + sides[3]) / height)) / 2)
    if shrink < 0.95:  # far smaller in the photo: brought near that size first, or it would flicker
        width, height = max(2, round(width * shrink)), max(2, round(height * shrink))
        sheet = Sheet(resize(sheet.colour, width, height), resize(sheet.cover, width, height))
    source = as_float([[0, 0], [width, 0], [width, height], [0, height]])
    mapping = cv2.getPerspectiveTransform(source, corners)
    size = (scene.shape[1], scene.shape[0])
    colour = as_float(cv2.warpPerspective(sheet.colour, mapping, size, borderMode=cv2.BORDER_REPLICATE))
    inside = np.clip(as_float(cv2.warpPerspective(sheet.cover, mapping, size)), 0, 1)
    if shadow > 0:
        reach = max(3.0, 0.009 * max(size))
        dark = blur(np.roll(inside, (round(reach), round(reach * 0.7)), (0, 1)), reach)
        scene = mix(scene, (0.02, 0.02, 0.03), dark * np.float32(shadow))
    return mix(scene, np.clip(colour, 0, 1), inside), inside


def light(rng: np.random.Generator, scene: Array, uneven: float) -> Array:
    """Light that falls off to one side and to the edges; `uneven` 0 (even) to 1 (one far lamp)."""
    height, width = scene.shape[:2]
    y, x = grid((height, width))
    angle = between(rng, 0, 2 * np.pi)
    slope = (x / width - 0.5) * np.float32(np.cos(angle)) + (y / height - 0.5) * np.float32(np.sin(angle))
    far = (x / width - 0.5) ** 2 + (y / height - 0.5) ** 2
    level = (1 + slope * np.float32(uneven)) * (1 - far * np.float32(0.5 * uneven))
    return as_float(scene * np.clip(level, 0.05, 2)[:, :, None])


def grain(rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
    """Noise (h, w, 3) of about unit strength: some of it fine, some in coloured blotches, as cameras leave it."""
    fine = rng.standard_normal((shape[0], shape[1], 1), dtype=np.float32)
    small = rng.standard_normal((-(-shape[0] // 3), -(-shape[1] // 3), 3), dtype=np.float32)
    return as_float(fine * 0.7 + resize(small, shape[1], shape[0]) * 0.6)


def take(rng: np.random.Generator, scene: Array, lens: Lens) -> Pixels:
    """The photo: colour cast, focus, noise, JPEG."""
    image = blur(scene * as_float(rng.normal(1, lens.cast, 3)), lens.blur)
    if lens.noise > 0:
        image = image + grain(rng, image.shape) * np.float32(lens.noise)
    return recompressed(to_pixels(as_float(image)), lens.quality)


def usual_lens(rng: np.random.Generator) -> Lens:
    """A telephone in fair light."""
    return Lens(
        between(rng, 0.3, 0.8),
        between(rng, 0.003, 0.014),
        between(rng, 0.005, 0.035),
        int(rng.integers(70, 92)),
    )


def paper(rng: np.random.Generator, shape: tuple[int, int], tint: Array) -> Array:
    """A sheet of paper (h, w, 3): its tint (3,), fibres, cloudiness, a little darker towards the edges."""
    y, x = grid(shape)
    edge = np.maximum(np.abs(x / shape[1] - 0.5), np.abs(y / shape[0] - 0.5)) * 2
    cloud = fractal(rng, shape, max(shape) / 4, 4) - 0.5
    fibre = blur(rng.standard_normal(shape, dtype=np.float32), 0.7)
    level = (
        1 + cloud * np.float32(0.05) + fibre * np.float32(0.014) - edge**6 * np.float32(between(rng, 0, 0.12))
    )
    return as_float(tint * level[:, :, None])
