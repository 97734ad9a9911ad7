"""Searched photos, kept for a short time so that the evidence of a search can be drawn.

Kept is the photo after intake (no EXIF, no position), in files that only the service's user can read. Once
the time is over a photo is never handed out again, even if the file has not been deleted yet.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from uuid import UUID

# A file from further in the future means that the clock was set back; its age is unknown, so its time is
# over.
CLOCK_SLACK_SECONDS = 60
PICTURE_SUFFIX = ".evidence.jpg"
"""How names of pictures end that were drawn from kept photos; see kept_pictures."""
UNFINISHED_SUFFIX = ".part"
UNFINISHED_SECONDS = 60
"""How long a picture may be in writing; one that is older was left by a crash."""


class PhotoNoLongerKept(LookupError):
    """The searched photo's time is over, so nothing can be drawn from it; search with it again."""


class KeptPhotos:
    """A folder of searched photos, each deleted when its minutes are over.

    ``minutes`` 0 keeps nothing. ``now`` gives seconds since the epoch.
    """

    def __init__(self, folder: Path, minutes: int, now: Callable[[], float] = time.time) -> None:
        self._folder = folder
        self._seconds = minutes * 60
        self._now = now

    @property
    def seconds(self) -> int:
        """How long a photo is kept."""
        return self._seconds

    @property
    def folder(self) -> Path:
        """Where they lie."""
        return self._folder

    def keep(self, search_id: UUID, jpegs: Sequence[bytes], since: float | None = None) -> None:
        """Keep the photos of a search; they are numbered from 0. Their time runs from ``since`` on, or from now."""
        if self._seconds == 0:
            return
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for number, jpeg in enumerate(jpegs):
            self._write(self._path(search_id, number), jpeg, self._now() if since is None else since)

    def read(self, search_id: UUID, number: int) -> bytes:
        """A kept photo as JPEG. Raises PhotoNoLongerKept."""
        path = self._path(search_id, number)
        try:
            if self._over(path):
                path.unlink(missing_ok=True)
            return path.read_bytes()
        except FileNotFoundError as gone:
            raise self._no_longer() from gone

    def since(self, search_id: UUID, number: int) -> float:
        """When a kept photo's time began, seconds since the epoch. Raises PhotoNoLongerKept."""
        path = self._path(search_id, number)
        try:
            if self._over(path):
                raise self._no_longer()
            return path.stat().st_mtime
        except FileNotFoundError as gone:
            raise self._no_longer() from gone

    def purge(self) -> int:
        """Delete every photo whose time is over, and every picture drawn from one; how many files there were."""
        deleted = 0
        for path in self._files():
            try:
                if self._over(path):
                    path.unlink()
                    deleted += 1
            except FileNotFoundError:
                continue  # another reader deleted it first
        return deleted

    def _no_longer(self) -> PhotoNoLongerKept:
        return PhotoNoLongerKept(
            f"A searched photo is kept for {self._seconds // 60} minutes; this one's time is over."
        )

    def _write(self, path: Path, jpeg: bytes, since: float) -> None:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(jpeg)
        os.utime(path, (since, since))

    def _files(self) -> list[Path]:
        if not self._folder.is_dir():
            return []
        return [path for path in self._folder.iterdir() if path.suffix in {".jpg", UNFINISHED_SUFFIX}]

    def _over(self, path: Path) -> bool:
        age = self._now() - path.stat().st_mtime
        longest = (
            min(self._seconds, UNFINISHED_SECONDS) if path.suffix == UNFINISHED_SUFFIX else self._seconds
        )
        return age >= longest or age < -CLOCK_SLACK_SECONDS

    def _path(self, search_id: UUID, number: int) -> Path:
        return self._folder / f"{search_id}-{int(number)}.jpg"
