"""Columns find their fields, and cells say what they mean or what to write instead."""

from __future__ import annotations

import contextlib
import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from data.exchange import values
from data.exchange.fields import FIELDS, SYNONYMS, field_of, plain_name
from data.exchange.mapping import Columns, Row, source_key, split_pairs, validated
from data.exchange.report import ImportRefused
from data.exchange.values import CellProblem
from data.object_id import ObjectRecord, Status, ViewKind


def row_of(cells: dict[str, str], mapping: dict[str, str] | None = None, authority: str | None = None) -> Row:
    return Columns.of(list(cells), mapping or {}).read(list(cells.values()), authority)


def fields_of(cells: dict[str, str]) -> dict[str, Any]:
    return row_of({"title": "x"} | cells).fields


EVERY_FIELD = {
    "record_id": "7",
    "photo": "a.jpg|b.jpg",
    "photo_view": "overall|back",
    "type": "ceramics > vase > amphora",
    "materials": "clay",
    "inscriptions": "KALOS",
    "distinguishing_features": "chip",
    "title": "Amphora",
    "subject": "runner",
    "maker": "Painter X",
    "description": "An amphora.",
    "inventory_number": "12",
    "related_written_material": "cat. 3",
    "place_of_origin": "Athens",
    "related_objects": "lid",
    "authority": "Police",
    "case_reference": "C 1",
    "measurements": "rim diameter 12 cm",
    "height": "32,5 cm",
    "weight": "2 kg",
    "date": "500 BC",
    "date_earliest": "-500",
    "date_latest": "-480",
    "date_documented": "2020-01-31",
    "theft_date": "2024-11",
    "theft_place": "Bonn",
    "circumstances": "burglary",
    "owner": "Anna Holder",
    "owner_contact": "Mill Lane 3",
    "status": "missing",
}


def test_every_field_of_the_record_can_be_imported() -> None:
    cells = dict.fromkeys(FIELDS, "") | EVERY_FIELD
    row = row_of(cells)
    record = validated(row.fields)
    assert set(row.fields) == set(ObjectRecord.model_fields)
    assert record.type_path == ("ceramics", "vase", "amphora")
    assert [str(one) for one in record.measurements] == [
        "rim diameter 12 cm",
        "height 32.5 cm",
        "weight 2 kg",
    ]
    assert record.date is not None
    assert (record.date.text, record.date.earliest, record.date.latest) == ("500 BC", -500, -480)
    assert record.theft is not None
    assert (record.theft.earliest, record.theft.latest) == (dt.date(2024, 11, 1), dt.date(2024, 11, 30))
    assert record.owner is not None
    assert (record.owner.name, record.owner.contact) == ("Anna Holder", "Mill Lane 3")
    assert record.status is Status.missing
    assert row.photos == (("a.jpg", ViewKind.overall), ("b.jpg", ViewKind.back))
    assert row.source_key == 'record:["Police", "7"]'


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("Title", "title"), ("TITEL", "title"), ("Künstler", "maker"), ("Inv.-Nr.", "inventory_number"),
        ("Höhe (cm)", "height"), ("height_cm", "height"), ("Width [mm]", "width"), ("Height in cm", "height"),
        ("Materials and techniques", "materials"), ("Maße", "measurements"), ("Größe", "measurements"),
        ("Photo file", None), ("file", "photo"), ("Image", "photo"), ("colour", None), ("", None), ("in", None),
        ("Place of origin/discovery", "place_of_origin"), ("Date or period", "date"), ("ID", "record_id"),
    ],
)  # fmt: skip
def test_names_of_columns(name: str, field: str | None) -> None:
    assert field_of(name) == field


def test_synonyms_are_plain_and_none_is_a_field_of_its_own() -> None:
    assert all(plain_name(synonym) == synonym for synonym in SYNONYMS)
    assert not set(SYNONYMS) & set(FIELDS)
    assert set(SYNONYMS.values()) <= set(FIELDS)


