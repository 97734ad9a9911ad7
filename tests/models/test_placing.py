"""Keypoints of a cut or turned picture come back to the photo that it was made of."""

from __future__ import annotations

import numpy as np
import pytest

from models.placing import carried
from tests.models.made import Floats, chosen, keypoints, moved, same, slanted, turned
from tests.models.test_plane_verifier import mapped, scene

FOUND = keypoints([(10, 20), (30, 5), (0, 0)], width=60, height=40)


def test_points_sizes_and_angles_follow_the_mapping() -> None:
    quarter = moved(100, 50) @ np.array([[0, -2, 0], [2, 0, 0], [0, 0, 1.0]])
    back = carried(FOUND, quarter, 640, 480)
    np.testing.assert_allclose(back.points, [(60, 70), (90, 110), (100, 50)], atol=1e-4)
    np.testing.assert_allclose(back.sizes, FOUND.sizes * 2, rtol=1e-6)
    np.testing.assert_allclose(back.angles, 90, atol=1e-4)
    np.testing.assert_array_equal(back.descriptors, FOUND.descriptors)
    assert (back.width, back.height) == (640, 480)


def test_no_keypoints_stay_none() -> None:
    back = carried(chosen(FOUND, []), moved(3, 4), 640, 480)
    assert (len(back), back.width, back.height) == (0, 640, 480)


@pytest.mark.parametrize("mapping", [np.eye(3), turned(35, 0.6), turned(-170, 1.4), slanted(0.2)])
def test_keypoints_are_placed_as_another_photo_has_them(mapping: Floats) -> None:
    back, true = carried(scene(), mapping, 640, 480), mapped(scene(), mapping)
    np.testing.assert_allclose(back.points, true.points, atol=1e-3)
    np.testing.assert_allclose(back.sizes, true.sizes, rtol=1e-5)
    off = (back.angles - true.angles + 180) % 360 - 180
    np.testing.assert_allclose(off, 0, atol=1e-3)
    assert (back.angles >= 0).all()
    assert (back.angles < 360).all()


def test_there_and_back_is_where_they_were() -> None:
    mapping = slanted(0.2) @ turned(50, 0.7)
    there = carried(scene(), mapping, 640, 480)
    back = carried(there, np.asarray(np.linalg.inv(mapping), np.float64), 640, 480)
    np.testing.assert_allclose(back.points, scene().points, atol=1e-2)
    np.testing.assert_allclose(back.sizes, scene().sizes, rtol=1e-3)
    np.testing.assert_allclose((back.angles + 180) % 360, 180, atol=1e-2)


def test_what_was_found_stays_as_it_is() -> None:
    before = keypoints([(10, 20), (30, 5), (0, 0)], width=60, height=40)
    back = carried(FOUND, turned(35, 0.6), 640, 480)
    assert same(FOUND, before)
    assert [a.dtype for a in (back.points, back.sizes, back.angles)] == [np.float32] * 3


@pytest.mark.parametrize(("width", "height"), [(1, 1), (60000, 2)])
def test_the_photo_may_have_any_size(width: int, height: int) -> None:
    back = carried(chosen(FOUND, [2]), np.diag([1 / 60, 1 / 60, 1.0]), width, height)
    assert (len(back), back.width, back.height) == (1, width, height)
    assert back.sizes[0] > 0
