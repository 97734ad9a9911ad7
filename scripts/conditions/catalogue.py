"""The conditions by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from scripts.conditions import cuts, decoys, frames, places, prints, screens, wear
from scripts.demo_register.noise import Pixels

OfOne = Callable[[Pixels, np.random.Generator], Pixels]
OfTwo = Callable[[Pixels, Pixels, np.random.Generator], Pixels]
OfMany = Callable[[Sequence[Pixels], np.random.Generator], Pixels]


@dataclass(frozen=True, slots=True)
class Condition:
    """A hard condition: makes of `works` clean photos one that shows them under it.

    Where `surrounds` is given the condition is a decoy: it shows works that are not registered, in what surrounds
    something registered. It is called with one picture more, the registered one, as the last; `surrounds` says whether
    that picture (h, w, 3) has such surroundings.

    Called with `pictures` pictures, each (h, w, 3) RGB uint8, and a generator on which alone the answer depends
    besides; returns (h', w', 3) RGB uint8. Raises ValueError for another number or sort of pictures.
    """

    name: str
    works: int
    change: OfMany
    surrounds: Callable[[Pixels], bool] | None = None

    @property
    def pictures(self) -> int:
        """How many pictures it is called with."""
        return self.works + (self.surrounds is not None)

    def __call__(self, pictures: Sequence[Pixels], rng: np.random.Generator) -> Pixels:
        """The pictures under this condition."""
        if len(pictures) != self.pictures:
            raise ValueError(f"{self.name} shows {self.pictures} pictures at once, not {len(pictures)}")
        for picture in pictures:
            if picture.dtype != np.uint8 or picture.ndim != 3 or picture.shape[2] != 3:
                raise ValueError(
                    f"{self.name} takes RGB pictures of 8 bits, not {picture.dtype} {picture.shape}"
                )
        return np.ascontiguousarray(self.change(pictures, rng))


def _of_one(name: str, change: OfOne) -> Condition:
    return Condition(name, 1, lambda pictures, rng: change(pictures[0], rng))


def _decoy(name: str, change: OfTwo, surrounds: Callable[[Pixels], bool]) -> Condition:
    return Condition(name, 1, lambda pictures, rng: change(pictures[0], pictures[1], rng), surrounds)


CONDITIONS: Mapping[str, Condition] = MappingProxyType(
    {
        condition.name: condition
        for condition in (
            _of_one("grey_archive", prints.grey_archive),
            _of_one("fragment", cuts.fragment),
            _of_one("thumbnail", cuts.thumbnail),
            _of_one("mirrored", cuts.mirrored),
            _of_one("turned", cuts.turned),
            _of_one("dark_glare", places.dark_glare),
            _of_one("small_in_room", places.small_in_room),
            _of_one("overpainted", wear.overpainted),
            Condition("page", prints.PAGE_WORKS, prints.page),
            _of_one("screen", screens.screen),
            _of_one("heavy_frame", frames.heavy_frame),
            _of_one("damage", wear.damage),
            _decoy("same_frame", decoys.same_frame, decoys.has_frame),
            _decoy("same_label", decoys.same_label, decoys.has_label),
            _decoy("same_wall", decoys.same_wall, decoys.has_wall),
        )
    }
)
