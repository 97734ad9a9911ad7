"""How an index grows: real photos among so many synthetic ones that whole registers can be measured.

A synthetic photo has keypoints of many registered photos, each with the noise that was measured between two real
photos of one work. So words are as frequent, lists as long and distances as small as those of real photos; that
every keypoint has several near copies makes searching no easier.
"""

from __future__ import annotations

import hashlib
import statistics
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from data.intake_pool import IntakePool
from data.object_id import ObjectRecord
from data.register import NewPhotograph, Register
from data.writer import StoredPhotograph
from indexer.embed import Geometry, PhotoVectors
from indexer.generation import store_folder
from indexer.indexing import index_register
from indexer.sight import REGISTERED_KEYPOINTS, WHOLE, Sight
from indexer.vectors.index import Codes, Vectors
from indexer.vectors.store import LARGE, VectorStore, write_shard
from models.keypoints import QUANTUM, as_floats
from models.pixels import decode
from scripts.bench.indexing import folder_bytes
from scripts.bench.loading import measure_loading
from scripts.bench.material import Query
from service.searching import CANDIDATES_LOOKED_AT, SearchDesk, UploadedPhoto
from service.settings import Settings
from service.workshop import open_desk, open_engine

PAIRS = 40
"""Queries between which and the registered photos they show noise is measured."""
KEYPOINTS = 2_000_000
"""Synthetic keypoints that photos are put together from: each occurs in 25 of 100,000 photos."""
ENCODED = 20_000
"""Keypoints that are encoded at once."""
SIDE = 1000
"""Width and height, pixels, that synthetic photos claim to have."""


@dataclass(frozen=True, slots=True)
class GrowthFigures:
    """A register of `photos`, all but `real` of them synthetic.

    publish_seconds  to publish a generation of vectors that are there
    open_seconds     to open it
    memory_kb        taken by opening it, a photo
    disk_kb          of vectors and generations, a photo
    noise            median distance between descriptors of one point in two real photos
    """

    photos: int
    real: int
    publish_seconds: float
    open_seconds: float
    memory_kb: float
    disk_kb: float
    ms: Sequence[float]
    steps_ms: Mapping[str, float]
    found_first: float
    noise: float


@dataclass(frozen=True, slots=True)
class Pool:
    """Synthetic keypoints: see PhotoVectors; `wholes` of registered photos."""

    geometry: Geometry
    local: npt.NDArray[np.int8]
    codes: Codes
    wholes: Codes
    noise: float


