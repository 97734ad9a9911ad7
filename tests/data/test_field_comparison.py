"""What is said of an object in hand, held against a record: what agrees, what disagrees, what nobody can tell."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.field_comparison import compare_fields
from data.field_outcome import COMPARED, FieldComparison, Outcome
from data.filters import READS, Filters
from data.object_id import EXAMPLE, ObjectRecord
from data.visibility import LEVELS, Role, hidden_from, seen_by

LEMON = ObjectRecord.model_validate(EXAMPLE)
TITLE = ObjectRecord(title="Something")


def compared(record: ObjectRecord = LEMON, origin: str = "", **asked: Any) -> list[FieldComparison]:
    return list(compare_fields(Filters.model_validate(asked), record, origin))


def size(dimension: str, value: str, unit: str = "cm", **more: str) -> dict[str, str]:
    return {"dimension": dimension, "value": value, "unit": unit, **more}


@pytest.mark.parametrize(
    ("field", "asked", "outcome", "says"),
    [
        ("type", "landscape painting", "agrees", "the vocabulary has oil paintings under paintings"),
        ("type", "Gem\u00e4lde", "agrees", "oil paintings under paintings"),
        ("type", "\u00d6lbild", "agrees", "the same in the vocabulary: oil paintings"),
        ("type", "still life", "agrees", "every word"),
        ("type", "nature morte", "agrees", "still lifes"),
        ("type", "portrait", "disagrees", "portraits and still lifes are different kinds"),
        ("type", "sculpture", "disagrees", "sculpture and oil paintings are different kinds"),
        ("type", "watercolour", "disagrees", "both under paintings"),
        ("type", "gizmo", "unknown", "only a person"),
        ("materials", "oak, oil", "agrees", "every word"),
        ("materials", "oil on wood", "agrees", "both have oil paint, wood"),
        ("materials", "oil on canvas", "unknown", "does not name canvas"),
        ("materials", "bronze", "disagrees", "does not name bronze"),
        ("materials", "gizmo", "unknown", "none of the words"),
        ("inscriptions", "MAARSEN 1652", "agrees", "every word"),
        ("inscriptions", "Rembrandt 1652", "unknown", "some of the words"),
        ("inscriptions", "Rembrandt", "disagrees", "none of the words"),
        ("inscriptions", "52", "disagrees", "none of the words"),
        ("title", "nature morte", "unknown", "none of the words"),
        ("title", "oyster", "agrees", "every word"),
        ("subject", "napkin", "agrees", "every word"),
        ("maker", "Maarsen, Isaac", "agrees", "every word"),
        ("maker", "Marsen", "agrees", "some spelt a little otherwise"),
        ("inscriptions", "1653", "disagrees", "none of the words"),
        ("maker", "Rembrandt", "disagrees", "none of the words"),
        ("theft_place", "Veldermond", "agrees", "every word"),
    ],
)
def test_words_are_compared(field: str, asked: str, outcome: str, says: str) -> None:
    (found,) = compare_fields(Filters.model_validate({field: asked}), LEMON)
    assert (found.field, found.asked, found.outcome) == (field, asked, outcome)
    assert says in found.words
    assert found.registered
    assert f": {outcome}, " in found.words


@pytest.mark.parametrize(
    ("asked", "outcomes", "says"),
    [
        (
            [size("height", "46.5")],
            ["agrees"],
            "height 46.5 cm, registered height 46.5 cm: agrees, within 5 %",
        ),
        ([size("height", "18.5", "in")], ["agrees"], "height 18.5 in, registered height 46.5 cm: agrees"),
        (
            [size("height", "60")],
            ["disagrees"],
            "registered height 46.5 cm: disagrees, 22 % apart, not within 5 %",
        ),
        ([size("height", "44")], ["disagrees"], "5.7 % apart"),
        ([size("height", "44", tolerance="6")], ["agrees"], "within 6 %"),
        ([size("height", "46.5", tolerance="0")], ["agrees"], "within 0 %"),
        ([size("depth", "3")], ["unknown"], "depth 3 cm: unknown, the record tells no depth"),
        ([size("height", "38"), size("width", "46")], ["agrees", "agrees"], "once one of the two is turned"),
        (
            [size("height", "38"), size("width", "60")],
            ["disagrees", "disagrees"],
            "height 46.5 cm: disagrees",
        ),
        ([size("height", "38")], ["disagrees"], "registered height 46.5 cm: disagrees"),
    ],
)
def test_measurements_are_compared_in_any_unit_and_either_way_round(
    asked: list[dict[str, str]], outcomes: list[str], says: str
) -> None:
    found = compared(measurements=asked)
    assert [each.outcome for each in found] == outcomes
    assert says in " ".join(each.words for each in found)


def test_of_several_registered_measurements_the_nearest_counts() -> None:
    two = [size("height", "30"), size("height", "47")]
    (found,) = compared(
        LEMON.model_validate(EXAMPLE | {"measurements": two}), measurements=[size("height", "46")]
    )
    assert (found.registered, found.outcome) == ("height 47 cm", Outcome.agrees)


@pytest.mark.parametrize(
    ("asked", "field", "outcome", "says"),
    [
        ({"made_from": 1650}, "made", "agrees", "date 1650 or later, registered 1652: agrees, they overlap"),
        ({"made_from": 1600, "made_to": 1640}, "made", "disagrees", "date 1600 to 1640, registered 1652"),
        ({"made_to": -100}, "made", "disagrees", "date 100 BC or before"),
        (
            {"theft_from": "2024-11-01", "theft_to": "2024-11-30"},
            "lost",
            "agrees",
            "2024-11-02 to 2024-11-04",
        ),
        ({"theft_to": "2020-01-01"}, "lost", "disagrees", "do not overlap"),
        ({"status": ["stolen", "missing"]}, "status", "agrees", "stolen or missing, registered stolen"),
        ({"status": ["missing"]}, "status", "disagrees", "another status"),
    ],
)
def test_periods_and_status(asked: dict[str, Any], field: str, outcome: str, says: str) -> None:
    (found,) = compared(**asked)
    assert (found.field, found.outcome) == (field, outcome)
    assert says in found.words


def test_a_date_in_words_is_read_and_one_that_cannot_be_is_unknown() -> None:
    for text, outcome, says in (
        ("17th century", "agrees", "overlap"),
        ("old", "unknown", "no years can be read"),
    ):
        dated = ObjectRecord.model_validate({"title": "A", "date": {"text": text}})
        (found,) = compared(dated, made_from=1620, made_to=1630)
        assert (found.registered, found.outcome) == (text, outcome)
        assert says in found.words


FULL: dict[str, Any] = {
    "title": "a", "maker": "b", "type": "vase", "materials": "oil", "subject": "c", "inscriptions": "d",
    "made_from": 1600, "made_to": 1700, "theft_place": "e", "theft_from": "2024-01-01", "theft_to": "2024-02-01",
    "status": ["stolen"], "measurements": [size("height", "3")],
}  # fmt: skip


def test_of_what_a_record_does_not_tell_nothing_is_known() -> None:
    found = compared(ObjectRecord(description="x"), "Haarlem", **FULL)
    assert {each.field for each in found} == set(COMPARED)
    told = [each for each in found if each.field != "status"]
    assert {(each.outcome, each.registered) for each in told} == {(Outcome.unknown, "")}
    assert all("unknown, the record tells no" in each.words for each in told)


def test_every_filter_is_compared_and_all_that_is_read_has_a_level() -> None:
    assert set(Filters.model_validate(FULL).given) == set(READS)
    assert {one for reads in READS.values() for one in reads} <= {
        one for reads in COMPARED.values() for one in reads
    }
    assert {one for reads in COMPARED.values() for one in reads} <= set(LEVELS)


def test_what_a_role_does_not_see_compares_as_if_nothing_were_registered() -> None:
    hidden = hidden_from(Role.public)
    for each in compared(seen_by(LEMON, Role.public), "Haarlem", **FULL):
        if not hidden.isdisjoint(COMPARED[each.field]):
            assert (each.registered, each.outcome) == ("", Outcome.unknown)


def test_nothing_said_is_nothing_compared() -> None:
    assert compared() == []


@given(said=st.text(max_size=40), registered=st.text(max_size=80))
def test_any_words_can_be_compared(said: str, registered: str) -> None:
    record = ObjectRecord.model_construct(
        **{**dict(TITLE), "type_path": (registered,), "materials": registered, "inscriptions": registered}
    )
    asked = Filters.model_construct(
        **{**dict(Filters()), "type": said, "materials": said, "inscriptions": said}
    )
    found = compare_fields(asked, record)
    assert {each.field for each in found} == ({"type", "materials", "inscriptions"} if said else set())
    assert all(len(each.words) < 600 for each in found)
    if said == registered and said.isalnum():
        assert {each.outcome for each in found} == {Outcome.agrees}
