"""Photos that mean harm, or were harmed: refused with a code, a reason and what to do, before they cost much."""

from __future__ import annotations

import io
import pickle
import re
import struct
import time
import zipfile
import zlib
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from PIL import Image, TiffImagePlugin

from data.intake import IntakeLimits, PhotoRejected, SafePhoto, take_in
from tests.data.made import LIMITS, decoded, encoded, jpeg, noise, png, png_chunk, quarters

MIB = 1024 * 1024


def rejection(data: bytes, limits: IntakeLimits = LIMITS, name: str = "") -> PhotoRejected:
    """The rejection of these bytes; refusing must be quick."""
    began = time.perf_counter()
    with pytest.raises(PhotoRejected) as caught:
        take_in(data, limits, name)
    assert time.perf_counter() - began < 5
    rejected = caught.value
    assert rejected.reason.endswith(".")
    assert rejected.advice.endswith(".")
    assert str(rejected) == f"{rejected.reason} {rejected.advice}"
    assert re.fullmatch(r"[a-z-]+", rejected.code)
    return rejected


def answered(data: bytes, limits: IntakeLimits = LIMITS) -> SafePhoto | PhotoRejected:
    """The photo or its rejection."""
    try:
        return take_in(data, limits)
    except PhotoRejected as rejected:
        return rejected


def test_no_bytes_at_all() -> None:
    assert rejection(b"").code == "empty"


@pytest.mark.parametrize("size", [1, 100, MIB])
def test_nothing_but_zero_bytes(size: int) -> None:
    rejected = rejection(b"\x00" * size)
    assert rejected.code == "not-a-photo"
    assert "zero bytes" in rejected.reason


def test_a_hundred_megabytes() -> None:
    rejected = rejection(jpeg() + b"\x00" * (100 * MIB))
    assert rejected.code == "too-large"
    assert "100.0 MiB" in rejected.reason
    assert "50 MiB" in rejected.reason


