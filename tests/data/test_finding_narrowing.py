"""The objects that a search with photos is narrowed to, on every database the same."""

from __future__ import annotations

from typing import Any

import pytest

from data.actor import Grounds
from data.audit_events import PhotoSearched
from data.filters import Filters
from data.finding import FieldHidden, matching_ids
from data.reader import Reader
from data.register import Register
from data.search_log import _event
from data.visibility import Role
from tests.data.made import record

WHY = Grounds(reason="so it is")


def sized(height: str, width: str) -> dict[str, Any]:
    return {
        "measurements": [
            {"dimension": "height", "value": height, "unit": "cm"},
            {"dimension": "width", "value": width, "unit": "cm"},
        ]
    }


def matching(register: Register, role: Role = Role.registrar, **asked: Any) -> list[int]:
    found = Reader(register, role).narrowed(Filters.model_validate(asked))
    return [int(each) for each in found.ids]


def test_a_flat_object_may_have_been_measured_either_way_round(register: Register) -> None:
    for height, width in (("46", "38"), ("38", "46"), ("46", "60"), ("60", "46")):
        register.report(record("Sheet", **sized(height, width)))
    asked = sized("46.5", "38")
    assert matching(register, **asked) == [1, 2]
    assert matching_ids(register.database, Filters.model_validate(asked)).ids.tolist() == [1]
    one = {"measurements": asked["measurements"][:1]}
    assert matching(register, **one) == [1, 3]
    assert matching(register, **asked, title="nothing") == []
    third = [*asked["measurements"], {"dimension": "depth", "value": "3", "unit": "cm"}]
    assert matching(register, measurements=third) == []


def test_only_what_answers_searches_is_searched(register: Register) -> None:
    for _ in range(4):
        register.report(record("Clock"))
    register.recover(1, WHY)
    register.withdraw(2, WHY)
    register.amend(3, {"status": "missing"})
    assert matching(register) == matching(register, title="clock") == [3, 4]
    assert matching(register, status=["missing", "recovered"]) == [3]
    assert matching(register, status=["recovered", "withdrawn"]) == []


def test_what_a_role_does_not_see_narrows_nothing_for_it(register: Register) -> None:
    register.report(record("Clock", theft={"place": "Veldermond"}))
    assert matching(register, Role.professional, theft_place="veldermond") == [1]
    for status in ([], ["recovered"]):
        with pytest.raises(FieldHidden, match="theft_place"):
            matching(register, Role.public, theft_place="veldermond", status=status)


def test_words_that_were_put_right_are_told(register: Register) -> None:
    register.report(record("Clock", maker="Isaac Maarsen"))
    found = Reader(register, Role.public).narrowed(Filters(maker="marsen"))
    assert found.ids.tolist() == [1]
    assert [(each.word, each.instead) for each in found.corrections] == [("marsen", ("maarsen",))]


@pytest.mark.parametrize(
    ("asked", "fields", "narrowed"),
    [
        ({"fields": {"maker": "a secret", "size": "h 3 cm"}, "narrowed": True}, ("maker", "size"), True),
        (None, (), False),
        ("of another version", (), False),
        ({"fields": ["maker"], "narrowed": "yes"}, (), False),
    ],
)
def test_the_trail_names_the_fields_and_not_what_was_said(
    asked: object, fields: tuple[str, ...], narrowed: bool
) -> None:
    event = _event("s-1", {"asked": asked})
    assert (event.fields, event.narrowed) == (fields, narrowed)
    assert "secret" not in str(event.details())
    assert _event("s-1", {}).fields == ()


def test_an_event_from_before_there_were_fields_can_be_read() -> None:
    before = {"search": "s-1", "record": "0" * 64, "verdict": "none", "photos": 1, "candidates": 0}
    assert PhotoSearched.model_validate(before).narrowed is False
