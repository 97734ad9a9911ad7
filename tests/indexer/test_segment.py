"""A segment knows its photographs, finds them by both ways, and leaves out what is hidden."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from data.registered import PhotographRef
from indexer.retrieve import resemble, vote
from indexer.sight import Sight
from indexer.vectors import segment as segments
from indexer.vectors.index import NOTHING, IndexUnusable
from indexer.vectors.segment import (
    KEYPOINT_BITS,
    TABLE,
    TABLE_TYPE,
    Roll,
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


@pytest.fixture
def roll(store: VectorStore, sight: Sight) -> Roll:
    return Roll.of(REFS[::-1], store, sight)


def opened(folder: Path, store: VectorStore, sight: Sight) -> Segment:
    """The segment of a roll that was published."""
    return Segment.fill(Roll.open(folder, sight), store, sight)


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


@pytest.mark.parametrize("published", [False, True])
@pytest.mark.parametrize(("block", "blocks"), [(1, 16), (1, 2), (1024, 16)])
def test_each_photograph_is_found_by_both_ways(
    roll: Roll,
    store: VectorStore,
    sight: Sight,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    published: bool,
    block: int,
    blocks: int,
) -> None:
    monkeypatch.setattr(segments, "BLOCK", block)
    monkeypatch.setattr(segments, "BLOCKS", blocks)
    if published:
        roll.publish(tmp_path)
        roll = Roll.open(tmp_path, sight)
    segment = Segment.fill(roll, store, sight)
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
    Roll.of([], store, sight).publish(tmp_path)
    for segment in (Segment.build([], store, sight), opened(tmp_path, store, sight)):
        assert len(segment) == 0
        assert segment.ids() == set()
        assert segment.keys() == []
        assert voted(segment, 1) == alike(segment, 1) == []
        segment.hide([1])
        segment.show([1])


def test_a_roll_is_published_as_the_same_bytes(
    roll: Roll, store: VectorStore, sight: Sight, tmp_path: Path
) -> None:
    for name, one in (("a", roll), ("b", Roll.of(REFS, store, sight))):
        (tmp_path / name).mkdir()
        assert sorted(one.publish(tmp_path / name)) == sorted((tmp_path / name).iterdir())
    assert contents(tmp_path / "a") == contents(tmp_path / "b")
    assert set(contents(tmp_path / "a")) == {"photographs.npy", "global.faiss"}


def test_no_code_is_kept_twice(roll: Roll, store: VectorStore, tmp_path: Path) -> None:
    roll.publish(tmp_path)
    kept = b"".join(path.read_bytes() for path in tmp_path.glob("*.*"))
    for seed in (1, 2, 3):
        rest = np.asarray(store.get(embedded(seed).key).codes[:, 2:])
        assert len(rest) > 50
        assert not any(code.tobytes() in kept for code in rest)


class TestOpening:
    @pytest.fixture
    def folder(self, roll: Roll, tmp_path: Path) -> Path:
        (tmp_path / "7").mkdir()
        roll.publish(tmp_path / "7")
        return tmp_path / "7"

    @pytest.mark.parametrize("content", [b"", b"no table", b"\x93NUMPY", b"PK\x05\x06" + bytes(18)])
    def test_a_torn_or_foreign_table_is_refused(self, folder: Path, sight: Sight, content: bytes) -> None:
        (folder / TABLE).write_bytes(content)
        with pytest.raises(IndexUnusable, match=TABLE):
            Roll.open(folder, sight)

    def test_a_missing_table_is_refused(self, folder: Path, sight: Sight) -> None:
        (folder / TABLE).unlink()
        with pytest.raises(IndexUnusable, match=TABLE):
            Roll.open(folder, sight)

    def test_another_table_is_refused(
        self, folder: Path, store: VectorStore, sight: Sight, roll: Roll
    ) -> None:
        fewer = roll.table[:2]
        counts = roll.table.copy()
        counts["keypoints"][0] += 1
        for table in (np.arange(3), np.zeros(3, TABLE_TYPE), roll.table[None], fewer, counts):
            np.save(folder / TABLE, table)
            with pytest.raises(IndexUnusable):
                opened(folder, store, sight)
        np.save(folder / TABLE, roll.table)
        assert len(opened(folder, store, sight)) == 3

    def test_a_global_index_of_other_photographs_is_refused(
        self, folder: Path, store: VectorStore, sight: Sight, tmp_path: Path
    ) -> None:
        (tmp_path / "8").mkdir()
        Roll.of(REFS[:2], store, sight).publish(tmp_path / "8")
        (tmp_path / "8" / "global.faiss").replace(folder / "global.faiss")
        with pytest.raises(IndexUnusable):
            opened(folder, store, sight)

    def test_photographs_whose_vectors_are_lost_are_refused(self, folder: Path, sight: Sight) -> None:
        with pytest.raises(IndexUnusable, match="3 photographs are missing"):
            opened(folder, VectorStore(folder / "nowhere"), sight)

    def test_photographs_with_other_vectors_are_refused(
        self, folder: Path, tmp_path: Path, sight: Sight
    ) -> None:
        other = VectorStore(tmp_path / "other")
        other.add([embedded(1), embedded(2), replace(embedded(4), key=embedded(3).key)], {})
        assert len(embedded(4).local) != len(embedded(3).local)
        with pytest.raises(IndexUnusable, match="have changed"):
            opened(folder, other, sight)
