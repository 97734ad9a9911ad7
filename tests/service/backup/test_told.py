"""The audit trail tells who made, restored and moved a register, and its chain holds afterwards."""

from __future__ import annotations

import hashlib
from contextlib import closing
from pathlib import Path

import pytest

from data.audit import AuditTrail, Recorded
from data.audit_verify import verify
from data.database import Database, open_database
from service import commands
from service.backup.archive import Archive
from service.backup.layout import MANIFEST, MANIFEST_BYTES
from tests.service.backup.test_backup import made_empty


def trail(database: Database) -> list[Recorded]:
    """All events, of a chain that holds."""
    assert verify(database).faults == []
    return AuditTrail(database).events(limit=1000)


def trail_in(folder: Path) -> list[Recorded]:
    with closing(open_database(f"sqlite:///{folder / 'register.db'}", create=False)) as database:
        return trail(database)


def manifest_hash(file: Path) -> str:
    with Archive(file) as archive:
        (entry,) = [one for one in archive.entries() if one.name == MANIFEST]
        return hashlib.sha256(archive.read(entry, MANIFEST_BYTES)).hexdigest()


def test_a_backup_is_told_behind_what_it_holds(home: Path, tmp_path: Path) -> None:
    before = trail_in(home)
    file = tmp_path / "backup.tar"
    assert commands.run(["backup", str(file)]) == 0
    *same, made = trail_in(home)
    assert same == before
    told = {"manifest": manifest_hash(file), "revision": 3, "objects": 3, "photos": 6, "missing": 0}
    assert (made.kind, made.values()["details"]) == ("backup.made", told)
    assert (made.actor_kind, made.address) == ("command", "artrieve backup")
    assert commands.run(["restore", str(file), "--into", str(tmp_path / "new")]) == 0
    *restored, last = trail_in(tmp_path / "new")
    assert restored == before
    told = {"manifest": manifest_hash(file), "revision": 3, "replaced": ""}
    assert (last.kind, last.values()["details"]) == ("backup.restored", told)
    assert last.address == "artrieve restore"


def test_no_backup_appears_that_is_not_told_of(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(AuditTrail, "tell", full)
    assert commands.run(["backup", str(tmp_path / "backup.tar")]) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["home"]


def test_a_restore_tells_which_trail_it_replaced(home: Path, archived: Path) -> None:
    assert commands.run(["object", "recover", "1", "--reason", "Found"]) == 0
    last = trail_in(home)[-1]
    assert commands.run(["restore", str(archived), "--replace"]) == 0
    told = trail_in(home)[-1]
    assert told.kind == "backup.restored"
    assert told.values()["details"]["replaced"] == f"{last.sequence}:{last.hash}"


def test_a_damaged_register_has_no_trail_to_tell_of(home: Path, archived: Path) -> None:
    (home / "register.db").write_bytes(b"not a database" * 1000)
    assert commands.run(["restore", str(archived), "--replace"]) == 0
    assert trail_in(home)[-1].values()["details"]["replaced"] == ""


def test_a_move_is_told_on_both_sides(home: Path, tmp_path: Path) -> None:
    assert commands.run(["migrate", "--to", f"sqlite:///{tmp_path}/moved/register.db"]) == 0
    old, new = trail_in(home), trail_in(tmp_path / "moved")
    assert old == new
    assert (old[-1].kind, old[-1].address) == ("register.moved", "artrieve migrate")
    assert commands.run(["migrate", "--to", f"sqlite:///{tmp_path}/moved/register.db"]) == 1
    assert trail_in(home) == old, "a move that did not come about is told nowhere"


@pytest.mark.postgresql
def test_to_postgresql_and_back(
    home: Path, tmp_path: Path, postgresql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = made_empty(postgresql_url, "told_here")
    assert commands.run(["migrate", "--to", url]) == 0
    with closing(open_database(url)) as database:
        assert trail(database) == trail_in(home)
        monkeypatch.setenv("ARTRIEVE_DATABASE_URL", url)
        assert commands.run(["migrate", "--to", f"sqlite:///{tmp_path}/back/register.db"]) == 0
        there = trail(database)
    assert trail_in(tmp_path / "back") == there
    kinds = [(one.values()["details"]["former"], one.values()["details"]["database"]) for one in there[-2:]]
    assert kinds == [("sqlite", "postgresql"), ("postgresql", "sqlite")]


@pytest.mark.parametrize(
    "arguments",
    [["backup", "b.tar"], ["restore", "{archived}", "--replace"], ["migrate", "--to", "sqlite:///new.db"]],
)
def test_only_registrars_take_the_register_as_a_whole(
    home: Path,
    archived: Path,
    arguments: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    before = trail_in(home)
    monkeypatch.setenv("ARTRIEVE_ROLE", "professional")
    monkeypatch.chdir(home)
    assert commands.run([one.format(archived=archived) for one in arguments]) == 1
    assert "ARTRIEVE_ROLE" in capsys.readouterr().err
    assert trail_in(home) == before
    assert not (home / "b.tar").exists()
    assert not (home / "new.db").exists()
