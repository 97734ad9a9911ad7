"""Likely duplicates: the list for the registrar, and what is decided on each. For registrars only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Path, Query
from fastapi.concurrency import run_in_threadpool

from data.actor import Grounds
from data.checks import Checks
from data.duplicate_tables import DuplicateState
from data.duplicates import Duplicate, Duplicates
from data.register import Register
from service import deciding
from service.api.deps import LARGEST_ID, JsonBodyDep, PartsDep, RegisterDep
from service.api.describing import failing, grounds_body
from service.api.duplicate_views import DuplicatePage, DuplicateView
from service.deciding import KeepBody
from service.parts import Parts
from service.problems import (
    BODY_TOO_LARGE,
    DATABASE_UNAVAILABLE,
    DUPLICATE_DECIDED,
    DUPLICATE_NOT_FOUND,
    FOREIGN_ORIGIN,
    INVALID_REQUEST,
    MALFORMED_JSON,
    NOT_ALLOWED,
    OBJECT_NOT_FOUND,
    STATUS_CONFLICT,
    UNSUPPORTED_BODY,
)

router = APIRouter(prefix="/duplicates", tags=["duplicates"])

PAGE = 50
LARGEST_PAGE = 200
_READING = (NOT_ALLOWED, INVALID_REQUEST, DATABASE_UNAVAILABLE)
_DECIDING = failing(
    DUPLICATE_NOT_FOUND,
    DUPLICATE_DECIDED,
    STATUS_CONFLICT,
    MALFORMED_JSON,
    FOREIGN_ORIGIN,
    BODY_TOO_LARGE,
    UNSUPPORTED_BODY,
    *_READING,
)
_WHY = {"reason": "The same scratch at the lower edge.", "source": "Letter of 3 March 2026"}

DuplicateId = Annotated[
    int, Path(ge=1, le=LARGEST_ID, description="Number of the likely duplicate.", examples=[4])
]


@router.get("", responses=failing(OBJECT_NOT_FOUND, *_READING))
def list_duplicates(
    register: RegisterDep,
    state: Annotated[
        DuplicateState, Query(description="What people have said of them.", examples=["open"])
    ] = DuplicateState.open,
    object_id: Annotated[
        int | None,
        Query(alias="object", ge=1, le=LARGEST_ID, description="Only those of this object.", examples=[17]),
    ] = None,
    after: Annotated[
        int, Query(ge=0, le=LARGEST_ID, description="Number of the last one seen.", examples=[0])
    ] = 0,
    limit: Annotated[
        int, Query(ge=1, le=LARGEST_PAGE, description="How many to answer with.", examples=[PAGE])
    ] = PAGE,
) -> DuplicatePage:
    """The likely duplicates, in the order in which they were found, a page at a time.

    Open ones are listed while both objects are searched for."""
    if object_id is not None:
        register.get(object_id)
    found = Duplicates(register.database).page(state, after, limit + 1, object_id=object_id)
    return DuplicatePage.of(found, Checks(register).waiting(object_id), limit)


@router.get("/{duplicate_id}", responses=failing(DUPLICATE_NOT_FOUND, *_READING))
def read_duplicate(register: RegisterDep, duplicate_id: DuplicateId) -> DuplicateView:
    """One likely duplicate, whatever was decided."""
    return DuplicateView.of(Duplicates(register.database).get(duplicate_id))


@router.post(
    "/{duplicate_id}/link",
    openapi_extra=grounds_body(Grounds, "Why", _WHY),
    responses=_DECIDING,
)
async def post_link(
    register: RegisterDep, duplicate_id: DuplicateId, body: JsonBodyDep, parts: PartsDep
) -> DuplicateView:
    """The two are the same object, and both stay; each names the other in `same_as`. Twice is harmless."""
    return await decided(deciding.link, register, duplicate_id, body, parts)


@router.post(
    "/{duplicate_id}/merge",
    openapi_extra=grounds_body(KeepBody, "Why, and which one is kept", _WHY, keep=12),
    responses=_DECIDING,
)
async def post_merge(
    register: RegisterDep, duplicate_id: DuplicateId, body: JsonBodyDep, parts: PartsDep
) -> DuplicateView:
    """The two are the same object, and the one that `keep` names is kept: the other one is merged into it. Twice is
    harmless."""
    return await decided(deciding.merge, register, duplicate_id, body, parts)


@router.post(
    "/{duplicate_id}/dismiss",
    openapi_extra=grounds_body(Grounds, "Why", _WHY),
    responses=_DECIDING,
)
async def post_dismiss(
    register: RegisterDep, duplicate_id: DuplicateId, body: JsonBodyDep, parts: PartsDep
) -> DuplicateView:
    """The two are not the same object: they are no likely duplicates again, whatever is found. Twice is harmless."""
    return await decided(deciding.dismiss, register, duplicate_id, body, parts)


async def decided(
    decide: Callable[[Register, int, bytes], Duplicate],
    register: Register,
    duplicate_id: int,
    body: bytes,
    parts: Parts,
) -> DuplicateView:
    """Decide, and catch up with it."""
    found = await run_in_threadpool(decide, register, duplicate_id, body)
    parts.refresher.wake()
    return DuplicateView.of(found)
