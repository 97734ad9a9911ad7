"""Lists with photos beside them, and what a register holds, for the tests of imports."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from data.exchange.report import RowOutcome
from data.register import Register
from tests.data.made import jpeg


def write_list(
    folder: Path, rows: Sequence[Mapping[str, Any]], name: str = "list.csv", delimiter: str = ","
) -> Path:
    """A CSV file with these rows; the first one says which columns there are."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), delimiter=delimiter)
        writer.writeheader()
        writer.writerows(rows)
    return path


def write_photos(folder: Path, *names: str) -> None:
    """A JPEG of its own under each name."""
    for number, name in enumerate(names):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(jpeg(sum(map(ord, name)) * 100 + number, 64, 48))


def contents(register: Register) -> list[tuple[Any, ...]]:
    """Everything the register holds but its moments: two equal lists are equal registers."""
    return [
        (one.id, one.version, one.record, one.photographs)
        for start in range(0, 100_000, 500)
        for one in register.page(after=start, limit=500)
        if one.id <= start + 500
    ]


class Outcomes(list[RowOutcome]):
    """Collects what an import says, row by row."""

    @property
    def actions(self) -> list[str]:
        return [outcome.action for outcome in self]

    @property
    def reasons(self) -> list[str]:
        return [outcome.reason for outcome in self]
