"""Files that survive a crash: written beside, fsynced, then put in place in one step."""

import hashlib
import json
import os
import shutil
import time
import uuid
from contextlib import suppress
from pathlib import Path
from typing import Any

TEMPORARY = ".tmp"
ABANDONED_SECONDS = 600
"""What is half written and this old was left by a crash: no shard takes so long to write."""


def sync(path: Path) -> None:
    """Force a file, or a folder's list of names, to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_json(path: Path, value: Any) -> None:
    """Write canonical JSON and force it to the disk."""
    path.write_text(json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False) + "\n", encoding="utf-8")
    sync(path)


def replace_json(path: Path, value: Any) -> None:
    """Put a JSON file in place in one step."""
    written = _beside(path)
    write_json(written, value)
    written.replace(path)
    sync(path.parent)


def beside(path: Path) -> Path:
    """A new empty folder beside `path`, to be filled and then put in place."""
    folder = _beside(path)
    folder.mkdir(parents=True)
    return folder


def put_in_place(folder: Path, path: Path) -> None:
    """Rename a filled folder to its name. A folder that is already there wins: it is the same, or was first."""
    sync(folder)
    try:
        folder.rename(path)
    except OSError:
        if not path.is_dir():
            raise
        shutil.rmtree(folder)
        return
    sync(path.parent)


def remove(folder: Path) -> None:
    """Take a folder away in one step, for readers and for a crash alike: nothing is ever half there."""
    gone = _beside(folder)
    folder.rename(gone)
    shutil.rmtree(gone)


def sweep(folder: Path, older_than: float = 0.0) -> None:
    """Remove what a crash left half written. Only for the one writer, under its lock.

    Where others write too, `older_than` (seconds) leaves them what they are at.
    """
    for left in folder.glob(f"*{TEMPORARY}*"):
        with suppress(FileNotFoundError):  # its writer was alive, and done with it
            if time.time() - left.stat().st_mtime < older_than:
                continue
            if left.is_dir():
                shutil.rmtree(left)
            else:
                left.unlink()


def _beside(path: Path) -> Path:
    # no process id: those of two containers on one volume are often the same
    return path.with_name(f"{path.name}{TEMPORARY}{uuid.uuid4().hex}")


def sha256(path: Path) -> str:
    """SHA-256 of a file, hexadecimal."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def seal(paths: list[Path]) -> dict[str, dict[str, Any]]:
    """Name, size and hash of written files, after forcing them to the disk."""
    sealed = {}
    for path in sorted(paths):
        sync(path)
        sealed[path.name] = {"bytes": path.stat().st_size, "sha256": sha256(path)}
    return sealed


def broken_seal(folder: Path, sealed: dict[str, dict[str, Any]]) -> str:
    """The first file that is missing or not what it was; "" if all is well."""
    for name, facts in sorted(sealed.items()):
        path = folder / name
        if not path.is_file():
            return f"{name} is missing"
        if path.stat().st_size != facts["bytes"]:
            return f"{name} has {path.stat().st_size} bytes instead of {facts['bytes']}"
        if sha256(path) != facts["sha256"]:
            return f"{name} has changed"
    return ""