@pytest.mark.parametrize(
    ("data", "code", "word"),
    [
        (b"%PDF-1.7\n...", "not-a-photo", "PDF"),
        (b"PK\x03\x04" + b"\x00" * 60, "not-a-photo", "ZIP"),
        (b"MZ\x90\x00" + b"\x00" * 60, "not-a-photo", "program"),
        (b"\x7fELF" + b"\x00" * 60, "not-a-photo", "program"),
        (b"<html><body>404</body></html>", "not-a-photo", "web page"),
        (b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>", "not-a-photo", "web page"),
        (b"Dear Sir or Madam", "not-a-photo", "not a photo"),
        (b"\x00\x00\x00\x20ftypisom" + b"\x00" * 60, "not-a-photo", "video"),
        (b"\xff\xd8", "not-a-photo", "not a photo"),
        (b"BMthis is a text", "not-a-photo", "not a photo"),
        (b"8BPS\x00\x01", "unsupported-format", "Photoshop"),
        (b"\x00\x00\x00\x0cjP  \r\n\x87\n", "unsupported-format", "JPEG 2000"),
        (b"\x00\x00\x00\x0cJXL \r\n\x87\n", "unsupported-format", "JPEG XL"),
        (b"\x00\x00\x00\x18ftypcrx " + b"\x00" * 40, "unsupported-format", "raw"),
        (b"II*\x00\x10\x00\x00\x00CR\x02\x00" + b"\x00" * 40, "unsupported-format", "raw"),
        (b"FUJIFILMCCD-RAW 0201", "unsupported-format", "raw"),
    ],
)
def test_what_is_no_photo_is_told_what_it_is(data: bytes, code: str, word: str) -> None:
    rejected = rejection(data, name="holiday.jpg")
    assert rejected.code == code
    assert word in rejected.reason


def test_a_raw_file_that_passes_for_a_tiff() -> None:
    for tags in ({50706: b"\x01\x04\x00\x00"}, {254: 1, 330: 8}):
        info = TiffImagePlugin.ImageFileDirectory_v2()
        for tag, value in tags.items():
            info[tag] = value
            info.tagtype[tag] = 1 if isinstance(value, bytes) else 4
        assert rejection(encoded(quarters(), "TIFF", tiffinfo=info)).code == "unsupported-format"


def test_thirty_thousand_pixels_wide() -> None:
    rows = b"".join(b"\x00" + bytes(30_000 * 3) for _ in range(20))
    rejected = rejection(png(30_000, 20, rows=rows))
    assert rejected.code == "too-wide"
    assert "30,000 x 20" in rejected.reason
    assert rejection(encoded(Image.new("L", (20, 30_000)), "JPEG")).code == "too-wide"


@pytest.mark.parametrize("saved_as", ["PNG", "TIFF", "BMP", "GIF", "WEBP", "JPEG"])
def test_a_bomb_is_refused_from_its_header(saved_as: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is decoded: whatever reads pixels fails the test."""
    data = encoded(Image.new("L", (3000, 3000)), saved_as)

    def explode(*_: Any, **__: Any) -> None:
        raise AssertionError("decoded a photo that is over the limit")

    for plugin in ("ImageFile.ImageFile", "WebPImagePlugin.WebPImageFile"):
        monkeypatch.setattr(f"PIL.{plugin}.load", explode)
    assert rejection(data, IntakeLimits(max_pixels=8_000_000)).code == "too-many-pixels"
    assert rejection(data, IntakeLimits(max_side=2_999)).code == "too-wide"


def test_a_small_file_that_claims_to_be_huge() -> None:
    assert rejection(png(24_000, 24_000)).code == "too-many-pixels"
    assert rejection(png(2**31 - 1, 2**31 - 1)).code == "too-wide"


@pytest.mark.parametrize(
    ("saved_as", "options"), [("TIFF", {"compression": "tiff_lzw"}), ("GIF", {}), ("PNG", {})]
)
def test_our_limit_holds_and_not_that_of_a_library(saved_as: str, options: dict[str, Any]) -> None:
    picture = noise(1, 600, 500).convert("1" if saved_as == "TIFF" else "L")
    data = encoded(picture.resize((15_000, 12_500), Image.Resampling.NEAREST), saved_as, **options)
    assert take_in(data, LIMITS).original_width == 15_000


def test_limits_are_inclusive() -> None:
    data = encoded(quarters(100, 60), "PNG")
    exact = IntakeLimits(max_bytes=len(data), max_pixels=6000, max_side=100, min_side=60)
    assert isinstance(take_in(data, exact), SafePhoto)
    assert rejection(data, IntakeLimits(max_bytes=len(data) - 1)).code == "too-large"
    assert rejection(data, IntakeLimits(max_pixels=5999)).code == "too-many-pixels"
    assert rejection(data, IntakeLimits(max_side=99)).code == "too-wide"
    assert rejection(data, IntakeLimits(min_side=61)).code == "too-small"


def test_a_photo_of_a_few_pixels() -> None:
    assert rejection(encoded(Image.new("RGB", (15, 400)), "PNG")).code == "too-small"
    assert rejection(encoded(Image.new("RGB", (1, 1)), "GIF")).code == "too-small"


TRUNCATED: list[tuple[str, dict[str, Any]]] = [
    ("JPEG", {}),
    ("JPEG", {"progressive": True}),
    ("PNG", {}),
    ("WEBP", {}),
    ("TIFF", {}),
    ("TIFF", {"compression": "tiff_lzw"}),
    ("HEIF", {}),
    ("AVIF", {}),
    ("BMP", {}),
    ("GIF", {}),
]


@pytest.mark.parametrize(("saved_as", "options"), TRUNCATED)
@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_a_photo_cut_short(saved_as: str, options: dict[str, Any], share: float) -> None:
    data = encoded(noise(2, 640, 480), saved_as, **options)
    code = rejection(data[: int(len(data) * share)]).code
    # A TIFF has its table of contents at either end: cut, it may look like damage.
    assert code == "truncated" or (saved_as == "TIFF" and code == "damaged")


def test_a_photo_damaged_inside() -> None:
    data = bytearray(encoded(noise(2, 640, 480), "PNG"))
    data[len(data) // 2 : len(data) // 2 + 40] = b"\x00" * 40
    assert rejection(bytes(data)).code == "damaged"


def test_films() -> None:
    frames = [noise(seed) for seed in (1, 2, 3)]
    for saved_as in ("PNG", "WEBP", "AVIF"):
        data = encoded(frames[0], saved_as, save_all=True, append_images=frames[1:], duration=100)
        assert rejection(data).code == "animated"


def test_a_gif_gives_its_first_frame() -> None:
    frames = [quarters(), noise(2), noise(3)]
    data = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])
    safe = take_in(data, LIMITS)
    assert safe.notes == ("first of several frames used",)
    assert safe.jpeg == take_in(encoded(quarters(), "GIF"), LIMITS).jpeg


def test_a_tiff_gives_its_first_page() -> None:
    data = encoded(quarters(), "TIFF", save_all=True, append_images=[noise(2), noise(3)])
    safe = take_in(data, LIMITS)
    assert safe.notes == ("first of several pages used",)
    assert safe.jpeg == take_in(encoded(quarters(), "TIFF"), LIMITS).jpeg


def test_pages_are_never_counted() -> None:
    """A TIFF whose pages point in a circle would be counted for ever."""
    data = bytearray(encoded(quarters(), "TIFF", save_all=True, append_images=[noise(2)]))
    first = struct.unpack("<I", data[4:8])[0]
    entries = struct.unpack("<H", data[first : first + 2])[0]
    after_first = first + 2 + 12 * entries
    second = struct.unpack("<I", data[after_first : after_first + 4])[0]
    entries = struct.unpack("<H", data[second : second + 2])[0]
    data[second + 2 + 12 * entries : second + 6 + 12 * entries] = struct.pack("<I", first)
    assert take_in(bytes(data), LIMITS).notes == ("first of several pages used",)


def test_what_phones_append_to_a_jpeg_is_accepted() -> None:
    plain = take_in(jpeg(), LIMITS)
    film = struct.pack(">I", 24) + b"ftypmp42\x00\x00\x00\x00isommp42" + b"\x00\x01mdat" * 5000
    several = encoded(noise(1), "MPO", save_all=True, append_images=[noise(2)], quality=90)
    for data in (jpeg() + film, jpeg() + b"\x00" * 3000, jpeg() + jpeg(2)):
        safe = take_in(data, LIMITS)
        assert (safe.jpeg, safe.notes, safe.format) == (plain.jpeg, (), "JPEG")
    assert take_in(several, LIMITS).format == "JPEG"
    assert decoded(take_in(several, LIMITS)).size == (120, 80)


def zipped(comment: bytes = b"") -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("evil.class", b"\xca\xfe\xba\xbe" * 20)
        archive.comment = comment
    return written.getvalue()


@pytest.mark.parametrize(
    "photo", [jpeg(), encoded(quarters(), "PNG"), encoded(quarters(), "GIF"), encoded(quarters(), "BMP")]
)
@pytest.mark.parametrize(
    "tail",
    [
        zipped(),
        zipped(b"c" * 60_000),
        b"\n<script>alert(1)</script>",
        b"<?php system($_GET['c']); ?>",
        b"<!DOCTYPE HTML><p>",
        b"Rar!\x1a\x07\x00" + b"\x00" * 3000,
        b"7z\xbc\xaf\x27\x1c" + b"\x00" * 3000,
    ],
)
def test_two_kinds_of_file_in_one(photo: bytes, tail: bytes) -> None:
    assert rejection(photo + tail).code == "polyglot"


def test_a_document_or_a_page_inside_the_first_bytes() -> None:
    for text in (b"%PDF-1.4 1 0 obj", b"<?PHP eval($x); ?>", b"<ScRiPt src=//evil>"):
        assert rejection(encoded(quarters(), "JPEG", comment=text)).code == "polyglot"
        chunk = png_chunk(b"tEXt", b"Comment\x00" + text)
        plain = encoded(quarters(), "PNG")
        assert rejection(plain[:33] + chunk + plain[33:]).code == "polyglot"


def test_chance_letters_are_no_page() -> None:
    """A real photo had these four in its picture data, near enough to its start."""
    assert take_in(jpeg() + b"<Svg " + b"\x07" * 40, LIMITS).format == "JPEG"


def test_chance_bytes_are_no_archive() -> None:
    """The end mark of a ZIP alone stands in one photo of 65,000, by chance."""
    assert take_in(jpeg() + b"PK\x05\x06" + b"\x07" * 40, LIMITS).format == "JPEG"


@pytest.mark.parametrize("kind", [b"zTXt", b"iTXt"])
def test_a_text_that_unpacks_to_a_flood(kind: bytes) -> None:
    flood = zlib.compress(b"\x20" * (300 * MIB), 9)
    head = b"Comment\x00\x00" if kind == b"zTXt" else b"Comment\x00\x01\x00\x00\x00"
    plain = encoded(quarters(), "PNG")
    assert rejection(plain[:33] + png_chunk(kind, head + flood) + plain[33:]).code == "metadata-bomb"


def test_a_profile_that_unpacks_to_a_flood() -> None:
    flood = zlib.compress(b"\x00" * (300 * MIB), 9)
    plain = encoded(quarters(), "PNG")
    data = plain[:33] + png_chunk(b"iCCP", b"p\x00\x00" + flood) + plain[33:]
    answer = answered(data)
    assert answer.code == "metadata-bomb" if isinstance(answer, PhotoRejected) else answer.format == "PNG"


def test_a_gif_whose_frame_is_larger_than_it_says() -> None:
    data = bytearray(encoded(quarters(), "GIF"))
    at = data.index(b"\x2c", 13 + 3 * 2 ** ((data[10] & 7) + 1))
    data[at + 5 : at + 9] = struct.pack("<HH", 65_000, 65_000)
    assert rejection(bytes(data)).code in ("too-wide", "too-many-pixels", "truncated", "damaged")


def test_damaged_exif_does_not_cost_the_photo() -> None:
    plain = jpeg()
    for exif in (
        b"Exif\x00\x00II*\x00\xff\xff\xff\xff",
        b"Exif\x00\x00" + b"\xff" * 60,
        b"Exif\x00\x00MM\x00*\x00\x00\x00\x08\xff\xff",
    ):
        segment = b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif
        assert take_in(plain[:2] + segment + plain[2:], LIMITS).jpeg == take_in(plain, LIMITS).jpeg


def test_rejections_travel_between_processes() -> None:
    rejected = pickle.loads(pickle.dumps(PhotoRejected("empty", "The file is empty.", "Send it again.")))
    assert (rejected.code, str(rejected)) == ("empty", "The file is empty. Send it again.")


SEEDS = {
    saved_as: encoded(noise(4, 64, 48), saved_as)
    for saved_as in ("JPEG", "PNG", "WEBP", "TIFF", "HEIF", "AVIF", "BMP", "GIF")
}
SMALL = IntakeLimits(max_pixels=1_000_000, max_side=4_000)


def survives(data: bytes) -> None:
    """Either a photo or a rejection; never another error."""
    answer = answered(data, SMALL)
    if isinstance(answer, PhotoRejected):
        assert answer.code
        assert answer.reason
        assert answer.advice
    else:
        assert decoded(answer).size == (answer.width, answer.height)
        assert max(answer.width, answer.height) <= SMALL.stored_side


@settings(max_examples=300)
@given(st.binary(max_size=400))
@example(b"RIFF\x00\x00\x00\x00WEBP")
@example(b"GIF89a")
@example(b"II*\x00\x08\x00\x00\x00\x00\x00")
@example(b"\x00\x00\x00\x0cftypheic")
@example(b"\x89PNG\r\n\x1a\n\x00\x00\x00\x00IEND")
def test_any_bytes_are_answered(data: bytes) -> None:
    survives(data)


@settings(max_examples=500, suppress_health_check=[HealthCheck.too_slow])
@given(
    saved_as=st.sampled_from(sorted(SEEDS)),
    changes=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), min_size=1, max_size=12),
    cut=st.floats(0.05, 1.0),
)
def test_damaged_photos_are_answered(saved_as: str, changes: list[tuple[float, int]], cut: float) -> None:
    data = bytearray(SEEDS[saved_as])
    for place, value in changes:
        data[min(int(place * len(data)), len(data) - 1)] = value
    survives(bytes(data[: max(1, int(len(data) * cut))]))


@settings(max_examples=300)
@given(
    saved_as=st.sampled_from(sorted(SEEDS)),
    places=st.lists(st.tuples(st.integers(0, 120), st.integers(0, 255)), min_size=1, max_size=6),
)
def test_damaged_headers_are_answered(saved_as: str, places: list[tuple[int, int]]) -> None:
    data = bytearray(SEEDS[saved_as])
    for place, value in places:
        data[min(place, len(data) - 1)] = value
    survives(bytes(data))


def test_no_warning_reaches_the_caller() -> None:
    """Warnings are errors in these tests: a TIFF with a table that leaves the file must not raise one."""
    data = bytearray(SEEDS["TIFF"])
    rng = np.random.default_rng(5)
    for _ in range(200):
        copy = bytearray(data)
        for place in rng.integers(8, len(copy), 4):
            copy[place] = rng.integers(0, 256)
        survives(bytes(copy))
