"""docs/register.md and the register say the same of fields, levels, roles and source registers."""

from __future__ import annotations

import re

from data.object_id import ObjectRecord
from data.source_registers import SourceRegister
from data.visibility import LEVELS, SEES, Level, Role, may_write
from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "register.md").read_text(encoding="utf-8")


def section(title: str) -> str:
    return PAGE.split(f"\n## {title}\n")[1].split("\n## ")[0]


def rows(title: str) -> list[list[str]]:
    """The cells of the rows of all tables in a section that begin with a name."""
    lines = re.findall(r"^\| (`[^|]*`(?: \|[^|]*)*) \|$", section(title), re.MULTILINE)
    return [[cell.strip().strip("`") for cell in line.split("|")] for line in lines]


def test_every_field_of_a_record_stands_there() -> None:
    said = {row[0] for row in rows("The record")} & set(ObjectRecord.model_fields)
    assert said == set(ObjectRecord.model_fields)


def test_the_levels_stand_there_in_the_order_of_the_table() -> None:
    said = [(row[0], row[1]) for row in rows("Who sees what") if len(row) == 2]
    assert said == [(name, level.value) for name, level in LEVELS.items()]


def test_the_roles_stand_there() -> None:
    said = {row[0]: row[1:] for row in rows("Who sees what") if len(row) == 3}
    assert set(said) == set(Role)
    for role, (sees, writes) in said.items():
        every = SEES[Role(role)] == set(Level)
        named = {level for level in Level if level in sees}
        assert every if sees == "all fields" else named == SEES[Role(role)]
        assert (writes == "yes") is may_write(Role(role))


def test_what_is_kept_of_a_source_register_stands_there() -> None:
    assert {name for name, _ in rows("Source registers")} == set(SourceRegister.model_fields)
