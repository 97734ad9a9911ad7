"""Housekeeping: searched photos go when their time is over, whatever else does not work."""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path

import pytest

from service import keeper
from service.keeper import EngineKeeper, Refresher
from tests.service.serving import Running, serving, settings_in, wait_until


def old_photo(folder: Path, minutes: float = 61) -> Path:
    """A searched photo that was kept this long ago."""
    folder.mkdir(parents=True, exist_ok=True)
    photo = folder / "00000000-0000-4000-8000-000000000000-0.jpg"
    photo.write_bytes(b"somebody's photo")
    os.utime(photo, (time.time() - minutes * 60,) * 2)
    return photo


def test_photos_go_while_the_index_cannot_catch_up(fresh: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(_: EngineKeeper) -> None:
        raise RuntimeError("the database is away")

    monkeypatch.setattr(EngineKeeper, "refresh", away)
    monkeypatch.setattr(keeper, "HOUSEKEEPING_SECONDS", 0)
    photo = old_photo(fresh.settings.data_dir / "searched")
    wait_until(lambda: not photo.exists(), 10)


def test_photos_go_when_the_service_starts_and_when_it_stops(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings_in(tmp_path)
    before = old_photo(tmp_path / "searched")
    # Between start and stop nothing else may tidy.
    with monkeypatch.context() as patched:
        patched.setattr(keeper, "HOUSEKEEPING_SECONDS", 3600)
        with serving(settings):
            assert not before.exists()
            young = old_photo(tmp_path / "searched", minutes=1).rename(tmp_path / "searched" / "young.jpg")
            during = old_photo(tmp_path / "searched")
        assert not during.exists()
        assert young.exists(), "its evidence can be drawn until its time is over"


def test_housekeeping_that_fails_is_tried_again_and_stops_nothing() -> None:
    calls: list[int] = []

    def fails() -> None:
        calls.append(1)
        raise OSError("read-only")

    async def story() -> None:
        refresher = Refresher(EngineKeeper(lambda: pytest.fail("not asked")), fails, 1)
        await refresher.tidy()
        await refresher.tidy()

    asyncio.run(story())
    assert len(calls) == 2
