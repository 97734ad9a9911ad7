"""Opens a generation by the models it was made with: what sees a query is what made the vectors it is held against."""

import time
from pathlib import Path

from indexer.generation import Generation, named_descriptor, open_generation, read_manifest, store_folder
from indexer.sight import Sight, Sights
from indexer.vectors.index import IndexUnusable
from indexer.vectors.store import VectorStore
from models.card import ModelUnusable

AGAIN_SECONDS = 30.0
"""After so long a model that could not be opened is tried again: some look for their weights over the network."""


class Opener:
    """Opens generations, and keeps the sight it opened last: reading weights takes time and memory. For one thread."""

    def __init__(self, index_dir: Path, sights: Sights) -> None:
        self._index_dir = index_dir
        self._sights = sights
        self._sight: Sight | None = None
        self._tried = ""
        self._refused, self._again_at = "", 0.0
        self._refusal: IndexUnusable | None = None

    def open(self, number: int, digest: str) -> tuple[Sight, VectorStore, Generation]:
        """A generation with its sight and a store of its own. Raises IndexUnusable, and as `open_generation`."""
        manifest = read_manifest(self._index_dir, number, digest)
        sight = self._sight_of(named_descriptor(manifest), str(manifest.get("vectors")), digest)
        store = self.store(sight)
        return sight, store, open_generation(self._index_dir, number, digest, store, sight)

    def store(self, sight: Sight) -> VectorStore:
        """The vectors of a sight as they are now, held open. Raises IndexUnusable."""
        store = VectorStore(store_folder(self._index_dir, sight), holds=True)
        store.refresh()
        return store

    def _sight_of(self, specification: str, vectors: str, digest: str) -> Sight:
        """The sight that a generation names; whether it is the one that made it is for `open_generation` to say.

        A file may hold another model by now, so one that does not fit is opened again, once for each generation:
        a service that is refused looks again every second.
        """
        kept = self._sight
        if (
            kept
            and kept.specification == specification
            and (kept.vectors_id == vectors or self._tried == digest)
        ):
            return kept
        if self._refusal and self._refused == digest and time.monotonic() < self._again_at:
            raise self._refusal
        try:
            self._sight = self._sights(specification)
        except ModelUnusable as problem:
            self._refused, self._again_at = digest, time.monotonic() + AGAIN_SECONDS
            self._refusal = IndexUnusable(
                f"The index was made by the model {specification}, which can't be opened: {problem.reason}",
                f"{problem.advice} Or go back to the model before: `artrieve model undo`.",
            )
            raise self._refusal from problem
        self._tried, self._refusal = digest, None
        return self._sight
