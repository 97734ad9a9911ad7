"""Verification of solid objects: neighbourhoods that move alike, where no plane fits."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from models import mapping as maps
from models.card import ModelCard
from models.keypoints import Keypoints
from models.matching import Pairs, distinct, match, no_pairs
from models.verify import Part, Verification, settings_of

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class SolidVerifier:
    """Groups of matches of which each predicts where its neighbours lie.

    A match of two keypoints is a similarity: it says how the surface around it has moved, turned and grown, and so
    where a match nearby must be found (the pairwise check of Leordeanu and Hebert, "A spectral technique for
    correspondence problems", ICCV 2005, cut off instead of weighed). Over a curved surface that holds for
    neighbours and not for the whole, which is why no homography is asked. A group is what remains when matches with
    fewer than `friends` such neighbours have been taken away, over and over (a core of the graph); all of it must
    then lie on the epipolar lines of one fundamental matrix (RANSAC, Fischler and Bolles 1981) once it is large enough.

    ratio       of Lowe 2004, between a match and the next best that lies elsewhere
    tolerance   of where matches lie, as a share of the registered photo's longest side
    slack       how far a neighbour may be from where it is predicted, as a share of the distance to it
    reach       how far away a neighbour is one, as a share of the registered photo's longest side
    turn, zoom  how far two neighbours' turns (degrees) and growths (factor) may differ
    minimum     fewer points are no group
    narrow      the least share of the photo's area that a group spans, in either photo: what lies on one spot is
                one detail
    """

    ratio: float = 0.88
    tolerance: float = 4 / 640
    slack: float = 0.25
    reach: float = 0.25
    turn: float = 25.0
    zoom: float = 1.6
    friends: int = 3
    minimum: int = 7
    narrow: float = 0.004
    epipolar: int = 12
    iterations: int = 2000
    confidence: float = 0.999

    @property
    def card(self) -> ModelCard:
        """The card of this verifier."""
        return ModelCard(
            name="neighbourhoods",
            version="1",
            kind="verifier",
            summary="matches that predict each other's place, turn and size; epipolar geometry; distinct points",
            source="Leordeanu and Hebert 2005; Fischler and Bolles 1981; OpenCV FM_RANSAC",
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
        nothing = Verification((), len(pairs), 0.0)
        if len(pairs) < self.minimum:
            return nothing
        side = self.tolerance * max(registered.width, registered.height)
        apart = distinct(pairs, searched, registered, side)
        friendly = self._friendly(apart, searched, registered)
        agreeing = self._epipolar(apart[core(friendly, self.friends)], searched, registered)
        groups = components(self._friendly(agreeing, searched, registered))
        parts = [
            part
            for group in groups
            if (part := self._part(agreeing[group], searched, registered)) is not None
        ]
        parts.sort(key=lambda part: (-len(part.pairs), part.pairs[0].tolist()))
        if not parts:
            return nothing
        return Verification.of(parts, len(pairs), registered, solid=True)

    def _friendly(self, pairs: Pairs, searched: Keypoints, registered: Keypoints) -> Flags:
        """Which matches predict each other: (n, n), symmetric."""
        here = searched.points[pairs[:, 0]].astype(np.float64)
        there = registered.points[pairs[:, 1]].astype(np.float64)
        turn = registered.angles[pairs[:, 1]].astype(np.float64) - searched.angles[pairs[:, 0]]
        growth = np.log(registered.sizes[pairs[:, 1]].astype(np.float64) / searched.sizes[pairs[:, 0]])
        longest = max(registered.width, registered.height)
        cos, sin = (np.exp(growth) * f(np.radians(turn)) for f in (np.cos, np.sin))
        x, y = np.moveaxis(here[None] - here[:, None], -1, 0)  # row i, column j: from i to j
        predicted = np.stack(
            [cos[:, None] * x - sin[:, None] * y, sin[:, None] * x + cos[:, None] * y], axis=-1
        )
        real = there[None] - there[:, None]
        distance = np.linalg.norm(real, axis=-1)
        off = np.linalg.norm(predicted - real, axis=-1)
        turned = np.abs((turn[None] - turn[:, None] + 180.0) % 360.0 - 180.0)
        good = (
            (off <= self.slack * distance + self.tolerance * longest)
            & (distance <= self.reach * longest)
            & (distance > 0)
            & (turned <= self.turn)
            & (np.abs(growth[None] - growth[:, None]) <= np.log(self.zoom))
        )
        return np.asarray(good & good.T, bool)

    def _epipolar(self, pairs: Pairs, searched: Keypoints, registered: Keypoints) -> Pairs:
        if len(pairs) < self.epipolar:
            return pairs
        # not MAGSAC++, as for planes: OpenCV 5.0 raises there where a refined model is degenerate
        _, mask = cv2.findFundamentalMat(
            searched.points[pairs[:, 0]].astype(np.float64),
            registered.points[pairs[:, 1]].astype(np.float64),
            cv2.FM_RANSAC,
            self.tolerance * max(registered.width, registered.height),
            self.confidence,
            self.iterations,
        )
        return no_pairs() if mask is None else pairs[np.ravel(mask) > 0]

    def _part(self, pairs: Pairs, searched: Keypoints, registered: Keypoints) -> Part | None:
        if len(pairs) < self.minimum:
            return None
        here, there = searched.points[pairs[:, 0]], registered.points[pairs[:, 1]]
        spans = (
            maps.spread(here, searched.width, searched.height),
            maps.spread(there, registered.width, registered.height),
        )
        mapping = affine(here, there)
        if min(spans) < self.narrow or mapping is None or not maps.is_sane(mapping, here):
            return None
        return Part(pairs, mapping)


def core(friendly: Flags, friends: int) -> npt.NDArray[np.int64]:
    """The largest set of which each has that many friends within the set: a k-core, as ascending indexes."""
    kept = np.arange(len(friendly))
    while len(kept):
        enough = friendly[np.ix_(kept, kept)].sum(axis=1) >= friends
        if enough.all():
            break
        kept = kept[enough]
    return kept


def components(friendly: Flags) -> list[npt.NDArray[np.int64]]:
    """Sets that friendship connects, each as ascending indexes."""
    waiting = np.ones(len(friendly), bool)
    found = []
    while waiting.any():
        group = np.zeros(len(friendly), bool)
        group[int(np.argmax(waiting))] = True
        while (grown := group | friendly[group].any(axis=0)).sum() > group.sum():
            group = grown
        waiting &= ~group
        found.append(np.flatnonzero(group))
    return found


def affine(here: npt.NDArray[np.float32], there: npt.NDArray[np.float32]) -> maps.Floats | None:
    """The affine mapping of least squares between (n, 2) points, as (3, 3); None where they lie on a line."""
    rows = np.concatenate([here.astype(np.float64), np.ones((len(here), 1))], axis=1)
    solved, _, rank, _ = np.linalg.lstsq(rows, there.astype(np.float64), rcond=None)
    if rank < 3:
        return None
    return np.vstack([solved.T, [0.0, 0.0, 1.0]])
