"""The vocabulary: every term can be found by every label, and leads somewhere."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.folding import fold
from data.vocabulary.terms import (
    GENRES,
    MOST_SUGGESTED,
    Kind,
    Language,
    Term,
    TermUnknown,
    Vocabulary,
    materials,
    types,
    vocabulary,
)

BOTH = [types(), materials()]
both = pytest.mark.parametrize("words", BOTH, ids=[kind.value for kind in Kind])


def key_of(term: Term | None) -> str:
    assert term is not None
    return term.key


@both
def test_keys_are_plain_and_each_is_there_once(words: Vocabulary) -> None:
    keys = [term.key for term in words.terms]
    assert len(keys) == len(set(keys)) > 150
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", key) for key in keys)


@both
def test_broader_terms_are_there_and_no_path_is_a_circle(words: Vocabulary) -> None:
    parents = {term.key: term.parent for term in words.terms}
    for key in parents:
        seen = [key]
        while parent := parents[seen[-1]]:
            assert parent in parents, key
            assert parent not in seen, key
            seen.append(parent)
        assert [each.key for each in words.path(words.get(key))] == seen[::-1]


@both
def test_identifiers_have_the_thesaurus_s_form_and_none_stands_twice(words: Vocabulary) -> None:
    identifiers = [term.aat for term in words.terms if term.aat]
    assert len(identifiers) == len(set(identifiers)) > 100
    assert all(re.fullmatch(r"300\d{6}", each, re.ASCII) for each in identifiers)


@both
def test_every_label_of_every_language_names_its_term(words: Vocabulary) -> None:
    for term in words.terms:
        assert set(term.labels) == set(Language)
        for language, labels in term.labels.items():
            assert labels, (term.key, language)
            for label in labels:
                for written in (label, label.upper(), f"  {fold(label)}. "):
                    assert words.find(written, language) == term, (language, written)
        assert words.find(term.label()) == term, "English is asked first"


@pytest.mark.parametrize(
    ("label", "key"),
    [
        ("Painting", "paintings"),
        ("ICÔNE", "icons"),
        ("icone", "icons"),
        ("relojes de bolsillo", "pocket-watches"),
        ("orologio da tasca", "pocket-watches"),
        ("Taschenuhr", "pocket-watches"),
        ("montre à gousset", "pocket-watches"),
        ("armor", "armour"),
        ("Holzschnitt", "woodcuts"),
        ("ex-voto", "votive-objects"),
        ("ex voto", "votive-objects"),
    ],
)
def test_words_as_people_write_them(label: str, key: str) -> None:
    assert key_of(types().find(label)) == key


def test_a_word_of_two_languages_means_what_the_language_says() -> None:
    assert key_of(types().find("vaso", Language.it)) == "vases"
    assert types().find("vaso", Language.es) is None
    assert key_of(types().find("cartes", Language.fr)) == "maps"
    assert types().find("cartes", Language.de) is None


@pytest.mark.parametrize(
    "identifier",
    ["300033945", " aat:300033945", "http://vocab.getty.edu/aat/300033945", "https://x/300033945/"],
)
def test_a_term_is_found_by_its_identifier(identifier: str) -> None:
    assert key_of(types().by_aat(identifier)) == "icons"


@pytest.mark.parametrize("identifier", ["", " ", "300000000", "icons", "aat:", "/", "9" * 10_000])
def test_an_identifier_that_no_term_has(identifier: str) -> None:
    assert types().by_aat(identifier) is None


@given(st.text(), st.sampled_from([None, *Language]), st.sampled_from(BOTH))
def test_any_text_can_be_asked_for(text: str, language: Language | None, words: Vocabulary) -> None:
    found = words.find(text, language)
    if found is not None:
        labels = found.labels.values() if language is None else [found.labels[language]]
        assert fold(text) in {fold(label) for each in labels for label in each}
    assert words.find(fold(text), language) == found
    suggested = words.suggest(text, language)
    assert all(f" {fold(text)}" in f" {fold(each.label)}" for each in suggested)
    assert len({each.term.key for each in suggested}) == len(suggested) <= 10
    for term in words.terms_in(text, language):
        assert words.get(term.key) == term


def test_no_label_and_no_text_names_nothing() -> None:
    for text in ("", "  ", ".,!", "\u0301", "x" * 100_000):
        assert types().find(text) is None
        assert types().suggest(text) == ()
        assert types().terms_in(text) == ()


def test_suggestions_are_words_that_begin_so_first_words_first() -> None:
    found = types().suggest("glass", Language.en)
    assert [each.term.key for each in found[:2]] == ["glass", "glass-vessels"]
    assert "stained-glass" in {each.term.key for each in found}
    assert {each.language for each in types().suggest("Ölg", Language.de)} == {Language.de}
    assert types().suggest("Ölg", Language.fr) == ()
    assert len(types().suggest("p", limit=1)) == 1
    assert len(types().suggest("p", limit=10_000)) == MOST_SUGGESTED
    assert len(types().suggest("p", limit=-5)) == 1


@pytest.mark.parametrize(
    ("levels", "key"),
    [
        (("paintings", "oil paintings", "still lifes"), "oil-paintings"),
        (("still lifes",), "still-lifes"),
        (("drawings", "portraits"), "drawings"),
        (("textiles", "carpets", "prayer niche carpet with lamps"), "carpets"),
        (("archaeological objects", "amphora"), "amphorae"),
        (("Gemälde", "Ikone"), "icons"),
    ],
)
def test_what_a_type_says_is_its_most_special_term(levels: tuple[str, ...], key: str) -> None:
    assert key_of(types().term_of(levels)) == key


def test_a_type_of_free_text_says_nothing() -> None:
    assert types().term_of(()) is None
    assert types().term_of(("thing", "other thing")) is None
    assert types().terms_of(("thing", "icons")) == (types().get("icons"),)


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("oil on canvas", ["oil-paint", "canvas"]),
        ("oil on oak panel, bevelled", ["oil-paint", "oak"]),
        ("oil or tempera", ["oil-paint", "tempera"]),
        ("bronze doré, marbre", ["gilt-bronze", "marble"]),
        ("Öl auf Leinwand", ["oil-paint", "canvas"]),
        ("tempera su tavola, foglia d'oro", ["tempera", "panel", "gold-leaf"]),
        ("gold, gold, gold leaf", ["gold", "gold-leaf"]),
    ],
)
def test_materials_are_read_out_of_a_text(text: str, keys: list[str]) -> None:
    assert [term.key for term in materials().terms_in(text)] == keys


def test_terms_lie_within_their_broader_ones() -> None:
    frescoes = types().get("frescoes")
    assert types().is_within(frescoes, "paintings")
    assert types().is_within(frescoes, "frescoes")
    assert not types().is_within(frescoes, "drawings")
    assert frescoes in types().narrower("mural-paintings")
    assert {term.parent for term in types().narrower()} == {""}
    assert types().narrower("frescoes") == types().narrower("nothing") == ()


def test_a_key_that_no_term_has() -> None:
    with pytest.raises(TermUnknown, match="no term 'paintingz'"):
        types().get("paintingz")


def test_the_tables_are_read_once() -> None:
    assert vocabulary(Kind.types) is types()
    assert key_of(types().find("genres")) == GENRES
    assert types().get("icons").aat_uri == "http://vocab.getty.edu/aat/300033945"
    assert types().get("violins").aat_uri == ""
