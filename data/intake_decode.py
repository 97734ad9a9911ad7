"""Decodes one photo in this process: header checks, pixels, upright sRGB JPEG and thumbnail.

Format modules of Pillow are called by name for the format that the content has, so that no other of its many
readers ever sees a stranger's bytes.
"""

import hashlib
import importlib
import io
import struct
import warnings
import zlib
from typing import Any, Final

from PIL import Image, ImageFile

from data.intake_colour import flatten, to_srgb
from data.intake_cost import refuse_costly
from data.intake_sniff import EXPORT_AS_JPEG, demand_photo, is_cut_off, refuse_polyglot, suffix_note
from data.safe_photo import MIB, IntakeLimits, PhotoRejected, SafePhoto

# Pillow's own limit is lower than ours for some formats and missing for others: ours is checked for all of them.
Image.MAX_IMAGE_PIXELS = None
QUALITY: Final = 92
THUMBNAIL_QUALITY: Final = 85
_ORIENTATION: Final = 0x0112
_UPRIGHT: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_READERS: Final = {
    "JPEG": (
        "PIL.JpegImagePlugin",
        "JpegImageFile",
    ),  # not Pillow's factory: the further frames of MPO stay unread
    "PNG": ("PIL.PngImagePlugin", "PngImageFile"),
    "WEBP": ("PIL.WebPImagePlugin", "WebPImageFile"),
    "TIFF": ("PIL.TiffImagePlugin", "TiffImageFile"),
    "GIF": ("PIL.GifImagePlugin", "GifImageFile"),
    "BMP": ("PIL.BmpImagePlugin", "BmpImageFile"),
    "AVIF": ("PIL.AvifImagePlugin", "AvifImageFile"),
    "HEIF": ("pillow_heif.as_plugin", "HeifImageFile"),
}
# What decoders raise on damaged bytes. MemoryError is handled apart.
_DAMAGE: Final = (
    OSError, SyntaxError, ValueError, TypeError, LookupError, AttributeError, ArithmeticError, AssertionError,
    EOFError, RuntimeError, struct.error, zlib.error, Image.DecompressionBombError,
)  # fmt: skip
# What Pillow says of a file that may be whole, but is of a kind that it does not read.
_NOT_TAKEN: Final = ("unknown pixel mode", "Unsupported BMP", "cannot handle", "not yet supported")
_SEND_AGAIN: Final = "Send the original file again, or open it, save it as JPEG and send that."


def take_in(data: bytes, limits: IntakeLimits, name: str = "") -> SafePhoto:
    """Decode the photo in this process, without a limit on time: see `IntakePool` for strangers' photos.

    `name` only serves the note about a suffix that does not fit. Raises PhotoRejected. The same bytes give
    the same photo, always.
    """
    found = check_bytes(data, limits)
    # Pillow warns about damaged metadata, which is dropped anyway. A filter, since catching is not safe in
    # threads.
    warnings.filterwarnings("ignore", module=r"PIL\.")
    notes = [note] if (note := suffix_note(name, found)) else []
    try:
        return _decode(data, found, limits, notes)
    except PhotoRejected:
        raise
    except MemoryError as error:
        raise too_much_memory() from error
    except _DAMAGE as error:
        raise _damaged(data, found, error) from error


def check_bytes(data: bytes, limits: IntakeLimits) -> str:
    """The checks that need no decoder; returns the format. Raises PhotoRejected."""
    if not data:
        raise PhotoRejected(
            "empty", "The file is empty.", "Choose the photo again; it may not have been copied fully."
        )
    if len(data) > limits.max_bytes:
        raise too_large(len(data), limits)
    found = demand_photo(data)
    refuse_polyglot(data)
    return found


def too_large(size: int, limits: IntakeLimits) -> PhotoRejected:
    """The rejection of a file of `size` bytes, for callers that notice before they have read it all."""
    return PhotoRejected(
        "too-large",
        f"The file has {size / MIB:,.1f} MiB; at most {limits.max_bytes / MIB:,.0f} MiB are taken.",
        "Send a smaller copy, for example a JPEG with 4,000 pixels on its longer side.",
    )


