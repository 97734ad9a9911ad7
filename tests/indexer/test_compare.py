"""Ballots are weighed against what chance gives, and evidence by how much it tells."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from indexer.compare import LEAST_NOISE, NOISE_RANK, SHARED, Ballot, compare, strengths, surest, united
from indexer.retrieve import Votes
from indexer.sight import COARSE, WHOLE, Sight
from models import mapping as maps
from models.keypoints import Keypoints
from models.pixels import Pixels, decode, encode
from tests.indexer.workbench import HEIGHT, WIDTH, again, drawn, embedded

NONE = np.zeros((0, 4), np.float32)


def votes(*weights: float) -> Votes:
    """Photographs from 1, with these votes."""
    return Votes(np.arange(1, len(weights) + 1), np.array(weights, np.float32), np.zeros(0, np.int64))


def ballot(*weights: float, mirrored: bool = False) -> Ballot:
    empty = replace(embedded(1).keypoints(), points=NONE[:, :2], descriptors=np.zeros((0, 64), np.int8))
    return Ballot(empty, votes(*weights), np.zeros(0, np.int64), mirrored=mirrored)


def seen(photo: bytes, sight: Sight, *, flipped: bool = False) -> Ballot:
    """What the whole look sees in a photo, or in its mirror image."""
    found = sight.extractor.look(decode(photo), WHOLE)
    keypoints = found.mirrored if flipped else found.keypoints
    return Ballot(keypoints, votes(), np.ones(len(keypoints), np.int64), mirrored=flipped)


class TestStrengths:
    def test_votes_are_weighed_by_what_chance_gives(self) -> None:
        weights = [8.0, 6.0] + [1.0] * (NOISE_RANK - 2) + [0.5, 0.25]
        assert list(ballot(*weights).strengths(3).items()) == [(1, 16.0), (2, 12.0), (3, 2.0)]

    def test_few_photographs_are_weighed_by_the_last_of_them(self) -> None:
        assert ballot(6.0, 3.0, 1.5).strengths(9) == pytest.approx({1: 4.0, 2: 2.0, 3: 1.0})
        assert ballot(6.0).strengths(9) == pytest.approx({1: 1.0})

    def test_noise_is_never_next_to_nothing(self) -> None:
        silent = [1.0] + [LEAST_NOISE / 10] * (NOISE_RANK + 1)
        assert ballot(*silent).strengths(1) == pytest.approx({1: 1 / LEAST_NOISE})

    def test_the_strengths_of_all_ballots_add_up_to_the_order(self) -> None:
        one, other = (
            ballot(0.5, 0.2),
            Ballot(ballot().keypoints, votes(0.1, 0.45, 0.05), np.zeros(0, np.int64)),
        )
        table = strengths([one, other], 9)
        assert list(table) == [2, 1, 3]
        assert table[1] == pytest.approx([2.5, 2])
        assert table[2] == pytest.approx([1, 9])
        assert table[3] == pytest.approx([0, 1])

    def test_of_equal_strengths_the_older_photograph_comes_first(self) -> None:
        swapped = replace(votes(0.5, 0.5), photographs=np.array([2, 1]))
        assert list(strengths([Ballot(ballot().keypoints, swapped, np.zeros(0, np.int64))], 9)) == [1, 2]

    def test_photographs_that_are_not_looked_at_take_nobody_s_place(self) -> None:
        cast = ballot(9.0, 8.0, 2.0, 1.0)
        assert list(cast.without({1, 2, 77}).strengths(2)) == [3, 4]
        assert list(cast.strengths(2)) == [1, 2]
        assert cast.without(()) is cast
        assert ballot().without({1}).strengths(2) == {}

    def test_without_votes_there_is_no_order(self) -> None:
        assert strengths([ballot(), ballot()], 9) == {}


class TestEvidence:
    def test_all_points_tell_that_few_photographs_have_alike(self, sight: Sight) -> None:
        there, here = embedded(2).keypoints(), seen(again(2), sight)
        found = compare(here, there, sight.verifier)
        assert found.mapping is not None
        assert found.telling == found.verification.inliers == len(found.points) > 24
        shared = replace(here, common=np.full(len(here.keypoints), SHARED))
        assert compare(shared, there, sight.verifier).telling == found.telling
        common = replace(here, common=np.full(len(here.keypoints), 4 * SHARED))
        assert compare(common, there, sight.verifier).telling == pytest.approx(found.telling / 4)

    def test_each_point_is_weighed_by_its_own_keypoint(self, sight: Sight) -> None:
        there, here = embedded(2).keypoints(), seen(again(2), sight)
        pairs = compare(here, there, sight.verifier).verification.pairs
        common = np.ones(len(here.keypoints), np.int64)
        common[pairs[:5, 0]] = 1000 * SHARED
        found = compare(replace(here, common=common), there, sight.verifier)
        assert found.telling == pytest.approx(len(pairs) - 5 + 0.005)

    def test_points_lie_in_the_photos_they_were_found_in(self, sight: Sight) -> None:
        found = compare(seen(again(2), sight), embedded(2).keypoints(), sight.verifier)
        self.assert_fits(found.mapping, found.points)

    def test_a_mirror_image_is_mapped_from_the_photo_as_it_was_taken(self, sight: Sight) -> None:
        flipped = encode(np.ascontiguousarray(decode(again(2))[:, ::-1]))
        there = embedded(2).keypoints()
        assert compare(seen(flipped, sight), there, sight.verifier).mapping is None
        found = compare(seen(flipped, sight, flipped=True), there, sight.verifier)
        assert found.mirrored
        self.assert_fits(found.mapping, found.points)
        straight = compare(seen(again(2), sight), there, sight.verifier)
        assert straight.mapping is not None
        assert found.mapping is not None
        middle = np.array([[WIDTH / 2, HEIGHT / 2], [WIDTH * 0.3, HEIGHT * 0.6]])
        turned = middle * [-1, 1] + [WIDTH, 0]
        np.testing.assert_allclose(
            maps.apply(found.mapping, turned), maps.apply(straight.mapping, middle), atol=2
        )

    def test_photos_that_share_nothing_give_no_mapping(self, sight: Sight) -> None:
        for flipped in (False, True):
            found = compare(seen(again(2), sight, flipped=flipped), embedded(3).keypoints(), sight.verifier)
            assert (found.mapping, found.telling, found.points.shape) == (None, 0, (0, 4))

    def test_the_one_that_tells_more_is_the_surer(self, sight: Sight) -> None:
        there = embedded(2).keypoints()
        better, poorer = (compare(seen(one, sight), there, sight.verifier) for one in (drawn(2), again(2)))
        assert better.telling > poorer.telling
        assert surest(better, poorer) is surest(poorer, better) is better
        same = replace(better, mirrored=True)
        assert surest(better, same) is better

    def assert_fits(self, mapping: maps.Floats | None, points: maps.Floats) -> None:
        assert mapping is not None
        off = np.linalg.norm(maps.apply(mapping, points[:, :2]) - points[:, 2:], axis=1)
        assert np.median(off) < 1
        assert off.max() < 4


class TestUnited:
    def test_all_looks_are_joined_in_order(self, sight: Sight) -> None:
        photo = decode(again(2))
        looks = [sight.extractor.look(photo, look) for look in (WHOLE, COARSE)]
        ballots = [
            Ballot(look.keypoints, votes(at + 1.0), np.full(len(look.keypoints), at + 1))
            for at, look in enumerate(looks)
        ]
        together = united(ballots)
        first, second = (look.keypoints for look in looks)
        assert len(together.keypoints) == len(first) + len(second)
        for part in ("points", "sizes", "angles", "descriptors"):
            joined = np.concatenate([getattr(first, part), getattr(second, part)])
            np.testing.assert_array_equal(getattr(together.keypoints, part), joined)
        assert together.common.tolist() == [1] * len(first) + [2] * len(second)
        assert (together.keypoints.width, together.keypoints.height) == (WIDTH, HEIGHT)
        assert not together.mirrored

    def test_looks_at_nothing_are_nothing_together(self, sight: Sight) -> None:
        flat: Pixels = np.full((HEIGHT, WIDTH, 3), 128, np.uint8)
        keypoints: Keypoints = sight.extractor.look(flat, WHOLE).keypoints
        together = united([Ballot(keypoints, votes(), np.zeros(0, np.int64))] * 2)
        assert len(together.keypoints) == 0
        found = compare(together, embedded(2).keypoints(), sight.verifier)
        assert (found.mapping, found.telling) == (None, 0)
