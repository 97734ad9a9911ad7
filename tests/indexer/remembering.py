"""A sight that remembers what it saw: tests look at the same few pictures over and over."""

from __future__ import annotations

import functools
from dataclasses import dataclass, field, replace
from typing import Any

from indexer.sight import Sight, default_sight
from models.card import ModelCard
from models.keypoints import KeypointExtractor, Keypoints, Look, Seen
from models.layout import ColourLayout
from models.pixels import Pixels

Remembered = dict[tuple[Any, ...], Any]


@dataclass(frozen=True, slots=True)
class Remembering:
    """An extractor with the card, and so the vectors, of another."""

    inner: KeypointExtractor
    seen: Remembered = field(default_factory=dict)

    @property
    def card(self) -> ModelCard:
        return self.inner.card

    def extract(self, photo: Pixels, limit: int) -> Keypoints:
        key = (photo.shape, photo.tobytes(), limit)
        if key not in self.seen:
            self.seen[key] = self.inner.extract(photo, limit)
        found: Keypoints = self.seen[key]
        return found

    def look(self, photo: Pixels, look: Look) -> Seen:
        key = (photo.shape, photo.tobytes(), look)
        if key not in self.seen:
            self.seen[key] = self.inner.look(photo, look)
        found: Seen = self.seen[key]
        return found


@functools.cache
def remembering_sight() -> Sight:
    """The bundled sight, but for a descriptor that costs next to nothing in place of the network."""
    sight = default_sight()
    return replace(sight, extractor=Remembering(sight.extractor), descriptor=ColourLayout())
