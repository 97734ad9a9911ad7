"""LIDO as other tools write it, made for the tests."""

from __future__ import annotations

OURS = 'xmlns:lido="http://www.lido-schema.org"'


def museum_record(number: str = "DE-Mb112/lido-obj00154983") -> str:
    """A record with the habits of a museum's export: German first, display and index elements, much that we leave."""
    return f"""
  <lido:lido>
    <!-- exported by hand -->
    <lido:lidoRecID lido:type="local" lido:source="Museum">{number}</lido:lidoRecID>
    <lido:category><lido:conceptID lido:type="URI">http://example.org/E22</lido:conceptID></lido:category>
    <lido:descriptiveMetadata xml:lang="de">
      <lido:objectClassificationWrap>
        <lido:objectWorkTypeWrap>
          <lido:objectWorkType>
            <lido:conceptID lido:type="URI" lido:source="AAT">http://vocab.getty.edu/aat/300132294</lido:conceptID>
            <lido:term lido:addedSearchTerm="yes">Bild</lido:term>
            <lido:term xml:lang="de">Landschaftsgemälde</lido:term>
            <lido:term xml:lang="en">landscape painting</lido:term>
          </lido:objectWorkType>
        </lido:objectWorkTypeWrap>
        <lido:classificationWrap>
          <lido:classification><lido:term>Gemälde</lido:term></lido:classification>
          <lido:classification lido:type="europeana:type"><lido:term>IMAGE</lido:term></lido:classification>
        </lido:classificationWrap>
      </lido:objectClassificationWrap>
      <lido:objectIdentificationWrap>
        <lido:titleWrap><lido:titleSet>
          <lido:appellationValue lido:pref="preferred">Ufer bei Abend</lido:appellationValue>
          <lido:sourceAppellation>Inventar 1901</lido:sourceAppellation>
        </lido:titleSet></lido:titleWrap>
        <lido:inscriptionsWrap><lido:inscriptions>
          <lido:inscriptionTranscription>A. Vos</lido:inscriptionTranscription>
          <lido:inscriptionDescription><lido:descriptiveNoteValue>unten links</lido:descriptiveNoteValue>
          </lido:inscriptionDescription>
        </lido:inscriptions></lido:inscriptionsWrap>
        <lido:repositoryWrap><lido:repositorySet lido:type="current">
          <lido:repositoryName><lido:legalBodyName><lido:appellationValue>Stadtmuseum</lido:appellationValue>
          </lido:legalBodyName></lido:repositoryName>
          <lido:workID lido:type="inventory number">G 15</lido:workID>
        </lido:repositorySet></lido:repositoryWrap>
        <lido:objectDescriptionWrap>
          <lido:objectDescriptionSet><lido:descriptiveNoteValue>Ein Ufer.</lido:descriptiveNoteValue>
          </lido:objectDescriptionSet>
          <lido:objectDescriptionSet lido:type="Zustand">
            <lido:descriptiveNoteValue>Riss rechts</lido:descriptiveNoteValue>
          </lido:objectDescriptionSet>
        </lido:objectDescriptionWrap>
        <lido:objectMeasurementsWrap>
          <lido:objectMeasurementsSet>
            <lido:displayObjectMeasurements>46,5 x 38 cm</lido:displayObjectMeasurements>
            <lido:objectMeasurements>
              <lido:measurementsSet>
                <lido:measurementType xml:lang="de">Höhe</lido:measurementType>
                <lido:measurementType xml:lang="en">height</lido:measurementType>
                <lido:measurementUnit>cm</lido:measurementUnit>
                <lido:measurementValue>46,5</lido:measurementValue>
              </lido:measurementsSet>
              <lido:measurementsSet>
                <lido:measurementType>Breite</lido:measurementType>
                <lido:measurementUnit>cm</lido:measurementUnit>
                <lido:measurementValue>ca. 38</lido:measurementValue>
              </lido:measurementsSet>
            </lido:objectMeasurements>
          </lido:objectMeasurementsSet>
          <lido:objectMeasurementsSet>
            <lido:displayObjectMeasurements>Rahmenhöhe 60 cm</lido:displayObjectMeasurements>
          </lido:objectMeasurementsSet>
        </lido:objectMeasurementsWrap>
      </lido:objectIdentificationWrap>
      <lido:eventWrap>
        <lido:eventSet><lido:event>
          <lido:eventType>
            <lido:conceptID lido:type="URI">http://terminology.lido-schema.org/lido00007</lido:conceptID>
            <lido:term>Herstellung</lido:term>
          </lido:eventType>
          <lido:eventActor>
            <lido:displayActorInRole>Anna Vos (1820-1890), Malerin</lido:displayActorInRole>
            <lido:actorInRole>
              <lido:actor lido:type="person">
                <lido:nameActorSet>
                  <lido:appellationValue lido:pref="alternate">Voss, A.</lido:appellationValue>
                </lido:nameActorSet>
                <lido:nameActorSet>
                  <lido:appellationValue lido:pref="preferred">Vos, Anna</lido:appellationValue>
                </lido:nameActorSet>
                <lido:genderActor>female</lido:genderActor>
              </lido:actor>
              <lido:roleActor><lido:term>Malerin</lido:term></lido:roleActor>
              <lido:attributionQualifierActor>zugeschrieben</lido:attributionQualifierActor>
            </lido:actorInRole>
          </lido:eventActor>
          <lido:eventDate>
            <lido:displayDate>um 1850</lido:displayDate>
            <lido:date><lido:earliestDate>1845-01-01</lido:earliestDate><lido:latestDate>1855</lido:latestDate></lido:date>
          </lido:eventDate>
          <lido:eventPlace><lido:place><lido:namePlaceSet><lido:appellationValue>Haarlem</lido:appellationValue>
            </lido:namePlaceSet><lido:partOfPlace><lido:namePlaceSet><lido:appellationValue>Holland</lido:appellationValue>
            </lido:namePlaceSet></lido:partOfPlace></lido:place></lido:eventPlace>
          <lido:eventMaterialsTech><lido:materialsTech>
            <lido:termMaterialsTech lido:type="material"><lido:term>Leinwand</lido:term></lido:termMaterialsTech>
            <lido:termMaterialsTech lido:type="technique"><lido:term>Öl</lido:term></lido:termMaterialsTech>
          </lido:materialsTech></lido:eventMaterialsTech>
        </lido:event></lido:eventSet>
        <lido:eventSet><lido:event>
          <lido:eventType><lido:term>Diebstahl</lido:term></lido:eventType>
          <lido:eventDate><lido:displayDate>2.11.2024</lido:displayDate></lido:eventDate>
          <lido:eventPlace><lido:displayPlace>Stadtmuseum, Saal 3</lido:displayPlace></lido:eventPlace>
        </lido:event></lido:eventSet>
      </lido:eventWrap>
      <lido:objectRelationWrap>
        <lido:subjectWrap><lido:subjectSet><lido:subject>
          <lido:subjectConcept><lido:term>Ufer</lido:term></lido:subjectConcept>
          <lido:subjectConcept><lido:term>Abend</lido:term></lido:subjectConcept>
        </lido:subject></lido:subjectSet></lido:subjectWrap>
        <lido:relatedWorksWrap><lido:relatedWorkSet>
          <lido:relatedWork><lido:displayObject>Katalog 1931, Nr. 4</lido:displayObject></lido:relatedWork>
          <lido:relatedWorkRelType><lido:term>Literatur</lido:term></lido:relatedWorkRelType>
        </lido:relatedWorkSet></lido:relatedWorksWrap>
      </lido:objectRelationWrap>
    </lido:descriptiveMetadata>
    <lido:descriptiveMetadata xml:lang="fr">
      <lido:objectClassificationWrap><lido:objectWorkTypeWrap><lido:objectWorkType>
        <lido:term>paysage</lido:term></lido:objectWorkType></lido:objectWorkTypeWrap></lido:objectClassificationWrap>
      <lido:objectIdentificationWrap><lido:titleWrap><lido:titleSet>
        <lido:appellationValue>Rivage le soir</lido:appellationValue></lido:titleSet></lido:titleWrap>
      </lido:objectIdentificationWrap>
    </lido:descriptiveMetadata>
    <lido:administrativeMetadata xml:lang="de">
      <lido:rightsWorkWrap><lido:rightsWorkSet><lido:creditLine>Alle Rechte</lido:creditLine></lido:rightsWorkSet>
      </lido:rightsWorkWrap>
      <lido:recordWrap>
        <lido:recordID lido:type="local">00154983</lido:recordID>
        <lido:recordType><lido:term>Einzelobjekt</lido:term></lido:recordType>
        <lido:recordSource><lido:legalBodyName><lido:appellationValue>Stadtmuseum Veldermond</lido:appellationValue>
        </lido:legalBodyName></lido:recordSource>
        <lido:recordInfoSet><lido:recordMetadataDate lido:type="created">2021-03-09</lido:recordMetadataDate>
        </lido:recordInfoSet>
      </lido:recordWrap>
      <lido:resourceWrap><lido:resourceSet>
        <lido:resourceRepresentation lido:type="image_thumb"><lido:linkResource>thumb.jpg</lido:linkResource>
        </lido:resourceRepresentation>
        <lido:resourceRepresentation lido:type="image_master"><lido:linkResource>bilder/a.jpg</lido:linkResource>
        </lido:resourceRepresentation>
        <lido:resourcePerspective><lido:term>Rückseite</lido:term></lido:resourcePerspective>
      </lido:resourceSet></lido:resourceWrap>
    </lido:administrativeMetadata>
  </lido:lido>"""


