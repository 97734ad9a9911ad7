"""Records are found by their words, on every database the same."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.finding import (
    LONGEST_QUERY,
    MOST_WORDS,
    FoundPage,
    PlaceUnknown,
    Query,
    WordsRefused,
    find_by_words,
)
from data.folding import fold, in_one_line
from data.register import Register
from tests.data.made import full_record, new_photograph, record


def found(register: Register, text: str, limit: int = 50, after: str = "") -> FoundPage:
    return find_by_words(register.database, Query.of(text), limit, after)


def ids(register: Register, text: str) -> list[int]:
    page = found(register, text)
    assert page.total == len(page.objects)
    assert page.after == ""
    return [each.id for each in page.objects]


def test_every_field_that_says_something_of_the_object_is_searched_and_the_case_is_not(
    register: Register,
) -> None:
    register.report(record("Something else"))
    reported = register.report(full_record(), [new_photograph(1)])
    for text in (
        "pewter", "lifes paintings", "bevelled", "wax heron", "lemon corner repair",
        "half-peeled napkin", "1652", "Maarsen", "dented", "K 1187", "1931", "Haarlem", "Walnuts pendant",
        "oysters Maarsen panel Haarlem",
    ):  # fmt: skip
        assert found(register, text).objects == (reported,), text
    for text in ("Veldermond", "police", "2024-11-0732", "council", "missing", "lemon walrus"):
        assert ids(register, text) == [], text


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("Peder Severin Krøyer", "KROYER"),
        ("Café Procope, vue d\u2019été", "cafe ete"),
        ("Cafe", "cafe\u0301"),
        ("STRASSE", "straße"),
        ("Mała łódka", "MALA LODKA"),
        ("Άγαλμα αλόγου", "ΑΓΑΛΜΑ"),
        ("Медный конь", "конь".upper()),
        ("\uff22ronze \uff11\uff12", "bronze 12"),
        ("銅馬", "馬"),
        ("İstanbul manzaras\u0131", "istanbul MANZARASI"),
        ("Bronzepferd", "pferd"),
        ("L'or", "or l"),
    ],
)
def test_case_accents_and_place_in_a_word_do_not_matter(register: Register, written: str, asked: str) -> None:
    register.report(record("nothing of the kind"))
    in_title = register.report(record(written)).id
    in_type = register.report(record("Ziege", type_path=["things", written])).id
    assert ids(register, asked) == [in_title, in_type]


def test_the_title_comes_first_then_whole_words_then_the_older_object(register: Register) -> None:
    within = register.report(record("Vase", materials="earthenware with goldrings")).id
    elsewhere = register.report(record("Vase", materials="gold ring")).id
    within_title = register.report(record("Spring in a golden frame")).id
    in_title = [register.report(record(title)).id for title in ("Gold ring", "Ring, gold")]
    one_each = register.report(record("A ring", materials="gold")).id
    assert ids(register, "gold ring") == [*in_title, *sorted([within_title, one_each]), elsewhere, within]


def test_pages_follow_one_another_whatever_happens_between(register: Register) -> None:
    made = [
        register.report(record("Horse" if at % 3 else "Vase", description="a horse")).id for at in range(10)
    ]
    whole = found(register, "horse", 10)
    assert (whole.total, whole.after) == (10, "")
    order = [each.id for each in whole.objects]
    assert sorted(order) == made
    seen, after, pages = [], "", 0
    while pages < 10:
        page = found(register, "horse", 3, after)
        seen += [each.id for each in page.objects]
        after, pages = page.after, pages + 1
        if not after:
            break
        # the one that the next page goes on behind is gone by then
        register.amend(page.objects[-1].id, {"status": "withdrawn"})
    assert (seen, pages) == (order, 4)


@pytest.mark.parametrize(
    "after", ["x", "1", "-1-2", "1-99999999999", "1-4294967296", "\0", "1-2 ", "²-1", "0-1\n"]
)
def test_a_place_that_no_page_was_answered_with(register: Register, after: str) -> None:
    with pytest.raises(PlaceUnknown, match="page"):
        found(register, "horse", 3, after)


def test_withdrawn_reports_are_not_found_and_recovered_objects_are(register: Register) -> None:
    horse = register.report(record("Horse")).id
    register.amend(horse, {"status": "recovered"})
    assert ids(register, "horse") == [horse]
    register.amend(horse, {"status": "withdrawn"})
    assert ids(register, "horse") == []
    register.amend(horse, {"status": "missing"})
    assert ids(register, "horse") == [horse]


HOSTILE = [
    "h%rse",
    "h_rse",
    "%horse%x",
    "'; DROP TABLE objects; --",
    "horse' OR '1'='1",
    "\\horses",
    "[h]orse",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_in_a_query_is_a_wildcard_or_a_command(register: Register, text: str) -> None:
    horse = register.report(record("Horse")).id
    assert ids(register, text) == []
    assert ids(register, "%horse_") == [horse]
    assert ids(register, "horse\0\u202e\ud800 🐎") == [horse]


@pytest.mark.parametrize("text", ["", " ", "%", "_%_", "\0", "🐎🐎", "\ud800", "...", "\u0301"])
def test_a_query_without_a_word_is_refused(text: str) -> None:
    with pytest.raises(WordsRefused, match="at least one"):
        Query.of(text)


def test_long_queries_are_refused_and_say_what_is_taken() -> None:
    many = [chr(ord("a") + at) for at in range(MOST_WORDS)]
    assert Query.of(" ".join([*many, *many])).words == tuple(many)
    with pytest.raises(WordsRefused, match=f"{MOST_WORDS + 1} words; at most {MOST_WORDS}"):
        Query.of(" ".join([*many, "zz"]))
    assert Query.of("x" * LONGEST_QUERY).words == ("x" * LONGEST_QUERY,)
    for text in ("x" * (LONGEST_QUERY + 1), "word " * 10_000):
        with pytest.raises(WordsRefused, match=f"at most {LONGEST_QUERY}"):
            Query.of(text)


@given(st.text(max_size=60))
def test_folding_leaves_words_only_and_nothing_more_to_fold(text: str) -> None:
    folded = fold(text)
    assert folded == " ".join(folded.split())
    assert fold(folded) == folded
    assert all(each == " " or each.isalnum() or unicodedata.category(each)[0] == "M" for each in folded)
    assert fold(unicodedata.normalize("NFD", text)) == folded
    assert in_one_line(text).isprintable()
