"""The descriptors keep the contract."""

from __future__ import annotations

import pytest

from models.descriptor import Descriptor
from models.layout import ColourLayout
from tests.contracts.descriptor import DescriptorContract


class TestColourLayout(DescriptorContract):
    @pytest.fixture
    def descriptor(self) -> Descriptor:
        return ColourLayout()

    @pytest.fixture
    def others(self) -> list[Descriptor]:
        return []
