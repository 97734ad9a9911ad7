"""Recovered, withdrawn, merged, reinstated, linked: what is allowed, what follows, and what is kept of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pydantic import ValidationError

from data.actor import UNSAID, Actor, ActorKind, Grounds, Why
from data.audit import AuditTrail
from data.history import Change
from data.object_id import Status, ViewKind
from data.register import (
    ObjectNotFound,
    PhotographNotFound,
    Register,
    StatusConflict,
    VersionConflict,
    VersionNotFound,
)
from tests.data.made import full_record, new_photograph, record

WHY = Grounds(reason="The police found it.", source="Letter of 12 March")
REGISTRAR = Actor(ActorKind.command, "registrar", "artrieve object recover")


def refs(register: Register) -> dict[int, int]:
    """Photographs that can be searched, and their objects."""
    return {ref.photograph_id: ref.object_id for ref in register.searchable_photographs()}


def test_recovered_and_withdrawn_objects_leave_the_search_and_come_back(register: Register) -> None:
    register.report(record("one", status="looted"), [new_photograph(1)])
    register.report(record("two"), [new_photograph(2)])
    recovered = register.recover(1, WHY, expected_version=1)
    assert (recovered.record.status, recovered.version) == (Status.recovered, 2)
    assert set(register.searchable([1, 2])) == {2}
    assert register.withdraw(1, WHY).record.status is Status.withdrawn
    reinstated = register.reinstate(1, WHY)
    assert (reinstated.record.status, reinstated.version) == (Status.looted, 4)
    assert set(register.searchable([1, 2])) == {1, 2}
    assert register.get(1) == reinstated
    register.withdraw(1, WHY)
    assert register.reinstate(1, WHY, Status.missing).record.status is Status.missing


def test_who_when_why_and_what_is_kept_of_each_change(register: Register) -> None:
    register.report(full_record(), [new_photograph(1)], why=Why(source="List 7"))
    registrar = register.by(REGISTRAR)
    registrar.amend(1, {"title": "Lemon", "theft": {"place": "Haarlem"}}, why=Why(reason="Misread"))
    registrar.amend_photograph(1, 1, ViewKind.back)
    registrar.add_photograph(1, new_photograph(2))
    registrar.remove_photograph(1, 1)
    registrar.recover(1, WHY)
    found = register.history(1)
    assert [(one.version, one.change, one.status) for one in found] == [
        (1, Change.reported, "stolen"),
        (2, Change.amended, "stolen"),
        (3, Change.photograph_amended, "stolen"),
        (4, Change.photograph_added, "stolen"),
        (5, Change.photograph_removed, "stolen"),
        (6, Change.recovered, "recovered"),
    ]
    assert [one.fields for one in found] == [(), ("title", "theft"), (), (), (), ("status",)]
    assert (found[0].actor, found[0].why) == (Actor(), Why(source="List 7"))
    assert (found[1].actor, found[1].why) == (REGISTRAR, Why(reason="Misread"))
    assert found[2].why == UNSAID
    assert (found[5].why.reason, found[5].why.source) == (WHY.reason, WHY.source)
    assert found[5].changed_at == register.get(1).changed_at
    assert [one.version for one in register.history(1, after=2, limit=2)] == [3, 4]
    with pytest.raises(ObjectNotFound):
        register.history(2)


def test_former_states_can_be_read(register: Register) -> None:
    states = [register.report(full_record(), [new_photograph(1), new_photograph(2)])]
    states.append(register.amend(1, {"maker": None, "measurements": [], "date": None, "theft": None}))
    states.append(register.amend_photograph(1, 2, ViewKind.back))
    states.append(register.remove_photograph(1, 1))
    states.append(register.withdraw(1, WHY))
    assert [register.at_version(1, one.version) for one in states] == states
    for version in (0, 6, 2**31):
        with pytest.raises(VersionNotFound, match="no version"):
            register.at_version(1, version)
    with pytest.raises(ObjectNotFound):
        register.at_version(2, 1)


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        ("stolen", "recovered", Change.recovered),
        ("stolen", "withdrawn", Change.withdrawn),
        ("withdrawn", "recovered", Change.recovered),
        ("recovered", "missing", Change.reinstated),
        ("stolen", "missing", Change.amended),
    ],
)
def test_a_status_set_by_an_amendment_or_a_list_is_the_same_change(
    register: Register, before: str, after: str, change: Change
) -> None:
    register.report(record(status=before))
    register.amend(1, {"status": after, "title": "Bowl"})
    last = register.history(1)[-1]
    assert (last.change, last.status, last.fields) == (change, after, ("title", "status"))


def test_what_a_status_does_not_allow(register: Register) -> None:
    register.report(record("one"), [new_photograph(1)])
    register.report(record("recovered from the start", status="recovered"))
    register.report(record("three"))
    register.recover(3, WHY)
    refusals: list[tuple[Callable[[], Any], str]] = [
        (lambda: register.reinstate(1, WHY), "is stolen and searched for"),
        (lambda: register.recover(2, WHY), "is recovered already"),
        (lambda: register.reinstate(2, WHY), "Say as what"),
        (lambda: register.reinstate(2, WHY, Status.withdrawn), "Nothing is reinstated as withdrawn"),
        (lambda: register.merge(1, 1, WHY), "into itself"),
        (lambda: register.merge(1, 3, WHY), "would no longer be searched for"),
        (lambda: register.link(1, 1, WHY), "same as itself"),
    ]
    before = [register.get(one) for one in (1, 2, 3)]
    for act, says in refusals:
        with pytest.raises(StatusConflict, match=says):
            act()
    for act in (lambda: register.merge(1, 9, WHY), lambda: register.link(9, 1, WHY)):
        with pytest.raises(ObjectNotFound):
            act()
    with pytest.raises(VersionConflict):
        register.recover(1, WHY, expected_version=7)
    with pytest.raises(ValidationError):
        Grounds(reason=" ")
    for act in (lambda: record(status="merged"), lambda: register.amend(1, {"status": "merged"})):
        with pytest.raises(ValidationError, match="cannot be given"):
            act()
    assert [register.get(one) for one in (1, 2, 3)] == before
    assert register.reinstate(2, WHY, Status.found).record.status is Status.found


def test_a_merged_object_says_into_which_and_its_photographs_are_found_as_those_of_the_other(
    register: Register,
) -> None:
    register.report(record("duplicate"), [new_photograph(1, "a.jpg"), new_photograph(2, "b.jpg")])
    register.report(record("kept"), [new_photograph(2)])
    register.amend_photograph(1, 1, ViewKind.signature)
    merged = register.merge(1, 2, WHY)
    assert (merged.record.status, merged.merged_into) == (Status.merged, 2)
    assert [one.id for one in merged.photographs] == [1, 2]  # as old search records have them
    kept = register.get(2)
    assert [(one.id, one.view, one.original_name) for one in kept.photographs] == [
        (3, ViewKind.overall, ""),
        (4, ViewKind.signature, "a.jpg"),
    ]
    assert kept.photographs[1].photo_key == merged.photographs[0].photo_key
    assert register.photo_bytes(4) == register.photo_bytes(1)
    assert refs(register) == {3: 2, 4: 2}
    assert register.snapshot().objects == 1
    assert [one.id for one in register.page(status=Status.merged)] == [1]
    assert [(one.change, one.other) for one in register.history(1)[-1:]] == [(Change.merged, 2)]
    assert [(one.change, one.other) for one in register.history(2)[-1:]] == [(Change.absorbed, 1)]
    for act in (
        lambda: register.amend(1, {"title": "Bowl"}),
        lambda: register.add_photograph(1, new_photograph(3)),
        lambda: register.amend_photograph(1, 1, ViewKind.back),
        lambda: register.remove_photograph(1, 1),
        lambda: register.recover(1, WHY),
        lambda: register.withdraw(1, WHY),
        lambda: register.merge(1, 2, WHY),
        lambda: register.merge(2, 1, WHY),
        lambda: register.link(2, 1, WHY),
    ):
        with pytest.raises(StatusConflict, match=r"Object 1 was merged into object 2 .*reinstate object 1"):
            act()
    assert register.get(1) == merged


def test_reinstating_takes_a_merge_back(register: Register) -> None:
    register.report(record("duplicate", status="missing"), [new_photograph(1)])
    register.report(record("kept"), [new_photograph(2)])
    register.merge(1, 2, WHY)
    back = register.reinstate(1, WHY)
    assert (back.record.status, back.merged_into, back.version) == (Status.missing, None, 3)
    assert refs(register) == {1: 1, 2: 2}
    assert [(one.change, one.other) for one in register.history(2)[-1:]] == [(Change.separated, 1)]
    with pytest.raises(PhotographNotFound):
        register.photograph(3)
    register.merge(1, 2, WHY)
    assert refs(register) == {2: 2, 4: 2}  # the number 3 is not given again
    assert register.at_version(1, 2).merged_into == 2
    assert register.at_version(1, 3).merged_into is None


def test_a_merge_can_be_taken_back_from_the_middle_of_a_chain(register: Register) -> None:
    for number in (1, 2, 3):
        register.report(record(str(number)), [new_photograph(number)])
    register.merge(1, 2, WHY)
    register.merge(2, 3, WHY)
    assert set(refs(register).values()) == {3}
    states = register.present_states([1, 2, 3, 9])
    assert {one: states[one].merged_into for one in states} == {1: 3, 2: 3, 3: None}
    register.reinstate(1, WHY)
    shown = {register.photograph(one).sha256: object_id for one, object_id in refs(register).items()}
    assert shown == {
        new_photograph(1).safe.sha256: 1,
        new_photograph(2).safe.sha256: 3,
        new_photograph(3).safe.sha256: 3,
    }
    register.reinstate(2, WHY)
    assert sorted(refs(register).values()) == [1, 2, 3]


def test_a_merged_object_that_was_recovered_is_recovered_again(register: Register) -> None:
    register.report(record("one"))
    register.report(record("two"))
    register.recover(1, WHY)
    register.merge(1, 2, WHY)
    assert register.reinstate(1, WHY).record.status is Status.recovered
    register.merge(1, 2, WHY)
    assert register.reinstate(1, WHY, Status.stolen).record.status is Status.stolen


def test_objects_that_are_the_same_can_stay_beside_each_other(register: Register) -> None:
    for number in (1, 2, 3):
        register.report(record(str(number)), [new_photograph(number)])
    assert register.link(1, 2, WHY).same_as == (2,)
    assert register.link(3, 1, WHY).same_as == (1,)
    assert (register.get(1).same_as, register.get(2).same_as) == ((2, 3), (1,))
    assert register.link(2, 1, WHY).version == 2  # it is so already
    assert set(refs(register)) == {1, 2, 3}
    assert register.unlink(2, 1, WHY).same_as == ()
    assert register.unlink(2, 1, WHY).version == 3
    assert register.get(1).same_as == (3,)
    assert [(one.change, one.other) for one in register.history(2)] == [
        (Change.reported, None),
        (Change.linked, 1),
        (Change.unlinked, 1),
    ]
    assert register.at_version(1, 3).same_as == (2, 3)


def test_a_rehearsal_leaves_no_trace(register: Register) -> None:
    register.report(record())
    with register.writing(rehearse=True) as writer:
        writer.amend(writer.find(1), record("Bowl"))
    assert len(register.history(1)) == 1
    assert AuditTrail(register.database).head().sequence == 1


def test_names_that_no_database_can_keep() -> None:
    actor = Actor(ActorKind.api, "a\x00b\udc80" + "c" * 500, "\n")
    assert (actor.name[:4], len(actor.name), actor.address) == ("a\ufffdb\ufffd", 200, "\ufffd")
