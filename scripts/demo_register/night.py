"""Night scenes: moonlit water, lamplit streets, star skies, fires."""

from __future__ import annotations

import numpy as np

from scripts.demo_register import scenery, staffage
from scripts.demo_register.canvas import Canvas, Colour, curve, ellipse, points
from scripts.demo_register.noise import fractal, grid, mix
from scripts.demo_register.palette import Palette, blend, near, rgb, shifted
from scripts.demo_register.scenery import Scene

_NIGHTS = (
    ("0c1630", "2c4468"),
    ("101a24", "3a4a4a"),
    ("1a1030", "4a3a68"),
    ("08202c", "1f5a68"),
    ("14121c", "4a3430"),
)


def _stars(rng: np.random.Generator, canvas: Canvas, horizon: float, swirl: bool) -> None:
    for _ in range(int(rng.integers(40, 150))):
        x, y, size = (
            rng.uniform(0, canvas.width),
            rng.uniform(0, horizon),
            0.8 + 2.2 * float(rng.random() ** 4),
        )
        canvas.fill(
            ellipse(x, y, size, size, 0, 10), near(rng, (1, 0.95, 0.8), 0.08), float(rng.uniform(0.5, 1))
        )
    if swirl:
        for _ in range(int(rng.integers(4, 10))):
            x, y, size = (
                rng.uniform(0, canvas.width),
                rng.uniform(0.05, 0.8) * horizon,
                canvas.width * float(rng.uniform(0.02, 0.06)),
            )
            canvas.glow(x, y, size, (1.0, 0.92, 0.6), 0.7)
            for ring in np.linspace(0.6, 2.2, 5):
                t = np.linspace(0, 5.2, 30) + rng.uniform(0, 6)
                path = np.stack([x + size * ring * np.cos(t), y + size * ring * np.sin(t) * 0.8], 1)
                canvas.taper(path, near(rng, (0.75, 0.8, 0.85), 0.2), 1, size * 0.16, 0.6)


def _moon(rng: np.random.Generator, canvas: Canvas, horizon: float) -> tuple[float, float]:
    x, y, r = (
        float(rng.uniform(0.15, 0.85)) * canvas.width,
        float(rng.uniform(0.15, 0.6)) * horizon,
        canvas.width * float(rng.uniform(0.02, 0.05)),
    )
    canvas.glow(x, y, r * 4.5, (0.85, 0.85, 0.75), 0.4)
    canvas.fill_shaded(ellipse(x, y, r, r), (1.0, 0.98, 0.88), (0.85, 0.82, 0.7))
    for _ in range(5):
        canvas.fill(
            ellipse(x + rng.normal(0, r * 0.35), y + rng.normal(0, r * 0.35), r * 0.2, r * 0.15),
            (0.8, 0.78, 0.68),
            0.6,
        )
    return x, y


def _town(rng: np.random.Generator, canvas: Canvas, horizon: float, wall: Colour, lamp: Colour) -> None:
    """A row of tall houses with lit windows."""
    x = -canvas.width * 0.03
    while x < canvas.width:
        w, tall = (
            canvas.width * float(rng.uniform(0.07, 0.15)),
            canvas.height * float(rng.uniform(0.12, 0.36)),
        )
        gable = w * float(rng.choice([0.0, 0.35, 0.6]))
        tone = near(rng, wall, 0.2)
        canvas.fill(
            points(
                [
                    [x, horizon],
                    [x, horizon - tall],
                    [x + w / 2, horizon - tall - gable],
                    [x + w, horizon - tall],
                    [x + w, horizon],
                ]
            ),
            tone,
        )
        canvas.line(
            points([[x, horizon - tall], [x + w / 2, horizon - tall - gable], [x + w, horizon - tall]]),
            shifted(tone, value=1.5),
            2,
        )
        columns, rows = int(rng.integers(2, 4)), int(rng.integers(2, 5))
        for row in range(rows):
            for column in range(columns):
                wx, wy = x + w * (column + 0.3) / columns, horizon - tall * (0.9 - 0.8 * row / rows)
                ww, wh = w * 0.4 / columns, tall * 0.4 / rows
                lit = rng.random() < 0.45
                colour = near(rng, lamp, 0.15) if lit else shifted(tone, value=0.55)
                canvas.fill(points([[wx, wy], [wx + ww, wy], [wx + ww, wy + wh], [wx, wy + wh]]), colour)
                if lit:
                    canvas.glow(wx + ww / 2, wy + wh / 2, ww * 1.3, lamp, 0.25)
        if rng.random() < 0.25:
            canvas.taper(
                points(
                    [
                        [x + w * 0.7, horizon - tall - gable * 0.4],
                        [x + w * 0.7, horizon - tall - gable - w * 0.3],
                    ]
                ),
                shifted(tone, value=0.7),
                w * 0.14,
                w * 0.14,
            )
        x += w


