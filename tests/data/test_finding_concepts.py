"""Type and materials are found by what they mean too: whatever comparing them calls agreeing, on every database."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterable, Sequence

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from data import finding_rank
from data.field_comparison import compare_fields
from data.field_outcome import Outcome
from data.filters import Filters
from data.finding import FieldHidden, find, matching_ids
from data.finding_concepts import JOINING
from data.folding import fold
from data.object_id import ObjectRecord
from data.query import Query
from data.register import Register
from data.vocabulary.terms import GENRES, Language, Vocabulary, materials, types
from tests.data.made import record

JOINED = {
    Language.en: (" on ", " and ", " with "),
    Language.fr: (" sur ", " et ", " à la "),
    Language.es: (" sobre ", " y ", " con "),
    Language.it: (" su ", " e ", " con "),
    Language.de: (" auf ", " und ", " mit "),
}
INDEXED = "8f2dc6fd7f6dfa7e"
"""The vocabulary with which migration 0009 makes the index anew, by its digest."""


def labels(words: Vocabulary, language: Language) -> list[str]:
    return [label for term in words.terms for label in term.labels[language]]


def registered() -> Iterable[ObjectRecord]:
    """A record for each term, by a label of any language, some with broader terms, with others, and with free text."""
    chance = random.Random(5)
    genres = [term for term in types().terms if types().is_within(term, GENRES)]
    for at, term in enumerate(types().terms):
        language = chance.choice(list(Language))
        levels = [chance.choice(each.labels[language]) for each in types().path(term)]
        kind = [levels, levels[-1:], [f"a fine {levels[-1]}"], [chance.choice(genres).label(), *levels[-1:]]]
        made_of = chance.sample(labels(materials(), language), at % 3)
        said = chance.choice(JOINED[language]).join(made_of) + chance.choice(("", " (worn)"))
        yield record(f"no. {at}", type_path=chance.choice(kind), materials=said)
    for at, term in enumerate(materials().terms):
        label = chance.choice(term.labels[chance.choice(list(Language))])
        yield record(f"no. {at}", type_path=["thing"], materials=f"part {label}".upper())


RECORDS = tuple(registered())


def filled(register: Register) -> Register:
    if not register.page(limit=1):
        with register.writing() as writer:
            for each in RECORDS:
                writer.add(each, [])
    return register


@st.composite
def asked_texts(draw: st.DrawFn, words: Vocabulary) -> str:
    language = draw(st.sampled_from(list(Language)))
    some = draw(st.lists(st.sampled_from(labels(words, language)), min_size=1, max_size=2))
    text = draw(st.sampled_from([*JOINED[language], ", ", " > "])).join(some)
    return draw(st.sampled_from([text, text.upper(), fold(text)]))


ASKED = st.one_of(
    st.builds(lambda text: ("type", types(), text), asked_texts(types())),
    st.builds(lambda text: ("materials", materials(), text), asked_texts(materials())),
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(asked=ASKED)
def test_whatever_is_called_agreeing_is_found(register: Register, asked: tuple[str, Vocabulary, str]) -> None:
    field, words, text = asked
    named = {word for _, some in words.named_in(text) for word in some}
    assume(not set(fold(text).split()) - named - JOINING)
    filters = Filters.model_validate({field: text})
    agreeing = {at + 1 for at, each in enumerate(RECORDS) if agrees(filters, each)}
    assert agreeing <= set(matching_ids(filled(register).database, filters).ids.tolist())


def agrees(filters: Filters, one: ObjectRecord) -> bool:
    (compared,) = compare_fields(filters, one)
    return compared.outcome is Outcome.agrees


def found(register: Register, **asked: str) -> list[int]:
    page = find(register.database, None, Filters.model_validate(asked))
    assert page.corrections == ()
    return [each.id for each in page.objects]


def kept(register: Register, *kinds: Sequence[str], materials: Sequence[str] = ()) -> None:
    for kind in kinds:
        register.report(record("An object", type_path=kind))
    for each in materials:
        register.report(record("An object", materials=each))


def test_a_kind_is_found_in_any_language_from_above_and_from_below(register: Register) -> None:
    kept(
        register,
        ["watercolours"],
        ["Aquarell"],
        ["tableau"],
        ["Zeichnung"],
        ["painting, watercolour"],
        ["thing"],
        ["oil painting"],
    )
    assert found(register, type="acquerello") == [1, 2, 3, 5]
    assert found(register, type="painting") == [5, 7, 1, 2, 3]
    assert found(register, type="drawing") == [4]
    assert found(register, type="large painting") == []
    assert found(register, type="thing") == [6]


def test_what_a_picture_shows_counts_where_one_of_the_two_tells_no_thing(register: Register) -> None:
    kept(register, ["oil paintings", "portraits"], ["Porträt"], ["sculpture", "portrait"], ["still life"])
    assert found(register, type="ritratto") == [1, 2, 3]
    assert found(register, type="painted portrait") == []
    assert found(register, type="painting: portrait") == [1, 2]
    assert found(register, type="nature morte") == [4]


def test_where_an_object_belongs_is_found_if_nothing_more_is_asked(register: Register) -> None:
    kept(register, ["Kelch"], ["religious objects"], ["vase"])
    assert found(register, type="objets religieux") == [1, 2]
    assert found(register, type="religious objects, chalice") == [1]
    (compared,) = compare_fields(Filters(type="objets religieux"), record("x", type_path=["Kelch"]))
    assert (compared.outcome, "chalices under religious objects" in compared.words) == (Outcome.agrees, True)


def test_every_material_that_is_asked_must_be_there_and_every_other_word_too(register: Register) -> None:
    kept(
        register,
        materials=["Öl auf Leinwand", "oil on canvas", "oil", "huile sur toile, verso signé", "Bronze"],
    )
    assert found(register, materials="oil on canvas") == [2, 1, 4]
    assert found(register, materials="olio, signe") == [4]
    assert found(register, materials="gilded bronze horse") == []
    register.report(record("An object", materials="vergoldete Bronze: horse"))
    assert found(register, materials="bronze horse") == [6]


def test_the_word_itself_comes_first_and_many_are_ranked_as_few_are(
    register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept(
        register,
        ["Wandgemälde"],
        ["overpainting"],
        ["Gemälde"],
        ["paintings"],
        ["watercolour painting"],
        ["painting"],
    )
    assert found(register, type="painting") == [5, 6, 4, 1, 3, 2]
    monkeypatch.setattr(finding_rank, "READ_EACH", 0)
    assert found(register, type="painting") == [5, 6, 4, 1, 3, 2]


def test_a_word_that_the_vocabulary_knows_is_not_put_right(register: Register) -> None:
    kept(register, ["watercolours"], ["aquarel"], materials=["Brnoze"])
    assert found(register, type="Aquarell") == [1]
    assert found(register, materials="bronze") == []
    assert found(register, type="Aquarell", materials="bronze") == []
    page = find(register.database, None, Filters(type="watercolurs"))
    assert [each.id for each in page.objects] == [1]
    assert [each.instead for each in page.corrections] == [("watercolours",)]


def test_concepts_are_no_words_and_are_hidden_with_their_field(register: Register) -> None:
    kept(register, ["Aquarell"], materials=["Öl"])
    for text in ("yw_watercolours", "watercolours", "paintings", "yj_paintings", "oil"):
        assert find(register.database, Query.of(text)).total == 0
    with pytest.raises(FieldHidden, match="type"):
        matching_ids(register.database, Filters(type="painting"), hidden={"type_path"})


def test_who_changes_the_vocabulary_has_registers_indexed_anew() -> None:
    digest = hashlib.sha256()
    for term in (*types().terms, *materials().terms):
        said = (f"{language}: {'|'.join(term.labels[language])}" for language in Language)
        digest.update(f"{term.key} < {term.parent}: {', '.join(said)}\n".encode())
    assert digest.hexdigest()[:16] == INDEXED, (
        "Registers hold concepts of another vocabulary: add a migration that calls index_everything, and note this one."
    )
