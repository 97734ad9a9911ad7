"""`artrieve model`: list, switch, undo and forget, and what the doctor says of them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from indexer import indexing
from indexer.indexing import IndexProgress
from indexer.sight import default_sight
from indexer.wanted import WANTED
from models.catalogue import BUNDLED
from service import commands
from service.commands import index as index_command
from service.commands.console import Steps
from tests.indexer.other_model import OTHER, other_sight
from tests.service.commands.conftest import NUMBERS
from tests.service.other_model import install

ALL = len(NUMBERS)


@pytest.fixture
def own(imported: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of the test's own, whose commands can open the other model too."""
    home = tmp_path / "home"
    shutil.copytree(imported, home)
    monkeypatch.setenv("ARTRIEVE_DATA_DIR", str(home))
    install(monkeypatch)
    return home


def run(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> str:
    """Run a command that must end with this code; all it said."""
    ended = commands.run(arguments)
    said = capsys.readouterr()
    assert ended == code, said
    return " ".join((said.out + said.err).split())


def listed(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    assert commands.run(["model", "list", "--json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def doctors(capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    """What the doctor finds about the model."""
    commands.run(["doctor", "--json"])
    (found,) = [one for one in json.loads(capsys.readouterr().out) if one["name"] == "model"]
    return dict(found)


def test_a_model_takes_over_is_taken_back_and_forgotten(
    own: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert f"{BUNDLED} served, wanted {ALL} of {ALL}" in run(capsys, "model", "list")
    assert doctors(capsys)["text"].endswith(f"{ALL} of {ALL} photographs embedded.")
    said = run(capsys, "model", "switch", OTHER, "--workers", "1")
    assert f"Generation 2: {ALL} photographs searchable ({ALL} embedded now, 0 kept)" in said
    found = listed(capsys)
    assert (found["served"], found["wanted"], found["previous"]) == (OTHER, OTHER, BUNDLED)
    assert doctors(capsys)["state"] == "ok"
    assert f"Generation 1 of {BUNDLED} serves again, in place of {OTHER}" in run(capsys, "model", "undo")
    assert f"Generation 2 of {OTHER} serves again" in run(capsys, "model", "undo")
    assert "is served" in run(capsys, "model", "forget", OTHER, "--yes", code=1)
    assert f"{BUNDLED} is forgotten" in run(capsys, "model", "forget", BUNDLED, "--yes")
    assert "no other model has served before" in run(capsys, "model", "undo", code=1)
    assert [one["descriptor"] for one in listed(capsys)["models"]] == [OTHER]
    assert f"{ALL} photographs searchable" in run(capsys, "index", "--workers", "1")


def test_only_prepared_it_changes_nothing(own: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = run(capsys, "model", "switch", OTHER, "--prepare", "--workers", "1")
    assert f"{ALL} photographs embedded ({ALL} embedded now" in said
    assert f"artrieve model switch {OTHER}" in said
    found = listed(capsys)
    assert (found["served"], found["wanted"], found["previous"]) == (BUNDLED, BUNDLED, None)
    assert {one["descriptor"]: one["embedded"] for one in found["models"]} == {BUNDLED: ALL, OTHER: ALL}


def test_interrupted_it_says_how_to_go_on_and_how_to_give_up(
    own: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(_: Steps, state: IndexProgress) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(index_command, "show_progress", stop)
        patched.setattr(indexing, "SHARD_PHOTOS", 2)
        said = run(capsys, "model", "switch", OTHER, "--workers", "1", code=130)
    assert "artrieve index" in said
    assert "artrieve model undo" in said
    finding = doctors(capsys)
    assert finding["state"] == "warn"
    assert f"{BUNDLED} sees; {OTHER} is to take over: " in finding["text"]
    assert "artrieve index" in finding["advice"]
    assert "is wanted" in run(capsys, "model", "forget", OTHER, "--yes", code=1)
    said = run(capsys, "model", "undo")
    assert f"The switch to {OTHER} was not complete and is given up: {BUNDLED} serves on." in said
    assert doctors(capsys)["state"] == "ok"


def test_indexing_ends_a_switch_that_was_interrupted(
    own: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (own / "index" / WANTED).write_text(
        json.dumps({"wanted": {"descriptor": OTHER, "vectors": other_sight().vectors_id}})
    )
    assert f"({ALL} embedded now" in run(capsys, "index", "--workers", "1")
    assert listed(capsys)["served"] == OTHER


@pytest.mark.parametrize("name", ["nobody", "", "onnx:", "../bundled"])
def test_what_cannot_be_opened_is_refused_before_anything_changes(
    own: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    before = sorted(own.rglob("*"))
    run(capsys, "model", "switch", name, code=1)
    assert sorted(own.rglob("*")) == before
    assert (listed(capsys)["served"], listed(capsys)["wanted"]) == (BUNDLED, BUNDLED)


def test_a_torn_choice_is_told_and_put_right_by_a_switch(
    own: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (own / "index" / WANTED).write_text("{")
    for command in (["index"], ["model", "undo"], ["model", "list"]):
        said = run(capsys, *command, code=1)
        assert WANTED in said
        assert "artrieve model switch SPEC" in said
    assert doctors(capsys)["state"] == "fail"
    run(capsys, "model", "switch", BUNDLED, "--workers", "1")
    assert doctors(capsys)["state"] == "ok"


def test_a_wanted_model_that_is_gone_is_found_by_the_doctor(
    own: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    gone = {"wanted": {"descriptor": "nobody", "vectors": "0" * 16}}
    (own / "index" / WANTED).write_text(json.dumps(gone))
    finding = doctors(capsys)
    assert finding["state"] == "fail"
    assert "nobody" in finding["text"]
    run(capsys, "index", code=1)
    run(capsys, "model", "undo")
    assert doctors(capsys)["state"] == "ok"


def test_forgetting_asks(
    own: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    run(capsys, "model", "switch", OTHER, "--prepare", "--workers", "1")
    asked: list[str] = []

    def no(question: str, **_: object) -> bool:
        asked.append(question)
        return False

    monkeypatch.setattr("typer.confirm", no)
    assert "Nothing was removed" in run(capsys, "model", "forget", OTHER, code=1)
    assert f"{ALL} photos by {OTHER}" in asked[0]
    assert len(listed(capsys)["models"]) == 2
    monkeypatch.setattr("typer.confirm", lambda *_, **__: True)
    run(capsys, "model", "forget", OTHER)
    assert [one["vectors"] for one in listed(capsys)["models"]] == [default_sight().vectors_id]


def test_without_a_register_there_is_nothing_to_switch(
    empty_home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for command in (["model", "list"], ["model", "switch", BUNDLED]):
        assert "no register" in run(capsys, *command, code=1)
    assert "No index has been published" in run(capsys, "model", "undo", code=1)
    assert "No vectors of a model" in run(capsys, "model", "forget", OTHER, "--yes", code=1)
    assert not empty_home.exists()
