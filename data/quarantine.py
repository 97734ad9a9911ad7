"""What imports could not take: kept with line and reason until a later import of the same source takes it."""

import datetime as dt
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from data.database import Database
from data.rows import plain_name
from data.tables import QuarantineRow

LONGEST_SOURCE: Final = 1000
_LONGEST_REASON: Final = 4000


@dataclass(frozen=True, slots=True)
class Quarantined:
    """One row, or one photo of a row, that was not taken."""

    source: str
    """The file or folder, with its whole path."""
    line: int
    reason: str
    title: str = ""
    photo: str = ""
    """The photo's name; empty if it is the row as a whole."""
    first_seen_at: dt.datetime | None = None
    last_seen_at: dt.datetime | None = None
    resolved_at: dt.datetime | None = None
    """When an import of the same source no longer met it."""


class Quarantine:
    """The list of what was not taken."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def entries(self, source: str | None = None, *, resolved: bool = False) -> list[Quarantined]:
        """What is in quarantine now, by source and line; with `resolved`, also what once was."""
        query = select(QuarantineRow).order_by(QuarantineRow.source, QuarantineRow.line, QuarantineRow.id)
        if source is not None:
            query = query.where(QuarantineRow.source == source[-LONGEST_SOURCE:])
        if not resolved:
            query = query.where(QuarantineRow.resolved_at.is_(None))
        with self._database.session() as session:
            return [_entry(row) for row in session.scalars(query)]

    def resolve_older(self, source: str, before: dt.datetime) -> None:
        """Mark what an import of this source that began at `before` no longer met."""
        query = update(QuarantineRow).where(
            QuarantineRow.source == source[-LONGEST_SOURCE:],
            QuarantineRow.last_seen_at < before,
            QuarantineRow.resolved_at.is_(None),
        )
        with self._database.session(writes=True) as session:
            session.execute(query.values(resolved_at=before))


def keep(session: Session, entries: Iterable[Quarantined], now: dt.datetime) -> None:
    """Add entries in a transaction that is under way; the same source, line, photo and reason is kept once."""
    by_digest = {_digest(entry): entry for entry in entries}
    query = select(QuarantineRow).where(QuarantineRow.digest.in_(by_digest))
    known = {row.digest: row for row in session.scalars(query)} if by_digest else {}
    for digest, entry in by_digest.items():
        if digest in known:
            known[digest].last_seen_at = now
            known[digest].resolved_at = None
        else:
            session.add(
                QuarantineRow(
                    digest=digest,
                    source=entry.source[-LONGEST_SOURCE:],
                    line=entry.line,
                    photo=plain_name(entry.photo),
                    title=plain_name(entry.title),
                    reason=entry.reason.replace("\x00", "\ufffd")[:_LONGEST_REASON],
                    first_seen_at=now,
                    last_seen_at=now,
                    resolved_at=None,
                )
            )


def _digest(entry: Quarantined) -> str:
    parts = (entry.source, entry.line, entry.photo, entry.reason)
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _entry(row: QuarantineRow) -> Quarantined:
    return Quarantined(
        source=row.source,
        line=row.line,
        reason=row.reason,
        title=row.title,
        photo=row.photo,
        first_seen_at=row.first_seen_at,
        last_seen_at=row.last_seen_at,
        resolved_at=row.resolved_at,
    )
