"""Reads the list in an Excel file: finds sheet and header, streams rows, says of each cell that it cannot use why."""

import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, Final, TypeVar
from xml.etree.ElementTree import ParseError

from lxml import etree
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from data.exchange.csv_reader import MOST_COLUMNS
from data.exchange.excel_cells import text_of
from data.exchange.excel_header import SEARCHED_ROWS, Header, find_header
from data.exchange.excel_package import Area, Marks, opened_package
from data.exchange.report import ImportRefused
from data.exchange.table import TableRow

_ROWS_AT_ONCE: Final = 200
_BROKEN: Final = (
    KeyError, IndexError, ValueError, TypeError, AttributeError, OverflowError, OSError, ParseError,
    EOFError, zlib.error, zipfile.BadZipFile, etree.XMLSyntaxError, InvalidFileException,
)  # fmt: skip
"""What openpyxl raises of a workbook whose parts do not fit together, as it meets it."""
_ADVICE: Final = "Open it in a spreadsheet program and save it again, or save the list as CSV (UTF-8)."
Found = TypeVar("Found")


@dataclass(slots=True)
class ExcelFile:
    """An open Excel file. `rows` can be read once; `notes` are whole when they were."""

    sheet: str
    header: Sequence[str]
    rows: Iterator[TableRow]
    notes: list[str] = field(default_factory=list)


@contextmanager
def open_excel(
    path: Path, recognised: Callable[[object], int], sheet: str | None = None
) -> Iterator[ExcelFile]:
    """Open the sheet of this name, or else the first visible one with a header.

    `recognised` says how many names of a header mean something to us. A sheet has a header if two do; if no sheet
    has, one is enough. Raises ImportRefused.
    """
    with ExitStack() as stack:
        try:
            archive, marks = stack.enter_context(opened_package(path))
            file = stack.enter_context(path.open("rb"))
        except OSError as error:
            raise ImportRefused(
                f"{path} cannot be read: {error.strerror}. Check the path and your rights."
            ) from error
        book = _guarded(path, lambda: load_workbook(file, read_only=True, data_only=True, keep_links=False))
        parts = _guarded(path, lambda: _parts_of(archive.read, archive.namelist()))
        sheets = [
            _Sheet(path, one, marks.get(parts.get(one.title, ""), Marks()))
            for one in book.worksheets
            if sheet is not None or one.sheet_state == "visible"
        ]
        chosen, header = _chosen(path, sheets, recognised, sheet)
        opened = ExcelFile(chosen.name, header.names, iter(()))
        if others := [one.name for one in sheets if one is not chosen]:
            opened.notes.append(
                f"Only the sheet {chosen.name!r} was read; not read: {', '.join(others)}. --sheet names another."
            )
        opened.rows = chosen.rows(header, opened.notes)
        yield opened


def _chosen(
    path: Path, sheets: Sequence["_Sheet"], recognised: Callable[[object], int], wanted: str | None
) -> tuple["_Sheet", Header]:
    names = ", ".join(one.name for one in sheets)
    if wanted is not None:
        sheets = [one for one in sheets if one.name.strip().casefold() == wanted.strip().casefold()]
        if not sheets:
            raise ImportRefused(f"{path} has no sheet {wanted!r}. Its sheets are {names}.")
    weak: tuple[_Sheet, Header] | None = None
    for one in sheets:
        header = find_header(one.first_rows(), one.marks.merged, recognised)
        if header is not None and header.known > 1:
            return one, header
        if header is not None and weak is None:
            weak = one, header
    if not sheets:
        raise ImportRefused(f"{path} has no sheet that can be read. {_ADVICE}")
    if weak is None:
        raise ImportRefused(
            f"{path} has no row that names columns as we know them, in the sheets {names}. Map them, as in "
            "--map title=Titel."
        )
    return weak


