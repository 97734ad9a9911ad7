"""An engine that remembers of each search what its record leaves out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from data.register import Register
from indexer.answer import Answer
from indexer.decide import AlertLevel
from indexer.engine import Engine
from indexer.sight import Sight
from indexer.vectors.index import Ids
from indexer.vectors.segment import Segment
from models.card import ModelCard
from models.descriptor import Descriptor, Descriptors
from models.pixels import Pixels


@dataclass(frozen=True, slots=True)
class Seen:
    """Of one search.

    steps     milliseconds by step
    mirrored  whether the first candidate was found as a mirror image
    views     float32 (n, d), what was described: the whole photo, its turns, its regions
    """

    steps: Mapping[str, float]
    mirrored: bool
    views: Descriptors


class Remembering:
    """A descriptor that keeps what it gave last."""

    def __init__(self, descriptor: Descriptor) -> None:
        self._descriptor = descriptor
        self.last: Descriptors = np.zeros((0, descriptor.card.dimension), np.float32)

    @property
    def card(self) -> ModelCard:
        """The descriptor's own."""
        return self._descriptor.card

    def describe(self, photos: Sequence[Pixels]) -> Descriptors:
        """As the descriptor does."""
        self.last = self._descriptor.describe(photos)
        return self.last


class WatchedEngine(Engine):
    """Remembers the searches with one photo each, in `seen`; one at a time."""

    def __init__(self, index_dir: Path, register: Register, sight: Sight) -> None:
        self._descriptor = Remembering(sight.descriptor)
        remembering = replace(sight, descriptor=self._descriptor)
        super().__init__(index_dir, register, lambda _: remembering)
        self.seen: list[Seen] = []

    def search(
        self,
        photos: Sequence[bytes],
        limit: int = 100,
        level: AlertLevel = AlertLevel.dealer,
        *,
        without: frozenset[int] = frozenset(),
        objects: Ids | None = None,
    ) -> Answer:
        """Search, and remember."""
        answer = super().search(photos, limit, level, without=without, objects=objects)
        mirrored = bool(answer.candidates) and answer.candidates[0].mirrored
        self.seen.append(Seen(answer.steps_ms, mirrored, self._descriptor.last))
        return answer

    @property
    def segments(self) -> Sequence[Segment]:
        """What is searched."""
        view = self._searchable()
        return view.generation.segment, view.live
