"""A frame, a label or a wall that matches alone is no match of the work."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from math import log1p

import cv2
import numpy as np
import pytest

from data.intake import IntakeLimits, take_in
from data.object_id import ObjectRecord
from data.register import NewPhotograph
from indexer.answer import Candidate
from indexer.decide import AlertLevel, Verdict, verdict
from models.calibrate import Term
from tests.drawing import Pixels, draw_pixels, encode
from tests.indexer.counted import calibration
from tests.indexer.workbench import workbench

WIDTH, HEIGHT = 480, 360
WORK, OTHERS = 21, (22, 23, 24)
COMMON = 70
"""The seed of what two different works have in common."""
CHANCE = 8
"""Agreeing points that chance hardly gives: what is in common was indeed found to be the same."""


def put_on(ground: Pixels, work: Pixels, x: int, y: int, width: int, height: int) -> Pixels:
    """A picture, shrunk to a size, on a ground."""
    shown = ground.copy()
    shown[y : y + height, x : x + width] = cv2.resize(work, (width, height), interpolation=cv2.INTER_AREA)
    return shown


def framed(seed: int) -> Pixels:
    """In a carved frame that takes a tenth of each side."""
    rim = WIDTH // 10, HEIGHT // 10
    ground = draw_pixels(COMMON, WIDTH, HEIGHT)
    return put_on(ground, draw_pixels(seed), *rim, WIDTH - 2 * rim[0], HEIGHT - 2 * rim[1])


def labelled(seed: int) -> Pixels:
    """With a label of a twentieth of the area in its corner."""
    width, height = (round(side * 0.05**0.5) for side in (WIDTH, HEIGHT))
    at = WIDTH - width - 10, HEIGHT - height - 10
    return put_on(draw_pixels(seed, WIDTH, HEIGHT), draw_pixels(COMMON), *at, width, height)


def on_a_wall(seed: int) -> Pixels:
    """On a papered wall of which as much is seen as of the work."""
    width, height = (round(side * 0.5**0.5) for side in (WIDTH, HEIGHT))
    ground = draw_pixels(COMMON, WIDTH, HEIGHT)
    return put_on(ground, draw_pixels(seed), (WIDTH - width) // 2, (HEIGHT - height) // 2, width, height)


def photographed(picture: Pixels) -> bytes:
    """From the side, darker, blurred, compressed."""
    corners = np.array([[0, 0], [WIDTH, 0], [WIDTH, HEIGHT], [0, HEIGHT]], np.float32)
    moved = corners * 0.85 + np.array([[30, 20], [10, 38], [25, 12], [22, 34]], np.float32)
    seen = cv2.warpPerspective(
        picture, cv2.getPerspectiveTransform(corners, moved), (WIDTH, HEIGHT), borderValue=(120, 126, 130)
    )
    darker = cv2.GaussianBlur(cv2.convertScaleAbs(seen, alpha=0.85, beta=8), (0, 0), 0.8)
    return encode(np.asarray(darker, np.uint8), quality=80)


SHOWN: dict[str, Callable[[int], Pixels]] = {"frame": framed, "label": labelled, "wall": on_a_wall}
Found = dict[tuple[str, int], Candidate]


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Found:
    """By what surrounds it and the picture that is photographed there: what is said of the work in the same place.

    The work is registered in its frame, with its label and on its wall, an object each, beside a few others.
    """
    with workbench(tmp_path_factory.mktemp("frames")) as bench:
        for name, shown in SHOWN.items():
            photo = NewPhotograph(take_in(encode(shown(WORK)), IntakeLimits()))
            bench.register.report(ObjectRecord.model_validate({"title": name}), [photo])
        for seed in range(1, 5):
            bench.report(seed, width=240)
        bench.index()
        engine = bench.engine()
        said: Found = {}
        for (at, (name, shown)), seed in product(enumerate(SHOWN.items(), 1), (WORK, *OTHERS)):
            answer = engine.search([photographed(shown(seed))])
            said[name, seed] = next(one for one in answer.candidates if one.object_id == at)
        return said


@pytest.mark.parametrize("name", SHOWN)
class TestClues:
    def test_the_work_itself_agrees_everywhere(self, found: Found, name: str) -> None:
        clues = found[name, WORK].clues
        assert clues["agreement"] >= 0.7
        assert clues["heart"] >= 0.7
        assert clues["alike"] >= 0.8

    @pytest.mark.parametrize("other", OTHERS)
    def test_what_surrounds_another_work_agrees_in_points_but_not_in_the_middle(
        self, found: Found, name: str, other: int
    ) -> None:
        false, true = found[name, other], found[name, WORK]
        assert false.inliers >= CHANCE
        assert false.clues["heart"] <= 0.2
        assert false.clues["agreement"] <= 0.5 * true.clues["agreement"]
        assert false.clues["alike"] <= 0.6 * true.clues["alike"]

    @pytest.mark.parametrize("other", OTHERS)
    def test_with_the_middle_among_the_clues_it_is_no_alarm(
        self, found: Found, name: str, other: int
    ) -> None:
        middle = Term(mean=0.5, scale=1.0, weight=16.0, low=0.0, high=1.0)
        counted = calibration({"points": Term(log1p(12), 1.0, 4.0, 0.0, 9.0), "heart": middle})
        said = {seed: counted.log_odds(found[name, seed].clues) for seed in (WORK, other)}
        assert verdict(said[WORK], AlertLevel.police, counted) is Verdict.match
        assert verdict(said[other], AlertLevel.police, counted) is Verdict.none

    def test_the_work_itself_is_a_match(self, found: Found, name: str) -> None:
        assert found[name, WORK].verdict is Verdict.match

    @pytest.mark.parametrize("other", OTHERS)
    def test_what_surrounds_another_work_is_no_match(self, found: Found, name: str, other: int) -> None:
        assert found[name, other].verdict is not Verdict.match
