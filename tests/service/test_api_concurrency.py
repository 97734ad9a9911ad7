"""Several searches at once: they run beside each other, the service stays awake, a crowd is turned away."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from indexer.answer import Answer
from indexer.engine import Engine
from service.queueing import QueueFull, SearchQueue
from tests.drawing import photograph_again
from tests.service.serving import (
    API,
    Running,
    assert_problem,
    index,
    register_drawn,
    serving,
    settings_in,
    wait_until,
)

WORKERS, WAITING = 2, 1
PATIENCE = 60


@pytest.fixture
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A service that runs two searches at once and lets one more wait."""
    settings = settings_in(
        tmp_path_factory.mktemp("small"), search_workers=WORKERS, search_queue=WAITING, intake_workers=2
    )
    register_drawn(settings, [1, 2])
    index(settings)
    with serving(settings) as service:
        yield service


def test_searches_run_at_once_and_leave_the_service_awake(
    small: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    both_in, released = threading.Event(), threading.Event()
    side_by_side = threading.Barrier(WORKERS, action=both_in.set, timeout=PATIENCE)
    answered = Engine.search

    def held(*given: Any, **options: Any) -> Answer:
        side_by_side.wait()  # broken, and the test with it, unless two searches are in here at once
        assert released.wait(PATIENCE)
        return answered(*given, **options)

    monkeypatch.setattr(Engine, "search", held)
    with ThreadPoolExecutor(WORKERS + WAITING) as people:
        first = [people.submit(small.search, photograph_again(seed)) for seed in (1, 2)]
        assert both_in.wait(PATIENCE)
        # Two searches are under way now, and neither can end before these have been answered.
        assert small.client.get("/healthz").status_code == 200
        assert small.client.get("/readyz").status_code == 200
        assert small.client.get(f"{API}/objects").status_code == 200
        monkeypatch.setattr(Engine, "search", answered)
        third = people.submit(small.search, photograph_again(2))
        wait_until(lambda: small.parts.queue.inside == WORKERS + WAITING)
        busy = small.search(photograph_again(2))
        assert_problem(busy, 503, "busy")
        assert busy.headers["retry-after"] == "2"
        assert not third.done()
        released.set()
        answers = [each.result(PATIENCE).json() for each in (*first, third)]
    assert [each["candidates"][0]["object_id"] for each in answers] == [1, 2, 2]
    wait_until(lambda: small.parts.queue.inside == 0)


def test_searches_at_once_give_the_answers_that_they_give_alone(small: Running) -> None:
    alone = [small.found(photograph_again(seed))["candidates"] for seed in (1, 2)]
    with ThreadPoolExecutor(WORKERS) as people:
        together = list(people.map(lambda at: small.found(photograph_again(at % 2 + 1)), range(8)))
    for at, answer in enumerate(together):
        assert answer["candidates"] == alone[at % 2]


def test_a_caller_that_goes_away_frees_no_place_before_the_worker_is_free() -> None:
    started, released = threading.Event(), threading.Event()

    def work() -> None:
        started.set()
        released.wait(PATIENCE)

    async def story() -> None:
        with SearchQueue(1, 0) as queue:
            caller = asyncio.create_task(queue.run(work))
            await asyncio.to_thread(started.wait, PATIENCE)
            caller.cancel()
            with pytest.raises(asyncio.CancelledError):
                await caller
            with pytest.raises(QueueFull, match="1 searches or new photos run or wait"):
                await queue.run(work)
            released.set()
            while queue.inside:
                await asyncio.sleep(0.01)
            assert await queue.run(lambda: "free again") == "free again"

    asyncio.run(story())


def test_what_the_work_raises_comes_back() -> None:
    def work() -> None:
        raise ValueError("of the work")

    async def story() -> None:
        with SearchQueue(1, 0) as queue:
            with pytest.raises(ValueError, match="of the work"):
                await queue.run(work)
            assert queue.inside == 0

    asyncio.run(story())
