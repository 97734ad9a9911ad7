"""Photographs of registered objects: what is known of them, and the pictures."""

from __future__ import annotations

from fastapi import APIRouter, Response, status

from service.api.deps import Id, IfNoneMatch, RegisterDep
from service.api.describing import PICTURE, failing
from service.api.views import PhotographView
from service.problems import INVALID_REQUEST, PHOTO_STORE_BROKEN, PHOTOGRAPH_NOT_FOUND

router = APIRouter(prefix="/photographs", tags=["photographs"])

_FAILING = failing(PHOTOGRAPH_NOT_FOUND, INVALID_REQUEST, PHOTO_STORE_BROKEN)
_NOT_CHANGED: dict[int | str, dict[str, str]] = {304: {"description": "Not changed since."}}


@router.get("/{photograph_id}", responses=failing(PHOTOGRAPH_NOT_FOUND, INVALID_REQUEST))
def read_photograph(photograph_id: Id, register: RegisterDep) -> PhotographView:
    """What is known of a photograph."""
    return PhotographView.of(register.photograph(photograph_id))


@router.get(
    "/{photograph_id}/image", response_class=Response, responses={**PICTURE, **_NOT_CHANGED, **_FAILING}
)
def read_image(photograph_id: Id, register: RegisterDep, if_none_match: IfNoneMatch = None) -> Response:
    """The photo: an upright sRGB JPEG without metadata. It never changes."""
    headers = _immutable(register.photograph(photograph_id).photo_key)
    if if_none_match is not None and headers["ETag"] in if_none_match:
        return Response(status_code=status.HTTP_304_NOT_MODIFIED, headers=headers)
    return Response(register.photo_bytes(photograph_id), media_type="image/jpeg", headers=headers)


@router.get(
    "/{photograph_id}/thumbnail", response_class=Response, responses={**PICTURE, **_NOT_CHANGED, **_FAILING}
)
def read_thumbnail(photograph_id: Id, register: RegisterDep, if_none_match: IfNoneMatch = None) -> Response:
    """A small copy of the photo. It never changes."""
    headers = _immutable(register.photograph(photograph_id).thumbnail_key)
    if if_none_match is not None and headers["ETag"] in if_none_match:
        return Response(status_code=status.HTTP_304_NOT_MODIFIED, headers=headers)
    return Response(register.thumbnail_bytes(photograph_id), media_type="image/jpeg", headers=headers)


def _immutable(key: str) -> dict[str, str]:
    return {
        "ETag": f'"{key}"',
        "Cache-Control": "private, max-age=31536000, immutable",
        "Content-Disposition": "inline",
    }
