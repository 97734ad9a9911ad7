"""The way of a photo: what it finds, in which order, by which evidence, and what it says when it can't."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from math import log

import cv2
import numpy as np
import pytest

from data.intake import IntakeLimits, take_in
from data.object_id import ObjectRecord
from data.register import NewPhotograph
from indexer import looks, patched, search, verifying
from indexer.answer import Answer, Candidate
from indexer.decide import AlertLevel, Verdict
from indexer.engine import Engine
from indexer.retrieve import Votes, vote
from indexer.search_card import search_card
from indexer.sight import LOOKS
from indexer.steps import Steps
from indexer.vectors.segment import Segment
from models import mapping as maps
from models.keypoints import Keypoints
from models.pixels import NotReadable, decode
from models.pixels import encode as encode_rgb
from tests.drawing import Pixels, encode, photograph_again
from tests.indexer.workbench import HEIGHT, WIDTH, Workbench, again, drawn, taken_in


def smooth(turn: int) -> Pixels:
    """A picture of one soft slope of colour: no keypoints at all."""
    x, y = np.meshgrid(np.linspace(0, 1, WIDTH), np.linspace(0, 1, HEIGHT))
    slopes = np.stack([x, y, (x + y) / 2], axis=2)
    return np.asarray(np.roll(40 + 160 * slopes, turn, axis=2), np.uint8)


SURE = 24
"""Agreeing points that chance doesn't give."""
FLAT = encode(np.full((HEIGHT, WIDTH, 3), 128, np.uint8))


@pytest.fixture
def bench(indexed: Workbench) -> Workbench:
    """Objects 1 to 4 with the pictures 1 to 4, the last with picture 5 too; indexed."""
    indexed.report(4, 5)
    indexed.index()
    return indexed


@pytest.fixture
def engine(bench: Workbench) -> Engine:
    return bench.engine()


def candidate(engine: Engine, photo: bytes, photograph_id: int) -> Candidate:
    return next(one for one in engine.search([photo]).candidates if one.photograph_id == photograph_id)


