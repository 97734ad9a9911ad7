"""Abstract paintings: grids, circles, gestures, fields, rays, cut shapes."""

from __future__ import annotations

import numpy as np

from scripts.demo_register.canvas import Canvas, Colour, curve, ellipse, moved, points
from scripts.demo_register.noise import fractal, mix, smoothstep, wobble
from scripts.demo_register.palette import Palette, blend, near, rgb
from scripts.demo_register.scenery import Scene


def _tubes(palette: Palette) -> list[Colour]:
    return [
        *palette.accents,
        palette.light,
        *palette.water,
        *palette.leaf,
        palette.sky[0],
        palette.near[0],
        rgb("16161a"),
        rgb("f2ede0"),
    ]


def _pick(rng: np.random.Generator, tubes: list[Colour]) -> Colour:
    return near(rng, tubes[int(rng.integers(0, len(tubes)))], 0.1)


def _grid(rng: np.random.Generator, canvas: Canvas, tubes: list[Colour]) -> None:
    boxes = [(0.0, 0.0, float(canvas.width), float(canvas.height))]
    for _ in range(int(rng.integers(9, 26))):
        boxes.sort(key=lambda box: box[2] * box[3])
        x, y, w, h = boxes.pop()
        cut = float(rng.uniform(0.25, 0.75))
        if w > h * rng.uniform(0.7, 1.4):
            boxes += [(x, y, w * cut, h), (x + w * cut, y, w * (1 - cut), h)]
        else:
            boxes += [(x, y, w, h * cut), (x, y + h * cut, w, h * (1 - cut))]
    edge, bare = float(rng.uniform(2, 14)), float(rng.uniform(0, 0.6))
    for x, y, w, h in boxes:
        colour = rgb("efe8d8") if rng.random() < bare else _pick(rng, tubes)
        outline = points([[x, y], [x + w, y], [x + w, y + h], [x, y + h]])
        canvas.fill(outline, colour)
        canvas.line(np.concatenate([outline, outline[:1]]), rgb("17171b"), edge)


def _circles(rng: np.random.Generator, canvas: Canvas, tubes: list[Colour]) -> None:
    scale = min(canvas.width, canvas.height)
    for _ in range(int(rng.integers(9, 22))):
        x, y, r = (
            rng.uniform(0, canvas.width),
            rng.uniform(0, canvas.height),
            scale * float(rng.uniform(0.04, 0.28)),
        )
        for ring in range(int(rng.integers(1, 6))):
            canvas.fill(
                ellipse(x, y, r * (1 - ring * 0.18), r * (1 - ring * 0.18), 0, 60),
                _pick(rng, tubes),
                float(rng.uniform(0.65, 1)),
            )
    for _ in range(int(rng.integers(6, 18))):
        start, angle = (rng.uniform(0, canvas.width), rng.uniform(0, canvas.height)), rng.uniform(0, np.pi)
        reach = scale * rng.uniform(0.2, 0.9)
        canvas.line(
            points([start, (start[0] + np.cos(angle) * reach, start[1] + np.sin(angle) * reach)]),
            _pick(rng, tubes),
            float(rng.uniform(1.5, 7)),
        )
    for _ in range(int(rng.integers(2, 6))):
        corner = points([[rng.uniform(0, canvas.width), rng.uniform(0, canvas.height)]])
        canvas.fill(corner + rng.normal(0, scale * 0.16, (3, 2)), _pick(rng, tubes), 0.85)


def _gesture(rng: np.random.Generator, canvas: Canvas, tubes: list[Colour]) -> None:
    scale = min(canvas.width, canvas.height)
    for _ in range(int(rng.integers(24, 60))):
        start = np.array([rng.uniform(0, canvas.width), rng.uniform(0, canvas.height)])
        steps = rng.normal(0, scale * 0.16, (int(rng.integers(3, 7)), 2)).cumsum(axis=0)
        width = scale * float(rng.choice([0.008, 0.02, 0.05, 0.09]))
        canvas.taper(
            curve(start + steps, rounds=4),
            _pick(rng, tubes),
            width,
            width * float(rng.uniform(0.1, 1)),
            float(rng.uniform(0.7, 1)),
        )
    for _ in range(260):
        centre = rng.uniform(0, 1, 2) * (canvas.width, canvas.height)
        size = scale * 0.002 + scale * 0.009 * float(rng.random() ** 3)
        canvas.fill(
            ellipse(centre[0], centre[1], size, size * float(rng.uniform(0.6, 1.6)), 0, 10),
            tubes[int(rng.integers(0, 5))],
        )


