"""Photos and records made for the tests: every format, every kind of pixel, no two alike by chance."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

import numpy as np
from PIL import Image, ImageCms
from pillow_heif import register_heif_opener

from data.intake import IntakeLimits, SafePhoto, take_in
from data.object_id import EXAMPLE, ObjectRecord
from data.register import NewPhotograph

register_heif_opener()
LIMITS = IntakeLimits()
RED, GREEN, BLUE, GREY = (200, 40, 30), (30, 160, 60), (40, 60, 190), (128, 128, 128)


def quarters(width: int = 120, height: int = 80) -> Image.Image:
    """Red, green / blue, grey: which way is up can be seen in four places."""
    picture = Image.new("RGB", (width, height))
    for index, colour in enumerate((RED, GREEN, BLUE, GREY)):
        at = (index % 2 * (width // 2), index // 2 * (height // 2))
        picture.paste(colour, (*at, at[0] + width // 2 + width % 2, at[1] + height // 2 + height % 2))
    return picture


def noise(seed: int, width: int = 120, height: int = 80) -> Image.Image:
    """A picture that no other seed gives."""
    pixels = np.random.default_rng(seed).integers(0, 256, (height // 4, width // 4, 3), dtype=np.uint8)
    return Image.fromarray(pixels).resize((width, height), Image.Resampling.BICUBIC)


def encoded(picture: Image.Image, saved_as: str = "JPEG", **options: Any) -> bytes:
    """The picture as a file's bytes."""
    written = io.BytesIO()
    picture.save(written, saved_as, **options)
    return written.getvalue()


def jpeg(seed: int = 1, width: int = 120, height: int = 80, **options: Any) -> bytes:
    """A JPEG of its own."""
    return encoded(noise(seed, width, height), "JPEG", quality=90, **options)


def decoded(safe: SafePhoto) -> Image.Image:
    """The stored JPEG, as pixels."""
    return Image.open(io.BytesIO(safe.jpeg))


def colours(picture: Image.Image) -> list[tuple[int, int, int]]:
    """The colours in the middle of the four quarters."""
    rgb = picture.convert("RGB")
    found = []
    for y in (1, 3):
        for x in (1, 3):
            pixel = rgb.getpixel((rgb.width * x // 4, rgb.height * y // 4))
            assert isinstance(pixel, tuple)
            found.append((int(pixel[0]), int(pixel[1]), int(pixel[2])))
    return found


def near(found: tuple[int, ...], wanted: tuple[int, ...], by: int = 4) -> bool:
    """Whether two colours look the same."""
    return all(abs(one - other) <= by for one, other in zip(found, wanted, strict=True))


def with_orientation(value: int, saved_as: str = "JPEG") -> bytes:
    """The quarters, as a camera held so that this orientation is right would store them."""
    stored = quarters()
    undo = {
        2: [Image.Transpose.FLIP_LEFT_RIGHT],
        3: [Image.Transpose.ROTATE_180],
        4: [Image.Transpose.FLIP_TOP_BOTTOM],
        5: [Image.Transpose.TRANSPOSE],
        6: [Image.Transpose.ROTATE_90],
        7: [Image.Transpose.TRANSVERSE],
        8: [Image.Transpose.ROTATE_270],
    }
    for turn in undo.get(value, []):
        stored = stored.transpose(turn)
    exif = Image.Exif()
    exif[0x0112] = value
    exif[0x010F] = "Camera of the thief"
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2] = "N", (50.0, 56.0, 30.0)
    options: dict[str, Any] = {"quality": 95, "subsampling": 0} if saved_as == "JPEG" else {}
    return encoded(stored, saved_as, exif=exif.tobytes(), **options)


def png_chunk(kind: bytes, data: bytes) -> bytes:
    """One chunk of a PNG."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(
    width: int,
    height: int,
    *chunks: bytes,
    depth: int = 8,
    kind: int = 2,
    rows: bytes = b"",
    compressed: bytes = b"",
) -> bytes:
    """A PNG put together by hand, so that it can claim what it likes."""
    header = struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, 0)
    return b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            png_chunk(b"IHDR", header),
            *chunks,
            png_chunk(b"IDAT", compressed or zlib.compress(rows, 9)),
            png_chunk(b"IEND", b""),
        )
    )


def wide_gamut_profile() -> bytes:
    """A display profile with far wider primaries than sRGB: every red, green and blue differs (made here)."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    # The three primaries are 20-byte XYZ tags; swapping red's and green's makes the change plain to see.
    at = {}
    for index in range(struct.unpack(">I", profile[128:132])[0]):
        name, offset, size = struct.unpack(">4sII", profile[132 + 12 * index : 144 + 12 * index])
        at[name] = (offset, size)
    (red, size), (green, _) = at[b"rXYZ"], at[b"gXYZ"]
    profile[red : red + size], profile[green : green + size] = (
        profile[green : green + size],
        profile[red : red + size],
    )
    description, length = at[b"desc"]
    profile[description : description + length] = profile[description : description + length].replace(
        "sRGB".encode("utf-16-be"), "wide".encode("utf-16-be")
    )
    return bytes(profile)


def new_photograph(seed: int = 1, name: str = "") -> NewPhotograph:
    """A photo through intake, on its way to an object."""
    return NewPhotograph(take_in(jpeg(seed), LIMITS), original_name=name)


def record(title: str = "Vase", **changes: Any) -> ObjectRecord:
    """A small record."""
    return ObjectRecord.model_validate({"title": title} | changes)


def full_record() -> ObjectRecord:
    """A record with every field."""
    return ObjectRecord.model_validate(EXAMPLE)
