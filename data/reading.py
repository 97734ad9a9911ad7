"""The register as it is read: objects, photographs, what may be searched, and what has been."""

import copy
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import Any, Final, Self

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.actor import UNNAMED, Actor
from data.database import Database, utc_now
from data.history import HistoryEntry, entries_of, object_at
from data.object_id import Status
from data.parts import in_parts
from data.photos import PhotoStore
from data.registered import (
    ObjectNotFound,
    Photograph,
    PhotographNotFound,
    PhotographRef,
    PresentState,
    RegisteredObject,
    RegisterSnapshot,
)
from data.rows import object_of, photograph_of
from data.source_names import other_names
from data.survey import ANSWERS, counted, photograph_refs
from data.tables import ObjectRow, PhotographRow, StateRow
from data.writer import LARGEST_ID, WHOLE_OBJECT

LARGEST_PAGE: Final = 500
IDS_AT_ONCE: Final = 500
"""Ids that one statement names."""


class ReadRegister:
    """What is read of the objects and their photographs, and for whom."""

    def __init__(self, database: Database, photos: PhotoStore, actor: Actor = UNNAMED) -> None:
        self.database = database
        self.photos = photos
        self.actor = actor
        self._counted: list[RegisterSnapshot] = []  # the last one; whoever acts on this register shares it

    def by(self, actor: Actor) -> Self:
        """The same register, for somebody else: what is changed through it was changed by them."""
        other = copy.copy(self)
        other.actor = actor
        return other

    def get(self, object_id: int) -> RegisteredObject:
        """The object with this id, whatever its status. Raises ObjectNotFound."""
        found = None
        if 0 < object_id <= LARGEST_ID:
            with self.database.session() as session:
                found = next(_objects(session, ObjectRow.id == object_id), None)
        if found is None:
            raise ObjectNotFound(object_id)
        return found

    def history(self, object_id: int, after: int = 0, limit: int = 50) -> list[HistoryEntry]:
        """What made the versions of an object: up to `limit` (1 to 500), from the first one after version `after`.

        Raises ObjectNotFound.
        """
        self.get(object_id)
        with self.database.session() as session:
            return entries_of(session, object_id, min(max(after, 0), LARGEST_ID), limit)

    def at_version(self, object_id: int, version: int) -> RegisteredObject:
        """The object as it was at a version. Raises ObjectNotFound, VersionNotFound."""
        self.get(object_id)
        with self.database.session() as session:
            return object_at(session, session.get_one(ObjectRow, object_id), version)

    def present_states(self, object_ids: Collection[int]) -> dict[int, PresentState]:
        """What has become of these objects, by their ids; those that there are none of are left out."""
        wanted = sorted({one for one in object_ids if 0 < one <= LARGEST_ID})
        with self.database.session() as session:
            rows = {one.id: one for one in _states(session, wanted)}
            waiting = rows
            while missing := {one.merged_into for one in waiting.values() if one.merged_into} - rows.keys():
                waiting = {one.id: one for one in _states(session, sorted(missing))}
                rows |= waiting
        return {one: _present_state(rows, one) for one in wanted if one in rows}

    def page(self, after: int = 0, limit: int = 50, status: Status | None = None) -> list[RegisteredObject]:
        """Up to `limit` (1 to 500) objects in order of their ids, from the first one after `after`."""
        after, limit = min(max(after, 0), LARGEST_ID), min(max(limit, 1), LARGEST_PAGE)
        conditions = [ObjectRow.id > after] + ([ObjectRow.status == status.value] if status else [])
        with self.database.session() as session:
            return list(_objects(session, *conditions, limit=limit))

    def these(self, object_ids: Collection[int]) -> list[RegisteredObject]:
        """The objects with these ids that are there, in order of their ids, whatever their status."""
        wanted = sorted({one for one in object_ids if 0 < one <= LARGEST_ID})
        with self.database.session() as session:
            return [
                found
                for some in in_parts(wanted, IDS_AT_ONCE)
                for found in _objects(session, ObjectRow.id.in_(some))
            ]

    def find_source(self, source_key: str) -> RegisteredObject | None:
        """The object that lists know under this name, if any."""
        with self.database.session() as session:
            moved = other_names(session, [source_key]).get(source_key)
            known = ObjectRow.source_key == source_key if moved is None else ObjectRow.id == moved
            return next(_objects(session, known), None)

    def source_keys(self, object_ids: Collection[int]) -> dict[int, str]:
        """The sources that these objects were registered from; those that name none are left out."""
        wanted = select(ObjectRow.id, ObjectRow.source_key).where(ObjectRow.source_key.is_not(None))
        found: dict[int, str] = {}
        with self.database.session() as session:
            for part in in_parts(sorted({one for one in object_ids if 0 < one <= LARGEST_ID}), IDS_AT_ONCE):
                found |= {
                    key: str(source) for key, source in session.execute(wanted.where(ObjectRow.id.in_(part)))
                }
        return found

    def photograph(self, photograph_id: int) -> Photograph:
        """The photograph with this id. Raises PhotographNotFound, also for one that was removed."""
        found = None
        if 0 < photograph_id <= LARGEST_ID:
            with self.database.session() as session:
                found = session.get(PhotographRow, photograph_id)
        if found is None or found.removed_at is not None:
            raise PhotographNotFound(photograph_id)
        return photograph_of(found)

    def photo_bytes(self, photograph_id: int) -> bytes:
        """The stored JPEG. Raises PhotographNotFound, PhotoMissing, PhotoCorrupt."""
        return self.photos.get(self.photograph(photograph_id).photo_key)

    def thumbnail_bytes(self, photograph_id: int) -> bytes:
        """The thumbnail, a JPEG. Raises PhotographNotFound, PhotoMissing, PhotoCorrupt."""
        return self.photos.get(self.photograph(photograph_id).thumbnail_key)

    def searchable_photographs(self) -> list[PhotographRef]:
        """The photographs of all objects that answer searches, but removed ones, in order of their ids."""
        with self.database.session() as session:
            return photograph_refs(session)

    def searchable(self, photograph_ids: Collection[int]) -> dict[int, RegisteredObject]:
        """For each of these photographs that is there and whose object answers searches now: that object.

        This is how the database decides again after the index has answered.
        """
        wanted = sorted({one for one in photograph_ids if 0 < one <= LARGEST_ID})
        found: dict[int, RegisteredObject] = {}
        with self.database.session() as session:
            for some in in_parts(wanted, IDS_AT_ONCE):
                owners = select(PhotographRow.object_id).where(PhotographRow.id.in_(some))
                for one in _objects(session, ObjectRow.id.in_(owners), ANSWERS):
                    found |= {photograph.id: one for photograph in one.photographs}
        return {one: found[one] for one in wanted if one in found}

    def revision(self) -> int:
        """How many transactions have changed the register. Equal revisions: nothing changed in between."""
        with self.database.session() as session:
            return _revision(session)

    def snapshot(self) -> RegisterSnapshot:
        """What can be searched now. Counting is repeated only when something has changed."""
        with self.database.session() as session:
            return self._snapshot(session)

    def survey(self) -> tuple[RegisterSnapshot, list[PhotographRef]]:
        """`snapshot` and `searchable_photographs` of one and the same moment."""
        with self.database.session() as session:
            return self._snapshot(session), photograph_refs(session)

    def _snapshot(self, session: Session) -> RegisterSnapshot:
        revision, taken_at = _revision(session), utc_now()
        for last in self._counted:
            if last.revision == revision:
                return replace(last, taken_at=taken_at)
        now = counted(session, revision, taken_at)
        self._counted[:] = [now]
        return now


def _objects(session: Session, *conditions: Any, limit: int | None = None) -> Iterator[RegisteredObject]:
    query = select(ObjectRow).where(*conditions).order_by(ObjectRow.id).limit(limit).options(*WHOLE_OBJECT)
    return (object_of(row) for row in session.scalars(query).all())


def _revision(session: Session) -> int:
    return session.scalars(select(StateRow.revision)).one()


def _states(session: Session, ids: Sequence[int]) -> Iterator[Any]:
    columns = (
        ObjectRow.id,
        ObjectRow.version,
        ObjectRow.status,
        ObjectRow.changed_at,
        ObjectRow.merged_into,
    )
    for some in in_parts(ids, IDS_AT_ONCE):
        yield from session.execute(select(*columns).where(ObjectRow.id.in_(some)))


def _present_state(rows: dict[int, Any], object_id: int) -> PresentState:
    row = at = rows[object_id]
    while at.merged_into is not None:  # ends: what is merged into is never merged when that happens
        at = rows[at.merged_into]
    kept = None if at is row else at.id
    return PresentState(object_id, row.version, Status(row.status), row.changed_at, kept)
