"""Files appear whole or not at all, and what changes after sealing is noticed."""

from __future__ import annotations

import json
import os
import shutil
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer import files
from tests.indexer.meanwhile import meanwhile
from tests.indexer.workbench import contents


def made(folder: Path, content: str = "new") -> Path:
    """A folder with a file in it."""
    folder.mkdir(exist_ok=True)
    (folder / "file").write_text(content)
    return folder


def test_a_seal_holds_what_was_written(tmp_path: Path) -> None:
    (tmp_path / "one").write_bytes(b"first")
    (tmp_path / "two").write_bytes(b"")
    sealed = files.seal([tmp_path / "two", tmp_path / "one"])
    assert list(sealed) == ["one", "two"]
    assert sealed["one"]["bytes"] == 5
    assert sealed["one"]["sha256"] == files.sha256(tmp_path / "one")
    assert files.broken_seal(tmp_path, sealed) == ""
    assert files.broken_seal(tmp_path, {}) == ""


def test_any_change_breaks_the_seal(tmp_path: Path) -> None:
    @given(st.binary(max_size=60), st.binary(max_size=60))
    def breaks(before: bytes, after: bytes) -> None:
        (tmp_path / "file").write_bytes(before)
        sealed = files.seal([tmp_path / "file"])
        (tmp_path / "file").write_bytes(after)
        assert bool(files.broken_seal(tmp_path, sealed)) is (before != after)

    breaks()


def test_a_broken_seal_says_what_is_broken(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"12345")
    sealed = files.seal([tmp_path / "file"])
    (tmp_path / "file").write_bytes(b"1234")
    assert files.broken_seal(tmp_path, sealed) == "file has 4 bytes instead of 5"
    (tmp_path / "file").write_bytes(b"12346")
    assert files.broken_seal(tmp_path, sealed) == "file has changed"
    (tmp_path / "file").unlink()
    assert files.broken_seal(tmp_path, sealed) == "file is missing"
    (tmp_path / "file").mkdir()
    assert files.broken_seal(tmp_path, sealed) == "file is missing"


def test_json_is_canonical(tmp_path: Path) -> None:
    files.write_json(tmp_path / "a", {"b": "Dürer", "a": [1, None]})
    files.write_json(tmp_path / "b", {"a": [1, None], "b": "Dürer"})
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    assert json.loads((tmp_path / "a").read_text(encoding="utf-8")) == {"a": [1, None], "b": "Dürer"}


def test_replacing_json_leaves_nothing_beside(tmp_path: Path) -> None:
    files.replace_json(tmp_path / "pointer", {"at": 1})
    files.replace_json(tmp_path / "pointer", {"at": 2})
    assert json.loads((tmp_path / "pointer").read_text()) == {"at": 2}
    assert [path.name for path in tmp_path.iterdir()] == ["pointer"]


def test_readers_see_the_old_json_or_the_new_never_half(tmp_path: Path) -> None:
    pointer = tmp_path / "pointer"
    files.replace_json(pointer, {"at": 0, "filling": "0" * 5000})

    def read() -> str:
        found = json.loads(pointer.read_text())
        assert set(found["filling"]) == {str(found["at"])}
        return str(found["at"])

    def write() -> None:
        for at in range(1, 200):
            files.replace_json(pointer, {"at": at % 10, "filling": str(at % 10) * 5000})

    assert len(set(meanwhile(read, write))) > 1


def test_a_write_that_fails_leaves_the_old_json(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files.replace_json(tmp_path / "pointer", {"at": 1})

    def full(_: int) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="space"):
        files.replace_json(tmp_path / "pointer", {"at": 2})
    assert json.loads((tmp_path / "pointer").read_text()) == {"at": 1}


def test_each_folder_beside_is_empty_and_its_own(tmp_path: Path) -> None:
    first, second = files.beside(tmp_path / "deep" / "7"), files.beside(tmp_path / "deep" / "7")
    assert first != second
    assert first.parent == second.parent == tmp_path / "deep"
    assert list(first.iterdir()) == list(second.iterdir()) == []
    assert all(files.TEMPORARY in one.name and one.name.startswith("7") for one in (first, second))


def test_a_filled_folder_is_put_in_place(tmp_path: Path) -> None:
    files.put_in_place(made(files.beside(tmp_path / "7")), tmp_path / "7")
    assert contents(tmp_path) == {"7/file": b"new"}


def test_a_folder_that_is_there_wins(tmp_path: Path) -> None:
    made(tmp_path / "7", "first")
    files.put_in_place(made(files.beside(tmp_path / "7")), tmp_path / "7")
    assert contents(tmp_path) == {"7/file": b"first"}
    assert [path.name for path in tmp_path.iterdir()] == ["7"]


def test_a_folder_that_comes_in_between_wins_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    filled = made(files.beside(tmp_path / "7"))
    rename = Path.rename

    def late(self: Path, target: Path) -> Path:
        made(tmp_path / "7", "first")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", late)
    files.put_in_place(filled, tmp_path / "7")
    assert contents(tmp_path) == {"7/file": b"first"}


def test_many_that_put_the_same_in_place_agree(tmp_path: Path) -> None:
    barrier = threading.Barrier(8, timeout=30)

    def put(_: int) -> None:
        filled = made(files.beside(tmp_path / "7"))
        barrier.wait(10)
        files.put_in_place(filled, tmp_path / "7")

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(put, range(8)))
    assert contents(tmp_path) == {"7/file": b"new"}
    assert [path.name for path in tmp_path.iterdir()] == ["7"]


def test_what_is_in_the_way_and_no_folder_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "7").write_text("in the way")
    with pytest.raises(OSError, match="7"):
        files.put_in_place(made(files.beside(tmp_path / "7")), tmp_path / "7")
    assert (tmp_path / "7").read_text() == "in the way"


def test_a_removed_folder_is_never_half_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made(tmp_path / "7")

    def crash(path: Path) -> None:
        assert not (tmp_path / "7").exists()
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(shutil, "rmtree", crash)
        with pytest.raises(KeyboardInterrupt):
            files.remove(tmp_path / "7")
    (left,) = tmp_path.iterdir()
    assert files.TEMPORARY in left.name
    made(tmp_path / "7")
    files.remove(tmp_path / "7")
    assert list(tmp_path.iterdir()) == [left]


def test_sweeping_takes_what_crashes_left_and_nothing_else(tmp_path: Path) -> None:
    made(files.beside(tmp_path / "7"))
    (tmp_path / f"CURRENT{files.TEMPORARY}abc").write_text("{")
    (tmp_path / "CURRENT").write_text("{}")
    made(tmp_path / "6")
    files.sweep(tmp_path)
    assert contents(tmp_path) == {"6/file": b"new", "CURRENT": b"{}"}
    files.sweep(tmp_path / "missing")


def test_sweeping_leaves_what_others_are_at(tmp_path: Path) -> None:
    old, young = files.beside(tmp_path / "7"), files.beside(tmp_path / "7")
    hour_ago = old.stat().st_mtime - 3600
    os.utime(old, (hour_ago, hour_ago))
    files.sweep(tmp_path, files.ABANDONED_SECONDS)
    assert list(tmp_path.iterdir()) == [young]


def test_what_goes_away_while_sweeping_is_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = sorted([files.beside(tmp_path / "7"), files.beside(tmp_path / "8")])
    monkeypatch.setattr(Path, "glob", lambda self, pattern: iter([first, second]))
    first.rename(tmp_path / "7")
    files.sweep(tmp_path)
    monkeypatch.undo()
    assert [path.name for path in tmp_path.iterdir()] == ["7"]
