"""Every import is kept under a number, with what it changed, and can be taken back as a whole."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from data.actor import Actor, ActorKind, Grounds, Why
from data.exchange.csv_import import import_csv
from data.exchange.folder_import import import_folder
from data.exchange.import_lock import ImportRunning, held, is_held
from data.exchange.imports import ImportNotFound, Imports
from data.exchange.report import ImportRefused, ImportReport, RowOutcome
from data.exchange.undo import undo_import
from data.intake import IntakePool
from data.object_id import Status, ViewKind
from data.register import Register
from tests.data.lists import Outcomes, contents, write_list, write_photos

A_REGISTRAR = Actor(ActorKind.program, "a registrar", "desk 3")
Import = Callable[..., tuple[ImportReport, Outcomes]]


@pytest.fixture
def run(register: Register, pool: IntakePool, tmp_path: Path) -> Import:
    """Import these rows as a list."""

    def import_it(*rows: dict[str, str], **options: Any) -> tuple[ImportReport, Outcomes]:
        outcomes = Outcomes()
        path = write_list(tmp_path / "lists", rows)
        return import_csv(register, path, pool=pool, progress=outcomes.append, **options), outcomes

    return import_it


@pytest.fixture
def imports(register: Register) -> Imports:
    return Imports(register.database)


def row(number: int = 1, **fields: str) -> dict[str, str]:
    return {"record_id": str(number), "title": f"Vase {number}", "maker": "M", "photo": "", **fields}


def test_an_import_is_kept_with_what_it_did(
    register: Register, run: Import, imports: Imports, tmp_path: Path
) -> None:
    register.actor = A_REGISTRAR
    write_photos(tmp_path / "lists", "a.jpg")
    seen: list[int] = []
    report, _ = run(
        row(1, photo="a.jpg"),
        row(2, title="", maker=""),
        row(3),
        authority="Police of Veldermond",
        begun=seen.append,
    )
    assert (report.import_id, seen) == (1, [1])
    found = imports.get(1)
    path = tmp_path / "lists" / "list.csv"
    assert (found.state, found.source, found.actor) == ("finished", str(path), "a registrar, desk 3")
    assert register.history(1)[0].why == Why(reason="import 1", source=str(path))
    assert found.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert found.mapping["maker"] == "maker"
    assert found.authority == "Police of Veldermond"
    assert (found.rows, found.added, found.updated, found.unchanged, found.quarantined) == (3, 2, 0, 0, 1)
    assert (found.photographs, found.photos_refused, found.undoing) == (1, 0, None)
    assert found.ended_at is not None
    assert found.ended_at >= found.started_at
    changes = imports.changes(1)
    assert [(one.line, one.action, one.object_id, one.version) for one in changes] == [
        (2, "add", 1, 1),
        (3, "quarantined", None, None),
        (4, "add", 2, 1),
    ]
    assert changes[0].photographs == (1,)
    assert "give at least one of" in changes[1].message
    assert [one.changes for one in changes] == [{}] * 3


def test_an_authority_that_is_no_text_is_refused(run: Import, imports: Imports) -> None:
    """A name on the command line may be no text at all."""
    with pytest.raises(ImportRefused, match="authority is not text"):
        run(row(1), authority="Police \udcff")
    assert imports.page() == []


def test_an_update_says_field_by_field_what_it_changed(run: Import, imports: Imports) -> None:
    run(row(1), row(2))
    _, outcomes = run(row(1, maker="Maker"), row(2))
    assert outcomes[0].changes == {"maker": ("M", "Maker")}
    assert outcomes[1].changes == {}
    (change,) = imports.changes(2)
    assert (change.line, change.action, change.version) == (2, "update", 2)
    assert change.changes == {"maker": ("M", "Maker")}
    found = imports.get(2)
    assert (found.rows, found.updated, found.unchanged) == (2, 1, 1)


def test_a_dry_run_is_no_import_and_says_the_same(run: Import, imports: Imports) -> None:
    run(row(1))
    report, outcomes = run(row(1, maker="Maker"), dry_run=True)
    assert report.import_id is None
    assert outcomes[0].changes == {"maker": ("M", "Maker")}
    assert [one.id for one in imports.page()] == [1]


def test_pages_of_imports_and_changes(run: Import, imports: Imports) -> None:
    for number in range(3):
        run(*(row(one, maker=f"M{number}") for one in range(1, 6)))
    assert [one.id for one in imports.page(limit=2)] == [3, 2]
    assert [one.id for one in imports.page(before=2)] == [1]
    assert imports.page(before=-(2**70)) == []
    assert len(imports.page(before=2**70)) == 3
    first = imports.changes(2, limit=2)
    rest = imports.changes(2, after=first[-1].id)
    assert [one.line for one in (*first, *rest)] == [2, 3, 4, 5, 6]
    assert imports.changes(2, after=2**70) == []
    for number in (0, -1, 4, 2**70):
        with pytest.raises(ImportNotFound, match="no import"):
            imports.get(number)
        with pytest.raises(ImportNotFound):
            imports.changes(number)


def test_undoing_withdraws_what_came_and_the_same_list_brings_it_back(
    register: Register, run: Import, imports: Imports, tmp_path: Path
) -> None:
    write_photos(tmp_path / "lists", "a.jpg")
    rows = (row(1, photo="a.jpg"), row(2))
    run(*rows)
    searchable = [one.object_id for one in register.searchable_photographs()]
    revision = register.revision()
    undone = undo_import(register.by(A_REGISTRAR), 1)
    assert not undone.already
    assert undone.taken_back.state == "undone"
    undoing = undone.taken_back.undoing
    assert undoing is not None
    assert (undoing.withdrawn, undoing.returned, undoing.photographs, undoing.kept) == (2, 0, 1, 0)
    assert undoing.by == "a registrar, desk 3"
    last = register.history(1)[-1]
    assert (last.change, last.why.reason, last.actor) == (
        "photograph removed",
        "import 1 undone",
        A_REGISTRAR,
    )
    assert register.revision() == revision + 1
    assert register.searchable_photographs() == []
    assert [one.record.status for one in register.page()] == [Status.withdrawn] * 2
    assert [len(one.photographs) for one in register.page()] == [0, 0]
    assert run(*rows, dry_run=True)[1].actions == ["update", "update"]
    report, outcomes = run(*rows)
    assert outcomes.reasons == [
        "it is back: undoing an import had withdrawn it; 1 photograph added",
        "it is back: undoing an import had withdrawn it",
    ]
    assert [one.record.status for one in register.page()] == [Status.stolen] * 2
    assert [one.object_id for one in register.searchable_photographs()] == searchable
    assert register.get(1).photographs[0].id == 2, "an id is never given again"
    assert run(*rows)[1].actions == ["unchanged", "unchanged"]
    assert report.import_id == 2
    undo_import(register, 2)
    assert [one.record.status for one in register.page()] == [Status.withdrawn] * 2


def test_an_object_that_comes_back_has_the_status_of_its_list(register: Register, run: Import) -> None:
    run(row(1, status="looted"))
    undo_import(register, 1)
    run(row(1))
    assert register.get(1).record.status is Status.looted
    undo_import(register, 2)
    run(row(1, status="missing"))
    assert register.get(1).record.status is Status.missing
    undo_import(register, 3)
    run(row(1, status="withdrawn"))
    register.amend(1, {"title": "Title"})
    assert run(row(1, status="withdrawn"))[1].actions == ["unchanged"]


def test_undoing_twice_does_nothing_more(register: Register, run: Import) -> None:
    run(row(1))
    first = undo_import(register, 1)
    register.amend(1, {"status": "stolen"})
    before, revision = contents(register), register.revision()
    again = undo_import(register, 1)
    assert again.already
    assert again.taken_back == first.taken_back
    assert (contents(register), register.revision()) == (before, revision)


def test_undoing_an_update_puts_back_what_was(
    register: Register, run: Import, imports: Imports, tmp_path: Path
) -> None:
    write_photos(tmp_path / "lists", "a.jpg", "b.jpg")
    first = row(1, photo="a.jpg", photo_view="overall", height="32 cm", date="1650-1660", status="stolen")
    second = row(1, title="Title", photo="a.jpg|b.jpg", photo_view="back|detail", height="33 cm", date="1700",
                 status="missing")  # fmt: skip
    run(first)
    before = register.get(1)
    run(second)
    assert len(register.get(1).photographs) == 2
    undone = undo_import(register, 2).taken_back.undoing
    assert undone is not None
    assert (undone.withdrawn, undone.returned, undone.photographs, undone.kept) == (0, 1, 1, 0)
    now = register.get(1)
    assert (now.record, now.photographs) == (before.record, before.photographs)
    assert now.version > before.version
    assert run(first)[1].actions == ["unchanged"]
    assert run(second)[1].reasons == ["the record was changed; 1 photograph added; 1 view changed"]
    assert register.get(1).record.title == "Title"
    assert [one.view for one in register.get(1).photographs] == [ViewKind.back, ViewKind.detail]


def test_what_people_changed_since_stays_and_is_named(
    register: Register, run: Import, imports: Imports, tmp_path: Path
) -> None:
    write_photos(tmp_path / "lists", "a.jpg", "b.jpg")
    run(row(1), row(2), row(3))
    run(row(1, title="T", maker="N"), row(2, photo="a.jpg|b.jpg"), row(4))
    register.amend(1, {"title": "Corrected"})
    register.amend_photograph(2, 1, ViewKind.signature)
    register.amend(4, {"status": "recovered"})
    undone = undo_import(register, 2).taken_back.undoing
    assert undone is not None
    assert (undone.withdrawn, undone.returned, undone.photographs, undone.kept) == (0, 1, 1, 3)
    assert (register.get(1).record.title, register.get(1).record.maker) == ("Corrected", "M")
    assert [one.id for one in register.get(2).photographs] == [1]
    assert register.get(4).record.status is Status.recovered
    assert [(one.object_id, one.kept) for one in imports.changes(2, kept=True)] == [
        (1, ("title",)),
        (2, ("photograph 1",)),
        (4, ("status",)),
    ]
    assert imports.changes(1, kept=True) == []


def test_who_withdraws_what_was_undone_decides(register: Register, run: Import) -> None:
    run(row(1))
    undo_import(register, 1)
    register.amend(1, {"status": "stolen"})
    register.amend(1, {"status": "withdrawn"})
    assert run(row(1))[1].actions == ["unchanged"]
    assert register.get(1).record.status is Status.withdrawn


def test_a_photograph_that_people_removed_stays_removed_through_an_undo(
    register: Register, run: Import, tmp_path: Path
) -> None:
    write_photos(tmp_path / "lists", "a.jpg", "b.jpg")
    run(row(1, photo="a.jpg|b.jpg"))
    register.remove_photograph(1, 1)
    undone = undo_import(register, 1).taken_back.undoing
    assert undone is not None
    assert undone.photographs == 1
    run(row(1, photo="a.jpg|b.jpg"))
    assert [one.original_name for one in register.get(1).photographs] == ["b.jpg"]
    register.remove_photograph(1, 3)
    run(row(1, photo="a.jpg|b.jpg", maker="N"))
    assert register.get(1).photographs == ()


def test_a_later_import_counts_as_a_change_since_and_goes_back_to_before_both(
    register: Register, run: Import, imports: Imports
) -> None:
    run(row(1, maker="A"))
    run(row(1, maker="B"))
    run(row(1, maker="C"))
    undo_import(register, 2)
    assert register.get(1).record.maker == "C"
    assert [one.kept for one in imports.changes(2, kept=True)] == [("maker",)]
    undo_import(register, 3)
    assert register.get(1).record.maker == "A"
    assert run(row(1, maker="A"))[1].actions == ["unchanged"]


def test_fields_that_no_longer_fit_together_stay(register: Register, run: Import, imports: Imports) -> None:
    run(row(1, date="1650-1660"))
    run(row(1, date="1700-1710", maker="N"))
    register.amend(1, {"date": {"earliest": 1690, "text": "about 1700"}})
    undo_import(register, 2)
    now = register.get(1).record
    assert now.date is not None
    assert (now.date.earliest, now.date.latest, now.maker) == (1690, 1710, "M")
    assert [one.kept for one in imports.changes(2, kept=True)] == [
        ("date.earliest", "date.latest", "date.text")
    ]


def test_two_rows_of_one_object_are_taken_back_together(
    register: Register, run: Import, tmp_path: Path
) -> None:
    write_photos(tmp_path / "lists", "a.jpg", "b.jpg")
    run(row(1, photo="a.jpg"), row(1, photo="b.jpg"), row(2))
    undone = undo_import(register, 1).taken_back.undoing
    assert undone is not None
    assert (undone.withdrawn, undone.photographs) == (2, 2)


def test_an_object_from_before_imports_were_kept(register: Register, run: Import) -> None:
    run(row(1))
    with register.database.session(writes=True) as session:
        session.execute(text("UPDATE objects SET source_values = NULL"))
        session.execute(text("DELETE FROM import_changes"))
        session.execute(text("DELETE FROM imports"))
    report, _ = run(row(1, maker="N"))
    assert report.import_id is not None
    undo_import(register, report.import_id)
    assert register.get(1).record.maker == "M"
    assert run(row(1))[1].actions == ["unchanged"]
    assert run(row(1, maker="N"))[1].actions == ["update"]


def test_an_object_that_was_merged_since_stays_merged(
    register: Register, run: Import, imports: Imports
) -> None:
    run(row(1), row(2))
    register.merge(2, 1, why=Grounds(reason="the same vase"))
    undo_import(register, 1)
    assert [one.record.status for one in register.page()] == [Status.withdrawn, Status.merged]
    assert [(one.object_id, one.kept) for one in imports.changes(1, kept=True)] == [(2, ("status",))]


def test_a_folder_of_photos_can_be_undone(register: Register, pool: IntakePool, tmp_path: Path) -> None:
    write_photos(tmp_path / "folder", "a.jpg", "b.jpg")
    (tmp_path / "folder" / "bad.jpg").write_bytes(b"none")
    import_folder(register, tmp_path / "folder", pool=pool)
    found = Imports(register.database).get(1)
    assert (found.source, found.sha256, found.added) == (str(tmp_path / "folder"), "", 2)
    undo_import(register, 1)
    assert register.snapshot().objects == 0
    import_folder(register, tmp_path / "folder", pool=pool)
    assert (register.snapshot().objects, register.snapshot().photographs) == (2, 2)


class Stopped(RuntimeError):
    """Somebody pulled the plug."""


@pytest.fixture
def run_until(register: Register, pool: IntakePool, tmp_path: Path) -> Callable[..., None]:
    """Import these rows as a list, and stop when a line of it was announced."""

    def import_it(line: int, *rows: dict[str, str]) -> None:
        def stop(outcome: RowOutcome) -> None:
            if outcome.line == line:
                raise Stopped

        with pytest.raises(Stopped):
            import_csv(register, write_list(tmp_path / "lists", rows), pool=pool, progress=stop)

    return import_it


def long_list() -> list[dict[str, str]]:
    """More rows than a commit takes; one is bad."""
    return [row(number, title="" if number == 3 else "T", maker="") for number in range(1, 300)]


def test_one_that_stopped_half_way_is_interrupted_and_goes_on_under_its_number(
    register: Register, run: Import, run_until: Callable[..., None], imports: Imports
) -> None:
    rows = long_list()
    run_until(100, *rows)
    found = imports.get(1)
    assert (found.state, found.added, found.quarantined, found.rows) == ("interrupted", 199, 1, 200)
    assert run(*rows)[0].import_id == 1
    found = imports.get(1)
    assert (found.state, found.added, found.quarantined, found.rows) == ("finished", 298, 1, 299)
    assert (found.unchanged, found.updated) == (0, 0)
    assert len(imports.changes(1, limit=500)) == 299
    undo_import(register, 1)
    assert register.snapshot().objects == 0


def test_an_interrupted_one_can_be_undone_and_the_list_then_is_a_new_one(
    register: Register, run: Import, run_until: Callable[..., None], imports: Imports
) -> None:
    rows = long_list()
    run_until(100, *rows)
    undo_import(register, 1)
    assert register.snapshot().objects == 0
    assert run(*rows)[0].import_id == 2
    assert register.snapshot().objects == 298
    assert (imports.get(1).state, imports.get(2).updated, imports.get(2).added) == ("undone", 199, 99)


def test_another_list_or_another_authority_is_another_import(
    run: Import, run_until: Callable[..., None], imports: Imports
) -> None:
    rows = long_list()
    run_until(100, *rows)
    assert run(*rows, authority="Police")[0].import_id == 2
    assert run(*rows[:50])[0].import_id == 3
    assert run(*rows, mapping={"subject": "maker"})[0].import_id == 4
    assert imports.get(1).state == "interrupted"


def test_a_running_import_is_seen_and_not_undone(
    register: Register, pool: IntakePool, tmp_path: Path, imports: Imports
) -> None:
    states = []

    def look(_: RowOutcome) -> None:
        states.append(imports.get(1).state)
        with pytest.raises(ImportRunning, match="running now"):
            undo_import(register, 1)

    import_csv(register, write_list(tmp_path / "lists", [row(1)]), pool=pool, progress=look)
    assert states == ["running"]
    assert imports.get(1).state == "finished"
    assert not is_held(register.database, 1)
    assert not list(tmp_path.rglob("*.import-*")), "a finished import leaves no lock behind"


def test_an_import_whose_process_is_gone_is_interrupted(
    register: Register, run: Import, imports: Imports
) -> None:
    run(row(1))
    with register.database.session(writes=True) as session:
        session.execute(text("UPDATE imports SET state = 'running', ended_at = NULL"))
    assert imports.get(1).state == "interrupted"
    with held(register.database, 1):
        assert imports.get(1).state == "running"
    assert [one.state for one in imports.page()] == ["interrupted"]


def test_a_piece_of_an_import_that_was_undone_meanwhile_is_taken_back(
    register: Register, pool: IntakePool, tmp_path: Path
) -> None:
    """Its lock is lost when the connection to the database server is: the database decides again."""

    def undo(outcome: RowOutcome) -> None:
        if outcome.line == 2:
            with register.database.session(writes=True) as session:
                session.execute(text("UPDATE imports SET state = 'undone'"))

    path = write_list(tmp_path / "lists", long_list())
    with pytest.raises(ImportRefused, match="somebody else"):
        import_csv(register, path, pool=pool, progress=undo)
    assert register.snapshot().objects == 199
