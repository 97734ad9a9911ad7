"""Explanation: why a candidate was found, as pictures and in words anyone understands."""

from enum import StrEnum

import cv2
import numpy as np
import numpy.typing as npt

from indexer.answer import Candidate
from indexer.decide import Verdict
from models import mapping as maps
from models.pixels import Pixels, decode, encode, shrink

SIDE = 900
"""Longest side of a registered photo in a picture of evidence, pixels."""
DRAWN = 120
"""Lines that are drawn between two photos at most; more can't be told apart."""
EDGE = (255, 255, 255)
OUTLINE = (20, 150, 120)
PAPER = 245


class EvidenceKind(StrEnum):
    """The pictures of evidence there are."""

    overlay = "overlay"
    regions = "regions"
    matches = "matches"


class EvidenceUnavailable(Exception):
    """There is no picture to draw: no mapping between the two photos was found."""


def evidence_image(searched: bytes, registered: bytes, candidate: Candidate, kind: EvidenceKind) -> bytes:
    """Draw one picture of evidence, a JPEG.

    searched, registered  the two photos as the photo store keeps them
    overlay   the searched photo laid over the registered one where they match, half transparent
    regions   both side by side, the matching region outlined in each
    matches   both side by side, with lines between the points that agree
    Raises EvidenceUnavailable for a candidate without a mapping, NotReadable.
    """
    if candidate.mapping is None or not candidate.points:
        raise EvidenceUnavailable(
            "No part of this photo was found in the registered one, so there is nothing to draw."
        )
    here, there = shrink(decode(searched), SIDE), shrink(decode(registered), SIDE)
    points = np.array(candidate.points, np.float64)
    left, right = points[:, :2] / here.factor, points[:, 2:] / there.factor
    full = np.array(candidate.mapping, np.float64).reshape(3, 3)
    mapping = np.diag([1 / there.factor, 1 / there.factor, 1]) @ full @ np.diag([here.factor, here.factor, 1])
    if kind is EvidenceKind.overlay:
        return encode(_overlay(here.picture, there.picture, mapping, right))
    pair = _Pair(here.picture, there.picture)
    if kind is EvidenceKind.regions:
        pair.outline(left, right)
    else:
        pair.connect(left, right)
    return encode(pair.picture)


def describe(candidate: Candidate) -> str:
    """Why this candidate stands where it does, in words."""
    if candidate.mapping is None:
        return "Some details look alike, but they do not lie as they would in two photos of one object."
    share = _share(candidate.spread)
    start = f"{candidate.inliers} points of the photo lie where the registered photo has them, across {share} of it."
    if candidate.mirrored:
        start = f"The photo shows it mirrored, left for right. {start}"
    if candidate.outdone:
        return f"{start} Another registered object agrees far better with the same part of the photo."
    if candidate.verdict is Verdict.match:
        return f"{start} Different objects hardly ever agree in so many."
    if candidate.verdict is Verdict.possible:
        return f"{start} That is more than chance usually gives, and too little to be sure: compare the two by eye."
    return f"{start} Chance can give as many."


def _share(spread: float) -> str:
    if spread < 0.01:
        return "less than a hundredth"
    return f"{round(spread * 100)} %"


def _overlay(searched: Pixels, registered: Pixels, mapping: maps.Floats, points: maps.Floats) -> Pixels:
    height, width = registered.shape[:2]
    warped = cv2.warpPerspective(searched, mapping, (width, height), flags=cv2.INTER_AREA)
    covered = cv2.warpPerspective(np.full(searched.shape[:2], 255, np.uint8), mapping, (width, height))
    share = (covered.astype(np.float32) / 255 * 0.6)[:, :, None]
    grey = cv2.cvtColor(cv2.cvtColor(registered, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)
    # the registered photo in grey below: what is coloured comes from the searched one
    mixed = np.asarray(grey * (1 - share) + warped * share, np.uint8)
    for x, y in np.rint(points).astype(int).tolist():
        cv2.circle(mixed, (x, y), 4, EDGE, 2, cv2.LINE_AA)
        cv2.circle(mixed, (x, y), 3, OUTLINE, -1, cv2.LINE_AA)
    return mixed


class _Pair:
    """Two photos side by side at one height."""

    gap = 24

    def __init__(self, left: Pixels, right: Pixels) -> None:
        height = max(left.shape[0], right.shape[0])
        width = left.shape[1] + self.gap + right.shape[1]
        self.picture = np.full((height, width, 3), PAPER, np.uint8)
        self._left = np.array([0, (height - left.shape[0]) // 2], np.float64)
        self._right = np.array([left.shape[1] + self.gap, (height - right.shape[0]) // 2], np.float64)
        for photo, (x, y) in ((left, self._left.astype(int)), (right, self._right.astype(int))):
            self.picture[y : y + photo.shape[0], x : x + photo.shape[1]] = photo

    def outline(self, left: maps.Floats, right: maps.Floats) -> None:
        """Outline the region that agreeing points span, in both."""
        for points in (left + self._left, right + self._right):
            hull = cv2.convexHull(points.astype(np.float32)).astype(np.int32)
            inside = np.zeros(self.picture.shape[:2], np.uint8)
            cv2.fillConvexPoly(inside, hull, 255)
            tinted = self.picture * 0.8 + np.array(OUTLINE) * 0.2
            self.picture = np.where(inside[:, :, None] > 0, tinted, self.picture).astype(np.uint8)
            cv2.polylines(self.picture, [hull], True, EDGE, 6, cv2.LINE_AA)
            cv2.polylines(self.picture, [hull], True, OUTLINE, 3, cv2.LINE_AA)

    def connect(self, left: maps.Floats, right: maps.Floats) -> None:
        """Draw lines between agreeing points, each in a colour of its own."""
        step = -(-len(left) // DRAWN)
        ends = np.rint(np.concatenate([left + self._left, right + self._right], axis=1)).astype(int)[::step]
        for (x, y, u, v), colour in zip(ends.tolist(), _colours(len(ends)), strict=True):
            cv2.line(self.picture, (x, y), (u, v), colour, 1, cv2.LINE_AA)
            for end in ((x, y), (u, v)):
                cv2.circle(self.picture, end, 4, EDGE, -1, cv2.LINE_AA)
                cv2.circle(self.picture, end, 3, colour, -1, cv2.LINE_AA)


def _colours(count: int) -> list[tuple[int, int, int]]:
    hues = np.zeros((1, max(1, count), 3), np.uint8)
    hues[0, :, 0] = (np.arange(max(1, count)) * 67) % 180
    hues[0, :, 1:] = (200, 230)
    table: npt.NDArray[np.uint8] = np.asarray(cv2.cvtColor(hues, cv2.COLOR_HSV2RGB), np.uint8)
    return [(int(r), int(g), int(b)) for r, g, b in table[0, :count].tolist()]
