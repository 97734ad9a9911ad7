"""What every Verifier must do. A test class for an implementation inherits this and gives the verifier."""

from __future__ import annotations

import dataclasses
import pickle
from abc import abstractmethod
from concurrent.futures import ThreadPoolExecutor
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models import mapping as maps
from models.keypoints import KeypointExtractor, Keypoints
from models.verify import Part, Verification, Verifier
from tests.models.made import (
    Floats,
    chosen,
    corner_error,
    flat,
    moved,
    own_descriptors,
    picture,
    resized,
    seen,
    slanted,
    turned,
)

LIMIT = 500
WIDTH, HEIGHT = 480, 360
TOLERANCE = 3.0
"""Pixels of a 480 px photo."""
CHANCE = 8
"""The most points in which two photos that share nothing may agree."""
TAKEN: dict[str, Floats] = {
    "as it was": np.eye(3),
    "moved": moved(40, 25),
    "turned a little": turned(10, 0.8),
    "turned upright": turned(90, 0.7),
    "upside down": turned(180, 1.0),
    "from far": turned(0, 0.5),
    "from near": turned(5, 1.7),
    "from the side": slanted(0.1),
    "from far to the side": slanted(0.25),
}
"""How the registered picture is photographed again: its pixels to those of the searched photo."""


