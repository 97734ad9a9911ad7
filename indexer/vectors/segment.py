"""A segment: the searchable vectors of some photographs, of a generation or registered since."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from data.registered import PhotographRef
from indexer.embed import angles_of, point_step, sizes_of
from indexer.sight import Sight
from indexer.vectors.index import NOTHING, Codes, Ids, IndexUnusable, VectorIndex
from indexer.vectors.shapes import Floats, Shapes, pack, unpack
from indexer.vectors.store import VectorStore
from models.keypoints import Keypoints

KEYPOINT_BITS = 10
"""The id of a local descriptor: the photograph's id, and in the last bits which of its keypoints it is. Few, so that a
search within some photographs takes a bit for each id."""
KEYPOINT_MASK = (1 << KEYPOINT_BITS) - 1
TABLE = "photographs.npy"
TABLE_TYPE = np.dtype([("photograph", "<i8"), ("object", "<i8"), ("keypoints", "<i4"), ("key", "S64")])
ADVICE = "Run `artrieve index`."
BLOCK, BLOCKS = 1024, 16
"""Photographs that are read together when a segment is filled: so many, or in a large register a sixteenth of it.
What is read takes memory beside the index while it is filled; each block costs a call for every word."""


@dataclass(frozen=True, slots=True)
class Roll:
    """What a generation keeps of its own: which photographs there are, by ascending id, and their global index.

    Everything else of a photograph is in the vector store, once, whichever generations hold it.
    """

    table: npt.NDArray[Any]
    whole: VectorIndex

    @classmethod
    def of(cls, refs: Sequence[PhotographRef], store: VectorStore, sight: Sight) -> Self:
        """The roll of photographs whose vectors are in the store."""
        refs = sorted(refs, key=lambda r: r.photograph_id)
        keys = [ref.photo_key for ref in refs]
        sizes = store.sizes(keys).tolist()
        rows = [
            (ref.photograph_id, ref.object_id, size, ref.photo_key.encode())
            for ref, size in zip(refs, sizes, strict=True)
        ]
        table, whole = np.array(rows, TABLE_TYPE), sight.global_index.blank()
        if keys:
            whole.add(np.ascontiguousarray(table["photograph"], np.int64), store.gather(keys, "whole"))
        return cls(table, whole)

    def publish(self, folder: Path) -> list[Path]:
        """Write both into an existing folder."""
        np.save(folder / TABLE, self.table, allow_pickle=False)
        return [folder / TABLE, *self.whole.publish(folder)]

    @classmethod
    def open(cls, folder: Path, sight: Sight) -> Self:
        """Read what `publish` wrote. Raises IndexUnusable."""
        table = _read(folder / TABLE)
        if table.dtype != TABLE_TYPE or table.ndim != 1:
            raise IndexUnusable(f"{TABLE} is no table of photographs.", ADVICE)
        roll = cls(table, sight.global_index.open(folder))
        if len(roll.whole) != len(table):
            raise IndexUnusable(f"{TABLE} and the global index don't belong together.", ADVICE)
        return roll

    def __len__(self) -> int:
        return len(self.table)

    def keys(self) -> list[str]:
        """The photo store's keys of all photographs, in order of id."""
        return _keys(self.table)


