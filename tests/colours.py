"""A descriptor that knows words, for tests: photos by their mean colour, and the words for three of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from data.intake import IntakeLimits, SafePhoto, take_in
from indexer.sight import Sight, default_sight
from models.card import ModelCard
from models.descriptor import Descriptors
from models.pixels import Pixels
from tests.drawing import draw_pixels, encode

COLOURS = {"red": (1.0, 0.0, 0.0), "green": (0.0, 1.0, 0.0), "blue": (0.0, 0.0, 1.0)}


@dataclass(frozen=True, slots=True)
class MeanColour:
    """Nothing but the mean colour. Words that are no colours are grey."""

    @property
    def card(self) -> ModelCard:
        return ModelCard(
            name="mean-colour",
            version="1",
            kind="descriptor",
            summary="mean colour, unit length",
            source="tests",
            licence="Apache-2.0",
            dimension=3,
            preprocessing="none",
        )

    def describe(self, photos: Sequence[Pixels]) -> Descriptors:
        """Mean red, green and blue: float32 (n, 3), unit length."""
        return _unit([photo.reshape(-1, 3).mean(axis=0) for photo in photos])

    def describe_words(self, texts: Sequence[str]) -> Descriptors:
        """The sum of the colours that are named: float32 (n, 3), unit length."""
        return _unit(
            [
                sum((np.array(COLOURS.get(word, (0, 0, 0))) for word in text.lower().split()), np.zeros(3))
                for text in texts
            ]
        )


def _unit(rows: Sequence[np.ndarray[tuple[int, ...], np.dtype[np.float64]]]) -> Descriptors:
    vectors = np.array(rows, np.float32).reshape(-1, 3) + np.float32(1e-3)
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


def colour_sight() -> Sight:
    """The models that come with the project, but for a descriptor that knows words."""
    return replace(default_sight(), descriptor=MeanColour())


def coloured(red: int, green: int, blue: int, seed: int = 1) -> SafePhoto:
    """A drawn photo tinted so strongly that this colour is its mean, nearly."""
    drawn = draw_pixels(seed, 200, 150).astype(np.float32)
    tinted = 0.9 * np.array([blue, green, red], np.float32) + 0.1 * drawn
    return take_in(encode(np.asarray(tinted, np.uint8)), IntakeLimits())
