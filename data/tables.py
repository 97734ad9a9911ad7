"""The tables of the register.

Ids of objects and photographs come from the counters in `register_state`, in the transaction that uses
them: they are never given twice, and a transaction that fails leaves no gap, so a job that is killed and
run again ends with the ids of a job that was not (sequences and autoincrement columns cannot promise the
second).
"""

import datetime as dt
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    MetaData,
    Text,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship
from sqlalchemy.types import TypeDecorator

from data.registered import OWN_ID

_STEPS: Final = 10_000


class UtcDateTime(TypeDecorator[dt.datetime]):
    """A moment. SQLite keeps no time zone, so UTC goes in and comes out, whatever the database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, _dialect: Dialect) -> dt.datetime | None:
        """To UTC; a moment without a time zone is a mistake of the caller."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone cannot be stored: use datetime.now(UTC)")
        return value.astimezone(dt.UTC)

    def process_result_value(self, value: dt.datetime | None, _dialect: Dialect) -> dt.datetime | None:
        """From UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


class ExactDecimal(TypeDecorator[Decimal]):
    """A number with up to four decimal places, kept as an integer of ten-thousandths.

    Exact and comparable on every database; SQLite has no decimal type of its own.
    """

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, _dialect: Dialect) -> int | None:
        """To ten-thousandths."""
        return None if value is None else int(value * _STEPS)

    def process_result_value(self, value: int | None, _dialect: Dialect) -> Decimal | None:
        """From ten-thousandths, without zeros at the end."""
        if value is None:
            return None
        return Decimal(f"{(Decimal(value) / _STEPS).normalize():f}")


class Base(DeclarativeBase):
    """All tables."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012  SQLAlchemy reads a plain dictionary here
        str: Text(),
        dt.datetime: UtcDateTime(),
        Decimal: ExactDecimal(),
        list[str]: JSON(),
        dict[str, Any]: JSON(),
    }


class StateRow(Base):
    """One row: how often the register was written to, and the last ids given."""

    __tablename__ = "register_state"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    revision: Mapped[int] = mapped_column(BigInteger)
    last_object_id: Mapped[int]
    last_photograph_id: Mapped[int]


class SourceRegisterRow(Base):
    """A register that objects came from. It is never deleted, so its id is never another's."""

    __tablename__ = "source_registers"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    key: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    authority: Mapped[str]
    contact: Mapped[str]
    licence: Mapped[str]
    url: Mapped[str]
    notes: Mapped[str]
    as_of: Mapped[dt.date | None]
    updated_at: Mapped[dt.datetime]


