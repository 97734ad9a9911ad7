"""Databases with all tables and nothing in them: copied, since making the tables takes longer than most tests."""

from __future__ import annotations

import functools
import itertools
import tempfile
from pathlib import Path

import psycopg

from data.database import open_database

_numbers = itertools.count(1)


@functools.cache
def _sqlite_file() -> bytes:
    with tempfile.TemporaryDirectory(prefix="with-tables") as folder:
        made = Path(folder) / "register.db"
        open_database(f"sqlite:///{made}").close()
        return made.read_bytes()


@functools.cache
def _template(server: str) -> str:
    """The name of a database with all tables on a PostgreSQL server."""
    create(server, "with_tables")
    open_database(beside(server, "with_tables")).close()
    return "with_tables"


def beside(server: str, name: str) -> str:
    """The URL of another database on the server of a URL."""
    return f"{server.rpartition('/')[0]}/{name}"


def create(server: str, name: str, template: str = "template1") -> None:
    """Make a database on a PostgreSQL server."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}".encode())


def drop(server: str, name: str) -> None:
    """Remove a database from a PostgreSQL server, whoever is connected to it."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def make_tables(url: str, server: str | None) -> None:
    """Put a database with all tables in place of the one at the URL, which holds nothing or is not there."""
    if server is None:
        path = Path(url.removeprefix("sqlite:///"))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_sqlite_file())
    else:
        name, template = url.rpartition("/")[2], _template(server)
        drop(server, name)
        create(server, name, template)


def fresh_database(folder: Path, server: str | None) -> str:
    """The URL of a new database with all tables: on the PostgreSQL server, or without one in the folder."""
    if server is None:
        url = f"sqlite:///{folder}/register.db"
        make_tables(url, None)
        return url
    name = f"fresh_{next(_numbers)}"
    create(server, name, _template(server))
    return beside(server, name)