def too_much_memory() -> PhotoRejected:
    """The rejection of a photo whose decoder asked for more memory than the limit."""
    return PhotoRejected(
        "too-much-memory",
        "Decoding the photo needs more memory than is allowed.",
        "Send a smaller copy as JPEG.",
    )


def _decode(data: bytes, found: str, limits: IntakeLimits, notes: list[str]) -> SafePhoto:
    picture = _open(data, found)
    width, height = picture.size
    _check_sides(width, height, limits)
    _refuse_strip(width, height, limits)
    _check_frames(picture, found, notes)
    refuse_costly(picture, data, found, limits)
    if found == "JPEG":
        picture.draft(picture.mode, _fit(width, height, limits.stored_side))  # decodes at 1/2, 1/4 or 1/8
    turned = _turned_by_decoder(picture, found)
    picture.load()
    _check_sides(*picture.size, limits, least=1)  # a decoder may find out late
    turn = None if turned is not None else _UPRIGHT.get(_orientation(picture, notes))
    icc = picture.info.get("icc_profile")
    flat = flatten(picture, notes)
    target = _fit(width, height, limits.stored_side)
    if flat.size != target:
        flat = flat.resize(target, Image.Resampling.LANCZOS, reducing_gap=2.0)
    stored = to_srgb(flat, icc if isinstance(icc, bytes) else None, notes)
    if turn is not None or turned in _UPRIGHT:
        notes.append("turned upright as its EXIF orientation says")
    if turn is not None:
        stored = stored.transpose(turn)
        if turn in (_UPRIGHT[5], _UPRIGHT[6], _UPRIGHT[7], _UPRIGHT[8]):
            width, height = height, width
    small = _fit(*stored.size, limits.thumbnail_side)
    thumbnail = (
        stored if small == stored.size else stored.resize(small, Image.Resampling.LANCZOS, reducing_gap=2.0)
    )
    return SafePhoto(
        sha256=hashlib.sha256(data).hexdigest(),
        format=found,
        original_width=width,
        original_height=height,
        width=stored.width,
        height=stored.height,
        jpeg=_jpeg(stored, QUALITY),
        thumbnail=_jpeg(thumbnail, THUMBNAIL_QUALITY),
        notes=tuple(notes),
    )


def _open(data: bytes, found: str) -> ImageFile.ImageFile:
    module, name = _READERS[found]
    reader = getattr(importlib.import_module(module), name)
    if found == "HEIF":
        _calm_heif()
    if found == "AVIF":
        importlib.import_module(module).DEFAULT_MAX_THREADS = 1  # type: ignore[attr-defined]  # its only switch
    picture: ImageFile.ImageFile = reader(io.BytesIO(data))
    return picture


def _calm_heif() -> None:
    """One decoding thread, and none of the embedded pictures beside the main one."""
    options = importlib.import_module("pillow_heif.options")
    for option, value in (
        ("DECODE_THREADS", 1),
        ("THUMBNAILS", False),
        ("DEPTH_IMAGES", False),
        ("AUX_IMAGES", False),
    ):
        setattr(options, option, value)


def _check_sides(width: int, height: int, limits: IntakeLimits, least: int | None = None) -> None:
    smaller_copy = "Send a smaller copy, for example with 4,000 pixels on its longer side."
    size = f"The photo has {width:,} x {height:,} pixels"
    if max(width, height) > limits.max_side:
        raise PhotoRejected(
            "too-wide", f"{size}; at most {limits.max_side:,} on a side are taken.", smaller_copy
        )
    if width * height > limits.max_pixels:
        raise PhotoRejected(
            "too-many-pixels",
            f"{size}; at most {limits.max_pixels / 1e6:,.0f} million are taken.",
            smaller_copy,
        )
    if min(width, height) < (limits.min_side if least is None else least):
        raise PhotoRejected(
            "too-small",
            f"{size}; at least {limits.min_side} on each side are needed.",
            "Send the original photo.",
        )


