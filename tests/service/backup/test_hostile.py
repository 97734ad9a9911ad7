"""A file that is no good backup is refused in plain words, and nothing is written outside or left behind."""

from __future__ import annotations

import gzip
import json
import os
import re
import tarfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import inspect

from data.database import Database, migrate
from data.transfer.carried import carried_tables
from indexer.generation import photographs_in, pointer
from service.backup import making
from service.backup.layout import ArchiveRefused
from service.backup.making import make_backup
from service.backup.restoring import restore
from service.backup.verifying import verify
from service.workshop import opened_register
from tests.service.backup.forging import Members, header, members_of, packed, rows, sealed, with_rows
from tests.service.serving import register_drawn, settings_in

Forge = Callable[[Members], bytes]


def refused(tmp_path: Path, data: bytes) -> str:
    """Why the file is refused, both by a check and by a restore, which leave nothing."""
    file, target = tmp_path / "forged.tar", tmp_path / "target"
    file.write_bytes(data)
    with pytest.raises(ArchiveRefused) as checked:
        verify(file)
    with pytest.raises(ArchiveRefused):
        restore(file, settings_in(target))
    assert {path.name for path in tmp_path.iterdir()} == {"forged.tar", "target"}
    assert not list(target.glob("register*"))
    assert not (target / "index").exists()
    return str(checked.value)


def first_photo(members: Members) -> str:
    return next(name for name in members if name.startswith("photos/"))


def changed(name: str, value: Any) -> Forge:
    """The manifest says something else."""

    def change(manifest: dict[str, Any]) -> None:
        *way, last = name.split(".")
        for part in way:
            manifest = manifest[part]
        manifest[last] = value

    return lambda members: packed(sealed(members, change))


def renamed(old: str, new: str) -> Forge:
    return lambda members: packed([(new if name == old else name, data) for name, data in members.items()])


def headed(name: str, kind: bytes, link: str = "") -> Forge:
    """A member that claims to be a link or the like."""
    return lambda members: packed(members, headers={name: header(name, len(members[name]), kind, link)})


def without(name: str) -> Forge:
    return lambda members: packed({each: data for each, data in members.items() if each != name})


def other_row(table: str, at: int, value: Any) -> Forge:
    """A row with another value, and hashes that fit."""

    def forge(members: Members) -> bytes:
        found = rows(members, table)
        found[-1][at] = value
        return packed(sealed(with_rows(members, table, found)))

    return forge


def bomb(members: Members) -> bytes:
    data = members | {"rows/objects/000000.jsonl.gz": gzip.compress(bytes(20_000_000))}
    return packed(sealed(data, lambda said: said["tables"]["objects"]["parts"][0].update(unpacked=1000)))


def without_a_photo(members: Members) -> bytes:
    lost = first_photo(members)
    return packed(sealed({name: data for name, data in members.items() if name != lost}))


def twice(members: Members) -> bytes:
    every = list(members.items())
    at = [name for name, _ in every].index(first_photo(members))
    return packed([*every[: at + 1], every[at], *every[at + 1 :]])


def torn_index(members: Members) -> bytes:
    return packed(sealed(members | {"index/generations/1/global.faiss": b"torn"}))


def without_a_table(members: Members) -> bytes:
    kept = {name: data for name, data in members.items() if not name.startswith("rows/measurements")}
    return packed(sealed(kept, lambda said: said["tables"].pop("measurements")))


def other_table(members: Members) -> bytes:
    return packed(
        sealed(members, lambda said: said["tables"].update(sqlite_master=said["tables"]["searches"]))
    )


def with_a_key_twice(members: Members) -> bytes:
    found = rows(members, "objects")
    return packed(sealed(with_rows(members, "objects", [found[0], found[0]])))


def huge_manifest(members: Members) -> bytes:
    return packed(members, headers={"manifest.json": header("manifest.json", 2**40)})


def place_of(column: str) -> int:
    """Where in a row of an object a column stands."""
    (objects,) = (each for each in carried_tables() if each.name == "objects")
    return list(objects.columns).index(column)