class MeasurementRow(Base):
    """One measurement of an object."""

    __tablename__ = "measurements"

    object_id: Mapped[int] = mapped_column(ForeignKey("objects.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    dimension: Mapped[str]
    value: Mapped[Decimal]
    unit: Mapped[str]


class LinkRow(Base):
    """An object that is said to be the same as another one. There is a row for each of the two."""

    __tablename__ = "object_links"

    object_id: Mapped[int] = mapped_column(ForeignKey("objects.id"), primary_key=True)
    other_id: Mapped[int] = mapped_column(ForeignKey("objects.id"), primary_key=True)


class PhotographRow(Base):
    """One photograph of an object. The bytes are in the photo store, under the two keys.

    A photograph that was removed stays as history: its id is never given again, and a list that names the
    photo still does not bring it back.
    """

    __tablename__ = "photographs"
    __table_args__ = (
        Index(
            "uq_photographs_object_id_sha256",
            "object_id",
            "sha256",
            unique=True,
            sqlite_where=text("removed_at IS NULL"),
            postgresql_where=text("removed_at IS NULL"),
        ),
        Index(
            "ix_photographs_check_due",
            "id",
            sqlite_where=text("check_due IS NOT NULL"),
            postgresql_where=text("check_due IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    object_id: Mapped[int] = mapped_column(ForeignKey("objects.id", ondelete="CASCADE"))
    position: Mapped[int]
    view: Mapped[str]
    sha256: Mapped[str] = mapped_column(index=True)
    photo_key: Mapped[str]
    thumbnail_key: Mapped[str]
    width: Mapped[int]
    height: Mapped[int]
    original_width: Mapped[int]
    original_height: Mapped[int]
    format: Mapped[str]
    original_name: Mapped[str]
    added_at: Mapped[dt.datetime]
    removed_at: Mapped[dt.datetime | None]
    shared_from: Mapped[int | None] = mapped_column(
        ForeignKey("photographs.id"), index=True
    )  # the photograph of a merged object, of which this is the same
    undone_at: Mapped[dt.datetime | None]  # it was undoing an import that removed it: a list brings it back
    source_view: Mapped[str | None]  # the view that the list it came from gave last; none if no list named it
    check_due: Mapped[int | None] = mapped_column(
        BigInteger
    )  # it waits to be compared with the register as it was at this revision at least; none: it does not wait


class ObjectRow(Base):
    """One object: the fields of its Object ID record, and what the register adds."""

    __tablename__ = "objects"
    __table_args__ = (
        Index("ix_objects_status_id", "status", "id"),
        Index(
            "ix_objects_merged_into",
            "merged_into",
            sqlite_where=text("merged_into IS NOT NULL"),
            postgresql_where=text("merged_into IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[int]
    source_key: Mapped[str | None] = mapped_column(unique=True)
    source_digest: Mapped[str | None]
    source_values: Mapped[dict[str, Any] | None] = mapped_column(
        JSON(none_as_null=True)
    )  # what the list it came from said last, as data.exchange.changes writes it
    undone_at: Mapped[dt.datetime | None]  # it was undoing an import that withdrew it: a list brings it back
    created_at: Mapped[dt.datetime]
    changed_at: Mapped[dt.datetime]
    merged_into: Mapped[
        int | None
    ]  # no foreign key: so rows can be copied in any order, and none is ever deleted

    type_path: Mapped[list[str]]
    materials: Mapped[str]
    inscriptions: Mapped[str]
    distinguishing_features: Mapped[str]
    title: Mapped[str]
    subject: Mapped[str]
    date_text: Mapped[str]
    date_earliest: Mapped[int | None]
    date_latest: Mapped[int | None]
    maker: Mapped[str]
    description: Mapped[str]
    inventory_number: Mapped[str]
    related_written_material: Mapped[str]
    place_of_origin: Mapped[str]
    related_objects: Mapped[str]
    date_documented: Mapped[dt.date | None]
    authority: Mapped[str]
    case_reference: Mapped[str]
    theft_earliest: Mapped[dt.date | None]
    theft_latest: Mapped[dt.date | None]
    theft_place: Mapped[str]
    theft_circumstances: Mapped[str]
    status: Mapped[str]
    owner_name: Mapped[str] = mapped_column(server_default=text("''"))
    owner_contact: Mapped[str] = mapped_column(server_default=text("''"))
    # SQLite adds no foreign key to a table that is there, unless it may be null: that means the same as OWN_ID
    register_id: Mapped[int | None] = mapped_column(
        ForeignKey("source_registers.id"), default=OWN_ID, index=True
    )

    source_register: Mapped[SourceRegisterRow | None] = relationship(lazy="selectin")

    measurements: Mapped[list[MeasurementRow]] = relationship(
        order_by=MeasurementRow.position, cascade="all, delete-orphan", lazy="raise_on_sql"
    )
    links: Mapped[list[LinkRow]] = relationship(
        foreign_keys=LinkRow.object_id, cascade="all, delete-orphan", lazy="raise_on_sql"
    )
    photographs: Mapped[list[PhotographRow]] = relationship(
        order_by=PhotographRow.position, cascade="all, delete-orphan", lazy="raise_on_sql"
    )


class SourceNameRow(Base):
    """A further name of an object that moved to another source register: what that register's lists call it."""

    __tablename__ = "source_names"

    source_key: Mapped[str] = mapped_column(primary_key=True)
    object_id: Mapped[int] = mapped_column(ForeignKey("objects.id"))


class QuarantineRow(Base):
    """A row or a photo that an import could not take."""

    __tablename__ = "quarantine"

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(
        unique=True
    )  # of source, line, photo and reason: the same is kept once
    source: Mapped[str] = mapped_column(index=True)
    line: Mapped[int]
    photo: Mapped[str]
    title: Mapped[str]
    reason: Mapped[str]
    first_seen_at: Mapped[dt.datetime]
    last_seen_at: Mapped[dt.datetime]
    resolved_at: Mapped[dt.datetime | None]


class SearchRow(Base):
    """One search record, as the service answered it."""

    __tablename__ = "searches"

    id: Mapped[str] = mapped_column(primary_key=True)
    made_at: Mapped[dt.datetime] = mapped_column(index=True)
    answer: Mapped[dict[str, Any]]
