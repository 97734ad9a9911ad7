"""Lists that are sent to the API are imported like those of the command, and what is asked for is exported."""

from __future__ import annotations

import csv
import io
import json
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from lxml import etree
from openpyxl import Workbook, load_workbook

from data.audit import AuditTrail
from data.audit_verify import verify
from data.exchange import file_import, importer
from data.exchange.csv_import import import_csv
from data.exchange.imports import Imports
from data.exchange.saved_mappings import SavedMappings
from data.intake import IntakePool
from data.quarantine import Quarantine
from data.visibility import Role
from service import importing
from service.workshop import opened_register
from tests.data.lido_files import museum_record, wrapped
from tests.data.lists import write_list
from tests.service.serving import API, Running, assert_problem, serving, settings_in, wait_until

IMPORTS = f"{API}/imports"
LIST = "Nr,Titel,maker,Raum\n1,Vase,M,a\n2,Icon,,b\n3,,,c\n"
MAPPING = '{"record_id": "Nr", "title": "Titel"}'


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Running]:
    """A service over an empty register."""
    with serving(settings_in(tmp_path / "home", max_import_bytes=200_000)) as running:
        yield running


def send(
    service: Running, text: str | bytes = LIST, name: str = "losses.csv", **fields: str
) -> httpx.Response:
    content = text.encode() if isinstance(text, str) else text
    return service.client.post(IMPORTS, files={"file": (name, content)}, data=fields)


def test_a_list_is_tried_imported_looked_at_and_taken_back(service: Running) -> None:
    tried = send(service, mapping=MAPPING, dry_run="true")
    assert tried.status_code == 200, tried.text
    would = tried.json()
    assert (would["dry_run"], would["import_id"], would["report"]) == (True, None, None)
    assert service.client.get(IMPORTS).json()["imports"] == []
    done = send(service, mapping=MAPPING, authority="Police")
    assert done.status_code == 201, done.text
    assert done.headers["location"] == f"{IMPORTS}/1"
    answer = done.json()
    counts = ("rows", "added", "updated", "unchanged", "quarantined")
    assert [answer[name] for name in counts] == [would[name] for name in counts] == [3, 2, 0, 0, 1]
    assert answer["unmapped"] == ["Raum"]
    assert answer["mapping"] == {"record_id": "Nr", "title": "Titel", "maker": "maker"}
    assert [(row["line"], row["action"], row["object_id"]) for row in answer["told"]] == [
        (2, "add", 1), (3, "add", 2), (4, "quarantined", None),
    ]  # fmt: skip
    kept = service.client.get(f"{IMPORTS}/1").json()
    assert (kept["state"], kept["source"], kept["actor"]) == (
        "finished",
        "sent: losses.csv",
        "api, 127.0.0.1",
    )
    report = service.client.get(answer["report"])
    assert report.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(report.text)))
    assert [(row["line"], row["action"], row["object"], row["title"]) for row in rows] == [
        ("2", "add", "1", "Vase"), ("3", "add", "2", "Icon"), ("4", "quarantined", "", "3"),
    ]  # fmt: skip
    assert "Give at least" in rows[2]["message"] or rows[2]["message"]
    again = send(service, LIST.replace("M,a", "Maarsen,a"), mapping=MAPPING, authority="Police").json()
    assert [again[name] for name in counts] == [3, 0, 1, 1, 1]
    assert again["told"][0]["changes"] == [{"field": "maker", "before": "M", "after": "Maarsen"}]
    (changed, _) = csv.DictReader(io.StringIO(service.client.get(again["report"]).text))
    assert changed["changes"] == 'maker: "M" -> "Maarsen"'
    assert service.client.post(f"{IMPORTS}/2/undo").json()["import"]["undoing"]["returned"] == 1
    assert service.client.get(f"{API}/objects/1").json()["record"]["maker"] == "M"


def test_a_kept_mapping_and_a_register_are_named(service: Running) -> None:
    register = service.parts.register
    SavedMappings(register.database).save("Police of Veldermond", {"record_id": "Nr", "title": "Raum"})
    service.client.post(f"{API}/registers", json={"key": "veldermond", "name": "Theirs"})
    given = '{"title": "Titel"}'
    done = send(service, saved_mapping="police of veldermond", mapping=given, register="veldermond").json()
    assert done["mapping"]["record_id"] == "Nr"
    assert done["mapping"]["title"] == "Titel", "what is given goes over what is kept"
    assert service.client.get(f"{API}/objects/1").json()["source_register"]["key"] == "veldermond"


