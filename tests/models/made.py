"""Pictures, mappings and keypoints made for the tests of sight. Pictures are (height, width, 3) RGB."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from models import mapping as maps
from models.keypoints import Keypoints
from tests.drawing import draw_pixels

Pixels = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float64]

GREY = (128, 128, 128)


def picture(seed: int, width: int = 480, height: int = 360) -> Pixels:
    """The drawn picture of this seed."""
    return np.ascontiguousarray(draw_pixels(seed, width, height)[:, :, ::-1])


def flat(colour: tuple[int, int, int] = GREY, width: int = 120, height: int = 90) -> Pixels:
    """One colour everywhere."""
    return np.full((height, width, 3), colour, np.uint8)


def noise(width: int, height: int, seed: int = 1) -> Pixels:
    """Every pixel by chance."""
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)


def black_and_white(photo: Pixels) -> Pixels:
    """The same photo without its colours, still as RGB."""
    grey = cv2.cvtColor(photo, cv2.COLOR_RGB2GRAY)
    return np.asarray(cv2.cvtColor(grey, cv2.COLOR_GRAY2RGB), np.uint8)


def resized(photo: Pixels, width: int, height: int) -> Pixels:
    """The same photo in another size."""
    return np.asarray(cv2.resize(photo, (width, height), interpolation=cv2.INTER_AREA), np.uint8)


def canonical() -> Pixels:
    """A coloured picture of 800 x 600 px that numpy alone computes: the same on every machine."""
    y, x = np.mgrid[0:600, 0:800].astype(np.int64)
    waves = (x * x // 97 + y * 3) % 256, (y * y // 61 + x * 2) % 256, ((x + 2 * y) ** 2 // 401) % 256
    photo = np.stack(waves, axis=-1).astype(np.uint8) // 2 + 32
    photo[(x // 80 + y // 75) % 3 == 0] = (200, 90, 40)
    photo[(x - 520) ** 2 + (y - 210) ** 2 < 110**2] = (30, 60, 190)
    photo[330:520, 90:350] //= 2
    return photo


PHOTOS: dict[str, Pixels] = {
    "drawn": picture(1),
    "one pixel": flat(width=1, height=1),
    "two pixels": noise(2, 1),
    "one row": noise(700, 1),
    "one column": noise(1, 700),
    "three by three": noise(3, 3),
    "black": flat((0, 0, 0)),
    "white": flat((255, 255, 255)),
    "flat grey": flat(),
    "flat red": flat((200, 30, 20)),
    "looks grey": black_and_white(picture(2, 200, 150)),
    "very wide": picture(3, 2400, 24),
    "very high": picture(4, 18, 1900),
    "larger than models look at": picture(5, 1300, 900),
}
"""One photo of every kind that may arrive, by name."""


def turned(angle: float, scale: float, width: int = 480, height: int = 360) -> Floats:
    """A mapping: turned about the centre by degrees (anticlockwise as seen) and scaled."""
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), angle, scale)
    return np.vstack([matrix, [0, 0, 1]])


def moved(right: float, down: float) -> Floats:
    """A mapping: moved by pixels."""
    return np.array([[1, 0, right], [0, 1, down], [0, 0, 1.0]])


def slanted(by: float, width: int = 480, height: int = 360) -> Floats:
    """A mapping: the right side further away, drawn in by this share of the photo."""
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    ends = corners + np.array([[0, 0], [-width, height], [-width, -height], [0, 0]], np.float32) * by
    return np.asarray(cv2.getPerspectiveTransform(corners, ends.astype(np.float32)), np.float64)


def seen(photo: Pixels, mapping: Floats, width: int = 480, height: int = 360) -> Pixels:
    """The photo as a mapping shows it, on grey."""
    shown = cv2.warpPerspective(photo, mapping, (width, height), flags=cv2.INTER_AREA, borderValue=GREY)
    return np.asarray(shown, np.uint8)


def corner_error(found: Floats, true: Floats, width: int, height: int) -> float:
    """By how many pixels two mappings differ at a photo's corners, at most."""
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float64)
    return float(np.abs(maps.apply(found, corners) - maps.apply(true, corners)).max())


def keypoints(
    points: npt.ArrayLike,
    descriptors: npt.NDArray[np.int8] | None = None,
    width: int = 640,
    height: int = 480,
) -> Keypoints:
    """Keypoints at these places, all of one size and angle; without descriptors, each its own."""
    places = np.asarray(points, np.float32).reshape(-1, 2)
    count = len(places)
    if descriptors is None:
        descriptors = own_descriptors(count)
    return Keypoints(
        points=places,
        sizes=np.full(count, 4, np.float32),
        angles=np.zeros(count, np.float32),
        descriptors=descriptors,
        width=width,
        height=height,
    )


def own_descriptors(count: int, seed: int = 0) -> npt.NDArray[np.int8]:
    """One unit-length descriptor for each of `count` keypoints, no two alike."""
    vectors = np.random.default_rng(seed).normal(size=(count, 64))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.rint(vectors * 254).clip(-127, 127).astype(np.int8)


def chosen(found: Keypoints, rows: npt.ArrayLike) -> Keypoints:
    """The keypoints of these rows, in this order; a row may be named again."""
    index = np.asarray(rows, np.int64)
    return Keypoints(
        points=found.points[index],
        sizes=found.sizes[index],
        angles=found.angles[index],
        descriptors=found.descriptors[index],
        width=found.width,
        height=found.height,
    )


def same(one: Keypoints, other: Keypoints) -> bool:
    """Whether two sets of keypoints are equal to the last bit."""
    arrays = ("points", "sizes", "angles", "descriptors")
    equal = all(np.array_equal(getattr(one, name), getattr(other, name)) for name in arrays)
    return equal and (one.width, one.height) == (other.width, other.height)
