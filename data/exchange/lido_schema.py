"""How a LIDO 1.0 record is put together: which element holds which others, in which order, and which must be there.

Only elements that the import reads, or that stand around these, are listed; what is inside others is not judged. To
judge a record by all of LIDO's rules, give its XML schema, which everybody may get from lido-schema.org.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any, Final

from lxml import etree

from data.exchange.report import ImportRefused

NAMESPACE: Final = "http://www.lido-schema.org"
XML_LANG: Final = "{http://www.w3.org/XML/1998/namespace}lang"
MOST_FINDINGS: Final = 10
_CONCEPT: Final = "conceptID* term*"
_NOTE: Final = "descriptiveNoteID* descriptiveNoteValue* sourceDescriptiveNote*"
_PLACE: Final = "placeID* namePlaceSet* gml* partOfPlace* placeClassification*"
_MODELS: Final = {
    "lido": "lidoRecID+ objectPublishedID* category? descriptiveMetadata+ administrativeMetadata+",
    "descriptiveMetadata": "objectClassificationWrap objectIdentificationWrap eventWrap? objectRelationWrap?",
    "objectClassificationWrap": "objectWorkTypeWrap classificationWrap?",
    "objectWorkTypeWrap": "objectWorkType+",
    "classificationWrap": "classification*",
    "objectIdentificationWrap": "titleWrap inscriptionsWrap? repositoryWrap? displayStateEditionWrap? "
    "objectDescriptionWrap? objectMeasurementsWrap?",
    "titleWrap": "titleSet+",
    "titleSet": "appellationValue+ sourceAppellation*",
    "inscriptionsWrap": "inscriptions*",
    "inscriptions": "inscriptionTranscription* inscriptionDescription*",
    "inscriptionDescription": _NOTE,
    "repositoryWrap": "repositorySet*",
    "repositorySet": "repositoryName? workID* repositoryLocation?",
    "objectDescriptionWrap": "objectDescriptionSet*",
    "objectDescriptionSet": _NOTE,
    "objectMeasurementsWrap": "objectMeasurementsSet*",
    "objectMeasurementsSet": "displayObjectMeasurements* objectMeasurements?",
    "objectMeasurements": "measurementsSet* extentMeasurements* qualifierMeasurements* formatMeasurements* "
    "shapeMeasurements* scaleMeasurements*",
    "measurementsSet": "measurementType+ measurementUnit+ measurementValue",
    "eventWrap": "eventSet*",
    "eventSet": "displayEvent* event?",
    "event": "eventID* eventType roleInEvent* eventName* eventActor* culture* eventDate? periodName* eventPlace* "
    "eventMethod* eventMaterialsTech* thingPresent* relatedEventSet* eventDescriptionSet*",
    "eventActor": "displayActorInRole* actorInRole?",
    "actorInRole": "actor roleActor* attributionQualifierActor* extentActor*",
    "actor": "actorID* nameActorSet+ nationalityActor* vitalDatesActor? genderActor*",
    "nameActorSet": "appellationValue+ sourceAppellation*",
    "eventDate": "displayDate* date?",
    "date": "earliestDate? latestDate?",
    "eventPlace": "displayPlace* place?",
    "place": _PLACE,
    "partOfPlace": _PLACE,
    "namePlaceSet": "appellationValue+ sourceAppellation*",
    "eventMaterialsTech": "displayMaterialsTech* materialsTech?",
    "materialsTech": "termMaterialsTech* extentMaterialsTech* sourceMaterialsTech*",
    "eventDescriptionSet": _NOTE,
    "objectRelationWrap": "subjectWrap? relatedWorksWrap?",
    "subjectWrap": "subjectSet*",
    "subjectSet": "displaySubject* subject?",
    "subject": "extentSubject* subjectConcept* subjectActor* subjectDate* subjectEvent* subjectPlace* subjectObject*",
    "relatedWorksWrap": "relatedWorkSet*",
    "relatedWorkSet": "relatedWork? relatedWorkRelType?",
    "relatedWork": "displayObject* object?",
    "administrativeMetadata": "rightsWorkWrap? recordWrap resourceWrap?",
    "recordWrap": "recordID+ recordType recordSource+ recordRights* recordInfoSet*",
    "recordSource": "legalBodyID* legalBodyName* legalBodyWeblink*",
    "legalBodyName": "appellationValue+ sourceAppellation*",
    "recordInfoSet": "recordInfoID* recordInfoLink* recordMetadataDate*",
    "resourceWrap": "resourceSet*",
    "resourceSet": "resourceID? resourceRepresentation* resourceType? resourceRelType* resourcePerspective* "
    "resourceDescription* resourceDateTaken? resourceSource* rightsResource*",
    "resourceRepresentation": "linkResource resourceMeasurementsSet*",
    **dict.fromkeys(
        (
            "category", "objectWorkType", "classification", "eventType", "roleInEvent", "culture", "periodName",
            "eventMethod", "termMaterialsTech", "subjectConcept", "relatedWorkRelType", "recordType",
            "resourceType", "resourceRelType", "resourcePerspective",
        ),
        _CONCEPT,
    ),
}  # fmt: skip
"""For each element, its children in their order: + at least one, * any number, ? at most one, else exactly one."""
_PARTS: Final = {
    name: [(re.sub(r"\W", "", part), part[-1] if part[-1] in "+*?" else "") for part in model.split()]
    for name, model in _MODELS.items()
}
_ORDER: Final = {
    name: {part: place for place, (part, _) in enumerate(parts)} for name, parts in _PARTS.items()
}
_NEED_LANGUAGE: Final = ("descriptiveMetadata", "administrativeMetadata")


def local_name(element: etree._Element) -> str:
    """The element's name without its namespace, or a prefix that was never declared; empty for what is no element."""
    tag = element.tag
    return _bare(tag) if isinstance(tag, str) else ""


