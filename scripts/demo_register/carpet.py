"""Carpets: knots in a few dyes, mirrored fields, borders, fringes, worn pile."""

from __future__ import annotations

import cv2
import numpy as np

from scripts.demo_register import carpet_motifs, names
from scripts.demo_register.canvas import Canvas, Colour, curve, moved, points
from scripts.demo_register.drawing import Drawing, View
from scripts.demo_register.noise import (
    Array,
    as_float,
    blur,
    displace,
    fractal,
    grid,
    mix,
    smoothstep,
    to_pixels,
    value_noise,
)
from scripts.demo_register.palette import near, rgb, shifted

_DYES = (
    ("madder red and indigo", "8f2a26 20335a e6d6b0 c48a3c 4a6a5a 16181f d9a08a 6a8aa8"),
    ("indigo and ivory", "1f3560 e8dcc0 8a2c2a c89a4c 3f6a74 121a2c b8c4c8 9a6a3c"),
    ("ivory and rose", "e4d8bc b06a64 3f5a74 8a9a6a c8a060 3a2a26 d8b0a4 6a7a94"),
    ("walnut and saffron", "6a4a2c d8a23c 2a2420 b85a2c e8d8b0 4a5a3c 8a6a40 c87a50"),
    ("aubergine and green", "4a2436 6a8a5a e0cfa4 b84a3c c8a04c 1c1a20 8fa888 a86a7a"),
    ("camel and turquoise", "c0976a 2f8a8c 6a2a24 efe2c4 2a3a4a d8b45c 94b8ac 3a2a20"),
    ("crimson and gold", "7a1422 d8a440 1c2a44 ecdcb4 a83a2c 3a5a4c f0c878 2a1a1a"),
    ("charcoal and brick", "2e2c30 b0502f d8c8a4 5f7a84 c8923c 1a1a1c 8a8a84 7a2c24"),
)
_LAYOUTS = {
    "central medallion": carpet_motifs.medallion,
    "rows of guls": carpet_motifs.guls,
    "prayer niche": carpet_motifs.niche,
    "garden compartments": carpet_motifs.compartments,
    "star lattice": carpet_motifs.lattice,
    "stepped lozenges": carpet_motifs.lozenges,
}


def _knots(rng: np.random.Generator, layout: str, dyes: list[Colour], across: int, along: int) -> Array:
    """The design in knots: (along, across, 3), each knot one dye."""
    detail = 3
    width, height = across * detail, along * detail
    canvas = Canvas(width, height, dyes[0])
    band = width * float(rng.uniform(0.13, 0.19))
    carpet_motifs.border(rng, canvas, band, dyes)
    inner = (band, band, width - band, height - band)
    field = Canvas(int(inner[2] - inner[0]), int(inner[3] - inner[1]), dyes[int(rng.integers(0, 3))])
    _LAYOUTS[layout](rng, field, dyes)
    x0, y0 = int(inner[0]), int(inner[1])
    canvas.image[y0 : y0 + field.height, x0 : x0 + field.width] = field.image
    small = as_float(cv2.resize(canvas.image, (across, along), interpolation=cv2.INTER_AREA))
    table = as_float(dyes)
    far = ((small[:, :, None, :] - table[None, None]) ** 2).sum(axis=3)
    return as_float(np.argmin(far, axis=2))


def _wool(rng: np.random.Generator, knots: Array, dyes: list[Colour], width: int, height: int) -> Array:
    """Knots as pile: every row dyed a little differently, every knot a tuft, worn in places."""
    along, across = knots.shape
    table = as_float(dyes)
    rows = np.cumsum(rng.normal(0, 0.012, along))
    rows = rows - np.linspace(rows[0], rows[-1], along)
    bath = (value_noise(rng, (along, 4), (along / 9, 4.0))[:, :1] - 0.5) * 0.22 + rows[:, None]
    colours = table[knots.astype(np.intp)] * (1 + bath + rng.normal(0, 0.045, (along, across)))[:, :, None]
    shape = (height, width)
    y, x = grid(shape)
    sway = (fractal(rng, shape, height * 0.35, 3) - 0.5) * np.float32(width * 0.018)
    sag = (fractal(rng, shape, height * 0.35, 3) - 0.5) * np.float32(height * 0.012)
    v = np.clip((y + sag) / height * along, 0, along - 1e-3)
    u = np.clip((x + sway) / width * across, 0, across - 1e-3)
    pile = colours[v.astype(np.intp), u.astype(np.intp)]
    tuft = 1 - 0.30 * ((v % 1 - 0.5) ** 2 + (u % 1 - 0.5) ** 2) * 2
    fibre = value_noise(rng, shape, (2.2, 1.4)) * 0.26 + fractal(rng, shape, width * 0.12, 5) * 0.24 + 0.72
    image = as_float(pile) * (tuft * fibre)[:, :, None]
    bald = smoothstep(0.66, 0.86, fractal(rng, shape, width * 0.3, 5)) * np.float32(rng.uniform(0.1, 0.7))
    image = mix(image, mix(image, (0.72, 0.64, 0.5), 0.6), as_float(bald))
    return as_float(image * mix((1, 1, 1), (1.0, 0.97, 0.88), 0.7))


