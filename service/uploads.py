"""Reading photos and lists from multipart/form-data while they arrive, with hard limits on bytes and parts.

The framework's own form reader spools a file of any size before a route sees it. This one stops at the first
byte too many, so that an upload of 100 MB is refused without having been kept anywhere.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from tempfile import SpooledTemporaryFile
from typing import IO, ClassVar

import structlog
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import Request

from service.problem_details import FieldError
from service.problems import (
    INSUFFICIENT_STORAGE,
    INVALID_REQUEST,
    MALFORMED_UPLOAD,
    MISSING_PHOTO,
    TOO_MANY_PHOTOS,
    UNSUPPORTED_BODY,
    ServiceProblem,
    photo_rejected,
)
from service.searching import UploadedPhoto

PHOTO_FIELD = "photo"
MAX_FIELDS = 24
MAX_FIELD_BYTES = 1024
MAX_NAME = 200
SPOOL_BYTES = 1024 * 1024
# Room for the boundaries, headers and small fields around the photos, and for the piece that arrives last.
ENVELOPE_BYTES = 1024 * 1024

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class UploadLimits:
    """What one upload may hold: bytes of each photo, photos, and which other fields."""

    photo_bytes: int
    photos: int
    fields: frozenset[str]

    noun: ClassVar[str] = "photo"
    file_field: ClassVar[str] = PHOTO_FIELD
    """The form field that files go into."""
    field_bytes: ClassVar[int] = MAX_FIELD_BYTES

    @property
    def body_bytes(self) -> int:
        """The most bytes that a whole request can need."""
        return self.photo_bytes * self.photos + ENVELOPE_BYTES

    def missing(self) -> ServiceProblem:
        """The problem for a form without a file."""
        return ServiceProblem(MISSING_PHOTO, f"The form field `{self.file_field}` holds no file.")

    def too_many(self) -> ServiceProblem:
        """The problem for more files than are taken."""
        return ServiceProblem(TOO_MANY_PHOTOS, f"At most {self.photos} photos are taken in one request.")

    def too_large(self, name: str) -> ServiceProblem:
        """The problem for a file with more bytes than are taken."""
        return photo_too_large(self.photo_bytes, name)


@dataclass(slots=True)
class _Part:
    name: str = ""
    file_name: str | None = None
    content: IO[bytes] | None = None
    size: int = 0


@dataclass(slots=True)
class PhotoForm:
    """An upload that was read to its end: its photos (in files that nobody else sees) and other fields."""

    files: list[tuple[str, IO[bytes]]] = field(default_factory=list)
    fields: dict[str, str] = field(default_factory=dict)

    def photos(self) -> Iterator[UploadedPhoto]:
        """The photos, read one at a time, so that one is in memory at once."""
        for name, file in self.files:
            file.seek(0)
            yield UploadedPhoto(file.read(), name)

    def close(self) -> None:
        """Delete the files."""
        for _, file in self.files:
            with suppress(OSError):  # on a full disk closing may try once more to write
                file.close()


@asynccontextmanager
async def photo_form(request: Request, limits: UploadLimits) -> AsyncIterator[PhotoForm]:
    """Read the form of a request; its photos are deleted at the end of the block. Raises ServiceProblem."""
    reader = _FormReader(_boundary(request, limits), limits)
    try:
        async for chunk in request.stream():
            reader.feed(chunk)
        yield reader.finish()
    finally:
        reader.form.close()


def _boundary(request: Request, limits: UploadLimits) -> bytes:
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    if kind != b"multipart/form-data":
        raise ServiceProblem(
            UNSUPPORTED_BODY,
            f"A {limits.noun} is taken as multipart/form-data only.",
            advice=f"Send it as a form upload, for example with `curl -F {limits.file_field}=@FILE`.",
        )
    boundary = options.get(b"boundary", b"")
    if not boundary:
        raise ServiceProblem(MALFORMED_UPLOAD, "The Content-Type header names no boundary.")
    return boundary


class _FormReader:
    """Takes chunks of a request's body in; a form comes out. One reader reads one request."""

    def __init__(self, boundary: bytes, limits: UploadLimits) -> None:
        self.form = PhotoForm()
        self._limits = limits
        self._part = _Part()
        self._header = (b"", b"")
        self._ended = False
        try:
            self._parser = MultipartParser(
                boundary,
                {
                    "on_part_begin": self._begin_part,
                    "on_header_field": self._header_name,
                    "on_header_value": self._header_value,
                    "on_header_end": self._end_header,
                    "on_headers_finished": self._begin_content,
                    "on_part_data": self._add,
                    "on_part_end": self._end_part,
                    "on_end": self._end,
                },
            )
        except FormParserError as wrong:
            raise ServiceProblem(MALFORMED_UPLOAD, f"{wrong}.") from wrong

    def feed(self, chunk: bytes) -> None:
        """Read one chunk. Raises ServiceProblem at the first byte, part or field too many."""
        try:
            self._parser.write(chunk)
        except FormParserError as wrong:
            raise ServiceProblem(MALFORMED_UPLOAD, f"The upload breaks off its form: {wrong}.") from wrong

    def finish(self) -> PhotoForm:
        """The form, once the body has ended. Raises ServiceProblem if it broke off or holds no photo."""
        if not self._ended:
            raise ServiceProblem(
                MALFORMED_UPLOAD, "The upload ended before its last part did.", advice="Send it again."
            )
        if not self.form.files:
            raise self._limits.missing()
        return self.form

    def _begin_part(self) -> None:
        self._part = _Part()

    def _header_name(self, data: bytes, start: int, end: int) -> None:
        self._header = (self._header[0] + data[start:end], self._header[1])

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._header = (self._header[0], self._header[1] + data[start:end])

    def _end_header(self) -> None:
        (name, value), self._header = self._header, (b"", b"")
        if name.lower() != b"content-disposition":
            return
        _, options = parse_options_header(value)
        self._part.name = _text(options.get(b"name", b""))
        if b"filename" in options:
            self._part.file_name = _text(options[b"filename"])[:MAX_NAME]

    def _begin_content(self) -> None:
        if self._part.name == self._limits.file_field and self._part.file_name is not None:
            self._begin_photo(self._part)
        elif self._part.name not in self._limits.fields or self._part.file_name is not None:
            raise _unknown_field(self._part.name, self._limits)
        elif self._part.name in self.form.fields or len(self.form.fields) >= MAX_FIELDS:
            raise _invalid(self._part.name, "This field is given more than once.")
        else:
            self.form.fields[self._part.name] = ""

    def _begin_photo(self, part: _Part) -> None:
        if len(self.form.files) >= self._limits.photos:
            raise self._limits.too_many()
        part.content = SpooledTemporaryFile(SPOOL_BYTES)  # noqa: SIM115 - closed by PhotoForm.close
        self.form.files.append((part.file_name or "", part.content))

    def _add(self, data: bytes, start: int, end: int) -> None:
        part = self._part
        part.size += end - start
        if part.content is None:
            if part.size > self._limits.field_bytes:
                raise _invalid(part.name, f"This field takes at most {self._limits.field_bytes} bytes.")
            self.form.fields[part.name] += data[start:end].decode("latin-1")
            return
        if part.size > self._limits.photo_bytes:
            raise self._limits.too_large(part.file_name or "")
        try:
            part.content.write(data[start:end])
        except OSError as refused:
            raise _no_room(refused, self._limits.noun) from refused

    def _end_part(self) -> None:
        part = self._part
        if part.content is None and part.name in self.form.fields:
            self.form.fields[part.name] = _text(self.form.fields[part.name].encode("latin-1"))

    def _end(self) -> None:
        self._ended = True


