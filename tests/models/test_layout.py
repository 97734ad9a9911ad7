"""The colour layout: where it is light, which colour lies where, and nothing finer."""

from __future__ import annotations

import numpy as np
import pytest

import models.layout
from models.layout import ColourLayout
from tests.models.made import canonical, flat, picture, resized

LIGHTNESS = [-0.0861, 0.0686, 0.0392, 0.1123, 0.0316, -0.0027, 0.0559, 0.0364]
RED_GREEN = [0.4574, -0.0508, -0.0314, 0.0696, 0.0172, -0.0478, 0.0586, -0.0078]
YELLOW_BLUE = [0.2713, 0.1077, 0.1622, -0.2277, 0.0997, 0.0807, -0.0954, 0.1034]
"""How each part of the canonical picture's vector begins; stored vectors depend on it."""


def likeness(*photos: np.typing.NDArray[np.uint8]) -> float:
    one, other = ColourLayout().describe(photos)
    return float(one @ other)


def test_it_has_213_dimensions() -> None:
    assert ColourLayout().card.dimension == 213


def test_the_canonical_picture_has_its_known_vector() -> None:
    vector = ColourLayout().describe([canonical()])[0]
    for start, known in ((0, LIGHTNESS), (143, RED_GREEN), (178, YELLOW_BLUE)):
        assert np.allclose(vector[start : start + len(known)], known, atol=1e-3)


@pytest.mark.parametrize("by", [-40, 40])
def test_a_lighter_or_darker_photo_is_the_same_object(by: int) -> None:
    photo = (picture(1) // 2 + 60).astype(np.uint8)
    assert likeness(photo, (photo.astype(int) + by).astype(np.uint8)) > 0.97


def test_size_and_shape_do_not_matter() -> None:
    assert likeness(picture(1, 1200, 900), resized(picture(1, 1200, 900), 300, 400)) > 0.99


def test_turned_upside_down_it_is_another_picture() -> None:
    assert likeness(picture(1), picture(1)[::-1, ::-1]) < 0.5


def test_it_matters_which_colour_lies_where() -> None:
    photo = flat((200, 40, 40))
    photo[:, 60:] = (40, 40, 200)
    assert likeness(photo, photo[:, ::-1]) < 0.8


def test_flat_colours_are_told_apart() -> None:
    assert likeness(flat((200, 30, 20)), flat((20, 30, 200))) < 0.5


@pytest.mark.parametrize("name", ["GRID", "LUMA", "CHROMA", "CHROMA_WEIGHT", "FLAT"])
def test_the_id_changes_with_every_constant(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before = ColourLayout().card.id
    monkeypatch.setattr(models.layout, name, getattr(models.layout, name) + 1)
    assert ColourLayout().card.id != before


def test_the_faintest_structure_is_no_flat_grey() -> None:
    photo = flat((128, 128, 128))
    photo[:, 60:] = 129
    assert likeness(photo, photo[:, ::-1]) < 0
    assert abs(likeness(photo, flat())) < 0.2
