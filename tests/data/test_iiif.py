"""IIIF manifests: what they say becomes a record, their pictures come in a sensible size, and only where allowed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.exchange.fetch import Fetcher, FetchLimits
from data.exchange.file_import import Asked, import_file
from data.exchange.iiif_image import address_of, service_of
from data.exchange.iiif_manifest import MOST_PICTURES, read_manifest
from data.exchange.report import ImportRefused, ImportReport
from data.intake import IntakePool
from data.object_id import ViewKind
from data.register import Register
from tests.data.lido_files import museum_record, wrapped
from tests.data.lists import Outcomes
from tests.data.made import jpeg
from tests.data.servers import Server, local_addresses

CONTEXT = "http://iiif.io/api/presentation/3/context.json"
LEVEL_2 = {
    "@context": "http://iiif.io/api/image/3/context.json",
    "width": 6000,
    "height": 4000,
    "profile": "level2",
}


def painted(body: dict[str, Any], label: str = "") -> dict[str, Any]:
    annotation = {"type": "Annotation", "motivation": "painting", "body": body}
    page = {
        "type": "AnnotationPage",
        "items": [annotation, {"motivation": "commenting", "body": {"type": "Image"}}],
    }
    return {"type": "Canvas", "label": {"none": [label]}, "items": [page]}


def manifest(*canvases: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A manifest as a museum publishes it."""
    pairs = {
        "Artist": "Anna Vos", "Date": "1850-1855", "Medium": "oil on canvas", "Dimensions": "46.5 x 38 cm",
        "Accession number": "G 15", "Credit line": "Gift of a friend", "Classification": "paintings > landscapes",
    }  # fmt: skip
    return {
        "@context": CONTEXT,
        "id": "https://museum.example/manifest/15",
        "type": "Manifest",
        "label": {"de": ["Ufer bei Abend"], "en": ["Shore in the evening"]},
        "metadata": [
            {"label": {"en": [label]}, "value": {"none": [value]}} for label, value in pairs.items()
        ],
        "summary": {"en": ["<p>A shore &amp; a <b>boat</b>.<script>x</script></p>"]},
        "requiredStatement": {"label": {"en": ["Attribution"]}, "value": {"en": ["Town museum"]}},
        "provider": [{"id": "https://museum.example", "type": "Agent", "label": {"en": ["Town museum"]}}],
        "rights": "http://creativecommons.org/licenses/by/4.0/",
        "items": list(canvases),
    } | changes


def run(
    register: Register, source: str | Path, pool: IntakePool, fetcher: Fetcher, **asked: Any
) -> tuple[ImportReport, Outcomes]:
    outcomes = Outcomes()
    report = import_file(
        register, source, Asked(**asked), pool=pool, fetcher=fetcher, progress=outcomes.append
    )
    return report, outcomes


def allowing(server: Server, limits: FetchLimits | None = None) -> Fetcher:
    return Fetcher(server.allowed, limits, resolve=local_addresses, loopback=True)


