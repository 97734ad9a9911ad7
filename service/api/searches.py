"""Searches: ask with a photo, read the answer again, see why."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Response, status
from fastapi.responses import JSONResponse

from indexer.explain import EvidenceKind
from service.api.deps import DeskDep, PartsDep, SearchFormDep
from service.api.describing import PICTURE, failing, photo_upload
from service.api.forms import limit_of
from service.api.views import PREFIX
from service.problems import (
    BODY_TOO_LARGE,
    BUSY,
    CANDIDATE_NOT_FOUND,
    EVIDENCE_GONE,
    EVIDENCE_UNAVAILABLE,
    FOREIGN_ORIGIN,
    INVALID_REQUEST,
    MALFORMED_UPLOAD,
    MISSING_PHOTO,
    NOT_READY,
    PHOTO_REJECTED,
    SEARCH_NOT_FOUND,
    TOO_MANY_PHOTOS,
    UNSUPPORTED_BODY,
)
from service.records.search_record import SearchRecord
from service.searching import CANDIDATES_LOOKED_AT, DEFAULT_LIMIT

router = APIRouter(prefix="/searches", tags=["searches"])

_LIMIT_FIELD = {
    "type": "integer",
    "minimum": 1,
    "maximum": CANDIDATES_LOOKED_AT,
    "default": DEFAULT_LIMIT,
    "description": "How many candidates to answer with.",
}
# What was drawn from a searched photo must not outlive it in a cache by long.
_EVIDENCE_HEADERS = {"Cache-Control": "private, max-age=60"}


@router.post(
    "",
    status_code=status.HTTP_201_CREATED,
    response_model=SearchRecord,
    openapi_extra=photo_upload(None, limit=_LIMIT_FIELD),
    responses=failing(
        MALFORMED_UPLOAD,
        FOREIGN_ORIGIN,
        BODY_TOO_LARGE,
        UNSUPPORTED_BODY,
        INVALID_REQUEST,
        MISSING_PHOTO,
        TOO_MANY_PHOTOS,
        PHOTO_REJECTED,
        BUSY,
        NOT_READY,
    ),
)
async def make_search(form: SearchFormDep, parts: PartsDep) -> Response:
    """Search with one photo, or with several photos of one and the same object."""
    record = await parts.queue.run(parts.desk.search, form.photos(), limit_of(form))
    return JSONResponse(
        record.stored(), status.HTTP_201_CREATED, headers={"Location": f"{PREFIX}/searches/{record.id}"}
    )


@router.get("/{search_id}", responses=failing(SEARCH_NOT_FOUND, INVALID_REQUEST), response_model=SearchRecord)
def read_search(search_id: UUID, desk: DeskDep) -> Response:
    """The answer to an earlier search, exactly as it was given."""
    return JSONResponse(desk.record(search_id).stored())


@router.get(
    "/{search_id}/photos/{number}",
    response_class=Response,
    responses={**PICTURE, **failing(SEARCH_NOT_FOUND, EVIDENCE_GONE, INVALID_REQUEST)},
)
def read_searched_photo(
    search_id: UUID, number: Annotated[int, Path(ge=0, le=63)], desk: DeskDep
) -> Response:
    """A photo that was searched with (0 is the first), for as long as it is kept."""
    return Response(
        desk.searched_photo(search_id, number), media_type="image/jpeg", headers=_EVIDENCE_HEADERS
    )


@router.get(
    "/{search_id}/candidates/{rank}/evidence/{kind}",
    response_class=Response,
    responses={
        **PICTURE,
        **failing(
            SEARCH_NOT_FOUND, CANDIDATE_NOT_FOUND, EVIDENCE_UNAVAILABLE, EVIDENCE_GONE, INVALID_REQUEST
        ),
    },
)
def read_evidence(
    search_id: UUID,
    rank: Annotated[int, Path(ge=1, le=CANDIDATES_LOOKED_AT)],
    kind: EvidenceKind,
    desk: DeskDep,
) -> Response:
    """A picture that shows why a candidate was found: the photos laid over each other, the regions that
    agree, or the points that do."""
    return Response(desk.evidence(search_id, rank, kind), media_type="image/jpeg", headers=_EVIDENCE_HEADERS)
