"""A list is imported in its order, once; what is bad in it is kept aside with line and reason."""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from data.exchange.csv_import import import_csv
from data.exchange.report import ImportRefused, ImportReport
from data.intake import IntakePool
from data.object_id import Status, ViewKind
from data.quarantine import Quarantine
from data.register import Register
from tests.data.lists import Outcomes, contents, write_list, write_photos
from tests.data.made import encoded, jpeg, quarters

Import = Callable[..., tuple[ImportReport, Outcomes]]


@pytest.fixture
def run(register: Register, pool: IntakePool) -> Import:
    """Import a list into the register; gives the report and the outcome of each row."""

    def import_it(path: Path, **options: Any) -> tuple[ImportReport, Outcomes]:
        outcomes = Outcomes()
        return import_csv(register, path, pool=pool, progress=outcomes.append, **options), outcomes

    return import_it


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "lists"


def test_rows_become_objects_in_their_order(register: Register, run: Import, folder: Path) -> None:
    write_photos(folder, "a.jpg", "photos/b.jpg", "photos/c.jpg")
    path = write_list(
        folder,
        [
            {"id": "1", "title": "Vase", "photo": "a.jpg", "maker": "Müller"},
            {"id": "2", "title": "Icon", "photo": "photos/b.jpg|photos/c.jpg", "maker": ""},
            {"id": "3", "title": "Coin", "photo": "", "maker": "unknown"},
        ],
    )
    report, outcomes = run(path)
    assert outcomes.actions == ["add"] * 3
    assert [(one.line, one.object_id, one.title, one.photo) for one in outcomes] == [
        (2, 1, "Vase", "a.jpg"),
        (3, 2, "Icon", "photos/b.jpg|photos/c.jpg"),
        (4, 3, "Coin", ""),
    ]
    assert (report.rows, report.counts["add"], report.photographs, report.photos_refused) == (3, 3, 3, 0)
    assert (report.encoding, report.delimiter, report.unmapped) == ("utf-8", ",", ())
    assert register.get(1).record.maker == "Müller"
    assert [one.original_name for one in register.get(2).photographs] == ["photos/b.jpg", "photos/c.jpg"]
    assert register.photo_bytes(1)
    assert register.revision() == 1


def test_a_second_run_changes_nothing(register: Register, run: Import, folder: Path) -> None:
    write_photos(folder, "a.jpg")
    path = write_list(folder, [{"title": "Vase", "photo": "a.jpg"}, {"title": "Icon", "photo": ""}])
    run(path)
    before, revision = contents(register), register.revision()
    report, outcomes = run(path)
    assert outcomes.actions == ["unchanged"] * 2
    assert [one.object_id for one in outcomes] == [1, 2]
    assert (report.photographs, contents(register), register.revision()) == (0, before, revision)


def test_the_same_list_in_another_shape_changes_nothing(
    register: Register, run: Import, folder: Path
) -> None:
    """Other order of columns, other delimiter, a new empty column, another place."""
    write_photos(folder, "a.jpg")
    run(write_list(folder, [{"title": "Vase", "photo": "a.jpg"}]))
    write_photos(folder / "moved", "a.jpg")
    (folder / "moved" / "a.jpg").write_bytes((folder / "a.jpg").read_bytes())
    path = write_list(folder / "moved", [{"maker": "", "photo": "a.jpg", "title": " Vase "}], "new.csv", ";")
    assert run(path)[1].actions == ["unchanged"]


def test_a_changed_row_updates_its_object(register: Register, run: Import, folder: Path) -> None:
    write_photos(folder, "a.jpg", "b.jpg")
    run(write_list(folder, [{"id": "7", "title": "Vase", "maker": "A", "photo": "a.jpg"}]))
    path = write_list(folder, [{"id": "7", "title": "Blue vase", "maker": "", "photo": "a.jpg|b.jpg"}])
    report, outcomes = run(path)
    assert outcomes.actions == ["update"]
    assert outcomes.reasons == ["the record was changed; 1 photograph added"]
    now = register.get(1)
    assert (now.record.title, now.record.maker, len(now.photographs)) == ("Blue vase", "", 2)
    assert report.photographs == 1
    assert run(path)[1].actions == ["unchanged"]


