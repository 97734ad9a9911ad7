"""Fills a database with generated objects, past the sessions, and makes the index of words and fields."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import Connection, text

from data.database import open_database
from data.finding_index import index_everything
from scripts.bench_find.records import COLUMNS, SIZES, Names, objects

AT_ONCE = 20_000


@dataclass(frozen=True, slots=True)
class Loaded:
    """What loading took, in seconds, and how large the index of words and fields is, in MB."""

    filled: float
    indexed: float
    index_mb: float


def load(url: str, count: int, seed: int, names: Names) -> Loaded:
    """Make a register of so many objects."""
    database = open_database(url)
    started = time.perf_counter()
    with database.engine.execution_options(writes=True).begin() as connection:
        _fill(connection, count, seed, names)
        filled = time.perf_counter() - started
        started = time.perf_counter()
        index_everything(connection)
        indexed = time.perf_counter() - started
    if not database.is_sqlite:
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))
    with database.engine.connect() as connection:
        size = _size(connection, sqlite=database.is_sqlite)
    database.close()
    return Loaded(filled, indexed, size)


def _fill(connection: Connection, count: int, seed: int, names: Names) -> None:
    made = objects(count, seed, names)
    while some := list(islice(made, AT_ONCE)):
        _insert(connection, "objects", COLUMNS, [row for row, _ in some])
        _insert(connection, "measurements", SIZES, [size for _, sizes in some for size in sizes])
    connection.execute(text("UPDATE register_state SET last_object_id = :last"), {"last": count})


def _insert(
    connection: Connection, table: str, columns: Sequence[str], rows: Sequence[tuple[object, ...]]
) -> None:
    listed = ", ".join(columns)
    if connection.dialect.name == "sqlite":
        places = ", ".join("?" for _ in columns)
        connection.exec_driver_sql(f"INSERT INTO {table} ({listed}) VALUES ({places})", list(rows))  # noqa: S608
        return
    driver: Any = connection.connection.driver_connection
    with driver.cursor().copy(f"COPY {table} ({listed}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _size(connection: Connection, *, sqlite: bool) -> float:
    """Megabytes of the tables of the index with their indexes."""
    if sqlite:
        query = "SELECT sum(pgsize) FROM dbstat WHERE name LIKE '%search\\_%' ESCAPE '\\'"
    else:
        query = (
            "SELECT sum(pg_total_relation_size(oid)) FROM pg_class "
            "WHERE relkind = 'r' AND relname LIKE 'search\\_%'"
        )
    return float(connection.scalar(text(query)) or 0) / 1e6
