"""Records of invented objects: full, and in agreement with the pictures."""

import datetime as dt
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from data.object_id import ObjectRecord
from data.vocabulary.risk import risk_flags
from data.vocabulary.terms import types
from scripts.demo_register import DemoRecord, DemoRegister
from scripts.demo_register.records import _century

MAY_BE_EMPTY = {"inscriptions", "related_objects"}


def picture(path: Path) -> Image.Image:
    with Image.open(path) as opened:
        opened.load()
        return opened.copy()


def sizes(record: DemoRecord) -> dict[str, float]:
    found = re.findall(r"(\w+) ([\d.]+) (\w+)", record.measurements)
    assert found, record.measurements
    return {dimension: float(value) for dimension, value, _ in found}


def test_every_question_is_answered(demo: DemoRegister) -> None:
    for record in demo.records:
        empty = {column for column, cell in record.row().items() if not cell}
        assert empty <= MAY_BE_EMPTY, record.record_id
        assert len(record.type.split(" > ")) >= 2
        assert len(record.photos) == len(record.photo_view.split("|"))
        assert record.status in {"stolen", "missing", "looted"}
        assert len(record.description) > 30


def test_every_type_is_known_to_the_vocabulary_at_two_levels(demo: DemoRegister) -> None:
    for record in demo.records:
        term = types().term_of(record.type.split(" > "))
        assert term is not None, record.type
        assert len(types().terms_of(record.type.split(" > "))) >= 2, record.type
        assert (
            risk_flags(
                ObjectRecord.model_validate(
                    {
                        "type_path": record.type.split(" > "),
                        "maker": record.maker,
                        "place_of_origin": record.place_of_origin,
                    }
                )
            )
            == ()
        ), "invented countries have no Red List"


def test_records_differ(demo: DemoRegister) -> None:
    for column in ("inventory_number", "case_reference", "measurements"):
        assert len({getattr(record, column) for record in demo.records}) == len(demo.records), column
    assert len({record.description for record in demo.records}) > 0.9 * len(demo.records)


def test_flat_objects_have_the_proportions_of_their_photo(demo: DemoRegister, demo_folder: Path) -> None:
    checked = 0
    for record in demo.records:
        if record.type.startswith(("paintings", "religious objects")):
            width, height = picture(demo_folder / record.photos[0]).size
            size = sizes(record)
            assert size["width"] / size["height"] == pytest.approx(width / height, rel=0.01), record.record_id
            checked += 1
    assert checked > 10


def test_what_is_not_flat_has_sizes_that_such_things_have(demo: DemoRegister) -> None:
    for record in demo.records:
        size = sizes(record)
        if record.type.startswith("coins"):
            assert 10 < size["diameter"] < 40
            assert 0.5 < size["weight"] < 20
        elif record.type.startswith("ceramics"):
            assert 10 < size["height"] < 70
            assert 0.2 < size["diameter"] / size["height"] < 1.8
        elif record.type.startswith("textiles"):
            assert 1.1 < size["length"] / size["width"] < 2


def test_dates_are_in_order(demo: DemoRegister) -> None:
    for record in demo.records:
        assert int(record.date_earliest) <= int(record.date_latest)
        first, last = (
            dt.date.fromisoformat(record.theft_date),
            dt.date.fromisoformat(record.theft_date_latest),
        )
        assert dt.date.fromisoformat(record.date_documented) < first <= last
        assert record.case_reference.startswith(f"DEMO-{first.year}-")


def test_a_signature_is_the_makers(demo: DemoRegister) -> None:
    signed = [record for record in demo.records if record.inscriptions.startswith("signed")]
    assert signed
    for record in signed:
        assert f'"{record.maker[0]}. ' in record.inscriptions


@pytest.mark.parametrize(
    ("year", "words"),
    [
        (1650, "17th century"),
        (1900, "19th century"),
        (1901, "20th century"),
        (-500, "5th century BC"),
        (150, "2nd century"),
    ],
)
def test_centuries(year: int, words: str) -> None:
    assert _century(year) == words


def test_pictures_of_one_kind_differ_in_colour(demo: DemoRegister, demo_folder: Path) -> None:
    means = [
        np.asarray(picture(demo_folder / record.photos[0]), np.float32).mean(axis=(0, 1))
        for record in demo.records
        if record.type.startswith("paintings")
    ]
    assert np.std(means, axis=0).max() > 15
