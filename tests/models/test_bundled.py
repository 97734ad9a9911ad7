"""The descriptor that comes with the project is the one that its card tells of."""

from __future__ import annotations

import numpy as np
import pytest

from models.catalogue import BUNDLED_FILE, open_descriptor
from models.onnx_file import OnnxDescriptor
from scripts.train_descriptor.settings import load

LARGEST = 20 * 1024 * 1024


@pytest.fixture(scope="module")
def bundled() -> OnnxDescriptor:
    found = open_descriptor("bundled")
    assert isinstance(found, OnnxDescriptor)
    return found


def test_every_canonical_vector_is_computed_again(bundled: OnnxDescriptor) -> None:
    assert len(bundled.said.canonical) >= 3
    for canonical in bundled.said.canonical:
        assert bundled.recompute(canonical) <= bundled.said.tolerance


def test_canonical_vectors_tell_pictures_apart(bundled: OnnxDescriptor) -> None:
    """Else they could not tell one network from another."""
    vectors = np.array([each.vector for each in bundled.said.canonical], np.float32)
    alike = vectors @ vectors.T - np.eye(len(vectors))
    assert float(alike.max()) < 1 - 10 * bundled.said.tolerance


def test_it_is_small() -> None:
    assert BUNDLED_FILE.stat().st_size <= LARGEST


def test_the_settings_of_the_card_are_those_that_are_kept(bundled: OnnxDescriptor) -> None:
    assert bundled.said.training == load().as_dict()


def test_the_card_says_what_was_measured(bundled: OnnxDescriptor) -> None:
    figures = bundled.said.figures
    assert figures["measured by"] == "python -m scripts.bench_descriptor"
    assert {"paintings", "ambers", "jades"} <= set(figures)
