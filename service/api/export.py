"""The register as a file, in the formats of other registers and museums."""

from __future__ import annotations

import os
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from fastapi.responses import StreamingResponse

from data.exchange.export import Format
from data.exchange.exported import Selection
from data.finding import Query as Words
from data.visibility import Level
from service import journal
from service.api.deps import PartsDep, ReaderDep
from service.api.describing import failing
from service.api.refusing import WordsAsked, refusing
from service.asked import FieldsAsked
from service.exporting import MEDIA_TYPES, chunks, file_name
from service.problems import (
    BUSY,
    DATABASE_UNAVAILABLE,
    EXPORT_REFUSED,
    INSUFFICIENT_STORAGE,
    INVALID_REQUEST,
    NOT_ALLOWED,
)

router = APIRouter(prefix="/export", tags=["objects"])

_FILE: dict[str, Any] = {
    "schema": {"type": "string", "format": "binary"},
    "examples": {"file": {"summary": "The file itself", "externalValue": "/api/v1/export"}},
}
FILE: dict[int | str, dict[str, Any]] = {
    200: {"description": "The file.", "content": dict.fromkeys(sorted(MEDIA_TYPES.values()), _FILE)}
}


@router.get(
    "",
    response_class=StreamingResponse,
    responses=FILE
    | failing(NOT_ALLOWED, INVALID_REQUEST, EXPORT_REFUSED, BUSY, INSUFFICIENT_STORAGE, DATABASE_UNAVAILABLE),
)
async def export_register(
    parts: PartsDep,
    reader: ReaderDep,
    fields: Annotated[FieldsAsked, Depends()],
    q: WordsAsked = "",
    kind: Annotated[
        Format, Query(alias="format", description="The format of the file.", examples=["csv"])
    ] = Format.csv,
    level: Annotated[
        Level,
        Query(description="Which fields: those of this level and below it.", examples=["public"]),
    ] = Level.public,
    base_url: Annotated[
        str,
        Query(
            max_length=400,
            description="The address that the ids of Linked Art begin with; for that format it must be given.",
            examples=["https://register.example"],
        ),
    ] = "",
) -> StreamingResponse:
    """The register as a file, without photos: all objects, withdrawn ones too, or those that `GET /find` finds by the
    same words and fields. No more fields go out than the caller's role sees. The audit trail tells of each export.
    """
    with refusing("query"):
        selection = Selection(Words.of(q) if q.strip() else None, fields.filters())
        file, _ = await parts.exports.run(journal.exported, reader, kind, level, selection, base_url)
    return StreamingResponse(
        chunks(file),
        media_type=MEDIA_TYPES[kind],
        headers={
            "Content-Length": str(os.fstat(file.fileno()).st_size),
            "Content-Disposition": f'attachment; filename="{file_name(kind)}"',
            "Cache-Control": "no-store",
        },
    )
