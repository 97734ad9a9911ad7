"""Records that no two examples share, and objects on their way out, for the tests of exchange formats."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from data.exchange.exported import EVERY_FIELD, ExportedObject, ExportedPhotograph
from data.object_id import EARLIEST_YEAR, GIVEN, LATEST_YEAR, ObjectRecord, ViewKind

_LETTERS = st.one_of(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")),
    st.sampled_from(list("=+-@'\"\t\n;,|>\\<&_x0041_0123456789 ")),
)
long_texts = st.text(_LETTERS, max_size=60).map(lambda text: text.replace("\r", " "))
short_texts = long_texts.map(lambda text: " ".join(text.split()))
years = st.none() | st.integers(EARLIEST_YEAR, LATEST_YEAR)
days = st.none() | st.dates(dt.date(1, 1, 1), dt.date(9999, 12, 31))


def _ordered(pair: tuple[Any, Any]) -> tuple[Any, Any]:
    first, last = pair
    return (last, first) if first is not None and last is not None and first > last else pair


@st.composite
def _measurements(draw: st.DrawFn) -> dict[str, Any]:
    dimension = draw(
        st.sampled_from(["height", "weight", "h", "no. 2; inner", 'the "rim"', "x"]) | short_texts
    )
    units = ["g", "kg"] if dimension == "weight" else ["mm", "cm", "in", "ft"]
    value = Decimal(draw(st.integers(1, 9_999_999))).scaleb(-draw(st.integers(0, 4)))
    return {"dimension": dimension or "depth", "value": str(value), "unit": draw(st.sampled_from(units))}


@st.composite
def records(draw: st.DrawFn) -> ObjectRecord:
    """Any record that a list may hold: none was merged into another one."""
    date = dict(zip(("earliest", "latest"), _ordered(draw(st.tuples(years, years))), strict=True))
    text = draw(short_texts | st.sampled_from(["1652", "17th century", "1650-1660", "about 1880"]))
    lost = dict(zip(("earliest", "latest"), _ordered(draw(st.tuples(days, days))), strict=True))
    long_names = ("materials", "inscriptions", "distinguishing_features", "subject", "description",
                  "related_written_material", "related_objects")  # fmt: skip
    short_names = ("maker", "inventory_number", "place_of_origin", "authority", "case_reference")
    return ObjectRecord.model_validate(
        {
            "title": draw(short_texts) or "Vase",
            "type_path": draw(st.lists(short_texts.filter(bool), max_size=6)),
            "measurements": draw(st.lists(_measurements(), max_size=4)),
            "date": date | {"text": text},
            "theft": lost | {"place": draw(short_texts), "circumstances": draw(long_texts)},
            "owner": {"name": draw(short_texts), "contact": draw(long_texts)},
            "date_documented": draw(days),
            "status": draw(st.sampled_from(GIVEN)),
            **{name: draw(long_texts) for name in long_names},
            **{name: draw(short_texts) for name in short_names},
        }
    )


def outgoing(record: ObjectRecord, *views: ViewKind, number: int = 1) -> ExportedObject:
    """The record as an object that goes out with all its fields."""
    photographs = tuple(
        ExportedPhotograph(id=place, name=f"photos/{number}-{place}.jpg", view=view, width=64, height=48)
        for place, view in enumerate(views, 1)
    )
    return ExportedObject(number, f"r-{number}", record, photographs, EVERY_FIELD)
