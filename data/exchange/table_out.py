"""Writes objects as the rows of a CSV or Excel file, each field in a column of its own, to be imported again."""

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final, TextIO

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.worksheet.worksheet import Worksheet

from data.exchange.defused import defused
from data.exchange.excel_text import escaped
from data.exchange.exported import ExportedObject, ExportRefused
from data.exchange.fields import TEXT_FIELDS
from data.exchange.values import NOT_KNOWN, joined_amounts, joined_levels
from data.object_id import DatePeriod, ObjectRecord, OwnerDetails, TheftDetails
from data.period import period_of

MOST_EXCEL_ROWS: Final = 1_048_576
_BYTE_ORDER_MARK: Final = "\ufeff"  # without it, Excel reads UTF-8 as the encoding of its country
_YEARS: Final = ("date_earliest", "date_latest")


def _text_of(field: str) -> Callable[[ObjectRecord], str]:
    return lambda record: str(getattr(record, field))


def _date(record: ObjectRecord) -> DatePeriod:
    return record.date or DatePeriod()


def _theft(record: ObjectRecord) -> TheftDetails:
    return record.theft or TheftDetails()


def _owner(record: ObjectRecord) -> OwnerDetails:
    return record.owner or OwnerDetails()


def _year(record: ObjectRecord, end: str) -> str:
    """A year; a question mark where the import would read one out of the text and the record has none."""
    year = getattr(_date(record), end)
    if year is None:
        return "" if getattr(period_of(_date(record).text), end) is None else NOT_KNOWN
    return str(year)


def _last_day(record: ObjectRecord) -> str:
    """The last day; a question mark where the import would take it from the first."""
    theft = _theft(record)
    if theft.latest is None:
        return "" if theft.earliest is None else NOT_KNOWN
    return str(theft.latest)


_COLUMNS: Final[dict[str, tuple[str, Callable[[ObjectRecord], str]]]] = {
    "type": ("type_path", lambda record: joined_levels(record.type_path)),
    **{name: (name, _text_of(name)) for name in TEXT_FIELDS},
    "measurements": ("measurements", lambda record: joined_amounts(record.measurements)),
    "date": ("date.text", lambda record: _date(record).text),
    "date_earliest": ("date.earliest", lambda record: _year(record, "earliest")),
    "date_latest": ("date.latest", lambda record: _year(record, "latest")),
    "date_documented": ("date_documented", lambda record: str(record.date_documented or "")),
    "theft_date": ("theft.earliest", lambda record: str(_theft(record).earliest or "")),
    "theft_date_latest": ("theft.latest", _last_day),
    "theft_place": ("theft.place", lambda record: _theft(record).place),
    "circumstances": ("theft.circumstances", lambda record: _theft(record).circumstances),
    "owner": ("owner.name", lambda record: _owner(record).name),
    "owner_contact": ("owner.contact", lambda record: _owner(record).contact),
    "status": ("status", lambda record: record.status.value),
}
"""Columns as the import calls them: the field of the record, and what a cell holds."""


def columns_of(fields: Iterable[str], *, photos: bool) -> tuple[str, ...]:
    """The names of the columns for these fields. Those of other fields are left out, not empty."""
    wanted = set(fields)
    names = ("record_id", *(name for name, (field, _) in _COLUMNS.items() if field in wanted))
    return (*names, "photo", "photo_view") if photos else names


def row_of(one: ExportedObject, columns: Sequence[str]) -> Iterator[str]:
    """The object's cells under these columns."""
    for name in columns:
        if name == "record_id":
            yield one.record_id
        elif name == "photo":
            yield "|".join(photo.name for photo in one.photographs)
        elif name == "photo_view":
            yield "|".join(photo.view for photo in one.photographs)
        else:
            yield _COLUMNS[name][1](one.record)


def write_csv(
    file: TextIO, objects: Iterable[ExportedObject], fields: Iterable[str], *, photos: bool
) -> None:
    """Write a CSV file, UTF-8 with a byte order mark; `file` must leave line ends as they are (newline="")."""
    columns = columns_of(fields, photos=photos)
    file.write(_BYTE_ORDER_MARK)
    writer = csv.writer(file)
    writer.writerow(columns)
    for one in objects:
        writer.writerow([defused(cell) for cell in row_of(one, columns)])


def write_excel(
    path: Path, objects: Iterable[ExportedObject], fields: Iterable[str], *, photos: bool
) -> None:
    """Write an Excel file (.xlsx). Text is text, whatever it begins with; years are numbers. Raises ExportRefused."""
    columns = columns_of(fields, photos=photos)
    book = Workbook(write_only=True)
    sheet = book.create_sheet("objects")
    sheet.freeze_panes = "A2"
    try:
        sheet.append(columns)
        for number, one in enumerate(objects, 2):
            if number > MOST_EXCEL_ROWS:
                raise ExportRefused(
                    f"An Excel sheet holds {MOST_EXCEL_ROWS:,} rows at most, and the register has more objects. "
                    "Write a CSV file instead."
                )
            row = zip(columns, row_of(one, columns), strict=True)
            sheet.append([_cell(sheet, name, text) for name, text in row])
    finally:
        sheet.close()  # its temporary file is complete then, also if nothing is made of it
    book.save(path)


def _cell(sheet: Worksheet, column: str, text: str) -> object:
    if not text:
        return None
    if column in _YEARS and text != NOT_KNOWN:
        return int(text)
    cell = WriteOnlyCell(sheet, escaped(text))
    cell.data_type = "s"  # else a text that begins with = would be written as a formula
    cell.quotePrefix = defused(text) != text  # stays text also when somebody edits the cell
    return cell
