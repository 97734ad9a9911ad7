"""A register that goes out as CSV or Excel comes back as it was: every field, every photograph, every view."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from data.actor import Grounds
from data.exchange.csv_import import import_csv
from data.exchange.defused import defused, restored
from data.exchange.excel_reader import open_excel
from data.exchange.excel_text import escaped, unescaped
from data.exchange.export import ENDINGS, Format, export, format_of
from data.exchange.exported import EVERY_FIELD, PUBLIC, ExportRefused, exported, limited
from data.exchange.fetch import Fetcher
from data.exchange.file_import import Asked, import_file
from data.exchange.mapping import Columns, validated
from data.exchange.table import recognising
from data.exchange.table_out import columns_of, write_csv, write_excel
from data.intake import IntakePool
from data.object_id import EXAMPLE, ObjectRecord, Status, ViewKind
from data.reader import Reader
from data.register import NewPhotograph, Register
from data.visibility import Level, Role
from tests.data.lists import Outcomes, write_list
from tests.data.made import new_photograph
from tests.data.records import outgoing, records, short_texts


@settings(max_examples=60)
@given(st.text(max_size=8) | short_texts)
def test_a_text_that_is_defused_comes_back_and_is_no_formula(text: str) -> None:
    assert restored(defused(text)) == text
    assert not defused(text).startswith(("=", "@", "\t")), "never a formula"


@pytest.mark.parametrize("text", ["-480", "+3", "-1.5"])
def test_numbers_stay_numbers(text: str) -> None:
    assert defused(text) == text


@pytest.mark.parametrize("text", ["-1+1", "+cmd|' /C calc'!A0", "=1", "@SUM(1)", "'=1", "\t=1"])
def test_what_a_spreadsheet_would_run_is_marked(text: str) -> None:
    assert defused(text) == f"'{text}"


@given(st.text(st.characters(exclude_characters="\r")))
def test_any_text_survives_the_cells_of_excel(text: str) -> None:
    assert unescaped(escaped(text)) == text


def read_back(header: list[str], cells: list[str]) -> ObjectRecord:
    return validated(Columns.of(header, {}).read(cells, None).fields)


@settings(max_examples=40)
@given(records())
def test_any_record_survives_csv(record: ObjectRecord) -> None:
    file = io.StringIO(newline="")
    write_csv(file, [outgoing(record)], EVERY_FIELD, photos=False)
    header, cells = csv.reader(io.StringIO(file.getvalue().removeprefix("\ufeff"), newline=""))
    assert read_back(header, [restored(cell) for cell in cells]) == record


@settings(max_examples=12)
@given(st.lists(records(), min_size=1, max_size=5))
def test_any_record_survives_excel(
    tmp_path_factory: pytest.TempPathFactory, given_: list[ObjectRecord]
) -> None:
    path = tmp_path_factory.mktemp("excel") / "out.xlsx"
    write_excel(path, [outgoing(one) for one in given_], EVERY_FIELD, photos=False)
    with open_excel(path, recognising({})) as file:
        back = [read_back(list(file.header), list(row.cells)) for row in file.rows]
    assert back == given_


def test_excel_holds_text_as_text_and_years_as_numbers(tmp_path: Path) -> None:
    record = ObjectRecord.model_validate({"title": "=1+1", "date": {"earliest": -480}})
    write_excel(tmp_path / "out.xlsx", [outgoing(record)], EVERY_FIELD, photos=False)
    sheet = load_workbook(tmp_path / "out.xlsx").worksheets[0]
    names = [cell.value for cell in sheet[1]]
    title, year = sheet[2][names.index("title")], sheet[2][names.index("date_earliest")]
    assert (title.value, title.data_type, title.quotePrefix) == ("=1+1", "s", True)
    assert (year.value, year.data_type) == (-480, "n")


def test_every_field_has_a_column() -> None:
    assert len(columns_of(EVERY_FIELD, photos=False)) == len(EVERY_FIELD) + 1
    assert len(columns_of(PUBLIC, photos=True)) == len(PUBLIC) + 3


SECRETS = (
    EXAMPLE["case_reference"], EXAMPLE["theft"]["place"], EXAMPLE["theft"]["circumstances"],
    *EXAMPLE["owner"].values(), "circumstances", "case", "owner",
)  # fmt: skip


def test_no_more_goes_out_than_the_role_sees_and_is_asked_for(register: Register, tmp_path: Path) -> None:
    register.report(ObjectRecord.model_validate(EXAMPLE))
    public, everything = Reader(register, Role.public), Reader(register, Role.registrar)
    for ending, kind in ENDINGS.items():
        path = tmp_path / f"out{ending}"
        export(public, path, kind, base="https://register.example")
        text = _text(path)
        assert "Lemon" in text
        for secret in SECRETS:
            assert secret not in text, f"{secret} in {kind}"
        export(everything, path, kind, base="https://register.example")
        assert not [secret for secret in SECRETS if secret in _text(path)], "unless more is asked for"
        export(everything, path, kind, base="https://register.example", level=Level.restricted)
        assert EXAMPLE["theft"]["circumstances"] in _text(path)
        assert EXAMPLE["theft"]["place"] in _text(path)


def _text(path: Path) -> str:
    if path.suffix != ".xlsx":
        return path.read_text(encoding="utf-8")
    return str(list(load_workbook(path).worksheets[0].iter_rows(values_only=True)))


def test_a_merged_object_goes_out_as_the_one_that_is_kept(register: Register, tmp_path: Path) -> None:
    for title in ("Vase", "Vase again", "Icon"):
        register.report(ObjectRecord(title=title))
    register.merge(2, 1, Grounds(reason="the same vase", source="the museum"))
    register.withdraw(3, Grounds(reason="a mistake", source="the museum"))
    reader = Reader(register, Role.public)
    assert [(one.id, one.record.status) for one in exported(reader)] == [
        (1, Status.stolen),
        (3, Status.withdrawn),
    ]
    register.reinstate(2, Grounds(reason="another vase", source="the museum"))
    assert export(reader, tmp_path / "out.csv", Format.csv).objects == 3


def test_an_object_of_another_register_goes_out_under_its_number(register: Register) -> None:
    key = 'record:["","7"]'
    register.report(ObjectRecord(title="Vase"), source_key=f"museum/{key}")
    register.report(ObjectRecord(title="Vase"), source_key=key)
    names = [one.record_id for one in exported(Reader(register, Role.public))]
    assert names == ["artrieve-1", "7"], "two registers may number their objects alike"


@settings(max_examples=40)
@given(st.sets(st.sampled_from(sorted(EVERY_FIELD))), records())
def test_a_limited_record_holds_the_allowed_fields_and_nothing_else(
    fields: set[str], record: ObjectRecord
) -> None:
    left = limited(record, fields)
    for name in EVERY_FIELD:
        field, _, part = name.partition(".")
        whole, before = getattr(left, field), getattr(record, field)
        value = getattr(whole, part, None) if part else whole
        if name in fields:
            assert value == (getattr(before, part, None) if part else before) or not value
        else:
            assert not value or value is Status.stolen


@pytest.mark.parametrize("ending", [".csv", ".xlsx", ".xml"])
def test_a_register_comes_back_with_its_photographs(
    register: Register, pool: IntakePool, tmp_path: Path, ending: str
) -> None:
    register.report(
        ObjectRecord.model_validate(
            EXAMPLE | {"date": {"text": "5th century BC", "earliest": -480, "latest": -470}}
        ),
        [new_photograph(1), _of(2, ViewKind.back), _of(3, ViewKind.signature)],
        source_key='record:["Police of Veldermond","731"]',
    )
    register.report(ObjectRecord(title="=1+1", status=Status.recovered))
    (tmp_path / "out-photos").mkdir()
    path = tmp_path / f"out{ending}"
    kind = format_of(path, None)
    reader = Reader(register, Role.registrar)
    done = export(reader, path, kind, level=Level.restricted, photos=tmp_path / "out-photos")
    assert (done.objects, done.photographs, done.missing) == (2, 3, [])

    assert next(exported(reader)).record_id == "731"

    other = _other(register)
    outcomes = Outcomes()
    report = import_file(other, path, Asked(), pool=pool, fetcher=Fetcher(()), progress=outcomes.append)
    assert (outcomes.actions, outcomes.reasons) == (["add", "add"], ["", ""])
    assert report.photos_refused == 0
    back = other.page(after=2)
    assert [one.record for one in back] == [one.record for one in register.page(limit=2)]
    assert [one.view for one in back[0].photographs] == [ViewKind.overall, ViewKind.back, ViewKind.signature]
    again = Outcomes()
    import_file(other, path, Asked(), pool=pool, fetcher=Fetcher(()), progress=again.append)
    assert again.actions == ["unchanged", "unchanged"]


def _of(seed: int, view: ViewKind) -> NewPhotograph:
    return NewPhotograph(new_photograph(seed).safe, view)


def _other(register: Register) -> Register:
    """The same register with its lists forgotten: what is imported now is new to it."""
    with register.writing() as writer:
        for number in (1, 2):
            writer.find(number).source_key = None
    return register


def test_an_object_of_a_list_keeps_its_name_there(
    register: Register, pool: IntakePool, tmp_path: Path
) -> None:
    path = write_list(tmp_path, [{"id": "7", "title": "Vase", "authority": "Police"}])
    import_csv(register, path, pool=pool)
    export(Reader(register, Role.public), tmp_path / "out.csv", Format.csv)
    outcomes = Outcomes()
    import_csv(register, tmp_path / "out.csv", pool=pool, progress=outcomes.append)
    assert (outcomes.actions, len(register.page())) == (["unchanged"], 1)


def test_a_photo_that_is_missing_is_told_and_the_rest_goes_on(register: Register, tmp_path: Path) -> None:
    one = register.report(ObjectRecord(title="Vase"), [new_photograph(1), new_photograph(2)])
    key = one.photographs[0].photo_key
    (tmp_path / "photos" / key[:2] / key[2:4] / key).unlink()
    (tmp_path / "out-photos").mkdir()
    reader = Reader(register, Role.public)
    done = export(reader, tmp_path / "out.csv", Format.csv, photos=tmp_path / "out-photos")
    assert (done.photographs, len(done.missing)) == (1, 1)
    assert "object 1" in done.missing[0]


def test_a_name_that_tells_no_format() -> None:
    with pytest.raises(ExportRefused, match="--format"):
        format_of(Path("out.doc"), None)
    assert format_of(Path("out.doc"), Format.lido) is Format.lido


def test_more_objects_than_a_sheet_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("data.exchange.table_out.MOST_EXCEL_ROWS", 3)
    objects: list[Any] = [outgoing(ObjectRecord(title="Vase"), number=number) for number in range(1, 4)]
    with pytest.raises(ExportRefused, match="CSV"):
        write_excel(tmp_path / "out.xlsx", objects, EVERY_FIELD, photos=False)