def _lamps(rng: np.random.Generator, canvas: Canvas, horizon: float, lamp: Colour) -> None:
    for depth in np.sort(rng.uniform(0.05, 0.75, int(rng.integers(2, 6)))):
        x, foot = (
            float(rng.uniform(0.05, 0.95)) * canvas.width,
            horizon + (canvas.height - horizon) * float(depth),
        )
        size = canvas.height * (0.14 + 0.5 * float(depth))
        canvas.line(points([[x, foot], [x, foot - size]]), rgb("0c0c10"), size * 0.025 + 1)
        canvas.fill(ellipse(x, foot - size, size * 0.04, size * 0.06), blend(lamp, (1, 1, 1), 0.6))
        canvas.glow(x, foot - size, size * 0.16, lamp, 0.9)
        canvas.fill(ellipse(x, foot, size * 0.3, size * 0.06), lamp, 0.35, size * 0.06)


def _fire(rng: np.random.Generator, canvas: Canvas, horizon: float, lamp: Colour) -> None:
    x, foot, size = (
        float(rng.uniform(0.3, 0.7)) * canvas.width,
        horizon + (canvas.height - horizon) * 0.5,
        canvas.height * 0.16,
    )
    canvas.glow(x, foot - size * 0.4, size * 1.6, rgb("ff7a20"), 0.7)
    for _ in range(40):
        base = x + rng.normal(0, size * 0.25)
        tip = [base + rng.normal(0, size * 0.2), foot - size * rng.uniform(0.4, 1.3)]
        canvas.taper(
            curve([[base, foot], [base + rng.normal(0, size * 0.1), foot - size * 0.3], tip]),
            near(rng, rgb(str(rng.choice(["ffd24a", "ff9a2a", "e8501c", "fff2b0"]))), 0.1),
            size * 0.16,
            1,
            0.85,
        )
    for index in range(int(rng.integers(3, 7))):
        px = x + (index - 2.5) * size * float(rng.uniform(0.5, 0.8))
        staffage.person(
            rng,
            canvas,
            px,
            foot + size * float(rng.uniform(0.1, 0.5)),
            size * float(rng.uniform(1.0, 1.4)),
            blend(near(rng, lamp, 0.2), (0.1, 0.05, 0.05), 0.6),
        )


