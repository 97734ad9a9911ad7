"""Records that never were, as many as one likes: rows of `objects` and `measurements`, the same for the same seed.

Words are as unevenly spread as in real registers: a few stand in every other record, most in hardly any.
"""

from __future__ import annotations

import datetime as dt
import itertools
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

KINDS: Final = (
    ("paintings", "oil paintings", "oil on canvas", ("height", "width")),
    ("paintings", "Gemälde", "Öl auf Leinwand", ("height", "width")),
    ("paintings", "icons", "tempera and gold leaf on lime wood panel", ("height", "width", "depth")),
    ("paintings", "watercolours", "watercolour on paper", ("height", "width")),
    ("works on paper", "gravures", "eau-forte sur papier", ("height", "width")),
    ("sculpture", "statuettes", "bronze with green patina", ("height",)),
    ("sculpture", "reliefs", "carved limestone, traces of paint", ("height", "width", "depth")),
    ("ceramics", "vases", "fired clay with black slip", ("height", "diameter")),
    ("ceramics", "maiolica", "terracotta smaltata", ("diameter",)),
    ("metalwork", "chalices", "silver, partly gilt", ("height", "weight")),
    ("coins", "gold coins", "struck gold", ("diameter", "weight")),
    ("jewellery", "brooches", "gold, enamel and pearls", ("width", "weight")),
    ("clocks", "Taschenuhren", "Silber, Emailzifferblatt", ("diameter",)),
    ("textiles", "carpets", "wool, hand knotted", ("length", "width")),
    ("manuscripts", "books of hours", "ink and pigments on vellum", ("height", "width")),
    ("arms", "swords", "steel, wire-bound grip", ("length",)),
)
"""General type, special type, materials, dimensions."""
SUBJECTS: Final = (
    "landscape", "river", "horse", "madonna", "child", "saint", "portrait", "lady", "old man", "lemon", "pewter jug",
    "oysters", "flowers", "harbour", "ships", "winter", "mill", "lion", "eagle", "crucifixion", "angel", "shepherd",
    "Bronzepferd", "Blumenstrauss", "Reiter", "Stillleben", "Heilige Familie", "paysage", "nature morte", "cheval",
    "paesaggio", "cavallo", "bodegón", "jinete", "skull", "book", "violin", "castle", "bridge", "market",
)  # fmt: skip
DAMAGE: Final = (
    "old repair in the upper right corner", "small loss at the rim", "crack through the lower left",
    "retouched along the edge", "left handle glued", "worn on the back", "wormholes in the frame", "stain at the top",
)  # fmt: skip
SYLLABLES: Final = (
    "ba", "be", "bri", "cla", "cor", "da", "del", "dor", "el", "fan", "fer", "gal", "gri", "hal", "her", "il",
    "jan", "kar", "kol", "la", "len", "lor", "ma", "mer", "mon", "nar", "nel", "ol", "or", "pa", "per", "qui", "ra",
    "rem", "ros", "sa", "schel", "sen", "sti", "ta", "ter", "tin", "ul", "va", "ver", "vin", "wer", "wil", "zan",
    "zel",
)  # fmt: skip
RARE_WORDS: Final = 120_000
_STATUS: Final = ("stolen",) * 14 + ("missing", "looted", "found", "recovered", "recovered", "withdrawn")
_CM: Final = 10_000  # the register keeps ten-thousandths
_MADE: Final = "2026-01-01 00:00:00.000000"


@dataclass(frozen=True, slots=True)
class Names:
    """Invented words, the frequent ones first."""

    makers: Sequence[str]
    cities: Sequence[str]
    rare: Sequence[str]

    @classmethod
    def made(cls, seed: int, rare: int = RARE_WORDS) -> Names:
        """The names of a seed, with so many different words."""
        chance = random.Random(seed)  # noqa: S311  no secret
        different = dict.fromkeys(_word(chance) for _ in range(4 * rare))
        words = list(itertools.islice(different, rare))
        first, last = words[:400], words[400 : rare // 10]
        makers = [f"{chance.choice(first)} {chance.choice(last)}".title() for _ in range(rare // 3)]
        return cls(makers, [word.title() for word in words[-rare // 60 :]], words)


def _word(chance: random.Random) -> str:
    return "".join(chance.choices(SYLLABLES, k=chance.randint(2, 4))) + chance.choice(
        ("", "n", "s", "t", "er")
    )


def objects(
    count: int, seed: int, names: Names
) -> Iterator[tuple[tuple[object, ...], list[tuple[object, ...]]]]:
    """Each object as a row of `COLUMNS`, and its measurements as rows of `SIZES`."""
    chance = random.Random(seed + 1)  # noqa: S311  no secret
    for number in range(1, count + 1):
        general, special, materials, dimensions = KINDS[_uneven(chance, len(KINDS))]
        subjects = [SUBJECTS[_uneven(chance, len(SUBJECTS))] for _ in range(3)]
        rare = [names.rare[_uneven(chance, len(names.rare))] for _ in range(14)]
        year, lost = chance.randint(1250, 1950), dt.date(1960, 1, 1) + dt.timedelta(chance.randrange(24_000))
        maker = names.makers[_uneven(chance, len(names.makers))] if chance.random() < 0.8 else ""
        city = chance.choice(names.cities)
        row = (
            number, 1, _MADE, _MADE, json.dumps([general, special]), materials,
            f"signed lower left {maker}" if chance.random() < 0.3 else "",
            chance.choice(DAMAGE), f"{subjects[0]} with {subjects[1]}, {rare[0]}".capitalize(),
            f"{subjects[0]}, {subjects[1]} and {subjects[2]} before {rare[1]}", f"about {year}", year - 10, year + 10,
            maker,
            f"A {subjects[0]} stands beside {subjects[2]}; behind it {' '.join(rare[2:8])}. The {rare[8]} was given by "
            f"{rare[9]} in {year + 40} and {chance.choice(DAMAGE)}.",
            f"{chance.choice('ABKMPS')} {chance.randrange(1_000_000)}", f"catalogue of {year + 60}, no. {number % 900}",
            chance.choice(names.cities), "", f"Police of {city}", f"C {number}", lost.isoformat(),
            (lost + dt.timedelta(chance.randrange(30))).isoformat(), f"{city}, {rare[10]}", f"from {rare[11]}",
            chance.choice(_STATUS),
        )  # fmt: skip
        yield row, [(number, at, name, *_size(chance, name)) for at, name in enumerate(dimensions)]


def _size(chance: random.Random, dimension: str) -> tuple[int, str]:
    if dimension == "weight":
        return chance.randrange(20, 20_000) * 1_000, "g"
    return round(chance.lognormvariate(3.5, 0.8) * 10) * _CM // 10 + _CM // 10, "cm"


def _uneven(chance: random.Random, count: int) -> int:
    """An index: the first are far more frequent than the last."""
    return int(count * chance.random() ** 3)


COLUMNS: Final = (
    "id", "version", "created_at", "changed_at", "type_path", "materials", "inscriptions", "distinguishing_features",
    "title", "subject", "date_text", "date_earliest", "date_latest", "maker", "description", "inventory_number",
    "related_written_material", "place_of_origin", "related_objects", "authority", "case_reference", "theft_earliest",
    "theft_latest", "theft_place", "theft_circumstances", "status",
)  # fmt: skip
SIZES: Final = ("object_id", "position", "dimension", "value", "unit")
