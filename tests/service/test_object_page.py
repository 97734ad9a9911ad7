"""The page of an object: who is told what its record lacks."""

from __future__ import annotations

from pathlib import Path

import pytest

from data.completeness import completeness
from data.object_id import EXAMPLE, ObjectRecord, ViewKind
from data.register import NewPhotograph, RegisteredObject
from data.visibility import Role
from service.pages.lacking import NAMES, NINE, lacking
from service.workshop import open_register
from tests.data.made import new_photograph
from tests.service.serving import serving, settings_in


def registered(folder: Path, record: ObjectRecord, *views: ViewKind) -> RegisteredObject:
    register = open_register(settings_in(folder))
    try:
        photos = [NewPhotograph(new_photograph(at).safe, view) for at, view in enumerate(views)]
        return register.report(record, photos)
    finally:
        register.database.close()


@pytest.mark.parametrize("role", list(Role))
def test_only_who_may_add_it_is_told_what_lacks(tmp_path: Path, role: Role) -> None:
    registered(tmp_path, ObjectRecord(title="Nok head", type_path=("sculpture", "terracottas")))
    with serving(settings_in(tmp_path, role=role)) as running:
        shown = running.client.get("/objects/1").text
    assert ("Add first:" in shown) is (role is Role.registrar)
    assert "Nok terracottas (Red List" in shown


def test_nothing_lacks(tmp_path: Path) -> None:
    record = ObjectRecord.model_validate(EXAMPLE)
    wanted = [each.view for each in completeness(record, ()).missing if each.view is not None]
    told = lacking(registered(tmp_path, record, *wanted))
    assert (told.answered, told.percent, told.first) == (9, 100, None)
    assert told.questions == told.photographs == ()


def test_every_part_that_may_lack_has_a_name_and_only_the_nine_are_counted(tmp_path: Path) -> None:
    told = lacking(registered(tmp_path, ObjectRecord(inventory_number="7")))
    assert told.answered == 0
    assert {part.name for part in told.questions} == set(NAMES.values())
    assert len(NINE) == 9
    half = lacking(registered(tmp_path, ObjectRecord(type_path=("sculpture",))))
    assert half.answered == 1
    assert [part.name for part in half.questions if part.partly] == ["Type of object"]
    assert half.percent > told.percent == 0
