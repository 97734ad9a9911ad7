"""A photo that cannot be searched is told from one that can, and its owner what to do about it."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from models.keypoints import RootSift
from models.quality import ENOUGH_KEYPOINTS, SMALL, judge
from models.weights import load_weights
from tests.models.made import Pixels, flat, keypoints, noise, picture

FEW = keypoints(np.zeros((ENOUGH_KEYPOINTS - 1, 2)))
ENOUGH = keypoints(np.zeros((ENOUGH_KEYPOINTS, 2)))
START = "The photo shows too little structure to be searched."
BLURRED = np.asarray(cv2.GaussianBlur(picture(1), (0, 0), 12), np.uint8)
POOR: dict[str, tuple[Pixels, str]] = {
    "small": (noise(SMALL - 1, 80), "very small: send a larger one"),
    "small and dark": (flat((2, 2, 2), SMALL - 1, 20), "very small"),
    "dark": (noise(300, 200) // 12, "very dark: add light"),
    "dark and blurred": (flat((20, 20, 20), 300, 200), "very dark"),
    "overexposed": (255 - noise(300, 200) // 12, "overexposed: avoid flash"),
    "overexposed and blurred": (flat((250, 250, 250), 300, 200), "overexposed"),
    "blurred": (BLURRED, "blurred: hold still"),
    "sharp, but shows little": (noise(SMALL, 80), "Go closer, show the whole object"),
}


@pytest.mark.parametrize("kind", POOR)
def test_a_photo_with_few_keypoints_is_told_what_to_do(kind: str) -> None:
    photo, advice = POOR[kind]
    quality = judge(photo, FEW)
    assert not quality.searchable
    assert quality.advice.startswith(START)
    assert advice in quality.advice
    assert quality.keypoints == ENOUGH_KEYPOINTS - 1


@pytest.mark.parametrize("kind", POOR)
def test_a_photo_with_enough_keypoints_can_be_searched_whatever_it_looks_like(kind: str) -> None:
    quality = judge(POOR[kind][0], ENOUGH)
    assert quality.searchable
    assert quality.advice == ""


def test_every_kind_of_poor_photo_gets_another_advice() -> None:
    kinds = ["small", "dark", "overexposed", "blurred", "sharp, but shows little"]
    assert len({judge(POOR[kind][0], FEW).advice for kind in kinds}) == len(kinds)


def test_lightness_is_that_of_most_of_the_photo() -> None:
    photo = flat((200, 200, 200), 300, 200)
    photo[:90] = 0
    assert judge(photo, FEW).lightness == 200


def test_a_sharp_photo_has_hundreds_and_a_blurred_one_next_to_nothing() -> None:
    assert judge(picture(1), FEW).sharpness > 200
    assert judge(BLURRED, FEW).sharpness < 12
    assert judge(flat(), FEW).sharpness == 0


def test_sharpness_is_measured_at_one_size() -> None:
    large = picture(1, 1280, 960)
    small = np.asarray(cv2.resize(large, (640, 480), interpolation=cv2.INTER_AREA), np.uint8)
    assert judge(large, FEW).sharpness == pytest.approx(judge(small, FEW).sharpness, rel=0.05)


def test_a_drawn_photo_can_be_searched_and_an_empty_wall_cannot() -> None:
    extractor = RootSift(load_weights())
    for photo, searchable in ((picture(1), True), (flat((180, 170, 160), 480, 360), False)):
        assert judge(photo, extractor.extract(photo, 500)).searchable is searchable
