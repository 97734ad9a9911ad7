"""A descriptor that is a model of open_clip: by its name and the tag of its weights, or with a checkpoint of one's own.

Needs the extra `clip`; nothing of it is imported before a descriptor is made.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from models.card import ModelCard, ModelUnusable
from models.descriptor import Descriptors
from models.pixels import Pixels
from models.preparing import FLAT, nothing_seen, unit
from models.words import tidy

if TYPE_CHECKING:
    from models.clip_loading import Loaded

PREFIX = "open_clip:"
FORMS = f"{PREFIX}NAME/TAG, {PREFIX}NAME@FILE or {PREFIX}NAME/TAG@FILE"


@dataclass(frozen=True, slots=True)
class ClipName:
    """Which model of open_clip, and where its weights come from: a tag, a checkpoint file, or a file of that tag."""

    model: str
    tag: str = ""
    checkpoint: str = ""

    def __str__(self) -> str:
        return (
            PREFIX
            + self.model
            + (f"/{self.tag}" if self.tag else "")
            + (f"@{self.checkpoint}" if self.checkpoint else "")
        )


def read_name(specification: str) -> ClipName:
    """Read `open_clip:NAME/TAG`, `...:NAME@FILE`, `...:NAME/TAG@FILE`. Raises ModelUnusable."""
    named, at, checkpoint = specification.removeprefix(PREFIX).partition("@")
    model, _, tag = named.partition("/")
    if not specification.startswith(PREFIX) or not model or (at and not checkpoint):
        raise ModelUnusable(f"{specification!r} names no model of open_clip.", f"Write {FORMS}.")
    return ClipName(model, tag, checkpoint)


class ClipDescriptor:
    """Describes photos with the image tower of a model of open_clip, on one thread, one by one.

    One by one, because a matrix product of another size is rounded otherwise: the same photo has the same vector
    alone and in any batch. Sent to another process it is loaded there anew, and refused if its weights are others.
    """

    def __init__(self, name: ClipName, loaded: Loaded) -> None:
        self.name = name
        self.loaded = loaded

    def __reduce__(self) -> tuple[Any, ...]:
        return reopened, (self.name, self.card.id)

    @cached_property
    def card(self) -> ModelCard:
        """The card of this descriptor; its id changes with the weights and the preprocessing."""
        loaded, how = self.loaded, self.loaded.preparation
        return ModelCard(
            name=f"open_clip-{self.name.model}",
            version=self.name.tag.lower().replace("-", "_") or "checkpoint",
            kind="descriptor",
            summary=f"image tower of {self.name.model}, unit length",
            source=loaded.source,
            licence="that of the weights, see where they come from",
            dimension=loaded.dimension,
            preprocessing=f"{how.fit} to {how.side} x {how.side} px, {how.interpolation}, normalised",
            weights_sha256=loaded.sha256,
            settings={
                "fill": list(how.fill),
                "mean": list(loaded.mean),
                "std": list(loaded.std),
                "quick_gelu": loaded.quick_gelu,
                "flat": FLAT,
            },
        )

    def describe(self, photos: Sequence[Pixels]) -> Descriptors:
        """Describe n photos: float32 (n, d), unit length."""
        return self._stacked([self._describe(photo) for photo in photos])

    def _describe(self, photo: Pixels) -> Descriptors:
        picture = self.loaded.preparation.picture(photo)
        return nothing_seen(self.loaded.dimension) if picture is None else unit(self.loaded.look(picture))

    def _stacked(self, rows: list[Descriptors]) -> Descriptors:
        return np.stack(rows) if rows else np.zeros((0, self.loaded.dimension), np.float32)


class ClipWordDescriptor(ClipDescriptor):
    """The same where the model has a text tower whose tokenizer needs no further files."""

    def describe_words(self, texts: Sequence[str]) -> Descriptors:
        """Describe n texts: float32 (n, d), unit length. Only the first 1,000 characters of each are read."""
        return self._stacked([unit(self.loaded.read(tidy(text))) for text in texts])


def open_clip_descriptor(name: ClipName) -> ClipDescriptor:
    """Load a model with its weights. Raises ModelUnusable: what is unknown or missing, and where to get it."""
    try:
        import models.clip_loading as loading  # noqa: PLC0415  # it needs the extra
    except ImportError as missing:
        raise ModelUnusable(
            f"{name} needs packages that are not installed ({missing}).", "Run: pip install 'artrieve[clip]'"
        ) from missing
    loaded = loading.load(name)
    return (ClipWordDescriptor if loaded.reads_words else ClipDescriptor)(name, loaded)


def reopened(name: ClipName, card_id: str) -> ClipDescriptor:
    """The descriptor again, in another process. Raises ModelUnusable if it is another by now."""
    descriptor = open_clip_descriptor(name)
    if descriptor.card.id != card_id:
        raise ModelUnusable(
            f"{name} was replaced while it was used.", "Start the command or the service again."
        )
    return descriptor
