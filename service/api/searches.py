"""Searches: ask with a photo, read the answer again, see why."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Response, status
from fastapi.responses import JSONResponse

from indexer.explain import EvidenceKind
from service import journal
from service.api.deps import DeskDep, PartsDep, SearchFormDep, SearchId
from service.api.describing import PICTURE, failing, photo_upload
from service.api.forms import limit_of
from service.api.views import PREFIX
from service.problems import (
    BODY_TOO_LARGE,
    BUSY,
    CANDIDATE_NOT_FOUND,
    DATABASE_UNAVAILABLE,
    EVIDENCE_GONE,
    EVIDENCE_UNAVAILABLE,
    FOREIGN_ORIGIN,
    INSUFFICIENT_STORAGE,
    INTAKE_UNAVAILABLE,
    INVALID_REQUEST,
    MALFORMED_UPLOAD,
    MISSING_PHOTO,
    NOT_READY,
    PHOTO_REJECTED,
    PHOTO_STORE_BROKEN,
    PHOTO_STORE_UNAVAILABLE,
    PHOTOGRAPH_NOT_FOUND,
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
_READING = (SEARCH_NOT_FOUND, INVALID_REQUEST, DATABASE_UNAVAILABLE)
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
        INTAKE_UNAVAILABLE,
        DATABASE_UNAVAILABLE,
        INSUFFICIENT_STORAGE,
    ),
)
async def make_search(form: SearchFormDep, parts: PartsDep) -> Response:
    """Search with one photo, or with several photos of one and the same object."""
    record = await parts.queue.run(journal.search, parts.desk, form.photos(), limit_of(form))
    return JSONResponse(
        record.stored(), status.HTTP_201_CREATED, headers={"Location": f"{PREFIX}/searches/{record.id}"}
    )


@router.get("/{search_id}", responses=failing(*_READING), response_model=SearchRecord)
def read_search(search_id: SearchId, desk: DeskDep) -> Response:
    """The answer to an earlier search, exactly as it was given."""
    return JSONResponse(desk.kept_record(search_id))


@router.get(
    "/{search_id}/photos/{number}",
    response_class=Response,
    responses={**PICTURE, **failing(EVIDENCE_GONE, *_READING)},
)
def read_searched_photo(
    search_id: SearchId,
    number: Annotated[int, Path(ge=0, le=63, description="Which of them; 0 is the first.", examples=[0])],
    desk: DeskDep,
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
            CANDIDATE_NOT_FOUND,
            EVIDENCE_UNAVAILABLE,
            EVIDENCE_GONE,
            PHOTOGRAPH_NOT_FOUND,
            PHOTO_STORE_BROKEN,
            PHOTO_STORE_UNAVAILABLE,
            *_READING,
        ),
    },
)
def read_evidence(
    search_id: SearchId,
    rank: Annotated[
        int, Path(ge=1, le=CANDIDATES_LOOKED_AT, description="The candidate's; 1 is the best.", examples=[1])
    ],
    kind: Annotated[EvidenceKind, Path(description="Which picture of the evidence.", examples=["overlay"])],
    desk: DeskDep,
) -> Response:
    """A picture that shows why a candidate was found: the photos laid over each other, the regions that
    agree, or the points that do."""
    return Response(desk.evidence(search_id, rank, kind), media_type="image/jpeg", headers=_EVIDENCE_HEADERS)
