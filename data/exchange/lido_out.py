"""Writes objects as LIDO 1.0, each a record of its own within one lidoWrap.

LIDO has a place for nearly all that a record holds; where it leaves a thing to be named, data.exchange.lido_words
says the word, by which the import knows it again. The language of the texts is not known to the register, so it
is said to be undetermined ("und") unless the caller knows it.
"""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import BinaryIO, Final

from lxml import etree

from data.exchange import lido_words as words
from data.exchange.exported import ExportedObject, ExportedPhotograph
from data.exchange.lido_schema import NAMESPACE, XML_LANG
from data.object_id import DatePeriod, Measurement, ObjectRecord, OwnerDetails, TheftDetails

UNKNOWN_LANGUAGE: Final = "und"
_CATEGORY: Final = "http://www.cidoc-crm.org/crm-concepts/E22"
_UNSAYABLE: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_Element = etree._Element


def write_lido(file: BinaryIO, objects: Iterable[ExportedObject], language: str = UNKNOWN_LANGUAGE) -> None:
    """Write the objects, one after the other; a file without any would not be LIDO, and holds an empty lidoWrap."""
    with etree.xmlfile(file, encoding="utf-8") as xml:
        xml.write_declaration()
        with xml.element(f"{{{NAMESPACE}}}lidoWrap", nsmap={"lido": NAMESPACE}):
            for one in objects:
                xml.write(record_of(one, language), pretty_print=True)


def record_of(one: ExportedObject, language: str = UNKNOWN_LANGUAGE) -> _Element:
    """The object as an element lido."""
    lido = etree.Element(f"{{{NAMESPACE}}}lido", nsmap={"lido": NAMESPACE})
    _add(lido, "lidoRecID", one.record_id, type="local")
    _concept(_add(lido, "category"), "Human-Made Object", _CATEGORY)
    described = _add(lido, "descriptiveMetadata")
    described.set(XML_LANG, language)
    _classification(described, one)
    _identification(described, one.record)
    _events(described, one.record)
    _relations(described, one.record)
    administered = _add(lido, "administrativeMetadata")
    administered.set(XML_LANG, language)
    _administration(administered, one)
    return lido


def _add(parent: _Element, name: str, text: str | None = None, **attributes: str) -> _Element:
    element = etree.SubElement(parent, f"{{{NAMESPACE}}}{name}")
    for key, value in attributes.items():
        element.set(f"{{{NAMESPACE}}}{key}", _UNSAYABLE.sub("\ufffd", value))
    if text is not None:
        element.text = _UNSAYABLE.sub("\ufffd", text)
    return element


def _chain(parent: _Element, *names: str) -> _Element:
    for name in names:
        parent = _add(parent, name)
    return parent


def _concept(element: _Element, term: str, identifier: str = "") -> None:
    if identifier:
        _add(element, "conceptID", identifier, type="URI")
    _add(element, "term", term)


def _classification(described: _Element, one: ExportedObject) -> None:
    wrap = _add(described, "objectClassificationWrap")
    *general, special = one.record.type_path or ("",)
    own = _chain(wrap, "objectWorkTypeWrap", "objectWorkType")  # must be there, and may say nothing
    if special:
        _concept(own, special)
    classes = _add(wrap, "classificationWrap")
    for number, level in enumerate(general, 1):
        _concept(_add(classes, "classification", type=words.TYPE_LEVEL, sortorder=str(number)), level)
    if "status" in one.fields:
        _concept(_add(classes, "classification", type=words.STATUS), one.record.status.value)


def _identification(described: _Element, record: ObjectRecord) -> None:
    wrap = _add(described, "objectIdentificationWrap")
    _add(_chain(wrap, "titleWrap", "titleSet"), "appellationValue", record.title)
    if record.inscriptions:
        inscription = _chain(wrap, "inscriptionsWrap", "inscriptions", "inscriptionDescription")
        _add(inscription, "descriptiveNoteValue", record.inscriptions)
    if record.inventory_number:
        kept = _chain(wrap, "repositoryWrap", "repositorySet")
        _add(kept, "workID", record.inventory_number, type=words.INVENTORY_NUMBER)
    notes = {words.DESCRIPTION: record.description, words.FEATURES: record.distinguishing_features}
    if any(notes.values()):
        described_by = _add(wrap, "objectDescriptionWrap")
        for kind, text in notes.items():
            if text:
                _add(_add(described_by, "objectDescriptionSet", type=kind), "descriptiveNoteValue", text)
    if record.measurements:
        _measurements(_chain(wrap, "objectMeasurementsWrap", "objectMeasurementsSet"), record.measurements)