def night(rng: np.random.Generator, width: int, height: int, palette: Palette) -> Scene:
    """Somewhere after dark, composed anew for every seed."""
    canvas = Canvas(width, height)
    horizon = height * float(rng.uniform(0.45, 0.66))
    high, low = (near(rng, rgb(code), 0.1) for code in _NIGHTS[int(rng.integers(0, len(_NIGHTS)))])
    y, _ = grid((height, width))
    clouds = fractal(rng, (height, width), (height * 0.15, width * 0.35), 6)
    canvas.image[:] = mix(
        mix(high, low, np.clip(y / horizon, 0, 1)),
        blend(low, (0.6, 0.6, 0.6), 0.35),
        np.clip(clouds * 1.6 - 0.75, 0, 0.8),
    )
    lamp = near(rng, rgb("ffc860"), 0.1)
    kind = str(rng.choice(["street", "harbour", "village", "fire", "moonrise"]))
    words: list[str] = []
    _stars(rng, canvas, horizon, bool(rng.random() < 0.15))
    if kind != "fire" or rng.random() < 0.5:
        _moon(rng, canvas, horizon)
        words.append("a full moon")
    land = blend(palette.leaf[1], high, 0.65)
    scenery.hills(
        rng,
        canvas,
        horizon + 3,
        height * float(rng.uniform(0.06, 0.22)),
        blend(land, low, 0.5),
        shifted(land, value=0.6),
        0.5,
        0.5,
    )
    shade = mix(
        shifted(land, value=0.5),
        blend(land, low, 0.6),
        fractal(rng, (height, width), (height * 0.06, width * 0.2), 5),
    )
    canvas.image[:] = mix(canvas.image, shade, np.clip(y - horizon, 0, 1))
    if kind in ("street", "harbour"):
        _town(rng, canvas, horizon + height * 0.04, blend(near(rng, palette.near[1], 0.2), high, 0.5), lamp)
        words.append("houses with lit windows")
    if kind == "village":
        for index in range(int(rng.integers(3, 8))):
            staffage.house(
                rng,
                canvas,
                float(rng.uniform(0, 0.9)) * width,
                horizon + height * float(rng.uniform(0.02, 0.12)),
                width * float(rng.uniform(0.08, 0.18)),
                blend(palette.near[0], high, 0.55),
                blend(palette.accents[0], high, 0.6),
                index == 1,
            )
        words.append("a sleeping village")
    if kind in ("harbour", "moonrise"):
        for _ in range(int(rng.integers(1, 4))):
            staffage.ship(
                rng,
                canvas,
                float(rng.uniform(0.1, 0.9)) * width,
                horizon + height * 0.05,
                width * float(rng.uniform(0.12, 0.3)),
                rgb("0a0a10"),
                (blend(low, (1, 1, 0.9), 0.3), shifted(low, value=0.5)),
            )
        scenery.reflect(
            rng, canvas, horizon + height * 0.045, (low, high), 0.85, float(rng.uniform(0.2, 0.7))
        )
        words.append("lights on the water")
    if kind in ("street", "village"):
        _lamps(rng, canvas, horizon + height * 0.04, lamp)
        words.append("street lamps")
        for _ in range(int(rng.integers(2, 7))):
            depth = float(rng.uniform(0.15, 0.85))
            staffage.person(
                rng,
                canvas,
                float(rng.uniform(0.05, 0.95)) * width,
                horizon + (height - horizon) * depth,
                height * (0.07 + 0.17 * depth),
                blend(near(rng, palette.accents[-1], 0.2), high, 0.6),
            )
    if kind == "fire":
        _fire(rng, canvas, horizon, lamp)
        words.append("figures around a fire")
    for _ in range(int(rng.integers(0, 4))):
        staffage.tree(
            rng,
            canvas,
            float(rng.choice([rng.uniform(0, 0.25), rng.uniform(0.75, 1)])) * width,
            height * float(rng.uniform(0.75, 1.0)),
            height * float(rng.uniform(0.3, 0.7)),
            (blend(land, low, 0.4), shifted(land, value=0.4)),
            str(rng.choice(["bare", "round", "poplar", "pine"])),
        )
    titles = {
        "street": "Street at night",
        "harbour": "Harbour by moonlight",
        "village": "Village under the stars",
        "fire": "By the fire",
        "moonrise": "Moonrise over the bay",
    }
    return Scene(
        "night scene",
        np.clip(canvas.image, 0, 1),
        titles[kind],
        f"nocturne with {', '.join(words)}",
        tuple(words),
    )