def _refuse_strip(width: int, height: int, limits: IntakeLimits) -> None:
    """A photo of which nothing would be left to recognise: reduced, its shorter side is a few pixels."""
    kept = _fit(width, height, limits.stored_side)
    if min(kept) < limits.min_side:
        raise PhotoRejected(
            "too-narrow",
            f"The photo has {width:,} x {height:,} pixels; reduced to {limits.stored_side:,} pixels on its longer "
            f"side, {min(kept):,} would be left on the other, and at least {limits.min_side} are needed to search "
            "with it.",
            "Send a part of it that is less long and narrow, or several.",
        )


def _check_frames(picture: ImageFile.ImageFile, found: str, notes: list[str]) -> None:
    """Films are refused, further pages left alone. Frames are never counted: a file may claim millions."""
    frames = bool(getattr(picture, "is_animated", False))
    if found == "TIFF":
        _refuse_raw(picture)
    if not frames:
        return
    if found in ("PNG", "WEBP", "AVIF"):
        raise PhotoRejected(
            "animated", "The file is a film of several pictures.", "Send one picture of it, as JPEG."
        )
    notes.append(
        {"TIFF": "first of several pages used", "HEIF": "main one of several pictures used"}.get(
            found, "first of several frames used"
        )
    )


def _refuse_raw(picture: Any) -> None:
    """Raw files of cameras are TIFFs whose first page is only a small preview."""
    tags = picture.tag_v2
    is_preview = tags.get(254) == 1 and 330 in tags  # NewSubfileType, SubIFDs
    if 50706 in tags or is_preview:  # DNGVersion
        raise PhotoRejected(
            "unsupported-format", "This is a camera's raw file, a format that is not taken.", EXPORT_AS_JPEG
        )


def _turned_by_decoder(picture: Any, found: str) -> int | None:
    """The orientation that a decoder applies by itself; None if it leaves that to us. Ask before loading."""
    if found == "TIFF":
        return int(picture.tag_v2.get(_ORIENTATION) or 1)
    return picture.info.get("original_orientation") or 1 if found == "HEIF" else None


def _orientation(picture: ImageFile.ImageFile, notes: list[str]) -> int:
    try:
        value = picture.getexif().get(_ORIENTATION, 1)
    except _DAMAGE:
        notes.append("its EXIF data are damaged and were ignored")
        return 1
    return value if isinstance(value, int) else 1


def _fit(width: int, height: int, side: int) -> tuple[int, int]:
    """The same shape with its longer side at most `side`: never larger, never below one pixel."""
    longest = max(width, height)
    if longest <= side:
        return width, height
    return max(1, round(width * side / longest)), max(1, round(height * side / longest))


def _jpeg(picture: Image.Image, quality: int) -> bytes:
    picture.info = {}  # else Pillow carries comments, resolution and profile over
    written = io.BytesIO()
    picture.save(written, "JPEG", quality=quality, subsampling=0)
    return written.getvalue()


def _damaged(data: bytes, found: str, error: BaseException) -> PhotoRejected:
    if "Decompressed data too large" in str(error) or "Too much memory used in text chunks" in str(error):
        return PhotoRejected(
            "metadata-bomb", "Text inside the file unpacks to far more than the file itself.", EXPORT_AS_JPEG
        )
    if "truncated" in str(error).lower() or is_cut_off(data, found):
        return PhotoRejected(
            "truncated", "The photo ends too early: a part of the file is missing.", _SEND_AGAIN
        )
    if any(message in str(error) for message in _NOT_TAKEN):
        return PhotoRejected(
            "unsupported-format",
            f"This is a {found} of a kind that is not taken, for example with floating-point colours, or its header is "
            "damaged.",
            EXPORT_AS_JPEG,
        )
    return PhotoRejected("damaged", f"The photo is damaged: as {found} it cannot be decoded.", _SEND_AGAIN)
