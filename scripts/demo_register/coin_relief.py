"""Height under way: what a die cutter raises and cuts."""

from __future__ import annotations

import cv2
import numpy as np

from scripts.demo_register.canvas import Canvas, Points
from scripts.demo_register.noise import Array, as_float, blur


def rounded(cover: Array, depth: float) -> Array:
    """A flat outline (1 inside) swollen like something struck: high in the middle, falling to its edge."""
    inside = np.asarray(cover > 0.5, dtype=np.uint8)
    reach = as_float(cv2.distanceTransform(inside, cv2.DIST_L2, 3))
    return as_float(np.sqrt(np.clip(reach / depth, 0, 1))) * blur(cover, 0.8)


class Relief:
    """A square of height under way, `size` pixels wide."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.height = np.zeros((size, size), np.float32)

    def _cover(self, paths: list[Points], width: float = 0.0) -> Array:
        canvas = Canvas(self.size, self.size, (0.0, 0.0, 0.0))
        for path in paths:
            if width:
                canvas.line(path, (1.0, 1.0, 1.0), width)
            else:
                canvas.fill(path, (1.0, 1.0, 1.0))
        return as_float(canvas.image[:, :, 0])

    def raise_shapes(self, paths: list[Points], high: float, depth: float) -> None:
        """Swell filled outlines up to `high`, rounded over `depth` pixels."""
        self.height = np.maximum(self.height, rounded(self._cover(paths), depth) * np.float32(high))

    def add_shapes(self, paths: list[Points], high: float, depth: float) -> None:
        """Swell outlines on top of what is there."""
        self.height += rounded(self._cover(paths), depth) * np.float32(high)

    def add_lines(self, paths: list[Points], high: float, width: float) -> None:
        """Raise (or with a negative height, cut) lines."""
        self.height += blur(self._cover(paths, width), width * 0.28) * np.float32(high)
