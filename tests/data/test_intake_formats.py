"""Whatever arrives as a photo comes out the same: upright sRGB, right colours, nothing but pixels."""

from __future__ import annotations

import hashlib
import io
from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageCms

from data.intake import IntakeLimits, take_in
from tests.data.made import (
    BLUE,
    GREEN,
    GREY,
    LIMITS,
    RED,
    colours,
    decoded,
    encoded,
    jpeg,
    near,
    noise,
    quarters,
    wide_gamut_profile,
    with_orientation,
)

FORMATS: list[tuple[str, str, dict[str, Any]]] = [
    ("JPEG", "JPEG", {"quality": 95, "subsampling": 0}),
    ("JPEG", "JPEG", {"quality": 95, "subsampling": 0, "progressive": True}),
    ("PNG", "PNG", {}),
    ("WEBP", "WEBP", {"lossless": True}),
    ("TIFF", "TIFF", {}),
    ("TIFF", "TIFF", {"compression": "tiff_lzw"}),
    ("TIFF", "TIFF", {"compression": "tiff_adobe_deflate", "big_tiff": True}),
    ("HEIF", "HEIF", {"quality": 95}),
    ("AVIF", "AVIF", {"quality": 95}),
    ("BMP", "BMP", {}),
    ("GIF", "GIF", {}),
]


def assert_quarters(found: Image.Image, by: int = 6) -> None:
    for got, wanted in zip(colours(found), (RED, GREEN, BLUE, GREY), strict=True):
        assert near(got, wanted, by), (colours(found), "instead of red, green, blue, grey")


@pytest.mark.parametrize(("saved_as", "found_as", "options"), FORMATS)
def test_every_format_keeps_its_colours(saved_as: str, found_as: str, options: dict[str, Any]) -> None:
    data = encoded(quarters(), saved_as, **options)
    safe = take_in(data, LIMITS)
    assert safe.format == found_as
    assert (safe.original_width, safe.original_height, safe.width, safe.height) == (120, 80, 120, 80)
    assert safe.sha256 == hashlib.sha256(data).hexdigest()
    assert safe.notes == ()
    assert_quarters(decoded(safe))


@pytest.mark.parametrize("value", range(1, 9))
@pytest.mark.parametrize("saved_as", ["JPEG", "PNG", "WEBP", "TIFF", "HEIF", "AVIF"])
def test_every_exif_orientation_ends_upright(saved_as: str, value: int) -> None:
    safe = take_in(with_orientation(value, saved_as), LIMITS)
    assert (safe.original_width, safe.original_height) == (120, 80)
    assert (safe.width, safe.height) == (120, 80)
    assert_quarters(decoded(safe), by=20)
    if value == 1:
        assert safe.notes == ()
    else:
        assert safe.notes == ("turned upright as its EXIF orientation says",)


