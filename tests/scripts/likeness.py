"""How many points of two photos lie where one flat object would put them: OpenCV alone, for the demo register."""

import cv2
import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]
Features = tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]

SIDE = 640


def features(image: Pixels, limit: int = 1000) -> Features:
    """Points (n, 2) and RootSIFT descriptors (n, 128) of an RGB picture at 640 pixels."""
    scale = SIDE / max(image.shape[:2])
    small = cv2.resize(np.ascontiguousarray(image), None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    grey = cv2.createCLAHE(2.0, (8, 8)).apply(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY))
    points, raw = cv2.SIFT.create(limit).detectAndCompute(grey, np.full(grey.shape, 255, np.uint8))
    rooted = np.sqrt(raw / (raw.sum(axis=1, keepdims=True) + 1e-7))
    return np.asarray([point.pt for point in points], np.float32), np.asarray(rooted, np.float32)


def inliers(searched: Features, registered: Features) -> int:
    """Distinct points that agree with one homography; 0 if that is not a sane view of a flat object."""
    likeness = searched[1] @ registered[1].T
    order = np.argsort(-likeness, axis=1)[:, :2]
    rows = np.arange(len(likeness))
    apart = np.sqrt(np.clip(2 - 2 * np.take_along_axis(likeness, order, axis=1), 0, None))
    mutual = np.argmax(likeness, axis=0)[order[:, 0]] == rows
    good = (apart[:, 0] < 0.8 * apart[:, 1]) & mutual
    if int(good.sum()) < 6:
        return 0
    source, target = searched[0][good], registered[0][order[good, 0]]
    mapping, kept = cv2.findHomography(source, target, cv2.USAC_MAGSAC, 3.0, maxIters=3000, confidence=0.999)
    if mapping is None or not _sane(np.asarray(mapping), source[kept.ravel() > 0]):
        return 0
    return len(np.unique(np.round(target[kept.ravel() > 0] / 3), axis=0))


def _sane(mapping: npt.NDArray[np.floating], points: npt.NDArray[np.float32]) -> bool:
    depth = points @ mapping[2, :2] + mapping[2, 2]
    scale = np.linalg.det(mapping) / depth**3
    return bool(
        len(points) and (scale > 0.02).all() and (scale < 50).all() and scale.max() < 12 * scale.min()
    )
