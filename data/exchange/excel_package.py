"""Looks through an Excel file before anything of it is loaded: a ZIP of XML parts, from strangers.

What is no .xlsx is refused with what to do. Sizes are checked before anything is unpacked; then each part is
read once as a stream, without building anything, so that declarations of entities, endless rows and deep nesting
are met here and not in a library that loads them. The same reading notes what that library does not tell: which
cells are merged, and which formulas came without a value.
"""

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Final
from xml.parsers import expat  # expat itself bounds how far entities expand, and the doctype is refused here

from openpyxl.utils.cell import coordinate_to_tuple, range_boundaries

from data.exchange.report import ImportRefused

LARGEST_PART: Final = 64 << 20
"""Most bytes of a part, once unpacked, that is kept in memory as a whole: shared texts, styles."""
LARGEST_SHEETS: Final = 512 << 20
"""Most bytes of all sheets together, once unpacked; they are read row by row."""
MOST_PARTS: Final = 5_000
MOST_ROWS: Final = 1_048_576
MOST_CELLS_A_ROW: Final = 16_384
MOST_MARKS: Final = 200_000
"""Most merged cells and formulas without a value, together."""
DEEPEST: Final = 100
_SAVE_AS: Final = (
    "Open it in a spreadsheet program and save it as an Excel workbook (.xlsx), or as CSV (UTF-8)."
)
_OLD: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_CHUNK: Final = 1 << 16

Area = tuple[int, int, int, int]
"""First column, first row, last column, last row; from 1."""


@dataclass(slots=True)
class Marks:
    """What is noted of a sheet."""

    merged: list[Area] = field(default_factory=list)
    hollow: set[tuple[int, int]] = field(default_factory=set)
    """Row and column, from 1, of formulas without a value."""


def is_excel(start: bytes) -> bool:
    """Whether a file begins like a workbook of today's or the old kind."""
    return start.startswith((b"PK\x03\x04", b"PK\x05\x06", _OLD))


@contextmanager
def opened_package(path: Path) -> Iterator[tuple[zipfile.ZipFile, dict[str, Marks]]]:
    """The checked archive, and marks by the name of each sheet's part. Raises ImportRefused, OSError."""
    with path.open("rb") as file, ExitStack() as stack:
        if file.read(len(_OLD)) == _OLD:
            raise ImportRefused(
                f"{path} is an old Excel file (.xls), or one with a password. Take the password off. {_SAVE_AS}"
            )
        try:
            archive = stack.enter_context(zipfile.ZipFile(file))
            _check_parts(path, archive)
            marks = {name: _scanned(path, archive, name) for name in archive.namelist() if _is_xml(name)}
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
            raise ImportRefused(f"{path} is damaged or locked: {error}. {_SAVE_AS}") from error
        yield archive, marks


def _check_parts(path: Path, archive: zipfile.ZipFile) -> None:
    names = set(archive.namelist())
    if "xl/workbook.bin" in names:
        raise ImportRefused(f"{path} is a binary Excel file (.xlsb). {_SAVE_AS}")
    if "content.xml" in names:
        raise ImportRefused(f"{path} is an OpenDocument file. {_SAVE_AS}")
    if "[Content_Types].xml" not in names or not any(name.startswith("xl/") for name in names):
        raise ImportRefused(
            f"{path} is an archive and no Excel file. Unpack it, and give its list or its folder of photos."
        )
    sheets = [part for part in archive.infolist() if part.filename.startswith("xl/worksheets/")]
    loaded = [one for one in archive.infolist() if one not in sheets and _is_xml(one.filename)]
    if (
        len(names) > MOST_PARTS
        or sum(part.file_size for part in sheets) > LARGEST_SHEETS
        or sum(part.file_size for part in loaded) > LARGEST_PART
    ):
        raise ImportRefused(
            f"{path} unpacks to more than is read: {LARGEST_SHEETS >> 20} MiB of sheets, {LARGEST_PART >> 20} MiB of "
            f"all else. Delete what is no list, or save the list as CSV (UTF-8)."
        )


def _is_xml(name: str) -> bool:
    return name.endswith((".xml", ".rels"))


def _scanned(path: Path, archive: zipfile.ZipFile, name: str) -> Marks:
    scan = _Scan()
    try:
        with archive.open(name) as part:
            scan.read(part)
    except (expat.ExpatError, UnicodeError, _Hostile, ValueError) as error:
        raise ImportRefused(
            f"{path} cannot be read: its part {name} is broken ({error}). {_SAVE_AS}"
        ) from error
    return scan.marks


class _Hostile(ValueError):
    """No spreadsheet program writes that."""


class _Scan:
    """One reading of a part."""

    def __init__(self) -> None:
        self.marks = Marks()
        self._depth = 0
        self._cells = 0
        self._cell = ""
        self._has_formula = self._in_value = self._has_value = False

    def read(self, part: IO[bytes]) -> None:
        """Read the part to its end."""
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartDoctypeDeclHandler = self._refuse_doctype
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        while chunk := part.read(_CHUNK):
            parser.Parse(chunk, False)
        parser.Parse(b"", True)

    def _refuse_doctype(self, *_: object) -> None:
        raise _Hostile("it declares a document type")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            raise _Hostile("it is nested too deeply")
        local = name.rpartition(" ")[2]
        if local == "row":
            self._begin_row(attributes.get("r", "1"))
        elif local == "c":
            self._cells += 1
            if self._cells > MOST_CELLS_A_ROW:
                raise _Hostile(f"a row has more than {MOST_CELLS_A_ROW:,} cells")
            self._cell, self._has_formula = attributes.get("r", ""), False
            self._has_value = attributes.get("t") == "str"  # a formula may well say nothing
        elif local == "f":
            self._has_formula = True
        elif local == "v":
            self._in_value = True
        elif local == "mergeCell":
            self._note_merged(attributes.get("ref", ""))

    def _begin_row(self, number: str) -> None:
        self._cells = 0
        if not number.isdecimal() or int(number) > MOST_ROWS:
            raise _Hostile(f"a row has the number {number[:20]!r}")

    def _text(self, _text: str) -> None:
        if self._in_value:
            self._has_value = True

    def _end(self, name: str) -> None:
        self._depth -= 1
        self._in_value = False
        if name.endswith(" c") and self._has_formula and not self._has_value and self._cell:
            self.marks.hollow.add(coordinate_to_tuple(self._cell))
            self._check_marks()

    def _note_merged(self, reference: str) -> None:
        left, top, right, bottom = range_boundaries(reference)
        if left and top and right and bottom:
            self.marks.merged.append((left, top, right, bottom))
            self._check_marks()

    def _check_marks(self) -> None:
        if len(self.marks.merged) + len(self.marks.hollow) > MOST_MARKS:
            raise _Hostile(f"it has more than {MOST_MARKS:,} merged cells and formulas without a value")
