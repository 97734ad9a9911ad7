"""Holds an index as it is at one moment, while others go on writing and removing: for those who copy it.

Every file of an index is written once and never changed, so a second name for each (a hard link) holds it, costs no
space and takes no time. What was removed before it was held is looked for again, as readers do.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from indexer import files
from indexer.generation import ADVICE, POINTER, pointer, previous, read_manifest
from indexer.vectors.index import IndexUnusable
from indexer.vectors.store import open_shard
from indexer.wanted import WANTED

ATTEMPTS = 20
"""Shards are joined once in an indexing run, so a second attempt nearly always does."""
_SINGLE = (POINTER, WANTED)


@dataclass(frozen=True, slots=True)
class HeldIndex:
    """An index that stays as it is.

    folder      where its files lie, under the names they have in an index
    names       of all files, relative to the folder, in order
    generation  number of the one that is served; None where none was ever published
    """

    folder: Path
    names: tuple[str, ...]
    generation: int | None

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum((self.folder / name).stat().st_size for name in self.names)


@contextmanager
def held_index(index_dir: Path, place: Path) -> Iterator[HeldIndex]:
    """Hold what is served, what an undo needs, and all stored vectors; `place` is a folder for it, gone afterwards.

    It should be on the disk of the index; elsewhere the files are copied. Raises IndexUnusable if the index is
    damaged: what could never be served is not worth keeping.
    """
    try:
        names = _hold(index_dir, place)
        check_index(place)
        found = pointer(place)
        yield HeldIndex(place, names, found[0] if found else None)
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _hold(index_dir: Path, place: Path) -> tuple[str, ...]:
    for _ in range(ATTEMPTS):
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        try:
            names = _names(index_dir)
            for name in names:
                _link(index_dir / name, place / name)
            if _names(index_dir) == names and all(_same(index_dir / one, place / one) for one in _SINGLE):
                return names
        except FileNotFoundError:  # replaced by another file meanwhile
            continue
    raise IndexUnusable(
        f"The index in {index_dir} changes faster than it can be held.",
        "Try again once `artrieve index` is done.",
    )


def _link(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(source, target)
    except FileNotFoundError:
        raise
    except OSError:  # another disk, or one that knows no hard links
        shutil.copyfile(source, target)


def _same(one: Path, other: Path) -> bool:
    return one.exists() == other.exists() and (not one.exists() or one.read_bytes() == other.read_bytes())


def _names(index_dir: Path) -> tuple[str, ...]:
    """The files that make up the index now, in order."""
    places = (pointer(index_dir), previous(index_dir))
    folders = {index_dir / "generations" / str(place[0]) for place in places if place}
    found = [index_dir / name for name in _SINGLE if (index_dir / name).exists()]
    for folder in (*folders, index_dir / "vectors"):
        found += [path for path in folder.rglob("*") if path.is_file()]
    relative = (PurePosixPath(path.relative_to(index_dir)) for path in found)
    return tuple(sorted(str(name) for name in relative if files.TEMPORARY not in str(name)))


def check_index(folder: Path) -> None:
    """Hold every file of an index that nobody writes to against its hash. Raises IndexUnusable."""
    for place in (pointer(folder), previous(folder)):
        if place:
            _check_generation(folder, *place)
    for shard in sorted(folder.glob("vectors/*/*/")):
        open_shard(shard)


def _check_generation(folder: Path, number: int, digest: str) -> None:
    manifest = read_manifest(folder, number, digest)
    try:
        broken = files.broken_seal(folder / "generations" / str(number), manifest["files"])
    except (KeyError, TypeError, AttributeError) as problem:
        raise IndexUnusable(f"The manifest of generation {number} lists no files.", ADVICE) from problem
    if broken:
        raise IndexUnusable(f"Generation {number} is damaged: {broken}.", ADVICE)
