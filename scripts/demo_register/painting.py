"""Paintings: a scene, painted over with a brush, aged, signed and photographed flat."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from scripts.demo_register import ageing, names
from scripts.demo_register.abstract import abstract
from scripts.demo_register.brush import TOUCHES, Touch, paint_over
from scripts.demo_register.canvas import Canvas, moved
from scripts.demo_register.drawing import Drawing, View
from scripts.demo_register.landscape import landscape
from scripts.demo_register.letters import Hand, text_paths
from scripts.demo_register.night import night
from scripts.demo_register.noise import Array, to_pixels
from scripts.demo_register.palette import PALETTES, Palette, varied
from scripts.demo_register.portrait import portrait
from scripts.demo_register.scenery import Scene
from scripts.demo_register.seascape import seascape
from scripts.demo_register.still_life import still_life

LONG_SIDE = 880
_Painter = Callable[[np.random.Generator, int, int, Palette], Scene]

# Genre: painter, share, shapes (width to height), brush manners (indices of TOUCHES), palettes left out.
_GENRES: dict[str, tuple[_Painter, float, tuple[float, ...], tuple[int, ...], tuple[str, ...]]] = {
    "landscape": (landscape, 0.28, (1.25, 1.4, 1.55, 0.82, 1.0), (1, 2, 3, 4, 5), ()),
    "seascape": (seascape, 0.17, (1.3, 1.5, 1.7, 1.1), (1, 2, 3, 5), ("autumn", "moor", "spring")),
    "still life": (still_life, 0.18, (0.8, 1.0, 1.25, 0.75), (0, 1, 2, 4), ("winter",)),
    "portrait": (portrait, 0.15, (0.8, 0.76, 0.85), (0, 0, 1, 2), ("fauve", "winter")),
    "abstract": (abstract, 0.12, (1.0, 0.8, 1.35, 0.7), (1, 2, 4), ("umber", "storm")),
    "night scene": (night, 0.10, (1.3, 1.5, 0.85), (1, 2, 3, 5), ()),
}
_GENRE_NAMES = tuple(_GENRES)
_SHARES = np.array([entry[1] for entry in _GENRES.values()])


def _sign(rng: np.random.Generator, image: Array, name: str, dark: bool) -> tuple[Array, str]:
    """Sign the picture in a lower corner; the picture and the words for the record."""
    height, width = image.shape[:2]
    size = max(min(width, height) * float(rng.uniform(0.014, 0.022)), 9.0)
    text = names.monogram(name)
    strokes, wide = text_paths(text, size, Hand(rng, 0.45), float(rng.uniform(0.6, 1.6)))
    right = rng.random() < 0.7
    x = width - wide - size * 1.6 if right else size * 1.6
    y = height - size * float(rng.uniform(2.2, 3.2))
    canvas = Canvas(width, height, image)
    ink = (0.85, 0.76, 0.5) if dark else (0.16, 0.08, 0.05)
    for stroke in strokes:
        canvas.line(moved(stroke, x, y), ink, max(size * float(rng.uniform(0.09, 0.16)), 1.3), 0.85)
    return canvas.image, f'signed lower {"right" if right else "left"} "{text}"'


def _age(rng: np.random.Generator, image: Array, old: float, panel: bool) -> tuple[Array, list[str]]:
    """Let `old` (0 new .. 1 centuries) pass over the paint; what can be seen of it, in words."""
    long_side = max(image.shape[:2])
    words: list[str] = []
    if not panel:
        image = ageing.weave(rng, image, float(rng.uniform(3.2, 5.0)), 0.10 * (1.1 - old))
    if old > 0.3 and rng.random() < 0.85:
        size = long_side * float(rng.uniform(0.012, 0.035))
        image = ageing.craquelure(rng, image, size, old * float(rng.uniform(0.35, 0.85)))
        words.append("craquelure overall" if size < long_side * 0.022 else "wide-meshed craquelure")
    if old > 0.35:
        image = ageing.varnish(rng, image, old * float(rng.uniform(0.15, 0.6)))
        words.append("yellowed varnish")
    if old > 0.4 and rng.random() < 0.5:
        image, places = ageing.losses(
            rng, image, int(rng.integers(1, 4)), (0.82, 0.76, 0.64), long_side * 0.008
        )
        words.append(f"small paint losses {' and '.join(dict.fromkeys(places))}")
    return image, words


def _touch(rng: np.random.Generator, manners: tuple[int, ...]) -> Touch:
    return TOUCHES[int(rng.choice(manners))]


def paint(rng: np.random.Generator) -> Drawing:
    """An invented painting."""
    genre = _GENRE_NAMES[int(rng.choice(len(_GENRE_NAMES), p=_SHARES / _SHARES.sum()))]
    painter, _, shapes, manners, unfit = _GENRES[genre]
    ratio = float(rng.choice(shapes)) * float(rng.uniform(0.95, 1.05))
    width, height = (
        (LONG_SIDE, round(LONG_SIDE / ratio)) if ratio >= 1 else (round(LONG_SIDE * ratio), LONG_SIDE)
    )
    palettes = [palette for palette in PALETTES if palette.name not in unfit]
    palette = varied(rng, palettes[int(rng.integers(0, len(palettes)))])
    scene = painter(rng, width, height, palette)
    touch = _touch(rng, manners)
    image = paint_over(rng, scene.image, touch)
    old_master = touch.name.startswith(("smooth", "small")) and genre != "abstract"
    year = int(
        rng.integers(1620, 1850)
        if old_master
        else rng.integers(1905, 1975)
        if genre == "abstract"
        else rng.integers(1850, 1935)
    )
    panel = old_master and bool(rng.random() < 0.35)
    name = names.person(rng)
    signature = ""
    if rng.random() < 0.75:
        corner = image[-height // 10 :].mean()
        image, signature = _sign(rng, image, name, bool(corner < 0.42))
    old = float(np.clip((1960 - year) / 300, 0, 1) * rng.uniform(0.7, 1.2))
    image, wear = _age(rng, image, old, panel)
    support = "panel" if panel else "canvas"
    manner = f"painted with {touch.name}"
    return Drawing(
        "painting",
        ("paintings", "oil paintings", genre),
        scene.title,
        scene.subject,
        f"oil on {support}",
        f"{scene.subject[0].upper()}{scene.subject[1:]}; {manner}.",
        "; ".join([manner, *wear]),
        signature,
        name if signature or rng.random() < 0.7 else f"{names.land(rng).removeprefix('the ')} school",
        names.land(rng),
        (year - int(rng.integers(0, 6)), year),
        (float(width), float(height)),
        (View("overall", to_pixels(image)),),
    )
