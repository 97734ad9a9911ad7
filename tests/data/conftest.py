"""What the tests of the register share: every database, a register on it, and a pool for intake."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from data.database import Database, open_database
from data.intake import IntakeLimits, IntakePool
from data.photos import FsspecPhotoStore
from data.register import Register
from tests import databases
from tests.data.servers import Server, serving

_numbers = itertools.count(1)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """URL of a database that is there and empty; each test that takes it runs once on each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/register/register.db"
        return
    server: str = request.getfixturevalue("postgresql_url")
    name = f"register_{next(_numbers)}"
    databases.create(server, name)
    yield databases.beside(server, name)
    databases.drop(server, name)


@pytest.fixture
def database(request: pytest.FixtureRequest, database_url: str) -> Iterator[Database]:
    """An open database with all tables."""
    on_sqlite = database_url.startswith("sqlite")
    databases.make_tables(database_url, None if on_sqlite else request.getfixturevalue("postgresql_url"))
    opened = open_database(database_url)
    yield opened
    opened.close()


@pytest.fixture
def photo_store(tmp_path: Path) -> FsspecPhotoStore:
    """An empty photo store in a folder."""
    return FsspecPhotoStore(tmp_path / "photos")


@pytest.fixture
def register(database: Database, photo_store: FsspecPhotoStore) -> Register:
    """An empty register."""
    return Register(database, photo_store)


@pytest.fixture(scope="session")
def pool() -> Iterator[IntakePool]:
    """Intake with the limits of the defaults, in two processes."""
    with IntakePool(IntakeLimits(), workers=2) as opened:
        yield opened


@pytest.fixture(scope="module")
def running() -> Iterator[Server]:
    """A server on this machine, for a file of tests."""
    with serving() as found:
        yield found


@pytest.fixture
def server(running: Server) -> Server:
    """The same, with no answers yet and asked nothing."""
    running.answers.clear()
    running.asked.clear()
    running.hosts.clear()
    return running
