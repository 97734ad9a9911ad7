"""Which command runs in this process. A module of its own, which needs nothing: `--help` is prompt."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_command: ContextVar[str] = ContextVar("command", default="")


@contextmanager
def running(command: str) -> Iterator[None]:
    """Run a command under this name, as in `artrieve object recover`."""
    before = _command.set(command)
    try:
        yield
    finally:
        _command.reset(before)


def running_command() -> str:
    """The name of the command that runs; empty: none does."""
    return _command.get()
