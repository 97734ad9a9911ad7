"""The list of what imports could not take."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from openpyxl import Workbook

from service import commands


def test_what_is_in_quarantine_is_listed(home: Path, drawn: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert commands.run(["quarantine"]) == 0
    header, *rows = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    assert header == ["source", "line", "photo", "title", "reason", "since"]
    assert [(row[0], row[1], row[2]) for row in rows] == [
        (str(drawn / "list.csv"), "10", ""),
        (str(drawn / "list.csv"), "11", "registry/broken.jpg"),
    ]
    assert all(row[4] for row in rows)


def test_it_can_be_asked_for_one_source(
    home: Path, drawn: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(drawn)
    assert commands.run(["quarantine", "--source", "list.csv", "--json"]) == 0
    entries = json.loads(capsys.readouterr().out)
    assert [entry["line"] for entry in entries] == [10, 11]
    assert list(entries[0]) == [
        "source", "line", "photo", "title", "reason", "first_seen_at", "last_seen_at", "resolved_at",
    ]  # fmt: skip
    assert entries[0]["resolved_at"] is None
    assert commands.run(["quarantine", "--source", "other.csv"]) == 0
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", "Nothing from other.csv is in quarantine.\n")


def test_a_file_is_asked_for_with_all_its_sheets(
    empty_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    book = Workbook()
    for name in ("One", "Two"):
        sheet = book.create_sheet(name)
        for row in (("id", "title"), (name, ""), (f"{name} II", "Vase")):
            sheet.append(row)
    book.save(tmp_path / "list.xlsx")
    monkeypatch.chdir(tmp_path)
    for name in ("One", "Two"):
        assert commands.run(["import", "list.xlsx", "--sheet", name]) == 3
    capsys.readouterr()
    assert commands.run(["quarantine", "--source", "list.xlsx", "--json"]) == 0
    entries = json.loads(capsys.readouterr().out)
    assert [entry["source"] for entry in entries] == [
        f"{tmp_path}/list.xlsx#{name}" for name in ("One", "Two")
    ]
    assert commands.run(["quarantine", "--source", "list.xls", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == []


def test_what_was_taken_since_is_listed_when_asked_for(
    empty_home: Path, tmp_path: Path, drawn: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    photos = tmp_path / "photos"
    photos.mkdir()
    (photos / "one.jpg").write_bytes((drawn / "registry" / "broken.jpg").read_bytes())
    assert commands.run(["import", str(photos)]) == 3
    (tmp_path / "link").symlink_to(photos)
    capsys.readouterr()
    assert commands.run(["quarantine", "--source", str(tmp_path / "link")]) == 0
    assert "\tone.jpg\tone\t" in capsys.readouterr().out
    (photos / "one.jpg").write_bytes((drawn / "registry" / "300.jpg").read_bytes())
    assert commands.run(["import", str(photos)]) == 0
    capsys.readouterr()
    assert commands.run(["quarantine"]) == 0
    assert capsys.readouterr().err == "Nothing is in quarantine.\n"
    assert commands.run(["quarantine", "--resolved"]) == 0
    assert "(taken " in capsys.readouterr().out
