"""Excel files as people send them, and as nobody should: every habit goes through, with a word on what did not."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from data.exchange import excel_package
from data.exchange.excel_cells import text_of
from data.exchange.excel_reader import open_excel
from data.exchange.fetch import Fetcher
from data.exchange.file_import import Asked, import_file, kind_of
from data.exchange.report import ImportRefused
from data.exchange.table import TableRow, recognising
from data.intake import IntakePool
from data.register import Register
from tests.data.lists import Outcomes, write_photos

SHEET = "xl/worksheets/sheet1.xml"
NAMESPACE = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "list.xlsx"


def saved(path: Path, fill: Callable[[Worksheet], None], *others: str) -> Path:
    """A workbook whose first sheet is filled, with others behind it."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Losses"
    fill(sheet)
    for name in others:
        book.create_sheet(name)
    book.save(path)
    return path


def with_rows(path: Path, *rows: Sequence[Any]) -> Path:
    def fill(sheet: Worksheet) -> None:
        for row in rows:
            sheet.append(list(row))

    return saved(path, fill)


def with_parts(path: Path, parts: dict[str, str | bytes]) -> Path:
    """A workbook with some of its parts replaced, or further ones."""
    first = io.BytesIO()
    Workbook().save(first)
    with zipfile.ZipFile(first) as before, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            if name not in parts:
                after.writestr(name, before.read(name))
        for name, text in parts.items():
            after.writestr(name, text)
    return path


def sheet_of(rows: str, before: str = "", behind: str = "") -> str:
    return f"{before}<worksheet {NAMESPACE}><sheetData>{rows}</sheetData>{behind}</worksheet>"


def row_of(number: int, *texts: str) -> str:
    cells = "".join(
        f'<c r="{chr(65 + at)}{number}" t="inlineStr"><is><t>{text}</t></is></c>'
        for at, text in enumerate(texts)
    )
    return f'<row r="{number}">{cells}</row>'


def read(path: Path, sheet: str | None = None) -> tuple[list[str], list[TableRow], list[str]]:
    with open_excel(path, recognising({}), sheet) as file:
        return list(file.header), list(file.rows), file.notes


def handmade(sheet: Worksheet) -> None:
    """What a registrar's sheet looks like after some years."""
    sheet["A1"] = "Stolen objects, state of spring"
    sheet.merge_cells("A1:H1")
    for cell, text in {
        "A3": "Inv.-Nr.",
        "B3": "Titel",
        "C3": "Maße (cm)",
        "E3": "Datierung",
        "F3": "Theft",
    }.items():
        sheet[cell] = text
    for area in ("A3:A4", "B3:B4", "C3:D3", "E3:E4", "F3:G3"):
        sheet.merge_cells(area)
    for cell, text in {
        "C4": "Höhe",
        "D4": "Breite",
        "F4": "date",
        "G4": "place",
        "H4": "Beschreibung",
    }.items():
        sheet[cell] = text
    sheet.append(
        [42, "Vase", 46.5, 20, 1650, dt.date(2024, 11, 2), "Old town", "x" * 3000, "a note at the side"]
    )
    sheet["A5"].number_format = "00000"
    sheet["C5"].number_format = '0.0" in"'
    sheet.append([])
    sheet.append([43, "=A5", 0.1 + 0.2, None, "17. Jh.", dt.datetime(2024, 11, 2, 9, 30), None, None])
    sheet.append([44, "Icon", "#REF!", None, None, None, None, None])
    sheet["C8"].data_type = "e"
    sheet.append([45, "Bell", 12, None, 1723, None, None, "second line_x000D_\nfollows"])
    sheet.merge_cells("G5:G7")


