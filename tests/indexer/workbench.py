"""A register, an index and an engine in one folder, over small drawn photos."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data.database import open_database
from data.intake import IntakeLimits, SafePhoto, take_in
from data.object_id import ObjectRecord
from data.photos import FsspecPhotoStore
from data.register import NewPhotograph, Register
from indexer.embed import PhotoVectors, embed
from indexer.engine import Engine
from indexer.generation import Generation, open_generation, pointer, store_folder
from indexer.indexing import IndexReport, index_register
from indexer.runners.runner import InlineRunner
from indexer.sight import Sight, Sights, default_sight
from indexer.vectors.store import VectorStore
from tests.drawing import draw_photo, photograph_again

WIDTH, HEIGHT = 200, 150


@functools.cache
def taken_in(seed: int, width: int = WIDTH, height: int = HEIGHT) -> SafePhoto:
    """The picture of a seed, as it goes into the register."""
    return take_in(draw_photo(seed, width, height), IntakeLimits())


def drawn(seed: int) -> bytes:
    """The picture of a seed, as the photo store has it."""
    return taken_in(seed).jpeg


@functools.cache
def again(seed: int) -> bytes:
    """The picture of a seed, photographed by somebody else."""
    return photograph_again(seed, WIDTH, HEIGHT)


@functools.cache
def embedded(seed: int) -> PhotoVectors:
    """What is kept of the picture of a seed; its key tells the seed."""
    return embed(f"{seed:064}", drawn(seed), default_sight())


@dataclass(frozen=True, slots=True)
class Workbench:
    """Everything that indexing and searching needs."""

    folder: Path
    register: Register
    sight: Sight

    @property
    def index_dir(self) -> Path:
        return self.folder / "index"

    @property
    def generations(self) -> Path:
        return self.index_dir / "generations"

    @property
    def photos(self) -> FsspecPhotoStore:
        assert isinstance(self.register.photos, FsspecPhotoStore)
        return self.register.photos

    def report(self, *seeds: int, width: int = WIDTH) -> int:
        """Register an object with a photograph for each seed; its id."""
        photos = [NewPhotograph(taken_in(seed, width)) for seed in seeds]
        title = f"Drawings {', '.join(map(str, seeds))}"
        return self.register.report(ObjectRecord.model_validate({"title": title}), photos).id

    def withdraw(self, object_id: int) -> None:
        self.register.amend(object_id, {"status": "withdrawn"})

    def reinstate(self, object_id: int) -> None:
        self.register.amend(object_id, {"status": "stolen"})

    def photograph(self, object_id: int, at: int = 0) -> int:
        """The id of a photograph of an object."""
        return self.register.get(object_id).photographs[at].id

    def stored(self, object_id: int) -> Path:
        """Where the first photo of an object lies."""
        key = self.register.get(object_id).photographs[0].photo_key
        return Path(self.photos._path(key))

    def index(self, **options: Any) -> IndexReport:
        """Index in this process, unless a runner is given."""
        given = {"runner": InlineRunner(), **options}
        return index_register(self.register, self.index_dir, given.pop("sight", self.sight), **given)

    def engine(self, *others: Sight) -> Engine:
        """An engine that sees with this sight, or with another one if a generation names its descriptor."""
        return Engine.open(self.index_dir, self.register, self.sights(*others))

    def sights(self, *others: Sight) -> Sights:
        """This sight for whatever is not one of the others."""
        named = {one.specification: one for one in others}
        return lambda specification: named.get(specification, self.sight)

    @property
    def vectors(self) -> Path:
        return store_folder(self.index_dir, self.sight)

    def store(self, *, holds: bool = False) -> VectorStore:
        """The vector store as it is now."""
        store = VectorStore(self.vectors, holds=holds)
        store.refresh()
        return store

    def pointer(self) -> tuple[int, str]:
        """Number and manifest of the generation that is served."""
        at = pointer(self.index_dir)
        assert at is not None
        return at

    def served(self) -> Path:
        """The folder of the generation that is served."""
        return self.generations / str(self.pointer()[0])

    def generation(self, sight: Sight | None = None) -> Generation:
        """Open the generation that is served. Raises IndexUnusable."""
        return open_generation(self.index_dir, *self.pointer(), self.store(), sight or self.sight)


@contextmanager
def workbench(folder: Path) -> Iterator[Workbench]:
    """An empty register and no index."""
    database = open_database(f"sqlite:///{folder}/register.db")
    try:
        yield Workbench(folder, Register(database, FsspecPhotoStore(folder / "photos")), default_sight())
    finally:
        database.close()


def contents(folder: Path) -> Mapping[str, bytes]:
    """Every file below a folder by its path."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def manifest_of(generation: Path) -> dict[str, Any]:
    """What a generation's manifest says."""
    found: dict[str, Any] = json.loads((generation / "manifest.json").read_text(encoding="utf-8"))
    return found
