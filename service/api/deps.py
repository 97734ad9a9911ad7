"""What routes ask for, as annotated dependencies."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from typing import Annotated, cast
from uuid import UUID

from fastapi import Depends, Header, Path, Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from data.reader import Reader
from data.register import Register
from data.visibility import Role
from service.invalid import invalid
from service.keeper import EngineKeeper
from service.parts import Parts, photograph_limits, search_limits
from service.problems import BAD_REQUEST, UNSUPPORTED_BODY, ServiceProblem
from service.searching import SearchDesk
from service.uploads import PhotoForm, photo_form

# Ids are integers of the database: a greater number cannot exist, and asking for it must not be an error
# there.
LARGEST_ID = 2**31 - 1
_ENTITY_TAG = re.compile(r'(?:W/)?"(\d{1,9})"')


def parts_of(request: Request) -> Parts:
    """The parts of the running service."""
    return cast(Parts, request.app.state.parts)


PartsDep = Annotated[Parts, Depends(parts_of)]


def role_of(parts: PartsDep) -> Role:
    """In which role the caller reads the register. Decided here and nowhere else; accounts will decide it."""
    return parts.settings.role


RoleDep = Annotated[Role, Depends(role_of)]


def _reader(parts: PartsDep, role: RoleDep) -> Reader:
    return Reader(parts.register, role)


ReaderDep = Annotated[Reader, Depends(_reader)]
"""The register as the caller sees it: what every address reads from."""


def _register(reader: ReaderDep) -> Register:
    return reader.writing()


def _desk(parts: PartsDep) -> SearchDesk:
    return parts.desk


def _keeper(parts: PartsDep) -> EngineKeeper:
    return parts.keeper


async def _search_form(request: Request, parts: PartsDep) -> AsyncIterator[PhotoForm]:
    parts.queue.check()
    parts.keeper.engine()
    async with photo_form(request, search_limits(parts.settings)) as form:
        yield form


async def _photograph_form(request: Request, parts: PartsDep) -> AsyncIterator[PhotoForm]:
    parts.queue.check()
    async with photo_form(request, photograph_limits(parts.settings)) as form:
        yield form


async def json_body(request: Request) -> bytes:
    """The bytes of a JSON body. Routes read them in a thread: what reading them costs is up to the sender."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json" and not (kind.startswith("application/") and kind.endswith("+json")):
        raise ServiceProblem(
            UNSUPPORTED_BODY,
            "The body is not sent as JSON.",
            advice="Send it with Content-Type: application/json.",
        )
    return await request.body()


def only_known_parameters(request: Request) -> None:
    """Refuse parameters of the query that the address does not know, rather than leave them out silently."""
    route = request.scope.get("route")
    known = sorted(_query_names(route.dependant)) if isinstance(route, APIRoute) else []
    unknown = [name for name in request.query_params if name not in known]
    if unknown:
        takes = f"it takes {', '.join(known)}" if known else "it takes none"
        raise invalid([(("query", name), f"This address has no such parameter; {takes}") for name in unknown])


def _query_names(dependant: Dependant) -> Iterator[str]:
    for field in dependant.query_params:
        yield field.alias
    for inner in dependant.dependencies:
        yield from _query_names(inner)


def expected_version(
    if_match: Annotated[
        str | None,
        Header(
            description="The ETag of the version that is to be changed: 412 if there is another by now.",
            examples=['"3"'],
        ),
    ] = None,
) -> int | None:
    """The version an If-Match header asks for; None without such a header, or if it takes any version."""
    if if_match is None or if_match.strip() == "*":
        return None
    match = _ENTITY_TAG.fullmatch(if_match.strip())
    if match is None:
        raise ServiceProblem(
            BAD_REQUEST,
            f"The If-Match header {if_match[:100]!r} is not an ETag of this service.",
            advice='Send the ETag that the object was answered with, for example `If-Match: "3"`.',
        )
    return int(match[1])


RegisterDep = Annotated[Register, Depends(_register)]
"""The register itself, for addresses that change it; a caller who may not is refused with 403."""
DeskDep = Annotated[SearchDesk, Depends(_desk)]
KeeperDep = Annotated[EngineKeeper, Depends(_keeper)]
SearchFormDep = Annotated[PhotoForm, Depends(_search_form)]
PhotographFormDep = Annotated[PhotoForm, Depends(_photograph_form)]
JsonBodyDep = Annotated[bytes, Depends(json_body)]
ExpectedVersionDep = Annotated[int | None, Depends(expected_version)]
IfNoneMatch = Annotated[
    str | None,
    Header(description="An ETag that was answered before: 304 if it still holds.", examples=['"3"']),
]
ObjectId = Annotated[int, Path(ge=1, le=LARGEST_ID, description="Number of the object.", examples=[17])]
PhotographId = Annotated[
    int, Path(ge=1, le=LARGEST_ID, description="Number of the photograph.", examples=[23])
]
SearchId = Annotated[
    UUID,
    Path(
        description="Id that the search was answered with.",
        examples=["0b9d1c52-8f0e-4a57-9a53-6a1e2f4c7d10"],
    ),
]
