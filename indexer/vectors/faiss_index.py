"""FAISS behind the seam `VectorIndex`: product-quantised lists for local descriptors, exact for global ones."""

import copy
from collections.abc import Collection
from pathlib import Path
from typing import Any, ClassVar, Self

import faiss
import numpy as np
import numpy.typing as npt

from indexer.vectors.index import NOTHING, Codes, Ids, IndexUnusable, Parts, Vectors
from indexer.vectors.selectors import Selection, all_but, both, only
from models.weights import Weights

faiss.omp_set_num_threads(1)
# Small batches take a path without BLAS that is several times slower (FAISS 1.15).
faiss.cvar.distance_compute_blas_threshold = 1

NO_TABLE = -1
"""IVFPQ's table of words and codes would take 250 MB, is no faster for lists of 100 or of 3,000, and rounds
otherwise."""
PROBES = 8
"""Lists, those of the nearest words, that are searched for each descriptor. Of points that agree between two photos
of a painting 86 % have the other's word among the first 8 (6: 83 %, 12: 90 %; in hard conditions 82, 78 and 86 %)."""


class FaissIndex:
    """What both indexes share: ids, removal by selector, files."""

    file_name: ClassVar[str]

    def __init__(self, index: Any) -> None:
        self._index = index
        self._highest = NOTHING
        self._removed: frozenset[int] = frozenset()
        self._selection: Selection | None = None
        self._size: int | None = None  # of what was narrowed

    @property
    def kind(self) -> str:
        """A name that changes whenever codes or distances do."""
        raise NotImplementedError

    def __len__(self) -> int:
        return int(self._index.ntotal) if self._size is None else self._size

    def blank(self) -> Self:
        """An empty index of the same kind."""
        raise NotImplementedError

    @property
    def code_bytes(self) -> int:
        """How many bytes are kept of a vector."""
        return int(self._index.sa_code_size())

    def encode(self, vectors: Vectors) -> Codes:
        """What is kept of float32 (n, d) vectors: uint8 (n, c)."""
        if len(vectors) == 0:
            return np.zeros((0, self.code_bytes), np.uint8)
        return np.asarray(self._index.sa_encode(np.ascontiguousarray(vectors, np.float32)), np.uint8)

    def add(self, ids: Ids, codes: Codes) -> None:
        """Add encoded vectors under int64 (n,) ids, each higher than all before it."""
        self._check(ids, codes)
        if len(ids) == 0:
            return
        self._add(np.ascontiguousarray(ids, np.int64), np.ascontiguousarray(codes))
        self._highest = int(ids[-1])

    def fill(self, parts: Parts) -> None:
        """Add all parts to an empty index, one after the other."""
        if len(self):
            raise ValueError("Only an empty index can be filled.")
        for ids, codes in parts():
            self.add(ids, codes)

    def _check(self, ids: Ids, codes: Codes) -> None:
        if ids.ndim != 1 or codes.shape != (len(ids), self.code_bytes):
            raise ValueError(f"Ids of shape {ids.shape} don't go with codes of shape {codes.shape}.")
        if len(ids) == 0:
            return
        if int(ids.min()) < 0:
            raise ValueError("An id is a whole number of 0 or more.")
        # of equal distances FAISS keeps those that were added first: these must be the lower ids
        if int(ids[0]) <= self._highest or (np.diff(ids) <= 0).any():
            raise ValueError("Ids are added in ascending order, each once.")

    def remove(self, ids: Collection[int]) -> None:
        """Leave these ids out of every later search."""
        self._select(self._removed | {int(i) for i in ids})

    def restore(self, ids: Collection[int]) -> None:
        """Take `remove` back for these ids."""
        self._select(self._removed - {int(i) for i in ids})

    def within(self, groups: Ids, size: int, bits: int = 0) -> Self:
        """The same vectors, of which only those are searched whose id, but for its last `bits`, is among `groups`."""
        narrowed = copy.copy(self)
        narrowed._size = size
        narrowed._selection = both(only(groups, bits), self._selection)
        return narrowed

    def search(self, vectors: Vectors, count: int) -> tuple[Ids, Vectors]:
        """The nearest of float32 (n, d): ids and squared distances, both (n, count), nearest first."""
        if len(vectors) == 0 or len(self) == 0:
            return np.full((len(vectors), count), NOTHING, np.int64), np.full(
                (len(vectors), count), np.inf, np.float32
            )
        distances, ids = self._index.search(np.ascontiguousarray(vectors), count, params=self._parameters())
        distances[ids == NOTHING] = np.inf
        # FAISS leaves equal distances in any order; few rows have some
        ties = np.flatnonzero((distances[:, 1:] == distances[:, :-1]).any(axis=1))
        order = np.lexsort((ids[ties], distances[ties]), axis=1)
        ids[ties] = np.take_along_axis(ids[ties], order, 1)
        return ids, distances

    def publish(self, folder: Path) -> list[Path]:
        """Write to a file in an existing folder."""
        path = folder / self.file_name
        faiss.write_index(self._index, str(path))
        return [path]

    def open(self, folder: Path) -> Self:
        """Read what `publish` wrote there. Raises IndexUnusable."""
        path = folder / self.file_name
        try:
            index = faiss.read_index(str(path), faiss.IO_FLAG_SKIP_PRECOMPUTE_TABLE)
        except (RuntimeError, MemoryError) as problem:  # a torn file may ask for any amount of memory
            raise IndexUnusable(
                f"{path.name} can't be read: {problem}.", "Run `artrieve index`."
            ) from problem
        opened = self.blank()
        if not opened._is_like(index):
            raise IndexUnusable(f"{path.name} is another kind of index.", "Run `artrieve index`.")
        opened._index = index
        opened._opened()
        return opened

    def _add(self, ids: Ids, codes: Codes) -> None:
        self._index.add_sa_codes(codes, ids)

    def _is_like(self, index: Any) -> bool:
        """Whether an index that was read codes and compares as this one does."""
        mine = self._index
        return bool(
            type(index) is type(mine)
            and index.d == mine.d
            and index.is_trained
            and index.metric_type == mine.metric_type
        )

    def _opened(self) -> None:
        """What a read index needs set, since FAISS keeps search parameters in the file."""

    def _select(self, removed: frozenset[int]) -> None:
        # replaced as a whole: a search that runs meanwhile keeps the selection it began with
        self._removed, self._selection = removed, all_but(removed) if removed else None

    def _parameters(self) -> Any:
        selection = self._selection
        return None if selection is None else faiss.SearchParameters(sel=selection.selector)


