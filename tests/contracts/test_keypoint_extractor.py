"""The keypoint extractors keep the contract."""

from __future__ import annotations

import dataclasses

import pytest

from models.keypoints import KeypointExtractor, RootSift
from models.weights import load_weights
from tests.contracts.keypoint_extractor import KeypointExtractorContract


class TestRootSift(KeypointExtractorContract):
    @pytest.fixture
    def extractor(self) -> KeypointExtractor:
        return RootSift(load_weights())

    @pytest.fixture
    def others(self) -> list[KeypointExtractor]:
        weights = load_weights()
        return [
            RootSift(dataclasses.replace(weights, sha256="0" * 64)),
            RootSift(weights, side=800),
            RootSift(weights, contrast_threshold=0.04),
            RootSift(weights, clip_limit=4.0),
            RootSift(weights, tiles=4),
        ]
