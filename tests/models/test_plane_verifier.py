"""What the verifier with one homography asks of matches, besides that they lie where the mapping puts them."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from models import mapping as maps
from models.keypoints import Keypoints, RootSift
from models.planes import PlaneVerifier
from models.weights import load_weights
from tests.models.made import (
    Floats,
    chosen,
    corner_error,
    keypoints,
    moved,
    own_descriptors,
    picture,
    seen,
    turned,
)

GRID = np.stack(np.meshgrid(np.arange(8) * 60 + 30, np.arange(6) * 60 + 30), axis=-1).reshape(-1, 2)


def scene() -> Keypoints:
    """Keypoints on a grid, each with its own descriptor."""
    return keypoints(GRID)


def mapped(found: Keypoints, mapping: Floats) -> Keypoints:
    """The same keypoints as another photo would have them, sizes and angles included."""
    local = maps.jacobians(mapping, found.points.astype(np.float64))
    return dataclasses.replace(
        found,
        points=maps.apply(mapping, found.points).astype(np.float32),
        sizes=(found.sizes * maps.zooms(local)).astype(np.float32),
        angles=((found.angles + maps.turns(local)) % 360).astype(np.float32),
    )


@pytest.mark.parametrize("minimum", [6, 10])
def test_fewer_agreeing_points_than_the_minimum_are_no_mapping(minimum: int) -> None:
    few, enough = (chosen(scene(), np.arange(count) * 3) for count in (minimum - 1, minimum))
    verifier = PlaneVerifier(minimum=minimum)
    assert verifier.verify(few, few).mapping is None
    assert verifier.verify(few, few).matches == minimum - 1
    assert verifier.verify(enough, enough).inliers == minimum


@pytest.mark.parametrize(("off", "agree"), [(0, True), (25, True), (335, True), (35, False), (180, False)])
def test_keypoints_must_turn_as_the_mapping_does(off: float, agree: bool) -> None:
    registered = scene()
    angles = np.full(len(GRID), off, np.float32)
    found = PlaneVerifier().verify(registered, dataclasses.replace(registered, angles=angles))
    assert found.matches == len(GRID)
    assert (found.mapping is not None) is agree
    assert found.inliers == (len(GRID) if agree else 0)


@pytest.mark.parametrize(
    ("times", "agree"), [(1, True), (1.9, True), (0.55, True), (2.1, False), (0.45, False)]
)
def test_keypoints_must_grow_as_the_mapping_does(times: float, agree: bool) -> None:
    registered = scene()
    sizes = registered.sizes * np.float32(times)
    found = PlaneVerifier().verify(registered, dataclasses.replace(registered, sizes=sizes))
    assert found.matches == len(GRID)
    assert found.inliers == (len(GRID) if agree else 0)


@pytest.mark.parametrize("angle", range(0, 360, 45))
def test_angles_are_compared_around_the_full_turn(angle: int) -> None:
    cos, sin = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    mapping = np.array([[cos, -sin, 900], [sin, cos, 900], [0, 0, 1]])
    registered = mapped(scene(), mapping)
    for start in (0.0, 170.0, 350.0):
        angles = [np.asarray((found.angles + start) % 360, np.float32) for found in (scene(), registered)]
        pair = (dataclasses.replace(k, angles=a) for k, a in zip((scene(), registered), angles, strict=True))
        assert PlaneVerifier().verify(*pair).inliers == len(GRID)


def test_only_pairs_that_agree_are_given() -> None:
    registered = scene()
    points = registered.points.copy()
    points[::5] += np.random.default_rng(3).uniform(20, 60, (len(points[::5]), 2)).astype(np.float32)
    found = PlaneVerifier().verify(dataclasses.replace(registered, points=points), registered)
    assert found.pairs.tolist() == [[row, row] for row in range(len(GRID)) if row % 5]
    assert found.matches == len(GRID)


@pytest.mark.parametrize(("pixels", "agree"), [(3.0, True), (8.0, False)])
def test_the_tolerance_is_a_share_of_the_registered_photo(pixels: float, agree: bool) -> None:
    for size in (1, 4):
        registered = enlarged(scene(), size)
        searched = scene()
        searched.points[20, 0] += pixels
        pairs = PlaneVerifier().verify(searched, registered).pairs
        assert ([20, 20] in pairs.tolist()) is agree


@pytest.mark.parametrize("size", [1, 4])
def test_points_in_a_larger_photo_may_be_off_by_more_pixels(size: int) -> None:
    registered = enlarged(scene(), size)
    registered.points[:] += np.random.default_rng(1).uniform(-3 * size, 3 * size, (len(GRID), 2))
    assert PlaneVerifier().verify(scene(), registered).inliers > 0.75 * len(GRID)


def test_the_mapping_keeps_its_scale_where_nothing_is_behind_the_camera() -> None:
    found = PlaneVerifier().verify(scene(), mapped(scene(), moved(10, 5)))
    assert found.mapping is not None
    assert found.mapping[2, 2] == 1
    assert corner_error(found.mapping, moved(10, 5), 640, 480) < 0.1


@pytest.mark.parametrize(("across", "sane"), [(1 / 4, True), (4, True), (6, False), (1 / 6, False)])
def test_a_mapping_that_no_camera_makes_is_no_mapping(across: float, sane: bool) -> None:
    found = PlaneVerifier().verify(scene(), mapped(scene(), np.diag([across, 1, 1.0])))
    assert (found.mapping is not None) is sane
    assert found.inliers == (len(GRID) if sane else 0)


def enlarged(found: Keypoints, by: int) -> Keypoints:
    """The same keypoints in a photo with so many times the pixels."""
    larger = dataclasses.replace(found, width=found.width * by, height=found.height * by)
    return dataclasses.replace(larger, points=found.points * by, sizes=found.sizes * by)


def board_seen_from(side: int, angle: float) -> Floats:
    """The pixels of a board of 960 x 360 px to those of a camera that looks along it, from its left or right."""
    turn = np.radians(angle) * side
    rotation = np.array([[np.cos(turn), 0], [0, 1], [-np.sin(turn), 0]])
    camera = np.array([[400, 0, 320], [0, 400, 240], [0, 0, 1.0]])
    return np.asarray(
        camera @ np.column_stack([rotation, [-130 * side, 0, 520]]) @ moved(-480, -180), np.float64
    )


@pytest.mark.parametrize("side", [1, -1])
@pytest.mark.parametrize("angle", [50, 58])
def test_an_object_seen_at_a_slant_is_found_from_either_side(side: int, angle: float) -> None:
    extractor, true = RootSift(load_weights()), board_seen_from(side, angle)
    board = picture(7, 960, 360)
    searched, registered = extractor.extract(seen(board, true, 640, 480), 1000), extractor.extract(board, 500)
    found = PlaneVerifier().verify(searched, registered)
    assert found.inliers > 20
    assert found.mapping is not None
    points = searched.points[found.pairs[:, 0]]
    back = np.asarray(np.linalg.inv(true), np.float64)
    assert np.abs(maps.apply(found.mapping, points) - maps.apply(back, points)).max() < 6


@pytest.mark.parametrize("right", [False, True])
def test_the_first_pixel_may_lie_beyond_the_horizon(right: bool) -> None:
    """A mapping whose horizon is the column 150, towards which the plane recedes; mirrored, the column 490."""
    true = np.array([[800 / 300, 0, -700], [800 / 300, 1, -580], [1 / 300, 0, -0.5]])
    searched = chosen(scene(), np.flatnonzero(GRID[:, 0] > 240))
    if right:
        mirror = np.array([[-1, 0, 640], [0, 1, 0], [0, 0, 1.0]])
        points = np.asarray(maps.apply(mirror, searched.points), np.float32)
        searched, true = dataclasses.replace(searched, points=points), mirror @ true @ mirror
    assert (true[2, 2] < 0) is not right
    found = PlaneVerifier().verify(searched, mapped(searched, true))
    assert found.inliers == len(searched)


def test_matches_of_which_none_fit_together_have_no_mapping() -> None:
    points = np.random.default_rng(5).uniform(0, 480, (len(GRID), 2))
    found = PlaneVerifier().verify(scene(), keypoints(points, own_descriptors(len(GRID))))
    assert found.matches == len(GRID)
    assert found.mapping is None


def test_points_on_one_line_have_no_mapping() -> None:
    line = keypoints(np.stack([np.arange(30) * 20.0, np.arange(30) * 10.0], axis=1))
    assert PlaneVerifier().verify(line, line).spread == 0


def test_the_id_does_not_depend_on_which_card_was_asked_for_first() -> None:
    before = PlaneVerifier().card.id
    PlaneVerifier(turn=int(PlaneVerifier().turn)).card  # noqa: B018
    assert PlaneVerifier().card.id == before


class TestParts:
    """Two panels of one work, registered together and hung apart: the right one moved and turned."""

    LEFT = GRID[:, 0] < 240

    def hung_apart(self) -> tuple[Keypoints, Keypoints]:
        registered = scene()
        right = mapped(registered, moved(70, 60) @ turned(12, 0.9))
        points, sizes, angles = (
            np.where(self.LEFT[:, None] if stays.ndim == 2 else self.LEFT, stays, moves)
            for stays, moves in (
                (registered.points, right.points),
                (registered.sizes, right.sizes),
                (registered.angles, right.angles),
            )
        )
        return dataclasses.replace(registered, points=points, sizes=sizes, angles=angles), registered

    def test_panels_hung_apart_are_two_parts_each_with_its_mapping(self) -> None:
        found = PlaneVerifier().verify(*self.hung_apart())
        assert [len(part.pairs) for part in found.parts] == [24, 24]
        sides = [set(self.LEFT[part.pairs[:, 1]].tolist()) for part in found.parts]
        assert sorted(map(sorted, sides)) == [[False], [True]]
        assert found.inliers == len(set(found.pairs[:, 0].tolist())) == len(GRID)
        first, second = (part.mapping for part in found.parts)
        assert corner_error(first, second, 640, 480) > 40

    def test_no_more_parts_are_looked_for_than_asked(self) -> None:
        assert len(PlaneVerifier(parts=1).verify(*self.hung_apart()).parts) == 1

    def test_a_second_part_needs_a_sure_first_and_points_of_its_own(self) -> None:
        assert len(PlaneVerifier(sure=25).verify(*self.hung_apart()).parts) == 1
        assert len(PlaneVerifier(further=25).verify(*self.hung_apart()).parts) == 1

    def test_one_plane_is_one_part(self) -> None:
        assert len(PlaneVerifier().verify(scene(), mapped(scene(), turned(20, 0.8))).parts) == 1
