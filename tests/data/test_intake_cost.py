"""Files that would cost far more than photos do are refused by their header and structure, honest ones are not."""

from __future__ import annotations

import re
import struct
import time
import zlib
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageFile

from data.intake import IntakeLimits, IntakePool, PhotoRejected, take_in
from data.intake_cost import MOST_SCANS, scans_of
from tests.data.made import LIMITS, encoded, jpeg, noise, png, quarters


def rejection(data: bytes, limits: IntakeLimits = LIMITS) -> PhotoRejected:
    """The rejection of these bytes, which must not decode a pixel: it is quick."""
    began = time.perf_counter()
    with pytest.raises(PhotoRejected) as caught:
        take_in(data, limits)
    assert time.perf_counter() - began < 2
    return caught.value


def zeros(width: int, height: int, depth: int, kind: int, channels: int) -> bytes:
    """A PNG of nothing but zeros, compressed as far as it goes."""
    packer, packed = zlib.compressobj(9), []
    row = bytes(1 + width * channels * depth // 8)
    for _ in range(height):
        packed.append(packer.compress(row))
    return png(width, height, depth=depth, kind=kind, compressed=b"".join([*packed, packer.flush()]))


def test_a_small_file_that_unpacks_to_gigabytes() -> None:
    data = zeros(20_000, 9_900, 16, 6, 4)
    assert len(data) < 2_000_000
    rejected = rejection(data)
    assert rejected.code == "too-much-memory"
    assert "20,000 x 9,900 pixels" in rejected.reason


def test_a_file_that_unpacks_to_far_more_than_was_sent() -> None:
    rejected = rejection(zeros(9_000, 9_000, 8, 2, 3))
    assert rejected.code == "pixel-bomb"
    assert re.search(r"unpacks to 232 MiB of pixels, [0-9,]+ times what was sent", rejected.reason)


@pytest.mark.parametrize(
    ("saved_as", "options"),
    [("GIF", {}), ("WEBP", {"lossless": True}), ("TIFF", {"compression": "tiff_adobe_deflate"})],
)
def test_bombs_of_other_formats(saved_as: str, options: dict[str, Any]) -> None:
    assert rejection(encoded(Image.new("RGB", (8_500, 8_500)), saved_as, **options)).code == "pixel-bomb"


def test_a_flat_picture_of_usual_size_is_taken() -> None:
    """A screen, a drawing: they unpack a thousandfold, and cost little."""
    assert take_in(zeros(6_000, 6_000, 8, 2, 3), LIMITS).original_width == 6_000
    assert take_in(encoded(Image.new("RGB", (3_840, 2_160), "white"), "PNG"), LIMITS).width == 1_600


@pytest.mark.parametrize("mode", ["1", "L", "RGB"])
def test_a_large_scan_is_taken(mode: str) -> None:
    """Line work on white, 60 million pixels: what compresses best of all that is scanned."""
    page = np.full((7_500, 8_000, 3), 255, np.uint8)
    rng = np.random.default_rng(1)
    for y, x in zip(rng.integers(0, 7_400, 4_000), rng.integers(0, 7_900, 4_000), strict=True):
        page[y : y + 40, x : x + 3] = rng.integers(0, 120)
    picture = Image.fromarray(page).convert(mode)
    data = encoded(picture, "TIFF", compression="group4") if mode == "1" else encoded(picture, "PNG")
    assert take_in(data, LIMITS).original_width == 8_000


def test_memory_is_judged_by_the_kind_of_pixels() -> None:
    """The limit of the workers counts where it is lower."""
    limits = IntakeLimits(memory_mb=100)
    assert take_in(encoded(noise(1, 4_000, 3_000).convert("L"), "PNG"), limits).width == 1_600
    see_through = noise(1, 4_000, 3_000).convert("LA")
    assert rejection(encoded(see_through, "PNG"), limits).code == "too-much-memory"
    grey = noise(1, 4_000, 3_000).convert("L")
    assert rejection(encoded(grey, "PNG", transparency=3), limits).code == "too-much-memory"
    assert rejection(encoded(noise(1, 4_000, 3_000), "WEBP"), limits).code == "too-much-memory"


def many_scans(scans: int, side: int = 1_000) -> bytes:
    """A progressive JPEG whose last scan is there as often as it takes."""
    data = encoded(noise(1, side, side), "JPEG", progressive=True)
    last = data.rindex(b"\xff\xda")
    return data[:last] + data[last:-2] * (scans - scans_of(data).number + 1) + b"\xff\xd9"


def test_a_jpeg_of_hundreds_of_scans() -> None:
    rejected = rejection(many_scans(400))
    assert rejected.code == "too-many-scans"
    assert "1.0 million pixels 400 times over" in rejected.reason
    assert take_in(many_scans(MOST_SCANS), LIMITS).width == 1_000
    assert rejection(many_scans(MOST_SCANS + 1)).code == "too-many-scans"


def test_of_large_jpegs_fewer_scans_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    data = encoded(Image.new("L", (10_000, 10_000)), "JPEG", progressive=True)
    last = data.rindex(b"\xff\xda")
    heavy = data[:last] + data[last:-2] * 40 + b"\xff\xd9"

    def explode(*_: Any) -> None:
        raise AssertionError("decoded a photo that costs too much")

    monkeypatch.setattr(ImageFile.ImageFile, "load", explode)
    assert rejection(heavy).code == "too-many-scans"


def test_a_progressive_jpeg_is_judged_by_the_coefficients_it_keeps() -> None:
    plain = encoded(noise(1, 3_000, 3_000), "JPEG", subsampling=0)
    progressive = encoded(noise(1, 3_000, 3_000), "JPEG", subsampling=0, progressive=True)
    limits = IntakeLimits(memory_mb=40)
    assert take_in(plain, limits).original_width == 3_000
    assert rejection(progressive, limits).code == "too-much-memory"


@pytest.mark.parametrize(
    ("options", "scans", "bytes_a_pixel"),
    [
        ({}, 1, 1),
        ({"progressive": True, "subsampling": 0}, 10, 6),
        ({"progressive": True, "subsampling": 2}, 10, 3),
    ],
)
def test_scans_are_counted_as_a_decoder_meets_them(
    options: dict[str, Any], scans: int, bytes_a_pixel: float
) -> None:
    found = scans_of(encoded(noise(1), "JPEG", restart_marker_blocks=2, **options))
    assert (found.number, found.bytes_a_pixel) == (scans, bytes_a_pixel)


def test_scans_of_embedded_and_appended_pictures_do_not_count() -> None:
    thumbnail = encoded(noise(2), "JPEG", progressive=True)
    segment = b"\xff\xe1" + struct.pack(">H", len(thumbnail) + 2) + thumbnail
    photo = encoded(noise(1), "JPEG", progressive=True)
    assert scans_of(photo[:2] + segment + photo[2:] + thumbnail * 20).number == 10


@given(st.binary(max_size=200), st.floats(0, 1))
def test_any_bytes_have_scans(tail: bytes, cut: float) -> None:
    data = jpeg(progressive=True)
    assert scans_of(data[: int(cut * len(data))] + tail).number >= 0
    assert scans_of(b"\xff\xd8" + tail).number >= 0


@pytest.mark.parametrize("size", [(24_000, 16), (16, 24_000), (4_000, 38)])
def test_a_strip_is_refused(size: tuple[int, int]) -> None:
    rejected = rejection(encoded(Image.new("L", size), "JPEG"))
    assert rejected.code == "too-narrow"
    assert f"{size[0]:,} x {size[1]:,} pixels; reduced to 1,600" in rejected.reason


def test_a_frieze_is_taken() -> None:
    safe = take_in(encoded(quarters(16_000, 200), "JPEG"), LIMITS)
    assert (safe.width, safe.height) == (1_600, 20)
    assert take_in(encoded(quarters(1_600, 16), "JPEG"), LIMITS).height == 16


def tiff(samples: int, bits: int, kind: int, pixels: bytes, width: int, height: int) -> bytes:
    """A TIFF put together by hand: kind 1 is whole numbers, 3 floating point."""
    after = 8 + 2 + 12 * 11 + 4
    entries = (
        (256, 1, width), (257, 1, height), (258, samples, after), (259, 1, 1), (262, 1, 2 if samples == 3 else 1),
        (273, 1, after + 4 * samples), (277, 1, samples), (278, 1, height), (279, 1, len(pixels)), (284, 1, 1),
        (339, samples, after + 2 * samples),
    )  # fmt: skip
    table = b"".join(
        struct.pack("<HHII", tag, 3 if count > 1 else 4, count, value) for tag, count, value in entries
    )
    parts = struct.pack(f"<{2 * samples}H", *[bits] * samples, *[kind] * samples)
    return b"II*\x00\x08\x00\x00\x00\x0b\x00" + table + b"\x00" * 4 + parts + pixels


@pytest.mark.parametrize("number", [np.float16, np.float32, np.float64])
def test_floating_point_colours_are_not_taken_and_not_called_damaged(number: Any) -> None:
    pixels = np.random.default_rng(1).random((30, 40, 3)).astype(number)
    rejected = rejection(tiff(3, pixels.itemsize * 8, 3, pixels.tobytes(), 40, 30))
    assert rejected.code == "unsupported-format"
    assert "floating-point colours" in rejected.reason
    whole = np.random.default_rng(1).integers(0, 256, (30, 40, 3), np.uint8)
    assert take_in(tiff(3, 8, 1, whole.tobytes(), 40, 30), LIMITS).format == "TIFF"


def test_workers_refuse_the_same(pool: IntakePool) -> None:
    for data in (many_scans(400), zeros(9_000, 9_000, 8, 2, 3)):
        with pytest.raises(PhotoRejected) as caught:
            pool.take_in(data)
        assert caught.value.code == rejection(data).code
