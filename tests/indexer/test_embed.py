"""What is kept of a photo is what was found in it, but for rounding."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from indexer.embed import POINT_STEP, embed, pack, point_step, unpack
from indexer.sight import REGISTERED_KEYPOINTS, Sight
from models.keypoints import Keypoints, as_floats
from models.pixels import NotReadable, decode
from tests.drawing import draw_photo, encode
from tests.indexer.workbench import HEIGHT, WIDTH, drawn

sides = st.one_of(st.integers(1, 2047), st.integers(1, 60_000))


@st.composite
def keypoints(draw: st.DrawFn) -> Keypoints:
    """Any keypoints that a photo of any size may have."""
    width, height, count = draw(sides), draw(sides), draw(st.integers(0, 6))

    def floats(low: float, high: float) -> np.ndarray:
        elements = st.floats(low, high, width=32)
        return draw(arrays.arrays(np.float32, count, elements=elements))

    return Keypoints(
        points=np.stack([floats(0, width), floats(0, height)], axis=1),
        sizes=floats(0.125, max(width, height)),
        angles=floats(0, 360),
        descriptors=draw(arrays.arrays(np.int8, (count, 64))),
        width=width,
        height=height,
    )


@given(keypoints())
def test_unpacking_undoes_packing_but_for_rounding(found: Keypoints) -> None:
    geometry = pack(found)
    assert geometry.dtype == np.uint16
    assert geometry.shape == (len(found), 4)
    back = unpack(geometry, found.descriptors, found.width, found.height)
    half = 0.5 / point_step(found.width, found.height) + 0.01
    np.testing.assert_allclose(back.points, found.points, atol=half)
    np.testing.assert_allclose(back.sizes, found.sizes, atol=2 * half)
    turned = np.abs((back.angles - found.angles + 180) % 360 - 180)
    assert (turned <= 0.5 * 360 / 65536 + 1e-3).all()
    assert (back.sizes > 0).all()
    assert back.descriptors is found.descriptors
    assert (back.width, back.height) == (found.width, found.height)
    geometry[:, 2] = np.maximum(geometry[:, 2], 1)  # a size is never nothing
    np.testing.assert_array_equal(pack(back), geometry)


@given(sides, sides)
def test_every_point_of_a_photo_fits(width: int, height: int) -> None:
    step = point_step(width, height)
    assert max(width, height) * step < 65536
    if max(width, height) < 2048:
        assert step == POINT_STEP


def test_what_lies_outside_is_brought_to_the_edge() -> None:
    outside = Keypoints(
        points=np.array([[-3, 5], [5000, 5]], np.float32),
        sizes=np.array([3000, 0], np.float32),
        angles=np.array([360, -90], np.float32),
        descriptors=np.zeros((2, 64), np.int8),
        width=100,
        height=100,
    )
    assert pack(outside).tolist() == [[0, 160, 65535, 0], [65535, 160, 0, 49152]]


def test_a_photo_is_embedded_by_all_its_models(sight: Sight) -> None:
    kept = embed("key", drawn(1), sight)
    found = sight.extractor.extract(decode(drawn(1)), REGISTERED_KEYPOINTS)
    assert kept.key == "key"
    assert (kept.width, kept.height) == (WIDTH, HEIGHT)
    assert len(found) > 100
    np.testing.assert_array_equal(kept.local, found.descriptors)
    np.testing.assert_array_equal(kept.codes, sight.local_index.encode(as_floats(found.descriptors)))
    whole = sight.descriptor.describe([decode(drawn(1))])
    np.testing.assert_array_equal(kept.whole, sight.global_index.encode(whole)[0])
    np.testing.assert_allclose(kept.keypoints().points, found.points, atol=1 / POINT_STEP)


def test_no_more_keypoints_are_kept_than_a_register_needs(sight: Sight) -> None:
    assert len(embed("key", draw_photo(3, 640, 480), sight).local) == REGISTERED_KEYPOINTS


def test_a_photo_without_structure_is_kept_without_keypoints(sight: Sight) -> None:
    kept = embed("key", encode(np.full((40, 60, 3), 128, np.uint8)), sight)
    assert kept.geometry.shape == (0, 4)
    assert kept.local.shape == (0, 64)
    assert kept.codes.shape == (0, sight.local_index.code_bytes)
    assert kept.whole.shape == (sight.global_index.code_bytes,)
    assert len(kept.keypoints()) == 0


def test_a_photo_wider_than_any_step_for_small_ones_is_kept_too(sight: Sight) -> None:
    large = embed("key", draw_photo(1, 2400, 1800), sight)
    again = large.keypoints()
    assert again.points[:, 0].max() > 2048
    wanted = sight.extractor.extract(decode(draw_photo(1, 2400, 1800)), REGISTERED_KEYPOINTS)
    np.testing.assert_allclose(again.points, wanted.points, atol=1 / 16)
    verified = sight.verifier.verify(wanted, again)
    assert verified.inliers > 100


@pytest.mark.parametrize("data", [b"", b"no photo", drawn(1)[:30]])
def test_what_is_no_photo_is_not_readable(sight: Sight, data: bytes) -> None:
    with pytest.raises(NotReadable):
        embed("key", data, sight)


def test_the_kept_vectors_are_named_after_what_makes_them(sight: Sight) -> None:
    assert sight.vectors_id == replace(sight).vectors_id
    other = replace(sight, weights=replace(sight.weights, sha256="other"))
    assert other.vectors_id != sight.vectors_id
