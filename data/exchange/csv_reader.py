"""Reads a CSV file as people really send them: finds encoding and delimiter, streams rows, survives bad ones."""

import codecs
import contextlib
import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TextIO

from data.exchange.report import ImportRefused

LONGEST_LINE: Final = 2_000_000
"""Characters in one line; every cell of a record at its limit fits ten times."""
MOST_COLUMNS: Final = 1_000
_DELIMITERS: Final = (",", ";", "\t", "|")
_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CHUNK: Final = 1 << 20
_SAMPLE: Final = 1 << 16
_HINT: Final = re.compile(r"sep=[,;|\t]\s*?[\r\n]", re.IGNORECASE)


class RowUnreadable(ValueError):
    """One row cannot be read; the rows after it can."""


@dataclass(frozen=True, slots=True)
class CsvRow:
    """One row: where it begins, and its cells or what is wrong with it."""

    line: int
    cells: Sequence[str]
    problem: str = ""


@dataclass(frozen=True, slots=True)
class CsvFile:
    """An open CSV file. `rows` can be read once."""

    encoding: str
    delimiter: str
    header: Sequence[str]
    rows: Iterator[CsvRow]


@contextmanager
def open_csv(path: Path, recognised: Callable[[Sequence[str]], int]) -> Iterator[CsvFile]:
    """Open a CSV file.

    `recognised` says how many names of a header mean something to us; among the delimiters, the one wins
    under which most do. Raises ImportRefused.
    """
    try:
        encoding = _encoding_of(path)
        with path.open(encoding=encoding, newline="") as file:
            delimiter, header, lines = _header_of(file, recognised)
            yield CsvFile(encoding, delimiter, header, _rows(lines, delimiter, len(header)))
    except OSError as error:
        raise ImportRefused(
            f"{path} cannot be read: {error.strerror}. Check the path and your rights."
        ) from error


def _encoding_of(path: Path) -> str:
    """UTF-8 if all of it is; what a byte order mark says; else Windows-1252, or Latin-1 if it has gaps there."""
    with path.open("rb") as file:
        start = file.read(4096)
        if not start.strip():
            raise ImportRefused(f"{path} is empty. Export the list again, with a first line of column names.")
        for bom, encoding in _BOMS:
            if start.startswith(bom):
                return encoding
        if start.startswith(b"PK\x03\x04") or start.startswith(b"\xd0\xcf\x11\xe0"):
            raise ImportRefused(f"{path} is a spreadsheet, not CSV. Open it and save it as CSV (UTF-8).")
        if start.count(b"\x00") > len(start) // 8:
            raise ImportRefused(
                f"{path} is not text: it holds zero bytes. If it is UTF-16, save it again as CSV in UTF-8."
            )
        file.seek(0)
        decoders = {name: codecs.getincrementaldecoder(name)() for name in ("utf-8", "cp1252")}
        while chunk := file.read(_CHUNK):
            _feed(decoders, chunk, final=False)
        _feed(decoders, b"", final=True)
    return next(iter(decoders), "latin-1")


def _feed(decoders: dict[str, codecs.IncrementalDecoder], chunk: bytes, *, final: bool) -> None:
    for name, decoder in tuple(decoders.items()):
        try:
            decoder.decode(chunk, final)
        except UnicodeDecodeError:
            del decoders[name]


class _Lines:
    """The lines of a file for the csv module, counted, none of them unbounded."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self.number = 0

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self._file.readline(LONGEST_LINE)
        if not line:
            raise StopIteration
        self.number += 1
        if len(line) < LONGEST_LINE or line.endswith(("\n", "\r")):
            return line
        while (rest := self._file.readline(LONGEST_LINE)) and not rest.endswith(("\n", "\r")):
            pass
        raise RowUnreadable(f"the line has more than {LONGEST_LINE:,} characters")


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
    return delimiter, [name.strip() for name in header], lines


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


def _rows(lines: _Lines, delimiter: str, columns: int) -> Iterator[CsvRow]:
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        line = lines.number + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except (csv.Error, RowUnreadable) as error:
            yield CsvRow(line, (), _explained(str(error), line, lines.number))
        except UnicodeError as error:
            yield CsvRow(line, (), f"the bytes are no text from here on ({error}); save the file as UTF-8")
            return
        else:
            if any(cell.strip() for cell in cells):
                yield _checked(line, cells, columns)


def _checked(line: int, cells: list[str], columns: int) -> CsvRow:
    while len(cells) > columns and not cells[-1].strip():
        cells.pop()
    if len(cells) != columns:
        return CsvRow(
            line,
            cells,
            f"the row has {len(cells)} cells, the header {columns}: put cells that hold the delimiter or a line end "
            "into double quotes",
        )
    if any("\x00" in cell for cell in cells):
        return CsvRow(line, cells, "a cell holds zero bytes: export the list again as UTF-8")
    return CsvRow(line, cells)


def _explained(reason: str, first: int, last: int) -> str:
    lines = f"lines {first} to {last}" if last > first else f"line {first}"
    if "field larger than field limit" in reason:
        reason = f"a cell is longer than {csv.field_size_limit():,} characters"
    elif "unexpected end of data" in reason:
        reason = "a double quote is opened and never closed"
    elif "expected after" in reason:
        reason = "text follows a closing double quote; a double quote inside a cell is written twice"
    return f"{lines} cannot be read as one row: {reason}"
