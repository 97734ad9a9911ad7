"""What strangers may send: each gets a clear refusal, nothing of it is stored, and the service goes on."""

from __future__ import annotations

import errno
import struct
import threading
import zipfile
import zlib
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import Any

import httpx
import pytest
from PIL import Image

from service import bodies
from service.records.kept_photos import KeptPhotos
from tests.drawing import draw_photo
from tests.service.serving import API, Running, assert_problem, index, register_drawn, serving, settings_in

MIB = 1024 * 1024
SEARCHES = f"{API}/searches"
PHOTOGRAPHS = f"{API}/objects/1/photographs"
BOTH = pytest.mark.parametrize("address", [SEARCHES, PHOTOGRAPHS], ids=["search", "photograph"])


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A service with tight limits."""
    settings = settings_in(tmp_path_factory.mktemp("hostile"), max_photo_pixels=20_000_000)
    register_drawn(settings, [1])
    index(settings)
    with serving(settings) as running:
        yield running


@pytest.fixture(autouse=True)
def nothing_stored(service: Running) -> Iterator[None]:
    """After each test the files are the same, the register has not moved, and a real photo is still answered."""
    before, revision = files_of(service), service.parts.register.revision()
    yield
    assert files_of(service) == before
    assert service.parts.register.revision() == revision
    assert service.client.get("/healthz").json() == {"status": "alive"}


def files_of(service: Running) -> set[Path]:
    """Every file the service keeps, but for the database's and the index's own."""
    folder = service.settings.data_dir
    kept = [folder / "photos", folder / "searched"]
    return {path for each in kept for path in each.rglob("*") if path.is_file()}


def picture(size: tuple[int, int], kind: str, **options: object) -> bytes:
    """A plain picture's bytes."""
    file = BytesIO()
    Image.new("L", size).save(file, kind, **options)
    return file.getvalue()


def chunk(kind: bytes, data: bytes) -> bytes:
    """A chunk of a PNG file."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_that_claims(width: int, height: int) -> bytes:
    """A PNG of a few bytes whose header claims a large picture."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 100))
        + chunk(b"IEND", b"")
    )


def moving_webp() -> bytes:
    """A WebP that moves."""
    frames = [Image.new("RGB", (64, 64), (shade, 0, 0)) for shade in (0, 90, 180)]
    file = BytesIO()
    frames[0].save(file, "WEBP", save_all=True, append_images=frames[1:], duration=100)
    return file.getvalue()


def archive() -> bytes:
    """A ZIP archive."""
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("run.sh", "echo")
    return file.getvalue()


HOSTILE: dict[str, tuple[Callable[[], bytes], int, str]] = {
    "zero bytes": (lambda: b"", 422, "photo-empty"),
    "text": (lambda: b"This is no photo. " * 50, 415, "photo-not-a-photo"),
    "truncated": (lambda: draw_photo(1)[:5000], 422, "photo-truncated"),
    "a bomb": (lambda: png_that_claims(24_000, 24_000), 422, "photo-too-many-pixels"),
    "a real bomb": (lambda: picture((6000, 6000), "PNG"), 422, "photo-too-many-pixels"),
    "too wide": (lambda: picture((30_000, 20), "PNG"), 422, "photo-too-wide"),
    "too small": (lambda: picture((4, 4), "PNG"), 422, "photo-too-small"),
    "animated": (moving_webp, 422, "photo-animated"),
    "a polyglot": (lambda: b"%PDF-1.7\n" + draw_photo(1), 415, "photo-not-a-photo"),
    "a polyglot archive": (lambda: draw_photo(1) + archive(), 422, "photo-polyglot"),
    "too many bytes": (lambda: draw_photo(1) + bytes(4 * MIB), 413, "photo-too-large"),
}


@BOTH
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_photo(service: Running, name: str, address: str) -> None:
    make, status, code = HOSTILE[name]
    response = service.client.post(address, files={"photo": ("holiday.jpg", make())})
    problem = assert_problem(response, status, code)
    assert problem["title"] == "The photo was not accepted"


def endless(head: bytes, mebibytes: int) -> Iterator[bytes]:
    """A body that arrives bit by bit and names no length."""
    yield head
    for _ in range(mebibytes):
        yield bytes(MIB)


PART = (
    b'--x\r\nContent-Disposition: form-data; name="photo"; filename="a.jpg"\r\n'
    b"Content-Type: image/jpeg\r\n\r\n"
)
MULTIPART = {"Content-Type": "multipart/form-data; boundary=x"}


@BOTH
def test_a_hundred_megabytes_that_are_announced_are_not_read(service: Running, address: str) -> None:
    body = PART + bytes(100 * MIB)
    assert_problem(service.client.post(address, content=body, headers=MULTIPART), 413, "body-too-large")


