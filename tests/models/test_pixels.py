"""Pictures are decoded as they are stored, and brought to a working size without being distorted."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.pixels import NotReadable, decode, encode, shrink
from tests.models.made import flat, noise, picture


@pytest.mark.parametrize("colour", [(250, 10, 10), (10, 250, 10), (10, 10, 250), (90, 90, 90)])
def test_colours_come_back_as_red_green_blue(colour: tuple[int, int, int]) -> None:
    found = decode(encode(flat(colour)))
    assert found.dtype == np.uint8
    assert found.shape == (90, 120, 3)
    assert np.abs(found.astype(int) - colour).max() <= 4


def test_a_picture_comes_back_nearly_as_it_was() -> None:
    photo = picture(1)
    assert np.abs(decode(encode(photo)).astype(int) - photo).mean() < 5


def test_colours_are_written_as_other_programs_read_them() -> None:
    read = cv2.imdecode(np.frombuffer(encode(flat((250, 10, 10))), np.uint8), cv2.IMREAD_COLOR)
    assert read is not None
    assert np.abs(read.astype(int) - (10, 10, 250)).max() <= 4


def test_a_jpeg_without_colours_is_decoded_to_three_channels() -> None:
    done, data = cv2.imencode(".jpg", np.full((20, 30), 77, np.uint8))
    assert done
    assert np.array_equal(decode(data.tobytes()), flat((77, 77, 77), 30, 20))


def test_a_higher_quality_takes_more_bytes() -> None:
    assert len(encode(picture(1), 50)) < len(encode(picture(1))) < len(encode(picture(1), 95))


@pytest.mark.parametrize("data", [b"", b"\xff\xd8\xff", b"no picture", b"\x00" * 100])
def test_bytes_that_are_no_picture_are_not_readable(data: bytes) -> None:
    with pytest.raises(NotReadable, match="Import it again"):
        decode(data)


def test_a_header_that_promises_more_than_can_be_held_is_not_readable() -> None:
    data = bytearray(encode(flat()))
    start = data.find(b"\xff\xc0") + 5
    data[start : start + 4] = b"\xff\xff\xff\xff"
    with pytest.raises(NotReadable):
        decode(bytes(data))


def test_a_picture_wider_than_a_jpeg_may_be_is_refused() -> None:
    with pytest.raises(ValueError, match="can't be written"):
        encode(np.zeros((1, 70_000, 3), np.uint8))


@given(st.integers(1, 400), st.integers(1, 400), st.integers(1, 300))
def test_the_longest_side_is_at_most_what_was_asked_and_the_shape_stays(
    width: int, height: int, side: int
) -> None:
    scaled = shrink(np.zeros((height, width, 3), np.uint8), side)
    small_height, small_width = scaled.picture.shape[:2]
    assert max(small_height, small_width) == min(side, max(width, height))
    assert abs(small_width * scaled.factor - width) <= max(scaled.factor / 2, scaled.factor - width) + 1e-6
    assert abs(small_height * scaled.factor - height) <= max(scaled.factor / 2, scaled.factor - height) + 1e-6


def test_a_picture_that_is_small_enough_stays_as_it_is() -> None:
    photo = noise(64, 48)
    for side in (64, 65, 1000):
        scaled = shrink(photo, side)
        assert scaled.picture is photo
        assert scaled.factor == 1


def test_the_factor_leads_back() -> None:
    assert shrink(noise(1600, 1200), 640).factor == 2.5
    assert shrink(noise(1200, 1600), 640).factor == 2.5


def test_shrinking_averages() -> None:
    squares = np.indices((200, 200)).sum(axis=0) % 2 * 255
    photo = np.repeat(squares[:, :, None], 3, axis=2).astype(np.uint8)
    assert np.abs(shrink(photo, 50).picture.astype(int) - 128).max() <= 1
