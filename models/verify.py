"""Verification, the seam: do the keypoints of two photos lie where one object, photographed twice, puts them?"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from models.card import ModelCard
from models.keypoints import Keypoints
from models.matching import Pairs, no_pairs

Mapping = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the object that one mapping puts in place.

    pairs    int32 (n, 2): the matching keypoints, searched and registered, that agree with `mapping`
    mapping  float64 (3, 3), pixels of the searched photo to pixels of the registered one
             (its last element is 1, or -1 if the searched photo's first pixel lies beyond the plane's horizon)
    """

    pairs: Pairs
    mapping: Mapping


@dataclass(frozen=True, slots=True)
class Verification:
    """What the geometry of two photos says.

    parts    with the most points first; no keypoint is in two of them. None: nothing agrees
    matches  how many keypoints looked alike before geometry was asked
    spread   share of the registered photo's area that the agreeing points of all parts span, 0 to 1
    solid    whether no plane fits and only neighbourhoods agree: the mappings are approximate
    """

    parts: tuple[Part, ...]
    matches: int
    spread: float
    solid: bool = False

    @property
    def pairs(self) -> Pairs:
        """The agreeing keypoints of all parts: int32 (n, 2), part after part."""
        return np.concatenate([part.pairs for part in self.parts]) if self.parts else no_pairs()

    @property
    def mapping(self) -> Mapping | None:
        """The first part's."""
        return self.parts[0].mapping if self.parts else None

    @property
    def inliers(self) -> int:
        """How many distinct points agree."""
        return sum(len(part.pairs) for part in self.parts)


class Verifier(Protocol):
    """Compares two photos' keypoints. Deterministic, symmetric in nothing, callable from any thread.

    Two photos that share nothing give a Verification without parts: that is no error.
    """

    @property
    def card(self) -> ModelCard:
        """What this verifier is."""
        ...

    def verify(self, searched: Keypoints, registered: Keypoints) -> Verification:
        """Compare a searched photo with a registered one."""
        ...
