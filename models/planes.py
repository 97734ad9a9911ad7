"""Verification of flat works: homographies, several a photo where a work hangs in panels or lies folded."""

from dataclasses import dataclass

import cv2
import numpy as np

from models import mapping as maps
from models.card import ModelCard
from models.keypoints import Keypoints
from models.matching import Pairs, distinct, match
from models.verify import Mapping, Part, Verification, settings_of


@dataclass(frozen=True, slots=True)
class PlaneVerifier:
    """Homographies, found by MAGSAC++ (Barath et al., CVPR 2020) on matches that pass the ratio test.

    ratio       of Lowe 2004, between a match and the next best that lies elsewhere
    tolerance   reprojection error, as a share of the registered photo's longest side (4 px at 640)
    turn, zoom  how far a keypoint's own angle (degrees) and size (factor) may be from what the mapping does
    minimum     fewer agreeing points are no mapping: four fit always
    parts       the most mappings; a second is asked of what the first leaves over
    sure        agreeing points that the first mapping needs before a second is asked for
    further     fewer agreeing points are no further mapping: what is left over can fit by chance
    """

    ratio: float = 0.88
    tolerance: float = 4 / 640
    turn: float = 30.0
    zoom: float = 2.0
    minimum: int = 6
    iterations: int = 2000
    confidence: float = 0.999
    parts: int = 3
    sure: int = 16
    further: int = 12

    @property
    def card(self) -> ModelCard:
        """The card of this verifier."""
        return ModelCard(
            name="planes",
            version="3",
            kind="verifier",
            summary="mutual ratio-test matches, MAGSAC++ homographies, sanity of each mapping, distinct points",
            source="Lowe 2004; Barath et al. 2020; OpenCV USAC_MAGSAC",
            licence="Apache-2.0",
            dimension=0,
            preprocessing="",
            settings=settings_of(self),
        )

    def verify(self, searched: Keypoints, registered: Keypoints) -> Verification:
        """Compare a searched photo with a registered one."""
        return self.verify_pairs(match(searched, registered, self.ratio), searched, registered)

    def verify_pairs(self, pairs: Pairs, searched: Keypoints, registered: Keypoints) -> Verification:
        """Compare by matches that were found already."""
        parts: list[Part] = []
        left, least = pairs, self.minimum
        while len(parts) < self.parts and len(left) >= least:
            part = self._part(left, searched, registered)
            if part is None or len(part.pairs) < least:
                break
            parts.append(part)
            if len(parts[0].pairs) < self.sure:
                break
            left, least = self._left_over(left, part, searched, registered), self.further
        return Verification.of(parts, len(pairs), registered)

    def _part(self, pairs: Pairs, searched: Keypoints, registered: Keypoints) -> Part | None:
        mapping = self._fit(searched, registered, pairs)
        if mapping is None:
            return None
        agreeing = self._agreeing(searched, registered, pairs, mapping)
        if len(agreeing) < self.minimum or not maps.is_sane(mapping, searched.points[agreeing[:, 0]]):
            return None
        return Part(agreeing, mapping)

    def _fit(self, searched: Keypoints, registered: Keypoints, pairs: Pairs) -> Mapping | None:
        source = searched.points[pairs[:, 0]].astype(np.float64)
        target = registered.points[pairs[:, 1]].astype(np.float64)
        found, mask = cv2.findHomography(
            source,
            target,
            cv2.USAC_MAGSAC,
            self._tolerance(registered),
            maxIters=self.iterations,
            confidence=self.confidence,
        )
        if found is None or not np.isfinite(found).all() or abs(found[2, 2]) < maps.TINY:
            return None
        return _before_camera(np.asarray(found), source[np.ravel(mask) > 0])

    def _tolerance(self, photo: Keypoints) -> float:
        return self.tolerance * max(photo.width, photo.height)

    def _agreeing(self, searched: Keypoints, registered: Keypoints, pairs: Pairs, mapping: Mapping) -> Pairs:
        source = searched.points[pairs[:, 0]].astype(np.float64)
        limit = self._tolerance(registered)
        local = maps.jacobians(mapping, source)
        turned = maps.turns(local) + searched.angles[pairs[:, 0]] - registered.angles[pairs[:, 1]]
        off = np.abs((turned + 180.0) % 360.0 - 180.0)
        zoomed = maps.zooms(local) * searched.sizes[pairs[:, 0]] / registered.sizes[pairs[:, 1]]
        errors = self._errors(searched, registered, pairs, mapping)
        good = (errors <= limit) & (off <= self.turn) & (np.abs(np.log(zoomed)) <= np.log(self.zoom))
        return distinct(pairs[good], searched, registered, limit)

    def _errors(
        self, searched: Keypoints, registered: Keypoints, pairs: Pairs, mapping: Mapping
    ) -> maps.Floats:
        target = registered.points[pairs[:, 1]].astype(np.float64)
        return np.asarray(
            np.linalg.norm(maps.apply(mapping, searched.points[pairs[:, 0]]) - target, axis=1), np.float64
        )

    def _left_over(self, pairs: Pairs, part: Part, searched: Keypoints, registered: Keypoints) -> Pairs:
        """The matches that lie elsewhere: off the part's mapping, and at no place that it explains in either photo.

        A place may be described more than once (SIFT gives a corner several directions), and a motif may be shown
        twice: either would count the same place for two parts.
        """
        far = self._errors(searched, registered, pairs, part.mapping) > self._tolerance(registered)
        free = np.ones(len(pairs), bool)
        for photo, side in ((searched, 0), (registered, 1)):
            cell = self._tolerance(photo)
            taken = {tuple(row) for row in (photo.points[part.pairs[:, side]] // cell).astype(int).tolist()}
            cells = (photo.points[pairs[:, side]] // cell).astype(int).tolist()
            free &= np.array([tuple(row) not in taken for row in cells], bool)
        return np.asarray(pairs[far & free], np.int32)


def _before_camera(found: Mapping, points: maps.Floats) -> Mapping:
    # a homography holds but for a factor, whose sign says which side of the horizon is seen: the agreeing points
    # are, while the photo's first pixel may lie beyond the horizon of an object seen at a slant
    seen = np.sign(points @ found[2, :2] + found[2, 2]).sum() >= 0
    return np.asarray(found / (np.abs(found[2, 2]) if seen else -np.abs(found[2, 2])), np.float64)
