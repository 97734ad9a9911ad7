"""What every VectorIndex must do. A test class for an implementation inherits this and gives the index."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.vectors.index import NOTHING, Codes, Ids, IndexUnusable, VectorIndex, Vectors
from tests.indexer.meanwhile import meanwhile

FOREIGN = {
    "nothing": b"",
    "text": b"This is no index.\n" * 20,
    "zeros": bytes(5000),
    "noise": np.random.default_rng(0).bytes(5000),
}
HIGHEST = (1 << 62) + 1
COUNT = 12
SUBSETS = st.sets(st.integers(0, COUNT - 1))


def unit(vectors: Vectors) -> Vectors:
    """Each row brought to unit length."""
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


def filled(blank: VectorIndex, ids: Sequence[int], vectors: Vectors) -> VectorIndex:
    """A new index of the same kind, with these vectors."""
    index = blank.blank()
    index.add(np.array(ids, np.int64), index.encode(vectors))
    return index


def assert_same(found: tuple[Ids, Vectors], wanted: tuple[Ids, Vectors]) -> None:
    """Two answers are the same, to the last bit."""
    np.testing.assert_array_equal(found[0], wanted[0])
    np.testing.assert_array_equal(found[1], wanted[1])


def published(index: VectorIndex, folder: Path) -> dict[str, bytes]:
    """What an index writes into a new folder, file by file."""
    folder.mkdir()
    paths = index.publish(folder)
    assert sorted(paths) == sorted(folder.iterdir())
    return {path.name: path.read_bytes() for path in paths}


class VectorIndexContract:
    """add, remove, restore and search; publish and open in between change nothing."""

    @pytest.fixture
    @abstractmethod
    def blank(self) -> VectorIndex:
        """An empty index."""

    @abstractmethod
    def others(self, blank: VectorIndex) -> list[VectorIndex]:
        """Empty indexes of other kinds, as much like this one as they can be."""

    @abstractmethod
    def middle(self, blank: VectorIndex) -> Vectors:
        """A vector (d,) around which there is room for neighbours."""

    @pytest.fixture
    def vectors(self, blank: VectorIndex) -> Vectors:
        """Unit vectors so near to one another that all are neighbours, also for an index that is not exact."""
        middle = unit(self.middle(blank)[None])
        noise = np.random.default_rng(7).normal(size=(COUNT, middle.shape[1]), scale=0.025)
        return unit(np.asarray(middle + noise, np.float32))

    @pytest.fixture
    def index(self, blank: VectorIndex, vectors: Vectors) -> VectorIndex:
        """An index that holds the vectors under the ids from 0."""
        return filled(blank, range(COUNT), vectors)

    def test_each_vector_is_found_under_its_id(self, blank: VectorIndex, vectors: Vectors) -> None:
        ids = [0, 1, 5, 9 << 16, (9 << 16) + 1, HIGHEST]
        index = filled(blank, ids, vectors[:6])
        assert len(index) == len(ids)
        found, distances = index.search(vectors[:6], 6)
        assert (found.dtype.name, distances.dtype.name) == ("int64", "float32")
        assert (found.shape, distances.shape) == ((6, 6), (6, 6))
        assert found[:, 0].tolist() == ids
        assert {tuple(sorted(row)) for row in found.tolist()} == {tuple(ids)}
        assert (np.diff(distances, axis=1) >= 0).all()
        assert (distances[:, 0] < distances[:, 1]).all()

    def test_adding_in_parts_is_adding_at_once(
        self, blank: VectorIndex, index: VectorIndex, vectors: Vectors
    ) -> None:
        parts = blank.blank()
        for start, end in ((0, 5), (5, 5), (5, COUNT)):
            parts.add(np.arange(start, end), parts.encode(vectors[start:end]))
        assert len(parts) == COUNT
        assert_same(parts.search(vectors, COUNT), index.search(vectors, COUNT))

    @pytest.mark.parametrize("cuts", [[], [5], [0, 5, 5, COUNT]])
    def test_filling_is_adding(
        self, blank: VectorIndex, index: VectorIndex, vectors: Vectors, tmp_path: Path, cuts: list[int]
    ) -> None:
        ids, codes = np.arange(COUNT), blank.encode(vectors)

        def parts() -> Iterator[tuple[Ids, Codes]]:
            yield from zip(np.split(ids, cuts), np.split(codes, cuts), strict=True)

        other = blank.blank()
        other.fill(parts)
        assert len(other) == COUNT
        assert_same(other.search(vectors, COUNT), index.search(vectors, COUNT))
        assert published(other, tmp_path / "filled") == published(index, tmp_path / "added")
        with pytest.raises(ValueError, match="empty"):
            other.fill(parts)

    def test_no_parts_fill_nothing(self, blank: VectorIndex, vectors: Vectors) -> None:
        index = blank.blank()
        index.fill(lambda: iter(()))
        assert len(index) == 0
        assert index.search(vectors, 1)[0].max() == NOTHING

    @pytest.mark.parametrize("ids", [(4, 4), (4, 3), (-2, -1)])
    def test_parts_out_of_order_are_refused(
        self, blank: VectorIndex, vectors: Vectors, ids: tuple[int, int]
    ) -> None:
        codes = blank.encode(vectors[:2])

        def parts() -> Iterator[tuple[Ids, Codes]]:
            for at, one in enumerate(ids):
                yield np.array([one]), codes[at : at + 1]

        with pytest.raises(ValueError, match="0 or more" if min(ids) < 0 else "ascending"):
            blank.blank().fill(parts)

    def test_a_vector_is_encoded_alone_as_among_others(self, blank: VectorIndex, vectors: Vectors) -> None:
        codes = blank.encode(vectors)
        assert (codes.dtype.name, codes.shape) == ("uint8", (COUNT, blank.code_bytes))
        alone = np.concatenate([blank.encode(vectors[at : at + 1]) for at in range(COUNT)])
        np.testing.assert_array_equal(alone, codes)
        np.testing.assert_array_equal(blank.blank().encode(vectors), codes)

    def test_no_vectors_encode_to_no_codes(self, blank: VectorIndex, vectors: Vectors) -> None:
        codes = blank.encode(vectors[:0])
        assert (codes.dtype.name, codes.shape) == ("uint8", (0, blank.code_bytes))

    def test_where_there_are_too_few_there_is_nothing(
        self, blank: VectorIndex, index: VectorIndex, vectors: Vectors
    ) -> None:
        found, distances = index.search(vectors[:2], COUNT + 3)
        assert (found[:, COUNT:] == NOTHING).all()
        assert (distances[:, COUNT:] == np.inf).all()
        assert (found[:, :COUNT] != NOTHING).all()
        assert np.isfinite(distances[:, :COUNT]).all()
        found, distances = blank.search(vectors[:2], 3)
        assert found.tolist() == [[NOTHING] * 3] * 2
        assert distances.tolist() == [[np.inf] * 3] * 2

    def test_no_question_gets_no_answer(
        self, blank: VectorIndex, index: VectorIndex, vectors: Vectors
    ) -> None:
        for one in (blank, index):
            found, distances = one.search(vectors[:0], 4)
            assert (found.shape, distances.shape) == ((0, 4), (0, 4))
            assert (found.dtype.name, distances.dtype.name) == ("int64", "float32")

    def test_of_equal_distances_the_lower_id_comes_first(self, blank: VectorIndex, vectors: Vectors) -> None:
        @given(
            kinds=st.lists(st.integers(0, 2), min_size=1, max_size=14),
            count=st.integers(1, 16),
            gone=st.sets(st.integers(0, 13)),
        )
        @settings(max_examples=40)
        def holds(kinds: list[int], count: int, gone: set[int]) -> None:
            index = filled(blank, range(len(kinds)), vectors[kinds])
            index.remove(gone)
            _, alone = filled(blank, range(3), vectors[:3]).search(vectors[:1], 3)
            order, _ = filled(blank, range(3), vectors[:3]).search(vectors[:1], 3)
            rank = {kind: at for at, kind in enumerate(order[0].tolist())}
            wanted = sorted((rank[kind], id_) for id_, kind in enumerate(kinds) if id_ not in gone)[:count]
            found, distances = index.search(vectors[:1], count)
            empty = count - len(wanted)
            assert found[0].tolist() == [id_ for _, id_ in wanted] + [NOTHING] * empty
            assert distances[0].tolist() == [alone[0, at] for at, _ in wanted] + [np.inf] * empty

        holds()

    def test_removed_is_as_if_never_added_and_restored_as_if_never_removed(
        self, blank: VectorIndex, index: VectorIndex, vectors: Vectors
    ) -> None:
        before = index.search(vectors, COUNT)

        @given(gone=SUBSETS, back=SUBSETS)
        @settings(max_examples=40)
        def holds(gone: set[int], back: set[int]) -> None:
            index.remove(gone)
            index.restore(back)
            left = sorted(set(range(COUNT)) - (gone - back))
            assert len(index) == COUNT
            assert_same(
                index.search(vectors, COUNT), filled(blank, left, vectors[left]).search(vectors, COUNT)
            )
            index.restore(gone)
            assert_same(index.search(vectors, COUNT), before)

        holds()

    def test_a_neighbour_takes_the_place_of_a_removed_one(self, index: VectorIndex, vectors: Vectors) -> None:
        (first, second, third), _ = (row[0] for row in index.search(vectors[:1], 3))
        index.remove([int(first)])
        found, _ = index.search(vectors[:1], 2)
        assert found[0].tolist() == [second, third]

    @pytest.mark.parametrize("bits", [0, 1, 4, 10])
    def test_within_some_is_as_if_no_others_had_been_added(
        self, blank: VectorIndex, vectors: Vectors, bits: int
    ) -> None:
        names = [*range(1, COUNT), HIGHEST >> bits]  # beside one another, and far away
        ids = [name << bits for name in names]
        index = filled(blank, ids, vectors)
        before = index.search(vectors, COUNT)

        @given(chosen=SUBSETS, gone=SUBSETS)
        @settings(max_examples=20)
        def holds(chosen: set[int], gone: set[int]) -> None:
            index.remove([ids[at] for at in gone])
            left = sorted(chosen - gone)
            groups = np.array([names[at] for at in sorted(chosen)], np.int64)
            narrowed = index.within(groups, len(left), bits)
            index.restore(ids)
            assert len(narrowed) == len(left)
            alone = filled(blank, [ids[at] for at in left], vectors[left])
            assert_same(narrowed.search(vectors, COUNT), alone.search(vectors, COUNT))
            assert_same(index.search(vectors, COUNT), before)
            assert len(index) == COUNT

        holds()

    def test_what_is_unknown_can_be_removed_and_restored(self, index: VectorIndex, vectors: Vectors) -> None:
        before = index.search(vectors, COUNT)
        index.remove([COUNT + 5, HIGHEST])
        assert_same(index.search(vectors, COUNT), before)
        index.restore([3, COUNT + 5, COUNT + 6])
        index.remove([])
        assert_same(index.search(vectors, COUNT), before)

    def test_removing_twice_is_removing_once(self, index: VectorIndex, vectors: Vectors) -> None:
        before = index.search(vectors, COUNT)
        index.remove([3])
        index.remove([3, 4])
        index.restore([3])
        assert 3 in index.search(vectors, COUNT)[0]
        assert 4 not in index.search(vectors, COUNT)[0]
        index.restore([4])
        assert_same(index.search(vectors, COUNT), before)

    def test_ids_and_distances_survive_publish_and_open(
        self, blank: VectorIndex, vectors: Vectors, tmp_path: Path
    ) -> None:
        index = filled(blank, [2, 7, 1 << 40, HIGHEST], vectors[:4])
        index.publish(tmp_path)
        opened = blank.open(tmp_path)
        assert len(opened) == 4
        assert (opened.kind, opened.code_bytes) == (index.kind, index.code_bytes)
        assert len(blank) == 0
        assert_same(opened.search(vectors, 6), index.search(vectors, 6))
        opened.remove([7])
        index.remove([7])
        assert_same(opened.search(vectors, 6), index.search(vectors, 6))

    def test_an_empty_index_can_be_published(
        self, blank: VectorIndex, vectors: Vectors, tmp_path: Path
    ) -> None:
        blank.publish(tmp_path)
        opened = blank.open(tmp_path)
        assert len(opened) == 0
        assert opened.search(vectors, 1)[0].max() == NOTHING

    def test_the_same_index_is_published_as_the_same_bytes(
        self, blank: VectorIndex, index: VectorIndex, vectors: Vectors, tmp_path: Path
    ) -> None:
        first = published(index, tmp_path / "first")
        index.search(vectors, 3)
        assert published(index, tmp_path / "again") == first
        assert published(filled(blank, range(COUNT), vectors), tmp_path / "same") == first
        assert published(blank.open(tmp_path / "first"), tmp_path / "opened") == first
        assert published(filled(blank, range(1, COUNT + 1), vectors), tmp_path / "other") != first

    def test_a_blank_is_of_the_same_kind_and_apart(
        self, blank: VectorIndex, index: VectorIndex, vectors: Vectors
    ) -> None:
        another = index.blank()
        assert (another.kind, another.code_bytes, len(another)) == (blank.kind, blank.code_bytes, 0)
        another.add(np.array([50]), another.encode(vectors[:1]))
        index.remove([0])
        assert 0 not in index.search(vectors[:1], COUNT)[0]
        assert (len(blank), len(index), len(another)) == (0, COUNT, 1)

    @pytest.mark.parametrize(
        "ids",
        [[-1], [-5, 3], [0, NOTHING], [COUNT - 1], [20, 20], [21, 20], [0]],
        ids=["negative", "one negative", "nothing", "known", "twice", "descending", "lower"],
    )
    def test_ids_below_zero_or_out_of_order_are_refused(
        self, index: VectorIndex, vectors: Vectors, ids: list[int]
    ) -> None:
        before = index.search(vectors, COUNT + 2)
        with pytest.raises(ValueError, match="0 or more" if min(ids) < 0 else "ascending"):
            index.add(np.array(ids), index.encode(vectors[: len(ids)]))
        assert len(index) == COUNT
        assert_same(index.search(vectors, COUNT + 2), before)

    def test_wrong_shapes_are_refused(self, index: VectorIndex, vectors: Vectors) -> None:
        codes = index.encode(vectors[:2])
        two = np.array([50, 51])
        wrong: list[tuple[Ids, Codes]] = [
            (two[:1], codes),
            (two, codes[:1]),
            (two, codes[:, :-1]),
            (two, np.concatenate([codes, codes], axis=1)),
            (two, codes.ravel()),
            (two[:1], codes[0]),
            (two[:, None], codes),
            (two[:0], codes),
            (two, codes[None]),
        ]
        for ids, some in wrong:
            with pytest.raises(ValueError, match="shape"):
                index.add(ids, some)
        assert len(index) == COUNT

    def test_files_that_are_not_there_are_refused(self, blank: VectorIndex, tmp_path: Path) -> None:
        for folder in (tmp_path, tmp_path / "missing"):
            with pytest.raises(IndexUnusable) as refused:
                blank.open(folder)
            assert refused.value.reason
            assert refused.value.advice

    @pytest.mark.parametrize("content", FOREIGN.values(), ids=FOREIGN.keys())
    def test_foreign_files_are_refused(self, index: VectorIndex, tmp_path: Path, content: bytes) -> None:
        for path in index.publish(tmp_path):
            whole = path.read_bytes()
            path.write_bytes(content)
            with pytest.raises(IndexUnusable):
                index.open(tmp_path)
            path.write_bytes(whole)
        index.open(tmp_path)

    def test_torn_files_are_refused(self, index: VectorIndex, tmp_path: Path) -> None:
        for path in index.publish(tmp_path):
            whole = path.read_bytes()
            for size in (1, 4, 40, 100, len(whole) // 2, len(whole) - 8, len(whole) - 1):
                path.write_bytes(whole[:size])
                with pytest.raises(IndexUnusable):
                    index.open(tmp_path)

    def test_files_of_another_kind_are_refused(
        self, index: VectorIndex, blank: VectorIndex, tmp_path: Path
    ) -> None:
        others = self.others(blank)
        assert others
        names = [path.name for path in index.publish(tmp_path)]
        for at, other in enumerate(others):
            folder = tmp_path / str(at)
            folder.mkdir()
            for path, name in zip(other.publish(folder), names, strict=True):
                path.rename(folder / name)
            with pytest.raises(IndexUnusable):
                blank.open(folder)
        assert len({blank.kind, *(other.kind for other in others)}) == 1 + len(others)

    def test_searches_run_while_others_remove_and_restore(self, index: VectorIndex, vectors: Vectors) -> None:
        whole = index.search(vectors, COUNT)
        gone = list(range(0, COUNT, 2))
        index.remove(gone)
        rest = index.search(vectors, COUNT)
        index.restore(gone)

        def look() -> None:
            found = index.search(vectors, COUNT)
            assert_same(found, whole if 0 in found[0] else rest)

        def change() -> None:
            for _ in range(100):
                index.remove(gone)
                index.restore(gone)

        assert len(meanwhile(look, change, readers=4)) >= 4
        assert_same(index.search(vectors, COUNT), whole)
