"""Patch by patch: what a photo resembles is looked at more closely, and a photo that can't be had is told of."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from structlog.testing import capture_logs

from data.photos import PhotoMissing
from indexer import patched, search, verifying
from indexer.engine import Engine
from indexer.patched import patch_likeness
from indexer.sight import Sight
from models.layout import ColourLayout
from models.pixels import Pixels, decode, encode
from tests.indexer.workbench import Workbench, again, drawn

SEEDS = (1, 2, 3, 4, 5)
WHOLE = {one: 1 - one / 5 for one in SEEDS}
"""As the whole photo is compared: 1 resembles it most, 5 as much as chance."""


def found(
    sight: Sight, photo: bytes, *views: dict[int, float], without: Sequence[int] = ()
) -> dict[int, float]:
    said = patch_likeness(decode(photo), [WHOLE, *views], sight.descriptor, drawn, without)
    assert said is not None
    return said


class TestLikeness:
    def test_the_same_picture_stands_out_and_chance_does_not(self, sight: Sight) -> None:
        said = found(sight, again(3))
        assert max(said, key=lambda one: said[one]) == 3
        assert said[3] > 0.1
        assert all(0 <= each <= 1 for each in said.values())
        assert said[5] == 0, "it is what the others are measured by"

    def test_the_most_alike_are_looked_at_by_the_whole_photo_and_its_nearest_view(
        self, sight: Sight, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(patched, "PATCHED", 2)
        assert list(found(sight, again(3))) == [1, 2]
        assert list(found(sight, again(3), {4: 0.1, 3: 0.9})) == [1, 3]
        assert list(found(sight, again(3), {7: 0.2, 3: 0.9}, without=[1])) == [3, 2]

    def test_a_photo_of_one_grey_resembles_nothing(self, sight: Sight) -> None:
        grey = encode(np.full((150, 200, 3), 128, np.uint8))
        assert set(found(sight, grey).values()) == {0.0}

    def test_nothing_alike_is_nothing_said(self, sight: Sight) -> None:
        assert patch_likeness(decode(again(1)), [{}], sight.descriptor, drawn) == {}

    def test_a_descriptor_that_knows_no_patches_says_so(self) -> None:
        assert patch_likeness(decode(again(1)), [WHOLE], ColourLayout(), drawn) is None


@pytest.mark.parametrize("lost", [2, 5], ids=["one that is looked at", "the one that tells of chance"])
def test_a_photo_that_can_not_be_had_is_left_out_and_told_of(sight: Sight, lost: int) -> None:
    def stored(one: int) -> bytes:
        if one == lost:
            raise PhotoMissing("photos/2.jpg")
        return drawn(one)

    with capture_logs() as logs:
        said = patch_likeness(decode(again(3)), [WHOLE], sight.descriptor, stored)
    assert said is not None
    assert set(said) == set(SEEDS) - {lost}
    assert said[3] == max(said.values()) > 0.1
    assert [(each["log_level"], each["photograph"]) for each in logs] == [("error", lost)]


class TestSearch:
    @pytest.fixture
    def engine(self, indexed: Workbench) -> Engine:
        indexed.index()
        return indexed.engine()

    def test_only_a_closer_look_is_patch_by_patch(
        self, engine: Engine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        asked: list[int] = []

        def watched(photo: Pixels, by_view: Sequence[dict[int, float]], *more: object) -> dict[int, float]:
            asked.append(len(by_view))
            return {}

        monkeypatch.setattr(search, "patch_likeness", watched)
        monkeypatch.setattr(search, "find_regions", lambda _: ())
        engine.search([drawn(2)])
        assert not asked
        engine.search([encode(np.random.default_rng(3).integers(0, 255, (300, 400, 3)).astype(np.uint8))])
        assert asked == [4], "the whole photo and its turns"

    def test_whatever_was_looked_at_so_is_a_candidate(
        self, engine: Engine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        unlike = encode(np.random.default_rng(3).integers(0, 255, (300, 400, 3)).astype(np.uint8))
        monkeypatch.setattr(search, "strengths", lambda *_: {})
        monkeypatch.setattr(search, "verify", lambda *_: {})
        monkeypatch.setattr(verifying, "RESEMBLING", 0)
        for ones in ((), (2,), (3, 1)):
            monkeypatch.setattr(search, "patch_likeness", lambda *_, ones=ones: dict.fromkeys(ones, 0.5))
            listed = {one.photograph_id for one in engine.search([unlike]).candidates}
            assert set(ones) <= listed
            assert (2 in listed) == (2 in ones)

    def test_what_is_found_again_patch_by_patch_is_more_alike(
        self, engine: Engine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        unlike = encode(np.random.default_rng(3).integers(0, 255, (300, 400, 3)).astype(np.uint8))
        likely = []
        for again_found in (0.0, 1.0):
            monkeypatch.setattr(
                patched, "found_again", lambda _, others, at=again_found: [at, *[0.0] * (len(others) - 1)]
            )
            answer = engine.search([unlike], limit=3)
            likely.append(max(one.clues["likeness"] for one in answer.candidates))
        assert likely[0] < likely[1]
