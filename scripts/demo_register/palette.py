"""Colours of a painter's hour and place."""

from __future__ import annotations

import colorsys
from dataclasses import dataclass

import numpy as np

from scripts.demo_register.canvas import Colour


def rgb(code: str) -> Colour:
    """A colour written as six hexadecimal digits."""
    return int(code[0:2], 16) / 255, int(code[2:4], 16) / 255, int(code[4:6], 16) / 255


@dataclass(frozen=True, slots=True)
class Palette:
    """What a scene is painted with; `accents` are for small things that should be seen."""

    name: str
    words: str
    sky: tuple[Colour, Colour]  # zenith, horizon
    cloud: tuple[Colour, Colour]  # lit, shadow
    light: Colour
    far: Colour
    near: tuple[Colour, Colour]  # lit, shadow
    leaf: tuple[Colour, Colour]
    water: tuple[Colour, Colour]
    accents: tuple[Colour, ...]


def _palette(name: str, words: str, codes: str) -> Palette:
    c = [rgb(code) for code in codes.split()]
    return Palette(
        name,
        words,
        (c[0], c[1]),
        (c[2], c[3]),
        c[4],
        c[5],
        (c[6], c[7]),
        (c[8], c[9]),
        (c[10], c[11]),
        tuple(c[12:]),
    )


# Codes: sky high and low, cloud lit and in shadow, light, distance, ground lit and in shadow,
# leaves lit and in shadow, water lit and in shadow, accents.
PALETTES = (
    _palette(
        "morning",
        "clear morning light",
        "5f8fc4 dfe6e0 fdf6e6 a9b6c6 fff3c9 9db0c4 a8ad5c 5a6a35 "
        "8a9c48 33472a b9cfd8 4f7790 c8453a e9d8a6 3c4f7a",
    ),
    _palette(
        "golden",
        "a golden evening",
        "6d83a0 f6c877 ffe2a8 b57a55 fff0b0 a98f86 c8973e 6e4a22 "
        "a9822e 4a3a1c e8bd7c 6d6a60 8f2f22 f5e3bc 2f3a4c",
    ),
    _palette(
        "autumn",
        "autumn colours",
        "8fa3b0 e5dcc2 f7efdd 9c968e fbe6b5 8b8e96 b77a35 62421f "
        "d0762a 70311a a9b3a6 56625c a8321f e8c25a 394a3f",
    ),
    _palette(
        "winter",
        "snow and a pale sky",
        "93a5b5 e9e3da f5f2ec aab1ba fff1dc a3b0bf f1f1ee a7b4c4 "
        "6d6a60 2f2c2c c9d4da 71889a b23a2c d9b36c 2d3442",
    ),
    _palette(
        "storm",
        "the light before a storm",
        "3a4650 9aa39a d8d5c6 3d444c f3e9c0 5d6b70 8f8a4f 3d412a "
        "65713a 24301f 8b9a94 2b3c40 b4502f e3d9b6 1f2a33",
    ),
    _palette(
        "dusk",
        "dusk, rose and violet",
        "4a4a7a e9a08d f6c3a0 7a5a80 ffd9a8 7a6a92 8a6f6a 3f3346 "
        "5f5f56 2a2538 c79aa0 4a4670 e06a4a f4d0a0 2c2440",
    ),
    _palette(
        "southern",
        "hard southern light",
        "2f78c8 b9dcee ffffff b8c6d8 fff8dc 9ab0cf e0c483 a5713c "
        "7f9440 35502c 49b0c0 146a94 d8432f fbe9c2 24508c",
    ),
    _palette(
        "silver",
        "silver-grey northern light",
        "7c8a90 cfd1c6 ecebe0 8b9292 f5efd6 98a19f 8d8a6a 4c4a3a "
        "6f7350 363a2c b0b8b4 5b6a6c 7c3a30 d9cca6 3b4650",
    ),
    _palette(
        "fauve",
        "strong unmixed colours",
        "1f6fb5 f7d64a ffe9a0 e0709a fff27a 7a4fa8 e8692c a8203a "
        "3fae5a 14603f 2cb5c0 1d3f94 e8283c f9e04b 5a2a86",
    ),
    _palette(
        "umber",
        "brown varnish tones",
        "5a4a34 b99a62 d9bd84 5f4a30 f4dc9c 7a6644 8f6a36 3c2a16 "
        "6a5a2a 2c2412 8c7a54 3e3422 8a3220 dcc48c 2a2418",
    ),
    _palette(
        "spring",
        "fresh spring green",
        "7fb4dc eaf2e6 ffffff c0cede fffbe0 a8c4c8 b4cc62 6a9442 "
        "9cc850 48803c a8d4dc 5a94ac e88aa4 fdf0b8 b04468",
    ),
    _palette(
        "moor",
        "heather and peat",
        "70808e d0cfc8 ece8e0 848a94 f4ead0 85849a 8a5f74 4a3440 "
        "7a7448 38382a 8e9aa4 3f4c58 c07a3a e0d4b4 3a2c3c",
    ),
)


def shifted(colour: Colour, hue: float = 0.0, saturation: float = 1.0, value: float = 1.0) -> Colour:
    """The colour turned round the wheel by `hue` (0..1), with saturation and value multiplied."""
    h, s, v = colorsys.rgb_to_hsv(*colour)
    return colorsys.hsv_to_rgb((h + hue) % 1.0, min(s * saturation, 1.0), min(v * value, 1.0))


def blend(first: Colour, second: Colour, share: float) -> Colour:
    """A colour between two."""
    return (
        first[0] + (second[0] - first[0]) * share,
        first[1] + (second[1] - first[1]) * share,
        first[2] + (second[2] - first[2]) * share,
    )


def near(rng: np.random.Generator, colour: Colour, spread: float = 0.08) -> Colour:
    """A colour close to the given one, as two touches of one paint differ."""
    return shifted(
        colour,
        float(rng.normal(0, spread * 0.15)),
        float(np.clip(rng.normal(1, spread), 0.5, 1.6)),
        float(np.clip(rng.normal(1, spread), 0.6, 1.4)),
    )


def varied(rng: np.random.Generator, palette: Palette) -> Palette:
    """A palette with every tube mixed a little differently, so that two scenes never share colours."""
    turn, saturation = float(rng.normal(0, 0.015)), float(np.clip(rng.normal(1, 0.12), 0.7, 1.3))

    def one(colour: Colour) -> Colour:
        return near(rng, shifted(colour, turn, saturation), 0.05)

    def two(pair: tuple[Colour, Colour]) -> tuple[Colour, Colour]:
        return one(pair[0]), one(pair[1])

    return Palette(
        palette.name,
        palette.words,
        two(palette.sky),
        two(palette.cloud),
        one(palette.light),
        one(palette.far),
        two(palette.near),
        two(palette.leaf),
        two(palette.water),
        tuple(one(c) for c in palette.accents),
    )
