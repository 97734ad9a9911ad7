"""Verification: do the keypoints of two photos lie where one flat object, photographed twice, puts them?"""

from dataclasses import dataclass
from typing import Protocol

import cv2
import numpy as np
import numpy.typing as npt

from models import mapping as maps
from models.card import ModelCard
from models.keypoints import Keypoints, as_floats

Mapping = npt.NDArray[np.float64]
Pairs = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Verification:
    """What the geometry of two photos says.

    pairs    int32 (n, 2): indexes of the matching keypoints, searched and registered, that agree with `mapping`
    matches  how many keypoints looked alike before geometry was asked
    mapping  float64 (3, 3), pixels of the searched photo to pixels of the registered one; None if there is none
             (its last element is 1, or -1 if the searched photo's first pixel lies beyond the plane's horizon)
    spread   share of the registered photo's area that the agreeing points span, 0 to 1
    """

    pairs: Pairs
    matches: int
    mapping: Mapping | None
    spread: float

    @property
    def inliers(self) -> int:
        """How many distinct points agree."""
        return len(self.pairs)


class Verifier(Protocol):
    """Compares two photos' keypoints. Deterministic, symmetric in nothing, callable from any thread.

    Two photos that share nothing give a Verification without mapping: that is no error.
    """

    @property
    def card(self) -> ModelCard:
        """What this verifier is."""
        ...

    def verify(self, searched: Keypoints, registered: Keypoints) -> Verification:
        """Compare a searched photo with a registered one."""
        ...


@dataclass(frozen=True, slots=True)
class PlaneVerifier:
    """One homography, found by MAGSAC++ (Barath et al., CVPR 2020) on matches that pass the ratio test.

    ratio       of Lowe 2004, between a match and the next best that lies elsewhere
    tolerance   reprojection error, as a share of the registered photo's longest side (4 px at 640)
    turn, zoom  how far a keypoint's own angle (degrees) and size (factor) may be from what the mapping does
    minimum     fewer agreeing points are no mapping: four fit always
    """

    ratio: float = 0.88
    tolerance: float = 4 / 640
    turn: float = 30.0
    zoom: float = 2.0
    minimum: int = 6
    iterations: int = 2000
    confidence: float = 0.999

    @property
    def card(self) -> ModelCard:
        """The card of this verifier."""
        return _card(self)

    def verify(self, searched: Keypoints, registered: Keypoints) -> Verification:
        """Compare a searched photo with a registered one."""
        pairs = match(searched, registered, self.ratio)
        if len(pairs) < self.minimum:
            return Verification(pairs[:0], len(pairs), None, 0.0)
        mapping = self._fit(searched, registered, pairs)
        if mapping is None:
            return Verification(pairs[:0], len(pairs), None, 0.0)
        agreeing = self._agreeing(searched, registered, pairs, mapping)
        if len(agreeing) < self.minimum or not maps.is_sane(mapping, searched.points[agreeing[:, 0]]):
            return Verification(pairs[:0], len(pairs), None, 0.0)
        spread = maps.spread(registered.points[agreeing[:, 1]], registered.width, registered.height)
        return Verification(agreeing, len(pairs), mapping, spread)

    def _fit(self, searched: Keypoints, registered: Keypoints, pairs: Pairs) -> Mapping | None:
        source = searched.points[pairs[:, 0]].astype(np.float64)
        target = registered.points[pairs[:, 1]].astype(np.float64)
        found, mask = cv2.findHomography(
            source,
            target,
            cv2.USAC_MAGSAC,
            self.tolerance * max(registered.width, registered.height),
            maxIters=self.iterations,
            confidence=self.confidence,
        )
        if found is None or not np.isfinite(found).all() or abs(found[2, 2]) < maps.TINY:
            return None
        return _before_camera(np.asarray(found), source[np.ravel(mask) > 0])

    def _agreeing(self, searched: Keypoints, registered: Keypoints, pairs: Pairs, mapping: Mapping) -> Pairs:
        source = searched.points[pairs[:, 0]].astype(np.float64)
        target = registered.points[pairs[:, 1]].astype(np.float64)
        limit = self.tolerance * max(registered.width, registered.height)
        errors = np.linalg.norm(maps.apply(mapping, source) - target, axis=1)
        local = maps.jacobians(mapping, source)
        turned = maps.turns(local) + searched.angles[pairs[:, 0]] - registered.angles[pairs[:, 1]]
        off = np.abs((turned + 180.0) % 360.0 - 180.0)
        zoomed = maps.zooms(local) * searched.sizes[pairs[:, 0]] / registered.sizes[pairs[:, 1]]
        good = (errors <= limit) & (off <= self.turn) & (np.abs(np.log(zoomed)) <= np.log(self.zoom))
        return distinct(pairs[good], searched, registered, limit)


