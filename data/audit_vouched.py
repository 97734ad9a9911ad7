"""Checks what audit events vouch for: the history of objects, search records, and objects as they are now."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from pydantic import ValidationError
from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from data.audit import Recorded
from data.audit_events import EVENTS, ObjectEvent, PhotoSearched, RegisterAdopted
from data.canonical import digest
from data.history import Change, entry_values, register_said, state_of
from data.rows import object_of, record_from
from data.tables import ObjectRow, SearchRow
from data.trail_tables import HistoryRow
from data.writer import LARGEST_ID, WHOLE_OBJECT

_ROWS: Final = 500

Key = TypeVar("Key")
Value = TypeVar("Value")
Version = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that is not as it was written: where (an event, an object, a search), and what."""

    where: str
    says: str


class Vouched:
    """Holds events against what they vouch for, many at a time."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._versions: dict[Version, tuple[int, str]] = {}
        self._searches: dict[str, tuple[int, str]] = {}
        self._vouched = 0
        """Entries of the history that an event speaks of."""

    def take(self, event: Recorded, details: dict[str, Any] | None) -> list[Fault]:
        """Take an event, without details if it is not as it was written. Faults may come with a later one."""
        kind = EVENTS.get(event.kind)
        if kind is None:  # written by a newer version
            return []
        if details is None:
            self._vouched += issubclass(kind, ObjectEvent)  # one fault is told of it already
            return []
        try:
            told = kind.model_validate(details)
        except ValidationError:
            return [Fault(f"event {event.sequence}", f"It says what no event of the kind {event.kind} says.")]
        if isinstance(told, RegisterAdopted):
            return self._adopted(event, told)
        if isinstance(told, ObjectEvent):
            self._versions[told.object, told.version] = (event.sequence, told.state)
        elif isinstance(told, PhotoSearched):
            self._searches[told.search] = (event.sequence, told.record)
        return self._look_up() if len(self._versions) + len(self._searches) >= _ROWS else []

    def end(self) -> list[Fault]:
        """Check the rest, and what no event speaks of."""
        faults = self._look_up()
        query = select(func.count()).select_from(HistoryRow).where(HistoryRow.change != Change.adopted.value)
        untold = (self._session.scalar(query) or 0) - self._vouched
        if untold > 0:
            faults.append(Fault("history", f"{untold} of its entries stand in no event."))
        for ids in _ids(self._session):
            faults += self._unlike_history(ids)
        return faults

    def _look_up(self) -> list[Fault]:
        versions, self._versions = self._versions, {}
        searches, self._searches = self._searches, {}
        states = _readable(self._states, [key for key in versions if max(key) <= LARGEST_ID])
        records = _readable(self._records, list(searches))
        self._vouched += len(states)
        faults = [
            Fault(f"object {one[0]}", f"The history of version {one[1]} {_became(states.get(one), sequence)}")
            for one, (sequence, state) in versions.items()
            if states.get(one) != state
        ]
        return faults + [
            Fault(f"search {one}", f"The record {_became(records.get(one), sequence)}")
            for one, (sequence, record) in searches.items()
            if records.get(one) != record
        ]

    def _adopted(self, event: Recorded, told: RegisterAdopted) -> list[Fault]:
        """Hold the first entries of what was there before the trail against the event that tells of them."""
        states, count = hashlib.sha256(), 0
        query = (
            select(HistoryRow)
            .where(HistoryRow.change == Change.adopted.value)
            .order_by(HistoryRow.object_id)
            .execution_options(yield_per=_ROWS)
        )
        try:
            for row in self._session.scalars(query):
                states.update(state_of(entry_values(row)).encode())
                count += 1
        except (ValueError, TypeError):  # an entry that cannot be read
            count = -1
        if (count, states.hexdigest()) == (told.objects, told.state):
            return []
        says = f"First entries were changed, put in or taken out since event {event.sequence}."
        return [Fault("history", says)]

    def _states(self, versions: Sequence[Version]) -> dict[Version, str]:
        rows = self._entries(versions)
        return {(row.object_id, row.version): state_of(entry_values(row)) for row in rows}

    def _entries(self, versions: Sequence[Version]) -> Sequence[HistoryRow]:
        key = tuple_(HistoryRow.object_id, HistoryRow.version)
        return self._session.scalars(select(HistoryRow).where(key.in_(versions))).all()

    def _records(self, searches: Sequence[str]) -> dict[str, str]:
        query = select(SearchRow.id, SearchRow.answer).where(SearchRow.id.in_(searches))
        return {search: digest(answer) for search, answer in self._session.execute(query)}

    def _unlike_history(self, ids: Sequence[int]) -> list[Fault]:
        """Objects that are not what their history says of their version."""
        alike = _readable(self._alike, ids)
        self._session.expunge_all()
        says = "It is not what the history says of its version."
        return [Fault(f"object {one}", says) for one in ids if not alike.get(one)]

    def _alike(self, ids: Sequence[int]) -> dict[int, bool]:
        query = select(ObjectRow).where(ObjectRow.id.in_(ids)).options(*WHOLE_OBJECT)
        objects = [object_of(row) for row in self._session.scalars(query)]
        entries = {one.object_id: one for one in self._entries([(one.id, one.version) for one in objects])}
        alike = {}
        for one in objects:
            entry = entries.get(one.id)
            alike[one.id] = (
                entry is not None
                and record_from(entry.record) == one.record
                and entry.photographs
                == [{"id": each.id, "view": each.view.value} for each in one.photographs]
                and register_said(entry) in (None, one.source_register.key)
                and (entry.merged_into, tuple(entry.same_as)) == (one.merged_into, one.same_as)
            )
        return alike


def _readable(fetch: Callable[[Sequence[Key]], dict[Key, Value]], keys: Sequence[Key]) -> dict[Key, Value]:
    """What is there under the keys; without rows that were changed to something that cannot be read at all."""
    try:
        return fetch(keys)
    except (ValueError, TypeError, KeyError):
        if len(keys) == 1:
            return {}
        return {one: value for key in keys for one, value in _readable(fetch, [key]).items()}


def _became(there: str | None, sequence: int) -> str:
    became = "is missing or cannot be read" if there is None else "was changed"
    return f"{became}: it is not what event {sequence} tells of."


def _ids(session: Session) -> Iterator[Sequence[int]]:
    last = 0
    while ids := session.scalars(
        select(ObjectRow.id).where(ObjectRow.id > last).order_by(ObjectRow.id).limit(_ROWS)
    ).all():
        yield ids
        last = ids[-1]
