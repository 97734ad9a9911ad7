"""Coins: two sides in relief, struck off centre, worn and patinated, on a plain ground."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scripts.demo_register import coin_devices, coin_head, names
from scripts.demo_register.canvas import Canvas, Colour, ellipse, moved, points
from scripts.demo_register.coin_relief import Relief
from scripts.demo_register.drawing import Drawing, View
from scripts.demo_register.letters import Hand, text_on_circle
from scripts.demo_register.noise import (
    Array,
    Pixels,
    as_float,
    blur,
    fractal,
    grid,
    mix,
    smoothstep,
    to_pixels,
    wobble,
)
from scripts.demo_register.palette import near, rgb, shifted

SIDE = 700
_ALPHABETS = (("ΒΓΔΘΚΛΜΝΞΠΡΣΤΦΨ", "ΑΕΗΙΟΥΩ"), ("BCDFGLMNPQRSTV", "AEIOV"))


@dataclass(frozen=True, slots=True)
class _Metal:
    name: str
    colour: str
    dark: str
    patina: str
    gloss: float
    patina_share: float


_METALS = (
    _Metal("silver", "c8c6c0", "3a3a40", "5a5560", 0.9, 0.35),
    _Metal("gold", "e8bc50", "5f3d10", "8a5a1c", 1.0, 0.15),
    _Metal("bronze", "8a6238", "2c1e14", "5f8f78", 0.45, 0.6),
    _Metal("copper", "b06a3c", "3a1e14", "3c6a5c", 0.5, 0.5),
    _Metal("billon", "8f8c80", "2c2c2a", "4a4434", 0.4, 0.45),
)


@dataclass(slots=True)
class _Strike:
    """What both sides of one coin share."""

    metal: _Metal
    radius: float
    edge: Array  # radius of the flan at 180 angles
    backdrop: Colour
    light: float
    wear: float


def _legend(rng: np.random.Generator, greek: bool) -> str:
    hard, soft = _ALPHABETS[0 if greek else 1]
    words = []
    for _ in range(int(rng.integers(2, 4))):
        pairs = [
            hard[int(rng.integers(0, len(hard)))] + soft[int(rng.integers(0, len(soft)))]
            for _ in range(int(rng.integers(2, 4)))
        ]
        words.append("".join(pairs) + (hard[int(rng.integers(0, len(hard)))] if rng.random() < 0.5 else ""))
    return "·".join(words)


def _flan(rng: np.random.Generator, metal: _Metal) -> _Strike:
    radius = SIDE * float(rng.uniform(0.40, 0.45))
    angles = np.linspace(0, 2 * np.pi, 180, endpoint=False)
    edge = np.ones(180)
    for wave in range(2, 9):
        edge += rng.normal(0, 0.007) * np.cos(wave * angles + rng.uniform(0, 6))
    for _ in range(int(rng.integers(0, 3))):  # cracks and clips of the edge
        at = rng.uniform(0, 2 * np.pi)
        edge -= float(rng.uniform(0.03, 0.09)) * np.exp(-((np.angle(np.exp(1j * (angles - at))) / 0.06) ** 2))
    backdrop = near(
        rng, rgb(str(rng.choice(["e8e6e2", "2c2e34", "7a2a2c", "3c5468", "b8b0a0", "4a5a4a"]))), 0.08
    )
    return _Strike(
        metal, radius, as_float(edge), backdrop, float(rng.uniform(-2.7, -1.7)), float(rng.uniform(0.1, 0.6))
    )


def _side(rng: np.random.Generator, strike: _Strike, legend: str, obverse: bool) -> tuple[View, str]:
    shape, radius = (SIDE, SIDE), strike.radius
    relief = Relief(SIDE)
    device = radius * float(rng.uniform(0.56, 0.64))
    what = (
        coin_head.head(rng, relief, device)
        if obverse
        else coin_devices.REVERSES[int(rng.integers(0, len(coin_devices.REVERSES)))](
            rng, relief, device * 0.95
        )
    )
    relief.height = wobble(rng, relief.height, radius * 0.035, radius * 0.5)  # no two dies are alike
    half = SIDE / 2
    start = float(rng.uniform(-3.6, -2.6))
    size = radius * float(rng.uniform(0.105, 0.13))
    letters = [
        moved(path, half, half)
        for path in text_on_circle(
            legend, radius * 0.74, size, start, min(0.165 * len(legend), 5.6), Hand(rng, 0.4)
        )
    ]
    relief.add_lines(letters, 0.55, max(size * 0.17, 3))
    beads = int(rng.integers(44, 90))
    around = np.arange(beads) * 2 * np.pi / beads + rng.uniform(0, 1)
    if rng.random() < 0.65:
        relief.raise_shapes(
            [
                ellipse(
                    half + np.cos(a) * radius * 0.93,
                    half + np.sin(a) * radius * 0.93,
                    radius * 0.019,
                    radius * 0.019,
                    0,
                    10,
                )
                for a in around
            ],
            0.5,
            radius * 0.018,
        )
    else:
        ring = ellipse(half, half, radius * 0.925, radius * 0.925, 0, 120)
        relief.add_lines([np.concatenate([ring, ring[:1]])], 0.45, radius * 0.025)
    shift = rng.normal(0, radius * 0.02, 2)
    height = np.roll(relief.height, (int(shift[0]), int(shift[1])), (0, 1))
    if rng.random() < 0.15:  # struck twice
        height = np.maximum(height, 0.5 * np.roll(height, (5, 9), (0, 1)))
    worn = fractal(rng, shape, 160.0, 4)
    height = mix_flat(height, blur(height, 4.0), strike.wear * worn)
    y, x = grid(shape)
    dx, dy = x - half, y - half
    far, angle = np.hypot(dx, dy), np.arctan2(dy, dx)
    edge = (
        np.interp(
            ((angle if obverse else np.pi - angle) % (2 * np.pi)).ravel(),
            np.linspace(0, 2 * np.pi, 181),
            np.append(strike.edge, strike.edge[0]),
        ).reshape(shape)
        * radius
    )
    inside = smoothstep(1.0, -1.0, as_float(far - edge))
    rim = np.clip((far - edge + radius * 0.045) / (radius * 0.045), 0, 1)
    dome = 0.25 * np.sqrt(np.clip(1 - (far / radius) ** 2, 0, 1)) + 0.3 * np.sin(np.clip(rim, 0, 1) * np.pi)
    pits = smoothstep(0.7, 0.9, fractal(rng, shape, 11.0, 3)) * smoothstep(
        0.5, 0.9, fractal(rng, shape, 120.0, 3)
    )
    scratches = Relief(SIDE)
    scratches.add_lines(
        [
            points([(sx, sy), (sx + rng.normal(0, 70), sy + rng.normal(0, 70))])
            for sx, sy in rng.uniform(0.1, 0.9, (int(rng.integers(4, 22)), 2)) * SIDE
        ],
        -0.14,
        1.4,
    )
    grain = (fractal(rng, shape, 26.0, 5, 0.6) - 0.5) * 0.13
    surface = as_float(height * 1.45 + dome + grain - pits * 0.5 + scratches.height)
    pixels = _shine(rng, strike, surface, height, inside, pits)
    return View("overall" if obverse else "back", pixels, inside), what


def mix_flat(first: Array, second: Array, share: Array) -> Array:
    """Blend two heights."""
    return as_float(first + (second - first) * share)


def _shine(
    rng: np.random.Generator, strike: _Strike, surface: Array, height: Array, inside: Array, pits: Array
) -> Pixels:
    """Light on the metal, patina in the hollows, the coin's shadow on the ground."""
    shape, metal = (SIDE, SIDE), strike.metal
    gy, gx = np.gradient(blur(surface, 0.7))
    steep = np.float32(SIDE * 0.017)
    nx, ny = -gx * steep, -gy * steep
    length = np.sqrt(nx * nx + ny * ny + 1)
    lx, ly, lz = np.cos(strike.light) * 0.66, np.sin(strike.light) * 0.66, 0.75
    diffuse = np.clip((nx * lx + ny * ly + lz) / length, 0, 1)
    gleam = np.clip((nx * lx * 0.6 + ny * ly * 0.6 + 0.93) / length, 0, 1) ** 24
    tone = mix(
        rgb(metal.dark), near(rng, rgb(metal.colour), 0.08), as_float(np.clip(diffuse * 1.5 - 0.28, 0, 1))
    )
    tone = (
        tone
        * (1 - 0.42 * np.clip(1 - height * 2.6, 0, 1) * as_float(0.5 + fractal(rng, shape, 90.0, 4)))[
            :, :, None
        ]
    )
    tone = tone + (gleam * np.float32(metal.gloss * 0.30))[:, :, None] * as_float(rgb(metal.colour))
    hollow = np.clip(1 - height * 2.2, 0, 1)
    spread = smoothstep(0.3, 0.75, fractal(rng, shape, 130.0, 6, 0.6))
    patina = near(rng, rgb(metal.patina), 0.15)
    tone = mix(
        tone,
        as_float(patina) * (0.35 + 0.9 * diffuse)[:, :, None],
        as_float(np.clip(spread * hollow * metal.patina_share * 1.4 + pits * 0.5, 0, 0.9)),
    )
    ground = Canvas(
        SIDE,
        SIDE,
        mix(
            shifted(strike.backdrop, value=0.85),
            shifted(strike.backdrop, value=1.08),
            fractal(rng, shape, 300.0, 3),
        ),
    )
    drop = blur(
        np.roll(inside, (int(-np.sin(strike.light) * 13), int(-np.cos(strike.light) * 13)), (0, 1)), 9.0
    )
    below = mix(ground.image, (0.02, 0.02, 0.03), drop * 0.6) + (
        as_float(rng.random((SIDE, SIDE, 1))) - 0.5
    ) * np.float32(0.02)
    return to_pixels(mix(below, tone, inside))


