"""Batches: two photos each of some objects, drawn anew for each step, the same for the same seed and step."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from models.pixels import Pixels
from scripts.train_descriptor.pictures import DOUBTFUL, Pictures
from scripts.train_descriptor.settings import Settings
from scripts.train_descriptor.solids import family
from scripts.train_descriptor.surfaces import Random
from scripts.train_descriptor.views import of_statue, other, registered, two_sides

DRAWN = -1
"""The row of a drawn solid: no picture is described as it."""
KIN = 4
"""Drawn solids in a batch that are of one material and studio: they have only their shape and carving to tell."""


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """2n views of n objects: first the registered photo of each, then the other one of each.

    views   uint8 (2n, side, side, 3)
    rows    int64 (2n,), the picture that each view shows, or DRAWN
    groups  int64 (2n,), equal for views of one object
    doubts  int64 (2n,), equal for views of what may be one object, else unlike
    """

    views: npt.NDArray[np.uint8]
    rows: npt.NDArray[np.int64]
    groups: npt.NDArray[np.int64]
    doubts: npt.NDArray[np.int64]


class Batches:
    """A batch for each step; can be asked in any order and from any process."""

    def __init__(self, pictures: Pictures, settings: Settings) -> None:
        self.pictures = pictures
        self.settings = settings
        self.trained = np.array(pictures.trained)
        self.statues = sorted(pictures.statues(held=False).items())
        self.numbers = {name: at for at, name in enumerate(sorted(set(pictures.objects)))}

    def __len__(self) -> int:
        return self.settings.optimizer.steps

    def __getitem__(self, step: int) -> Batch:
        """The batch of a step."""
        rng = np.random.default_rng([self.settings.run.seed, step])
        wanted, side = self.settings.optimizer.objects, self.settings.views.side
        solids = round(self.settings.views.solids * wanted)
        statues = round(self.settings.views.statues * wanted) if self.statues else 0
        chosen = rng.choice(self.trained, wanted, replace=len(self.trained) < wanted)
        firsts: list[Pixels] = []
        seconds: list[Pixels] = []
        rows = np.stack([chosen, chosen])
        kin = family(rng)
        for at, row in enumerate(chosen):
            picture, beside = self.pictures.photos[row], self.pictures.photos[rng.choice(self.trained)]
            if at < solids:
                kin = family(rng) if at % KIN == 0 else kin
                rows[:, at] = DRAWN
                views = two_sides(picture, kin, side, rng)
            elif at < solids + statues:
                rows[:, at] = self._two_of_a_statue(rng)
                one, further = (
                    of_statue(self.pictures.photos[each], beside, side, rng) for each in rows[:, at]
                )
                views = one, further
            else:
                views = registered(picture, side, rng), other(picture, beside, side, rng)
            firsts.append(views[0])
            seconds.append(views[1])
        flat = rows.ravel().astype(np.int64)
        groups = np.array([self._number(row, at % wanted) for at, row in enumerate(flat.tolist())])
        doubts = np.array([self._doubt(row, at) for at, row in enumerate(flat.tolist())])
        return Batch(np.stack([*firsts, *seconds]), flat, groups, doubts)

    def _two_of_a_statue(self, rng: Random) -> list[int]:
        _, photos = self.statues[int(rng.integers(len(self.statues)))]
        two: list[int] = rng.choice(photos, 2, replace=False).tolist()
        return two

    def _number(self, row: int, at: int) -> int:
        return len(self.numbers) + at if row == DRAWN else self.numbers[self.pictures.objects[row]]

    def _doubt(self, row: int, at: int) -> int:
        if row == DRAWN or not self.pictures.objects[row].startswith(DOUBTFUL):
            return -1 - at
        return self.numbers[self.pictures.objects[row]]
