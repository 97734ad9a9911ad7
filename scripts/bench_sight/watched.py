"""An engine that remembers of each search what its record leaves out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from data.register import Register
from indexer.answer import Answer
from indexer.decide import AlertLevel
from indexer.engine import Engine
from indexer.sight import Sight
from indexer.vectors.index import Ids
from indexer.vectors.segment import Segment


@dataclass(frozen=True, slots=True)
class Seen:
    """Of one search.

    steps     milliseconds by step
    mirrored  whether the first candidate was found as a mirror image
    """

    steps: Mapping[str, float]
    mirrored: bool


class WatchedEngine(Engine):
    """Remembers the searches with one photo each, in `seen`; one at a time."""

    def __init__(self, index_dir: Path, register: Register, sight: Sight) -> None:
        super().__init__(index_dir, register, lambda _: sight)
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
        self.seen.append(Seen(answer.steps_ms, mirrored))
        return answer

    @property
    def segments(self) -> Sequence[Segment]:
        """What is searched."""
        view = self._searchable()
        return view.generation.segment, view.live