def wrapped(
    *records: str, declared: str = '<?xml version="1.0" encoding="UTF-8"?>', attributes: str = OURS
) -> str:
    """Records in a lidoWrap."""
    return f"{declared}<lido:lidoWrap {attributes}>{''.join(records)}</lido:lidoWrap>"


def small_record(number: int, title: str = "Vase", inner: str = "") -> str:
    """The least that LIDO lets a record be."""
    return (
        f"<lido:lido><lido:lidoRecID>{number}</lido:lidoRecID><lido:descriptiveMetadata xml:lang='en'>"
        "<lido:objectClassificationWrap><lido:objectWorkTypeWrap><lido:objectWorkType/></lido:objectWorkTypeWrap>"
        "</lido:objectClassificationWrap><lido:objectIdentificationWrap><lido:titleWrap><lido:titleSet>"
        f"<lido:appellationValue>{title}</lido:appellationValue></lido:titleSet></lido:titleWrap>{inner}"
        "</lido:objectIdentificationWrap></lido:descriptiveMetadata><lido:administrativeMetadata xml:lang='en'>"
        "<lido:recordWrap><lido:recordID>1</lido:recordID><lido:recordType/><lido:recordSource/></lido:recordWrap>"
        "</lido:administrativeMetadata></lido:lido>"
    )
