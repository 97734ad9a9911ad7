"""The pictures that are trained on, those that are held out, and which of them show one object."""

import csv
import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from models.pixels import Pixels, decode, shrink

SUFFIXES = {".jpg", ".jpeg", ".png"}
DOUBTFUL = "?"
"""An object whose name begins so may be several: its photos are neither the same nor different."""


@dataclass(frozen=True, slots=True, eq=False)
class Pictures:
    """n pictures of a folder.

    names    (n,), below the folder, sorted
    photos   (n,), RGB, at most as large as the settings say
    objects  (n,), which object each shows; a picture that no table names is an object of its own
    held     (n,), whether it is kept for judging
    """

    names: Sequence[str]
    photos: Sequence[Pixels]
    objects: Sequence[str]
    held: Sequence[bool]

    @property
    def trained(self) -> list[int]:
        """Which pictures are trained on."""
        return [at for at, held in enumerate(self.held) if not held]

    def statues(self, held: bool) -> dict[str, list[int]]:
        """Objects that several photos surely show."""
        found: dict[str, list[int]] = defaultdict(list)
        for at, name in enumerate(self.objects):
            if not name.startswith(DOUBTFUL) and self.held[at] == held:
                found[name].append(at)
        return {name: rows for name, rows in found.items() if len(rows) > 1}


def read_pictures(folder: Path, held_out: float, side: int, same: Mapping[str, str]) -> Pictures:
    """Read every picture below a folder. Whole objects are held out, by the hash of their names."""
    paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES)
    if not paths:
        raise ValueError(f"There is no picture in {folder}.")
    names = [path.relative_to(folder).as_posix() for path in paths]
    objects = [same.get(name, name) for name in names]
    photos = [shrink(decode(path.read_bytes()), side).picture for path in paths]
    return Pictures(names, photos, objects, [_chance(each) < held_out for each in objects])


def read_same(path: Path | None) -> dict[str, str]:
    """The table of photos that show one object: columns photo (below the folder) and object."""
    if path is None:
        return {}
    with path.open(newline="", encoding="utf-8") as lines:
        return {row["photo"]: row["object"] for row in csv.DictReader(lines)}


def _chance(name: str) -> float:
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:4]) / 2**32
