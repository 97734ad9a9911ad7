"""Whether a photo can be searched at all, how well, and what its owner can do about it.

Known photos were made worse step by step (blurred, reduced, darkened with a sensor's noise, lit by lamps that mirror in
them, cut to a part) and searched: docs/photos.md has the table. Each measure has two limits: past the first some of the
photos are no longer found (below about 95 %), past the second most are not (below about a half).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt

from models.keypoints import Keypoints
from models.pixels import Pixels, shrink

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Limits:
    """poor: from here a photo is found less often; hopeless: from here, seldom. Which way is worse, they tell."""

    poor: float
    hopeless: float

    def worse(self, value: float, than: float) -> bool:
        """Whether a value lies on the bad side of a limit."""
        return value > than if self.hopeless > self.poor else value < than


SIDE = Limits(poor=320, hopeless=120)
"""Longest side, pixels. Found: 0.97 of 320 to 500 px, 0.84 of 220 to 320, 0.58 of 120, 0.26 of 100."""
LIGHTNESS = Limits(poor=80, hopeless=30)
"""Lightness, 0 to 255, that a twentieth of what is not blown out exceeds. Found: all from 80 up, 0.89 of 60 to 80,
0.76 of 30 to 40, 0.31 of 25 to 30."""
GLARE = Limits(poor=0.3, hopeless=0.6)
"""Share of the photo that is blown out to white without any detail. Found: 0.94 of 0.2 to 0.3, 0.83 of 0.3 to 0.4, 0.61
of 0.5 to 0.6, 0.47 of 0.6 to 0.7. A white ground counts too: the object takes up too little of the photo then."""
SHARPNESS = Limits(poor=0.4, hopeless=0.2)
"""Steepness of the finest edges in proportion to that of coarse ones: see `_sharpness`. Found: 0.99 from 0.4 up, 0.79
of 0.3 to 0.4, 0.54 of 0.2 to 0.3, 0.38 of 0.15 to 0.2."""
KEYPOINTS = Limits(poor=300, hopeless=100)
"""Keypoints of the whole look, of at most 800. Found, of photos blurred, reduced and cut: 0.61 of 300 to 400, 0.68 of
250 to 300, 0.41 of 125 to 150, 0.12 of 75 to 100. Small clear pictures of a whole work have few and are found all the
same (150 px: 100 to 200 keypoints), so that the limits lie lower than these photos alone would have them."""
WORKING_SIDE = 640
"""Longest side, pixels, at which everything but the size is measured."""
BLOWN = 250
"""Lightness from which a pixel may be blown out."""
DETAIL = 4
"""Difference in lightness between neighbours from which there is detail."""
NOISE_SHARE = 0.6
"""How far noise of standard deviation 1 raises the steepness of the finest edges: 0.53 in theory, and a little for the
colour of a camera's noise."""
STEEP = 99.5
"""Percentile of the differences that stands for the steepest edges: the few that even a sparse drawing has."""
_UNSEARCHABLE = "The photo shows too little structure to be searched."
_POOR = "The photo was searched, but a better one is found more surely."


@dataclass(frozen=True, slots=True)
class Quality:
    """What was measured, and what it means.

    keypoints   how many
    side        longest side, pixels
    lightness   0 to 255: see LIGHTNESS
    glare       0 to 1: see GLARE
    sharpness   about 0.1 (blurred) to 1 and more: see SHARPNESS
    searchable  whether it means something that nothing is found
    advice      how to take a better photo; "" for one that is good enough
    faults      the same without what it means for a search: what is wrong, and what to do about it
    """

    keypoints: int
    side: int
    lightness: float
    glare: float
    sharpness: float
    searchable: bool
    advice: str
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Fault:
    limits: Limits
    measure: Callable[[Quality], float]
    advice: str


_FAULTS = (
    _Fault(SIDE, lambda quality: quality.side, "It is very small: send a larger one."),
    _Fault(LIGHTNESS, lambda quality: quality.lightness, "It is very dark: add light, and take it again."),
    _Fault(
        GLARE,
        lambda quality: quality.glare,
        "Much of it is overexposed: avoid flash and glare, fill it with the object, and take it again.",
    ),
    _Fault(
        SHARPNESS,
        lambda quality: quality.sharpness,
        "It is blurred: hold still or rest the camera, and take it again.",
    ),
)
_CLOSER = "Go closer, show the whole object, and add photos of details."


