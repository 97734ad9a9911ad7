"""Pictures of evidence, kept beside the searched photos that they show, so that each is drawn once.

A picture has the times of its photo: it is handed out for as long as the photo is, is over at the same moment, and is
deleted by the same `KeptPhotos.purge`. Several processes may share the folder: each picture is put in place by one
rename, and the worst that happens is that two of them draw the same one.
"""

from __future__ import annotations

import os
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import structlog

from service.records.kept_photos import PICTURE_SUFFIX, UNFINISHED_SUFFIX, KeptPhotos

PICTURE_BYTES = 256 * 1024 * 1024
"""The most that all kept pictures may take together; then those are deleted whose photos are over soonest. A picture
takes 50 to 300 KB, and a person looks at a handful a search."""
LOCKS = 16

log = structlog.get_logger(__name__)


class KeptPictures:
    """Pictures drawn from kept photos. Safe for use by several threads and processes."""

    def __init__(self, photos: KeptPhotos, limit_bytes: int = PICTURE_BYTES) -> None:
        self._photos = photos
        self._limit = limit_bytes
        self._locks = [threading.Lock() for _ in range(LOCKS)]

    def get(self, search_id: UUID, number: int, name: str, draw: Callable[[bytes], bytes]) -> bytes:
        """A picture from the photo of this number, ``name`` telling it from others: the kept one, or it is drawn.

        Raises PhotoNoLongerKept, before and after drawing, and whatever ``draw`` raises.
        """
        self._photos.since(search_id, number)
        path = self._photos.folder / f"{search_id}-{number}-{name}{PICTURE_SUFFIX}"
        with self._locks[hash(path) % LOCKS]:
            picture = _read(path)
            if picture is None:
                picture = draw(self._photos.read(search_id, number))
                self._keep(path, picture, self._photos.since(search_id, number))
        self._photos.since(search_id, number)
        return picture

    def _keep(self, path: Path, picture: bytes, since: float) -> None:
        try:
            self._make_room(len(picture))
            _write(path, picture, since)
        except OSError as refused:
            # a full disk must not keep anybody from seeing what could be drawn
            log.warning("a picture of evidence could not be kept", reason=refused.strerror or str(refused))

    def _make_room(self, needed: int) -> None:
        kept = sorted(_sizes(self._photos.folder))
        total = sum(size for _, size, _ in kept) + needed
        for _, size, path in kept:
            if total <= self._limit:
                break
            path.unlink(missing_ok=True)
            total -= size


def _sizes(folder: Path) -> list[tuple[float, int, Path]]:
    """Since when, how large and where each kept picture is."""
    found = []
    for path in folder.glob(f"*{PICTURE_SUFFIX}"):
        try:
            told = path.stat()
        except FileNotFoundError:
            continue  # purged meanwhile
        found.append((told.st_mtime, told.st_size, path))
    return found


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _write(path: Path, picture: bytes, since: float) -> None:
    # mkstemp makes a file that only its owner can read
    handle, name = tempfile.mkstemp(suffix=UNFINISHED_SUFFIX, dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(picture)
        os.utime(name, (since, since))
        Path(name).replace(path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
