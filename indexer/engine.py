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
from indexer.generation import Generation, pointer
from indexer.indexing import missing_keys
from indexer.narrowing import narrow
from indexer.opening import Opener
from indexer.pictures import usable_pictures
from indexer.runners.runner import embed_photos
from indexer.search_card import search_card
from indexer.sight import Sight, Sights
from indexer.steps import Steps
from indexer.vectors.index import Ids, IndexUnusable
from indexer.vectors.segment import Segment
from indexer.vectors.store import VectorStore
from indexer.words import WordSearch

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
    descriptor: str
    """Specification of the descriptor that sees; "" without a generation."""


@dataclass(frozen=True, slots=True)
class View:
    """What a search sees from beginning to end, whatever changes meanwhile.

    sight  that made everything in the generation and the live segment; whatever is searched for is seen by it too
    store  of this sight: what is live was embedded into it
    """

    sight: Sight
    store: VectorStore
    generation: Generation
    live: Segment
    hidden: frozenset[int]
    pending: int
    unfinished: bool
    """Whether another refresh would make more of the pending photographs searchable."""
    failed: int
    snapshot: RegisterSnapshot
    unfound: frozenset[int]
    """Ids of objects that have photographs, none of which is searched."""


class Engine:
    """Searches a register. One a process; thread-safe.

    A search takes no lock: it reads the view that was in place when it began. `refresh` replaces the view, one
    caller at a time, and is cheap while neither register nor pointer have moved. Which models see is the served
    generation's to say: they come and go with it (docs/decisions/0012).
    """

    def __init__(self, index_dir: Path, register: Register, sights: Sights) -> None:
        self._index_dir = index_dir
        self._register = register
        self._opener = Opener(index_dir, sights)
        self._lock = threading.Lock()
        self._view: View | None = None
        self._problem: IndexUnusable | None = None

    @classmethod
    def open(cls, index_dir: Path, register: Register, sights: Sights) -> "Engine":
        """Open the published generation and catch up with the register.

        Raises IndexUnusable on a torn or mismatched generation, and on one whose models can't be opened here.
        Without any generation it opens, and can't search.
        """
        engine = cls(index_dir, register, sights)
        engine.refresh()
        return engine

    def status(self) -> IndexStatus:
        """What is being searched. Raises IndexUnusable if the last refresh found the index unusable."""
        if self._problem is not None:
            raise self._problem
        view = self._view
        if view is None:
            return IndexStatus(None, None, 0, 0, 0, 0, 0, 0, "")
        return IndexStatus(
            generation=view.generation.number,
            published_at=view.generation.published_at,
            photographs=len(view.generation.segment),
            live=len(view.live),
            tombstones=len(view.hidden),
            pending=view.pending,
            failed=view.failed,
            revision=view.snapshot.revision,
            descriptor=view.sight.specification,
        )

    def search(
        self,
        photos: Sequence[bytes],
        limit: int = 100,
        level: AlertLevel = AlertLevel.dealer,
        *,
        without: frozenset[int] = frozenset(),
        objects: Ids | None = None,
    ) -> Answer:
        """Search for photos of one object, JPEGs of the photo store's kind; verdicts are those of the alert level.

        without  photographs that are not looked at, as if the object that they show were not registered
        objects  int64 (n,), ids, each once: search as if the register had no others

        Raises IndexUnusable where there is nothing to search in, NotReadable, and ValueError without a photo or
        with a limit below 1.
        """
        if not photos:
            raise ValueError("A search needs at least one photo.")
        if limit < 1:
            raise ValueError("A search answers with at least one candidate.")
        view = self._searchable()
        steps = Steps()
        segments: tuple[Segment, ...] = (view.generation.segment, view.live)
        hidden, narrowed = view.hidden, None
        if objects is not None:
            within = narrow(segments, objects, hidden)
            segments, hidden, narrowed = within.segments, frozenset(), within.told
        found = search.search_photos(
            photos, segments, view.sight, self._register.photos.get, limit, steps, hidden, level, without
        )
        return Answer(
            verdict=found.verdict,
            level=level,
            candidates=found.candidates,
            generation=view.generation.number,
            live=len(view.live),
            covered=view.snapshot,
            advice=found.advice,
            models={**view.sight.ids, "search": search_card().id},
            steps_ms=steps.ms,
            calibration=view.sight.calibration,
            pending=view.pending,
            narrowed=narrowed,
        )

    def covers(self, revision: int) -> bool:
        """Whether all that was registered at a revision of the register is searched, as far as it can be."""
        view = self._view
        return view is not None and view.pending == 0 and view.snapshot.revision >= revision

    def by_words(self) -> WordSearch:
        """The photographs as a search by words sees them. Raises IndexUnusable where there is nothing to search in."""
        view = self._searchable()
        segments = (view.generation.segment, view.live)
        return WordSearch(view.sight.descriptor, segments, view.hidden, view.generation.number, view.snapshot)

    def unfound(self) -> frozenset[int]:
        """Ids of objects that have photographs, none of which is searched; none are known without a generation."""
        view = self._view
        return frozenset() if view is None else view.unfound

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
            return self._looked_again(*found, shards_moved=True)

    def _looked_again(self, number: int, digest: str, *, shards_moved: bool = False) -> View:
        view = self._view
        if view is None or (view.generation.number, view.generation.manifest_sha256) != (number, digest):
            # a new store for a new generation: searches that run on the old one keep what it reads
            sight, store, generation = self._opener.open(number, digest)
        else:
            sight, generation = view.sight, view.generation
            store = self._opener.store(sight) if shards_moved else view.store
            if view.snapshot.revision == self._register.revision() and not view.unfinished:
                return view
        snapshot, refs = self._register.survey()
        return self._view_of(sight, store, generation, snapshot, refs)

    def _view_of(
        self,
        sight: Sight,
        store: VectorStore,
        generation: Generation,
        snapshot: RegisterSnapshot,
        refs: Sequence[PhotographRef],
    ) -> View:
        visible, published = {ref.photograph_id for ref in refs}, generation.segment.ids()
        fresh = [ref for ref in refs if ref.photograph_id not in generation.segment]
        waiting = [ref for ref in fresh if ref.photograph_id not in generation.failed]
        self._embed(waiting[:LIVE_LIMIT], store, sight)
        ready = [ref for ref in waiting[:LIVE_LIMIT] if ref.photo_key in store]
        failed = [ref for ref in waiting if store.failure(ref.photo_key) is not None]
        hidden = frozenset(published - visible)
        live = self._live(ready, store, sight)
        snapshot, unfound = usable_pictures(snapshot, refs, published | live.ids())
        # last: an error before it leaves the view and the segment's tombstones as they belong together
        self._hide(generation.segment, hidden)
        return View(
            sight=sight,
            store=store,
            generation=generation,
            live=live,
            hidden=hidden,
            pending=len(waiting) - len(ready) - len(failed),
            unfinished=bool(missing_keys(waiting[:LIVE_LIMIT], store)),
            failed=len(failed) + sum(one in visible for one in generation.failed),
            snapshot=snapshot,
            unfound=unfound,
        )

    def _embed(self, refs: Sequence[PhotographRef], store: VectorStore, sight: Sight) -> None:
        keys = missing_keys(refs, store)[:LIVE_STEP]
        if keys:
            store.add(*embed_photos(keys, self._register.photos, sight))

    def _live(self, refs: Sequence[PhotographRef], store: VectorStore, sight: Sight) -> Segment:
        view = self._view
        same = view is not None and view.sight.vectors_id == sight.vectors_id
        if view is not None and same and view.live.ids() == {ref.photograph_id for ref in refs}:
            return view.live
        return Segment.build(refs, store, sight)

    def _hide(self, segment: Segment, hidden: frozenset[int]) -> None:
        view = self._view
        before = view.hidden if view is not None and view.generation.segment is segment else frozenset()
        if before - hidden:
            segment.show(before - hidden)
        if hidden - before:
            segment.hide(hidden - before)
