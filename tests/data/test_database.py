"""The database opens by itself, wherever it is, however many open it at once, and says what is wrong."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text
from sqlalchemy.exc import IntegrityError

from data import database as database_module
from data.actor import Grounds
from data.audit_verify import verify
from data.checks import Checks
from data.database import (
    Database,
    DatabaseMissing,
    DatabaseUnavailable,
    migrate,
    normal_url,
    open_database,
    temporary_database,
)
from data.filters import Filters
from data.finding import Query, find, matching_ids
from data.finding_tables import FULL_TEXT
from data.history import Change
from data.object_id import Status
from data.photos import FsspecPhotoStore
from data.register import Register
from data.tables import Base
from tests.data.made import record

ROOT = Path(__file__).resolve().parents[2]


def is_ours(name: str | None, kind: str, _parents: object) -> bool:
    """The full text is made by each database in a way of its own, and has tables of its own on SQLite."""
    return kind != "table" or not (name or "").startswith(FULL_TEXT)


def differences(database: Database) -> list[object]:
    """What the tables have otherwise than the code."""
    options = {"compare_type": True, "compare_server_default": True, "include_name": is_ours}
    with database.engine.connect() as connection:
        found: list[object] = compare_metadata(
            MigrationContext.configure(connection, opts=options), Base.metadata
        )
    return found


def test_the_migrations_make_the_tables_of_the_code(database: Database) -> None:
    assert differences(database) == []


OLD = (
    "INSERT INTO objects (id, version, source_key, source_digest, created_at, changed_at, type_path, materials, "
    "inscriptions, distinguishing_features, title, subject, date_text, maker, description, inventory_number, "
    "related_written_material, place_of_origin, related_objects, authority, case_reference, theft_place, "
    "theft_circumstances, status) VALUES (1, 1, 'record:7', 'd', '2024-01-01', '2024-01-01', '[]', '', '', '', "
    "'Vase', '', '', '', '', '', '', '', '', '', '', '', '', 'stolen')",
    "INSERT INTO photographs VALUES (1, 1, 0, 'back', 'aa', 'bb', 'cc', 1, 1, 1, 1, 'JPEG', 'a.jpg', '2024-01-01')",
    "UPDATE register_state SET last_object_id = 1, last_photograph_id = 1, revision = 1",
)


def test_a_register_of_the_first_version_keeps_what_it_holds(database_url: str) -> None:
    old = Database(database_url)
    database_module._make_folder(old.url)
    migrate(old, "0001")
    with old.session(writes=True) as session:
        for statement in OLD:
            session.execute(text(statement))
    old.close()
    opened = open_database(database_url, create=False)
    register = Register(opened, FsspecPhotoStore("memory://unused"))
    found = register.get(1)
    assert (found.record.title, [one.view.value for one in found.photographs]) == ("Vase", ["back"])
    with opened.session() as session:
        assert session.execute(
            text(
                "SELECT source_values, source_view, removed_at FROM objects JOIN photographs ON object_id = 1"
            )
        ).all() == [(None, "back", None)]
    assert [one.change for one in register.history(1)] == [Change.adopted]
    assert register.at_version(1, 1) == found
    assert Checks(register).waiting() == 0  # nobody asked to have it compared
    assert verify(opened).faults == []
    assert differences(opened) == []
    assert [each.id for each in find(opened, Query.of("vase")).objects] == [1]
    with pytest.raises(IntegrityError), opened.session(writes=True) as session:
        session.execute(text("UPDATE photographs SET object_id = 99"))
    opened.close()


def test_a_register_from_before_concepts_is_found_by_them(database_url: str) -> None:
    old = Database(database_url)
    database_module._make_folder(old.url)
    migrate(old, "0008")
    with old.session(writes=True) as session:
        session.execute(text(OLD[0].replace("'[]', ''", "'[\"Aquarell\"]', 'Papier'")))
    old.close()
    opened = open_database(database_url, create=False)
    assert matching_ids(opened, Filters(type="painting", materials="paper")).ids.tolist() == [1]
    opened.close()


FULL_OLD = (
    "INSERT INTO objects (id, version, created_at, changed_at, type_path, materials, inscriptions, "
    "distinguishing_features, title, subject, date_text, date_earliest, date_latest, maker, description, "
    "inventory_number, related_written_material, place_of_origin, related_objects, date_documented, authority, "
    "case_reference, theft_earliest, theft_place, theft_circumstances, status) VALUES (2, 5, "
    "'2024-02-01 10:00:00.5', '2024-03-01 12:30:00.25', '[\"icons\", \"triptychs\"]', 'tempera', '', '', 'Icon', "
    "'', 'about 1700', -300, 1710, '', '', '', '', '', '', '2021-03-09', '', '', '2023-07-01', 'Vell', 'at night', "
    "'withdrawn')",
    "INSERT INTO measurements VALUES (2, 0, 'height', 465000, 'cm')",
    "INSERT INTO measurements VALUES (2, 1, 'weight', 12345, 'kg')",
    "INSERT INTO photographs (id, object_id, position, view, sha256, photo_key, thumbnail_key, width, height, "
    "original_width, original_height, format, original_name, added_at, removed_at) VALUES "
    "(2, 2, 0, 'overall', 'ab', 'bb', 'cc', 1, 1, 1, 1, 'JPEG', 'a.jpg', '2024-01-01', '2024-01-02'), "
    "(3, 2, 1, 'detail', 'ac', 'bb', 'cc', 1, 1, 1, 1, 'JPEG', 'b.jpg', '2024-01-01', NULL)",
)


def test_the_history_begins_with_every_object_that_is_there(database_url: str) -> None:
    old = Database(database_url)
    database_module._make_folder(old.url)
    migrate(old, "0002")
    photo = OLD[1].replace("'2024-01-01')", "'2024-01-01', NULL, NULL)")
    with old.session(writes=True) as session:
        for statement in (OLD[0], photo, *OLD[2:], *FULL_OLD):
            session.execute(text(statement))
    old.close()
    opened = open_database(database_url, create=False)
    register = Register(opened, FsspecPhotoStore("memory://unused"))
    for number in (1, 2):
        found = register.get(number)
        (entry,) = register.history(number)
        assert (entry.version, entry.change, entry.status) == (
            found.version,
            Change.adopted,
            found.record.status,
        )
        assert register.at_version(number, found.version) == found
    assert [one.id for one in register.at_version(2, 5).photographs] == [3]
    assert verify(opened).faults == []
    register.reinstate(2, Grounds(reason="so it is"), Status.stolen)
    checked = verify(opened)
    assert (checked.events, checked.faults) == (2, [])
    with opened.session(writes=True) as session:
        session.execute(text("UPDATE objects SET maker = 'another' WHERE id = 1"))
    assert [fault.where for fault in verify(opened).faults] == ["object 1"]
    opened.close()


def test_opening_twice_changes_nothing(database_url: str) -> None:
    first = open_database(database_url)
    Register(first, FsspecPhotoStore("memory://unused")).report(record())
    first.close()
    second = open_database(database_url)
    assert Register(second, FsspecPhotoStore("memory://unused")).get(1).record == record()
    second.close()


def test_a_database_that_is_not_there_is_not_made(database_url: str, tmp_path: Path) -> None:
    for _ in range(2):
        with pytest.raises(DatabaseMissing, match=r"no register at .*Check the URL"):
            open_database(database_url, create=False)
    assert list(tmp_path.iterdir()) == []
    open_database(database_url).close()
    opened = open_database(database_url, create=False)
    assert Register(opened, FsspecPhotoStore("memory://unused")).page() == []
    opened.close()


def test_an_empty_file_and_another_programs_database_hold_no_register(tmp_path: Path) -> None:
    (tmp_path / "empty.db").write_bytes(b"")
    other = sqlite3.connect(tmp_path / "other.db")
    other.execute("CREATE TABLE letters (word)")
    other.close()
    for name in ("empty.db", "other.db", "other.db/register.db"):
        with pytest.raises(DatabaseMissing):
            open_database(f"sqlite:///{tmp_path}/{name}", create=False)
    assert (tmp_path / "empty.db").read_bytes() == b""


def test_a_temporary_database_is_gone_at_the_end() -> None:
    with temporary_database() as opened:
        assert Register(opened, FsspecPhotoStore("memory://unused")).report(record()).id == 1
        path = Path(opened.url.database or "")
        assert path.exists()
    assert not path.parent.exists()


OPENER = """
import sys
from data.database import open_database
sys.stdin.readline()
open_database(sys.argv[1]).close()
"""


def test_many_processes_open_a_new_database_at_once(database_url: str) -> None:
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", OPENER, database_url],
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        for _ in range(5)
    ]
    time.sleep(0.5)
    errors = []
    for process in processes:
        assert process.stdin is not None
        process.stdin.write(b"go\n")
        process.stdin.flush()
    for process in processes:
        errors.append(process.communicate(timeout=60)[1])
    assert errors == [b""] * 5
    assert [process.returncode for process in processes] == [0] * 5
    opened = open_database(database_url)
    with opened.session() as session:
        assert session.scalar(text("SELECT count(*) FROM register_state")) == 1
    opened.close()


def test_killed_while_migrating_it_opens_the_next_time(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/register.db"
    for attempt in range(8):
        with subprocess.Popen(
            [sys.executable, "-c", OPENER, url],
            stdin=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        ) as process:
            assert process.stdin is not None
            process.stdin.write(b"go\n")
            process.stdin.flush()
            time.sleep(0.3 + attempt * 0.04)
            process.send_signal(signal.SIGKILL)
    opened = open_database(url)
    assert differences(opened) == []
    opened.close()


def test_a_database_of_a_newer_version_is_refused(database_url: str) -> None:
    opened = open_database(database_url)
    with opened.session(writes=True) as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    opened.close()
    with pytest.raises(DatabaseUnavailable, match=r"newer version of Artrieve.*9999.*Upgrade"):
        open_database(database_url)


def test_sqlite_is_safe_and_its_folder_is_made(tmp_path: Path) -> None:
    opened = open_database(f"sqlite:///{tmp_path}/a/b/register.db")
    with opened.session() as session:
        pragmas = {
            name: session.scalar(text(f"PRAGMA {name}"))
            for name in ("journal_mode", "foreign_keys", "synchronous", "busy_timeout")
        }
    assert pragmas == {"journal_mode": "wal", "foreign_keys": 1, "synchronous": 2, "busy_timeout": 60_000}
    opened.close()


@pytest.mark.parametrize(
    ("url", "word"),
    [
        ("mysql://host/name", "not supported"),
        ("not a url", "not a database URL"),
        ("sqlite://", "in memory"),
        ("sqlite:///:memory:", "in memory"),
        ("", "not a database URL"),
    ],
)
def test_urls_that_cannot_be_a_register(url: str, word: str) -> None:
    with pytest.raises(DatabaseUnavailable, match=f"{word}.*Use sqlite:///"):
        open_database(url)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_urls_of_postgresql_as_people_write_them(scheme: str) -> None:
    url = normal_url(f"{scheme}://user:secret@host:5433/name?sslmode=require")
    assert url.drivername == "postgresql+psycopg"
    assert (url.username, url.password, url.host, url.port, url.database) == (
        "user",
        "secret",
        "host",
        5433,
        "name",
    )
    assert url.query == {"sslmode": "require"}


def test_a_server_that_is_not_there_and_no_password_in_the_message() -> None:
    with pytest.raises(DatabaseUnavailable, match="cannot be used") as caught:
        open_database("postgresql://user:secret@127.0.0.1:1/name")
    assert "secret" not in str(caught.value)
    assert "127.0.0.1:1" in str(caught.value)


@pytest.mark.postgresql
def test_a_database_that_does_not_exist(postgresql_url: str) -> None:
    with pytest.raises(DatabaseUnavailable, match="Create the database"):
        open_database(postgresql_url.rpartition("/")[0] + "/nowhere")


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "register.db").write_bytes(b"a letter, not a database " * 100)
    with pytest.raises(DatabaseUnavailable, match="something else"):
        open_database(f"sqlite:///{tmp_path}/register.db")
    assert (tmp_path / "register.db").read_bytes().startswith(b"a letter")


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(DatabaseUnavailable, match="cannot be made"):
        open_database(f"sqlite:///{tmp_path}/file/register.db")


def fail_half_way(database: Database) -> None:
    with database.session(writes=True) as session:
        session.execute(text("UPDATE register_state SET revision = 77"))
        raise ZeroDivisionError


def test_an_error_takes_everything_back(database: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        fail_half_way(database)
    with database.session() as session:
        assert session.scalar(text("SELECT revision FROM register_state")) == 0


def test_readers_see_one_moment(database: Database) -> None:
    register = Register(database, FsspecPhotoStore("memory://unused"))
    with database.session() as session:
        assert session.scalar(text("SELECT count(*) FROM objects")) == 0
        register.report(record())
        assert session.scalar(text("SELECT count(*) FROM objects")) == 0
    with database.session() as session:
        assert session.scalar(text("SELECT count(*) FROM objects")) == 1


def test_writers_wait_for_one_another(database: Database) -> None:
    """Reading and then writing what was read, from many threads: no update is lost and none fails."""

    def count_up(_: int) -> None:
        with database.session(writes=True) as session:
            locked = "" if database.is_sqlite else " FOR UPDATE"
            value = session.scalar(text("SELECT revision FROM register_state" + locked))
            session.execute(text("UPDATE register_state SET revision = :next"), {"next": value + 1})

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(count_up, range(80)))
    with database.session() as session:
        assert session.scalar(text("SELECT revision FROM register_state")) == 80


def test_a_writer_that_waits_too_long_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database_module, "LOCK_SECONDS", 0.2)
    opened = open_database(f"sqlite:///{tmp_path}/register.db")
    release, holding = threading.Event(), threading.Event()

    def hold() -> None:
        with opened.session(writes=True):
            holding.set()
            release.wait(20)

    holder = threading.Thread(target=hold)
    holder.start()
    holding.wait(20)
    with (
        pytest.raises(DatabaseUnavailable, match=r"locked.*Another process is writing"),
        opened.session(writes=True),
    ):
        pass
    release.set()
    holder.join()
    opened.close()


def test_errors_of_a_statement_stay_what_they_are(database: Database) -> None:
    with pytest.raises(IntegrityError), database.session(writes=True) as session:
        session.execute(text("INSERT INTO register_state VALUES (1, 0, 0, 0)"))


def fill_the_disk(database: Database) -> None:
    with database.session(writes=True) as session:
        session.execute(text("PRAGMA max_page_count = 1"))
        for number in range(5000):
            values = {"id": f"{number}" * 50}
            session.execute(text("INSERT INTO searches VALUES (:id, '2024-01-01', '1')"), values)


def test_a_disk_that_is_full(tmp_path: Path) -> None:
    opened = open_database(f"sqlite:///{tmp_path}/register.db")
    with pytest.raises(DatabaseUnavailable, match="free some space"):
        fill_the_disk(opened)
    opened.close()


def test_foreign_keys_hold(database: Database) -> None:
    tables = inspect(database.engine).get_table_names()
    assert {"objects", "measurements", "photographs", "quarantine", "searches", "register_state"} <= set(
        tables
    )
    with pytest.raises(IntegrityError), database.session(writes=True) as session:
        session.execute(text("INSERT INTO measurements VALUES (99, 0, 'height', 10000, 'cm')"))


def test_a_plain_sqlite_client_can_read_it(tmp_path: Path) -> None:
    opened = open_database(f"sqlite:///{tmp_path}/register.db")
    Register(opened, FsspecPhotoStore("memory://unused")).report(
        record("Vase", measurements=[{"dimension": "height", "value": "32.5", "unit": "cm"}])
    )
    opened.close()
    plain = sqlite3.connect(tmp_path / "register.db")
    assert plain.execute(
        "SELECT title, value FROM objects JOIN measurements ON object_id = id"
    ).fetchall() == [("Vase", 325_000)]
    plain.close()
