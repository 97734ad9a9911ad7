"""Keeps photos under the hash of their bytes: what is written once can be checked for ever after."""

import contextlib
import hashlib
import os
import re
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, Protocol, runtime_checkable

import fsspec

_KEY: Final = re.compile(r"[0-9a-f]{64}")
_FORGOTTEN_SECONDS: Final = 24 * 3600
_PARTS_FOLDER: Final = "incoming"


class PhotoStoreError(Exception):
    """What can go wrong with a photo store; the message says what to do."""


class PhotoMissing(PhotoStoreError, LookupError):
    """The store has no photo under this key."""

    def __init__(self, key: str) -> None:
        self.key = key
        super().__init__(
            f"The photo store has no photo {key[:80]!r}. Restore it from a backup, or import it again."
        )


class PhotoCorrupt(PhotoStoreError):
    """The bytes under this key are not those that were stored."""

    def __init__(self, key: str) -> None:
        self.key = key
        super().__init__(
            f"The stored photo {key} has changed since it was written: its hash does not fit. "
            "Check the disk, and restore the photo from a backup or import it again."
        )


class PhotoStoreUnavailable(PhotoStoreError):
    """The store cannot be reached or written to; the message says why and what to do."""


@runtime_checkable
class PhotoStore(Protocol):
    """Content-addressed bytes. Nothing is ever changed or deleted through this seam.

    put(bytes) -> key     twice the same bytes: the same key, stored once; whole or not at all, also in a
    crash get(key)   -> bytes   verified against the key
    """

    def put(self, data: bytes) -> str:
        """Store the bytes and return their key, the SHA-256 in hexadecimal. Raises PhotoStoreUnavailable."""
        ...

    def get(self, key: str) -> bytes:
        """The bytes under the key. Raises PhotoMissing, PhotoCorrupt, PhotoStoreUnavailable."""
        ...

    def exists(self, key: str) -> bool:
        """Whether there are bytes under the key; they are not verified."""
        ...

    def keys(self) -> Iterator[str]:
        """All keys, in no order."""
        ...


class FsspecPhotoStore:
    """A PhotoStore in a folder, or under any URL that fsspec knows (memory://, s3://...): aa/bb/<key>.

    Nothing is written, no folder made, before the first photo is. Safe to share between threads and
    processes.
    """

    def __init__(self, url_or_path: str | Path) -> None:
        try:
            filesystem, root = fsspec.core.url_to_fs(str(url_or_path))
        except (ImportError, ValueError) as error:
            raise PhotoStoreUnavailable(
                f"Photos cannot be kept at {url_or_path}: {error}. Give a folder, or install what the URL needs."
            ) from error
        self._filesystem: Any = filesystem
        self._root: str = root.rstrip("/")
        self._local = "file" in _protocols(filesystem)
        self._prepared = False

    def put(self, data: bytes) -> str:
        """See PhotoStore. A stored photo that has decayed is written anew."""
        key = hashlib.sha256(data).hexdigest()
        with self._explained():
            if self._read(key) == data:
                return key
            if self._local:
                self._write_local(self._path(key), data)
            else:
                self._filesystem.pipe_file(self._path(key), data)
        return key

    def get(self, key: str) -> bytes:
        """See PhotoStore."""
        if not _KEY.fullmatch(key):
            raise PhotoMissing(key)
        with self._explained():
            data = self._read(key)
        if data is None:
            raise PhotoMissing(key)
        if hashlib.sha256(data).hexdigest() != key:
            raise PhotoCorrupt(key)
        return data

    def exists(self, key: str) -> bool:
        """See PhotoStore."""
        if not _KEY.fullmatch(key):
            return False
        with self._explained():
            return bool(self._filesystem.isfile(self._path(key)))

    def keys(self) -> Iterator[str]:
        """See PhotoStore."""
        with self._explained():
            for path in self._filesystem.find(self._root):
                name = path.rpartition("/")[2]
                if _KEY.fullmatch(name) and path.endswith(f"/{name[:2]}/{name[2:4]}/{name}"):
                    yield name

    @property
    def _parts(self) -> Path:
        return Path(self._root) / _PARTS_FOLDER

    def _path(self, key: str) -> str:
        return f"{self._root}/{key[:2]}/{key[2:4]}/{key}"

    def _read(self, key: str) -> bytes | None:
        try:
            if self._local:
                return Path(self._path(key)).read_bytes()
            data: bytes = self._filesystem.cat_file(self._path(key))
        except FileNotFoundError:
            return None
        return data

    def _write_local(self, target: str, data: bytes) -> None:
        """Beside, to the disk, then in place by one rename: a crash leaves a whole photo or none."""
        if not self._prepared:
            self._parts.mkdir(parents=True, exist_ok=True)
            self._remove_forgotten_parts()
            self._prepared = True
        path = Path(target)
        part = self._parts / uuid.uuid4().hex
        try:
            with part.open("xb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            fresh_folders = [folder for folder in (path.parent.parent, path.parent) if not folder.exists()]
            path.parent.mkdir(parents=True, exist_ok=True)
            part.replace(path)
        except OSError:
            part.unlink(missing_ok=True)
            raise
        _sync_folder(path.parent)
        for folder in fresh_folders:
            _sync_folder(folder.parent)

    def _remove_forgotten_parts(self) -> None:
        """Parts that a killed process left behind; younger ones may be another process's at work."""
        for part in self._parts.iterdir():
            with contextlib.suppress(FileNotFoundError):
                if time.time() - part.stat().st_mtime > _FORGOTTEN_SECONDS:
                    part.unlink()

    @contextlib.contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise PhotoStoreUnavailable(
                f"The photo store {self._root} cannot be used: {error}. "
                "Check that the place exists, that it has space left, and that you may write there."
            ) from error


def _protocols(filesystem: Any) -> tuple[str, ...]:
    protocol = filesystem.protocol
    return (protocol,) if isinstance(protocol, str) else tuple(protocol)


def _sync_folder(folder: Path) -> None:
    """Make a new name in the folder survive a loss of power."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
