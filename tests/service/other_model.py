"""Lets commands and a service in this process open the descriptor that the indexer's tests switch to."""

from __future__ import annotations

import pytest

from indexer import sight as sights
from models.catalogue import open_descriptor
from models.descriptor import Descriptor
from tests.indexer.other_model import OTHER, Mosaic


def install(patched: pytest.MonkeyPatch) -> None:
    """Add it to the catalogue."""

    def opened(specification: str) -> Descriptor:
        return Mosaic() if specification == OTHER else open_descriptor(specification)

    patched.setattr(sights, "open_descriptor", opened)