def _fields(rng: np.random.Generator, canvas: Canvas, tubes: list[Colour]) -> None:
    bands, y = int(rng.integers(2, 5)), canvas.height * 0.05
    for share in rng.dirichlet(np.ones(bands) * 2):
        tall = canvas.height * (0.9 * float(share))
        inset = canvas.width * float(rng.uniform(0.04, 0.1))
        outline = points(
            [
                [inset, y + 6],
                [canvas.width - inset, y + 6],
                [canvas.width - inset, y + tall - 10],
                [inset, y + tall - 10],
            ]
        )
        first, second = _pick(rng, tubes), _pick(rng, tubes)
        cloud = mix(
            first,
            blend(first, second, 0.45),
            fractal(rng, (canvas.height, canvas.width), canvas.width * 0.3, 6, 0.6),
        )
        third = blend(first, _pick(rng, tubes), float(rng.uniform(0.3, 0.8)))
        dry = fractal(rng, (canvas.height, canvas.width), (canvas.width * 0.02, canvas.width * 0.12), 5, 0.65)
        cloud = mix(cloud, third, smoothstep(0.5, 0.62, dry) * 0.7)
        canvas.fill(outline, cloud, 0.95, canvas.width * 0.016)
        for _ in range(int(rng.integers(4, 16))):  # paint that ran
            x = inset + float(rng.random()) * (canvas.width - 2 * inset)
            run = tall * float(rng.uniform(0.1, 0.7))
            path = curve(
                [[x, y + tall - 14], [x + rng.normal(0, 3), y + tall + run / 2], [x, y + tall + run]]
            )
            canvas.taper(path, near(rng, third, 0.1), float(rng.uniform(2, 7)), 2, 0.8)
        y += tall
    for _ in range(int(rng.integers(4, 14))):  # scratches through the wet paint
        x0, y0 = rng.uniform(0.1, 0.9) * canvas.width, rng.uniform(0.1, 0.9) * canvas.height
        canvas.line(
            curve(np.array([x0, y0]) + rng.normal(0, canvas.width * 0.05, (4, 2)).cumsum(axis=0)),
            _pick(rng, tubes),
            float(rng.uniform(1, 3)),
            0.8,
        )


def _rays(rng: np.random.Generator, canvas: Canvas, tubes: list[Colour]) -> None:
    cx, cy = rng.uniform(0.15, 0.85) * canvas.width, rng.uniform(0.15, 0.85) * canvas.height
    far, angles = canvas.width + canvas.height, np.sort(rng.uniform(0, 2 * np.pi, int(rng.integers(12, 30))))
    for first, second in zip(angles, np.roll(angles, -1), strict=True):
        stop = second + (2 * np.pi if second < first else 0)
        arc = np.linspace(first, stop, 6)
        canvas.fill(
            np.concatenate([[[cx, cy]], np.stack([cx + far * np.cos(arc), cy + far * np.sin(arc)], 1)]),
            _pick(rng, tubes),
        )
    for radius in np.sort(rng.uniform(0.05, 0.5, int(rng.integers(3, 8))))[::-1] * canvas.width:
        start, sweep = rng.uniform(0, 6), rng.uniform(1, 5)
        arc = np.linspace(start, start + sweep, 50)
        width = canvas.width * float(rng.uniform(0.01, 0.05))
        canvas.taper(
            np.stack([cx + radius * np.cos(arc), cy + radius * np.sin(arc)], 1),
            _pick(rng, tubes),
            width,
            width,
        )


