"""The commands at work: import, index and search."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from data.intake import IntakeLimits, PhotoRejected
from indexer.decide import AlertLevel
from models.calibrate import load_calibration
from service import commands
from service.photo_files import read_photo_file
from service.settings import load_settings
from service.workshop import opened_register
from tests.conftest import ROOT
from tests.service.commands.conftest import NUMBERS, STRANGER

MAP = ("--map", "photo=file,title=Titel,record_id=Nr")


def test_a_dry_run_says_row_by_row_what_would_happen_and_does_nothing(
    drawn: Path, empty_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert commands.run(["import", str(drawn / "list.csv"), *MAP, "--dry-run"]) == 3
    said = capsys.readouterr()
    rows = [line.split("\t") for line in said.out.splitlines() if line.startswith("line ")]
    assert [row[1] for row in rows].count("add") == len(NUMBERS) + 1
    assert rows[0][:3] == ["line 2", "add", "Bild 300"]
    assert "would be added" in said.out
    assert "Farbe" in said.err
    assert commands.run(["import", str(drawn / "list.csv"), *MAP, "--dry-run"]) == 3
    again = capsys.readouterr().out
    assert again == said.out, "the first dry run changed something"
    assert not empty_home.exists(), "a dry run makes no register"


def test_a_dry_run_on_a_register_changes_nothing_in_it(
    home: Path, drawn: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = {path: path.stat().st_mtime_ns for path in (home / "photos").rglob("*")}
    with opened_register(load_settings()) as register:
        revision = register.revision()
    assert commands.run(["import", str(drawn / "others"), "--dry-run"]) == 0
    assert f"{len(NUMBERS)} would be added" in capsys.readouterr().out
    with opened_register(load_settings()) as register:
        assert register.revision() == revision
    assert {path: path.stat().st_mtime_ns for path in (home / "photos").rglob("*")} == before


def test_a_second_import_changes_nothing(
    home: Path, drawn: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report = tmp_path / "report.csv"
    assert commands.run(["import", str(drawn / "list.csv"), *MAP, "--report", str(report)]) == 3
    said = capsys.readouterr()
    assert "0 added, 0 updated" in said.out
    with report.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert [row["action"] for row in rows].count("unchanged") == len(NUMBERS) + 1
    refused = [row for row in rows if row["action"] == "quarantined"]
    assert [row["line"] for row in refused] == ["10"]
    assert f"Line 10: {refused[0]['message']}" in said.err
    assert "Line 11: photo registry/broken.jpg refused: " in said.err
    assert rows[-1]["title"] == "Bild 2", "its record is in the register all the same"


def test_a_folder_of_photos_can_be_imported(
    drawn: Path, empty_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert commands.run(["import", str(drawn / "others")]) == 0
    assert f"{len(NUMBERS)} added" in capsys.readouterr().out


def test_photos_of_a_folder_are_called_by_their_names(
    drawn: Path, empty_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert commands.run(["import", str(drawn / "registry"), "--dry-run"]) == 3
    said = capsys.readouterr()
    assert "300.jpg\tadd" in said.out
    assert "broken.jpg: " in said.err
    assert "1 files do not look like photos and were left alone:\n  notes.txt\n" in said.err
    assert "line" not in (said.out + said.err).lower()


def test_of_many_files_left_alone_some_are_named(
    empty_home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "folder"
    (folder / "deep").mkdir(parents=True)
    for at in range(23):
        (folder / "deep" / f"{at:02}.txt").write_text("no photo", encoding="utf-8")
    (folder / ".hidden.txt").write_text("no photo", encoding="utf-8")
    assert commands.run(["import", str(folder)]) == 0
    said = capsys.readouterr().err
    assert "  deep/00.txt\n" in said
    assert "  deep/19.txt\n  and 3 more\n" in said
    assert "hidden" not in said


def test_search_says_verdict_probability_object_and_why(
    home: Path, drawn: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    photo = drawn / "queries" / "300.jpg"
    assert commands.run(["search", str(photo), "--evidence", str(tmp_path / "why"), "--limit", "3"]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith("match: ")
    first = next(line for line in said if line.startswith("1\t")).split("\t")
    assert first[1] == "match"
    assert re.fullmatch(r"(over |under )?\d\d? %", first[2])
    assert first[4] == "Bild 300"
    assert "points" in first[5]
    pictures = {Path(line.removeprefix("Evidence: ")) for line in said if line.startswith("Evidence: ")}
    assert pictures == set((tmp_path / "why").iterdir())
    assert {path.stem.rsplit("-", 1)[1] for path in pictures} == {"overlay", "underlay", "regions", "matches"}


def test_search_writes_the_whole_record_as_json(
    home: Path, drawn: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert commands.run(["search", "--json", str(drawn / "queries" / "301.jpg"), "--limit", "2"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert record["verdict"] == "match"
    assert record["candidates"][0]["object"]["title"] == "Bild 301"
    assert len(record["candidates"]) <= 2
    assert record["covered"]["generation"] == 1


def test_search_names_the_further_photos_that_speak_for_an_object(
    home: Path, drawn: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    photos = [drawn / "queries" / "301.jpg", drawn / "registry" / "301.jpg"]
    assert commands.run(["search", *map(str, photos)]) == 0
    first = next(line for line in capsys.readouterr().out.splitlines() if line.startswith("1\t"))
    assert re.search(r"Found with photo [12]; also found with photo [12] alone\.$", first)


@pytest.mark.parametrize("level", AlertLevel)
def test_search_at_a_level_says_what_it_means(
    home: Path,
    drawn: Path,
    level: AlertLevel,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    wrongly = load_calibration().thresholds[level].false_alerts
    said = re.compile(
        f"^Alert level {level}: Possible from .*about {wrongly:g} of 1,000 photos", re.MULTILINE
    )
    photo = str(drawn / "queries" / "300.jpg")
    assert commands.run(["search", "--level", level.value, photo]) == 0
    assert said.search(capsys.readouterr().out)
    monkeypatch.setenv("ARTRIEVE_ALERT_LEVEL", level.value)
    assert commands.run(["search", photo]) == 0
    assert said.search(capsys.readouterr().out)


@pytest.mark.parametrize("command", ["search", "evaluate"])
def test_a_level_that_is_none_is_wrongly_asked(
    home: Path, drawn: Path, tmp_path: Path, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = {
        "search": [str(drawn / "queries" / "300.jpg")],
        "evaluate": ["--register", str(drawn / "registry"), "--truth", str(drawn / "truth.csv")],
    }
    results = ["--results", str(tmp_path / "out.jsonl")] if command == "evaluate" else []
    assert commands.run([command, *asked[command], *results, "--level", "interpol"]) == 2
    said = capsys.readouterr().err.replace("│", " ")  # in a box, on lines as wide as the terminal
    assert "dealer, auction, police" in " ".join(said.split())
    assert not (tmp_path / "out.jsonl").exists()


def test_what_was_never_registered_is_not_found(
    home: Path, drawn: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert commands.run(["search", str(drawn / "queries" / f"{STRANGER}.jpg")]) == 0
    assert capsys.readouterr().out.startswith("none: ")


def test_a_search_needs_an_index_and_says_so(
    drawn: Path, empty_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert commands.run(["import", str(drawn / "others")]) == 0
    assert commands.run(["search", str(drawn / "queries" / "300.jpg")]) == 1
    said = capsys.readouterr().err.splitlines()[-1]
    assert "artrieve index" in said
    assert said.startswith("artrieve: ")


@pytest.mark.parametrize("command", [["search", "PHOTO"], ["quarantine"]])
def test_what_only_reads_makes_no_register(
    command: list[str], drawn: Path, empty_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    photo = str(drawn / "queries" / "300.jpg")
    assert commands.run([photo if word == "PHOTO" else word for word in command]) == 1
    assert "There is no register" in capsys.readouterr().err
    assert not empty_home.exists()


def test_a_photo_is_read_up_to_the_limit_and_no_further(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    large, pipe = tmp_path / "large.jpg", tmp_path / "pipe"
    with large.open("wb") as file:
        file.truncate(3 << 30)
    os.mkfifo(pipe)
    read: list[int] = []

    class Counted(io.BufferedReader):
        def read(self, size: int | None = -1, /) -> bytes:
            read.append(-1 if size is None else size)
            return super().read(size)

    def counted(handle: int, mode: str) -> Counted:
        return Counted(io.FileIO(handle, mode))

    monkeypatch.setattr("service.photo_files.os.fdopen", counted)
    for path, says in ((large, "at most 50 MiB"), (Path("/dev/zero"), "not a file"), (pipe, "not a file")):
        assert commands.run(["search", str(path)]) == 1
        said = capsys.readouterr().err
        assert said.startswith(f"artrieve: {path}: ")
        assert says in said
    assert read == []


def test_a_photo_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    for path in (tmp_path / "gone.jpg", tmp_path):
        with pytest.raises(PhotoRejected, match=re.escape(str(path))):
            read_photo_file(path, IntakeLimits())


def test_a_photo_that_grows_while_it_is_read_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo = tmp_path / "grows.jpg"
    photo.write_bytes(bytes(3000))
    monkeypatch.setattr("service.photo_files.os.fstat", lambda _: os.stat_result((0o100644, *[0] * 9)))
    assert read_photo_file(photo, IntakeLimits(max_bytes=3000)) == bytes(3000)
    with pytest.raises(PhotoRejected) as refused:
        read_photo_file(photo, IntakeLimits(max_bytes=2999))
    assert refused.value.code == "too-large"


def test_a_photo_that_is_none_is_refused_in_one_message(
    home: Path, drawn: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert commands.run(["search", str(drawn / "truth.csv")]) == 1
    said = capsys.readouterr().err
    assert said.startswith("artrieve: ")
    assert "Traceback" not in said


def test_more_photos_than_one_search_may_hold_are_wrongly_asked(
    home: Path, drawn: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert commands.run(["search", *[str(drawn / "queries" / "300.jpg")] * 9]) == 2
    assert "8 of one search" in capsys.readouterr().err


def test_a_second_index_embeds_nothing(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert commands.run(["index", "--rebuild"]) == 0
    assert f"{len(NUMBERS)} photographs searchable (0 embedded now" in capsys.readouterr().out


def test_ctrl_c_leaves_importing_and_indexing_resumable_and_says_so(drawn: Path, empty_home: Path) -> None:
    photos = empty_home.parent / "photos"
    photos.mkdir()
    for number in range(60):  # the same picture in different bytes, after the end of the JPEG
        (photos / f"{number}.jpg").write_bytes(
            (drawn / "registry" / "300.jpg").read_bytes() + bytes([number])
        )
    said = interrupted(empty_home / "photos", "import", str(photos))
    assert "What was imported so far is kept" in said
    assert commands.run(["import", str(photos)]) == 0
    said = interrupted(empty_home / "index" / "vectors", "index")
    assert "`artrieve index` goes on from here" in said
    assert commands.run(["index"]) == 0


def interrupted(begun: Path, *arguments: str) -> str:
    """Start a command, press Ctrl-C once there is something in a folder, and return what it said."""
    process = subprocess.Popen(
        [sys.executable, "-m", "service.cli", *arguments],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    deadline = time.monotonic() + 30
    while not list(begun.glob("*")):
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to the command and its workers
    _, said = process.communicate(timeout=30)
    assert process.returncode == 130, said
    assert "Traceback" not in said
    return said


def test_an_empty_index_is_no_answer(
    drawn: Path, empty_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert commands.run(["index"]) == 0
    assert commands.run(["search", str(drawn / "queries" / "300.jpg")]) == 1
    assert "`artrieve import` fills the register" in capsys.readouterr().err


def test_a_photograph_that_cannot_be_indexed_is_listed(
    imported: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = tmp_path / "broken"
    shutil.copytree(imported, broken, ignore=shutil.ignore_patterns("index"))
    monkeypatch.setenv("ARTRIEVE_DATA_DIR", str(broken))
    with opened_register(load_settings()) as register:
        ref = register.searchable_photographs()[0]
    next((broken / "photos").rglob(ref.photo_key)).write_bytes(b"something else")
    assert commands.run(["index"]) == 3
    said = capsys.readouterr()
    assert f"{len(NUMBERS) - 1} photographs searchable" in said.out
    assert f"Photograph {ref.photograph_id} is not searchable: " in said.err


def test_a_folder_that_cannot_be_made_names_its_setting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_bytes(b"")
    monkeypatch.setenv("ARTRIEVE_DATA_DIR", str(tmp_path / "file" / "home"))
    assert commands.run(["index"]) == 1
    assert "Set ARTRIEVE_DATA_DIR to one that can be written." in capsys.readouterr().err
