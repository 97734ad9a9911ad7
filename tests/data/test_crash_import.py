"""An import that is killed, or runs twice at once, ends as one that was left alone."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path

from data.database import open_database
from data.exchange.csv_import import import_csv
from data.exchange.imports import Import, Imports
from data.exchange.undo import undo_import
from data.intake import IntakePool
from data.photos import FsspecPhotoStore
from data.quarantine import Quarantine
from data.register import Register, RegisteredObject
from tests.data.lists import contents, write_list, write_photos

ROOT = Path(__file__).resolve().parents[2]
IMPORT = """
import sys
from pathlib import Path
from data.database import open_database
from data.exchange.csv_import import import_csv
from data.intake import IntakePool
from data.photos import FsspecPhotoStore
from data.register import Register

_, url, photos, path = sys.argv
database = open_database(url)
print("begun", flush=True)
register = Register(database, FsspecPhotoStore(photos))
with IntakePool(workers=2) as pool:
    import_csv(register, Path(path), pool=pool, progress=lambda row: print(row.line, flush=True))
database.close()
"""


def a_list(folder: Path) -> Path:
    """700 rows with 60 photos, some rows and photos bad."""
    write_photos(folder, *(f"{number}.jpg" for number in range(60)))
    (folder / "7.jpg").write_bytes((folder / "7.jpg").read_bytes()[:500])
    rows = [
        {
            "id": number,
            "title": "" if number % 97 == 5 else f"Object {number}",
            "maker": "somebody",
            "photo": f"{number // 10}.jpg" if number % 10 == 0 and number < 600 else "",
        }
        for number in range(700)
    ]
    return write_list(folder, rows)


def start(url: str, photos: Path, path: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", IMPORT, url, str(photos), str(path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "begun\n", process.communicate()[1]
    return process


def kill(process: subprocess.Popen[str], rows: int) -> None:
    """Kill it once it has told of so many rows: at a moment of its work, however slow the machine is."""
    assert process.stdout is not None
    for _ in zip(range(rows), process.stdout, strict=False):
        pass
    process.kill()
    process.communicate()


def undisturbed(path: Path, folder: Path, pool: IntakePool) -> Register:
    """A register into which the list was imported in peace."""
    database = open_database(f"sqlite:///{folder}/undisturbed.db")
    register = Register(database, FsspecPhotoStore(folder / "undisturbed"))
    import_csv(register, path, pool=pool)
    return register


def test_killed_at_any_moment_and_run_again_it_gives_the_same_ids(
    database_url: str, tmp_path: Path, pool: IntakePool
) -> None:
    path = a_list(tmp_path / "lists")
    wanted = undisturbed(path, tmp_path, pool)
    moments = random.Random(4)
    seen = set()
    for _ in range(8):
        kill(start(database_url, tmp_path / "photos", path), moments.randrange(600))
        database = open_database(database_url)
        register = Register(database, FsspecPhotoStore(tmp_path / "photos"))
        found = contents(register)
        assert found == contents(wanted)[: len(found)]  # a beginning of the whole, never a part with gaps
        assert all(register.photo_bytes(photo.id) for one in found for photo in one[3])
        seen.add(len(found))
        database.close()
    process = start(database_url, tmp_path / "photos", path)
    assert process.communicate(timeout=60)[1] == ""
    assert process.returncode == 0
    database = open_database(database_url)
    register = Register(database, FsspecPhotoStore(tmp_path / "photos"))
    assert contents(register) == contents(wanted)
    aside = [(one.line, one.photo, one.reason) for one in Quarantine(database).entries()]
    assert aside == [(one.line, one.photo, one.reason) for one in Quarantine(wanted.database).entries()]
    assert len(aside) == 9
    (kept,) = Imports(database).page()  # it went on under its number each time
    assert (kept.state, kept.rows, kept.added) == ("finished", 700, len(contents(wanted)))
    assert len(seen) > 1, "every kill came before or after the import: the test shows nothing"
    database.close()
    wanted.database.close()


def test_two_imports_of_one_list_at_once_give_no_object_twice(
    database_url: str, tmp_path: Path, pool: IntakePool
) -> None:
    path = a_list(tmp_path / "lists")
    wanted = undisturbed(path, tmp_path, pool)
    processes = [start(database_url, tmp_path / "photos", path) for _ in range(3)]
    ends = [process.communicate(timeout=120) for process in processes]
    assert [end[1] for end in ends] == [""] * 3
    database = open_database(database_url)
    assert contents(Register(database, FsspecPhotoStore(tmp_path / "photos"))) == contents(wanted)
    assert len(Quarantine(database).entries()) == 9
    database.close()
    wanted.database.close()


def test_killed_at_any_moment_and_undone_it_leaves_nothing_to_find(
    database_url: str, tmp_path: Path, pool: IntakePool
) -> None:
    path = a_list(tmp_path / "lists")
    database = open_database(database_url)
    register, imports = Register(database, FsspecPhotoStore(tmp_path / "photos")), Imports(database)
    moments = random.Random(5)
    seen = set()
    for _ in range(4):
        kill(start(database_url, tmp_path / "photos", path), moments.randrange(1, 600))
        for one in gone(imports):
            assert one.state == ("interrupted" if one.ended_at is None else "finished")
            seen.add(one.rows)
            undo_import(register, one.id)
        assert register.snapshot().objects == 0
        assert register.searchable_photographs() == []
    assert len(seen) > 1, "every kill came before or after the import: the test shows nothing"
    import_csv(register, path, pool=pool)
    wanted = undisturbed(path, tmp_path, pool)
    assert [(one.id, one.record) for one in every(register)] == [
        (one.id, one.record) for one in every(wanted)
    ]
    assert register.snapshot().photographs == wanted.snapshot().photographs
    database.close()
    wanted.database.close()


def gone(imports: Imports) -> list[Import]:
    """The imports that were not undone, once no process is at them: a server learns late that one was killed."""
    until = time.monotonic() + 30
    while any(one.state == "running" for one in imports.page()):
        assert time.monotonic() < until
    return [one for one in imports.page() if one.state != "undone"]


def every(register: Register) -> list[RegisteredObject]:
    """All objects; there are fewer than a thousand."""
    return [
        one for start in (0, 500) for one in register.page(after=start, limit=500) if one.id <= start + 500
    ]
