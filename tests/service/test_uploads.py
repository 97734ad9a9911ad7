"""Reading uploads: whatever the pieces they arrive in, the same comes out, and never too much is read."""

from __future__ import annotations

import asyncio
import contextlib
import errno
from collections.abc import AsyncIterator, Iterator
from io import BytesIO
from itertools import pairwise
from tempfile import SpooledTemporaryFile
from typing import IO, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request

from service import uploads
from service.problems import ServiceProblem
from service.uploads import UploadLimits, photo_form

LIMITS = UploadLimits(photo_bytes=1000, photos=2, fields=frozenset({"limit"}))
BODY = (
    b'--b\r\nContent-Disposition: form-data; name="limit"\r\n\r\n 7 \r\n'
    b'--b\r\nContent-Disposition: form-data; name="photo"; filename="a.jpg"\r\nContent-Type: image/jpeg\r\n\r\n'
    b"first\r\n--not-the-boundary\r\n\r\n"
    b'--b\r\nContent-Disposition: form-data; filename="\xc3\xbc.png"; name="photo"\r\n\r\n'
    b"second\r\n--b--\r\n"
)


def request_of(pieces: Iterator[bytes], seen: list[int] | None = None) -> Request:
    """A request whose body arrives in these pieces; ``seen`` counts the bytes that were read."""

    async def receive() -> dict[str, Any]:
        piece = next(pieces, None)
        if seen is not None and piece is not None:
            seen.append(len(piece))
        return {"type": "http.request", "body": piece or b"", "more_body": piece is not None}

    headers = [(b"content-type", b"multipart/form-data; boundary=b")]
    return Request({"type": "http", "method": "POST", "path": "/", "headers": headers}, receive)


def read(request: Request, limits: UploadLimits = LIMITS) -> tuple[dict[str, str], list[tuple[str, bytes]]]:
    """The fields and photos of a request."""

    async def reading() -> tuple[dict[str, str], list[tuple[str, bytes]]]:
        async with photo_form(request, limits) as form:
            return dict(form.fields), [(photo.name, photo.data) for photo in form.photos()]

    return asyncio.run(reading())


@given(st.lists(st.integers(0, len(BODY)), max_size=12))
def test_pieces_make_no_difference(cuts: list[int]) -> None:
    places = [0, *sorted(cuts), len(BODY)]
    pieces = [BODY[start:end] for start, end in pairwise(places)]
    fields, photos = read(request_of(iter(pieces)))
    assert fields == {"limit": "7"}
    assert photos == [("a.jpg", b"first\r\n--not-the-boundary\r\n"), ("ü.png", b"second")]


@given(st.binary(max_size=300))
def test_bytes_of_any_kind_are_read_or_refused(body: bytes) -> None:
    with contextlib.suppress(ServiceProblem):
        read(request_of(iter([b"--b\r\n" + body, b"\r\n--b--\r\n"])))


def test_reading_stops_at_the_first_piece_too_many() -> None:
    def endless() -> Iterator[bytes]:
        yield b'--b\r\nContent-Disposition: form-data; name="photo"; filename="a.jpg"\r\n\r\n'
        while True:
            yield bytes(100)

    seen: list[int] = []
    with pytest.raises(ServiceProblem) as refused:
        read(request_of(endless(), seen))
    assert refused.value.kind.code == "photo-too-large"
    assert "a.jpg" in refused.value.detail
    assert sum(seen[1:]) == LIMITS.photo_bytes + 100


@pytest.mark.parametrize("body", [BODY, BODY[:-20]], ids=["whole", "cut off"])
def test_files_are_closed_and_gone_at_the_end(body: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[IO[bytes]] = []

    def remembered(size: int) -> IO[bytes]:
        file = SpooledTemporaryFile(size)  # noqa: SIM115  closed by what is tested
        opened.append(file)
        return file

    monkeypatch.setattr(uploads, "SpooledTemporaryFile", remembered)
    with contextlib.suppress(ServiceProblem):
        read(request_of(iter([body])))
    assert opened
    assert all(file.closed for file in opened)


def test_photos_are_read_one_at_a_time() -> None:
    async def story() -> None:
        async with photo_form(request_of(iter([BODY])), LIMITS) as form:
            photos = form.photos()
            assert next(photos).name == "a.jpg"
            assert form.files[1][1].tell() == len(b"second")  # not looked at yet

    asyncio.run(story())


def test_a_request_that_ends_unexpectedly_closes_its_files() -> None:
    async def breaking() -> AsyncIterator[bytes]:
        yield BODY[:200]
        raise ConnectionResetError

    request = request_of(iter([]))
    request.stream = breaking  # type: ignore[assignment,method-assign]  # a stream that fails half way
    with pytest.raises(ConnectionResetError):
        read(request)


def test_a_folder_that_takes_no_more_is_said_so_and_every_file_is_closed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    opened: list[Full] = []

    class Full(BytesIO):
        """A file that takes the first photo, and no more; closing it tries once more to write."""

        def __init__(self, size: int) -> None:
            super().__init__()
            opened.append(self)

        def write(self, data: Any) -> int:
            if len(opened) > 1:
                raise OSError(errno.ENOSPC, "No space left on device")
            return super().write(data)

        def close(self) -> None:
            super().close()
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(uploads, "SpooledTemporaryFile", Full)
    with pytest.raises(ServiceProblem, match="No space left") as refused:
        read(request_of(iter([BODY])))
    assert refused.value.kind.status == 507
    assert len(opened) == 2
    assert all(file.closed for file in opened)