def judge(photo: Pixels, keypoints: Keypoints) -> Quality:
    """Measure (height, width, 3) RGB of which `keypoints` are those of the whole look."""
    grey = np.asarray(cv2.cvtColor(shrink(photo, WORKING_SIDE).picture, cv2.COLOR_RGB2GRAY), np.uint8)
    blown = _blown(grey)
    rest = grey[~blown] if not blown.all() else grey.ravel()
    return _weighed(
        Quality(
            keypoints=len(keypoints),
            side=max(photo.shape[:2]),
            lightness=float(np.percentile(rest, 95)),
            glare=float(blown.mean()),
            sharpness=_sharpness(grey, blown),
            searchable=True,
            advice="",
        )
    )


def _weighed(measured: Quality) -> Quality:
    """The same with `searchable`, `advice` and `faults`: by what is hopeless, else by what is poor; little structure is
    told of only where nothing else explains it.
    """
    unsearchable = _told(measured, lambda limits: limits.hopeless)
    if unsearchable:
        return _with_faults(replace(measured, searchable=False), _UNSEARCHABLE, unsearchable)
    poor = _told(measured, lambda limits: limits.poor)
    return _with_faults(measured, _POOR, poor) if poor else measured


def _with_faults(measured: Quality, meaning: str, faults: list[str]) -> Quality:
    return replace(measured, advice=" ".join((meaning, *faults)), faults=tuple(faults))


def _told(measured: Quality, limit: Callable[[Limits], float]) -> list[str]:
    """What to do about each fault that goes past its limit."""
    found = [
        fault.advice for fault in _FAULTS if fault.limits.worse(fault.measure(measured), limit(fault.limits))
    ]
    little = KEYPOINTS.worse(measured.keypoints, limit(KEYPOINTS))
    return found or [_CLOSER] * little


def _blown(grey: Pixels) -> npt.NDArray[np.bool_]:
    """Where a photo (height, width) is white without detail."""
    change = cv2.morphologyEx(grey, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8))
    flat = cv2.blur((change <= DETAIL).astype(np.float32), (5, 5)) > 0.8
    return np.asarray((grey >= BLOWN) & flat)


def _sharpness(grey: Pixels, blown: npt.NDArray[np.bool_]) -> float:
    """How steep the steepest fine edges (1 to 2 px) are in proportion to the steepest coarse ones (4 to 8 px).

    A blurred photo keeps the coarse ones, of whatever it shows. What the noise (Immerkaer 1996, by the median) adds to
    the fine ones is taken away. Lamps and their halos are left out: they are coarse in the sharpest photo.
    """
    picture = grey.astype(np.float32)
    half = (
        cv2.resize(picture, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
        if min(grey.shape) > 1
        else picture
    )
    fine = np.abs(cv2.GaussianBlur(picture, (0, 0), 1) - cv2.GaussianBlur(picture, (0, 0), 2))
    coarse = np.abs(cv2.GaussianBlur(half, (0, 0), 2) - cv2.GaussianBlur(half, (0, 0), 4))
    near = cv2.dilate(blown.astype(np.uint8), np.ones((31, 31), np.uint8)).astype(bool)
    near_half = cv2.resize(near.astype(np.uint8), half.shape[::-1], interpolation=cv2.INTER_NEAREST).astype(
        bool
    )
    fine_edge, coarse_edge = _steepest(fine, near), _steepest(coarse, near_half)
    return max(0.0, fine_edge - NOISE_SHARE * _noise(picture)) / max(coarse_edge, 0.1)


def _steepest(change: npt.NDArray[np.floating], left_out: npt.NDArray[np.bool_]) -> float:
    kept = change[~left_out]
    return float(np.percentile(kept if kept.size * 10 >= change.size else change, STEEP))


def _noise(picture: Floats) -> float:
    """Standard deviation of the noise: what a mask without answer to planes and edges finds at most places."""
    mask = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32)
    return float(np.median(np.abs(cv2.filter2D(picture, -1, mask)))) / (0.6745 * 6)
