"""One writing transaction on the register: gives ids, keeps versions, counts the revision."""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, Self

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from data.database import Database, utc_now
from data.object_id import ObjectRecord, ViewKind
from data.photos import PhotoStore
from data.registered import OWN_ID, NewPhotograph, ObjectNotFound, PhotographNotFound, VersionConflict
from data.rows import columns_of, measurement_rows, photograph_columns, present, record_of
from data.tables import ObjectRow, PhotographRow, SourceRegisterRow, StateRow

LARGEST_ID: Final = 2**31 - 1
WHOLE_OBJECT: Final = (selectinload(ObjectRow.measurements), selectinload(ObjectRow.photographs))
"""What must be loaded with an ObjectRow before it is handed out."""


@dataclass(frozen=True, slots=True)
class StoredPhotograph:
    """A new photograph whose bytes are in the store already, so that a transaction never waits for them."""

    new: NewPhotograph
    photo_key: str
    thumbnail_key: str

    @classmethod
    def put(cls, photos: PhotoStore, new: NewPhotograph) -> Self:
        """Store the bytes. If the transaction then fails they stay, unused, and serve the next attempt."""
        return cls(new, photos.put(new.safe.jpeg), photos.put(new.safe.thumbnail))


class Writer:
    """Changes within one transaction. Holds the register's write lock from the first moment."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.now: dt.datetime = utc_now()
        state = session.get(StateRow, 1, with_for_update=True)
        if state is None:
            raise RuntimeError("The table register_state is empty: restore the database from a backup.")
        self._state = state
        self._changed = False

    @classmethod
    @contextmanager
    def on(cls, database: Database, *, rehearse: bool = False) -> Iterator[Self]:
        """A writing transaction, committed at the end of the block, or taken back if it was a rehearsal."""
        with database.session(writes=True) as session:
            writer = cls(session)
            yield writer
            if writer._changed:
                writer._state.revision += 1
            if rehearse:
                session.flush()
                session.rollback()

    def find(self, object_id: int, expected_version: int | None = None) -> ObjectRow:
        """The object with this id. Raises ObjectNotFound, and VersionConflict unless it is at this version."""
        found = None
        if 0 < object_id <= LARGEST_ID:
            found = self.session.scalar(
                select(ObjectRow).where(ObjectRow.id == object_id).options(*WHOLE_OBJECT)
            )
        if found is None:
            raise ObjectNotFound(object_id)
        if expected_version is not None and expected_version != found.version:
            raise VersionConflict(object_id, expected_version, found.version)
        return found

    def find_source(self, source_key: str) -> ObjectRow | None:
        """The object that was registered from this source, if any."""
        query = select(ObjectRow).where(ObjectRow.source_key == source_key)
        return self.session.scalar(query.options(*WHOLE_OBJECT))

    def find_sources(self, source_keys: Collection[str]) -> dict[str, ObjectRow]:
        """The objects that were registered from these sources, by source key."""
        query = select(ObjectRow).where(ObjectRow.source_key.in_(source_keys)).options(*WHOLE_OBJECT)
        return {row.source_key or "": row for row in self.session.scalars(query)}

    def add(
        self,
        record: ObjectRecord,
        photos: Iterable[StoredPhotograph],
        source_key: str | None = None,
        source_digest: str | None = None,
        source_values: dict[str, Any] | None = None,
        register_id: int = OWN_ID,
    ) -> ObjectRow:
        """A new object with its photographs, in the source register of this id."""
        self._state.last_object_id += 1
        row = ObjectRow(
            id=self._state.last_object_id,
            version=1,
            source_key=source_key,
            source_digest=source_digest,
            source_values=source_values,
            created_at=self.now,
            changed_at=self.now,
            measurements=measurement_rows(record),
            photographs=[],
            source_register=self.session.get_one(SourceRegisterRow, register_id),
            **columns_of(record),
        )
        self._append(row, photos, listed=source_key is not None)
        self.session.add(row)
        self._changed = True
        return row

    def amend(self, row: ObjectRow, record: ObjectRecord) -> bool:
        """Replace the object's record; returns whether that changed anything."""
        before = record_of(row)
        if record == before:
            return False
        for name, value in columns_of(record).items():
            setattr(row, name, value)
        if record.measurements != before.measurements:
            row.measurements.clear()
            self.session.flush()  # else the new rows meet the old ones under the same key
            row.measurements.extend(measurement_rows(record))
        self._touch(row)
        return True

    def add_photographs(
        self, row: ObjectRow, photos: Iterable[StoredPhotograph], *, listed: bool = False
    ) -> list[PhotographRow]:
        """Add photographs that the object does not have yet, by the bytes that arrived; returns those added.

        `listed`: it is a list that names them, which does not bring back what people removed.
        """
        added = self._append(row, photos, listed=listed)
        if added:
            self._touch(row)
        return added

    def amend_photograph(self, row: ObjectRow, photograph_id: int, view: ViewKind) -> bool:
        """Say anew what a photograph shows; returns whether that changed anything. Raises PhotographNotFound."""
        photograph = _photograph(row, photograph_id)
        if photograph.view == view.value:
            return False
        photograph.view = view.value
        self._touch(row)
        return True

    def remove_photograph(self, row: ObjectRow, photograph_id: int) -> None:
        """Take a photograph from its object; the row stays, marked. Raises PhotographNotFound."""
        _photograph(row, photograph_id).removed_at = self.now
        self._touch(row)

    def changed(self) -> None:
        """Count this transaction as a change of the register, whatever it changed."""
        self._changed = True

    def _append(
        self, row: ObjectRow, photos: Iterable[StoredPhotograph], *, listed: bool
    ) -> list[PhotographRow]:
        known = {photograph.sha256 for photograph in (row.photographs if listed else present(row))}
        added = []
        for photo in photos:
            if photo.new.safe.sha256 in known:
                continue
            known.add(photo.new.safe.sha256)
            self._state.last_photograph_id += 1
            photograph = PhotographRow(
                id=self._state.last_photograph_id,
                position=len(row.photographs),
                photo_key=photo.photo_key,
                thumbnail_key=photo.thumbnail_key,
                added_at=self.now,
                removed_at=None,
                source_view=photo.new.view.value if listed else None,
                **photograph_columns(photo.new),
            )
            row.photographs.append(photograph)
            added.append(photograph)
        return added

    def _touch(self, row: ObjectRow) -> None:
        row.version += 1
        row.changed_at = self.now
        self._changed = True


def _photograph(row: ObjectRow, photograph_id: int) -> PhotographRow:
    for photograph in present(row):
        if photograph.id == photograph_id:
            return photograph
    raise PhotographNotFound(photograph_id)
