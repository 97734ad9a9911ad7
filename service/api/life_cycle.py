"""The life cycle of objects: recovered, withdrawn, reinstated, merged, linked; and their history."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Response
from fastapi.concurrency import run_in_threadpool

from data.actor import Grounds
from data.register import Register, RegisteredObject
from service import life_cycle
from service.api.deps import (
    LARGEST_ID,
    ExpectedVersionDep,
    JsonBodyDep,
    ObjectId,
    PartsDep,
    ReaderDep,
    RegisterDep,
)
from service.api.describing import failing, grounds_body
from service.api.history_views import HistoryPage
from service.api.objects import entity_tag
from service.api.views import ObjectView
from service.life_cycle import LinkBody, MergeBody, MoveBody, ReinstateBody
from service.problems import (
    BAD_REQUEST,
    BODY_TOO_LARGE,
    DATABASE_UNAVAILABLE,
    FOREIGN_ORIGIN,
    INVALID_REQUEST,
    MALFORMED_JSON,
    NOT_ALLOWED,
    OBJECT_NOT_FOUND,
    SOURCE_REGISTER_NOT_FOUND,
    STATUS_CONFLICT,
    UNSUPPORTED_BODY,
    VERSION_CONFLICT,
    VERSION_NOT_FOUND,
)

router = APIRouter(prefix="/objects", tags=["objects"])

PAGE = 50
LARGEST_PAGE = 200
_READING = (OBJECT_NOT_FOUND, INVALID_REQUEST, DATABASE_UNAVAILABLE)
_CHANGES = (
    NOT_ALLOWED,
    BAD_REQUEST,
    MALFORMED_JSON,
    STATUS_CONFLICT,
    VERSION_CONFLICT,
    FOREIGN_ORIGIN,
    BODY_TOO_LARGE,
    UNSUPPORTED_BODY,
    *_READING,
)
_CHANGING = failing(*_CHANGES)


@dataclass(frozen=True, slots=True)
class Asked:
    """What every change of an object's life cycle is asked for with."""

    object_id: int
    body: bytes
    expected: int | None
    register: Register
    wake: Callable[[], None]
    response: Response

    async def answer(
        self, change: Callable[[Register, int, bytes, int | None], RegisteredObject]
    ) -> ObjectView:
        """Make the change, and catch up with it."""
        found = await run_in_threadpool(change, self.register, self.object_id, self.body, self.expected)
        self.wake()
        self.response.headers["ETag"] = entity_tag(found)
        return ObjectView.of(found)


def _asked(
    register: RegisterDep,
    object_id: ObjectId,
    body: JsonBodyDep,
    expected: ExpectedVersionDep,
    parts: PartsDep,
    response: Response,
) -> Asked:
    return Asked(object_id, body, expected, register, parts.refresher.wake, response)


AskedDep = Annotated[Asked, Depends(_asked)]


_given = partial(
    grounds_body,
    summary="Why, and where that is known from",
    why={"reason": "The police found it.", "source": "Letter of 12 March 2026"},
)


@router.post("/{object_id}/recover", openapi_extra=_given(Grounds), responses=_CHANGING)
async def post_recover(asked: AskedDep) -> ObjectView:
    """The object is back where it belongs: from this moment on no search finds it."""
    return await asked.answer(life_cycle.recover)


@router.post("/{object_id}/withdraw", openapi_extra=_given(Grounds), responses=_CHANGING)
async def post_withdraw(asked: AskedDep) -> ObjectView:
    """The report of the object is taken back: from this moment on no search finds it."""
    return await asked.answer(life_cycle.withdraw)


@router.post(
    "/{object_id}/reinstate", openapi_extra=_given(ReinstateBody, status="stolen"), responses=_CHANGING
)
async def post_reinstate(asked: AskedDep) -> ObjectView:
    """The object is what it was before it was recovered, withdrawn or merged, or gets the `status` given. The object
    that it was merged into loses the photographs that it had got by that."""
    return await asked.answer(life_cycle.reinstate)


@router.post("/{object_id}/merge", openapi_extra=_given(MergeBody, into=12), responses=_CHANGING)
async def post_merge(asked: AskedDep) -> ObjectView:
    """The object is the same as another one, `into`, which is kept and gets photographs like those of this one. This
    one stays, says into which it was merged, and is searched for no more. An object that is searched for is never
    merged into one that is not. Reinstating takes the merge back."""
    return await asked.answer(life_cycle.merge)


@router.post("/{object_id}/link", openapi_extra=_given(LinkBody, other=12), responses=_CHANGING)
async def post_link(asked: AskedDep) -> ObjectView:
    """The object and the `other` one are the same, and both stay as they are; each names the other in `same_as`."""
    return await asked.answer(life_cycle.link)


@router.post("/{object_id}/unlink", openapi_extra=_given(LinkBody, other=12), responses=_CHANGING)
async def post_unlink(asked: AskedDep) -> ObjectView:
    """The object and the `other` one are not the same after all."""
    return await asked.answer(life_cycle.unlink)


@router.post(
    "/{object_id}/move",
    openapi_extra=_given(MoveBody, register="veldermond"),
    responses=failing(*_CHANGES, SOURCE_REGISTER_NOT_FOUND),
)
async def post_move(asked: AskedDep) -> ObjectView:
    """The object belongs to the source register of the key `register`. Lists of both registers know it from then on."""
    return await asked.answer(life_cycle.move)


@router.get("/{object_id}/history", responses=failing(*_READING))
def read_history(
    object_id: ObjectId,
    reader: ReaderDep,
    after: Annotated[int, Query(ge=0, le=LARGEST_ID, description="The last version seen.", examples=[0])] = 0,
    limit: Annotated[
        int, Query(ge=1, le=LARGEST_PAGE, description="How many versions to answer with.", examples=[PAGE])
    ] = PAGE,
) -> HistoryPage:
    """What was done to an object, version by version: by whom, when, why, and where that was known from. Who and why
    are for registrars; to others they are empty, and fields that they do not see are not named."""
    return HistoryPage.of(object_id, reader.history(object_id, after, limit + 1), limit)


@router.get("/{object_id}/history/{version}", responses=failing(VERSION_NOT_FOUND, *_READING))
def read_version(
    object_id: ObjectId,
    version: Annotated[int, Path(ge=1, le=LARGEST_ID, description="Which version.", examples=[1])],
    reader: ReaderDep,
) -> ObjectView:
    """The object as it was at a version: its record, and the photographs that it had."""
    return ObjectView.of(reader.at_version(object_id, version))
