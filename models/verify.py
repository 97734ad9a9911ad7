"""Verification, the seam: do the keypoints of two photos lie where one object, photographed twice, puts them?"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol, Self

import cv2
import numpy as np
import numpy.typing as npt

from models import mapping as maps
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

    @classmethod
    def of(cls, parts: Sequence[Part], matches: int, registered: Keypoints, *, solid: bool = False) -> Self:
        """Of parts that were found, with the spread of all their points."""
        found = cls(tuple(parts), matches, 0.0, solid)
        points = registered.points[found.pairs[:, 1]]
        return cls(found.parts, matches, maps.spread(points, registered.width, registered.height), solid)

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


def settings_of(verifier: Any) -> dict[str, Any]:
    """Every constant that changes what a verifier that is a dataclass puts out, for its card."""
    own = {name: getattr(verifier, name) for name in verifier.__dataclass_fields__}
    return {**own, **maps.limits(), "opencv": cv2.__version__.split(".")[0]}