class _Sheet:
    """One sheet of an open workbook."""

    def __init__(self, path: Path, sheet: Any, marks: Marks) -> None:
        self._path = path
        self._sheet = sheet
        self.name: str = sheet.title
        self.marks = marks

    def first_rows(self) -> list[tuple[int, list[str]]]:
        """The first rows that are not empty, with their numbers."""
        found = []
        for number, cells in self._cells():
            if texts := [text for text, _ in cells]:
                found.append((number, texts[:MOST_COLUMNS]))
            if len(found) >= SEARCHED_ROWS:
                break
        return found

    def rows(self, header: Header, notes: list[str]) -> Iterator[TableRow]:
        """The rows below the header. Merged cells say the same in each row that they cover."""
        fills = _Fills(self.marks.merged, header.row)
        width, outside, number = len(header.names), 0, header.row
        try:
            for number, cells in self._cells():
                if number <= header.row or not cells:
                    continue
                outside += any(text for text, _ in cells[width:])
                texts = [text for text, _ in cells[:width]] + [""] * (width - len(cells))
                bad = {index: problem for index, (_, problem) in enumerate(cells[:width]) if problem}
                yield TableRow(number, fills.filled(number, texts), bad=bad)
        except ImportRefused as broken:  # what was read so far is good
            yield TableRow(number + 1, (), problem=f"nothing from here on can be read: {broken}")
        if outside:
            notes.append(f"Cells to the right of all names were not used (rows that have such: {outside}).")

    def _cells(self) -> Iterator[tuple[int, list[tuple[str, str]]]]:
        """Each row's number, and text and problem of its cells up to the last that says something."""
        self._sheet.reset_dimensions()  # what the file says of its size may be anything
        for number, row in enumerate(self._rows(), 1):
            cells = [self._read(number, column, cell) for column, cell in enumerate(row, 1)]
            while cells and not any(part.strip() for part in cells[-1]):
                cells.pop()
            yield number, cells

    def _rows(self) -> Iterator[Sequence[Any]]:
        """The rows as openpyxl gives them, some at once; those before a broken one are given all the same."""
        rows = iter(self._sheet.iter_rows())
        while True:
            some: list[Sequence[Any]] = []
            try:
                _guarded(self._path, partial(some.extend, islice(rows, _ROWS_AT_ONCE)))
            except ImportRefused:
                yield from some
                raise
            if not some:
                return
            yield from some

    def _read(self, row: int, column: int, cell: Any) -> tuple[str, str]:
        if (row, column) in self.marks.hollow:
            name = f"{get_column_letter(column)}{row}"
            return "", (
                f"cell {name} is a formula, and the file does not hold its value: open the file in a spreadsheet "
                "program, save it, and import it again"
            )
        if cell.value is None:
            return "", ""
        if cell.data_type == "e":
            return (
                "",
                f"cell {get_column_letter(column)}{row} holds the error {cell.value}: mend it, or empty it",
            )
        return text_of(cell.value, cell.number_format), ""


class _Fills:
    """What merged cells say in the rows below their first one."""

    def __init__(self, merged: Sequence[Area], header_row: int) -> None:
        self._starts: dict[int, list[Area]] = {}
        self._open: dict[int, tuple[int, str]] = {}
        for area in merged:
            if area[1] > header_row and area[3] > area[1]:
                self._starts.setdefault(area[1], []).append(area)

    def filled(self, row: int, texts: list[str]) -> list[str]:
        """The row with what merged cells above say; rows must come in their order."""
        for column, (last, text) in list(self._open.items()):
            if row > last:
                del self._open[column]
            elif not texts[column]:
                texts[column] = text
        for left, _, _, bottom in self._starts.get(row, ()):
            if left <= len(texts):
                self._open[left - 1] = (bottom, texts[left - 1])
        return texts


def _guarded(path: Path, read: Callable[[], Found]) -> Found:
    """What openpyxl reads, without its warnings of things that are no matter here. Raises ImportRefused."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return read()
    except _BROKEN as error:
        reason = " ".join(str(error).split())[:200]
        raise ImportRefused(
            f"{path} cannot be read as an Excel file ({type(error).__name__}: {reason}). {_ADVICE}"
        ) from error


_RELATIONS: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def _parts_of(read: Callable[[str], bytes], names: Sequence[str]) -> dict[str, str]:
    """The part that holds each sheet, by the sheet's name."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    book, relations = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
    if book not in names or relations not in names:
        return {}
    targets = {one.get("Id"): one.get("Target", "") for one in etree.fromstring(read(relations), parser)}
    found = {}
    for sheet in etree.fromstring(read(book), parser).iterfind(".//{*}sheet"):
        target = targets.get(sheet.get(_RELATIONS), "")
        found[sheet.get("name", "")] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return found
