"""Writes an object as a Linked Art document (https://linked.art/model/): JSON-LD that other collections' tools read.

Each object is one HumanMadeObject with an id that stays the same: the base address and the object's number. How it
was lost is a second document, a provenance activity, for that is where the model has it. Classes of names,
statements and measures are Getty AAT concepts, as the model recommends; for types and materials a resolver may know
the concept of a word, and without one the word itself stands there.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final, TextIO

from data.exchange.exported import ExportedObject
from data.exchange.linked_art_terms import AAT, CONTEXT, DIMENSIONS, LOSSES, UNITS, kind, statement
from data.object_id import DatePeriod, Measurement, ObjectRecord, TheftDetails
from data.vocabulary.terms import Kind

Resolve = Callable[[Kind, str], str | None]
"""From a word for a type, or for a material, to the URI of its concept."""
Node = dict[str, Any]
_PIECES: Final = re.compile(r"[,;\n/]|\b(?:on|and|with|auf|und|mit|sur|et|su|e|sobre|y)\b")


def no_concept(_kind: Kind, _word: str) -> None:
    """The resolver that knows no concepts."""


def write_linked_art(
    file: TextIO, objects: Iterable[ExportedObject], base: str, resolve: Resolve = no_concept
) -> None:
    """Write the documents of all objects as one JSON array."""
    file.write("[")
    first = True
    for one in objects:
        for document in documents_of(one, base, resolve):
            file.write("\n" if first else ",\n")
            json.dump(document, file, ensure_ascii=False)
            first = False
    file.write("\n]\n")


def documents_of(one: ExportedObject, base: str, resolve: Resolve = no_concept) -> Iterator[Node]:
    """The object's document, and that of its loss if anything is known of it; `base` begins the ids."""
    base = base.rstrip("/")
    document = _object(one, f"{base}/objects/{one.id}", resolve)
    yield document
    if one.record.theft or one.record.case_reference:
        yield _loss(one, f"{base}/provenance/{one.id}", document)


def _object(one: ExportedObject, identifier: str, resolve: Resolve) -> Node:
    record = one.record
    label = record.title or " > ".join(record.type_path) or record.inventory_number or f"object {one.id}"
    return _said(
        {
            "@context": CONTEXT,
            "id": identifier,
            "type": "HumanMadeObject",
            "_label": label,
            "classified_as": [_type(word, resolve) for word in reversed(record.type_path)],
            "identified_by": _names(one),
            "referred_to_by": list(_statements(one)),
            "produced_by": _production(record),
            "made_of": _materials(record, resolve),
            "dimension": [_dimension(measurement) for measurement in record.measurements],
            "shows": _subject(record, identifier),
            "representation": _representation(one),
        }
    )


def _said(node: Node) -> Node:
    """The node without what says nothing."""
    return {name: value for name, value in node.items() if value not in ("", [], {}, None)}


def _type(word: str, resolve: Resolve) -> Node:
    return _said({"id": resolve(Kind.types, word), "type": "Type", "_label": word})


def _names(one: ExportedObject) -> list[Node]:
    record = one.record
    names: list[Node] = []
    if record.title:
        names.append({"type": "Name", "classified_as": [kind("primary name")], "content": record.title})
    if record.inventory_number:
        number = {"type": "Identifier", "classified_as": [kind("accession number")]}
        names.append(number | {"content": record.inventory_number})
    local = {"type": "Identifier", "classified_as": [kind("local number")], "content": one.record_id}
    return [*names, local]


def _statements(one: ExportedObject) -> Iterator[Node]:
    record = one.record
    texts = {
        "description": record.description,
        "material statement": record.materials,
        "dimension statement": "; ".join(map(str, record.measurements)),
        "inscription": record.inscriptions,
        "physical statement": record.distinguishing_features,
        "bibliography statement": record.related_written_material,
        "note": record.related_objects,
        "source statement": _source(record),
        "property status statement": record.status.value if "status" in one.fields else "",
    }
    return (statement(name, text) for name, text in texts.items() if text)


def _source(record: ObjectRecord) -> str:
    parts = (f"reported by {record.authority}" if record.authority else "",
             f"described on {record.date_documented}" if record.date_documented else "")  # fmt: skip
    return ", ".join(filter(None, parts))


