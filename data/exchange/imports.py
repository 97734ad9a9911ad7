"""The imports that were made: which there are, how far each came, and what it changed."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Text, cast, select

from data.database import Database
from data.exchange.cells import Change, seen
from data.exchange.import_lock import is_held
from data.exchange.journal import INTERRUPTED, RUNNING
from data.import_tables import ImportChangeRow, ImportRow
from data.writer import LARGEST_ID

LARGEST_PAGE: Final = 500


class ImportNotFound(LookupError):
    """No import has this number."""

    def __init__(self, import_id: int) -> None:
        self.import_id = import_id
        super().__init__(
            f"There is no import {import_id}. Check the number; `artrieve imports list` shows them."
        )


@dataclass(frozen=True, slots=True)
class Undoing:
    """What undoing an import did."""

    at: dt.datetime
    by: str
    withdrawn: int
    """Objects that it had brought and that were withdrawn."""
    returned: int
    """Objects in which it had changed something that is as before now."""
    photographs: int
    """Photographs that it had added and that were removed."""
    kept: int
    """Rows of which something stayed, because it was changed since."""


@dataclass(frozen=True, slots=True)
class Import:
    """One import."""

    id: int
    state: str
    """running, interrupted, finished or undone"""
    source: str
    """The list or folder, with its whole path."""
    sha256: str
    """Of the list; empty for a folder."""
    mapping: Mapping[str, str]
    """Our fields and the columns they were read from."""
    authority: str
    actor: str
    source_register: str
    """Key of the source register that its objects belong to."""
    started_at: dt.datetime
    ended_at: dt.datetime | None
    """When it finished, or was seen to be interrupted; an import that was killed has none."""
    rows: int
    added: int
    updated: int
    unchanged: int
    quarantined: int
    photographs: int
    photos_refused: int
    undoing: Undoing | None


@dataclass(frozen=True, slots=True)
class ImportChange:
    """What an import did with one row. Rows that changed nothing are counted only."""

    id: int
    line: int
    action: str
    """add, update or quarantined; unchanged where only what the list says became known"""
    object_id: int | None
    version: int | None
    """Of the object, after the change."""
    title: str
    message: str
    changes: Mapping[str, Change]
    """What stood before and after, by field of the record, and by `view.ID` for what a photograph shows."""
    photographs: tuple[int, ...]
    """Those it added."""
    kept: tuple[str, ...]
    """What undoing the import left, because it was changed since."""


class Imports:
    """The imports of a register, for reading."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, import_id: int) -> Import:
        """The import with this number. Raises ImportNotFound."""
        found = None
        if 0 < import_id <= LARGEST_ID:
            with self._database.session() as session:
                found = session.get(ImportRow, import_id)
        if found is None:
            raise ImportNotFound(import_id)
        return self._import(found)

    def page(self, before: int | None = None, limit: int = 50) -> list[Import]:
        """Up to `limit` (1 to 500) imports, the latest first, from the first one before the number `before`."""
        query = select(ImportRow).order_by(ImportRow.id.desc()).limit(min(max(limit, 1), LARGEST_PAGE))
        if before is not None:
            query = query.where(ImportRow.id < min(max(before, 0), LARGEST_ID))
        with self._database.session() as session:
            found = list(session.scalars(query))
        return [self._import(row) for row in found]

    def changes(
        self, import_id: int, after: int = 0, limit: int = 50, *, kept: bool = False
    ) -> list[ImportChange]:
        """Up to `limit` (1 to 500) changes of an import in their order, from the first one after the id `after`.

        `kept`: only those of which undoing left something. Raises ImportNotFound.
        """
        self.get(import_id)
        query = select(ImportChangeRow).where(
            ImportChangeRow.import_id == import_id, ImportChangeRow.id > min(max(after, 0), LARGEST_ID)
        )
        if kept:
            query = query.where(cast(ImportChangeRow.kept, Text) != "[]")
        query = query.order_by(ImportChangeRow.id).limit(min(max(limit, 1), LARGEST_PAGE))
        with self._database.session() as session:
            return [_change(row) for row in session.scalars(query)]

    def every_change(self, import_id: int) -> Iterator[ImportChange]:
        """All changes of an import in their order, read page by page. Raises ImportNotFound when they are begun."""
        after = 0
        while page := self.changes(import_id, after, LARGEST_PAGE):
            yield from page
            after = page[-1].id

    def _import(self, row: ImportRow) -> Import:
        state = row.state
        if state == RUNNING and not is_held(self._database, row.id):
            with self._database.session() as session:  # it may have come to its end between the two looks
                state = session.get_one(ImportRow, row.id).state
            state = INTERRUPTED if state == RUNNING else state
        return _import(row, state)


def _import(row: ImportRow, state: str) -> Import:
    undoing = None
    if row.undone_at is not None:
        counts = (row.withdrawn, row.returned, row.photographs_removed, row.kept)
        undoing = Undoing(row.undone_at, row.undone_by, *counts)
    return Import(
        id=row.id,
        state=state,
        source=row.source,
        sha256=row.sha256,
        mapping=row.mapping,
        authority=row.authority,
        actor=row.actor,
        source_register=row.source_register,
        started_at=row.started_at,
        ended_at=row.ended_at,
        rows=row.rows,
        added=row.added,
        updated=row.updated,
        unchanged=row.unchanged,
        quarantined=row.quarantined,
        photographs=row.photographs,
        photos_refused=row.photos_refused,
        undoing=undoing,
    )


def _change(row: ImportChangeRow) -> ImportChange:
    cells: dict[str, Any] = {} if row.action == "add" else row.cells
    return ImportChange(
        id=row.id,
        line=row.line,
        action=row.action,
        object_id=row.object_id,
        version=row.version,
        title=row.title,
        message=row.message,
        changes=seen({name: (before, after) for name, (before, after) in cells.items()}),
        photographs=tuple(int(number) for number in row.photographs),
        kept=tuple(row.kept),
    )
