"""RootSIFT: the arithmetic of its descriptors, the order of its keypoints, and what dark photos need."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from models.keypoints import DIMENSION, QUANTUM, RootSift, as_floats, project, raw_sift, root
from models.weights import load_weights
from tests.models.made import Pixels, canonical, flat, picture, same

Float32 = npt.NDArray[np.float32]
POINTS = [[85.55, 147.41], [353.73, 499.82], [247.79, 221.78]]
SIZES = [3.91, 6.29, 4.65]
ANGLES = [241.46, 17.77, 240.53]
DESCRIPTORS = [
    [-127, -31, 110, -36, 38, -5, -54, 13, -51, -30],
    [127, -3, -85, -78, 33, 8, -33, -59, -23, -17],
]
"""What the three strongest keypoints of the canonical picture are; stored vectors depend on it."""


IN_ORDER = [
    (0.75, 90.0, 1.0, 4.0, 0.0),
    (0.5, 10.0, 7.0, 4.0, 0.0),
    (0.5, 30.0, 1.0, 4.0, 0.0),
    (0.5, 30.0, 2.0, 3.0, 50.0),
    (0.5, 30.0, 2.0, 4.0, 1.0),
    (0.5, 30.0, 2.0, 4.0, 9.0),
    (0.25, 5.0, 5.0, 9.0, 0.0),
]
"""Response, x, y, size and angle of keypoints in the order in which they are kept."""


class FoundInOrder:
    """Stands for cv2.SIFT: finds the same keypoints in another order."""

    def __init__(self, order: list[int]) -> None:
        self.order = order

    def create(self, **_: float) -> FoundInOrder:
        return self

    def detectAndCompute(self, picture: Pixels, mask: None) -> tuple[list[cv2.KeyPoint], Float32]:  # noqa: N802
        rows = [IN_ORDER[row] for row in self.order]
        points = [cv2.KeyPoint(x, y, size, angle, response) for response, x, y, size, angle in rows]
        return points, np.repeat(np.array(self.order, np.float32)[:, None], 128, axis=1)


def histograms(seed: int, count: int, filled: float) -> Float32:
    """So many histograms of whole numbers to 255, of which this share of bins is filled."""
    rng = np.random.default_rng(seed)
    return (rng.integers(0, 256, (count, 128)) * (rng.random((count, 128)) < filled)).astype(np.float32)


HISTOGRAMS = st.builds(
    histograms, st.integers(0, 10_000), st.integers(0, 20), st.sampled_from([0, 0.01, 0.3, 1])
)


@pytest.fixture
def extractor() -> RootSift:
    return RootSift(load_weights())


@given(HISTOGRAMS)
def test_a_rooted_histogram_is_of_unit_length(given_ones: Float32) -> None:
    rooted = root(given_ones)
    assert rooted.dtype == np.float32
    assert rooted.shape == given_ones.shape
    filled = given_ones.any(axis=1)
    assert np.allclose(np.linalg.norm(rooted[filled], axis=1), 1, atol=1e-5)
    assert not rooted[~filled].any()


def test_a_rooted_histogram_compares_as_hellinger_does() -> None:
    one, other = np.random.default_rng(0).integers(0, 255, (2, 128)).astype(np.float32)
    rooted = root(np.stack([one, other]))
    expected = np.sqrt(one / one.sum() * (other / other.sum())).sum()
    assert rooted[0] @ rooted[1] == pytest.approx(expected, rel=1e-5)


@given(HISTOGRAMS)
def test_a_projection_is_of_unit_length_but_for_rounding_and_what_is_cut(given_ones: Float32) -> None:
    projected = project(root(given_ones), load_weights())
    assert projected.dtype == np.int8
    assert projected.shape == (len(given_ones), DIMENSION)
    assert (projected > -128).all()
    lengths = np.linalg.norm(as_floats(projected), axis=1)
    uncut = (np.abs(projected.astype(int)) < 127).all(axis=1)
    assert np.allclose(lengths[uncut], 1, atol=0.02)


def test_a_projection_keeps_what_is_alike_alike() -> None:
    rng = np.random.default_rng(0)
    weights = load_weights()
    rooted = root(rng.gamma(0.6, 40, (60, 128)).astype(np.float32))
    centred = (rooted - weights.mean) @ weights.basis
    centred /= np.linalg.norm(centred, axis=1, keepdims=True)
    floats = as_floats(project(rooted, weights))
    assert np.abs(floats - np.clip(centred, -0.5, 0.5)).max() <= 0.6 / QUANTUM


def test_what_has_no_direction_is_projected_to_nothing() -> None:
    weights = load_weights()
    assert not project(weights.mean[None], weights).any()


@given(
    arrays.arrays(np.int8, st.tuples(st.integers(0, 20), st.just(DIMENSION)), elements=st.integers(-127, 127))
)
def test_stored_descriptors_come_back_exactly(stored: npt.NDArray[np.int8]) -> None:
    floats = as_floats(stored)
    assert floats.dtype == np.float32
    assert floats.flags.c_contiguous
    assert np.array_equal(np.rint(floats * QUANTUM), stored)
    assert np.abs(floats).max(initial=0) <= 0.5


def test_a_descriptor_that_was_stored_is_off_by_half_a_step_at_most() -> None:
    vectors = np.random.default_rng(0).normal(size=(50, DIMENSION)) * 0.1
    stored = np.rint(vectors * QUANTUM).astype(np.int8)
    assert np.abs(as_floats(stored) - vectors).max() <= 0.5001 / QUANTUM


def test_the_canonical_picture_has_its_known_keypoints(extractor: RootSift) -> None:
    found = extractor.extract(canonical(), 3000)
    assert len(found) == pytest.approx(2471, abs=10)
    assert np.allclose(found.points[:3], POINTS, atol=0.03)
    assert np.allclose(found.sizes[:3], SIZES, atol=0.02)
    assert np.allclose(found.angles[:3], ANGLES, atol=0.15)
    assert np.abs(found.descriptors[:2, :10].astype(int) - DESCRIPTORS).max() <= 2


@pytest.mark.parametrize("seed", range(4))
def test_keypoints_come_strongest_first_in_whatever_order_they_are_found(
    extractor: RootSift, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    order = np.random.default_rng(seed).permutation(len(IN_ORDER))
    monkeypatch.setattr(cv2, "SIFT", FoundInOrder(order.tolist()))
    for limit in (3, 100):
        found = raw_sift(picture(1), limit, extractor)
        assert found.geometry.tolist() == [list(row[1:]) for row in IN_ORDER[:limit]]
        assert found.histograms[:, 0].tolist() == list(range(len(IN_ORDER)))[:limit]


def test_the_same_keypoints_however_many_threads_opencv_has(extractor: RootSift) -> None:
    before = cv2.getNumThreads()
    try:
        found = []
        for threads in (1, 2, 4):
            cv2.setNumThreads(threads)
            found.append(extractor.extract(picture(1, 800, 600), 500))
    finally:
        cv2.setNumThreads(before)
    assert same(found[0], found[1])
    assert same(found[0], found[2])


def test_a_dark_photo_still_has_keypoints(extractor: RootSift) -> None:
    dark = (picture(1) * 0.12).astype(np.uint8)
    without = RootSift(extractor.weights, clip_limit=0.01)
    assert len(extractor.extract(dark, 500)) > 150
    assert len(without.extract(dark, 500)) < 100


def test_more_contrast_asked_for_is_fewer_keypoints(extractor: RootSift) -> None:
    stricter = RootSift(extractor.weights, contrast_threshold=0.08)
    assert len(stricter.extract(picture(1), 2000)) < 0.8 * len(extractor.extract(picture(1), 2000))


def test_a_smaller_working_size_finds_fewer_and_larger_keypoints(extractor: RootSift) -> None:
    small = RootSift(extractor.weights, side=160).extract(picture(1), 2000)
    found = extractor.extract(picture(1), 2000)
    assert 0 < len(small) < len(found) / 2
    assert np.median(small.sizes) > 1.5 * np.median(found.sizes)


def test_no_keypoints_have_the_shapes_of_some(extractor: RootSift) -> None:
    found = raw_sift(flat(), 10, extractor)
    assert (found.geometry.shape, found.histograms.shape) == ((0, 4), (0, 128))
    assert found.geometry.dtype == found.histograms.dtype == np.float32


def test_the_card_names_the_weights(extractor: RootSift) -> None:
    assert extractor.card.weights_sha256 == load_weights().sha256


def test_the_id_does_not_depend_on_which_card_was_asked_for_first(extractor: RootSift) -> None:
    before = extractor.card.id
    RootSift(extractor.weights, clip_limit=int(extractor.clip_limit)).card  # noqa: B018
    assert extractor.card.id == before
