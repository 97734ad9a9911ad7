"""Measure importing a list without photos on SQLite, importing it again, changed too, and undoing that.

usage: python -m scripts.bench_import [--out docs/benchmarks] [--rows 20000]

Each step is the command itself, in a process of its own. Processor time (user and system, of all its processes)
is what a busy machine does not change much; wall time is what somebody waits.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from scripts.bench_import import report
from scripts.bench_import.lists import write_list

ROWS = 20_000


@dataclass(frozen=True, slots=True)
class Step:
    """What one command took."""

    what: str
    processor_seconds: float
    wall_seconds: float
    said: str
    """The first line that it wrote."""


def main() -> None:
    """Measure, and write the page."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, default=Path("docs/benchmarks"))
    parser.add_argument("--rows", type=int, default=ROWS)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="artrieve-bench-") as scratch:
        steps = measure(Path(scratch), asked.rows)
    page = report.write(asked.out, asked.rows, steps)
    sys.stdout.write(f"\n{page.read_text(encoding='utf-8')}")


def measure(scratch: Path, rows: int) -> list[Step]:
    """All steps, on a register of their own in a scratch folder."""
    first, second = scratch / "first.csv", scratch / "second.csv"
    write_list(first, rows, edition=1)
    write_list(second, rows, edition=2)
    files = ("--report", str(scratch / "report.csv"))
    return [
        run(scratch, "starting the command", "--version"),
        run(scratch, "a dry run", "import", str(first), "--dry-run"),
        run(scratch, "import", "import", str(first), *files),
        run(scratch, "the same list again", "import", str(first), *files),
        run(scratch, "a list in which every row changed", "import", str(second), *files),
        run(scratch, "undoing that", "imports", "undo", "3", "--yes"),
        run(scratch, "undoing the first import", "imports", "undo", "1", "--yes"),
        run(scratch, "the first list again, which brings all back", "import", str(first), *files),
    ]


def run(scratch: Path, what: str, *arguments: str) -> Step:
    """Run one command. Ends this program if that fails."""
    settings = {"ARTRIEVE_DATA_DIR": str(scratch / "home"), "ARTRIEVE_DATABASE_URL": ""}
    output = scratch / "output"
    with output.open("w+b") as file, timed() as taken:
        ended = subprocess.run(  # noqa: S603 - this very interpreter
            [sys.executable, "-m", "service.cli", *arguments],
            env=os.environ | settings,
            stdout=file,
            stderr=subprocess.STDOUT,
            check=False,
        )
    lines = output.read_text(encoding="utf-8").splitlines() or [""]
    if ended.returncode != 0:
        sys.exit(f"bench: {' '.join(arguments)} failed: {lines[-1]}")
    said = next((line for line in lines if " rows: " in line or "undone" in line), "")
    return Step(what, taken[0], taken[1], said)


@contextmanager
def timed() -> Iterator[list[float]]:
    """Processor and wall seconds of the processes that began and ended in the block, once it is over."""
    taken: list[float] = []
    before, began = os.times(), time.perf_counter()
    yield taken
    after = os.times()
    spent = after.children_user - before.children_user + after.children_system - before.children_system
    taken += [spent, time.perf_counter() - began]


if __name__ == "__main__":
    main()
