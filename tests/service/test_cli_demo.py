"""The demonstration, on a small register: right answers, evidence, and a second run that uses the first."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from scripts.demo_register import DemoRegister, make_register
from service import commands
from service.commands import demo
from service.settings import Settings

COUNT, SEED = 6, 7


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo")


def run(folder: Path, *more: str) -> int:
    return commands.run(["demo", "--folder", str(folder), "--count", str(COUNT), "--seed", str(SEED), *more])


def files(folder: Path) -> dict[Path, float]:
    """What must not be made again: the drawings and the index."""
    return {
        path: path.stat().st_mtime
        for part in ("register", "artrieve/index", "artrieve/photos")
        for path in (folder / f"{COUNT}-objects-seed-{SEED}" / part).rglob("*")
        if path.is_file()
    }


def test_the_whole_way_and_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(folder)
    monkeypatch.setenv("ARTRIEVE_DATA_DIR", str(folder / "of-somebody"))
    assert run(folder, "--no-serve") == 0
    said = capsys.readouterr().out
    assert [said.count(word) for word in ("match: ", "none: ", "Right.")] == [2, 1, 3]
    pictures = [Path(line.split(": ")[1]) for line in said.splitlines() if "Evidence: " in line]
    assert len(pictures) >= 6
    assert all(picture.is_file() and not picture.is_absolute() for picture in pictures)
    assert not (folder / "of-somebody").exists(), "the demonstration leaves a real register alone"
    made = files(folder)
    assert run(folder, "--no-serve") == 0
    again = capsys.readouterr().out
    assert files(folder) == made
    assert f"{COUNT} unchanged" in again
    assert again[again.index("1. ") :] == said[said.index("1. ") :]


def test_it_serves_unless_told_not_to(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    served: list[Settings] = []
    monkeypatch.setattr("service.commands.serve.serve", served.append)
    assert run(folder) == 0
    assert [settings.data_dir.name for settings in served] == ["artrieve"]
    assert os.environ.get("ARTRIEVE_DATA_DIR") is None


def test_a_wrong_answer_is_said_and_fails(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def mistaken(register: Path, count: int, seed: int) -> DemoRegister:
        made = make_register(register, count=count, seed=seed)
        strangers = tuple(query for query in made.queries if query.shows is None)
        known = tuple(query for query in made.queries if query.shows)
        swapped = [type(known[0])(q.name, known[0].path, q.kind, None, q.caption) for q in strangers]
        return DemoRegister(made.table, made.records, (*known, *swapped))

    monkeypatch.setattr(demo, "draw", mistaken)
    assert run(folder, "--no-serve") == 1
    said = capsys.readouterr()
    assert "Wrong: it shows nothing that is registered." in said.err
    assert "1 of the answers above are wrong" in said.err


def test_paths_below_the_current_folder_are_short(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert demo.near(tmp_path / "a" / "b") == Path("a/b")
    assert demo.near(Path("/somewhere/else")) == Path("/somewhere/else")