def coin(rng: np.random.Generator) -> Drawing:
    """An invented coin, obverse and reverse."""
    metal = _METALS[int(rng.choice(len(_METALS), p=[0.35, 0.2, 0.2, 0.12, 0.13]))]
    greek = bool(rng.random() < 0.6)
    strike = _flan(rng, metal)
    first, second = _legend(rng, greek), _legend(rng, greek)
    obverse, front = _side(rng, strike, first, True)
    reverse, back = _side(rng, strike, second, False)
    period = int(rng.integers(-450, -50)) if greek else int(rng.integers(40, 900))
    value = str(
        rng.choice(
            {
                "silver": ["drachm", "stater", "penny"],
                "gold": ["stater", "solidus"],
                "bronze": ["unit", "follis"],
                "copper": ["unit", "half unit"],
                "billon": ["denier", "stater"],
            }[metal.name]
        )
    )
    wear = "worn" if strike.wear > 0.4 else "well preserved"
    return Drawing(
        "coin",
        ("coins and medals", "coins", value),
        f"{metal.name.capitalize()} {value} with {front}",
        f"obverse: {front}; reverse: {back}",
        f"{metal.name}, struck",
        f"Obverse: {front}, legend {first}. Reverse: {back}, legend {second}. {wear.capitalize()}.",
        f"{wear}; {'irregular' if float(strike.edge.std()) > 0.015 else 'round'} flan; patina in the fields",
        f"obverse {first}; reverse {second}",
        f"mint of {names.town(rng)}",
        names.land(rng),
        (period, period + int(rng.integers(15, 60))),
        (1.0, 1.0),
        (obverse, reverse),
    )