@lru_cache(maxsize=4096)
def _bare(tag: str) -> str:
    return tag.rpartition("}")[2].rpartition(":")[2]


def findings(record: etree._Element) -> list[str]:
    """What of a record is not as LIDO says, the first few, each with its line."""
    found = []
    for finding in _findings(record):
        found.append(finding)
        if len(found) == MOST_FINDINGS:
            break
    return found


def _findings(record: etree._Element) -> Iterator[str]:
    if record.tag != f"{{{NAMESPACE}}}lido":
        yield f"line {record.sourceline}: lido is not in LIDO's namespace {NAMESPACE}"
    for element in record.iter():
        name = local_name(element)
        if name in _NEED_LANGUAGE and not element.get(XML_LANG):
            yield f"line {element.sourceline}: {name} does not say its language (xml:lang)"
        if name in _PARTS:
            yield from _judged(element, name)


def _judged(element: etree._Element, name: str) -> Iterator[str]:
    where = f"line {element.sourceline}: {name}"
    order = _ORDER[name]
    children = [child_name for child in element if (child_name := local_name(child))]
    last = 0
    for child in children:
        if child not in order:
            yield f"{where} holds {child}, which does not belong there"
        elif order[child] < last:
            yield f"{where} holds {child} too late: it belongs before {_PARTS[name][last][0]}"
        else:
            last = order[child]
    for part, how_many in _PARTS[name]:
        count = children.count(part)
        if how_many in ("", "+") and not count:
            yield f"{where} lacks {part}"
        if how_many in ("", "?") and count > 1:
            yield f"{where} holds {count} of {part}, where one may stand"


class Schema:
    """LIDO's own XML schema, from a file of the user."""

    def __init__(self, path: Path) -> None:
        parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
        try:
            self._schema = etree.XMLSchema(etree.parse(path, parser))
        except (OSError, etree.XMLSyntaxError, etree.XMLSchemaParseError) as error:
            raise ImportRefused(
                f"{path} cannot be used as an XML schema: {error}. Schemas that it includes must lie beside it."
            ) from error

    def findings(self, record: etree._Element) -> list[str]:
        """What of a record is not as the schema says, the first few, each with its line."""
        if self._schema.validate(record):
            return []
        log: Iterable[Any] = self._schema.error_log  # type: ignore[assignment]  # lxml-stubs does not know it
        return [f"line {one.line}: {one.message}" for one in islice(log, MOST_FINDINGS)]