def excel(**sheets: str) -> bytes:
    book, file = Workbook(), io.BytesIO()
    for name, title in sheets.items():
        sheet = book.create_sheet(name)
        sheet.append(["id", "title"])
        sheet.append([title, title])
    book.save(file)
    return file.getvalue()


def test_other_formats_are_told_apart_by_their_content(service: Running) -> None:
    done = send(service, excel(One="Vase", Two="Icon"), "a.csv", sheet="two")
    assert done.json()["added"] == 1, done.text
    assert (
        "Only the sheet 'Two' was read; not read: Sheet, One. `sheet` names another." in done.json()["notes"]
    )
    assert service.client.get(f"{IMPORTS}/1").json()["source"] == "sent: a.csv#Two"
    lido = send(service, wrapped(museum_record()), "museum.xml", language="de").json()
    assert (lido["added"], lido["mapping"]) == (1, {})
    manifest = {
        "@context": "http://iiif.io/api/presentation/3/context.json",
        "id": "https://museum.example/manifest", "type": "Manifest", "label": {"en": ["A jug"]}, "items": [],
    }  # fmt: skip
    assert send(service, json.dumps(manifest), "m.json").json()["added"] == 1
    titles = [one["record"]["title"] for one in service.client.get(f"{API}/objects").json()["objects"]]
    assert (titles[0], titles[2]) == ("Icon", "A jug")


@pytest.mark.parametrize(
    ("fields", "code", "says"),
    [
        ({"mapping": "{"}, "malformed-json", ""),
        ({"mapping": "[]"}, "invalid-request", "not a JSON object"),
        ({"mapping": '{"title": 7}'}, "invalid-request", "body.mapping.title"),
        ({"mapping": '{"colour": "x"}'}, "invalid-request", "no field 'colour'"),
        ({"mapping": '{"title": "Farbe"}'}, "import-refused", "no column 'Farbe'"),
        ({"saved_mapping": "nobody's"}, "invalid-request", "body.saved_mapping"),
        ({"saved_mapping": "a\x00b"}, "invalid-request", "NUL"),
        ({"register": "nowhere"}, "import-refused", "no source register 'nowhere'"),
        ({"authority": "a\x00b"}, "invalid-request", "NUL"),
        ({"dry_run": "perhaps"}, "invalid-request", "true or false"),
        ({"sheet": "One"}, "import-refused", "`sheet` is for excel files"),
        ({"schema": "x.xsd"}, "invalid-request", "body.schema"),
        ({"mapping": "x" * 20_000}, "invalid-request", "at most 16384 bytes"),
    ],
)
def test_what_cannot_be_asked_for(service: Running, fields: dict[str, str], code: str, says: str) -> None:
    answer = send(service, **fields)
    told = assert_problem(answer, 400 if code == "malformed-json" else 422, code)
    assert says in f"{told['detail']}{told['errors']}"
    assert "--" not in told["detail"]
    assert service.client.get(IMPORTS).json()["imports"] == []


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"colour,shade\n1,2\n", "No column is known"),
        (b"\x00\x01\x02\x03", ""),
        (b"PK\x03\x04" + b"\x00" * 50, ""),
        (b"<html/>", "no LIDO record"),
        (b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>', ""),
        (b'{"type": "Nothing"}', ""),
    ],
)
def test_a_file_that_is_no_list(service: Running, content: bytes, says: str) -> None:
    told = assert_problem(send(service, content, "x"), 422, "import-refused")["detail"]
    assert says in told
    assert "/tmp" not in told, "where a list lies while it is imported is nobody's business"
    assert "root:" not in told


def test_hostile_forms(service: Running) -> None:
    large = "title\n" + "x" * 200_000
    assert_problem(send(service, large), 413, "body-too-large")
    assert_problem(service.client.post(IMPORTS, json={}), 415, "unsupported-body")
    assert_problem(service.client.post(IMPORTS, files={"photo": ("a", b"title\nx")}), 422, "invalid-request")
    two = [("file", ("a.csv", b"title\nx")), ("file", ("b.csv", b"title\nx"))]
    assert_problem(service.client.post(IMPORTS, files=two), 422, "invalid-request")
    none = service.client.post(IMPORTS, files={"dry_run": (None, "true")})
    assert "body.file" in assert_problem(none, 422, "invalid-request")["detail"]
    elsewhere = service.client.post(
        IMPORTS, files={"file": ("a.csv", b"title\nx")}, headers={"Origin": "https://elsewhere.example"}
    )
    assert_problem(elsewhere, 403, "foreign-origin")
    name = "../../\x01evil\udcff" + "n" * 500
    done = send(service, name=name.encode("utf-8", "replace").decode())
    assert done.status_code == 201, done.text
    source = service.client.get(f"{IMPORTS}/1").json()["source"]
    assert source.startswith("sent: ")
    assert "\x01" not in source
    assert len(source) < 420


