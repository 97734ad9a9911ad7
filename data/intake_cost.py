"""What decoding a photo would cost, by its header and its structure, before a pixel is decoded.

Limits on sides and pixels leave two ways to be expensive: a small file that unpacks to far more than any
photo does, and a JPEG that says every pixel anew many times.
"""

import re
from dataclasses import dataclass
from typing import Final

from PIL import ImageFile

from data.safe_photo import MIB, IntakeLimits, PhotoRejected

MOST_MEMORY: Final = 1280 * MIB
"""For one photo while it is decoded; a HEIC or a progressive JPEG of 200 million pixels just fits."""
MOST_UNPACKING: Final = 300
"""Bytes of pixels for each byte sent. Scans and photos stay far below 100, also as sparing AVIF."""
UNPACKING_PIXELS: Final = 40_000_000
UNPACKING_MEMORY: Final = 256 * MIB
"""Photos with fewer pixels, or of which all fit into less, may unpack as they like: a flat picture of a screen or a
cleaned page does, and costs little."""
MOST_SCANS: Final = 100
"""Of one JPEG. Encoders make 1 to some 20."""
MOST_SCANNED: Final = 4_000_000_000
"""Pixels times scans of one JPEG: about five seconds."""

# Bytes a pixel at the peak of decoding and flattening, by Pillow's mode: measured on photos of 30 million pixels.
_PEAK: Final = {
    "1": 2, "L": 1, "P": 5, "PA": 12, "LA": 12, "RGB": 4, "RGBA": 8, "CMYK": 4, "YCbCr": 8, "LAB": 8,
    "I": 11, "F": 16, "I;16": 6, "I;16L": 6, "I;16B": 6, "I;16N": 6,
}  # fmt: skip
_UNKNOWN_PEAK: Final = 8
_PEAK_OF_DECODER: Final = {"WEBP": 11, "HEIF": 2, "AVIF": 4}  # beside that: planes and copies of their own
_BITS: Final = {
    "1": 1, "L": 8, "P": 8, "LA": 16, "PA": 16, "RGB": 24, "LAB": 24, "YCbCr": 24,
    "I;16": 16, "I;16L": 16, "I;16B": 16, "I;16N": 16,
}  # fmt: skip


def refuse_costly(picture: ImageFile.ImageFile, data: bytes, found: str, limits: IntakeLimits) -> None:
    """PhotoRejected (too-much-memory, pixel-bomb, too-many-scans) for a photo that nobody would need to send."""
    pixels = picture.width * picture.height
    memory = pixels * _bytes_a_pixel(picture, found)
    if found == "JPEG":
        scans = scans_of(data)
        if scans.number > MOST_SCANS or pixels * scans.number > MOST_SCANNED:
            raise PhotoRejected(
                "too-many-scans",
                f"The JPEG draws its {pixels / 1e6:,.1f} million pixels {scans.number:,} times over, far more often "
                "than any camera or picture program does.",
                "Open it in a picture program, save it as a plain JPEG (not progressive) and send that.",
            )
        memory = int(pixels * scans.bytes_a_pixel)
    if memory > (most := min(MOST_MEMORY, limits.memory_mb * MIB)):
        raise PhotoRejected(
            "too-much-memory",
            f"Decoding {picture.width:,} x {picture.height:,} pixels of this kind needs {memory / MIB:,.0f} MiB of "
            f"memory; at most {most / MIB:,.0f} MiB are allowed.",
            "Send a smaller copy as JPEG.",
        )
    unpacked = pixels * _BITS.get(picture.mode, 32) // 8
    costs = pixels > UNPACKING_PIXELS and memory > UNPACKING_MEMORY
    if costs and unpacked > MOST_UNPACKING * len(data):
        raise PhotoRejected(
            "pixel-bomb",
            f"The file unpacks to {unpacked / MIB:,.0f} MiB of pixels, {unpacked // len(data):,} times what was sent: "
            "no photo does.",
            "Send a smaller copy as JPEG.",
        )


def _bytes_a_pixel(picture: ImageFile.ImageFile, found: str) -> int:
    mode = "LA" if _is_see_through(picture) else picture.mode
    return _PEAK.get(mode, _UNKNOWN_PEAK) + _PEAK_OF_DECODER.get(found, 0)


def _is_see_through(picture: ImageFile.ImageFile) -> bool:
    """Whether one colour is marked transparent, which takes further copies of all pixels."""
    return "transparency" in picture.info and picture.mode in ("P", "L", "1", "RGB")


@dataclass(frozen=True, slots=True)
class Scans:
    """How often a JPEG draws its pixels, and what the decoder must keep of them meanwhile."""

    number: int
    bytes_a_pixel: float
    """Two for each coefficient if there are several scans: all of them are kept until the last."""


_MARKER: Final = re.compile(rb"\xff+[^\x00\xff\x01\xd0-\xd7]")
_FRAMES: Final = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
_PROGRESSIVE: Final = frozenset({0xC2, 0xC6, 0xCA, 0xCE})
_SOS: Final = 0xDA
_EOI: Final = 0xD9


def scans_of(data: bytes) -> Scans:
    """Walk the segments of a JPEG's first picture, as a decoder does. Never fails: what is cut off ends it.

    A plain JPEG, one scan of all components, is known by its first scan, and its pixels are not walked.
    """
    at, number, coefficients, components, progressive = 2, 0, 0.0, 0, False
    while (marker := _MARKER.search(data, at)) is not None:
        code, at = data[marker.end() - 1], marker.end()
        if code == _EOI:
            break
        size = int.from_bytes(data[at : at + 2], "big")
        if code in _FRAMES:
            progressive = code in _PROGRESSIVE
            components, coefficients = _sampling(data[at + 2 : at + size])
        elif code == _SOS:
            number += 1
            if not progressive and number == 1 and data[at + 2 : at + 3] == bytes([components]):
                return Scans(1, 1.0)
        at += max(size, 2)
    return Scans(number, 2 * coefficients if progressive or number > 1 else 1.0)


def _sampling(frame: bytes) -> tuple[int, float]:
    """The number of components in a frame header, and how many coefficients they have for each pixel."""
    components = [frame[at : at + 3] for at in range(6, len(frame) - 2, 3)][:4]
    factors = [((one[1] >> 4) or 1, (one[1] & 15) or 1) for one in components]
    if not factors:
        return 0, 0.0
    whole = max(across for across, _ in factors) * max(down for _, down in factors)
    return len(factors), sum(across * down for across, down in factors) / whole
