"""How far a backup or a restore is."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum


class Phase(Enum):
    """What is being done: its name, and what is counted."""

    reading = ("Reading the register", "rows")
    copying = ("Copying", "photos")
    checking = ("Checking", "photos")
    loading = ("Loading the register", "rows")
    storing = ("Storing", "photos")
    moving = ("Moving the register", "rows")

    def __init__(self, title: str, unit: str) -> None:
        self.title = title
        self.unit = unit


Progress = Callable[[Phase, int, int | None], None]
"""Told how many are done, of how many if that is known."""


def unwatched(_phase: Phase, _done: int, _total: int | None) -> None:
    """For those who do not want to know."""
