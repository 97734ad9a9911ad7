"""Lists of invented objects, every field filled."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from pathlib import Path

_WORDS = [
    "amphora", "bronze", "horse", "gilt", "frame", "oak", "panel", "signed", "lower", "left", "blue", "vase",
    "saint", "icon", "silver", "cup", "chalice", "repair", "loss", "crack", "corner", "lemon", "jug", "heron",
    "walnut", "ledge", "wax", "seal", "pewter", "portrait", "river", "winter", "carpet", "clock", "dagger",
]  # fmt: skip


def write_list(path: Path, rows: int, *, edition: int) -> None:
    """A CSV file of this many rows. Another edition tells of the same objects, each with another description."""
    with path.open("w", encoding="utf-8", newline="") as file:
        first, *rest = _rows(rows, edition)
        lines = csv.DictWriter(file, list(first))
        lines.writeheader()
        lines.writerows([first, *rest])


def _rows(count: int, edition: int) -> Iterator[dict[str, str]]:
    chance, other = random.Random(7), random.Random(edition)  # noqa: S311 - the same list each time

    def words(number: int, source: random.Random = chance) -> str:
        return " ".join(source.choice(_WORDS) for _ in range(number))

    for number in range(count):
        yield {
            "record_id": f"R-{number}",
            "type": "paintings > oil paintings > still lifes",
            "title": words(5),
            "maker": words(2),
            "materials": words(6),
            "height": f"{chance.randint(20, 400) / 2} cm",
            "width": f"{chance.randint(20, 400) / 2} cm",
            "inscriptions": words(8),
            "distinguishing_features": words(15),
            "subject": words(8),
            "date": str(chance.randint(1500, 1900)),
            "description": words(40, other),
            "inventory_number": f"K {number}",
            "place_of_origin": words(1),
            "date_documented": "2021-03-09",
            "authority": "Police of Veldermond",
            "case_reference": f"2024-{number}",
            "theft_date": "2024-11-02/2024-11-04",
            "theft_place": words(2),
            "circumstances": words(20),
            "status": "stolen",
        }
