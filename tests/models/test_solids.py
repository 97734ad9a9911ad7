"""Groups of matches that predict each other hold over a curved surface, and hardly ever by chance."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from models import mapping as maps
from models.anything import AnyVerifier
from models.keypoints import Keypoints
from models.planes import PlaneVerifier
from models.solids import SolidVerifier, affine, components, core
from tests.models.made import Floats, keypoints, own_descriptors

RADIUS, TALL = 200.0, 400.0


def column(turn: float) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """A grid on the front of a column, turned by degrees: (n, 2) pixels, and which of n are seen."""
    angles, heights = np.meshgrid(np.linspace(-75, 75, 16), np.linspace(20, TALL - 20, 12))
    at = np.radians(angles.ravel() + turn)
    points = np.stack([320 + RADIUS * np.sin(at), 40 + heights.ravel()], axis=1)
    return points, np.cos(at) > 0.2


def turned_column(turn: float) -> tuple[Keypoints, Keypoints]:
    """The column seen twice, the second time turned."""
    (before, seen), (after, still) = column(0), column(turn)
    both = seen & still
    return keypoints(before[both]), keypoints(after[both])


def test_the_front_of_a_column_agrees_though_no_plane_holds_it() -> None:
    searched, registered = turned_column(40)
    flat = PlaneVerifier(parts=1).verify(searched, registered)
    found = SolidVerifier().verify(searched, registered)
    assert found.solid
    assert found.inliers > 1.25 * flat.inliers
    assert found.pairs[:, 0].tolist() == found.pairs[:, 1].tolist()
    assert 0.1 < found.spread < 0.6


def test_a_solid_thing_is_verified_as_one_only_where_no_plane_says_enough() -> None:
    searched, registered = turned_column(40)
    assert not AnyVerifier().verify(searched, registered).solid
    assert AnyVerifier(enough=10_000).verify(searched, registered).solid
    assert not AnyVerifier(enough=10_000, more=100.0).verify(searched, registered).solid


@pytest.mark.parametrize("seed", range(20))
def test_chance_forms_no_group(seed: int) -> None:
    rng = np.random.default_rng(seed)
    one, other = (keypoints(rng.uniform(0, 480, (60, 2)), own_descriptors(60)) for _ in range(2))
    assert SolidVerifier().verify(one, other).parts == ()


def test_a_group_on_one_spot_is_one_detail() -> None:
    spot = np.stack(np.meshgrid(np.arange(5) * 7.0, np.arange(5) * 7.0), axis=-1).reshape(-1, 2)
    detail = keypoints(spot + 100)
    assert SolidVerifier().verify(detail, detail).parts == ()
    assert SolidVerifier(narrow=0.0).verify(detail, detail).inliers == len(spot)


def test_two_groups_apart_are_two_parts_each_with_its_mapping() -> None:
    patch = np.stack(np.meshgrid(np.arange(5) * 24.0, np.arange(5) * 24.0), axis=-1).reshape(-1, 2)
    descriptors = own_descriptors(50)
    there = keypoints(np.concatenate([patch + 20, patch + np.array([400, 300])]), descriptors)
    here = keypoints(np.concatenate([patch + 20, patch + np.array([400, 60])]), descriptors)
    found = SolidVerifier().verify(here, there)
    assert [len(part.pairs) for part in found.parts] == [25, 25]
    assert not set(found.parts[0].pairs[:, 0]) & set(found.parts[1].pairs[:, 0])
    moves = sorted(round(float(part.mapping[1, 2])) for part in found.parts)
    assert moves == [0, 240]


def test_fewer_points_than_the_minimum_are_no_group() -> None:
    for count in (0, 1, 2, 6):
        few = keypoints(column(0)[0][:count] + 1)
        assert SolidVerifier().verify(few, few).parts == ()


def test_a_core_is_what_keeps_enough_friends() -> None:
    friendly = np.zeros((6, 6), bool)
    for one, other in ((0, 1), (0, 2), (1, 2), (2, 3), (3, 4)):
        friendly[one, other] = friendly[other, one] = True
    assert core(friendly, 2).tolist() == [0, 1, 2]
    assert core(friendly, 3).tolist() == []
    assert [group.tolist() for group in components(friendly)] == [[0, 1, 2, 3, 4], [5]]


def test_an_affine_mapping_fits_points_that_lie_on_no_line() -> None:
    here = np.array([[0, 0], [10, 0], [0, 20], [7, 9]], np.float32)
    true = np.array([[1.5, 0.2, 30], [-0.1, 0.8, 5]])
    there = (here @ true[:, :2].T + true[:, 2]).astype(np.float32)
    found = affine(here, there)
    assert found is not None
    np.testing.assert_allclose(found[:2], true, atol=1e-4)
    assert affine(here * np.array([1, 0], np.float32), there) is None


@pytest.mark.parametrize("turn", [10, 25, 40])
def test_every_point_of_a_turned_column_agrees_and_no_one_mapping_holds_them(turn: int) -> None:
    searched, registered = turned_column(turn)
    found = SolidVerifier().verify(searched, registered)
    assert [len(part.pairs) for part in found.parts] == [len(searched)]
    errors = np.linalg.norm(maps.apply(found.parts[0].mapping, searched.points) - registered.points, axis=1)
    assert errors.max() > SolidVerifier().tolerance * 640
    assert errors.max() < 0.1 * 640


@pytest.mark.parametrize("angle", [0, 90, 200])
def test_a_column_may_lie_in_the_photo_at_any_angle(angle: int) -> None:
    searched, registered = turned_column(25)
    cos, sin = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    rotation = np.array([[cos, -sin, 700], [sin, cos, 700], [0, 0, 1.0]])
    lying = keypoints(maps.apply(rotation, registered.points), width=1400, height=1400)
    assert (SolidVerifier().verify(searched, lying).parts == ()) is (angle != 0)
    lying.angles[:] = angle
    assert SolidVerifier().verify(searched, lying).inliers == len(searched)


def test_some_matches_by_chance_are_left_out() -> None:
    searched, registered = turned_column(25)
    wrong = np.arange(len(searched)) % 5 == 0
    stray = np.random.default_rng(2).uniform(0, 480, (int(wrong.sum()), 2)).astype(np.float32)
    registered.points[wrong] = stray
    found = SolidVerifier().verify(searched, registered)
    assert found.matches == len(searched)
    assert (found.pairs[:, 0] == found.pairs[:, 1]).all()
    assert found.inliers > 0.7 * len(searched)
    assert np.count_nonzero(wrong[found.pairs[:, 0]]) < 0.1 * wrong.sum()


def test_the_largest_group_comes_first() -> None:
    patch = np.stack(np.meshgrid(np.arange(5) * 24.0, np.arange(5) * 24.0), axis=-1).reshape(-1, 2)
    there = keypoints(np.concatenate([patch[:15] + 20, patch + np.array([400, 300])]), own_descriptors(40))
    here = keypoints(np.concatenate([patch[:15] + 20, patch + np.array([400, 60])]), own_descriptors(40))
    assert [len(part.pairs) for part in SolidVerifier().verify(here, there).parts] == [25, 15]


def test_nothing_has_no_core_and_no_components() -> None:
    nobody = np.zeros((0, 0), bool)
    assert core(nobody, 3).tolist() == []
    assert components(nobody) == []


@pytest.mark.parametrize("swapped", [False, True])
def test_a_group_that_is_one_spot_in_either_photo_is_one_detail(swapped: bool) -> None:
    wide = np.stack(np.meshgrid(np.arange(5) * 60.0, np.arange(5) * 60.0), axis=-1).reshape(-1, 2)
    large, small = keypoints(wide + 100), keypoints(wide / 8 + 100)
    large.sizes[:] *= 8
    pair = (small, large) if swapped else (large, small)
    assert SolidVerifier().verify(*pair).parts == ()
    assert SolidVerifier(narrow=0.0).verify(*pair).inliers == len(wide)
