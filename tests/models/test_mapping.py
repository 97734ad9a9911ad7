"""Homographies are applied rightly, and those that no camera could have made are refused."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from models.mapping import COLLAPSE, GROWTH, SQUEEZE, apply, is_sane, jacobians, spread, turns, zooms
from tests.models.made import Floats, moved, slanted, turned

SQUARE = np.array([[0, 0], [100, 0], [100, 100], [0, 100], [40, 60]], np.float64)
SHARE = st.floats(-0.15, 0.15)


@st.composite
def views(draw: st.DrawFn) -> Floats:
    """A mapping as of a 480 x 360 photo whose corners were moved by up to 15 % of the width."""
    corners = np.array([[0, 0], [480, 0], [480, 360], [0, 360]], np.float32)
    by = np.array(draw(st.lists(SHARE, min_size=8, max_size=8)), np.float32).reshape(4, 2)
    return np.asarray(cv2.getPerspectiveTransform(corners, corners + 480 * by), np.float64)


places = st.tuples(st.floats(0, 480), st.floats(0, 360)).map(lambda place: np.array([place], np.float64))


def widened(across: float, down: float = 1.0) -> Floats:
    return np.diag([across, down, 1.0])


def inverse(mapping: Floats) -> Floats:
    return np.asarray(np.linalg.inv(mapping), np.float64)


def receding(by: float) -> Floats:
    """The square's right side is so many times further away than its left one."""
    return np.array([[1, 0, 0], [0, 1, 0], [(by - 1) / 100, 0, 1.0]])


@given(views(), places)
def test_points_are_mapped_as_opencv_maps_them(mapping: Floats, place: Floats) -> None:
    expected = cv2.perspectiveTransform(place[None], mapping)[0]
    assert np.allclose(apply(mapping, place), expected, atol=1e-6)


@given(views(), places)
def test_the_inverse_leads_back(mapping: Floats, place: Floats) -> None:
    assert np.allclose(apply(inverse(mapping), apply(mapping, place)), place, atol=1e-3)


@given(views(), views(), places)
def test_two_mappings_in_turn_are_their_product(first: Floats, second: Floats, place: Floats) -> None:
    halfway: Floats = apply(first, place)
    assume((halfway[0] >= 0).all() and (halfway[0] <= [480, 360]).all())
    assert np.allclose(apply(second @ first, place), apply(second, halfway), atol=1e-4)


def test_points_behind_the_camera_are_infinitely_far() -> None:
    mapping = np.array([[1, 0, 0], [0, 1, 0], [-0.01, 0, 1.0]])
    found = apply(mapping, np.array([[50.0, 10.0], [100.0, 10.0], [150.0, 10.0]]))
    assert found[0].tolist() == [100.0, 20.0]
    assert np.isinf(found[1:]).all()


def test_no_points_stay_none() -> None:
    assert apply(np.eye(3), np.zeros((0, 2))).shape == (0, 2)


def test_points_may_be_single_precision() -> None:
    assert apply(moved(1, 2), np.array([[3, 4]], np.float32)).tolist() == [[4.0, 6.0]]


@given(views(), places)
def test_the_affine_part_is_what_small_steps_do(mapping: Floats, place: Floats) -> None:
    step = 1e-3
    ends = [
        apply(mapping, place + np.array(by) * step) - apply(mapping, place - np.array(by) * step)
        for by in ((1, 0), (0, 1))
    ]
    expected = np.stack([end[0] / (2 * step) for end in ends], axis=1)
    assert np.allclose(jacobians(mapping, place)[0], expected, rtol=1e-3, atol=1e-5)


def test_each_point_has_its_own_affine_part() -> None:
    mapping = slanted(0.2)
    together = jacobians(mapping, SQUARE)
    assert together.shape == (5, 2, 2)
    for point, local in zip(SQUARE, together, strict=True):
        assert np.allclose(jacobians(mapping, point[None])[0], local)


@given(st.floats(-179, 179), st.floats(0.1, 10))
def test_a_turn_and_a_zoom_are_found_again(angle: float, scale: float) -> None:
    local = jacobians(turned(angle, scale), SQUARE)
    assert np.allclose((turns(local) + angle + 180) % 360, 180, atol=1e-6)
    assert np.allclose(zooms(local), scale)


def test_a_neighbourhood_that_is_widened_turns_by_the_nearest_rotation() -> None:
    local = (turned(30, 1)[:2, :2] @ np.diag([3.0, 1.0]) @ turned(20, 1)[:2, :2])[None]
    left, _, right = np.linalg.svd(local[0])
    nearest = left @ right
    assert turns(local)[0] == pytest.approx(np.degrees(np.arctan2(nearest[1, 0], nearest[0, 0])))
    assert zooms(local)[0] == pytest.approx(np.sqrt(3))


