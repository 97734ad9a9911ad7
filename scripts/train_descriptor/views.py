"""Two photos of one object, as a batch of the training is made of them."""

import numpy as np

from models.pixels import Pixels
from scripts.train_descriptor.light import photographed
from scripts.train_descriptor.placing import lay, place
from scripts.train_descriptor.solids import Family, Stand, seen, solid
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


def two_sides(picture: Pixels, kin: Family, side: int, rng: Random) -> tuple[Pixels, Pixels]:
    """One drawn solid of a family: as a register shows it, and from another side, from above or below, or near by."""
    body = solid(picture, kin, rng)
    first = Stand(rng.uniform(0, 2 * np.pi), np.deg2rad(rng.uniform(0, 40)), rng.uniform(0.55, 0.95))
    far = rng.random() < 0.4
    above = np.deg2rad(rng.uniform(-90, 90)) if far else first.above + np.deg2rad(rng.normal(0, 12))
    filled = rng.uniform(1.1, 2.6) if rng.random() < 0.3 else rng.uniform(0.5, 0.95)
    second = Stand(first.turn + np.deg2rad(rng.uniform(-110, 110)), float(above), filled)
    one = photographed(seen(body, side, first, rng), rng, 0.2)
    return one, photographed(seen(body, side, second, rng), rng, GENTLE)


def of_statue(picture: Pixels, beside: Pixels, side: int, rng: Random) -> Pixels:
    """A real photo of a solid, cut, laid and lit a little differently: its turn is in the photo already."""
    work = square(part(picture, rng.uniform(0.5, 1), rng), side)
    if rng.random() < 0.3:
        work = lay(work, ground(side, beside, rng), rng.uniform(0.6, 1), rng)
    return np.ascontiguousarray(photographed(work[:, ::-1] if rng.random() < 0.15 else work, rng, GENTLE))
