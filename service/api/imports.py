"""Imports: which were made, what each changed, and taking one back as a whole. For registrars only: what stood in a
field before is told whatever the field."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query
from fastapi.concurrency import run_in_threadpool

from data.exchange.imports import Imports
from data.exchange.undo import undo_import
from service.api.deps import LARGEST_ID, PartsDep, RegisterDep
from service.api.describing import failing
from service.api.import_views import ChangePage, ImportPage, ImportView, UndoneView
from service.problems import (
    DATABASE_UNAVAILABLE,
    FOREIGN_ORIGIN,
    IMPORT_NOT_FOUND,
    IMPORT_RUNNING,
    INVALID_REQUEST,
    NOT_ALLOWED,
)

router = APIRouter(prefix="/imports", tags=["imports"])

PAGE = 50
LARGEST_PAGE = 200
_READING = (NOT_ALLOWED, INVALID_REQUEST, DATABASE_UNAVAILABLE)

ImportId = Annotated[int, Path(ge=1, le=LARGEST_ID, description="Number of the import.", examples=[7])]
Limit = Annotated[int, Query(ge=1, le=LARGEST_PAGE, description="How many to answer with.", examples=[PAGE])]


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