def _production(record: ObjectRecord) -> Node:
    made = _said(
        {
            "timespan": _years(record.date) if record.date else None,
            "carried_out_by": [_named("Actor", record.maker)] if record.maker else [],
            "took_place_at": [_named("Place", record.place_of_origin)] if record.place_of_origin else [],
        }
    )
    return {"type": "Production"} | made if made else {}


def _named(of_type: str, name: str) -> Node:
    return {"type": of_type, "_label": name, "identified_by": [{"type": "Name", "content": name}]}


def _years(date: DatePeriod) -> Node:
    return _timespan(
        date.text,
        "" if date.earliest is None else f"{_year(date.earliest)}-01-01",
        "" if date.latest is None else f"{_year(date.latest)}-12-31",
    )


def _year(year: int) -> str:
    """A year as XML Schema writes it: four digits at least, before Christ with a minus."""
    return f"{year:05d}" if year < 0 else f"{year:04d}"


def _timespan(text: str, first: str, last: str) -> Node:
    return {"type": "TimeSpan"} | _said(
        {
            "identified_by": [{"type": "Name", "content": text}] if text else [],
            "begin_of_the_begin": f"{first}T00:00:00Z" if first else "",
            "end_of_the_end": f"{last}T23:59:59Z" if last else "",
        }
    )


def _materials(record: ObjectRecord, resolve: Resolve) -> list[Node]:
    """The materials whose concepts are known; all of them stand in the material statement."""
    words = dict.fromkeys(" ".join(piece.split()) for piece in _PIECES.split(record.materials))
    return [
        {"id": concept, "type": "Material", "_label": word}
        for word in words
        if word and (concept := resolve(Kind.materials, word)) is not None
    ]


def _dimension(one: Measurement) -> Node:
    number, unit = UNITS[one.unit]
    aat = DIMENSIONS.get(one.dimension)
    return {
        "type": "Dimension",
        "classified_as": [
            _said({"id": f"{AAT}{aat}" if aat else "", "type": "Type", "_label": one.dimension})
        ],
        "value": float(one.value),
        "unit": _said({"id": f"{AAT}{number}" if number else "", "type": "MeasurementUnit", "_label": unit}),
    }


def _subject(record: ObjectRecord, identifier: str) -> list[Node]:
    if not record.subject:
        return []
    shown = {"id": f"{identifier}/subject", "type": "VisualItem", "_label": "what is shown"}
    return [shown | {"referred_to_by": [statement("description", record.subject)]}]


def _representation(one: ExportedObject) -> list[Node]:
    pictures = []
    for photo in one.photographs:
        if photo.name:
            image: Node = {
                "type": "DigitalObject",
                "_label": photo.view.value,
                "classified_as": [kind("digital image")],
                "format": "image/jpeg",
                "access_point": [{"id": photo.name, "type": "DigitalObject"}],
            }
            pictures.append({"type": "VisualItem", "digitally_shown_by": [image]})
    return pictures


def _loss(one: ExportedObject, identifier: str, document: Node) -> Node:
    record, theft = one.record, one.record.theft or TheftDetails()
    lost = _said(
        {
            "type": "TransferOfCustody",
            "classified_as": [kind(LOSSES.get(record.status, "loss"))],
            "transferred_custody_of": [{name: document[name] for name in ("id", "type", "_label")}],
            "timespan": _timespan("", str(theft.earliest or ""), str(theft.latest or ""))
            if theft.earliest or theft.latest
            else None,
            "took_place_at": [_named("Place", theft.place)] if theft.place else [],
            "referred_to_by": [statement("description", theft.circumstances)] if theft.circumstances else [],
        }
    )
    case = {"type": "Identifier", "content": record.case_reference, "_label": "case reference"}
    return _said(
        {
            "@context": CONTEXT,
            "id": identifier,
            "type": "Activity",
            "_label": f"Loss of {document['_label']}",
            "classified_as": [kind("provenance activity")],
            "identified_by": [case] if record.case_reference else [],
            "part": [lost],
        }
    )
