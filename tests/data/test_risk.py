"""The Red Lists: their data is sound, and a record is flagged by its origin together with its type or period."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.folding import fold
from data.object_id import EXAMPLE, ObjectRecord
from data.vocabulary.red_lists import red_lists
from data.vocabulary.risk import NO_MATCH, Aspect, RiskFlag, risk_flags
from data.vocabulary.terms import types

CATEGORIES = [(each, category) for each in red_lists() for category in each.categories]


def flags(**fields: Any) -> tuple[RiskFlag, ...]:
    return risk_flags(ObjectRecord.model_validate({"title": "Object", **fields}))


def names(**fields: Any) -> set[str]:
    return {flag.category.name for flag in flags(**fields)}


def test_lists_have_keys_years_and_categories() -> None:
    keys = [each.key for each in red_lists()]
    assert len(keys) == len(set(keys))
    assert all(2000 <= each.year <= 2030 and each.title and each.region for each in red_lists())
    assert [each.year for each in red_lists()] == sorted(each.year for each in red_lists())
    assert {
        "africa",
        "iraq",
        "afghanistan",
        "peru",
        "cambodia",
        "china",
        "egypt",
        "syria",
        "yemen",
        "ukraine",
    } <= set(keys)


@pytest.mark.parametrize(("red_list", "category"), CATEGORIES, ids=lambda each: getattr(each, "name", None))
def test_a_category_names_terms_words_a_period_in_order_and_a_note(red_list: Any, category: Any) -> None:
    for key in category.types:
        types().get(key)
    words = (*category.cultures.written, *category.places.written)
    assert words
    assert all(len(fold(word)) > (3 if word.endswith("*") else 2) for word in words)
    assert category.first is None or category.last is None or category.first < category.last
    assert category.note.endswith(".")


@pytest.mark.parametrize(("red_list", "category"), CATEGORIES, ids=lambda each: getattr(each, "name", None))
def test_an_object_right_out_of_a_category_falls_in_it(red_list: Any, category: Any) -> None:
    if not category.types or category.first is None:
        return
    word = (category.places.written or category.cultures.written)[0].removesuffix("*")
    label = types().get(category.types[0]).label()
    found = flags(type_path=[label], place_of_origin=word, date={"earliest": category.first})
    mine = [flag for flag in found if (flag.list, flag.category) == (red_list, category)]
    assert [flag.agreed for flag in mine] == [(Aspect.type, Aspect.origin, Aspect.period)]


def test_a_nok_terracotta_is_flagged_and_the_flag_says_why_and_that_it_is_no_match() -> None:
    nok, *_ = flags(title="Nok head", type_path=["sculpture", "terracottas"])
    assert (nok.list.key, nok.category.name) == ("africa", "Nok terracottas")
    assert (nok.agreed, nok.unknown) == ((Aspect.type, Aspect.origin), (Aspect.period,))
    assert "\u201cNok\u201d" in nok.why
    assert "does not tell the period" in nok.why
    assert "not a match" in NO_MATCH


def test_the_type_alone_or_with_the_period_is_never_flagged() -> None:
    flagged = set()
    for key in {key for _, category in CATEGORIES for key in category.types}:
        path = [term.label() for term in types().path(types().get(key))]
        if flags(type_path=path) or flags(type_path=path, date={"earliest": -300, "latest": 1300}):
            flagged.add(key)
    assert flagged == {"andean-textiles", "coptic-textiles"}, "their very names tell the origin"


def test_the_origin_alone_is_not_flagged() -> None:
    assert flags(place_of_origin="Egypt") == ()
    assert flags(title="Nok", place_of_origin="Nigeria") == ()


def test_what_differs_is_not_flagged() -> None:
    flagged = {"type_path": ["vessels", "vases"], "place_of_origin": "Peru", "date": {"earliest": 500}}
    assert "Ancient Peruvian pottery" in names(**flagged)
    assert names(**{**flagged, "date": {"earliest": 1950, "latest": 1950}}) == set()
    assert names(**{**flagged, "date": {"text": "1950"}}) == set(), "years are read out of the text"
    assert "Ancient Peruvian pottery" not in names(**{**flagged, "type_path": ["photographs"]})
    assert names(**{**flagged, "place_of_origin": "Delft"}) == set()


def test_a_type_that_is_only_general_leaves_it_unknown() -> None:
    for general in (["archaeological objects"], ["ceremonial thing"], []):
        found = flags(type_path=general, place_of_origin="Palmyra", date={"earliest": 150, "latest": 200})
        assert found, general
        assert all(
            flag.unknown == (Aspect.type,) for flag in found if "archaeological" not in str(flag.category)
        )
    assert flags(type_path=["paintings"], place_of_origin="Palmyra", date={"earliest": 150}) == ()


@pytest.mark.parametrize(
    ("place", "region"),
    [
        ("Égypte, Saqqarah", "egypt"), ("ägyptisch", "egypt"), ("Egitto", "egypt"), ("Kambodscha", "cambodia"),
        ("Camboya", "cambodia"), ("périgueux, Pérou", "peru"), ("Jemen", "yemen"), ("Siria", "syria"),
        ("Libia", "libya"), ("IRAK", "iraq"), ("Afganistán", "afghanistan"), ("Cina", "china"), ("Ucrania", "ukraine"),
        ("Bulgarien", "south-east-europe"), ("Brasilien", "brazil"), ("Kolumbien", "colombia"), ("Haïti", "haiti"),
    ],
)  # fmt: skip
def test_countries_are_known_in_five_languages(place: str, region: str) -> None:
    found = flags(
        type_path=["sculpture", "heads"], place_of_origin=place, date={"earliest": -100, "latest": 1900}
    )
    assert region in {flag.list.key for flag in found}


@pytest.mark.parametrize(
    "place",
    [
        "Perugia",
        "Chinon",
        "Marburg",
        "Nokia",
        "Umbria",
        "S\u00e3o Paulo",
        "Malta",
        "Royal Academy",
        "St Albans",
    ],
)
def test_places_that_only_begin_alike_are_others(place: str) -> None:
    assert (
        flags(type_path=["sculpture"], place_of_origin=place, date={"earliest": -100, "latest": 1900}) == ()
    )


def test_a_country_in_a_title_tells_what_is_shown() -> None:
    scene = {"title": "The Flight into Egypt", "type_path": ["religious objects", "icons"]}
    assert "egypt" not in {flag.list.key for flag in flags(**scene, date={"earliest": 1600, "latest": 1650})}


def test_the_surest_flags_come_first() -> None:
    found = flags(
        type_path=["sculpture"],
        maker="Khmer",
        place_of_origin="Angkor",
        date={"earliest": 900, "latest": 1100},
    )
    assert [len(flag.unknown) for flag in found] == sorted(len(flag.unknown) for flag in found)
    assert found[0].category.name == "Khmer stone sculpture"


def test_an_ordinary_painting_has_no_flag() -> None:
    assert risk_flags(ObjectRecord.model_validate(EXAMPLE)) == ()


@given(
    st.lists(
        st.text(min_size=1, max_size=30).filter(lambda text: text.strip() and text.isprintable()), max_size=4
    ),
    st.text(max_size=60).filter(str.isprintable),
    st.none() | st.integers(-4000, 2000),
)
def test_any_record_can_be_compared(levels: list[str], place: str, year: int | None) -> None:
    for flag in flags(type_path=levels, place_of_origin=place, maker=place, date={"earliest": year}):
        assert Aspect.origin in flag.agreed
        assert len(flag.agreed) + len(flag.unknown) == len(Aspect)
        assert len(flag.agreed) >= 2
