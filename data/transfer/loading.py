"""Fills an empty register with the rows of another one."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from sqlalchemy import column, delete, exists, func, insert, inspect, select, table, text
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm import Session

from data.database import Database, temporary_database
from data.tables import StateRow
from data.transfer.carried import CarriedTable, Kind, carried_tables
from data.transfer.rows import Row, is_sqlite

_OWN_TABLES: Final = (
    "SELECT name FROM pragma_table_list WHERE type = 'table' AND schema = 'main' AND name NOT GLOB 'sqlite_*'"
)
_VERSIONS: Final = "alembic_version"
_FIXED_REFERENCES: Final = (
    "SELECT conrelid::regclass::text, conname FROM pg_constraint "
    "WHERE contype = 'f' AND connamespace = current_schema()::regnamespace AND NOT condeferrable"
)


class TransferRefused(Exception):
    """A register is not carried over; the message says why and what to do. Nothing has changed."""


def is_blank(database: Database) -> bool:
    """Whether the database holds nothing but what migrations write into a new one; it may have no tables yet.

    An SQLite file with somebody else's rows is not blank; on PostgreSQL only tables of our names are looked at.
    """
    with temporary_database() as fresh:
        written = _counts(fresh, [each.name for each in carried_tables()])
    with database.explained():
        there = set(inspect(database.engine).get_table_names())
    if database.is_sqlite:
        with database.session() as session:
            ours = [name for name in session.scalars(text(_OWN_TABLES)) if name != _VERSIONS]
    else:
        ours = [name for name in written if name in there]
    changed = StateRow.__tablename__ in there and _revision(database) > 0
    return not changed and all(
        count <= written.get(name, 0) for name, count in _counts(database, ours).items()
    )


def _counts(database: Database, names: Sequence[str]) -> dict[str, int]:
    with database.session() as session:
        return {name: session.scalar(select(func.count()).select_from(table(name))) or 0 for name in names}


def _revision(database: Database) -> int:
    with database.session() as session:
        return session.scalar(select(StateRow.revision)) or 0


@contextmanager
def loading(session: Session, tables: Sequence[CarriedTable]) -> Iterator[None]:
    """Rows may come in any order within the block: whether they refer to one another rightly is seen at its end.

    What migrations wrote into the tables goes first; counters of the database go on behind the last row.
    """
    fixed = _let_references_wait(session)
    for each in tables:
        light = table(each.name)
        if session.scalar(select(exists(select(text("1")).select_from(light)))):
            session.execute(delete(light))
    yield
    if not is_sqlite(session):
        _hold_references(session, fixed)
        _set_counters(session, tables)


def put_rows(session: Session, each: CarriedTable, rows: Sequence[Row]) -> None:
    """Add rows as they are. Raises TransferRefused for one that this database cannot keep."""
    names = tuple(each.columns)
    try:
        session.execute(insert(each.light()), [dict(zip(names, row, strict=True)) for row in rows])
    except (DataError, IntegrityError) as problem:
        raise TransferRefused(
            f"A row of {each.name} cannot be kept in this database: {str(problem.orig).strip()[:400]}. Correct it "
            "in the register it comes from, then run the command again."
        ) from problem


def _let_references_wait(session: Session) -> list[tuple[str, str]]:
    """Have foreign keys looked at when the transaction ends; those on PostgreSQL that must be set back."""
    if is_sqlite(session):
        session.execute(text("PRAGMA defer_foreign_keys = ON"))
        return []
    fixed = [(str(name), _quoted(session, key)) for name, key in session.execute(text(_FIXED_REFERENCES))]
    for name, key in fixed:
        session.execute(text(f"ALTER TABLE {name} ALTER CONSTRAINT {key} DEFERRABLE INITIALLY DEFERRED"))
    return fixed


def _hold_references(session: Session, fixed: Sequence[tuple[str, str]]) -> None:
    session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    for name, key in fixed:
        session.execute(text(f"ALTER TABLE {name} ALTER CONSTRAINT {key} NOT DEFERRABLE"))


def _quoted(session: Session, name: str) -> str:
    return session.get_bind().dialect.identifier_preparer.quote(name)


def _set_counters(session: Session, tables: Sequence[CarriedTable]) -> None:
    """SQLite counts on from the largest id by itself; PostgreSQL must be told."""
    for each in tables:
        for name in (one for one in each.key if each.columns[one] is Kind.integer):
            counter = session.scalar(select(func.pg_get_serial_sequence(_quoted(session, each.name), name)))
            if counter is not None:
                largest = select(func.max(column(name))).select_from(table(each.name)).scalar_subquery()
                session.execute(select(func.setval(counter, func.coalesce(largest, 1), largest.is_not(None))))