@dataclass(frozen=True, slots=True)
class Segment:
    """The photographs of a roll, ready to be searched, and where their vectors are kept.

    shapes  of all keypoints, photograph after photograph
    """

    table: npt.NDArray[Any]
    shapes: Shapes
    local: VectorIndex
    whole: VectorIndex
    store: VectorStore
    _ids: Ids = field(init=False, repr=False)
    _firsts: Ids = field(init=False, repr=False)

    def __post_init__(self) -> None:
        # in one piece: a search in a column of the table would copy it each time
        object.__setattr__(self, "_ids", np.ascontiguousarray(self.table["photograph"], np.int64))
        counts = self.table["keypoints"].astype(np.int64)
        object.__setattr__(self, "_firsts", np.cumsum(counts) - counts)

    @classmethod
    def build(cls, refs: Sequence[PhotographRef], store: VectorStore, sight: Sight) -> Self:
        """Make a segment of photographs whose vectors are in the store."""
        return cls.fill(Roll.of(refs, store, sight), store, sight)

    @classmethod
    def fill(cls, roll: Roll, store: VectorStore, sight: Sight) -> Self:
        """Make a segment of a roll: nothing is encoded, for the store keeps the codes.

        Raises IndexUnusable where the store lacks vectors or holds others, FileNotFoundError where another process
        has just moved them.
        """
        keys = roll.keys()
        lost = sum(key not in store for key in keys)
        if lost:
            raise IndexUnusable(f"The vectors of {lost} photographs are missing.", ADVICE)
        if not np.array_equal(store.sizes(keys), roll.table["keypoints"]):
            raise IndexUnusable("The vectors of photographs have changed.", ADVICE)
        local = sight.local_index.blank()
        local.fill(lambda: _codes(roll.table, store))
        return cls(roll.table, _shapes(roll.table, store), local, roll.whole, store)

    def __len__(self) -> int:
        return len(self.table)

    def __contains__(self, photograph_id: int) -> bool:
        return self._at(photograph_id) is not None

    def keys(self) -> list[str]:
        """The photo store's keys of all photographs, in order of id."""
        return _keys(self.table)

    def ids(self) -> set[int]:
        """The ids of all photographs."""
        return set(self._ids.tolist())

    def object_of(self, photograph_id: int) -> int:
        """The object a photograph shows. Raises KeyError."""
        return int(self.table["object"][self._row(photograph_id)])

    def key_of(self, photograph_id: int) -> str:
        """The photo store's key of a photograph. Raises KeyError."""
        return str(self.table["key"][self._row(photograph_id)].decode())

    def size_of(self, photograph_id: int) -> int:
        """How many keypoints a photograph has. Raises KeyError."""
        return int(self.table["keypoints"][self._row(photograph_id)])

    def keypoints(self, photograph_id: int) -> Keypoints:
        """The keypoints of a photograph. Raises KeyError."""
        return self.store.keypoints(self.key_of(photograph_id))

    def known_of(self, ids: Ids) -> tuple[npt.NDArray[np.bool_], Ids, Shapes]:
        """Which local descriptors' ids, of any shape, belong here; of these k the rows (k,) and shapes (k, 2)."""
        if len(self._ids) == 0:
            return np.zeros(ids.shape, bool), np.zeros(0, np.int64), np.zeros((0, 2), np.uint8)
        photographs = photographs_of(ids)
        at = np.minimum(np.searchsorted(self._ids, photographs), len(self._ids) - 1)
        here = self._ids[at] == photographs
        rows = at[here]
        return here, rows, self.shapes[self._firsts[rows] + (ids[here] & KEYPOINT_MASK)]

    def hide(self, photograph_ids: Collection[int]) -> None:
        """Leave photographs out of every later search (tombstones)."""
        self.local.remove(self._keypoint_ids(photograph_ids))
        self.whole.remove(photograph_ids)

    def show(self, photograph_ids: Collection[int]) -> None:
        """Take `hide` back."""
        self.local.restore(self._keypoint_ids(photograph_ids))
        self.whole.restore(photograph_ids)

    def _keypoint_ids(self, photograph_ids: Collection[int]) -> list[int]:
        parts = [
            keypoint_ids(one, int(self.table["keypoints"][at]))
            for one in photograph_ids
            if (at := self._at(one)) is not None
        ]
        return np.concatenate(parts).tolist() if parts else []

    def _at(self, photograph_id: int) -> int | None:
        at = int(np.searchsorted(self._ids, photograph_id))
        return at if at < len(self._ids) and self._ids[at] == photograph_id else None

    def _row(self, photograph_id: int) -> int:
        at = self._at(photograph_id)
        if at is None:
            raise KeyError(photograph_id)
        return at


def keypoint_ids(photograph_id: int, count: int) -> Ids:
    """The ids of a photograph's local descriptors: int64 (count,)."""
    return (np.int64(photograph_id) << KEYPOINT_BITS) + np.arange(count, dtype=np.int64)


def photographs_of(ids: Ids) -> Ids:
    """The photographs that local descriptors belong to; NOTHING stays NOTHING."""
    return ids >> KEYPOINT_BITS


def known_of(segments: Sequence[Segment], ids: Ids) -> tuple[Ids, Floats, Floats]:
    """Objects (NOTHING where no segment holds one), angles (degrees) and sizes (octaves above 1 px) of local
    descriptors, in the shape of their ids.
    """
    objects = np.full(ids.shape, NOTHING, np.int64)
    packed = np.zeros((*ids.shape, 2), np.uint8)
    for segment in segments:
        here, at, shapes = segment.known_of(ids)
        objects[here] = segment.table["object"][at]
        packed[here] = shapes
    return objects, *unpack(packed)


def _keys(table: npt.NDArray[Any]) -> list[str]:
    return [key.decode() for key in table["key"].tolist()]


def _codes(table: npt.NDArray[Any], store: VectorStore) -> Iterator[tuple[Ids, Codes]]:
    """Ids and codes of all keypoints, some photographs at a time."""
    for block in _blocks(table):
        counts = block["keypoints"].astype(np.int64)
        within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
        ids = np.repeat(block["photograph"].astype(np.int64) << KEYPOINT_BITS, counts) + within
        yield ids, store.gather(_keys(block), "codes")


def _shapes(table: npt.NDArray[Any], store: VectorStore) -> Shapes:
    """The shapes of all keypoints."""
    parts = [np.zeros((0, 2), np.uint8)]
    for block in _blocks(table):
        keys = _keys(block)
        geometry, photos = store.gather(keys, "geometry"), store.gather(keys, "photos")
        steps = [point_step(width, height) for _, width, height in photos.tolist()]
        each = np.repeat(np.array(steps, np.float32), block["keypoints"])
        parts.append(pack(angles_of(geometry), sizes_of(geometry, each)))
    return np.concatenate(parts)


def _blocks(table: npt.NDArray[Any]) -> Iterator[npt.NDArray[Any]]:
    size = max(BLOCK, -(-len(table) // BLOCKS))
    return (table[start : start + size] for start in range(0, len(table), size))


def _read(path: Path) -> npt.NDArray[Any]:
    try:
        found = np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError) as problem:
        raise IndexUnusable(f"{path.name} can't be read: {problem}.", ADVICE) from problem
    if not isinstance(found, np.ndarray):
        raise IndexUnusable(f"{path.name} holds no array.", ADVICE)
    return found
