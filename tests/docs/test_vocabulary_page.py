"""The page about the vocabulary says what the tables hold."""

from __future__ import annotations

import re

from data.vocabulary.files import rows
from data.vocabulary.red_lists import red_lists
from data.vocabulary.terms import Language, materials, types
from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "vocabulary.md").read_text(encoding="utf-8")


def test_counts_are_true() -> None:
    assert f"{len(types().terms)} terms for types and {len(materials().terms)} for\nmaterials" in PAGE
    with_identifier = [sum(bool(term.aat) for term in each.terms) for each in (types(), materials())]
    assert "{} types and {} materials have an identifier".format(*with_identifier) in PAGE
    categories = sum(len(each.categories) for each in red_lists())
    assert f"{len(red_lists())} lists with\n{categories} categories" in PAGE


def test_every_column_is_told_of() -> None:
    told = set(re.findall(r"`([a-z]+)`", PAGE))
    assert set(rows("types.csv")[0]) == set(rows("materials.csv")[0]) <= told
    assert set(rows("red_list_categories.csv")[0]) - {"list", "name"} <= told
    assert "places" in rows("red_lists.csv")[0]
    assert {each.value for each in Language} <= told
