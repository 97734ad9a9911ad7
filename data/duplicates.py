"""Likely duplicates: two objects of the register that may be the same, what speaks for it, and what people decided.

    open  -> linked | merged | dismissed      by people, here or by a link or a merge of the two objects
    merged -> open                            the merge was taken back
    linked -> dismissed                       the link was: they are not the same after all

An open one is shown while both objects are searched for and both photographs of one of its findings are there: nothing
need be done here when an object is withdrawn, an import undone or a photograph removed, and when one comes back.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, aliased

from data.actor import Actor, ActorKind, Why
from data.database import Database
from data.duplicate_tables import DuplicateRow, DuplicateState, FindingRow
from data.noticing import find_pair, new_pair
from data.registered import RegisteredObject
from data.rows import object_of
from data.survey import ANSWERS
from data.tables import ObjectRow, PhotographRow
from data.writer import LARGEST_ID, WHOLE_OBJECT, Writer

LARGEST_PAGE: Final = 500


class DuplicateNotFound(LookupError):
    """There is no likely duplicate of this number."""

    def __init__(self, duplicate_id: int) -> None:
        self.duplicate_id = duplicate_id
        super().__init__(f"There is no likely duplicate {duplicate_id}. Check the number.")


class DuplicateDecided(RuntimeError):
    """Somebody has decided otherwise; the text says who, when, and how to change that."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Two photographs that show the same, one of each object; see Likely for the rest."""

    first_photograph: int
    second_photograph: int
    identical: bool
    probability: float | None
    level: str
    generation: int | None
    models: Mapping[str, str]
    found_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Decision:
    """What people said of a likely duplicate."""

    actor: Actor
    why: Why
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Two objects that are likely the same.

    first, second  as they are now, the one that was registered first before the other
    findings       those whose photographs are both there, the surest first; empty where people said it without any
    decision       None while it is open
    """

    id: int
    state: DuplicateState
    first: RegisteredObject
    second: RegisteredObject
    findings: tuple[Finding, ...]
    found_at: dt.datetime
    decision: Decision | None

    def other(self, object_id: int) -> RegisteredObject:
        """The other one of the two."""
        return self.second if object_id == self.first.id else self.first


class Duplicates:
    """Reads the likely duplicates of a register. Safe to share between threads. All may raise DatabaseUnavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def page(
        self,
        state: DuplicateState = DuplicateState.open,
        after: int = 0,
        limit: int = 50,
        *,
        object_id: int | None = None,
    ) -> list[Duplicate]:
        """Up to `limit` (1 to 500) of a state, in the order in which they were found, from the first one after `after`.

        `object_id`: only those of this object.
        """
        after, limit = min(max(after, 0), LARGEST_ID), min(max(limit, 1), LARGEST_PAGE)
        conditions = [*_shown(state), DuplicateRow.id > after]
        if object_id is not None:
            conditions.append(or_(DuplicateRow.first_id == object_id, DuplicateRow.second_id == object_id))
        query = select(DuplicateRow).where(*conditions).order_by(DuplicateRow.id).limit(limit)
        with self._database.session() as session:
            return _read(session, session.scalars(query).all())

    def get(self, duplicate_id: int) -> Duplicate:
        """The one of this number, whatever its state. Raises DuplicateNotFound."""
        with self._database.session() as session:
            row = session.get(DuplicateRow, duplicate_id) if 0 < duplicate_id <= LARGEST_ID else None
            if row is None:
                raise DuplicateNotFound(duplicate_id)
            return _read(session, [row])[0]

    def count(self) -> int:
        """How many are open and shown."""
        with self._database.session() as session:
            return (
                session.scalar(select(func.count(DuplicateRow.id)).where(*_shown(DuplicateState.open))) or 0
            )


def _shown(state: DuplicateState) -> list[ColumnElement[bool]]:
    """What a likely duplicate of this state must fulfil to be listed."""
    conditions: list[ColumnElement[bool]] = [DuplicateRow.state == state.value]
    if state is DuplicateState.open:
        sought = select(ObjectRow.id).where(ANSWERS)
        first, second = aliased(PhotographRow), aliased(PhotographRow)
        standing = (
            select(FindingRow.duplicate_id)
            .join(first, first.id == FindingRow.first_photograph_id)
            .join(second, second.id == FindingRow.second_photograph_id)
            .where(FindingRow.duplicate_id == DuplicateRow.id)
            .where(first.removed_at.is_(None), second.removed_at.is_(None))
        )
        conditions += [
            sought.where(ObjectRow.id == DuplicateRow.first_id).exists(),
            sought.where(ObjectRow.id == DuplicateRow.second_id).exists(),
            standing.exists(),
        ]
    return conditions


def _read(session: Session, rows: Sequence[DuplicateRow]) -> list[Duplicate]:
    ids = {each for row in rows for each in (row.first_id, row.second_id)}
    query = select(ObjectRow).where(ObjectRow.id.in_(ids)).options(*WHOLE_OBJECT)
    objects = {row.id: object_of(row) for row in session.scalars(query)}
    findings: dict[int, list[FindingRow]] = {}
    for one in session.scalars(
        select(FindingRow).where(FindingRow.duplicate_id.in_({row.id for row in rows}))
    ):
        findings.setdefault(one.duplicate_id, []).append(one)
    return [_duplicate(row, objects, findings.get(row.id, ())) for row in rows]


def _duplicate(
    row: DuplicateRow, objects: Mapping[int, RegisteredObject], findings: Sequence[FindingRow]
) -> Duplicate:
    first, second = objects[row.first_id], objects[row.second_id]
    there = {photograph.id for one in (first, second) for photograph in one.photographs}
    standing = [one for one in findings if {one.first_photograph_id, one.second_photograph_id} <= there]
    return Duplicate(
        id=row.id,
        state=DuplicateState(row.state),
        first=first,
        second=second,
        findings=tuple(map(_finding, sorted(standing, key=_surest_first))),
        found_at=row.found_at,
        decision=_decision(row),
    )


def _surest_first(one: FindingRow) -> tuple[Any, ...]:
    return -one.identical, -(one.probability or 0.0), one.first_photograph_id, one.second_photograph_id


def _finding(row: FindingRow) -> Finding:
    return Finding(
        first_photograph=row.first_photograph_id,
        second_photograph=row.second_photograph_id,
        identical=row.identical,
        probability=row.probability,
        level=row.level,
        generation=row.generation,
        models=row.models,
        found_at=row.found_at,
    )


def _decision(row: DuplicateRow) -> Decision | None:
    if row.decided_at is None:
        return None
    actor = Actor(ActorKind(row.actor_kind), row.actor_name, row.address)
    return Decision(actor, Why.model_construct(reason=row.reason, source=row.source), row.decided_at)


def settle(writer: Writer, one: int, other: int, state: DuplicateState) -> None:
    """Say of two objects, if they are likely duplicates, what became of that by the writer's change.

    That they are not the same is kept also where nobody has found them alike: nobody is to ask again.
    """
    row = find_pair(writer.session, one, other)
    if row is None:
        if state is not DuplicateState.dismissed:
            return
        row = new_pair(writer.session, writer.now, one, other)
    row.state = state.value
    is_open = state is DuplicateState.open
    row.decided_at = None if is_open else writer.now
    row.actor_kind = "" if is_open else writer.actor.kind.value
    row.actor_name = "" if is_open else writer.actor.name
    row.address = "" if is_open else writer.actor.address
    row.reason, row.source = ("", "") if is_open else (writer.why.reason, writer.why.source)
