"""Reads a CSV file as people really send them: finds encoding and delimiter, streams rows, survives bad ones."""

import contextlib
import csv
import io
import re
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TextIO

from data.exchange.csv_text import bad_bytes, encoding_of, errors_of, printable
from data.exchange.report import ImportRefused
from data.exchange.table import TableRow

LONGEST_LINE: Final = 2_000_000
"""Characters in one line, or in one row of several; every cell of a record at its limit fits ten times."""
MOST_COLUMNS: Final = 1_000
_DELIMITERS: Final = (",", ";", "\t", "|")
_SAMPLE: Final = 1 << 16
_HINT: Final = re.compile(r"sep=[,;|\t]\s*?[\r\n]", re.IGNORECASE)


class RowUnreadable(ValueError):
    """One row cannot be read; the rows after it can."""


@dataclass(frozen=True, slots=True)
class CsvFile:
    """An open CSV file. `rows` can be read once."""

    encoding: str
    delimiter: str
    header: Sequence[str]
    rows: Iterator[TableRow]


@contextmanager
def open_csv(path: Path, recognised: Callable[[Sequence[str]], int]) -> Iterator[CsvFile]:
    """Open a CSV file.

    `recognised` says how many names of a header mean something to us; among the delimiters, the one wins
    under which most do. Raises ImportRefused.
    """
    try:
        encoding = encoding_of(path)
        with path.open(encoding=encoding, errors=errors_of(encoding), newline="") as file:
            delimiter, header, lines = _header_of(file, recognised)
            yield CsvFile(encoding, delimiter, header, _rows(lines, delimiter, len(header)))
    except OSError as error:
        raise ImportRefused(
            f"{path} cannot be read: {error.strerror}. Check the path and your rights."
        ) from error


class _Lines:
    """The lines of a file for the csv module, counted, none of them unbounded.

    It remembers the lines of the row that is being read, so that they can be read again as rows of their own.
    """

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._again: deque[str] = deque()
        self._row: list[str] = []
        self._length = 0
        self.number = 0

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else self._file.readline(LONGEST_LINE)
        if not line:
            raise StopIteration
        self.number += 1
        self._length += len(line)
        if len(line) >= LONGEST_LINE and not line.endswith(("\n", "\r")):
            self._skip_line()
        if self._length >= LONGEST_LINE:
            self._row.clear()  # nothing of it is read again
            raise RowUnreadable(f"it has more than {LONGEST_LINE:,} characters")
        self._row.append(line)
        return line

    def _skip_line(self) -> None:
        while (rest := self._file.readline(LONGEST_LINE)) and not rest.endswith(("\n", "\r")):
            pass

    def begin_row(self) -> None:
        """The next line begins a row."""
        self._row.clear()
        self._length = 0

    @property
    def further(self) -> list[str]:
        """The lines of the row that was read last, without its first."""
        return self._row[1:]

    def read_further_again(self) -> None:
        """Let the lines behind the row's first be read once more."""
        self._again.extendleft(reversed(self._row[1:]))
        self.number -= max(len(self._row) - 1, 0)
        self.begin_row()


def _header_of(file: TextIO, recognised: Callable[[Sequence[str]], int]) -> tuple[str, Sequence[str], _Lines]:
    """The delimiter, the names of the columns, and the lines behind them."""
    try:
        delimiter = _delimiter_of(file.read(_SAMPLE), recognised)
        file.seek(0)
        lines = _Lines(file)
        header = next(
            (cells for cells in csv.reader(lines, delimiter=delimiter, strict=True) if _says(cells)), []
        )
    except (csv.Error, RowUnreadable, UnicodeError) as error:
        raise ImportRefused(
            f"The first line cannot be read as names of columns: {error}. Export the list as CSV in UTF-8 again."
        ) from error
    if len(header) > MOST_COLUMNS:
        raise ImportRefused(f"The first line has {len(header):,} columns; at most {MOST_COLUMNS:,} are read.")
    return delimiter, [printable(name).strip() for name in header], lines


def _delimiter_of(sample: str, recognised: Callable[[Sequence[str]], int]) -> str:
    start = sample.lstrip()
    if _HINT.match(start):
        return start[len("sep=")]
    found = []
    for delimiter in _DELIMITERS:
        with contextlib.suppress(csv.Error):  # under a wrong delimiter the first line may make no sense
            names = next(csv.reader(io.StringIO(start, newline=""), delimiter=delimiter, strict=True), [])
            found.append((recognised(names), len(names), delimiter))
    return max(found, key=lambda one: one[:2])[2] if found else ","


def _says(cells: Sequence[str]) -> bool:
    """Whether a row is more than an empty line, or Excel's hint about the delimiter (sep=;)."""
    return any(cell.strip() for cell in cells) and not (
        cells[0].startswith("sep=") and not "".join(cells[1:])
    )


def _rows(lines: _Lines, delimiter: str, columns: int) -> Iterator[TableRow]:
    """The rows. One that cannot be read costs its first line; the lines behind it are read as rows again.

    A double quote that is opened and never closed would take all rows behind it along otherwise.
    """
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        line = lines.number + 1
        lines.begin_row()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except (csv.Error, RowUnreadable) as error:
            problem = _explained(str(error), line, lines.number if lines.further else line)
            lines.read_further_again()
            yield TableRow(line, (), problem)
        except UnicodeError as error:
            yield TableRow(line, (), f"the bytes are no text from here on ({error}); save the file as UTF-8")
            return
        else:
            row = _checked(line, cells, columns)
            if row.problem and len(cells) != columns and _are_rows(lines.further, delimiter, columns):
                row = TableRow(line, (), _explained("unexpected end of data", line, lines.number))
                lines.read_further_again()
            if any(cell.strip() for cell in cells):
                yield row


def _are_rows(lines: Sequence[str], delimiter: str, columns: int) -> bool:
    """Whether each of these lines is a row by itself: then the cell that swallowed them was not meant to."""
    try:
        found = [len(cells) for cells in csv.reader(lines, delimiter=delimiter, strict=True)]
    except csv.Error:
        return False
    return bool(found) and found == [columns] * len(lines)


def _checked(line: int, cells: list[str], columns: int) -> TableRow:
    while len(cells) > columns and not cells[-1].strip():
        cells.pop()
    if bad := bad_bytes("".join(cells)):
        return TableRow(
            line,
            (),
            f"it holds bytes that are no text ({bad}) in a list that is UTF-8 otherwise: write these letters again, "
            "and save the list as UTF-8",
        )
    if len(cells) != columns:
        return TableRow(
            line,
            cells,
            f"the row has {len(cells)} cells, the header {columns}: put cells that hold the delimiter or a line end "
            "into double quotes",
        )
    if any("\x00" in cell for cell in cells):
        return TableRow(line, cells, "a cell holds zero bytes: export the list again as UTF-8")
    return TableRow(line, cells)


def _explained(reason: str, first: int, last: int) -> str:
    start = f"line {first} cannot be read as a row"
    if "field larger than field limit" in reason and last == first:
        return f"{start}: a cell is longer than {csv.field_size_limit():,} characters"
    if last > first or "unexpected end of data" in reason:
        return (
            f"{start}: a double quote is opened and never closed; close it, or write it twice if it is a part of the "
            "text"
        )
    if "expected after" in reason:
        reason = "text follows a closing double quote; a double quote inside a cell is written twice"
    return f"{start}: {reason}"