def test_nothing_beside_the_list_is_read(service: Running, tmp_path: Path) -> None:
    secret = tmp_path / "secret.jpg"
    secret.write_bytes(b"\xff\xd8\xff secret")
    rows = "".join(f"{n},Vase,{path}\n" for n, path in enumerate([secret, "../secret.jpg", "list", "a.jpg"]))
    done = send(service, f"id,title,photo\n{rows}").json()
    assert (done["added"], done["photos_refused"]) == (4, 4)
    entries = Quarantine(service.parts.register.database).entries()
    assert {entry.source for entry in entries} == {"sent: losses.csv"}


def test_one_list_is_imported_at_a_time_and_nobody_need_wait(
    service: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    began, go_on = threading.Event(), threading.Event()
    real = file_import.import_file

    def waiting(*arguments: Any, **options: Any) -> Any:
        began.set()
        assert go_on.wait(60)
        return real(*arguments, **options)

    monkeypatch.setattr(importing, "import_file", waiting)
    sent = httpx.Request("POST", service.url + IMPORTS, files={"file": ("a.csv", LIST.encode())})
    lines = [f"POST {IMPORTS} HTTP/1.1", "Host: localhost", f"Content-Type: {sent.headers['content-type']}"]
    head = "\r\n".join([*lines, f"Content-Length: {sent.headers['content-length']}", "", ""])
    try:
        with socket.create_connection(("127.0.0.1", httpx.URL(service.url).port or 0)) as impatient:
            impatient.sendall(head.encode() + sent.read())
            assert began.wait(60)
            refused = send(service, name="second.csv")
            assert_problem(refused, 503, "busy")
            assert refused.headers["retry-after"]
            assert service.client.get(f"{API}/objects").status_code == 200, "others go on"
    finally:
        go_on.set()
    imports = Imports(service.parts.register.database)
    wait_until(lambda: [one.state for one in imports.page()] == ["finished"])


def test_a_service_that_stops_leaves_an_import_to_go_on_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importer, "ROWS_A_COMMIT", 1)
    settings = settings_in(tmp_path / "home")
    rows = "id,title\n" + "".join(f"{number},Vase\n" for number in range(50))
    with serving(settings) as service:
        service.parts.imports._stopping.set()  # as at the end of the service
        told = assert_problem(send(service, rows), 503, "busy")
        assert "Send the same list again" in told["detail"]
        assert service.client.get(f"{IMPORTS}/1").json()["state"] == "interrupted"
    with serving(settings) as service:
        done = send(service, rows).json()
        assert (done["import_id"], done["added"]) == (1, 49), "the first was in the register already"
        assert service.client.get(f"{IMPORTS}/1").json()["added"] == 50


def test_only_registrars_import(tmp_path: Path) -> None:
    with serving(settings_in(tmp_path, role=Role.professional)) as service:
        assert_problem(send(service), 403, "not-allowed")
        assert_problem(service.client.get(f"{IMPORTS}/1/report"), 403, "not-allowed")


def test_a_report_of_an_import_that_there_is_not(service: Running) -> None:
    assert_problem(service.client.get(f"{IMPORTS}/9/report"), 404, "import-not-found")


SECRETS = {"place": "plantedplace", "circumstances": "plantedcircumstances", "owner": "plantedowner"}
LOST = [
    {"record_id": "1", "title": "=Lemon", "maker": "Maarsen", "theft_place": SECRETS["place"],
     "circumstances": SECRETS["circumstances"], "owner": SECRETS["owner"], "status": "stolen"},
    {"record_id": "2", "title": "Vase", "maker": "", "theft_place": "", "circumstances": "", "owner": "",
     "status": "recovered"},
]  # fmt: skip


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[Role, Running]]:
    """One register of two objects, served to each role."""
    folder = tmp_path_factory.mktemp("served")
    with opened_register(settings_in(folder / "home")) as register, IntakePool(workers=1) as pool:
        import_csv(register, write_list(folder / "lists", LOST), pool=pool)
    given = [settings_in(folder / "home", role=role) for role in Role]
    with serving(given[0]) as first, serving(given[1]) as second, serving(given[2]) as third:
        yield dict(zip(Role, (first, second, third), strict=True))


def get(service: Running, **asked: str) -> httpx.Response:
    return service.client.get(f"{API}/export", params=asked)


