"""Seascapes: ships, storms, harbours, cliffs, lighthouses."""

from __future__ import annotations

import numpy as np

from scripts.demo_register import scenery, staffage
from scripts.demo_register.canvas import Canvas, curve, ellipse, moved, points
from scripts.demo_register.noise import fractal, grid, mix, relief, smoothstep
from scripts.demo_register.palette import Palette, blend, near
from scripts.demo_register.scenery import Scene


def _waves(rng: np.random.Generator, canvas: Canvas, palette: Palette, horizon: float, swell: float) -> None:
    """Open water in perspective, with crests; `swell` 0 is a calm, 1 a storm."""
    height, width = canvas.height, canvas.width
    y, x = grid((height, width))
    depth = np.clip((y - horizon) / max(height - horizon, 1), 0.001, 1)
    far = np.log(depth + 0.03)
    bend = fractal(rng, (height, width), (height * 0.12, width * 0.3), 4) - 0.5
    fine = fractal(rng, (height, width), (height * 0.02 + 2, width * 0.07), 4) - 0.5
    turn = float(rng.uniform(-0.5, 0.5))
    phase = far * float(rng.uniform(9, 15)) + bend * (4 + 9 * swell) + (x / width) * turn * 6 + fine * 2
    crest = 0.5 + 0.5 * np.sin(phase)
    body = crest**1.6 * (0.45 + swell * 0.5) + fine * (0.5 - 0.1 * swell)
    tone = np.clip(0.38 + (body - 0.3) * (0.9 + swell * 0.5), 0, 1)
    water = mix(palette.water[1], palette.water[0], tone)
    water = mix(water, palette.sky[1], np.clip(0.55 - depth * 2.2, 0, 0.5))
    water *= relief(body * depth * 30, 0.05)[:, :, None]
    foam = smoothstep(0.86 - 0.3 * swell, 1.05 - 0.2 * swell, crest + fine * 1.5) * smoothstep(
        0.0, 0.25, depth
    )
    water = mix(water, blend(palette.cloud[0], (1, 1, 1), 0.4), foam * np.float32(0.25 + 0.65 * swell))
    canvas.image[:] = mix(canvas.image, water, smoothstep(horizon - 1, horizon + 1, y))


def _sun_path(
    rng: np.random.Generator, canvas: Canvas, palette: Palette, sun: tuple[float, float], horizon: float
) -> None:
    canvas.glow(sun[0], sun[1], canvas.width * 0.05, palette.light, 0.8)
    canvas.fill(
        ellipse(sun[0], sun[1], canvas.width * 0.022, canvas.width * 0.022),
        blend(palette.light, (1, 1, 1), 0.5),
        1,
        1,
    )
    for depth in np.sort(rng.random(70)) ** 1.4:
        y = horizon + (canvas.height - horizon) * depth
        x = sun[0] + rng.normal(0, canvas.width * (0.012 + 0.07 * depth))
        half = canvas.width * (0.006 + 0.05 * depth) * rng.uniform(0.4, 1)
        canvas.fill(ellipse(x, y, half, 1 + 4 * depth, 0, 14), blend(palette.light, (1, 1, 1), 0.3), 0.55, 1)


def _cliff(rng: np.random.Generator, canvas: Canvas, palette: Palette, horizon: float) -> float:
    left = rng.random() < 0.5
    edge = canvas.width * float(rng.uniform(0.25, 0.5))
    top = horizon - canvas.height * float(rng.uniform(0.15, 0.38))
    foot = horizon + canvas.height * float(rng.uniform(0.08, 0.25))
    steps = np.linspace(0, 1, 22)
    x = edge * np.sqrt(1 - steps[::-1] ** 2 * 0.9) + rng.normal(0, canvas.width * 0.012, 22)
    y = top + (foot - top) * steps + rng.normal(0, canvas.height * 0.008, 22)
    outline = np.concatenate([[[-20, top - rng.uniform(0, 30)]], np.stack([x, y], 1), [[-20, foot + 30]]])
    if not left:
        outline[:, 0] = canvas.width - outline[:, 0]
    shape = (canvas.height, canvas.width)
    strata = fractal(rng, shape, (canvas.height * 0.03, canvas.width * 0.12), 5)
    cracks = fractal(rng, shape, (canvas.height * 0.15, canvas.width * 0.02), 4)
    rock = mix(
        blend(palette.near[1], palette.water[1], 0.3),
        blend(palette.near[0], palette.cloud[0], 0.35),
        np.clip(strata * 1.1 + cracks * 0.6 - 0.4, 0, 1),
    )
    canvas.fill(outline, rock, 1, 0.5)
    crown = moved(outline[1:6], 0, -2)
    canvas.taper(crown, palette.leaf[0], canvas.height * 0.03, canvas.height * 0.012, 0.9)
    for _ in range(26):
        fx = float(rng.uniform(0.2, 1.1)) * edge
        canvas.fill(
            ellipse(
                fx if left else canvas.width - fx, foot + rng.normal(0, 8), canvas.width * 0.02, 4, 0, 12
            ),
            blend(palette.cloud[0], (1, 1, 1), 0.5),
            0.5,
            2,
        )
    return edge * 0.5 if left else canvas.width - edge * 0.5


