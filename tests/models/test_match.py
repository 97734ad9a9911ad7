"""Keypoints are matched where they are each other's nearest without a rival, and counted once for each place."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.keypoints import Keypoints
from models.matching import distinct, match
from tests.models.made import chosen, keypoints, own_descriptors

Int8 = npt.NDArray[np.int8]
GRID = np.stack(np.meshgrid(np.arange(8) * 60 + 30, np.arange(6) * 60 + 30), axis=-1).reshape(-1, 2)
APART = 5.0


def between(one: Int8, other: Int8, share: float) -> Int8:
    """A descriptor on the way from one to the other."""
    mixed = one.astype(float) * (1 - share) + other.astype(float) * share
    return np.asarray(np.rint(mixed / np.linalg.norm(mixed) * 254).clip(-127, 127), np.int8)


def pointing(*angles: float) -> Int8:
    """One descriptor for each angle (degrees), all in one plane."""
    plane = np.array([np.ones(64), np.tile([1, -1], 32)]) / 8
    turns = np.radians(angles)
    return np.rint(np.stack([np.cos(turns), np.sin(turns)], axis=1) @ plane * 254).astype(np.int8)


def test_keypoints_that_look_alike_are_matched() -> None:
    found = keypoints(GRID)
    order = np.random.default_rng(1).permutation(len(GRID))
    pairs = match(found, chosen(found, order), 0.88)
    assert pairs.dtype == np.int32
    assert pairs[:, 0].tolist() == list(range(len(GRID)))
    assert order[pairs[:, 1]].tolist() == pairs[:, 0].tolist()


def test_keypoints_of_which_none_look_alike_are_hardly_matched() -> None:
    found = keypoints(GRID), keypoints(GRID, own_descriptors(len(GRID), seed=9))
    assert len(match(*found, 0.8)) <= 2


def test_a_match_must_be_the_nearest_both_ways() -> None:
    unit = own_descriptors(4)
    searched = keypoints(GRID[:2], np.stack([unit[0], between(unit[0], unit[1], 0.3)]))
    registered = keypoints(GRID[:2], np.stack([unit[0], unit[3]]))
    assert match(searched, registered, 0.88).tolist() == [[0, 0]]


def test_nor_is_it_where_another_has_its_own_best_at_the_same_place() -> None:
    searched, registered = keypoints(GRID[:2], pointing(4, 20)), keypoints(GRID[:3], pointing(0, 10, 150))
    # one place described twice: no rival of the first, yet its own
    registered.points[1] = registered.points[0]
    assert match(searched, registered, 0.88).tolist() == [[0, 0]]


@pytest.mark.parametrize(("angle", "doubtful"), [(33, True), (40, False)])
def test_a_rival_elsewhere_makes_a_match_doubtful(angle: float, doubtful: bool) -> None:
    searched, rivals = keypoints(GRID[:2], pointing(0, 90)), pointing(30, -angle, 120)
    registered = keypoints(GRID[:3], rivals)
    assert ([0, 0] not in match(searched, registered, 0.88).tolist()) is doubtful
    assert [0, 0] in match(searched, registered, 1.0).tolist()


@pytest.mark.parametrize(("pixels", "rival"), [(2.0, False), (8.0, True)])
def test_the_same_place_described_twice_is_no_rival(pixels: float, rival: bool) -> None:
    searched, registered = keypoints(GRID[:2], pointing(0, 90)), keypoints(GRID[:3], pointing(30, -33, 120))
    for along in (0, 1):
        registered.points[1] = registered.points[0]
        registered.points[1, along] += pixels
        assert ([0, 0] not in match(searched, registered, 0.88).tolist()) is rival


def test_fewer_than_two_keypoints_have_no_next_best_to_tell_them_from() -> None:
    two = keypoints(GRID[:2])
    for few in (chosen(two, []), chosen(two, [0])):
        for pair in ((few, two), (two, few), (few, few)):
            pairs = match(*pair, 0.88)
            assert pairs.shape == (0, 2)
            assert pairs.dtype == np.int32


def test_two_keypoints_at_one_place_are_matched_for_want_of_a_rival() -> None:
    found = keypoints([[10, 10], [11, 10]])
    assert match(found, found, 0.88).tolist() == [[0, 0], [1, 1]]


@given(st.integers(0, 10_000), st.integers(0, 30), st.integers(0, 30), st.floats(0.3, 1))
def test_no_keypoint_is_matched_twice(seed: int, left: int, right: int, ratio: float) -> None:
    rng = np.random.default_rng(seed)
    descriptors = own_descriptors(20)
    one, other = (
        keypoints(rng.uniform(0, 400, (count, 2)), descriptors[rng.integers(0, 20, count)])
        for count in (left, right)
    )
    pairs = match(one, other, ratio)
    for side, count in ((0, left), (1, right)):
        assert len(set(pairs[:, side].tolist())) == len(pairs)
        assert ((pairs[:, side] >= 0) & (pairs[:, side] < count)).all()


@given(st.integers(0, 10_000), st.floats(0.3, 0.9))
def test_a_stricter_ratio_keeps_a_part_of_the_matches(seed: int, ratio: float) -> None:
    rng = np.random.default_rng(seed)
    one = own_descriptors(40, seed)
    near = np.stack([between(a, b, rng.uniform(0, 0.6)) for a, b in zip(one, one[::-1], strict=True)])
    found = keypoints(GRID[:40], one), keypoints(GRID[:40], near)
    kept = {tuple(pair) for pair in match(*found, ratio).tolist()}
    assert kept <= {tuple(pair) for pair in match(*found, 1.0).tolist()}


@st.composite
def paired(draw: st.DrawFn) -> tuple[npt.NDArray[np.int32], Keypoints, Keypoints]:
    """Pairs of keypoints in two photos of different sizes, crowded so that some fall on one place."""
    count = draw(st.integers(0, 30))
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    crowd = draw(st.sampled_from([12, 60, 320]))
    searched = keypoints(rng.uniform(0, crowd, (30, 2)), width=320, height=240)
    registered = keypoints(rng.uniform(0, 2 * crowd, (30, 2)), width=640, height=480)
    pairs = np.stack([rng.permutation(30)[:count] for _ in range(2)], axis=1).astype(np.int32)
    return pairs, searched, registered


def cells(
    pairs: npt.NDArray[np.int32], searched: Keypoints, registered: Keypoints
) -> list[set[tuple[int, ...]]]:
    """The places in the searched and the registered photo that the pairs lie in."""
    sides = ((searched, 0, APART / 2), (registered, 1, APART))
    return [
        {tuple(place) for place in (found.points[pairs[:, side]] // apart).astype(int).tolist()}
        for found, side, apart in sides
    ]


@given(paired())
def test_every_place_of_either_photo_counts_once(
    made: tuple[npt.NDArray[np.int32], Keypoints, Keypoints],
) -> None:
    kept = distinct(*made, APART)
    assert [len(places) for places in cells(kept, *made[1:])] == [len(kept)] * 2


@given(paired())
def test_pairs_that_are_kept_stay_in_order_and_a_second_look_keeps_them_all(
    made: tuple[npt.NDArray[np.int32], Keypoints, Keypoints],
) -> None:
    pairs, searched, registered = made
    kept = distinct(pairs, searched, registered, APART)
    order = [pairs.tolist().index(pair) for pair in kept.tolist()]
    assert order == sorted(order)
    assert kept.dtype == np.int32
    assert np.array_equal(distinct(kept, searched, registered, APART), kept)


@given(paired())
def test_the_first_pair_is_always_kept(made: tuple[npt.NDArray[np.int32], Keypoints, Keypoints]) -> None:
    pairs = made[0]
    assert distinct(*made, APART)[:1].tolist() == pairs[:1].tolist()


def test_pairs_that_lie_apart_are_all_kept() -> None:
    found = keypoints(GRID)
    pairs = np.repeat(np.arange(len(GRID), dtype=np.int32)[:, None], 2, axis=1)
    assert np.array_equal(distinct(pairs, found, found, APART), pairs)


def test_places_are_as_large_in_a_small_photo_as_in_a_large_one() -> None:
    small = keypoints([[1.0, 1.0], [4.0, 1.0], [4.5, 1.0]], width=320, height=240)
    large = keypoints(GRID[:3])
    pairs = np.array([[0, 0], [1, 1], [2, 2]], np.int32)
    assert distinct(pairs, small, large, APART).tolist() == [[0, 0], [1, 1]]
    assert distinct(pairs, large, small, APART / 2).tolist() == [[0, 0], [1, 1]]


def test_one_corner_found_five_times_is_one_observation() -> None:
    crowd = keypoints(np.array([[100, 100]]) + np.arange(5)[:, None] * 0.5)
    away = keypoints(GRID)
    pairs = np.repeat(np.arange(5, dtype=np.int32)[:, None], 2, axis=1)
    assert distinct(pairs, crowd, away, APART).tolist() == [[0, 0]]
    assert distinct(pairs, away, crowd, APART).tolist() == [[0, 0]]
