"""Keypoints of a cut or turned picture come back to the photo that it was made of."""

from __future__ import annotations

import numpy as np

from models.placing import placed
from tests.models.made import chosen, keypoints, moved

FOUND = keypoints([(10, 20), (30, 5), (0, 0)], width=60, height=40)


def test_points_sizes_and_angles_follow_the_mapping() -> None:
    quarter = moved(100, 50) @ np.array([[0, -2, 0], [2, 0, 0], [0, 0, 1.0]])
    back = placed(FOUND, quarter, 640, 480)
    np.testing.assert_allclose(back.points, [(60, 70), (90, 110), (100, 50)], atol=1e-4)
    np.testing.assert_allclose(back.sizes, FOUND.sizes * 2, rtol=1e-6)
    np.testing.assert_allclose(back.angles, 90, atol=1e-4)
    np.testing.assert_array_equal(back.descriptors, FOUND.descriptors)
    assert (back.width, back.height) == (640, 480)


def test_no_keypoints_stay_none() -> None:
    back = placed(chosen(FOUND, []), moved(3, 4), 640, 480)
    assert (len(back), back.width, back.height) == (0, 640, 480)