@pytest.mark.parametrize("value", [0, 9, 65535])
def test_an_orientation_that_means_nothing_is_ignored(value: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = value
    safe = take_in(encoded(quarters(), "JPEG", quality=95, subsampling=0, exif=exif.tobytes()), LIMITS)
    assert_quarters(decoded(safe))


def test_nothing_but_pixels_is_stored() -> None:
    exif = Image.Exif()
    exif[0x010E] = "the owner's name"
    exif.get_ifd(0x8825)[2] = (50.0, 56.0, 30.0)
    data = encoded(
        quarters(), "JPEG", exif=exif.tobytes(), comment=b"the owner's address", dpi=(300, 300),
        icc_profile=wide_gamut_profile(), xmp=b"<x:xmpmeta>the owner's name</x:xmpmeta>",
    )  # fmt: skip
    safe = take_in(data, LIMITS)
    for stored in (safe.jpeg, safe.thumbnail):
        assert segments(stored) <= {0xD8, 0xE0, 0xDB, 0xC0, 0xC4, 0xDA, 0xD9}
        assert b"owner" not in stored
        assert b"Exif" not in stored
        assert stored[6:18] == b"JFIF\x00\x01\x01\x00\x00\x01\x00\x01"  # and no resolution either


def segments(data: bytes) -> set[int]:
    """The kinds of segment in a JPEG."""
    at, found = 2, {0xD8}
    while data[at + 1] != 0xDA:
        assert data[at] == 0xFF
        found.add(data[at + 1])
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return found | {0xDA, data[-1]}


def test_the_stored_photo_is_444_at_quality_92() -> None:
    safe = take_in(jpeg(), LIMITS)
    stored = decoded(safe)
    assert stored.mode == "RGB"
    assert [layer[1:3] for layer in stored.layer] == [(1, 1)] * 3  # type: ignore[attr-defined]  # of JPEGs only
    same = decoded(take_in(encoded(noise(1), "PNG"), LIMITS))
    assert stored.quantization == same.quantization  # type: ignore[attr-defined]  # of JPEGs only
    written = Image.open(io.BytesIO(encoded(noise(1), "JPEG", quality=92)))
    assert stored.quantization == written.quantization  # type: ignore[attr-defined]  # of JPEGs only


@pytest.mark.parametrize(
    "size", [(4000, 3000), (3000, 4000), (1601, 1600), (5000, 60), (1600, 1200), (90, 1600)]
)
def test_large_photos_are_reduced_and_small_ones_never_enlarged(size: tuple[int, int]) -> None:
    safe = take_in(encoded(quarters(*size), "JPEG", quality=90), LIMITS)
    assert (safe.original_width, safe.original_height) == size
    assert max(safe.width, safe.height) == min(1600, max(size))
    scale = min(1.0, 1600 / max(size))
    assert (safe.width, safe.height) == (round(size[0] * scale), round(size[1] * scale))
    thumbnail = Image.open(io.BytesIO(safe.thumbnail))
    assert max(thumbnail.size) == min(320, max(size))
    assert_quarters(decoded(safe), by=10)


def test_reducing_by_draft_shows_the_same_as_reducing_in_full() -> None:
    """The JPEG comes through the decoder's reduced scale, the PNG through the resizer: eyes see no difference."""
    picture = noise(3, 600, 450).resize((4000, 3000), Image.Resampling.BICUBIC)
    by_draft = np.asarray(
        decoded(take_in(encoded(picture, "JPEG", quality=98, subsampling=0), LIMITS)), float
    )
    in_full = np.asarray(decoded(take_in(encoded(picture, "PNG"), LIMITS)), float)
    assert np.abs(by_draft - in_full).mean() < 1.5


def test_greyscale_becomes_rgb() -> None:
    for saved_as in ("JPEG", "PNG", "TIFF", "WEBP", "BMP"):
        safe = take_in(encoded(quarters().convert("L"), saved_as), LIMITS)
        stored = decoded(safe)
        assert stored.mode == "RGB"
        red, green, blue = colours(stored)[3]
        assert abs(red - 128) < 4
        assert red == green == blue


def test_bilevel_and_palette() -> None:
    black_and_white = Image.new("1", (40, 40), 0)
    black_and_white.paste(1, (20, 0, 40, 40))
    for saved_as in ("PNG", "TIFF", "BMP"):
        stored = decoded(take_in(encoded(black_and_white, saved_as), LIMITS))
        assert near(colours(stored)[0], (0, 0, 0))
        assert near(colours(stored)[1], (255, 255, 255))
    for saved_as in ("PNG", "GIF", "BMP", "TIFF"):
        safe = take_in(encoded(quarters().quantize(8), saved_as), LIMITS)
        assert_quarters(decoded(safe), by=12)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "PA"])
def test_transparency_is_laid_on_white(mode: str) -> None:
    picture = quarters().convert("RGBA")
    picture.putalpha(Image.new("L", picture.size, 255))
    clear = Image.new("RGBA", (60, 40), (0, 0, 0, 0))
    picture.paste(clear, (0, 0))
    if mode == "LA":
        data = encoded(picture.convert("LA"), "PNG")
    elif mode == "P":
        data = encoded(picture.quantize(16), "PNG")  # a palette whose entries have an alpha of their own
    elif mode == "PA":
        data = encoded(picture.quantize(16).convert("RGBA"), "WEBP", lossless=True)
    else:
        data = encoded(picture, "PNG")
    safe = take_in(data, LIMITS)
    assert safe.notes == ("transparent parts were laid on white",)
    assert near(colours(decoded(safe))[0], (255, 255, 255))
    if mode != "LA":
        assert near(colours(decoded(safe))[2], BLUE, 12)


def test_half_transparent_is_mixed_with_white() -> None:
    picture = Image.new("RGBA", (40, 40), (0, 0, 0, 128))
    assert near(colours(decoded(take_in(encoded(picture, "PNG"), LIMITS)))[0], (127, 127, 127))


