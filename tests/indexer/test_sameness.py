"""Places that show nothing are not judged: not plain ones, nor those where the light alone falls off."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from indexer.aligned import Warped
from indexer.sameness import SIDE, sameness
from models.pixels import Pixels

SHAPE = (192, SIDE)


def ground(steepness: float) -> Pixels:
    """A studio's ground: grey that gets darker upwards, with the noise of a camera."""
    rng = np.random.default_rng(int(steepness))
    levels = 230 - steepness * np.linspace(1, 0, SHAPE[0])[:, None] + rng.normal(0, 1, SHAPE)
    return np.repeat(np.clip(levels, 0, 255).astype(np.uint8)[:, :, None], 3, axis=2)


def with_object(picture: Pixels, seed: int, left: int = 80) -> Pixels:
    """The same with something textured on it."""
    rng = np.random.default_rng(seed)
    texture = cv2.GaussianBlur(rng.normal(120, 400, (80, 90)), (0, 0), 4)
    made = picture.copy()
    made[60:140, left : left + 90] = np.clip(texture, 0, 255).astype(np.uint8)[:, :, None]
    return made


def over(picture: Pixels) -> Warped:
    return Warped(picture, np.ones(SHAPE, np.bool_))


@pytest.mark.parametrize("steepness", [0.0, 60.0, 180.0])
def test_a_ground_that_both_have_is_not_judged(steepness: float) -> None:
    found = sameness(with_object(ground(steepness), 1), over(with_object(ground(steepness), 2, left=110)))
    assert (found.same | found.other)[:40].mean() < 0.02
    assert found.other.sum() > found.same.sum()


def test_the_same_object_on_it_is_judged_and_is_the_same() -> None:
    found = sameness(with_object(ground(180.0), 1), over(with_object(ground(120.0), 1)))
    assert found.same[70:130, 90:160].mean() > 0.9
    assert found.same[:40].mean() < 0.05
    assert found.other.sum() < 0.1 * found.same.sum()
