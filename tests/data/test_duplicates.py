"""Likely duplicates: noticed, shown to those who decide, decided once, and never again shown when dismissed."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.actor import Actor, ActorKind, Grounds
from data.audit import AuditTrail
from data.audit_verify import verify
from data.checks import Checks, Due
from data.database import open_database
from data.deciding import dismiss, link, merge
from data.duplicate_tables import DuplicateState
from data.duplicates import Duplicate, DuplicateDecided, DuplicateNotFound, Duplicates
from data.exchange.csv_import import import_csv
from data.exchange.undo import undo_import
from data.history import Change
from data.intake import IntakePool
from data.noticing import MOST_IDENTICAL, Likely
from data.object_id import Status
from data.photos import FsspecPhotoStore
from data.reader import Reader
from data.register import ObjectNotFound, Register, StatusConflict
from data.transfer.move import move
from data.visibility import Role
from data.writer import StoredPhotograph, Writer
from tests.data.lists import write_list
from tests.data.made import jpeg, new_photograph, record
from tests.databases import fresh_database

WHY = Grounds(reason="The same scratch.", source="Letter of 3 May")
REGISTRAR = Actor(ActorKind.api, "registrar", "127.0.0.1")


def report(register: Register, *seeds: int, title: str = "Bowl") -> int:
    """Register an object with photographs of its own, or with those that another one has too."""
    return register.report(record(title), [new_photograph(seed) for seed in seeds]).id


def pairs(register: Register, state: DuplicateState = DuplicateState.open) -> list[tuple[int, int]]:
    return [(one.first.id, one.second.id) for one in Duplicates(register.database).page(state)]


def only(register: Register) -> Duplicate:
    (found,) = Duplicates(register.database).page()
    return found


def alike(one: Due, other: int, probability: float = 0.9) -> Likely:
    return Likely(one.photograph_id, other, False, probability, "dealer", 3, {"search": "s-1"})


def test_the_same_photo_byte_for_byte_is_noticed_at_once_and_told(register: Register) -> None:
    report(register, 1, 2)
    assert pairs(register) == []
    register.by(REGISTRAR).report(record("Again"), [new_photograph(3), new_photograph(2)])
    found = only(register)
    assert (found.first.id, found.second.id, found.state, found.decision) == (1, 2, DuplicateState.open, None)
    (finding,) = found.findings
    assert (finding.first_photograph, finding.second_photograph, finding.identical) == (2, 4, True)
    assert (finding.probability, finding.level, finding.generation) == (None, "", None)
    (event,) = AuditTrail(register.database).events(kind="duplicate.found")
    assert event.values()["details"] == {"object": 2, "other": 1, "identical": True}
    assert (event.subject, event.actor_name) == ("object:2", "registrar")
    assert [one.version for one in (register.get(1), register.get(2))] == [1, 1]
    register.add_photograph(2, new_photograph(1))  # a second photo of the two tells no second time
    assert len(only(register).findings) == 2
    assert len(AuditTrail(register.database).events(kind="duplicate.found")) == 1
    assert not verify(register.database).faults


def test_photographs_wait_from_when_they_are_added_until_they_are_compared(register: Register) -> None:
    report(register, 1)
    report(register, 2)
    checks = Checks(register)
    first, second = checks.due()
    assert (first.photograph_id, first.object_id, first.revision) == (1, 1, 1)
    assert second.revision == register.revision() == 2
    assert checks.settle(second, [alike(second, 1)], complete=False) == 1  # looked at too early: it waits on
    assert checks.waiting() == 2
    assert checks.settle(second, [alike(second, 1, 0.7)], complete=True) == 0
    assert (checks.waiting(), checks.waiting(1), checks.waiting(2)) == (1, 1, 0)
    (finding,) = only(register).findings
    assert (finding.probability, finding.level, finding.generation, finding.models) == (
        0.9,
        "dealer",
        3,
        {"search": "s-1"},
    )
    assert register.revision() == 2  # nothing that is searched has changed
    assert checks.one(2) is None
    assert checks.settle(second, [alike(second, 1)], complete=True) == 0  # somebody else was faster


def test_what_was_settled_meanwhile_is_not_kept_twice_and_what_came_back_still_waits(
    register: Register,
) -> None:
    report(register, 1)
    report(register, 2)
    checks = Checks(register)
    taken = checks.one(2)
    assert taken is not None
    register.withdraw(2, WHY)
    register.reinstate(2, WHY)
    checks.settle(taken, [], complete=True)  # compared with a register that is no longer
    again = checks.one(2)
    assert again is not None
    assert again.revision == register.revision() == 4


@pytest.mark.parametrize("leave", ["withdraw", "recover"])
def test_only_objects_that_are_searched_for_are_shown_and_compared(register: Register, leave: str) -> None:
    report(register, 1)
    report(register, 1)
    checks = Checks(register)
    getattr(register, leave)(1, WHY)
    assert pairs(register) == []
    assert Duplicates(register.database).count() == 0
    assert [one.object_id for one in checks.due()] == [2]
    report(register, 1)
    assert pairs(register) == [(2, 3)]
    register.reinstate(1, WHY)
    # an object that came back is compared with what was registered while it was away
    assert pairs(register) == [(1, 2), (2, 3), (1, 3)]
    assert [one.object_id for one in checks.due()] == [1, 2, 3]


def test_a_removed_photograph_speaks_for_nothing(register: Register) -> None:
    report(register, 1, 2)
    report(register, 1, 2)
    assert len(only(register).findings) == 2
    register.remove_photograph(1, 1)
    assert [one.first_photograph for one in only(register).findings] == [2]
    register.remove_photograph(2, 4)
    assert pairs(register) == []
    assert [one.photograph_id for one in Checks(register).due()] == [2, 3]
    register.add_photograph(1, new_photograph(1))
    assert [one.first_photograph for one in only(register).findings] == [5]


def test_linked_both_stay_and_each_names_the_other(register: Register) -> None:
    report(register, 1)
    report(register, 1)
    done = link(register.by(REGISTRAR), 1, WHY)
    assert (done.state, done.first.same_as, done.second.same_as) == (DuplicateState.linked, (2,), (1,))
    assert done.decision is not None
    assert (done.decision.actor, done.decision.why.model_dump()) == (REGISTRAR, WHY.model_dump())
    assert link(register, 1, Grounds(reason="twice")) == done
    last = register.history(1)[-1]
    assert (last.change, last.other, last.actor, last.why.reason) == (
        Change.linked,
        2,
        REGISTRAR,
        WHY.reason,
    )
    assert [one.kind for one in AuditTrail(register.database).events()][-2:] == ["object.linked"] * 2
    for other in (dismiss, lambda *given: merge(given[0], given[1], 1, given[2])):
        with pytest.raises(DuplicateDecided, match=r"Likely duplicate 1 was linked on .* by registrar"):
            other(register, 1, WHY)
    register.unlink(2, 1, WHY)
    assert pairs(register, DuplicateState.dismissed) == [(1, 2)]
    assert not verify(register.database).faults


@pytest.mark.parametrize("keep", [1, 2])
def test_merged_the_one_that_is_named_is_kept(register: Register, keep: int) -> None:
    report(register, 1)
    report(register, 1, 2)
    done = merge(register, 1, keep, WHY)
    gone = 3 - keep
    assert done.state is DuplicateState.merged
    assert register.get(gone).merged_into == keep
    assert merge(register, 1, keep, WHY) == done
    with pytest.raises(DuplicateDecided):
        merge(register, 1, gone, WHY)
    with pytest.raises(StatusConflict, match="only one of these two"):
        merge(register, 1, 3, WHY)
    register.reinstate(gone, WHY)
    assert (pairs(register), only(register).decision) == ([(1, 2)], None)


def test_dismissed_it_is_not_shown_again_whatever_is_found(register: Register) -> None:
    report(register, 1)
    report(register, 1)
    done = dismiss(register.by(REGISTRAR), 1, WHY)
    assert dismiss(register, 1, WHY) == done
    assert [(one.change, one.other) for one in register.history(2)][-1] == (Change.distinguished, 1)
    assert [one.kind for one in AuditTrail(register.database).events()][-2:] == ["object.distinguished"] * 2
    register.add_photograph(2, new_photograph(7))
    checks = Checks(register)
    for one in checks.due():
        checks.settle(one, [alike(one, 1 if one.object_id == 2 else 2)], complete=True)
    assert checks.waiting() == 0
    assert pairs(register) == []
    assert not verify(register.database).faults


def test_what_was_said_of_an_object_holds_for_the_one_that_it_was_merged_into(register: Register) -> None:
    for seed in (1, 1, 2, 3):
        report(register, seed)
    dismiss(register, 1, WHY)
    register.merge(2, 3, WHY)
    register.merge(3, 4, WHY)  # photographs of 2 are now those of 4, and 4 was never compared with 1
    assert pairs(register) == []
    checks = Checks(register)
    for one in checks.due():
        if one.object_id == 4:
            checks.settle(one, [alike(one, 1)], complete=True)
    assert pairs(register) == []
    register.link(4, 1, WHY)
    assert pairs(register, DuplicateState.linked) == []


def test_objects_that_are_linked_already_are_no_news(register: Register) -> None:
    report(register, 1)
    report(register, 2)
    register.link(1, 2, WHY)
    register.add_photograph(2, new_photograph(1))
    assert pairs(register) == []
    register.unlink(1, 2, WHY)
    register.remove_photograph(2, 3)
    register.add_photograph(2, new_photograph(1))
    assert pairs(register) == []


def test_of_two_registrars_at_the_same_time_the_second_is_told_of_the_first(register: Register) -> None:
    report(register, 1)
    report(register, 1)
    ready = threading.Barrier(2)

    def decide(how: Callable[[Register, int, Grounds], Duplicate]) -> object:
        ready.wait(60)
        try:
            return how(register, 1, WHY).state
        except DuplicateDecided as refused:
            return str(refused)

    with ThreadPoolExecutor(2) as both:
        said = list(both.map(decide, (link, dismiss)))
    (done,) = [one for one in said if isinstance(one, DuplicateState)]
    (refused,) = [one for one in said if not isinstance(one, DuplicateState)]
    assert f"was {done}" in str(refused)
    assert Duplicates(register.database).get(1).state is done
    assert register.get(1).version == register.get(2).version == 2


def test_what_is_broken_off_while_it_is_kept_is_compared_again(
    register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    report(register, 1)
    report(register, 2)
    checks = Checks(register)
    taken = checks.due()[1]
    with monkeypatch.context() as broken:
        broken.setattr(Writer, "tell", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            checks.settle(taken, [alike(taken, 1)], complete=True)
    assert pairs(register) == []
    assert checks.waiting() == 2
    assert checks.settle(taken, [alike(taken, 1)], complete=True) == 1
    assert (pairs(register), checks.waiting()) == ([(1, 2)], 1)


def test_nothing_is_decided_of_an_object_that_left_meanwhile(register: Register) -> None:
    for seed in (1, 1, 2):
        report(register, seed)
    register.withdraw(1, WHY)
    for decide in (link, dismiss, lambda *given: merge(given[0], given[1], 2, given[2])):
        with pytest.raises(StatusConflict, match="Object 1 is withdrawn and not searched for any more"):
            decide(register, 1, WHY)
    register.reinstate(1, WHY)
    register.merge(1, 3, WHY)
    with pytest.raises(StatusConflict, match="Object 1 was merged into object 3"):
        link(register, 1, WHY)
    for number in (0, 2**40, 99):
        with pytest.raises(DuplicateNotFound):
            link(register, number, WHY)
        with pytest.raises(DuplicateNotFound):
            Duplicates(register.database).get(number)
    assert pairs(register) == [(2, 3)]  # 3 has the photo of 1 now


def test_one_picture_with_many_objects_is_noticed_with_the_first_ones_only(register: Register) -> None:
    for _ in range(MOST_IDENTICAL + 3):
        report(register, 1)
    found = pairs(register)
    last = MOST_IDENTICAL + 3
    assert [one for one, other in found if other == last] == list(range(1, MOST_IDENTICAL + 1))


def test_they_are_listed_a_page_at_a_time_and_by_object(register: Register) -> None:
    for _ in range(3):
        report(register, 1)
    duplicates = Duplicates(register.database)
    assert [one.id for one in duplicates.page(limit=2)] == [1, 2]
    assert [one.id for one in duplicates.page(after=2)] == [3]
    assert [one.id for one in duplicates.page(object_id=3)] == [2, 3]
    assert duplicates.count() == 3
    found = duplicates.get(3)
    assert found.other(3).id == found.first.id == 2


def test_only_registrars_are_shown_them(register: Register) -> None:
    report(register, 1)
    report(register, 1)
    assert [len(Reader(register, role).duplicates_of(1)) for role in Role] == [0, 0, 1]


def test_a_rehearsal_notices_nothing(register: Register) -> None:
    report(register, 1)
    with register.writing(rehearse=True) as writer:
        writer.add(record(), [StoredPhotograph.put(register.photos, new_photograph(1))])
    assert pairs(register) == []
    assert [one.photograph_id for one in Checks(register).due()] == [1]


def test_undoing_an_import_takes_its_likely_duplicates_out_and_importing_again_brings_them_back(
    register: Register, pool: IntakePool, tmp_path: Path
) -> None:
    register.report(record(), [])
    listed = write_list(tmp_path, [{"record_id": "1", "title": "Bowl", "photo": "a.jpg"}])
    (tmp_path / "a.jpg").write_bytes(jpeg(1))
    import_csv(register, listed, pool=pool)
    report(register, 1)
    assert pairs(register) == [(2, 3)]
    undo_import(register, 1)
    assert pairs(register) == []
    assert [one.object_id for one in Checks(register).due()] == [3]
    import_csv(register, listed, pool=pool)
    assert [one.object_id for one in Checks(register).due()] == [3, 2]  # its photo has a new number
    assert register.get(2).record.status is Status.stolen
    assert pairs(register) == [(2, 3)]
    assert not verify(register.database).faults


def test_all_of_an_old_register_can_be_made_to_wait(register: Register) -> None:
    for seed in (1, 2, 3):
        report(register, seed)
    register.withdraw(3, WHY)
    checks = Checks(register)
    for one in checks.due():
        checks.settle(one, [], complete=True)
    assert checks.waiting() == 0
    assert checks.ask_all() == 2
    assert {one.revision for one in checks.due()} == {register.revision()}


def test_they_move_with_the_register(register: Register, tmp_path: Path) -> None:
    report(register, 1)
    report(register, 1)
    report(register, 1)
    dismiss(register, 1, WHY)
    due = Checks(register).due()
    checks = Checks(register)
    checks.settle(due[2], [alike(due[2], 2)], complete=True)
    with closing(open_database(f"sqlite:///{tmp_path}/moved.db")) as there:
        move(register.database, there)
        moved = Duplicates(there)
        for state in DuplicateState:
            assert moved.page(state) == Duplicates(register.database).page(state)
        assert Checks(Register(there, register.photos)).due() == checks.due()
        there_too = Register(there, register.photos)
        report(there_too, 1)
        assert max(one.id for one in moved.page()) == 6


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["link", "merge", "dismiss", "unlink", "withdraw", "reinstate", "report", "check"]),
        st.integers(1, 4),
        st.integers(1, 4),
    ),
    max_size=10,
)


@settings(max_examples=25)
@given(steps=STEPS)
def test_in_any_order_nothing_that_was_told_apart_or_linked_is_open(
    steps: list[tuple[str, int, int]],
) -> None:
    """Whatever people and checks do: open is only what nobody decided, and the trail holds."""
    with tempfile.TemporaryDirectory() as folder:
        url = fresh_database(Path(folder), None)
        register = Register(open_database(url), FsspecPhotoStore(folder))
        for what, one, other in steps:
            _do(register, what, one, other)
        told_apart = pairs(register, DuplicateState.dismissed)
        for found in Duplicates(register.database).page():
            first, second = found.first, found.second
            assert second.id not in first.same_as
            assert {first.record.status, second.record.status} == {Status.stolen}
            assert found.findings
            assert (first.id, second.id) not in told_apart
        assert not verify(register.database).faults
        register.database.close()


def _do(register: Register, what: str, one: int, other: int) -> None:
    try:
        if what == "report":
            report(register, one)
        elif what == "check":
            checks = Checks(register)
            for due in checks.due():
                checks.settle(due, [alike(due, other)], complete=bool(one % 2))
        elif what in ("withdraw", "reinstate"):
            getattr(register, what)(one, WHY)
        elif what == "unlink":
            register.unlink(one, other, WHY)
        elif what == "merge":
            found = Duplicates(register.database).get(one)
            merge(register, one, found.first.id, WHY)
        else:
            {"link": link, "dismiss": dismiss}[what](register, one, WHY)
    except (StatusConflict, DuplicateDecided, DuplicateNotFound, ObjectNotFound):
        return
