"""Printed words: captions, headings and filling text, in the typeface that comes with Pillow."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from scripts.demo_register.noise import Array, as_float, mix

_MAKERS = (
    "J. Halloran", "M. Oduya", "Anna Verbeek", "School of Tolmin", "P. Castellane", "Unknown master",
    "E. Lindqvist", "R. Marchetti", "Sofia Brandt", "Attributed to K. Aldous", "Workshop of Dell'Orto",
    "T. Nakagawa", "Henri Vauquelin", "I. Petrov", "C. Almeida", "Follower of Steen",
)  # fmt: skip
_THINGS = (
    "Landscape with river", "Portrait of a lady", "Still life", "The harbour at evening", "Two figures",
    "Mountains in mist", "Composition No. 4", "Interior", "The orchard", "Study of a head", "Birds and blossom",
    "Village street", "Allegory", "View of a town", "After the storm", "Seated man",
)  # fmt: skip
_MEANS = (
    "Oil on canvas",
    "Ink and colour on paper",
    "Tempera on panel",
    "Oil on board",
    "Mixed media",
    "Gouache",
)
_WORDS = tuple(
    word
    for line in (
        "the work provenance private collection signed lower right label on reverse exhibited literature in good",
        "condition minor retouching acquired by descent previous owner frame later relined compare related version",
        "dated circa formerly attributed sold lot sale gallery estate of a gentleman property",
    )
    for word in line.split()
)


def caption(rng: np.random.Generator, number: int) -> list[str]:
    """Lines under a picture in a catalogue: number and maker, title, material and size, sometimes a price."""
    wide, tall = (int(value) for value in rng.integers(18, 160, 2))
    lines = [
        f"{number}   {rng.choice(_MAKERS)}",
        f"{rng.choice(_THINGS)}, {int(rng.integers(1620, 1985))}",
        f"{rng.choice(_MEANS)}, {tall} x {wide} cm",
    ]
    if rng.random() < 0.6:
        low = int(rng.integers(2, 90)) * 500
        lines.append(f"Estimate {low:,} - {low * 3 // 2:,}")
    return lines


def sentence(rng: np.random.Generator, words: int) -> str:
    """Words as a catalogue strings them together."""
    return " ".join(str(word) for word in rng.choice(_WORDS, words)).capitalize() + "."


def write(
    page: Array, at: tuple[float, float], line: str, height: float, ink: tuple[float, float, float]
) -> None:
    """Print a line onto a page (h, w, 3) in place; `at` is its upper left corner, height its size in pixels."""
    font = ImageFont.load_default(height)
    mask = Image.new("L", (page.shape[1], round(height * 1.6)), 0)
    ImageDraw.Draw(mask).text((at[0], 0), line, fill=255, font=font)
    top = round(at[1])
    rows = slice(max(top, 0), min(top + mask.height, page.shape[0]))
    cover = as_float(np.asarray(mask))[rows.start - top : rows.stop - top] / 255
    if cover.size:
        page[rows] = mix(page[rows], ink, cover * np.float32(0.92))


def paragraph(
    page: Array,
    at: tuple[float, float],
    words: str,
    width: float,
    height: float,
    ink: tuple[float, float, float],
) -> float:
    """Print words in lines no wider than `width` pixels; how far down the page the text ends, pixels."""
    font = ImageFont.load_default(height)
    x, y = at
    line = ""
    for word in [*words.split(), ""]:
        longer = f"{line} {word}".strip()
        if word and font.getlength(longer) <= width:
            line = longer
            continue
        write(page, (x, y), line, height, ink)
        y += height * 1.32
        line = word
    return y
