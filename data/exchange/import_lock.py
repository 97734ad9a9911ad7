"""Tells whether an import is at work: it holds a lock that the system takes away when its process ends.

On SQLite that is a lock on a file beside the database, on PostgreSQL an advisory lock of a connection of its
own. So an import that was killed is told from one that takes long without any clock.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from data.database import Database

_KIND: Final = 1_178_201  # any number of our own; PostgreSQL keeps such locks by two numbers
_WAIT_SECONDS: Final = 1.0
"""Who only looks holds a file's lock for a moment, and a server learns a moment later that a process was killed."""
_STEP_SECONDS: Final = 0.05


class ImportRunning(RuntimeError):
    """The import is at work in some process now."""

    def __init__(self, import_id: int) -> None:
        self.import_id = import_id
        super().__init__(
            f"Import {import_id} is running now. Wait for its end, or interrupt it first (Ctrl-C where it runs)."
        )


@contextmanager
def held(database: Database, import_id: int) -> Iterator[None]:
    """Hold the lock of an import. Raises ImportRunning."""
    if database.is_sqlite:
        lock = FileLock(_file(database, import_id), timeout=_WAIT_SECONDS)
        try:
            lock.acquire()
        except Timeout as error:
            raise ImportRunning(import_id) from error
        try:
            yield
        finally:
            lock.release()
        return
    engine = database.engine.execution_options(isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        key = {"kind": _KIND, "id": import_id}
        until = time.monotonic() + _WAIT_SECONDS
        while not connection.scalar(text("SELECT pg_try_advisory_lock(:kind, :id)"), key):
            if time.monotonic() > until:
                raise ImportRunning(import_id)
            time.sleep(_STEP_SECONDS)
        try:
            yield
        finally:
            with suppress(DBAPIError):  # a connection that broke has no lock any more
                connection.execute(text("SELECT pg_advisory_unlock(:kind, :id)"), key)


def is_held(database: Database, import_id: int) -> bool:
    """Whether some process holds the lock of an import. Makes nothing."""
    if database.is_sqlite:
        path = _file(database, import_id)
        if not path.exists():
            return False
        try:
            with FileLock(path, timeout=0):
                return False
        except Timeout:
            return True
    query = (
        "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND classid = :kind AND objid = :id "
        "AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))"
    )
    with database.session() as session:
        return bool(session.scalar(text(query), {"kind": _KIND, "id": import_id}))


def forget(database: Database, import_id: int) -> None:
    """Take away what the lock leaves behind, once nobody will go on with the import."""
    if database.is_sqlite:
        _file(database, import_id).unlink(missing_ok=True)


def _file(database: Database, import_id: int) -> Path:
    return Path(f"{database.url.database}.import-{import_id}.lock")
