"""Extractors that misbehave, or must not be asked at all; a spawned process can import them."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from indexer.sight import Sight
from models.card import ModelCard
from models.keypoints import KeypointExtractor, Keypoints, Look, Seen
from models.pixels import Pixels

MARKED_WIDTH = 208
"""A photo of this width is the one that they can't bear."""


@dataclass(frozen=True, slots=True)
class Wrapped:
    """An extractor with the card, and so the vectors, of another."""

    inner: KeypointExtractor

    @property
    def card(self) -> ModelCard:
        return self.inner.card

    def extract(self, photo: Pixels, limit: int) -> Keypoints:
        if photo.shape[1] == MARKED_WIDTH:
            self.suffer()
        return self.inner.extract(photo, limit)

    def look(self, photo: Pixels, look: Look) -> Seen:
        return self.inner.look(photo, look)

    def suffer(self) -> None:
        """What the marked photo does."""


@dataclass(frozen=True, slots=True)
class Deadly(Wrapped):
    """Ends its process with the marked photo, as a fault in native code would."""

    def suffer(self) -> None:
        os._exit(9)


@dataclass(frozen=True, slots=True)
class Hanging(Wrapped):
    """Never comes back from the marked photo."""

    def suffer(self) -> None:
        time.sleep(600)


class Unasked(Exception):
    """An extractor was asked that must not be."""


@dataclass(frozen=True, slots=True)
class Refusing(Wrapped):
    """Refuses every photo."""

    def extract(self, photo: Pixels, limit: int) -> Keypoints:
        raise Unasked("nothing was to be embedded")


@dataclass(frozen=True, slots=True)
class Unloadable(Wrapped):
    """Can't be brought to life in another process, like a model whose file is not there."""

    def __reduce__(self) -> tuple[Callable[[str], None], tuple[str]]:
        return _fail, ("this model can't be loaded here",)


def _fail(reason: str) -> None:
    raise Unasked(reason)


def seeing_with(sight: Sight, kind: type[Wrapped]) -> Sight:
    """The same sight with its extractor wrapped: the vectors it makes are the same."""
    return replace(sight, extractor=kind(sight.extractor))
