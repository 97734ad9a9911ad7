"""One writing transaction on the register: gives ids, keeps versions and their history, counts the revision."""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, Self

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from data.actor import UNNAMED, UNSAID, Actor, Why
from data.audit_events import Event
from data.database import Database, utc_now
from data.history import Change, Chronicle, change_between, former_status
from data.noticing import Fresh
from data.object_id import ObjectRecord, Status, ViewKind
from data.photos import PhotoStore
from data.registered import (
    OWN_ID,
    NewPhotograph,
    ObjectNotFound,
    PhotographNotFound,
    RegisteredObject,
    StatusConflict,
    VersionConflict,
)
from data.rows import SHARED, columns_of, measurement_rows, object_of, photograph_columns, present, record_of
from data.source_names import other_names
from data.tables import ObjectRow, PhotographRow, SourceRegisterRow, StateRow

LARGEST_ID: Final = 2**31 - 1
WHOLE_OBJECT: Final = (
    selectinload(ObjectRow.measurements),
    selectinload(ObjectRow.photographs),
    selectinload(ObjectRow.links),
)
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
    """Changes within one transaction, of one actor. Holds the register's write lock from the first moment.

    Methods that change an object raise StatusConflict for one that was merged: the one that is kept is to be changed.
    """

    def __init__(self, session: Session, actor: Actor = UNNAMED, why: Why = UNSAID) -> None:
        self.session = session
        self.actor, self.why = actor, why
        self.now: dt.datetime = utc_now()
        self._chronicle = Chronicle(session, actor, why, self.now)
        state = session.get(StateRow, 1, with_for_update=True)
        if state is None:
            raise RuntimeError("The table register_state is empty: restore the database from a backup.")
        self._state = state
        self._changed = False
        self._fresh = Fresh(session, self.now, state.revision + 1)

    @property
    def revision(self) -> int:
        """How many transactions have changed the register before this one."""
        return self._state.revision

    @classmethod
    @contextmanager
    def on(
        cls, database: Database, actor: Actor = UNNAMED, why: Why = UNSAID, *, rehearse: bool = False
    ) -> Iterator[Self]:
        """A writing transaction, committed at the end of the block, or taken back if it was a rehearsal."""
        with database.session(writes=True) as session:
            writer = cls(session, actor, why)
            yield writer
            writer._fresh.notice(writer.tell)
            if writer._changed:
                writer._state.revision += 1
            writer._chronicle.write()  # last: from here on others who append to the audit trail wait
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
        """The object that lists know under this name, if any."""
        return self.find_sources([source_key]).get(source_key)

    def find_sources(self, source_keys: Collection[str]) -> dict[str, ObjectRow]:
        """The objects that lists know under these names, by name."""
        query = select(ObjectRow).where(ObjectRow.source_key.in_(source_keys)).options(*WHOLE_OBJECT)
        found = {row.source_key or "": row for row in self.session.scalars(query)}
        names = other_names(self.session, source_keys)
        return found | {name: self.find(object_id) for name, object_id in names.items()}

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
            undone_at=None,
            created_at=self.now,
            changed_at=self.now,
            measurements=measurement_rows(record),
            photographs=[],
            links=[],
            source_register=self.session.get_one(SourceRegisterRow, register_id),
            **columns_of(record),
        )
        added = self._append(row, photos, listed=source_key is not None)
        self.session.add(row)
        self._changed = True
        self._chronicle.note(row, Change.reported, photographs=[one.id for one in added])
        return row

    def amend(self, row: ObjectRow, record: ObjectRecord) -> bool:
        """Replace the object's record; returns whether that changed anything."""
        self.refuse_merged(row)
        before = record_of(row)
        if record == before:
            return False
        for name, value in columns_of(record).items():
            setattr(row, name, value)
        if record.status is not before.status:
            row.undone_at = None  # whoever says a status anew decides, and no list takes that back
        if record.measurements != before.measurements:
            row.measurements.clear()
            self.session.flush()  # else the new rows meet the old ones under the same key
            row.measurements.extend(measurement_rows(record))
        fields = [
            name for name in ObjectRecord.model_fields if getattr(before, name) != getattr(record, name)
        ]
        self.touch(
            row, change_between(before.status, record.status), former=before.status.value, fields=fields
        )
        return True

    def add_photographs(
        self, row: ObjectRow, photos: Iterable[StoredPhotograph], *, listed: bool = False
    ) -> list[PhotographRow]:
        """Add photographs that the object does not have yet, by the bytes that arrived; returns those added.

        `listed`: it is a list that names them, which does not bring back what people removed.
        """
        photos = list(photos)
        if photos:
            self.refuse_merged(row)
        added = self._append(row, photos, listed=listed)
        if added:
            self.touch(row, Change.photograph_added, photographs=[one.id for one in added])
        return added

    def amend_photograph(self, row: ObjectRow, photograph_id: int, view: ViewKind) -> bool:
        """Say anew what a photograph shows; returns whether that changed anything. Raises PhotographNotFound."""
        self.refuse_merged(row)
        photograph = _photograph(row, photograph_id)
        if photograph.view == view.value:
            return False
        photograph.view = view.value
        self.touch(row, Change.photograph_amended, photographs=[photograph_id])
        return True

    def remove_photograph(self, row: ObjectRow, photograph_id: int) -> None:
        """Take a photograph from its object; the row stays, marked. Raises PhotographNotFound."""
        self.refuse_merged(row)
        _photograph(row, photograph_id).removed_at = self.now
        self.touch(row, Change.photograph_removed, photographs=[photograph_id])

    def share_photographs(self, row: ObjectRow, other: ObjectRow) -> list[int]:
        """Give the object photographs like those of another one that it does not have, under ids of their own.

        Returns these ids. The caller keeps the new version.
        """
        known = {one.sha256 for one in present(row)}
        shared = []
        for one in present(other):
            if one.sha256 not in known:
                copied = {name: getattr(one, name) for name in SHARED}
                shared.append(self._new_photograph(row, shared_from=one.id, **copied))
        return [one.id for one in shared]

    def refuse_merged(self, row: ObjectRow) -> None:
        """Raise StatusConflict if the object was merged into another one."""
        if row.status == Status.merged.value:
            raise StatusConflict(
                row.id,
                f"Object {row.id} was merged into object {row.merged_into} and is changed no more. "
                f"Change object {row.merged_into}, or reinstate object {row.id} to take the merge back.",
            )

    def touch(self, row: ObjectRow, change: Change, **facts: Any) -> None:
        """Give the object, changed as it is, its next version. `facts` are those of Chronicle.note."""
        row.version += 1
        row.changed_at = self.now
        self._changed = True
        self._chronicle.note(row, change, **facts)
        if change is Change.reinstated:  # what was registered while it was away was not compared with it
            self._fresh.add(present(row))

    def former_status(self, row: ObjectRow, among: Sequence[Status]) -> Status | None:
        """The last status that the object had among these, as the history says; None: none that is known."""
        self._chronicle.write()
        found = former_status(self.session, row.id, [one.value for one in among])
        return None if found is None else Status(found)

    def handed_out(self, row: ObjectRow) -> RegisteredObject:
        """The object as it is after this transaction."""
        self.session.flush()
        return object_of(row)

    def changed(self, event: Event) -> None:
        """Count this transaction as a change of the register, and tell the audit trail which, if not of an object."""
        self._changed = True
        self.tell(event)

    def tell(self, event: Event) -> None:
        """Tell the audit trail of something that changes nothing that is searched or shown to others."""
        self._chronicle.tell(event)

    def _append(
        self, row: ObjectRow, photos: Iterable[StoredPhotograph], *, listed: bool
    ) -> list[PhotographRow]:
        known = {one.sha256 for one in (_never_again(row) if listed else present(row))}
        added = []
        for photo in photos:
            if photo.new.safe.sha256 in known:
                continue
            known.add(photo.new.safe.sha256)
            added.append(
                self._new_photograph(
                    row,
                    photo_key=photo.photo_key,
                    thumbnail_key=photo.thumbnail_key,
                    source_view=photo.new.view.value if listed else None,
                    **photograph_columns(photo.new),
                )
            )
        return added

    def _new_photograph(self, row: ObjectRow, **columns: Any) -> PhotographRow:
        self._state.last_photograph_id += 1
        photograph = PhotographRow(
            id=self._state.last_photograph_id,
            position=len(row.photographs),
            added_at=self.now,
            removed_at=None,
            undone_at=None,
            **columns,
        )
        row.photographs.append(photograph)
        self._fresh.add([photograph])
        return photograph


def _never_again(row: ObjectRow) -> list[PhotographRow]:
    """The photographs that a list does not add: those that are there, and those that people removed."""
    return [one for one in row.photographs if one.undone_at is None]


def _photograph(row: ObjectRow, photograph_id: int) -> PhotographRow:
    for photograph in present(row):
        if photograph.id == photograph_id:
            return photograph
    raise PhotographNotFound(photograph_id)
