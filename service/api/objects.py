"""Objects: register, read, change, add photographs."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Body, Query, Response, status

from data.object_id import EXAMPLE, ObjectRecord, Status, ViewKind
from service.api.deps import (
    LARGEST_ID,
    ExpectedVersionDep,
    Id,
    IfNoneMatch,
    PartsDep,
    PhotographFormDep,
    RegisterDep,
)
from service.api.describing import failing, photo_upload
from service.api.forms import view_of
from service.api.views import PREFIX, ObjectPage, ObjectView, PhotographView
from service.problems import (
    BAD_REQUEST,
    BODY_TOO_LARGE,
    BUSY,
    FOREIGN_ORIGIN,
    INVALID_REQUEST,
    MALFORMED_JSON,
    MALFORMED_UPLOAD,
    MISSING_PHOTO,
    OBJECT_NOT_FOUND,
    PHOTO_REJECTED,
    TOO_MANY_PHOTOS,
    UNSUPPORTED_BODY,
    VERSION_CONFLICT,
)
from service.registering import add_photograph

router = APIRouter(prefix="/objects", tags=["objects"])

PAGE = 50
LARGEST_PAGE = 200
_WRITING = (FOREIGN_ORIGIN, BODY_TOO_LARGE, UNSUPPORTED_BODY, INVALID_REQUEST)
_VIEW_FIELD = {
    "type": "string",
    "enum": [each.value for each in ViewKind],
    "default": ViewKind.overall.value,
    "description": "What the photograph shows of the object.",
}
_PATCH_EXAMPLES = {
    "recovered": {"summary": "The object was found", "value": {"status": "recovered"}},
    "corrected": {
        "summary": "One part of the theft corrected, the inventory number emptied",
        "value": {"theft": {"place": EXAMPLE["theft"]["place"]}, "inventory_number": None},
    },
}
PatchBody = Annotated[
    dict[str, Any],
    Body(media_type="application/merge-patch+json", openapi_examples=_PATCH_EXAMPLES),
]


def entity_tag(version: int) -> str:
    """The ETag of an object's version."""
    return f'"{version}"'


@router.post("", status_code=status.HTTP_201_CREATED, responses=failing(MALFORMED_JSON, *_WRITING))
def register_object(record: ObjectRecord, register: RegisterDep, response: Response) -> ObjectView:
    """Register an object. It can be searched for once it has a photograph."""
    found = register.report(record)
    response.headers["Location"] = f"{PREFIX}/objects/{found.id}"
    response.headers["ETag"] = entity_tag(found.version)
    return ObjectView.of(found)


@router.get("", responses=failing(INVALID_REQUEST))
def list_objects(
    register: RegisterDep,
    after: Annotated[int, Query(ge=0, le=LARGEST_ID, description="Number of the last object seen.")] = 0,
    limit: Annotated[int, Query(ge=1, le=LARGEST_PAGE)] = PAGE,
    status: Annotated[Status | None, Query(description="Only objects with this status.")] = None,
) -> ObjectPage:
    """The objects in the order of their numbers, a page at a time."""
    return ObjectPage.of(register.page(after, limit + 1, status), limit)


@router.get(
    "/{object_id}",
    response_model=ObjectView,
    responses={304: {"description": "Not changed since."}, **failing(OBJECT_NOT_FOUND, INVALID_REQUEST)},
)
def read_object(
    object_id: Id, register: RegisterDep, response: Response, if_none_match: IfNoneMatch = None
) -> ObjectView | Response:
    """One object. Its ETag is its version."""
    found = register.get(object_id)
    headers = {"ETag": entity_tag(found.version), "Cache-Control": "no-cache"}
    if if_none_match is not None and entity_tag(found.version) in if_none_match:
        return Response(status_code=status.HTTP_304_NOT_MODIFIED, headers=headers)
    response.headers.update(headers)
    return ObjectView.of(found)


@router.patch(
    "/{object_id}",
    responses=failing(BAD_REQUEST, MALFORMED_JSON, OBJECT_NOT_FOUND, VERSION_CONFLICT, *_WRITING),
)
def change_object(
    object_id: Id, patch: PatchBody, expected: ExpectedVersionDep, register: RegisterDep, response: Response
) -> ObjectView:
    """Change the record by a merge patch (RFC 7396): fields given replace, null empties, the rest stays.

    With If-Match it is only changed if nobody else did since.
    """
    found = register.amend(object_id, patch, expected)
    response.headers["ETag"] = entity_tag(found.version)
    return ObjectView.of(found)


@router.post(
    "/{object_id}/photographs",
    status_code=status.HTTP_201_CREATED,
    openapi_extra=photo_upload(1, view=_VIEW_FIELD),
    responses={
        200: {"model": PhotographView, "description": "The object has this very photo already."},
        **failing(
            MALFORMED_UPLOAD,
            OBJECT_NOT_FOUND,
            MISSING_PHOTO,
            TOO_MANY_PHOTOS,
            PHOTO_REJECTED,
            BUSY,
            *_WRITING,
        ),
    },
)
async def add_object_photograph(
    object_id: Id, form: PhotographFormDep, parts: PartsDep, response: Response
) -> PhotographView:
    """Add a photograph to an object. It can be searched within seconds."""
    added = await parts.queue.run(
        add_photograph, parts.register, parts.intake, object_id, next(form.photos()), view_of(form)
    )
    parts.refresher.wake()
    response.headers["Location"] = f"{PREFIX}/photographs/{added.photograph.id}"
    if not added.is_new:
        response.status_code = status.HTTP_200_OK
    return PhotographView.of(added.photograph)