@BOTH
def test_a_hundred_megabytes_that_are_not_announced_are_refused_as_they_come(
    service: Running, address: str
) -> None:
    response = service.client.post(address, content=endless(PART, 100), headers=MULTIPART)
    assert_problem(response, 413, "photo-too-large")


@BOTH
def test_a_thousand_parts(service: Running, address: str) -> None:
    files = [("photo", (f"{at}.jpg", b"x")) for at in range(1000)]
    assert_problem(service.client.post(address, files=files), 422, "too-many-photos")


@BOTH
def test_a_thousand_fields(service: Running, address: str) -> None:
    body = b"".join(b'--x\r\nContent-Disposition: form-data; name="limit"\r\n\r\n1\r\n' for _ in range(1000))
    response = service.client.post(address, content=body + b"--x--\r\n", headers=MULTIPART)
    assert_problem(response, 422, "invalid-request")


ONE = PART + b"x\r\n--x--\r\n"
FORM = "multipart/form-data"
BODIES: dict[str, tuple[bytes, str, int, str]] = {
    "no boundary": (ONE, FORM, 400, "malformed-upload"),
    "a long boundary": (ONE, f"{FORM}; boundary=" + "b" * 900, 400, "malformed-upload"),
    "no form": (ONE, "image/jpeg", 415, "unsupported-body"),
    "no type": (ONE, "", 415, "unsupported-body"),
    "JSON": (b'{"photo": "x"}', "application/json", 415, "unsupported-body"),
    "cut off": (PART + b"cut off", f"{FORM}; boundary=x", 400, "malformed-upload"),
    "nothing": (b"", f"{FORM}; boundary=x", 400, "malformed-upload"),
    "no part": (b"no boundary anywhere", f"{FORM}; boundary=x", 400, "malformed-upload"),
    "an endless header": (b"--x\r\n" + b"A" * 9000, f"{FORM}; boundary=x", 400, "malformed-upload"),
    "no photo": (b"--x--\r\n", f"{FORM}; boundary=x", 422, "missing-photo"),
    "another field": (ONE.replace(b"photo", b"image"), f"{FORM}; boundary=x", 422, "invalid-request"),
    "no file": (ONE.replace(b'; filename="a.jpg"', b""), f"{FORM}; boundary=x", 422, "invalid-request"),
    "no name": (ONE.replace(b'name="photo"; ', b""), f"{FORM}; boundary=x", 422, "invalid-request"),
    "a long name": (ONE.replace(b"photo", b"p" * 3000), f"{FORM}; boundary=x", 422, "invalid-request"),
    "a name of bytes": (
        ONE.replace(b"photo", b"\xff\xfe\x00"),
        f"{FORM}; boundary=x",
        422,
        "invalid-request",
    ),
}


@BOTH
@pytest.mark.parametrize("name", BODIES)
def test_an_upload_out_of_form(service: Running, address: str, name: str) -> None:
    body, kind, status, code = BODIES[name]
    headers = {"Content-Type": kind} if kind else {}
    assert_problem(service.client.post(address, content=body, headers=headers), status, code)


def test_the_name_of_a_file_leads_nowhere(service: Running) -> None:
    text = ("../../../etc/passwd", b"no photo")
    assert_problem(service.client.post(SEARCHES, files={"photo": text}), 415, "photo-not-a-photo")


JSON = {"Content-Type": "application/json"}
DOCUMENTS: dict[str, tuple[bytes, str, int, str]] = {
    "huge": (b'{"title": "' + b"a" * (2 * MIB) + b'"}', "application/json", 413, "body-too-large"),
    "deep": (b"[" * 100_000 + b"]" * 100_000, "application/json", 400, "malformed-json"),
    "cut off": (b'{"title": ', "application/json", 400, "malformed-json"),
    "no UTF-8": (b"\xff\xfe", "application/json", 400, "malformed-json"),
    "a long number": (b'{"title": ' + b"9" * 5000 + b"}", "application/json", 400, "malformed-json"),
    "nothing": (b"", "application/json", 422, "invalid-request"),
    "a list": (b'["title"]', "application/json", 422, "invalid-request"),
    "half a character": (b'{"title": "\\ud800"}', "application/json", 422, "invalid-request"),
    "no number": (b'{"title": NaN}', "application/json", 422, "invalid-request"),
    "text": (b'{"title": "x"}', "text/plain", 415, "unsupported-body"),
    "XML": (b"<title>x</title>", "application/xml", 415, "unsupported-body"),
}


