"""Keeps the engine that serves: opens it, lets it catch up with the register, remembers why it cannot.

The service starts without a usable index too, says so at /readyz and looks again: publishing an index is
enough, nothing has to be started again.
"""

from __future__ import annotations

import asyncio
import math
import threading
import time
from collections.abc import Callable

import structlog

from indexer.engine import Engine, IndexStatus
from indexer.vectors.index import IndexUnusable

HOUSEKEEPING_SECONDS = 10

log = structlog.get_logger(__name__)


class EngineKeeper:
    """The engine that serves at this moment, if there is one. Safe for use by several threads."""

    def __init__(self, open_engine: Callable[[], Engine]) -> None:
        self._open = open_engine
        self._engine: Engine | None = None
        self._refusal: IndexUnusable | None = None
        self.trouble = ""
        """Why the index does not catch up; empty when all is well."""
        self._model = ""
        self._one_at_a_time = threading.Lock()

    def engine(self) -> Engine:
        """The engine. Raises IndexUnusable with the reason and what to do about it."""
        if self._engine is not None:
            return self._engine
        if self._refusal is not None:
            raise IndexUnusable(self._refusal.reason, self._refusal.advice)
        raise IndexUnusable("The index has not been opened yet.", "Ask again in a moment.")

    def status(self) -> IndexStatus:
        """What the engine serves. Raises IndexUnusable."""
        return self.engine().status()

    def unfound(self) -> frozenset[int]:
        """Ids of objects that have photographs, none of which is searched; none are known without an index."""
        return frozenset() if self._engine is None else self._engine.unfound()

    def refresh(self) -> None:
        """Open the engine if it is not open yet, else let it catch up. Blocks.

        With an index that cannot be used nothing is searched, and the reason is kept.
        """
        with self._one_at_a_time:
            try:
                if self._engine is None:
                    self._engine = self._open()
                self._notice(self._engine.refresh())
                self._refusal, self.trouble = None, ""
            except IndexUnusable as refused:
                self._remember(refused)

    def _notice(self, status: IndexStatus) -> None:
        if self._model and status.descriptor != self._model:
            log.info("another model sees", model=status.descriptor, generation=status.generation)
        self._model = status.descriptor or self._model

    def _remember(self, refused: IndexUnusable) -> None:
        if str(refused) != self.trouble:
            log.error("index refused", reason=refused.reason, advice=refused.advice)
        self._refusal, self.trouble = refused, str(refused)


class Refresher:
    """Calls ``keeper.refresh`` every few seconds, and at once when ``wake`` is called. Lives on the event
    loop.

    ``housekeeping`` deletes what may be kept no longer. It is called every ``HOUSEKEEPING_SECONDS`` whether
    or not the index catches up, and at the start and the end of the service.
    """

    def __init__(self, keeper: EngineKeeper, housekeeping: Callable[[], object], seconds: float) -> None:
        self._keeper = keeper
        self._housekeeping = housekeeping
        self._seconds = seconds
        self._woken = asyncio.Event()
        self._stopping = False
        self._tidied_at = -math.inf

    def stop(self) -> None:
        """Make ``run`` return, after the refresh that runs now if there is one. Call it on the event loop."""
        self._stopping = True
        self._woken.set()

    def wake(self) -> None:
        """Catch up now: something was registered. Call it on the event loop."""
        self._woken.set()

    async def run(self) -> None:
        """Refresh until ``stop``. Whatever fails is logged and tried again: a service that no longer catches
        up would go on answering from an old register without anybody noticing.
        """
        while not self._stopping:
            self._woken.clear()
            try:
                await asyncio.to_thread(self._keeper.refresh)
            except Exception as failure:  # noqa: BLE001  reported at /readyz and in the log
                self._report(failure)
            if time.monotonic() - self._tidied_at >= HOUSEKEEPING_SECONDS:
                await self.tidy()
            await self._pause()

    async def tidy(self) -> None:
        """Keep house now. What fails is logged, and tried again the next time."""
        self._tidied_at = time.monotonic()
        try:
            await asyncio.to_thread(self._housekeeping)
        except Exception:
            log.exception("searched photos whose time is over could not be deleted; trying again")

    def _report(self, failure: Exception) -> None:
        if str(failure) != self._keeper.trouble:
            log.exception("could not catch up with the register; trying again")
        self._keeper.trouble = str(failure) or type(failure).__name__

    async def _pause(self) -> None:
        try:
            await asyncio.wait_for(self._woken.wait(), self._seconds)
        except TimeoutError:
            return
