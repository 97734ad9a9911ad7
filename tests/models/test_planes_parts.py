"""A flat work in several panels is put in place panel by panel; a work in one piece is one part."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from models import mapping as maps
from models.keypoints import Keypoints
from models.planes import PlaneVerifier
from models.verify import Verification
from tests.models.made import Floats, chosen, keypoints, moved, own_descriptors

DOWN, RIGHT = 70.0, 20.0
"""How much lower than the one before it each panel hangs, and how much further off, pixels."""


def panels(count: int, columns: int = 4) -> tuple[Keypoints, Keypoints, npt.NDArray[np.int64]]:
    """Panels hung apart, as registered together, and which panel each keypoint is on: 6 x `columns` on each."""
    wide = 30 * columns
    across = np.arange(columns * count) * 30 + 15.0
    places = np.stack(np.meshgrid(across, np.arange(6) * 60 + 30.0), axis=-1).reshape(-1, 2)
    panel = (places[:, 0] // wide).astype(np.int64)
    apart = places + np.stack([panel**2 * RIGHT, panel * DOWN], axis=1)
    return keypoints(apart, width=900, height=700), keypoints(places), panel


def bent(by: float) -> tuple[Keypoints, Keypoints]:
    """A sheet bent about its middle column by so many degrees in all, and the same sheet laid flat."""
    flat = np.stack(np.meshgrid(np.arange(16) * 36 + 40.0, np.arange(12) * 36 + 40.0), axis=-1).reshape(-1, 2)
    half = np.radians(by) / 2
    at = (flat[:, 0] - 320) / 280 * half
    depth = 3 + (1 - np.cos(at)) / half
    x, y = np.sin(at) / half, (flat[:, 1] - 240) / 280
    return keypoints(np.stack([320 + 840 * x / depth, 240 + 840 * y / depth], axis=1)), keypoints(flat)


def counts(found: Verification) -> list[int]:
    """How many points each part has."""
    return [len(part.pairs) for part in found.parts]


@pytest.mark.parametrize("count", [2, 3])
def test_every_panel_is_a_part_that_is_put_in_its_own_place(count: int) -> None:
    searched, registered, panel = panels(count)
    found = PlaneVerifier().verify(searched, registered)
    assert counts(found) == [24] * count
    seen = [set(panel[part.pairs[:, 1]].tolist()) for part in found.parts]
    assert sorted(map(list, seen)) == [[number] for number in range(count)]
    for part, (number,) in zip(found.parts, seen, strict=True):
        true = moved(-(number**2) * RIGHT, -number * DOWN)
        off = maps.apply(part.mapping, searched.points) - maps.apply(true, searched.points)
        assert np.abs(off[panel == number]).max() < 0.1


def test_no_keypoint_is_in_two_parts_and_none_is_lost() -> None:
    searched, registered, panel = panels(3)
    pairs = PlaneVerifier().verify(searched, registered).pairs
    for column in (0, 1):
        assert sorted(pairs[:, column].tolist()) == list(range(len(panel)))


def test_the_points_of_all_parts_span_the_photo() -> None:
    searched, registered, _ = panels(2)
    whole = PlaneVerifier().verify(searched, registered)
    alone = PlaneVerifier(parts=1).verify(searched, registered)
    assert whole.matches == alone.matches == len(registered)
    assert whole.spread > 2 * alone.spread > 0


@pytest.mark.parametrize("parts", [1, 2, 3])
def test_there_are_as_many_parts_as_asked_at_most(parts: int) -> None:
    searched, registered, _ = panels(4)
    assert counts(PlaneVerifier(parts=parts).verify(searched, registered)) == [24] * parts


@pytest.mark.parametrize(("sure", "parts"), [(24, 2), (25, 1)])
def test_a_second_part_is_asked_for_only_after_a_sure_first(sure: int, parts: int) -> None:
    searched, registered, _ = panels(2)
    assert len(PlaneVerifier(sure=sure).verify(searched, registered).parts) == parts


@pytest.mark.parametrize(("further", "parts"), [(12, 2), (13, 1)])
def test_a_further_part_needs_points_enough(further: int, parts: int) -> None:
    searched, registered, panel = panels(2)
    kept = np.concatenate([np.flatnonzero(panel == 0), np.flatnonzero(panel == 1)[::2]])
    pair = chosen(searched, kept), chosen(registered, kept)
    assert counts(PlaneVerifier(further=further).verify(*pair)) == [24, 12][:parts]


def test_a_first_part_needs_only_the_minimum() -> None:
    searched, registered, panel = panels(2)
    few = np.flatnonzero(panel == 0)[::3]
    pair = chosen(searched, few), chosen(registered, few)
    assert counts(PlaneVerifier().verify(*pair)) == [8]
    assert counts(PlaneVerifier(minimum=9).verify(*pair)) == []


@pytest.mark.parametrize("by", [2, 10])
def test_a_sheet_bent_a_little_is_one_part(by: float) -> None:
    searched, registered = bent(by)
    assert counts(PlaneVerifier().verify(searched, registered)) == [len(registered)]


@pytest.mark.parametrize("by", [20, 40, 90])
def test_a_sheet_bent_much_shares_its_points_out(by: float) -> None:
    searched, registered = bent(by)
    found = PlaneVerifier().verify(searched, registered)
    assert counts(found)[0] < len(registered)
    assert counts(found) == sorted(counts(found), reverse=True)
    for column in (0, 1):
        assert len(np.unique(found.pairs[:, column])) == found.inliers <= len(registered)


def test_what_one_part_explains_is_not_offered_to_another() -> None:
    """A place that one photo describes twice, once for each panel of the other photo, is one place."""
    panel = np.stack(np.meshgrid(np.arange(6) * 50 + 20.0, np.arange(8) * 55 + 20.0), axis=-1).reshape(-1, 2)
    descriptors = own_descriptors(2 * len(panel))
    searched = keypoints(np.concatenate([panel, panel + np.array([310.0, 0.0])]), descriptors)
    registered = keypoints(np.concatenate([panel, panel]), descriptors)
    assert counts(PlaneVerifier().verify(searched, registered)) == [len(panel)]
    assert counts(PlaneVerifier().verify(registered, searched)) == [len(panel)]


@pytest.mark.parametrize("turn", [0.0, 30.0, 180.0])
def test_one_plane_is_one_part(turn: float) -> None:
    _, registered, _ = panels(3)
    mapping = rotation(turn)
    places = maps.apply(mapping, registered.points)
    searched = keypoints(places, width=1200, height=1200)
    searched.angles[:] = turn
    assert counts(PlaneVerifier().verify(searched, registered)) == [len(registered)]


def rotation(turn: float) -> Floats:
    """Turned clockwise as seen, and moved to where every place is positive."""
    cos, sin = np.cos(np.radians(turn)), np.sin(np.radians(turn))
    return np.asarray(moved(600, 600) @ np.array([[cos, -sin, 0], [sin, cos, 0], [0, 0, 1.0]]), np.float64)
