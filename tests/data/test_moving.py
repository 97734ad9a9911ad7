"""An object moves to another source register: its history tells it, and lists of both registers go on knowing it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import text

from data.actor import Grounds
from data.audit import AuditTrail
from data.audit_verify import verify
from data.exchange.csv_import import import_csv
from data.exchange.imports import Imports
from data.exchange.undo import undo_import
from data.history import Change
from data.intake import IntakePool
from data.object_id import ObjectRecord, Status
from data.register import Register, StatusConflict, VersionConflict
from data.registered import RegisterName
from data.source_names import name_in
from data.source_registers import EXAMPLE, SourceRegister, SourceRegisterNotFound, SourceRegisters
from data.trail_tables import HistoryRow
from tests.data.lists import Outcomes, write_list
from tests.data.made import new_photograph

WHY = Grounds(reason="It was theirs", source="Letter")
OTHER = RegisterName("veldermond", EXAMPLE["name"])
Import = Callable[..., Outcomes]


@pytest.fixture
def register(register: Register) -> Register:
    """A register with another source register."""
    SourceRegisters(register.database).add(SourceRegister.model_validate(EXAMPLE))
    return register


@pytest.fixture
def run(register: Register, pool: IntakePool, tmp_path: Path) -> Import:
    """Import rows as a list of a source register."""

    def import_it(key: str, *rows: dict[str, str]) -> Outcomes:
        outcomes = Outcomes()
        path = write_list(tmp_path / "lists", rows, f"{key}.csv")
        import_csv(register, path, pool=pool, progress=outcomes.append, source_register=key)
        return outcomes

    return import_it


def test_a_move_is_a_version_with_who_and_why(register: Register) -> None:
    before = register.report(ObjectRecord(title="Vase"), [new_photograph()])
    moved = register.move(1, "veldermond", WHY, expected_version=1)
    assert (moved.version, moved.source_register) == (2, OTHER)
    assert (moved.record, moved.photographs) == (before.record, before.photographs)
    assert register.get(1) == moved
    entry = register.history(1)[-1]
    assert (entry.change, entry.fields, entry.why.reason) == (Change.moved, ("source_register",), WHY.reason)
    event = AuditTrail(register.database).events()[-1]
    assert (event.kind, event.subject) == ("object.moved", "object:1")
    details = event.values()["details"]
    assert (details["former"], details["source"], details["version"]) == ("own", "veldermond", 2)
    assert register.at_version(1, 1).source_register == RegisterName()
    assert register.at_version(1, 2).source_register == OTHER
    assert [(one.key, one.objects) for one in register.snapshot().registers] == [
        ("own", 0),
        ("veldermond", 1),
    ]
    assert register.move(1, "veldermond", WHY) == moved, "it is there already"
    back = register.move(1, "own", WHY)
    assert (back.version, back.source_register) == (3, RegisterName())
    assert verify(register.database).faults == []


def test_what_cannot_be_moved(register: Register) -> None:
    for title in ("Vase", "The same vase"):
        register.report(ObjectRecord(title=title))
    register.merge(2, 1, WHY)
    with pytest.raises(StatusConflict, match="merged into object 1"):
        register.move(2, "veldermond", WHY)
    with pytest.raises(SourceRegisterNotFound):
        register.move(1, "nowhere", WHY)
    with pytest.raises(VersionConflict):
        register.move(1, "veldermond", WHY, expected_version=1)
    assert register.get(1).source_register == RegisterName()


def test_an_object_that_is_said_to_belong_elsewhere_behind_the_trail_is_found(register: Register) -> None:
    register.report(ObjectRecord(title="Vase"))
    with register.database.session(writes=True) as session:
        session.execute(text("UPDATE objects SET register_id = 2"))
    assert [one.where for one in verify(register.database).faults] == ["object 1"]


def test_versions_from_before_registers_were_written_down(register: Register) -> None:
    register.report(ObjectRecord(title="Vase"))
    register.amend(1, {"title": "Vase with a lid"})
    with register.database.session(writes=True) as session:
        for trigger in _triggers(register):
            session.execute(text(trigger))
        for row in session.query(HistoryRow):
            row.record = {name: value for name, value in row.record.items() if name != "source_register"}
    assert register.at_version(1, 1).source_register == RegisterName()
    register.move(1, "veldermond", WHY)
    shown = [register.at_version(1, version).source_register for version in (1, 2, 3)]
    assert shown == [RegisterName(), RegisterName(), OTHER]


def _triggers(register: Register) -> list[str]:
    if register.database.is_sqlite:
        return ["DROP TRIGGER object_history_no_update"]
    return ["ALTER TABLE object_history DISABLE TRIGGER ALL"]


ROW = {"record_id": "1", "title": "Vase", "maker": "M", "status": "stolen"}


def test_lists_of_both_registers_go_on_knowing_it(register: Register, run: Import) -> None:
    run("own", ROW)
    register.move(1, "veldermond", WHY)
    assert run("own", ROW).actions == ["unchanged"]
    recovered = run("own", ROW | {"status": "recovered"})
    assert recovered.actions == ["update"]
    assert "it belongs to the register veldermond by now" in recovered[0].reason
    assert run("veldermond", ROW | {"status": "recovered"}).actions == ["unchanged"]
    assert run("veldermond", ROW | {"status": "recovered", "maker": "Maker"}).reasons == [
        "the record was changed"
    ]
    assert [one.id for one in register.page()] == [1]
    assert (register.get(1).record.maker, register.get(1).source_register) == ("Maker", OTHER)
    assert register.find_source('veldermond/record:["","1"]') == register.find_source('record:["","1"]')
    register.move(1, "own", WHY)
    assert run("veldermond", ROW | {"status": "recovered", "maker": "Maker"}).actions == ["unchanged"]
    assert len(register.page()) == 1


def test_a_name_that_is_taken_there_is_for_people_to_decide(register: Register, run: Import) -> None:
    run("own", ROW)
    run("veldermond", ROW | {"title": "Another vase"})
    with pytest.raises(StatusConflict, match="merge object 1 into object 2"):
        register.move(1, "veldermond", WHY)
    assert register.get(1).version == 1


def test_undoing_the_import_takes_it_back_where_it_is_by_now(register: Register, run: Import) -> None:
    run("own", ROW)
    register.move(1, "veldermond", WHY)
    run("veldermond", ROW | {"maker": "Maker"})
    undo_import(register, 2)
    assert register.get(1).record.maker == "M"
    undo_import(register, 1)
    assert (register.get(1).record.status, register.get(1).source_register) == (Status.withdrawn, OTHER)
    last = AuditTrail(register.database).events(limit=1000)[-1]
    told = {"number": 1, "withdrawn": 1, "returned": 0, "photographs": 0, "kept": 0}
    assert (last.kind, last.subject, last.values()["details"]) == ("import.undone", "import:1", told)
    assert run("veldermond", ROW).reasons[0].startswith("it is back")
    assert [(one.id, one.record.status) for one in register.page()] == [(1, Status.stolen)]
    assert Imports(register.database).get(1).state == "undone"
    assert verify(register.database).faults == []


def test_two_who_move_it_at_once(register: Register, run: Import) -> None:
    run("own", ROW)
    with ThreadPoolExecutor(4) as threads:
        moved = list(threads.map(lambda _: register.move(1, "veldermond", WHY).version, range(4)))
    assert moved == [2, 2, 2, 2]
    assert [one.change for one in register.history(1)] == [Change.reported, Change.moved]


@pytest.mark.parametrize("plain", ['record:["a/b","1"]', 'row:["x"]', "photo:sha256:00"])
def test_a_name_in_one_register_and_another(plain: str) -> None:
    assert name_in("own", plain) == name_in("", plain) == plain
    assert name_in("veldermond", plain) == f"veldermond/{plain}"
    assert name_in("ghent", name_in("veldermond", plain)) == f"ghent/{plain}"
    assert name_in("own", name_in("veldermond", plain)) == plain
