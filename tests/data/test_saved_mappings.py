"""Mappings are kept under names that differ in more than case."""

from __future__ import annotations

import pytest

from data.database import Database
from data.exchange.report import ImportRefused
from data.exchange.saved_mappings import MappingNotFound, MappingRefused, SavedMappings


@pytest.fixture
def mappings(database: Database) -> SavedMappings:
    return SavedMappings(database)


def test_a_mapping_is_kept_and_found_whatever_the_case(mappings: SavedMappings) -> None:
    saved = mappings.save("  Küste  Nord ", {"Title": "Titel, lang", "maker": 'a "b"'}, actor="x")
    assert (saved.name, saved.saved_by) == ("Küste Nord", "x")
    assert saved.columns == {"title": "Titel, lang", "maker": 'a "b"'}
    for name in ("küste nord", "KÜSTE NORD", "Ku\u0308ste Nord", " küste   nord"):
        assert mappings.get(name) == saved
    assert mappings.save("KÜSTE nord", dict(saved.columns)) == saved
    mappings.save("Adler", {"title": "t"})
    assert [one.name for one in mappings.all()] == ["Adler", "Küste Nord"]
    assert mappings.remove("KÜSTE NORD") == saved
    with pytest.raises(MappingNotFound):
        mappings.remove("Küste Nord")


def test_a_name_that_is_taken_is_not_overwritten(mappings: SavedMappings) -> None:
    mappings.save("a", {"title": "t"})
    for refused in (mappings.check, mappings.save):
        with pytest.raises(MappingRefused, match="another mapping called 'a'"):
            refused("A", {"title": "u"})
    assert mappings.get("a").columns == {"title": "t"}


@pytest.mark.parametrize(
    "name",
    [
        "",
        "  ",
        "-x",
        "../x",
        "a/b",
        "a\\b",
        "a\x00b",
        "a\x1b[2J",
        "a\u200bb",
        "a\u202eb",
        "=x",
        "x" * 61,
        "<b>",
        "'x",
    ],
)
def test_hostile_names_are_refused(mappings: SavedMappings, name: str) -> None:
    for refused in (mappings.check, mappings.save):
        with pytest.raises(MappingRefused, match="no name for a mapping"):
            refused(name, {"title": "t"})
    with pytest.raises(MappingNotFound):
        mappings.get(name)
    assert mappings.all() == []


def test_what_maps_nothing_is_refused(mappings: SavedMappings) -> None:
    with pytest.raises(MappingRefused, match="nothing to keep"):
        mappings.save("a", {})
    with pytest.raises(ImportRefused, match="no field 'nonsense'"):
        mappings.save("a", {"nonsense": "x"})
    for column in ("a\x00", "\udcff", "x" * 401):
        with pytest.raises(MappingRefused, match="no column"):
            mappings.save("a", {"title": column})
