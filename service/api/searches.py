"""Searches: ask with a photo, read the answer again, see why."""

from __future__ import annotations

import hashlib
from typing import Annotated

from fastapi import APIRouter, Path, Response, status
from fastapi.responses import JSONResponse

from indexer.decide import AlertLevel
from indexer.explain import EvidenceKind
from service import journal
from service.api.deps import ActorDep, DeskDep, IfNoneMatch, PartsDep, RoleDep, SearchFormDep, SearchId
from service.api.describing import NOT_CHANGED, PICTURE, failing, photo_upload
from service.api.forms import level_of, limit_of
from service.api.refusing import refusing
from service.api.views import PREFIX
from service.in_hand import SCHEMAS, in_hand
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
from service.records.reading import record_seen_by
from service.records.search_record import SearchRecord
from service.records.since import KeptSearch
from service.searching import CANDIDATES_LOOKED_AT, DEFAULT_LIMIT, Shown

router = APIRouter(prefix="/searches", tags=["searches"])

_LIMIT_FIELD = {
    "type": "integer",
    "minimum": 1,
    "maximum": CANDIDATES_LOOKED_AT,
    "default": DEFAULT_LIMIT,
    "description": "How many candidates to answer with.",
}
_LEVEL_FIELD = {
    "type": "string",
    "enum": list(AlertLevel),
    "examples": [AlertLevel.dealer],
    "description": "How readily the search alerts: GET /api/v1/alert-levels says what each level means. Without it, "
    "the level that the service's setting ARTRIEVE_ALERT_LEVEL names.",
}
_READING = (SEARCH_NOT_FOUND, INVALID_REQUEST, DATABASE_UNAVAILABLE)
# Who looks again within this time sees it without asking; a browser never keeps it for longer than the service.
_FRESH_SECONDS = 300


@router.post(
    "",
    status_code=status.HTTP_201_CREATED,
    response_model=SearchRecord,
    openapi_extra=photo_upload(None, limit=_LIMIT_FIELD, alert_level=_LEVEL_FIELD, **SCHEMAS),
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
async def make_search(form: SearchFormDep, parts: PartsDep, role: RoleDep, actor: ActorDep) -> Response:
    """Search with one photo, or with several photos of one and the same object; what is known of the object beside
    them is held against each candidate's record, and narrows the search where that is asked for."""
    level, limit = level_of(form, parts.settings.alert_level), limit_of(form)
    with refusing("body"):
        known = in_hand(form.fields)
        record = await parts.queue.run(
            journal.search, parts.desk, form.photos(), limit, level, role, actor, known
        )
    return JSONResponse(
        record.stored(), status.HTTP_201_CREATED, headers={"Location": f"{PREFIX}/searches/{record.id}"}
    )


@router.get("/{search_id}", responses=failing(*_READING), response_model=KeptSearch)
def read_search(search_id: SearchId, desk: DeskDep, role: RoleDep) -> Response:
    """The answer to an earlier search, exactly as it was given; to a role that sees less, without what it does not
    see. Behind it, in `since`, what has become of the candidates."""
    record = desk.kept_record(search_id)
    since = desk.since(record).model_dump(mode="json")
    return JSONResponse({**record_seen_by(record, role), "since": since})


@router.get(
    "/{search_id}/photos/{number}",
    response_class=Response,
    responses={**PICTURE, **NOT_CHANGED, **failing(EVIDENCE_GONE, *_READING)},
)
def read_searched_photo(
    search_id: SearchId,
    number: Annotated[int, Path(ge=0, le=63, description="Which of them; 0 is the first.", examples=[0])],
    desk: DeskDep,
    if_none_match: IfNoneMatch = None,
) -> Response:
    """A photo that was searched with (0 is the first), for as long as it is kept."""
    return _picture(desk.searched_photo(search_id, number), if_none_match)


@router.get(
    "/{search_id}/candidates/{rank}/evidence/{kind}",
    response_class=Response,
    responses={
        **PICTURE,
        **NOT_CHANGED,
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
    if_none_match: IfNoneMatch = None,
) -> Response:
    """A picture that shows why a candidate was found: the photos laid over each other, the regions that
    agree, the points that do, or what differs."""
    return _picture(desk.evidence(search_id, rank, kind), if_none_match)


def _picture(shown: Shown, if_none_match: str | None) -> Response:
    headers = {
        "ETag": f'"{hashlib.sha256(shown.jpeg).hexdigest()}"',
        "Cache-Control": f"private, max-age={min(_FRESH_SECONDS, shown.seconds)}, must-revalidate",
        "Content-Disposition": "inline",
    }
    if if_none_match is not None and headers["ETag"] in if_none_match:
        return Response(status_code=status.HTTP_304_NOT_MODIFIED, headers=headers)
    return Response(shown.jpeg, media_type="image/jpeg", headers=headers)