def test_the_users_mapping_comes_first_then_our_names_then_synonyms() -> None:
    columns = Columns.of(["Name", "title", "Titel", "file", "x"], {"photo": "x", "maker": "Name"})
    assert columns.names() == {"photo": "x", "maker": "Name", "title": "title"}
    assert columns.unmapped == ("Titel", "file")


def test_the_issue_s_mapping() -> None:
    row = row_of({"file": "a.jpg", "Titel": "Vase"}, {"photo": "file", "title": "Titel"})
    assert (row.fields["title"], row.photos) == ("Vase", (("a.jpg", None),))


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("photo=file,title=Titel", ["photo=file", "title=Titel"]),
        ('title="Titel, lang",photo=file', ["title=Titel, lang", "photo=file"]),
        ('title = "Titel, ""lang"" = x" ', ['title = Titel, "lang" = x']),
        ('height=H "x", maker=Wer', ['height=H "x"', " maker=Wer"]),
        ('height=12",maker=Wer', ['height=12"', "maker=Wer"]),
        ('title="never closed,maker=Wer', ['title="never closed', "maker=Wer"]),
        (",,photo=a,", ["photo=a"]),
        ("", []),
    ],
)
def test_a_column_with_a_comma_can_be_named(text: str, pairs: list[str]) -> None:
    assert split_pairs(text) == pairs


@pytest.mark.parametrize(
    ("header", "mapping", "word"),
    [
        (["title", "Title"], {}, "same name: title"),
        (["title"], {"colour": "title"}, "no field 'colour'"),
        (["title"], {"maker": "Künstler"}, "no column 'Künstler'. Its columns are title"),
        (["foo", "bar"], {}, "No column is known: foo, bar"),
    ],
)
def test_mappings_that_cannot_be(header: list[str], mapping: dict[str, str], word: str) -> None:
    with pytest.raises(ImportRefused, match=word):
        Columns.of(header, mapping)


def test_columns_without_a_name_are_left_alone() -> None:
    assert Columns.of(["title", "", ""], {}).unmapped == ()


def test_fields_without_a_column_are_not_touched() -> None:
    assert set(fields_of({})) == {"title"}
    assert fields_of({"status": ""}) == {"title": "x"}
    assert fields_of({"maker": ""}) == {"title": "x", "maker": ""}


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        ({"height": "32 cm"}, ["height 32 cm"]),
        ({"height": "32.5cm"}, ["height 32.5 cm"]),
        ({"height": "12 inches"}, ["height 12 in"]),
        ({"Höhe (mm)": "320"}, ["height 320 mm"]),
        ({"height_cm": "320 mm"}, ["height 320 mm"]),
        ({"height": "32", "unit": "cm", "width": "20 in"}, ["height 32 cm", "width 20 in"]),
        ({"weight": "3", "weight_unit": "kg"}, ["weight 3 kg"]),
        ({"height": ""}, []),
        ({"measurements": "height 32 cm; width 20,5 cm"}, ["height 32 cm", "width 20.5 cm"]),
        ({"measurements": "32 x 20 cm"}, ["height 32 cm", "width 20 cm"]),
        ({"measurements": "32 \u00d7 20 \u00d7 5 cm"}, ["height 32 cm", "width 20 cm", "depth 5 cm"]),
        ({"measurements": "H: 32 cm\nB = 20 cm"}, ["height 32 cm", "width 20 cm"]),
        ({"measurements": "rim diameter 9 cm"}, ["rim diameter 9 cm"]),
    ],
)
def test_measurements(cells: dict[str, str], found: list[str]) -> None:
    assert [str(one) for one in validated(fields_of(cells)).measurements] == found


