"""`artrieve export`, and `artrieve import` of what it wrote and of other formats."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from service import commands
from tests.data.lido_files import museum_record, wrapped


@pytest.fixture
def listed(empty_home: Path, tmp_path: Path, drawn: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in, and a home whose register holds two objects, one of them with photos."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.jpg").write_bytes((drawn / "registry" / "300.jpg").read_bytes())
    (tmp_path / "list.csv").write_text(
        "record_id,title,photo,case_reference\n1,Vase,a.jpg,C 7\n2,=Icon,,\n", encoding="utf-8"
    )
    assert commands.run(["import", "list.csv"]) == 0
    return tmp_path


def test_a_register_is_exported_and_imported_again(
    listed: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("out.csv", "out.xlsx", "out.xml"):
        capsys.readouterr()
        assert commands.run(["export", name, "--photos"]) == 0
        assert capsys.readouterr().out == f"{name}: 2 objects, 1 photographs.\n"
        assert (listed / "out-photos" / "1-1.jpg").exists()
        monkeypatch.setenv("ARTRIEVE_DATA_DIR", str(listed / f"other-{name}"))
        assert commands.run(["import", name]) == 0
        assert "2 rows: 2 added" in capsys.readouterr().out
        monkeypatch.setenv("ARTRIEVE_DATA_DIR", str(listed / "home"))
        (listed / "out-photos" / "1-1.jpg").unlink()
        (listed / "out-photos").rmdir()


def test_what_agrees_with_fields_is_exported(
    listed: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (listed / "more.csv").write_text("record_id,title,type\n3,Untitled,Aquarell\n", encoding="utf-8")
    assert commands.run(["import", "more.csv"]) == 0
    assert commands.run(["export", "out.csv", "--type", "painting"]) == 0
    with (listed / "out.csv").open(encoding="utf-8-sig", newline="") as file:
        assert [row["title"] for row in csv.DictReader(file)] == ["Untitled"]
    assert commands.run(["export", "other.csv", "--made-from", "soon"]) == 2
    assert "Made from" in capsys.readouterr().err
    monkeypatch.setenv("ARTRIEVE_ROLE", "public")
    assert commands.run(["export", "other.csv", "--photos", "--theft-place", "Veldermond"]) == 2
    assert "You may not search by theft_place" in capsys.readouterr().err
    assert not list(listed.glob("other*"))


def test_nothing_is_written_over_unless_it_is_said(listed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (listed / "out.csv").write_text("mine", encoding="utf-8")
    assert commands.run(["export", "out.csv"]) == 1
    assert "say --force" in capsys.readouterr().err
    assert (listed / "out.csv").read_text(encoding="utf-8") == "mine"
    assert commands.run(["export", "out.csv", "--force"]) == 0
    with (listed / "out.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["title"] for row in rows] == ["Vase", "'=Icon"]
    assert "case_reference" not in rows[0]
    assert [path.name for path in listed.iterdir() if path.name.startswith(".")] == [], (
        "nothing is left beside"
    )


def test_all_fields_go_out_with_a_warning(listed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert commands.run(["export", "out.csv", "--all"]) == 0
    assert "not public" in capsys.readouterr().err
    assert "C 7" in (listed / "out.csv").read_text(encoding="utf-8")


def test_only_a_registrar_exports_what_is_not_public(
    listed: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ARTRIEVE_ROLE", "professional")
    assert commands.run(["export", "out.csv", "--all"]) == 1
    assert "registrar" in capsys.readouterr().err
    assert not (listed / "out.csv").exists()
    assert commands.run(["export", "out.csv"]) == 0
    text = (listed / "out.csv").read_text(encoding="utf-8")
    assert "Vase" in text
    assert "C 7" not in text


def test_fields_go_out_up_to_a_level(
    listed: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (listed / "lost.csv").write_text(
        "record_id,title,theft_place,owner\n1,Vase,Elm Street 4,Baroness\n", encoding="utf-8"
    )
    assert commands.run(["import", "lost.csv"]) == 0
    monkeypatch.setenv("ARTRIEVE_ROLE", "professional")
    capsys.readouterr()
    assert commands.run(["export", "out.csv", "--level", "professional"]) == 0
    assert "not public: places of thefts. Pass it on with care" in capsys.readouterr().err
    text = (listed / "out.csv").read_text(encoding="utf-8")
    assert "Elm Street 4" in text
    assert "Baroness" not in text
    assert commands.run(["export", "more.csv", "--level", "restricted"]) == 1
    assert "does not see restricted fields" in capsys.readouterr().err
    assert commands.run(["export", "more.csv", "--level", "secret"]) == 2
    assert commands.run(["export", "more.csv", "--level", "public", "--all"]) == 2
    assert not (listed / "more.csv").exists()


def test_types_and_materials_have_their_concepts(empty_home: Path, tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("title,type,materials\nSea,paintings,canvas\n", encoding="utf-8")
    assert commands.run(["import", str(tmp_path / "list.csv")]) == 0
    out = tmp_path / "out.jsonld"
    assert commands.run(["export", str(out), "--base-url", "https://register.example"]) == 0
    (shown,) = json.loads(out.read_text(encoding="utf-8"))
    assert shown["classified_as"][0]["id"] == "http://vocab.getty.edu/aat/300033618"
    assert shown["made_of"] == [
        {"id": "http://vocab.getty.edu/aat/300014078", "type": "Material", "_label": "canvas"}
    ]


def test_linked_art_into_a_file_and_a_folder(listed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert commands.run(["export", "out.jsonld"]) == 1
    assert "--base-url" in capsys.readouterr().err
    assert not (listed / "out.jsonld").exists()
    (listed / "documents").mkdir()
    options = ["--format", "linked-art", "--base-url", "https://register.example"]
    assert commands.run(["export", "documents", *options, "--photos"]) == 0
    shown = json.loads((listed / "documents" / "object-1.json").read_text(encoding="utf-8"))
    assert shown["representation"][0]["digitally_shown_by"][0]["access_point"][0]["id"] == "photos/1-1.jpg"
    assert commands.run(["export", "documents", *options]) == 1
    assert "not empty" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(["out.doc"], 1), (["out.csv", "--format", "pdf"], 2), (["nowhere/out.csv"], 1), (["."], 1)],
)
def test_what_cannot_be_written(
    listed: Path, arguments: list[str], code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert commands.run(["export", *arguments]) == code
    assert "Traceback" not in capsys.readouterr().err


def test_without_a_register_nothing_is_made(
    empty_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert commands.run(["export", "out.csv"]) == 1
    assert list(tmp_path.iterdir()) == []


def test_what_was_not_taken_is_told(listed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (listed / "museum.xml").write_text(wrapped(museum_record().replace("bilder/", "")), encoding="utf-8")
    capsys.readouterr()
    assert commands.run(["import", "museum.xml", "--report", "report.csv"]) == 0
    said = capsys.readouterr()
    assert "Record 1: measurement not understood: Breite ca. 38 cm; described in de, fr" in said.err
    assert "rightsWorkSet/creditLine" in (listed / "report.csv").read_text(encoding="utf-8")
    (listed / "a.jpg").unlink()
    assert commands.run(["import", "museum.xml"]) == 3
    assert "Record 1: photo a.jpg refused" in capsys.readouterr().err


def test_the_net_is_off(listed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert commands.run(["import", "https://museum.example/manifest"]) == 1
    assert "ARTRIEVE_IIIF_HOSTS" in capsys.readouterr().err


@pytest.mark.parametrize("option", [["--sheet", "A"], ["--schema", "list.csv"], ["--language", "de"]])
def test_options_of_other_formats(
    listed: Path, option: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert commands.run(["import", "list.csv", *option]) == 1
    assert f"{option[0]} is for" in capsys.readouterr().err
    assert commands.run(["import", ".", *option]) == 2
