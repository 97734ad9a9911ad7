"""A set of searches for solid objects, from photos of which it is known which object they show.

usage: python -m scripts.fit_probability.solids TABLE PHOTOS OUT [--below FOLDER]

TABLE has the columns photo (relative to PHOTOS) and object, as scripts/train_descriptor/same.csv. Photos of an object
are dealt out by chance: some are registered, others are searched. Objects behind a `?` may be one or several. Of these
every second one is registered beside, as what resembles and is not asked for; the others are searched, and show nothing
registered. A doubtful object that shares a word with a sure one is left out: it may be the same.

OUT has a folder `register`, a folder `queries` and `truth.csv`, for

    artrieve evaluate --register OUT/register --distractors POOL --truth OUT/truth.csv --results OUT/results.jsonl
"""

from __future__ import annotations

import argparse
import csv
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from scripts.train_descriptor.pictures import DOUBTFUL, read_same

REGISTERED, SEARCHED = 4, 12
"""Photos of each object, at most. Some were photographed a hundred times, and shall not outweigh the others."""
SEED = 5
KIND = "solid"


def main(arguments: list[str] | None = None) -> int:
    """Write the set; the exit status."""
    given = _parser().parse_args(arguments)
    try:
        made = write(given.table, given.photos, given.out, given.below)
    except (OSError, KeyError, ValueError) as problem:
        sys.stderr.write(f"solids: {problem}\n")
        return 2
    sys.stdout.write(f"{made} searches in {given.out}\n")
    return 0


def write(table: Path, photos: Path, out: Path, below: str = "") -> int:
    """How many searches were written. Raises FileExistsError where the folder is there, ValueError for a poor table."""
    objects = _objects(table, below)
    sure = {name: of for name, of in objects.items() if not name.startswith(DOUBTFUL) and len(of) > 1}
    words = {word for name in sure for word in name.split("-")}
    others = [
        name
        for name in sorted(objects)
        if name.startswith(DOUBTFUL) and words.isdisjoint(name.removeprefix(DOUBTFUL).split("-"))
    ]
    if not sure or len(others) < 2:
        raise ValueError(f"{table} names no object of several photos for sure, or fewer than two others")
    out.mkdir(parents=True)
    rows = [row for name in sorted(sure) for row in _asked_for(photos, out, sure[name])]
    for name in others[::2]:
        _copied(photos, out / "register", objects[name][:SEARCHED])
    rows += [row for name in others[1::2] for row in _not_registered(photos, out, objects[name][:SEARCHED])]
    with (out / "truth.csv").open("w", newline="", encoding="utf-8") as lines:
        told = csv.writer(lines)
        told.writerow(("query", "registry", "kind", "source"))
        told.writerows(rows)
    return len({row[0] for row in rows})


def _objects(table: Path, below: str) -> Mapping[str, list[str]]:
    """The photos of each object, in an order that is chance and always the same."""
    found: dict[str, list[str]] = {}
    for photo, name in read_same(table).items():
        if photo.startswith(below):
            found.setdefault(name, []).append(photo)
    rng = np.random.default_rng(SEED)
    return {name: rng.permutation(sorted(found[name])).tolist() for name in sorted(found)}


def _asked_for(photos: Path, out: Path, of_object: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """A row for each photo that is searched and each that is registered; one of each object is always searched."""
    registered = of_object[: min(REGISTERED, len(of_object) - 1)]
    searched = of_object[len(registered) : len(registered) + SEARCHED]
    known = _copied(photos, out / "register", registered)
    for query in _copied(photos, out / "queries", searched):
        for each in known:
            yield _below(query, out), _below(each, out), KIND, _below(known[0], out)


def _not_registered(photos: Path, out: Path, of_object: Sequence[str]) -> Iterator[tuple[str, ...]]:
    queries = _copied(photos, out / "queries", of_object)
    for query in queries:
        yield _below(query, out), "", KIND, _below(queries[0], out)


def _copied(photos: Path, folder: Path, names: Sequence[str]) -> list[Path]:
    folder.mkdir(exist_ok=True)
    return [Path(shutil.copyfile(photos / name, folder / name.replace("/", "-"))) for name in names]


def _below(path: Path, folder: Path) -> str:
    return path.relative_to(folder).as_posix()


def _parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(
        prog="python -m scripts.fit_probability.solids",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    made.add_argument("table", type=Path)
    made.add_argument("photos", type=Path)
    made.add_argument("out", type=Path)
    made.add_argument("--below", default="", metavar="FOLDER", help="only photos of this folder of PHOTOS")
    return made


if __name__ == "__main__":
    sys.exit(main())
