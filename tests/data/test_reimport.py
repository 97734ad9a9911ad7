"""A list that is imported again changes what the list changed, and takes back nothing that people decided."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from data.actor import Grounds
from data.exchange.csv_import import import_csv
from data.intake import IntakePool
from data.object_id import Status, ViewKind
from data.register import NewPhotograph, Register
from tests.data.lists import Outcomes, contents, write_list, write_photos
from tests.data.made import jpeg, new_photograph, record

Import = Callable[..., Outcomes]


@pytest.fixture
def run(register: Register, pool: IntakePool, tmp_path: Path) -> Import:
    """Import these rows as a list."""

    def import_it(*rows: dict[str, str], dry_run: bool = False) -> Outcomes:
        outcomes = Outcomes()
        path = write_list(tmp_path / "lists", rows)
        import_csv(register, path, pool=pool, progress=outcomes.append, dry_run=dry_run)
        return outcomes

    return import_it


def test_a_typo_that_was_mended_leaves_what_people_decided(register: Register, run: Import) -> None:
    row = {"record_id": "1", "title": "T", "maker": "M", "status": "stolen"}
    run(row)
    register.amend(1, {"status": "recovered", "title": "Corrected"})
    mended = row | {"maker": "Maker"}
    assert run(mended, dry_run=True).actions == ["update"]
    assert run(mended).reasons == ["the record was changed"]
    now = register.get(1).record
    assert (now.title, now.maker, now.status) == ("Corrected", "Maker", Status.recovered)
    assert run(mended).actions == ["unchanged"]


def test_what_the_list_itself_changes_is_taken_over(register: Register, run: Import) -> None:
    row = {"record_id": "1", "title": "T", "maker": "M", "status": "stolen"}
    run(row)
    register.amend(1, {"status": "recovered", "title": "Corrected"})
    run(row | {"status": "missing", "title": "Title"})
    now = register.get(1).record
    assert (now.title, now.status) == ("Title", Status.missing)


def test_a_change_and_its_taking_back_are_both_changes_of_the_list(register: Register, run: Import) -> None:
    row = {"record_id": "1", "title": "T", "maker": "M"}
    for maker in ("A", "B", "A", ""):
        run(row | {"maker": maker})
        assert register.get(1).record.maker == maker


def test_a_status_that_the_list_gains_is_news_only_if_it_says_another(
    register: Register, run: Import
) -> None:
    """Without one, the object was registered as stolen: a list that says so now says nothing new."""
    run({"record_id": "1", "title": "T"})
    register.amend(1, {"status": "recovered"})
    run({"record_id": "1", "title": "T", "status": "stolen"})
    assert register.get(1).record.status is Status.recovered
    run({"record_id": "1", "title": "T", "status": ""})
    run({"record_id": "1", "title": "T", "status": "stolen"})
    assert register.get(1).record.status is Status.recovered
    run({"record_id": "1", "title": "T", "status": "looted"})
    assert register.get(1).record.status is Status.looted


@pytest.mark.parametrize(
    ("first", "amended", "second", "found"),
    [
        (  # parts of the theft are told apart
            {"theft_date": "2024-11-02", "theft_place": "Bonn"},
            {"theft": {"place": "Bonn, town hall"}},
            {"theft_date": "2024-11-03", "theft_place": "Bonn"},
            {"theft": {"earliest": "2024-11-03", "latest": "2024-11-03", "place": "Bonn, town hall"}},
        ),
        (  # a part for which the list has no column is not emptied
            {"theft_date": "2024-11-02"},
            {"theft": {"circumstances": "through a window"}},
            {"theft_date": "2024-11"},
            {
                "theft": {
                    "earliest": "2024-11-01",
                    "latest": "2024-11-30",
                    "circumstances": "through a window",
                }
            },
        ),
        (  # a range of which both changed one end: the list's range
            {"date": "1650-1660"},
            {"date": {"earliest": 1690, "latest": 1700}},
            {"date": "1650-1680"},
            {"date": {"text": "1650-1680", "earliest": 1650, "latest": 1680}},
        ),
        (  # another way to write the same measurement is no change
            {"height": "32.5 cm"},
            {"measurements": [{"dimension": "height", "value": "33", "unit": "cm"}]},
            {"height": "32,50 cm"},
            {"measurements": [{"dimension": "height", "value": "33", "unit": "cm"}]},
        ),
    ],
)
def test_parts_of_a_record(
    register: Register, run: Import, first: dict[str, str], amended: Any, second: dict[str, str], found: Any
) -> None:
    run({"record_id": "1", "title": "T"} | first)
    register.amend(1, amended)
    run({"record_id": "1", "title": "T"} | second)
    now = register.get(1).record.model_dump(mode="json", exclude_defaults=True)
    assert {name: now[name] for name in found} == found


def forget(register: Register) -> None:
    """As a register that was filled before it kept what lists say."""
    with register.database.session(writes=True) as session:
        session.execute(text("UPDATE objects SET source_values = NULL"))


def test_an_object_from_before_whose_row_is_the_same_is_known_from_then_on(
    register: Register, run: Import
) -> None:
    row = {"record_id": "1", "title": "T", "maker": "M", "status": "stolen"}
    run(row)
    register.amend(1, {"status": "recovered", "title": "Corrected"})
    forget(register)
    revision = register.revision()
    assert run(row).actions == ["unchanged"]
    assert register.revision() == revision
    run(row | {"maker": "Maker", "title": "Title"})
    now = register.get(1).record
    assert (now.title, now.maker, now.status) == ("Title", "Maker", Status.recovered)


def test_an_object_from_before_that_nobody_touched_follows_its_list(register: Register, run: Import) -> None:
    row = {"record_id": "1", "title": "T", "maker": "M", "status": "stolen"}
    run(row)
    forget(register)
    assert run(row | {"maker": "Maker", "status": "recovered"}).reasons == ["the record was changed"]
    now = register.get(1).record
    assert (now.maker, now.status) == ("Maker", Status.recovered)


def test_of_an_object_from_before_that_was_amended_only_what_is_empty_is_filled(
    register: Register, run: Import
) -> None:
    row = {"record_id": "1", "title": "T", "maker": "M", "status": "stolen", "subject": ""}
    run(row)
    register.amend(1, {"status": "recovered", "title": "Corrected"})
    forget(register)
    changed = row | {"maker": "Maker", "subject": "a cow"}
    assert run(changed).reasons == [
        "the record was changed; kept as it is in the register: title, maker, status"
    ]
    now = register.get(1).record
    assert (now.title, now.maker, now.subject, now.status) == ("Corrected", "M", "a cow", Status.recovered)
    assert run(changed).actions == ["unchanged"]
    run(changed | {"maker": "Made by M"})
    assert register.get(1).record.maker == "Made by M"


def test_a_view_that_changed_in_the_list_changes(register: Register, run: Import, tmp_path: Path) -> None:
    write_photos(tmp_path / "lists", "a.jpg", "b.jpg")
    row = {"record_id": "1", "title": "T", "photo": "a.jpg|b.jpg", "photo_view": "overall|detail"}
    run(row)
    version = register.get(1).version
    changed = row | {"photo_view": "overall|back"}
    assert run(changed, dry_run=True).reasons == ["1 view changed"]
    outcomes = run(changed)
    assert (outcomes.actions, outcomes.reasons) == (["update"], ["1 view changed"])
    now = register.get(1)
    assert [one.view for one in now.photographs] == [ViewKind.overall, ViewKind.back]
    assert now.version == version + 1
    assert run(changed).actions == ["unchanged"]


def test_a_view_that_people_corrected_stays(register: Register, run: Import, tmp_path: Path) -> None:
    write_photos(tmp_path / "lists", "a.jpg", "b.jpg")
    row = {"record_id": "1", "title": "T", "photo": "a.jpg|b.jpg", "photo_view": ""}
    run(row)
    register.amend_photograph(1, 1, ViewKind.back)
    before = contents(register)
    assert run(row).actions == ["unchanged"]
    assert run(row | {"photo_view": "overall"}).actions == ["unchanged"]
    assert contents(register) == before
    assert run(row | {"photo_view": "damage"}).reasons == ["2 views changed"]
    # who added a photo by hand said what it shows, whatever a list says of it later
    register.add_photograph(1, NewPhotograph(new_photograph(3).safe, ViewKind.scale))
    (tmp_path / "lists" / "c.jpg").write_bytes(jpeg(3))
    listed = row | {"photo": "c.jpg", "photo_view": "detail"}
    assert run(listed).actions == ["unchanged"]
    assert register.photograph(3).view is ViewKind.scale
    assert run(listed | {"photo_view": "back"}).reasons == ["1 view changed"]


def test_of_two_rows_about_one_photo_the_first_says_what_it_shows(
    register: Register, run: Import, tmp_path: Path
) -> None:
    write_photos(tmp_path / "lists", "a.jpg")
    row = {"record_id": "1", "title": "T", "photo": "a.jpg", "photo_view": "back"}
    for _ in range(2):
        run(row, row | {"photo_view": "detail"})
        assert register.photograph(1).view is ViewKind.back
    assert run(row, row | {"photo_view": "detail"}).actions == ["unchanged", "unchanged"]


def test_a_photograph_that_people_removed_does_not_come_back(
    register: Register, run: Import, tmp_path: Path
) -> None:
    write_photos(tmp_path / "lists", "a.jpg", "b.jpg")
    row = {"record_id": "1", "title": "T", "photo": "a.jpg|b.jpg", "photo_view": "overall"}
    run(row)
    register.remove_photograph(1, 1)
    before = contents(register)
    assert run(row).actions == ["unchanged"]
    assert contents(register) == before
    assert run(row | {"title": "Title", "photo_view": "back"}).reasons == [
        "the record was changed; 1 view changed"
    ]
    assert [(one.id, one.view) for one in register.get(1).photographs] == [(2, ViewKind.back)]


def test_a_list_does_not_change_an_object_that_was_merged(
    register: Register, run: Import, tmp_path: Path
) -> None:
    write_photos(tmp_path / "lists", "a.jpg", "b.jpg")
    row = {"record_id": "1", "title": "T", "photo": "a.jpg", "photo_view": "overall"}
    run(row)
    register.report(record("Kept"))
    merged = register.merge(1, 2, Grounds(reason="the same"))
    other = {"record_id": "2", "title": "New"}
    assert run(row, other).actions == ["unchanged", "add"]
    for changes in ({"title": "Changed"}, {"photo": "a.jpg|b.jpg"}, {"photo_view": "back"}):
        outcomes = run(row | changes)
        assert outcomes.actions == ["quarantined"]
        assert "was merged into object 2" in outcomes.reasons[0]
    assert register.get(1) == merged
    register.reinstate(1, Grounds(reason="not the same"))
    assert run(row | {"title": "Changed"}).actions == ["update"]
