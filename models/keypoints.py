"""Keypoints with local descriptors: the seam, and RootSIFT on OpenCV behind it."""

from dataclasses import dataclass
from typing import Protocol

import cv2
import numpy as np
import numpy.typing as npt

from models.card import ModelCard
from models.pixels import Pixels, shrink
from models.weights import Weights

DIMENSION = 64
QUANTUM = 254.0
"""A component of a unit-length descriptor times this is stored as int8; components past 0.5 are cut there."""


@dataclass(frozen=True, slots=True)
class Keypoints:
    """The keypoints of one photo, strongest first.

    points       float32 (n, 2), x and y in pixels of the photo that was given
    sizes        float32 (n,), diameter in the same pixels
    angles       float32 (n,), degrees, clockwise as OpenCV counts
    descriptors  int8 (n, 64), unit-length vectors times QUANTUM
    width, height  of the photo that was given, pixels
    """

    points: npt.NDArray[np.float32]
    sizes: npt.NDArray[np.float32]
    angles: npt.NDArray[np.float32]
    descriptors: npt.NDArray[np.int8]
    width: int
    height: int

    def __len__(self) -> int:
        return len(self.points)


@dataclass(frozen=True, slots=True)
class Look:
    """One way of looking at a searched photo, of which nobody knows how large and how clear the work is in it.

    side   longest side, pixels, that the photo is brought down to
    limit  the most keypoints
    """

    name: str
    side: int
    limit: int


@dataclass(frozen=True, slots=True)
class Seen:
    """What one look saw.

    keypoints  in pixels of the photo that was given
    mirrored   the keypoints of the photo's mirror image, left for right, in pixels of that image; in the same order
    """

    keypoints: Keypoints
    mirrored: Keypoints


class KeypointExtractor(Protocol):
    """Finds keypoints. Life cycle: made once a process, then `extract` for each photo, from any thread.

    The same photo gives the same keypoints, always. A photo without structure gives none: that is no error.
    """

    @property
    def card(self) -> ModelCard:
        """What this extractor is; its id changes with anything that changes its output."""
        ...

    def extract(self, photo: Pixels, limit: int) -> Keypoints:
        """Find at most `limit` keypoints in (height, width, 3) RGB, as a registered photo's are found."""
        ...

    def look(self, photo: Pixels, look: Look) -> Seen:
        """Find keypoints in (height, width, 3) RGB and in its mirror image, as a searched photo's are found."""
        ...


@dataclass(frozen=True, slots=True)
class RootSift:
    """SIFT (Lowe 2004) after local contrast equalisation, as RootSIFT, projected to 64 dimensions.

    RootSIFT: Arandjelovic and Zisserman, "Three things everyone should know to improve object retrieval",
    CVPR 2012. The projection (principal components, then unit length) is trained by scripts/train_vocabulary.py.
    Contrast is equalised first (CLAHE, Zuiderveld 1994), since a dark photo has too few keypoints otherwise.
    """

    weights: Weights
    side: int = 640
    contrast_threshold: float = 0.02
    clip_limit: float = 2.0
    tiles: int = 8

    @property
    def card(self) -> ModelCard:
        """The card of this extractor."""
        return _card(self)

    def extract(self, photo: Pixels, limit: int) -> Keypoints:
        """Find at most `limit` keypoints in (height, width, 3) RGB, strongest first."""
        return self._keypoints(photo, self._found(photo, self.side, limit))

    def look(self, photo: Pixels, look: Look) -> Seen:
        """Find keypoints in (height, width, 3) RGB and in its mirror image, strongest first."""
        found = self._found(photo, look.side, look.limit)
        return Seen(self._keypoints(photo, found), self._keypoints(photo, mirrored(found, photo.shape[1])))

    def _found(self, photo: Pixels, side: int, limit: int) -> "RawSift":
        small = shrink(photo, side)
        found = raw_sift(small.picture, limit, self)
        scale = np.array([small.factor, small.factor, small.factor, 1], np.float32)
        return RawSift(found.geometry * scale, found.histograms)

    def _keypoints(self, photo: Pixels, found: "RawSift") -> Keypoints:
        return Keypoints(
            points=found.geometry[:, :2],
            sizes=found.geometry[:, 2],
            angles=found.geometry[:, 3],
            descriptors=project(root(found.histograms), self.weights),
            width=photo.shape[1],
            height=photo.shape[0],
        )


