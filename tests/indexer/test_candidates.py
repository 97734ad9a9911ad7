"""What several photos say is decided for each object, and each registered photograph is answered once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import permutations
from math import isfinite

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.answer import Candidate
from indexer.candidates import DECIMALS, candidate_of, decided, strongest
from indexer.clues import clues_of
from indexer.compare import Evidence, Place, hull
from indexer.decide import AlertLevel, Verdict, score, verdict
from models.agreement import Agreement
from models.calibrate import probability
from models.verify import Part, Verification
from tests.indexer.counted import ALERTS, BESIDE, MATCH, SILENT, calibration, odds
from tests.indexer.test_clues import QUALITY, evidence

DEALER = AlertLevel.dealer


NINE = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)


def said(photo: int, photograph: int, log_odds: float, shows: int | None = None) -> Candidate:
    """What a searched photo says of a photograph it agrees with, which shows an object of its own unless said."""
    made = candidate_of(photo, photograph, shows or 100 + photograph, None, 0.0, {}, log_odds)
    return replace(made, mapping=NINE)


def answered(*given_: Candidate, level: AlertLevel = DEALER) -> dict[int, Candidate]:
    """By photograph, in order."""
    made = decided(given_, calibration(), level)
    by_photograph = {one.photograph_id: one for one in made}
    assert len(by_photograph) == len(made)
    return by_photograph


class TestOnePhoto:
    def test_what_it_says_stays_as_it_is(self) -> None:
        made = answered(said(0, 1, 0.1), said(0, 2, -2.7), said(0, 3, 5.3))
        assert {at: one.log_odds for at, one in made.items()} == {3: 5.3, 1: 0.1, 2: -2.7}
        for one in made.values():
            assert one.score == round(score(one.log_odds), DECIMALS)
            assert one.probability == round(probability(one.log_odds), DECIMALS)
            assert one.also == ()

    @given(st.floats(-50, 50), st.floats(-50, 50))
    def test_also_if_the_object_has_another_photograph(self, one: float, other: float) -> None:
        made = answered(said(0, 1, one, 9), said(0, 2, other, 9))
        assert (made[1].log_odds, made[2].log_odds) == (one, other)

    def test_the_surest_comes_first_and_of_equals_the_older(self) -> None:
        made = decided(
            [said(0, 7, 1.0), said(0, 3, 1.0), said(0, 9, 2.0), said(0, 1, -1.0)], calibration(), DEALER
        )
        assert [one.photograph_id for one in made] == [9, 3, 7, 1]

    def test_those_whose_scores_look_equal_stand_in_the_order_of_what_they_are(self) -> None:
        made = decided([said(0, 1, 300.0), said(0, 2, 301.0)], calibration(), DEALER)
        assert made[0].score == made[1].score == 1
        assert [one.photograph_id for one in made] == [2, 1]

    def test_nothing_is_decided_of_nothing(self) -> None:
        assert decided([], calibration(), DEALER) == ()
        assert strongest(()) is Verdict.none


class TestSeveralPhotos:
    def test_each_photograph_is_shown_by_the_photo_that_says_most_for_it(self) -> None:
        made = answered(said(0, 1, 1.0), said(1, 1, 3.0), said(2, 1, -2.0), said(0, 2, 4.0), said(1, 2, 0.0))
        assert {at: one.photo for at, one in made.items()} == {1: 1, 2: 0}

    def test_of_photos_that_say_as_much_the_first_shows_it(self) -> None:
        assert answered(said(0, 1, 3.0), said(1, 1, 3.0))[1].photo == 0

    def test_what_the_others_say_is_added_by_hand(self) -> None:
        made = answered(said(0, 1, 1.0), said(1, 1, 3.0), said(2, 1, -2.0))
        assert made[1].log_odds == 3 + BESIDE * ((1 - SILENT) + (-2 - SILENT))

    def test_all_photographs_of_an_object_are_raised_alike(self) -> None:
        made = answered(said(0, 1, 2.0, 9), said(1, 2, 3.0, 9), said(0, 3, -4.0, 9), said(1, 3, -5.0, 9))
        raised = BESIDE * (2 - SILENT)
        assert {at: one.log_odds for at, one in made.items()} == {
            1: 2 + raised,
            2: 3 + raised,
            3: -4 + raised,
        }

    def test_an_object_with_many_photographs_is_raised_no_more(self) -> None:
        few = answered(said(0, 1, 2.0, 9), said(1, 1, 3.0, 9))
        many = answered(*(said(at % 2, at + 1, 2.0 + at % 2, 9) for at in range(40)))
        assert max(one.log_odds for one in many.values()) == few[1].log_odds

    def test_other_objects_stay_as_they_are(self) -> None:
        alone = answered(said(0, 5, 1.5))
        made = answered(said(0, 5, 1.5), said(0, 1, 2.0), said(1, 1, 3.0))
        assert made[5] == alone[5]

    @given(st.floats(-1e3, 1e3), st.floats(-1e3, SILENT))
    def test_a_photo_that_says_nothing_of_it_takes_nothing_away(self, one: float, silent: float) -> None:
        alone = answered(said(0, 1, one))[1]
        made = answered(said(0, 1, one), said(1, 1, min(one, silent)), said(1, 2, 4.0))[1]
        assert made == alone

    def test_two_that_doubt_alone_are_sure_together(self) -> None:
        alone = [answered(said(at, 1, 0.2))[1] for at in (0, 1)]
        together = answered(said(0, 1, 0.2), said(1, 1, 0.2))[1]
        assert [one.verdict for one in alone] == [Verdict.possible] * 2
        assert together.verdict is Verdict.match

    def test_those_in_which_it_would_be_found_alone_are_named(self) -> None:
        alert = odds(ALERTS["dealer"])
        made = answered(
            said(3, 1, alert, 9),
            said(0, 1, alert + 1, 9),
            said(1, 1, alert - 0.1, 9),
            said(2, 2, alert + 5, 9),
        )
        assert made[2].also == (0, 3)
        assert made[1].also == (2, 3)
        assert (made[1].photo, made[2].photo) == (0, 2)

    def test_in_whichever_order_things_were_said(self) -> None:
        given_ = [said(0, 1, 2.0, 9), said(1, 2, 3.0, 9), said(1, 1, -1.0, 9), said(0, 3, 2.0)]
        first = decided(given_, calibration(), DEALER)
        for mixed in permutations(given_):
            assert decided(mixed, calibration(), DEALER) == first


class TestEdge:
    """Points that agree at the edge alone are shown, and make no match, however alike the photos are."""

    EDGE = evidence(agreement=Agreement(9, 4, 3, 0))

    def of(self, found: Evidence, log_odds: float) -> Candidate:
        clues = clues_of(found, 1.0, 0.9, QUALITY, 300, 900)
        return candidate_of(0, 1, 101, found, 1.0, clues, log_odds)

    def test_they_are_told_of(self) -> None:
        edge = self.of(self.EDGE, 9.0)
        assert edge.beside_work
        assert edge.mapping is not None
        assert edge.points
        middle = self.of(replace(self.EDGE, agreement=Agreement(9, 4, 3, 1)), 9.0)
        assert not middle.beside_work
        assert not said(0, 1, 9.0).beside_work, "a record of before there were clues says nothing of it"

    def test_they_make_no_match(self) -> None:
        assert answered(self.of(self.EDGE, 9.0))[1].verdict is Verdict.possible
        middle = self.of(replace(self.EDGE, agreement=Agreement(9, 4, 3, 1)), 9.0)
        assert answered(middle)[1].verdict is Verdict.match


class TestLevels:
    @pytest.mark.parametrize("level", AlertLevel)
    def test_each_alarms_from_its_own_threshold_on(self, level: AlertLevel) -> None:
        alert = odds(ALERTS[level])
        made = answered(said(0, 1, alert - 0.01), said(0, 2, alert + 0.01), level=level)
        assert (made[1].verdict, made[2].verdict) == (Verdict.none, Verdict.possible)

    @given(st.lists(st.floats(-40, 40), min_size=1, max_size=5))
    def test_nothing_but_verdicts_depends_on_them_and_match_does_not(self, given_: list[float]) -> None:
        made = {
            level: decided([said(at % 2, at, each) for at, each in enumerate(given_)], calibration(), level)
            for level in AlertLevel
        }
        plain = [[replace(one, verdict=Verdict.none, also=()) for one in each] for each in made.values()]
        assert plain[0] == plain[1] == plain[2]
        matches = [[one.verdict is Verdict.match for one in each] for each in made.values()]
        assert matches[0] == matches[1] == matches[2]
        assert matches[0] == [one.log_odds >= odds(MATCH) for one in plain[0]]

    def test_the_strongest_is_the_first(self) -> None:
        made = decided([said(0, 1, -9.0), said(0, 2, 9.0)], calibration(), DEALER)
        assert strongest(made) is Verdict.match
        assert strongest(made[1:]) is Verdict.none

    def test_without_a_mapping_there_is_no_match_for_there_is_nothing_to_show(self) -> None:
        for level in AlertLevel:
            unseen = replace(said(0, 1, 30.0), mapping=None)
            made = answered(unseen, said(0, 2, 30.0), level=level)
            assert (made[1].verdict, made[2].verdict) == (Verdict.possible, Verdict.match)
            assert made[1].probability == made[2].probability


class TestNumbers:
    @given(st.floats(-40, 40), st.floats(0.5, 40))
    def test_a_score_grows_with_the_log_odds(self, one: float, more: float) -> None:
        made = answered(said(0, 1, one), said(0, 2, one + more))
        assert 0 < made[1].score < made[2].score < 1

    @given(st.lists(st.floats(-1e6, 1e6) | st.sampled_from([-1e6, 1e6]), min_size=1, max_size=6))
    def test_they_are_numbers_however_large(self, given_: list[float]) -> None:
        for one in answered(*(said(at, 1, each) for at, each in enumerate(given_))).values():
            assert isfinite(one.log_odds)
            assert 0 <= one.score <= 1
            assert 0 <= one.probability <= 1
            assert one.verdict is verdict(one.log_odds, DEALER, calibration())


class TestCandidateOf:
    POINTS = np.array([[0.04, 0, 0, 0], [9, 0, 9, 0], [9, 9, 9, 9], [0, 9, 0, 9]], np.float64)
    CLUES: Mapping[str, float] = {"points": 1.23456789, "votes": 2.0}

    def found(self, places: int, *, solid: bool = False) -> Evidence:
        place = Place(np.eye(3) * 2, self.POINTS, hull(self.POINTS[:, :2]))
        parts = tuple(Part(np.zeros((4, 2), np.int32), np.eye(3)) for _ in range(places))
        verified = Verification(parts, 24, 0.123456, solid)
        return Evidence(
            verified, 4.0, mirrored=True, places=(place,) * places, agreement=Agreement(4, 4, 1, 1), rival=9.0
        )

    def test_it_holds_what_was_found(self) -> None:
        made = candidate_of(2, 7, 5, self.found(3, solid=True), 1.23456, self.CLUES, 0.5)
        assert (made.photo, made.photograph_id, made.object_id, made.log_odds) == (2, 7, 5, 0.5)
        assert (made.inliers, made.inlier_share, made.spread, made.votes) == (12, 0.5, 0.1235, 1.2346)
        assert (made.mirrored, made.outdone, made.solid) == (True, True, True)
        assert list(made.mapping or ()) == [2, 0, 0, 0, 2, 0, 0, 0, 2]
        np.testing.assert_array_equal(made.points, [(0, 0, 0, 0), (9, 0, 9, 0), (9, 9, 9, 9), (0, 9, 0, 9)])
        assert [part.points for part in made.more] == [made.points] * 2
        assert made.clues == {"points": 1.2346, "votes": 2.0}

    @pytest.mark.parametrize("verified", [False, True])
    def test_without_geometry_it_has_neither_points_nor_mapping(self, verified: bool) -> None:
        made = candidate_of(0, 7, 5, self.found(0) if verified else None, 3.0, self.CLUES, -7.0)
        assert (made.inliers, made.inlier_share, made.spread) == (0, 0, 0)
        assert (made.mapping, made.points, made.more) == (None, (), ())
        assert (made.mirrored, made.outdone, made.solid) == (False, False, False)

    def test_it_is_not_decided_yet(self) -> None:
        made = candidate_of(0, 7, 5, self.found(1), 3.0, self.CLUES, 40.0)
        assert (made.score, made.probability, made.verdict) == (0, 0, Verdict.none)
