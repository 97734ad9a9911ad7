"""A folder of photos becomes one object a photo, and the same folder never twice."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from data.exchange.folder_import import import_folder
from data.exchange.report import ImportRefused, ImportReport
from data.intake import IntakePool
from data.quarantine import Quarantine
from data.register import Register
from tests.data.lists import Outcomes, contents, write_photos
from tests.data.made import jpeg


def run(
    register: Register, folder: Path, pool: IntakePool, dry_run: bool = False
) -> tuple[ImportReport, Outcomes]:
    outcomes = Outcomes()
    return import_folder(register, folder, pool=pool, dry_run=dry_run, progress=outcomes.append), outcomes


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    found = tmp_path / "folder"
    write_photos(found, "b.jpg", "A.jpg", "sub/blue_vase-front.jpg", ".hidden.jpg", ".git/x.jpg", "c")
    (found / "notes.txt").write_text("no photo, and not named like one")
    (found / "broken.jpg").write_bytes(jpeg()[:700])
    return found


def test_photos_become_objects_in_the_order_of_their_paths(
    register: Register, pool: IntakePool, folder: Path
) -> None:
    report, outcomes = run(register, folder, pool)
    assert [(one.line, one.photo, one.action) for one in outcomes] == [
        (1, "A.jpg", "add"),
        (2, "b.jpg", "add"),
        (3, "broken.jpg", "quarantined"),
        (4, "c", "add"),
        (5, "sub/blue_vase-front.jpg", "add"),
    ]
    assert [one.record.title for one in register.page()] == ["A", "b", "c", "blue vase front"]
    assert register.photograph(4).original_name == "sub/blue_vase-front.jpg"
    assert (report.ignored, report.photographs, report.rows) == (1, 4, 5)
    (entry,) = Quarantine(register.database).entries()
    assert (entry.source, entry.line, entry.title) == (str(folder.resolve()), 3, "broken")
    assert "ends too early" in entry.reason


def test_a_second_run_changes_nothing_from_another_place_too(
    register: Register, pool: IntakePool, folder: Path, tmp_path: Path
) -> None:
    run(register, folder, pool)
    before, revision = contents(register), register.revision()
    shutil.copytree(folder, tmp_path / "copy")
    for place in (folder, tmp_path / "copy"):
        assert run(register, place, pool)[1].actions == [
            "unchanged",
            "unchanged",
            "quarantined",
            "unchanged",
            "unchanged",
        ]
    assert (contents(register), register.revision()) == (before, revision)


def test_a_photo_that_was_replaced_is_a_new_object(
    register: Register, pool: IntakePool, folder: Path
) -> None:
    run(register, folder, pool)
    (folder / "A.jpg").write_bytes(jpeg(777))
    (folder / "broken.jpg").write_bytes(jpeg(778))
    _, outcomes = run(register, folder, pool)
    assert outcomes.actions == ["add", "unchanged", "add", "unchanged", "unchanged"]
    assert [one.object_id for one in outcomes] == [5, 2, 6, 3, 4]
    assert Quarantine(register.database).entries() == []


def test_a_dry_run_does_nothing(register: Register, pool: IntakePool, folder: Path, tmp_path: Path) -> None:
    _, outcomes = run(register, folder, pool, dry_run=True)
    assert outcomes.actions == ["add", "add", "quarantined", "add", "add"]
    assert register.page() == []
    assert not (tmp_path / "photos").exists()


def test_links_that_leave_the_folder_are_refused(
    register: Register, pool: IntakePool, tmp_path: Path
) -> None:
    folder = tmp_path / "linked"
    write_photos(tmp_path, "secret.jpg", "elsewhere/x.jpg")
    folder.mkdir()
    (folder / "link.jpg").symlink_to(tmp_path / "secret.jpg")
    (folder / "sub").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    (folder / "dangling.jpg").symlink_to(tmp_path / "nowhere.jpg")
    _, outcomes = run(register, folder, pool)
    assert outcomes.actions == ["quarantined"]
    assert "leaves the folder" in outcomes[0].reason


def test_a_link_in_a_circle_costs_itself_only(register: Register, pool: IntakePool, tmp_path: Path) -> None:
    folder = tmp_path / "circle"
    write_photos(folder, "a.jpg", "z.jpg")
    (folder / "loop.jpg").symlink_to("loop.jpg")
    for _ in range(2):
        _, outcomes = run(register, folder, pool)
        assert [one.photo for one in outcomes] == ["a.jpg", "loop.jpg", "z.jpg"]
        assert "leads in a circle" in outcomes[1].reason
        (entry,) = Quarantine(register.database).entries()
        assert (entry.line, entry.title) == (2, "loop")
    assert outcomes.actions == ["unchanged", "quarantined", "unchanged"]


def test_a_folder_that_cannot_be_read_costs_itself_only(
    register: Register, pool: IntakePool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "rights"
    write_photos(folder, "a.jpg", "closed/b.jpg", "z.jpg")
    scan = os.scandir

    def refuse(path: Path) -> Any:
        """The system asks an administrator, who runs tests in containers, for no rights: the test does."""
        if Path(path).name == "closed":
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return scan(path)

    monkeypatch.setattr(os, "scandir", refuse)
    report, outcomes = run(register, folder, pool)
    assert outcomes.actions == ["add", "quarantined", "add"]
    assert (outcomes[1].photo, report.counts["quarantined"]) == ("closed", 1)
    assert "closed cannot be read: Permission denied. Check your rights" in outcomes[1].reason
    monkeypatch.undo()
    assert run(register, folder, pool)[1].actions == ["unchanged", "add", "unchanged"]
    assert Quarantine(register.database).entries() == []


def test_a_folder_without_any_rights_is_refused(
    register: Register, pool: IntakePool, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(ImportRefused, match="Check your rights"):
        run(register, folder, pool)


def test_names_that_are_no_text_and_no_words(register: Register, pool: IntakePool, tmp_path: Path) -> None:
    folder = tmp_path / "names"
    folder.mkdir()
    for name in (b"\xff\xfe.jpg", b"line\nbreak.jpg", b"_.jpg", b"x" * 250 + b".jpg", b"a|b.jpg"):
        (folder / os.fsdecode(name)).write_bytes(jpeg(len(name)))
    _, outcomes = run(register, folder, pool)
    assert outcomes.actions == ["add"] * 5, outcomes
    assert all(one.record.title.isprintable() for one in register.page())
    assert run(register, folder, pool)[1].actions == ["unchanged"] * 5


def test_what_is_no_folder(register: Register, pool: IntakePool, tmp_path: Path) -> None:
    with pytest.raises(ImportRefused, match="is no folder"):
        run(register, tmp_path / "nowhere", pool)


def test_an_empty_folder(register: Register, pool: IntakePool, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert run(register, tmp_path / "empty", pool)[0].rows == 0
