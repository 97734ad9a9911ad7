"""The tables of what has happened: the history of objects and the audit trail. Rows are added and never changed.

Triggers in both databases hold that, see the migration 0003.
"""

import datetime as dt
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, Integer
from sqlalchemy.orm import Mapped, mapped_column

from data.tables import Base


class HistoryRow(Base):
    """One version of one object: how it was from then on, and who changed it why."""

    __tablename__ = "object_history"

    object_id: Mapped[int] = mapped_column(ForeignKey("objects.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    change: Mapped[str]
    status: Mapped[str]
    fields: Mapped[list[str]]  # names of the record's fields that were changed
    other_id: Mapped[int | None]  # the other object of a merge or a link
    record: Mapped[dict[str, Any]]
    photographs: Mapped[list[dict[str, Any]]] = mapped_column(JSON)  # id and view of each
    merged_into: Mapped[int | None]
    same_as: Mapped[list[int]] = mapped_column(JSON)
    actor_kind: Mapped[str]
    actor_name: Mapped[str]
    address: Mapped[str]
    reason: Mapped[str]
    source: Mapped[str]
    changed_at: Mapped[dt.datetime]
    salt: Mapped[str]  # hashed with the rest, so that nobody can guess what is in it from the event


class AuditEventRow(Base):
    """One event, in the order of the sequence. All but the sequence is text: what is hashed is what lies here."""

    __tablename__ = "audit_events"
    __table_args__ = (Index("ix_audit_events_subject", "subject"),)

    sequence: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer(), "sqlite"), primary_key=True, autoincrement=False
    )
    recorded_at: Mapped[str]
    actor_kind: Mapped[str]
    actor_name: Mapped[str]
    address: Mapped[str]
    kind: Mapped[str]
    subject: Mapped[str]
    details: Mapped[str]  # canonical JSON
    hash: Mapped[str]


class AuditHeadRow(Base):
    """One row: the last event. Whoever appends locks it, so that the chain can't fork."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sequence: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[str]
