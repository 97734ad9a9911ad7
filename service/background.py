"""Compares photographs while the service serves: at once when one is registered, and what waits in its own time.

It takes a place among the searches, one at a time and only while nobody searches, so it makes nobody wait longer than
one search does.
"""

from __future__ import annotations

import asyncio

import structlog

from indexer.vectors.index import IndexUnusable
from service.checking import Checking
from service.queueing import QueueFull, SearchQueue

LOOK_SECONDS = 5.0
"""How long whoever registers a photograph waits for what it is compared with; it goes on without them."""
SHORTEST_PAUSE = 0.2

log = structlog.get_logger(__name__)


class BackgroundChecks:
    """Lives on the event loop. ``seconds``: the pause between two photographs; 0: nothing is compared but at once."""

    def __init__(self, checking: Checking, queue: SearchQueue, seconds: float) -> None:
        self.checks = checking.checks
        self._checking = checking
        self._queue = queue
        self._seconds = seconds
        self._stopped = asyncio.Event()
        self._looking: set[asyncio.Task[None]] = set()
        self._trouble = ""

    def stop(self) -> None:
        """Make ``run`` return, after the photograph that is compared now if there is one."""
        self._stopped.set()

    async def at_registration(self, photograph_id: int) -> None:
        """Compare a photograph that was added just now, for ``LOOK_SECONDS`` at most. Nothing that goes wrong with it
        is the caller's: the photograph is registered, and waits to be compared again.
        """
        looking = asyncio.create_task(self._look(photograph_id))
        self._looking.add(looking)
        looking.add_done_callback(self._looking.discard)
        await asyncio.wait({looking}, timeout=LOOK_SECONDS)

    async def run(self) -> None:
        """Work off what waits until ``stop``. Whatever fails is logged and tried again."""
        while not self._stopped.is_set():
            if self._seconds:
                await self._step()
            await self._pause()
        if self._looking:
            await asyncio.wait(self._looking)

    async def _look(self, photograph_id: int) -> None:
        try:
            await self._queue.run(self._checking.look, photograph_id)
        except (IndexUnusable, QueueFull) as not_now:
            log.info("compared later", photograph=photograph_id, reason=str(not_now))
        except Exception:  # whatever it is: the photograph is registered, and waits
            log.exception("a photograph could not be compared; trying again", photograph=photograph_id)

    async def _step(self) -> None:
        if self._queue.inside:  # whoever searches goes first
            return
        try:
            done = await self._queue.run(self._checking.step)
        except (IndexUnusable, QueueFull):
            return  # /readyz tells of the one
        except Exception as failure:
            if str(failure) != self._trouble:
                log.exception("photographs could not be compared; trying again")
            self._trouble = str(failure)
            return
        self._trouble = ""
        if done is not None:
            log.info("photograph compared", photograph=done.photograph_id, likely_duplicates=done.found)

    async def _pause(self) -> None:
        seconds = max(self._seconds, SHORTEST_PAUSE) if self._seconds else None
        try:
            await asyncio.wait_for(self._stopped.wait(), seconds)
        except TimeoutError:
            return
