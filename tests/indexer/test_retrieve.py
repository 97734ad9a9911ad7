"""Votes, counted by hand; several indexes are searched as if they were one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.registered import PhotographRef
from indexer.embed import PhotoVectors, unpack
from indexer.retrieve import NEIGHBOURS, Neighbours, most_alike, nearest, resemble, tally, vote
from indexer.sight import Sight
from indexer.vectors.faiss_index import ExactIndex
from indexer.vectors.index import NOTHING
from indexer.vectors.segment import Segment, photographs_of
from indexer.vectors.store import VectorStore
from models.keypoints import Keypoints, as_floats
from tests.contracts.vector_index import filled, unit
from tests.indexer.workbench import embedded

INF = float("inf")


def alike(photographs: list[list[int]], distances: list[list[float]]) -> Neighbours:
    """Neighbours that all turn and grow alike."""
    level = np.zeros(np.shape(distances), np.float32)
    names = np.array(photographs, np.int64)
    return Neighbours(names, names, np.array(distances, np.float32), level, level)


def counted(photographs: list[list[int]], distances: list[list[float]]) -> dict[int, float]:
    """Votes by photograph, in the order in which they come."""
    votes = tally(alike(photographs, distances))
    assert votes.photographs.dtype == np.int64
    assert votes.weights.dtype == np.float32
    return dict(zip(votes.photographs.tolist(), votes.weights.tolist(), strict=True))


def test_a_vote_is_how_much_nearer_than_the_last_neighbour() -> None:
    assert counted([[1, 2, 3]], [[0.25, 0.5, 1.0]]) == {1: 0.75, 2: 0.5}


def test_the_votes_of_all_keypoints_add_up() -> None:
    votes = counted([[2, 1, 4], [1, 2, 3]], [[0.25, 0.5, 1.0], [0.0, 0.5, 1.0]])
    assert list(votes.items()) == [(1, 1.5), (2, 1.25)]


def test_a_keypoint_votes_once_for_a_photograph_with_its_best() -> None:
    assert counted([[1, 1, 1, 2, 3]], [[0.25, 0.3, 0.4, 0.5, 1.0]]) == {1: 0.75, 2: 0.5}
    assert counted([[1, 2], [1, 3]], [[0.5, 1.0], [0.75, 1.0]]) == {1: 0.75}


def test_a_burst_weighs_nothing() -> None:
    assert counted([[1, 2, 3, 4]], [[0.5, 0.5, 0.5, 0.5]]) == {}
    near = counted([[1, 2, 3]], [[0.5, 0.5, 0.5625]])
    assert near == {1: 0.0625, 2: 0.0625}


def test_of_equal_votes_the_lower_id_comes_first() -> None:
    votes = counted([[9, 4, 7], [7, 4, 9]], [[0.5, 0.5, 1.0], [0.5, 0.75, 1.0]])
    assert list(votes.items()) == [(4, 0.75), (7, 0.5), (9, 0.5)]


def test_most_votes_come_first() -> None:
    assert list(counted([[1, 2, 3]], [[0.5, 0.75, 1.0]])) == [1, 2]
    assert list(counted([[2, 1, 3]], [[0.5, 0.75, 1.0]])) == [2, 1]


def test_where_neighbours_are_too_few_the_last_one_votes_too() -> None:
    assert counted([[1, 2, NOTHING]], [[0.25, 0.5, INF]]) == {1: 0.75, 2: 0.5}
    assert counted([[1, NOTHING]], [[0.5, INF]]) == {1: 0.5}
    assert counted([[1, 2, NOTHING]], [[0.25, 1.5, INF]]) == {1: 1.25}


def test_nothing_gets_no_vote() -> None:
    assert counted([[NOTHING, NOTHING]], [[INF, INF]]) == {}
    assert counted([[NOTHING, NOTHING], [1, NOTHING]], [[INF, INF], [0.25, INF]]) == {1: 0.75}


def test_a_few_keypoints_do_not_change_the_votes_of_others() -> None:
    alone = counted([[1, 2, 3]], [[0.25, 0.5, 1.0]])
    with_another = counted([[1, 2, 3], [4, 5, NOTHING]], [[0.25, 0.5, 1.0], [0.5, 0.75, INF]])
    assert with_another == {**alone, 4: 0.5, 5: 0.25}


@given(
    st.lists(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 16)), min_size=4, max_size=4), max_size=6)
)
def test_votes_are_those_of_counting_one_by_one(rows: list[list[tuple[int, int]]]) -> None:
    ordered = [sorted(row, key=lambda one: one[1]) for row in rows]
    wanted: dict[int, float] = {}
    for row in ordered:
        best: dict[int, float] = {}
        for whom, distance in row:
            weight = (row[-1][1] - distance) / 16
            if weight > 0:
                best.setdefault(whom, weight)
        for whom, weight in best.items():
            wanted[whom] = wanted.get(whom, 0) + weight
    photographs = [[whom for whom, _ in row] for row in ordered]
    distances = [[distance / 16 for _, distance in row] for row in ordered]
    found = counted(photographs, distances) if rows else {}
    assert list(found.items()) == sorted(wanted.items(), key=lambda one: (-one[1], one[0]))


@given(
    owners=st.lists(st.integers(0, 2), min_size=1, max_size=20),
    kinds=st.lists(st.integers(0, 4), min_size=20, max_size=20),
    count=st.integers(1, 25),
)
@settings(max_examples=40)
def test_several_indexes_answer_as_one(owners: list[int], kinds: list[int], count: int) -> None:
    vectors = unit(np.random.default_rng(1).normal(size=(5, 8)).astype(np.float32))
    blank, held = ExactIndex(8), vectors[kinds[: len(owners)]]
    divided = [[at for at, owner in enumerate(owners) if owner == one] for one in range(3)]
    parts = [filled(blank, ids, held[ids]) for ids in divided]
    whole = filled(blank, range(len(owners)), held)
    for found, wanted in zip(nearest(parts, vectors, count), whole.search(vectors, count), strict=True):
        np.testing.assert_array_equal(found, wanted)


@pytest.fixture
def store(tmp_path: Path) -> VectorStore:
    store = VectorStore(tmp_path)
    store.add([embedded(seed) for seed in range(1, 7)], {})
    return store


def test_how_photographs_are_divided_into_segments_changes_nothing(store: VectorStore, sight: Sight) -> None:
    refs = [PhotographRef(seed, seed, embedded(seed).key) for seed in range(1, 7)]
    whole = [Segment.build(refs, store, sight)]
    parts = [Segment.build(some, store, sight) for some in (refs[::2], refs[1::2], [])]
    for seed in (1, 4, 9):
        keypoints = embedded(seed).keypoints()
        one, several = vote(whole, keypoints), vote(parts, keypoints)
        np.testing.assert_array_equal(several.photographs, one.photographs)
        np.testing.assert_array_equal(several.weights, one.weights)
        np.testing.assert_array_equal(several.common, one.common)
        whole_photo = embedded(seed).whole.view("<f2").astype(np.float32)[None]
        assert resemble(parts, whole_photo) == resemble(whole, whole_photo)
    views = np.concatenate([embedded(seed).whole.view("<f2").astype(np.float32)[None] for seed in (1, 4, 9)])
    one_by_one = most_alike(resemble(whole, view[None]) for view in views)
    assert list(one_by_one.items()) == list(resemble(whole, views).items())
    assert len(refs) < NEIGHBOURS


def test_where_there_is_nothing_nothing_is_found(store: VectorStore, sight: Sight) -> None:
    keypoints = embedded(1).keypoints()
    empty = Segment.build([], store, sight)
    whole = embedded(1).whole.view("<f2").astype(np.float32)[None]
    for segments in ([], [empty], [empty, empty]):
        assert vote(segments, keypoints).photographs.tolist() == []
        assert vote(segments, keypoints).weights.tolist() == []
        assert resemble(segments, whole) == {}


def pack_none(photo: PhotoVectors) -> Keypoints:
    """The photo as if it had no keypoints."""
    return unpack(photo.geometry[:0], photo.local[:0], photo.width, photo.height)


def test_a_photo_without_keypoints_votes_for_nothing(store: VectorStore, sight: Sight) -> None:
    segment = Segment.build([PhotographRef(1, 1, embedded(1).key)], store, sight)
    none = pack_none(embedded(1))
    assert vote([segment], none).photographs.tolist() == []
    assert vote([segment], none).common.tolist() == []


def test_a_photo_votes_for_itself_with_all_its_keypoints_however_it_is_turned_and_enlarged(
    store: VectorStore, sight: Sight
) -> None:
    segment = Segment.build(
        [PhotographRef(seed, seed, embedded(seed).key) for seed in range(1, 7)], store, sight
    )
    kept = embedded(2).keypoints()
    ids, distances = nearest([segment.local], as_floats(kept.descriptors), NEIGHBOURS)
    last = np.where(np.isfinite(distances), distances, -np.inf).max(axis=1)
    last = np.where(np.isfinite(distances).all(axis=1), last, np.maximum(last, 1))
    own = np.where(photographs_of(ids) == 2, distances, np.inf).min(axis=1)
    all_agree = np.maximum(last - own, 0).sum()
    straight = vote([segment], kept)
    assert straight.photographs[0] == 2
    assert 0.9 * all_agree < straight.weights[0] <= all_agree * 1.001
    moved = vote([segment], replace(kept, angles=(kept.angles + 100) % 360, sizes=kept.sizes * 8))
    assert moved.photographs[0] == 2
    assert moved.weights[0] == pytest.approx(straight.weights[0], rel=0.1)


def counted_by_shape(turns: list[float], zooms: list[float]) -> float:
    """What one photograph gets of four keypoints that vote for it with 0.5 each, turned and grown like this."""
    photographs = np.array([[1, 2]] * 4, np.int64)
    distances = np.array([[0.5, 1.0]] * 4, np.float32)
    shapes = [np.array([[one, 0]] * 1, np.float32) for one in turns]
    zoom = np.array([[one, 0] for one in zooms], np.float32)
    votes = tally(Neighbours(photographs, photographs, distances, np.concatenate(shapes), zoom))
    return float(votes.weights[0])


def test_votes_that_agree_in_turn_and_scale_add_up() -> None:
    assert counted_by_shape([10, 12, 8, 11], [0.1, 0.2, 0.1, 0.3]) == 2.0


def test_votes_on_either_side_of_a_step_count_together() -> None:
    assert counted_by_shape([29, 31, 28, 32], [0.9, 1.1, 0.8, 1.2]) == 2.0
    assert counted_by_shape([359, 1, 358, 2], [-0.1, 0.1, -0.2, 0.2]) == 2.0


def test_votes_that_disagree_in_turn_or_scale_do_not_add_up() -> None:
    assert counted_by_shape([0, 90, 180, 270], [0, 0, 0, 0]) == 0.5
    assert counted_by_shape([10, 10, 10, 10], [-4, 0, 3, 6]) == 0.5
    assert counted_by_shape([10, 12, 100, 190], [0, 0, 0, 0]) == 1.0


@pytest.mark.parametrize("zoom", [-40.0, 40.0, 8.0, -8.0])
def test_a_scale_beyond_reason_is_counted_at_the_edge(zoom: float) -> None:
    assert counted_by_shape([10, 10, 10, 10], [zoom] * 4) == 2.0


def test_photographs_of_one_object_have_nothing_in_common() -> None:
    several = alike([[1, 2, 3, 4]], [[0.1, 0.1, 0.12, 1.0]])
    assert tally(replace(several, objects=np.array([[8, 8, 8, 9]]))).common.tolist() == [1]
    assert tally(replace(several, objects=np.array([[8, 9, 8, 9]]))).common.tolist() == [2]


def test_what_many_objects_have_alike_is_counted_as_common() -> None:
    photographs = [[1, 2, 3, 4], [1, 1, 2, 3], [5, NOTHING, NOTHING, NOTHING], [NOTHING] * 4]
    distances = [[0.1, 0.1, 0.12, 1.0], [0.1, 0.1, 0.9, 1.0], [0.3, INF, INF, INF], [INF] * 4]
    assert tally(alike(photographs, distances)).common.tolist() == [3, 1, 1, 1]


def test_an_object_with_many_photographs_is_found_as_surely_as_with_one(
    store: VectorStore, sight: Sight
) -> None:
    one = [Segment.build([PhotographRef(1, 1, embedded(1).key)], store, sight)]
    refs = [PhotographRef(number, 1, embedded(1).key) for number in range(1, 9)]
    many = [Segment.build(some, store, sight) for some in (refs[:3], refs[3:])]
    keypoints = embedded(1).keypoints()
    assert vote(many, keypoints).common.max() == vote(one, keypoints).common.max() == 1
    others = [PhotographRef(number, number, embedded(1).key) for number in range(1, 9)]
    assert np.median(vote([Segment.build(others, store, sight)], keypoints).common) == 8


def test_views_join_by_the_most_that_any_of_them_says() -> None:
    joined = most_alike([{7: 0.5, 2: 0.1}, {}, {2: 0.5, 9: 0.9, 7: 0.2}])
    assert list(joined.items()) == [(9, 0.9), (2, 0.5), (7, 0.5)]
    assert most_alike([]) == {}