def _before_camera(found: Mapping, points: npt.NDArray[np.float64]) -> Mapping:
    # a homography holds but for a factor, whose sign says which side of the horizon is seen: the agreeing points
    # are, while the photo's first pixel may lie beyond the horizon of an object seen at a slant
    seen = np.sign(points @ found[2, :2] + found[2, 2]).sum() >= 0
    return np.asarray(found / (np.abs(found[2, 2]) if seen else -np.abs(found[2, 2])), np.float64)


def match(searched: Keypoints, registered: Keypoints, ratio: float) -> Pairs:
    """Nearest neighbours that are mutual and clearly nearer than the next best; int32 (n, 2).

    A next best that lies within a few pixels of the best is the same point described twice, not a rival.
    """
    if len(searched) < 2 or len(registered) < 2:
        return np.zeros((0, 2), np.int32)
    likeness = as_floats(searched.descriptors) @ as_floats(registered.descriptors).T
    rows = np.arange(len(searched))
    best = likeness.argmax(axis=1)
    mutual = likeness.argmax(axis=0)[best] == rows
    top = likeness[rows, best]
    likeness[rows, best] = -np.inf
    second = likeness.argmax(axis=1)
    apart = np.abs(registered.points[best] - registered.points[second]).max(axis=1)
    near = apart <= 0.005 * max(registered.width, registered.height)
    likeness[rows, second] = np.where(near, -np.inf, likeness[rows, second])
    rival = likeness.max(axis=1)
    distance, other = (
        np.sqrt(np.maximum(0, 2 - 2 * top)),
        np.sqrt(np.maximum(0, 2 - 2 * np.maximum(rival, -1))),
    )
    kept = rows[mutual & (distance <= ratio * other)]
    return np.stack([kept, best[kept]], axis=1).astype(np.int32)


def distinct(pairs: Pairs, searched: Keypoints, registered: Keypoints, apart: float) -> Pairs:
    """Keep one pair for each place: several keypoints on one corner are one observation.

    `apart` is the side of a cell, pixels of the registered photo; the searched photo is cut into as many cells.
    """
    if len(pairs) == 0:
        return pairs
    searched_apart = apart * max(searched.width, searched.height) / max(registered.width, registered.height)
    cells = np.concatenate(
        [registered.points[pairs[:, 1]] // apart, searched.points[pairs[:, 0]] // searched_apart], axis=1
    ).astype(np.int64)
    _, first = np.unique(cells[:, :2], axis=0, return_index=True)
    kept = np.sort(first)
    _, again = np.unique(cells[kept, 2:], axis=0, return_index=True)
    return pairs[kept[np.sort(again)]]


def _card(verifier: PlaneVerifier) -> ModelCard:
    settings = {name: getattr(verifier, name) for name in PlaneVerifier.__dataclass_fields__}
    return ModelCard(
        name="plane",
        version="1",
        kind="verifier",
        summary="mutual ratio-test matches, MAGSAC++ homography, sanity of the mapping, distinct points",
        source="Lowe 2004; Barath et al. 2020; OpenCV USAC_MAGSAC",
        licence="Apache-2.0",
        dimension=0,
        preprocessing="",
        settings={**settings, "opencv": cv2.__version__.split(".")[0]},
    )
