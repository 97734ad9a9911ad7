"""The tables of imports: each import, what it changed in which object, and mappings that were kept under a name."""

import datetime as dt
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from data.tables import Base


class ImportRow(Base):
    """One import of one list or folder, and how far it came."""

    __tablename__ = "imports"
    __table_args__ = (Index("ix_imports_source_id", "source", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str]  # running, interrupted, finished or undone; running without a process is interrupted
    source: Mapped[str]
    sha256: Mapped[str]  # of the list; empty for a folder
    mapping: Mapped[dict[str, Any]]  # our fields and the columns they were read from
    authority: Mapped[str]
    actor: Mapped[str]
    source_register: Mapped[str]  # its key
    started_at: Mapped[dt.datetime]
    ended_at: Mapped[dt.datetime | None]
    rows: Mapped[int]
    added: Mapped[int]
    updated: Mapped[int]
    unchanged: Mapped[int]
    quarantined: Mapped[int]
    photographs: Mapped[int]
    photos_refused: Mapped[int]
    undone_at: Mapped[dt.datetime | None]
    undone_by: Mapped[str]
    withdrawn: Mapped[int]  # by undoing it, as are the three below
    returned: Mapped[int]
    photographs_removed: Mapped[int]
    kept: Mapped[int]


class ImportChangeRow(Base):
    """What an import did with one row, as it is needed to undo it.

    The ids grow in the order in which changes came into the register, over all imports: whoever writes one
    holds the register's write lock.
    """

    __tablename__ = "import_changes"
    __table_args__ = (
        Index("ix_import_changes_import_id_id", "import_id", "id"),
        Index("ix_import_changes_object_id_id", "object_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    import_id: Mapped[int] = mapped_column(ForeignKey("imports.id"))
    line: Mapped[int]
    action: Mapped[str]  # add, update or quarantined
    object_id: Mapped[int | None] = mapped_column(ForeignKey("objects.id"))
    version: Mapped[int | None]  # of the object, after the change
    title: Mapped[str]
    message: Mapped[str]
    cells: Mapped[
        dict[str, Any]
    ]  # name to what stood there before and after, as data.exchange.cells names them
    photographs: Mapped[dict[str, Any]]  # those added, by id: what each shows
    kept: Mapped[list[str]] = mapped_column(JSON())  # what undoing left, because it was changed since


class MappingRow(Base):
    """A mapping of fields to columns, kept under a name."""

    __tablename__ = "mappings"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    plain_name: Mapped[str] = mapped_column(unique=True)  # the name without case, by which it is found
    columns: Mapped[dict[str, Any]]
    saved_at: Mapped[dt.datetime]
    saved_by: Mapped[str]