def test_a_sheet_made_by_hand_goes_through_with_a_report(
    register: Register, pool: IntakePool, path: Path
) -> None:
    saved(path, handmade, "Notes")
    outcomes = Outcomes()
    report = import_file(register, path, Asked(), pool=pool, fetcher=Fetcher(()), progress=outcomes.append)
    assert [(one.line, one.action) for one in outcomes] == [
        (5, "add"), (7, "quarantined"), (8, "quarantined"), (9, "add"),
    ]  # fmt: skip
    assert "cell B7 is a formula, and the file does not hold its value" in outcomes[1].reason
    assert "cell C8 holds the error #REF!" in outcomes[2].reason
    vase, bell = (one.record for one in register.page())
    assert (vase.inventory_number, vase.title, len(vase.description)) == ("00042", "Vase", 3000)
    assert [str(one) for one in vase.measurements] == ["height 46.5 in", "width 20 cm"]
    assert vase.date is not None
    assert (vase.date.text, vase.date.earliest) == ("1650", 1650)
    assert vase.theft is not None
    assert (vase.theft.earliest, vase.theft.place) == (dt.date(2024, 11, 2), "Old town")
    assert bell.description == "second line\nfollows"
    assert report.notes == [
        "Only the sheet 'Losses' was read; not read: Notes. --sheet names another.",
        "Cells to the right of all names were not used (rows that have such: 1).",
    ]


def test_photos_lie_beside_the_file(register: Register, pool: IntakePool, path: Path) -> None:
    write_photos(path.parent, "a.jpg")
    with_rows(path, ["title", "photo"], ["Vase", "a.jpg"], ["=not a formula here", None])
    import_file(register, path, Asked(), pool=pool, fetcher=Fetcher(()))
    assert len(register.get(1).photographs) == 1


def test_what_merged_cells_say_counts_for_each_row(path: Path) -> None:
    def fill(sheet: Worksheet) -> None:
        for row in (["title", "authority"], ["a", "Police"], ["b", None], ["c", None], ["d", None]):
            sheet.append(row)
        sheet.merge_cells("B2:B4")

    assert [list(row.cells) for row in read(saved(path, fill))[1]] == [
        ["a", "Police"], ["b", "Police"], ["c", "Police"], ["d", ""],
    ]  # fmt: skip


def test_empty_rows_and_columns_are_passed_over(path: Path) -> None:
    header, rows, _ = read(
        with_rows(path, [], [None, "Titel", None, "maker"], [], [None, "Vase", None, "A"], [])
    )
    assert header == ["", "Titel", "", "maker"]
    assert [(row.line, list(row.cells)) for row in rows] == [(4, ["", "Vase", "", "A"])]


def test_the_sheet_is_the_first_with_a_header_or_the_named_one(path: Path) -> None:
    book = Workbook()
    cover, first, second = book.worksheets[0], book.create_sheet("A"), book.create_sheet("B")
    hidden = book.create_sheet("Hidden", 0)
    hidden.sheet_state = "hidden"
    for sheet, title in ((hidden, "hidden"), (first, "one"), (second, "two")):
        sheet.append(["title", "maker"])
        sheet.append([title, "x"])
    cover.append(["title"])
    book.save(path)
    assert read(path)[1][0].cells[0] == "one"
    assert read(path, " b")[1][0].cells[0] == "two"
    assert read(path, "Hidden")[1][0].cells[0] == "hidden"
    with pytest.raises(ImportRefused, match="no sheet 'C'"):
        read(path, "C")


def test_a_sheet_without_known_names(path: Path) -> None:
    with pytest.raises(ImportRefused, match="--map"):
        read(with_rows(path, ["foo", "bar"], [1, 2]))


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (1650, "General", "1650"), (1650.0, "0", "1650"), (0.1 + 0.2, "General", "0.3"), (1e21, "0", "1" + "0" * 21),
        (46.5, '0.0"cm"', "46.5 cm"), (46.5, '0.0" Euro"', "46.5"), (7, "000", "007"), (-7, "000", "-7"),
        (True, "General", "TRUE"), (dt.datetime(2024, 11, 2), "d", "2024-11-02"), (dt.time(9, 30), "h", "09:30:00"),
        (dt.datetime(2024, 11, 2, 9, 30, 5, 7), "d", "2024-11-02 09:30:05"), (None, "", ""), ("_x0041_", "", "A"),
        (dt.timedelta(hours=30), "[h]", "1 day, 6:00:00"), (10**30, "0", "1" + "0" * 30),
    ],
)  # fmt: skip
def test_what_cells_say(value: Any, number_format: str, text: str) -> None:
    assert text_of(value, number_format) == text


def test_a_formula_that_says_nothing_is_an_empty_cell(path: Path) -> None:
    formula = '<row r="2"><c r="A2" t="str"><f>B9</f><v></v></c><c r="B2"><f>1+1</f><v>2</v></c></row>'
    with_parts(path, {SHEET: sheet_of(row_of(1, "title", "maker") + formula)})
    assert [(list(row.cells), row.bad) for row in read(path)[1]] == [(["", "2"], {})]


