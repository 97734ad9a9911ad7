"""Another descriptor than the bundled one, of another dimension; a spawned process can import it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

from indexer.sight import Sight, default_sight
from models.card import ModelCard
from models.descriptor import Descriptor, Descriptors
from models.pixels import Pixels

OTHER = "test:other"
SIDE = 4


@dataclass(frozen=True, slots=True)
class Mosaic:
    """The mean colours of 4 x 4 fields, unit length: 48 numbers.

    seconds  that each photo takes, so that a test can interrupt
    version  of the card: another one is another model
    """

    seconds: float = 0.0
    version: str = "1"

    @property
    def card(self) -> ModelCard:
        return ModelCard(
            name="mosaic",
            version=self.version,
            kind="descriptor",
            summary="mean colours",
            source="this test",
            licence="Apache-2.0",
            dimension=3 * SIDE * SIDE,
            preprocessing="none",
        )

    def describe(self, photos: Sequence[Pixels]) -> Descriptors:
        time.sleep(self.seconds * len(photos))
        fields = [cv2.resize(photo, (SIDE, SIDE), interpolation=cv2.INTER_AREA) for photo in photos]
        flat = np.array(fields, np.float32).reshape(len(photos), 3 * SIDE * SIDE) + 1
        return np.asarray(flat / np.linalg.norm(flat, axis=1, keepdims=True), np.float32)


@dataclass(frozen=True, slots=True)
class Happening:
    """A descriptor during whose work something else happens."""

    inner: Descriptor
    happens: Callable[[], object]

    @property
    def card(self) -> ModelCard:
        return self.inner.card

    def describe(self, photos: Sequence[Pixels]) -> Descriptors:
        self.happens()
        return self.inner.describe(photos)


def seen_by(descriptor: Descriptor, specification: str = OTHER) -> Sight:
    """The installed models with another descriptor."""
    return replace(default_sight(), descriptor=descriptor, specification=specification)


def other_sight(seconds: float = 0.0) -> Sight:
    """The installed models with the mosaic."""
    return seen_by(Mosaic(seconds))