@pytest.mark.parametrize(
    ("cells", "word"),
    [
        ({"height": "32"}, "height: 32 has no unit; write 32 cm"),
        ({"height": "tall"}, "'tall' is no measurement"),
        ({"measurements": "large"}, "'large' is not understood"),
        ({"measurements": "32 x 20"}, "is not understood"),
        ({"date_earliest": "early"}, "is no year"),
        ({"theft_date": "last week"}, "write it as 2024-11-02"),
        ({"theft_date": "2024-02-30"}, "no day of the calendar"),
        ({"theft_date": "11/02/2024"}, "write it as 2024-11-02"),
        ({"date_documented": "2024"}, "is not one day"),
        ({"status": "gone"}, "write one of stolen, missing"),
        ({"photo": "a.jpg", "photo_view": "selfie"}, "write one of overall, back"),
        ({"photo": "a.jpg|b.jpg|c.jpg", "photo_view": "back|detail"}, "2 views for 3 photos"),
        ({"photo": "|".join(["a.jpg"] * 101)}, "at most 100"),
    ],
)
def test_cells_that_are_not_understood(cells: dict[str, str], word: str) -> None:
    with pytest.raises(CellProblem, match=word):
        row_of({"title": "x"} | cells)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2024-11-02", "2024-11-02", "2024-11-02"),
        ("2.11.2024", "2024-11-02", "2024-11-02"),
        ("2. 11. 2024", "2024-11-02", "2024-11-02"),
        ("2024-11-02 00:00:00", "2024-11-02", "2024-11-02"),
        ("2024-11-02T12:30Z", "2024-11-02", "2024-11-02"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("1998", "1998-01-01", "1998-12-31"),
        ("2024-11-02/2024-11-04", "2024-11-02", "2024-11-04"),
        ("2.11.2024 bis 4.11.2024", "2024-11-02", "2024-11-04"),
        ("1998 to 2001", "1998-01-01", "2001-12-31"),
    ],
)
def test_days(text: str, first: str, last: str) -> None:
    assert values.days(text, "theft_date") == (dt.date.fromisoformat(first), dt.date.fromisoformat(last))


def test_a_range_of_theft_dates_from_two_columns() -> None:
    theft = fields_of({"theft_date": "2024-11-02", "theft_date_latest": "2024-11"})["theft"]
    assert (theft["earliest"], theft["latest"]) == (dt.date(2024, 11, 2), dt.date(2024, 11, 30))


@pytest.mark.parametrize(
    ("text", "found"), [("STOLEN", "stolen"), ("gestohlen", "stolen"), ("Lost", "missing")]
)
def test_words_for_a_status(text: str, found: str) -> None:
    assert values.status(text) == found


def test_one_view_serves_all_photos() -> None:
    assert row_of({"title": "x", "photo": "a|b", "view": "Rückseite"}).photos == (
        ("a", ViewKind.back),
        ("b", ViewKind.back),
    )


def test_the_authority_of_the_import_fills_in() -> None:
    assert row_of({"title": "x"}, authority="Police").fields["authority"] == "Police"
    assert row_of({"title": "x", "authority": ""}, authority="Police").fields["authority"] == "Police"
    assert row_of({"title": "x", "authority": "Museum"}, authority="Police").fields["authority"] == "Museum"


def test_what_a_row_is_known_by() -> None:
    assert row_of({"title": "x", "record_id": "7"}).source_key == 'record:["", "7"]'
    assert (
        row_of({"title": "x", "record_id": "", "inv": "A 1", "case": "9"}).source_key
        == 'inventory:["", "9", "A 1"]'
    )
    plain = row_of({"title": "x", "photo": "a.jpg"})
    assert plain.source_key.startswith("row:[")
    assert row_of({"title": "x", "photo": "b.jpg"}).source_key != plain.source_key
    assert row_of({"title": " x ", "photo": "a.jpg", "maker": "", "date": ""}).source_key == plain.source_key
    assert row_of({"title": "y", "photo": "a.jpg"}).source_key != plain.source_key


def test_keys_of_any_length_are_short() -> None:
    assert len(source_key("record", "x" * 5000)) < 100
    assert source_key("record", "x" * 5000) != source_key("record", "x" * 4999 + "y")
    assert source_key("record", 'a", "b') != source_key("record", "a", "b")


@given(st.dictionaries(st.sampled_from(FIELDS), st.text(max_size=30), min_size=1))
def test_any_cells_are_answered(cells: dict[str, str]) -> None:
    with contextlib.suppress(CellProblem):
        row = row_of(cells)
        assert row == row_of(cells)
        with contextlib.suppress(ValidationError):
            assert isinstance(validated(row.fields), ObjectRecord)
