"""LIDO comes in as other tools write it, and goes out so that nothing is lost that both formats know."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from data.exchange import lido_xml
from data.exchange.fetch import Fetcher
from data.exchange.file_import import Asked, import_file, kind_of
from data.exchange.lido_out import record_of, write_lido
from data.exchange.lido_reader import read_record
from data.exchange.lido_schema import NAMESPACE, findings
from data.exchange.lido_xml import records as records_of
from data.exchange.mapping import validated
from data.exchange.report import ImportRefused, ImportReport
from data.intake import IntakePool
from data.object_id import EXAMPLE, ObjectRecord, ViewKind
from data.register import Register
from tests.data.lido_files import OURS, museum_record, small_record, wrapped
from tests.data.lists import Outcomes, write_photos
from tests.data.records import outgoing, records

Import = Callable[..., tuple[ImportReport, Outcomes]]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "list.xml"


@pytest.fixture
def run(register: Register, pool: IntakePool, path: Path) -> Import:
    """Import what is written into the file."""

    def import_it(text: str | bytes, **asked: Any) -> tuple[ImportReport, Outcomes]:
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        outcomes = Outcomes()
        report = import_file(
            register, path, Asked(**asked), pool=pool, fetcher=Fetcher(()), progress=outcomes.append
        )
        return report, outcomes

    return import_it


@settings(max_examples=40)
@given(records())
def test_any_record_survives_lido(record: ObjectRecord) -> None:
    file = io.BytesIO()
    write_lido(file, [outgoing(record, ViewKind.back, ViewKind.scale)])
    element = etree.fromstring(file.getvalue())[0]
    assert findings(element) == []
    said = read_record(element)
    assert said.notes == []
    back = validated(said.fields)
    sayable = record.model_dump_json().replace("\ufffe", "\ufffd").replace("\uffff", "\ufffd")
    assert back == ObjectRecord.model_validate_json(sayable)
    assert said.photos == [("photos/1-1.jpg", ViewKind.back), ("photos/1-2.jpg", ViewKind.scale)]


_NAMED = (
    "descriptiveMetadata objectIdentificationWrap titleWrap titleSet appellationValue eventWrap eventSet event "
    "eventType term eventDate date earliestDate displayDate objectMeasurementsWrap objectMeasurementsSet "
    "objectMeasurements measurementsSet measurementValue administrativeMetadata recordWrap resourceWrap resourceSet "
    "resourceRepresentation linkResource lidoRecID classificationWrap classification nonsense"
)
NAMES = st.sampled_from(_NAMED.split())
TEXTS = st.sampled_from(
    ["", "Vase", "1650", "99999999", "46,5", "production", "a.jpg", "2024-13-45", "x" * 500]
)
ATTRIBUTES = st.dictionaries(
    st.sampled_from(["type", f"{{{NAMESPACE}}}type", "{http://www.w3.org/XML/1998/namespace}lang"]),
    st.sampled_from(["", "de", "status", "case reference", "zz-ZZ"]),
    max_size=2,
)
TREES = st.recursive(
    st.tuples(NAMES, TEXTS, ATTRIBUTES, st.just(())),
    lambda inner: st.tuples(NAMES, TEXTS, ATTRIBUTES, st.lists(inner, max_size=5)),
    max_leaves=25,
)


def grown(tree: Any, name: str = "") -> etree._Element:
    element = etree.Element(f"{{{NAMESPACE}}}{name or tree[0]}", tree[2])
    element.text = tree[1]
    element.extend([grown(child) for child in tree[3]])
    return element


@settings(max_examples=60)
@given(TREES, st.sampled_from(["", "de"]))
def test_whatever_a_record_is_made_of_it_is_read(tree: Any, language: str) -> None:
    record = grown(tree, "lido")
    assert len(findings(record)) <= 10
    said = read_record(record, language)
    assert all(isinstance(note, str) for note in said.notes)
    assert all(said.fields.values())


def test_a_museum_s_file_goes_through_with_a_report(register: Register, run: Import, path: Path) -> None:
    write_photos(path.parent, "bilder/a.jpg")
    report, outcomes = run(wrapped(museum_record()))
    assert outcomes.actions == ["add"]
    one = register.get(1)
    said = one.record
    assert said.type_path == ("Gemälde", "Landschaftsgemälde")
    assert (said.title, said.maker, said.place_of_origin) == (
        "Ufer bei Abend", "zugeschrieben Vos, Anna", "Haarlem, Holland",
    )  # fmt: skip
    assert (said.materials, said.subject) == ("Leinwand, Öl", "Ufer, Abend")
    assert said.inscriptions == "unten links\nA. Vos"
    assert (said.description, said.distinguishing_features) == ("Ein Ufer.", "Riss rechts")
    assert (said.inventory_number, said.authority) == ("G 15", "Stadtmuseum Veldermond")
    assert (str(said.date_documented), said.related_written_material) == ("2021-03-09", "Katalog 1931, Nr. 4")
    assert said.date is not None
    assert (said.date.text, said.date.earliest, said.date.latest) == ("um 1850", 1845, 1855)
    assert said.theft is not None
    assert (str(said.theft.earliest), said.theft.place) == ("2024-11-02", "Stadtmuseum, Saal 3")
    assert [str(measured) for measured in said.measurements] == ["height 46.5 cm", "rahmenhöhe 60 cm"]
    assert [(photo.original_name, photo.view) for photo in one.photographs] == [
        ("bilder/a.jpg", ViewKind.back)
    ]
    for note in (
        "described in de, fr; taken: de",
        "measurement not understood: Breite ca. 38 cm",
        "titleSet/sourceAppellation",
        "legalBodyName/appellationValue",
        "actor/genderActor",
        "rightsWorkSet/creditLine",
    ):
        assert note in outcomes[0].reason
    assert report.notes[0].startswith("Record 1: ")
    assert run(wrapped(museum_record()))[1].actions == ["unchanged"]


def test_the_language_that_is_wanted(register: Register, run: Import) -> None:
    run(wrapped(museum_record()), language="fr")
    said = register.get(1).record
    assert (said.title, said.type_path) == ("Rivage le soir", ("paysage",))
    assert said.inventory_number == "G 15", "what is said in one language only is taken from there"


@pytest.mark.parametrize(
    "text",
    [
        wrapped(small_record(1), small_record(2)),
        wrapped(small_record(1), small_record(2)).replace("lido:", "").replace("xmlns:lido", "xmlns").replace(
            OURS, f'xmlns="{NAMESPACE}"'
        ),
        wrapped(small_record(1), small_record(2)).replace("lido:", "ns7:").replace("xmlns:lido", "xmlns:ns7"),
        f"<OAI xmlns='http://x' {OURS}><record>{small_record(1)}</record><record>{small_record(2)}</record></OAI>",
        "\ufeff" + wrapped(small_record(1), small_record(2)),
    ],
    ids=["lido", "default", "other", "within", "marked"],
)  # fmt: skip
def test_whatever_the_prefixes_and_whatever_stands_around(register: Register, run: Import, text: str) -> None:
    report, outcomes = run(text)
    assert ([one.line for one in outcomes], outcomes.actions, report.notes) == ([1, 2], ["add", "add"], [])


@pytest.mark.parametrize(
    ("declared", "encoded", "note"),
    [
        ("UTF-8", "utf-8", ""), ("ISO-8859-1", "cp1252", ""), ("utf-16", "utf-16", ""), ("windows-1250", "cp1250", ""),
        ("UTF-8", "cp1252", "read as cp1252"), ("US-ASCII", "utf-8", ""),
    ],
)  # fmt: skip
def test_encodings_right_and_wrong(
    register: Register, run: Import, declared: str, encoded: str, note: str
) -> None:
    text = wrapped(small_record(1, "Müllers „Vase“"), declared=f'<?xml version="1.0" encoding="{declared}"?>')
    report, _ = run(text.encode(encoded))
    assert register.get(1).record.title == "Müllers „Vase“"
    assert [said for said in report.notes if note in said] == (report.notes if note else [])
    assert bool(report.notes) == bool(note)


def test_a_few_bytes_that_are_no_text_are_marked(register: Register, run: Import) -> None:
    titles = [small_record(number, "Zürich Genève Łódź") for number in range(1, 6)]
    data = wrapped(*titles, small_record(6, "Z?rich")).encode().replace(b"Z?rich", b"Z\xfcrich")
    report, outcomes = run(data)
    assert outcomes.actions == ["add"] * 6
    assert register.get(6).record.title == "Z\ufffdrich"
    assert "1 of its bytes are not" in report.notes[0]


def test_long_texts_and_wrong_order_are_reported_and_taken(register: Register, run: Import) -> None:
    text = "<lido:objectDescriptionWrap><lido:objectDescriptionSet><lido:descriptiveNoteValue>"
    inner = f"{text}{'x' * 3000}</lido:descriptiveNoteValue></lido:objectDescriptionSet></lido:objectDescriptionWrap>"
    late = "<lido:inscriptionsWrap/><lido:nonsense>what is this</lido:nonsense>"
    _, outcomes = run(wrapped(small_record(1, inner=inner + late)))
    assert outcomes.actions == ["add"]
    assert len(register.get(1).record.description) == 3000
    assert "inscriptionsWrap too late: it belongs before objectDescriptionWrap" in outcomes[0].reason
    assert "holds nonsense, which does not belong there" in outcomes[0].reason
    assert "not taken: objectIdentificationWrap/nonsense" in outcomes[0].reason


def test_a_prefix_that_was_never_declared(register: Register, run: Import) -> None:
    _, outcomes = run(wrapped(small_record(1), attributes=""))
    assert outcomes.actions == ["quarantined", "quarantined"]
    assert "lido is not in LIDO's namespace" in outcomes[0].reason
    assert "Namespace prefix lido" in outcomes[1].reason


def test_what_must_be_there(run: Import) -> None:
    bare = "<lido:lido><lido:descriptiveMetadata/></lido:lido>"
    _, outcomes = run(wrapped(bare))
    assert outcomes.actions == ["quarantined"], "it says nothing by which an object can be recognised"
    element = etree.fromstring(wrapped(bare).encode())[0]
    found = " ".join(findings(element))
    for part in (
        "lacks lidoRecID",
        "lacks administrativeMetadata",
        "xml:lang",
        "lacks objectClassificationWrap",
    ):
        assert part in found


SCHEMA = f"""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="{NAMESPACE}"
  xmlns="{NAMESPACE}" elementFormDefault="qualified"><xs:element name="lido"><xs:complexType><xs:sequence>
  <xs:element name="lidoRecID"><xs:simpleType><xs:restriction base="xs:string"><xs:pattern value="[0-9]+"/>
  </xs:restriction></xs:simpleType></xs:element><xs:any maxOccurs="unbounded" processContents="skip"/>
  </xs:sequence></xs:complexType></xs:element></xs:schema>"""


def test_a_schema_that_is_given_decides(run: Import, tmp_path: Path) -> None:
    schema = tmp_path / "lido.xsd"
    schema.write_text(SCHEMA, encoding="utf-8")
    text = wrapped(small_record(1), small_record(2).replace(">2<", ">two<"))
    _, outcomes = run(text, schema=schema)
    assert outcomes.actions == ["add", "quarantined"]
    assert "does not fit the schema: line 1" in outcomes[1].reason
    schema.write_text("<x/>", encoding="utf-8")
    with pytest.raises(ImportRefused, match="cannot be used as an XML schema"):
        run(text, schema=schema)


LAUGHS = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))


@pytest.mark.parametrize(
    ("doctype", "title"),
    [
        (f'<!DOCTYPE x [<!ENTITY a0 "ha">{LAUGHS}]>', "&a11;"),
        ('<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>', "&e;"),
        ('<!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1:1/x.dtd"> %p;]>', "Vase"),
    ],
)
def test_entities_are_never_expanded_nor_fetched(
    register: Register, run: Import, doctype: str, title: str
) -> None:
    try:
        _, outcomes = run(wrapped(small_record(1, title), declared=doctype))
    except ImportRefused as refused:
        assert "declares entities" in str(refused)  # noqa: PT017
    else:
        assert outcomes.actions == ["quarantined"]
    assert register.page() == []


def test_records_before_the_place_where_xml_breaks_off(register: Register, run: Import) -> None:
    _, outcomes = run(wrapped(small_record(1), small_record(2)) + "<")
    assert outcomes.actions == ["add", "add", "quarantined"]
    _, outcomes = run(wrapped(small_record(1), small_record(2))[:-80])
    assert outcomes.actions == ["unchanged", "quarantined"]
    assert "the XML breaks off here" in outcomes[1].reason


def test_deep_nesting_and_endless_records(run: Import, monkeypatch: pytest.MonkeyPatch) -> None:
    deep = "<lido:a>" * 100_000 + "</lido:a>" * 100_000
    _, outcomes = run(wrapped(small_record(1), small_record(2, inner=deep)))
    assert outcomes.actions == ["add", "quarantined"]
    monkeypatch.setattr(lido_xml, "LARGEST_RECORD", 100_000)
    wide = "<lido:a/>" * 40_000
    _, outcomes = run(wrapped(small_record(1), small_record(2, inner=wide), small_record(3)))
    assert outcomes.actions == ["unchanged", "quarantined"]
    assert "split it" in outcomes[1].reason


def test_no_more_than_one_record_is_held(path: Path) -> None:
    """A file of any size is read within the memory of one record: what was read is gone from the tree."""
    path.write_text(wrapped(*(small_record(number) for number in range(300))), encoding="utf-8")
    held = []
    for one in records_of(path):
        assert one.element is not None
        root = one.element.getroottree().getroot()
        held.append(len(root))
    assert len(held) == 300
    assert max(held) < 150, "those of one piece of the file at most"


@pytest.mark.parametrize("text", ["<html/>", "<a>", "< not xml"])
def test_xml_that_is_no_lido(run: Import, text: str) -> None:
    try:
        assert run(text)[1].actions == ["quarantined"]
    except ImportRefused as refused:
        assert "no LIDO record" in str(refused)  # noqa: PT017


def test_photos_on_the_net_are_not_fetched_unless_allowed(run: Import) -> None:
    link = museum_record().replace("bilder/a.jpg", "https://museum.example/a.jpg")
    _, outcomes = run(wrapped(link))
    assert "ARTRIEVE_IIIF_HOSTS" in outcomes[0].reason
    escape = museum_record().replace("bilder/a.jpg", "../../etc/passwd")
    assert "leaves the folder" in run(wrapped(escape))[1][0].reason


def test_kinds_of_files(path: Path) -> None:
    for text, kind in (
        ("<a/>", "lido"),
        (' {"a": 1}', "iiif"),
        ("title,maker\n", "csv"),
        ("\ufeff<a/>", "lido"),
    ):
        path.write_text(text, encoding="utf-8")
        assert kind_of(path) == kind
    path.write_text("<a/>", encoding="utf-16")
    assert kind_of(path) == "lido"


def test_what_goes_out_reads_like_lido() -> None:
    record = record_of(outgoing(ObjectRecord.model_validate(EXAMPLE)), "en")
    text = etree.tostring(record, encoding="unicode")
    assert 'xml:lang="en"' in text
    assert "<lido:earliestDate>1652</lido:earliestDate>" in text
    assert "http://terminology.lido-schema.org/lido00007" in text


OWNED = """<lido:eventSet><lido:event><lido:eventType><lido:term>{kind}</lido:term></lido:eventType>
  <lido:eventActor>{shown}<lido:actorInRole><lido:actor><lido:nameActorSet>
    <lido:appellationValue>Baroness</lido:appellationValue></lido:nameActorSet></lido:actor>
    <lido:roleActor><lido:term>{role}</lido:term></lido:roleActor></lido:actorInRole></lido:eventActor>
  <lido:eventDescriptionSet><lido:descriptiveNoteValue>Castle 1</lido:descriptiveNoteValue></lido:eventDescriptionSet>
