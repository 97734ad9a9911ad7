"""A table of whatever format, row by row, and what its rows say through the mapping of its columns."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from data.exchange.fields import field_of
from data.exchange.importer import Entry
from data.exchange.mapping import Columns
from data.exchange.photo_files import PhotoFile
from data.exchange.values import CellProblem


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row: where it begins, and its cells or what is wrong with it."""

    line: int
    cells: Sequence[str]
    problem: str = ""
    bad: Mapping[int, str] = field(default_factory=dict)
    """Cells, by their index, that hold nothing usable, and why; that matters only if their column is used."""


def recognising(mapping: Mapping[str, str]) -> Callable[[object], int]:
    """What says of a header how many of its names mean something to us, or are named by the user's mapping."""

    def recognised(header: object) -> int:
        names = [name for name in header if isinstance(name, str)] if isinstance(header, list) else []
        return len(
            {field for name in names if (field := field_of(name))} | (set(mapping.values()) & set(names))
        )

    return recognised


def entries_of(
    rows: Iterable[TableRow],
    columns: Columns,
    folder: Path,
    authority: str | None,
    restored: Callable[[str], str] = str,
) -> Iterator[Entry]:
    """The rows as entries of an import; `folder` holds their photos, `restored` takes marks off each cell."""
    for row in rows:
        if row.problem:
            yield Entry(row.line, problem=row.problem)
            continue
        cells = [restored(cell) for cell in row.cells]
        title = columns.title(cells)
        if problem := "; ".join(row.bad[index] for index in sorted(columns.at.values()) if index in row.bad):
            yield Entry(row.line, title, problem=problem)
            continue
        try:
            read = columns.read(cells, authority)
        except CellProblem as error:
            yield Entry(row.line, title, problem=str(error))
            continue
        yield Entry(
            line=row.line,
            title=title,
            fields=read.fields,
            source_key=read.source_key,
            digest=read.digest,
            photos=tuple(PhotoFile(name, view, folder) for name, view in read.photos),
            photo_names="|".join(name for name, _ in read.photos),
        )
