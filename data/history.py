"""The history of objects: every version of each, with who changed it, when, why, and where that is known from."""

import datetime as dt
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from data import audit_events as events
from data.actor import Actor, ActorKind, Why
from data.audit import append
from data.canonical import digest, moment
from data.object_id import SEARCHABLE, ObjectRecord, Status, ViewKind
from data.registered import Photograph, RegisteredObject, RegisterName, VersionNotFound
from data.rows import links_of, photograph_of, present, record_from, record_of, register_name
from data.tables import ObjectRow, PhotographRow, SourceRegisterRow
from data.trail_tables import HistoryRow

LARGEST_PAGE: Final = 500
_REGISTER: Final = "source_register"
_FORMER_REGISTER: Final = "former_register"
"""What an entry keeps beside the fields of its record, among them."""
_WRITTEN_AT_ONCE: Final = 1000
"""Entries that are kept in memory until they are written."""


class Change(StrEnum):
    """What made a version."""

    adopted = "adopted"  # the object was there when the history began
    reported = "reported"
    amended = "amended"
    recovered = "recovered"
    withdrawn = "withdrawn"
    reinstated = "reinstated"
    merged = "merged"  # into the other one
    absorbed = "absorbed"  # the other one was merged into this one
    separated = "separated"  # the other one is no longer merged into this one
    linked = "linked"
    unlinked = "unlinked"
    distinguished = "distinguished"  # it was said not to be the same as the other one
    moved = "moved"  # to another source register
    photograph_added = "photograph added"
    photograph_amended = "photograph amended"
    photograph_removed = "photograph removed"


_EVENTS: Final[Mapping[Change, type[events.ObjectEvent]]] = {
    Change.reported: events.ObjectReported,
    Change.amended: events.ObjectAmended,
    Change.recovered: events.ObjectRecovered,
    Change.withdrawn: events.ObjectWithdrawn,
    Change.reinstated: events.ObjectReinstated,
    Change.merged: events.ObjectMerged,
    Change.absorbed: events.ObjectAbsorbed,
    Change.separated: events.ObjectSeparated,
    Change.linked: events.ObjectLinked,
    Change.unlinked: events.ObjectUnlinked,
    Change.distinguished: events.ObjectDistinguished,
    Change.moved: events.ObjectMoved,
    Change.photograph_added: events.PhotographAdded,
    Change.photograph_amended: events.PhotographAmended,
    Change.photograph_removed: events.PhotographRemoved,
}


def change_between(before: Status, after: Status) -> Change:
    """What a change of the record amounts to, given the status before and after: imports set statuses too."""
    if before is after or (before in SEARCHABLE and after in SEARCHABLE):
        return Change.amended
    if after in SEARCHABLE:
        return Change.reinstated
    return Change.recovered if after is Status.recovered else Change.withdrawn


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """What made one version of an object.

    fields  names of the record's fields that were changed
    other   the other object of a merge or a link
    """

    version: int
    change: Change
    status: str
    fields: tuple[str, ...]
    other: int | None
    actor: Actor
    why: Why
    changed_at: dt.datetime


class Chronicle:
    """What one transaction does to objects: of each new version an entry of the history, and an event."""

    def __init__(self, session: Session, actor: Actor, why: Why, now: dt.datetime) -> None:
        self._session = session
        self._actor = actor
        self._why = why
        self._now = now
        self._entries: list[dict[str, Any]] = []
        self._events: list[events.Event] = []

    def note(
        self,
        row: ObjectRow,
        change: Change,
        *,
        former: str = "",
        fields: Sequence[str] = (),
        other: int | None = None,
        photographs: Sequence[int] = (),
    ) -> None:
        """Keep how the object is now, under its version. `photographs` are those that the change is about.

        `former` is what was there before: a status, or of an object that moved the source register.
        """
        register = register_name(row).key
        record = record_of(row).model_dump(mode="json") | {_REGISTER: register}
        if change is Change.moved:
            record[_FORMER_REGISTER] = former
        entry = {
            "object_id": row.id,
            "version": row.version,
            "change": change.value,
            "status": row.status,
            "fields": list(fields),
            "other_id": other,
            "record": record,
            "photographs": [{"id": one.id, "view": one.view} for one in present(row)],
            "merged_into": row.merged_into,
            "same_as": list(links_of(row)),
            "actor_kind": self._actor.kind.value,
            "actor_name": self._actor.name,
            "address": self._actor.address,
            "reason": self._why.reason,
            "source": self._why.source,
            "changed_at": self._now,
            "salt": secrets.token_hex(16),
        }
        facts = {
            "object": row.id,
            "version": row.version,
            "state": state_of(entry),
            "status": row.status,
            "former": former,
            "source": register,
            "fields": tuple(fields),
            "other": other,
            "photographs": tuple(photographs),
        }
        event = _EVENTS[change]
        self._entries.append(entry)
        self._events.append(event(**{name: facts[name] for name in event.model_fields}))
        if len(self._entries) >= _WRITTEN_AT_ONCE:
            self.write()

    def tell(self, event: events.Event) -> None:
        """Tell the audit trail of something else than a version of an object."""
        self._events.append(event)

    def write(self) -> None:
        """Write what was noted."""
        if not self._events:
            return
        self._session.flush()  # the objects first, for the history refers to them
        if self._entries:
            self._session.execute(insert(HistoryRow), self._entries)
        append(self._session, self._actor, self._events, self._now)
        self._entries, self._events = [], []


