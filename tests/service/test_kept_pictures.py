"""Pictures of evidence are drawn once, stay as long as their photo and no longer, and take only so much room."""

from __future__ import annotations

import os
import stat
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import UUID

import pytest

from service.records.kept_photos import KeptPhotos, PhotoNoLongerKept
from service.records.kept_pictures import KeptPictures

SEARCH = UUID("0b9d1c52-8f0e-4a57-9a53-6a1e2f4c7d10")
OTHER = UUID("1b9d1c52-8f0e-4a57-9a53-6a1e2f4c7d10")


class Clock:
    """A clock that tests turn."""

    def __init__(self) -> None:
        self.seconds = 1_800_000_000.0

    def __call__(self) -> float:
        return self.seconds


class Drawing:
    """Draws a picture, and counts how often."""

    def __init__(self, picture: bytes = b"picture") -> None:
        self.picture = picture
        self.drawn = 0

    def __call__(self, photo: bytes) -> bytes:
        assert photo == b"photo"
        self.drawn += 1
        return self.picture


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "searched"


@pytest.fixture
def photos(folder: Path, clock: Clock) -> KeptPhotos:
    kept = KeptPhotos(folder, 10, clock)
    kept.keep(SEARCH, [b"photo"])
    return kept


@pytest.fixture
def pictures(photos: KeptPhotos) -> KeptPictures:
    return KeptPictures(photos)


def test_a_picture_is_drawn_once(pictures: KeptPictures, photos: KeptPhotos) -> None:
    draw = Drawing()
    assert [pictures.get(SEARCH, 0, "1-overlay", draw) for _ in range(3)] == [b"picture"] * 3
    assert KeptPictures(photos).get(SEARCH, 0, "1-overlay", draw) == b"picture"  # another process
    assert draw.drawn == 1
    pictures.get(SEARCH, 0, "2-overlay", draw)
    pictures.get(SEARCH, 0, "1-regions", draw)
    assert draw.drawn == 3


def test_those_who_ask_at_once_wait_for_the_one_that_draws(pictures: KeptPictures) -> None:
    asked = threading.Barrier(8)
    draw = Drawing()

    def ask() -> bytes:
        asked.wait(10)
        return pictures.get(SEARCH, 0, "1-overlay", draw)

    with ThreadPoolExecutor(8) as threads:
        assert [each.result() for each in [threads.submit(ask) for _ in range(8)]] == [b"picture"] * 8
    assert draw.drawn == 1


def test_a_picture_is_over_with_its_photo(
    pictures: KeptPictures, photos: KeptPhotos, clock: Clock, folder: Path
) -> None:
    clock.seconds += 599
    draw = Drawing()
    pictures.get(SEARCH, 0, "1-overlay", draw)
    clock.seconds += 1
    with pytest.raises(PhotoNoLongerKept):
        pictures.get(SEARCH, 0, "1-overlay", draw)
    assert photos.purge() == 2
    assert list(folder.iterdir()) == []


def test_no_picture_is_shown_once_its_photo_was_deleted(pictures: KeptPictures, folder: Path) -> None:
    draw = Drawing()
    pictures.get(SEARCH, 0, "1-overlay", draw)
    (folder / f"{SEARCH}-0.jpg").unlink()
    with pytest.raises(PhotoNoLongerKept):
        pictures.get(SEARCH, 0, "1-overlay", draw)


def test_a_photo_that_is_over_while_it_is_drawn_is_not_shown(
    pictures: KeptPictures, photos: KeptPhotos, clock: Clock, folder: Path
) -> None:
    def slow(_: bytes) -> bytes:
        clock.seconds += 700
        return b"late"

    with pytest.raises(PhotoNoLongerKept):
        pictures.get(SEARCH, 0, "1-overlay", slow)
    photos.purge()
    assert list(folder.iterdir()) == []


def test_only_the_service_can_read_pictures(pictures: KeptPictures, folder: Path) -> None:
    pictures.get(SEARCH, 0, "1-overlay", Drawing())
    assert {stat.S_IMODE(each.stat().st_mode) for each in folder.iterdir()} == {0o600}


def test_what_cannot_be_drawn_leaves_nothing_behind(pictures: KeptPictures, folder: Path) -> None:
    def fail(_: bytes) -> bytes:
        raise ValueError("cannot be drawn")

    with pytest.raises(ValueError, match="cannot be drawn"):
        pictures.get(SEARCH, 0, "1-overlay", fail)
    assert [each.name for each in folder.iterdir()] == [f"{SEARCH}-0.jpg"]


def test_pictures_take_no_more_room_than_they_may(photos: KeptPhotos, clock: Clock, folder: Path) -> None:
    clock.seconds += 60
    photos.keep(OTHER, [b"photo"])
    pictures = KeptPictures(photos, limit_bytes=1000)
    draw = Drawing(bytes(300))
    for name in ("1-overlay", "2-overlay", "3-overlay"):
        pictures.get(OTHER, 0, name, draw)
    pictures.get(SEARCH, 0, "1-overlay", draw)
    assert len(list(folder.glob("*.evidence.jpg"))) == 3
    pictures.get(OTHER, 0, "4-overlay", draw)
    # the picture of the photo that is over sooner went first
    assert list(folder.glob(f"{SEARCH}-0-*")) == []
    assert (folder / f"{SEARCH}-0.jpg").exists(), "photos are not the pictures' to delete"
    assert sum(each.stat().st_size for each in folder.glob("*.evidence.jpg")) <= 1000


def test_a_picture_that_cannot_be_kept_is_shown_all_the_same(
    pictures: KeptPictures, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "utime", full)
    draw = Drawing()
    assert pictures.get(SEARCH, 0, "1-overlay", draw) == b"picture"
    assert pictures.get(SEARCH, 0, "1-overlay", draw) == b"picture"
    assert draw.drawn == 2
    assert [each.name for each in folder.iterdir()] == [f"{SEARCH}-0.jpg"]
    said = capsys.readouterr()
    assert "No space left on device" in said.out + said.err


def test_what_a_crash_left_half_written_is_deleted_within_a_minute(
    photos: KeptPhotos, clock: Clock, folder: Path
) -> None:
    left = folder / "tmpabc.part"
    left.write_bytes(b"half")
    os.utime(left, (clock.seconds, clock.seconds))
    clock.seconds += 59
    assert photos.purge() == 0
    clock.seconds += 1
    assert photos.purge() == 1
    assert photos.read(SEARCH, 0) == b"photo"


def test_the_time_of_a_photo_may_begin_before_it_is_kept(folder: Path, clock: Clock) -> None:
    kept = KeptPhotos(folder, 10, clock)
    kept.keep(SEARCH, [b"photo"], since=clock.seconds - 590)
    assert kept.since(SEARCH, 0) == clock.seconds - 590
    clock.seconds += 10
    with pytest.raises(PhotoNoLongerKept):
        kept.since(SEARCH, 0)
    with pytest.raises(PhotoNoLongerKept):
        kept.since(OTHER, 0)
