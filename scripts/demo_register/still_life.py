"""Still lifes: fruit, flowers, jugs, glasses, books on a table."""

from __future__ import annotations

import numpy as np

from scripts.demo_register.canvas import Canvas, Colour
from scripts.demo_register.noise import as_float, fractal, grid, mix, smoothstep
from scripts.demo_register.palette import Palette, blend, near, rgb, shifted
from scripts.demo_register.scenery import Scene
from scripts.demo_register.tableware import FRUIT, book, bouquet, fruit, grapes, pot


def _wall(rng: np.random.Generator, canvas: Canvas, palette: Palette, table: float, dark: bool) -> None:
    shape = (canvas.height, canvas.width)
    y, x = grid(shape)
    deep: Colour = (
        blend(palette.near[1], (0.05, 0.04, 0.04), 0.65)
        if dark
        else blend(palette.sky[1], palette.accents[1], 0.3)
    )
    lit: Colour = blend(palette.near[0], deep, 0.45) if dark else blend(palette.sky[0], palette.sky[1], 0.6)
    side = float(rng.choice([0.1, 0.9]))
    light = np.exp(-(((x / shape[1] - side) / 0.7) ** 2) - ((y / shape[0] - 0.3) / 0.6) ** 2)
    canvas.image[:] = mix(
        deep, lit, np.clip(light * 0.8 + (fractal(rng, shape, shape[1] * 0.3, 5) - 0.5) * 0.5, 0, 1)
    )
    cloth = [
        blend(palette.cloud[0], (1, 1, 1), 0.3),
        palette.accents[0],
        palette.leaf[1],
        palette.accents[-1],
        rgb("6a4526"),
    ][int(rng.integers(0, 5))]
    folds = fractal(rng, shape, (shape[0] * 0.5, shape[1] * 0.08), 4)
    top = mix(
        shifted(cloth, value=0.55),
        cloth,
        np.clip(0.7 - (y - table) / shape[0] * 0.9 + (folds - 0.5) * 0.25, 0, 1),
    )
    drop = mix(shifted(cloth, value=0.22), shifted(cloth, value=0.8), folds)
    front = as_float(
        table
        + (shape[0] - table) * float(rng.uniform(0.55, 0.8))
        + np.sin(x / shape[1] * 7 + rng.uniform(0, 6)) * shape[0] * 0.012
    )
    canvas.image[:] = mix(
        canvas.image, mix(top, drop, smoothstep(-4, 4, y - front)), smoothstep(-1.5, 1.5, y - table)
    )
    if rng.random() < 0.5:  # a pattern woven into the cloth
        step = shape[1] / float(rng.integers(9, 18))
        stripe = smoothstep(0.8, 0.95, np.cos(x * 2 * np.pi / step)) * smoothstep(front - 2, front + 2, y)
        canvas.image[:] = mix(canvas.image, palette.accents[1], stripe * 0.6)


def still_life(rng: np.random.Generator, width: int, height: int, palette: Palette) -> Scene:
    """Things on a table, composed anew for every seed."""
    canvas = Canvas(width, height)
    table = height * float(rng.uniform(0.56, 0.7))
    dark = palette.name in ("umber", "golden", "storm", "autumn") or rng.random() < 0.4
    _wall(rng, canvas, palette, table, dark)
    words: list[str] = []
    scale = min(width, height)
    kind = str(rng.choice(["flowers", "fruit", "kitchen", "study"]))
    pots: tuple[Colour, ...] = (
        rgb("8a5a34"),
        rgb("3f5f8a"),
        rgb("a8a89c"),
        rgb("4a6a4a"),
        rgb("b8863a"),
        rgb("5a2a2a"),
        rgb("d8d0bc"),
    )
    glaze = near(rng, pots[int(rng.integers(0, len(pots)))], 0.1)
    x = width * float(rng.uniform(0.35, 0.65))
    if kind == "flowers":
        foot, size = table + (height - table) * 0.4, scale * float(rng.uniform(0.3, 0.4))
        pot(rng, canvas, x, foot, size, glaze, "vase")
        bouquet(rng, canvas, x, foot - size * 0.95, scale * float(rng.uniform(0.38, 0.5)))
        words.append("a bunch of flowers in a vase")
    else:
        for offset in (-0.24, 0.24) if rng.random() < 0.6 else (float(rng.uniform(-0.25, 0.25)),):
            shape = str(rng.choice(["jug", "bottle", "vase"]))
            pot(
                rng,
                canvas,
                x + offset * width,
                table + (height - table) * float(rng.uniform(0.12, 0.3)),
                scale * float(rng.uniform(0.36, 0.6)),
                near(rng, pots[int(rng.integers(0, len(pots)))], 0.12),
                shape,
            )
            words.append(f"a {shape}")
    if kind == "study":
        for index in range(int(rng.integers(1, 4))):
            book(
                rng,
                canvas,
                x + rng.normal(0, width * 0.16),
                table + (height - table) * (0.35 + 0.12 * index),
                scale * float(rng.uniform(0.15, 0.22)),
                near(rng, palette.accents[int(rng.integers(0, len(palette.accents)))], 0.2),
            )
        words.append("books with gilt covers")
    if kind == "fruit" and rng.random() < 0.7:
        pot(
            rng,
            canvas,
            x,
            table + (height - table) * 0.45,
            scale * 0.36,
            near(rng, pots[int(rng.integers(0, len(pots)))], 0.12),
            "bowl",
        )
        words.append("a footed bowl")
        for _ in range(7):
            fruit(
                rng,
                canvas,
                x + rng.normal(0, scale * 0.09),
                table + (height - table) * 0.45 - scale * 0.14,
                scale * 0.055,
                str(rng.choice(list(FRUIT))),
            )
    fruits = [str(name) for name in rng.choice(list(FRUIT), int(rng.integers(1, 4)), replace=False)]
    for depth in np.sort(rng.uniform(0.3, 0.9, int(rng.integers(4, 10)))):
        fruit(
            rng,
            canvas,
            float(rng.uniform(0.08, 0.92)) * width,
            table + (height - table) * float(depth),
            scale * float(rng.uniform(0.05, 0.085)),
            str(rng.choice(fruits)),
        )
    words += fruits
    if rng.random() < 0.5:
        grapes(
            rng,
            canvas,
            float(rng.uniform(0.15, 0.85)) * width,
            table + (height - table) * float(rng.uniform(0.5, 0.9)),
            scale * 0.12,
        )
        words.append("grapes")
    title = {
        "flowers": "Flowers in a vase",
        "fruit": f"Still life with {fruits[0]}",
        "kitchen": f"Kitchen table with {fruits[0]}",
        "study": f"Still life with books and {fruits[0]}",
    }[kind]
    return Scene(
        "still life",
        np.clip(canvas.image, 0, 1),
        title,
        f"still life with {', '.join(dict.fromkeys(words))}, {'dark' if dark else 'light'} background",
        tuple(words),
    )
