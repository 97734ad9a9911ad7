"""One photo to what the index keeps of it."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from indexer.sight import REGISTERED_KEYPOINTS, Sight
from indexer.vectors.index import Codes
from models.keypoints import Keypoints, as_floats
from models.pixels import decode

POINT_STEP = 32.0
"""Points and sizes are kept in 1/32 px; in coarser steps for a photo of more than 2,047 px, so that they fit."""
ANGLE_STEP = 65536 / 360.0

Geometry = npt.NDArray[np.uint16]
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class PhotoVectors:
    """What is kept of one photo.

    key       of the photo in the photo store
    geometry  uint16 (n, 4): x, y, size in 1/32 px (see `point_step`), angle in 1/65536 of a turn
    local     int8 (n, 64): see Keypoints
    codes     uint8 (n, c): the same descriptors as the local index keeps them
    whole     uint8 (g,): the global descriptor as the global index keeps it
    """

    key: str
    geometry: Geometry
    local: npt.NDArray[np.int8]
    codes: Codes
    whole: Codes
    width: int
    height: int

    def keypoints(self) -> Keypoints:
        """The keypoints as they were found, but for rounding."""
        return unpack(self.geometry, self.local, self.width, self.height)


def embed(key: str, jpeg: bytes, sight: Sight, known: PhotoVectors | None = None) -> PhotoVectors:
    """Embed one photo of the photo store. Raises NotReadable.

    known  what is kept of it by a sight that differs in its descriptor alone: its keypoints are taken
    """
    photo = decode(jpeg)
    whole = sight.global_index.encode(sight.descriptor.describe([photo]))[0]
    if known is not None:
        return replace(known, whole=whole)
    found = sight.extractor.extract(photo, REGISTERED_KEYPOINTS)
    return PhotoVectors(
        key=key,
        geometry=pack(found),
        local=found.descriptors,
        codes=sight.local_index.encode(as_floats(found.descriptors)),
        whole=whole,
        width=found.width,
        height=found.height,
    )


def point_step(width: int, height: int) -> float:
    """Steps a pixel in which the points of a photo are kept: a power of two."""
    step = POINT_STEP
    while max(width, height) * step >= 65536:
        step /= 2
    return step


def pack(found: Keypoints) -> Geometry:
    """Points, sizes and angles to uint16 (n, 4)."""
    step = point_step(found.width, found.height)
    lengths = np.concatenate([found.points, found.sizes[:, None]], axis=1) * step
    angles = np.rint(found.angles * ANGLE_STEP).astype(np.int64) % 65536
    return np.concatenate(
        [np.clip(np.rint(lengths), 0, 65535).astype(np.uint16), angles[:, None].astype(np.uint16)], axis=1
    )


def unpack(geometry: Geometry, local: npt.NDArray[np.int8], width: int, height: int) -> Keypoints:
    """Undo `pack`."""
    step = np.float32(point_step(width, height))
    return Keypoints(
        points=geometry[:, :2].astype(np.float32) / step,
        sizes=sizes_of(geometry, step),
        angles=angles_of(geometry),
        descriptors=local,
        width=width,
        height=height,
    )


def sizes_of(geometry: Geometry, steps: Floats | np.float32) -> Floats:
    """Sizes in pixels, float32 (n,), of packed keypoints; `steps`: of the photo, or (n,)."""
    return np.asarray(np.maximum(geometry[:, 2].astype(np.float32), np.float32(1)) / steps, np.float32)


def angles_of(geometry: Geometry) -> Floats:
    """Angles in degrees, float32 (n,), of packed keypoints."""
    return geometry[:, 3].astype(np.float32) / np.float32(ANGLE_STEP)
