"""A backup is one moment of a register at work, and brings it back elsewhere as it was."""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import threading
from pathlib import Path
from types import SimpleNamespace
from typing import NamedTuple

import psycopg
import pytest

from data.finding import Query, find
from data.intake import take_in
from data.object_id import ObjectRecord
from data.register import NewPhotograph
from data.search_log import SearchLog
from indexer.generation import photographs_in, pointer
from indexer.indexing import index_register
from indexer.sight import default_sight
from service import commands
from service.backup import making
from service.backup.archive import Archive
from service.backup.layout import BackupRefused
from service.backup.making import make_backup
from service.backup.places import written_beside
from service.backup.restoring import restore
from service.backup.verifying import read_manifest, verify
from service.settings import Settings
from service.workshop import open_engine, opened_register
from tests.data.carrying import MOMENT
from tests.drawing import draw_photo, photograph_again
from tests.service.backup.conftest import SEEDS
from tests.service.serving import register_drawn, settings_in


class Answer(NamedTuple):
    """What a search found: objects by their photographs, and how sure."""

    verdict: str
    candidates: list[tuple[int, float]]


def answers(settings: Settings) -> list[Answer]:
    with opened_register(settings) as register:
        engine = open_engine(settings, register)
        assert engine.status().pending == 0
        found = [
            engine.search([take_in(photograph_again(seed), settings.limits).jpeg]) for seed in (*SEEDS, 999)
        ]
    return [
        Answer(str(one.verdict), [(each.object_id, each.probability) for each in one.candidates])
        for one in found
    ]


def test_what_was_backed_up_comes_back_on_another_path(
    filled: Settings, archived: Path, tmp_path: Path
) -> None:
    elsewhere = settings_in(tmp_path / "another" / "machine")
    restore(archived, elsewhere)
    with opened_register(filled) as old, opened_register(elsewhere, create=False) as new:
        assert new.page() == old.page()
        assert new.revision() == old.revision()
        assert [new.photo_bytes(one) for one in (1, 2, 3)] == [old.photo_bytes(one) for one in (1, 2, 3)]
        asked = Query.of("drawing")
        assert find(new.database, asked) == find(old.database, asked)
    assert answers(elsewhere) == answers(filled)
    left = {path.name for path in elsewhere.data_dir.iterdir()}
    assert left == {"register.db", "photos", "index", "restore.lock"}


