"""The engine: one generation, the live segment beside it, and searches over both while either is replaced."""

import datetime as dt
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from data.register import Register
from data.registered import PhotographRef, RegisterSnapshot
from indexer import search
from indexer.answer import Answer
from indexer.decide import AlertLevel
from indexer.generation import Generation, open_generation, pointer, store_folder
from indexer.indexing import missing_keys
from indexer.runners.runner import embed_photos
from indexer.search_card import search_card
from indexer.sight import Sight
from indexer.steps import Steps
from indexer.vectors.index import IndexUnusable
from indexer.vectors.segment import Segment
from indexer.vectors.store import VectorStore
from indexer.words import WordSearch
from models.calibrate import Calibration

LIVE_LIMIT = 2000
"""Photographs that the live segment takes; what comes beyond waits for `artrieve index`."""
LIVE_STEP = 64
"""Photographs embedded in one refresh: a large import must not keep a small registration waiting for long."""


@dataclass(frozen=True, slots=True)
class IndexStatus:
    """What is being searched."""

    generation: int | None
    published_at: dt.datetime | None
    photographs: int
    """In the generation, tombstones included."""
    live: int
    tombstones: int
    pending: int
    """Photographs that should be searchable and are not yet."""
    failed: int
    """Photographs that can't be searched: they could not be embedded."""
    revision: int
    """Of the register, when the index last caught up with it."""


@dataclass(frozen=True, slots=True)
class View:
    """What a search sees from beginning to end, whatever changes meanwhile."""

    generation: Generation
    live: Segment
    hidden: frozenset[int]
    pending: int
    unfinished: bool
    """Whether another refresh would make more of the pending photographs searchable."""
    failed: int
    snapshot: RegisterSnapshot


