"""Says what bytes are by their content: which photo format, which other known kind of file, or two at once.

A name's suffix never decides anything; it can only add a note. Two-at-once files (polyglots) are refused
although only a picture written anew is ever stored: a file that is also a program was not made by a camera.
"""

from pathlib import PurePath
from typing import Final

from data.safe_photo import PhotoRejected

TAKEN: Final = "JPEG, PNG, WebP, TIFF, HEIC, AVIF, BMP or GIF"
EXPORT_AS_JPEG: Final = "Open it in a picture program, save it as JPEG and send that."

_SUFFIXES: Final = {
    "jpg": "JPEG", "jpeg": "JPEG", "jpe": "JPEG", "jfif": "JPEG", "mpo": "JPEG", "png": "PNG", "apng": "PNG",
    "webp": "WEBP", "tif": "TIFF", "tiff": "TIFF", "heic": "HEIF", "heif": "HEIF", "hif": "HEIF",
    "avif": "AVIF", "bmp": "BMP", "dib": "BMP", "gif": "GIF",
}  # fmt: skip
_MAGIC: Final = (
    (b"\xff\xd8\xff", "JPEG"),
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
)
_HEIF_BRANDS: Final = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
_AVIF_BRANDS: Final = {b"avif", b"avis"}

# Kinds of file that people take for photos, or that hold photos: (offset, first bytes, what it is).
_FOREIGN: Final = (
    (0, b"8BPS", "a Photoshop file"),
    (0, b"\x00\x00\x00\x0cjP  \r\n\x87\n", "a JPEG 2000 picture"),
    (0, b"\xff\x4f\xff\x51", "a JPEG 2000 picture"),
    (0, b"\x00\x00\x00\x0cJXL \r\n\x87\n", "a JPEG XL picture"),
    (0, b"\xff\x0a", "a JPEG XL picture"),
    (0, b"\x00\x00\x01\x00", "an icon"),
    (0, b"FUJIFILMCCD-RAW", "a camera's raw file"),
    (4, b"ftypcrx ", "a camera's raw file"),
    (0, b"IIU\x00", "a camera's raw file"),
    (0, b"IIRO", "a camera's raw file"),
    (0, b"IIRS", "a camera's raw file"),
    (8, b"CR\x02\x00", "a camera's raw file"),
    (0, b"FOVb", "a camera's raw file"),
    (0, b"v/1\x01", "an OpenEXR picture"),
    (0, b"#?RADIANCE", "a Radiance picture"),
    (0, b"DDS ", "a DDS texture"),
    (0, b"qoif", "a QOI picture"),
    (0, b"AT&TFORM", "a DjVu document"),
)
_NOT_PHOTOS: Final = (
    (0, b"%PDF-", "a PDF document"),
    (0, b"PK\x03\x04", "a ZIP archive or an office document"),
    (0, b"PK\x05\x06", "an empty ZIP archive"),
    (0, b"\xd0\xcf\x11\xe0", "an office document"),
    (0, b"Rar!", "a RAR archive"),
    (0, b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (0, b"\x1f\x8b", "a gzip archive"),
    (0, b"MZ", "a program"),
    (0, b"\x7fELF", "a program"),
    (4, b"ftyp", "a video"),
    (0, b"\x1aE\xdf\xa3", "a video"),
)
# Five letters at least: "<svg" stands by chance in one photo of 250,000, and did.
_MARKUP: Final = (b"<script", b"<?php", b"<!doctype html", b"<html", b"<iframe")
_ARCHIVES: Final = ((b"Rar!\x1a\x07", "a RAR archive"), (b"7z\xbc\xaf\x27\x1c", "a 7z archive"))
_ZIP_TAIL: Final = 65_557  # the end record of a ZIP and its longest comment
_EDGE: Final = 1024


def format_of(data: bytes) -> str | None:
    """The photo format of these bytes (JPEG, PNG, WEBP, TIFF, HEIF, AVIF, BMP, GIF), or None."""
    for magic, found in _MAGIC:
        if data.startswith(magic):
            return found
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "WEBP"
    if data.startswith((b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+")) and data[8:12] != b"CR\x02\x00":
        return "TIFF"
    if data.startswith(b"BM") and int.from_bytes(data[14:18], "little") in (12, 40, 52, 56, 64, 108, 124):
        return "BMP"
    return _iso_format(data)


def _iso_format(data: bytes) -> str | None:
    """HEIF and AVIF share a container; its brands say which it is."""
    if data[4:8] != b"ftyp":
        return None
    size = min(int.from_bytes(data[:4], "big"), 512)
    major, others = data[8:12], {data[at : at + 4] for at in range(16, size, 4)}
    if major in _AVIF_BRANDS or (major in (b"mif1", b"msf1") and others & _AVIF_BRANDS):
        return "AVIF"
    return "HEIF" if major in _HEIF_BRANDS or others & (_HEIF_BRANDS - {b"mif1", b"msf1"}) else None


def kind_of(data: bytes) -> str | None:
    """What these bytes are if they are a known kind of file, but no photo that is taken: "a PDF document"."""
    for offset, magic, what in (*_FOREIGN, *_NOT_PHOTOS):
        if data.startswith(magic, offset):
            return what
    return None


def demand_photo(data: bytes) -> str:
    """The photo format of these bytes. Raises PhotoRejected (not-a-photo, unsupported-format)."""
    if found := format_of(data):
        return found
    for offset, magic, what in _FOREIGN:
        if data.startswith(magic, offset):
            raise PhotoRejected(
                "unsupported-format", f"This is {what}, a format that is not taken.", EXPORT_AS_JPEG
            )
    advice = f"Send a photo: {TAKEN}."
    for offset, magic, what in _NOT_PHOTOS:
        if data.startswith(magic, offset):
            raise PhotoRejected("not-a-photo", f"This is {what}, not a photo.", advice)
    if not data.strip(b"\x00"):
        raise PhotoRejected(
            "not-a-photo",
            "The file holds nothing but zero bytes.",
            "It was damaged on its way; send it again.",
        )
    if any(marker in data[:_EDGE].lower() for marker in (*_MARKUP, b"<svg")):
        raise PhotoRejected("not-a-photo", "This is a web page or a drawing in text, not a photo.", advice)
    raise PhotoRejected("not-a-photo", "This is not a photo in any known format.", advice)


def refuse_polyglot(data: bytes) -> None:
    """PhotoRejected (polyglot) if the photo is a document, an archive or a page as well.

    What phones append to a JPEG (further frames, the film of a motion photo) is none of these and passes.
    """
    if b"%PDF-" in data[:_EDGE]:
        raise _polyglot("a PDF document")
    if _has_zip(data):
        raise _polyglot("a ZIP archive")
    for magic, what in _ARCHIVES:
        if magic in data:
            raise _polyglot(what)
    edges = (data[:_EDGE] + b"\n" + data[-_EDGE:]).lower()
    for marker in _MARKUP:
        if marker in edges:
            raise _polyglot(f"a page or a program ({marker.decode()}...)")


def _has_zip(data: bytes) -> bool:
    """Whether a ZIP ends in these bytes.

    The four bytes of the end record alone turn up by chance in one of 65,000 photos; with an entry of the
    directory before them they do not.
    """
    end = data.rfind(b"PK\x05\x06", max(0, len(data) - _ZIP_TAIL))
    return end >= 0 and data.rfind(b"PK\x01\x02", 0, end) >= 0


def _polyglot(what: str) -> PhotoRejected:
    return PhotoRejected(
        "polyglot", f"The file is a photo and at the same time {what}.", f"If you trust it: {EXPORT_AS_JPEG}"
    )


def suffix_note(name: str, found: str) -> str:
    """A note if the name promises another photo format than the content has, else ""."""
    promised = suffix_format(name)
    if promised is None or promised == found:
        return ""
    return f"named {PurePath(name).suffix} but is {found} by its content, and was read as that"


def suffix_format(name: str) -> str | None:
    """The photo format that a file's name promises, or None."""
    return _SUFFIXES.get(PurePath(name).suffix.lower().lstrip("."))


def is_cut_off(data: bytes, found: str) -> bool:
    """Whether a file that could not be decoded ends before its format says it does."""
    if found == "JPEG":
        return data.rfind(b"\xff\xd9") < data.rfind(b"\xff\xda") or b"\xff\xda" not in data
    if found == "PNG":
        return b"IEND" not in data
    if found == "GIF":
        return not data.rstrip(b"\x00").endswith(b";")
    if found == "WEBP":
        return int.from_bytes(data[4:8], "little") + 8 > len(data)
    if found == "BMP":
        return int.from_bytes(data[2:6], "little") > len(data)
    return found in ("HEIF", "AVIF") and _boxes_end_after(data)


def _boxes_end_after(data: bytes) -> bool:
    """Whether the last top-level box of an ISO container reaches beyond the bytes there are."""
    at = 0
    while at + 8 <= len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        if size == 1:
            size = int.from_bytes(data[at + 8 : at + 16], "big")
        if size < 8:
            return False  # 0: to the end of the file; less: not a box
        at += size
    return at != len(data)
