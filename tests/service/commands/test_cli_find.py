"""The command ``artrieve find``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from data.object_id import EXAMPLE, ObjectRecord
from service import commands
from service.settings import load_settings
from service.workshop import opened_register


def test_records_are_found_by_words_and_fields(empty_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert commands.run(["find", "lemon"]) == 1
    assert "no register" in capsys.readouterr().err
    with opened_register(load_settings()) as register:
        for title in ("Lemon", "Lemon tree"):
            register.report(ObjectRecord.model_validate(EXAMPLE | {"title": title}))
    assert commands.run(["find", "--maker", "marsen", "--size", "height 46 cm", "--limit", "1"]) == 0
    said = capsys.readouterr().out.splitlines()
    assert [line.split("\t")[0] for line in said[:2]] == ["object", "1"]
    assert said[2] == "Searched for maarsen instead of marsen in maker, which no record has."
    assert said[3] == "2 have all that was asked for, the first 1 are listed."
    place = said[4].split()[-1]
    assert commands.run(["find", "--maker", "marsen", "--size", "height 46 cm", "--after", place]) == 0
    assert capsys.readouterr().out.splitlines()[1].split("\t")[0] == "2"
    assert commands.run(["find", "tree", "lemon", "--type", "still", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["total"] == 1
    for wrong in ([], ["--made-from", "x"], ["%"], ["lemon", "--after", "x"]):
        assert commands.run(["find", *wrong]) == 2
        assert "Traceback" not in capsys.readouterr().err
