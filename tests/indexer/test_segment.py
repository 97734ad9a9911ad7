"""A segment knows its photographs, finds them by both ways, and leaves out what is hidden."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from data.registered import PhotographRef
from indexer.retrieve import resemble, vote
from indexer.sight import Sight
from indexer.vectors.index import NOTHING, IndexUnusable
from indexer.vectors.segment import (
    KEYPOINT_BITS,
    SHAPES,
    TABLE,
    TABLE_TYPE,
    Segment,
    keypoint_ids,
    photographs_of,
)
from indexer.vectors.store import VectorStore
from tests.indexer.workbench import contents, embedded

REFS = [PhotographRef(2, 20, embedded(1).key), PhotographRef(5, 50, embedded(2).key)]
REFS.append(PhotographRef(1 << 40, 50, embedded(3).key))


@pytest.fixture
def store(tmp_path: Path) -> VectorStore:
    store = VectorStore(tmp_path / "vectors")
    store.add([embedded(seed) for seed in (1, 2, 3)], {})
    return store


@pytest.fixture
def segment(store: VectorStore, sight: Sight) -> Segment:
    return Segment.build(REFS[::-1], store, sight)


def voted(segment: Segment, seed: int) -> list[int]:
    return [int(one) for one in vote([segment], embedded(seed).keypoints()).photographs]


def alike(segment: Segment, seed: int) -> list[int]:
    kept = embedded(seed).whole.view("<f2").astype(np.float32)[None]
    return list(resemble([segment], kept))[:3]


def test_the_ids_of_keypoints_lead_back_to_their_photograph() -> None:
    ids = keypoint_ids(1 << 40, 500)
    assert ids.dtype == np.int64
    assert len(set(ids.tolist())) == 500
    assert set(photographs_of(ids).tolist()) == {1 << 40}
    assert keypoint_ids(7, 3).tolist() == [(7 << KEYPOINT_BITS) + at for at in range(3)]
    assert photographs_of(np.array([NOTHING])).tolist() == [NOTHING]


def test_it_knows_its_photographs_in_order_of_their_ids(segment: Segment) -> None:
    assert len(segment) == 3
    assert segment.keys() == [ref.photo_key for ref in REFS]
    assert segment.ids() == {2, 5, 1 << 40}
    for ref in REFS:
        assert ref.photograph_id in segment
        assert segment.object_of(ref.photograph_id) == ref.object_id
        kept = segment.store.get(ref.photo_key)
        np.testing.assert_array_equal(segment.keypoints(ref.photograph_id).descriptors, kept.local)


@pytest.mark.parametrize("stranger", [-1, 0, 1, 3, 6, (1 << 40) - 1, (1 << 40) + 1])
def test_it_knows_no_others(segment: Segment, stranger: int) -> None:
    assert stranger not in segment
    for ask in (segment.object_of, segment.keypoints):
        with pytest.raises(KeyError):
            ask(stranger)


@pytest.mark.parametrize("opened", [False, True])
def test_each_photograph_is_found_by_both_ways(
    segment: Segment, sight: Sight, tmp_path: Path, opened: bool
) -> None:
    if opened:
        segment.publish(tmp_path)
        segment = Segment.open(tmp_path, segment.store, sight)
    for seed, ref in enumerate(REFS, 1):
        assert voted(segment, seed)[0] == ref.photograph_id
        assert alike(segment, seed)[0] == ref.photograph_id


def test_hidden_is_as_if_not_there_and_shown_as_if_never_hidden(
    segment: Segment, store: VectorStore, sight: Sight
) -> None:
    without = Segment.build([REFS[0], REFS[2]], store, sight)
    whole = [(voted(segment, seed), alike(segment, seed)) for seed in (1, 2, 3)]
    segment.hide([5, 77])
    for seed in (1, 2, 3):
        assert voted(segment, seed) == voted(without, seed)
        assert alike(segment, seed) == alike(without, seed)
        assert 5 not in voted(segment, seed) + alike(segment, seed)
    segment.hide([])
    segment.show([77])
    assert 5 not in voted(segment, 2)
    segment.show([5])
    assert [(voted(segment, seed), alike(segment, seed)) for seed in (1, 2, 3)] == whole


def test_without_photographs_it_finds_nothing(store: VectorStore, sight: Sight, tmp_path: Path) -> None:
    empty = Segment.build([], store, sight)
    empty.publish(tmp_path)
    for segment in (empty, Segment.open(tmp_path, store, sight)):
        assert len(segment) == 0
        assert segment.ids() == set()
        assert segment.keys() == []
        assert voted(segment, 1) == alike(segment, 1) == []
        segment.hide([1])
        segment.show([1])


def test_it_is_published_as_the_same_bytes(
    segment: Segment, store: VectorStore, sight: Sight, tmp_path: Path
) -> None:
    for name, one in (("a", segment), ("b", Segment.build(REFS, store, sight))):
        (tmp_path / name).mkdir()
        assert sorted(one.publish(tmp_path / name)) == sorted((tmp_path / name).iterdir())
    assert contents(tmp_path / "a") == contents(tmp_path / "b")
    assert set(contents(tmp_path / "a")) == {"photographs.npy", "shapes.npy", "local.faiss", "global.faiss"}


class TestOpening:
    @pytest.fixture
    def folder(self, segment: Segment, tmp_path: Path) -> Path:
        (tmp_path / "7").mkdir()
        segment.publish(tmp_path / "7")
        return tmp_path / "7"

    @pytest.mark.parametrize("content", [b"", b"no table", b"\x93NUMPY", b"PK\x05\x06" + bytes(18)])
    def test_a_torn_or_foreign_table_is_refused(
        self, folder: Path, store: VectorStore, sight: Sight, content: bytes
    ) -> None:
        (folder / TABLE).write_bytes(content)
        with pytest.raises(IndexUnusable, match=TABLE):
            Segment.open(folder, store, sight)

    def test_a_missing_table_is_refused(self, folder: Path, store: VectorStore, sight: Sight) -> None:
        (folder / TABLE).unlink()
        with pytest.raises(IndexUnusable, match=TABLE):
            Segment.open(folder, store, sight)

    def test_another_table_is_refused(
        self, folder: Path, store: VectorStore, sight: Sight, segment: Segment
    ) -> None:
        fewer = segment.table[:2]
        counts = segment.table.copy()
        counts["keypoints"][0] += 1
        for table in (np.arange(3), np.zeros(3, TABLE_TYPE), fewer, counts):
            np.save(folder / TABLE, table)
            with pytest.raises(IndexUnusable):
                Segment.open(folder, store, sight)

    def test_other_shapes_are_refused(
        self, folder: Path, store: VectorStore, sight: Sight, segment: Segment
    ) -> None:
        whole = segment.shapes
        for shapes in (whole[:-1], whole[:, :1], whole.ravel(), whole.astype(np.int16), np.zeros((0, 2))):
            np.save(folder / SHAPES, shapes)
            with pytest.raises(IndexUnusable):
                Segment.open(folder, store, sight)
        np.save(folder / SHAPES, whole)
        Segment.open(folder, store, sight)

    @pytest.mark.parametrize("name", ["local.faiss", "global.faiss"])
    def test_indexes_of_other_photographs_are_refused(
        self, folder: Path, store: VectorStore, sight: Sight, tmp_path: Path, name: str
    ) -> None:
        (tmp_path / "8").mkdir()
        Segment.build(REFS[:2], store, sight).publish(tmp_path / "8")
        (tmp_path / "8" / name).replace(folder / name)
        with pytest.raises(IndexUnusable):
            Segment.open(folder, store, sight)

    def test_photographs_whose_vectors_are_lost_are_refused(self, folder: Path, sight: Sight) -> None:
        with pytest.raises(IndexUnusable, match="3 photographs are missing"):
            Segment.open(folder, VectorStore(folder / "nowhere"), sight)
