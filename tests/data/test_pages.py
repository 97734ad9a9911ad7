"""docs/register.md and docs/photos.md say what the code does."""

from __future__ import annotations

import dataclasses
import re

import pytest

from data.exchange.fields import FIELDS
from data.intake import IntakeLimits
from data.object_id import SEARCHABLE, ObjectRecord, Status, ViewKind
from data.text import LONG_TEXT, SHORT_TEXT
from tests.conftest import ROOT

REGISTER = (ROOT / "docs" / "register.md").read_text(encoding="utf-8")
PHOTOS = (ROOT / "docs" / "photos.md").read_text(encoding="utf-8")


def table(page: str, heading: str) -> list[list[str]]:
    """The rows of the table whose first column has this heading, as cells."""
    lines = page[page.index(f"| {heading} |") :].splitlines()[2:]
    rows = []
    for line in lines:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]])
    return rows


def names(cells: list[str]) -> list[str]:
    return [name for cell in cells for name in re.findall(r"`([^`]+)`", cell)]


def test_every_field_of_the_record_is_explained() -> None:
    rows = table(REGISTER, "field")
    assert set(names([row[0] for row in rows])) == set(ObjectRecord.model_fields)
    assert f"{SHORT_TEXT} characters, the others {LONG_TEXT:,}" in REGISTER


def test_every_status_and_view_is_explained() -> None:
    rows = table(REGISTER, "status")
    assert names([row[0] for row in rows]) == [status.value for status in Status]
    assert {row[0].strip("`") for row in rows if row[1] == "yes"} == {status.value for status in SEARCHABLE}
    assert all(f"`{view}`" in REGISTER for view in ViewKind)


def test_every_column_of_an_import_is_explained() -> None:
    columns = REGISTER[REGISTER.index("### Columns") :]
    assert sorted(names([row[0] for row in table(columns, "field")])) == sorted(FIELDS)


def test_every_limit_is_listed_with_its_default() -> None:
    limits = {row[0].strip("`"): row[1] for row in table(PHOTOS, "limit")}
    assert set(limits) == {field.name for field in dataclasses.fields(IntakeLimits)}
    for name, said in limits.items():
        value = getattr(IntakeLimits(), name)
        number = float(said.split()[0].replace(",", ""))
        scale = {"million": 1e6, "MiB": 1024 * 1024 if name == "max_bytes" else 1}.get(said.split()[1], 1)
        assert number * scale == value


def test_every_refusal_is_explained_and_none_is_invented() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "data").rglob("*.py"))
    codes = set(re.findall(r'PhotoRejected\(\s*"([a-z-]+)"', source)) | set(
        re.findall(r'"(polyglot)"', source)
    )
    assert len(codes) >= 15
    assert set(names([row[0] for row in table(PHOTOS, "code")])) == codes


@pytest.mark.parametrize("page", [REGISTER, PHOTOS])
def test_settings_that_are_named_exist(page: str) -> None:
    settings = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    assert all(name in settings for name in re.findall(r"ARTRIEVE_[A-Z_]+", page))
