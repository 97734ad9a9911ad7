"""What an import does, written down in the transactions that do it, so that it can be inspected and undone.

begin (running) -> a piece: objects and their changes, one transaction -> ... -> finished
                   killed, Ctrl-C, no database: interrupted -> the same list again: goes on
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from data.actor import Actor
from data.database import Database, DatabaseUnavailable, utc_now
from data.exchange.applying import Applied
from data.exchange.entry import Entry
from data.exchange.import_lock import ImportRunning, forget, held
from data.exchange.report import ImportRefused, ImportReport
from data.import_tables import ImportChangeRow, ImportRow
from data.registered import OWN_KEY
from data.rows import plain_name

RUNNING: Final = "running"
INTERRUPTED: Final = "interrupted"
FINISHED: Final = "finished"
UNDONE: Final = "undone"
_OPEN: Final = (RUNNING, INTERRUPTED)
_LONGEST_MESSAGE: Final = 4000


@dataclass(frozen=True, slots=True)
class ImportSource:
    """Of what an import is: the same one again goes on with an import that was interrupted."""

    name: str
    """The list or folder, with its whole path."""
    sha256: str = ""
    """Of the list's bytes; empty for a folder."""
    mapping: dict[str, str] = field(default_factory=dict)
    """Our fields and the columns they are read from."""
    authority: str = ""
    register: str = ""
    """Key of the source register that its objects belong to; empty: none was named, and it is our own."""

    def __post_init__(self) -> None:
        for name in ("name", "authority", "register"):
            text = getattr(self, name).encode("utf-8", "replace").decode("utf-8").replace("\x00", "\ufffd")
            object.__setattr__(self, name, text)  # as text that every database can hold


@dataclass(frozen=True, slots=True)
class Journal:
    """The written record of one import that is at work."""

    database: Database
    import_id: int

    def note(
        self, session: Session, report: ImportReport, done: Sequence[tuple[Entry, Applied | str]]
    ) -> None:
        """Write down a piece within its own transaction: of each entry what it changed, or why it was not taken.

        Raises ImportRefused if the import was undone meanwhile, so that the piece is taken back.
        """
        row = session.get_one(ImportRow, self.import_id)
        if row.state != RUNNING:
            raise ImportRefused(
                f"Import {self.import_id} is {row.state} since somebody else saw to it. Import the list again."
            )
        session.flush()  # changes refer to objects that must be there
        values = [self._values(entry, what) for entry, what in done if _says(what)]
        if values:
            session.execute(insert(ImportChangeRow), values)
        row.added += sum(one["action"] == "add" for one in values)
        row.updated += sum(one["action"] == "update" for one in values)
        row.photographs += sum(len(one["photographs"]) for one in values)
        _count(row, report)

    def _values(self, entry: Entry, what: Applied | str) -> dict[str, Any]:
        values = {
            "import_id": self.import_id,
            "line": entry.line,
            "title": plain_name(entry.title),
            "kept": [],
        }
        if isinstance(what, str):
            message = what.replace("\x00", "\ufffd")[:_LONGEST_MESSAGE]
            empty: dict[str, Any] = {"object_id": None, "version": None, "cells": {}, "photographs": {}}
            return {**values, **empty, "action": "quarantined", "message": message}
        return {
            **values,
            "action": what.action,
            "object_id": what.row.id,
            "version": what.row.version,
            "message": "; ".join(what.notes)[:_LONGEST_MESSAGE],
            "cells": what.cells,
            "photographs": what.photographs,
        }

    def finish(self, report: ImportReport) -> None:
        """Write down that it went to its end."""
        with self.database.session(writes=True) as session:
            row = session.get_one(ImportRow, self.import_id)
            if row.state == RUNNING:
                _count(row, report)
                row.state, row.ended_at = FINISHED, utc_now()

    def interrupt(self) -> None:
        """Write down that it did not; where that fails too, it is seen by its lock."""
        with suppress(DatabaseUnavailable), self.database.session(writes=True) as session:
            row = session.get_one(ImportRow, self.import_id)
            if row.state == RUNNING:
                row.state, row.ended_at = INTERRUPTED, utc_now()


@contextmanager
def journal(
    database: Database, source: ImportSource, actor: Actor, report: ImportReport
) -> Iterator[Journal]:
    """The journal of an import: a new one, or that of one that was interrupted, for the whole of the block."""
    with ExitStack() as locks:
        import_id = _taken_up(database, source, locks) or _begun(database, source, actor, locks)
        kept = Journal(database, import_id)
        report.import_id = import_id
        try:
            yield kept
        except BaseException:
            kept.interrupt()
            raise
        kept.finish(report)
        forget(database, import_id)


def _begun(database: Database, source: ImportSource, actor: Actor, locks: ExitStack) -> int:
    with database.session(writes=True) as session:
        row = ImportRow(
            state=RUNNING,
            source=source.name,
            sha256=source.sha256,
            mapping=source.mapping,
            authority=source.authority,
            actor=str(actor),
            source_register=source.register or OWN_KEY,
            started_at=utc_now(),
            undone_by="",
            **dict.fromkeys(_COUNTS, 0),
        )
        session.add(row)
        session.flush()
        locks.enter_context(held(database, row.id))  # before anybody can see it
        return row.id


_COUNTS: Final = (
    "rows", "added", "updated", "unchanged", "quarantined", "photographs", "photos_refused",
    "withdrawn", "returned", "photographs_removed", "kept",
)  # fmt: skip


def _taken_up(database: Database, source: ImportSource, locks: ExitStack) -> int | None:
    """The last import of the same source if it was interrupted: nobody holds its lock."""
    query = (
        select(ImportRow)
        .where(ImportRow.source == source.name, ImportRow.sha256 == source.sha256)
        .where(ImportRow.state.in_(_OPEN), ImportRow.authority == source.authority)
        .where(ImportRow.source_register == (source.register or OWN_KEY))
        .order_by(ImportRow.id.desc())
    )
    with database.session() as session:
        same = (row.id for row in session.scalars(query) if row.mapping == source.mapping)
        import_id = next(same, None)
    if import_id is None:
        return None
    with ExitStack() as taken:
        try:
            taken.enter_context(held(database, import_id))
        except ImportRunning:
            return None
        if not _reopened(database, import_id):
            return None
        locks.push(taken.pop_all())
    return import_id


def _reopened(database: Database, import_id: int) -> bool:
    with database.session(writes=True) as session:
        row = session.get_one(ImportRow, import_id)
        if row.state not in _OPEN:
            return False
        row.state, row.ended_at = RUNNING, None
        row.rows = row.unchanged = row.quarantined = row.photos_refused = 0
        # what was not taken is met again; what was changed is not
        session.execute(
            delete(ImportChangeRow).where(
                ImportChangeRow.import_id == import_id, ImportChangeRow.object_id.is_(None)
            )
        )
        return True


def _says(what: Applied | str) -> bool:
    """Whether a row is worth an entry: lists are imported every night with hardly a change in them."""
    return isinstance(what, str) or what.action != "unchanged" or bool(what.cells)


def _count(row: ImportRow, report: ImportReport) -> None:
    row.rows, row.quarantined = report.rows, report.counts["quarantined"]
    row.photos_refused = report.photos_refused
    row.unchanged = max(0, row.rows - row.added - row.updated - row.quarantined)
