"""Portraits: bust lengths of people who never lived, in the dress of several centuries."""

from __future__ import annotations

import numpy as np

from scripts.demo_register.canvas import Canvas, Colour, curve, ellipse, points
from scripts.demo_register.noise import fractal, grid, mix
from scripts.demo_register.palette import Palette, blend, near, rgb, shifted
from scripts.demo_register.scenery import Scene
from scripts.demo_register.sitter import Sitter, beard, dress_hair, face, hat, strands

_SKIN = ("f0cdb0", "e8bd98", "d9a884", "c08a64", "8f5f42", "6a4430")
_HAIR = ("2a1c14", "4a2f1c", "7a4f28", "b8863c", "9a3f1c", "8a8580", "d8d4cc")
_CLOTH = ("1c1c20", "5a1c20", "2a3f5f", "3a4a30", "6a5a3a", "8a6a8a", "b89a5a", "d8d0c0", "234a4a", "a8482c")


def _ground(rng: np.random.Generator, canvas: Canvas, palette: Palette) -> str:
    shape = (canvas.height, canvas.width)
    y, x = grid(shape)
    deep, lit = (
        blend(palette.near[1], (0.05, 0.05, 0.06), 0.5),
        blend(palette.near[0], palette.far, float(rng.uniform(0.2, 0.8))),
    )
    light = np.exp(
        -(((x / shape[1] - rng.uniform(0.2, 0.8)) / 0.5) ** 2)
        - ((y / shape[0] - rng.uniform(0.2, 0.6)) / 0.5) ** 2
    )
    canvas.image[:] = mix(
        deep, lit, np.clip(light * 0.8 + (fractal(rng, shape, shape[1] * 0.25, 5) - 0.5) * 0.45, 0, 1)
    )
    kind = str(rng.choice(["plain", "curtain", "window", "pattern"]))
    if kind == "curtain":
        folds = 0.5 + 0.5 * np.sin(
            x / shape[1] * rng.uniform(28, 50) + fractal(rng, shape, shape[1] * 0.4, 3) * 8
        )
        edge = shape[1] * (float(rng.uniform(0.2, 0.4)) + 0.06 * np.sin(y / shape[0] * 4))
        colour = near(rng, palette.accents[0], 0.2)
        cover = np.clip((edge - (x if rng.random() < 0.5 else shape[1] - x)) / 3, 0, 1)
        canvas.image[:] = mix(
            canvas.image, mix(shifted(colour, value=0.2), shifted(colour, value=0.85), folds), cover
        )
    elif kind == "window":
        left = float(rng.choice([0.06, 0.66])) * shape[1]
        box = points(
            [
                [left, shape[0] * 0.08],
                [left + shape[1] * 0.28, shape[0] * 0.08],
                [left + shape[1] * 0.28, shape[0] * 0.48],
                [left, shape[0] * 0.48],
            ]
        )
        view = mix(palette.sky[0], palette.sky[1], y / (shape[0] * 0.45))
        line = shape[0] * (0.34 + 0.1 * fractal(rng, (4, shape[1]), (9, shape[1] * 0.2), 4)[0])
        view = mix(view, palette.leaf[0], np.clip(y - line[None, :], 0, 1))
        canvas.fill(box, view)
        canvas.line(np.concatenate([box, box[:1]]), blend(deep, (0.2, 0.12, 0.06), 0.4), shape[1] * 0.018)
    elif kind == "pattern":
        step, colour = shape[1] / float(rng.integers(7, 13)), near(rng, palette.accents[1], 0.15)
        petals = int(rng.integers(3, 7))
        for row in np.arange(0, shape[0] + step, step):
            for column in np.arange(0, shape[1] + step, step):
                ox = step / 2 if int(row / step) % 2 else 0
                for petal in range(petals):
                    a = 2 * np.pi * petal / petals
                    canvas.fill(
                        ellipse(
                            column + ox + np.cos(a) * step * 0.2,
                            row + np.sin(a) * step * 0.2,
                            step * 0.14,
                            step * 0.07,
                            a,
                            10,
                        ),
                        colour,
                        0.4,
                    )
    return kind


