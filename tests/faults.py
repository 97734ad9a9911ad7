"""Lets what a process does fail at its nth step with files and database: it is killed there, or the disk is full."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from data.database import Database, DatabaseUnavailable
from data.photos import PhotoStoreUnavailable
from indexer.vectors.index import IndexUnusable


class Killed(BaseException):
    """The process is gone: nothing catches it, and whatever it still tries to write is not written."""


FAILURES = (OSError, DatabaseUnavailable, PhotoStoreUnavailable, IndexUnusable)
"""What a process may say of a disk that is full."""
FILE_STEPS = ("mkdir", "rename", "replace", "unlink", "rmdir", "fsync")
"""What makes written files last, puts them in place, and takes them away; before each of these something may happen."""


@dataclass
class Fault:
    """What is to go wrong.

    at     the number of the step, from 1
    kills  whether the process ends there; without, this one step fails, and the process says so and goes on
    """

    at: int
    kills: bool
    steps: int = 0

    def step(self, failure: Exception) -> None:
        """Be at the next step."""
        self.steps += 1
        if self.kills and self.steps >= self.at:
            raise Killed
        if self.steps == self.at:
            raise failure


@contextmanager
def faulty(fault: Fault, database: Database) -> Iterator[None]:
    """Let everything in this block that writes files, or asks the database, be steps of a fault."""
    with ExitStack() as undo:
        for name in FILE_STEPS:
            undo.enter_context(mock.patch.object(os, name, _step_then(getattr(os, name), fault)))
        commit = database.engine.dialect.do_commit

        def committing(connection: Any) -> None:
            fault.step(_database_failure())
            commit(connection)
            if fault.kills:  # or after it, before anybody has heard of it
                fault.step(_database_failure())

        def asked(*_: object) -> None:
            fault.step(_database_failure())

        undo.enter_context(mock.patch.object(database.engine.dialect, "do_commit", committing))
        event.listen(database.engine, "before_cursor_execute", asked)
        undo.callback(event.remove, database.engine, "before_cursor_execute", asked)
        yield


def _step_then(do: Callable[..., Any], fault: Fault) -> Callable[..., Any]:
    def step(path: Any, *rest: Any, **options: Any) -> Any:
        # the system lets go of a lock whatever becomes of its process
        if isinstance(path, int) or Path(path).name != "lock":
            fault.step(OSError(errno.ENOSPC, "No space left on device"))
        return do(path, *rest, **options)

    return step


def _database_failure() -> OperationalError:
    return OperationalError("", {}, OSError(errno.ENOSPC, "disk is full"))
