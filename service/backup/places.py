"""Where backups are written, and the locks that keep two processes from the same work."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from filelock import FileLock, Timeout

from indexer import files
from service.backup.archive import Archive
from service.backup.layout import ABOUT_BYTES, ArchiveRefused, BackupRefused
from service.backup.manifest import About


@contextmanager
def only_one(folder: Path, name: str, busy: Exception) -> Iterator[None]:
    """Be the only process that does this work in the folder; raises `busy` where another one does."""
    lock = FileLock(folder / name, timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise busy from None
    try:
        yield
    finally:
        lock.release()


@contextmanager
def written_beside(target: Path) -> Iterator[BinaryIO]:
    """A file to write, put in its place in one step at the end of the block; an error leaves what was there.

    Only its owner may read it. What a killed process left half written is written over. Raises BackupRefused.
    """
    _demand_place(target)
    part = target.with_name(f".{target.name}.part")
    file = _locked(part)
    try:
        with file:
            yield file
            file.flush()
            os.fsync(file.fileno())
            part.replace(target)
        files.sync(target.parent)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def _demand_place(target: Path) -> None:
    """Raises BackupRefused where nothing can be written, or something is that is no backup."""
    if not target.parent.is_dir():
        raise BackupRefused(f"There is no folder {target.parent}; make it first.")
    if not os.path.lexists(target):
        return
    try:
        with Archive(target) as archive:
            About.read(archive.read(next(archive.entries()), ABOUT_BYTES))
    except ArchiveRefused as problem:
        raise BackupRefused(f"{target} is there, and is no earlier backup. Choose another name.") from problem


def _locked(part: Path) -> BinaryIO:
    """Open the half-written file, which no other living process writes."""
    file = os.fdopen(os.open(part, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600), "r+b")
    if not _is_ours(file, part):
        file.close()
        raise BackupRefused(
            f"Another process is writing {part}. Wait until it is done, or choose another name."
        )
    file.truncate(0)
    return file


def _is_ours(file: BinaryIO, part: Path) -> bool:
    """Whether we have the lock, on a file that was not put in its place before we had it."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return os.path.samestat(os.fstat(file.fileno()), part.stat())
    except (BlockingIOError, FileNotFoundError):
        return False
