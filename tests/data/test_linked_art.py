"""Linked Art: documents of the model's shape, with ids that stay, and with concepts where they are known."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from data.exchange.export import Format, export
from data.exchange.exported import ExportRefused
from data.exchange.linked_art import documents_of, write_linked_art
from data.exchange.linked_art_terms import AAT, CONTEXT, DIMENSIONS, UNITS
from data.object_id import EXAMPLE, ObjectRecord, Status, ViewKind
from data.reader import Reader
from data.register import Register
from data.visibility import Role
from data.vocabulary.terms import Kind
from tests.data.records import outgoing, records

BASE = "https://register.example/"
CONCEPTS = {
    (Kind.types, "paintings"): f"{AAT}300033618",
    (Kind.materials, "oil"): f"{AAT}300015050",
    (Kind.materials, "oil paintings"): f"{AAT}1",  # not asked for: it is a type here
}
CLASSES = {
    "HumanMadeObject", "Activity", "Type", "Name", "Identifier", "LinguisticObject", "Production", "TimeSpan", "Actor",
    "Place", "Material", "Dimension", "MeasurementUnit", "VisualItem", "DigitalObject", "TransferOfCustody",
}  # fmt: skip


def concept(of_kind: Kind, word: str) -> str | None:
    return CONCEPTS.get((of_kind, word))


def nodes(value: Any) -> list[dict[str, Any]]:
    """Every node of a document."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
    return ([value] if isinstance(value, dict) else []) + [node for one in inner for node in nodes(one)]


@settings(max_examples=25)
@given(records())
def test_every_document_is_made_of_the_model_s_classes(record: ObjectRecord) -> None:
    file = io.StringIO()
    write_linked_art(file, [outgoing(record, ViewKind.back), outgoing(record, number=2)], BASE)
    found = json.loads(file.getvalue())
    assert len({document["id"] for document in found}) == len(found)
    for document in found:
        assert document["@context"] == CONTEXT
        assert document["id"].startswith("https://register.example/")
        for node in nodes(document):
            assert node["type"] in CLASSES
            assert all(value not in ("", [], {}, None) for value in node.values())


def test_what_an_object_says_stands_where_the_model_has_it() -> None:
    document, loss = documents_of(
        outgoing(ObjectRecord.model_validate(EXAMPLE), ViewKind.back, number=7), BASE, concept
    )
    assert (document["id"], document["_label"]) == ("https://register.example/objects/7", EXAMPLE["title"])
    assert [(one["_label"], one.get("id")) for one in document["classified_as"]] == [
        ("still lifes", None), ("oil paintings", None), ("paintings", f"{AAT}300033618"),
    ]  # fmt: skip
    assert [one["content"] for one in document["identified_by"]] == [EXAMPLE["title"], "K 1187", "r-7"]
    assert document["made_of"] == [{"id": f"{AAT}300015050", "type": "Material", "_label": "oil"}]
    height = document["dimension"][0]
    assert (height["value"], height["unit"]["id"], height["classified_as"][0]["id"]) == (
        46.5, f"{AAT}300379098", f"{AAT}300055644",
    )  # fmt: skip
    made = document["produced_by"]
    assert made["carried_out_by"][0]["identified_by"][0]["content"] == "Isaac Maarsen"
    assert made["timespan"]["begin_of_the_begin"] == "1652-01-01T00:00:00Z"
    assert made["timespan"]["end_of_the_end"] == "1652-12-31T23:59:59Z"
    statements = {one["classified_as"][0]["_label"]: one["content"] for one in document["referred_to_by"]}
    assert statements["material statement"] == EXAMPLE["materials"]
    assert statements["property status statement"] == "stolen"
    assert statements["source statement"] == "reported by Police of Veldermond, described on 2021-03-09"
    shown = document["representation"][0]["digitally_shown_by"][0]
    assert shown["access_point"] == [{"id": "photos/7-1.jpg", "type": "DigitalObject"}]
    lost = loss["part"][0]
    assert (loss["type"], lost["type"], lost["classified_as"][0]["_label"]) == (
        "Activity", "TransferOfCustody", "theft",
    )  # fmt: skip
    assert lost["transferred_custody_of"][0]["id"] == document["id"]
    assert lost["timespan"]["begin_of_the_begin"] == "2024-11-02T00:00:00Z"


@pytest.mark.parametrize(("year", "written"), [(-480, "-0480"), (5, "0005"), (-12000, "-12000"), (0, "0000")])
def test_years_as_xml_schema_writes_them(year: int, written: str) -> None:
    record = ObjectRecord.model_validate({"title": "Vase", "date": {"earliest": year}})
    (document,) = documents_of(outgoing(record), BASE)
    assert document["produced_by"]["timespan"] == {
        "type": "TimeSpan", "begin_of_the_begin": f"{written}-01-01T00:00:00Z",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("status", "kind"), [(Status.looted, "looting"), (Status.missing, "loss"), (Status.recovered, "loss")]
)
def test_what_a_loss_is_called(status: Status, kind: str) -> None:
    record = ObjectRecord.model_validate({"title": "Vase", "status": status, "theft": {"place": "Kabul"}})
    _, loss = documents_of(outgoing(record), BASE)
    assert loss["part"][0]["classified_as"][0]["_label"] == kind


def test_each_unit_is_told_and_each_concept_is_one() -> None:
    assert set(UNITS) == {"mm", "cm", "m", "in", "ft", "g", "kg", "oz", "lb"}
    numbers = [*DIMENSIONS.values(), *(number for number, _ in UNITS.values() if number)]
    assert len(set(numbers)) == len(numbers)
    assert all(number.isdecimal() and len(number) == 9 for number in numbers)


def test_a_folder_has_a_document_for_each_object(register: Register, tmp_path: Path) -> None:
    register.report(ObjectRecord.model_validate(EXAMPLE))
    register.report(ObjectRecord(title="Vase"))
    export(Reader(register, Role.public), tmp_path, Format.linked_art, base=BASE)
    assert sorted(path.name for path in tmp_path.glob("*.json")) == [
        "object-1.json", "object-2.json", "provenance-1.json",
    ]  # fmt: skip
    assert json.loads((tmp_path / "object-2.json").read_text())["_label"] == "Vase"


def test_ids_need_an_address(register: Register, tmp_path: Path) -> None:
    with pytest.raises(ExportRefused, match="--base-url"):
        export(Reader(register, Role.public), tmp_path / "out.jsonld", Format.linked_art)
