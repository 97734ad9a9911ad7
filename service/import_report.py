"""The report of an import as a file: a line of CSV for each row."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Protocol, TextIO

from data.exchange.defused import defused

if TYPE_CHECKING:
    from data.exchange.imports import ImportChange
    from data.exchange.report import RowOutcome

REPORT_COLUMNS = ("line", "action", "object", "title", "message", "changes", "photo")
REPORT_STARTS = ",".join(REPORT_COLUMNS)
INTERRUPTED_ACTION = "interrupted"
KEPT_COLUMNS = (*REPORT_COLUMNS[:-1], "photographs")
LONGEST_CELL = 32_000
"""Characters; spreadsheets take 32,767."""


class RowWriter(Protocol):
    """What `csv.writer` gives; the class has no public name."""

    def writerow(self, row: Iterable[object], /) -> object:
        """Write one row."""


class ReportLines:
    """Writes the lines."""

    def __init__(self, file: TextIO) -> None:
        self._lines: RowWriter = csv.writer(file)
        self._lines.writerow(REPORT_COLUMNS)

    def write(self, row: RowOutcome) -> None:
        """Write what happened to one row."""
        number = "" if row.object_id is None else row.object_id
        texts = (in_a_cell(text) for text in (row.title, row.reason, said(row.changes), row.photo))
        self._lines.writerow((row.line, row.action, number, *texts))

    def end(self, reason: str) -> None:
        """Write that the import came no further, and why."""
        self._lines.writerow(("", INTERRUPTED_ACTION, "", "", in_a_cell(reason), "", ""))


def kept_report(changes: Iterable[ImportChange]) -> Iterator[str]:
    """The report of an import as the register keeps it, line by line: what it changed, and the photographs it added."""
    line = io.StringIO(newline="")
    writer = csv.writer(line)
    writer.writerow(KEPT_COLUMNS)
    yield line.getvalue()
    for each in changes:
        line.seek(0)
        line.truncate()
        number = "" if each.object_id is None else each.object_id
        texts = (in_a_cell(text) for text in (each.title, each.message, said(each.changes)))
        writer.writerow((each.line, each.action, number, *texts, "|".join(map(str, each.photographs))))
        yield line.getvalue()


def said(changes: Mapping[str, tuple[Any, Any]]) -> str:
    """Changes as text: maker: "M" -> "Maker"; title: ..., the values as JSON."""
    return "; ".join(
        f"{name}: {_json(before)} -> {_json(after)}" for name, (before, after) in changes.items()
    )


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def in_a_cell(text: str) -> str:
    """The text as a cell that no spreadsheet takes for a formula, and that fits into one."""
    if len(text) > LONGEST_CELL:
        text = f"{text[:LONGEST_CELL]} ..."
    return defused(text)
