"""The Object ID record takes what registers have, in one way of writing, and refuses what cannot be."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from data.object_id import (
    EXAMPLE,
    GIVEN,
    SEARCHABLE,
    DatePeriod,
    Measurement,
    ObjectRecord,
    Status,
    TheftDetails,
    ViewKind,
)
from data.period import period_of
from data.text import LONG_TEXT, SHORT_TEXT
from tests.data.made import full_record, record

NINE_QUESTIONS = {
    "type_path", "materials", "measurements", "inscriptions", "distinguishing_features", "title", "subject", "date",
    "maker",
}  # fmt: skip


def test_the_nine_questions_the_description_and_the_additional_categories_are_there() -> None:
    additional = {
        "inventory_number", "related_written_material", "place_of_origin", "related_objects", "date_documented",
    }  # fmt: skip
    case = {"authority", "case_reference", "theft", "owner", "status"}
    assert set(ObjectRecord.model_fields) == NINE_QUESTIONS | {"description"} | additional | case


def test_the_example_is_complete_and_survives_json() -> None:
    assert set(EXAMPLE) == set(ObjectRecord.model_fields)
    assert ObjectRecord.model_validate_json(full_record().model_dump_json()) == full_record()
    assert ObjectRecord.model_json_schema()["examples"] == [EXAMPLE]


def test_records_are_frozen_and_refuse_unknown_fields() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        record().title = "another"  # type: ignore[misc]  # that is the test
    with pytest.raises(ValidationError, match="colour"):
        record(colour="blue")


@pytest.mark.parametrize("field", ["title", "description", "inventory_number"])
def test_one_thing_to_recognise_it_by_is_enough(field: str) -> None:
    assert getattr(ObjectRecord.model_validate({field: "x"}), field) == "x"


def test_a_type_is_enough_and_a_maker_is_not() -> None:
    assert ObjectRecord(type_path=("vase",)).type_path == ("vase",)
    for fields in ({}, {"maker": "x"}, {"title": "  "}):
        with pytest.raises(ValidationError, match="at least one of"):
            ObjectRecord.model_validate(fields)


def test_text_is_stripped_and_normalised() -> None:
    assert record("  Cafe\u0301 \t\n scene ").title == "Caf\u00e9 scene"
    assert record(description=" one\r\ntwo\rthree\u2028four ").description == "one\ntwo\nthree\nfour"


@pytest.mark.parametrize("character", ["\x00", "\x07", "\x1b", "\x7f", "\x85", "\ud800"])
@pytest.mark.parametrize("field", ["title", "description"])
def test_control_characters_are_refused(character: str, field: str) -> None:
    with pytest.raises(ValidationError):
        record(**{"title": "x", field: f"a{character}b"})


def test_scripts_that_need_invisible_characters_are_taken() -> None:
    for text in ("\u0645\u06cc\u200c\u062e\u0648", "नेपाल\u200dी", "שלום\u200f", "👨\u200d👩\u200d👧"):
        assert record(text).title == text


def test_lengths_are_bounded() -> None:
    assert len(record("x" * SHORT_TEXT).title) == SHORT_TEXT
    assert len(record(description="x" * LONG_TEXT).description) == LONG_TEXT
    for changes in (
        {"title": "x" * (SHORT_TEXT + 1)},
        {"description": "x" * (LONG_TEXT + 1)},
        {"type_path": ["x"] * 7},
        {"type_path": [""]},
        {"type_path": ["x" * (SHORT_TEXT + 1)]},
        {"measurements": [{"dimension": "height", "value": 1, "unit": "cm"}] * 41},
    ):
        with pytest.raises(ValidationError):
            record(**changes)


@pytest.mark.parametrize(
    ("given_unit", "unit"),
    [
        ("cm", "cm"),
        ("CM", "cm"),
        ("cm.", "cm"),
        ("inches", "in"),
        ('"', "in"),
        ("Feet", "ft"),
        ("Kilograms", "kg"),
        ("lbs", "lb"),
        ("mm", "mm"),
        ("g", "g"),
        ("millimetres", "mm"),
    ],
)
def test_units_and_words_for_them(given_unit: str, unit: str) -> None:
    found = Measurement.model_validate({"dimension": "size", "value": "3", "unit": given_unit})
    assert found.unit == unit


@pytest.mark.parametrize("value", [0, -1, "NaN", "Infinity", "x", "1.23456", 1e9, None])
def test_impossible_values_are_refused(value: Any) -> None:
    with pytest.raises(ValidationError):
        Measurement.model_validate({"dimension": "height", "value": value, "unit": "cm"})


def test_units_fit_their_dimension() -> None:
    for dimension, unit in (("weight", "cm"), ("height", "kg"), ("Diameter", "oz"), ("height", "parsec")):
        with pytest.raises(ValidationError, match=r"use|Input should be"):
            Measurement.model_validate({"dimension": dimension, "value": 1, "unit": unit})
    free = Measurement.model_validate({"dimension": " Height of the Frame ", "value": "1", "unit": "in"})
    assert free.dimension == "height of the frame"
    assert str(Measurement(dimension="height", value=Decimal("32.50"), unit="cm")) == "height 32.5 cm"
    assert str(Measurement(dimension="height", value=Decimal("1200"), unit="mm")) == "height 1200 mm"


def test_periods_and_thefts_are_in_order() -> None:
    for part in (
        {"date": {"earliest": 1700, "latest": 1650}},
        {"theft": {"earliest": "2024-02-02", "latest": "2024-02-01"}},
    ):
        with pytest.raises(ValidationError, match="swap them"):
            record(**part)
    assert record(date={"earliest": -350}).date == DatePeriod(earliest=-350)
    with pytest.raises(ValidationError):
        record(date={"earliest": 10_000})


@pytest.mark.parametrize("nothing", [None, {}, {"text": "  "}, {"text": "", "earliest": None}, DatePeriod()])
def test_a_date_that_says_nothing_is_none(nothing: Any) -> None:
    assert record(date=nothing) == record()
    assert record(theft=TheftDetails() if isinstance(nothing, DatePeriod) else None) == record()


@pytest.mark.parametrize(
    ("text", "earliest", "latest"),
    [
        ("1652", 1652, 1652),
        ("c. 1880", 1880, 1880),
        ("um 1880", 1880, 1880),
        ("1650-1660", 1650, 1660),
        ("1650 \u2013 1660", 1650, 1660),
        ("1650 to 1660", 1650, 1660),
        ("17th century", 1601, 1700),
        ("2. Jh.", 101, 200),
        ("1660-1650", None, None),
        ("late Roman", None, None),
        ("1650-60", None, None),
        ("30th century", None, None),
        ("350 BC", None, None),
        ("", None, None),
    ],
)
def test_years_are_read_only_where_they_are_plain(
    text: str, earliest: int | None, latest: int | None
) -> None:
    assert period_of(text) == DatePeriod(text=text, earliest=earliest, latest=latest)


@given(st.text(max_size=60))
def test_any_text_is_a_period_or_refused_as_text(text: str) -> None:
    try:
        period = period_of(text)
    except ValueError:
        return
    assert period.earliest is None or period.latest is None or period.earliest <= period.latest


@pytest.mark.parametrize(
    "no_day", [86400, 1730505600.5, True, "86400", "1730505600", "2024-11-02T00:00:00", "2.11.2024"]
)
def test_what_is_no_day_in_json_is_not_read_as_one(no_day: Any) -> None:
    for changes in (
        {"date_documented": no_day},
        {"theft": {"earliest": no_day}},
        {"theft": {"latest": no_day}},
    ):
        with pytest.raises(ValidationError, match="is no day; write it as 2024-11-02"):
            record(**changes)
        with pytest.raises(ValidationError, match="is no day"):
            ObjectRecord.model_validate_json(json.dumps({"title": "x"} | changes))


@pytest.mark.parametrize("no_year", [True, "1652", 1652.5, [1652]])
def test_what_is_no_year_in_json_is_not_read_as_one(no_year: Any) -> None:
    for end in ("earliest", "latest"):
        with pytest.raises(ValidationError, match="valid integer"):
            record(date={end: no_year})


def test_days_are_taken_as_json_and_as_python_have_them() -> None:
    for day in ("2024-11-02", dt.date(2024, 11, 2)):
        assert record(date_documented=day).date_documented == dt.date(2024, 11, 2)
    with pytest.raises(ValidationError):
        record(date_documented="2024-02-30")


@pytest.mark.parametrize("value", [True, [3], {"value": 3}])
def test_what_is_no_number_is_not_read_as_one(value: Any) -> None:
    with pytest.raises(ValidationError):
        Measurement.model_validate({"dimension": "height", "value": value, "unit": "cm"})


def test_recovered_and_withdrawn_objects_answer_no_searches() -> None:
    assert set(Status) - SEARCHABLE == {Status.recovered, Status.withdrawn, Status.merged}
    assert record().status is Status.stolen


def test_the_kinds_of_view() -> None:
    assert [view.value for view in ViewKind] == [
        "overall", "back", "detail", "inscription", "damage", "signature", "scale",
    ]  # fmt: skip


texts = st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=80)


@given(
    title=texts, description=texts, materials=texts,
    type_path=st.lists(texts.filter(lambda one: bool(one.split())), max_size=6),
    day=st.none() | st.dates(), value=st.decimals(min_value="0.0001", max_value=999999, places=4),
    status=st.sampled_from(GIVEN),
)  # fmt: skip
def test_any_record_is_written_in_one_way(
    title: str,
    description: str,
    materials: str,
    type_path: list[str],
    day: dt.date | None,
    value: Decimal,
    status: Status,
) -> None:
    """Reading what was written gives the same record: there is nothing left to normalise."""
    first = ObjectRecord.model_validate(
        {
            "title": title, "description": description, "materials": materials, "type_path": type_path,
            "inventory_number": "1", "date_documented": day, "status": status,
            "measurements": [{"dimension": "height", "value": value, "unit": "cm"}],
        }
    )  # fmt: skip
    assert ObjectRecord.model_validate(first.model_dump()) == first
    assert ObjectRecord.model_validate_json(first.model_dump_json()) == first
