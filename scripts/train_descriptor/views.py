"""Two photos of one object, as a batch of the training is made of them."""

import numpy as np

from models.pixels import Pixels
from scripts.train_descriptor.light import photographed
from scripts.train_descriptor.placing import lay, place
from scripts.train_descriptor.solids import seen, solid
from scripts.train_descriptor.surfaces import Random, ground, part, square

GENTLE = 0.35


def registered(picture: Pixels, side: int, rng: Random) -> Pixels:
    """The photo that a register holds: the whole picture, straight on, cut and lit a little differently."""
    cut = part(picture, rng.uniform(0.85, 1), rng) if rng.random() < 0.5 else picture
    return photographed(square(cut, side), rng, 0.2)


def other(picture: Pixels, beside: Pixels, side: int, rng: Random) -> Pixels:
    """Another photo of what the picture shows."""
    photo = photographed(place(picture, beside, side, rng), rng)
    if rng.random() < 0.15:
        photo = photo[:, ::-1]
    if rng.random() < 0.08:
        photo = np.rot90(photo, int(rng.integers(1, 4)))
    return np.ascontiguousarray(photo)


def two_sides(picture: Pixels, side: int, rng: Random) -> tuple[Pixels, Pixels]:
    """One drawn solid from two sides, at most 100 degrees apart, the second under harder light."""
    body = solid(picture, rng)
    turn = rng.uniform(0, 2 * np.pi)
    further = turn + rng.uniform(-1, 1) * np.deg2rad(100)
    first = photographed(seen(body, side, turn, rng), rng, 0.2)
    return first, photographed(seen(body, side, further, rng), rng, GENTLE)


def of_statue(picture: Pixels, beside: Pixels, side: int, rng: Random) -> Pixels:
    """A real photo of a solid, cut, laid and lit a little differently: its turn is in the photo already."""
    work = square(part(picture, rng.uniform(0.5, 1), rng), side)
    if rng.random() < 0.3:
        work = lay(work, ground(side, beside, rng), rng.uniform(0.6, 1), rng)
    return np.ascontiguousarray(photographed(work[:, ::-1] if rng.random() < 0.15 else work, rng, GENTLE))