def test_a_manifest_from_the_net_becomes_an_object_with_its_pictures(
    register: Register, pool: IntakePool, server: Server
) -> None:
    service = {"id": server.url("/iiif/front"), "type": "ImageService3", "profile": "level2"}
    canvases = [
        painted(
            {"id": server.url("/iiif/front/full/max/0/default.jpg"), "type": "Image", "service": [service]}
        ),
        painted(
            {"type": "Choice", "items": [{"id": server.url("/verso.jpg"), "type": "Image"}]}, "Verso, whole"
        ),
        painted({"id": server.url("/gone.jpg"), "type": "Image"}),
        painted({"id": server.url("/film.mp4"), "type": "Video"}),
    ]
    server.gives("/manifest", json.dumps(manifest(*canvases)).encode())
    server.gives("/iiif/front/info.json", json.dumps(LEVEL_2).encode())
    server.gives("/iiif/front/full/2000,1333/0/default.jpg", jpeg(1))
    server.gives("/verso.jpg", jpeg(2))
    report, outcomes = run(register, server.url("/manifest"), pool, allowing(server))
    assert outcomes.actions == ["add"]
    one = register.get(1)
    said = one.record
    assert (said.title, said.maker, said.materials) == ("Shore in the evening", "Anna Vos", "oil on canvas")
    assert (said.description, said.authority, said.inventory_number) == (
        "A shore & a boat.x",
        "Town museum",
        "G 15",
    )
    assert said.type_path == ("paintings", "landscapes")
    assert [str(measured) for measured in said.measurements] == ["height 46.5 cm", "width 38 cm"]
    assert said.date is not None
    assert (said.date.earliest, said.date.latest) == (1850, 1855)
    assert said.related_written_material.splitlines() == [
        "Attribution: Town museum",
        "Rights: http://creativecommons.org/licenses/by/4.0/",
        "IIIF manifest: https://museum.example/manifest/15",
    ]
    assert [photo.view for photo in one.photographs] == [ViewKind.overall, ViewKind.back]
    assert "labels that are no fields: Credit line" in outcomes[0].reason
    assert "gone.jpg answers 404" in outcomes[0].reason
    assert report.photos_refused == 1
    assert "/film.mp4" not in server.asked
    server.answers.pop("/iiif/front/info.json")
    server.gives("/iiif/front/full/max/0/default.jpg", jpeg(1))
    assert run(register, server.url("/manifest"), pool, allowing(server))[1].actions == ["unchanged"]
    assert "/iiif/front/full/max/0/default.jpg" in server.asked, (
        "without info.json, the picture as it is named"
    )


def test_a_manifest_from_a_file_is_imported_without_the_net(
    register: Register, pool: IntakePool, tmp_path: Path
) -> None:
    path = tmp_path / "manifest.json"
    path.write_text(json.dumps(manifest(painted({"id": "https://m.example/a.jpg", "type": "Image"}))))
    _, outcomes = run(register, path, pool, Fetcher(()), language="de", mapping={"materials": "Credit line"})
    said = register.get(1).record
    assert (said.title, said.materials) == ("Ufer bei Abend", "Gift of a friend")
    assert "ARTRIEVE_IIIF_HOSTS" in outcomes[0].reason


def test_a_field_that_cannot_be_read_costs_itself_only(
    register: Register, pool: IntakePool, tmp_path: Path
) -> None:
    pairs = [{"label": {"en": ["Dimensions"]}, "value": {"en": ["large"]}}]
    path = tmp_path / "manifest.json"
    path.write_text(json.dumps(manifest(metadata=pairs)))
    _, outcomes = run(register, path, pool, Fetcher(()), authority="Police")
    assert register.get(1).record.authority == "Police"
    assert "measurements: 'large' is not understood" in outcomes[0].reason


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{", "is not JSON"), ('{"a":' * 100_000, "is not JSON"), ('{"a": 1}', "no IIIF manifest"),
        (json.dumps(manifest(type="Collection")), "Import the manifests that it lists"),
        (json.dumps({"@context": "http://iiif.io/api/presentation/2/context.json", "@type": "sc:Manifest"}), "version"),
    ],
)  # fmt: skip
def test_what_is_no_manifest_of_version_3(
    register: Register, pool: IntakePool, tmp_path: Path, text: str, reason: str
) -> None:
    path = tmp_path / "manifest.json"
    path.write_text(text)
    with pytest.raises(ImportRefused, match=reason):
        run(register, path, pool, Fetcher(()))


def test_a_manifest_that_may_not_be_fetched(register: Register, pool: IntakePool) -> None:
    with pytest.raises(ImportRefused, match=r"was not fetched: .*ARTRIEVE_IIIF_HOSTS"):
        run(register, "https://museum.example/manifest", pool, Fetcher(()))


@pytest.mark.parametrize(
    "changes",
    [
        {
            "label": 7,
            "metadata": {"label": [1]},
            "items": [[], 5, {"items": [{"items": [None, {"motivation": []}]}]}],
        },
        {"label": {"en": "no list"}, "metadata": None, "summary": [], "provider": "x", "items": {"a": 1}},
        {
            "metadata": [{"label": {"en": ["Title"]}, "value": {"en": ["x", 5, None, "y"]}}],
            "id": 5,
            "rights": ["z"],
        },
    ],
)
def test_parts_of_other_types_are_passed_over(changes: dict[str, Any]) -> None:
    found = read_manifest(json.dumps(manifest() | changes).encode(), "x")
    assert found.pictures == []


