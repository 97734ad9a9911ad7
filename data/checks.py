"""Photographs that wait to be compared with the register, so that an object reported twice is noticed.

    added, or its object reinstated: due -> compared with an index that holds all that was registered until then: done

What is due stands with the photograph itself, written in the transaction that adds it, and is taken away in the one
that keeps what was found: whatever is killed meanwhile, each photograph is compared, and what it was found to show is
kept once. A photograph that was removed, or whose object is not searched for any more, need not be compared; an object
that is reinstated is due anew.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, func, select, update

from data.database import Database
from data.noticing import Likely, notice
from data.object_id import SEARCHABLE
from data.register import Register
from data.survey import ANSWERS, PRESENT
from data.tables import ObjectRow, PhotographRow

AT_ONCE: Final = 100
"""Photographs that are read at once."""


@dataclass(frozen=True, slots=True)
class Due:
    """A photograph that waits.

    revision  of the register that it must be compared with at least: the one that it made itself
    """

    photograph_id: int
    object_id: int
    photo_key: str
    revision: int


class Checks:
    """What waits to be compared, and what came of it. Safe to share between threads and processes."""

    def __init__(self, register: Register) -> None:
        self._register = register
        self._database: Database = register.database

    def waiting(self, object_id: int | None = None) -> int:
        """How many photographs wait: of the register, or of one object."""
        conditions: list[ColumnElement[bool]] = [PhotographRow.check_due.is_not(None), PRESENT, ANSWERS]
        if object_id is not None:
            conditions.append(ObjectRow.id == object_id)
        query = select(func.count(PhotographRow.id)).join(ObjectRow, ObjectRow.id == PhotographRow.object_id)
        with self._database.session() as session:
            return session.scalar(query.where(*conditions)) or 0

    def due(self, after: int = 0, limit: int = AT_ONCE) -> list[Due]:
        """The first photographs that wait, behind the one of the number `after`. What need not be compared any more is
        taken off on the way.
        """
        while True:
            rows = self._first(after, limit)
            void = [one for one, needed in rows if not needed]
            if not void:
                return [one for one, _ in rows]
            self._take_off(void)

    def one(self, photograph_id: int) -> Due | None:
        """This photograph, if it waits."""
        return next(
            (one for one in self.due(photograph_id - 1, 1) if one.photograph_id == photograph_id), None
        )

    def own(self, object_id: int) -> frozenset[int]:
        """All photographs of the object, by their ids: what is not to be found again."""
        query = select(PhotographRow.id).where(PhotographRow.object_id == object_id)
        with self._database.session() as session:
            return frozenset(session.scalars(query))

    def settle(self, due: Due, found: Sequence[Likely], *, complete: bool) -> int:
        """Keep what a photograph was found to show; it no longer waits if it was compared with all that it must be.

        Returns how many pairs of objects are new. Somebody else may have settled it meanwhile: then nothing is kept.
        """
        with self._register.writing() as writer:
            row = writer.session.get(PhotographRow, due.photograph_id)
            if row is None or row.check_due is None:
                return 0
            if complete and row.check_due == due.revision:
                row.check_due = None
            told = notice(writer.session, writer.now, found)
            for event in told:
                writer.tell(event)
        return len(told)

    def ask_all(self) -> int:
        """Let every photograph that can be searched wait; returns how many wait now."""
        with self._register.writing() as writer:
            sought = select(ObjectRow.id).where(ANSWERS)
            writer.session.execute(
                update(PhotographRow)
                .where(PhotographRow.check_due.is_(None), PRESENT, PhotographRow.object_id.in_(sought))
                .values(check_due=writer.revision)
                .execution_options(synchronize_session=False)
            )
        return self.waiting()

    def _first(self, after: int, limit: int) -> list[tuple[Due, bool]]:
        """The first that wait, and whether each need be compared at all."""
        query = (
            select(
                PhotographRow.id,
                PhotographRow.object_id,
                PhotographRow.photo_key,
                PhotographRow.check_due,
                PhotographRow.removed_at,
                ObjectRow.status,
            )
            .join(ObjectRow, ObjectRow.id == PhotographRow.object_id)
            .where(PhotographRow.check_due.is_not(None), PhotographRow.id > after)
            .order_by(PhotographRow.id)
            .limit(limit)
        )
        with self._database.session() as session:
            return [
                (Due(one, owner, key, revision or 0), removed is None and status in SEARCHABLE)
                for one, owner, key, revision, removed, status in session.execute(query)
            ]

    def _take_off(self, void: Sequence[Due]) -> None:
        """Let these wait no longer, unless they came back since: the writer's lock keeps that from happening now."""
        with self._register.writing() as writer:
            for one in void:
                row = writer.session.get(PhotographRow, one.photograph_id)
                if row is not None and row.check_due == one.revision:
                    row.check_due = None
