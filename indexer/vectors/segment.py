"""A segment: the searchable vectors of some photographs, of a generation or registered since."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from data.registered import PhotographRef
from indexer.sight import Sight
from indexer.vectors.index import NOTHING, Ids, IndexUnusable, VectorIndex
from indexer.vectors.shapes import Floats, Shapes, pack, unpack
from indexer.vectors.store import VectorStore
from models.keypoints import Keypoints

KEYPOINT_BITS = 16
"""The id of a local descriptor: the photograph's id, and in the last 16 bits which of its keypoints it is."""
KEYPOINT_MASK = (1 << KEYPOINT_BITS) - 1
TABLE = "photographs.npy"
SHAPES = "shapes.npy"
TABLE_TYPE = np.dtype([("photograph", "<i8"), ("object", "<i8"), ("keypoints", "<i4"), ("key", "S64")])


@dataclass(frozen=True, slots=True)
class Segment:
    """Photographs by ascending id, their two indexes, and where their vectors are kept.

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
        local, whole = sight.local_index.blank(), sight.global_index.blank()
        rows, shapes = [], [np.zeros((0, 2), np.uint8)]
        for ref in sorted(refs, key=lambda r: r.photograph_id):
            kept = store.get(ref.photo_key)
            local.add(keypoint_ids(ref.photograph_id, len(kept.codes)), np.asarray(kept.codes))
            whole.add(np.array([ref.photograph_id], np.int64), np.asarray(kept.whole)[None])
            found = kept.keypoints()
            shapes.append(pack(found.angles, found.sizes))
            rows.append((ref.photograph_id, ref.object_id, len(kept.local), ref.photo_key.encode()))
        return cls(np.array(rows, TABLE_TYPE), np.concatenate(shapes), local, whole, store)

    def publish(self, folder: Path) -> list[Path]:
        """Write table and indexes into an existing folder."""
        np.save(folder / TABLE, self.table, allow_pickle=False)
        np.save(folder / SHAPES, self.shapes, allow_pickle=False)
        return [folder / TABLE, folder / SHAPES, *self.local.publish(folder), *self.whole.publish(folder)]

    @classmethod
    def open(cls, folder: Path, store: VectorStore, sight: Sight) -> Self:
        """Read what `publish` wrote. Raises IndexUnusable."""
        advice = "Run `artrieve index`."
        table, shapes = _read(folder / TABLE), _read(folder / SHAPES)
        if table.dtype != TABLE_TYPE or shapes.dtype != np.uint8 or shapes.shape[1:] != (2,):
            raise IndexUnusable(f"{TABLE} or {SHAPES} is no table of photographs or keypoints.", advice)
        segment = cls(table, shapes, sight.local_index.open(folder), sight.global_index.open(folder), store)
        if len(segment.whole) != len(table):
            raise IndexUnusable(f"{TABLE} and the indexes don't belong together.", advice)
        if not len(segment.local) == len(shapes) == int(table["keypoints"].sum()):
            raise IndexUnusable(
                "The local index holds another number of keypoints than its photographs.", advice
            )
        lost = sum(key not in store for key in segment.keys())  # noqa: SIM118 - no dict
        if lost:
            raise IndexUnusable(f"The vectors of {lost} photographs are missing.", advice)
        return segment

    def __len__(self) -> int:
        return len(self.table)

    def __contains__(self, photograph_id: int) -> bool:
        return self._at(photograph_id) is not None

    def keys(self) -> list[str]:
        """The photo store's keys of all photographs, in order of id."""
        return [key.decode() for key in self.table["key"].tolist()]

    def ids(self) -> set[int]:
        """The ids of all photographs."""
        return set(self._ids.tolist())

    def object_of(self, photograph_id: int) -> int:
        """The object a photograph shows. Raises KeyError."""
        return int(self.table["object"][self._row(photograph_id)])

    def keypoints(self, photograph_id: int) -> Keypoints:
        """The keypoints of a photograph. Raises KeyError."""
        return self.store.keypoints(self.table["key"][self._row(photograph_id)].decode())

    def places_of(self, photographs: Ids) -> tuple[npt.NDArray[np.bool_], Ids]:
        """Which photographs, of any shape, are held here, and their rows in the table (0 for the others)."""
        if len(self._ids) == 0:
            return np.zeros(photographs.shape, bool), np.zeros(photographs.shape, np.int64)
        at = np.minimum(np.searchsorted(self._ids, photographs), len(self._ids) - 1)
        here = self._ids[at] == photographs
        return here, np.where(here, at, 0)

    def shapes_of(self, ids: Ids) -> tuple[npt.NDArray[np.bool_], Shapes]:
        """Which local descriptors' ids, of any shape (...), belong here, and their shapes (..., 2); else zeros."""
        here, at = self.places_of(photographs_of(ids))
        shapes = np.zeros((*ids.shape, 2), np.uint8)
        shapes[here] = self.shapes[self._firsts[at[here]] + (ids[here] & KEYPOINT_MASK)]
        return here, shapes

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


def objects_of(segments: Sequence[Segment], photographs: Ids) -> Ids:
    """The objects that photographs, of any shape, show; NOTHING where no segment holds one."""
    objects = np.full(photographs.shape, NOTHING, np.int64)
    for segment in segments:
        here, at = segment.places_of(photographs)
        objects[here] = segment.table["object"][at[here]]
    return objects


def shapes_of(segments: Sequence[Segment], ids: Ids) -> tuple[Floats, Floats]:
    """Angles (degrees) and sizes (octaves above 1 px) of local descriptors, in the shape of their ids."""
    packed = np.zeros((*ids.shape, 2), np.uint8)
    for segment in segments:
        here, shapes = segment.shapes_of(ids)
        packed[here] = shapes[here]
    return unpack(packed)


def _read(path: Path) -> npt.NDArray[Any]:
    try:
        found = np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError) as problem:
        raise IndexUnusable(f"{path.name} can't be read: {problem}.", "Run `artrieve index`.") from problem
    if not isinstance(found, np.ndarray):
        raise IndexUnusable(f"{path.name} holds no array.", "Run `artrieve index`.")
    return found