def test_a_register_is_exported_in_each_format(served: dict[Role, Running]) -> None:
    service = served[Role.public]
    answer = get(service)
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="register.csv"'
    assert answer.headers["cache-control"] == "no-store"
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [(row["record_id"], row["title"], row["status"]) for row in rows] == [
        ("1", "'=Lemon", "stolen"), ("2", "Vase", "recovered"),
    ]  # fmt: skip
    sheet = load_workbook(io.BytesIO(get(service, format="excel").content)).worksheets[0]
    assert sheet.max_row == 3
    assert len(etree.fromstring(get(service, format="lido").content)) == 2
    documents = get(service, format="linked-art", base_url="https://register.example").json()
    assert documents[0]["id"] == "https://register.example/objects/1"
    head = service.client.head(f"{API}/export")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == answer.headers["content-length"]


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize(
    ("level", "shown"), [("public", set()), ("professional", {"place"}), ("restricted", set(SECRETS))]
)
@pytest.mark.parametrize("kind", ["csv", "lido"])
def test_no_more_is_exported_than_the_role_sees(
    served: dict[Role, Running], role: Role, level: str, shown: set[str], kind: str
) -> None:
    answer = get(served[role], level=level, format=kind)
    if list(Role).index(role) < ["public", "professional", "restricted"].index(level):
        told = assert_problem(answer, 403, "not-allowed")
        assert f"The role {role} does not see {level} fields" in told["detail"]
    else:
        assert {name for name, word in SECRETS.items() if word in answer.text} == shown


def test_an_export_is_narrowed_as_find_is(served: dict[Role, Running]) -> None:
    def titles(service: Running, **asked: str) -> list[str]:
        text = get(service, **asked).content.decode("utf-8-sig")
        return [row["title"] for row in csv.DictReader(io.StringIO(text))]

    public = served[Role.public]
    assert titles(public, q="lemon") == ["'=Lemon"]
    assert titles(public, status="recovered") == ["Vase"]
    assert titles(public, q="lemon", status="recovered") == []
    assert titles(served[Role.professional], theft_place=SECRETS["place"]) == ["'=Lemon"]
    assert_problem(get(public, theft_place="x"), 422, "invalid-request")
    events = AuditTrail(public.parts.register.database).events(limit=1000, kind="register.exported")
    told = [event.values() for event in events]
    assert {"kind": "api", "name": "", "address": "127.0.0.1"} in [event["actor"] for event in told]
    assert told[-1]["details"]["filters"] == ["theft_place"]
    assert SECRETS["place"] not in str(told)
    assert verify(public.parts.register.database).faults == []


@pytest.mark.parametrize(
    ("asked", "status", "code"),
    [
        ({"format": "pdf"}, 422, "invalid-request"),
        ({"level": "secret"}, 422, "invalid-request"),
        ({"format": "linked-art"}, 422, "export-refused"),
        ({"format": "linked-art", "base_url": "javascript:x"}, 422, "export-refused"),
        ({"q": "!"}, 422, "invalid-request"),
        ({"made_from": "soon"}, 422, "invalid-request"),
        ({"colour": "red"}, 422, "invalid-request"),
    ],
)
def test_what_cannot_be_exported(
    served: dict[Role, Running], asked: dict[str, str], status: int, code: str
) -> None:
    assert "--" not in assert_problem(get(served[Role.public], **asked), status, code)["detail"]


def test_an_object_is_moved(service: Running) -> None:
    client = service.client
    client.post(f"{API}/registers", json={"key": "veldermond", "name": "Theirs"})
    send(service, mapping=MAPPING)
    address, why = f"{API}/objects/1/move", {"reason": "It is theirs", "register": "veldermond"}
    assert_problem(client.post(address, json=why, headers={"If-Match": '"7"'}), 412, "version-conflict")
    moved = client.post(address, json=why, headers={"If-Match": '"1"'})
    assert moved.headers["etag"] == '"2"'
    assert moved.json()["source_register"] == {"key": "veldermond", "name": "Theirs"}
    assert client.get(f"{API}/objects/1/history/1").json()["source_register"]["key"] == "own"
    version = client.get(f"{API}/objects/1/history").json()["versions"][-1]
    assert (version["change"], version["reason"]) == ("moved", "It is theirs")
    assert_problem(client.post(address, json=why | {"register": "x"}), 404, "source-register-not-found")
    assert_problem(client.post(address, json={"register": "own"}), 422, "invalid-request")
    assert_problem(client.post(address, json={"reason": "x"}), 422, "invalid-request")
    assert_problem(client.post(address, json=why | {"register": "x" * 100}), 422, "invalid-request")
    send(service, mapping=MAPPING, name="again.csv")
    assert len(client.get(f"{API}/objects").json()["objects"]) == 2, "the list knows it still"