def test_an_update_leaves_what_the_list_does_not_have(register: Register, run: Import, folder: Path) -> None:
    run(write_list(folder, [{"id": "7", "title": "Vase"}]))
    register.amend(1, {"maker": "Meier", "status": "recovered"})
    assert run(write_list(folder, [{"id": "7", "title": "Vase"}]))[1].actions == ["unchanged"]
    assert run(write_list(folder, [{"id": "7", "title": "Blue vase"}]))[1].actions == ["update"]
    now = register.get(1).record
    assert (now.title, now.maker, now.status) == ("Blue vase", "Meier", Status.recovered)


def test_what_people_amended_is_not_taken_back_by_the_same_list(
    register: Register, run: Import, folder: Path
) -> None:
    path = write_list(folder, [{"id": "7", "title": "Vase", "status": "stolen"}])
    run(path)
    register.amend(1, {"title": "Blue vase", "status": "recovered"})
    assert run(path)[1].actions == ["unchanged"]
    assert register.get(1).record.status is Status.recovered


def test_mapping_and_authority(register: Register, run: Import, folder: Path) -> None:
    write_photos(folder, "a.jpg")
    path = write_list(folder, [{"file": "a.jpg", "Bezeichner": "Vase", "wo": "Regal 3"}])
    report, _ = run(path, mapping={"photo": "file", "title": "Bezeichner"}, authority="Police of Veldermond")
    now = register.get(1)
    assert (now.record.title, now.record.authority, len(now.photographs)) == (
        "Vase",
        "Police of Veldermond",
        1,
    )
    assert report.unmapped == ("wo",)
    assert report.mapped == {"photo": "file", "title": "Bezeichner"}


@pytest.mark.parametrize("mapping", [{"titel": "x"}, {"title": "nowhere"}])
def test_a_wrong_mapping_imports_nothing(
    register: Register, run: Import, folder: Path, mapping: dict[str, str]
) -> None:
    with pytest.raises(ImportRefused):
        run(write_list(folder, [{"title": "Vase"}]), mapping=mapping)
    assert register.revision() == 0


def test_views_of_photos(register: Register, run: Import, folder: Path) -> None:
    write_photos(folder, "a.jpg", "b.jpg")
    run(write_list(folder, [{"title": "Vase", "photo": "a.jpg|b.jpg", "photo_view": "overall|damage"}]))
    assert [one.view for one in register.get(1).photographs] == [ViewKind.overall, ViewKind.damage]


def test_a_dry_run_says_what_would_happen_and_does_nothing(
    register: Register, run: Import, folder: Path, tmp_path: Path
) -> None:
    write_photos(folder, "a.jpg", "b.jpg")
    (folder / "bad.jpg").write_bytes(jpeg()[:700])
    run(
        write_list(
            folder,
            [{"id": "1", "title": "Vase", "photo": "a.jpg"}, {"id": "2", "title": "Icon", "photo": ""}],
        )
    )
    before, revision = contents(register), register.revision()
    stored = sorted((tmp_path / "photos").rglob("*"))
    rows = [
        {"id": "1", "title": "Vase", "photo": "a.jpg"},
        {"id": "2", "title": "Gold icon", "photo": "b.jpg"},
        {"id": "3", "title": "New", "photo": "b.jpg|bad.jpg"},
        {"id": "4", "title": "", "photo": ""},
        {"id": "3", "title": "New", "photo": "a.jpg"},
        {"id": "3", "title": "Different", "photo": ""},
    ]
    path = write_list(folder, rows)
    dry_report, dry = run(path, dry_run=True)
    assert dry.actions == ["unchanged", "update", "add", "quarantined", "update", "quarantined"]
    assert dry_report.dry_run
    assert (contents(register), register.revision()) == (before, revision)
    assert sorted((tmp_path / "photos").rglob("*")) == stored
    assert Quarantine(register.database).entries() == []
    real_report, real = run(path)
    assert real.actions == dry.actions
    assert real.reasons == dry.reasons
    assert (real_report.photographs, real_report.photos_refused) == (
        dry_report.photographs,
        dry_report.photos_refused,
    )
    assert [one.object_id for one in dry] == [1, 2, None, None, None, None]
    assert [one.object_id for one in real] == [1, 2, 3, None, 3, None]


