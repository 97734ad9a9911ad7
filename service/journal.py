"""The service's own log of what it did: a line for each search, each change and each request that failed.

No line holds the name of a file, the words of a record or a photo's hash: who may read the log is not decided
here.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterable
from typing import IO

import structlog
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from data.actor import Actor
from data.exchange.export import Format
from data.exchange.exported import Selection
from data.filters import Filters
from data.reader import Reader
from data.visibility import Level, Role
from indexer.decide import AlertLevel
from indexer.engine import Engine
from service.exporting import exported_file
from service.finding import FoundRecords, find_records
from service.in_hand import NOTHING_SAID, InHand
from service.invalid import shortened
from service.pages.errors import page_or_problem
from service.problems import INTERNAL_ERROR, ServiceProblem
from service.records.search_record import SearchRecord
from service.searching import SearchDesk, UploadedPhoto
from service.words import WordsAnswer, answer_words

LONGEST_PATH = 120

log = structlog.get_logger(__name__)


class Journal:
    """Logs each request that failed, and answers what nobody expected with a reference to its traceback."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        state = scope.setdefault("state", {})
        started, status = time.perf_counter(), 0

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except Exception as error:
            problem = _unexpected(scope, error)
            if status:
                raise  # half an answer is on its way: the server must break it off
            await page_or_problem(Request(scope), problem)(scope, receive, watched)
        if status >= 400:
            tell = log.warning if status >= 500 else log.info
            tell("request failed", status=status, code=state.get("problem", ""), **_asked(scope, started))


def _asked(scope: Scope, started: float) -> dict[str, object]:
    return {
        "method": scope["method"],
        "path": shortened(scope["path"], LONGEST_PATH),
        "ms": milliseconds_since(started),
    }


def _unexpected(scope: Scope, error: Exception) -> ServiceProblem:
    reference = secrets.token_hex(4)
    path = shortened(scope["path"], LONGEST_PATH)
    log.error("unexpected error", reference=reference, method=scope["method"], path=path, exc_info=error)
    return ServiceProblem(INTERNAL_ERROR, f"An error that nobody expected. Its reference is {reference}.")


def search(
    desk: SearchDesk,
    photos: Iterable[UploadedPhoto],
    limit: int,
    level: AlertLevel,
    role: Role,
    actor: Actor,
    known: InHand = NOTHING_SAID,
) -> SearchRecord:
    """Search at the desk, and write a line about it with the names of the fields only."""
    started = time.perf_counter()
    record = desk.search(photos, limit, level, role, actor, known)
    log.info(
        "searched",
        search=str(record.id),
        verdict=record.verdict.value,
        alert_level=level.value,  # `level` is how serious the line is
        photos=len(record.photos),
        candidates=len(record.candidates),
        fields=list(known.said),
        narrowed=known.narrow,
        generation=record.covered.generation,
        ms=milliseconds_since(started),
    )
    return record


def search_by_words(
    reader: Reader, engine: Callable[[], Engine], text: str, limit: int, after: str
) -> WordsAnswer:
    """Search by words, and write a line about it without them."""
    started = time.perf_counter()
    answer = answer_words(reader, engine, text, limit, after)
    log.info(
        "searched by words",
        words=len(answer.words),
        pictures=len(answer.pictures or ()),
        records=answer.total,
        generation=answer.generation,
        ms=milliseconds_since(started),
    )
    return answer


def search_records(reader: Reader, text: str, filters: Filters, limit: int, after: str) -> FoundRecords:
    """Find records by words and fields, and write a line about it with the names of the fields only."""
    started = time.perf_counter()
    found = find_records(reader, text, filters, limit, after)
    log.info(
        "searched by fields",
        words=len(found.words),
        fields=list(filters.given),
        records=found.total,
        ms=milliseconds_since(started),
    )
    return found


def exported(
    reader: Reader, kind: Format, level: Level, selection: Selection, base: str
) -> tuple[IO[bytes], int]:
    """Export the register, and write a line about it with the names of the fields only."""
    started = time.perf_counter()
    file, objects = exported_file(reader, kind, level, selection, base)
    log.info(
        "exported",
        format=kind.value,
        fields_up_to=level.value,  # `level` is how serious the line is
        role=reader.role.value,
        filters=list(selection.filters.given),
        objects=objects,
        ms=milliseconds_since(started),
    )
    return file, objects


def changed(what: str, **ids: object) -> None:
    """Write a line about a change of the register: what happened, and to which object and photograph."""
    log.info(what, **ids)


def milliseconds_since(started: float) -> int:
    """Milliseconds since a reading of ``time.perf_counter``."""
    return round((time.perf_counter() - started) * 1000)
