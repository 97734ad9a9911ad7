"""Reads a LIDO record as the fields of an object: what it says, its photos, and what of it was not taken."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from pydantic import ValidationError

from data.exchange import lido_words as words
from data.exchange import values
from data.exchange.lido_elements import Element, Elements, language_of
from data.exchange.lido_events import events_of
from data.exchange.mapping import reasons
from data.object_id import MEASUREMENTS, TYPE_LEVELS, Measurement, ViewKind

_NUMBER: Final = re.compile(r"\d+(?:[.,]\d+)?", re.ASCII)


@dataclass(slots=True)
class LidoObject:
    """What a record says."""

    record_id: str = ""
    fields: dict[str, Any] = field(default_factory=dict)
    """Fields of ObjectRecord, only those that the record says something in."""
    photos: list[tuple[str, ViewKind | None]] = field(default_factory=list)
    """Their links, and what they show."""
    notes: list[str] = field(default_factory=list)


def read_record(record: Element, language: str = "") -> LidoObject:
    """Read a record. Of several languages the wanted one is taken, else English, else the first."""
    elements = Elements(record, language)
    found = LidoObject(elements.text(elements.find(record, "lidoRecID")))
    blocks = elements.find(record, "descriptiveMetadata")
    languages = list(dict.fromkeys(language_of(block) for block in blocks))
    if languages:
        best = elements.best(languages)
        elements.prefer(best)
        blocks.sort(key=lambda block: language_of(block) != best)
    for number, block in enumerate(blocks):
        notes = found.notes if number == 0 else []  # what the second says in another language is said once
        for name, value in _described(elements, block, notes).items():
            found.fields.setdefault(name, value)
        if number:
            elements.ignore([block])
    if len(languages) > 1:
        found.notes.append(f"described in {', '.join(filter(None, languages))}; taken: {best or 'the first'}")
    administrative = elements.find(record, "administrativeMetadata")
    for block in administrative:
        for name, value in _administered(elements, block).items():
            found.fields.setdefault(name, value)
    if administrative:
        found.photos = _photos(elements, administrative[0], found.notes)
        elements.ignore(elements.find(administrative[1:], "resourceWrap"))
    if left := elements.left():
        found.notes.append(left)
    return found


def _described(elements: Elements, block: Element, notes: list[str]) -> dict[str, Any]:
    identified = elements.find(block, "objectIdentificationWrap")
    fields: dict[str, Any] = {
        "type_path": _types(elements, elements.find(block, "objectClassificationWrap"), notes),
        "status": _status(elements, block, notes),
        "title": "; ".join(
            filter(None, (elements.name([one]) for one in elements.find(identified, "titleWrap", "titleSet")))
        ),
        "inscriptions": _inscriptions(elements, identified),
        "inventory_number": _inventory_number(elements, identified),
        "measurements": _measurements(elements, identified, notes),
        "subject": _subject(
            elements, elements.find(block, "objectRelationWrap", "subjectWrap", "subjectSet")
        ),
        **_noted(elements, elements.find(identified, "objectDescriptionWrap", "objectDescriptionSet")),
        **_related(
            elements, elements.find(block, "objectRelationWrap", "relatedWorksWrap", "relatedWorkSet")
        ),
        **events_of(elements, block, notes),
    }
    return {name: value for name, value in fields.items() if value}


def _types(elements: Elements, wraps: Sequence[Element], notes: list[str]) -> list[str]:
    """Levels of the type: classifications first, which are the general ones, then the object's own kind."""
    classes = [
        one
        for one in elements.find(wraps, "classificationWrap", "classification")
        if elements.attribute(one, "type").casefold() not in words.NO_TYPES
    ]
    for one in elements.find(wraps, "classificationWrap", "classification"):
        if elements.attribute(one, "type").casefold() == "europeana:type":
            elements.ignore([one])  # IMAGE, TEXT: of the digital record, not of the object
    own = [one for one in classes if elements.attribute(one, "type") == words.TYPE_LEVEL]
    levels = elements.terms(classes) + elements.terms(
        elements.find(wraps, "objectWorkTypeWrap", "objectWorkType")
    )
    if not own:
        levels = list({level.casefold(): level for level in levels}.values())
    if len(levels) > TYPE_LEVELS:
        notes.append(f"types beyond the first {TYPE_LEVELS}, not taken: {', '.join(levels[TYPE_LEVELS:])}")
    return levels[:TYPE_LEVELS]


def _status(elements: Elements, block: Element, notes: list[str]) -> str | None:
    given = [
        one
        for one in elements.find(block, "objectClassificationWrap", "classificationWrap", "classification")
        if elements.attribute(one, "type").casefold() == words.STATUS
    ]
    for term in elements.terms(given):
        try:
            return values.status(term).value
        except values.CellProblem as problem:
            notes.append(str(problem))
    return None


def _inscriptions(elements: Elements, identified: Sequence[Element]) -> str:
    texts = []
    for one in elements.find(identified, "inscriptionsWrap", "inscriptions"):
        texts += elements.texts(elements.find(one, "inscriptionDescription", "descriptiveNoteValue"))
        texts += elements.texts(elements.find(one, "inscriptionTranscription"))
    return "\n".join(texts)


def _inventory_number(elements: Elements, identified: Sequence[Element]) -> str:
    ids = elements.find(identified, "repositoryWrap", "repositorySet", "workID")
    named = [one for one in ids if "inv" in elements.attribute(one, "type").casefold()]
    return elements.text((named or ids)[:1])