BAD_ROWS = [
    ({"title": "", "maker": "x"}, "give at least one of"),
    ({"title": "x" * 401}, "title: has 401 characters; at most 400"),
    ({"title": "a\x07b"}, "control character U+0007"),
    ({"title": "x", "height": "tall"}, "is no measurement"),
    ({"title": "x", "status": "gone"}, "write one of"),
    ({"title": "x", "height": "3 kg"}, "height cannot be given in kg"),
    ({"title": "x", "date_earliest": "1700", "date_latest": "1600"}, "swap them"),
]


@pytest.mark.parametrize(("row", "word"), BAD_ROWS)
def test_a_bad_row_is_kept_aside_and_the_rest_goes_on(
    register: Register, run: Import, folder: Path, row: dict[str, str], word: str
) -> None:
    names = {name: "" for bad, _ in BAD_ROWS for name in bad}
    path = write_list(folder, [names | {"title": "first"}, names | row, names | {"title": "last"}])
    report, outcomes = run(path)
    assert outcomes.actions == ["add", "quarantined", "add"]
    assert word in outcomes[1].reason
    assert [one.record.title for one in register.page()] == ["first", "last"]
    (entry,) = Quarantine(register.database).entries()
    assert (entry.source, entry.line, entry.photo) == (str(path), 3, "")
    assert word in entry.reason
    assert report.counts == {"add": 2, "quarantined": 1}


def test_broken_lines_are_kept_aside(register: Register, run: Import, folder: Path) -> None:
    folder.mkdir()
    path = folder / "list.csv"
    path.write_text(
        'title,maker\nfirst,x\nragged\n"a"b,c\nlast,y\nopen,"never closed\nrest,z\n', encoding="utf-8"
    )
    assert run(path)[1].actions == ["add", "quarantined", "quarantined", "add", "quarantined", "add"]
    assert [entry.line for entry in Quarantine(register.database).entries()] == [3, 4, 6]


def test_a_bad_photo_costs_the_photo_and_not_the_object(
    register: Register, run: Import, folder: Path
) -> None:
    write_photos(folder, "good.jpg")
    (folder / "cut.jpg").write_bytes(jpeg()[:700])
    (folder / "empty.jpg").write_bytes(b"")
    (folder / "text.jpg").write_text("no photo")
    path = write_list(folder, [{"title": "Vase", "photo": "cut.jpg|good.jpg|empty.jpg|text.jpg|none.jpg"}])
    report, outcomes = run(path)
    assert outcomes.actions == ["add"]
    assert [one.original_name for one in register.get(1).photographs] == ["good.jpg"]
    for word in (
        "cut.jpg refused: The photo ends too early",
        "empty.jpg refused",
        "text.jpg",
        "none.jpg refused: there is no",
    ):
        assert word in outcomes[0].reason
    assert report.photos_refused == 4
    entries = Quarantine(register.database).entries()
    assert [(entry.line, entry.photo, entry.title) for entry in entries] == [
        (2, name, "Vase") for name in ("cut.jpg", "empty.jpg", "text.jpg", "none.jpg")
    ]


