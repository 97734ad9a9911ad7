"""A set of queries: photos under each condition, what they show, and what must not be registered.

OUT/<condition>/known-0000.jpg, unknown-0000.jpg ...
OUT/truth.csv     query, registry, kind, source, decoy_of; paths relative to OUT, a row for each work that a query
                  shows. source: the photo of that work; decoy_of, of decoys alone: the registered photo whose
                  frame, label or wall is shown about it
OUT/left_out.csv  photo; every photo that must not be registered
"""

from __future__ import annotations

import csv
import os
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np

from scripts.conditions.catalogue import CONDITIONS, Condition
from scripts.conditions.sources import (
    Choice,
    Photo,
    Progress,
    choose,
    find,
    read,
    take_known,
    take_surrounding,
    take_unknown,
)
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
    """A query to be made: its path relative to the set's folder, and the photos it is made from.

    sources   photos of the works that it shows
    decoy_of  the registered photo that it shows no more than the surroundings of, where it is a decoy
    """

    name: str
    condition: Condition
    sources: Sequence[Photo]
    known: bool
    number: int
    decoy_of: Photo | None = None

    @property
    def photos(self) -> list[Photo]:
        """All that it is made from, as its condition takes them."""
        return [*self.sources, *([self.decoy_of] if self.decoy_of else [])]


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
    """Which query is made from what; decoys are unknown ones alone. Raises TooFewPhotos."""
    for condition in asked.conditions:
        if condition.surrounds is None:
            yield from _planned(choice, asked, condition, known=True)
            yield from _planned(choice, asked, condition, known=False)
        else:
            rng = _generator(asked.seed, condition, known=True)
            around = take_surrounding(choice, asked.unknown, condition.surrounds, rng)
            for query in _planned(choice, asked, condition, known=False):
                yield replace(query, decoy_of=around[query.number])


def _planned(choice: Choice, asked: Asked, condition: Condition, *, known: bool) -> Iterator[Query]:
    count = asked.known if known else asked.unknown
    rng = _generator(asked.seed, condition, known=known)
    sources = (take_known if known else take_unknown)(choice, count * condition.works, rng)
    word = "known" if known else "unknown"
    for number in range(count):
        shown = sources[number * condition.works : (number + 1) * condition.works]
        yield Query(f"{condition.name}/{word}-{number:04}.jpg", condition, shown, known, number)


def _generator(seed: int, condition: Condition, *more: int, known: bool) -> np.random.Generator:
    """The random numbers of one condition's known or unknown queries: other conditions make no difference to them."""
    key = zlib.crc32(condition.name.encode())
    return np.random.default_rng([seed, _KNOWN if known else _UNKNOWN, key, *more])


def _drawn(query: Query, seed: int) -> Pixels:
    rng = _generator(seed, query.condition, query.number + 1, known=query.known)
    pictures = [read(photo.path) for photo in query.photos]
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
    rows = [
        [query.name, source if query.known else "", query.condition.name, source, decoy_of]
        for query in queries
        for decoy_of in [name_of(query.decoy_of.path, out) if query.decoy_of else ""]
        for source in (name_of(photo.path, out) for photo in query.sources)
    ]
    _table(out / TRUTH, ["query", "registry", "kind", "source", "decoy_of"], rows)


def _table(path: Path, header: list[str], rows: Iterable[list[str]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
