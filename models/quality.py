"""Whether a photo can be searched at all, and what its owner can do about it."""

from dataclasses import dataclass

import cv2
import numpy as np

from models.keypoints import Keypoints
from models.pixels import Pixels, shrink

ENOUGH_KEYPOINTS = 25
"""Six agreeing points are the least that counts; below some four times that, a miss says nothing."""
DARK, BRIGHT = 30.0, 225.0
"""Median lightness, 0 to 255, below and above which most of a photo is drowned."""
BLURRED = 12.0
"""Variance of the Laplacian at 640 px; sharp photos have hundreds."""
SMALL = 120
"""Longest side, pixels, under which there is little to see."""


@dataclass(frozen=True, slots=True)
class Quality:
    """What was measured, and `advice`: "" for a photo that can be searched."""

    keypoints: int
    lightness: float
    sharpness: float
    advice: str

    @property
    def searchable(self) -> bool:
        """Whether an answer means anything."""
        return not self.advice


def judge(photo: Pixels, keypoints: Keypoints) -> Quality:
    """Measure (height, width, 3) RGB whose keypoints have been found."""
    grey = cv2.cvtColor(shrink(photo, 640).picture, cv2.COLOR_RGB2GRAY)
    lightness = float(np.median(grey))
    sharpness = float(cv2.Laplacian(grey, cv2.CV_64F).var())
    advice = ""
    if len(keypoints) < ENOUGH_KEYPOINTS:
        advice = _advice(max(photo.shape[:2]), lightness, sharpness)
    return Quality(len(keypoints), lightness, sharpness, advice)


def _advice(side: int, lightness: float, sharpness: float) -> str:
    start = "The photo shows too little structure to be searched."
    if side < SMALL:
        return f"{start} It is very small: send a larger one."
    if lightness < DARK:
        return f"{start} It is very dark: add light, and take it again."
    if lightness > BRIGHT:
        return f"{start} It is overexposed: avoid flash and glare, and take it again."
    if sharpness < BLURRED:
        return f"{start} It is blurred: hold still or rest the camera, and take it again."
    return f"{start} Go closer, show the whole object, and add photos of details."