def _frond(
    rng: np.random.Generator, canvas: Canvas, x: float, y: float, reach: float, colour: Colour
) -> None:
    """A leaf of seaweed, cut from paper: a bent rib with lobes on both sides."""
    turn, bend = float(rng.uniform(0, 2 * np.pi)), float(rng.normal(0, 0.35))
    lobes = int(rng.integers(5, 11))
    t = np.linspace(-0.9, 0.9, lobes)
    rib = np.stack([bend * (1 - t * t), t], 1)
    canvas.taper(curve(moved(rib, x, y, reach, turn)), colour, reach * 0.2, reach * 0.08)
    for index in range(lobes):
        for side in (-1, 1):
            wide = (1 - abs(t[index]) * 0.6) * float(rng.uniform(0.4, 0.8))
            tip = rib[index] + np.array([side * wide, -float(rng.uniform(0.1, 0.5))])
            lobe = curve([rib[index], rib[index] + np.array([side * wide * 0.6, 0.02]), tip])
            canvas.taper(
                moved(lobe, x, y, reach, turn), colour, reach * 0.16, reach * float(rng.uniform(0.08, 0.24))
            )


def _cutouts(rng: np.random.Generator, canvas: Canvas, tubes: list[Colour]) -> None:
    columns, rows = int(rng.integers(2, 5)), int(rng.integers(2, 5))
    w, h = canvas.width / columns, canvas.height / rows
    for row in range(rows):
        for column in range(columns):
            x, y = column * w, row * h
            canvas.fill(
                points([[x, y], [x + w + 1, y], [x + w + 1, y + h + 1], [x, y + h + 1]]), _pick(rng, tubes)
            )
            if rng.random() < 0.5:
                _frond(rng, canvas, x + w / 2, y + h / 2, min(w, h) * 0.44, _pick(rng, tubes))
                continue
            lobes, shape = int(rng.integers(3, 8)), []
            for index in range(lobes * 2):
                angle = np.pi * index / lobes + rng.normal(0, 0.12)
                reach = min(w, h) * float(rng.uniform(0.34, 0.48) if index % 2 else rng.uniform(0.08, 0.22))
                shape.append([x + w / 2 + np.cos(angle) * reach, y + h / 2 + np.sin(angle) * reach])
            outline = curve(shape, True, 3 if rng.random() < 0.7 else 0)
            canvas.fill(outline, _pick(rng, tubes))
            inner = moved(outline, -(x + w / 2), -(y + h / 2))
            canvas.fill(moved(inner, x + w / 2, y + h / 2, 0.5, float(rng.uniform(0, 3))), _pick(rng, tubes))
            for _ in range(int(rng.integers(2, 12))):
                cx, cy = rng.uniform(0.06, 0.94, 2) * (w, h)
                canvas.fill(ellipse(x + cx, y + cy, w * 0.015, w * 0.02, 0, 10), _pick(rng, tubes))


_WAYS = {
    "a grid of rectangles": _grid,
    "circles and lines": _circles,
    "free gestures and splashes": _gesture,
    "floating fields of colour": _fields,
    "rays and arcs": _rays,
    "cut-out plant shapes": _cutouts,
}
_WORDS = ("Composition", "Rhythm", "Untitled", "Interval", "Study", "Counterpoint", "Signal", "Construction")


def abstract(rng: np.random.Generator, width: int, height: int, palette: Palette) -> Scene:
    """Form and colour alone, composed anew for every seed."""
    tubes = _tubes(palette)
    canvas = Canvas(width, height, _pick(rng, tubes))
    canvas.image[:] = mix(
        canvas.image,
        _pick(rng, tubes),
        smoothstep(0.35, 0.7, fractal(rng, (height, width), width * 0.4, 5)) * 0.5,
    )
    way = str(rng.choice(list(_WAYS)))
    _WAYS[way](rng, canvas, tubes)
    image = wobble(rng, canvas.image, width * 0.005, width * 0.09)
    title = f"{rng.choice(_WORDS)} no. {int(rng.integers(2, 60))}"
    return Scene(
        "abstract", np.clip(image, 0, 1), title, f"abstract composition: {way}, {palette.words}", (way,)
    )
