"""The command ``artrieve words``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from service import commands
from service.settings import load_settings
from service.words import RECORDS_ONLY
from tests.colours import MeanColour
from tests.service.colours import MARKUP, TITLES, make_colours, seeing_colours


def test_pictures_and_records_are_listed(empty_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make_colours(load_settings())
    with seeing_colours():
        assert commands.run(["words", "green", "bronze"]) == 0
        said = capsys.readouterr().out.splitlines()
        assert said[0] == "Photographs that look like these words"
        assert said[1].split("\t") == ["likeness", "object", "title", "maker", "type", "status"]
        first = said[2].split("\t")
        assert float(first[0]) > 0.9
        assert first[1:] == [str(MARKUP), TITLES[MARKUP - 1], "Krøyer", "paintings > oil", "stolen"]
        assert f"Searched 3 photographs, generation 1, by the model {MeanColour().card.id}." in said[5]
        assert said[6] == "Records that hold these words"
        assert said[8] == "0 hold all of: green, bronze."
        assert commands.run(["words", "kroyer bronze", "--limit", "2", "--json"]) == 0
        answer = json.loads(capsys.readouterr().out)
    assert [len(answer["pictures"]), len(answer["records"]), answer["total"]] == [2, 2, 3]


def test_without_a_text_tower_the_records_are_searched(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert commands.run(["words", "bild", "303"]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0] == RECORDS_ONLY
    assert [line.split("\t")[1] for line in said[3:-1]] == ["Bild 303"]
    assert commands.run(["words", "bild", "--limit", "3"]) == 0
    assert "9 hold all of: bild, the first 3 are listed." in capsys.readouterr().out


@pytest.mark.parametrize("words", [["%"], ["x" * 500], ["\udcff"]])
def test_what_cannot_be_searched_for_is_wrongly_asked(
    home: Path, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert commands.run(["words", *words]) == 2
    assert "Traceback" not in capsys.readouterr().err


def test_bytes_that_are_no_text_do_no_harm(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert commands.run(["words", "bild\udcff\x1b[31m", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["query"] == "bild [31m"


def test_without_a_register_none_is_made(empty_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert commands.run(["words", "horse"]) == 1
    assert "no register" in capsys.readouterr().err
    assert not empty_home.exists()
