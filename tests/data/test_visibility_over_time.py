"""What was, as each role sees it: history, versions and the audit trail hold owners, and show them to few."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from data.actor import Actor, ActorKind, Grounds, Why
from data.audit import AuditTrail
from data.audit_events import WordsSearched
from data.audit_verify import verify
from data.completeness import PARTS as ASKED
from data.completeness import completeness
from data.exchange.csv_import import import_csv
from data.exchange.imports import Imports
from data.exchange.undo import undo_import
from data.history import Change
from data.intake import IntakePool
from data.object_id import EXAMPLE, PARTS, ObjectRecord
from data.reader import Reader
from data.register import Register
from data.source_registers import EXAMPLE as REGISTER
from data.source_registers import SourceRegister, SourceRegisters
from data.visibility import LEVELS, Level, Role, fields, hidden_from, may_write, seen_by, sees
from data.vocabulary.risk import risk_flags
from tests.data.lists import write_list
from tests.data.made import full_record

SOMEBODY = Actor(ActorKind.command, "keeper", "artrieve object amend")
WHY = Why(reason="the owner, Mrs Plover, told us", source="her letter of 3 May")
CHANGED: dict[str, Any] = {
    "case_reference": "formercase",
    "maker": "formermaker",
    "theft": {"place": "formerplace", "circumstances": "formercircumstances"},
    "owner": {"name": "formerowner", "contact": "formercontact"},
}
SECRETS = (
    "formercase",
    "formercircumstances",
    "formerowner",
    "formercontact",
    "formerplace",
    "Plover",
    "letter",
)


@pytest.fixture
def changed(register: Register) -> Register:
    """An object whose fields were others at its second version, by somebody who had a reason."""
    register = register.by(SOMEBODY)
    register.report(full_record(), why=WHY)
    register.amend(1, CHANGED, why=WHY)
    register.amend(1, {name: EXAMPLE[name] for name in CHANGED})
    register.withdraw(1, Grounds(reason=WHY.reason))
    return register


def value(record: ObjectRecord, name: str) -> Any:
    field, _, part = name.partition(".")
    whole = getattr(record, field)
    return getattr(whole, part) if part and whole is not None else None if part else whole


@pytest.mark.parametrize("role", Role)
def test_a_version_shows_the_fields_of_the_role(changed: Register, role: Role) -> None:
    reader = Reader(changed, role)
    for version in (1, 2, 3, 4):
        whole, found = changed.at_version(1, version), reader.at_version(1, version)
        assert (found.record, found.hidden) == (seen_by(whole.record, role), hidden_from(role))
        for name in fields():
            if sees(role, name):
                assert value(found.record, name) == value(whole.record, name), name
            else:
                assert value(found.record, name) in ("", None), name
    former = str(reader.at_version(1, 2))
    assert ("formerplace" in former) is (role is not Role.public)
    assert ("formerowner" in former) is (role is Role.registrar)


@pytest.mark.parametrize("role", Role)
def test_who_changed_an_object_and_why_is_for_registrars(changed: Register, role: Role) -> None:
    entries = Reader(changed, role).history(1)
    assert [one.change for one in entries] == [
        Change.reported,
        Change.amended,
        Change.amended,
        Change.withdrawn,
    ]
    assert [one.changed_at for one in entries] == [one.changed_at for one in changed.history(1)]
    assert (entries == changed.history(1)) is may_write(role)
    for one in entries if not may_write(role) else ():
        assert (one.actor, one.why) == (Actor(ActorKind.command), Why())
        assert set(one.fields) <= {"maker", "theft", "status"}
        assert not [word for word in SECRETS if word in str(one)]


def test_an_owner_is_in_the_history_and_in_no_event(changed: Register) -> None:
    before = changed.at_version(1, 2).record
    assert before.owner is not None
    assert before.owner.model_dump() == CHANGED["owner"]
    assert {"owner", "case_reference", "theft"} <= set(changed.history(1)[1].fields)
    events = AuditTrail(changed.database).events()
    assert len(events) == 4
    assert not [word for word in SECRETS if word in str(events)]
    assert verify(changed.database).faults == []


def test_an_import_tells_what_became_of_an_owner_and_gives_it_back(
    register: Register, pool: IntakePool, tmp_path: Path
) -> None:
    for owner, contact in (("Mrs Plover", ""), ("Mr Plover", "by the mill")):
        row = {"record_id": "1", "title": "Vase", "owner": owner, "owner_contact": contact}
        import_csv(register, write_list(tmp_path, [row]), pool=pool)
    (change,) = Imports(register.database).changes(2)
    assert change.changes == {
        "owner.name": ("Mrs Plover", "Mr Plover"),
        "owner.contact": ("", "by the mill"),
    }
    undo_import(register, 2)
    owner_now = register.get(1).record.owner
    assert owner_now is not None
    assert owner_now.model_dump() == {"name": "Mrs Plover", "contact": ""}
    assert "Plover" not in str(AuditTrail(register.database).events())
    assert verify(register.database).faults == []


def test_every_change_of_a_source_register_is_an_event(
    register: Register, pool: IntakePool, tmp_path: Path
) -> None:
    registers = SourceRegisters(register.database, SOMEBODY)
    registers.add(SourceRegister.model_validate(REGISTER))
    registers.amend("veldermond", {"contact": "secretcontact", "notes": None})
    registers.amend("veldermond", {"contact": "secretcontact"})  # it is so already
    path = write_list(tmp_path, [{"record_id": "1", "title": "Vase"}])
    import_csv(register.by(SOMEBODY), path, pool=pool, source_register="veldermond")
    events = AuditTrail(register.database).events(subject="source:veldermond")
    assert [(one.kind, one.actor_name) for one in events] == [
        ("source.added", "keeper"),
        ("source.amended", "keeper"),
        ("source.imported", "keeper"),
    ]
    assert events[1].values()["details"] == {"source": "veldermond", "fields": ["contact", "notes"]}
    assert "secretcontact" not in str(AuditTrail(register.database).events())
    assert verify(register.database).faults == []


def test_a_former_state_names_the_source_register(register: Register) -> None:
    SourceRegisters(register.database).add(SourceRegister.model_validate(REGISTER))
    register.report(full_record(), source_register="veldermond")
    register.amend(1, {"maker": "Somebody"})
    assert register.at_version(1, 1).source_register == register.get(1).source_register
    assert register.get(1).source_register.key == "veldermond"


def test_the_same_list_for_another_register_is_another_import(
    register: Register, pool: IntakePool, tmp_path: Path
) -> None:
    SourceRegisters(register.database).add(SourceRegister.model_validate(REGISTER))
    path = write_list(tmp_path, [{"record_id": "1", "title": "Vase"}])

    def stop(_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_csv(register, path, pool=pool, progress=stop)
    imports = Imports(register.database)
    assert import_csv(register, path, pool=pool, source_register="veldermond").import_id == 2
    assert import_csv(register, path, pool=pool, source_register="own").import_id == 1
    assert [(one.id, one.state, one.source_register) for one in imports.page()] == [
        (2, "finished", "veldermond"),
        (1, "finished", "own"),
    ]
    undo_import(register, 2)
    assert [one.record.status.value for one in register.page()] == ["stolen", "withdrawn"]


def test_what_a_record_lacks_and_its_risk_tell_nothing_hidden() -> None:
    asked = set(ASKED) - {"photographs"}
    of_asked = {name for name in LEVELS if name.partition(".")[0] in asked}
    assert {LEVELS[name] for name in of_asked} == {Level.public}
    whole = full_record()
    bare = ObjectRecord.model_validate(
        {name: given for name, given in EXAMPLE.items() if name not in ("owner", "case_reference", "theft")}
    )
    assert completeness(whole, ()) == completeness(bare, ())
    assert risk_flags(whole) == risk_flags(bare)
    for role in Role:
        assert completeness(seen_by(whole, role), ()) == completeness(whole, ())
    assert set(PARTS) - asked == {"theft", "owner"}


def test_the_trail_says_who_looked_for_words(register: Register) -> None:
    Reader(register.by(SOMEBODY), Role.public).tell(WordsSearched(words=2, pictures=0, records=1))
    (event,) = AuditTrail(register.database).events()
    assert (event.kind, event.actor_name) == ("search.words", "keeper")
