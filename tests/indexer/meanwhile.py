"""Looks at something from several threads while it changes."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import TypeVar

T = TypeVar("T")


def meanwhile(look: Callable[[], T], change: Callable[[], object], readers: int = 2) -> list[T]:
    """All that `look` gave, called again and again by each reader while `change` ran; an error of either is raised."""
    done = Event()

    def looking() -> list[T]:
        seen = [look()]
        while not done.is_set():
            seen.append(look())
        return seen

    with ThreadPoolExecutor(readers) as threads:
        running = [threads.submit(looking) for _ in range(readers)]
        try:
            change()
        finally:
            done.set()
        return [one for each in running for one in each.result()]
