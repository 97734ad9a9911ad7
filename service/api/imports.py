"""Imports: sending a list, which were made, what each changed, and taking one back as a whole. For registrars only:
what stood in a field before is told whatever the field."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse

from data.exchange.imports import Imports
from data.exchange.undo import undo_import
from service.api.deps import LARGEST_ID, PartsDep, RegisterDep
from service.api.describing import failing
from service.api.import_views import ChangePage, ImportPage, ImportView, UndoneView
from service.api.imported_view import ImportedView
from service.api.views import PREFIX
from service.import_report import KEPT_COLUMNS, kept_report
from service.importing import LIST_FIELDS, ListAsked, list_limits
from service.problems import (
    BODY_TOO_LARGE,
    BUSY,
    DATABASE_UNAVAILABLE,
    FOREIGN_ORIGIN,
    IMPORT_NOT_FOUND,
    IMPORT_REFUSED,
    IMPORT_RUNNING,
    INSUFFICIENT_STORAGE,
    INTAKE_UNAVAILABLE,
    INVALID_REQUEST,
    MALFORMED_UPLOAD,
    NOT_ALLOWED,
    PHOTO_STORE_UNAVAILABLE,
    UNSUPPORTED_BODY,
)
from service.uploads import PhotoForm, photo_form

router = APIRouter(prefix="/imports", tags=["imports"])

PAGE = 50
LARGEST_PAGE = 200
_READING = (NOT_ALLOWED, INVALID_REQUEST, DATABASE_UNAVAILABLE)

ImportId = Annotated[int, Path(ge=1, le=LARGEST_ID, description="Number of the import.", examples=[7])]
Limit = Annotated[int, Query(ge=1, le=LARGEST_PAGE, description="How many to answer with.", examples=[PAGE])]


async def _list_form(request: Request, parts: PartsDep, _register: RegisterDep) -> AsyncIterator[PhotoForm]:
    parts.imports.check()
    async with photo_form(request, list_limits(parts.settings)) as form:
        yield form


ListFormDep = Annotated[PhotoForm, Depends(_list_form)]
_SENT: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {
                            "type": "string",
                            "format": "binary",
                            "description": "A list as CSV or Excel, LIDO records, or a IIIF manifest.",
                        },
                        **{name: {"type": "string"} for name in sorted(LIST_FIELDS)},
                    },
                },
                "examples": {
                    "list": {
                        "summary": "A list, as curl names it",
                        "value": {
                            "file": "@losses.csv",
                            "mapping": '{"title": "Titel"}',
                            "authority": "Police of Veldermond",
                            "dry_run": "true",
                        },
                    }
                },
            }
        },
    }
}
_REPORT: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "A CSV file.",
        "content": {
            "text/csv": {
                "schema": {"type": "string"},
                "examples": {"report": {"summary": "Its first line", "value": ",".join(KEPT_COLUMNS)}},
            }
        },
    }
}


@router.post(
    "",
    status_code=201,
    openapi_extra=_SENT,
    responses=failing(
        MALFORMED_UPLOAD,
        FOREIGN_ORIGIN,
        BODY_TOO_LARGE,
        UNSUPPORTED_BODY,
        IMPORT_REFUSED,
        BUSY,
        INTAKE_UNAVAILABLE,
        PHOTO_STORE_UNAVAILABLE,
        INSUFFICIENT_STORAGE,
        *_READING,
    ),
)
async def import_list(
    register: RegisterDep, form: ListFormDep, parts: PartsDep, response: Response
) -> ImportedView:
    """Import a list, and answer when it is done; it goes on to its end also if the caller does not wait. One at a time
    is imported so: another one is answered with 503 meanwhile. Photos that it names are not sent with it: add them to
    their objects, or use `artrieve import`. The same list sent again goes on with an import that was interrupted.
    """
    asked = await run_in_threadpool(ListAsked.of, form)
    done = await parts.imports.run(register, asked)
    parts.refresher.wake()
    if done.report.import_id is None:
        response.status_code = 200
    else:
        response.headers["Location"] = f"{PREFIX}/imports/{done.report.import_id}"
    return ImportedView.of(done)


@router.get("", responses=failing(*_READING))
def list_imports(
    register: RegisterDep,
    before: Annotated[
        int | None, Query(ge=1, le=LARGEST_ID, description="Number of the last import seen.", examples=[7])
    ] = None,
    limit: Limit = PAGE,
) -> ImportPage:
    """The imports, the latest first, a page at a time."""
    return ImportPage.of(Imports(register.database).page(before, limit + 1), limit)


@router.get("/{import_id}", responses=failing(IMPORT_NOT_FOUND, *_READING))
def read_import(register: RegisterDep, import_id: ImportId) -> ImportView:
    """One import. Interrupted is also one whose process was killed."""
    return ImportView.of(Imports(register.database).get(import_id))


@router.get("/{import_id}/changes", responses=failing(IMPORT_NOT_FOUND, *_READING))
def list_changes(
    register: RegisterDep,
    import_id: ImportId,
    after: Annotated[
        int, Query(ge=0, le=LARGEST_ID, description="Number of the last change seen.", examples=[341])
    ] = 0,
    limit: Limit = PAGE,
    kept: Annotated[
        bool, Query(description="Only those of which undoing left something.", examples=[False])
    ] = False,
) -> ChangePage:
    """What an import changed, row by row, a page at a time. Rows that changed nothing are not listed."""
    return ChangePage.of(Imports(register.database).changes(import_id, after, limit + 1, kept=kept), limit)


@router.get(
    "/{import_id}/report",
    response_class=StreamingResponse,
    responses=_REPORT | failing(IMPORT_NOT_FOUND, *_READING),
)
def read_report(register: RegisterDep, import_id: ImportId) -> StreamingResponse:
    """What an import changed, as a CSV file with a line for each row; rows that changed nothing are not listed."""
    imports = Imports(register.database)
    imports.get(import_id)
    return StreamingResponse(
        kept_report(imports.every_change(import_id)),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="import-{import_id}.csv"'},
    )


@router.post(
    "/{import_id}/undo", responses=failing(IMPORT_NOT_FOUND, IMPORT_RUNNING, FOREIGN_ORIGIN, *_READING)
)
async def undo(register: RegisterDep, import_id: ImportId, parts: PartsDep) -> UndoneView:
    """Take back everything that an import changed, at once. What was changed since stays, and is named in
    `kept` of its changes.

    A second time there is nothing more to do, and the answer says so.
    """
    undone = await run_in_threadpool(undo_import, register, import_id)
    parts.refresher.wake()
    return UndoneView.of(undone)