def test_a_photo_that_was_mended_is_added_by_the_next_run(
    register: Register, run: Import, folder: Path
) -> None:
    folder.mkdir()
    (folder / "a.jpg").write_bytes(jpeg()[:700])
    path = write_list(folder, [{"title": "Vase", "photo": "a.jpg"}])
    run(path)
    again, outcomes = run(path)
    assert outcomes.actions == ["unchanged"]
    assert again.photos_refused == 1
    quarantine = Quarantine(register.database)
    (entry,) = quarantine.entries()
    assert entry.first_seen_at is not None
    assert entry.last_seen_at is not None
    assert entry.first_seen_at < entry.last_seen_at
    (folder / "a.jpg").write_bytes(jpeg())
    assert run(path)[1].reasons == ["1 photograph added"]
    assert quarantine.entries() == []
    (resolved,) = quarantine.entries(resolved=True)
    assert resolved.resolved_at is not None
    (folder / "a.jpg").write_bytes(jpeg()[:700])
    run(path)
    assert len(quarantine.entries(str(path))) == 1
    assert quarantine.entries("another.csv") == []


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("../secret.jpg", "leaves the folder"),
        ("photos/../../secret.jpg", "leaves the folder"),
        ("/etc/hostname", "relative to the list"),
        ("C:\\fotos\\a.jpg", "relative to the list"),
        ("\\\\server\\a.jpg", "relative to the list"),
        ("..\\secret.jpg", "leaves the folder"),
        ("https://example.org/a.jpg", "not fetched"),
        ("link.jpg", "leaves the folder"),
        ("linked/secret.jpg", "leaves the folder"),
        ("pipe.jpg", "not a file"),
        ("loop.jpg", "in a circle"),
        ("loop.jpg/a.jpg", "cannot be read|in a circle|no such file"),
        ("dangling.jpg", "leads nowhere"),
        ("photos", "not a file"),
        (".", "not a file"),
        ("a" * 300 + ".jpg", "cannot be read"),
        ("x" * 1200, "not the name"),
    ],
)
def test_nothing_outside_the_lists_folder_is_read(
    register: Register, run: Import, folder: Path, tmp_path: Path, name: str, word: str
) -> None:
    (folder / "photos").mkdir(parents=True)
    (tmp_path / "secret.jpg").write_bytes(jpeg())
    (folder / "link.jpg").symlink_to(tmp_path / "secret.jpg")
    (folder / "linked").symlink_to(tmp_path, target_is_directory=True)
    (folder / "loop.jpg").symlink_to("loop.jpg")
    (folder / "dangling.jpg").symlink_to("nowhere.jpg")
    os.mkfifo(folder / "pipe.jpg")
    _, outcomes = run(write_list(folder, [{"title": "Vase", "photo": name}]))
    assert outcomes.actions == ["add"]
    assert re.search(word, outcomes[0].reason)
    assert register.get(1).photographs == ()


def test_links_within_the_folder_and_paths_of_windows_are_followed(
    register: Register, run: Import, folder: Path
) -> None:
    write_photos(folder, "photos/a.jpg", "photos/b\u0308.jpg")
    (folder / "link.jpg").symlink_to(folder / "photos" / "a.jpg")
    rows = [
        {"title": "1", "photo": "link.jpg"},
        {"title": "2", "photo": "photos\\a.jpg"},
        {"title": "3", "photo": "photos/b\u0308.jpg"},
    ]
    _, outcomes = run(write_list(folder, rows))
    assert outcomes.reasons == ["", "", ""]
    assert len(register.searchable_photographs()) == 3


def test_the_limits_of_intake_hold_for_files(register: Register, run: Import, folder: Path) -> None:
    folder.mkdir()
    with (folder / "huge.jpg").open("wb") as file:
        file.truncate(100 * 1024 * 1024)
    _, outcomes = run(write_list(folder, [{"title": "Vase", "photo": "huge.jpg"}]))
    assert "100.0 MiB" in outcomes[0].reason


def test_one_object_twice_in_a_list(register: Register, run: Import, folder: Path) -> None:
    """The same words: one object (with the photos of both rows). Other words: nobody can say which is right."""
    write_photos(folder, "a.jpg", "b.jpg")
    rows = [
        {"id": "7", "title": "Vase", "photo": "a.jpg"},
        {"id": "7", "title": "Vase", "photo": "b.jpg"},
        {"id": "7", "title": "Vase", "photo": "b.jpg"},
        {"id": "7", "title": "Jug", "photo": "a.jpg"},
    ]
    path = write_list(folder, rows)
    _, outcomes = run(path)
    assert outcomes.actions == ["add", "update", "unchanged", "quarantined"]
    assert "the object of line 2 again, with other content" in outcomes[3].reason
    assert len(register.get(1).photographs) == 2
    before = contents(register)
    assert run(path)[1].actions == ["unchanged", "unchanged", "unchanged", "quarantined"]
    assert contents(register) == before


