"""Regions are found where objects are drawn, whatever the photo is; what is cut out leads back to it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import cv2
import numpy as np
import pytest

from models import mapping as maps
from models.outlines import Corners, clockwise
from models.regions import (
    LARGEST,
    LEAST_SCORE,
    LIMIT,
    SAME,
    SMALLEST,
    Region,
    RegionKind,
    cut,
    find_regions,
)
from tests.models.made import PHOTOS, Pixels, flat, noise, picture

WALL = (205, 200, 190)
HOSTILE = PHOTOS | {
    "noise": noise(640, 480),
    "fine stripes": np.tile(np.array([[[0] * 3, [255] * 3]], np.uint8), (300, 200, 1)),
    "checks": np.asarray(
        np.repeat((np.indices((300, 400)).sum(0) % 2 * 255)[..., None], 3, axis=2), np.uint8
    ),
    "one by five thousand": noise(1, 5000),
    "five thousand by one": noise(5000, 1),
}


def box(x: float, y: float, width: float, height: float) -> Corners:
    """The corners of an upright rectangle."""
    return np.array([[x, y], [x + width, y], [x + width, y + height], [x, y + height]], np.float64)


def hang(wall: Pixels, seed: int, corners: Corners) -> Pixels:
    """The wall with the picture of this seed so that its corners come to lie there."""
    shown = picture(seed, 300, 240)
    ends = np.array([[0, 0], [300, 0], [300, 240], [0, 240]], np.float32)
    mapping = cv2.getPerspectiveTransform(ends, corners.astype(np.float32))
    size = (wall.shape[1], wall.shape[0])
    there = cv2.warpPerspective(np.full_like(shown, 255), mapping, size) > 127
    return np.where(there, cv2.warpPerspective(shown, mapping, size), wall).astype(np.uint8)


def scene(places: list[Corners], width: int = 900, height: int = 650) -> Pixels:
    """Pictures on a wall that is lit from one side."""
    wall = flat(WALL, width, height).astype(np.float64) * np.linspace(0.75, 1.1, width)[None, :, None]
    photo = np.clip(wall, 0, 255).astype(np.uint8)
    for seed, corners in enumerate(places, start=1):
        photo = hang(photo, seed, corners)
    return photo


def agreement(one: Corners, other: Corners) -> float:
    """Intersection over union of two convex quadrilaterals."""
    a, b = one.astype(np.float32), other.astype(np.float32)
    shared = cv2.intersectConvexConvex(a, b)[0]
    return float(shared / (cv2.contourArea(a) + cv2.contourArea(b) - shared))


def best(regions: tuple[Region, ...], corners: Corners) -> float:
    """How well the best region agrees with these corners."""
    return max((agreement(region.corners, corners) for region in regions), default=0.0)


SCENES: dict[str, list[Corners]] = {
    "two on a wall": [box(90, 150, 300, 230), box(520, 180, 260, 300)],
    "a page with four": [box(x, y, 330, 220) for y in (60, 360) for x in (70, 490)],
    "small on a wall": [box(500, 220, 180, 140)],
    "turned sheet": [np.array([[420, 60], [760, 280], [560, 590], [220, 370]], np.float64)],
    "seen from the side": [np.array([[150, 80], [700, 170], [700, 480], [150, 600]], np.float64)],
    "reaching out of the photo": [box(-60, 150, 400, 300)],
}


@pytest.mark.parametrize("name", SCENES)
@pytest.mark.parametrize("light", [1.0, 0.3])
def test_each_picture_is_a_region(name: str, light: float) -> None:
    photo = (scene(SCENES[name]) * light).astype(np.uint8)
    regions = find_regions(photo)
    for corners in SCENES[name]:
        assert best(regions, np.clip(corners, 0, (899, 649))) >= 0.85


def test_a_page_on_a_table_is_a_region_beside_its_pictures() -> None:
    page = box(120, 40, 600, 570)
    photo = flat((90, 60, 40), 900, 650)
    photo[40:610, 120:720] = (240, 238, 230)
    pictures = [box(160, 90, 230, 180), box(440, 330, 230, 210)]
    for seed, corners in enumerate(pictures, start=1):
        photo = hang(photo, seed, corners)
    regions = find_regions(photo)
    for corners in (page, *pictures):
        assert best(regions, corners) >= 0.9


def test_a_frame_and_the_picture_in_it_are_two_regions() -> None:
    photo = flat(WALL, 900, 650)
    photo[70:580, 150:750] = (120, 80, 20)
    inner = box(260, 170, 380, 310)
    photo = hang(photo, 3, inner)
    regions = find_regions(photo)
    assert best(regions, box(150, 70, 600, 510)) >= 0.9
    assert best(regions, inner) >= 0.9


def test_a_thing_before_a_plain_ground_has_a_rectangle_around_it() -> None:
    photo = scene([])
    cv2.ellipse(photo, (460, 330), (200, 120), 20, 0, 360, (70, 90, 60), -1, cv2.LINE_AA)
    outline = np.array(cv2.ellipse2Poly((460, 330), (200, 120), 20, 0, 360, 2), np.int32)
    x, y, width, height = cv2.boundingRect(outline)
    regions = find_regions(photo)
    assert regions[0].kind is RegionKind.solid
    assert agreement(regions[0].corners, box(x, y, width, height)) >= 0.9


@pytest.mark.parametrize("size", [(300, 217), (640, 463), (1600, 1156)])
def test_regions_lie_in_the_pixels_of_the_photo_that_was_given(size: tuple[int, int]) -> None:
    photo = np.asarray(
        cv2.resize(scene(SCENES["two on a wall"]), size, interpolation=cv2.INTER_AREA), np.uint8
    )
    regions = find_regions(photo)
    for corners in SCENES["two on a wall"]:
        assert best(regions, corners * (np.array(size) / (900, 650))) >= 0.85


def test_a_picture_that_fills_the_photo_is_no_region_of_it() -> None:
    photo = scene([box(10, 8, 878, 632)])
    assert all(
        agreement(region.corners, box(0, 0, 899, 649)) < LARGEST + 0.01 for region in find_regions(photo)
    )


def test_a_plain_wall_has_no_region() -> None:
    assert find_regions(scene([])) == ()


def test_the_limit_keeps_the_best() -> None:
    photo = scene(SCENES["a page with four"])
    regions = find_regions(photo)
    assert len(regions) >= 4
    for limit in (0, 1, 3):
        kept = find_regions(photo, limit)
        assert [one.corners.tolist() for one in kept] == [one.corners.tolist() for one in regions[:limit]]


@pytest.mark.parametrize("name", HOSTILE)
def test_regions_of_any_photo_are_inside_it_and_no_two_the_same(name: str) -> None:
    photo = HOSTILE[name]
    before = photo.copy()
    height, width = photo.shape[:2]
    regions = find_regions(photo)
    assert len(regions) <= LIMIT
    assert np.array_equal(photo, before)
    scores = [region.score for region in regions]
    assert scores == sorted(scores, reverse=True)
    for at, region in enumerate(regions):
        assert region.corners.shape == (4, 2)
        assert region.corners.dtype == np.float64
        assert (region.corners >= 0).all()
        assert (region.corners <= (width - 1, height - 1)).all()
        assert LEAST_SCORE <= region.score <= 1
        share = cv2.contourArea(region.corners.astype(np.float32)) / (width * height)
        assert SMALLEST * 0.8 <= share <= LARGEST * 1.02
        assert np.array_equal(clockwise(region.corners), region.corners)
        assert all(agreement(region.corners, other.corners) <= SAME + 0.05 for other in regions[:at])


def test_the_same_photo_has_the_same_regions_also_in_threads() -> None:
    photos = [scene(SCENES[name]) for name in SCENES]
    alone = [[(r.corners.tolist(), r.kind, r.score) for r in find_regions(photo)] for photo in photos]
    with ThreadPoolExecutor(4) as pool:
        again = [
            [(r.corners.tolist(), r.kind, r.score) for r in regions]
            for regions in pool.map(find_regions, photos * 3)
        ]
    assert again == alone * 3


def region_of(corners: Corners) -> Region:
    """A region with these corners."""
    return Region(corners, RegionKind.quadrilateral, 1.0)


@pytest.mark.parametrize("side", [60, 200, 5000])
@pytest.mark.parametrize("name", SCENES)
def test_a_cut_shows_the_picture_straight_and_leads_back(name: str, side: int) -> None:
    corners = np.clip(SCENES[name][0], 0, (899, 649))
    photo = scene(SCENES[name])
    found = cut(photo, region_of(corners), side, margin=0.05)
    height, width = found.picture.shape[:2]
    assert max(height, width) <= side
    inner = np.array([width, height]) * 0.05 / 1.1
    ends = np.array([[0, 0], [1, 0], [1, 1], [0, 1]]) * (np.array([width, height]) - 2 * inner) + inner - 0.5
    assert np.abs(maps.apply(found.mapping, ends) - corners).max() < 0.01
    if side == 200:
        assert unlike(found.picture, photo, found.mapping) < 12


def unlike(picture: Pixels, photo: Pixels, mapping: maps.Floats) -> float:
    """Mean difference of a cut's pixels, a little inside, from the smoothed photo's where the mapping leads."""
    height, width = picture.shape[:2]
    x, y = np.meshgrid(np.arange(20, width - 20, 3), np.arange(20, height - 20, 3))
    at = maps.apply(mapping, np.stack([x.ravel(), y.ravel()], axis=1)).astype(np.float32)
    smooth = cv2.GaussianBlur(photo, (0, 0), 1.0)
    there = cv2.remap(smooth, at[:, 0], at[:, 1], cv2.INTER_LINEAR)
    return float(np.abs(there.reshape(-1, 3).astype(float) - picture[y.ravel(), x.ravel()]).mean())


def test_a_cut_is_never_larger_than_what_the_photo_shows() -> None:
    photo = scene(SCENES["small on a wall"])
    found = cut(photo, region_of(SCENES["small on a wall"][0]), 4000, margin=0)
    assert found.picture.shape == (140, 180, 3)


def test_a_margin_beyond_the_photo_repeats_its_edge() -> None:
    photo = flat((10, 200, 30), 100, 80)
    found = cut(photo, region_of(box(0, 0, 99, 79)), 60, margin=0.2)
    assert (found.picture == (10, 200, 30)).all()


@pytest.mark.parametrize("name", HOSTILE)
def test_any_region_of_any_photo_can_be_cut(name: str) -> None:
    photo = HOSTILE[name]
    height, width = photo.shape[:2]
    whole = region_of(box(0, 0, width - 1, height - 1))
    for region in (whole, *find_regions(photo)):
        found = cut(photo, region, 320)
        assert max(found.picture.shape[:2]) <= 320
        assert min(found.picture.shape[:2]) >= 1
        assert np.isfinite(found.mapping).all()


def test_a_picture_has_at_least_one_pixel() -> None:
    with pytest.raises(ValueError, match="at least 1 px, not 0"):
        cut(flat(), region_of(box(0, 0, 50, 50)), 0)
