"""What commands write: answers to stdout, everything else to stderr. Plain text when nobody is watching."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Sequence
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table
from rich.text import Text

# Without a terminal there is no bar; a line this often, in seconds, shows that something goes on.
PLAIN_LINE_SECONDS = 10.0


# A title or a file's name comes from anywhere: on a terminal, control characters could do more than be read.
_HARMLESS = {code: f"\\x{code:02x}" for code in (*range(32), *range(127, 160)) if chr(code) not in "\t\n"}


def harmless(text: str) -> str:
    """The text with control characters spelt out."""
    return text.translate(_HARMLESS)


def _console(*, stderr: bool) -> Console:
    # Made for each use: tests and pipes replace sys.stdout and sys.stderr.
    return Console(stderr=stderr, highlight=False, markup=False, emoji=False, soft_wrap=True)


def say(text: str = "", style: str = "") -> None:
    """Write one line of the answer to stdout."""
    _console(stderr=False).print(Text(harmless(text), style=style))


def note(text: str, style: str = "dim") -> None:
    """Write one line about the work itself to stderr."""
    _console(stderr=True).print(Text(harmless(text), style=style))


def warn(text: str) -> None:
    """Write one line that should not be missed to stderr."""
    note(text, style="yellow")


def complain(text: str) -> None:
    """Write why the command ends without having done what it was asked, to stderr."""
    note(f"artrieve: {text}", style="red")


def table(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write a table to stdout; without a terminal, lines with tabs between, which other programs can read."""
    console = _console(stderr=False)
    if not console.is_terminal:
        for row in (headers, *rows):
            say_row(row)
        return
    shown = Table(box=None, pad_edge=False, header_style="bold")
    for header in headers:
        shown.add_column(header, overflow="fold")
    for row in rows:
        shown.add_row(*(Text(harmless(cell)) for cell in row))
    console.print(shown, soft_wrap=False)


def say_row(cells: Sequence[str]) -> None:
    """Write one line to stdout, with tabs between the cells and none within them."""
    sys.stdout.write("\t".join(harmless(" ".join(cell.split())) for cell in cells) + "\n")


def duration(seconds: float) -> str:
    """A time in words short enough for a progress line: 45 s, 3 min 20 s, 2 h 5 min."""
    whole = max(0, round(seconds))
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


class Steps:
    """How far a long piece of work is: a bar with rate and time left on a terminal, else a line now and then.

    A context manager; `show` may be called as often as one likes.
    """

    def __init__(self, title: str, unit: str = "photos") -> None:
        self._title = title
        self._unit = unit
        self._started = time.monotonic()
        self._next_line = self._started + PLAIN_LINE_SECONDS
        self._last = ""
        self._console = _console(stderr=True)
        self._bar: Progress | None = None
        if self._console.is_terminal:
            self._bar = Progress(
                TextColumn("{task.description}"),
                BarColumn(),
                MofNCompleteColumn(),
                TextColumn("{task.fields[rest]}"),
                console=self._console,
                transient=False,
            )
            self._task = self._bar.add_task(title, total=None, rest="")

    def __enter__(self) -> Self:
        if self._bar:
            self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar:
            self._bar.stop()
        elif self._last:
            note(self._last, style="")

    def show(
        self,
        done: int,
        total: int | None = None,
        *,
        failed: int = 0,
        rate: float | None = None,
        seconds_left: float | None = None,
    ) -> None:
        """Tell that `done` of `total` are done. Rate (a second) and time left are worked out if absent."""
        elapsed = time.monotonic() - self._started
        if rate is None:
            rate = done / elapsed if elapsed > 0 else 0.0
        if seconds_left is None and total is not None and rate > 0:
            seconds_left = max(0, total - done) / rate
        parts = [f"{rate:.1f} {self._unit}/s"]
        if seconds_left is not None and done != total:
            parts.append(f"{duration(seconds_left)} left")
        if failed:
            parts.append(f"{failed} failed")
        rest = ", ".join(parts)
        if self._bar:
            self._bar.update(self._task, completed=done, total=total, rest=rest)
            return
        of = f" of {total}" if total is not None else ""
        self._last = f"{self._title}: {done}{of} {self._unit}, {rest}"
        if time.monotonic() >= self._next_line:
            self._next_line = time.monotonic() + PLAIN_LINE_SECONDS
            note(self._last, style="")
            self._last = ""
