"""Whether an object will be found by a photo that is being registered: measured at entry, told to who registers it.

It is measured as for a searched photo (models.quality), on the keypoints that the first look at a photo takes. Nothing
of it is kept: the photo can be measured again at any time.
"""

from __future__ import annotations

import functools
from dataclasses import replace

from pydantic import BaseModel, Field

from data.intake_pool import IntakePool
from data.safe_photo import SafePhoto
from indexer.sight import WHOLE
from models.keypoints import RootSift
from models.pixels import decode
from models.quality import judge
from models.weights import load_weights

HOPELESS = "Hardly any search will find the object by this photo: add a better one."
POOR = "The object is found less surely by this photo: add a better one if you can."


class PhotoQuality(BaseModel):
    """How surely an object is found by a photo of it."""

    searchable: bool = Field(description="Whether searches can find the object by this photo at all.")
    warning: str = Field(
        description="What is wrong with it and how to take a better one; empty for a photo that is good enough."
    )


def registered_quality(photo: SafePhoto) -> PhotoQuality:
    """Measure a photo that intake has accepted: some 130 ms of one core for one of 1,600 px."""
    pixels = decode(photo.jpeg)
    quality = judge(pixels, _extractor().extract(pixels, WHOLE.limit))
    meaning = POOR if quality.searchable else HOPELESS
    warning = " ".join((meaning, *quality.faults)) if quality.faults else ""
    return PhotoQuality(searchable=quality.searchable, warning=warning)


class JudgingPool(IntakePool):
    """Intake for photos that are registered many at a time: each comes with its warning. Else as IntakePool."""

    def take_in(self, data: bytes, name: str = "") -> SafePhoto:
        """See IntakePool."""
        safe = super().take_in(data, name)
        return replace(safe, warning=registered_quality(safe).warning)


@functools.cache
def _extractor() -> RootSift:
    return RootSift(load_weights())
