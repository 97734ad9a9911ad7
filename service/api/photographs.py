"""Photographs of registered objects: what is known of them, and the pictures."""

from __future__ import annotations

from fastapi import APIRouter, Response, status

from service.api.deps import IfNoneMatch, PhotographId, ReaderDep
from service.api.describing import NOT_CHANGED, PICTURE, failing
from service.api.views import PhotographView
from service.problems import (
    DATABASE_UNAVAILABLE,
    INVALID_REQUEST,
    PHOTO_STORE_BROKEN,
    PHOTO_STORE_UNAVAILABLE,
    PHOTOGRAPH_NOT_FOUND,
)

router = APIRouter(prefix="/photographs", tags=["photographs"])

_READING = (PHOTOGRAPH_NOT_FOUND, INVALID_REQUEST, DATABASE_UNAVAILABLE)
_PICTURE = {**PICTURE, **NOT_CHANGED, **failing(*_READING, PHOTO_STORE_BROKEN, PHOTO_STORE_UNAVAILABLE)}


@router.get("/{photograph_id}", responses=failing(*_READING))
def read_photograph(photograph_id: PhotographId, reader: ReaderDep) -> PhotographView:
    """What is known of a photograph."""
    return PhotographView.of(reader.photograph(photograph_id))


@router.get("/{photograph_id}/image", response_class=Response, responses=_PICTURE)
def read_image(photograph_id: PhotographId, reader: ReaderDep, if_none_match: IfNoneMatch = None) -> Response:
    """The photo: an upright sRGB JPEG without metadata. It never changes."""
    headers = _immutable(reader.photograph(photograph_id).photo_key)
    if if_none_match is not None and headers["ETag"] in if_none_match:
        return Response(status_code=status.HTTP_304_NOT_MODIFIED, headers=headers)
    return Response(reader.photo_bytes(photograph_id), media_type="image/jpeg", headers=headers)


@router.get("/{photograph_id}/thumbnail", response_class=Response, responses=_PICTURE)
def read_thumbnail(
    photograph_id: PhotographId, reader: ReaderDep, if_none_match: IfNoneMatch = None
) -> Response:
    """A small copy of the photo. It never changes."""
    headers = _immutable(reader.photograph(photograph_id).thumbnail_key)
    if if_none_match is not None and headers["ETag"] in if_none_match:
        return Response(status_code=status.HTTP_304_NOT_MODIFIED, headers=headers)
    return Response(reader.thumbnail_bytes(photograph_id), media_type="image/jpeg", headers=headers)


def _immutable(key: str) -> dict[str, str]:
    return {
        "ETag": f'"{key}"',
        "Cache-Control": "private, max-age=31536000, immutable",
        "Content-Disposition": "inline",
    }
