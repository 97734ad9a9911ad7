"""A photo that cannot be searched is told from one that can, and its owner what to do about it."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from models.keypoints import RootSift
from models.quality import GLARE, KEYPOINTS, LIGHTNESS, SHARPNESS, SIDE, Limits, judge
from models.weights import load_weights
from tests.models.made import PHOTOS, Floats, Pixels, flat, keypoints, noise, picture

MANY = keypoints(np.zeros((int(KEYPOINTS.poor), 2)))
FEW = keypoints(np.zeros((int(KEYPOINTS.hopeless) - 1, 2)))
UNSEARCHABLE = "The photo shows too little structure to be searched."
POOR = "The photo was searched, but a better one is found more surely."
CLEAR = picture(1)


def blurred(photo: Pixels, sigma: float) -> Pixels:
    """The photo out of focus."""
    return np.asarray(cv2.GaussianBlur(photo, (0, 0), sigma), np.uint8)


def noisy(photo: Pixels, deviation: float) -> Pixels:
    """The photo with the noise of a sensor."""
    added: Floats = np.random.default_rng(3).normal(0, deviation, photo.shape)
    return np.asarray(np.clip(photo + added, 0, 255), np.uint8)


def mirroring_lamps(share: float) -> Pixels:
    """A photo of which a share is blown out, softly, from the left."""
    photo = picture(1).astype(np.float64)
    across = np.arange(photo.shape[1]) / photo.shape[1]
    lamp = (256 + 900 * (share - across)).clip(0)
    return np.asarray(np.clip(photo + lamp[None, :, None], 0, 255), np.uint8)


def resized(side: int) -> Pixels:
    """A sharp photo of this longest side."""
    return np.asarray(cv2.resize(CLEAR, (side, side * 3 // 4), interpolation=cv2.INTER_AREA), np.uint8)


FAULTS: dict[str, tuple[Pixels, Pixels, str]] = {
    "small": (resized(200), resized(100), "very small: send a larger one"),
    "dark": (CLEAR // 4, CLEAR // 12, "very dark: add light"),
    "overexposed": (mirroring_lamps(0.45), mirroring_lamps(0.8), "overexposed: avoid flash and glare"),
    "blurred": (blurred(CLEAR, 2.2), blurred(CLEAR, 9), "blurred: hold still"),
}
"""By fault: a photo that is poor for it, one that is hopeless, and what is advised."""


def test_a_good_photo_can_be_searched_and_needs_no_advice() -> None:
    quality = judge(CLEAR, MANY)
    assert (quality.searchable, quality.advice) == (True, "")


@pytest.mark.parametrize("fault", FAULTS)
def test_a_poor_photo_can_be_searched_and_its_owner_is_told_how_to_do_better(fault: str) -> None:
    poor, _, advice = FAULTS[fault]
    quality = judge(poor, MANY)
    assert quality.searchable
    assert quality.advice.startswith(POOR)
    assert advice in quality.advice


@pytest.mark.parametrize("fault", FAULTS)
def test_a_hopeless_photo_cannot_be_searched_however_many_keypoints_it_has(fault: str) -> None:
    _, hopeless, advice = FAULTS[fault]
    quality = judge(hopeless, MANY)
    assert not quality.searchable
    assert quality.advice.startswith(UNSEARCHABLE)
    assert advice in quality.advice


@pytest.mark.parametrize("fault", FAULTS)
def test_only_the_fault_that_a_photo_has_is_named(fault: str) -> None:
    for photo in FAULTS[fault][:2]:
        said = judge(photo, MANY).advice
        assert [name for name, (_, _, advice) in FAULTS.items() if advice in said] == [fault]


def test_several_faults_are_named_together() -> None:
    advice = judge(resized(100) // 12, MANY).advice
    assert "very small" in advice
    assert "very dark" in advice


def test_what_makes_a_photo_hopeless_comes_before_what_makes_it_poor() -> None:
    advice = judge(resized(200) // 12, MANY).advice
    assert "very dark" in advice
    assert "very small" not in advice


def test_little_structure_is_told_of_where_nothing_else_explains_it() -> None:
    closer = "Go closer, show the whole object"
    assert closer in judge(CLEAR, FEW).advice
    assert not judge(CLEAR, FEW).searchable
    for poor, hopeless, advice in FAULTS.values():
        assert closer not in judge(hopeless, FEW).advice
        assert closer in judge(poor, FEW).advice  # what is only poor does not explain next to nothing
        assert advice in judge(hopeless, FEW).advice


@pytest.mark.parametrize(
    ("count", "searchable", "advised"),
    [
        (KEYPOINTS.hopeless - 1, False, True),
        (KEYPOINTS.hopeless, True, True),
        (KEYPOINTS.poor - 1, True, True),
        (KEYPOINTS.poor, True, False),
    ],
)
def test_keypoints_are_counted_at_the_limits(count: float, searchable: bool, advised: bool) -> None:
    quality = judge(CLEAR, keypoints(np.zeros((int(count), 2))))
    assert (quality.searchable, bool(quality.advice)) == (searchable, advised)
    assert quality.keypoints == count


def test_limits_are_worse_on_the_side_where_the_hopeless_lie() -> None:
    assert Limits(poor=10, hopeless=5).worse(9, 10)
    assert not Limits(poor=10, hopeless=5).worse(10, 10)
    assert Limits(poor=0.3, hopeless=0.6).worse(0.4, 0.3)
    assert not Limits(poor=0.3, hopeless=0.6).worse(0.3, 0.3)


@pytest.mark.parametrize("sigma", [0.0, 0.7])
@pytest.mark.parametrize("deviation", [4.0, 8.0])
def test_noise_hardly_makes_a_photo_look_sharper_or_blurred(sigma: float, deviation: float) -> None:
    photo = blurred(CLEAR, sigma) if sigma else CLEAR
    plain, grainy = judge(photo, MANY).sharpness, judge(noisy(photo, deviation), MANY).sharpness
    assert grainy == pytest.approx(plain, rel=0.2)


def test_a_blurred_photo_stays_blurred_in_noise() -> None:
    for deviation in (2.0, 5.0):
        assert judge(noisy(blurred(CLEAR, 6), deviation), MANY).sharpness < SHARPNESS.poor


def test_sharpness_falls_with_blur_and_not_with_light() -> None:
    steps = [judge(blurred(CLEAR, sigma), MANY).sharpness for sigma in (0.5, 1, 2, 4, 8)]
    assert steps == sorted(steps, reverse=True)
    assert judge(CLEAR // 2, MANY).sharpness == pytest.approx(judge(CLEAR, MANY).sharpness, rel=0.1)


def test_what_is_measured_does_not_depend_on_the_size() -> None:
    large = picture(1, 1280, 960)
    small = np.asarray(cv2.resize(large, (640, 480), interpolation=cv2.INTER_AREA), np.uint8)
    one, other = judge(large, MANY), judge(small, MANY)
    assert one.sharpness == pytest.approx(other.sharpness, rel=0.05)
    assert one.lightness == pytest.approx(other.lightness, rel=0.05)
    assert (one.side, other.side) == (1280, 640)


def test_lamps_do_not_lighten_a_dark_photo() -> None:
    photo = CLEAR // 12
    photo[40:110, 60:160] = 255
    quality = judge(photo, MANY)
    assert quality.lightness < LIGHTNESS.hopeless
    assert 0.03 < quality.glare < 0.05
    assert "very dark" in quality.advice


def test_light_parts_with_detail_are_no_glare() -> None:
    assert judge(np.maximum(noise(300, 200), 235).astype(np.uint8), MANY).glare < 0.01
    assert judge(flat((255, 255, 255)), MANY).glare > GLARE.hopeless


def test_a_flat_photo_has_no_sharpness() -> None:
    assert judge(flat(), MANY).sharpness == 0


@pytest.mark.parametrize("kind", PHOTOS)
def test_any_photo_can_be_judged(kind: str) -> None:
    photo = PHOTOS[kind]
    before = photo.copy()
    quality = judge(photo, MANY)
    assert quality == judge(photo, MANY)
    assert np.array_equal(photo, before)
    assert quality.side == max(photo.shape[:2])
    assert 0 <= quality.lightness <= 255
    assert 0 <= quality.glare <= 1
    assert 0 <= quality.sharpness < np.inf
    assert quality.searchable or quality.advice
    assert quality.side >= SIDE.hopeless or not quality.searchable


def test_a_drawn_photo_can_be_searched_and_an_empty_wall_cannot() -> None:
    extractor = RootSift(load_weights())
    for photo, searchable in ((CLEAR, True), (flat((180, 170, 160), 480, 360), False)):
        assert judge(photo, extractor.extract(photo, 800)).searchable is searchable
