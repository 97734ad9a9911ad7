"""The register: report, amend, read, and say what may be searched."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.database import Database, utc_now
from data.merge_patch import patched
from data.object_id import ObjectRecord, Status, ViewKind
from data.photos import PhotoStore
from data.registered import (
    NewPhotograph,
    ObjectNotFound,
    Photograph,
    PhotographNotFound,
    PhotographRef,
    RegisteredObject,
    RegisterSnapshot,
    SourceTaken,
    VersionConflict,
)
from data.rows import object_of, photograph_of, present, record_of
from data.source_registers import register_id
from data.survey import ANSWERS, counted, photograph_refs
from data.tables import ObjectRow, PhotographRow, StateRow
from data.writer import LARGEST_ID, WHOLE_OBJECT, StoredPhotograph, Writer

__all__ = [
    "NewPhotograph",
    "ObjectNotFound",
    "Photograph",
    "PhotographNotFound",
    "PhotographRef",
    "Register",
    "RegisterSnapshot",
    "RegisteredObject",
    "SourceTaken",
    "VersionConflict",
]

LARGEST_PAGE: Final = 500


class Register:
    """The objects and their photographs. Safe to share between threads.

    Every writing method is one transaction; the bytes of photos are in the store before it begins. All
    methods may raise DatabaseUnavailable, those with photos PhotoStoreUnavailable.
    """

    def __init__(self, database: Database, photos: PhotoStore) -> None:
        self.database = database
        self.photos = photos
        self._counted: RegisterSnapshot | None = None

    def writing(self, *, rehearse: bool = False) -> AbstractContextManager[Writer]:
        """Several changes in one transaction, for imports; a rehearsal is taken back at its end."""
        return Writer.on(self.database, rehearse=rehearse)

    def report(
        self,
        record: ObjectRecord,
        photos: Sequence[NewPhotograph] = (),
        source_key: str | None = None,
        source_register: str | None = None,
    ) -> RegisteredObject:
        """Register a new object.

        `source_key` names where it came from; the register takes each only once and raises SourceTaken after.
        `source_register` is the key of the register that it belongs to, without one this installation's own;
        raises SourceRegisterNotFound.
        """
        belongs_to = register_id(self.database, source_register)
        stored = [StoredPhotograph.put(self.photos, photo) for photo in photos]
        with self.writing() as writer:
            if source_key is not None and (taken := writer.find_source(source_key)) is not None:
                raise SourceTaken(source_key, taken.id)
            row = writer.add(record, stored, source_key, register_id=belongs_to)
            writer.session.flush()
            return object_of(row)

    def amend(
        self, object_id: int, changes: Mapping[str, Any], expected_version: int | None = None
    ) -> RegisteredObject:
        """Change fields of an object's record; the result is validated as a whole.

        `changes` is a JSON merge patch (RFC 7396): given fields replace, null clears, parts of `date` and
        `theft` may be given alone, also where the object had none. A change to what is there already changes
        nothing, not the version either. Raises ObjectNotFound, VersionConflict, and pydantic's
        ValidationError.
        """
        with self.writing() as writer:
            row = writer.find(object_id, expected_version)
            writer.amend(row, patched(record_of(row), changes))
            writer.session.flush()
            return object_of(row)

    def add_photograph(self, object_id: int, photo: NewPhotograph) -> Photograph:
        """Add a photograph. The same bytes twice on one object give the one that is there already, as it is.

        One that was removed can be added again, under a new id. Raises ObjectNotFound.
        """
        self.get(object_id)  # before anything is stored
        stored = StoredPhotograph.put(self.photos, photo)
        with self.writing() as writer:
            row = writer.find(object_id)
            writer.add_photographs(row, [stored])
            writer.session.flush()
            return next(photograph_of(one) for one in present(row) if one.sha256 == photo.safe.sha256)

    def amend_photograph(
        self, object_id: int, photograph_id: int, view: ViewKind, expected_version: int | None = None
    ) -> RegisteredObject:
        """Say anew what a photograph of the object shows; the view that it has already changes nothing.

        Returns the object. Raises ObjectNotFound, PhotographNotFound (also for another object's photograph),
        VersionConflict.
        """
        with self.writing() as writer:
            row = writer.find(object_id, expected_version)
            writer.amend_photograph(row, photograph_id, view)
            writer.session.flush()
            return object_of(row)

    def remove_photograph(
        self, object_id: int, photograph_id: int, expected_version: int | None = None
    ) -> RegisteredObject:
        """Take a photograph from the object: it is not found, shown or handed out any more.

        Its row stays as history and its id is never given again. Returns the object. Raises ObjectNotFound,
        PhotographNotFound (also for another object's photograph), VersionConflict.
        """
        with self.writing() as writer:
            row = writer.find(object_id, expected_version)
            writer.remove_photograph(row, photograph_id)
            writer.session.flush()
            return object_of(row)

    def get(self, object_id: int) -> RegisteredObject:
        """The object with this id, whatever its status. Raises ObjectNotFound."""
        found = None
        if 0 < object_id <= LARGEST_ID:
            with self.database.session() as session:
                found = next(_objects(session, ObjectRow.id == object_id), None)
        if found is None:
            raise ObjectNotFound(object_id)
        return found

    def page(self, after: int = 0, limit: int = 50, status: Status | None = None) -> list[RegisteredObject]:
        """Up to `limit` (1 to 500) objects in order of their ids, from the first one after `after`."""
        after, limit = min(max(after, 0), LARGEST_ID), min(max(limit, 1), LARGEST_PAGE)
        conditions = [ObjectRow.id > after] + ([ObjectRow.status == status.value] if status else [])
        with self.database.session() as session:
            return list(_objects(session, *conditions, limit=limit))

    def find_source(self, source_key: str) -> RegisteredObject | None:
        """The object that was registered from this source, if any."""
        with self.database.session() as session:
            return next(_objects(session, ObjectRow.source_key == source_key), None)

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
            for some in _in_parts(wanted):
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
        revision, taken_at, last = _revision(session), utc_now(), self._counted
        if last is not None and last.revision == revision:
            return replace(last, taken_at=taken_at)
        self._counted = counted(session, revision, taken_at)
        return self._counted


def _in_parts(ids: Sequence[int], size: int = 500) -> Iterator[Sequence[int]]:
    """The ids in parts that fit into one statement."""
    for start in range(0, len(ids), size):
        yield ids[start : start + size]


def _objects(session: Session, *conditions: Any, limit: int | None = None) -> Iterator[RegisteredObject]:
    query = select(ObjectRow).where(*conditions).order_by(ObjectRow.id).limit(limit).options(*WHOLE_OBJECT)
    return (object_of(row) for row in session.scalars(query).all())


def _revision(session: Session) -> int:
    return session.scalars(select(StateRow.revision)).one()
