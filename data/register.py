"""The register: report, amend, read, say what may be searched, and what has become of an object."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any

from data import life_cycle, moving
from data.actor import UNSAID, Grounds, Why
from data.history import HistoryEntry
from data.merge_patch import patched
from data.object_id import ObjectRecord, Status, ViewKind
from data.reading import LARGEST_PAGE, ReadRegister
from data.registered import (
    NewPhotograph,
    ObjectNotFound,
    Photograph,
    PhotographNotFound,
    PhotographRef,
    PresentState,
    RegisteredObject,
    RegisterSnapshot,
    SourceTaken,
    StatusConflict,
    VersionConflict,
    VersionNotFound,
)
from data.rows import photograph_of, present, record_of
from data.source_registers import register_id, register_row
from data.tables import ObjectRow
from data.writer import StoredPhotograph, Writer

__all__ = [
    "LARGEST_PAGE",
    "HistoryEntry",
    "NewPhotograph",
    "ObjectNotFound",
    "Photograph",
    "PhotographNotFound",
    "PhotographRef",
    "PresentState",
    "Register",
    "RegisterSnapshot",
    "RegisteredObject",
    "SourceTaken",
    "StatusConflict",
    "VersionConflict",
    "VersionNotFound",
]


class Register(ReadRegister):
    """The objects and their photographs. Safe to share between threads.

    Every writing method is one transaction; the bytes of photos are in the store before it begins. Each new version
    of an object is kept in its history and told in the audit trail, with the actor of this register (`by` gives one
    for somebody else) and with `why`. All methods may raise DatabaseUnavailable, those with photos
    PhotoStoreUnavailable; what changes an object raises StatusConflict for one that was merged into another one.
    """

    def writing(self, why: Why = UNSAID, *, rehearse: bool = False) -> AbstractContextManager[Writer]:
        """Several changes in one transaction, for imports; a rehearsal is taken back at its end."""
        return Writer.on(self.database, self.actor, why, rehearse=rehearse)

    def report(
        self,
        record: ObjectRecord,
        photos: Sequence[NewPhotograph] = (),
        source_key: str | None = None,
        *,
        source_register: str | None = None,
        why: Why = UNSAID,
    ) -> RegisteredObject:
        """Register a new object.

        `source_key` names where it came from; the register takes each only once and raises SourceTaken after.
        `source_register` is the key of the register that it belongs to, without one this installation's own;
        raises SourceRegisterNotFound.
        """
        belongs_to = register_id(self.database, source_register)
        stored = [StoredPhotograph.put(self.photos, photo) for photo in photos]
        with self.writing(why) as writer:
            if source_key is not None and (taken := writer.find_source(source_key)) is not None:
                raise SourceTaken(source_key, taken.id)
            return writer.handed_out(writer.add(record, stored, source_key, register_id=belongs_to))

    def amend(
        self,
        object_id: int,
        changes: Mapping[str, Any],
        expected_version: int | None = None,
        *,
        why: Why = UNSAID,
    ) -> RegisteredObject:
        """Change fields of an object's record; the result is validated as a whole.

        `changes` is a JSON merge patch (RFC 7396): given fields replace, null clears, parts of `date` and
        `theft` may be given alone, also where the object had none. A change to what is there already changes
        nothing, not the version either. Raises ObjectNotFound, VersionConflict, and pydantic's
        ValidationError.
        """

        def change(writer: Writer, row: ObjectRow) -> None:
            writer.refuse_merged(row)
            writer.amend(row, patched(record_of(row), changes))

        return self._change(object_id, change, why, expected_version)

    def add_photograph(self, object_id: int, photo: NewPhotograph, *, why: Why = UNSAID) -> Photograph:
        """Add a photograph. The same bytes twice on one object give the one that is there already, as it is.

        One that was removed can be added again, under a new id. Raises ObjectNotFound.
        """
        self.get(object_id)  # before anything is stored
        stored = StoredPhotograph.put(self.photos, photo)
        with self.writing(why) as writer:
            row = writer.find(object_id)
            writer.add_photographs(row, [stored])
            writer.session.flush()
            return next(photograph_of(one) for one in present(row) if one.sha256 == photo.safe.sha256)

    def amend_photograph(
        self,
        object_id: int,
        photograph_id: int,
        view: ViewKind,
        expected_version: int | None = None,
        *,
        why: Why = UNSAID,
    ) -> RegisteredObject:
        """Say anew what a photograph of the object shows; the view that it has already changes nothing.

        Returns the object. Raises ObjectNotFound, PhotographNotFound (also for another object's photograph),
        VersionConflict.
        """

        def change(writer: Writer, row: ObjectRow) -> None:
            writer.amend_photograph(row, photograph_id, view)

        return self._change(object_id, change, why, expected_version)

    def remove_photograph(
        self,
        object_id: int,
        photograph_id: int,
        expected_version: int | None = None,
        *,
        why: Why = UNSAID,
    ) -> RegisteredObject:
        """Take a photograph from the object: it is not found, shown or handed out any more.

        Its row stays as history and its id is never given again. Returns the object. Raises ObjectNotFound,
        PhotographNotFound (also for another object's photograph), VersionConflict.
        """

        def change(writer: Writer, row: ObjectRow) -> None:
            writer.remove_photograph(row, photograph_id)

        return self._change(object_id, change, why, expected_version)

    def recover(self, object_id: int, why: Grounds, expected_version: int | None = None) -> RegisteredObject:
        """The object is back where it belongs: no search finds it any more.

        Raises ObjectNotFound, VersionConflict, StatusConflict (it is so already).
        """
        return self._end_search(object_id, Status.recovered, why, expected_version)

    def withdraw(self, object_id: int, why: Grounds, expected_version: int | None = None) -> RegisteredObject:
        """The report is taken back: no search finds the object any more. Raises as `recover`."""
        return self._end_search(object_id, Status.withdrawn, why, expected_version)

    def reinstate(
        self,
        object_id: int,
        why: Grounds,
        status: Status | None = None,
        expected_version: int | None = None,
    ) -> RegisteredObject:
        """The object is what it was before it was recovered, withdrawn or merged; or gets this status.

        After a merge the one that was kept loses the photographs that it had got by it. Raises ObjectNotFound,
        VersionConflict, StatusConflict.
        """

        def change(writer: Writer, row: ObjectRow) -> None:
            life_cycle.reinstate(writer, row, status)

        return self._change(object_id, change, why, expected_version)

    def merge(
        self, object_id: int, into: int, why: Grounds, expected_version: int | None = None
    ) -> RegisteredObject:
        """The object is the same as another one, which is kept and gets photographs like those of this one.

        Returns the object that was merged. Raises ObjectNotFound (for either), VersionConflict, StatusConflict.
        """

        def change(writer: Writer, row: ObjectRow) -> None:
            life_cycle.merge(writer, row, writer.find(into))

        return self._change(object_id, change, why, expected_version)

    def link(
        self, object_id: int, other_id: int, why: Grounds, expected_version: int | None = None
    ) -> RegisteredObject:
        """The two are the same object, and both stay registered and searched for. What is so already stays.

        Raises ObjectNotFound (for either), VersionConflict, StatusConflict.
        """

        def change(writer: Writer, row: ObjectRow) -> None:
            life_cycle.link(writer, row, writer.find(other_id))

        return self._change(object_id, change, why, expected_version)

    def unlink(
        self, object_id: int, other_id: int, why: Grounds, expected_version: int | None = None
    ) -> RegisteredObject:
        """The two are not the same after all. What is so already stays. Raises as `link`."""

        def change(writer: Writer, row: ObjectRow) -> None:
            life_cycle.unlink(writer, row, writer.find(other_id))

        return self._change(object_id, change, why, expected_version)

    def move(
        self, object_id: int, register: str, why: Grounds, expected_version: int | None = None
    ) -> RegisteredObject:
        """The object belongs to the source register of this key. Where it does already, nothing changes.

        Raises ObjectNotFound, VersionConflict, SourceRegisterNotFound, and StatusConflict: it was merged, or the
        register's lists have another object under its name.
        """

        def change(writer: Writer, row: ObjectRow) -> None:
            moving.move(writer, row, register_row(writer.session, register))

        return self._change(object_id, change, why, expected_version)

    def _end_search(
        self, object_id: int, status: Status, why: Why, expected_version: int | None
    ) -> RegisteredObject:
        def change(writer: Writer, row: ObjectRow) -> None:
            life_cycle.end_search(writer, row, status)

        return self._change(object_id, change, why, expected_version)

    def _change(
        self,
        object_id: int,
        change: Callable[[Writer, ObjectRow], None],
        why: Why,
        expected_version: int | None = None,
    ) -> RegisteredObject:
        with self.writing(why) as writer:
            row = writer.find(object_id, expected_version)
            change(writer, row)
            return writer.handed_out(row)
