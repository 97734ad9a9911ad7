"""Landscapes: valleys, rivers, villages, mountains, woods, fields."""

from __future__ import annotations

import numpy as np

from scripts.demo_register import scenery, staffage
from scripts.demo_register.canvas import Canvas, curve, ellipse, moved
from scripts.demo_register.noise import as_float, fractal, grid, mix, smoothstep
from scripts.demo_register.palette import Palette, blend, near
from scripts.demo_register.scenery import Scene

_SEASON = {
    "winter": "snow-covered",
    "autumn": "autumnal",
    "spring": "flowering",
    "moor": "moorland",
    "southern": "sunlit",
    "storm": "windswept",
}


def _meadow(rng: np.random.Generator, canvas: Canvas, palette: Palette, horizon: float) -> None:
    """Ground from the horizon to the lower edge, in patches that widen towards us."""
    height, width = canvas.height, canvas.width
    y, x = grid((height, width))
    depth = np.clip((y - horizon) / max(height - horizon, 1), 0, 1)
    bend = fractal(rng, (height, width), (height * 0.25, width * 0.6), 3) * 0.35
    far = 1 / (depth + 0.12)
    bands = np.sin(
        (far * 2.2 + bend * 9 + (x / width - 0.5) * far * float(rng.uniform(-0.8, 0.8)))
        * float(rng.uniform(1.5, 3.5))
    )
    grain = fractal(rng, (height, width), (height * 0.02 + 3, width * 0.05), 4)
    tone = np.clip(0.5 + 0.32 * bands * (1 - depth * 0.6) + (grain - 0.5) * 0.7, 0, 1)
    ground = mix(mix(palette.near[1], palette.near[0], tone), palette.far, np.clip(0.5 - depth * 1.6, 0, 0.5))
    canvas.image[:] = mix(canvas.image, ground, smoothstep(horizon - 1, horizon + 1, y))


def _river(rng: np.random.Generator, canvas: Canvas, palette: Palette, horizon: float) -> None:
    height, width = canvas.height, canvas.width
    depth = np.linspace(0.01, 1, 60)
    phase, swing = rng.uniform(0, 6), rng.uniform(0.08, 0.24)
    middle = width * (
        rng.uniform(0.35, 0.65) + swing * np.sin(phase + 4.5 * (1 - depth) ** 1.6) * (0.35 + depth)
    )
    half = width * rng.uniform(0.12, 0.26) * depth**1.5 + 1
    y = horizon + (height - horizon) * depth**1.25
    outline = np.concatenate([np.stack([middle - half, y], 1), np.stack([middle + half, y], 1)[::-1]])
    shine = fractal(rng, (height, width), (height * 0.012 + 2, width * 0.1), 4)
    water = mix(
        palette.water[1], mix(palette.water[0], palette.sky[1], 0.4), np.clip(shine * 1.6 - 0.3, 0, 1)
    )
    canvas.fill(moved(outline, 0, 2), blend(palette.near[1], (0.1, 0.08, 0.06), 0.4), 0.8, 2)
    canvas.fill(outline, water, 1, 1)


def _road(rng: np.random.Generator, canvas: Canvas, palette: Palette, horizon: float) -> None:
    depth = np.linspace(0.03, 1, 50)
    goal, start = rng.uniform(0.2, 0.8), rng.uniform(0.1, 0.9)
    middle = canvas.width * (
        goal + (start - goal) * depth**1.4 + rng.uniform(-0.12, 0.12) * np.sin(depth * 5)
    )
    half = canvas.width * 0.09 * depth**1.4 + 1
    y = horizon + (canvas.height - horizon) * depth**1.3
    outline = np.concatenate([np.stack([middle - half, y], 1), np.stack([middle + half, y], 1)[::-1]])
    canvas.fill(outline, blend(palette.near[0], palette.sky[1], 0.55), 0.9, 1.5)
    for side in (-0.5, 0.45):
        canvas.taper(
            np.stack([middle + half * side, y], 1),
            blend(palette.near[1], (0.2, 0.15, 0.1), 0.3),
            1,
            half[-1] * 0.2,
            0.5,
        )