def _body(
    rng: np.random.Generator, canvas: Canvas, s: Sitter, cloth: Colour, skin: Colour, palette: Palette
) -> str:
    u, slope = s.scale, float(rng.uniform(1.5, 1.9))
    shoulders = curve(
        [
            [s.x - u * 2.4, s.foot],
            [s.x - u * 2.05, s.y + u * slope * 1.15],
            [s.x - u * 0.8, s.y + u * 1.2],
            [s.x, s.y + u * 1.1],
            [s.x + u * 0.8, s.y + u * 1.2],
            [s.x + u * 2.05, s.y + u * slope * 1.15],
            [s.x + u * 2.4, s.foot],
        ]
    )
    canvas.fill_shaded(shoulders, cloth, shifted(cloth, value=0.25), (-0.7, -0.6), 0.8)
    for _ in range(16):  # folds
        x0 = s.x + rng.uniform(-1.9, 1.9) * u
        path = curve(
            [
                [x0, s.y + u * rng.uniform(1.3, 1.9)],
                [x0 + rng.normal(0, u * 0.2), s.y + u * 2.3],
                [x0 + rng.normal(0, u * 0.5), s.foot],
            ]
        )
        canvas.taper(path, shifted(cloth, value=float(rng.choice([0.45, 1.5]))), 1, u * 0.12, 0.35)
    canvas.fill_shaded(
        s.path([[-0.36, 0.5], [-0.42, 1.3], [0, 1.62], [0.42, 1.3], [0.36, 0.5]], True),
        shifted(skin, value=0.92),
        shifted(skin, 0, 1.1, 0.5),
    )
    kind = str(rng.choice(["ruff", "lace collar", "open shirt", "high collar", "pearl necklace", "shawl"]))
    white = rgb("efe9da")
    if kind == "ruff":
        for angle in np.linspace(0, 2 * np.pi, 46):
            mx, my = s.x + s.turn * u * 0.15, s.y + u * 1.14
            tip = (mx + np.cos(angle) * u * 1.15, my + np.sin(angle) * u * 0.42)
            canvas.fill_shaded(
                ellipse(
                    (mx + tip[0]) / 2 + np.cos(angle) * u * 0.18,
                    (my + tip[1]) / 2 + np.sin(angle) * u * 0.08,
                    u * 0.42,
                    u * 0.075,
                    float(np.arctan2(tip[1] - my, tip[0] - mx)),
                    18,
                ),
                white,
                rgb("8a8478"),
            )
    elif kind in ("lace collar", "open shirt", "shawl"):
        tone = white if kind != "shawl" else near(rng, palette.accents[0], 0.2)
        for side in (-1, 1):
            flap = curve(
                [
                    [s.x + side * u * 0.05, s.y + u * 1.55],
                    [s.x + side * u * 0.4, s.y + u * 1.0],
                    [s.x + side * u * 1.15, s.y + u * 1.35],
                    [s.x + side * u * 0.95, s.y + u * (1.8 if kind == "lace collar" else 2.2)],
                ],
                True,
                2,
            )
            canvas.fill_shaded(flap, tone, shifted(tone, value=0.5))
            if kind == "lace collar":
                for t in np.linspace(0.2, 1.1, 11):
                    canvas.fill(
                        ellipse(s.x + side * u * t, s.y + u * (1.86 - 0.42 * t * 0.9), u * 0.06, u * 0.07),
                        white,
                    )
                    canvas.fill(
                        ellipse(s.x + side * u * t, s.y + u * (1.86 - 0.42 * t * 0.9), u * 0.025, u * 0.03),
                        shifted(cloth, value=0.6),
                    )
    elif kind == "high collar":
        canvas.fill_shaded(
            s.path([[-0.5, 0.85], [-0.55, 1.4], [0, 1.75], [0.55, 1.4], [0.5, 0.85], [0, 1.25]], True),
            shifted(cloth, value=1.3),
            shifted(cloth, value=0.4),
        )
        for button in np.linspace(1.75, 2.9, 5):
            canvas.fill_shaded(
                ellipse(s.x, s.y + u * button, u * 0.06, u * 0.06), rgb("e0bc5a"), rgb("5a3f14")
            )
    else:
        for t in np.linspace(-1, 1, 23):
            canvas.fill_shaded(
                ellipse(s.x + t * u * 0.56, s.y + u * (1.62 - 0.36 * t * t), u * 0.055, u * 0.055, 0, 16),
                rgb("f8f4ea"),
                rgb("8a8a90"),
            )
    return kind


def portrait(rng: np.random.Generator, width: int, height: int, palette: Palette) -> Scene:
    """Somebody invented, painted anew for every seed."""
    canvas = Canvas(width, height)
    ground = _ground(rng, canvas, palette)
    s = Sitter(rng, width, height)
    skin, hair = near(rng, rgb(str(rng.choice(_SKIN))), 0.08), near(rng, rgb(str(rng.choice(_HAIR))), 0.12)
    cloth, other = (
        near(rng, rgb(str(rng.choice(_CLOTH))), 0.12),
        near(rng, rgb(str(rng.choice(_CLOTH))), 0.12),
    )
    woman = bool(rng.random() < 0.5)
    if woman:
        strands(rng, canvas, s, hair, [[-s.wide, -0.4], [s.wide, -0.4]], 1.5, 80)
    collar = _body(rng, canvas, s, cloth, skin, palette)
    face(rng, canvas, s, skin, hair)
    bearded = not woman and rng.random() < 0.6
    if bearded:
        beard(rng, canvas, s, hair)
    dress_hair(rng, canvas, s, hair, woman or rng.random() < 0.3)
    words = [collar if collar != "open shirt" else "an open shirt"]
    if rng.random() < 0.55:
        words.append(hat(rng, canvas, s, other, palette.accents[1], woman))
    words += ["a full beard"] * bearded + {
        "curtain": ["a drawn curtain"],
        "window": ["a window with a view"],
        "pattern": ["patterned wallpaper"],
    }.get(ground, [])
    who = ("woman" if woman else "man") if rng.random() < 0.7 else ("young woman" if woman else "scholar")
    worn = next(
        (
            w
            for w in words
            if w
            in (
                "ruff",
                "lace collar",
                "shawl",
                "beret",
                "bonnet",
                "turban",
                "broad-brimmed hat",
                "pearl necklace",
            )
        ),
        "",
    )
    title = f"Portrait of a {who}" + (f" with a {worn}" if worn else "")
    return Scene(
        "portrait",
        np.clip(canvas.image, 0, 1),
        title,
        f"bust-length portrait of a {who} turned to the {'left' if s.turn < 0 else 'right'}, with {', '.join(words)}",
        tuple(words),
    )
