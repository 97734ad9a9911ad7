"""Scoring on answers made by hand."""

from __future__ import annotations

import pytest

from service.evaluation import Result
from service.scoring import Score, Truth, calibration_error, score, score_by_kind


def answer(query: str, verdict: str, *photos: str) -> Result:
    candidates = tuple(
        {"photo": photo, "score": 1 - number / 100, "verdict": verdict} for number, photo in enumerate(photos)
    )
    return Result(query, verdict, 1.0, candidates)


def shows(kind: str, *photos: str) -> Truth:
    return Truth(kind, frozenset(photos))


def test_each_kind_is_scored_apart_and_all_together() -> None:
    truth = {
        "a": shows("screen", "1"),
        "b": shows("screen", "2"),
        "c": shows("screen"),
        "d": shows("page", "1", "2", "3", "4"),
        "e": shows("page"),
        "f": shows("page"),
    }
    others = [str(number) for number in range(10, 19)]
    results = [
        answer("a", "match", "1", "9"),
        answer("b", "possible", "9", "2"),
        answer("c", "none"),
        answer("d", "match", "3", "9", "1", *others, "2", "4"),
        answer("e", "possible", "7"),
        answer("f", "unsearchable"),
    ]
    screen, page, everything = score_by_kind(truth, results)
    assert screen == Score("screen", 2, 1, 0.5, 1.0, 1.0, 0.0)
    assert page == Score("page", 1, 2, 1.0, 0.5, 1.0, 0.5)
    assert everything.kind == "all"
    assert (everything.known, everything.unknown) == (3, 3)
    assert everything.recall == pytest.approx(2 / 3)
    assert everything.pair_recall == pytest.approx(4 / 6)
    assert everything.alarmed_known == 1.0
    assert everything.alarmed_unknown == pytest.approx(1 / 3)


def test_ten_candidates_count_for_pairs() -> None:
    truth = {"a": shows("x", "right")}
    before = [str(number) for number in range(9)]
    assert score(truth, [answer("a", "none", *before, "right")]).pair_recall == 1.0
    assert score(truth, [answer("a", "none", *before, "9", "right")]).pair_recall == 0.0


def test_where_there_is_nothing_to_take_a_share_of_there_is_none() -> None:
    truth = {"a": shows("x"), "b": shows("y", "1")}
    results = [answer("a", "match", "1"), answer("b", "none")]
    assert score(truth, results, "x") == Score("x", 0, 1, None, None, None, 1.0)
    assert score(truth, results, "y") == Score("y", 1, 0, 0.0, 0.0, 0.0, None)


def test_an_answer_to_something_else_is_no_answer() -> None:
    with pytest.raises(KeyError):
        score({"a": shows("x")}, [answer("b", "none")])


def test_probabilities_are_held_against_what_is_true_bin_by_bin() -> None:
    claims = [(0.95, True), (0.95, True), (0.91, False), (0.35, True), (0.05, False)]
    surplus = abs(0.95 + 0.95 + 0.91 - 2), abs(0.35 - 1), 0.05
    assert calibration_error(claims) == pytest.approx(sum(surplus) / 5)
    assert calibration_error([(1.0, True), (0.0, False)]) == 0.0
    assert calibration_error([]) is None


def test_the_probability_of_the_first_candidate_counts() -> None:
    def sure(query: str, *found: tuple[str, float]) -> Result:
        candidates = tuple({"photo": photo, "score": 0.5, "probability": each} for photo, each in found)
        return Result(query, "match", 1.0, candidates)

    truth = {"a": shows("x", "right"), "b": shows("x"), "c": shows("y", "right")}
    results = [sure("a", ("right", 0.9), ("other", 0.8)), sure("b", ("other", 0.3)), sure("c")]
    x, y, everything = score_by_kind(truth, results)
    assert x.calibration_error == pytest.approx((0.1 + 0.3) / 2)
    assert y.calibration_error is None
    assert everything.calibration_error == x.calibration_error
