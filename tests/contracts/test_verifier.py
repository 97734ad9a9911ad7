"""The verifiers keep the contract."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from models.anything import AnyVerifier
from models.keypoints import KeypointExtractor, RootSift
from models.planes import PlaneVerifier
from models.solids import SolidVerifier
from models.verify import Verifier
from models.weights import load_weights
from tests.contracts.verifier import VerifierContract


class TestPlaneVerifier(VerifierContract):
    @pytest.fixture
    def verifier(self) -> Verifier:
        return PlaneVerifier()

    @pytest.fixture
    def extractor(self) -> KeypointExtractor:
        return RootSift(load_weights())

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


class TestAnyVerifier(VerifierContract):
    @pytest.fixture
    def verifier(self) -> Verifier:
        return AnyVerifier()

    @pytest.fixture
    def extractor(self) -> KeypointExtractor:
        return RootSift(load_weights())

    @pytest.fixture
    def others(self) -> list[Verifier]:
        changed: dict[str, Any] = {
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
        return [
            AnyVerifier(enough=30),
            AnyVerifier(more=2.0),
            AnyVerifier(planes=PlaneVerifier(minimum=8)),
            *(
                AnyVerifier(solids=replace(SolidVerifier(), **{name: value}))
                for name, value in changed.items()
            ),
        ]