</lido:event></lido:eventSet>"""


@pytest.mark.parametrize(
    ("kind", "role", "name", "contact"),
    [
        ("Ownership", "owner", "Baroness", "Castle 1"),
        ("Eigentum", "Eigentümer", "Baroness", "Castle 1"),
        ("ownership", "", "Baroness", "Castle 1"),
        ("ownership", "lender", "", "Castle 1"),
        ("theft", "owner", "Baroness", ""),
        ("theft", "thief", "", ""),
        ("provenance", "owner", "", ""),
    ],
)
def test_whose_it_is_comes_in_as_the_owner(
    register: Register, run: Import, kind: str, role: str, name: str, contact: str
) -> None:
    event = OWNED.format(kind=kind, role=role, shown="")
    record = museum_record().replace("<lido:eventWrap>", f"<lido:eventWrap>{event}", 1)
    assert event in record
    _, outcomes = run(wrapped(record))
    owner = register.get(1).record.owner
    assert (owner.name if owner else "", owner.contact if owner else "") == (name, contact)
    assert ("nameActorSet/appellationValue" in outcomes[0].reason) is not bool(name), (
        "what is not taken is told"
    )


def test_an_owner_goes_out_to_those_only_who_see_it() -> None:
    record = ObjectRecord.model_validate(
        {"title": "Vase", "owner": {"name": "Baroness", "contact": "Castle 1"}}
    )
    whole = etree.tostring(record_of(outgoing(record)), encoding="unicode")
    assert whole.count("Baroness") == whole.count("Castle 1") == 1
    assert findings(record_of(outgoing(record))) == []