class LocalIndex(FaissIndex):
    """Local descriptors in inverted lists of a trained vocabulary, product-quantised to 16 bytes (IVFPQ).

    Jegou, Douze, Schmid: "Product quantization for nearest neighbor search", PAMI 2011. The vocabulary comes
    with the weights, so every index codes alike, nothing is trained on a register, and codes can be kept.
    """

    file_name = "local.faiss"

    def __init__(self, weights: Weights) -> None:
        self._weights = weights
        self._ends: Ids | None = None  # how far each list is filled, while `fill` fills them
        super().__init__(self._trained(weights))

    @property
    def kind(self) -> str:
        """Named after the vocabulary."""
        return f"faiss-ivfpq-{self._weights.sha256[:10]}"

    def blank(self) -> Self:
        """An empty index on the same vocabulary."""
        return type(self)(self._weights)

    def _is_like(self, index: Any) -> bool:
        return super()._is_like(index) and _vocabulary(index) == _vocabulary(self._index)

    def _opened(self) -> None:
        self._index.use_precomputed_table = NO_TABLE

    def _parameters(self) -> Any:
        selection = self._selection
        if selection is None:
            return faiss.SearchParametersIVF(nprobe=PROBES)
        return faiss.SearchParametersIVF(sel=selection.selector, nprobe=PROBES)

    def fill(self, parts: Parts) -> None:
        """Add all parts to an empty index. Counted first: a list that grows keeps up to twice its memory."""
        if len(self):
            raise ValueError("Only an empty index can be filled.")
        lists = self._index.invlists
        sizes = np.zeros(lists.nlist, np.int64)
        for _, codes in parts():
            sizes += np.bincount(self._split(codes)[0], minlength=lists.nlist)
        for word in np.flatnonzero(sizes).tolist():
            lists.resize(word, int(sizes[word]))
        self._ends = np.zeros(lists.nlist, np.int64)
        super().fill(parts)
        self._ends = None

    def _add(self, ids: Ids, codes: Codes) -> None:
        if self._ends is None:
            super()._add(ids, codes)
            return
        words, rest = self._split(codes)
        order = np.argsort(words, kind="stable")
        ids, rest = ids[order], rest[order]
        first = 0
        found, counts = np.unique(words, return_counts=True)
        for word, count in zip(found.tolist(), counts.tolist(), strict=True):
            self._index.invlists.update_entries(
                word,
                int(self._ends[word]),
                count,
                faiss.swig_ptr(ids[first : first + count]),
                faiss.swig_ptr(rest[first : first + count]),
            )
            first += count
        self._ends[found] += counts
        self._index.ntotal += len(ids)

    def _split(self, codes: Codes) -> tuple[npt.NDArray[np.uint16], Codes]:
        """Words, uint16 (n,), and the rest of their codes: a code begins with its word, the lower byte first."""
        size = self.code_bytes - int(self._index.code_size)
        words = np.zeros((len(codes), 2), np.uint8)
        words[:, :size] = codes[:, :size]
        return words.view("<u2")[:, 0], np.ascontiguousarray(codes[:, size:])

    def _trained(self, weights: Weights) -> Any:
        words, dimension = weights.words.shape
        parts = weights.codes.shape[0]
        quantizer = faiss.IndexFlatL2(dimension)
        quantizer.add(np.ascontiguousarray(weights.words))
        index = faiss.IndexIVFPQ(quantizer, dimension, words, parts, 8)
        quantizer.this.disown()
        index.own_fields = True
        faiss.copy_array_to_vector(np.ascontiguousarray(weights.codes).ravel(), index.pq.centroids)
        index.is_trained = True
        index.use_precomputed_table = NO_TABLE
        return index