KEYS = [
    "type",
    "label",
    "items",
    "body",
    "value",
    "metadata",
    "motivation",
    "service",
    "en",
    "none",
    "summary",
    "id",
]
WORDS = st.sampled_from(
    ["Canvas", "Image", "painting", "Choice", "SpecificResource", "ImageService3", "<p>", "Title"]
)
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=60)
@given(st.dictionaries(st.sampled_from(KEYS[1:]), ANY_JSON, max_size=5))
def test_whatever_a_manifest_holds_it_is_read(changes: dict[str, Any]) -> None:
    found = read_manifest(json.dumps(manifest() | changes).encode(), "x")
    assert all(service_of(picture.body) == "" or picture.body for picture in found.pictures)
    assert all(isinstance(text, str) for pair in found.metadata for text in pair)


def test_lido_s_photos_come_from_the_net_under_the_same_rules(
    register: Register, pool: IntakePool, server: Server, tmp_path: Path
) -> None:
    server.gives("/a%20b.jpg", jpeg(5))
    path = tmp_path / "list.xml"
    path.write_text(
        wrapped(museum_record().replace("bilder/a.jpg", server.url("/a%20b.jpg"))), encoding="utf-8"
    )
    run(register, path, pool, allowing(server))
    assert len(register.get(1).photographs) == 1


def test_pictures_beyond_the_limit_are_told() -> None:
    canvas = painted({"id": "https://m.example/a.jpg", "type": "Image"})
    found = read_manifest(json.dumps(manifest(*[canvas] * (MOST_PICTURES + 3))).encode(), "x")
    assert (len(found.pictures), found.notes) == (MOST_PICTURES, ["43 pictures; the first 40 were taken"])


OLD = {"@context": "http://iiif.io/api/image/2/context.json", "width": 6000, "height": 4000}
NEW = OLD | {"@context": "http://iiif.io/api/image/3/context.json"}
SIZES = [{"width": 600, "height": 400}, {"width": 3000, "height": 2000}, {"width": 6000, "height": 4000}, "x"]


@pytest.mark.parametrize(
    ("info", "size"),
    [
        (NEW | {"profile": "level2"}, "2000,1333"),
        (NEW | {"profile": "level1", "width": 900, "height": 700}, "max"),
        (NEW | {"profile": "level2", "maxWidth": 1000}, "1000,666"),
        (NEW | {"profile": "level2", "maxWidth": 1000, "maxHeight": 500}, "750,500"),
        (NEW | {"profile": "level2", "maxArea": 1_500_000}, "1500,1000"),
        (NEW | {"profile": "level0", "sizes": SIZES}, "3000,2000"),
        (NEW | {"profile": "level0", "sizes": SIZES[:1]}, "600,400"),
        (NEW | {"profile": "level0"}, "max"),
        (OLD | {"profile": ["http://iiif.io/api/image/2/level2.json"]}, "2000,"),
        (OLD | {"profile": ["http://iiif.io/api/image/2/level1.json", {"maxWidth": 1200}]}, "1200,"),
        (OLD | {"profile": "http://iiif.io/api/image/2/level0.json", "sizes": SIZES}, "3000,"),
        (OLD | {"width": 1000, "height": 900, "profile": "level2"}, "full"),
        ({"@context": "http://iiif.io/api/image/3/context.json", "width": "big", "height": True}, "max"),
        (NEW | {"profile": "level2", "width": 10**12}, "max"),
    ],
)
def test_the_size_that_is_asked_for(info: dict[str, Any], size: str) -> None:
    assert address_of("https://m.example/a", info) == f"https://m.example/a/full/{size}/0/default.jpg"


def test_the_service_of_a_picture() -> None:
    assert (
        service_of({"service": {"@id": "https://m.example/a/", "@type": "ImageService2"}})
        == "https://m.example/a"
    )
    assert service_of({"service": [{"id": "x", "type": "AuthService"}, 5]}) == ""
    assert service_of({}) == ""
