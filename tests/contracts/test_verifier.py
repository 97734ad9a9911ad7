"""The verifiers keep the contract."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from models import mapping as maps
from models.anything import AnyVerifier
from models.keypoints import KeypointExtractor, Keypoints, RootSift
from models.planes import PlaneVerifier
from models.solids import SolidVerifier
from models.verify import Verifier
from models.weights import load_weights
from tests.contracts.verifier import LIMIT, TAKEN, VerifierContract, assert_sound
from tests.models.made import picture, seen


class OnRootSift(VerifierContract):
    """The contract on the keypoints that come with the project."""

    @pytest.fixture
    def extractor(self) -> KeypointExtractor:
        return RootSift(load_weights())


class TestPlaneVerifier(OnRootSift):
    @pytest.fixture
    def verifier(self) -> Verifier:
        return PlaneVerifier()

    @pytest.fixture
    def others(self) -> list[Verifier]:
        return [
            PlaneVerifier(ratio=0.8),
            PlaneVerifier(tolerance=0.01),
            PlaneVerifier(turn=20.0),
            PlaneVerifier(zoom=1.5),
            PlaneVerifier(minimum=8),
            PlaneVerifier(iterations=500),
            PlaneVerifier(confidence=0.99),
            PlaneVerifier(parts=1),
            PlaneVerifier(sure=20),
            PlaneVerifier(further=20),
        ]


SOLID: dict[str, Any] = {
    "ratio": 0.8,
    "tolerance": 0.01,
    "slack": 0.3,
    "reach": 0.3,
    "turn": 20.0,
    "zoom": 1.5,
    "friends": 4,
    "minimum": 8,
    "narrow": 0.01,
    "epipolar": 20,
    "iterations": 500,
    "confidence": 0.99,
}
"""Every setting of a solid verifier, changed."""
SLANTED = ("from the side", "from far to the side")
NEAR = 0.06
"""Where a solid verifier's mapping must put half of the points of a slanted photo, of its longest side."""


class TestSolidVerifier(OnRootSift):
    @pytest.fixture
    def verifier(self) -> Verifier:
        return SolidVerifier()

    @pytest.fixture
    def others(self) -> list[Verifier]:
        return [replace(SolidVerifier(), **{name: value}) for name, value in SOLID.items()]

    @pytest.mark.parametrize("how", TAKEN)
    def test_the_same_object_is_found_where_it_lies(
        self, verifier: Verifier, extractor: KeypointExtractor, registered: Keypoints, how: str
    ) -> None:
        """A solid object's mapping is affine: where a flat one is slanted, it can't be right at the corners."""
        if how not in SLANTED:
            super().test_the_same_object_is_found_where_it_lies(verifier, extractor, registered, how)
            return
        searched = extractor.extract(seen(picture(1), TAKEN[how]), LIMIT)
        found = verifier.verify(searched, registered)
        assert_sound(found, searched, registered)
        assert found.solid
        assert found.inliers > 50
        back = np.asarray(np.linalg.inv(TAKEN[how]), np.float64)
        for part in found.parts:
            points = searched.points[part.pairs[:, 0]]
            # the points agree where the photo was really taken from, ...
            true = maps.apply(back, points) - registered.points[part.pairs[:, 1]]
            assert np.percentile(np.linalg.norm(true, axis=1), 90) < 0.01 * registered.width
            # ... and the approximate mapping still says about where they lie
            put = maps.apply(part.mapping, points) - registered.points[part.pairs[:, 1]]
            assert np.median(np.linalg.norm(put, axis=1)) < NEAR * registered.width

    def test_the_settings_that_change_are_all_that_there_are(self) -> None:
        assert set(SOLID) == set(SolidVerifier.__dataclass_fields__)


class TestAnyVerifier(OnRootSift):
    @pytest.fixture
    def verifier(self) -> Verifier:
        return AnyVerifier()

    @pytest.fixture
    def others(self) -> list[Verifier]:
        return [
            AnyVerifier(enough=30),
            AnyVerifier(more=2.0),
            AnyVerifier(planes=PlaneVerifier(minimum=8)),
            *(AnyVerifier(solids=replace(SolidVerifier(), **{name: value})) for name, value in SOLID.items()),
        ]