@dataclass(frozen=True, slots=True)
class RawSift:
    """SIFT as OpenCV gives it: float32 (n, 4) of x, y, size, angle, and float32 (n, 128) histograms."""

    geometry: npt.NDArray[np.float32]
    histograms: npt.NDArray[np.float32]


def raw_sift(picture: Pixels, limit: int, settings: RootSift) -> RawSift:
    """Keypoints of (height, width, 3) RGB at working size, at most `limit`, strongest first."""
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    equalised = cv2.createCLAHE(settings.clip_limit, (settings.tiles, settings.tiles)).apply(grey)
    sift = cv2.SIFT.create(nfeatures=limit, contrastThreshold=settings.contrast_threshold)
    keypoints, histograms = sift.detectAndCompute(equalised, None)
    if histograms is None or len(keypoints) == 0:
        return RawSift(np.zeros((0, 4), np.float32), np.zeros((0, 128), np.float32))
    rows = [(k.response, *k.pt, k.size, k.angle) for k in keypoints]
    table = np.array(rows, dtype=np.float32)
    # full order, not by response alone: equal responses would otherwise depend on the detector's order
    order = np.lexsort((table[:, 4], table[:, 3], table[:, 2], table[:, 1], -table[:, 0]))[:limit]
    return RawSift(table[order, 1:], np.asarray(histograms, np.float32)[order])


def mirrored(found: RawSift, width: int) -> RawSift:
    """The keypoints of the mirror image, left for right, of a photo `width` px wide.

    SIFT's histogram holds 4 rows across the keypoint's direction, 4 columns along it, and 8 directions in each. A
    mirror reverses the rows and the sense of rotation and nothing else, so that no second extraction is needed
    (cosine to what OpenCV finds in the flipped photo: 0.998).
    """
    x, y, size, angle = found.geometry.T
    cells = found.histograms.reshape(-1, 4, 4, 8)[:, ::-1][..., -np.arange(8) % 8]
    geometry = np.stack([width - x, y, size, (540 - angle) % 360], axis=1).astype(np.float32)
    return RawSift(geometry, np.ascontiguousarray(cells).reshape(-1, 128))


def root(histograms: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """RootSIFT: float32 (n, 128), each row divided by its sum, then its square root."""
    sums = np.maximum(histograms.sum(axis=1, keepdims=True), 1e-9)
    return np.asarray(np.sqrt(histograms / sums), np.float32)


def project(rooted: npt.NDArray[np.float32], weights: Weights) -> npt.NDArray[np.int8]:
    """Project float32 (n, 128) to unit length in 64 dimensions; int8 (n, 64), times QUANTUM."""
    flat = (rooted - weights.mean) @ weights.basis
    flat /= np.maximum(np.linalg.norm(flat, axis=1, keepdims=True), 1e-9)
    return np.clip(np.rint(flat * QUANTUM), -127, 127).astype(np.int8)


def as_floats(descriptors: npt.NDArray[np.int8]) -> npt.NDArray[np.float32]:
    """Undo the storage as int8: float32 (n, 64), unit length but for rounding."""
    return np.ascontiguousarray(descriptors.astype(np.float32) / QUANTUM)


def _card(extractor: RootSift) -> ModelCard:
    settings = {
        "side": extractor.side,
        "contrast_threshold": extractor.contrast_threshold,
        "clip_limit": extractor.clip_limit,
        "tiles": extractor.tiles,
        "quantum": QUANTUM,
        "opencv": cv2.__version__.split(".")[0],
    }
    return ModelCard(
        name="rootsift",
        version="1",
        kind="keypoints",
        summary="SIFT after local contrast equalisation, RootSIFT, principal components, unit length",
        source="Lowe 2004; Arandjelovic and Zisserman 2012; OpenCV",
        licence="Apache-2.0",
        dimension=DIMENSION,
        preprocessing=f"longest side at most {extractor.side} px, grey, CLAHE",
        weights_sha256=extractor.weights.sha256,
        settings=settings,
    )
