"""The tables of likely duplicates: pairs of objects whose photographs look like the same, and which photographs."""

import datetime as dt
from enum import StrEnum

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from data.tables import Base


class DuplicateState(StrEnum):
    """What people have said of a likely duplicate."""

    open = "open"  # nothing yet
    linked = "linked"  # the same, and both stay
    merged = "merged"  # the same, and one of the two is kept
    dismissed = "dismissed"  # not the same


class DuplicateRow(Base):
    """Two objects that are likely the same, the one registered first with the lower id. Rows are never deleted."""

    __tablename__ = "duplicates"
    __table_args__ = (
        UniqueConstraint("first_id", "second_id", name="uq_duplicates_first_id"),
        Index("ix_duplicates_second_id", "second_id"),
        Index("ix_duplicates_state_id", "state", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    first_id: Mapped[int] = mapped_column(ForeignKey("objects.id"))
    second_id: Mapped[int] = mapped_column(ForeignKey("objects.id"))
    state: Mapped[str]
    found_at: Mapped[dt.datetime]
    decided_at: Mapped[dt.datetime | None]
    actor_kind: Mapped[str]  # who decided; these are empty while it is open
    actor_name: Mapped[str]
    address: Mapped[str]
    reason: Mapped[str]
    source: Mapped[str]


class FindingRow(Base):
    """A photograph of each of the two that show the same, as far as could be told when they were compared."""

    __tablename__ = "duplicate_findings"

    duplicate_id: Mapped[int] = mapped_column(ForeignKey("duplicates.id"), primary_key=True)
    first_photograph_id: Mapped[int] = mapped_column(ForeignKey("photographs.id"), primary_key=True)
    second_photograph_id: Mapped[int] = mapped_column(ForeignKey("photographs.id"), primary_key=True)
    identical: Mapped[bool]  # the same photo, byte for byte
    probability: Mapped[
        float | None
    ]  # that both show the same object; none: nobody has looked but at the bytes
    level: Mapped[str]  # the alert level at which it alerted; this and the two below are empty likewise
    generation: Mapped[int | None]
    models: Mapped[dict[str, str]] = mapped_column(JSON())
    found_at: Mapped[dt.datetime]
