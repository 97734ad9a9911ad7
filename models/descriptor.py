"""The seam `Descriptor`: photos in, one unit-length vector each out."""

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from models.card import ModelCard
from models.pixels import Pixels

Descriptors = npt.NDArray[np.float32]


class Descriptor(Protocol):
    """Describes whole photos or views so that two photos of one object have a high inner product.

    Life cycle: made once a process (which reads the weights, or raises ModelUnusable: it never goes on without),
    then `describe` from any thread. The same picture gives the same vector, alone or in a batch.
    """

    @property
    def card(self) -> ModelCard:
        """What this descriptor is; vectors of cards with different ids are never compared."""
        ...

    def describe(self, photos: Sequence[Pixels]) -> Descriptors:
        """Describe n photos, each (height, width, 3) RGB of any size from 1 px: float32 (n, d), unit length."""
        ...


@runtime_checkable
class PatchDescriptor(Descriptor, Protocol):
    """A descriptor that also describes a photo patch by patch."""

    def describe_patches(self, photo: Pixels) -> Descriptors:
        """Describe the m patches of a grid over (height, width, 3) RGB: float32 (m, c), unit length, or without length
        where a patch shows nothing. c is their own; (0, c) for a photo that shows nothing. The same photo gives the
        same patches.
        """
        ...


@runtime_checkable
class WordDescriptor(Descriptor, Protocol):
    """A descriptor that describes words too, in the space of its photos: "bronze horse, green patina"."""

    def describe_words(self, texts: Sequence[str]) -> Descriptors:
        """Describe n texts: float32 (n, d), unit length, to be compared with photos by the inner product."""
        ...