def _flowers(rng: np.random.Generator, canvas: Canvas, palette: Palette, horizon: float) -> None:
    for _ in range(int(rng.integers(120, 260))):
        depth = rng.random() ** 0.6
        x, y = rng.uniform(0, canvas.width), horizon + (canvas.height - horizon) * (0.15 + 0.85 * depth)
        size = canvas.width * (0.001 + 0.006 * depth)
        colour = palette.accents[int(rng.integers(0, len(palette.accents)))]
        canvas.fill(ellipse(x, y, size, size * 0.8, 0, 10), near(rng, colour, 0.15), 0.95)


def _stooks(rng: np.random.Generator, canvas: Canvas, palette: Palette, horizon: float) -> None:
    for depth in np.sort(rng.uniform(0.1, 0.75, int(rng.integers(5, 12)))):
        x, y = rng.uniform(0.03, 0.97) * canvas.width, horizon + (canvas.height - horizon) * depth
        size = canvas.width * 0.13 * (0.15 + depth)
        outline = curve(
            [
                [x - size * 0.45, y],
                [x - size * 0.4, y - size * 0.4],
                [x, y - size * 0.8],
                [x + size * 0.4, y - size * 0.4],
                [x + size * 0.45, y],
            ],
            True,
            2,
        )
        canvas.fill(ellipse(x + size * 0.5, y, size * 0.6, size * 0.1), palette.near[1], 0.7, 2)
        canvas.fill_shaded(
            outline,
            blend(palette.near[0], palette.light, 0.5),
            blend(palette.near[1], palette.accents[0], 0.2),
        )


def _trees(rng: np.random.Generator, canvas: Canvas, palette: Palette, horizon: float, wood: bool) -> str:
    kinds = {"winter": ("bare", "pine"), "southern": ("palm", "poplar", "round"), "moor": ("pine", "bare")}
    kind = str(rng.choice(kinds.get(palette.name, ("round", "poplar", "pine", "round"))))
    for depth in np.sort(
        rng.uniform(0.0, 0.55, int(rng.integers(9, 22)) if wood else int(rng.integers(3, 9)))
    ):
        foot = horizon + (canvas.height - horizon) * depth
        size = canvas.height * (0.07 + 0.62 * depth) * float(rng.uniform(0.75, 1.25))
        haze = float(np.clip(0.4 - depth, 0, 0.4))
        leaf = (blend(palette.leaf[0], palette.far, haze), blend(palette.leaf[1], palette.far, haze))
        x = (
            float(rng.uniform(0, 1))
            if wood
            else float(rng.choice([rng.uniform(0, 0.3), rng.uniform(0.68, 1)]))
        )
        staffage.tree(rng, canvas, x * canvas.width, foot, size, leaf, kind)
    if rng.random() < 0.55:  # one large tree in front leads the eye in
        side = float(rng.choice([0.08, 0.13, 0.86, 0.93])) * canvas.width
        staffage.tree(
            rng,
            canvas,
            side,
            canvas.height * float(rng.uniform(0.88, 1.02)),
            canvas.height * float(rng.uniform(0.7, 0.95)),
            palette.leaf,
            kind,
        )
    return {
        "round": "broad-crowned trees",
        "poplar": "a row of poplars",
        "pine": "firs",
        "bare": "bare trees",
        "palm": "palms",
    }[kind]


def _village(rng: np.random.Generator, canvas: Canvas, palette: Palette, horizon: float) -> None:
    centre, count = rng.uniform(0.2, 0.8) * canvas.width, int(rng.integers(3, 9))
    for index, depth in enumerate(np.sort(rng.uniform(0.0, 0.16, count))):
        size = canvas.width * (0.05 + depth * 0.5)
        foot = horizon + (canvas.height - horizon) * depth + 2
        wall = near(rng, blend(palette.cloud[0], palette.near[0], 0.25), 0.1)
        staffage.house(
            rng,
            canvas,
            centre + rng.normal(0, canvas.width * 0.13),
            foot,
            size,
            wall,
            blend(palette.accents[0], palette.near[1], 0.4),
            index == count // 2,
        )


