"""A register is carried from one database to another as it is, or not at all."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Computed,
    Date,
    Double,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    inspect,
    text,
)
from sqlalchemy import Column as SqlColumn
from sqlalchemy.dialects.postgresql import INET
from sqlalchemy.exc import IntegrityError

from data.database import Database, open_database, temporary_database
from data.photos import FsspecPhotoStore
from data.register import Register
from data.search_log import SearchLog
from data.tables import QuarantineRow, UtcDateTime
from data.transfer import carried
from data.transfer.carried import CarriedTable, Kind, carried_tables
from data.transfer.checks import CHECKS, Check, problems
from data.transfer.loading import TransferRefused, is_blank, loading, put_rows
from data.transfer.move import move, unchanging
from data.transfer.rows import (
    RowUnreadable,
    fingerprint,
    line_writer,
    photo_keys,
    read_rows,
    row_reader,
)
from tests.data.carrying import MOMENT, fill

Prints = dict[str, Any]


def prints(database: Database) -> Prints:
    with database.session() as session:
        return {each.name: fingerprint(session, each) for each in carried_tables()}


@pytest.fixture
def source(tmp_path: Path, photo_store: FsspecPhotoStore) -> Iterator[Register]:
    """A register in a file of its own with something in every table."""
    with closing(open_database(f"sqlite:///{tmp_path}/source.db")) as opened:
        register = Register(opened, photo_store)
        fill(register)
        yield register


def test_every_table_of_the_database_is_carried_or_is_derived(database: Database) -> None:
    """A table that nobody carries would be lost with the first restore."""
    with database.session() as session:
        if database.is_sqlite:  # what serves a virtual table is made with it
            query = "SELECT name FROM pragma_table_list WHERE type = 'table' AND name NOT GLOB 'sqlite_*'"
            there = set(session.scalars(text(query)))
        else:
            there = set(inspect(session.connection()).get_table_names())
    assert there - {"alembic_version"} - carried.DERIVED_TABLES == {each.name for each in carried_tables()}


def test_what_is_derived_is_left_and_what_is_unknown_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    metadata = MetaData()
    Table(
        "kept",
        metadata,
        SqlColumn("id", Integer, primary_key=True),
        SqlColumn("length", Integer, Computed("id * 2")),
    )
    Table("words", metadata, SqlColumn("id", Integer, primary_key=True))
    monkeypatch.setattr(carried, "DERIVED_TABLES", frozenset({"words"}))
    assert carried_tables(metadata) == (CarriedTable("kept", {"id": Kind.integer}, ("id",)),)
    Table("odd", metadata, SqlColumn("id", INET, primary_key=True))
    with pytest.raises(TypeError, match=r"odd\.id"):
        carried_tables(metadata)
    keyless = MetaData()
    Table("keyless", keyless, SqlColumn("id", Integer))
    with pytest.raises(TypeError, match="no primary key"):
        carried_tables(keyless)


def test_a_register_moves_whole_and_the_old_one_stays(source: Register, database: Database) -> None:
    before = prints(source.database)
    seen: list[int] = []
    moved = move(source.database, database, seen.append)
    assert dict(moved.tables) == prints(database) == before == prints(source.database)
    assert sum(seen) == moved.rows
    there = Register(database, source.photos)
    assert there.page() == source.page()
    assert there.searchable_photographs() == source.searchable_photographs()
    assert SearchLog(database).get("ä") == SearchLog(source.database).get("ä")
    with database.session() as session, source.database.session() as other:
        tables = carried_tables()
        assert list(photo_keys(session, tables)) == list(photo_keys(other, tables))


def test_it_can_be_moved_back(source: Register, database: Database, tmp_path: Path) -> None:
    move(source.database, database)
    with closing(open_database(f"sqlite:///{tmp_path}/back.db")) as back:
        move(database, back)
        assert prints(back) == prints(source.database)


def test_ids_go_on_where_they_were(source: Register, database: Database) -> None:
    move(source.database, database)
    there = Register(database, source.photos)
    assert there.report(source.get(1).record).id == 4
    with database.session(writes=True) as session:
        row = QuarantineRow(
            digest="e", source="", line=1, photo="", title="", reason="", first_seen_at=MOMENT,
            last_seen_at=MOMENT, resolved_at=None,
        )  # fmt: skip
        session.add(row)
        session.flush()
        assert row.id == 8
    with database.session(writes=True) as session, pytest.raises(Exception, match=r"(?i)foreign key"):
        session.execute(text("INSERT INTO measurements VALUES (99, 0, 'height', 1, 'cm')"))


def test_nothing_is_moved_onto_something(source: Register, database: Database) -> None:
    SearchLog(database).save("only a search", {}, MOMENT)
    before = prints(database)
    assert not is_blank(database)
    with pytest.raises(TransferRefused, match="not empty"):
        move(source.database, database)
    assert prints(database) == before


def test_nothing_is_moved_onto_itself(source: Register, tmp_path: Path) -> None:
    (tmp_path / "other.db").symlink_to(tmp_path / "source.db")
    with (
        closing(open_database(f"sqlite:///{tmp_path}/other.db")) as again,
        pytest.raises(TransferRefused, match="in this database already"),
    ):
        move(source.database, again)


def test_a_file_of_another_program_is_not_blank(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "letters.db")) as other:
        other.execute("CREATE TABLE letters (word)")
        other.execute("INSERT INTO letters VALUES ('a')")
        other.commit()
    with closing(Database(f"sqlite:///{tmp_path}/letters.db")) as opened:
        assert not is_blank(opened)
    with temporary_database() as fresh:
        assert is_blank(fresh)


def test_a_check_that_fails_takes_all_back(source: Register, database: Database) -> None:
    with pytest.raises(TransferRefused, match="chain: event 3 has changed"):
        move(source.database, database, checks=(*CHECKS, Check("chain", lambda _: "event 3 has changed")))
    assert is_blank(database)
    move(source.database, database)


def test_what_the_audit_trail_does_not_vouch_for_is_not_moved(source: Register, database: Database) -> None:
    with source.database.session(writes=True) as session:
        session.execute(text("UPDATE objects SET maker = 'somebody else' WHERE id = 2"))
    with pytest.raises(TransferRefused, match="audit: The audit trail does not hold at object 2"):
        move(source.database, database)
    assert is_blank(database)


def test_a_row_that_postgresql_cannot_keep_takes_all_back(source: Register, database: Database) -> None:
    with source.database.session(writes=True) as session:
        session.execute(text("UPDATE objects SET maker = 'a' || char(0) || 'b' WHERE id = 2"))
    if database.is_sqlite:  # which can
        checks = tuple(each for each in CHECKS if each.name != "audit")
        assert move(source.database, database, checks=checks).rows
        return
    with pytest.raises(TransferRefused, match=r"A row of objects cannot be kept.*NUL"):
        move(source.database, database)
    assert is_blank(database)


def test_nobody_writes_while_a_register_is_read_to_be_moved(database: Database) -> None:
    def write() -> None:
        if database.is_sqlite:
            with closing(sqlite3.connect(database.url.database or "", timeout=0)) as other:
                other.execute("UPDATE register_state SET revision = 9")
            return
        with psycopg.connect(
            database.url.set(drivername="postgresql").render_as_string(hide_password=False)
        ) as other:
            other.execute("SET lock_timeout = '50ms'")
            other.execute("UPDATE register_state SET revision = 9")

    with unchanging(database, carried_tables()) as session:
        with pytest.raises((sqlite3.OperationalError, psycopg.errors.LockNotAvailable)):
            write()
        assert session.scalars(text("SELECT revision FROM register_state")).one() == 0
    write()


EVERYTHING = CarriedTable(
    "everything",
    {
        "name": Kind.text, "parent": Kind.text, "number": Kind.integer, "truth": Kind.boolean, "share": Kind.number,
        "octets": Kind.octets, "said": Kind.json, "at": Kind.moment, "day": Kind.day,
    },
    ("name",),
)  # fmt: skip
ROWS = [
    ("Z", None, None, None, None, None, None, None, None),
    ("a", "ö", 2**62, True, 0.1, b"\x00\xff", '{"b": 1,  "a": null}', MOMENT, MOMENT.date()),
    ("ö", "a", -1, False, -2.5e300, b"", "null", MOMENT, None),
]


@pytest.fixture
def everything(database: Database) -> Iterator[Database]:
    """A database with a table that has a column of every kind, and refers to itself."""
    metadata = MetaData()
    Table(
        "everything", metadata,
        SqlColumn("name", Text, primary_key=True), SqlColumn("parent", Text, ForeignKey("everything.name")),
        SqlColumn("number", BigInteger), SqlColumn("truth", Boolean), SqlColumn("share", Double),
        SqlColumn("octets", LargeBinary), SqlColumn("said", JSON), SqlColumn("at", UtcDateTime),
        SqlColumn("day", Date),
    )  # fmt: skip
    assert carried_tables(metadata) == (EVERYTHING,)
    with database.session(writes=True) as session:
        metadata.create_all(session.connection())
    yield database
    with database.session(writes=True) as session:
        metadata.drop_all(session.connection())


def test_rows_of_every_kind_arrive_whatever_they_refer_to(everything: Database) -> None:
    """Rows refer to later ones, and to one another: an object that was merged with one reported after it."""
    with everything.session(writes=True) as session:
        with loading(session, [EVERYTHING]):
            put_rows(session, EVERYTHING, ROWS)
        assert list(read_rows(session, EVERYTHING)) == ROWS
    with everything.session() as session:
        assert list(read_rows(session, EVERYTHING)) == ROWS
        assert problems(session, CHECKS[:3]) == []
    write, read = line_writer(EVERYTHING), row_reader(EVERYTHING)
    assert [read(write(row)) for row in ROWS] == ROWS


def test_a_row_that_refers_to_nothing_is_found(everything: Database) -> None:
    astray = ("x", "nobody", *[None] * 7)
    refers_to_nothing = pytest.raises((TransferRefused, IntegrityError))
    with refers_to_nothing, everything.session(writes=True) as session:
        with loading(session, [EVERYTHING]):
            put_rows(session, EVERYTHING, [astray])
        raise TransferRefused(*problems(session))


def test_what_was_there_goes_before_rows_come(everything: Database) -> None:
    for rows in (ROWS, ROWS[:1]):
        with everything.session(writes=True) as session, loading(session, [EVERYTHING]):
            put_rows(session, EVERYTHING, rows)
    with everything.session() as session:
        assert list(read_rows(session, EVERYTHING)) == ROWS[:1]


values = st.fixed_dictionaries({
    Kind.text: st.text(st.characters(exclude_categories=["Cs"])), Kind.integer: st.integers(-(2**63), 2**63 - 1),
    Kind.boolean: st.booleans(), Kind.number: st.floats(allow_nan=False), Kind.octets: st.binary(),
    Kind.json: st.text(), Kind.moment: st.datetimes(timezones=st.just(dt.UTC)), Kind.day: st.dates(),
})  # fmt: skip


@settings(max_examples=25)
@given(values)
def test_a_line_holds_its_row(row: dict[Kind, Any]) -> None:
    each = CarriedTable("t", {kind.value: kind for kind in row}, ("text",))
    if any("\ud800" <= character <= "\udfff" for character in row[Kind.json]):
        return
    line = line_writer(each)(tuple(row.values()))
    assert line.count(b"\n") == 1
    assert row_reader(each)(line) == tuple(row.values())


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (Kind.text, 1), (Kind.text, "\ud800"), (Kind.json, {}), (Kind.integer, "1"), (Kind.integer, True),
        (Kind.integer, 2**63), (Kind.integer, 1.0), (Kind.boolean, 1), (Kind.number, "1"), (Kind.number, 10**400),
        (Kind.octets, "é"), (Kind.octets, "a"), (Kind.moment, "2024-01-01"), (Kind.moment, "yesterday"),
        (Kind.moment, 5), (Kind.day, "2024-13-01"), (Kind.day, None),
    ],
)  # fmt: skip
def test_values_of_another_kind_are_refused(kind: Kind, value: Any) -> None:
    read = row_reader(CarriedTable("t", {"c": kind}, ("c",)))
    if value is None:
        assert read(b"[null]") == (None,)
        return
    with pytest.raises(RowUnreadable):
        read(json.dumps([value]).encode())


@pytest.mark.parametrize(
    "line", [b"", b"[]", b"[1,2]", b"{}", b"[1", b"\xff", b"[" * 100_000, b"[" + b"9" * 5000 + b"]"]
)
def test_lines_that_are_no_row_are_refused(line: bytes) -> None:
    with pytest.raises(RowUnreadable):
        row_reader(CarriedTable("t", {"c": Kind.integer}, ("c",)))(line)


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE objects SET status = 'eaten' WHERE id = 1", "words: objects.status holds 'eaten'"),
        ("UPDATE photographs SET view = 'x' WHERE id = 1", "words: photographs.view"),
        ("UPDATE register_state SET last_object_id = 2", "ids: The register would give ids again"),
        ("UPDATE register_state SET last_photograph_id = 1", "ids: The register would give ids again"),
        ("DELETE FROM register_state", "ids: The table register_state is empty"),
        ("UPDATE objects SET type_path = '[' WHERE id = 1", "json: objects.type_path"),
    ],
)
def test_a_register_that_is_not_whole_is_not_moved(
    source: Register, tmp_path: Path, statement: str, said: str
) -> None:
    with source.database.session() as session:
        assert problems(session) == []
    with source.database.session(writes=True) as session:
        session.execute(text(statement))
    with closing(open_database(f"sqlite:///{tmp_path}/target.db")) as target:
        with pytest.raises(TransferRefused, match=said):
            move(source.database, target)
        assert is_blank(target)
