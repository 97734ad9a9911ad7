"""The audit trail: written with what it tells, never changed, and whatever is changed all the same is found."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from data.actor import Actor, ActorKind, Grounds
from data.audit import BEFORE_THE_FIRST, AuditTrail, EventNotFound, Head
from data.audit_events import EVENTS
from data.audit_verify import verify
from data.canonical import canonical
from data.database import Database, open_database
from data.object_id import ViewKind
from data.photos import FsspecPhotoStore
from data.register import Register
from data.search_log import SearchAlreadyKept, SearchLog
from tests.data.made import full_record, new_photograph, record

WHY = Grounds(reason="Found in a cellar by Mr Secret", source="Call")
TRIGGERS = {
    "sqlite": (
        "DROP TRIGGER {table}_no_update",
        "DROP TRIGGER {table}_no_delete",
    ),
    "postgresql": ("DROP TRIGGER {table}_never_changed ON {table}",),
}
SOME = {"verdict": "match", "photos": [{}], "candidates": [{"score": 0.125}, {}]}


def now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def fill(register: Register) -> None:
    """Ten events: of two objects and a search."""
    register.report(full_record(), [new_photograph(1)])
    register.report(record("two"), [new_photograph(2)])
    register.amend(1, {"title": "Lemon"})
    SearchLog(register.database).save("s-1", SOME, now(), Actor(ActorKind.api, address="127.0.0.1"))
    register.recover(2, WHY)
    register.reinstate(2, WHY)
    register.merge(1, 2, WHY)
    register.remove_photograph(2, 2)
    register.withdraw(2, WHY)


def unprotect(session: Session, database: Database, table: str) -> None:
    """What somebody who owns the database can do."""
    for statement in TRIGGERS["sqlite" if database.is_sqlite else "postgresql"]:
        session.execute(text(statement.format(table=table)))


def tamper(database: Database, *statements: str, table: str = "audit_events", **values: Any) -> None:
    with database.session(writes=True) as session:
        unprotect(session, database, table)
        for statement in statements:
            session.execute(text(statement), values)


def places(database: Database, expected: Head | None = None) -> list[str]:
    return [fault.where for fault in verify(database, expected).faults]


def test_every_change_and_every_search_is_an_event(register: Register) -> None:
    fill(register)
    events = AuditTrail(register.database).events()
    assert [(one.sequence, one.kind, one.subject) for one in events] == [
        (1, "object.reported", "object:1"),
        (2, "object.reported", "object:2"),
        (3, "object.amended", "object:1"),
        (4, "search.photo", "search:s-1"),
        (5, "object.recovered", "object:2"),
        (6, "object.reinstated", "object:2"),
        (7, "object.absorbed", "object:2"),
        (8, "object.merged", "object:1"),
        (9, "photograph.removed", "object:2"),
        (10, "object.withdrawn", "object:2"),
    ]
    assert all(EVENTS[one.kind].model_validate_json(one.details) for one in events)
    details = [json.loads(one.details) for one in events]
    assert details[0]["photographs"] == [1]
    assert details[2]["fields"] == ["title"]
    assert (details[3]["verdict"], details[3]["photos"], details[3]["candidates"]) == ("match", 1, 2)
    assert (details[4]["status"], details[4]["former"]) == ("recovered", "stolen")
    assert (details[6]["other"], details[6]["photographs"]) == (1, [3])
    assert (events[3].actor_kind, events[3].address) == ("api", "127.0.0.1")
    assert verify(register.database).faults == []


def test_no_value_of_a_record_and_no_reason_is_in_an_event(register: Register) -> None:
    fill(register)
    written = "".join(one.details + one.subject for one in AuditTrail(register.database).events())
    for value in (*full_record().model_dump(mode="json").values(), "Lemon", WHY.reason, WHY.source):
        if isinstance(value, str) and value != "stolen" and value:
            assert value not in written
    for value in ("council chamber", "Veldermond", new_photograph(1).safe.sha256):
        assert value not in written


def test_anybody_can_check_the_chain_with_a_hash_and_the_page_of_the_docs(register: Register) -> None:
    fill(register)
    previous = BEFORE_THE_FIRST
    for event in AuditTrail(register.database).events():
        values = {
            "actor": {"address": event.address, "kind": event.actor_kind, "name": event.actor_name},
            "at": event.recorded_at,
            "details": json.loads(event.details),
            "kind": event.kind,
            "sequence": event.sequence,
            "subject": event.subject,
        }
        line = json.dumps(values, separators=(",", ":"), ensure_ascii=False, sort_keys=True)
        previous = hashlib.sha256((previous + line).encode()).hexdigest()
        assert previous == event.hash
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", event.recorded_at)
    assert AuditTrail(register.database).head() == Head(10, previous)


def test_events_can_be_picked_out(register: Register) -> None:
    fill(register)
    trail = AuditTrail(register.database)
    assert [one.sequence for one in trail.events(after=2, limit=3)] == [3, 4, 5]
    assert [one.sequence for one in trail.events(subject="object:1")] == [1, 3, 8]
    assert [one.sequence for one in trail.events(kind="search.photo")] == [4]
    assert trail.events(after=2**80) == []
    assert trail.event(4).kind == "search.photo"
    for number in (0, -1, 11, 2**80):
        with pytest.raises(EventNotFound):
            trail.event(number)


def fail_half_way(register: Register) -> None:
    with register.writing() as writer:
        writer.add(record("never"), [])
        raise ZeroDivisionError


def test_a_change_that_fails_leaves_no_event_and_an_event_that_fails_no_change(register: Register) -> None:
    fill(register)
    before = register.get(1)
    with pytest.raises(ZeroDivisionError):
        fail_half_way(register)
    with pytest.raises(SearchAlreadyKept):
        SearchLog(register.database).save("s-1", SOME, now())
    with register.database.session(writes=True) as session:
        session.execute(text("UPDATE audit_head SET sequence = 8"))
    with pytest.raises(IntegrityError):
        register.report(record("no event can be added"))
    with pytest.raises(IntegrityError):
        SearchLog(register.database).save("s-2", SOME, now())
    assert [one.id for one in register.page()] == [1, 2]
    assert SearchLog(register.database).get("s-2") is None
    assert register.get(1) == before


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_events SET kind = 'object.amended' WHERE sequence = 2",
        "DELETE FROM audit_events WHERE sequence = 10",
        "DELETE FROM audit_events",
        "INSERT INTO audit_events SELECT sequence + 20, recorded_at, actor_kind, actor_name, address, kind, subject, "
        "details, hash FROM audit_events WHERE sequence = 1",
        "UPDATE object_history SET reason = ''",
        "DELETE FROM object_history WHERE object_id = 1",
    ],
)
def test_the_database_refuses_to_change_what_was_written(register: Register, statement: str) -> None:
    fill(register)
    with (
        pytest.raises(IntegrityError, match=r"never changed|without a gap"),
        register.database.session(writes=True) as session,
    ):
        session.execute(text(statement))
    assert verify(register.database).faults == []


def test_the_ways_around_of_each_database_are_closed_too(register: Register) -> None:
    fill(register)
    if register.database.is_sqlite:
        replacing = (
            "INSERT OR REPLACE INTO audit_events SELECT * FROM audit_events WHERE sequence = 10",
            "INSERT OR REPLACE INTO object_history SELECT * FROM object_history",
        )
    else:
        replacing = ("TRUNCATE audit_events", "TRUNCATE object_history")
    for statement in replacing:
        with (
            pytest.raises(IntegrityError, match=r"never changed|without a gap"),
            register.database.session(writes=True) as session,
        ):
            session.execute(text(statement))


def test_an_event_that_was_changed_is_found_where_it_is(register: Register) -> None:
    fill(register)
    tamper(register.database, "UPDATE audit_events SET actor_name = 'somebody else' WHERE sequence = 3")
    assert places(register.database) == ["event 3"]


@pytest.mark.parametrize("details", ["{}", "{", '{"object": 1}', "[]", "[" * 100_000])
def test_details_that_are_no_longer_those_of_an_event(register: Register, details: str) -> None:
    fill(register)
    tamper(
        register.database, "UPDATE audit_events SET details = :details WHERE sequence = 5", details=details
    )
    assert places(register.database)[0] == "event 5"


def test_an_event_that_was_taken_out_is_missed_where_it_was(register: Register) -> None:
    fill(register)
    tamper(register.database, "DELETE FROM audit_events WHERE sequence IN (5, 6)")
    first, *rest = verify(register.database).faults
    assert (first.where, first.says) == ("event 5", "It is missing, and all up to event 6.")
    assert [one.where for one in rest] == ["history"]  # which knows versions that no event tells of


def test_events_that_changed_places_are_found(register: Register) -> None:
    fill(register)
    tamper(
        register.database,
        "UPDATE audit_events SET sequence = 99 WHERE sequence = 5",
        "UPDATE audit_events SET sequence = 5 WHERE sequence = 6",
        "UPDATE audit_events SET sequence = 6 WHERE sequence = 99",
    )
    assert places(register.database)[:2] == ["event 5", "event 6"]


def test_an_event_that_was_written_anew_with_its_hash_is_found_by_the_next(register: Register) -> None:
    fill(register)
    trail = AuditTrail(register.database)
    before, event = trail.event(2), trail.event(3)
    forged = canonical({**event.values(), "actor": {"kind": "api", "name": "", "address": ""}})
    tamper(
        register.database,
        "UPDATE audit_events SET actor_kind = 'api', hash = :hash WHERE sequence = 3",
        hash=hashlib.sha256(before.hash.encode() + forged).hexdigest(),
    )
    assert places(register.database) == ["event 4"]


def test_a_cut_off_end_is_found_by_the_head_and_by_a_head_that_was_noted(register: Register) -> None:
    fill(register)
    noted = AuditTrail(register.database).head()
    assert verify(register.database, noted).faults == []
    tamper(register.database, "DELETE FROM audit_events WHERE sequence > 8")
    assert "event 9" in places(register.database)
    last = AuditTrail(register.database).event(8)
    with register.database.session(writes=True) as session:
        session.execute(text("UPDATE audit_head SET sequence = 8, hash = :hash"), {"hash": last.hash})
    assert "event 9" not in places(register.database)
    assert "event 9" in places(register.database, noted)
    assert places(register.database, Head(7, "0" * 64))[0] == "event 7"


def test_a_history_that_was_changed_is_found(register: Register) -> None:
    fill(register)
    tamper(
        register.database,
        "UPDATE object_history SET reason = 'no reason' WHERE object_id = 2 AND version = 2",
        "DELETE FROM object_history WHERE object_id = 1 AND version = 1",
        "INSERT INTO object_history SELECT object_id, version + 90, change, status, fields, other_id, record, "
        "photographs, merged_into, same_as, actor_kind, actor_name, address, reason, source, changed_at, salt "
        "FROM object_history WHERE object_id = 2 AND version = 1",
        table="object_history",
    )
    assert places(register.database) == ["object 1", "object 2", "history"]
    assert verify(register.database, events_only=True).faults == []


def test_an_object_or_a_search_record_that_was_changed_behind_the_registers_back_is_found(
    register: Register,
) -> None:
    fill(register)
    with register.database.session(writes=True) as session:
        session.execute(text("UPDATE objects SET maker = 'another' WHERE id = 2"))
        session.execute(text('UPDATE searches SET answer = \'{"verdict": "none"}\''))
    assert places(register.database) == ["search s-1", "object 2"]


def test_rows_that_cannot_be_read_at_all_are_faults_and_no_errors(tmp_path: Any) -> None:
    database = open_database(f"sqlite:///{tmp_path}/register.db")
    fill(Register(database, FsspecPhotoStore(tmp_path / "photos")))
    tamper(
        database,
        "UPDATE object_history SET record = '{', changed_at = 'yesterday' WHERE object_id = 1 AND version = 1",
        "UPDATE objects SET status = 'gone' WHERE id = 2",
        "UPDATE searches SET answer = x'00'",
        table="object_history",
    )
    tamper(database, "UPDATE audit_events SET details = x'ff', hash = 7 WHERE sequence = 10")
    assert set(places(database)) == {"event 10", "object 1", "object 2", "search s-1", "history"}
    database.close()


def test_many_writers_at_once_leave_one_chain_without_a_gap(database_url: str, tmp_path: Any) -> None:
    """Each thread has a database of its own, as another process would."""
    open_database(database_url).close()

    def work(number: int) -> None:
        database = open_database(database_url)
        register, log = Register(database, FsspecPhotoStore(tmp_path)), SearchLog(database)
        for turn in range(6):
            made = register.report(record(f"{number} {turn}"))
            register.amend(made.id, {"title": "Bowl"})
            log.save(f"{number}-{turn}", SOME, now())
        database.close()

    with ThreadPoolExecutor(5) as threads:
        list(threads.map(work, range(5)))
    database = open_database(database_url)
    found = verify(database)
    assert (found.events, found.faults) == (90, [])
    database.close()


def test_views_of_a_photograph_are_events(register: Register) -> None:
    register.report(record(), [new_photograph(1)])
    register.amend_photograph(1, 1, ViewKind.back)
    register.add_photograph(1, new_photograph(2))
    kinds = [one.kind for one in AuditTrail(register.database).events()]
    assert kinds == ["object.reported", "photograph.amended", "photograph.added"]