def _lighthouse(rng: np.random.Generator, canvas: Canvas, palette: Palette, x: float, foot: float) -> None:
    size = canvas.height * float(rng.uniform(0.2, 0.3))
    outline = points(
        [
            [x - size * 0.1, foot],
            [x - size * 0.06, foot - size],
            [x + size * 0.06, foot - size],
            [x + size * 0.1, foot],
        ]
    )
    canvas.fill_shaded(outline, blend(palette.cloud[0], (1, 1, 1), 0.5), palette.cloud[1])
    for level in (0.15, 0.5, 0.82):
        w = size * (0.1 - 0.04 * level)
        canvas.fill(
            points(
                [
                    [x - w, foot - size * level],
                    [x - w * 0.94, foot - size * (level + 0.12)],
                    [x + w * 0.94, foot - size * (level + 0.12)],
                    [x + w, foot - size * level],
                ]
            ),
            palette.accents[0],
            0.9,
        )
    canvas.fill(
        points(
            [
                [x - size * 0.05, foot - size],
                [x - size * 0.05, foot - size * 1.1],
                [x, foot - size * 1.2],
                [x + size * 0.05, foot - size * 1.1],
                [x + size * 0.05, foot - size],
            ]
        ),
        palette.accents[-1],
    )
    canvas.glow(x, foot - size * 1.05, size * 0.12, palette.light, 0.9)


def _quay(rng: np.random.Generator, canvas: Canvas, palette: Palette, horizon: float) -> None:
    """A waterfront of houses on the horizon and masts before it."""
    x = -canvas.width * 0.02
    while x < canvas.width * float(rng.uniform(0.7, 1.0)):
        size = canvas.width * float(rng.uniform(0.06, 0.13))
        wall = near(rng, blend(palette.near[0], palette.cloud[0], float(rng.uniform(0.1, 0.7))), 0.18)
        staffage.house(
            rng, canvas, x, horizon + 4, size, wall, near(rng, palette.accents[0], 0.15), rng.random() < 0.12
        )
        x += size * float(rng.uniform(0.75, 1.1))
    for _ in range(int(rng.integers(5, 16))):
        mx, tall = float(rng.uniform(0, 1)) * canvas.width, canvas.height * float(rng.uniform(0.1, 0.26))
        canvas.line(
            points([[mx, horizon + 8], [mx + rng.normal(0, 4), horizon - tall]]),
            blend(palette.near[1], (0.1, 0.08, 0.08), 0.5),
            2,
        )
        canvas.line(
            points([[mx - tall * 0.2, horizon - tall * 0.6], [mx + tall * 0.2, horizon - tall * 0.66]]),
            palette.near[1],
            1.2,
        )


_WATERS = (
    "off Cape Tarn",
    "in Silda Bay",
    "at the mouth of the Varn",
    "off the Corran skerries",
    "in the Hesper roads",
    "before Stenna",
    "off Marrow Head",
    "near Port Adrel",
)