def state_of(entry: Mapping[str, Any]) -> str:
    """The hash over everything that a history entry holds, as its event keeps it."""
    return digest({**entry, "changed_at": moment(entry["changed_at"])})


def entry_values(row: HistoryRow) -> dict[str, Any]:
    """The columns of an entry by their names."""
    return {column.key: getattr(row, column.key) for column in HistoryRow.__table__.columns}


def entries_of(session: Session, object_id: int, after: int, limit: int) -> list[HistoryEntry]:
    """What made the versions of an object, from the first one after version `after`, at most `limit` (1 to 500)."""
    query = (
        select(HistoryRow)
        .where(HistoryRow.object_id == object_id, HistoryRow.version > after)
        .order_by(HistoryRow.version)
        .limit(min(max(limit, 1), LARGEST_PAGE))
    )
    return [_entry(row) for row in session.scalars(query)]


def former_status(session: Session, object_id: int, among: Sequence[str]) -> str | None:
    """The last status that an object had among these; None: it never had one, as far as is known."""
    query = (
        select(HistoryRow.status)
        .where(HistoryRow.object_id == object_id, HistoryRow.status.in_(among))
        .order_by(HistoryRow.version.desc())
        .limit(1)
    )
    return session.scalar(query)


def object_at(session: Session, row: ObjectRow, version: int) -> RegisteredObject:
    """The object as it was at a version. Raises VersionNotFound."""
    found = session.get(HistoryRow, (row.id, version)) if version <= row.version else None
    if found is None:
        raise VersionNotFound(row.id, version)
    return RegisteredObject(
        id=row.id,
        version=version,
        record=_record(found),
        photographs=_photographs(session, found.photographs),
        created_at=row.created_at,
        changed_at=found.changed_at,
        source_register=_register_at(session, row, found),
        merged_into=found.merged_into,
        same_as=tuple(found.same_as),
    )


def register_said(entry: HistoryRow) -> str | None:
    """The key of the source register of an entry's object; None in entries of earlier versions of Artrieve."""
    said = entry.record.get(_REGISTER)
    return said if isinstance(said, str) else None


def _register_at(session: Session, row: ObjectRow, found: HistoryRow) -> RegisterName:
    """The source register that the object belonged to then: where nobody wrote it down, the one it moved from."""
    key = register_said(found)
    if key is None:
        moved = (HistoryRow.object_id == row.id, HistoryRow.version > found.version)
        query = select(HistoryRow.record).where(*moved, HistoryRow.change == Change.moved.value)
        record = session.scalar(query.order_by(HistoryRow.version).limit(1))
        key = None if record is None else record.get(_FORMER_REGISTER)
    register = None
    if key is not None:
        register = session.scalar(select(SourceRegisterRow).where(SourceRegisterRow.key == key))
    return register_name(row) if register is None else RegisterName(register.key, register.name)


def _record(found: HistoryRow) -> ObjectRecord:
    return record_from(found.record)


def _photographs(session: Session, shown: Sequence[Mapping[str, Any]]) -> tuple[Photograph, ...]:
    """The photographs of a version; the rows of those that were removed since are still there."""
    ids = [one["id"] for one in shown]
    rows = {one.id: one for one in session.scalars(select(PhotographRow).where(PhotographRow.id.in_(ids)))}
    return tuple(photograph_of(rows[one["id"]], ViewKind(one["view"])) for one in shown)


def _entry(row: HistoryRow) -> HistoryEntry:
    return HistoryEntry(
        version=row.version,
        change=Change(row.change),
        status=row.status,
        fields=tuple(row.fields),
        other=row.other_id,
        actor=Actor(ActorKind(row.actor_kind), row.actor_name, row.address),
        why=Why.model_construct(reason=row.reason, source=row.source),
        changed_at=row.changed_at,
    )
