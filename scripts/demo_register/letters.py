"""A stroke alphabet, Latin and Greek capitals, so that no font has to be installed."""

from __future__ import annotations

import numpy as np

from scripts.demo_register.canvas import Points, curve, moved, points

# Each letter is a few strokes on a grid 4 wide and 6 high; "xy" per point, strokes apart by ";".
_STROKES = {
    "A": "06 20 46;14 34",
    "B": "00 06 36 45 44 33 03;33 42 41 30 00",
    "C": "41 30 10 01 05 16 36 45",
    "D": "00 06 26 44 42 20 00",
    "E": "40 00 06 46;03 33",
    "F": "40 00 06;03 33",
    "G": "41 30 10 01 05 16 36 45 43 23",
    "H": "00 06;40 46;03 43",
    "I": "20 26",
    "J": "40 45 36 16 05",
    "K": "00 06;40 03 46",
    "L": "00 06 46",
    "M": "06 00 23 40 46",
    "N": "06 00 46 40",
    "O": "10 30 41 45 36 16 05 01 10",
    "P": "06 00 30 41 42 33 03",
    "Q": "10 30 41 45 36 16 05 01 10;24 46",
    "R": "06 00 30 41 42 33 03;23 46",
    "S": "41 30 10 01 02 13 33 44 45 36 16 05",
    "T": "00 40;20 26",
    "U": "00 05 16 36 45 40",
    "V": "00 26 40",
    "W": "00 16 23 36 40",
    "X": "00 46;40 06",
    "Y": "00 23 40;23 26",
    "Z": "00 40 06 46",
    "Γ": "06 00 40",
    "Δ": "06 20 46 06",
    "Θ": "10 30 41 45 36 16 05 01 10;13 33",
    "Λ": "06 20 46",
    "Ξ": "00 40;13 33;06 46",
    "Π": "06 00 40 46",
    "Σ": "40 00 23 06 46",
    "Φ": "20 26;11 31 42 43 34 14 03 02 11",
    "Ψ": "00 02 13 33 42 40;20 26",
    "Ω": "06 16 14 03 01 10 30 41 43 34 36 46",
    "0": "10 30 41 45 36 16 05 01 10",
    "1": "11 20 26",
    "2": "01 10 30 41 42 06 46",
    "3": "00 40 23 33 44 45 36 16 05",
    "4": "36 30 04 44",
    "5": "40 00 03 33 44 45 36 16 05",
    "6": "30 10 01 05 16 36 45 44 33 03",
    "7": "00 40 16",
    "8": "10 30 41 42 33 13 02 01 10;13 04 05 16 36 45 44 33",
    "9": "43 13 02 01 10 30 41 45 36 16",
    "-": "13 33",
    ".": "25 26",
    "·": "23 24",
}
_GREEK_TWINS = dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEZHIKMNOPTYX", strict=True))  # noqa: RUF001
_WIDE, _HIGH = 4.0, 6.0


class Hand:
    """One writer's or die cutter's way of making the letters: no two hands share a shape."""

    def __init__(self, rng: np.random.Generator, unrest: float = 0.3) -> None:
        """`unrest` is how far points of a letter stray, in fifths of its width."""
        self._rng = rng
        self._unrest = unrest
        self._wide = float(rng.uniform(0.7, 1.25))
        self._slant = float(rng.normal(0, 0.16))
        self._shapes: dict[str, list[Points]] = {}

    def glyph(self, letter: str) -> list[Points]:
        """The strokes of a letter, every time with the same shape and a little of the moment's unrest."""
        if letter not in self._shapes:
            self._shapes[letter] = [
                path + self._rng.normal(0, self._unrest, path.shape) for path in _strokes(letter)
            ]
        paths = []
        for shape in self._shapes[letter]:
            path = shape + self._rng.normal(0, self._unrest * 0.35, shape.shape)
            leaning = path[:, 0] * self._wide - self._slant * (path[:, 1] - _HIGH)
            path = np.stack([leaning, path[:, 1]], 1)
            paths.append(curve(path, rounds=2) if len(path) > 2 else path)
        return paths

    def advance(self, letter: str) -> float:
        """How far the next letter starts from this one."""
        return (2.0 if letter in "I.·1 " else _WIDE) * self._wide


def _strokes(letter: str) -> list[Points]:
    strokes = _STROKES.get(_GREEK_TWINS.get(letter, letter), "")
    return [
        points([[float(p[0]), float(p[1])] for p in stroke.split()])
        for stroke in strokes.split(";")
        if stroke
    ]


def text_paths(text: str, height: float, hand: Hand, spacing: float = 1.4) -> tuple[list[Points], float]:
    """Strokes of a line of text with its upper left corner at 0, 0, and its width in pixels."""
    unit = height / _HIGH
    strokes: list[Points] = []
    at = 0.0
    for letter in text:
        strokes += [moved(path, at, 0, unit) for path in hand.glyph(letter)]
        at += unit * (hand.advance(letter) + spacing)
    return strokes, max(at - unit * spacing, 0.0)


def text_on_circle(
    text: str, radius: float, height: float, start: float, sweep: float, hand: Hand
) -> list[Points]:
    """Strokes of a legend that runs clockwise about 0, 0, its feet on the circle.

    `start` is the angle of the first letter's middle and `sweep` the angle to the last one's (radians,
    0 to the right, clockwise as the screen's y points down).
    """
    unit = height / _HIGH
    strokes: list[Points] = []
    for index, letter in enumerate(text):
        angle = start + sweep * index / max(len(text) - 1, 1)
        x, y = radius * np.cos(angle), radius * np.sin(angle)
        turn = float(angle + np.pi / 2)
        placed = [
            moved(path - np.array([_WIDE / 2, _HIGH]), float(x), float(y), unit, turn)
            for path in hand.glyph(letter)
        ]
        strokes += placed
    return strokes
