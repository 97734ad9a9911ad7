"""Pixels of any kind become 8-bit sRGB on white.

Order matters for memory: what has more than 8 bits or transparency is flattened at full size, then the
picture is reduced, and only the small one goes through its colour profile.
"""

import io
from functools import cache
from typing import Any, Final

from PIL import Image, ImageCms

_ALPHA_MODES: Final = frozenset({"RGBA", "LA", "PA", "RGBa", "La"})
_DEEP_MODES: Final = frozenset({"I", "F", "I;16", "I;16L", "I;16B", "I;16N"})
_TWELVE_BIT: Final = 4095
_SIXTEEN_BIT: Final = 65535


def flatten(picture: Image.Image, notes: list[str]) -> Image.Image:
    """The picture in mode L, RGB or CMYK: 8 bits a channel, no palette, transparent parts on white."""
    if picture.mode in _DEEP_MODES:
        return _to_eight_bits(picture, notes)
    if picture.mode in _ALPHA_MODES or "transparency" in picture.info:
        return _on_white(picture, notes)
    if picture.mode == "LAB":
        return _convert_profile(picture, ImageCms.createProfile("LAB"))
    if picture.mode == "1":
        return picture.convert("L")
    return picture if picture.mode in ("L", "RGB", "CMYK") else picture.convert("RGB")


def _on_white(picture: Image.Image, notes: list[str]) -> Image.Image:
    picture = picture if picture.mode == "RGBA" else picture.convert("RGBA")
    least, most = _extrema(picture.getchannel("A"))
    if least == 255:  # opaque: nothing to lay on anything
        return picture.convert("RGB")
    if most == 0:
        notes.append("every pixel is marked transparent; the marking was ignored")
        return picture.convert("RGB")
    white = Image.new("RGB", picture.size, (255, 255, 255))
    white.paste(picture, (0, 0), picture)
    notes.append("transparent parts were laid on white")
    return white


def _extrema(channel: Image.Image) -> tuple[float, float]:
    least, most = channel.getextrema()
    assert isinstance(least, int | float)
    assert isinstance(most, int | float)
    return least, most


def _to_eight_bits(picture: Image.Image, notes: list[str]) -> Image.Image:
    """Greyscale of 12, 16 or 32 bits, or in floating point, to 8 bits; by its range, never by its histogram.

    Scanners put 12 bits into 16: such a picture would come out almost black, so its range is taken as 12
    bits.
    """
    import numpy as np  # noqa: PLC0415  costs more to import than most photos to decode

    values = np.asarray(picture)
    if picture.mode == "F":
        values = np.nan_to_num(values, nan=0.0, posinf=0.0, neginf=0.0)
    least, most = float(values.min()), float(values.max())
    if picture.mode == "F" and least >= 0.0 and most <= 1.0:
        low, high = 0.0, 1.0
    elif least >= 0 and most <= 255 and picture.mode != "I;16":
        low, high = 0.0, 255.0
    elif least >= 0 and most <= _TWELVE_BIT:
        low, high = 0.0, float(_TWELVE_BIT)
        notes.append("12-bit greys in a 16-bit file were read as 12-bit")
    elif least >= 0 and most <= _SIXTEEN_BIT:
        low, high = 0.0, float(_SIXTEEN_BIT)
    else:
        low, high = least, most
        notes.append(
            "the range of greys was stretched, since the file does not say what its black and white are"
        )
    scaled: Any = np.empty(values.shape, dtype=np.uint8)
    factor = 255.0 / ((high - low) or 1.0)
    for top in range(
        0, values.shape[0], 256
    ):  # in bands, so that no full-size picture in floating point arises
        band = values[top : top + 256].astype(np.float64)
        scaled[top : top + 256] = np.clip(np.rint((band - low) * factor), 0, 255)
    return Image.fromarray(scaled)


def to_srgb(picture: Image.Image, icc: bytes | None, notes: list[str]) -> Image.Image:
    """A picture in mode L, RGB or CMYK, and the colour profile it came with, to RGB in sRGB.

    A profile that is broken or meant for another kind of picture is ignored, with a note.
    """
    if icc:
        try:
            converted = _apply(picture, icc)
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
            notes.append("its colour profile is broken and was ignored")
        else:
            if converted is not None:
                return converted
            notes.append("its colour profile is meant for another kind of picture and was ignored")
    return picture.convert("RGB")


def _apply(picture: Image.Image, icc: bytes) -> Image.Image | None:
    profile = ImageCms.ImageCmsProfile(io.BytesIO(icc))
    space = profile.profile.xcolor_space.strip()
    if picture.mode == "L" and space == "RGB":
        picture = picture.convert("RGB")
    if (picture.mode, space) not in (("RGB", "RGB"), ("L", "GRAY"), ("CMYK", "CMYK")):
        return None
    if space == "RGB" and (profile.profile.profile_description or "").startswith("sRGB"):
        return picture
    return _convert_profile(picture, profile)


def _convert_profile(picture: Image.Image, profile: Any) -> Image.Image:
    converted = ImageCms.profileToProfile(
        picture,
        profile,
        _srgb(),
        renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
        outputMode="RGB",
        flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
    )
    assert converted is not None
    return converted


@cache
def _srgb() -> ImageCms.ImageCmsProfile:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
