"""What an interrupted restore left is ended by the next one: back before the step that counts, forward after it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from service import commands
from service.backup.layout import RestoreRefused
from service.backup.swap import JOURNAL, Swap


class Place:
    """A register whose database is outside, with an old index and a new one that waits."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.index = folder / "index"
        self.swap = Swap(folder, None, self.index)
        self.arrived = False
        for place, word in ((self.index, "old"), (self.swap.staged_index, "new")):
            place.mkdir()
            (place / "CURRENT").write_text(word)
        self.swap.staged_database.write_text("rows")

    def deliver(self) -> None:
        assert not self.index.exists(), "nobody may search the new rows through the old index"
        self.arrived = True

    def has_arrived(self, revision: int) -> bool:
        assert revision == 7
        return self.arrived

    def settle(self) -> str:
        return self.swap.settle(self.has_arrived)

    def found(self) -> str:
        assert {path.name for path in self.folder.iterdir()} == {"index"}
        return (self.index / "CURRENT").read_text()


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def test_the_index_follows_the_rows_into_a_database_outside(place: Place) -> None:
    place.swap.swap(7, place.deliver, place.has_arrived)
    assert place.found() == "new"
    assert place.settle() == ""


@pytest.mark.parametrize("arrived", [False, True])
def test_an_error_of_the_database_outside_is_judged_by_what_arrived(place: Place, arrived: bool) -> None:
    def deliver() -> None:
        place.arrived = arrived
        raise RestoreRefused("the connection was lost")

    with pytest.raises(RestoreRefused):
        place.swap.swap(7, deliver, place.has_arrived)
    assert place.found() == ("new" if arrived else "old")


@pytest.mark.parametrize("arrived", [False, True])
def test_a_crash_is_judged_by_what_arrived(place: Place, arrived: bool) -> None:
    (place.folder / JOURNAL).write_text(json.dumps({"revision": 7}))
    place.index.rename(place.folder / "index.before-restore")
    place.arrived = arrived
    assert ("it is complete now" if arrived else "everything is as it was") in place.settle()
    assert place.found() == ("new" if arrived else "old")


def test_what_somebody_made_since_the_crash_stays(place: Place) -> None:
    (place.folder / JOURNAL).write_text(json.dumps({"revision": 7}))
    place.index.rename(place.folder / "index.before-restore")
    place.index.mkdir()
    (place.index / "CURRENT").write_text("made since")
    place.arrived = True
    place.settle()
    assert place.found() == "made since"


def test_without_a_journal_what_lies_beside_means_nothing(place: Place) -> None:
    assert place.settle() == ""
    assert place.found() == "old"


def test_the_doctor_tells_of_an_interrupted_restore(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / JOURNAL).write_text(json.dumps({"revision": 7}))
    assert commands.run(["doctor"]) == 1
    assert "fail  restore: A restore was interrupted" in capsys.readouterr().out