def test_a_single_transparent_colour() -> None:
    grey = Image.new("L", (40, 40), 77)
    grey.paste(9, (0, 0, 20, 20))
    safe = take_in(encoded(grey, "PNG", transparency=9), LIMITS)
    assert near(colours(decoded(safe))[0], (255, 255, 255))
    assert near(colours(decoded(safe))[3], (77, 77, 77))


def test_a_photo_whose_every_pixel_is_marked_transparent_is_not_lost() -> None:
    picture = quarters().convert("RGBA")
    picture.putalpha(0)
    safe = take_in(encoded(picture, "PNG"), LIMITS)
    assert_quarters(decoded(safe))
    assert "ignored" in safe.notes[0]


def test_an_opaque_alpha_channel_changes_nothing() -> None:
    safe = take_in(encoded(quarters().convert("RGBA"), "PNG"), LIMITS)
    assert safe.notes == ()
    assert safe.jpeg == take_in(encoded(quarters(), "PNG"), LIMITS).jpeg


def ramp(most: int, dtype: Any) -> np.ndarray[Any, Any]:
    return np.tile(np.linspace(0, most, 64).astype(dtype), (48, 1))


@pytest.mark.parametrize("saved_as", ["PNG", "TIFF"])
def test_sixteen_bit_grey(saved_as: str) -> None:
    safe = take_in(encoded(Image.fromarray(ramp(65535, np.uint16)), saved_as), LIMITS)
    stored = np.asarray(decoded(safe).convert("L"), float)
    assert np.abs(stored - np.linspace(0, 255, 64)).max() <= 4
    assert safe.notes == ()


def test_twelve_bits_in_sixteen_do_not_come_out_black() -> None:
    safe = take_in(encoded(Image.fromarray(ramp(4000, np.uint16)), "TIFF"), LIMITS)
    stored = np.asarray(decoded(safe).convert("L"), float)
    assert 240 <= stored[:, -1].mean() <= 252
    assert "12-bit" in safe.notes[0]


@pytest.mark.parametrize(("most", "dtype"), [(1.0, np.float32), (255.0, np.float32), (65535, np.int32)])
def test_deep_tiffs_by_their_range(most: float, dtype: Any) -> None:
    data = encoded(
        Image.fromarray(ramp(int(most) if dtype != np.float32 else 1, dtype) * (most if most == 255 else 1)),
        "TIFF",
    )
    stored = np.asarray(decoded(take_in(data, LIMITS)).convert("L"), float)
    assert np.abs(stored - np.linspace(0, 255, 64)).max() <= 6


def test_a_range_that_says_nothing_is_stretched() -> None:
    values = np.tile(np.linspace(-5.0, 3.0, 64, dtype=np.float32), (48, 1))
    values[0, 0] = np.nan
    safe = take_in(encoded(Image.fromarray(values), "TIFF"), LIMITS)
    assert "stretched" in safe.notes[0]
    stored = np.asarray(decoded(safe).convert("L"), float)
    assert stored[5, 0] < 20 < 235 < stored[5, -1]


def test_sixteen_bit_colour() -> None:
    """Written by OpenCV, since Pillow cannot: sixteen bits a channel, PNG and TIFF."""
    deep = np.asarray(quarters())[:, :, ::-1].astype(np.uint16) * 257
    for suffix in (".png", ".tiff"):
        done, data = cv2.imencode(suffix, deep)
        assert done
        assert_quarters(decoded(take_in(data.tobytes(), LIMITS)))


def test_cmyk_from_adobe_is_not_shown_inverted() -> None:
    cmyk = quarters().convert("CMYK")
    as_jpeg = encoded(cmyk, "JPEG", quality=95, subsampling=0)
    assert b"Adobe" in as_jpeg  # inverted, as Adobe's programs write it
    as_tiff = encoded(cmyk, "TIFF")  # not inverted
    for data in (as_jpeg, as_tiff):
        assert_quarters(decoded(take_in(data, LIMITS)), by=8)


def test_large_cmyk_is_reduced_with_its_colours() -> None:
    safe = take_in(encoded(quarters(3600, 2400).convert("CMYK"), "JPEG", quality=90), LIMITS)
    assert (safe.width, safe.height) == (1600, 1067)
    assert_quarters(decoded(safe), by=10)


