"""What is measured with: photos to register, photos to search, and what each of those shows."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

import cv2
import numpy as np

from models.pixels import Pixels, decode, encode
from scripts.demo_register import Kind, draw_object, other_photo, unregistered_object
from service.evaluation import named_photos

SIDE = 1000
"""Longest side, pixels, of the photos whose indexing is timed."""


@dataclass(frozen=True, slots=True)
class Query:
    """A photo to search, and the names of the registered photos that show the same; none: nothing registered."""

    path: Path
    shows: frozenset[str]


@dataclass(frozen=True, slots=True)
class Material:
    """Photos by name. `timed` is the part of `registered` that is brought to SIDE to time indexing."""

    what: str
    registered: Mapping[str, Path]
    timed: Sequence[str]
    queries: Sequence[Query]


def real_material(photos: Path) -> Material:
    """The paintings with truth and the whole pool beside them."""
    base = photos / "paintings"
    shown: dict[str, set[str]] = {}
    with (base / "truth.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            if row["kind"] == "photo":
                shown.setdefault(row["query"], set()).update(filter(None, [row["registry"]]))
    registered = named_photos([base / "registry", photos / "pool"], base, list(shown))
    return Material(
        what="real photos: paintings and pool",
        registered=registered,
        timed=[name for name in registered if name.startswith("registry/")],
        queries=[Query(base / name, frozenset(truth)) for name, truth in shown.items()],
    )


def drawn_material(folder: Path, count: int = 240, seed: int = 7) -> Material:
    """Drawn objects, for whoever has no real photos; every eighth has a photo by somebody else."""
    registered: dict[str, Path] = {}
    queries: list[Query] = []
    for index in range(count):
        view = draw_object(seed, index).views[0]
        name = f"{index:04}.jpg"
        registered[name] = _write(folder / "registered" / name, view.pixels)
        if index % 8 == 0:
            rng = np.random.default_rng([seed, index])
            again = other_photo(view.pixels, rng, hardness=0.6, cover=view.cover)
            queries.append(Query(_write(folder / "queries" / name, again), frozenset([name])))
    for number, kind in enumerate(get_args(Kind)):
        view = unregistered_object(seed, number, kind).views[0]
        rng = np.random.default_rng([seed, count + number])
        again = other_photo(view.pixels, rng, hardness=0.6, cover=view.cover)
        queries.append(Query(_write(folder / "queries" / f"unknown-{kind}.jpg", again), frozenset()))
    return Material("drawn objects (no real photos here)", registered, list(registered), queries)


def at_timed_size(material: Material, folder: Path) -> list[Path]:
    """The timed photos as JPEGs of SIDE px, written to a folder."""
    return [
        _write(folder / f"{number:05}.jpg", _to_side(decode(material.registered[name].read_bytes())))
        for number, name in enumerate(material.timed)
    ]


def _to_side(picture: Pixels) -> Pixels:
    height, width = picture.shape[:2]
    factor = SIDE / max(height, width)
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    method = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(picture, size, interpolation=method), np.uint8)


def _write(path: Path, picture: Pixels) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(encode(picture, quality=90))
    return path