def test_a_backup_has_the_index_and_one_photo_once(archived: Path) -> None:
    assert archived.stat().st_mode & 0o777 == 0o600, "it holds what only some may see"
    with Archive(archived) as archive:
        names = [entry.name for entry in archive.entries()]
        manifest = read_manifest(archive)
    assert manifest.generation == 1
    assert (
        manifest.photos.count == 2 * len(SEEDS) == len([name for name in names if name.startswith("photos/")])
    )
    assert "index/CURRENT" in names


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def test_a_backup_is_one_moment_while_others_write(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = (
        "" if kind == "sqlite" else made_empty(request.getfixturevalue("postgresql_url"), "written_meanwhile")
    )
    settings = settings_in(tmp_path / "home", database_url=url)
    photos = [take_in(draw_photo(seed, 64, 48), settings.limits) for seed in range(40)]
    register_drawn(settings, SEEDS[:1])
    stop, began = threading.Event(), threading.Event()

    def write() -> None:
        with opened_register(settings) as register:
            for number in range(0, 40, 2):
                pair = [NewPhotograph(photo) for photo in photos[number : number + 2]]
                made = register.report(ObjectRecord(title=f"Written {number}"), pair)
                register.amend(made.id, {"maker": "somebody"})
                if number:
                    register.remove_photograph(made.id, made.photographs[0].id)
                began.set()
                if stop.is_set():
                    return

    thread = threading.Thread(target=write)
    thread.start()
    try:
        assert began.wait(60)
        with opened_register(settings) as register:
            index_register(register, settings.index_dir, default_sight(), workers=1)
            made = make_backup(register, settings.data_dir, settings.index_dir, tmp_path / "backup.tar")
    finally:
        stop.set()
        thread.join()
    restored = settings_in(tmp_path / "restored")
    restore(tmp_path / "backup.tar", restored)
    with opened_register(restored) as register:
        assert register.revision() == made.manifest.revision
        objects = register.page()
        assert len(objects) >= 2
        for one in objects[
            1:
        ]:  # in the middle of nothing: with both photographs, or with one removed after an amendment
            assert len(one.photographs) == 2 if one.version < 3 else one.version == 3
        assert all(register.photo_bytes(each.id) for one in objects for each in one.photographs)
        at = pointer(restored.index_dir)
        assert at is not None
        known = {each.id for one in objects for each in one.photographs}
        removed = made.manifest.tables["photographs"].rows - len(known)
        assert len(photographs_in(restored.index_dir, *at) - known) <= removed, (
            "no id that the rows do not have"
        )


def made_empty(server: str, name: str) -> str:
    """URL of a new empty database on the server."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    return f"{server.rpartition('/')[0]}/{name}"


@pytest.mark.postgresql
def test_a_backup_goes_from_either_database_to_either(
    home: Path, archived: Path, tmp_path: Path, postgresql_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    outside = made_empty(postgresql_url, "restored_here")
    there = settings_in(tmp_path / "there", database_url=outside)
    restore(archived, there)
    with opened_register(there) as register:
        before = register.page()
        assert [one.record.title for one in before] == [f"Drawing {seed}" for seed in SEEDS]
        assert register.report(before[0].record).id == 4
        make_backup(register, there.data_dir, there.index_dir, tmp_path / "again.tar")
    back = settings_in(tmp_path / "back")
    restore(tmp_path / "again.tar", back)
    with opened_register(back) as register:
        assert register.page()[:3] == before
    os.environ["ARTRIEVE_DATABASE_URL"] = outside
    try:
        assert commands.run(["restore", str(archived), "--replace"]) == 1
        assert "The database is not empty. Make an empty one" in capsys.readouterr().err
    finally:
        del os.environ["ARTRIEVE_DATABASE_URL"]


@pytest.mark.postgresql
def test_the_command_moves_a_register_to_postgresql(
    home: Path, postgresql_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    url = made_empty(postgresql_url, "moved_here")
    assert commands.run(["migrate", "--to", url]) == 0
    said = capsys.readouterr().out
    assert "objects: 3 rows, the same on both sides" in said
    assert "set ARTRIEVE_DATABASE_URL" in said
    assert commands.run(["migrate", "--to", url]) == 1
    assert "is not empty" in capsys.readouterr().err
    monkeypatch.setenv("ARTRIEVE_DATABASE_URL", url)
    assert commands.run(["doctor"]) == 0
    assert "Generation 1, 3 photographs." in capsys.readouterr().out


def test_a_register_that_is_there_is_only_replaced_when_that_is_said(
    home: Path, archived: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = Settings(data_dir=home)
    with opened_register(settings) as register:
        kept = register.page()
        SearchLog(register.database).save("later", {"a": 1}, MOMENT)
        register.amend(1, {"title": "Amended since"})
    assert commands.run(["restore", str(archived)]) == 1
    assert "--replace puts the backup in its place" in capsys.readouterr().err
    assert commands.run(["restore", str(archived), "--replace"]) == 0
    assert "ok    index: Generation 1, 3 photographs." in capsys.readouterr().out
    with opened_register(settings) as register:
        assert register.page() == kept
        assert SearchLog(register.database).get("later") is None
    assert {path.name for path in home.iterdir()} - {"backup.lock", "register.db.lock"} == {
        "register.db", "photos", "index", "restore.lock",
    }  # fmt: skip


def test_a_register_in_use_is_not_replaced(
    home: Path, archived: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with opened_register(Settings(data_dir=home)) as register:
        before = register.page()
        assert commands.run(["restore", str(archived), "--replace"]) == 1
        assert "The register is in use. Stop the service" in capsys.readouterr().err
        assert register.page() == before


def test_a_damaged_register_is_replaced(home: Path, archived: Path) -> None:
    (home / "register.db").write_bytes(b"not a database" * 1000)
    (home / "register.db-wal").write_bytes(b"what is left of a log")
    (home / "index" / "CURRENT").write_bytes(b"{")
    assert commands.run(["restore", str(archived)]) == 1
    assert commands.run(["restore", str(archived), "--replace"]) == 0
    with opened_register(Settings(data_dir=home)) as register:
        assert len(register.page()) == 3


def test_a_check_says_what_is_in_a_backup_and_changes_nothing(
    home: Path, archived: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = sorted(path.name for path in home.iterdir())
    assert commands.run(["restore", "--check", str(archived)]) == 0
    said = capsys.readouterr().out
    assert "is good: 3 objects with 3 photographs, 6 files of photos, generation 1 of the index" in said
    assert sorted(path.name for path in home.iterdir()) == before


def test_a_lost_photo_stops_a_backup_unless_that_is_said(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with opened_register(Settings(data_dir=home)) as register:
        lost, bad = (register.photograph(number).photo_key for number in (1, 2))
    for key in (lost, bad):
        path = home / "photos" / key[:2] / key[2:4] / key
        path.unlink() if key == lost else path.write_bytes(b"decayed")
    file = tmp_path / "backup.tar"
    assert commands.run(["backup", str(file)]) == 1
    assert list(tmp_path.iterdir()) == [home], "nothing is left behind"
    assert commands.run(["backup", str(file), "--incomplete"]) == 3
    said = capsys.readouterr().err
    assert lost in said
    assert bad in said
    assert verify(file).photos.missing == sorted([lost, bad])
    assert commands.run(["restore", str(file), "--into", str(tmp_path / "new")]) == 1
    assert "fail  photos: 2 of 3 photographs looked at cannot be used" in capsys.readouterr().out


def test_a_damaged_index_is_left_out_and_said(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (home / "index" / "generations" / "1" / "global.faiss").write_bytes(b"torn")
    assert commands.run(["backup", str(tmp_path / "backup.tar")]) == 3
    assert "Without the index, which cannot be used: Generation 1 is damaged" in capsys.readouterr().err
    assert verify(tmp_path / "backup.tar").generation is None
    assert not (home / "backup.held").exists()


def test_only_backups_are_written_over(home: Path, archived: Path, tmp_path: Path) -> None:
    letter, old = tmp_path / "letter.txt", tmp_path / "old.tar"
    letter.write_text("a letter")
    assert commands.run(["backup", str(letter)]) == 1
    assert letter.read_text() == "a letter"
    assert commands.run(["backup", str(home / "register.db")]) == 1
    shutil.copy(archived, old)
    assert commands.run(["backup", str(old)]) == 0
    assert old.read_bytes() != archived.read_bytes()
    assert verify(old).revision == 3
    assert commands.run(["backup", str(tmp_path / "nowhere" / "b.tar")]) == 1


def test_what_a_killed_backup_left_is_written_over_and_a_living_one_is_left_alone(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    part = tmp_path / ".backup.tar.part"
    part.write_bytes(b"half of a backup")
    (home / "backup.held").mkdir()
    (home / "backup.held" / "CURRENT").write_bytes(b"old")
    with part.open("rb") as living:
        fcntl.flock(living, fcntl.LOCK_EX)
        assert commands.run(["backup", str(tmp_path / "backup.tar")]) == 1
        assert "Another process is writing" in capsys.readouterr().err
        assert part.read_bytes() == b"half of a backup"
    assert commands.run(["backup", str(tmp_path / "backup.tar")]) == 0
    assert verify(tmp_path / "backup.tar").generation == 1
    assert not part.exists()
    assert not (home / "backup.held").exists()


@pytest.mark.parametrize(
    ("ending", "code"), [(KeyboardInterrupt(), 130), (OSError(errno.ENOSPC, "No space left on device"), 1)]
)
def test_an_ended_backup_leaves_what_was_there(
    home: Path,
    archived: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    ending: BaseException,
    code: int,
) -> None:
    old = tmp_path / "backup.tar"
    shutil.copy(archived, old)

    def end(*_: object, **__: object) -> None:
        raise ending

    monkeypatch.setattr(making, "_write_photos", end)
    assert commands.run(["backup", str(old)]) == code
    assert old.read_bytes() == archived.read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["backup.tar", "home"]


def test_a_disk_that_will_not_hold_it_is_told_before(
    home: Path,
    archived: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def nearly_full(_: object) -> SimpleNamespace:
        return SimpleNamespace(free=100_000)

    monkeypatch.setattr(shutil, "disk_usage", nearly_full)
    assert commands.run(["backup", str(tmp_path / "backup.tar")]) == 1
    assert "The backup needs about 1 MiB" in capsys.readouterr().err
    assert commands.run(["restore", str(archived), "--into", str(tmp_path / "new")]) == 1
    assert "Free some space" in capsys.readouterr().err
    assert not list((tmp_path / "new").glob("register*"))


def test_one_backup_of_a_register_at_a_time(home: Path, tmp_path: Path) -> None:
    settings = Settings(data_dir=home)

    def again(*_: object) -> None:
        with (
            opened_register(settings) as other,
            pytest.raises(BackupRefused, match="Another backup of"),
        ):
            make_backup(other, home, settings.index_dir, tmp_path / "second.tar")
        seen.append(1)

    seen: list[int] = []
    with opened_register(settings) as register:
        make_backup(register, home, settings.index_dir, tmp_path / "first.tar", again)
    assert seen


def test_a_file_that_is_put_in_place_is_not_truncated_by_who_waited_for_it(tmp_path: Path) -> None:
    with written_beside(tmp_path / "a") as first:
        first.write(b"done")
        with pytest.raises(BackupRefused, match="Another process"), written_beside(tmp_path / "a"):
            pass
    assert (tmp_path / "a").read_bytes() == b"done"


def test_without_a_register_nothing_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARTRIEVE_DATA_DIR", str(tmp_path / "home"))
    for arguments in (
        ["backup", str(tmp_path / "b.tar")],
        ["migrate", "--to", f"sqlite:///{tmp_path}/new/x.db"],
    ):
        assert commands.run(arguments) == 1
    assert list(tmp_path.iterdir()) == []
