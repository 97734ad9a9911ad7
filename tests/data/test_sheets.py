"""Each sheet of an Excel file is a list of its own: neither is taken for the other, and nothing comes twice."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from data.exchange.fetch import Fetcher
from data.exchange.file_import import Asked, import_file
from data.exchange.imports import Imports
from data.intake import IntakePool
from data.quarantine import Quarantine
from data.register import Register
from tests.data.lists import Outcomes, contents

Rows = Sequence[Mapping[str, str]]
Import = Callable[..., Outcomes]
PAINTINGS = [
    {"id": "p1", "title": "Sea", "status": "stolen"},
    {"id": "p2", "title": "Lemon", "status": "nonsense"},
    {"id": "p3", "title": "Icon", "status": "stolen"},
]
CLOCKS = [
    {"id": "c1", "title": "Clock", "status": "stolen"},
    {"id": "c2", "title": "Watch", "status": "nonsense"},
]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "losses.xlsx"


@pytest.fixture
def run(register: Register, pool: IntakePool, path: Path) -> Import:
    """Import a sheet of the file."""

    def import_it(sheet: str | None = None, stop_after: int | None = None) -> Outcomes:
        outcomes = Outcomes()

        def see(outcome: Any) -> None:
            outcomes.append(outcome)
            if len(outcomes) == stop_after:
                raise KeyboardInterrupt

        import_file(register, path, Asked(sheet=sheet), pool=pool, fetcher=Fetcher(()), progress=see)
        return outcomes

    return import_it


def write(path: Path, **sheets: Rows) -> None:
    book = Workbook()
    assert book.active is not None
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        sheet.append(list(rows[0]))
        for row in rows:
            sheet.append(list(row.values()))
    book.save(path)


def quarantined(register: Register) -> list[tuple[str, str]]:
    return [
        (entry.source.rpartition("/")[2], entry.title) for entry in Quarantine(register.database).entries()
    ]


def test_the_other_sheet_neither_repeats_nor_takes_back(register: Register, run: Import, path: Path) -> None:
    write(path, Paintings=PAINTINGS, Clocks=CLOCKS)
    assert run("Paintings").actions == ["add", "quarantined", "add"]
    assert run("Clocks").actions == ["add", "quarantined"]
    both = [("losses.xlsx#Clocks", "Watch"), ("losses.xlsx#Paintings", "Lemon")]
    assert quarantined(register) == both, "what is wrong on one sheet is not mended by the other"
    before = contents(register)
    assert run().actions == ["unchanged", "quarantined", "unchanged"], "the first sheet, without its name"
    assert run("clocks").actions == ["unchanged", "quarantined"]
    assert contents(register) == before
    assert quarantined(register) == both
    write(path, Paintings=[PAINTINGS[0], PAINTINGS[2]], Clocks=CLOCKS)
    run("Paintings")
    assert quarantined(register) == both[:1]


def test_an_interrupted_sheet_is_not_gone_on_with_by_the_other(
    register: Register, run: Import, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("data.exchange.importer.ROWS_A_COMMIT", 1)
    write(path, Paintings=PAINTINGS, Clocks=CLOCKS)
    with pytest.raises(KeyboardInterrupt):
        run("Paintings", stop_after=1)
    run("Clocks")
    run("Paintings")
    imports = Imports(register.database)
    assert [(one.id, one.state, one.added) for one in imports.page()] == [
        (2, "finished", 1),
        (1, "finished", 2),
    ]
    assert [imports.get(number).source.rpartition("#")[2] for number in (1, 2)] == ["Paintings", "Clocks"]
