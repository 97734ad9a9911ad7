"""Records are found by their words, on every database the same."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data import finding_rank, finding_words
from data.finding import (
    LONGEST_QUERY,
    MOST_WORDS,
    FieldHidden,
    Filters,
    FoundPage,
    PlaceUnknown,
    Query,
    WordsRefused,
    find,
    matching_ids,
)
from data.folding import fold, in_one_line
from data.register import Register
from tests.data.made import full_record, new_photograph, record


def found(register: Register, text: str, limit: int = 50, after: str = "") -> FoundPage:
    return find(register.database, Query.of(text), limit=limit, after=after)


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
    for text in (
        "Veldermond",
        "theft Veldermond",
        "police",
        "2024-11-0732",
        "council",
        "missing",
        "lemon walrus",
    ):
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


def test_fields_and_ways_of_finding_rank_and_then_the_older_object(register: Register) -> None:
    within = register.report(record("Vase", materials="earthenware with goldrings")).id
    elsewhere = register.report(record("Vase", materials="gold ring")).id
    within_title = register.report(record("Spring in a golden frame")).id
    begins_title = register.report(record("Golden rings")).id
    in_type = register.report(record("Jewel", type_path=["jewellery", "gold ring"])).id
    by_maker = register.report(record("Jewel", maker="Gold & Ring")).id
    in_title = [register.report(record(title)).id for title in ("Gold ring", "Ring, gold")]
    one_each = register.report(record("A ring", materials="gold")).id
    assert ids(register, "gold ring") == [
        *in_title, begins_title, by_maker, *sorted([in_type, one_each]), within_title, elsewhere, within,
    ]  # fmt: skip


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
    "\\horsemen",
    'horse" OR "1"',
    "horse NOT vase",
    "NEAR(horse vase)",
    "terms:horse",
    "horse & !vase",
    "horse:* | vase",
    "-horse",
    "[h]orse",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_in_a_query_is_a_wildcard_or_a_command(register: Register, text: str) -> None:
    horse = register.report(record("Horse")).id
    assert ids(register, text) == ([horse] if fold(text) == "horse" else [])
    assert ids(register, "%horse_*") == [horse]
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


@pytest.mark.parametrize(
    ("asked", "instead"),
    [
        ("rembrant", "rembrandt"),
        ("Rembrnadt", "rembrandt"),
        ("rembrannndt", "rembrandt"),
        ("Xermer", "vermer"),
        ("vemrer", "vermer"),
        ("vase", None),
        ("vace", "vase"),
        ("vsae", "vase"),
        ("vaes", "vase"),
        ("vuse vermer", "vase"),
        ("vusi", None),
        ("Vermexxxr", None),
        ("vas", None),
        ("gol", None),
        ("gld", None),
        ("K1188", None),
        ("16522", None),
        ("конв", "конь"),
    ],
)
def test_typing_errors_are_put_right_and_told(register: Register, asked: str, instead: str | None) -> None:
    vermer = register.report(record("Vermer: a vase, gold", inventory_number="K1187, 1652")).id
    rembrandt = register.report(record("Vase by Rembrandt, конь")).id
    page = found(register, asked)
    if instead is None:
        assert page.corrections == ()
        return
    (correction,) = page.corrections
    assert (correction.instead, correction.field, correction.occurs) == ((instead,), "", False)
    assert {each.id for each in page.objects} <= {vermer, rembrandt}
    assert page.total == len(page.objects) > 0


def test_the_nearest_words_are_taken_the_most_frequent_first(register: Register) -> None:
    for title in ("Madonna", "Madonne", "Madonne", "Mandolina"):
        register.report(record(title))
    assert found(register, "madonn").corrections == ()
    (correction,) = found(register, "madonnx").corrections
    assert correction.instead == ("madonne", "madonna")
    assert ids(register, "madonnx") == [1, 2, 3]


def test_where_nothing_has_all_words_those_spelt_alike_are_looked_for_too(register: Register) -> None:
    misspelt = register.report(record("Landscape", maker="Rembrant")).id
    wanted = register.report(record("Lemon", maker="Rembrandt")).id
    assert [each.id for each in found(register, "rembrant").objects] == [misspelt]
    page = found(register, "rembrant lemon")
    assert [each.id for each in page.objects] == [wanted]
    assert [(each.word, each.instead, each.occurs) for each in page.corrections] == [
        ("rembrant", ("rembrandt",), True)
    ]
    assert found(register, "rembrandt walrus").corrections == ()


def test_a_word_that_withdrawn_reports_alone_had_is_known_no_more(register: Register) -> None:
    horse = register.report(record("Horse")).id
    register.report(record("House"))
    register.amend(horse, {"status": "withdrawn"})
    (correction,) = found(register, "horze").corrections or (None,)
    assert correction is None
    (correction,) = found(register, "horse").corrections
    assert correction.instead == ("house",)


@pytest.mark.parametrize("word", ["w" * 60, "w" * 61, "w" * 200, "馬" * 95, "abc" * 60])
def test_long_words_are_found_whole_and_by_their_parts(register: Register, word: str) -> None:
    made = register.report(record("nothing", description=f"begin {'z' * 7}{word}{'y' * 31} end")).id
    alone = register.report(record("nothing", description=word)).id
    assert ids(register, word) in ([alone, made], [made, alone])
    assert ids(register, word[3:33]) in ([alone, made], [made, alone])
    assert ids(register, f"{word[:20]}q{word[20:40]}") == []


def test_a_record_as_long_as_one_may_be_is_found(register: Register) -> None:
    letters = "".join(chr(0x20000 + at) for at in range(20_000))
    texts = (
        "materials",
        "inscriptions",
        "distinguishing_features",
        "subject",
        "description",
        "related_objects",
    )
    made = register.report(record("Endless", **dict.fromkeys(texts[1:], letters), materials="bronze")).id
    assert ids(register, "endless bronze") == [made]
    assert ids(register, letters[:3]) == [made]
    register.amend(made, dict.fromkeys(texts))
    assert ids(register, "endless") == [made]


def test_parts_of_too_many_words_are_looked_for_in_the_most_frequent(
    register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding_words, "MOST_PARTS", 2)
    for title in ("aring", "bring", "bring", "cring", "cring", "ring"):
        register.report(record(title))
    assert ids(register, "ring") == [6, 2, 3, 4, 5]


def test_many_are_ranked_as_few_are(register: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    for title, maker, kind, rest in (
        ("Vase", "", "", "gold"),
        ("Gold", "", "", "vase"),
        ("x", "Vase", "gold", ""),
        ("Golden vases", "", "vase", ""),
        ("x", "Gold", "", "vase"),
        ("Gold vase", "", "", ""),
        ("Marigold", "", "vase", ""),
    ):
        fields = {"maker": maker, "type_path": [kind] if kind else [], "materials": rest}
        register.report(record(title, **fields))
    few = {text: ids(register, text) for text in ("gold vase", "gold", "vase", "vasx")}
    narrowed = find(register.database, Query.of("gold"), Filters(maker="gold")).objects
    monkeypatch.setattr(finding_rank, "READ_EACH", 0)
    assert {text: ids(register, text) for text in few} == few
    assert find(register.database, Query.of("gold"), Filters(maker="gold")).objects == narrowed


def matched(register: Register, **given: object) -> list[int]:
    page = find(register.database, None, Filters.model_validate(given))
    every = matching_ids(register.database, Filters.model_validate(given))
    assert [each.id for each in page.objects] == every.ids.tolist()
    assert page.total == every.total
    return [each.id for each in page.objects]


def test_each_field_is_asked_by_itself(register: Register) -> None:
    full = register.report(full_record()).id
    register.report(
        record(
            "panel lemons",
            maker="oysters", materials="Maarsen", subject="paintings", inscriptions="pewter", type_path=["heron"],
            description="1652 stolen Veldermond Lemon",
        )
    )  # fmt: skip
    agree = {
        "title": "LEMON pewter",
        "maker": "maarsen",
        "type": "still paint",
        "materials": "oak",
        "subject": "napkin",
        "inscriptions": "heron seal",
        "theft_place": "town Veldermond",
        "made_from": 1652,
        "made_to": 1652,
        "theft_from": "2024-11-04",
        "theft_to": "2024-11-02",
        "status": ["stolen"],
        "measurements": [{"dimension": "Height", "value": "46.5", "unit": "cm"}],
    }
    assert set(agree) == set(Filters.model_fields)
    for name, value in agree.items():
        if name not in ("status",):
            assert matched(register, **{name: value}) == [full], name
    assert matched(register, **{**agree, "theft_from": "2024-11-02"}) == [full]
    assert matched(register, status=["stolen", "missing"]) == [1, 2]
    assert matched(register, status=["recovered"]) == []
    assert matched(register) == [1, 2]
    page = find(register.database, None, Filters(maker="Marsen"))
    assert ([each.id for each in page.objects], page.corrections[0].field) == ([full], "maker")
    for wrong in ({"title": "maarsen"}, {"maker": "lemon"}, {"theft_place": "council"}, {"made_from": 1653}):
        assert matched(register, **wrong) == [], wrong


@pytest.mark.parametrize(
    ("value", "unit", "tolerance", "agrees"),
    [
        ("46.5", "cm", 0, True),
        ("465", "mm", 0, True),
        ("46.4999", "cm", 0, False),
        ("48.8", "cm", 5, True),
        ("48.9", "cm", 5, True),
        ("49.0", "cm", 5, False),
        ("44.3", "cm", 5, True),
        ("44.2", "cm", 5, False),
        ("18.3071", "in", "0.01", True),
        ("1.5256", "ft", "0.01", True),
        ("0.1", "mm", 100, False),
        ("9999999", "m", 100, True),
    ],
)
def test_measurements_agree_within_a_tolerance_in_any_unit(
    register: Register, value: str, unit: str, tolerance: object, agrees: bool
) -> None:
    sizes = [
        {"dimension": "height", "value": "46.5", "unit": "cm"},
        {"dimension": "weight", "value": 2, "unit": "lb"},
    ]
    register.report(record("Vase", measurements=sizes))
    asked = {"dimension": "height", "value": value, "unit": unit, "tolerance": tolerance}
    assert matched(register, measurements=[asked]) == ([1] if agrees else [])
    weight = {"dimension": "weight", "value": "907.18474", "unit": "g", "tolerance": 0}
    assert matched(register, measurements=[{**weight, "value": "907.1847", "tolerance": "0.001"}]) == [1]
    assert matched(register, measurements=[weight | {"value": "46.5"}]) == []
    assert matched(register, measurements=[asked | {"dimension": "width"}]) == []


def test_periods_overlap_and_may_be_open_on_one_side(register: Register) -> None:
    for earliest, latest in (
        (1600, 1650),
        (1650, 1700),
        (None, 1640),
        (1690, None),
        (None, None),
        (-500, -400),
    ):
        register.report(record("Vase", date={"text": "then", "earliest": earliest, "latest": latest}))
    assert matched(register, made_from=1650, made_to=1650) == [1, 2]
    assert matched(register, made_from=1651) == [2, 4]
    assert matched(register, made_to=1600) == [1, 3, 6]
    assert matched(register, made_from=-450, made_to=-450) == [3, 6]
    assert matched(register, made_from=9999) == [4]


def test_what_may_not_be_seen_cannot_be_asked_for(register: Register) -> None:
    register.report(full_record())
    hidden = {"theft.place", "theft.circumstances", "case_reference"}
    for find_so in (
        lambda filters: find(register.database, None, filters, hidden=hidden),
        lambda filters: matching_ids(register.database, filters, hidden=hidden),
    ):
        with pytest.raises(FieldHidden, match=r"theft_place.*registrar"):
            find_so(Filters(theft_place="Veldermond", maker="x"))
        assert find_so(Filters(theft_from="2024-11-02")).total == 1
    with pytest.raises(FieldHidden, match="theft_from, theft_to"):
        find(
            register.database,
            None,
            Filters(theft_from="2024-11-02", theft_to="2024-11-02"),
            hidden={"theft.latest"},
        )
    with pytest.raises(FieldHidden, match="words"):
        find(register.database, Query.of("lemon"), hidden={"description"})
    assert find(register.database, Query.of("lemon"), hidden=hidden).total == 1


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"maker": "%"}, "no word"),
        ({"maker": "x" * 201}, "201 characters"),
        ({"title": " ".join(f"w{at}" for at in range(21))}, "21 words"),
        ({"made_from": 1700, "made_to": 1600}, "swap"),
        ({"theft_from": "2024-02-02", "theft_to": "2024-02-01"}, "swap"),
        ({"made_from": True}, "integer"),
        ({"made_from": "1600"}, "integer"),
        ({"theft_from": 5}, "no day"),
        ({"status": ["gone"]}, "stolen"),
        ({"colour": "red"}, "not permitted"),
        ({"measurements": [{"dimension": "height", "value": 5, "unit": "kg"}]}, "height cannot"),
        ({"measurements": [{"dimension": "height", "value": 5, "unit": "cm", "tolerance": 101}]}, "100"),
        ({"measurements": [{"dimension": "height", "value": "nan", "unit": "cm"}]}, "finite"),
        ({"measurements": [{"dimension": "height", "value": 5, "unit": "cm"}] * 11}, "at most 10"),
    ],
)
def test_filters_that_cannot_be(given: dict[str, object], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        Filters.model_validate(given)