class Engine:
    """Searches a register. One a process; thread-safe.

    A search takes no lock: it reads the view that was in place when it began. `refresh` replaces the view, one
    caller at a time, and is cheap while neither register nor pointer have moved.
    """

    def __init__(self, index_dir: Path, register: Register, sight: Sight) -> None:
        self._index_dir = index_dir
        self._register = register
        self._sight = sight
        self._store = VectorStore(store_folder(index_dir, sight), holds=True)
        self._lock = threading.Lock()
        self._view: View | None = None
        self._problem: IndexUnusable | None = None

    @classmethod
    def open(cls, index_dir: Path, register: Register, sight: Sight) -> "Engine":
        """Open the published generation and catch up with the register.

        Raises IndexUnusable on a torn or mismatched generation. Without any generation it opens, and can't search.
        """
        engine = cls(index_dir, register, sight)
        engine.refresh()
        return engine

    @property
    def calibration(self) -> Calibration:
        """What its probabilities and alert levels come from."""
        return self._sight.calibration

    def status(self) -> IndexStatus:
        """What is being searched. Raises IndexUnusable if the last refresh found the index unusable."""
        if self._problem is not None:
            raise self._problem
        view = self._view
        if view is None:
            return IndexStatus(None, None, 0, 0, 0, 0, 0, 0)
        return IndexStatus(
            generation=view.generation.number,
            published_at=view.generation.published_at,
            photographs=len(view.generation.segment),
            live=len(view.live),
            tombstones=len(view.hidden),
            pending=view.pending,
            failed=view.failed,
            revision=view.snapshot.revision,
        )

    def search(
        self, photos: Sequence[bytes], limit: int = 100, level: AlertLevel = AlertLevel.dealer
    ) -> Answer:
        """Search for photos of one object, JPEGs of the photo store's kind; verdicts are those of the alert level.

        Raises IndexUnusable where there is nothing to search in, NotReadable, and ValueError without a photo or
        with a limit below 1.
        """
        if not photos:
            raise ValueError("A search needs at least one photo.")
        if limit < 1:
            raise ValueError("A search answers with at least one candidate.")
        view = self._searchable()
        steps = Steps()
        segments = (view.generation.segment, view.live)
        found = search.search_photos(
            photos, segments, self._sight, self._register.photos.get, limit, steps, view.hidden, level
        )
        return Answer(
            verdict=found.verdict,
            level=level,
            candidates=found.candidates,
            generation=view.generation.number,
            live=len(view.live),
            covered=view.snapshot,
            advice=found.advice,
            models={**self._sight.ids, "search": search_card().id},
            steps_ms=steps.ms,
        )

    def by_words(self) -> WordSearch:
        """The photographs as a search by words sees them. Raises IndexUnusable where there is nothing to search in."""
        view = self._searchable()
        segments = (view.generation.segment, view.live)
        return WordSearch(
            self._sight.descriptor, segments, view.hidden, view.generation.number, view.snapshot
        )

    def _searchable(self) -> View:
        view = self._view
        if self._problem is not None:
            raise self._problem
        if view is None:
            raise IndexUnusable("No index has been published yet.", "Run `artrieve index`.")
        return view

    def refresh(self) -> IndexStatus:
        """Catch up with the pointer and the register. Raises IndexUnusable, and then refuses searches."""
        with self._lock:
            try:
                self._view = self._caught_up()
            except IndexUnusable as problem:
                self._problem = problem
                raise
            self._problem = None
        return self.status()

    def _caught_up(self) -> View | None:
        found = pointer(self._index_dir)
        if found is None:
            return None
        try:
            return self._looked_again(*found)
        except FileNotFoundError:  # shards that were opened have been joined or removed since
            self._store = self._new_store()
            return self._looked_again(*found)

    def _looked_again(self, number: int, digest: str) -> View:
        view, generation = self._view, self._generation(number, digest)
        revision = self._register.revision()
        if (
            view
            and view.generation is generation
            and view.snapshot.revision == revision
            and not view.unfinished
        ):
            return view
        # the snapshot first: what is registered after it belongs to the next refresh
        snapshot, refs = self._register.snapshot(), self._register.searchable_photographs()
        return self._view_of(generation, snapshot, refs)

    def _generation(self, number: int, digest: str) -> Generation:
        view = self._view
        if view is not None and (view.generation.number, view.generation.manifest_sha256) == (number, digest):
            return view.generation
        # a new store for a new generation: searches that run on the old one keep what it reads
        self._store = self._new_store()
        return open_generation(self._index_dir, number, digest, self._store, self._sight)

    def _new_store(self) -> VectorStore:
        store = VectorStore(store_folder(self._index_dir, self._sight), holds=True)
        store.refresh()
        return store

    def _view_of(
        self, generation: Generation, snapshot: RegisterSnapshot, refs: Sequence[PhotographRef]
    ) -> View:
        visible = {ref.photograph_id for ref in refs}
        fresh = [ref for ref in refs if ref.photograph_id not in generation.segment]
        waiting = [ref for ref in fresh if ref.photograph_id not in generation.failed]
        self._embed(waiting[:LIVE_LIMIT])
        ready = [ref for ref in waiting[:LIVE_LIMIT] if ref.photo_key in self._store]
        failed = [ref for ref in waiting if self._store.failure(ref.photo_key) is not None]
        hidden = frozenset(generation.segment.ids() - visible)
        live = self._live(ready)
        # last: an error before it leaves the view and the segment's tombstones as they belong together
        self._hide(generation.segment, hidden)
        return View(
            generation=generation,
            live=live,
            hidden=hidden,
            pending=len(waiting) - len(ready) - len(failed),
            unfinished=bool(missing_keys(waiting[:LIVE_LIMIT], self._store)),
            failed=len(failed) + sum(one in visible for one in generation.failed),
            snapshot=snapshot,
        )

    def _embed(self, refs: Sequence[PhotographRef]) -> None:
        keys = missing_keys(refs, self._store)[:LIVE_STEP]
        if keys:
            self._store.add(*embed_photos(keys, self._register.photos, self._sight))

    def _live(self, refs: Sequence[PhotographRef]) -> Segment:
        view = self._view
        if view is not None and view.live.ids() == {ref.photograph_id for ref in refs}:
            return view.live
        return Segment.build(refs, self._store, self._sight)

    def _hide(self, segment: Segment, hidden: frozenset[int]) -> None:
        view = self._view
        before = view.hidden if view is not None and view.generation.segment is segment else frozenset()
        if before - hidden:
            segment.show(before - hidden)
        if hidden - before:
            segment.hide(hidden - before)
