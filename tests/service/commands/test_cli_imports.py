"""Imports on the command line: shown, taken back, mapped by name, reported in a file."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from data.exchange.report import RowOutcome
from service import commands, import_report
from service.commands.import_telling import Watching
from service.settings import load_settings
from service.workshop import opened_register
from tests.data.lists import write_list


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, empty_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def imported(folder: Path, *options: str, maker: str = "M") -> int:
    rows = [{"Nr": str(one), "Titel": f"Vase {one}", "Urh": maker} for one in range(2)]
    write_list(folder, rows)
    return commands.run(["import", "list.csv", *options])


MAP = ("--map", "record_id=Nr,title=Titel,maker=Urh")


def lines_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_an_import_is_listed_shown_and_undone(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert imported(folder, *MAP) == 0
    assert capsys.readouterr().out.startswith("Import 1: 2 rows: 2 added")
    assert imported(folder, *MAP, maker="N") == 0
    capsys.readouterr()
    assert commands.run(["imports", "list"]) == 0
    rows = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    assert [row[:2] for row in rows] == [["import", "state"], ["2", "finished"], ["1", "finished"]]
    assert commands.run(["imports", "show", "2", "--limit", "1"]) == 0
    said = capsys.readouterr()
    assert "SHA-256 of the list: " in said.out
    assert "Columns: record_id=Nr, title=Titel, maker=Urh" in said.out
    assert 'maker: "M" -> "N"' in said.out
    assert "artrieve imports show 2 --after 3" in said.err
    assert commands.run(["imports", "undo", "2", "--yes"]) == 0
    assert "Import 2 is undone: 0 objects withdrawn, 2 as before" in capsys.readouterr().out
    assert commands.run(["imports", "undo", "2"]) == 0
    assert "undone already" in capsys.readouterr().out
    with opened_register(load_settings()) as register:
        assert [one.record.maker for one in register.page()] == ["M", "M"]
        register.amend(1, {"status": "recovered"})
    assert commands.run(["imports", "undo", "1", "--yes"]) == 0
    said = capsys.readouterr()
    assert "1 objects withdrawn" in said.out
    assert "object 1 (line 2): status" in said.err
    assert commands.run(["imports", "show", "1", "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert (shown["state"], shown["changes"][0]["kept"]) == ("undone", ["status"])
    assert commands.run(["imports", "list", "--json", "--limit", "1"]) == 0
    assert [one["id"] for one in json.loads(capsys.readouterr().out)["imports"]] == [2]


def test_undoing_asks_first(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    imported(folder, *MAP)
    monkeypatch.setattr("typer.confirm", lambda *_, **__: (_ for _ in ()).throw(SystemExit(1)))
    assert commands.run(["imports", "undo", "1"]) == 1
    with opened_register(load_settings()) as register:
        assert register.snapshot().objects == 2


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        (["imports", "show", "9"], "There is no import 9"),
        (["imports", "undo", "9", "--yes"], "There is no import 9"),
        (["mapping", "show", "x"], "There is no mapping 'x'"),
        (["mapping", "remove", "x"], "There is no mapping 'x'"),
        (["import", "list.csv", "--mapping", "x"], "There is no mapping 'x'"),
    ],
)
def test_what_there_is_not_is_one_message(
    folder: Path, asked: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    imported(folder, *MAP)
    capsys.readouterr()
    assert commands.run(asked) == 1
    said = capsys.readouterr().err
    assert says in said
    assert "Traceback" not in said


@pytest.mark.parametrize("asked", [["imports", "list"], ["imports", "undo", "1"], ["mapping", "list"]])
def test_without_a_register_none_is_made(
    empty_home: Path, asked: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert commands.run(asked) == 1
    assert "There is no register" in capsys.readouterr().err
    assert not empty_home.exists()


def test_a_mapping_is_kept_under_a_name_and_used_by_it(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert imported(folder, *MAP, "--save-mapping", "Police of  Veldermond") == 0
    assert "is kept as 'Police of Veldermond'" in capsys.readouterr().err
    assert imported(folder, "--mapping", "POLICE of veldermond") == 0
    assert "2 unchanged" in capsys.readouterr().out
    assert imported(folder, "--mapping", "police of veldermond", "--map", "subject=Urh,maker=Titel") == 0
    assert "2 updated" in capsys.readouterr().out
    assert commands.run(["mapping", "list"]) == 0
    assert "Police of Veldermond\trecord_id=Nr,title=Titel,maker=Urh\t" in capsys.readouterr().out
    assert commands.run(["mapping", "show", "police of veldermond"]) == 0
    assert capsys.readouterr().out == "field\tcolumn\nrecord_id\tNr\ntitle\tTitel\nmaker\tUrh\n"
    assert commands.run(["mapping", "show", "police of veldermond", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["columns"]["title"] == "Titel"
    assert commands.run(["mapping", "remove", "Police of Veldermond"]) == 0
    capsys.readouterr()
    assert commands.run(["mapping", "list", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == []


def test_a_name_that_is_taken_stops_the_import_before_it_begins(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert imported(folder, *MAP, "--save-mapping", "one") == 0
    assert imported(folder, *MAP, "--save-mapping", "ONE") == 0, "the same mapping may be kept again"
    assert imported(folder, "--map", "title=Titel", "--save-mapping", "One") == 1
    assert "another mapping called 'one'" in capsys.readouterr().err
    with opened_register(load_settings()) as register:
        assert len(register.page()) == 2


@pytest.mark.parametrize(
    "options",
    [
        ("--save-mapping", "x", "--dry-run", *MAP),
        ("--save-mapping", "x", "--map", "title"),
    ],
)
def test_options_that_do_not_go_together(folder: Path, options: tuple[str, ...]) -> None:
    assert imported(folder, *options) == 2
    for option in ("--mapping", "--save-mapping"):
        assert commands.run(["import", ".", option, "x"]) == 2


def test_the_report_says_field_by_field_what_changed(folder: Path) -> None:
    assert imported(folder, *MAP, "--report", "report.csv") == 0
    first = lines_of(folder / "report.csv")
    assert [(one["line"], one["action"], one["object"], one["changes"]) for one in first] == [
        ("2", "add", "1", ""),
        ("3", "add", "2", ""),
    ]
    assert imported(folder, *MAP, "--dry-run", "--report", "report.csv", maker="=N;1") == 0
    dry = lines_of(folder / "report.csv")
    assert [(one["action"], one["object"], one["title"]) for one in dry] == [
        ("update", "1", "Vase 0"),
        ("update", "2", "Vase 1"),
    ]
    assert dry[0]["changes"] == 'maker: "M" -> "=N;1"'


def test_the_report_of_an_interrupted_import_says_how_far_it_came(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    as_ever = Watching.see

    def see(self: Watching, row: RowOutcome) -> None:
        as_ever(self, row)
        if row.line == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(Watching, "see", see)
    assert imported(folder, *MAP, "--report", "report.csv") == 130
    said = capsys.readouterr().err
    assert "is kept, as import 1" in said
    assert "artrieve imports undo 1" in said
    assert [(one["line"], one["action"]) for one in lines_of(folder / "report.csv")] == [
        ("2", "add"),
        ("", "interrupted"),
    ]
    assert not list(folder.glob(".*.csv.*"))


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1+1", "-1-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "|cmd", "%0A", "\uff1d1", "\xa0=1"],
)
def test_no_cell_of_a_report_is_a_formula(text: str) -> None:
    assert import_report.in_a_cell(text) == f"'{text}"


def test_a_cell_of_a_report_fits_into_a_spreadsheet() -> None:
    assert len(import_report.in_a_cell("x" * 40_000)) < 32_767
    assert import_report.in_a_cell("a=b") == "a=b"
