"""The register keeps what it is told, gives ids once, and says what may be searched."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from sqlalchemy import select

from data.intake import take_in
from data.object_id import GIVEN, SEARCHABLE, Status, ViewKind
from data.photos import PhotoCorrupt, PhotoMissing, PhotoStoreUnavailable
from data.register import (
    NewPhotograph,
    ObjectNotFound,
    PhotographNotFound,
    PhotographRef,
    Register,
    SourceTaken,
    VersionConflict,
)
from data.tables import PhotographRow
from tests.data.made import LIMITS, full_record, jpeg, new_photograph, record


def test_a_full_record_comes_back_as_it_went_in(register: Register) -> None:
    before = dt.datetime.now(dt.UTC)
    reported = register.report(full_record())
    assert reported.record == full_record()
    assert (reported.id, reported.version, reported.photographs) == (1, 1, ())
    assert before <= reported.created_at == reported.changed_at <= dt.datetime.now(dt.UTC)
    assert register.get(1) == reported


def test_an_object_with_photographs(register: Register) -> None:
    photos = [
        new_photograph(1, "C:\\fotos\\front.jpg"),
        NewPhotograph(new_photograph(2).safe, ViewKind.back, "b.jpg"),
    ]
    reported = register.report(record(), photos)
    assert [(one.id, one.position, one.view, one.original_name) for one in reported.photographs] == [
        (1, 0, ViewKind.overall, "C:\\fotos\\front.jpg"),
        (2, 1, ViewKind.back, "b.jpg"),
    ]
    first = reported.photographs[0]
    assert (first.object_id, first.width, first.height, first.format) == (1, 120, 80, "JPEG")
    assert first.sha256 == photos[0].safe.sha256
    assert register.photograph(1) == first
    assert register.photo_bytes(1) == photos[0].safe.jpeg
    assert register.thumbnail_bytes(1) == photos[0].safe.thumbnail
    assert register.get(1) == reported


def test_the_same_bytes_twice_are_one_photograph(register: Register) -> None:
    reported = register.report(record(), [new_photograph(1), new_photograph(1, "again.jpg")])
    assert len(reported.photographs) == 1
    again = register.add_photograph(reported.id, new_photograph(1))
    assert again == reported.photographs[0]
    assert register.get(reported.id) == reported
    assert register.revision() == 1


def test_two_objects_may_show_the_same_photo(register: Register) -> None:
    register.report(record("one"), [new_photograph(1)])
    register.report(record("two"), [new_photograph(1)])
    first, second = register.photograph(1), register.photograph(2)
    assert first.photo_key == second.photo_key
    assert (first.object_id, second.object_id) == (1, 2)


def test_photographs_can_be_added_later(register: Register) -> None:
    register.report(record())
    added = register.add_photograph(1, new_photograph(3))
    assert (added.id, added.position) == (1, 0)
    assert register.get(1).photographs == (added,)
    assert register.get(1).version == 2
    with pytest.raises(ObjectNotFound, match="no object 9"):
        register.add_photograph(9, new_photograph(3))


def test_what_a_photograph_shows_can_be_corrected(register: Register) -> None:
    register.report(record("one"), [new_photograph(1), new_photograph(2)])
    register.report(record("two"), [new_photograph(3)])
    amended = register.amend_photograph(1, 2, ViewKind.back, expected_version=1)
    assert [one.view for one in amended.photographs] == [ViewKind.overall, ViewKind.back]
    assert (amended.version, register.revision()) == (2, 3)
    assert amended.changed_at > amended.created_at
    assert register.get(1) == amended
    assert register.photograph(2).view is ViewKind.back
    assert register.amend_photograph(1, 2, ViewKind.back) == amended  # it is so already
    assert register.revision() == 3
    with pytest.raises(VersionConflict, match="at version 2, not 1"):
        register.amend_photograph(1, 2, ViewKind.scale, expected_version=1)
    for numbers, error in (
        ((9, 1), ObjectNotFound),
        ((1, 3), PhotographNotFound),
        ((1, 0), PhotographNotFound),
    ):
        with pytest.raises(error):
            register.amend_photograph(*numbers, ViewKind.scale)


def test_a_photograph_that_is_removed_is_found_no_more(register: Register) -> None:
    register.report(record("one"), [new_photograph(1), new_photograph(2)])
    register.report(record("two"), [new_photograph(1)])
    assert register.snapshot().photographs == 3
    left = register.remove_photograph(1, 1, expected_version=1)
    assert [one.id for one in left.photographs] == [2]
    assert (left.version, register.revision(), register.get(1)) == (2, 3, left)
    assert [ref.photograph_id for ref in register.searchable_photographs()] == [2, 3]
    assert {number: one.id for number, one in register.searchable([1, 2, 3]).items()} == {2: 1, 3: 2}
    snapshot = register.snapshot()
    assert (snapshot.objects_with_photographs, snapshot.photographs) == (2, 2)
    for look in (register.photograph, register.photo_bytes, register.thumbnail_bytes):
        with pytest.raises(PhotographNotFound):
            look(1)
    for numbers, error in (
        ((1, 1), PhotographNotFound),
        ((1, 3), PhotographNotFound),
        ((9, 3), ObjectNotFound),
    ):
        with pytest.raises(error):
            register.remove_photograph(*numbers)
    with pytest.raises(PhotographNotFound):
        register.amend_photograph(1, 1, ViewKind.back)
    with pytest.raises(VersionConflict):
        register.remove_photograph(1, 2, expected_version=1)
    assert register.remove_photograph(1, 2, expected_version=2).photographs == ()
    assert register.snapshot().objects_with_photographs == 1


def test_a_removed_photograph_stays_as_history_and_its_id_is_not_given_again(register: Register) -> None:
    register.report(record(), [new_photograph(1), new_photograph(2)])
    register.remove_photograph(1, 2)
    again = register.add_photograph(1, new_photograph(2))
    assert (again.id, again.position) == (3, 2)
    assert [one.id for one in register.get(1).photographs] == [1, 3]
    assert register.add_photograph(1, new_photograph(2)) == again
    register.remove_photograph(1, 3)
    with register.database.session() as session:
        rows = session.execute(select(PhotographRow.id, PhotographRow.removed_at.is_(None))).all()
    assert sorted(map(tuple, rows)) == [(1, True), (2, False), (3, False)]


def test_a_source_is_registered_once(register: Register) -> None:
    register.report(record(), source_key="list:1")
    found = register.find_source("list:1")
    assert found is not None
    assert found.id == 1
    assert register.find_source("list:2") is None
    with pytest.raises(SourceTaken, match="Object 1 was already"):
        register.report(record("other"), source_key="list:1")
    assert register.report(record("without a source")).id == 2  # the refused one has cost no id


def test_amending_changes_the_given_fields_only(register: Register) -> None:
    register.report(full_record())
    amended = register.amend(1, {"title": "Lemon", "status": "recovered", "theft": {"place": "Haarlem"}})
    assert amended.version == 2
    assert amended.record.title == "Lemon"
    assert amended.record.status is Status.recovered
    assert amended.record.theft is not None
    assert amended.record.theft.place == "Haarlem"
    assert amended.record.theft.earliest == dt.date(2024, 11, 2)
    assert amended.record.measurements == full_record().measurements
    assert amended.changed_at > amended.created_at
    assert register.get(1) == amended


def test_null_clears(register: Register) -> None:
    register.report(full_record())
    amended = register.amend(1, {"maker": None, "date": None, "measurements": None, "theft": {"place": None}})
    assert (amended.record.maker, amended.record.date, amended.record.measurements) == ("", None, ())
    assert amended.record.theft is not None
    assert amended.record.theft.place == ""


@pytest.mark.parametrize(
    ("changes", "field", "found"),
    [
        ({"theft": {"place": None, "earliest": "2024-01-05"}}, "theft", {"earliest": dt.date(2024, 1, 5)}),
        ({"date": {"text": None, "earliest": 1650}}, "date", {"earliest": 1650}),
        ({"theft": {"place": None, "circumstances": None}}, "theft", None),
        ({"date": {}}, "date", None),
    ],
)
def test_parts_can_be_given_and_cleared_where_there_was_nothing(
    register: Register, changes: dict[str, Any], field: str, found: dict[str, Any] | None
) -> None:
    """RFC 7396: a target that is null counts as an empty object, and nulls in the patch are removed."""
    register.report(record())
    part = getattr(register.amend(1, changes).record, field)
    assert (part.model_dump(exclude_defaults=True) if part else None) == found


def test_measurements_are_replaced_as_a_whole(register: Register) -> None:
    register.report(full_record())
    for value in ("46.5", "3.1", "9999.9999"):
        new = [
            {"dimension": "height", "value": value, "unit": "cm"},
            {"dimension": "weight", "value": "2", "unit": "kg"},
        ]
        amended = register.amend(1, {"measurements": new})
        assert [str(one) for one in amended.record.measurements] == [f"height {value} cm", "weight 2 kg"]
        assert register.get(1) == amended


def test_a_change_to_what_is_there_changes_nothing(register: Register) -> None:
    reported = register.report(full_record())
    assert register.amend(1, full_record().model_dump(mode="json")) == reported
    assert register.revision() == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"colour": "red"},
        {"status": "gone"},
        {"status": None},
        {"title": "x" * 401},
        {"date": {"earliest": 1700}},
        {"measurements": [{}]},
        {"title": 3},
    ],
)
def test_an_impossible_change_changes_nothing(register: Register, changes: dict[str, Any]) -> None:
    reported = register.report(full_record())
    with pytest.raises(ValidationError):
        register.amend(1, changes)
    assert register.get(1) == reported


def test_the_record_is_validated_as_a_whole(register: Register) -> None:
    register.report(record("only a title"))
    with pytest.raises(ValidationError, match="at least one of"):
        register.amend(1, {"title": None})


def test_of_two_changes_at_once_one_is_told(register: Register) -> None:
    register.report(record())
    register.amend(1, {"maker": "A"}, expected_version=1)
    with pytest.raises(VersionConflict, match="at version 2, not 1") as caught:
        register.amend(1, {"maker": "B"}, expected_version=1)
    assert (caught.value.expected, caught.value.actual) == (1, 2)
    assert register.get(1).record.maker == "A"
    assert register.amend(1, {"maker": "B"}, expected_version=2).version == 3


def test_many_threads_amend_and_nothing_is_lost(register: Register) -> None:
    register.report(record())

    def add(number: int) -> None:
        while True:
            now = register.get(1)
            try:
                register.amend(1, {"description": now.record.description + f" {number}"}, now.version)
            except VersionConflict:
                continue
            return

    with ThreadPoolExecutor(6) as threads:
        list(threads.map(add, range(18)))
    assert sorted(map(int, register.get(1).record.description.split())) == list(range(18))
    assert register.get(1).version == 19


def test_many_threads_report_and_every_id_is_given_once(register: Register) -> None:
    safe = [new_photograph(seed) for seed in range(4)]
    with ThreadPoolExecutor(6) as threads:
        reported = list(
            threads.map(lambda number: register.report(record(str(number)), safe[: number % 5]), range(40))
        )
    assert sorted(one.id for one in reported) == list(range(1, 41))
    photographs = sorted(photograph.id for one in reported for photograph in one.photographs)
    assert photographs == list(range(1, len(photographs) + 1))
    assert register.revision() == 40


@pytest.mark.parametrize("number", [0, -1, 7, 2**31, 2**63, 2**80])
def test_numbers_that_nothing_has(register: Register, number: int) -> None:
    register.report(record(), [new_photograph(1)])
    for ask in (
        register.get,
        lambda one: register.amend(one, {}),
        lambda one: register.add_photograph(one, new_photograph(2)),
    ):
        with pytest.raises(ObjectNotFound):
            ask(number)
    for look in (register.photograph, register.photo_bytes, register.thumbnail_bytes):
        with pytest.raises(PhotographNotFound):
            look(number)
    assert register.searchable([number]) == {}
    assert register.page(after=number)[1:] == []


def test_pages(register: Register) -> None:
    for number in range(1, 8):
        register.report(record(str(number), status="stolen" if number % 2 else "recovered"))
    assert [one.id for one in register.page(limit=3)] == [1, 2, 3]
    assert [one.id for one in register.page(after=3, limit=3)] == [4, 5, 6]
    assert [one.id for one in register.page(after=7)] == []
    assert [one.id for one in register.page(status=Status.recovered)] == [2, 4, 6]
    assert [one.id for one in register.page(after=-5, limit=0)] == [1]
    assert len(register.page(limit=10_000)) == 7


def test_only_objects_that_are_sought_are_searchable(register: Register) -> None:
    for number, status in enumerate(GIVEN, start=1):
        register.report(record(str(number), status=status), [new_photograph(number)])
    wanted = {number for number, status in enumerate(GIVEN, start=1) if status in SEARCHABLE}
    refs = register.searchable_photographs()
    assert [ref.photograph_id for ref in refs] == sorted(wanted)
    assert refs[0] == PhotographRef(1, 1, register.photograph(1).photo_key)
    found = register.searchable(range(1, 20))
    assert set(found) == wanted
    assert all(one.id == number for number, one in found.items())
    register.amend(1, {"status": "withdrawn"})
    assert 1 not in register.searchable([1, 2])
    register.amend(1, {"status": "stolen"})
    assert list(register.searchable([2, 1])) == [1, 2]
    assert register.searchable([]) == {}


def test_many_candidates_are_decided_at_once(register: Register) -> None:
    with register.writing() as writer:
        for number in range(1200):
            writer.add(record(str(number)), [])
    register.add_photograph(1200, new_photograph(1))
    assert set(register.searchable(range(1, 5000))) == {1}


def test_the_snapshot_counts_what_can_be_searched(register: Register) -> None:
    register.report(record("one"), [new_photograph(1), new_photograph(2)])
    register.report(record("two"))
    register.report(record("three", status="recovered"), [new_photograph(3)])
    snapshot = register.snapshot()
    assert (snapshot.objects, snapshot.objects_with_photographs, snapshot.photographs) == (2, 1, 2)
    assert snapshot.revision == register.revision() == 3
    assert snapshot.taken_at.tzinfo is not None
    register.amend(3, {"status": "stolen"})
    later = register.snapshot()
    assert (later.revision, later.objects, later.photographs) == (4, 3, 3)
    again = register.snapshot()
    assert (again.revision, again.objects) == (4, 3)
    assert again.taken_at > later.taken_at


def test_reading_and_failing_leave_the_revision(register: Register) -> None:
    register.report(record())
    register.get(1), register.page(), register.snapshot(), register.searchable_photographs()
    with pytest.raises(ValidationError):
        register.amend(1, {"status": "gone"})
    with pytest.raises(VersionConflict):
        register.amend(1, {"title": "x"}, expected_version=5)
    assert register.revision() == 1


def fail_half_way(register: Register) -> None:
    with register.writing() as writer:
        writer.add(record("lost"), [])
        writer.session.flush()
        raise ZeroDivisionError


def test_what_fails_in_a_transaction_gives_no_id_away(register: Register) -> None:
    with pytest.raises(ZeroDivisionError):
        fail_half_way(register)
    assert register.report(record("kept")).id == 1


def test_a_rehearsal_is_taken_back(register: Register) -> None:
    with register.writing(rehearse=True) as writer:
        assert writer.add(record("tried"), []).id == 1
    assert register.revision() == 0
    assert register.page() == []
    assert register.report(record("kept")).id == 1


def test_a_store_that_fails_registers_nothing(register: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: bytes) -> str:
        raise PhotoStoreUnavailable("The disk is full. Free some space.")

    monkeypatch.setattr(register.photos, "put", full)
    with pytest.raises(PhotoStoreUnavailable):
        register.report(record(), [new_photograph(1)])
    assert register.page() == []
    assert register.revision() == 0


def test_a_photo_that_decayed_or_is_gone_is_told(register: Register, tmp_path: Path) -> None:
    register.report(record(), [new_photograph(1)])
    key = register.photograph(1).photo_key
    path = tmp_path / "photos" / key[:2] / key[2:4] / key
    for decayed in (b"\x00" + path.read_bytes()[1:], b""):
        path.write_bytes(decayed)
        with pytest.raises(PhotoCorrupt):
            register.photo_bytes(1)
    path.unlink()
    with pytest.raises(PhotoMissing):
        register.photo_bytes(1)
    assert register.thumbnail_bytes(1)


@pytest.mark.parametrize(
    "name", ["a\x00b.jpg", "x" * 1000 + ".jpg", "a\udcffb.jpg", "\n\t", "bild\u202egpj.exe"]
)
def test_any_name_of_a_photo_can_be_kept(register: Register, name: str) -> None:
    reported = register.report(record(), [NewPhotograph(take_in(jpeg(), LIMITS), original_name=name)])
    kept = register.photograph(reported.photographs[0].id).original_name
    assert len(kept) <= 400
    assert kept.isprintable()


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=60),
    year=st.none() | st.integers(-5_000_000, 9_999),
    day=st.none() | st.dates(),
    value=st.decimals(min_value="0.0001", max_value=9_999_999, places=4),
)
def test_any_record_comes_back_as_it_went_in(
    register: Register, text: str, year: int | None, day: Any, value: Any
) -> None:
    given_record = record(
        title="x",
        description=text,
        maker=text,
        type_path=[text] if text.split() else [],
        date={"text": text, "earliest": year},
        theft={"earliest": day, "circumstances": text},
        measurements=[{"dimension": "height", "value": value, "unit": "cm"}],
    )
    reported = register.report(given_record)
    assert register.get(reported.id).record == given_record
    assert reported.record == given_record
