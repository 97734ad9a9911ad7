"""What every KeypointExtractor must do. A test class for an implementation inherits this and gives the extractor."""

from __future__ import annotations

import pickle
from abc import abstractmethod
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from models.keypoints import DIMENSION, KeypointExtractor, Keypoints, as_floats
from models.pixels import Pixels
from tests.models.made import (
    PHOTOS,
    black_and_white,
    chosen,
    noise,
    picture,
    resized,
    same,
)

LIMIT = 300
STRUCTURELESS = [
    "one pixel",
    "two pixels",
    "one row",
    "one column",
    "black",
    "white",
    "flat grey",
    "flat red",
]
STRUCTURED = ["drawn", "looks grey", "larger than models look at"]


class KeypointExtractorContract:
    """A photo in, its strongest keypoints out, in its own pixels: the same for the same photo, none for none."""

    @pytest.fixture
    @abstractmethod
    def extractor(self) -> KeypointExtractor:
        """The extractor, made anew."""

    @pytest.fixture
    @abstractmethod
    def others(self) -> list[KeypointExtractor]:
        """The same kind of extractor, each with another setting changed."""

    @pytest.mark.parametrize("kind", PHOTOS)
    def test_every_photo_gives_sound_keypoints(self, extractor: KeypointExtractor, kind: str) -> None:
        assert_sound(extractor.extract(PHOTOS[kind], LIMIT), PHOTOS[kind], LIMIT)

    def test_any_pixels_give_sound_keypoints(self, extractor: KeypointExtractor) -> None:
        @settings(max_examples=60)
        @given(arrays.arrays(np.uint8, st.tuples(st.integers(1, 40), st.integers(1, 40), st.just(3))))
        def extracted(photo: Pixels) -> None:
            assert_sound(extractor.extract(photo, LIMIT), photo, LIMIT)

        extracted()

    @pytest.mark.parametrize(("width", "height"), [(1900, 13), (1300, 15), (1000, 15), (16, 1000), (900, 21)])
    def test_points_of_a_narrow_photo_lie_inside(
        self, extractor: KeypointExtractor, width: int, height: int
    ) -> None:
        photo = noise(width, height)
        assert_sound(extractor.extract(photo, 2000), photo, 2000)

    @pytest.mark.parametrize("kind", STRUCTURELESS)
    def test_a_photo_without_structure_gives_none(self, extractor: KeypointExtractor, kind: str) -> None:
        assert len(extractor.extract(PHOTOS[kind], LIMIT)) == 0

    @pytest.mark.parametrize("kind", STRUCTURED)
    def test_a_photo_with_structure_gives_many(self, extractor: KeypointExtractor, kind: str) -> None:
        assert len(extractor.extract(PHOTOS[kind], LIMIT)) >= LIMIT // 2

    def test_colours_are_not_needed(self, extractor: KeypointExtractor) -> None:
        coloured, grey = picture(1), black_and_white(picture(1))
        assert len(extractor.extract(grey, LIMIT)) == pytest.approx(
            len(extractor.extract(coloured, LIMIT)), rel=0.1
        )

    @pytest.mark.parametrize("limit", [0, 1, 7, 100])
    def test_the_limit_keeps_the_strongest(self, extractor: KeypointExtractor, limit: int) -> None:
        everything = extractor.extract(picture(1), 5000)
        assert len(everything) > limit
        assert same(extractor.extract(picture(1), limit), chosen(everything, range(limit)))

    def test_a_limit_that_is_not_reached_changes_nothing(self, extractor: KeypointExtractor) -> None:
        found = extractor.extract(picture(1), 5000)
        assert len(found) < 5000
        assert same(found, extractor.extract(picture(1), 10_000))

    def test_clear_structure_comes_before_faint(self, extractor: KeypointExtractor) -> None:
        faint = (picture(2).astype(np.float32) * 0.12 + 110).astype(np.uint8)
        photo = np.concatenate([faint[:, :240], picture(1)[:, 240:]], axis=1)
        found = extractor.extract(photo, 5000)
        clear = found.points[:, 0] > 240
        assert clear[: len(found) // 4].mean() > 0.95
        assert clear.mean() < 0.85

    def test_points_and_sizes_are_in_pixels_of_the_photo_that_was_given(
        self, extractor: KeypointExtractor
    ) -> None:
        large = picture(1, 1600, 1200)
        small = extractor.extract(resized(large, 800, 600), LIMIT)
        found = extractor.extract(large, LIMIT)
        pairs = alike(small, found)
        apart = np.linalg.norm(small.points[pairs[:, 0]] * 2 - found.points[pairs[:, 1]], axis=1)
        grown = found.sizes[pairs[:, 1]] / small.sizes[pairs[:, 0]]
        assert np.median(apart) < 2
        assert np.median(grown) == pytest.approx(2, abs=0.1)

    def test_angles_turn_clockwise_with_the_photo(self, extractor: KeypointExtractor) -> None:
        photo = picture(1)
        upright = extractor.extract(photo, LIMIT)
        turned = extractor.extract(np.ascontiguousarray(np.rot90(photo, -1)), LIMIT)
        pairs = alike(upright, turned)
        places = np.stack([photo.shape[0] - 1 - upright.points[:, 1], upright.points[:, 0]], axis=1)
        apart = np.linalg.norm(places[pairs[:, 0]] - turned.points[pairs[:, 1]], axis=1)
        by = (turned.angles[pairs[:, 1]] - upright.angles[pairs[:, 0]]) % 360
        assert np.median(apart) < 2
        assert np.median(by) == pytest.approx(90, abs=2)

    def test_the_same_photo_gives_the_same_keypoints_in_many_threads(
        self, extractor: KeypointExtractor
    ) -> None:
        photos = [picture(seed) for seed in range(4)]
        expected = [extractor.extract(photo, LIMIT) for photo in photos]
        with ThreadPoolExecutor(4) as threads:
            found = list(threads.map(extractor.extract, photos * 4, [LIMIT] * 16))
        assert all(same(one, other) for one, other in zip(found, expected * 4, strict=True))

    def test_another_process_gives_the_same_keypoints(self, extractor: KeypointExtractor) -> None:
        sent: KeypointExtractor = pickle.loads(pickle.dumps(extractor))
        assert sent.card == extractor.card
        assert same(sent.extract(picture(1), LIMIT), extractor.extract(picture(1), LIMIT))

    def test_a_photo_is_not_changed(self, extractor: KeypointExtractor) -> None:
        photo = picture(6)
        before = photo.copy()
        extractor.extract(photo, LIMIT)
        assert np.array_equal(photo, before)

    def test_a_photo_may_be_part_of_another_or_read_only(self, extractor: KeypointExtractor) -> None:
        photo = picture(6)
        photo.flags.writeable = False
        for view in (photo, photo[20:200, 30:300], photo[:, ::-1], photo.transpose(1, 0, 2)):
            assert same(extractor.extract(view, LIMIT), extractor.extract(view.copy(), LIMIT))

    def test_the_card_says_what_it_is(self, extractor: KeypointExtractor) -> None:
        card = extractor.card
        assert (card.kind, card.dimension) == ("keypoints", DIMENSION)
        assert card.id.startswith(f"{card.name}-{card.version}-")
        assert all((card.summary, card.source, card.licence, card.preprocessing))

    def test_the_id_changes_with_every_setting_and_with_nothing_else(
        self, extractor: KeypointExtractor, others: list[KeypointExtractor]
    ) -> None:
        before = extractor.card.id
        extractor.extract(picture(1), LIMIT)
        assert extractor.card.id == before
        assert len({before, *(other.card.id for other in others)}) == 1 + len(others)


def alike(one: Keypoints, other: Keypoints) -> npt.NDArray[np.int64]:
    """Rows of both whose descriptors are each other's nearest."""
    likeness = as_floats(one.descriptors) @ as_floats(other.descriptors).T
    best = likeness.argmax(axis=1)
    rows = np.flatnonzero(likeness.argmax(axis=0)[best] == np.arange(len(one)))
    assert len(rows) > LIMIT // 4
    return np.stack([rows, best[rows]], axis=1)


def assert_sound(found: Keypoints, photo: Pixels, limit: int) -> None:
    count = len(found)
    assert count <= limit
    assert (found.height, found.width) == photo.shape[:2]
    shapes = (found.points.shape, found.sizes.shape, found.angles.shape, found.descriptors.shape)
    assert shapes == ((count, 2), (count,), (count,), (count, DIMENSION))
    assert {found.points.dtype, found.sizes.dtype, found.angles.dtype} == {np.dtype(np.float32)}
    assert found.descriptors.dtype == np.int8
    assert (found.points >= 0).all()
    assert (found.points < [found.width, found.height]).all()
    assert (found.sizes > 0).all()
    assert np.isfinite(found.sizes).all()
    assert np.isfinite(found.angles).all()
    assert_unit_length(found.descriptors)


def assert_unit_length(descriptors: npt.NDArray[np.int8]) -> None:
    """All that were not cut are of unit length but for rounding, none is longer, none is mostly cut away."""
    lengths = np.linalg.norm(as_floats(descriptors), axis=1)
    whole = (np.abs(descriptors.astype(int)) < 127).all(axis=1)
    assert np.allclose(lengths[whole], 1, atol=0.02)
    assert (lengths < 1.02).all()
    assert (lengths > 0.5).all()