def test_ycbcr_and_lab_tiffs() -> None:
    assert_quarters(decoded(take_in(encoded(quarters().convert("YCbCr"), "TIFF"), LIMITS)), by=8)
    srgb, lab = ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB")
    converted = ImageCms.profileToProfile(quarters(), srgb, lab, outputMode="LAB")
    assert converted is not None
    assert_quarters(decoded(take_in(encoded(converted, "TIFF"), LIMITS)), by=8)


def test_a_colour_profile_is_applied() -> None:
    profile = wide_gamut_profile()
    converted = ImageCms.profileToProfile(
        quarters(), ImageCms.createProfile("sRGB"), io.BytesIO(profile), outputMode="RGB"
    )
    assert converted is not None
    assert not near(colours(converted)[0], RED, 30)  # else the test shows nothing
    for saved_as, options in (
        ("PNG", {}),
        ("JPEG", {"quality": 95, "subsampling": 0}),
        ("TIFF", {}),
        ("WEBP", {"lossless": True}),
    ):
        safe = take_in(encoded(converted, saved_as, icc_profile=profile, **options), LIMITS)
        assert_quarters(decoded(safe), by=12)
        assert safe.notes == ()


def test_an_srgb_profile_changes_nothing() -> None:
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert (
        take_in(encoded(quarters(), "PNG", icc_profile=srgb), LIMITS).jpeg
        == take_in(encoded(quarters(), "PNG"), LIMITS).jpeg
    )


@pytest.mark.parametrize("profile", [b"not a profile", wide_gamut_profile()[:200], b"\x00" * 4000])
def test_a_broken_profile_is_ignored_with_a_note(profile: bytes) -> None:
    safe = take_in(encoded(quarters(), "PNG", icc_profile=profile), LIMITS)
    assert_quarters(decoded(safe))
    assert safe.notes == ("its colour profile is broken and was ignored",)


def test_a_profile_for_other_pixels_is_ignored_with_a_note() -> None:
    safe = take_in(encoded(quarters().convert("CMYK"), "JPEG", icc_profile=wide_gamut_profile()), LIMITS)
    assert_quarters(decoded(safe), by=12)
    assert safe.notes == ("its colour profile is meant for another kind of picture and was ignored",)


def test_grey_with_a_colour_profile_stays_grey() -> None:
    safe = take_in(encoded(quarters().convert("L"), "JPEG", icc_profile=wide_gamut_profile()), LIMITS)
    red, green, blue = colours(decoded(safe))[3]
    assert max(red, green, blue) - min(red, green, blue) <= 3
    assert safe.notes == ()


def test_the_same_bytes_give_the_same_photo() -> None:
    for data in (jpeg(5, 2000, 1500), encoded(quarters().convert("RGBA"), "PNG"), with_orientation(6)):
        assert take_in(data, LIMITS) == take_in(data, LIMITS)


def test_the_limits_decide_the_stored_sizes() -> None:
    safe = take_in(jpeg(1, 800, 600), IntakeLimits(stored_side=400, thumbnail_side=100))
    assert (safe.width, safe.height) == (400, 300)
    assert Image.open(io.BytesIO(safe.thumbnail)).size == (100, 75)


@given(width=st.integers(16, 400), height=st.integers(16, 400), side=st.integers(16, 300))
def test_any_size_keeps_its_shape(width: int, height: int, side: int) -> None:
    safe = take_in(
        encoded(Image.new("RGB", (width, height), RED), "BMP"),
        IntakeLimits(stored_side=side, thumbnail_side=16, min_side=1),
    )
    assert max(safe.width, safe.height) == min(side, max(width, height))
    assert decoded(safe).size == (safe.width, safe.height)
    scale = min(1.0, side / max(width, height))
    assert abs(safe.width - width * scale) <= 1
    assert abs(safe.height - height * scale) <= 1


@pytest.mark.parametrize(
    ("name", "noted"),
    [
        ("a.png", True),
        ("IMG_0001.HEIC", True),
        ("a.jpg", False),
        ("a.JPEG", False),
        ("a", False),
        ("a.pdf", False),
        ("", False),
    ],
)
def test_a_suffix_of_another_photo_format_is_a_note_only(name: str, noted: bool) -> None:
    safe = take_in(jpeg(), LIMITS, name)
    assert safe.format == "JPEG"
    assert bool(safe.notes) == noted
    if noted:
        assert "JPEG by its content" in safe.notes[0]