class TestOnePhoto:
    def test_its_object_comes_first_with_all_that_speaks_for_it(self, engine: Engine) -> None:
        answer = engine.search([again(2)])
        first = answer.candidates[0]
        assert (answer.verdict, answer.advice) == (Verdict.match, "")
        assert (first.photograph_id, first.object_id, first.verdict) == (2, 2, Verdict.match)
        assert first.photo == 0
        assert first.inliers == len(first.points) >= SURE
        assert 0.5 < first.inlier_share <= 1
        assert 0.2 < first.spread <= 1
        assert first.votes == max(one.votes for one in answer.candidates)
        assert first.score > 0.5

    def test_others_in_which_nothing_agrees_are_none_and_stand_far_below(self, engine: Engine) -> None:
        first, *others = engine.search([again(2)]).candidates
        assert others
        for one in others:
            assert (one.verdict, one.inliers, one.inlier_share, one.spread) == (Verdict.none, 0, 0, 0)
            assert (one.mapping, one.points) == (None, ())
            assert 0 <= one.score < 0.5 < first.score
            assert one.probability < 0.1 < 0.9 < first.probability

    def test_no_votes_and_no_likeness_make_up_for_geometry(
        self, bench: Workbench, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(looks, "resemble", lambda *_: {2: 1.0, 3: 0.9})
        monkeypatch.setattr(search, "verify", lambda *_: {})
        for level in AlertLevel:
            answer = bench.engine().search([again(2)], level=level)
            assert {one.verdict for one in answer.candidates} == {Verdict.none}
            assert answer.verdict is Verdict.none

    def test_candidates_stand_in_order_of_their_scores_each_photograph_once(self, engine: Engine) -> None:
        for photo in (again(1), again(4), again(9), FLAT):
            candidates = engine.search([photo]).candidates
            order = [(-one.score, one.photograph_id) for one in candidates]
            assert order == sorted(order)
            assert len({one.photograph_id for one in candidates}) == len(candidates)

    def test_its_mapping_leads_its_points_to_those_of_the_registered_photo(self, engine: Engine) -> None:
        first = engine.search([again(3)]).candidates[0]
        points, mapping = np.array(first.points), np.array(first.mapping).reshape(3, 3)
        off = np.linalg.norm(maps.apply(mapping, points[:, :2]) - points[:, 2:], axis=1)
        assert off.max() < 4
        assert np.median(off) < 1
        assert (points >= 0).all()
        assert (points[:, [0, 2]] <= WIDTH).all()
        assert (points[:, [1, 3]] <= HEIGHT).all()

    def test_the_registered_photo_itself_maps_onto_itself(self, engine: Engine) -> None:
        first = engine.search([drawn(3)]).candidates[0]
        mapping = np.array(first.mapping).reshape(3, 3)
        np.testing.assert_allclose(mapping, np.eye(3), atol=0.05)
        assert first.inliers > 100

    def test_what_was_never_registered_is_not_found(self, engine: Engine) -> None:
        answer = engine.search([again(9)])
        assert answer.verdict is Verdict.none
        assert "larger" in answer.advice
        large = cv2.resize(decode(drawn(9)), None, fx=4, fy=4, interpolation=cv2.INTER_CUBIC)
        assert engine.search([encode_rgb(np.asarray(large, np.uint8))]).verdict is Verdict.none
        assert all(one.verdict is Verdict.none for one in answer.candidates)

    def test_each_photograph_of_an_object_stands_for_itself(self, engine: Engine) -> None:
        assert candidate(engine, again(4), 4).object_id == 4
        assert candidate(engine, again(5), 5).object_id == 4
        assert engine.search([again(5)]).candidates[0].photograph_id == 5

    @pytest.mark.parametrize("photo", [b"", b"no photo"])
    def test_what_is_no_photo_is_an_error(self, engine: Engine, photo: bytes) -> None:
        for photos in ([photo], [again(1), photo]):
            with pytest.raises(NotReadable):
                engine.search(photos)


class TestLimit:
    def test_how_far_a_photograph_stands_out_does_not_depend_on_it(
        self, engine: Engine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(search, "LISTED", 1)
        for photo in (again(2), again(9), drawn(4)):
            whole = engine.search([photo])
            for limit in range(1, 6):
                assert engine.search([photo], limit).candidates == whole.candidates[:limit]

    def test_fewer_candidates_are_the_first_of_more(self, engine: Engine) -> None:
        whole = engine.search([again(2)])
        assert len(whole.candidates) == 5
        for limit in (1, 2, 4, 5, 200):
            fewer = engine.search([again(2)], limit)
            assert fewer.candidates == whole.candidates[:limit]
            assert fewer.verdict is whole.verdict

    def test_it_does_not_keep_the_true_one_from_being_verified(
        self, engine: Engine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def least_first(segments: Sequence[Segment], keypoints: Keypoints) -> Votes:
            votes = vote(segments, keypoints)
            return replace(votes, photographs=votes.photographs[::-1].copy())

        monkeypatch.setattr(looks, "vote", least_first)
        monkeypatch.setattr(looks, "resemble", lambda *_: {})
        assert engine.search([again(2)], 1).candidates[0].object_id == 2

    def test_only_the_first_of_a_look_and_the_most_alike_are_verified(
        self, engine: Engine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(search, "LISTED", 0)
        monkeypatch.setattr(search, "LISTED_FOR_REGION", 0)
        monkeypatch.setattr(looks, "resemble", lambda *_: {})
        assert engine.search([again(2)]).verdict is Verdict.none
        monkeypatch.setattr(looks, "resemble", lambda *_: {2: 1.0})
        assert engine.search([again(2)]).candidates[0].inliers >= SURE
        monkeypatch.setattr(looks, "resemble", lambda *_: {})
        monkeypatch.setattr(search, "LISTED", 1)
        assert engine.search([again(2)]).candidates[0].inliers >= SURE


class TestCard:
    def test_an_answer_names_what_it_was_decided_by(self, engine: Engine) -> None:
        assert engine.search([again(2)]).models["search"] == search_card().id

    @pytest.mark.parametrize(
        "constant",
        [
            "indexer.decide.GENTLE",
            "indexer.clues.MOST",
            "indexer.compare.LISTED",
            "indexer.compare.RIVAL",
            "indexer.retrieve.NEIGHBOURS",
            "indexer.vectors.faiss_index.PROBES",
            "indexer.verifying.RESEMBLING",
            "indexer.looks.REGIONS",
            "models.regions.LIMIT",
            "models.agreement.CELLS",
        ],
    )
    def test_it_changes_with_what_changes_an_answer(
        self, constant: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        before = search_card().id
        monkeypatch.setattr(constant, 17)
        assert search_card().id != before

    @pytest.mark.parametrize("which", ["LOOKS", "FIRST_LOOKS"])
    def test_it_changes_with_the_looks(self, which: str, monkeypatch: pytest.MonkeyPatch) -> None:
        before = search_card().id
        monkeypatch.setattr(f"indexer.sight.{which}", LOOKS[:1])
        assert search_card().id != before


class TestMirrored:
    def test_a_mirrored_photo_is_found_and_named_as_such(self, engine: Engine) -> None:
        straight = candidate(engine, again(2), 2)
        flipped = encode_rgb(np.ascontiguousarray(decode(again(2))[:, ::-1]))
        answer = engine.search([flipped])
        first = answer.candidates[0]
        assert (first.object_id, first.mirrored, first.verdict) == (2, True, Verdict.match)
        assert not straight.mirrored
        assert first.inliers > straight.inliers / 2

    def test_its_mapping_and_points_are_those_of_the_photo_that_was_sent(self, engine: Engine) -> None:
        photo = decode(again(2))
        flipped = encode_rgb(np.ascontiguousarray(photo[:, ::-1]))
        found = engine.search([flipped]).candidates[0]
        assert found.mapping is not None
        mapping, points = np.array(found.mapping).reshape(3, 3), np.array(found.points)
        assert np.linalg.det(mapping) < 0
        mapped = maps.apply(mapping, points[:, :2])
        assert np.linalg.norm(mapped - points[:, 2:], axis=1).max() < 6
        straight = np.array(candidate(engine, again(2), 2).mapping).reshape(3, 3)
        corner = maps.apply(straight, np.array([[100.0, 80.0]]))
        assert maps.apply(mapping, np.array([[photo.shape[1] - 100.0, 80.0]])) == pytest.approx(corner, abs=4)


class TestEvidence:
    def test_all_looks_together_agree_in_more_than_one_alone(
        self, bench: Workbench, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        large = [NewPhotograph(taken_in(7, 760, 570))]
        bench.register.report(ObjectRecord.model_validate({"title": "Large"}), large)
        engine, photo = bench.engine(), photograph_again(7, 760, 570)
        together = engine.search([photo]).candidates[0]
        monkeypatch.setattr(verifying, "surest", lambda one, other: one)
        alone = engine.search([photo]).candidates[0]
        assert alone.photograph_id == together.photograph_id == 6
        assert alone.inliers < together.inliers

    def test_what_many_photographs_have_alike_tells_less(self, bench: Workbench) -> None:
        alone = bench.engine().search([again(1)]).candidates[0]
        for _ in range(30):
            bench.report(1)
        bench.index()
        answer = bench.engine().search([again(1)])
        first = answer.candidates[0]
        # as many points agree as before; the first is one of those that were compared place by place
        assert max(each.inliers for each in answer.candidates) == alone.inliers >= SURE
        assert first.clues["points"] < alone.clues["points"] - log(2)
        assert first.log_odds < alone.log_odds


def poorer(seed: int, blur: float = 1.2) -> bytes:
    """The other photo of a picture, out of focus."""
    return encode_rgb(np.asarray(cv2.GaussianBlur(decode(again(seed)), (0, 0), blur), np.uint8))


def corner(seed: int) -> bytes:
    """The other photo of a picture, the rest of which is covered."""
    photo = decode(again(seed))
    photo[HEIGHT * 3 // 5 :] = photo[:, WIDTH * 3 // 5 :] = 128
    return encode_rgb(photo)


class TestSeveralPhotos:
    def test_each_photograph_is_shown_by_the_photo_that_says_most_for_it(self, engine: Engine) -> None:
        alone, worse = candidate(engine, again(1), 1), corner(1)
        assert candidate(engine, worse, 1).log_odds < alone.log_odds
        for photos, at, also in (
            ([worse, again(1)], 1, (0,)),
            ([again(1), worse], 0, (1,)),
            ([again(2), worse, again(1)], 2, (1,)),
        ):
            answer = engine.search(photos)
            first = next(one for one in answer.candidates if one.photograph_id == 1)
            assert (first.photo, first.also, first.verdict) == (at, also, Verdict.match)
            assert (first.points, first.clues, first.mapping) == (alone.points, alone.clues, alone.mapping)
            assert first.log_odds > alone.log_odds

    def test_two_poor_photos_say_more_than_either_alone(self, engine: Engine) -> None:
        photos = [poorer(2), poorer(2, 1.6)]
        alone = [candidate(engine, photo, 2) for photo in photos]
        assert alone[0].points != alone[1].points
        together = next(one for one in engine.search(photos).candidates if one.photograph_id == 2)
        assert together.score > max(one.score for one in alone)
        assert together.probability > max(one.probability for one in alone)

    def test_in_another_order_they_say_the_same(self, engine: Engine) -> None:
        photos = [poorer(2), again(2), again(9)]
        one, other = engine.search(photos), engine.search(photos[::-1])

        def seen(answer: Answer) -> list[object]:
            return [(each.photograph_id, each.log_odds, each.verdict) for each in answer.candidates]

        assert seen(one) == seen(other)

    @pytest.mark.parametrize("beside", [again(9), FLAT, again(3)], ids=["unknown", "flat", "another"])
    def test_a_photo_of_something_else_takes_nothing_away(self, engine: Engine, beside: bytes) -> None:
        alone = candidate(engine, again(1), 1)
        for photos in ([again(1), beside], [beside, again(1)]):
            answer = engine.search(photos)
            first = next(one for one in answer.candidates if one.photograph_id == 1)
            assert first.log_odds >= alone.log_odds
            assert first.points == alone.points
            assert first.verdict is answer.verdict is Verdict.match

    @pytest.mark.parametrize("level", AlertLevel)
    def test_many_photos_of_what_was_never_registered_add_up_to_nothing(
        self, engine: Engine, level: AlertLevel
    ) -> None:
        photos = [drawn(9), again(9), poorer(9), poorer(9, 1.6), poorer(9, 2.0)]
        answer = engine.search(photos, level=level)
        assert answer.verdict is Verdict.none
        assert {one.verdict for one in answer.candidates} == {Verdict.none}

    def test_the_same_photo_twice_is_no_second_witness(self, engine: Engine) -> None:
        for photo in (again(1), poorer(2), again(9), FLAT):
            once, twice = engine.search([photo]), engine.search([photo, photo, photo])
            assert twice.candidates == once.candidates
            assert twice.verdict is once.verdict
        other = engine.search([again(1), poorer(1)]).candidates
        assert engine.search([again(1), poorer(1), again(1), poorer(1)]).candidates == other

    def test_of_equal_photos_the_first_is_named_and_each_is_advised(self, engine: Engine) -> None:
        answer = engine.search([FLAT, again(1), again(1), FLAT])
        assert (answer.candidates[0].photo, answer.candidates[0].also) == (1, ())
        assert answer.advice.startswith("Photo 1: ")
        assert "Photo 4: " in answer.advice

    def test_photos_of_different_objects_find_each(self, engine: Engine) -> None:
        answer = engine.search([again(1), again(3), again(5)])
        sure = {one.object_id: one.photo for one in answer.candidates if one.verdict is Verdict.match}
        assert sure == {1: 0, 3: 1, 4: 2}
        assert len({one.photograph_id for one in answer.candidates}) == len(answer.candidates)

    def test_steps_take_the_time_of_all_photos(self, monkeypatch: pytest.MonkeyPatch) -> None:
        clock = iter([1.0, 1.25, 2.0, 2.5, 3.0, 4.0])
        monkeypatch.setattr(time, "perf_counter", lambda: next(clock))
        steps = Steps()
        for name in ("look", "think", "look"):
            with steps.step(name):
                pass
        assert steps.ms == {"look": 1250, "think": 500}

    def test_a_step_that_fails_is_timed_too(self) -> None:
        steps = Steps()

        def fail() -> None:
            with steps.step("look"):
                raise RuntimeError("dark")

        with pytest.raises(RuntimeError):
            fail()
        assert set(steps.ms) == {"look"}


class TestPoorPhotos:
    def test_a_photo_that_shows_nothing_is_unsearchable_and_says_what_to_do(self, engine: Engine) -> None:
        answer = engine.search([FLAT])
        assert answer.verdict is Verdict.unsearchable
        assert "too little structure" in answer.advice
        assert not answer.advice.startswith("Photo")

    def test_of_several_each_poor_one_is_named(self, engine: Engine) -> None:
        answer = engine.search([FLAT, again(1), FLAT])
        assert answer.verdict is Verdict.match
        assert answer.candidates[0].photo == 1
        assert answer.advice.startswith("Photo 1: ")
        assert "Photo 3: " in answer.advice
        assert "Photo 2" not in answer.advice

    def test_one_photo_that_can_be_searched_is_enough_for_an_answer(self, engine: Engine) -> None:
        assert engine.search([FLAT, again(9)]).verdict is Verdict.none
        assert engine.search([FLAT, FLAT]).verdict is Verdict.unsearchable

    def test_what_has_no_keypoints_is_still_compared_as_a_whole(self, bench: Workbench) -> None:
        photos = [NewPhotograph(take_in(encode(smooth(turn)), IntakeLimits())) for turn in (0, 1, 2)]
        bench.register.report(ObjectRecord.model_validate({"title": "Slopes"}), photos)
        bench.index()
        answer = bench.engine().search([encode(smooth(1))])
        alike = {one.photograph_id: one for one in answer.candidates}
        assert 7 in alike
        assert (alike[7].votes, alike[7].inliers, alike[7].verdict) == (0, 0, Verdict.none)
        assert answer.verdict is Verdict.unsearchable

    def test_only_the_most_alike_are_named(self, bench: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(verifying, "RESEMBLING", 2)
        monkeypatch.setattr(patched, "PATCHED", 2)
        assert len(bench.engine().search([FLAT]).candidates) == 2


def test_hidden_photographs_are_no_candidates_and_give_no_verdict(bench: Workbench) -> None:
    segment = bench.generation().segment

    def verdict(*hidden: int) -> Verdict:
        found = search.search_photos(
            [again(2)], [segment], bench.sight, bench.register.photos.get, 10, Steps(), hidden
        )
        assert not {one.photograph_id for one in found.candidates} & set(hidden)
        return found.verdict

    assert verdict() is verdict(1, 3) is Verdict.match
    assert verdict(2) is Verdict.none
