"""What intake takes, gives and refuses: the limits, the safe photo, the rejection.

Kept apart from the decoding, so that workers and callers share it without importing more than they need.
"""

from dataclasses import dataclass
from typing import Final

MIB: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class IntakeLimits:
    """What a photo may cost. Every field is a setting of the service."""

    max_bytes: int = 50 * MIB
    """Largest file, in bytes."""
    max_pixels: int = 200_000_000
    """Most pixels (width times height), read from the header before anything is decoded."""
    max_side: int = 25_000
    """Longest side, in pixels."""
    min_side: int = 16
    """Shortest side, in pixels."""
    decode_seconds: float = 20.0
    """Wall clock for decoding one photo in the pool; after it the worker is killed."""
    memory_mb: int = 2048
    """Memory for decoding one photo in the pool, in MiB, beyond what an idle worker holds."""
    stored_side: int = 1600
    """Longest side of the photo that is kept, in pixels; smaller photos are never enlarged."""
    thumbnail_side: int = 320
    """Longest side of the thumbnail, in pixels."""


class PhotoRejected(ValueError):
    """The photo was not taken in: a code for programs, the reason and what to do for people.

    The codes are listed in docs/photos.md.
    """

    def __init__(self, code: str, reason: str, advice: str) -> None:
        self.code = code
        self.reason = reason
        self.advice = advice
        super().__init__(f"{reason} {advice}")

    def __reduce__(self) -> tuple[type["PhotoRejected"], tuple[str, str, str]]:
        return PhotoRejected, (self.code, self.reason, self.advice)


@dataclass(frozen=True, slots=True)
class SafePhoto:
    """A photo that was decoded and written anew: upright, sRGB, without any metadata."""

    sha256: str
    """SHA-256 of the bytes that arrived, hexadecimal."""
    format: str
    """Format of the bytes that arrived, by their content: JPEG, PNG, WEBP, TIFF, HEIF, AVIF, BMP or GIF."""
    original_width: int
    """Pixels of the photo that arrived, once upright."""
    original_height: int
    width: int
    """Pixels of `jpeg`."""
    height: int
    jpeg: bytes
    """JPEG, quality 92, 4:4:4, sRGB, no metadata, longest side at most `IntakeLimits.stored_side`."""
    thumbnail: bytes
    """JPEG made from `jpeg`'s pixels, longest side at most `IntakeLimits.thumbnail_side`."""
    notes: tuple[str, ...] = ()
    """What was done to the photo that its sender may want to know, in plain words."""
    warning: str = ""
    """Why an object will hardly be found by it and what to do about that, where somebody has judged it; else empty."""
