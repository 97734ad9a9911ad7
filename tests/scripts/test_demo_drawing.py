"""The makers of objects and what they are made of."""

import numpy as np
import pytest

from scripts.demo_register import draw_object
from scripts.demo_register.canvas import Bend, Canvas, ellipse, points
from scripts.demo_register.letters import Hand, text_on_circle, text_paths
from scripts.demo_register.names import monogram
from scripts.demo_register.noise import fractal, mix, smoothstep, value_noise
from scripts.demo_register.palette import PALETTES, blend, rgb

KINDS = ["painting", "icon", "vase", "coin", "carpet"]


@pytest.mark.parametrize("kind", KINDS)
def test_an_object_is_the_same_every_time_and_unlike_the_next(kind: str) -> None:
    first, again, other = (draw_object(2, index, kind) for index in (0, 0, 1))  # type: ignore[arg-type]  # spelt out
    assert np.array_equal(first.views[0].pixels, again.views[0].pixels)
    assert first.title == again.title
    assert first.kind == kind
    assert (first.title, first.features, first.subject) != (other.title, other.features, other.subject)


@pytest.mark.parametrize("kind", ["vase", "coin", "carpet"])
def test_what_stands_before_a_ground_says_where_it_is(kind: str) -> None:
    for view in draw_object(2, 3, kind).views:  # type: ignore[arg-type]  # spelt out
        assert view.cover is not None
        assert view.cover.shape == view.pixels.shape[:2]
        assert 0.2 < view.cover.mean() < 0.9
        assert view.cover[:4].max() < 0.1, "no object touches the edge of its photo"


@pytest.mark.parametrize("kind", ["painting", "icon"])
def test_a_flat_picture_fills_its_photo(kind: str) -> None:
    assert draw_object(2, 3, kind).views[0].cover is None  # type: ignore[arg-type]  # spelt out


@pytest.mark.parametrize("shape", [(300, 200), (4, 500), (63, 64)])
@pytest.mark.parametrize("cell", [2.0, 40.0, (9.0, 400.0), 5000.0])
def test_noise_has_its_shape_and_its_range(shape: tuple[int, int], cell: float | tuple[float, float]) -> None:
    noise = fractal(np.random.default_rng(1), shape, cell, 5)
    assert noise.shape == shape
    assert noise.dtype == np.float32
    assert noise.min() == pytest.approx(0, abs=1e-5)
    assert noise.max() == pytest.approx(1, abs=1e-5)


def test_coarse_noise_is_smoother_than_fine_noise() -> None:
    fine, coarse = (value_noise(np.random.default_rng(1), (200, 200), cell) for cell in (3.0, 60.0))
    assert np.abs(np.diff(fine)).mean() > 5 * np.abs(np.diff(coarse)).mean()


def test_mixing() -> None:
    share = np.array([[0, 0.5], [1, 0.25]], np.float32)
    mixed = mix((0.0, 0.0, 0.0), (1.0, 0.5, 0.0), share)
    assert mixed[..., 0].tolist() == share.tolist()
    assert mixed[..., 1].tolist() == (share / 2).tolist()
    assert mix((0.0, 1.0, 0.0), (1.0, 1.0, 1.0), 0.5).tolist() == [0.5, 1.0, 0.5]
    assert smoothstep(1.0, 0.0, np.array([0, 1], np.float32)).tolist() == [1, 0]


def test_a_filled_outline_covers_its_area_and_nothing_else() -> None:
    canvas = Canvas(100, 80, (0.0, 0.0, 0.0))
    canvas.fill(points([[10, 20], [40, 20], [40, 60], [10, 60]]), (1.0, 0.5, 0.25))
    assert canvas.image[30, 20].tolist() == [1.0, 0.5, 0.25]
    assert canvas.image[:18].max() == canvas.image[:, 45:].max() == 0
    assert canvas.image[:, :, 0].sum() == pytest.approx(31 * 41, rel=0.03)
    canvas.fill(ellipse(500, 500, 20, 20), (1.0, 1.0, 1.0))  # outside: nothing happens
    canvas.line(points([[-50, -50], [-20, -20]]), (1.0, 1.0, 1.0), 3)


def test_every_letter_of_a_signature_can_be_drawn() -> None:
    hand = Hand(np.random.default_rng(1))
    for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-·ΓΔΘΛΞΠΣΦΨΩ":
        strokes, width = text_paths(letter, 12, hand)
        assert strokes, letter
        assert width > 0
    assert text_paths(" ", 12, hand)[0] == []


def test_two_hands_write_differently_and_one_hand_alike() -> None:
    def shape(hand: Hand) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
        return np.concatenate(text_paths("MAR", 60, hand)[0])

    one, other = Hand(np.random.default_rng(1)), Hand(np.random.default_rng(2))
    first, again, strange = shape(one), shape(one), shape(other)
    assert np.abs(first - again).mean() < np.abs(first - strange).mean()


def test_a_legend_runs_around_the_rim() -> None:
    strokes = text_on_circle("OOOO", 100, 10, 0.0, np.pi, Hand(np.random.default_rng(1), 0.0))
    far = np.hypot(*np.concatenate(strokes).T)
    assert far.min() > 95
    assert far.max() < 115


def test_a_bend_is_smooth_and_its_own() -> None:
    path = ellipse(0, 0, 1, 1)
    first, second = (Bend(np.random.default_rng(seed), 0.06)(path) for seed in (1, 2))
    assert 0.01 < np.abs(first - path).mean() < 0.4
    assert np.abs(first - second).mean() > 0.01


def test_monograms_use_letters_that_exist() -> None:
    assert monogram("Runa Halström") == "R. HALSTROM"


def test_palettes_are_complete() -> None:
    assert len({palette.name for palette in PALETTES}) == len(PALETTES) >= 12
    assert all(len(palette.accents) == 3 for palette in PALETTES)
    assert blend(rgb("000000"), rgb("ffffff"), 0.5) == (0.5, 0.5, 0.5)