FORGED: dict[str, tuple[Forge, str]] = {
    "empty": (lambda _: b"", "cut off"),
    "text": (lambda _: b"this is no backup\n" * 100, "no backup of Artrieve"),
    "zeros": (lambda _: bytes(10_240), "no backup of Artrieve"),
    "another tar": (lambda members: packed({"letter.txt": b"hello"}), "holds 'letter.txt'"),
    "cut": (lambda members: packed(members)[:-40_000], "cut off"),
    "without its end": (lambda members: packed(members)[:-1024], "cut off"),
    "something behind": (lambda members: packed(members) + b"x", "behind the end"),
    "without a manifest": (without("manifest.json"), "damaged at byte"),
    "without a start": (without("about.json"), "does not begin like one"),
    "without a part": (without("rows/objects/000000.jsonl.gz"), "not hold what its manifest says"),
    "without a photo": (lambda members: without(first_photo(members))(members), "not hold the photos"),
    "a photo twice": (twice, "there twice"),
    "out of order": (lambda members: packed(dict(reversed(members.items()))), "does not begin|out of order"),
    "a way out": (renamed("index/CURRENT", "index/../../CURRENT"), "holds 'index/../../CURRENT'"),
    "an absolute path": (renamed("index/CURRENT", "/etc/passwd"), "holds '/etc/passwd'"),
    "another photo's place": (
        lambda members: renamed(first_photo(members), "photos/ff/ff/" + "f" * 64)(members), "out of order|has changed"
    ),
    "a symbolic link": (headed("index/CURRENT", tarfile.SYMTYPE, "/etc/passwd"), "is a link"),
    "a hard link": (headed("index/CURRENT", tarfile.LNKTYPE, "about.json"), "is a link"),
    "a device": (headed("index/CURRENT", tarfile.CHRTYPE), "is a link, a folder or the like"),
    "a long name": (headed("index/CURRENT", tarfile.GNUTYPE_LONGNAME), "is a link, a folder or the like"),
    "an extended header": (headed("index/CURRENT", tarfile.XHDTYPE), "is a link, a folder or the like"),
    "a sparse file": (headed("index/CURRENT", tarfile.GNUTYPE_SPARSE), "is a link, a folder or the like"),
    "a huge member": (huge_manifest, "cut off"),
    "a newer format": (
        lambda members: packed(members | {"about.json": b'{"format": 2, "artrieve": "9.0", "new": 1}'}),
        "has the format 2, made by Artrieve 9.0.*Upgrade",
    ),
    "no format": (lambda members: packed(members | {"about.json": b"{}"}), "first part can't be read"),
    "a newer schema": (changed("schema_revision", "9999"), r"newer version .*9999.*Upgrade"),
    "a schema by another name": (changed("schema_revision", "head"), "newer version"),
    "a manifest of another": (changed("artrieve", "0.0.1"), "do not belong together"),
    "no manifest": (lambda members: packed(members | {"manifest.json": b"[]"}), "manifest of this backup is wrong"),
    "a deep manifest": (lambda members: packed(members | {"manifest.json": b"[" * 10**6}), "manifest of this backup"),
    "a negative count": (changed("photos.count", -1), r"wrong at photos\.count"),
    "a wrong revision": (changed("tables.objects.sha256", "0" * 64), "objects has changed"),
    "more rows than said": (changed("tables.objects.rows", 4), "objects has changed"),
    "a changed part": (
        lambda members: packed(_flipped(members, "rows/objects/000000.jsonl.gz")),
        "rows/objects/000000.jsonl.gz has changed",
    ),
    "a changed photo": (lambda members: packed(_flipped(members, first_photo(members))), "has changed"),
    "a changed index": (lambda members: packed(_flipped(members, "index/CURRENT")), "index/CURRENT has changed"),
    "a bomb": (bomb, "has changed"),
    "a photo that is named is not there": (without_a_photo, "lacks the photo"),
    "a torn index": (torn_index, "index in this backup is damaged: Generation 1 is damaged"),
    "without a table": (without_a_table, "lacks the table measurements"),
    "a table of SQLite's own": (other_table, "a table sqlite_master"),
    "a key twice": (with_a_key_twice, "make no register: A row of objects cannot be kept"),
    "a measurement of nothing": (other_row("measurements", 0, 99), "make no register: .*FOREIGN KEY"),
    "text for a number": (other_row("objects", 0, "1"), "is no whole number"),
    "a status unknown": (other_row("objects", place_of("status"), "eaten"), "words: objects.status"),
    "no status": (other_row("objects", place_of("status"), None), "make no register"),
    "no JSON": (other_row("objects", place_of("type_path"), "{"), "json: objects.type_path"),
    "deep JSON": (other_row("objects", place_of("type_path"), "[" * 100_000 + "]" * 100_000), "json: objects"),
    "a counter that is late": (other_row("register_state", 2, 1), "would give ids again"),
}  # fmt: skip


