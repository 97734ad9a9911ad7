"""Placing: keypoints found in a cut or turned picture, brought back to the photo that it was made of."""

import numpy as np

from models import mapping as maps
from models.keypoints import Keypoints


def carried(found: Keypoints, mapping: maps.Floats, width: int, height: int) -> Keypoints:
    """The same keypoints as a photo of `width` by `height` px has them.

    mapping  float64 (3, 3), pixels of the picture they were found in to those of the photo
    Sizes and angles follow the mapping's affine part at each keypoint; descriptors stay as they were found.
    """
    if len(found) == 0:
        return Keypoints(found.points, found.sizes, found.angles, found.descriptors, width, height)
    points = found.points.astype(np.float64)
    local = maps.jacobians(mapping, points)
    return Keypoints(
        points=maps.apply(mapping, points).astype(np.float32),
        sizes=(found.sizes * maps.zooms(local)).astype(np.float32),
        angles=((found.angles + maps.turns(local)) % 360).astype(np.float32),
        descriptors=found.descriptors,
        width=width,
        height=height,
    )
