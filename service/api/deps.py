"""What routes ask for, as annotated dependencies."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Annotated, cast

from fastapi import Depends, Header, Path, Request

from data.register import Register
from service.keeper import EngineKeeper
from service.parts import Parts, photograph_limits, search_limits
from service.problems import BAD_REQUEST, ServiceProblem
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


def _register(parts: PartsDep) -> Register:
    return parts.register


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


def expected_version(if_match: Annotated[str | None, Header()] = None) -> int | None:
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
DeskDep = Annotated[SearchDesk, Depends(_desk)]
KeeperDep = Annotated[EngineKeeper, Depends(_keeper)]
SearchFormDep = Annotated[PhotoForm, Depends(_search_form)]
PhotographFormDep = Annotated[PhotoForm, Depends(_photograph_form)]
ExpectedVersionDep = Annotated[int | None, Depends(expected_version)]
IfNoneMatch = Annotated[str | None, Header()]
Id = Annotated[int, Path(ge=1, le=LARGEST_ID)]