class VerifierContract:
    """Two photos of one flat object give the mapping between them; two that share nothing give none."""

    @pytest.fixture
    @abstractmethod
    def verifier(self) -> Verifier:
        """The verifier, made anew."""

    @pytest.fixture
    @abstractmethod
    def others(self) -> list[Verifier]:
        """The same kind of verifier, each with another setting changed."""

    @pytest.fixture
    @abstractmethod
    def extractor(self) -> KeypointExtractor:
        """What finds the keypoints that it compares."""

    @pytest.fixture
    def registered(self, extractor: KeypointExtractor) -> Keypoints:
        return extractor.extract(picture(1), LIMIT)

    @pytest.fixture
    def searched(self, extractor: KeypointExtractor) -> Keypoints:
        return extractor.extract(seen(picture(1), slanted(0.1)), LIMIT)

    @pytest.mark.parametrize("how", TAKEN)
    def test_the_same_object_is_found_where_it_lies(
        self, verifier: Verifier, extractor: KeypointExtractor, registered: Keypoints, how: str
    ) -> None:
        searched = extractor.extract(seen(picture(1), TAKEN[how]), LIMIT)
        found = verifier.verify(searched, registered)
        assert_sound(found, searched, registered)
        assert found.mapping is not None
        assert found.inliers > 50
        assert corner_error(found.mapping @ TAKEN[how], np.eye(3), WIDTH, HEIGHT) < TOLERANCE

    def test_photos_of_any_two_sizes_are_mapped_in_their_own_pixels(
        self, verifier: Verifier, extractor: KeypointExtractor, registered: Keypoints
    ) -> None:
        large = extractor.extract(resized(picture(1, 1440, 1080), 1200, 900), LIMIT)
        small = extractor.extract(resized(picture(1, 1440, 1080), 300, 225), LIMIT)
        for searched, kept, factor in ((large, small, 0.25), (small, large, 4.0)):
            found = verifier.verify(searched, kept)
            assert_sound(found, searched, kept)
            assert found.mapping is not None
            true = np.diag([factor, factor, 1.0])
            assert (
                corner_error(found.mapping, true, searched.width, searched.height)
                < TOLERANCE * kept.width / WIDTH
            )

    def test_a_part_of_the_object_is_enough_and_says_how_much_it_shows(
        self, verifier: Verifier, extractor: KeypointExtractor, registered: Keypoints
    ) -> None:
        part = extractor.extract(picture(1)[120:300, 200:440], LIMIT)
        found = verifier.verify(part, registered)
        assert_sound(found, part, registered)
        assert found.mapping is not None
        assert corner_error(found.mapping, moved(200, 120), part.width, part.height) < TOLERANCE
        assert 0.1 < found.spread <= 240 * 180 / (WIDTH * HEIGHT)

    def test_a_photo_agrees_with_itself(self, verifier: Verifier, registered: Keypoints) -> None:
        found = verifier.verify(registered, registered)
        assert found.mapping is not None
        assert found.inliers > len(registered) // 2
        assert np.array_equal(found.pairs[:, 0], found.pairs[:, 1])
        assert corner_error(found.mapping, np.eye(3), WIDTH, HEIGHT) < 0.1
        assert found.spread > 0.6

    def test_photos_that_share_nothing_hardly_agree(
        self, verifier: Verifier, extractor: KeypointExtractor
    ) -> None:
        photos = [extractor.extract(picture(seed), LIMIT) for seed in range(30, 36)]
        results = [verifier.verify(one, other) for one, other in permutations(photos, 2)]
        assert max(found.inliers for found in results) <= CHANCE
        assert sum(found.mapping is None for found in results) >= 0.9 * len(results)

    def test_photos_without_keypoints_have_no_mapping(
        self, verifier: Verifier, extractor: KeypointExtractor, registered: Keypoints
    ) -> None:
        empty = extractor.extract(flat(), LIMIT)
        for pair in ((empty, empty), (empty, registered), (registered, empty)):
            assert_nothing(verifier.verify(*pair))

    @pytest.mark.parametrize("count", [1, 2, 3, 4])
    def test_fewer_keypoints_than_any_four_fit_have_no_mapping(
        self, verifier: Verifier, registered: Keypoints, count: int
    ) -> None:
        few = chosen(registered, range(count))
        for pair in ((few, few), (few, registered), (registered, few)):
            assert_nothing(verifier.verify(*pair))

    def test_a_mirrored_photo_has_no_mapping(
        self, verifier: Verifier, extractor: KeypointExtractor, registered: Keypoints
    ) -> None:
        mirrored = extractor.extract(picture(1)[:, ::-1], LIMIT)
        assert verifier.verify(mirrored, registered).inliers <= CHANCE

    @pytest.mark.parametrize("axis", [0, 1])
    def test_keypoints_that_lie_mirrored_have_no_mapping(
        self, verifier: Verifier, registered: Keypoints, axis: int
    ) -> None:
        widened = stretched(registered, axis, 2)
        assert verifier.verify(registered, widened).inliers > len(registered) // 2
        assert_nothing(verifier.verify(registered, stretched(registered, axis, -2)))

    @pytest.mark.parametrize("factor", [0.0, 0.005])
    def test_keypoints_that_all_fall_on_one_place_have_no_mapping(
        self, verifier: Verifier, registered: Keypoints, factor: float
    ) -> None:
        points = np.asarray(registered.points * factor + 100, np.float32)
        fallen = dataclasses.replace(registered, points=points)
        assert_nothing(verifier.verify(registered, fallen))
        assert_nothing(verifier.verify(fallen, registered))

    def test_alike_keypoints_that_lie_anywhere_have_no_mapping(
        self, verifier: Verifier, registered: Keypoints
    ) -> None:
        order = np.random.default_rng(1).permutation(len(registered))
        scattered = dataclasses.replace(registered, points=registered.points[order])
        assert verifier.verify(scattered, registered).inliers <= CHANCE

    def test_keypoints_given_twice_do_not_count_twice(
        self, verifier: Verifier, searched: Keypoints, registered: Keypoints
    ) -> None:
        once = verifier.verify(searched, registered)
        for left, right in ((2, 1), (1, 2), (2, 2)):
            rows, others = (
                np.repeat(np.arange(len(k)), n) for k, n in ((searched, left), (registered, right))
            )
            again = chosen(searched, rows), chosen(registered, others)
            found = verifier.verify(*again)
            assert_sound(found, *again)
            assert 0.9 * once.inliers <= found.inliers <= once.inliers

    def test_the_same_photos_give_the_same_answer_in_many_threads(
        self, verifier: Verifier, searched: Keypoints, registered: Keypoints
    ) -> None:
        expected = verifier.verify(searched, registered)
        with ThreadPoolExecutor(4) as threads:
            found = list(threads.map(verifier.verify, [searched] * 40, [registered] * 40))
        assert all(equal(one, expected) for one in found)

    def test_another_process_gives_the_same_answer(
        self, verifier: Verifier, searched: Keypoints, registered: Keypoints
    ) -> None:
        sent: Verifier = pickle.loads(pickle.dumps(verifier))
        assert sent.card == verifier.card
        assert equal(sent.verify(searched, registered), verifier.verify(searched, registered))

    def test_keypoints_are_not_changed(
        self, verifier: Verifier, searched: Keypoints, registered: Keypoints
    ) -> None:
        before = pickle.dumps((searched, registered))
        verifier.verify(searched, registered)
        assert pickle.dumps((searched, registered)) == before

    def test_any_keypoints_give_a_sound_answer(self, verifier: Verifier) -> None:
        @settings(max_examples=80)
        @given(
            st.integers(0, 2**32 - 1), st.integers(0, 40), st.integers(0, 40), st.sampled_from([1, 20, 640])
        )
        def compared(seed: int, left: int, right: int, grid: int) -> None:
            one, other = scattered(seed, left, grid), scattered(seed + 1, right, grid)
            assert_sound(verifier.verify(one, other), one, other)

        compared()

    def test_the_card_says_what_it_is(self, verifier: Verifier) -> None:
        card = verifier.card
        assert card.kind == "verifier"
        assert card.id.startswith(f"{card.name}-{card.version}-")
        assert all((card.summary, card.source, card.licence))

    def test_the_id_changes_with_every_setting_and_with_nothing_else(
        self, verifier: Verifier, others: list[Verifier], registered: Keypoints
    ) -> None:
        before = verifier.card.id
        verifier.verify(registered, registered)
        assert verifier.card.id == before
        assert len({before, *(other.card.id for other in others)}) == 1 + len(others)