def test_a_collapsed_neighbourhood_has_no_size_but_can_be_compared() -> None:
    assert 0 < zooms(np.zeros((1, 2, 2)))[0] < 1e-5


@pytest.mark.parametrize(
    "mapping",
    [
        np.eye(3),
        moved(-500, 900),
        turned(77, 1),
        turned(180, 0.1),
        turned(0, 20),
        widened(4.5),
        slanted(0.2),
        receding(2.5),
        receding(1.2) @ turned(200, 2),
    ],
)
def test_what_a_camera_can_see_is_sane(mapping: Floats) -> None:
    assert is_sane(mapping, SQUARE)


@given(views())
def test_every_moderate_view_is_sane(mapping: Floats) -> None:
    assert is_sane(mapping, np.array([[0, 0], [480, 0], [480, 360], [0, 360]]))


@pytest.mark.parametrize("mapping", [widened(-1), widened(1, -1), turned(40, 1) @ widened(-2), widened(0, 1)])
def test_a_plane_seen_from_behind_is_refused(mapping: Floats) -> None:
    assert not is_sane(mapping, SQUARE)
    assert is_sane(mapping @ widened(-1), SQUARE) is bool(np.linalg.det(mapping) < 0)


@pytest.mark.parametrize("angle", [0, 45, 90])
def test_a_plane_squeezed_to_a_line_is_refused(angle: float) -> None:
    for squeeze, sane in ((SQUEEZE * 0.99, True), (SQUEEZE * 1.01, False)):
        assert is_sane(turned(angle, 1) @ widened(squeeze), SQUARE) is sane
        assert is_sane(widened(1, squeeze) @ turned(angle, 1), SQUARE) is sane


def test_a_scale_that_changes_beyond_reason_across_the_points_is_refused() -> None:
    # a neighbourhood's area falls with the third power of its depth; in a low strip it is hardly squeezed
    limit, strip = GROWTH ** (2 / 3), SQUARE * [1, 0.05]
    assert limit < SQUEEZE
    assert is_sane(receding(limit * 0.99), strip)
    assert not is_sane(receding(limit * 1.01), strip)
    assert not is_sane(receding(1 / (limit * 1.01)), strip)
    assert is_sane(receding(limit * 1.01), strip * 0.5)


def test_a_mapping_that_collapses_the_points_or_bursts_them_is_refused() -> None:
    for scale, sane in ((COLLAPSE * 1.01, True), (COLLAPSE * 0.99, False)):
        assert is_sane(turned(10, scale), SQUARE) is sane
        assert is_sane(turned(10, 1 / scale), SQUARE) is sane


def test_points_beyond_the_horizon_are_refused() -> None:
    mapping = np.array([[1, 0, 0], [0, 1, 0], [-1 / 90, 0, 1.0]])
    assert is_sane(mapping, SQUARE * 0.5)
    assert not is_sane(mapping, SQUARE)
    assert not is_sane(mapping, SQUARE + np.array([200, 0]))


@given(views())
def test_points_that_all_lie_behind_the_camera_are_refused(mapping: Floats) -> None:
    assert is_sane(mapping, SQUARE)
    assert not is_sane(-mapping, SQUARE)


def test_only_the_part_that_was_matched_must_be_sane() -> None:
    mapping = receding(30)
    assert is_sane(mapping, SQUARE * 0.05)
    assert not is_sane(mapping, SQUARE)


def test_the_spread_is_the_share_of_the_photo_between_the_points() -> None:
    assert spread(SQUARE, 100, 100) == 1
    assert spread(SQUARE, 200, 100) == 0.5
    assert spread(SQUARE[:3], 100, 100) == 0.5
    assert spread(SQUARE, 50, 50) == 1
    assert spread(np.zeros((9, 2)), 100, 100) == 0
    assert spread(np.array([[0, 0], [10, 10], [50, 50]]), 100, 100) == 0


@pytest.mark.parametrize("count", [0, 1, 2])
def test_fewer_than_three_points_span_nothing(count: int) -> None:
    assert spread(SQUARE[:count], 100, 100) == 0


def test_the_spread_of_a_photo_of_one_pixel_is_a_share_too() -> None:
    assert 0 <= spread(np.array([[0, 0], [1, 0], [0, 1]]), 1, 1) <= 1
    assert 0 <= spread(np.array([[0, 0], [1, 0], [0, 1]]), 0, 0) <= 1
