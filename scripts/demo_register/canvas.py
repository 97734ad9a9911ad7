"""A picture under way: filled shapes, lines and blobs with soft edges, in pixels."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from scripts.demo_register.noise import Array, as_float, blur

Colour = tuple[float, float, float]
Points = npt.NDArray[np.float64]
_SHIFT = 4


def points(values: Sequence[Sequence[float]] | Points) -> Points:
    """A list of x, y pairs as an (n, 2) array."""
    return np.asarray(values, dtype=np.float64).reshape(-1, 2)


def curve(values: Sequence[Sequence[float]] | Points, closed: bool = False, rounds: int = 3) -> Points:
    """The corners cut off again and again (Chaikin), until a polyline looks like a drawn curve."""
    path = points(values)
    for _ in range(rounds):
        following = np.roll(path, -1, axis=0) if closed else path[1:]
        before = path if closed else path[:-1]
        cut = np.stack([0.75 * before + 0.25 * following, 0.25 * before + 0.75 * following], 1).reshape(-1, 2)
        path = cut if closed else np.concatenate([path[:1], cut, path[-1:]])
    return path


def ellipse(x: float, y: float, a: float, b: float, turn: float = 0.0, count: int = 40) -> Points:
    """The outline of an ellipse with half axes a, b, turned by radians."""
    t = np.linspace(0, 2 * np.pi, count, endpoint=False)
    px, py = a * np.cos(t), b * np.sin(t)
    return np.stack([x + px * np.cos(turn) - py * np.sin(turn), y + px * np.sin(turn) + py * np.cos(turn)], 1)


def moved(path: Points, x: float = 0.0, y: float = 0.0, scale: float = 1.0, turn: float = 0.0) -> Points:
    """A path scaled, turned (radians) and then moved."""
    c, s = np.cos(turn), np.sin(turn)
    return np.stack(
        [x + scale * (path[:, 0] * c - path[:, 1] * s), y + scale * (path[:, 0] * s + path[:, 1] * c)], 1
    )


class Bend:
    """A smooth distortion of the plane about 0, 0, so that two drawings of one pattern never fit each other."""

    def __init__(self, rng: np.random.Generator, amount: float) -> None:
        """`amount` is about how far points stray, for patterns of unit size."""
        slant = rng.normal(0, amount, (2, 2))
        self._matrix = np.eye(2) + slant
        self._waves = rng.uniform(1.2, 4.0, (3, 2)) * rng.choice([-1, 1], (3, 2))
        self._phases = rng.uniform(0, 2 * np.pi, 3)
        self._pushes = rng.normal(0, amount * 0.55, (3, 2))

    def __call__(self, path: Points) -> Points:
        """The path where the distortion puts it."""
        swing = np.sin(path @ self._waves.T + self._phases)
        return np.asarray(path @ self._matrix.T + swing @ self._pushes, np.float64)


def _fixed(path: Points) -> npt.NDArray[np.int32]:
    return np.round(np.clip(path, -20000, 20000) * (1 << _SHIFT)).astype(np.int32).reshape(-1, 1, 2)


class Canvas:
    """An RGB picture in 0..1 of shape (height, width, 3) with drawing methods."""

    def __init__(self, width: int, height: int, ground: Colour | Array = (0.5, 0.5, 0.5)) -> None:
        self.width, self.height = width, height
        self.image = np.empty((height, width, 3), np.float32)
        self.image[:] = ground

    def _window(self, path: Points, reach: float) -> tuple[slice, slice] | None:
        low, high = path.min(axis=0) - reach - 2, path.max(axis=0) + reach + 3
        x0, y0 = max(int(low[0]), 0), max(int(low[1]), 0)
        x1, y1 = min(int(high[0]), self.width), min(int(high[1]), self.height)
        return (slice(y0, y1), slice(x0, x1)) if x1 > x0 and y1 > y0 else None

    def mask(self, outlines: Sequence[Points], window: tuple[slice, slice], soft: float = 0.0) -> Array:
        """How much of each pixel of the window lies inside the outlines (even-odd)."""
        rows, columns = window
        cover = np.zeros((rows.stop - rows.start, columns.stop - columns.start), np.uint8)
        offset = (columns.start, rows.start)
        cv2.fillPoly(cover, [_fixed(path - offset) for path in outlines], 255, cv2.LINE_AA, _SHIFT)
        return blur(as_float(cover) / 255, soft)

    def lay(self, window: tuple[slice, slice], cover: Array, colour: Colour | Array) -> None:
        """Lay a colour (or a window-sized picture) over the window, as thick as `cover` says."""
        part = self.image[window]
        change = as_float(colour) - part
        change *= cv2.merge([cover, cover, cover])  # faster than broadcasting over an axis of three
        part += change

    def fill(self, path: Points, colour: Colour | Array, alpha: float = 1.0, soft: float = 0.0) -> None:
        """Fill one outline; a full-size picture as colour is used as a texture."""
        window = self._window(path, soft * 3)
        if window is None:
            return
        paint = as_float(colour)
        self.lay(
            window,
            self.mask([path], window, soft) * np.float32(alpha),
            paint[window] if paint.ndim == 3 else paint,
        )

    def fill_shaded(
        self,
        path: Points,
        lit: Colour,
        dark: Colour,
        light: tuple[float, float] = (-0.6, -0.8),
        soft: float = 0.0,
    ) -> None:
        """Fill an outline as a round body: lit towards `light`, dark away from it."""
        window = self._window(path, soft * 3)
        if window is None:
            return
        low, high = path.min(axis=0), path.max(axis=0)
        centre, half = (low + high) / 2, np.maximum((high - low) / 2, 1)
        rows, columns = window
        y = (np.arange(rows.start, rows.stop, dtype=np.float32)[:, None] - centre[1]) / half[1]
        x = (np.arange(columns.start, columns.stop, dtype=np.float32)[None, :] - centre[0]) / half[0]
        z = np.sqrt(np.clip(1 - x * x - y * y, 0, 1))
        level = np.clip(0.35 + 0.45 * (x * light[0] + y * light[1]) + 0.4 * z, 0, 1)[:, :, None]
        shade = as_float(dark) * (1 - level) + as_float(lit) * level
        self.lay(window, self.mask([path], window, soft), as_float(shade))

    def line(
        self, path: Points, colour: Colour, width: float = 1.0, alpha: float = 1.0, soft: float = 0.0
    ) -> None:
        """Draw a path with a round brush of the given width in pixels."""
        window = self._window(path, width + soft * 3)
        if window is None:
            return
        rows, columns = window
        cover = np.zeros((rows.stop - rows.start, columns.stop - columns.start), np.uint8)
        cv2.polylines(
            cover,
            [_fixed(path - (columns.start, rows.start))],
            False,
            255,
            max(round(width), 1),
            cv2.LINE_AA,
            _SHIFT,
        )
        self.lay(window, blur(as_float(cover) / 255, soft) * np.float32(alpha * min(width, 1.0)), colour)

    def taper(self, path: Points, colour: Colour, start: float, end: float, alpha: float = 1.0) -> None:
        """Draw a path that changes its width from start to end: branches, brush ends, folds."""
        along = np.gradient(path, axis=0)
        length = np.maximum(np.hypot(along[:, 0], along[:, 1]), 1e-6)
        side = np.stack([-along[:, 1], along[:, 0]], 1) / length[:, None]
        half = np.linspace(start, end, len(path))[:, None] / 2
        self.fill(np.concatenate([path + side * half, (path - side * half)[::-1]]), colour, alpha)

    def glow(self, x: float, y: float, radius: float, colour: Colour, strength: float = 1.0) -> None:
        """Add light around a point, fading to nothing at three radii."""
        window = self._window(points([[x, y]]), radius * 3)
        if window is None:
            return
        rows, columns = window
        dy = np.arange(rows.start, rows.stop, dtype=np.float32)[:, None] - y
        dx = np.arange(columns.start, columns.stop, dtype=np.float32)[None, :] - x
        light = np.exp(-(dx * dx + dy * dy) / (radius * radius))[:, :, None] * strength
        self.image[window] += light * (as_float(colour) - self.image[window] * 0.5)
