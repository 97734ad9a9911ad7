"""A work that agrees all over is told from a frame, a label or a wall that agrees alone."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from models.agreement import Agreement, agreement
from models.keypoints import Keypoints
from models.verify import Part, Verification
from tests.models.made import keypoints

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
