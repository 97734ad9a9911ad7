"""Objects: register, read, change, add photographs."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response, status
from fastapi.concurrency import run_in_threadpool

from data.listing import Wanted
from data.object_id import EXAMPLE, ObjectRecord, Status, ViewKind
from data.registered import OWN_KEY, RegisteredObject
from data.source_registers import LONGEST_KEY
from service.api.deps import (
    LARGEST_ID,
    ExpectedVersionDep,
    IfNoneMatch,
    JsonBodyDep,
    ObjectId,
    PartsDep,
    PhotographFormDep,
    PhotographId,
    ReaderDep,
    RegisterDep,
    WhyDep,
)
from service.api.describing import NOT_CHANGED, failing, json_body, photo_upload, reference
from service.api.duplicate_views import AddedPhotographView, compared_view
from service.api.forms import view_of
from service.api.views import PREFIX, ObjectPage, ObjectView
from service.problems import (
    BAD_REQUEST,
    BODY_TOO_LARGE,
    BUSY,
    DATABASE_UNAVAILABLE,
    FOREIGN_ORIGIN,
    INSUFFICIENT_STORAGE,
    INTAKE_UNAVAILABLE,
    INVALID_REQUEST,
    MALFORMED_JSON,
    MALFORMED_UPLOAD,
    MISSING_PHOTO,
    NOT_ALLOWED,
    OBJECT_NOT_FOUND,
    PHOTO_REJECTED,
    PHOTO_STORE_UNAVAILABLE,
    PHOTOGRAPH_NOT_FOUND,
    SOURCE_REGISTER_NOT_FOUND,
    STATUS_CONFLICT,
    TOO_MANY_PHOTOS,
    UNSUPPORTED_BODY,
    VERSION_CONFLICT,
)
from service.registering import (
    PhotographChange,
    add_photograph,
    change_object,
    change_photograph,
    register_object,
    remove_photograph,
)

router = APIRouter(prefix="/objects", tags=["objects"])

PAGE = 50
LARGEST_PAGE = 200
_READING = (INVALID_REQUEST, DATABASE_UNAVAILABLE)
_WRITING = (NOT_ALLOWED, FOREIGN_ORIGIN, BODY_TOO_LARGE, UNSUPPORTED_BODY, *_READING)
_BELONGS = "Key of the source register that it belongs to; without one, this installation's own."
_VIEW_FIELD = {
    "type": "string",
    "enum": [each.value for each in ViewKind],
    "default": ViewKind.overall.value,
    "description": "What the photograph shows of the object.",
}
_RECORD_BODY = json_body(
    reference(ObjectRecord), "application/json", full={"summary": "A full record", "value": EXAMPLE}
)
_PATCH_BODY = json_body(
    {"type": "object", "additionalProperties": True},
    "application/merge-patch+json",
    recovered={"summary": "The object was found", "value": {"status": "recovered"}},
    corrected={
        "summary": "One part of the theft corrected, the inventory number emptied",
        "value": {"theft": {"place": EXAMPLE["theft"]["place"]}, "inventory_number": None},
    },
)
_VIEW_BODY = json_body(
    reference(PhotographChange),
    "application/merge-patch+json",
    back={"summary": "It shows the back", "value": {"view": "back"}},
)
_PHOTOGRAPH = (
    NOT_ALLOWED,
    BAD_REQUEST,
    OBJECT_NOT_FOUND,
    PHOTOGRAPH_NOT_FOUND,
    STATUS_CONFLICT,
    VERSION_CONFLICT,
    FOREIGN_ORIGIN,
)


def entity_tag(found: RegisteredObject) -> str:
    """The ETag of an object's version; another one where fields are hidden, for that is another answer."""
    return f'"{found.version}-seen"' if found.hidden else f'"{found.version}"'


@router.post(
    "",
    status_code=status.HTTP_201_CREATED,
    openapi_extra=_RECORD_BODY,
    responses=failing(MALFORMED_JSON, SOURCE_REGISTER_NOT_FOUND, *_WRITING),
)
def post_object(
    register: RegisterDep,
    body: JsonBodyDep,
    why: WhyDep,
    response: Response,
    source_register: Annotated[
        str, Query(alias="register", max_length=LONGEST_KEY, description=_BELONGS, examples=[OWN_KEY])
    ] = OWN_KEY,
) -> ObjectView:
    """Register an object. It can be searched for once it has a photograph."""
    found = register_object(register, body, source_register, why)
    response.headers["Location"] = f"{PREFIX}/objects/{found.id}"
    response.headers["ETag"] = entity_tag(found)
    return ObjectView.of(found)


@router.get("", responses=failing(SOURCE_REGISTER_NOT_FOUND, *_READING))
def list_objects(
    reader: ReaderDep,
    parts: PartsDep,
    after: Annotated[
        int, Query(ge=0, le=LARGEST_ID, description="Number of the last object seen.", examples=[17])
    ] = 0,
    limit: Annotated[
        int, Query(ge=1, le=LARGEST_PAGE, description="How many objects to answer with.", examples=[PAGE])
    ] = PAGE,
    status: Annotated[
        Status | None, Query(description="Only objects with this status.", examples=["stolen"])
    ] = None,
    source_register: Annotated[
        str | None,
        Query(
            alias="register",
            max_length=LONGEST_KEY,
            description="Only objects of the source register of this key.",
            examples=[OWN_KEY],
        ),
    ] = None,
    pictures: Annotated[
        Literal["none"] | None,
        Query(
            description="`none`: only objects that searches are meant to find and that no photo can, for they have no "
            "usable picture.",
            examples=["none"],
        ),
    ] = None,
) -> ObjectPage:
    """The objects in the order of their numbers, a page at a time."""
    wanted = Wanted(status, source_register, without_pictures=pictures is not None)
    unfound = parts.keeper.unfound() if pictures else ()
    return ObjectPage.of(reader.page(wanted, after, limit + 1, unfound), limit)


