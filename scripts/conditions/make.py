"""A set of queries: photos under each condition, what they show, and what must not be registered.

OUT/<condition>/known-0000.jpg, unknown-0000.jpg ...
OUT/truth.csv     query, registry, kind, source; paths relative to OUT, a row for each work that a query shows
OUT/left_out.csv  photo; every photo that must not be registered
"""

from __future__ import annotations

import csv
import os
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from scripts.conditions.catalogue import CONDITIONS, Condition
from scripts.conditions.sources import Choice, Photo, Progress, choose, find, read, take_known, take_unknown
from scripts.demo_register.noise import Pixels

TRUTH = "truth.csv"
LEFT_OUT = "left_out.csv"
_QUALITY = 95  # what a condition does to a file is done already; this only keeps it
_PARTING, _KNOWN, _UNKNOWN = range(3)  # what random numbers are for


class FolderTaken(ValueError):
    """The folder holds something; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a set is made of: folders, queries of each sort under each condition, the seed."""

    register: Path
    pools: Sequence[Path]
    known: int = 60
    unknown: int = 60
    seed: int = 1
    only: Sequence[str] = ()

    @property
    def conditions(self) -> list[Condition]:
        """The conditions that are made, in the order of CONDITIONS."""
        return [condition for name, condition in CONDITIONS.items() if not self.only or name in self.only]


@dataclass(frozen=True, slots=True)
class Query:
    """A query to be made: its path relative to the set's folder, and the photos it is made from."""

    name: str
    condition: Condition
    sources: Sequence[Photo]
    known: bool
    number: int


def make_set(out: Path, asked: Asked, reading: Progress, making: Progress) -> list[Query]:
    """Make the set. The tables come last: a folder without them is not finished.

    Which photo is made into what depends on the seed and the folders' photos, not on `only`.
    Raises FolderTaken, and TooFewPhotos before anything is written.
    """
    if out.is_dir() and any(out.iterdir()):
        raise FolderTaken(f"{out} is not empty. Name another folder, or empty it first.")
    works = max((condition.works for condition in asked.conditions), default=1)
    most = max(condition.works for condition in CONDITIONS.values()) * asked.unknown
    photos = find([asked.register, *asked.pools], reading)
    choice = choose(photos, works * asked.unknown, most, np.random.default_rng([asked.seed, _PARTING]))
    queries = list(plan(choice, asked))
    for done, query in enumerate(queries, start=1):
        _write(out / query.name, _drawn(query, asked.seed))
        making(done, len(queries))
    _write_tables(out, queries, choice)
    return queries


def plan(choice: Choice, asked: Asked) -> Iterator[Query]:
    """Which query is made from what. Raises TooFewPhotos."""
    for condition in asked.conditions:
        key = zlib.crc32(condition.name.encode())
        for known, count in ((True, asked.known), (False, asked.unknown)):
            rng = np.random.default_rng([asked.seed, _KNOWN if known else _UNKNOWN, key])
            sources = (take_known if known else take_unknown)(choice, count * condition.works, rng)
            for number in range(count):
                shown = sources[number * condition.works : (number + 1) * condition.works]
                word = "known" if known else "unknown"
                yield Query(f"{condition.name}/{word}-{number:04}.jpg", condition, shown, known, number)


def _drawn(query: Query, seed: int) -> Pixels:
    key = zlib.crc32(query.condition.name.encode())
    rng = np.random.default_rng([seed, _KNOWN if query.known else _UNKNOWN, key, query.number + 1])
    pictures = [read(photo.path) for photo in query.sources]
    return query.condition([picture for picture in pictures if picture is not None], rng)


def _write(path: Path, picture: Pixels) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    done, data = cv2.imencode(".jpg", picture[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
    if not done:
        raise ValueError(f"A picture of shape {picture.shape} can't be written as JPEG.")
    path.write_bytes(data.tobytes())


def name_of(photo: Path, out: Path) -> str:
    """A photo's path relative to the set's folder, with slashes."""
    return Path(os.path.relpath(photo.resolve(), out.resolve())).as_posix()


def _write_tables(out: Path, queries: Iterable[Query], choice: Choice) -> None:
    _table(out / LEFT_OUT, ["photo"], ([name_of(photo.path, out)] for photo in choice.left_out))
    rows = (
        [query.name, source if query.known else "", query.condition.name, source]
        for query in queries
        for source in (name_of(photo.path, out) for photo in query.sources)
    )
    _table(out / TRUTH, ["query", "registry", "kind", "source"], rows)


def _table(path: Path, header: list[str], rows: Iterable[list[str]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