@pytest.mark.parametrize("name", DOCUMENTS)
@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_json_out_of_form(service: Running, method: str, name: str) -> None:
    body, kind, status, code = DOCUMENTS[name]
    address = f"{API}/objects" + ("/1" if method == "PATCH" else "")
    response = service.client.request(method, address, content=body, headers={"Content-Type": kind})
    assert_problem(response, status, code)


@pytest.mark.parametrize("depth", [10, 300, 900, 3000, 20_000])
@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_json_of_any_depth(service: Running, method: str, depth: int) -> None:
    # Where the parser gives up differs between versions of Python; that it is a clear 4xx does not.
    body = b'{"theft":' * depth + b"1" + b"}" * depth
    address = f"{API}/objects" + ("/1" if method == "PATCH" else "")
    response = service.client.request(method, address, content=body, headers=JSON)
    assert response.json()["code"] in {"malformed-json", "invalid-request"}
    assert_problem(response, response.status_code, response.json()["code"])


MANY: dict[str, tuple[dict[str, object], str]] = {
    "measurements": ({"title": "a", "measurements": [{"d": 1}] * 90_000}, "body.measurements"),
    "names": ({f"n{at}": 1 for at in range(60_000)}, "body"),
    "deep": ({"title": "a", "theft": {"place": [[at] for at in range(2000)]}}, "body.theft"),
}


@pytest.mark.parametrize("name", MANY)
@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_json_with_too_many_values_is_answered_briefly(service: Running, method: str, name: str) -> None:
    record, where = MANY[name]
    address = f"{API}/objects" + ("/1" if method == "PATCH" else "")
    response = service.client.request(method, address, json=record)
    problem = assert_problem(response, 422, "invalid-request")
    assert [each["where"] for each in problem["errors"]] == [where]
    assert "More than 2,000 values" in problem["detail"]
    assert len(response.content) < 2000


@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_of_many_errors_the_first_are_listed(service: Running, method: str) -> None:
    address = f"{API}/objects" + ("/1" if method == "PATCH" else "")
    response = service.client.request(method, address, json={f"n{at}": 1 for at in range(1500)})
    problem = assert_problem(response, 422, "invalid-request")
    assert len(problem["errors"]) == 50
    assert problem["detail"].endswith("The first 50 of 1,500 errors are listed.")


@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_what_was_sent_is_echoed_briefly(service: Running, method: str) -> None:
    address = f"{API}/objects" + ("/1" if method == "PATCH" else "")
    long = "x" * 300_000
    for record in (
        {long: 1},
        {"title": "T", "measurements": [{"dimension": long, "unit": long, "value": long}]},
    ):
        response = service.client.request(method, address, json=record)
        assert_problem(response, 422, "invalid-request")
        assert len(response.content) < 5000
    query = service.client.get(f"{API}/objects", params={f"n{at}" + "x" * 300: "1" for at in range(100)})
    assert len(assert_problem(query, 422, "invalid-request")["errors"]) == 50
    assert len(query.content) < 30_000


def test_json_is_read_beside_the_event_loop(service: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    reading, read = [], bodies.read_object

    def noted(body: bytes) -> dict[str, Any]:
        reading.append(threading.current_thread().name)
        return read(body)

    monkeypatch.setattr("service.bodies.read_object", noted)
    monkeypatch.setattr("service.registering.read_object", noted)
    service.client.post(f"{API}/objects", json={})
    service.client.patch(f"{API}/objects/1", json={"colour": 1})
    service.client.patch(f"{API}/objects/1/photographs/1", json={"view": 1})
    assert len(reading) == 3
    assert "server" not in reading


def test_a_full_disk_is_said_so(service: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    for place, what in ((SpooledTemporaryFile, "write"), (KeptPhotos, "_write")):
        with monkeypatch.context() as patched:
            patched.setattr(place, what, full)
            problem = assert_problem(
                service.client.post(SEARCHES, files={"photo": ("a.jpg", draw_photo(1))}),
                507,
                "insufficient-storage",
            )
            assert "No space left" in problem["detail"]
            assert "TMPDIR" in problem["advice"]


def test_json_that_never_ends_is_refused_as_it_comes(service: Running) -> None:
    response = service.client.post(f"{API}/objects", content=endless(b'{"title": "', 50), headers=JSON)
    assert_problem(response, 413, "body-too-large")


def test_a_sender_that_goes_away(service: Running) -> None:
    class Gone(Exception):
        pass

    def breaking_off() -> Iterator[bytes]:
        yield PART + bytes(MIB)
        raise Gone

    with httpx.Client(base_url=service.url) as client, pytest.raises(Gone):
        client.post(SEARCHES, content=breaking_off(), headers=MULTIPART)
