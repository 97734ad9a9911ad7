"""A work that agrees all over is told from a frame, a label or a wall that agrees alone."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from models.agreement import Agreement, agreement
from models.keypoints import Keypoints
from models.verify import Part, Verification
from tests.models.made import keypoints, moved

PLACES = np.stack(np.meshgrid(np.arange(40) * 16 + 8, np.arange(30) * 16 + 8), axis=-1).reshape(-1, 2)
PHOTO = keypoints(PLACES, width=640, height=480)


def agreeing(where: npt.NDArray[np.bool_], photo: Keypoints = PHOTO) -> Agreement:
    """Two photos of which these keypoints agree, each with itself."""
    rows = np.flatnonzero(where).astype(np.int32)
    parts = (Part(np.stack([rows, rows], axis=1), np.eye(3)),) if len(rows) else ()
    return agreement(Verification(parts, len(rows), 0.5), photo, photo)


def test_a_work_that_agrees_all_over_agrees_in_every_cell() -> None:
    found = agreeing(np.ones(len(PLACES), bool))
    assert (found.share, found.heart) == (1.0, 1.0)
    assert found.shown == 10 * 8
    assert 0 < found.heart_shown < found.shown


def test_a_frame_alone_leaves_the_middle_unlike() -> None:
    x, y = PLACES.T
    ring = (x < 64) | (x > 576) | (y < 64) | (y > 416)
    found = agreeing(ring)
    assert found.share > 0.3
    assert found.heart == 0


def test_a_label_alone_agrees_in_few_cells() -> None:
    x, y = PLACES.T
    assert agreeing((x > 540) & (y > 400)).share < 0.1


def test_what_one_photo_does_not_show_says_nothing_against_it() -> None:
    half = keypoints(PLACES[PLACES[:, 0] < 320], width=320, height=480)
    rows = np.flatnonzero(PLACES[:, 0] < 320).astype(np.int32)
    pairs = np.stack([np.arange(len(rows), dtype=np.int32), rows], axis=1)
    found = agreement(Verification((Part(pairs, np.eye(3)),), len(rows), 0.5), half, PHOTO)
    assert found.share == 1.0
    assert found.shown == 5 * 8


def test_where_nothing_agrees_there_is_no_share() -> None:
    found = agreeing(np.zeros(len(PLACES), bool))
    assert (found.shown, found.share, found.heart) == (0, 0.0, 0.0)


def test_a_photo_of_one_pixel_is_one_cell() -> None:
    dot = keypoints([(0, 0)], width=1, height=1)
    found = agreeing(np.ones(1, bool), dot)
    assert (found.shown, found.agreeing) == (1, 1)
    assert found.heart == found.share == 1.0


def test_where_the_middle_shows_nothing_it_is_the_share_that_counts() -> None:
    x, y = PLACES.T
    ring = (x < 64) | (x > 576) | (y < 64) | (y > 416)
    frame = keypoints(PLACES[ring])
    rows = np.flatnonzero(PLACES[ring][:, 0] < 320).astype(np.int32)
    part = Part(np.stack([rows, rows], axis=1), np.eye(3))
    found = agreement(Verification((part,), len(rows), 0.5), frame, frame)
    assert found.heart_shown == 0
    assert found.heart == found.share == found.agreeing / found.shown
    assert 0.3 < found.share < 0.7


def test_one_keypoint_in_a_cell_may_be_there_by_chance() -> None:
    centres = np.stack(np.meshgrid(np.arange(10) * 64 + 32, np.arange(7) * 64 + 32), axis=-1).reshape(-1, 2)
    few, many = keypoints(centres), keypoints(np.concatenate([centres, centres + 5]))
    part = Part(np.zeros((1, 2), np.int32), np.eye(3))
    assert agreement(Verification((part,), 1, 0.1), many, many).shown == len(centres)
    for pair in ((few, many), (many, few)):
        assert agreement(Verification((part,), 1, 0.1), *pair).shown == 1


def test_every_part_shows_what_its_own_mapping_puts_in_place() -> None:
    left = PLACES[:, 0] < 320
    searched = keypoints(PLACES + np.where(left[:, None], [0, 0], [2000, 0]), width=2640)
    rows = np.arange(len(PLACES), dtype=np.int32)
    parts = tuple(
        Part(np.stack([rows[side][:1], rows[side][:1]], axis=1), mapping)
        for side, mapping in ((left, np.eye(3)), (~left, moved(-2000, 0)))
    )
    whole = agreement(Verification(parts, len(rows), 1.0), searched, PHOTO)
    assert (whole.shown, whole.agreeing) == (80, 2)
    for part in parts:
        half = agreement(Verification((part,), len(rows), 0.5), searched, PHOTO)
        assert (half.shown, half.agreeing) == (40, 1)


def test_what_lies_behind_the_camera_is_not_shown() -> None:
    slanted = np.array([[1, 0, 0], [0, 1, 0], [-1 / 320, 0, 1.0]])
    part = Part(np.zeros((1, 2), np.int32), slanted)
    found = agreement(Verification((part,), 1, 0.1), PHOTO, PHOTO)
    assert 0 < found.agreeing <= found.shown < 80


@pytest.mark.parametrize(("width", "height"), [(1, 1), (1, 700), (700, 1), (3, 2), (20000, 7)])
def test_photos_of_any_shape_agree_with_themselves(width: int, height: int) -> None:
    rng = np.random.default_rng(4)
    photo = keypoints(rng.uniform(0, 1, (60, 2)) * [width, height], width=width, height=height)
    found = agreeing(np.ones(60, bool), photo)
    assert 1 <= found.agreeing == found.shown <= 100
    assert found.share == found.heart == 1.0


def test_keypoints_on_and_past_the_last_pixel_are_no_error() -> None:
    photo = keypoints([(640, 480), (-1, 5), (320, 480), (639.99, 5), (638, 6)])
    assert agreeing(np.ones(5, bool), photo).shown == 1
