"""The descriptors keep the contract."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import cv2
import numpy as np
import pytest

from models.catalogue import open_descriptor
from models.descriptor import Descriptor
from models.layout import ColourLayout
from models.onnx_file import OnnxDescriptor
from models.preparing import Fit, Interpolation, Preparation
from tests.contracts.descriptor import NEAREST_LIKE, DescriptorContract
from tests.models.made import noise
from tests.models.towers import SIDE, TINY, register_tiny, small_file, tiny_checkpoint


class TestColourLayout(DescriptorContract):
    @pytest.fixture
    def descriptor(self) -> Descriptor:
        return ColourLayout()

    @pytest.fixture
    def others(self) -> list[Descriptor]:
        return []


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """ONNX files that differ in one thing each: their weights, and every part of their preprocessing."""
    folder = tmp_path_factory.mktemp("files")
    ways = [Preparation(SIDE, fit, way) for fit in get_args(Fit) for way in get_args(Interpolation)]
    padded = Preparation(SIDE, "pad", "area", (255, 0, 0))
    made = [small_file(folder / f"{number}.onnx", 1, way)[0] for number, way in enumerate([*ways, padded])]
    return [*made, small_file(folder / "seed.onnx", 2)[0], small_file(folder / "full.onnx", half=False)[0]]


class TestOnnxDescriptor(DescriptorContract):
    @pytest.fixture
    def descriptor(self, files: list[Path]) -> Descriptor:
        return OnnxDescriptor(files[0])

    @pytest.fixture
    def others(self, files: list[Path]) -> list[Descriptor]:
        return [OnnxDescriptor(path) for path in files[1:]]


@pytest.fixture(scope="session")
def checkpoints(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Checkpoints of one tiny model of open_clip, with other weights each."""
    folder = tmp_path_factory.mktemp("checkpoints")
    register_tiny(folder)
    return [tiny_checkpoint(folder / f"{seed}.pt", seed) for seed in range(2)]


class TestClipDescriptor(DescriptorContract):
    @pytest.fixture
    def descriptor(self, checkpoints: list[Path]) -> Descriptor:
        return open_descriptor(f"open_clip:{TINY}@{checkpoints[0]}")

    @pytest.fixture
    def others(self, checkpoints: list[Path]) -> list[Descriptor]:
        return [open_descriptor(f"open_clip:{TINY}@{path}") for path in checkpoints[1:]]

    @pytest.mark.parametrize("upright", [False, True])
    def test_a_narrow_photo_resembles_the_same_photo_enlarged(
        self, descriptor: Descriptor, upright: bool
    ) -> None:
        """Enlarged along both sides: CLIP looks at the central square, and stretching changes what lies in that."""
        narrow = noise(2400, 20)
        large = np.asarray(cv2.resize(narrow, (9600, 80)), np.uint8)
        pair = [photo.transpose(1, 0, 2) if upright else photo for photo in (narrow, large)]
        one, other = descriptor.describe(pair)
        assert float(one @ other) > NEAREST_LIKE