_PLACES = (
    "the upper Varn",
    "Ostrel",
    "the Lesser Tamm",
    "Brannoch",
    "the Silda marshes",
    "Quell",
    "the Orvan hills",
    "Hesper ford",
    "the old mill at Dorn",
    "Marrow Down",
    "the Pell valley",
    "Stenna",
)


def landscape(rng: np.random.Generator, width: int, height: int, palette: Palette) -> Scene:
    """A view over land, composed anew for every seed."""
    canvas = Canvas(width, height)
    horizon = height * float(rng.uniform(0.34, 0.66))
    scenery.sky(rng, canvas, palette, horizon, float(rng.uniform(0.2, 0.75)))
    words: list[str] = []
    if rng.random() < 0.6:
        far = blend(palette.far, palette.sky[1], 0.35)
        scenery.hills(
            rng,
            canvas,
            horizon + 2,
            height * float(rng.uniform(0.12, 0.34)),
            blend(far, palette.light, 0.3),
            far,
            0.52,
            float(rng.uniform(0.2, 0.6)),
        )
        words.append("mountains in the distance")
    for step in range(int(rng.integers(1, 4))):
        share = 0.25 + 0.25 * step
        scenery.hills(
            rng,
            canvas,
            horizon + height * 0.04 * step,
            height * float(rng.uniform(0.04, 0.14)),
            blend(palette.far, palette.near[0], share),
            blend(palette.far, palette.near[1], share + 0.15),
            0.45,
            float(rng.uniform(0.3, 0.9)),
        )
    _meadow(rng, canvas, palette, horizon + height * 0.02)
    main = str(rng.choice(["river", "village", "road", "fields", "wood", "ruin", "lake", "flowers"]))
    if main in ("river", "ruin") and rng.random() < 0.8:
        _river(rng, canvas, palette, horizon + height * 0.03)
        words.append("a winding river")
    if main in ("village", "river", "lake") or rng.random() < 0.25:
        _village(rng, canvas, palette, horizon + height * 0.03)
        words.append("a village with a church tower")
    if main == "road":
        _road(rng, canvas, palette, horizon + height * 0.03)
        words.append("a sandy road")
    if main == "fields":
        _stooks(rng, canvas, palette, horizon)
        words.append("corn stooks in the field")
    if main == "ruin":
        staffage.ruin(rng, canvas, palette, horizon)
        words.append("a ruined arch")
    words.append(_trees(rng, canvas, palette, horizon + height * 0.03, main == "wood"))
    if main == "lake":
        scenery.reflect(
            rng,
            canvas,
            horizon + (height - horizon) * float(rng.uniform(0.25, 0.45)),
            palette.water,
            0.75,
            float(rng.uniform(0.4, 0.9)),
        )
        words.append("reflections in a still lake")
    if main == "flowers" or palette.name in ("spring", "fauve"):
        _flowers(rng, canvas, palette, horizon + height * 0.1)
        words.append("flowers in the foreground")
    walkers = int(rng.integers(0, 4))
    for _ in range(walkers):
        depth = float(rng.uniform(0.25, 0.8))
        staffage.person(
            rng,
            canvas,
            float(rng.uniform(0.15, 0.85)) * width,
            horizon + (height - horizon) * depth,
            height * (0.05 + 0.14 * depth),
            near(rng, palette.accents[int(rng.integers(0, len(palette.accents)))], 0.15),
        )
    if walkers:
        words.append("a single figure" if walkers == 1 else f"{walkers} small figures")
    canvas.image[:] = as_float(np.clip(canvas.image, 0, 1))
    place = str(rng.choice(_PLACES))
    nouns = {
        "river": "River near",
        "village": "Village by",
        "road": "Road to",
        "fields": "Harvest at",
        "wood": "Wood near",
        "ruin": "Ruined arch near",
        "lake": "Lake near",
        "flowers": "Meadow near",
    }
    season = _SEASON.get(palette.name, "open")
    return Scene(
        "landscape",
        canvas.image,
        f"{nouns[main]} {place}",
        f"{season} landscape in {palette.words} with {', '.join(words)}",
        tuple(words),
    )
