"""Brute force over local features: each of a query against every one of every registered photo, then RANSAC."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import cv2
import faiss
import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from data.machine import cores
from models.pixels import Pixels, shrink
from scripts.bench_sight.baselines import Ranked
from service.evaluation import CANDIDATES

SIDE = 640
"""Longest side, pixels, at which features are found: that of the service's own look at a whole photo."""
LIMIT = 500
"""Features of a photo: as many as the service keeps of a registered one."""
RATIO = 0.8
"""A match is nearer than this times the second nearest of the same photo (Lowe, IJCV 2004)."""
TOLERANCE = 5.0
"""Pixels that a point may lie off the homography."""
SMALLEST = 8
"""Pixels: a photo whose shorter side is less has no features. ORB's pyramid cannot be built for a single pixel."""
ENOUGH = 8
"""A homography is looked for from this many matches on; four points fit one always."""
FITTED = 200
"""Registered photos for which one is looked for, those with the most matches."""
BLOCK = 8
"""Registered photos compared in one matrix product, which then fits the cache."""
Rows = npt.NDArray[np.uint8]
Distances = Callable[[Rows, Rows], npt.NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class Features:
    """Of one photo: float32 (n, 2) points in pixels of the working size, uint8 (n, d) descriptors."""

    points: npt.NDArray[np.float32]
    descriptors: Rows


class BruteForce:
    """Ratio test within each registered photo, a homography by RANSAC; score: its inliers, then matches."""

    def __init__(self, name: str, make: Callable[[], Any], distances: Distances, width: int) -> None:
        """`make` gives OpenCV's detector; `distances` takes (n, width) and (m, width) to float32 (n, m)."""
        self.name = name
        self.what = (
            f"OpenCV's {name} by its defaults, {LIMIT} features at {SIDE} px, every pair compared, ratio test at "
            f"{RATIO} within each registered photo, each of its features matched once, RANSAC homography "
            f"({TOLERANCE:g} px) for the {FITTED} photos with the most matches, "
            f"{ENOUGH} or more; score: inliers, ties by matches"
        )
        self._make = make
        self._distances = distances
        self._width = width
        self._threads = ThreadPoolExecutor(cores(), thread_name_prefix=name)

    def describe(self, photo: Pixels) -> Any:
        """Points and descriptors of (height, width, 3) RGB."""
        grey = cv2.cvtColor(shrink(photo, SIDE).picture, cv2.COLOR_RGB2GRAY)
        small = min(grey.shape) < SMALLEST
        points, rows = ((), None) if small else self._make().detectAndCompute(grey, None)
        if rows is None or not len(points):
            return Features(np.zeros((0, 2), np.float32), np.zeros((0, self._width), np.uint8))
        order = sorted(range(len(points)), key=lambda at: -points[at].response)[:LIMIT]
        places = np.array([points[at].pt for at in order], np.float32)
        return Features(places, np.ascontiguousarray(rows[order], np.uint8))

    def shelve(self, registered: Sequence[Any]) -> None:
        """Keep the features of photos."""
        self._registered: Sequence[Features] = registered

    def search(self, asked: Any) -> Ranked:
        """The photos whose matches agree best."""
        with threadpool_limits(limits=1):  # the cores are taken: a block of photos each
            matched = dict(self._matched(asked))
        order = sorted(matched, key=lambda photo: (-len(matched[photo]), photo))
        tried = [photo for photo in order[:FITTED] if len(matched[photo]) >= ENOUGH]
        fitted = self._threads.map(lambda photo: self._inliers(asked, photo, matched[photo]), tried)
        inliers = dict(zip(tried, fitted, strict=True))
        order.sort(key=lambda photo: -inliers.get(photo, 0))
        return [(photo, float(inliers.get(photo, 0))) for photo in order[:CANDIDATES]]

    def _matched(self, asked: Features) -> Iterator[tuple[int, npt.NDArray[np.int64]]]:
        """Registered photos with int (n, 2) of matching features, searched and registered; those with any."""
        if not len(asked.points):
            return
        starts = range(0, len(self._registered), BLOCK)
        for found in self._threads.map(lambda start: list(self._block(asked, start)), starts):
            yield from found

    def _block(self, asked: Features, start: int) -> Iterator[tuple[int, npt.NDArray[np.int64]]]:
        photos = self._registered[start : start + BLOCK]
        rows = np.concatenate([each.descriptors for each in photos])
        if not len(rows):
            return
        distances = self._distances(asked.descriptors, rows)
        ends = np.cumsum([len(each.descriptors) for each in photos])
        for number, end in enumerate(ends.tolist()):
            own = distances[:, end - len(photos[number].descriptors) : end]
            pairs = ratio_test(own)
            if len(pairs):
                yield start + number, pairs

    def _inliers(self, asked: Features, photo: int, pairs: npt.NDArray[np.int64]) -> int:
        searched = asked.points[pairs[:, 0]]
        registered = self._registered[photo].points[pairs[:, 1]]
        mapping, agreeing = cv2.findHomography(searched, registered, cv2.RANSAC, TOLERANCE)
        return 0 if mapping is None else int(agreeing.sum())


def ratio_test(distances: npt.NDArray[np.float32]) -> npt.NDArray[np.int64]:
    """Rows and columns (n, 2) of what is nearer than RATIO times the second nearest of its row; each column once.

    Without the last, a photo with a few features takes many of the query's each, which one degenerate homography maps
    to one point: such photos would come before true ones.
    """
    if distances.shape[1] < 2:
        return np.zeros((0, 2), np.int64)
    every = np.arange(len(distances))
    nearest = distances.argmin(axis=1)
    first = distances[every, nearest]
    rest = distances.copy()
    rest[every, nearest] = np.inf
    kept = np.flatnonzero(first < RATIO * rest.min(axis=1))
    kept = kept[np.argsort(first[kept], kind="stable")]
    _, once = np.unique(nearest[kept], return_index=True)
    kept = np.sort(kept[once])
    return np.stack([kept, nearest[kept]], axis=1)


def hamming(asked: Rows, rows: Rows) -> npt.NDArray[np.float32]:
    """Bits in which uint8 (n, d) and (m, d) differ: float32 (n, m)."""
    found = np.empty((len(asked), len(rows)), np.int32)
    asked, rows = np.ascontiguousarray(asked), np.ascontiguousarray(rows)
    given = (faiss.swig_ptr(asked), faiss.swig_ptr(rows), len(asked), len(rows), rows.shape[1])
    faiss.hammings(*given, faiss.swig_ptr(found))
    return found.astype(np.float32)


def euclidean(asked: Rows, rows: Rows) -> npt.NDArray[np.float32]:
    """Distances between uint8 (n, d) and (m, d): float32 (n, m). Squares up to 2 ** 24 are exact."""
    one, other = asked.astype(np.float32), rows.astype(np.float32)
    squares = one @ other.T  # in place from here on: a pass over memory takes as long as the product
    squares *= -2
    squares += (one**2).sum(axis=1)[:, None]
    squares += (other**2).sum(axis=1)
    np.maximum(squares, 0, out=squares)
    return np.asarray(np.sqrt(squares, out=squares))


def orb() -> BruteForce:
    """ORB (Rublee et al., ICCV 2011)."""
    return BruteForce("ORB", lambda: cv2.ORB.create(nfeatures=LIMIT), hamming, width=32)


def sift() -> BruteForce:
    """SIFT (Lowe, IJCV 2004)."""
    return BruteForce("SIFT", lambda: cv2.SIFT.create(nfeatures=LIMIT), euclidean, width=128)
