"""CSV files as people send them: every encoding and delimiter, and rows that are broken."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.exchange import csv_reader
from data.exchange.csv_reader import open_csv
from data.exchange.fields import field_of
from data.exchange.report import ImportRefused
from data.exchange.table import TableRow
from tests.data.made import encoded, jpeg, quarters

HEADER = "title;maker;description"


def recognised(header: Sequence[str]) -> int:
    return sum(field_of(name) is not None for name in header)


def read(path: Path, data: bytes) -> tuple[str, str, Sequence[str], list[TableRow]]:
    path.write_bytes(data)
    with open_csv(path, recognised) as file:
        return file.encoding, file.delimiter, file.header, list(file.rows)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "list.csv"


@pytest.mark.parametrize(
    ("encoding", "found"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8-sig"), ("utf-16", "utf-16"), ("cp1252", "cp1252")],
)
def test_encodings(path: Path, encoding: str, found: str) -> None:
    text = f"{HEADER}\nFlußufer;Müller \u2013 „der Ältere“;50 €\n"
    said, _, header, rows = read(path, text.encode(encoding))
    assert said == found
    assert list(header) == ["title", "maker", "description"]
    assert list(rows[0].cells) == ["Flußufer", "Müller \u2013 „der Ältere“", "50 €"]


def test_latin_1_where_windows_has_gaps(path: Path) -> None:
    said, _, _, rows = read(path, f"{HEADER}\nÄ;\x81;x\n".encode("latin-1"))
    assert (said, rows[0].cells[0]) == ("latin-1", "Ä")


def test_one_byte_that_is_no_text_costs_its_row_only(path: Path) -> None:
    names = ["Zürich", "Genève", "Nîmes", "Łódź", "Αθήνα"]
    good = "".join(f"{name};Müller;x\n" for name in names)
    data = f"{HEADER}\n{good}".encode() + b"Z\xfcrich;Maier;x\n" + "Köln;y;z\n".encode()
    said, _, _, rows = read(path, data)
    assert said == "utf-8"
    assert [row.cells[0] for row in rows if not row.problem] == [*names, "Köln"]
    (bad,) = (row for row in rows if row.problem)
    assert bad.line == 7
    assert "bytes that are no text (FC)" in bad.problem
    assert read(path, codecs.BOM_UTF8 + data)[3] == rows


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1"])
def test_lists_in_one_byte_encodings_are_not_taken_for_damaged_utf_8(path: Path, encoding: str) -> None:
    """Even with the few pairs of letters that would be UTF-8 by chance."""
    text = f"{HEADER}\nFlußufer;Müller;É°\nSpaß\u00b2;Größe;Ä\u00b0 über Grün\n"
    said, _, _, rows = read(path, text.encode(encoding))
    assert said == "cp1252"
    assert list(rows[1].cells) == ["Spaß\u00b2", "Größe", "Ä\u00b0 über Grün"]


def test_a_byte_that_is_no_text_in_the_name_of_a_column(path: Path) -> None:
    _, _, header, rows = read(path, b"title;K\xfcnstler\n" + "Zürich;Müller\nKöln;x\n".encode())
    assert list(header) == ["title", "K\ufffdnstler"]
    assert [row.problem for row in rows] == ["", ""]


def test_a_letter_far_down_decides_the_encoding(path: Path) -> None:
    lines = [f"{number};x;y" for number in range(300_000)]
    said, _, _, rows = read(path, "\n".join([HEADER, *lines, "Müller;x;y"]).encode("cp1252"))
    assert said == "cp1252"
    assert rows[-1].cells[0] == "Müller"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_delimiters_and_line_ends(path: Path, delimiter: str, end: str) -> None:
    rows = [["title", "maker", "height (cm)"], ['a "quoted", one; two', "line\nend", "32,5"]]
    written = io.StringIO()
    csv.writer(written, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL).writerows(rows)
    _, found, header, read_rows = read(path, written.getvalue().encode())
    assert found == delimiter
    assert [list(header), list(read_rows[0].cells)] == rows


def test_known_names_decide_between_delimiters(path: Path) -> None:
    _, delimiter, header, _ = read(path, b"title;a,b,c,d;maker\nx;y;z\n")
    assert delimiter == ";"
    assert list(header) == ["title", "a,b,c,d", "maker"]


def test_one_column_is_enough(path: Path) -> None:
    _, _, header, rows = read(path, b"title\nVase\n")
    assert (list(header), list(rows[0].cells)) == (["title"], ["Vase"])


def test_the_hint_of_excel_is_understood(path: Path) -> None:
    _, delimiter, header, rows = read(path, b"sep=;\r\ntitle;maker\r\nVase, blue;Meier\r\n")
    assert (delimiter, list(header)) == (";", ["title", "maker"])
    assert rows == [TableRow(3, ["Vase, blue", "Meier"])]


def test_a_header_of_several_lines(path: Path) -> None:
    _, _, header, rows = read(path, b'\n"title\nof it";maker\nVase;Meier\n')
    assert list(header) == ["title\nof it", "maker"]
    assert rows[0].line == 4


def test_lines_are_counted_as_an_editor_counts_them(path: Path) -> None:
    text = f'{HEADER}\na;b;c\n\n"two\nlines";b;c\n;;\nd;e;f\n'
    assert [row.line for row in read(path, text.encode())[3]] == [2, 4, 7]


def test_ragged_rows_are_told_and_the_rest_goes_on(path: Path) -> None:
    rows = read(path, f"{HEADER}\na;b\na;b;c;d\na;b;c;;\na;b;c\n".encode())[3]
    assert [row.problem[:30] for row in rows] == [
        "the row has 2 cells, the heade",
        "the row has 4 cells, the heade",
        "",
        "",
    ]


def test_a_quote_that_is_never_closed(path: Path) -> None:
    rows = read(path, f'{HEADER}\na;b;c\nd;"e;f\ng;h;i\n'.encode())[3]
    assert rows[0].problem == ""
    assert "line 3 cannot be read as a row: a double quote is opened and never closed" in rows[1].problem
    assert rows[2] == TableRow(4, ["g", "h", "i"])


@pytest.mark.parametrize("place", range(2, 10))
def test_a_quote_that_is_never_closed_costs_its_line_only(path: Path, place: int) -> None:
    lines = [f"{number},B {number},x" for number in range(2, 11)]
    lines[place - 2] = f'{place},"B with open,x'
    rows = read(path, "\n".join(["id,title,maker", *lines]).encode())[3]
    assert [row.line for row in rows] == list(range(2, 11))
    assert [row.line for row in rows if row.problem] == [place]
    assert [row.cells[1] for row in rows if not row.problem] == [
        f"B {number}" for number in range(2, 11) if number != place
    ]


@pytest.mark.parametrize(
    "closes",
    [
        '5,"C, D",x',  # text follows what closes it by chance
        '5,C,12"',  # closes it, and the row that comes out is too short
    ],
)
def test_a_quote_that_is_closed_by_a_later_row_costs_its_line_only(path: Path, closes: str) -> None:
    text = f'id,title,size\n2,"B with open,x\n3,C,y\n4,"D\nin two lines",z\n{closes}\n6,E,x\n'
    rows = read(path, text.replace('"D\nin two lines"', "D").encode())[3]
    assert [(row.line, bool(row.problem)) for row in rows] == [
        (2, True), (3, False), (4, False), (5, False), (6, False),
    ]  # fmt: skip


def test_cells_of_several_lines_keep_working_beside_an_open_quote(path: Path) -> None:
    rows = read(
        path, b'id,title,size\n1,"A\nin two, lines",x\n3,"open,y\n4,"D\n\nin three, lines",z\n6,E,x\n'
    )[3]
    assert rows[0] == TableRow(2, ["1", "A\nin two, lines", "x"])
    assert [(row.line, bool(row.problem)) for row in rows] == [(2, False), (4, True), (5, False), (8, False)]
    assert list(rows[2].cells) == ["4", "D\n\nin three, lines", "z"]


def test_a_row_of_several_lines_that_lacks_a_cell_is_one_row(path: Path) -> None:
    rows = read(path, b'id,title,size\n1,"A\nin two lines"\n3,C,y\n')[3]
    assert [(row.line, bool(row.problem)) for row in rows] == [(2, True), (4, False)]


def test_text_after_a_closing_quote(path: Path) -> None:
    rows = read(path, f'{HEADER}\n"a"b;c;d\ng;h;i\n'.encode())[3]
    assert "written twice" in rows[0].problem
    assert list(rows[1].cells) == ["g", "h", "i"]


def test_a_cell_beyond_every_limit(path: Path) -> None:
    rows = read(path, f"{HEADER}\na;{'x' * 200_000};c\nd;e;f\n".encode())[3]
    assert "longer than 131,072 characters" in rows[0].problem
    assert list(rows[1].cells) == ["d", "e", "f"]


def test_a_line_of_a_hundred_megabytes_is_not_held(path: Path) -> None:
    with path.open("wb") as file:
        file.write(f"{HEADER}\na;".encode())
        for _ in range(100):
            file.write(b"x" * 1_000_000)
        file.write(b";c\nd;e;f\n")
    with open_csv(path, recognised) as opened:
        rows = list(opened.rows)
    assert "2,000,000 characters" in rows[0].problem
    assert (rows[1].line, list(rows[1].cells)) == (3, ["d", "e", "f"])


def test_a_quote_left_open_over_many_lines_costs_a_bounded_part(path: Path) -> None:
    lines = [f"{number};x;y" for number in range(40_000)]
    rows = read(path, "\n".join([HEADER, 'a;"b;c', *lines]).encode())[3]
    assert "never closed" in rows[0].problem
    assert rows[0].line == 2
    assert [row.cells[0] for row in rows[1:]] == [str(number) for number in range(40_000)]


def test_a_row_of_many_lines_is_not_held(path: Path) -> None:
    cell = '"' + "x" * 999 + '\n";'
    rows = read(path, f"{HEADER}\n{cell * 3000}\nd;e;f\n".encode())[3]
    assert "more than 2,000,000 characters" in rows[0].problem
    assert list(rows[-1].cells) == ["d", "e", "f"]


def test_zero_bytes_in_a_cell(path: Path) -> None:
    rows = read(path, f"{HEADER}\na\x00;b;c\nd;e;f\n".encode())[3]
    assert "zero bytes" in rows[0].problem
    assert rows[1].problem == ""


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"", "empty"),
        (b"\n \n", "empty"),
        (b"PK\x03\x04" + b"x" * 100, "save it as CSV"),
        (b"\xd0\xcf\x11\xe0" + b"x" * 100, "save it as CSV"),
        ("title;maker\nVase;x\n".encode("utf-16-le"), "UTF-16"),
        (b"\x00" * 5000, "zero bytes"),
        (b'"title;maker\nVase', "cannot be read as names"),
        (jpeg(), r"is a photo \(JPEG\), not a list. To import photos, give the folder"),
        (encoded(quarters(), "PNG"), r"is a photo \(PNG\)"),
        (encoded(quarters(), "TIFF"), r"is a photo \(TIFF\)"),
        (b"%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj\n", "is a PDF document, not a list. Export"),
        (gzip.compress(b"title\nVase\n", mtime=0), "is a gzip archive"),
        (bytes(range(256)) * 8, "is not text"),
        (b"title;" + b"x;" * 2000, "2,002 columns"),
        (b"\xff\xfe\x00\xd8\x00\xd8", "cannot be read as names"),
        (b"x" * 3_000_000, "cannot be read as names"),
    ],
)
def test_files_that_are_no_list(path: Path, data: bytes, word: str) -> None:
    with pytest.raises(ImportRefused, match=word):
        read(path, data)


@pytest.mark.parametrize("name", ["MZ", "%PDF", "FOVb", "GIF", "BM", "PK", "DDS "])
def test_a_column_may_be_called_like_the_start_of_a_binary_file(path: Path, name: str) -> None:
    assert list(read(path, f"{name};title\n\x07;Vase\n".encode())[2]) == [name.strip(), "title"]


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ImportRefused, match="Check the path"), open_csv(tmp_path / "none.csv", recognised):
        pass
    with pytest.raises(ImportRefused, match="cannot be read"), open_csv(tmp_path, recognised):
        pass


cells = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12)


@given(
    st.lists(
        st.lists(cells, min_size=3, max_size=3).filter(lambda row: any(cell.strip() for cell in row)),
        max_size=6,
    ),
    st.sampled_from([",", ";", "\t"]),
)
def test_whatever_is_written_is_read(rows: list[list[str]], delimiter: str) -> None:
    written = io.StringIO(newline="")
    csv.writer(written, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows(
        [["title", "maker", "subject"], *rows]
    )
    lines = csv_reader._Lines(io.StringIO(written.getvalue(), newline=""))
    read_rows = list(csv_reader._rows(lines, delimiter, 3))
    assert [list(row.cells) for row in read_rows[1:]] == rows


@given(st.binary(max_size=300))
def test_any_bytes_are_answered(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_bytes(data)
    try:
        with open_csv(path, recognised) as file:
            ragged = [row for row in file.rows if not row.problem and len(row.cells) != len(file.header)]
    except ImportRefused as refused:
        ragged = [] if str(refused).endswith(".") else [TableRow(0, (), str(refused))]
    assert ragged == []