def bomb() -> str:
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    return f'<!DOCTYPE x [<!ENTITY a0 "ha">{entities}]>'


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        ({SHEET: sheet_of(row_of(1, "&a11;"), bomb())}, "it declares a document type"),
        ({"xl/sharedStrings.xml": bomb() + f"<sst {NAMESPACE}><si><t>&a11;</t></si></sst>"}, "a document type"),
        ({SHEET: sheet_of(row_of(1, "&a;"), '<!DOCTYPE x SYSTEM "file:///etc/passwd">')}, "a document type"),
        ({SHEET: sheet_of(f"<row>{'<c/>' * 17_000}</row>")}, "a row has more than 16,384 cells"),
        ({SHEET: "<a>" * 200 + "</a>" * 200}, "nested too deeply"),
        ({SHEET: sheet_of("<row><c")}, "is broken"),
        ({SHEET: sheet_of("<row r='x'><c r='A1'><v>1</v></c></row>")}, "a row has the number 'x'"),
        ({SHEET: sheet_of("<row r='1'><c r='A1' t='s'><v>99</v></c></row>")}, "cannot be read as an Excel file"),
        ({SHEET: sheet_of("<row r='1'><c r='ZZZZ1'><f/></c></row>")}, "is broken"),
        ({SHEET: sheet_of('<row r="4000000000"><c r="A1"><v>1</v></c></row>')}, "the number '4000000000'"),
        ({"xl/workbook.xml": "<x/>"}, "no sheet that can be read"),
        ({"xl/workbook.bin": b"x"}, "binary Excel"),
        ({"content.xml": "<x/>"}, "OpenDocument"),
    ],
)  # fmt: skip
def test_what_no_spreadsheet_program_writes_is_refused(
    path: Path, parts: dict[str, str | bytes], reason: str
) -> None:
    with pytest.raises(ImportRefused, match=reason):
        read(with_parts(path, parts))


def test_what_the_file_says_of_its_size_is_not_believed(path: Path) -> None:
    rows = row_of(1, "title", "maker") + row_of(2, "Vase", "A")
    text = sheet_of(rows).replace("<sheetData>", '<dimension ref="A1:XFD1048576"/><sheetData>')
    with_parts(path, {SHEET: text})
    assert [list(row.cells) for row in read(path)[1]] == [["Vase", "A"]]


def test_a_bomb_is_not_unpacked(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(excel_package, "_scanned", None)
    with_parts(path, {"xl/sharedStrings.xml": b" " * (excel_package.LARGEST_PART + 1)})
    assert path.stat().st_size < 1 << 20
    with pytest.raises(ImportRefused, match="unpacks to more than is read"):
        read(path)


def test_rows_before_a_broken_one_are_good(path: Path) -> None:
    rows = [row_of(number, "title" if number == 1 else "Vase", "maker") for number in range(1, 60)]
    rows.insert(50, '<row r="51"><c r="A51" t="s"><v>99</v></c></row>')
    with_parts(path, {SHEET: sheet_of("".join(rows))})
    found = read(path)[1]
    assert [row.line for row in found] == [*range(2, 51), 51]
    assert "nothing from here on can be read" in found[-1].problem


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), r"old Excel file \(.xls\).*password.*save it as"),
        (b"PK\x03\x04" + bytes(100), "damaged"),
    ],
)
def test_other_kinds_of_files(path: Path, data: bytes, reason: str) -> None:
    path.write_bytes(data)
    assert kind_of(path) == "excel"
    with pytest.raises(ImportRefused, match=reason):
        read(path)


def test_an_archive_that_is_no_workbook(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.jpg", b"x")
    with pytest.raises(ImportRefused, match="an archive and no Excel file"):
        read(path)


def test_options_of_other_kinds_are_refused(register: Register, pool: IntakePool, path: Path) -> None:
    with_rows(path, ["title", "maker"], ["Vase", "A"])
    with pytest.raises(ImportRefused, match="--schema is for lido files"):
        import_file(register, path, Asked(schema=path), pool=pool, fetcher=Fetcher(()))
