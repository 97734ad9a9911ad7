"""A segment: the searchable vectors of some photographs, of a generation or registered since."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from data.registered import PhotographRef
from indexer.sight import Sight
from indexer.vectors.index import Ids, IndexUnusable, VectorIndex
from indexer.vectors.store import VectorStore
from models.keypoints import Keypoints

KEYPOINT_BITS = 16
"""The id of a local descriptor: the photograph's id, and in the last 16 bits which of its keypoints it is."""
TABLE = "photographs.npy"
TABLE_TYPE = np.dtype([("photograph", "<i8"), ("object", "<i8"), ("keypoints", "<i4"), ("key", "S64")])


@dataclass(frozen=True, slots=True)
class Segment:
    """Photographs by ascending id, their two indexes, and where their vectors are kept."""

    table: npt.NDArray[Any]
    local: VectorIndex
    whole: VectorIndex
    store: VectorStore
    _ids: Ids = field(init=False, repr=False)

    def __post_init__(self) -> None:
        # in one piece: a search in a column of the table would copy it each time
        object.__setattr__(self, "_ids", np.ascontiguousarray(self.table["photograph"], np.int64))

    @classmethod
    def build(cls, refs: Sequence[PhotographRef], store: VectorStore, sight: Sight) -> Self:
        """Make a segment of photographs whose vectors are in the store."""
        local, whole = sight.local_index.blank(), sight.global_index.blank()
        rows = []
        for ref in sorted(refs, key=lambda r: r.photograph_id):
            kept = store.get(ref.photo_key)
            local.add(keypoint_ids(ref.photograph_id, len(kept.codes)), np.asarray(kept.codes))
            whole.add(np.array([ref.photograph_id], np.int64), np.asarray(kept.whole)[None])
            rows.append((ref.photograph_id, ref.object_id, len(kept.local), ref.photo_key.encode()))
        return cls(np.array(rows, TABLE_TYPE), local, whole, store)

    def publish(self, folder: Path) -> list[Path]:
        """Write table and indexes into an existing folder."""
        np.save(folder / TABLE, self.table, allow_pickle=False)
        return [folder / TABLE, *self.local.publish(folder), *self.whole.publish(folder)]

    @classmethod
    def open(cls, folder: Path, store: VectorStore, sight: Sight) -> Self:
        """Read what `publish` wrote. Raises IndexUnusable."""
        advice = "Run `artrieve index`."
        try:
            table = np.load(folder / TABLE, allow_pickle=False)
        except (OSError, ValueError, EOFError) as problem:
            raise IndexUnusable(f"{TABLE} can't be read: {problem}.", advice) from problem
        if not isinstance(table, np.ndarray) or table.dtype != TABLE_TYPE:
            raise IndexUnusable(f"{TABLE} is no table of photographs.", advice)
        segment = cls(table, sight.local_index.open(folder), sight.global_index.open(folder), store)
        if len(segment.whole) != len(table):
            raise IndexUnusable(f"{TABLE} and the indexes don't belong together.", advice)
        if len(segment.local) != int(table["keypoints"].sum()):
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