class ExactIndex(FaissIndex):
    """Global descriptors, compared one by one, kept as float16.

    Exact search is affordable at every real register's size, and an approximate miss waves a stolen work through.
    """

    file_name = "global.faiss"

    def __init__(self, dimension: int) -> None:
        self._dimension = dimension
        flat = faiss.IndexScalarQuantizer(dimension, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_L2)
        super().__init__(faiss.IndexIDMap2(flat))

    @property
    def kind(self) -> str:
        """Named after the dimension."""
        return f"faiss-fp16-{self._dimension}"

    def blank(self) -> Self:
        """An empty index for the same dimension."""
        return type(self)(self._dimension)

    def encode(self, vectors: Vectors) -> Codes:
        """The vectors as float16, bytes: uint8 (n, 2 d)."""
        halves = np.ascontiguousarray(vectors, np.float32).astype("<f2")
        return halves.view(np.uint8).reshape(len(vectors), self.code_bytes)

    @property
    def code_bytes(self) -> int:
        """Two bytes a number."""
        return 2 * self._dimension

    def _is_like(self, index: Any) -> bool:
        return super()._is_like(index) and _quantizer(index) == _quantizer(self._index)

    def _add(self, ids: Ids, codes: Codes) -> None:
        self._index.add_with_ids(codes.view("<f2").astype(np.float32), ids)


def _vocabulary(index: Any) -> tuple[bytes, ...]:
    """The words of an inverted index and the centroids of its codes."""
    words = faiss.downcast_index(index.quantizer)
    if not isinstance(words, faiss.IndexFlat):
        return ()
    return bytes(faiss.vector_to_array(words.codes)), bytes(faiss.vector_to_array(index.pq.centroids))


def _quantizer(index: Any) -> tuple[type, int]:
    """How the index below the ids keeps numbers."""
    inner = faiss.downcast_index(index.index)
    return type(inner), inner.sq.qtype if isinstance(inner, faiss.IndexScalarQuantizer) else -1
