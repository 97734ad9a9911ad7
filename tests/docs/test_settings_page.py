"""docs/settings.md and service/settings.py say the same."""

from __future__ import annotations

import re

from scripts.real_photos import NO_PHOTOS, PHOTOS
from service.settings import Settings
from tests.conftest import REQUIRE_ALL, ROOT

PAGE = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| `(?P<name>[A-Z_]+)` \| (?P<default>[^|]*) \| (?P<text>.*) \|$", re.MULTILINE)


def documented() -> dict[str, tuple[str, str]]:
    return {row["name"]: (row["default"], row["text"]) for row in ROW.finditer(PAGE)}


def test_every_setting_stands_there_as_the_code_has_it() -> None:
    said = documented()
    for name, field in Settings.model_fields.items():
        default = "empty" if field.default == "" else str(field.default)
        assert said.get(f"ARTRIEVE_{name.upper()}") == (default, field.description)


def test_nothing_else_stands_there() -> None:
    settings = {f"ARTRIEVE_{name.upper()}" for name in Settings.model_fields}
    assert set(documented()) - settings == {REQUIRE_ALL, PHOTOS}
    assert f"`{NO_PHOTOS}`" in PAGE


def test_no_page_names_a_setting_that_is_none() -> None:
    known = set(documented())
    pages = [*(ROOT / "docs").rglob("*.md"), *ROOT.glob("*.md"), ROOT / "Dockerfile", ROOT / ".ci" / "run"]
    for page in pages:
        named = set(re.findall(r"ARTRIEVE_[A-Z_]*[A-Z]", page.read_text(encoding="utf-8")))
        assert named <= known, f"{page.name} names {named - known}"