def stretched(found: Keypoints, axis: int, by: float) -> Keypoints:
    """Keypoints as of a photo twice as wide (axis 0) or high (axis 1); mirrored for a negative factor."""
    points = found.points * np.where(np.arange(2) == axis, by, 1).astype(np.float32)
    width, height = (abs(by) * WIDTH, HEIGHT) if axis == 0 else (WIDTH, abs(by) * HEIGHT)
    if by < 0:
        points[:, axis] += (width, height)[axis]
    angles = (found.angles + (180 if by < 0 else 0)) % 360
    return dataclasses.replace(found, points=points, angles=angles, width=int(width), height=int(height))


def scattered(seed: int, count: int, grid: int) -> Keypoints:
    """Keypoints anywhere on a grid of so many pixels, some of which look alike in every photo."""
    rng = np.random.default_rng(seed)
    return Keypoints(
        points=(rng.integers(0, 640, (count, 2)) // (640 // grid) * (640 // grid)).astype(np.float32),
        sizes=rng.uniform(1.5, 60, count).astype(np.float32),
        angles=rng.uniform(0, 360, count).astype(np.float32),
        descriptors=own_descriptors(60)[rng.integers(0, 60, count)],
        width=640,
        height=640,
    )


def equal(one: Verification, other: Verification) -> bool:
    parts = zip(one.parts, other.parts, strict=True) if len(one.parts) == len(other.parts) else [(None, None)]
    same = all(
        mine is not None
        and his is not None
        and np.array_equal(mine.mapping, his.mapping)
        and np.array_equal(mine.pairs, his.pairs)
        for mine, his in parts
    )
    return same and (one.matches, one.spread, one.solid) == (other.matches, other.spread, other.solid)


def assert_nothing(found: Verification) -> None:
    assert found.parts == ()
    assert found.mapping is None
    assert found.inliers == 0
    assert found.pairs.shape == (0, 2)
    assert found.spread == 0


def assert_sound(found: Verification, searched: Keypoints, registered: Keypoints) -> None:
    assert found.pairs.dtype == np.int32
    assert found.inliers == len(found.pairs) <= found.matches
    assert found.matches <= min(len(searched), len(registered))
    if not found.parts:
        assert_nothing(found)
        return
    assert 0 <= found.spread <= 1
    for part in found.parts:
        assert part.mapping.shape == (3, 3)
        assert part.mapping.dtype == np.float64
        assert np.isfinite(part.mapping).all()
        if not found.solid:
            assert_agreeing(part, searched, registered)
    source, target = searched.points[found.pairs[:, 0]], registered.points[found.pairs[:, 1]]
    assert len(np.unique(source, axis=0)) == len(np.unique(target, axis=0)) == found.inliers


def assert_agreeing(part: Part, searched: Keypoints, registered: Keypoints) -> None:
    """Every pair lies where the part's mapping puts it."""
    source, target = searched.points[part.pairs[:, 0]], registered.points[part.pairs[:, 1]]
    errors = np.linalg.norm(maps.apply(part.mapping, source) - target, axis=1)
    assert errors.max() <= 0.01 * max(registered.width, registered.height)
