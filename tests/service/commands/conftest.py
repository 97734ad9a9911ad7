"""A small drawn register for the commands to work on."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from service import commands
from tests.drawing import draw_photo, photograph_again

NUMBERS = range(300, 308)
STRANGER = 999


@pytest.fixture(scope="session")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder: registered photos, photos of them by somebody else, a truth table, a list."""
    folder = tmp_path_factory.mktemp("drawn")
    for name in ("registry", "queries", "others/deep"):
        (folder / name).mkdir(parents=True)
    for number in NUMBERS:
        (folder / "registry" / f"{number}.jpg").write_bytes(draw_photo(number))
        (folder / "others" / "deep" / f"{number}.png").write_bytes(draw_photo(number + 200, suffix=".png"))
    (folder / "registry" / "notes.txt").write_text("no photo, and does not look like one", encoding="utf-8")
    (folder / "registry" / "broken.jpg").write_bytes(draw_photo(1)[:2000])
    for number in (*NUMBERS[:3], STRANGER):
        (folder / "queries" / f"{number}.jpg").write_bytes(photograph_again(number))
    (folder / "queries" / "empty.jpg").write_bytes(b"")
    with (folder / "truth.csv").open("w", encoding="utf-8", newline="") as lines:
        truth = csv.writer(lines)
        truth.writerow(("query", "registry", "kind"))
        truth.writerows(
            (f"queries/{number}.jpg", f"registry/{number}.jpg", "photo") for number in NUMBERS[:3]
        )
        truth.writerow((f"queries/{STRANGER}.jpg", "", "photo"))
        truth.writerow(("queries/empty.jpg", "", "photo"))
    with (folder / "list.csv").open("w", encoding="utf-8", newline="") as lines:
        table = csv.writer(lines, delimiter=";")
        table.writerow(("Nr", "Titel", "file", "Farbe"))
        table.writerows((number, f"Bild {number}", f"registry/{number}.jpg", "rot") for number in NUMBERS)
        table.writerow((1, "", "", ""))
        table.writerow((2, "Bild 2", "registry/broken.jpg", ""))
    return folder


@pytest.fixture(scope="session")
def imported(drawn: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose register and index hold the registered photos."""
    home = tmp_path_factory.mktemp("imported") / "home"
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("ARTRIEVE_DATA_DIR", str(home))
        assert (
            commands.run(["import", str(drawn / "list.csv"), "--map", "photo=file,title=Titel,record_id=Nr"])
            == 3
        )
        assert commands.run(["index"]) == 0
    return home


@pytest.fixture
def home(imported: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("ARTRIEVE_DATA_DIR", str(imported))
    monkeypatch.chdir(tmp_path)
    return imported


@pytest.fixture
def empty_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("ARTRIEVE_DATA_DIR", str(tmp_path / "home"))
    return tmp_path / "home"