def _fringe(
    rng: np.random.Generator, canvas: Canvas, left: float, right: float, y: float, reach: float
) -> None:
    wool = near(rng, rgb("e2d6b8"), 0.06)
    for x in np.arange(left + 1, right, 3.4):
        far = reach * float(rng.uniform(0.6, 1.0))
        path = curve([[x, y], [x + rng.normal(0, 2), y + far * 0.5], [x + rng.normal(0, 5), y + far]])
        canvas.taper(moved(path, 2, 1.5), (0.05, 0.04, 0.04), 2.6, 1.2, 0.35)
        canvas.taper(path, near(rng, wool, 0.1), 3.0, 1.2)


def carpet(rng: np.random.Generator) -> Drawing:
    """An invented carpet, laid out flat and seen from above."""
    layout = str(rng.choice(list(_LAYOUTS)))
    words, codes = _DYES[int(rng.integers(0, len(_DYES)))]
    dyes = [near(rng, rgb(code), 0.08) for code in codes.split()]
    head = dyes[:3]
    order = rng.permutation(3)
    dyes = [head[int(i)] for i in order] + dyes[3:]
    ratio = float(rng.uniform(1.25, 1.85))
    across = int(rng.integers(110, 170))
    along = int(across * ratio)
    height = int(760 * float(rng.uniform(0.92, 1.05)))
    width = int(height / ratio)
    knots = _knots(rng, layout, dyes, across, along)
    for _ in range(int(rng.integers(20, 80))):  # a weaver's slips
        row, column = int(rng.integers(0, along - 3)), int(rng.integers(0, across - 4))
        knots[row : row + int(rng.integers(1, 3)), column : column + int(rng.integers(1, 4))] = int(
            rng.integers(0, len(dyes))
        )
    pile = _wool(rng, knots, dyes, width, height)
    margin, reach = int(height * 0.075), height * float(rng.uniform(0.03, 0.055))
    full = Canvas(width + 2 * margin, height + 2 * margin)
    floor = near(
        rng, rgb(str(rng.choice(["d8d4cc", "a8a49c", "c4b8a4", "6a6a6c", "8a7a68", "e6e2da"]))), 0.05
    )
    shape = (full.height, full.width)
    full.image[:] = mix(
        shifted(floor, value=0.88), shifted(floor, value=1.06), fractal(rng, shape, full.width * 0.5, 4)
    )
    cover = np.zeros(shape, np.float32)
    cover[margin : margin + height, margin : margin + width] = 1
    push = (fractal(rng, shape, full.width * 0.4, 3) - 0.5) * np.float32(width * 0.03)
    shade = blur(np.roll(cover, (7, 5), (0, 1)), 6.0)
    full.image[:] = mix(full.image, (0.03, 0.03, 0.03), shade * 0.55)
    _fringe(rng, full, margin, margin + width, margin + height - 2, reach)
    flipped = Canvas(full.width, full.height, full.image[::-1].copy())
    _fringe(rng, flipped, margin, margin + width, margin + height - 2, reach)
    full.image[:] = flipped.image[::-1]
    sheet = full.image.copy()
    sheet[margin : margin + height, margin : margin + width] = pile
    image = mix(full.image, sheet, blur(cover, 0.8))
    full = Canvas(full.width, full.height, image)
    for side in (margin, margin + width):  # overcast selvedges
        full.line(points([[side, margin], [side, margin + height]]), shifted(dyes[0], value=0.6), 4)
    image = displace(full.image, push * 0.3, push)
    edge = int(reach)  # the fringes belong to it
    cover[margin - edge : margin + height + edge, margin : margin + width] = 1
    cover = displace(cover, push * 0.3, push)
    motif = {"prayer niche": "a niche with a hanging lamp"}.get(layout, layout)
    size = str(rng.choice(["wool on wool", "wool on cotton", "wool with some silk"]))
    wear = str(
        rng.choice(
            ["evenly worn pile", "low pile with bare patches", "good pile", "moth damage along one side"]
        )
    )
    return Drawing(
        "carpet",
        ("textiles", "carpets", "prayer carpets" if layout == "prayer niche" else "pile carpets"),
        f"{'Prayer carpet' if layout == 'prayer niche' else 'Carpet'} in {words}",
        motif,
        f"{size}, knotted",
        f"Knotted carpet with {motif} in {words}, wide main border between guard stripes, fringes at both ends.",
        f"{wear}; colour changes in bands across the field (abrash)",
        "",
        "village workshop" if rng.random() < 0.5 else "town workshop",
        names.land(rng),
        (int(rng.integers(1780, 1850)), int(rng.integers(1860, 1930))),
        (float(width), float(height)),
        (View("overall", to_pixels(image), cover),),
    )