def _flipped(members: Members, name: str) -> Members:
    data = bytearray(members[name])
    data[len(data) // 2] ^= 1
    return members | {name: bytes(data)}


@pytest.fixture(scope="module")
def members(archived: Path) -> Members:
    return members_of(archived)


@pytest.mark.parametrize("name", FORGED)
def test_what_is_no_good_backup_is_refused(name: str, members: Members, tmp_path: Path) -> None:
    forge, said = FORGED[name]
    why = refused(tmp_path, forge(members))
    assert re.search(said, why, re.DOTALL), why


def test_forging_changes_nothing_by_itself(members: Members, tmp_path: Path) -> None:
    file = tmp_path / "sealed.tar"
    file.write_bytes(packed(sealed(with_rows(members, "objects", rows(members, "objects")))))
    assert verify(file).tables["objects"].rows == 3


@pytest.mark.parametrize("kind", ["folder", "pipe"])
def test_what_is_no_file_is_refused(kind: str, tmp_path: Path) -> None:
    place = tmp_path / "place"
    place.mkdir() if kind == "folder" else os.mkfifo(place)
    with pytest.raises((ArchiveRefused, IsADirectoryError)):
        verify(place)


def test_an_older_schema_is_brought_up_to_date(members: Members, tmp_path: Path) -> None:
    """As the first version would have written it: without the tables and columns that came later."""
    old, kept = dict(members), columns_of_the_first_version(tmp_path / "first.db")
    for table, said in json.loads(members["manifest.json"])["tables"].items():
        if said["rows"] and table in kept:
            at = [place for place, name in enumerate(said["columns"]) if name in kept[table]]
            old = with_rows(old, table, [[row[place] for place in at] for row in rows(members, table)])
        elif said["rows"]:
            del old[f"rows/{table}/000000.jsonl.gz"]

    def change(manifest: dict[str, Any]) -> None:
        manifest["schema_revision"] = "0001"
        manifest["tables"] = {name: said for name, said in manifest["tables"].items() if name in kept}
        for table, said in manifest["tables"].items():
            said["columns"] = {name: kind for name, kind in said["columns"].items() if name in kept[table]}

    file = tmp_path / "old.tar"
    file.write_bytes(packed(sealed(old, change)))
    settings = settings_in(tmp_path / "home")
    restore(file, settings)
    with opened_register(settings, create=False) as register:
        assert [one.record.title for one in register.page()] == ["Drawing 401", "Drawing 402", "Drawing 403"]
        assert len(register.searchable_photographs()) == 3


def columns_of_the_first_version(path: Path) -> dict[str, set[str]]:
    with closing(Database(f"sqlite:///{path}")) as first:
        migrate(first, "0001")
        found = inspect(first.engine)
        return {name: {one["name"] for one in found.get_columns(name)} for name in found.get_table_names()}


def test_a_backup_with_a_part_of_many_rows(
    tmp_path: Path, members: Members, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tables are read and written in parts; a row never lies in two."""
    monkeypatch.setattr(making, "ROWS_BYTES", 300)
    home = settings_in(tmp_path / "home")
    register_drawn(home, [1, 2, 3, 4])
    with opened_register(home) as register:
        made = make_backup(register, home.data_dir, home.index_dir, tmp_path / "parts.tar")
        assert len(made.manifest.tables["objects"].parts) > 2
        before = register.page()
    restored = settings_in(tmp_path / "restored")
    restore(tmp_path / "parts.tar", restored)
    with opened_register(restored) as register:
        assert register.page() == before


def test_a_refused_backup_leaves_a_register_that_is_there(
    archived: Path, members: Members, tmp_path: Path
) -> None:
    settings = settings_in(tmp_path / "home")
    restore(archived, settings)
    with opened_register(settings) as register:
        register.amend(1, {"title": "Amended since"})
    for name in ("a status unknown", "a torn index", "cut"):
        (tmp_path / "forged.tar").write_bytes(FORGED[name][0](members))
        with pytest.raises(ArchiveRefused):
            restore(tmp_path / "forged.tar", settings, replace=True)
    with opened_register(settings) as register:
        assert register.get(1).record.title == "Amended since"
    assert photographs_in(settings.index_dir, *(pointer(settings.index_dir) or (0, ""))) == {1, 2, 3}
