"""Our own answers: a register that shows exactly what a set needs, searched by the code of the service."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from data.intake import PhotoRejected
from data.object_id import Status
from indexer.decide import AlertLevel
from indexer.indexing import index_register
from indexer.sight import Sight
from scripts.bench_sight.alone import LIKENESS, VOTES, as_result, by_likeness, by_votes
from scripts.bench_sight.material import QuerySet
from scripts.bench_sight.watched import WatchedEngine
from service.evaluation import Refused, Result, name_of, register_photos, search_all
from service.photo_files import read_photo_file
from service.searching import SearchDesk, UploadedPhoto
from service.settings import load_settings
from service.workshop import open_desk, open_intake, opened_register

Say = Callable[[str], None]
TOLD_EVERY = 100
LEVEL = AlertLevel.dealer
"""Of the verdicts. What the other levels would say is told by the probabilities."""


@dataclass(frozen=True, slots=True)
class Answers:
    """Our answers to a set.

    results   one for each query
    steps     milliseconds by step of each search, of all threads together
    mirrored  queries whose first candidate was found as a mirror image
    refused   photos that intake did not accept, registered ones and queries
    photos    how many were registered
    alone     by way of retrieving: what it alone puts first; of solid objects only
    """

    results: Sequence[Result]
    steps: Sequence[Mapping[str, float]]
    mirrored: frozenset[str]
    refused: Sequence[Refused]
    photos: int
    alone: Mapping[str, Sequence[Result]]


class Bench:
    """A register that is searched for one set after another, a context manager.

    home  the folder of register and index; may begin as a copy of what `artrieve evaluate --keep` left, which it must
          not be itself: what one set registers is withdrawn for the next
    base  the folder that sources are named relative to, there as here that of the truth table
    """

    def __init__(self, home: Path, base: Path, sight: Sight, say: Say) -> None:
        self._base, self._sight, self._say = base, sight, say
        self._settings = load_settings(data_dir=home, database_url="", photos_url="")
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        self.register = self._stack.enter_context(opened_register(self._settings))
        self.intake = self._stack.enter_context(open_intake(self._settings))
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def show(self, tested: QuerySet) -> tuple[dict[int, str], list[Refused]]:
        """Make the register hold what this set registers and nothing else, and index it.

        Photograph ids with the set's names for them, and what was refused. What an earlier set registered is
        withdrawn or taken back, as an owner would.
        """
        named = {name_of(path, self._base): name for name, path in tested.registered.items()}
        photos = {source: tested.registered[name] for source, name in named.items()}
        self._say(f"{tested.name}: registering {len(photos)} photos ...")
        sources, refused = register_photos(self.register, self.intake, photos, self._tell)
        answering = {ref.photograph_id: ref.object_id for ref in self.register.searchable_photographs()}
        for photograph in answering.keys() - sources.keys():
            self.register.amend(answering[photograph], {"status": Status.withdrawn})
        for photograph in sources.keys() - answering.keys():
            owner = self.register.find_source(sources[photograph])
            if owner is not None:
                self.register.amend(owner.id, {"status": Status.stolen})
        self._say(f"{tested.name}: indexing ...")
        report = index_register(self.register, self._settings.index_dir, self._sight)
        names = {photograph: named[source] for photograph, source in sources.items()}
        refused += [Refused(names[failed.photograph_id], failed.reason) for failed in report.failed]
        return names, refused

    def search(self, tested: QuerySet, names: Mapping[int, str], refused: Sequence[Refused]) -> Answers:
        """Search every query of a set that is shown."""
        self._say(f"{tested.name}: searching {len(tested.truth)} queries ...")
        engine = WatchedEngine(self._settings.index_dir, self.register, self._sight)
        engine.refresh()
        desk = open_desk(self.register, self.intake, engine)
        queries = list(tested.truth)
        self._warm(desk, tested.base / queries[0])
        engine.seen.clear()
        results, unsearchable = search_all(
            desk, self.intake.limits, tested.base, queries, names, LEVEL, self._tell
        )
        refused_queries = {each.name for each in unsearchable}
        searched = [query for query in queries if query not in refused_queries]
        seen = dict(zip(searched, engine.seen, strict=True))
        return Answers(
            results=results,
            steps=[each.steps for each in seen.values()],
            mirrored=frozenset(query for query, each in seen.items() if each.mirrored),
            refused=[*refused, *unsearchable],
            photos=len(names),
            alone=self._alone(tested, engine, names) if tested.solid else {},
        )

    def _alone(
        self, tested: QuerySet, engine: WatchedEngine, names: Mapping[int, str]
    ) -> dict[str, list[Result]]:
        """What each way of retrieving puts first, in the same segments as `engine` searches."""
        photos = self.taken_in(tested, list(tested.truth))
        ranked: dict[str, dict[str, Mapping[int, float]]] = {
            VOTES: {query: by_votes(jpeg, engine.segments, self._sight) for query, jpeg in photos.items()},
            LIKENESS: {
                query: by_likeness(jpeg, engine.segments, self._sight) for query, jpeg in photos.items()
            },
        }
        return {
            way: [as_result(query, found.get(query, {}), names) for query in tested.truth]
            for way, found in ranked.items()
        }

    def taken_in(self, tested: QuerySet, queries: Sequence[str]) -> dict[str, bytes]:
        """Queries as JPEGs, as intake gives them; those that it accepts."""
        taken = {}
        for query in queries:
            with suppress(PhotoRejected):
                taken[query] = self._take_in(tested.base / query)
        return taken

    def _take_in(self, path: Path) -> bytes:
        return self.intake.take_in(read_photo_file(path, self.intake.limits), path.name).jpeg

    def _warm(self, desk: SearchDesk, query: Path) -> None:
        """Search once before the clock runs: what is loaded once is no part of a search."""
        with suppress(PhotoRejected):
            desk.search([UploadedPhoto(read_photo_file(query, self.intake.limits), query.name)])

    def _tell(self, done: int, total: int) -> None:
        if done % TOLD_EVERY == 0 and done < total:
            self._say(f"  {done} of {total}")
