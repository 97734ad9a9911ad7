"""The application: HTTP API, pages, and the parts that serve them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from functools import partial

from fastapi import Depends, FastAPI
from starlette.staticfiles import StaticFiles

from data.register import Register
from data.search_log import SearchLog
from service.api import (
    alert_levels,
    duplicates,
    export,
    find,
    health,
    imports,
    life_cycle,
    models,
    objects,
    photographs,
    registers,
    searches,
    vocabulary,
    words,
)
from service.api.deps import only_known_parameters
from service.api.describing import DESCRIPTION, describe
from service.api.views import PREFIX
from service.background import BackgroundChecks
from service.checking import Checking
from service.guards import BodyLimit, Doorkeeper, HeadAsGet, SecurityHeaders
from service.handlers import add_handlers
from service.importing import ImportDesk
from service.journal import Journal
from service.keeper import EngineKeeper, Refresher
from service.model_watch import ModelWatch
from service.pages import duplicates as duplicate_pages
from service.pages import routes as pages
from service.pages.rendering import STATIC
from service.parts import Parts, body_limit
from service.queueing import SearchQueue
from service.records.kept_photos import KeptPhotos
from service.searching import SearchDesk
from service.settings import Settings, SettingsUnusable, is_loopback
from service.workshop import open_engine, open_intake, open_register

SEARCHED = "searched"
EXPORTS_WAITING = 4


def create_app(settings: Settings) -> FastAPI:
    """The application for these settings; its parts are opened when it starts and closed when it ends.

    Raises SettingsUnusable if it would listen to other machines.
    """
    _refuse_other_machines(settings)
    app = FastAPI(
        title="Artrieve",
        version="1",
        description=DESCRIPTION,
        openapi_url=f"{PREFIX}/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=partial(_lifespan, settings),
    )
    add_handlers(app)
    app.add_middleware(BodyLimit, limit_of=partial(body_limit, settings))
    app.add_middleware(HeadAsGet)
    app.add_middleware(Doorkeeper)
    app.add_middleware(Journal)
    app.add_middleware(SecurityHeaders)
    for noun in (
        searches,
        words,
        find,
        alert_levels,
        models,
        objects,
        life_cycle,
        photographs,
        registers,
        duplicates,
        imports,
        export,
        vocabulary,
    ):
        app.include_router(noun.router, prefix=PREFIX, dependencies=[Depends(only_known_parameters)])
    app.include_router(health.router, prefix=PREFIX)
    app.include_router(health.router, include_in_schema=False)
    app.include_router(pages.router)
    app.include_router(duplicate_pages.router)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    describe(app)
    return app


def _refuse_other_machines(settings: Settings) -> None:
    # Settings refuse this too; a settings object that was made without validation must not open the door.
    if not is_loopback(settings.host):
        raise SettingsUnusable(
            f"The service would listen on {settings.host}, where other machines reach it, and it has no "
            "accounts yet. Set ARTRIEVE_HOST to 127.0.0.1."
        )


@asynccontextmanager
async def _lifespan(settings: Settings, app: FastAPI) -> AsyncIterator[None]:
    with ExitStack() as opened:
        register = open_register(settings)
        opened.callback(register.database.close)
        parts = _open_parts(settings, register, opened)
        await parts.refresher.tidy()
        await asyncio.to_thread(parts.keeper.refresh)
        app.state.parts = parts
        running = [asyncio.create_task(each.run()) for each in (parts.refresher, parts.checks)]
        try:
            yield
        finally:
            parts.refresher.stop()
            parts.checks.stop()
            await asyncio.gather(*running)
            await parts.refresher.tidy()


def _open_parts(settings: Settings, register: Register, opened: ExitStack) -> Parts:
    keeper = EngineKeeper(partial(open_engine, settings, register))
    intake = opened.enter_context(open_intake(settings))
    queue = opened.enter_context(SearchQueue(settings.search_threads, settings.search_queue))
    checking = Checking(register, keeper.engine, settings.duplicate_level)
    kept = KeptPhotos(settings.data_dir / SEARCHED, settings.search_photo_minutes)
    return Parts(
        settings=settings,
        register=register,
        intake=intake,
        keeper=keeper,
        refresher=Refresher(keeper, kept.purge, settings.refresh_seconds),
        desk=SearchDesk(register, intake, SearchLog(register.database), keeper.engine, kept),
        queue=queue,
        imports=opened.enter_context(ImportDesk(settings)),
        exports=opened.enter_context(SearchQueue(1, EXPORTS_WAITING, "exports")),
        models=ModelWatch(settings.index_dir, register),
        checks=BackgroundChecks(checking, queue, settings.duplicate_seconds),
    )
