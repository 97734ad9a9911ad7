"""The vector store: what embedding found in each photo, kept so that an index is rebuilt without embedding again.

A shard is a folder of plain arrays for up to a few dozen photos, written once and never changed:

    vectors/<id of the sight>/<shard>/  local.npy geometry.npy codes.npy whole.npy photos.npy  shard.json

The codes of local descriptors lie here and nowhere else: generations and live segments are filled from them.
"""

import hashlib
import json
import threading
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from indexer import files
from indexer.embed import PhotoVectors, unpack
from indexer.vectors.index import IndexUnusable
from models.keypoints import Keypoints

CARD = "shard.json"
SEARCHED = ("local", "geometry")
NAMES = ("local", "geometry", "codes", "whole", "photos")
EACH = ("whole", "photos")
"""Arrays with one row for a photo; the others have one for a keypoint."""
SMALL, LARGE = 1024, 2048
"""Shards of fewer photos are joined, into shards of at most this many."""
MAPPED_BYTES = 2 << 20
ADVICE = "Run `artrieve index`: the photos of this shard are embedded again."


@dataclass(frozen=True, slots=True)
class Shard:
    """One shard. `photos` is int32 (p, 3): first keypoint, width, height.

    Large arrays are mapped into memory, which keeps a file open each; small ones are read.
    """

    folder: Path
    keys: tuple[str, ...]
    failed: Mapping[str, str]
    photos: npt.NDArray[np.int32]
    _arrays: dict[str, npt.NDArray[Any]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The folder's name."""
        return self.folder.name

    def row(self, at: int) -> PhotoVectors:
        """What is kept of the photo at a place in the shard."""
        rows = self.rows(at)
        _, width, height = self.photos[at].tolist()
        return PhotoVectors(
            key=self.keys[at],
            geometry=self.array("geometry")[rows],
            local=self.array("local")[rows],
            codes=self.array("codes")[rows],
            whole=self.array("whole")[at],
            width=width,
            height=height,
        )

    def keypoints(self, at: int) -> Keypoints:
        """The keypoints of the photo at a place in the shard: all that searching reads."""
        rows = self.rows(at)
        _, width, height = self.photos[at].tolist()
        return unpack(self.array("geometry")[rows], self.array("local")[rows], width, height)

    def rows(self, at: int) -> slice:
        """Where the keypoints of the photo at a place in the shard are in `local`, `geometry` and `codes`."""
        last = int(self.photos[at + 1, 0]) if at + 1 < len(self.photos) else len(self.array("geometry"))
        return slice(int(self.photos[at, 0]), last)

    def array(self, name: str) -> npt.NDArray[Any]:
        """One of the arrays; kept once it was asked for."""
        if name not in self._arrays:
            self._arrays[name] = self.load(name)
        return self._arrays[name]

    def load(self, name: str) -> npt.NDArray[Any]:
        """One of the arrays, opened for once."""
        return _read(self.folder / f"{name}.npy")


def write_shard(folder: Path, photos: Sequence[PhotoVectors], failed: Mapping[str, str]) -> str:
    """Write a shard in one step; returns its name, which follows from the photos in it."""
    keys = [photo.key for photo in photos]
    name = _name(keys, failed)
    filled = files.beside(folder / name)
    counts = np.cumsum([0, *(len(photo.local) for photo in photos)])
    table = [(counts[i], photo.width, photo.height) for i, photo in enumerate(photos)]
    arrays: dict[str, npt.NDArray[Any]] = {
        "local": _joined([photo.local for photo in photos], np.int8),
        "geometry": _joined([photo.geometry for photo in photos], np.uint16),
        "codes": _joined([photo.codes for photo in photos], np.uint8),
        "whole": np.array([photo.whole for photo in photos], np.uint8).reshape(
            len(photos), -1 if photos else 0
        ),
        "photos": np.array(table, np.int32).reshape(-1, 3),
    }
    for part, array in arrays.items():
        np.save(filled / f"{part}.npy", array, allow_pickle=False)
    sealed = files.seal([filled / f"{part}.npy" for part in NAMES])
    files.write_json(filled / CARD, {"keys": keys, "failed": dict(failed), "files": sealed})
    files.put_in_place(filled, folder / name)
    return name


def open_shard(folder: Path) -> Shard:
    """Open a shard, holding every file against its hash. Raises IndexUnusable."""
    try:
        card = json.loads((folder / CARD).read_text(encoding="utf-8"))
        keys, failed = tuple(card["keys"]), dict(card["failed"])
        broken = files.broken_seal(folder, card["files"])
        if _name(keys, failed) != folder.name:
            broken = f"{CARD} has changed"
        photos = np.zeros((0, 3), np.int32) if broken else np.load(folder / "photos.npy", allow_pickle=False)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as problem:
        raise IndexUnusable(
            f"The vectors in shard {folder.name} can't be read: {problem}.", ADVICE
        ) from problem
    if broken:
        raise IndexUnusable(f"Shard {folder.name} is damaged: {broken}.", ADVICE)
    return Shard(folder, keys, failed, photos)


class VectorStore:
    """All shards of one sight. Any number of readers; each writer adds shards of its own.

    Reading is safe from any thread. `refresh` finds what other processes have added. A store that `holds` opens
    what searching reads at once, so that it goes on reading shards that another process removes.
    """

    def __init__(self, folder: Path, *, holds: bool = False) -> None:
        self.folder = folder
        self._holds = holds
        self._lock = threading.RLock()
        self._shards: dict[str, Shard] = {}
        self._places: dict[str, tuple[Shard, int]] = {}
        self._failed: dict[str, str] = {}

    def refresh(self, *, discard_damaged: bool = False) -> list[str]:
        """Open shards that are new. Returns the reasons of those that could not be: with `discard_damaged` they
        are set aside, so that their photos are embedded again; without, IndexUnusable is raised.
        """
        damaged: list[str] = []
        with self._lock:
            # a shard that goes away was joined into a larger one, which the list may lack
            while not self._open_new(damaged, discard=discard_damaged):
                pass
        return damaged

    def _open_new(self, damaged: list[str], *, discard: bool) -> bool:
        """Open the shards that are in the folder now; whether all of them were still there."""
        whole = True
        for folder in self._folders():
            try:
                self._adopt(self._open(folder))
            except IndexUnusable as problem:
                if not folder.exists():
                    whole = False
                    continue
                if not discard:
                    raise
                damaged.append(problem.reason)
                files.remove(folder)
        return whole

    def _open(self, folder: Path) -> Shard:
        shard = open_shard(folder)
        try:
            for name in SEARCHED if self._holds else ():
                shard.array(name)
        except OSError as problem:
            raise IndexUnusable(f"Shard {folder.name} can't be read: {problem}.", ADVICE) from problem
        return shard

    def _folders(self) -> list[Path]:
        if not self.folder.is_dir():
            return []
        names = sorted(p.name for p in self.folder.iterdir() if p.is_dir() and files.TEMPORARY not in p.name)
        return [self.folder / name for name in names if name not in self._shards]

    def _adopt(self, shard: Shard) -> None:
        self._shards[shard.name] = shard
        for at, key in enumerate(shard.keys):
            self._places[key] = (shard, at)
        self._failed.update(shard.failed)

    def add(self, photos: Sequence[PhotoVectors], failed: Mapping[str, str]) -> None:
        """Write a shard and open it."""
        name = write_shard(self.folder, photos, failed)
        with self._lock:
            if name not in self._shards:
                self._adopt(self._open(self.folder / name))

    def __contains__(self, key: object) -> bool:
        return key in self._places

    def get(self, key: str) -> PhotoVectors:
        """What is kept of a photo. Raises KeyError."""
        shard, at = self._places[key]
        return shard.row(at)

    def keypoints(self, key: str) -> Keypoints:
        """The keypoints of a photo. Raises KeyError."""
        shard, at = self._places[key]
        return shard.keypoints(at)

    def sizes(self, keys: Sequence[str]) -> npt.NDArray[np.int64]:
        """How many keypoints each photo has: int64 (photos,). Raises KeyError."""
        rows = [shard.rows(at) for shard, at in map(self._places.__getitem__, keys)]
        return np.array([each.stop - each.start for each in rows], np.int64)

    def gather(self, keys: Sequence[str], name: str) -> npt.NDArray[Any]:
        """One of the arrays for at least one photo, joined in their order; nothing of it is kept open.

        Raises KeyError, and FileNotFoundError where another process has removed a shard since it was opened.
        """
        places = [self._places[key] for key in keys]
        shards = {shard.name: shard for shard, _ in places}
        arrays = {one: shard.load(name) for one, shard in shards.items()}
        rows = [slice(at, at + 1) if name in EACH else shard.rows(at) for shard, at in places]
        return np.concatenate([arrays[shard.name][row] for (shard, _), row in zip(places, rows, strict=True)])

    def failure(self, key: str) -> str | None:
        """Why a photo could not be embedded; None if it was, or has not been tried."""
        return None if key in self._places else self._failed.get(key)

    def forget_failures(self) -> None:
        """Let photos that could not be embedded be tried again."""
        with self._lock:
            keys = [key for key in self._failed if key not in self._places]
            names = [n for n, shard in self._shards.items() if any(key in shard.failed for key in keys)]
        self.rewrite(names, with_failures=False)

    def compact(self) -> None:
        """Join small shards into larger ones: each keeps files open while it is searched."""
        small = [name for name, shard in sorted(self._shards.items()) if len(shard.keys) < SMALL]
        if len(small) > 1:
            self.rewrite(small)

    def rewrite(self, names: Sequence[str], *, with_failures: bool = True) -> None:
        """Write the photos of some shards into new ones and remove the old.

        Photos are found by key, never by shard, so a generation or a reader isn't disturbed.
        """
        # opened anew, to be let go again: what they map must not stay open
        old = {name: open_shard(self.folder / name) for name in names}
        rows = {key: (shard, at) for shard in old.values() for at, key in enumerate(shard.keys)}
        failed = {key: why for shard in old.values() for key, why in shard.failed.items() if with_failures}
        ordered = sorted(rows)
        written = set()
        for start in range(0, max(1, len(ordered)), LARGE):
            photos = [rows[key][0].row(rows[key][1]) for key in ordered[start : start + LARGE]]
            if photos or failed:
                written.add(write_shard(self.folder, photos, failed))
            failed = {}
        self._replace(set(old) - written, written)

    def keep_only(self, keys: Collection[str]) -> None:
        """Remove the shards that hold none of these photos."""
        unused = {
            n
            for n, shard in self._shards.items()
            if shard.keys and not any(key in keys for key in shard.keys)
        }
        self._replace(unused, set())

    def _replace(self, removed: set[str], written: set[str]) -> None:
        with self._lock:
            opened = {name: self._open(self.folder / name) for name in written - set(self._shards)}
            kept = {name: shard for name, shard in self._shards.items() if name not in removed} | opened
            places: dict[str, tuple[Shard, int]] = {}
            failed: dict[str, str] = {}
            for _, shard in sorted(kept.items()):
                places |= {key: (shard, at) for at, key in enumerate(shard.keys)}
                failed |= shard.failed
            # replaced as a whole: others read meanwhile
            self._shards, self._places, self._failed = kept, places, failed
        for name in removed:
            files.remove(self.folder / name)


def _name(keys: Sequence[str], failed: Collection[str]) -> str:
    return hashlib.sha256("\n".join([*keys, *sorted(failed)]).encode()).hexdigest()[:20]


def _joined(parts: Sequence[npt.NDArray[Any]], kind: type[np.generic]) -> npt.NDArray[Any]:
    return np.concatenate(parts) if parts else np.zeros((0, 0), kind)


def _read(path: Path) -> npt.NDArray[Any]:
    # an empty array can't be mapped
    return np.asarray(
        np.load(path, mmap_mode="r" if path.stat().st_size > MAPPED_BYTES else None, allow_pickle=False)
    )
