"""The verifiers keep the contract."""

from __future__ import annotations

import pytest

from models.keypoints import KeypointExtractor, RootSift
from models.planes import PlaneVerifier
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
        ]
