"""Searches, and photos to be registered, wait here for a free worker: none blocks the event loop, no crowd piles up."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import ParamSpec, Self, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class QueueFull(RuntimeError):
    """As much work waits as may wait; try again in a moment."""


class SearchQueue:
    """``workers`` pieces of work run at once and ``waiting`` more may wait. Used from one event loop."""

    def __init__(self, workers: int, waiting: int, what: str = "searches or new photos") -> None:
        self._what = what
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix=what.partition(" ")[0])
        self._places = workers + waiting
        self.inside = 0
        """How much runs or waits now."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._threads.shutdown(wait=True, cancel_futures=True)

    def check(self) -> None:
        """Raise QueueFull if work that came now would be refused: asked before photos are read."""
        if self.inside >= self._places:
            raise QueueFull(f"{self.inside} {self._what} run or wait, and no more may wait.")

    async def run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run ``work`` in a worker and give what it returns. Raises QueueFull, and whatever ``work`` raises.

        A caller that goes away does not free the place: it is free when the worker is.
        """
        self.check()
        self.inside += 1
        loop = asyncio.get_running_loop()
        future = self._threads.submit(work, *args, **kwargs)
        future.add_done_callback(lambda done: self._leave(loop, done))
        return await asyncio.wrap_future(future)

    def _leave(self, loop: asyncio.AbstractEventLoop, _: Future[T]) -> None:
        # Called in the worker's thread; the count belongs to the loop's.
        if not loop.is_closed():
            loop.call_soon_threadsafe(self._count_down)

    def _count_down(self) -> None:
        self.inside -= 1
