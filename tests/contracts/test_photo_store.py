"""The photo stores keep the contract; the one in a folder also survives crashes."""

from __future__ import annotations

import errno
import hashlib
import os
import subprocess
import sys
import time
import uuid
from pathlib import Path

import fsspec
import pytest

from data.photos import FsspecPhotoStore, PhotoStore, PhotoStoreUnavailable
from tests.contracts.photo_store import PhotoStoreContract

ROOT = Path(__file__).resolve().parents[2]


class TestInAFolder(PhotoStoreContract):
    @pytest.fixture
    def store(self, tmp_path: Path) -> PhotoStore:
        return FsspecPhotoStore(tmp_path / "some" / "photos")

    def spoil(self, store: PhotoStore, key: str, data: bytes) -> None:
        assert isinstance(store, FsspecPhotoStore)
        Path(store._path(key)).write_bytes(data)


class TestByFileUrl(PhotoStoreContract):
    @pytest.fixture
    def store(self, tmp_path: Path) -> PhotoStore:
        return FsspecPhotoStore(f"file://{tmp_path}/photos")

    def spoil(self, store: PhotoStore, key: str, data: bytes) -> None:
        assert isinstance(store, FsspecPhotoStore)
        Path(store._path(key)).write_bytes(data)


class TestInMemory(PhotoStoreContract):
    @pytest.fixture
    def store(self) -> PhotoStore:
        return FsspecPhotoStore(f"memory://photos-{uuid.uuid4().hex}")

    def spoil(self, store: PhotoStore, key: str, data: bytes) -> None:
        assert isinstance(store, FsspecPhotoStore)
        fsspec.filesystem("memory").pipe_file(store._path(key), data)


def test_a_photo_lies_under_its_hash(tmp_path: Path) -> None:
    key = FsspecPhotoStore(tmp_path).put(b"a photo")
    assert (tmp_path / key[:2] / key[2:4] / key).read_bytes() == b"a photo"


def test_nothing_is_made_before_the_first_photo(tmp_path: Path) -> None:
    store = FsspecPhotoStore(tmp_path / "photos")
    assert list(store.keys()) == []
    assert not (tmp_path / "photos").exists()


def test_other_files_in_the_folder_are_no_photos(tmp_path: Path) -> None:
    store = FsspecPhotoStore(tmp_path)
    key = store.put(b"a photo")
    (tmp_path / "readme.txt").write_text("no photo")
    (tmp_path / ("0" * 64)).write_text("in the wrong folder")
    assert list(store.keys()) == [key]


def test_a_write_that_fails_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = FsspecPhotoStore(tmp_path)

    def no_space(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", no_space)
    with pytest.raises(PhotoStoreUnavailable, match="space left"):
        store.put(b"a photo")
    monkeypatch.undo()
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    assert not store.exists(hashlib.sha256(b"a photo").hexdigest())


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(PhotoStoreUnavailable, match="may write there"):
        FsspecPhotoStore(tmp_path / "file" / "photos").put(b"a photo")


def test_a_url_that_nothing_knows() -> None:
    with pytest.raises(PhotoStoreUnavailable, match="Give a folder"):
        FsspecPhotoStore("carrierpigeon://loft/photos")


def test_forgotten_parts_are_removed_and_young_ones_left(tmp_path: Path) -> None:
    folder = tmp_path / "incoming"
    folder.mkdir()
    for name, age in (("old", 48), ("young", 1)):
        (folder / name).write_bytes(b"part of a photo")
        os.utime(folder / name, (time.time() - age * 3600,) * 2)
    FsspecPhotoStore(tmp_path).put(b"a photo")
    assert [path.name for path in folder.iterdir()] == ["young"]


WRITER = """
import sys
from data.photos import FsspecPhotoStore
store = FsspecPhotoStore(sys.argv[1])
print("begun", flush=True)
for number in range(100_000):
    store.put(number.to_bytes(4, "big") * 50_000)
"""


def test_killed_at_any_moment_it_holds_whole_photos_only(tmp_path: Path) -> None:
    for attempt in range(6):
        with subprocess.Popen(
            [sys.executable, "-c", WRITER, str(tmp_path)],
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        ) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(0.02 + 0.017 * attempt)
            process.kill()
    store = FsspecPhotoStore(tmp_path)
    keys = list(store.keys())
    assert keys
    assert all(len(store.get(key)) == 200_000 for key in keys)