class Grower:
    """Fills a register that is indexed already with synthetic photographs, and measures it."""

    def __init__(
        self,
        settings: Settings,
        register: Register,
        intake: IntakePool,
        sight: Sight,
        queries: Sequence[Query],
        names: Mapping[int, str],
        keypoints: int = KEYPOINTS,
    ) -> None:
        self.settings = settings
        self.register = register
        self.intake = intake
        self.sight = sight
        self.queries = queries
        self.names = names
        self.vectors = store_folder(settings.index_dir, sight)
        self._rng = np.random.default_rng(0)
        self._pool = self._make_pool(keypoints)
        self._pattern = intake.submit(queries[0].path.read_bytes(), queries[0].path.name).result()

    def grow(self, photos: int) -> GrowthFigures:
        """Add synthetic photographs until there are so many, publish, open, and search all queries."""
        there = len(self.register.searchable_photographs())
        for first in range(there, photos, LARGE):
            self._add(first, min(photos, first + LARGE))
        began = time.perf_counter()
        index_register(self.register, self.settings.index_dir, self.sight)
        published = time.perf_counter()
        engine = open_engine(self.settings, self.register, self.sight)
        opened = time.perf_counter()
        desk = open_desk(self.register, self.intake, engine)
        ms, first_right = self._search(desk)
        asked = [engine.search([self._stored(query)]).steps_ms for query in self.queries]
        return GrowthFigures(
            photos=photos,
            real=len(self.names),
            publish_seconds=published - began,
            open_seconds=opened - published,
            memory_kb=measure_loading(self.settings.data_dir) * 1024 / photos,
            disk_kb=folder_bytes(self.settings.index_dir) / 1024 / photos,
            ms=ms,
            steps_ms={step: statistics.median(each[step] for each in asked) for step in asked[0]},
            found_first=first_right,
            noise=self._pool.noise,
        )

    def _search(self, desk: SearchDesk) -> tuple[list[float], float]:
        """Milliseconds of each search, and the share of known photos whose first candidate is right."""
        desk.search(
            [self._uploaded(self.queries[0])], CANDIDATES_LOOKED_AT
        )  # what is loaded once is no part of it
        ms, right = [], []
        for query in self.queries:
            photo = self._uploaded(query)
            began = time.perf_counter()
            record = desk.search([photo], CANDIDATES_LOOKED_AT)
            ms.append((time.perf_counter() - began) * 1000)
            if query.shows:
                first = record.candidates[0].photograph_id if record.candidates else 0
                right.append(self.names.get(first) in query.shows)
        return ms, statistics.mean(right) if right else 0.0

    def _uploaded(self, query: Query) -> UploadedPhoto:
        return UploadedPhoto(query.path.read_bytes(), query.path.name)

    def _stored(self, query: Query) -> bytes:
        return self.intake.submit(query.path.read_bytes(), query.path.name).result().jpeg

    def _add(self, first: int, end: int) -> None:
        """Register photographs by numbers, and write their vectors as if they had been embedded."""
        keys = [hashlib.sha256(f"synthetic {number}".encode()).hexdigest() for number in range(first, end)]
        write_shard(self.vectors, [self._photo(key) for key in keys], {})
        with self.register.writing() as writer:
            for key in keys:
                new = NewPhotograph(replace(self._pattern, sha256=key))
                writer.add(ObjectRecord(title="synthetic"), [StoredPhotograph(new, key, key)], key)

    def _photo(self, key: str) -> PhotoVectors:
        pool = self._pool
        rows = self._rng.integers(0, len(pool.local), REGISTERED_KEYPOINTS)
        whole = pool.wholes[self._rng.integers(0, len(pool.wholes))]
        return PhotoVectors(
            key, pool.geometry[rows], pool.local[rows], pool.codes[rows], whole, width=SIDE, height=SIDE
        )

    def _make_pool(self, count: int) -> Pool:
        store = VectorStore(self.vectors)
        store.refresh()
        shown = {name for query in self.queries for name in query.shows}
        keys = {
            self.names[ref.photograph_id]: ref.photo_key for ref in self.register.searchable_photographs()
        }
        noise = np.concatenate(list(self._noise(store, keys)))
        others = [key for name, key in keys.items() if name not in shown]
        local, geometry = store.gather(others, "local"), store.gather(others, "geometry")
        rows = self._rng.integers(0, len(local), count)
        noisy = disturbed(local[rows], noise[self._rng.integers(0, len(noise), count)])
        parts = [
            self.sight.local_index.encode(as_floats(noisy[start : start + ENCODED]))
            for start in range(0, count, ENCODED)
        ]
        return Pool(
            geometry=geometry[rows],
            local=noisy,
            codes=np.concatenate(parts),
            wholes=store.gather(others, "whole"),
            noise=float(np.median(np.linalg.norm(noise, axis=1))),
        )

    def _noise(self, store: VectorStore, keys: Mapping[str, str]) -> Iterator[Vectors]:
        """How descriptors of one point differ between a query and what it shows: float32 (n, 64) for each pair."""
        for query in [query for query in self.queries if query.shows][:PAIRS]:
            photo = decode(self._stored(query))
            seen = self.sight.extractor.look(photo, WHOLE).keypoints
            for name in sorted(query.shows):
                registered = store.keypoints(keys[name])
                pairs = self.sight.verifier.verify(seen, registered).pairs
                yield as_floats(seen.descriptors[pairs[:, 0]]) - as_floats(
                    registered.descriptors[pairs[:, 1]]
                )


def disturbed(local: npt.NDArray[np.int8], noise: Vectors) -> npt.NDArray[np.int8]:
    """Descriptors int8 (n, 64) with noise float32 (n, 64), of unit length again."""
    moved = as_floats(local) + noise
    moved /= np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), 1e-9)
    return np.asarray(np.clip(np.rint(moved * QUANTUM), -127, 127), np.int8)
