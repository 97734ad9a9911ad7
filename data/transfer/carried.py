"""What is carried: every table that the metadata knows, by its columns and what they hold.

A new table is carried without a change here. What is worked out from others is not: columns that the database
computes, and the tables in DERIVED_TABLES, which migrations make and `data.transfer.checks.REBUILT` fills.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    ColumnElement,
    Date,
    DateTime,
    Double,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    Select,
    String,
    Table,
    TableClause,
    Text,
    cast,
    column,
    select,
    table,
)
from sqlalchemy.types import NullType, TypeDecorator, TypeEngine

import data.duplicate_tables  # its tables are carried too
import data.import_tables  # noqa: F401  likewise
from data.finding_tables import FULL_TEXT, FactsRow, GramRow, SizeRow, TermRow
from data.tables import Base, UtcDateTime

DERIVED_TABLES: Final = frozenset(
    (
        *(each.__tablename__ for each in (FactsRow, SizeRow, TermRow, GramRow)),
        FULL_TEXT,
        *(f"{FULL_TEXT}_{part}" for part in ("config", "content", "data", "docsize", "idx")),  # those of FTS5
    )
)
"""Tables that can be made again from the others, also those that the metadata does not know."""
PHOTO_COLUMNS: Final = ("photo_key", "thumbnail_key")
"""A column of one of these names, in any table, holds keys of the photo store."""


class Kind(StrEnum):
    """What a column holds."""

    integer = "integer"
    text = "text"
    boolean = "boolean"
    number = "number"
    moment = "moment"
    day = "day"
    json = "json"
    octets = "octets"


# The first that fits; a kind of integer or text before what is none.
_KINDS: Final[tuple[tuple[type[TypeEngine[Any]], Kind], ...]] = (
    (Boolean, Kind.boolean),
    (JSON, Kind.json),
    (DateTime, Kind.moment),
    (Date, Kind.day),
    (Integer, Kind.integer),
    (Float, Kind.number),
    (LargeBinary, Kind.octets),
    (String, Kind.text),
)

# JSON goes from database to database as the text it was written as: read back and written again it might differ.
_TYPES: Final[Mapping[Kind, TypeEngine[Any]]] = {
    Kind.integer: BigInteger(),
    Kind.text: Text(),
    Kind.boolean: Boolean(),
    Kind.number: Double(),
    Kind.moment: UtcDateTime(),
    Kind.day: Date(),
    Kind.json: NullType(),
    Kind.octets: LargeBinary(),
}


@dataclass(frozen=True, slots=True)
class CarriedTable:
    """A table: its columns in order with what they hold, and the columns of its primary key."""

    name: str
    columns: Mapping[str, Kind]
    key: tuple[str, ...]

    def light(self) -> TableClause:
        """The table for statements, by plain types: values go through as the database has them."""
        return table(self.name, *(column(name, _TYPES[kind]) for name, kind in self.columns.items()))

    def in_order(self, *, sqlite: bool) -> Select[Any]:
        """All rows by their primary key, in an order that is the same on every database."""
        light = self.light()
        asked = [
            cast(light.c[name], Text).label(name) if kind is Kind.json else light.c[name]
            for name, kind in self.columns.items()
        ]
        return select(*asked).order_by(
            *(_ordered(light.c[name], self.columns[name], sqlite) for name in self.key)
        )

    @property
    def photo_columns(self) -> tuple[str, ...]:
        """Those that hold keys of the photo store."""
        return tuple(name for name in PHOTO_COLUMNS if name in self.columns)


def _ordered(one: ColumnElement[Any], kind: Kind, sqlite: bool) -> ColumnElement[Any]:
    """SQLite orders text by its bytes; PostgreSQL does so when it is told."""
    return one if sqlite or kind is not Kind.text else one.collate("C")


def carried_tables(metadata: MetaData = Base.metadata) -> tuple[CarriedTable, ...]:
    """Every table that is carried, in order of their names. Raises TypeError for a column of an unknown kind."""
    return tuple(
        _carried(each) for name, each in sorted(metadata.tables.items()) if name not in DERIVED_TABLES
    )


def _carried(each: Table) -> CarriedTable:
    columns = {
        one.name: _kind_of(one.type, f"{each.name}.{one.name}")
        for one in each.columns
        if one.computed is None
    }
    key = tuple(one.name for one in each.primary_key)
    if not key:
        raise TypeError(
            f"The table {each.name} has no primary key, so its rows have no order to carry them in."
        )
    return CarriedTable(each.name, columns, key)


def _kind_of(kept: TypeEngine[Any], name: str) -> Kind:
    while isinstance(kept, TypeDecorator):
        kept = kept.impl_instance
    for type_, kind in _KINDS:
        if isinstance(kept, type_):
            return kind
    raise TypeError(f"No backup can carry the column {name} of the type {kept!r}: say how in {__name__}.")
