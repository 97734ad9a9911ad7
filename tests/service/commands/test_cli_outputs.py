"""What commands write destroys nothing that they read, nor anything else."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from service import commands, import_report

LIST = "title\nA lost jug\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, empty_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with a list in it."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "list.csv").write_text(LIST, encoding="utf-8")
    return tmp_path


def test_a_report_is_not_written_over_the_list(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "link.csv").symlink_to("list.csv")
    os.link(folder / "list.csv", folder / "same.csv")
    for report in ("list.csv", "./list.csv", "link.csv", "same.csv", str(folder / "list.csv")):
        assert commands.run(["import", "list.csv", "--report", report]) == 1
        assert "this is the file that is read" in capsys.readouterr().err
    assert (folder / "list.csv").read_text(encoding="utf-8") == LIST
    assert not (folder / "home").exists(), "nothing was imported"


def test_a_report_is_not_written_over_a_photo_or_another_file(
    folder: Path, drawn: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    photos = folder / "photos"
    photos.mkdir()
    photo = photos / "one.jpg"
    photo.write_bytes((drawn / "registry" / "300.jpg").read_bytes())
    for path in ("photos", "list.csv"):
        assert commands.run(["import", path, "--report", str(photo)]) == 1
        assert "none that an earlier run wrote" in capsys.readouterr().err
    assert photo.read_bytes() == (drawn / "registry" / "300.jpg").read_bytes()


def test_a_report_into_no_folder_is_said_so(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert commands.run(["import", "list.csv", "--report", "nodir/report.csv"]) == 1
    said = capsys.readouterr().err
    assert f"there is no folder {folder / 'nodir'}; make it first" in said
    assert commands.run(["import", "list.csv", "--report", "x" * 300]) == 1
    assert "cannot be written: File name too long" in capsys.readouterr().err


def test_a_report_replaces_the_one_before_and_follows_a_link(folder: Path) -> None:
    (folder / "report.csv").write_text("", encoding="utf-8")
    (folder / "link.csv").symlink_to("report.csv")
    for _ in range(2):
        assert commands.run(["import", "list.csv", "--report", "link.csv"]) == 0
    assert (folder / "link.csv").is_symlink()
    lines = (folder / "report.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0] == import_report.REPORT_STARTS
    assert lines[1].startswith("2,unchanged,")
    assert not list(folder.glob(".*.csv.*"))


def test_a_report_is_there_whole_or_not_at_all(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert commands.run(["import", "list.csv", "--report", "report.csv"]) == 0
    before = (folder / "report.csv").read_bytes()

    def breaks(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("data.exchange.file_import.import_csv", breaks)
    assert commands.run(["import", "list.csv", "--report", "report.csv"]) == 130
    assert (folder / "report.csv").read_bytes() == before
    assert not list(folder.glob(".*.csv.*"))


def test_a_report_may_go_into_a_pipe(folder: Path) -> None:
    os.mkfifo(folder / "pipe")
    read: list[str] = []
    reader = threading.Thread(target=lambda: read.append((folder / "pipe").read_text(encoding="utf-8")))
    reader.start()
    assert commands.run(["import", "list.csv", "--report", "pipe"]) == 0
    reader.join(10)
    assert read[0].startswith(import_report.REPORT_STARTS)