def _measurements(parent: _Element, measurements: Iterable[Measurement]) -> None:
    inner = _add(parent, "objectMeasurements")
    for one in measurements:
        part = _add(inner, "measurementsSet")
        _add(part, "measurementType", one.dimension, label=words.DIMENSION)
        _add(part, "measurementUnit", one.unit)
        _add(part, "measurementValue", f"{one.value.normalize():f}")


@contextmanager
def _event(wrap: _Element, name: str, identifier: str, case: str = "") -> Iterator[_Element]:
    event = _chain(wrap, "eventSet", "event")
    if case:
        _add(event, "eventID", case, type=words.CASE_REFERENCE)
    _concept(_add(event, "eventType"), name, identifier)
    yield event


def _events(described: _Element, record: ObjectRecord) -> None:
    wrap = _add(described, "eventWrap")
    if record.maker or record.date or record.place_of_origin or record.materials:
        with _event(wrap, "Production", words.PRODUCTION_ID) as made:
            if record.maker:
                actor = _chain(made, "eventActor", "actorInRole", "actor", "nameActorSet")
                _add(actor, "appellationValue", record.maker)
            if record.date:
                _date(made, record.date)
            if record.place_of_origin:
                _add(_add(made, "eventPlace"), "displayPlace", record.place_of_origin)
            if record.materials:
                _add(_add(made, "eventMaterialsTech"), "displayMaterialsTech", record.materials)
    if record.theft or record.case_reference:
        with _event(wrap, "Loss", words.LOSS_ID, record.case_reference) as lost:
            _theft(lost, record.theft or TheftDetails())
    if record.owner:
        with _event(wrap, words.OWNERSHIP_TERM, "") as owned:
            _owner(owned, record.owner)


def _owner(owned: _Element, owner: OwnerDetails) -> None:
    if owner.name:
        role = _chain(owned, "eventActor", "actorInRole")
        _add(_chain(role, "actor", "nameActorSet"), "appellationValue", owner.name)
        _concept(_add(role, "roleActor"), words.OWNER)
    if owner.contact:  # LIDO has no place for it in the actor
        _add(_add(owned, "eventDescriptionSet"), "descriptiveNoteValue", owner.contact)


def _date(made: _Element, date: DatePeriod) -> None:
    parent = _add(made, "eventDate")
    if date.text:
        _add(parent, "displayDate", date.text)
    years = _add(parent, "date")  # empty where no year is known: none is to be read out of the text
    for name, year in (("earliestDate", date.earliest), ("latestDate", date.latest)):
        if year is not None:
            _add(years, name, f"{year:05d}" if year < 0 else f"{year:04d}")


def _theft(lost: _Element, theft: TheftDetails) -> None:
    if theft.earliest or theft.latest:
        days = _chain(lost, "eventDate", "date")
        if theft.earliest:
            _add(days, "earliestDate", str(theft.earliest))
        if theft.latest:
            _add(days, "latestDate", str(theft.latest))
    if theft.place:
        _add(_add(lost, "eventPlace"), "displayPlace", theft.place)
    if theft.circumstances:
        _add(_add(lost, "eventDescriptionSet"), "descriptiveNoteValue", theft.circumstances)


def _relations(described: _Element, record: ObjectRecord) -> None:
    wrap = _add(described, "objectRelationWrap")
    if record.subject:
        _add(_chain(wrap, "subjectWrap", "subjectSet"), "displaySubject", record.subject)
    related = {words.WRITTEN: record.related_written_material, words.RELATED: record.related_objects}
    if any(related.values()):
        works = _add(wrap, "relatedWorksWrap")
        for kind, text in related.items():
            if text:
                one = _add(works, "relatedWorkSet")
                _add(_add(one, "relatedWork"), "displayObject", text)
                _concept(_add(one, "relatedWorkRelType"), kind)


def _administration(administered: _Element, one: ExportedObject) -> None:
    wrap = _add(administered, "recordWrap")
    _add(wrap, "recordID", one.record_id, type="local")
    _concept(_add(wrap, "recordType"), "item")
    source = _add(wrap, "recordSource")
    if one.record.authority:
        _add(_add(source, "legalBodyName"), "appellationValue", one.record.authority)
    if one.record.date_documented:
        info = _add(wrap, "recordInfoSet")
        _add(info, "recordMetadataDate", str(one.record.date_documented), type=words.DOCUMENTED)
    photos = [photo for photo in one.photographs if photo.name]
    if photos:
        resources = _add(administered, "resourceWrap")
        for photo in photos:
            _photo(resources, photo)


def _photo(resources: _Element, photo: ExportedPhotograph) -> None:
    one = _add(resources, "resourceSet")
    picture = _add(one, "resourceRepresentation", type="image_master")
    _add(picture, "linkResource", photo.name, formatResource="image/jpeg")
    _concept(_add(one, "resourceType"), "photograph")
    _concept(_add(one, "resourcePerspective"), photo.view.value)
