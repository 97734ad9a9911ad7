"""What stands behind or around a work in a simulated photo: walls, other pictures, frames, pages."""

import itertools

import cv2
import numpy as np

from models.pixels import Pixels
from models.preparing import averaged

Random = np.random.Generator


def square(picture: Pixels, side: int) -> Pixels:
    """A picture of any shape, squashed to (side, side, 3), as the descriptor sees it."""
    return averaged(picture, (side, side))


def colour(rng: Random) -> tuple[float, float, float]:
    """An RGB colour of a wall or a frame: any lightness, seldom strong."""
    light = rng.uniform(0, 255)
    red, green, blue = np.clip(light + rng.normal(0, rng.choice([4, 25, 60]), 3), 0, 255).tolist()
    return red, green, blue


def wall(side: int, rng: Random) -> Pixels:
    """A plain ground with a gradient and some grain."""
    corners = np.array([[colour(rng)]], np.float32) + rng.normal(0, 18, (2, 2, 1)).astype(np.float32)
    ground = cv2.resize(corners.astype(np.float32), (side, side), interpolation=cv2.INTER_LINEAR)
    if rng.random() < 0.5:
        grain = rng.normal(0, rng.uniform(2, 14), (side // 2, side // 2, 1)).astype(np.float32)
        ground = ground + cv2.resize(grain, (side, side))[:, :, None]
    return np.clip(ground, 0, 255).astype(np.uint8)


def ground(side: int, beside: Pixels, rng: Random) -> Pixels:
    """A wall, or another picture: sharp, blurred, or enlarged."""
    kind = rng.random()
    if kind < 0.55:
        return wall(side, rng)
    other = square(part(beside, rng.uniform(0.05, 1), rng), side)
    if kind < 0.8:
        other = np.asarray(cv2.GaussianBlur(other, (0, 0), rng.uniform(2, 8)), np.uint8)
    return other


def part(picture: Pixels, area: float, rng: Random) -> Pixels:
    """A rectangle of a share of the picture's area, 0 to 1, somewhere in it."""
    height, width = picture.shape[:2]
    stretch = float(np.exp(rng.normal(0, 0.25)))
    tall = min(height, max(8, round(height * np.sqrt(area) * stretch)))
    wide = min(width, max(8, round(width * np.sqrt(area) / stretch)))
    top, left = rng.integers(0, height - tall + 1), rng.integers(0, width - wide + 1)
    return picture[top : top + tall, left : left + wide]


def framed(work: Pixels, rng: Random) -> Pixels:
    """The work in a frame of one to four mouldings, (side, side, 3) as before."""
    side = len(work)
    share = rng.uniform(0.03, 0.24)
    inner = max(16, round(side * (1 - share)))
    frame = wall(side, rng)
    rings = int(rng.integers(1, 5))
    edges = np.linspace(0, (side - inner) // 2, rings + 1).astype(int)
    for start, end in itertools.pairwise(edges.tolist()):
        far = side - 1 - start
        cv2.rectangle(frame, (start, start), (far, far), colour(rng), -1)
        if rng.random() < 0.5:  # lit from one side
            cv2.line(frame, (start, start), (far, start), colour(rng), max(1, (end - start) // 3))
    if rng.random() < 0.4:
        noise = rng.normal(0, 25, (side // 3, side // 3, 1)).astype(np.float32)
        frame = np.clip(frame + cv2.resize(noise, (side, side))[:, :, None], 0, 255).astype(np.uint8)
    at = (side - inner) // 2
    frame[at : at + inner, at : at + inner] = square(work, inner)
    return frame


def overpainted(work: Pixels, beside: Pixels, rng: Random) -> Pixels:
    """A part of the work under something else: flat paint, or a part of another picture."""
    side = len(work)
    tall, wide = rng.integers(side // 6, round(side * 0.6), 2).tolist()
    top, left = int(rng.integers(0, side - tall + 1)), int(rng.integers(0, side - wide + 1))
    patch = (
        square(part(beside, 0.4, rng), side)[:tall, :wide]
        if rng.random() < 0.5
        else wall(side, rng)[:tall, :wide]
    )
    done = work.copy()
    done[top : top + tall, left : left + wide] = patch
    return done
