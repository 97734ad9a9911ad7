"""What goes out at each level, for each role, in each format: field by field, and what the audit trail tells of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from data.actor import Actor, ActorKind, Grounds
from data.audit import AuditTrail
from data.audit_verify import verify
from data.exchange import export as export_module
from data.exchange import table_out
from data.exchange.export import ENDINGS, Format, export
from data.exchange.exported import EVERY_FIELD, ExportRefused, LevelHidden, Selection, exported, fields_up_to
from data.filters import Filters
from data.finding import FieldHidden, Query
from data.object_id import ObjectRecord
from data.reader import Reader
from data.register import Register
from data.visibility import LEVELS, SEES, Level, Role
from tests.data.made import new_photograph

BASE = "https://register.example"
# A value of its own for each field, found again in any format.
PLANTED: dict[str, tuple[str, ...]] = {
    "type_path": ("plantedtype",),
    "materials": ("plantedmaterials",),
    "measurements": ("48.25",),
    "inscriptions": ("plantedinscriptions",),
    "distinguishing_features": ("plantedfeatures",),
    "title": ("plantedtitle",),
    "subject": ("plantedsubject",),
    "date.text": ("plantedperiod",),
    "date.earliest": ("1643",),
    "date.latest": ("1667",),
    "maker": ("plantedmaker",),
    "description": ("planteddescription",),
    "inventory_number": ("plantedinventory",),
    "related_written_material": ("plantedwritten",),
    "place_of_origin": ("plantedorigin",),
    "related_objects": ("plantedrelated",),
    "date_documented": ("2021-03-09",),
    "authority": ("plantedauthority",),
    "case_reference": ("plantedcase",),
    "theft.earliest": ("2023-10-07",),
    "theft.latest": ("2023-10-11",),
    "theft.place": ("plantedplace",),
    "theft.circumstances": ("plantedcircumstances",),
    "owner.name": ("plantedowner",),
    "owner.contact": ("plantedcontact",),
    "status": ("missing", "loss"),  # Linked Art says it by what kind of event it was
}
NEVER: dict[Format, set[str]] = {
    # the model has no place for them
    Format.linked_art: {
        "owner.name", "owner.contact", "date_documented", "status",
    },
}  # fmt: skip
RECORD: dict[str, Any] = {
    **{name: words[0] for name, words in PLANTED.items() if "." not in name},
    "type_path": ["plantedtype"],
    "measurements": [{"dimension": "height", "value": "48.25", "unit": "cm"}],
    "date": {"text": "plantedperiod", "earliest": 1643, "latest": 1667},
    "theft": {
        "earliest": "2023-10-07",
        "latest": "2023-10-11",
        "place": "plantedplace",
        "circumstances": "plantedcircumstances",
    },
    "owner": {"name": "plantedowner", "contact": "plantedcontact"},
    "status": "missing",
}
WHO = Actor(ActorKind.api, address="192.0.2.7")


@pytest.fixture
def planted(register: Register) -> Register:
    """A register of one object that says something in every field, read from somewhere."""
    register.report(ObjectRecord.model_validate(RECORD))
    return register.by(WHO)


def text_of(path: Path) -> str:
    if path.suffix != ".xlsx":
        return path.read_text(encoding="utf-8")
    return str(list(load_workbook(path).worksheets[0].iter_rows(values_only=True)))


def last_event(register: Register) -> tuple[str, dict[str, Any]]:
    assert verify(register.database).faults == []
    event = AuditTrail(register.database).events(limit=1000)[-1]
    assert (event.actor_kind, event.address) == ("api", "192.0.2.7")
    return event.kind, json.loads(event.details)


def test_every_field_is_planted_and_each_level_has_those_before_it() -> None:
    assert set(PLANTED) == set(LEVELS) == EVERY_FIELD
    public, professional, restricted = (fields_up_to(level) for level in Level)
    assert public < professional < restricted == EVERY_FIELD
    assert professional - public == {"theft.place"}


@pytest.mark.parametrize("kind", Format)
@pytest.mark.parametrize("level", Level)
@pytest.mark.parametrize("role", Role)
def test_the_fields_of_the_level_go_out_and_no_other(
    planted: Register, tmp_path: Path, kind: Format, level: Level, role: Role
) -> None:
    path = tmp_path / f"out{next(ending for ending, one in ENDINGS.items() if one is kind)}"
    reader = Reader(planted, role)
    if level not in SEES[role]:
        with pytest.raises(LevelHidden, match=f"role {role} does not see {level} fields"):
            export(reader, path, kind, level=level, base=BASE)
        assert not path.exists()
        return
    export(reader, path, kind, level=level, base=BASE)
    told = text_of(path)
    shown = {name for name, words in PLANTED.items() if any(word in told for word in words)}
    expected = {name for name in EVERY_FIELD if LEVELS[name] in SEES[ROLE_OF[level]]} - NEVER.get(kind, set())
    assert shown - NEVER.get(kind, set()) == expected
    assert not shown & {"owner.name", "owner.contact"} & NEVER.get(kind, set())
    assert last_event(planted) == (
        "register.exported",
        {
            "format": kind, "role": role, "level": level, "objects": 1, "photographs": 0, "words": 0, "filters": [],
            "complete": True,
        },
    )  # fmt: skip


ROLE_OF = {
    Level.public: Role.public,
    Level.professional: Role.professional,
    Level.restricted: Role.registrar,
}


def test_a_selection_goes_out_as_find_finds_it(register: Register, tmp_path: Path) -> None:
    for title, maker, status in (
        ("Vase", "Maarsen", "stolen"), ("Lemon", "Maarsen", "found"), ("Lemon", "Ray", "stolen"),
    ):  # fmt: skip
        register.report(
            ObjectRecord.model_validate(
                {"title": title, "maker": maker, "status": status, "theft": {"place": "Veldermond"}}
            )
        )
    register.withdraw(3, Grounds(reason="a mistake"))
    register = register.by(WHO)
    reader = Reader(register, Role.public)

    def ids(query: str = "", **filters: Any) -> list[int]:
        selection = Selection(Query.of(query) if query else None, Filters(**filters))
        return [one.id for one in exported(reader, selection=selection)]

    assert ids() == [1, 2, 3], "without a selection those that were withdrawn, too"
    assert ids("lemon") == [2]
    assert ids(maker="maarsen") == [1, 2]
    assert ids("lemon", maker="ray") == []
    assert ids(status=("stolen",)) == [1]
    with pytest.raises(FieldHidden, match="theft_place"):
        ids(theft_place="Veldermond")
    selection = Selection(Query.of("lemon pewter"), Filters(maker="maarsen", status=("found",)))
    assert export(reader, tmp_path / "out.csv", Format.csv, selection=selection).objects == 0
    kind, details = last_event(register)
    assert kind == "register.exported"
    assert (details["words"], details["filters"], details["objects"]) == (2, ["maker", "status"], 0)
    assert "maarsen" not in str(details)


def test_many_are_selected_page_by_page(register: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("data.exchange.exported.LARGEST_PAGE", 2)
    for number in range(5):
        register.report(ObjectRecord(title=f"Vase {number}"))
    selection = Selection(Query.of("vase"))
    assert [one.id for one in exported(Reader(register, Role.public), selection=selection)] == [1, 2, 3, 4, 5]


def test_an_export_that_breaks_off_is_told_too(
    planted: Register, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    planted.report(ObjectRecord(title="Vase"), [new_photograph()])
    written = table_out.write_csv

    def until_the_disk_is_full(*arguments: Any, **options: Any) -> None:
        written(*arguments, **options)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(export_module, "write_csv", until_the_disk_is_full)
    (tmp_path / "out-photos").mkdir()
    with pytest.raises(OSError, match="No space"):
        export(Reader(planted, Role.public), tmp_path / "out.csv", Format.csv, photos=tmp_path / "out-photos")
    kind, details = last_event(planted)
    assert (kind, details["objects"], details["photographs"]) == ("register.exported", 2, 1)
    assert details["complete"] is False


def test_an_export_that_never_began_is_not_told(planted: Register, tmp_path: Path) -> None:
    before = AuditTrail(planted.database).head()
    with pytest.raises(ExportRefused):
        export(Reader(planted, Role.public), tmp_path / "out.jsonld", Format.linked_art)
    assert AuditTrail(planted.database).head() == before
