"""The folder of the demo register: the same every time, finished or not at all."""

import csv
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from scripts.demo_register import (
    DemoFolderTaken,
    DemoRegister,
    draw_object,
    make_register,
    unregistered_object,
)
from scripts.demo_register.__main__ import main
from tests.conftest import ROOT
from tests.scripts.conftest import COUNT, SEED


def contents(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_a_register_has_its_table_its_photos_and_its_queries(demo: DemoRegister, demo_folder: Path) -> None:
    with demo.table.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows == [record.row() for record in demo.records]
    assert len({row["record_id"] for row in rows}) == COUNT
    photos = [photo for record in demo.records for photo in record.photos]
    assert len(set(photos)) == len(photos) > COUNT, "coins have two photos"
    for photo in photos:
        with Image.open(demo_folder / photo) as picture:
            assert picture.format == "JPEG"
            assert picture.mode == "RGB"
            assert 600 <= max(picture.size) <= 1000
    assert {path.split("/")[0].split("\\")[0] for path in contents(demo_folder)} == {
        "demo.json",
        "register.csv",
        "photos",
        "queries",
    }
    assert {photo.split("-")[1] for photo in photos} == {"painting", "icon", "vase", "coin", "carpet"}


def test_queries_are_one_of_each_kind(demo: DemoRegister) -> None:
    assert [query.kind for query in demo.queries] == ["registered", "changed", "unregistered"]
    first, second, third = demo.queries
    assert first.shows != second.shows
    assert demo.record(first.shows or "").title in first.caption
    assert demo.record(second.shows or "").title in second.caption
    assert third.shows is None
    for query in demo.queries:
        with Image.open(query.path) as picture:
            assert max(picture.size) >= 900


def test_a_second_run_changes_nothing(demo: DemoRegister, demo_folder: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in demo_folder.rglob("*")}
    calls: list[tuple[int, int]] = []
    again = make_register(
        demo_folder, count=COUNT, seed=SEED, progress=lambda done, of: calls.append((done, of))
    )
    assert again == demo
    assert {path: path.stat().st_mtime_ns for path in demo_folder.rglob("*")} == before
    assert calls == []


def test_the_same_seed_draws_the_same_bytes_in_one_process_or_two(tmp_path: Path) -> None:
    make_register(tmp_path / "one", count=4, seed=5, workers=1)
    make_register(tmp_path / "two", count=4, seed=5, workers=2)
    assert contents(tmp_path / "one") == contents(tmp_path / "two")


class Interrupted(Exception):
    pass


def test_an_interrupted_run_is_finished_as_if_nothing_had_happened(tmp_path: Path) -> None:
    def stop(done: int, total: int) -> None:
        assert total == 5
        if done == 2:
            raise Interrupted

    with pytest.raises(Interrupted):
        make_register(tmp_path / "cut", count=5, seed=5, workers=1, progress=stop)
    assert not (tmp_path / "cut" / "register.csv").exists()
    calls: list[int] = []
    make_register(tmp_path / "cut", count=5, seed=5, workers=1, progress=lambda done, _: calls.append(done))
    assert calls == [3, 4, 5]
    make_register(tmp_path / "whole", count=5, seed=5, workers=1)
    assert contents(tmp_path / "cut") == contents(tmp_path / "whole")


def test_a_photo_that_was_deleted_is_drawn_again(tmp_path: Path) -> None:
    register = make_register(tmp_path, count=2, seed=5, workers=1)
    whole = contents(tmp_path)
    (tmp_path / register.records[1].photos[0]).unlink()
    make_register(tmp_path, count=2, seed=5, workers=1)
    assert contents(tmp_path) == whole


@pytest.mark.parametrize(("count", "seed"), [(3, 5), (2, 6)])
def test_a_folder_of_another_register_is_refused(tmp_path: Path, count: int, seed: int) -> None:
    make_register(tmp_path, count=2, seed=5, workers=1)
    with pytest.raises(DemoFolderTaken, match="choose another folder"):
        make_register(tmp_path, count=count, seed=seed, workers=1)


def test_an_unfinished_folder_of_another_register_is_refused(tmp_path: Path) -> None:
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "plan.json").write_text(json.dumps({"seed": 1, "count": 9}))
    with pytest.raises(DemoFolderTaken, match="9 objects from seed 1"):
        make_register(tmp_path, count=2, seed=1, workers=1)


def test_no_objects_at_all_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at least one"):
        make_register(tmp_path, count=0)


def test_an_unregistered_object_is_another_one() -> None:
    registered, stranger = draw_object(5, 0), unregistered_object(5, 0, "painting")
    assert registered.kind == stranger.kind
    assert registered.views[0].pixels.shape != stranger.views[0].pixels.shape or bool(
        (registered.views[0].pixels != stranger.views[0].pixels).any()
    )


def test_the_command_line_says_where_everything_lies(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(tmp_path), "--count", "1", "--seed", "5"]) == 0
    out = capsys.readouterr().out
    assert f"1 objects in {tmp_path / 'register.csv'}" in out
    assert "3-unregistered.jpg" in out
    assert main([str(tmp_path), "--count", "2", "--seed", "5"]) == 2
    assert "choose another folder" in capsys.readouterr().err


def test_it_runs_as_a_module() -> None:
    said = subprocess.run(
        [sys.executable, "-m", "scripts.demo_register", "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "--seed" in said.stdout


def test_the_demo_register_needs_nothing_of_the_service(tmp_path: Path) -> None:
    code = "import sys, scripts.demo_register; print(*{name.split('.')[0] for name in sys.modules})"
    said = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert not {"service", "indexer", "models", "data"} & set(said.stdout.split())


@pytest.fixture(autouse=True)
def _one_thread() -> Iterator[None]:
    before = cv2.getNumThreads()
    cv2.setNumThreads(1)
    yield
    cv2.setNumThreads(before)


def test_pictures_are_not_blank(demo: DemoRegister, demo_folder: Path) -> None:
    for record in demo.records:
        for photo in record.photos:
            with Image.open(demo_folder / photo) as picture:
                grey = np.asarray(picture.convert("L"), np.float32)
            assert grey.std() > 8, photo