def _no_room(refused: OSError, noun: str) -> ServiceProblem:
    # Whatever the reason is, a folder for temporary files that cannot take the file is full for this request.
    log.error("an upload cannot be written to the folder of temporary files", trouble=str(refused))
    reason = refused.strerror or type(refused).__name__
    return ServiceProblem(INSUFFICIENT_STORAGE, f"The {noun} cannot be kept while it arrives: {reason}.")


def photo_too_large(limit: int, name: str = "") -> ServiceProblem:
    """The problem for a photo with more bytes than are taken, said before it has been read."""
    return photo_rejected(
        "too-large",
        f"The photo has more than {limit:,} bytes.",
        "Send a smaller copy: 1,600 pixels on the longest side are enough.",
        name,
    )


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "replace").strip()


def _unknown_field(name: str, limits: UploadLimits) -> ServiceProblem:
    field = limits.file_field
    known = ", ".join(f"`{each}`" for each in [field, *sorted(limits.fields)])
    return _invalid(
        name, f"There is no such field here. A {limits.noun} goes into `{field}` as a file; known: {known}."
    )


def _invalid(name: str, says: str) -> ServiceProblem:
    shown = name[:MAX_NAME]
    return ServiceProblem(
        INVALID_REQUEST,
        f"The form field `{shown}` is not valid.",
        errors=[FieldError(where=f"body.{shown}", says=says)],
    )
