"""Icons: tempera and gold on a panel, with haloes, punched borders and letters in red."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from scripts.demo_register import ageing, names
from scripts.demo_register.canvas import Canvas, curve, ellipse, moved, points
from scripts.demo_register.drawing import Drawing, View
from scripts.demo_register.icon_scenes import hermit, mother, row_of_saints, saint
from scripts.demo_register.letters import Hand, text_paths
from scripts.demo_register.noise import fractal, grid, mix, relief, smoothstep, to_pixels
from scripts.demo_register.palette import near, rgb, shifted

_SYLLABLES = ("ΑΓ", "ΘΕ", "ΟΔ", "ΜΑ", "ΝΙΚ", "ΣΤΕ", "ΦΑ", "ΛΟΥ", "ΠΡΟ", "ΚΑ", "ΡΙ", "ΩΝ", "ΙΟΣ", "ΗΛ", "ΞΕ")  # noqa: RUF001


def _letters(rng: np.random.Generator, canvas: Canvas, x: float, y: float, height: float) -> str:
    """A short name in red beside a halo; the letters."""
    text = "".join(str(part) for part in rng.choice(_SYLLABLES, int(rng.integers(2, 4))))
    strokes, wide = text_paths(text, height, Hand(rng, 0.22))
    for stroke in strokes:
        canvas.line(moved(stroke, x - wide / 2, y), rgb("8a1a14"), max(height * 0.15, 2))
    return text


_COMPOSITIONS: tuple[
    Callable[[np.random.Generator, Canvas, tuple[float, float, float, float]], tuple[str, str]], ...
] = (saint, saint, mother, row_of_saints, hermit)


def _gold(
    rng: np.random.Generator, canvas: Canvas, box: tuple[float, float, float, float], edge: float
) -> str:
    """The gold ground in leaves, the raised border and its punched or painted ornament."""
    shape = (canvas.height, canvas.width)
    gold = near(rng, rgb(str(rng.choice(["d8a63c", "c8923a", "e2b85a", "b8863a"]))), 0.06)
    cloud = fractal(rng, shape, canvas.width * 0.3, 6, 0.6)
    canvas.image[:] = mix(shifted(gold, value=0.66), shifted(gold, value=1.16), cloud)
    y, x = grid(shape)
    leaf = canvas.width / float(rng.uniform(4, 7))
    seams = np.maximum(
        smoothstep(0.985, 1.0, np.cos((x + cloud * 14) * 2 * np.pi / leaf)),
        smoothstep(0.985, 1.0, np.cos((y + cloud * 14) * 2 * np.pi / leaf)),
    )
    canvas.image[:] = mix(canvas.image, shifted(gold, 0, 1.1, 0.45), seams * 0.45)
    bole = smoothstep(0.63, 0.75, fractal(rng, shape, canvas.width * 0.16, 6, 0.65))
    canvas.image[:] = mix(canvas.image, rgb("8a3a1e"), bole * 0.55)
    x0, y0, x1, y1 = box
    frame = points([[x0, y0], [x1, y0], [x1, y1], [x0, y1]])
    kind = str(rng.choice(["punched", "painted", "scrolled"]))
    if kind == "painted":
        colour = near(rng, rgb(str(rng.choice(["7a1f1c", "2a4a3a", "1f3048", "8a5a24"]))), 0.1)
        outer = points([[0, 0], [canvas.width, 0], [canvas.width, canvas.height], [0, canvas.height]])
        window = (slice(0, canvas.height), slice(0, canvas.width))
        canvas.lay(window, canvas.mask([outer, frame], window) * np.float32(0.85), colour)
    pitch, petals = edge * float(rng.uniform(0.45, 0.95)), int(rng.integers(3, 7))
    for length, upright in ((canvas.width, False), (canvas.height, True)):
        for along in np.arange(edge * 0.5, length, pitch):
            for across in (edge * 0.5, (canvas.width if upright else canvas.height) - edge * 0.5):
                px, py = (across, along) if upright else (along, across)
                if kind == "scrolled":
                    t = np.linspace(0, 5, 16) + along
                    reach = np.linspace(edge * 0.34, edge * 0.05, 16)
                    canvas.line(
                        np.stack([px + np.cos(t) * reach, py + np.sin(t) * reach], 1), rgb("5f3d10"), 2
                    )
                for a in np.arange(petals) * 2 * np.pi / petals + (along if kind == "punched" else 0):
                    dot = ellipse(
                        px + np.cos(a) * edge * 0.16,
                        py + np.sin(a) * edge * 0.16,
                        edge * 0.06,
                        edge * 0.05,
                        a,
                        8,
                    )
                    canvas.fill(dot + 1, rgb("fff0b8"), 0.8)
                    canvas.fill(dot, rgb("d8a84a") if kind == "painted" else rgb("5a3a10"))
    for grow, colour, line in (
        (0.0, rgb("3a200c"), 5.0),
        (3.0, rgb("f0d890"), 2.0),
        (-5.0, rgb("8a1a14"), 3.0),
    ):
        ring = points(
            [
                [x0 - grow, y0 - grow],
                [x1 + grow, y0 - grow],
                [x1 + grow, y1 + grow],
                [x0 - grow, y1 + grow],
                [x0 - grow, y0 - grow],
            ]
        )
        canvas.line(ring, colour, line)
    return kind


def icon(rng: np.random.Generator) -> Drawing:
    """An invented icon."""
    height = 860
    width = int(height * float(rng.uniform(0.7, 0.86)))
    canvas = Canvas(width, height)
    edge = width * float(rng.uniform(0.07, 0.115))
    box = (edge, edge, width - edge, height - edge)
    border = _gold(rng, canvas, box, edge)
    ground = canvas.image.copy()
    compose = _COMPOSITIONS[int(rng.integers(0, len(_COMPOSITIONS)))]
    subject, title = compose(rng, canvas, box)
    inside = np.zeros((height, width), np.float32)
    inside[int(edge) + 2 : int(height - edge) - 2, int(edge) + 2 : int(width - edge) - 2] = 1
    canvas.image[:] = mix(ground, canvas.image, inside)
    high, low = (0.075, 0.09) if "standing" in subject else (0.13, 0.2)
    size = width * (0.028 if "standing" in subject else 0.036)
    name = [
        _letters(rng, canvas, width * at, edge + height * float(rng.uniform(high, low)) - size * 2.4, size)
        for at in (0.27, 0.73)
    ]
    grain = fractal(rng, (height, width), (height * 0.5, 5.0), 4)
    image = (
        canvas.image
        * relief(grain, 0.10)[:, :, None]
        * (0.93 + 0.14 * fractal(rng, (height, width), 12.0, 4))[:, :, None]
    )
    image = ageing.craquelure(
        rng, image, width * float(rng.uniform(0.014, 0.035)), float(rng.uniform(0.35, 0.8))
    )
    image = ageing.varnish(rng, image, float(rng.uniform(0.2, 0.7)))
    image, places = ageing.losses(rng, image, int(rng.integers(2, 7)), (0.84, 0.79, 0.68), width * 0.012)
    old = Canvas(width, height, image)
    words = [f"losses to the gesso {' and '.join(list(dict.fromkeys(places))[:3])}"]
    if rng.random() < 0.55:  # a shrinkage crack of the panel
        at = width * float(rng.uniform(0.2, 0.8))
        path = curve(
            np.stack(
                [
                    at + rng.normal(0, 2.5, 14).cumsum(),
                    np.linspace(0, height * float(rng.uniform(0.35, 1.0)), 14),
                ],
                1,
            )
        )
        old.taper(path, rgb("140c08"), 4, 1.5, 0.9)
        old.taper(moved(path, 3, 0), rgb("e8d8b0"), 1.6, 1, 0.5)
        words.append("vertical crack in the panel")
    for _ in range(int(rng.integers(0, 26))):
        wx, wy = rng.uniform(0, width), rng.uniform(0, height)
        old.fill(ellipse(wx, wy, 2.2, 2.2, 0, 10), rgb("1a100a"))
    year = int(rng.integers(1380, 1830))
    school = f"workshop in {names.town(rng)}"
    return Drawing(
        "icon",
        ("religious objects", "icons", "panel icons"),
        title,
        subject,
        "egg tempera and gold leaf on wood panel",
        f"Icon of {subject} on a gold ground with a {border} border.",
        "; ".join(words),
        f"in red beside the haloes: {' '.join(name)}",
        school,
        names.land(rng),
        (year, year + int(rng.integers(10, 60))),
        (float(width), float(height)),
        (View("overall", to_pixels(old.image)),),
    )
