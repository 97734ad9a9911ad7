"""The page of likely duplicates: what looks alike, side by side, and forms to decide. It works without JavaScript."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import parse_qsl, urlencode

from fastapi import APIRouter, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import ValidationError
from starlette.responses import RedirectResponse

from data import deciding
from data.actor import Grounds
from data.checks import Checks
from data.duplicate_tables import DuplicateState
from data.duplicates import Duplicate, Duplicates
from data.register import Register
from service.api.deps import LARGEST_ID, PartsDep, RegisterDep
from service.api.duplicates import DuplicateId
from service.deciding import told
from service.invalid import invalid, invalid_body
from service.pages.rendering import render

router = APIRouter(include_in_schema=False)

SHOWN = 20
MOST_FIELDS = 10

Of = Annotated[int | None, Query(alias="object", ge=1, le=LARGEST_ID)]


@router.get("/duplicates")
def duplicates_page(
    request: Request,
    register: RegisterDep,
    object_id: Of = None,
    after: Annotated[int, Query(ge=0, le=LARGEST_ID)] = 0,
    done: Annotated[int | None, Query(ge=1, le=LARGEST_ID)] = None,
) -> Response:
    """What waits for a decision: of the register, or of one object. ``done``: what was decided last."""
    duplicates = Duplicates(register.database)
    found = duplicates.page(DuplicateState.open, after, SHOWN + 1, object_id=object_id)
    page = render(
        request,
        "duplicates.html",
        duplicates=found[:SHOWN],
        next_after=found[SHOWN - 1].id if len(found) > SHOWN else None,
        later=bool(after),
        object=None if object_id is None else register.get(object_id),
        waiting=Checks(register).waiting(object_id),
        done=None if done is None else duplicates.get(done),
    )
    # Under `no-referrer` browsers say of a form that it comes from nowhere, and the doorkeeper lets none such in.
    page.headers["Referrer-Policy"] = "same-origin"
    return page


@router.post("/duplicates/{duplicate_id}")
async def decide(
    request: Request, register: RegisterDep, duplicate_id: DuplicateId, parts: PartsDep, object_id: Of = None
) -> Response:
    """Decide as a form says, and show the page again."""
    form = _form(await request.body())
    found = await run_in_threadpool(_decided, register, duplicate_id, form)
    parts.refresher.wake()
    query = {"done": found.id} | ({} if object_id is None else {"object": object_id})
    return RedirectResponse(f"/duplicates?{urlencode(query)}", status_code=303)


def _form(body: bytes) -> dict[str, str]:
    """The fields of a form as browsers send it. Raises ServiceProblem."""
    try:
        return dict(parse_qsl(body.decode("ascii"), errors="strict", max_num_fields=MOST_FIELDS))
    except ValueError:
        raise invalid([(("body",), "This is no form that the page would send")]) from None


def _decided(register: Register, duplicate_id: int, form: dict[str, str]) -> Duplicate:
    """Raises DuplicateNotFound, DuplicateDecided, StatusConflict (all data), ServiceProblem."""
    try:
        why = Grounds(reason=form.get("reason", ""), source=form.get("source", ""))
    except ValidationError as wrong:
        raise invalid_body(wrong) from None
    act, _, keep = form.get("act", "").partition(" ")
    if act == "link":
        return told("linked", deciding.link(register, duplicate_id, why))
    if act == "dismiss":
        return told("dismissed", deciding.dismiss(register, duplicate_id, why))
    if act == "keep" and keep.isascii() and keep.isdigit() and len(keep) < 11:
        return told("merged", deciding.merge(register, duplicate_id, int(keep), why))
    raise invalid([(("body", "act"), "Say link, dismiss, or keep and the number of the object that is kept")])
