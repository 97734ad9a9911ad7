"""Terms, gaps and poor photos on the command line."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from data.object_id import EXAMPLE, ObjectRecord
from service import commands
from service.settings import load_settings
from service.workshop import opened_register
from tests.drawing import draw_photo, encode

Captured = pytest.CaptureFixture[str]


def rows(capsys: Captured) -> list[list[str]]:
    return [line.split("\t") for line in capsys.readouterr().out.splitlines()]


def test_a_term_is_told_with_its_labels_in_every_language(capsys: Captured) -> None:
    assert commands.run(["vocabulary", "pocket", "watch"]) == 0
    told = rows(capsys)
    assert told[0] == ["clocks and watches > watches > pocket watches"]
    assert told[1] == ["AAT (not known for sure)"]
    assert ["de", "Taschenuhren, Taschenuhr"] in told


def test_the_beginning_of_a_word_suggests_terms(capsys: Captured) -> None:
    assert commands.run(["vocabulary", "ikon", "--language", "de"]) == 0
    header, *found = rows(capsys)
    assert header == ["term", "matched", "aat", "key"]
    assert found == [["Religiöse Objekte > Ikonen", "Ikone", "300033945", "icons"]]


def test_terms_are_listed_below_a_key_and_of_the_other_kind(capsys: Captured) -> None:
    assert commands.run(["vocabulary", "--within", "wood", "--kind", "materials"]) == 0
    assert ["wood > oak", "", "300012264", "oak"] in rows(capsys)
    assert commands.run(["vocabulary", "--within", "nothing"]) == 2
    assert "no term 'nothing'" in capsys.readouterr().err


def test_the_answer_as_json_and_a_word_that_is_no_term(capsys: Captured) -> None:
    assert commands.run(["vocabulary", "icon", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["found"]["aat"] == "300033945"
    assert commands.run(["vocabulary", "zzz"]) == 0
    said = capsys.readouterr()
    assert said.out == ""
    assert "Free text may be used" in said.err


@pytest.fixture
def three_objects(empty_home: Path) -> None:
    """Full, with a gap, bare; and one that is not searched for any more."""
    full = ObjectRecord.model_validate(EXAMPLE)
    with opened_register(load_settings()) as register:
        register.report(full)
        register.report(full.model_copy(update={"title": "Unmeasured", "measurements": ()}))
        register.report(ObjectRecord(title="Bare"))
        register.report(ObjectRecord.model_validate({"title": "Home", "status": "recovered"}))


@pytest.mark.usefixtures("three_objects")
def test_objects_are_listed_by_what_they_lack(capsys: Captured) -> None:
    assert commands.run(["gaps"]) == 0
    header, *listed = rows(capsys)
    assert header == ["object", "title", "complete", "add first", "missing"]
    *objects, summary = listed
    assert [(row[0], row[1]) for row in objects] == [
        ("3", "Bare"), ("2", "Unmeasured"), ("1", "Lemon, pewter jug and oysters"),
    ]  # fmt: skip
    assert objects[0][3] == "A photograph of the whole object from its main side."
    assert summary[0].startswith("3 of 3 objects lack something")


@pytest.mark.usefixtures("three_objects")
def test_only_objects_that_lack_one_thing(capsys: Captured) -> None:
    assert commands.run(["gaps", "--missing", "measurements", "--json", "--limit", "5"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [each["title"] for each in found] == ["Bare", "Unmeasured"]
    assert "measurements" in {each["part"] for each in found[1]["completeness"]["missing"]}
    assert commands.run(["gaps", "--missing", "colour"]) == 2
    assert "none of: photographs, type_path" in capsys.readouterr().err
    assert commands.run(["gaps", "--missing", "materials", "--limit", "1"]) == 0
    assert [row[1] for row in rows(capsys)[1:-1]] == ["Bare"]


def test_gaps_of_an_empty_register_and_of_none(empty_home: Path, capsys: Captured) -> None:
    assert commands.run(["gaps"]) == 1
    assert "There is no register" in capsys.readouterr().err
    with opened_register(load_settings()):
        pass
    assert commands.run(["gaps"]) == 0
    assert "no object to search for" in capsys.readouterr().err


def test_an_import_warns_of_poor_photos_and_takes_them(
    empty_home: Path, tmp_path: Path, capsys: Captured
) -> None:
    photos = tmp_path / "photos"
    photos.mkdir()
    (photos / "black.jpg").write_bytes(encode(np.full((360, 480, 3), 4, np.uint8)))
    (photos / "good.jpg").write_bytes(draw_photo(61))
    report = tmp_path / "report.csv"
    for options in (["--dry-run"], []):
        assert commands.run(["import", str(photos), "--report", str(report), *options]) == 0
        assert "hardly be found: 1. The report says" in capsys.readouterr().err
        told = list(csv.DictReader(report.read_text(encoding="utf-8").splitlines()))
        assert [row["action"] for row in told] == ["add", "add"]
        assert "photo black.jpg: Hardly any search" in told[0]["message"]
        assert told[1]["message"] == ""
    assert commands.run(["import", str(photos)]) == 0
    assert "Poor" not in capsys.readouterr().err, "what is there already is not read again"
