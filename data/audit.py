"""The audit trail: every change and every search is an event, chained by SHA-256 to the one before.

The hash of an event is the SHA-256 of the hash before it, in hexadecimal digits, and of the event's canonical JSON
(`Recorded.canonical`); before the first event stand 64 zeros. Events are written in the transaction of what they
tell: either both are there or neither.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from data.actor import Actor
from data.audit_events import Event
from data.canonical import canonical, moment
from data.database import Database, utc_now
from data.trail_tables import AuditEventRow, AuditHeadRow

BEFORE_THE_FIRST: Final = "0" * 64
LARGEST_PAGE: Final = 1000
LARGEST_SEQUENCE: Final = 2**63 - 1


class EventNotFound(LookupError):
    """The trail has no event of this number."""

    def __init__(self, sequence: int) -> None:
        self.sequence = sequence
        super().__init__(f"The audit trail has no event {sequence}. Check the number.")


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the trail: number and hash of the last event. Noted elsewhere, it shows if the end was cut off."""

    sequence: int
    hash: str

    def __str__(self) -> str:
        return f"{self.sequence}:{self.hash}"


START: Final = Head(0, BEFORE_THE_FIRST)


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event as it lies in the trail; `details` is JSON text."""

    sequence: int
    recorded_at: str
    actor_kind: str
    actor_name: str
    address: str
    kind: str
    subject: str
    details: str
    hash: str

    def values(self) -> dict[str, Any]:
        """The event as JSON values, without its hash. Raises ValueError if the details are no JSON."""
        return {
            "sequence": self.sequence,
            "at": self.recorded_at,
            "actor": {"kind": self.actor_kind, "name": self.actor_name, "address": self.address},
            "kind": self.kind,
            "subject": self.subject,
            "details": json.loads(self.details),
        }

    def canonical(self) -> bytes:
        """The bytes that are hashed. Raises ValueError as `values`."""
        return canonical(self.values())


def append(session: Session, actor: Actor, events: Sequence[Event], at: dt.datetime) -> None:
    """Add events to the trail, in this order and in the session's transaction, which must be a writing one.

    From here to the end of the transaction everybody else who appends waits: call it last.
    """
    head = session.get(AuditHeadRow, 1, with_for_update=True)
    if head is None:
        raise RuntimeError("The table audit_head is empty: restore the database from a backup.")
    rows = []
    for event in events:
        row = _row(event, actor, moment(at), head.sequence + 1)
        head.sequence, head.hash = row["sequence"], chained(head.hash, Recorded(**row, hash="").canonical())
        rows.append({**row, "hash": head.hash})
    if rows:
        session.execute(insert(AuditEventRow), rows)


def chained(previous: str, event: bytes) -> str:
    """The hash of an event, given the hash before it and its canonical JSON."""
    return hashlib.sha256(previous.encode() + event).hexdigest()


def _row(event: Event, actor: Actor, at: str, sequence: int) -> dict[str, Any]:
    return {
        "sequence": sequence,
        "recorded_at": at,
        "actor_kind": actor.kind.value,
        "actor_name": actor.name,
        "address": actor.address,
        "kind": event.kind,
        "subject": event.subject,
        "details": canonical(event.details()).decode(),
    }


class AuditTrail:
    """The events of a register. Safe to share between threads."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def tell(self, actor: Actor, event: Event) -> None:
        """Add one event, in a transaction of its own: for what changes nothing else."""
        with self._database.session(writes=True) as session:
            append(session, actor, [event], utc_now())

    def head(self) -> Head:
        """The last event; number 0 before the first."""
        with self._database.session() as session:
            return head_of(session)

    def events(
        self, after: int = 0, limit: int = 50, *, kind: str | None = None, subject: str | None = None
    ) -> list[Recorded]:
        """Up to `limit` (1 to 1,000) events in their order, from the first one after number `after`."""
        after = min(max(after, 0), LARGEST_SEQUENCE)
        query = EVERY_EVENT.where(AuditEventRow.sequence > after).limit(min(max(limit, 1), LARGEST_PAGE))
        if kind is not None:
            query = query.where(AuditEventRow.kind == kind)
        if subject is not None:
            query = query.where(AuditEventRow.subject == subject)
        with self._database.session() as session:
            return [Recorded(*row) for row in session.execute(query)]

    def event(self, sequence: int) -> Recorded:
        """The event of this number. Raises EventNotFound."""
        found = self.events(sequence - 1, 1) if 0 < sequence <= LARGEST_SEQUENCE else []
        if not found or found[0].sequence != sequence:
            raise EventNotFound(sequence)
        return found[0]


EVERY_EVENT: Final = select(
    AuditEventRow.sequence,
    AuditEventRow.recorded_at,
    AuditEventRow.actor_kind,
    AuditEventRow.actor_name,
    AuditEventRow.address,
    AuditEventRow.kind,
    AuditEventRow.subject,
    AuditEventRow.details,
    AuditEventRow.hash,
).order_by(AuditEventRow.sequence)
"""Rows of what a Recorded is made of."""


def head_of(session: Session) -> Head:
    """The end of the trail as the session sees it."""
    found = session.execute(select(AuditHeadRow.sequence, AuditHeadRow.hash)).one_or_none()
    return Head(*found) if found else START