@router.get(
    "/{object_id}",
    response_model=ObjectView,
    responses={**NOT_CHANGED, **failing(OBJECT_NOT_FOUND, *_READING)},
)
def read_object(
    object_id: ObjectId, reader: ReaderDep, response: Response, if_none_match: IfNoneMatch = None
) -> ObjectView | Response:
    """One object. Its ETag is its version."""
    found = reader.get(object_id)
    headers = {"ETag": entity_tag(found), "Cache-Control": "no-cache"}
    if if_none_match is not None and headers["ETag"] in if_none_match:
        return Response(status_code=status.HTTP_304_NOT_MODIFIED, headers=headers)
    response.headers.update(headers)
    return ObjectView.of(found)


@router.patch(
    "/{object_id}",
    openapi_extra=_PATCH_BODY,
    responses=failing(
        BAD_REQUEST, MALFORMED_JSON, OBJECT_NOT_FOUND, STATUS_CONFLICT, VERSION_CONFLICT, *_WRITING
    ),
)
def patch_object(
    register: RegisterDep,
    object_id: ObjectId,
    body: JsonBodyDep,
    expected: ExpectedVersionDep,
    why: WhyDep,
    response: Response,
) -> ObjectView:
    """Change the record by a merge patch (RFC 7396): fields given replace, null empties, the rest stays.

    With If-Match it is only changed if nobody else did since.
    """
    found = change_object(register, object_id, body, expected, why)
    response.headers["ETag"] = entity_tag(found)
    return ObjectView.of(found)


@router.post(
    "/{object_id}/photographs",
    status_code=status.HTTP_201_CREATED,
    openapi_extra=photo_upload(1, view=_VIEW_FIELD),
    responses={
        200: {"model": AddedPhotographView, "description": "The object has this very photo already."},
        **failing(
            MALFORMED_UPLOAD,
            OBJECT_NOT_FOUND,
            STATUS_CONFLICT,
            MISSING_PHOTO,
            TOO_MANY_PHOTOS,
            PHOTO_REJECTED,
            BUSY,
            INTAKE_UNAVAILABLE,
            PHOTO_STORE_UNAVAILABLE,
            INSUFFICIENT_STORAGE,
            *_WRITING,
        ),
    },
)
async def post_photograph(
    register: RegisterDep,
    object_id: ObjectId,
    form: PhotographFormDep,
    parts: PartsDep,
    why: WhyDep,
    response: Response,
) -> AddedPhotographView:
    """Add a photograph to an object. It can be searched within seconds; `quality` warns if it is a poor one, and
    `duplicates` are other objects that show the same: nothing is done about them until somebody decides."""
    added = await parts.queue.run(
        add_photograph, register, parts.intake, object_id, next(form.photos()), view_of(form), why
    )
    parts.refresher.wake()
    await parts.checks.at_registration(added.photograph.id)
    response.headers["Location"] = f"{PREFIX}/photographs/{added.photograph.id}"
    if not added.is_new:
        response.status_code = status.HTTP_200_OK
    return await run_in_threadpool(compared_view, register, added)


@router.patch(
    "/{object_id}/photographs/{photograph_id}",
    openapi_extra=_VIEW_BODY,
    responses=failing(MALFORMED_JSON, *_PHOTOGRAPH, BODY_TOO_LARGE, UNSUPPORTED_BODY, *_READING),
)
def patch_photograph(
    register: RegisterDep,
    object_id: ObjectId,
    photograph_id: PhotographId,
    body: JsonBodyDep,
    expected: ExpectedVersionDep,
    why: WhyDep,
    response: Response,
) -> ObjectView:
    """Say anew what a photograph shows of its object. Answers with the object.

    With If-Match it is only changed if nobody changed the object since.
    """
    found = change_photograph(register, object_id, photograph_id, body, expected, why)
    response.headers["ETag"] = entity_tag(found)
    return ObjectView.of(found)


@router.delete("/{object_id}/photographs/{photograph_id}", responses=failing(*_PHOTOGRAPH, *_READING))
async def delete_photograph(
    register: RegisterDep,
    object_id: ObjectId,
    photograph_id: PhotographId,
    expected: ExpectedVersionDep,
    parts: PartsDep,
    why: WhyDep,
    response: Response,
) -> ObjectView:
    """Take a photograph from its object: it is not searched, shown or handed out any more, and its number is
    never given again. Answers with the object.

    With If-Match it is only removed if nobody changed the object since.
    """
    found = await run_in_threadpool(remove_photograph, register, object_id, photograph_id, expected, why)
    parts.refresher.wake()
    response.headers["ETag"] = entity_tag(found)
    return ObjectView.of(found)