def _noted(elements: Elements, sets: Iterable[Element]) -> dict[str, str]:
    notes: dict[str, list[str]] = {"description": [], "distinguishing_features": []}
    for one in sets:
        kind = elements.attribute(one, "type").casefold()
        name = (
            "distinguishing_features" if any(word in kind for word in words.FEATURE_WORDS) else "description"
        )
        notes[name] += elements.texts(elements.find(one, "descriptiveNoteValue"))
    return {name: "\n\n".join(texts) for name, texts in notes.items()}


def _related(elements: Elements, sets: Iterable[Element]) -> dict[str, str]:
    related: dict[str, list[str]] = {"related_written_material": [], "related_objects": []}
    for one in sets:
        kind = " ".join(elements.terms(elements.find(one, "relatedWorkRelType"))).casefold()
        shown = elements.texts(elements.find(one, "relatedWork", "displayObject"))
        noted = elements.texts(elements.find(one, "relatedWork", "object", "objectNote"))
        is_written = any(word in kind for word in words.WRITTEN_WORDS)
        related["related_written_material" if is_written else "related_objects"] += shown or noted
    return {name: "\n".join(texts) for name, texts in related.items()}


def _subject(elements: Elements, sets: Iterable[Element]) -> str:
    subjects = []
    for one in sets:
        shown = elements.texts(elements.find(one, "displaySubject"))
        concepts = elements.terms(elements.find(one, "subject", "subjectConcept"))
        actors = [
            elements.text(elements.find(actor, "displayActor"))
            or elements.name(elements.find(actor, "actor", "nameActorSet"))
            for actor in elements.find(one, "subject", "subjectActor")
        ]
        places = elements.texts(elements.find(one, "subject", "subjectPlace", "displayPlace"))
        subjects += shown or list(filter(None, [*concepts, *actors, *places]))
    return ", ".join(dict.fromkeys(subjects))


def _measurements(
    elements: Elements, identified: Sequence[Element], notes: list[str]
) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []
    for one in elements.find(identified, "objectMeasurementsWrap", "objectMeasurementsSet"):
        shown = elements.texts(elements.find(one, "displayObjectMeasurements"))
        extents = elements.find(one, "objectMeasurements", "extentMeasurements")
        extent = elements.text(extents)
        structured = [
            measurement
            for part in elements.find(one, "objectMeasurements", "measurementsSet")
            if (measurement := _measurement(elements, part, extent, notes)) is not None
        ]
        found += structured or _shown_measurements(shown, notes)
    if len(found) > MEASUREMENTS:
        notes.append(f"measurements beyond the first {MEASUREMENTS} were not taken ({len(found)} are given)")
    return found[:MEASUREMENTS]


def _measurement(elements: Elements, part: Element, extent: str, notes: list[str]) -> dict[str, str] | None:
    dimension, unit, value = (
        elements.text(elements.find(part, f"measurement{name}")) for name in ("Type", "Unit", "Value")
    )
    number = value.removesuffix(unit).strip() if unit else value
    if not _NUMBER.fullmatch(number):
        notes.append(f"measurement not understood: {' '.join(filter(None, (dimension, value, unit)))}")
        return None
    types = elements.find(part, "measurementType")
    is_ours = any(elements.attribute(one, "label") == words.DIMENSION for one in types)
    own = dimension if is_ours else values.dimension_of(dimension)
    given = {
        "dimension": f"{own} ({extent})" if extent else own,
        "value": number.replace(",", "."),
        "unit": unit,
    }
    try:
        checked = Measurement.model_validate(given)
    except ValidationError as error:
        notes.append(f"measurement not understood: {dimension} {value} {unit} ({reasons(error)})")
        return None
    return given | {"unit": checked.unit}


def _shown_measurements(shown: Iterable[str], notes: list[str]) -> list[dict[str, str]]:
    found = []
    for text in shown:
        try:
            found += values.amounts(text)
        except values.CellProblem as problem:
            notes.append(str(problem))
    return found


def _administered(elements: Elements, block: Element) -> dict[str, Any]:
    record = elements.find(block, "recordWrap")
    authority = "; ".join(
        filter(None, (elements.name([one]) for one in elements.find(record, "recordSource", "legalBodyName")))
    )
    documented = None
    for date in elements.find(record, "recordInfoSet", "recordMetadataDate"):
        kind = elements.attribute(date, "type").casefold()
        text = elements.text([date])
        if documented is None and any(word in kind for word in words.DOCUMENTED_WORDS):
            documented = _day(text)
    fields = {"authority": authority, "date_documented": documented}
    return {name: value for name, value in fields.items() if value}


def _day(text: str) -> Any:
    try:
        return values.day(text, "date_documented")
    except values.CellProblem:  # a year or a month is no day; the register needs none
        return None


def _photos(elements: Elements, block: Element, notes: list[str]) -> list[tuple[str, ViewKind | None]]:
    photos: list[tuple[str, ViewKind | None]] = []
    for one in elements.find(block, "resourceWrap", "resourceSet"):
        pictures = elements.find(one, "resourceRepresentation")
        pictures.sort(key=lambda picture: _smallness(elements.attribute(picture, "type").casefold()))
        links = elements.find(pictures, "linkResource")
        elements.ignore(pictures)
        view = _view(elements.terms(elements.find(one, "resourcePerspective")), notes)
        if links and (link := (links[0].text or "").strip()):
            photos.append((link, view))
    return photos


def _smallness(kind: str) -> int:
    if any(word in kind for word in words.SMALL_PICTURES):
        return 2
    return 0 if any(word in kind for word in words.LARGE_PICTURES) else 1


def _view(perspectives: Iterable[str], notes: list[str]) -> ViewKind | None:
    for word in perspectives:
        try:
            return values.view(word)
        except values.CellProblem:
            notes.append(f"the perspective {word!r} of a photo is none that is known")
    return None
