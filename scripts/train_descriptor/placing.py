"""Where the work lies in a simulated photo of it: filling it, cut, small in a room, on a page; seen aslant."""

import cv2
import numpy as np
import numpy.typing as npt

from models.pixels import Pixels
from scripts.train_descriptor.surfaces import Random, framed, ground, overpainted, part, square

Corners = npt.NDArray[np.float32]


def place(picture: Pixels, beside: Pixels, side: int, rng: Random) -> Pixels:
    """A photo, (side, side, 3), that shows the picture, or a part of it, beside or before something else.

    The kinds and their shares are those of the hard conditions that a search is asked to bear (docs/conditions.md),
    drawn anew: nothing of how those are made is used here.
    """
    kind = rng.random()
    if kind < 0.2:  # a fragment, a detail
        picture = part(picture, rng.uniform(0.12, 0.65), rng)
    work = square(picture, side)
    if rng.random() < 0.15:
        work = overpainted(work, beside, rng)
    if kind >= 0.2 and rng.random() < 0.45:
        work = framed(work, rng)
    if kind < 0.2:
        filled = rng.uniform(0.85, 1.1)
    elif kind < 0.38:  # small in a room, or on a page
        filled = rng.uniform(0.3, 0.6)
    else:
        filled = rng.uniform(0.6, 1.25)
    return lay(work, ground(side, beside, rng), filled, rng)


def lay(work: Pixels, behind: Pixels, filled: float, rng: Random) -> Pixels:
    """The work laid before a ground: `filled` is the share of the photo's sides that it takes, about."""
    side = len(behind)
    if filled < 0.7:  # what a warp would step over is averaged first
        work = square(work, max(24, round(side * filled * 1.2)))
    near, far = -0.5, len(work) - 0.5
    start: Corners = np.array([[near, near], [far, near], [far, far], [near, far]], np.float32)
    end = quadrilateral(filled, rng) * side
    homography = cv2.getPerspectiveTransform(start, end)
    photo = behind.copy()
    cv2.warpPerspective(
        work, homography, (side, side), photo, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_TRANSPARENT
    )
    return photo


def quadrilateral(filled: float, rng: Random) -> Corners:
    """Corners of the work in a photo of side 1, float32 (4, 2), clockwise from the top left."""
    stretch = float(np.exp(rng.normal(0, 0.18)))
    half = np.array([filled * stretch, filled / stretch]) / 2
    corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * half
    corners += rng.normal(0, rng.choice([0.01, 0.05, 0.09]) * filled, (4, 2))
    angle = np.deg2rad(rng.normal(0, rng.choice([2, 5, 20], p=[0.6, 0.3, 0.1])))
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    room = max(0.04, (1 - filled) / 2)
    return np.asarray(corners @ turn + 0.5 + rng.uniform(-room, room, 2), np.float32)
