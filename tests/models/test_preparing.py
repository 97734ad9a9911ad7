"""Photos of any size become the square that a network was trained with; no vector is without length."""

from __future__ import annotations

from typing import get_args

import numpy as np
import pytest
from PIL import Image

import models.torch_here  # noqa: F401  # before open_clip

from open_clip.transform import PreprocessCfg, image_transform_v2  # isort: skip

from models.preparing import FLAT, Fit, Interpolation, Preparation, nothing_seen, unit
from tests.models.made import PHOTOS, flat, noise, picture

FITS, WAYS = get_args(Fit), get_args(Interpolation)
OPEN_CLIP = {"crop": "shortest", "pad": "longest", "squash": "squash"}
SIZES = [(480, 360), (360, 480), (333, 500), (64, 64), (40, 30), (1301, 97), (50, 900)]


@pytest.mark.parametrize("fit", FITS)
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("kind", PHOTOS)
def test_every_photo_becomes_the_square(fit: Fit, way: Interpolation, kind: str) -> None:
    made = Preparation(64, fit, way).picture(PHOTOS[kind])
    if made is None:
        assert kind in {"black", "white", "flat grey", "one pixel"}
    else:
        assert made.shape == (64, 64, 3)
        assert made.dtype == np.uint8


@pytest.mark.parametrize("fit", FITS)
@pytest.mark.parametrize("way", ["bicubic", "bilinear"])
@pytest.mark.parametrize("size", SIZES)
def test_it_is_what_open_clip_does(fit: Fit, way: Interpolation, size: tuple[int, int]) -> None:
    photo = picture(3, *size)
    theirs = image_transform_v2(
        PreprocessCfg(size=64, mean=(0, 0, 0), std=(1, 1, 1), interpolation=way, resize_mode=OPEN_CLIP[fit]),
        is_train=False,
    )(Image.fromarray(photo))
    ours = Preparation(64, fit, way).picture(photo)
    assert ours is not None
    difference = np.abs(255 * theirs.numpy().transpose(1, 2, 0) - ours)
    assert difference.mean() < 0.5
    assert np.quantile(difference, 0.99) <= 2


@pytest.mark.parametrize("fit", FITS)
def test_averaging_is_near_to_the_others(fit: Fit) -> None:
    smooth = picture(3, 480, 360)
    one, other = (Preparation(64, fit, way).picture(smooth) for way in ("area", "bilinear"))
    assert one is not None
    assert other is not None
    assert np.abs(one.astype(int) - other).mean() < 6


def test_the_bars_are_filled_and_the_photo_is_in_the_middle() -> None:
    made = Preparation(64, "pad", "area", (255, 0, 9)).picture(picture(1, 400, 200))
    assert made is not None
    assert (made[:16] == (255, 0, 9)).all()
    assert (made[48:] == (255, 0, 9)).all()
    assert not (made[16:48] == (255, 0, 9)).all(axis=2).any()


def test_the_crop_keeps_the_middle() -> None:
    photo = np.concatenate(
        [flat((255, 0, 0), 100, 100), picture(1, 100, 100), flat((0, 0, 255), 100, 100)], axis=1
    )
    for way in WAYS:
        made = Preparation(50, "crop", way).picture(photo)
        whole = Preparation(50, "squash", way).picture(photo[:, 100:200])
        assert made is not None
        assert whole is not None
        assert np.abs(made[:, 2:-2].astype(int) - whole[:, 2:-2]).mean() < 2


@pytest.mark.parametrize("fit", FITS)
def test_a_photo_of_the_longest_kind_is_not_made_larger_on_the_way(fit: Fit) -> None:
    assert Preparation(224, fit, "bicubic").picture(noise(1, 60_000)) is not None


def test_one_grey_is_nothing_to_see_though_it_was_a_jpeg() -> None:
    grey = flat()
    grey[10:20, 10:20] += FLAT
    assert Preparation(64).picture(grey) is None
    grey[10:60, 10:90] += 1
    assert Preparation(64).picture(grey) is not None
    assert Preparation(64, "pad", fill=(255, 0, 0)).picture(flat()) is None


BROKEN = {
    "zero": [0.0, 0.0, 0.0],
    "nan": [1.0, np.nan, 0.0],
    "infinite": [np.inf, 1.0, 1.0],
    "both infinite": [np.inf, -np.inf, 1.0],
    "next to nothing": [1e-30, 0.0, 0.0],
}


@pytest.mark.parametrize("kind", BROKEN)
def test_what_has_no_direction_gets_that_of_nothing_seen(kind: str) -> None:
    assert np.array_equal(unit(BROKEN[kind]), nothing_seen(3))


def test_a_vector_keeps_its_direction() -> None:
    assert np.allclose(unit([3e30, 4e30]), [0.6, 0.8])
    assert unit(np.array([3, 4], np.float16)).dtype == np.float32
