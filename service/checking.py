"""Compares registered photographs with the register: is another object registered already that shows the same?

A photograph is searched for like a stranger's photo, with the photographs of its own object left out, and what alerts
is kept as a likely duplicate (data.noticing). It counts as compared once the index holds all that was registered until
it was: of two photographs that come at the same time at least one meets the other.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import structlog

from data.checks import Checks, Due
from data.noticing import Likely
from data.photos import PhotoCorrupt, PhotoMissing
from data.register import Register
from indexer.answer import Answer
from indexer.decide import AlertLevel, Verdict
from indexer.engine import Engine
from models.pixels import NotReadable
from service.searching import CANDIDATES_LOOKED_AT

MOST_ALIKE = 10
"""Other objects that one photograph can be found to show, the surest: more alike are alike for another reason."""
ALERTS = frozenset({Verdict.match, Verdict.possible})

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Compared:
    """A photograph that was compared.

    found    how many pairs of objects were noticed that nobody had noticed before
    trouble  why it could not be compared; empty if it was
    """

    photograph_id: int
    found: int = 0
    trouble: str = ""


class Checking:
    """Works off what waits to be compared. ``engine`` gives the engine that serves. Safe for use by several threads."""

    def __init__(self, register: Register, engine: Callable[[], Engine], level: AlertLevel) -> None:
        self.checks = Checks(register)
        self._register = register
        self._engine = engine
        self._level = level
        self._lost: set[int] = set()
        self._lock = threading.Lock()

    def look(self, photograph_id: int) -> None:
        """Compare a photograph that was registered just now, the only one of its transaction, before the index has
        it; where the index is behind by more than this one, the photograph waits all the same.

        Raises IndexUnusable, DatabaseUnavailable, PhotoStoreError.
        """
        due = self.checks.one(photograph_id)
        if due is not None:
            self._compare(due, due.revision - 1)

    def step(self) -> Compared | None:
        """Compare one of those that wait; None if none waits that the index, as it is now, can be searched for.

        Raises IndexUnusable, DatabaseUnavailable, PhotoStoreUnavailable. A photograph whose file is lost is left out
        from then on, and still waits for whoever comes next: its file may be restored.
        """
        due = next(self._ready(), None)
        if due is None:
            return None
        try:
            return Compared(due.photograph_id, self._compare(due, due.revision))
        except (PhotoMissing, PhotoCorrupt) as lost:
            log.warning("a photograph could not be compared", photograph=due.photograph_id, reason=str(lost))
            with self._lock:
                self._lost.add(due.photograph_id)
            return Compared(due.photograph_id, trouble=str(lost))

    def _ready(self) -> Iterator[Due]:
        engine, after = self._engine(), 0
        while engine.covers(0) and (some := self.checks.due(after)):
            for one in some:
                if one.photograph_id not in self._lost and engine.covers(one.revision):
                    yield one
            after = some[-1].photograph_id

    def _compare(self, due: Due, revision: int) -> int:
        jpeg = self._register.photos.get(due.photo_key)
        own = self.checks.own(due.object_id)
        try:
            answer = self._engine().search([jpeg], CANDIDATES_LOOKED_AT, self._level, without=own)
        except NotReadable as unreadable:  # no search finds it either: `artrieve index` tells of it
            log.warning("a photograph cannot be read", photograph=due.photograph_id, reason=str(unreadable))
            return self.checks.settle(due, [], complete=True)
        complete = answer.pending == 0 and answer.covered.revision >= revision
        return self.checks.settle(due, list(_likely(due, answer)), complete=complete)


def _likely(due: Due, answer: Answer) -> Iterator[Likely]:
    objects: set[int] = set()
    for one in answer.candidates:
        if one.verdict not in ALERTS or (len(objects) == MOST_ALIKE and one.object_id not in objects):
            continue
        objects.add(one.object_id)
        yield Likely(
            photograph_id=due.photograph_id,
            other_id=one.photograph_id,
            probability=one.probability,
            level=answer.level.value,
            generation=answer.generation,
            models=dict(answer.models),
        )