def seascape(rng: np.random.Generator, width: int, height: int, palette: Palette) -> Scene:
    """A view over water, composed anew for every seed."""
    canvas = Canvas(width, height)
    horizon = height * float(rng.uniform(0.36, 0.64))
    kind = str(rng.choice(["storm", "calm", "harbour", "coast", "regatta", "sunset"]))
    swell = {"storm": float(rng.uniform(0.75, 1.0)), "coast": 0.45, "regatta": 0.4, "sunset": 0.2}.get(
        kind, 0.12
    )
    sun = scenery.sky(
        rng, canvas, palette, horizon, 0.8 if kind == "storm" else float(rng.uniform(0.25, 0.6))
    )
    sails = (blend(palette.cloud[0], palette.light, 0.4), palette.cloud[1])
    hull = blend(palette.near[1], (0.08, 0.06, 0.06), 0.5)
    words: list[str] = []
    if kind in ("harbour", "calm"):
        if kind == "harbour":
            _quay(rng, canvas, palette, horizon)
            words.append("a waterfront of gabled houses")
        else:
            scenery.hills(
                rng,
                canvas,
                horizon + 1,
                height * 0.1,
                palette.far,
                blend(palette.far, palette.water[1], 0.4),
                0.5,
                0.5,
            )
        for _ in range(int(rng.integers(1, 4))):
            staffage.ship(
                rng,
                canvas,
                float(rng.uniform(0.15, 0.85)) * width,
                horizon + height * 0.02,
                width * float(rng.uniform(0.16, 0.34)),
                near(rng, hull),
                (near(rng, sails[0]), sails[1]),
            )
        scenery.reflect(
            rng, canvas, horizon + height * 0.015, palette.water, 0.7, float(rng.uniform(0.3, 0.9))
        )
        words.append("ships mirrored in still water")
    else:
        _waves(rng, canvas, palette, horizon, swell)
        if kind == "sunset":
            _sun_path(rng, canvas, palette, sun, horizon)
            words.append("a low sun and its path on the water")
        if kind == "coast" or rng.random() < 0.3:
            x = _cliff(rng, canvas, palette, horizon)
            words.append("steep cliffs with surf")
            if rng.random() < 0.6:
                _lighthouse(rng, canvas, palette, x, horizon - height * 0.12)
                words.append("a lighthouse with red bands")
        count = int(rng.integers(4, 8)) if kind == "regatta" else int(rng.integers(1, 4))
        for depth in np.sort(rng.uniform(0.02, 0.5, count)):
            size = width * (0.07 + 0.55 * float(depth))
            staffage.ship(
                rng,
                canvas,
                float(rng.uniform(0.1, 0.9)) * width,
                horizon + (height - horizon) * float(depth),
                size,
                near(rng, hull),
                (near(rng, sails[0], 0.12), sails[1]),
            )
        words.append("a ship under sail" if count == 1 else f"{count} ships under sail")
        front = Canvas(width, height, canvas.image)
        _waves(rng, front, palette, horizon, swell)
        low = smoothstep(horizon + (height - horizon) * 0.5, height * 1.0, grid((height, width))[0])
        canvas.image[:] = mix(canvas.image, front.image, low * fractal(rng, (height, width), width * 0.2, 3))
    for _ in range(int(rng.integers(0, 14))):
        gx, gy, s = (
            rng.uniform(0, width),
            rng.uniform(0.1, 0.95) * horizon,
            width * float(rng.uniform(0.006, 0.016)),
        )
        canvas.line(
            curve(
                [
                    [gx - s, gy - s * 0.5],
                    [gx - s * 0.4, gy - s * 0.6],
                    [gx, gy],
                    [gx + s * 0.4, gy - s * 0.6],
                    [gx + s, gy - s * 0.4],
                ]
            ),
            blend(palette.cloud[0], (0.2, 0.2, 0.25), float(rng.uniform(0, 0.8))),
            1.6,
        )
    if kind in ("calm", "harbour", "coast") and rng.random() < 0.6:
        for _ in range(int(rng.integers(1, 5))):
            staffage.person(
                rng,
                canvas,
                float(rng.uniform(0.05, 0.95)) * width,
                height * float(rng.uniform(0.9, 0.99)),
                height * float(rng.uniform(0.07, 0.13)),
                near(rng, palette.accents[int(rng.integers(0, len(palette.accents)))], 0.15),
            )
        words.append("figures on the shore")
    nouns = {
        "storm": "Ship in heavy seas",
        "calm": "Calm",
        "harbour": "The harbour",
        "coast": "Rocky coast",
        "regatta": "Sailing race",
        "sunset": "Evening",
    }
    return Scene(
        "seascape",
        np.clip(canvas.image, 0, 1),
        f"{nouns[kind]} {rng.choice(_WATERS)}",
        f"seascape in {palette.words} with {', '.join(words)}",
        tuple(words),
    )
