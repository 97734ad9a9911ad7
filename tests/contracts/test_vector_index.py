"""FAISS behind the seam keeps the contract; a distance is that to what is kept of a vector."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import faiss
import numpy as np
import pytest

from indexer.vectors.faiss_index import PROBES, ExactIndex, LocalIndex
from indexer.vectors.index import NOTHING, Codes, IndexUnusable, VectorIndex, Vectors
from models.weights import Weights, load_weights
from tests.contracts.vector_index import COUNT, VectorIndexContract, assert_same, filled, unit

DIMENSION = 24


def decoded(codes: Codes, weights: Weights) -> Vectors:
    """Codes of the local index back to vectors: the word, and what sixteen centroids add to it."""
    words = codes[:, :2].copy().view("<u2")[:, 0]
    rest = [weights.codes[part, codes[:, 2 + part]] for part in range(len(weights.codes))]
    return np.asarray(weights.words[words] + np.concatenate(rest, axis=1), np.float32)


class TestLocalIndex(VectorIndexContract):
    @pytest.fixture
    def blank(self) -> VectorIndex:
        return LocalIndex(load_weights())

    def others(self, blank: VectorIndex) -> list[VectorIndex]:
        weights = load_weights()
        return [
            LocalIndex(replace(weights, words=weights.words[::-1], sha256="other words")),
            LocalIndex(replace(weights, codes=weights.codes[::-1], sha256="other codes")),
            LocalIndex(replace(weights, words=weights.words[:100], sha256="fewer words")),
            LocalIndex(replace(weights, words=weights.words[:, :32], codes=weights.codes[:8], sha256="half")),
            ExactIndex(64),
        ]

    def middle(self, blank: VectorIndex) -> Vectors:
        return np.asarray(load_weights().words[77])

    def test_a_distance_is_that_to_what_is_kept(self, blank: VectorIndex, vectors: Vectors) -> None:
        kept = decoded(blank.encode(vectors), load_weights())
        ids, distances = filled(blank, range(COUNT), vectors).search(vectors, COUNT)
        wanted = ((vectors[:, None] - kept[ids]) ** 2).sum(axis=2)
        np.testing.assert_allclose(distances, wanted, atol=1e-5)

    def test_it_is_named_after_its_vocabulary(self, blank: VectorIndex) -> None:
        assert blank.kind == f"faiss-ivfpq-{load_weights().sha256[:10]}"

    def test_it_looks_into_as_many_lists_opened_and_with_some_removed(
        self, blank: VectorIndex, tmp_path: Path
    ) -> None:
        words = load_weights().words
        query = words[77:78]
        near = words[np.argsort(((words - query) ** 2).sum(axis=1))[:40]]
        index = filled(blank, range(40), near)  # one in each list
        wanted = index.search(query, 40)
        assert (wanted[0] != NOTHING).sum() == PROBES
        (path,) = index.publish(tmp_path)
        other = faiss.read_index(str(path))
        other.nprobe = 1  # it is not up to the file
        faiss.write_index(other, str(path))
        assert_same(blank.open(tmp_path).search(query, 40), wanted)
        index.remove([39])
        assert_same(index.search(query, 40), wanted)

    def test_within_few_of_many_it_looks_into_as_many_lists_as_an_index_of_these(
        self, blank: VectorIndex
    ) -> None:
        words = load_weights().words
        query = words[77:78]
        near = words[np.argsort(((words - query) ** 2).sum(axis=1))[:40]]
        index = filled(blank, range(40), near)
        chosen = np.arange(0, 24, 2)
        assert_same(
            index.within(chosen, 12).search(query, 40),
            filled(blank, chosen.tolist(), near[::2][:12]).search(query, 40),
        )


class TestExactIndex(VectorIndexContract):
    @pytest.fixture
    def blank(self) -> VectorIndex:
        return ExactIndex(DIMENSION)

    def others(self, blank: VectorIndex) -> list[VectorIndex]:
        return [ExactIndex(DIMENSION - 1), ExactIndex(2 * DIMENSION), LocalIndex(load_weights())]

    def middle(self, blank: VectorIndex) -> Vectors:
        return np.ones(DIMENSION, np.float32)

    def test_a_distance_is_that_to_what_is_kept(self, blank: VectorIndex, vectors: Vectors) -> None:
        kept = vectors.astype(np.float16).astype(np.float32)
        ids, distances = filled(blank, range(COUNT), vectors).search(vectors, COUNT)
        wanted = ((vectors[:, None] - kept[ids]) ** 2).sum(axis=2)
        np.testing.assert_allclose(distances, wanted, atol=1e-6)

    def test_no_neighbour_is_missed(self, blank: VectorIndex) -> None:
        rng = np.random.default_rng(4)
        vectors = unit(rng.normal(size=(500, DIMENSION)).astype(np.float32))
        queries = unit(rng.normal(size=(20, DIMENSION)).astype(np.float32))
        kept = vectors.astype(np.float16).astype(np.float64)
        wanted = ((queries[:, None] - kept[None]) ** 2).sum(axis=2).argsort(axis=1)[:, :10]
        found, _ = filled(blank, range(500), vectors).search(queries, 10)
        np.testing.assert_array_equal(found, wanted)

    @pytest.mark.parametrize("kept_as", [faiss.ScalarQuantizer.QT_8bit_direct, faiss.ScalarQuantizer.QT_bf16])
    def test_numbers_kept_otherwise_are_refused(
        self, blank: VectorIndex, tmp_path: Path, kept_as: int
    ) -> None:
        flat = faiss.IndexScalarQuantizer(DIMENSION, kept_as, faiss.METRIC_L2)
        faiss.write_index(faiss.IndexIDMap2(flat), str(tmp_path / "global.faiss"))
        with pytest.raises(IndexUnusable, match="another kind"):
            blank.open(tmp_path)

    @pytest.mark.parametrize(
        "index",
        [
            faiss.IndexFlatL2(DIMENSION),
            faiss.IndexIDMap(faiss.IndexFlatL2(DIMENSION)),
            faiss.IndexIDMap2(faiss.IndexFlatL2(DIMENSION)),
            faiss.IndexIDMap2(
                faiss.IndexScalarQuantizer(
                    DIMENSION, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT
                )
            ),
        ],
        ids=["bare", "other ids", "other numbers", "other metric"],
    )
    def test_another_index_of_the_same_dimension_is_refused(
        self, blank: VectorIndex, tmp_path: Path, index: object
    ) -> None:
        faiss.write_index(index, str(tmp_path / "global.faiss"))
        with pytest.raises(IndexUnusable, match="another kind"):
            blank.open(tmp_path)


def test_a_torn_file_that_asks_for_all_memory_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ask(*_: object) -> None:
        raise MemoryError("std::bad_alloc")

    monkeypatch.setattr(faiss, "read_index", ask)
    with pytest.raises(IndexUnusable, match="bad_alloc"):
        ExactIndex(DIMENSION).open(tmp_path)