def test_a_long_list_is_committed_in_parts_and_in_order(
    register: Register, run: Import, folder: Path
) -> None:
    write_photos(folder, *(f"{number}.jpg" for number in range(60)))
    rows = [
        {"id": number, "title": f"Object {number}", "photo": f"{number % 60}.jpg" if number % 9 == 0 else ""}
        for number in range(700)
    ]
    _, outcomes = run(write_list(folder, rows))
    assert [one.object_id for one in outcomes] == list(range(1, 701))
    found = contents(register)
    assert [one[2].title for one in found] == [f"Object {number}" for number in range(700)]
    photographs = [photograph.id for one in found for photograph in one[3]]
    assert photographs == list(range(1, 79))


def test_what_was_said_is_safe(register: Register, pool: IntakePool, folder: Path) -> None:
    """Whatever stops the import: each row that progress has seen is in the database."""
    path = write_list(folder, [{"id": number, "title": f"Object {number}"} for number in range(450)])
    outcomes = Outcomes()

    def stop(outcome: Any) -> None:
        outcomes.append(outcome)
        if len(outcomes) == 250:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_csv(register, path, pool=pool, progress=stop)
    for outcome in outcomes:
        assert outcome.object_id is not None
        assert register.get(outcome.object_id).record.title == outcome.title


def test_other_encodings_and_delimiters(register: Register, run: Import, folder: Path) -> None:
    folder.mkdir()
    path = folder / "liste.csv"
    path.write_bytes("Titel;Künstler;Höhe (cm)\nFlußufer;Müller;32,5\n".encode("cp1252"))
    report, _ = run(path)
    assert (report.encoding, report.delimiter) == ("cp1252", ";")
    now = register.get(1).record
    assert (now.title, now.maker, str(now.measurements[0])) == ("Flußufer", "Müller", "height 32.5 cm")


def test_every_kind_of_photo(register: Register, run: Import, folder: Path) -> None:
    folder.mkdir()
    kinds = {
        "a.png": "PNG",
        "b.heic": "HEIF",
        "c.tif": "TIFF",
        "d.webp": "WEBP",
        "e.bmp": "BMP",
        "f.gif": "GIF",
    }
    for name, kind in kinds.items():
        (folder / name).write_bytes(encoded(quarters(), kind))
    _, outcomes = run(write_list(folder, [{"title": "Vase", "photo": "|".join(kinds)}]))
    assert outcomes.reasons == [""]
    assert [one.format for one in register.get(1).photographs] == list(kinds.values())


def test_names_of_files_that_are_no_text(register: Register, run: Import, folder: Path) -> None:
    strange = folder / os.fsdecode(b"list\xff\n.csv")
    folder.mkdir()
    strange.write_text("title\n\x07\n", encoding="utf-8")
    assert run(strange)[1].actions == ["quarantined"]
    (entry,) = Quarantine(register.database).entries()
    assert "\ufffd" in entry.source


def test_cells_that_would_be_formulas_are_text(register: Register, run: Import, folder: Path) -> None:
    run(write_list(folder, [{"title": "=cmd|' /C calc'!A0"}]))
    assert register.get(1).record.title == "=cmd|' /C calc'!A0"


def test_a_list_with_no_rows(register: Register, run: Import, folder: Path) -> None:
    folder.mkdir()
    (folder / "list.csv").write_text("title,maker\n", encoding="utf-8")
    report, outcomes = run(folder / "list.csv")
    assert (report.rows, outcomes) == (0, [])


def test_the_csv_module_is_left_as_it_was(run: Import, folder: Path) -> None:
    before = csv.field_size_limit()
    run(write_list(folder, [{"title": "Vase"}]))
    assert csv.field_size_limit() == before
