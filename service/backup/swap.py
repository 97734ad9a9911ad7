"""Puts a restored register in the place of what was there, so that a crash at any moment leaves one or the other.

    journal written -> index aside -> database in place (the step that counts) -> index in place -> journal gone

What was there lies beside, as `*.before-restore`, until all is done. The index goes first and comes last: no database
is ever searched through the index of another one. `settle` ends what a crash cut off: back before the step that
counts, forward after it.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

from indexer import files
from service.backup.layout import RestoreRefused

JOURNAL = "restore.json"
STAGED = ".restoring"
ASIDE = ".before-restore"
BESIDE_A_DATABASE = ("-wal", "-shm")
IN_USE = (
    "The register is in use. Stop the service and every command that works on it, then run the command again."
)


class Swap:
    """The places of one register: its SQLite file, if it is in one, and the folder of its index."""

    def __init__(self, data_dir: Path, database: Path | None, index: Path) -> None:
        self._journal = data_dir / JOURNAL
        self._database = database
        self._index = index
        self.staged_database = _named(database or data_dir / "register.db", STAGED)
        self.staged_index = _named(index, STAGED)

    def settle(self, arrived: Callable[[int], bool]) -> str:
        """End what an earlier restore left; what it left, in a sentence, or nothing.

        `arrived` tells whether a database outside holds the register of this revision.
        """
        said = ""
        if self._journal.exists():
            said = self._forward() if self._counts(arrived) else self._back()
        self._sweep()
        return said

    def _counts(self, arrived: Callable[[int], bool]) -> bool:
        """Whether the interrupted restore came beyond the step that counts."""
        if self._database:
            return not self.staged_database.exists()
        return arrived(int(json.loads(self._journal.read_text(encoding="utf-8"))["revision"]))

    def _forward(self) -> str:
        if self.staged_index.exists() and not self._index.exists():
            self.staged_index.rename(self._index)
            files.sync(self._index.parent)
        return "An earlier restore had been interrupted; it is complete now."

    def _back(self) -> str:
        if self._database:
            for suffix in BESIDE_A_DATABASE:
                with suppress(FileNotFoundError):
                    _named(self._database, ASIDE + suffix).rename(_named(self._database, suffix))
        aside = _named(self._index, ASIDE)
        if aside.exists() and not self._index.exists():
            aside.rename(self._index)
        return "An earlier restore had been interrupted; everything is as it was before it."

    def _sweep(self) -> None:
        """Remove what is beside. The journal goes first: without it nothing beside means anything."""
        self._journal.unlink(missing_ok=True)
        for database in filter(
            None, (self.staged_database, self._database and _named(self._database, ASIDE))
        ):
            for suffix in ("", *BESIDE_A_DATABASE, ".lock"):
                _named(database, suffix).unlink(missing_ok=True)
        for folder in (self.staged_index, _named(self._index, ASIDE)):
            shutil.rmtree(folder, ignore_errors=True)

    def discard(self) -> None:
        """Give up what was staged, before any of it was put in its place."""
        self._sweep()

    def swap(self, revision: int, deliver: Callable[[], None], arrived: Callable[[int], bool]) -> None:
        """Put what is staged in its place. `deliver` brings the rows into a database outside, all or nothing."""
        aside = _named(self._index, ASIDE)
        files.replace_json(self._journal, {"revision": revision})
        try:
            if self._index.exists():
                self._index.rename(aside)
                files.sync(self._index.parent)
            if self._database:
                _replace(self._database, self.staged_database)
            else:
                deliver()
        finally:  # also where an error or Ctrl-C came between
            self.settle(arrived)


def _named(path: Path, suffix: str) -> Path:
    return path.with_name(path.name + suffix)


def _replace(path: Path, staged: Path) -> None:
    """Put a closed database in the place of another, in one step. The old one's log must not meet the new one."""
    if path.exists():
        for suffix in BESIDE_A_DATABASE:
            with suppress(FileNotFoundError):
                _named(path, suffix).rename(_named(path, ASIDE + suffix))
        with suppress(OSError):  # no hard links here: then the old one is gone with this step
            os.link(path, _named(path, ASIDE))
    staged.replace(path)
    files.sync(path.parent)


def make_single(path: Path) -> None:
    """Put everything that is written of a database into its one file. Raises RestoreRefused while it is in use.

    A file that is no database, or a damaged one, stays as it is: it is about to be replaced.
    """
    try:
        with closing(sqlite3.connect(path, timeout=1.0)) as connection:
            mode = connection.execute("PRAGMA journal_mode = DELETE").fetchone()[0]
    except sqlite3.OperationalError as problem:
        if "locked" in str(problem):
            raise RestoreRefused(IN_USE) from problem
        raise
    except sqlite3.DatabaseError:
        return
    if mode != "delete":
        raise RestoreRefused(IN_USE)
    files.sync(path)
