"""Source registers: kept, amended, counted, imported into; and objects listed by them and by their pictures."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from sqlalchemy import text

from data import database as database_module
from data import listing, source_registers
from data.database import Database, migrate, open_database
from data.exchange.csv_import import import_csv
from data.exchange.folder_import import import_folder
from data.exchange.report import ImportRefused
from data.intake import IntakePool
from data.listing import Wanted, list_objects
from data.object_id import Status
from data.photos import FsspecPhotoStore
from data.register import Register
from data.registered import RegisterName
from data.source_registers import (
    EXAMPLE,
    KeyIsFixed,
    SourceRegister,
    SourceRegisterNotFound,
    SourceRegisters,
    SourceRegisterTaken,
    TooManyRegisters,
    reasons,
)
from data.survey import snapshot_of, snapshot_values, with_pictureless
from tests.data.made import jpeg, new_photograph, record
from tests.data.test_database import OLD, differences

OTHER = SourceRegister.model_validate(EXAMPLE)


@pytest.fixture
def registers(register: Register) -> SourceRegisters:
    """The source registers of the register: its own, and another."""
    found = SourceRegisters(register.database)
    found.add(OTHER)
    return found


def test_a_register_of_an_earlier_version_becomes_this_installations_own(database_url: str) -> None:
    old = Database(database_url)
    database_module._make_folder(old.url)
    migrate(old, "0001")
    with old.session(writes=True) as session:
        for statement in (*OLD, "INSERT INTO measurements VALUES (1, 0, 'height', 325000, 'cm')"):
            session.execute(text(statement))
    migrate(old, "0002")
    old.close()
    opened = open_database(database_url, create=False)
    found = Register(opened, FsspecPhotoStore("memory://unused")).get(1)
    assert found.source_register == RegisterName("own", "This register")
    assert (found.record.title, found.record.owner) == ("Vase", None)
    assert [str(one) for one in found.record.measurements] == ["height 32.5 cm"]
    assert [one.view.value for one in found.photographs] == ["back"]
    assert [one.entry.key for one in SourceRegisters(opened).all()] == ["own"]
    assert differences(opened) == []
    opened.close()


def test_a_register_is_added_read_and_amended(registers: SourceRegisters, register: Register) -> None:
    assert [one.entry.key for one in registers.all()] == ["own", "veldermond"]
    before = registers.get("veldermond")
    assert before.entry == OTHER
    revision = register.revision()
    amended = registers.amend("veldermond", {"as_of": "2026-04-01", "notes": None})
    assert (amended.entry.as_of, amended.entry.notes) == (dt.date(2026, 4, 1), "")
    assert amended == registers.get("veldermond")
    assert amended.updated_at > before.updated_at
    assert register.revision() == revision + 1
    assert registers.amend("veldermond", {"as_of": "2026-04-01"}) == amended
    assert register.revision() == revision + 1


def test_this_installations_own_can_be_named(registers: SourceRegisters, register: Register) -> None:
    register.report(record())
    registers.amend("own", {"name": "Museum of Veldermond"})
    assert register.get(1).source_register == RegisterName("own", "Museum of Veldermond")
    assert register.snapshot().registers[0].name == "Museum of Veldermond"


@pytest.mark.parametrize(
    "key", ["nothing", "", "Veldermond", "a\x00b", "x" * 500, "'; DROP TABLE objects; --"]
)
def test_a_key_that_no_register_has(registers: SourceRegisters, register: Register, key: str) -> None:
    for asked in (
        lambda: registers.get(key),
        lambda: registers.amend(key, {"name": "N"}),
        lambda: registers.list_taken_in(key),
        lambda: register.report(record(), source_register=key),
        lambda: list_objects(register.database, Wanted(register=key)),
    ):
        with pytest.raises(SourceRegisterNotFound, match="artrieve register list"):
            asked()
    assert register.page() == []


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        ({"key": "Upper", "name": "N"}, "key is no key"),
        ({"key": "-a", "name": "N"}, "key is no key"),
        ({"key": "x" * 41, "name": "N"}, "40"),
        ({"key": "ünder", "name": "N"}, "key is no key"),
        ({"key": "a", "name": " "}, "name is empty"),
        ({"key": "a"}, "name Field required"),
        ({"key": "a", "name": "N" * 401}, "400"),
        ({"key": "a", "name": "N", "url": "javascript:alert(1)"}, "https://"),
        ({"key": "a", "name": "N", "as_of": 7}, "2024-11-02"),
        ({"key": "a", "name": "N", "colour": "red"}, "colour"),
        ({"key": "a", "name": "a\x00b"}, "control character"),
    ],
)
def test_an_entry_that_cannot_be_kept(entry: dict[str, Any], says: str) -> None:
    with pytest.raises(ValidationError) as refused:
        SourceRegister.model_validate(entry)
    assert says in reasons(refused.value)


def test_a_key_is_given_once_and_stays(registers: SourceRegisters, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SourceRegisterTaken, match="choose another key"):
        registers.add(OTHER)
    with pytest.raises(KeyIsFixed, match="cannot be changed"):
        registers.amend("veldermond", {"key": "elsewhere"})
    with pytest.raises(ValidationError):
        registers.amend("veldermond", {"name": None})
    assert registers.get("veldermond").entry == OTHER
    monkeypatch.setattr(source_registers, "MOST_REGISTERS", 2)
    with pytest.raises(TooManyRegisters):
        registers.add(SourceRegister(key="third", name="Third"))


def test_of_those_who_add_one_key_at_once_one_succeeds(database: Database) -> None:
    def add(_: int) -> bool:
        try:
            SourceRegisters(database).add(OTHER)
        except SourceRegisterTaken:
            return False
        return True

    with ThreadPoolExecutor(4) as threads:
        assert sorted(threads.map(add, range(4))) == [False, False, False, True]


def test_objects_are_counted_by_register(registers: SourceRegisters, register: Register) -> None:
    register.report(record(), [new_photograph(1), new_photograph(2)])
    register.report(record(), source_register="veldermond")
    register.report(record(), [new_photograph(3)], source_register="veldermond")
    register.report(record(status="recovered"), [new_photograph(4)], source_register="veldermond")
    assert [one.source_register.key for one in register.page()] == ["own", *["veldermond"] * 3]
    snapshot = register.snapshot()
    own, other = snapshot.registers
    assert (own.objects, own.objects_with_photographs, own.photographs) == (1, 1, 2)
    assert (other.objects, other.objects_with_photographs, other.photographs) == (2, 1, 1)
    assert (own.without_usable_picture, other.without_usable_picture) == (0, 1)
    assert (other.name, other.as_of) == (OTHER.name, OTHER.as_of)
    assert (snapshot.objects, snapshot.objects_with_photographs, snapshot.photographs) == (3, 2, 3)
    assert snapshot.without_usable_picture == 1
    assert register.survey()[0].registers == snapshot.registers
    assert {one.register_id for one in register.survey()[1]} == {1, 2}
    assert snapshot_of(snapshot_values(snapshot)) == snapshot
    with register.database.session(writes=True) as session:
        session.execute(text("UPDATE objects SET register_id = NULL WHERE id = 1"))
    again = Register(register.database, register.photos)
    assert again.snapshot().registers == snapshot.registers  # none is this installation's own
    assert again.get(1).source_register == register.get(1).source_register == RegisterName()
    assert [one.id for one in list_objects(register.database, Wanted(register="own"))] == [1]
    more = with_pictureless(snapshot, {2: 1})
    assert [one.without_usable_picture for one in more.registers] == [0, 2]
    assert more.without_usable_picture == 2


def test_a_snapshot_from_before_there_were_registers_is_read() -> None:
    kept = {"revision": 4, "objects": 3, "objects_with_photographs": 2, "photographs": 5}
    read = snapshot_of({**kept, "taken_at": "2024-01-01T00:00:00+00:00"})
    assert (read.objects, read.without_usable_picture, read.registers) == (3, None, ())


LIST = "record_id;title;owner;Owner address\n7;Vase;Anna Holder;Mill Lane 3\n8;Jug;;\n"


def test_two_registers_may_number_their_objects_alike(
    registers: SourceRegisters, register: Register, pool: IntakePool, tmp_path: Path
) -> None:
    path = tmp_path / "list.csv"
    path.write_text(LIST)
    before = registers.get("veldermond").updated_at
    assert import_csv(register, path, pool=pool).counts["add"] == 2
    assert import_csv(register, path, pool=pool, source_register="veldermond").counts["add"] == 2
    assert [one.source_register.key for one in register.page()] == ["own", "own", "veldermond", "veldermond"]
    assert registers.get("veldermond").updated_at > before
    again = import_csv(register, path, pool=pool, source_register="veldermond")
    assert again.counts["unchanged"] == 2
    path.write_text(LIST.replace("Jug", "Jar"))
    import_csv(register, path, pool=pool, source_register="veldermond")
    assert [one.record.title for one in register.page()] == ["Vase", "Jug", "Vase", "Jar"]


def test_owners_are_imported_and_follow_the_list(
    register: Register, pool: IntakePool, tmp_path: Path
) -> None:
    path = tmp_path / "list.csv"
    path.write_text(LIST)
    report = import_csv(register, path, pool=pool)
    assert report.unmapped == ()
    first, second = (one.record.owner for one in register.page())
    assert first is not None
    assert (first.name, first.contact, second) == ("Anna Holder", "Mill Lane 3", None)
    register.amend(1, {"owner": {"contact": "her lawyer"}})
    path.write_text(LIST.replace("Anna Holder", "Anna and Bo Holder"))
    import_csv(register, path, pool=pool)
    owner = register.get(1).record.owner
    assert owner is not None
    assert (owner.name, owner.contact) == ("Anna and Bo Holder", "her lawyer")


def test_an_import_into_no_register_is_refused(register: Register, pool: IntakePool, tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text(LIST)
    (tmp_path / "one.jpg").write_bytes(jpeg())
    for path, bring in ((tmp_path / "list.csv", import_csv), (tmp_path, import_folder)):
        with pytest.raises(ImportRefused, match="no source register 'nowhere'"):
            bring(register, path, pool=pool, source_register="nowhere")
    assert register.page() == []


def test_a_rehearsal_leaves_the_registers_entry_alone(
    registers: SourceRegisters, register: Register, pool: IntakePool, tmp_path: Path
) -> None:
    (tmp_path / "one.jpg").write_bytes(jpeg())
    before = registers.get("veldermond")
    import_folder(register, tmp_path, pool=pool, source_register="veldermond", dry_run=True)
    assert registers.get("veldermond") == before
    import_folder(register, tmp_path, pool=pool, source_register="veldermond")
    assert register.get(1).source_register.key == "veldermond"


def test_objects_are_listed_by_register_status_and_pictures(
    registers: SourceRegisters, register: Register
) -> None:
    register.report(record())
    register.report(record(), [new_photograph(1)])
    register.report(record(), source_register="veldermond")
    removed = register.report(record(), [new_photograph(2)], source_register="veldermond")
    register.remove_photograph(removed.id, removed.photographs[0].id)
    register.report(record(status="withdrawn"))

    def listed(*args: Any, **wanted: Any) -> list[int]:
        return [one.id for one in list_objects(register.database, Wanted(**wanted), *args)]

    assert listed() == [1, 2, 3, 4, 5]
    assert listed(2, 2) == [3, 4]
    assert listed(register="veldermond") == [3, 4]
    assert listed(status=Status.withdrawn) == [5]
    assert listed(without_pictures=True) == [1, 3, 4]  # of the withdrawn one nobody asks for a picture
    assert listed(0, 50, {2, 5}, without_pictures=True) == [1, 2, 3, 4]
    assert listed(1, 2, {2}, without_pictures=True) == [2, 3]
    assert listed(register="veldermond", without_pictures=True) == [3, 4]


@pytest.fixture(scope="module")
def pictured(tmp_path_factory: pytest.TempPathFactory) -> Register:
    """Twelve objects; every third has no photograph."""
    folder = tmp_path_factory.mktemp("pictured")
    register = Register(open_database(f"sqlite:///{folder}/register.db"), FsspecPhotoStore(folder / "photos"))
    for number in range(12):
        register.report(record(), [new_photograph(number)] if number % 3 else [])
    return register


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sets(st.integers(1, 14)), st.integers(0, 13), st.integers(1, 13), st.integers(1, 5))
def test_however_many_ids_an_index_names_none_is_missed_or_listed_twice(
    pictured: Register,
    monkeypatch: pytest.MonkeyPatch,
    unfound: set[int],
    after: int,
    limit: int,
    a_statement: int,
) -> None:
    monkeypatch.setattr(listing, "IDS_A_STATEMENT", a_statement)
    found = list_objects(pictured.database, Wanted(without_pictures=True), after, limit, unfound)
    pictureless = {*range(1, 13, 3)} | {one for one in unfound if one <= 12}
    assert [one.id for one in found] == sorted(one for one in pictureless if one > after)[:limit]
