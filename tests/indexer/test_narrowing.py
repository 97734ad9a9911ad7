"""A search among some objects finds what a register of only these would: nothing is lost for being narrowed."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer import retrieve, search
from indexer.answer import Answer, Narrowed
from indexer.decide import AlertLevel, Verdict
from indexer.sight import REGISTERED_KEYPOINTS
from indexer.steps import Steps
from indexer.vectors.index import Ids
from indexer.vectors.segment import KEYPOINT_MASK, Segment
from tests.indexer.workbench import Workbench, again, drawn, workbench

OBJECTS = range(1, 8)
WITHDRAWN, LIVE, SHARED = 3, 6, 7
"""Object 6 was registered since the generation; object 7 has the pictures 6 and 7, the first of them object 6's too."""
SEEN = [one for one in OBJECTS if one != WITHDRAWN]


def ids(*objects: int) -> Ids:
    return np.array(sorted(objects), np.int64)


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workbench]:
    """Objects 1 to 7, one of them withdrawn since the generation, two in the live segment."""
    with workbench(tmp_path_factory.mktemp("narrowing")) as opened:
        for seed in OBJECTS[:5]:
            opened.report(seed)
        opened.index()
        opened.withdraw(WITHDRAWN)
        opened.report(6)
        opened.report(7, 6)
        yield opened


def alone(bench: Workbench, photos: list[bytes], objects: set[int]) -> tuple[object, ...]:
    """What a search finds in an index that holds only these objects, every photograph of them a candidate."""
    _, refs = bench.register.survey()
    store = bench.store()
    segment = Segment.build([ref for ref in refs if ref.object_id in objects], store, bench.sight)
    found = search.search_photos(photos, [segment], bench.sight, bench.register.photos.get, 100, Steps())
    return found.verdict, found.candidates, found.advice


def told(answer: Answer) -> tuple[object, ...]:
    return answer.verdict, answer.candidates, answer.advice


def test_it_finds_what_an_index_of_only_these_finds_whatever_they_are(bench: Workbench) -> None:
    engine = bench.engine()

    @given(objects=st.sets(st.sampled_from(OBJECTS)), shown=st.sampled_from(SEEN))
    @settings(max_examples=14)
    def holds(objects: set[int], shown: int) -> None:
        answer = engine.search([again(shown)], objects=ids(*objects))
        assert told(answer) == alone(bench, [again(shown)], objects)
        visible = sorted(objects - {WITHDRAWN})
        assert {each.object_id for each in answer.candidates} <= set(visible)
        assert answer.narrowed == Narrowed(
            objects=len(objects),
            photographs=len(visible) + (SHARED in objects),
            pictureless=tuple(objects & {WITHDRAWN}),
        )
        if shown in objects:
            assert answer.verdict is Verdict.match
            first = answer.candidates[0].object_id
            assert first == shown or {first, shown} == {LIVE, SHARED}

    holds()


def test_all_objects_are_the_whole_register(bench: Workbench) -> None:
    engine = bench.engine()
    photos = [again(2), again(4)]
    whole = engine.search(photos)
    among_all = engine.search(photos, objects=ids(*OBJECTS))
    assert whole.narrowed is None
    assert replace(among_all, narrowed=None, steps_ms={}) == replace(whole, steps_ms={})


def test_the_only_object_is_found_and_another_s_only_object_is_not(bench: Workbench) -> None:
    engine = bench.engine()
    assert engine.search([again(2)], objects=ids(2)).candidates[0].verdict is Verdict.match
    other = engine.search([again(2)], objects=ids(4))
    assert other.verdict is Verdict.none
    assert [one.object_id for one in other.candidates] in ([], [4])


@pytest.mark.parametrize("objects", [(), (WITHDRAWN,), (999,)])
def test_among_nothing_nothing_is_found(bench: Workbench, objects: tuple[int, ...]) -> None:
    answer = bench.engine().search([again(2)], objects=ids(*objects))
    assert (answer.verdict, answer.candidates) == (Verdict.none, ())
    assert answer.narrowed == Narrowed(len(objects), 0, objects)


def test_what_is_searched_is_chosen_before_anything_is_retrieved(
    bench: Workbench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(bench.folder, tmp_path / "copy")
    with workbench(tmp_path / "copy") as opened:
        last = max(opened.report(1) for _ in range(4))
        opened.index()
        # as few neighbours as crowd the last of five equal photographs out
        monkeypatch.setattr(retrieve, "NEIGHBOURS", 3)
        monkeypatch.setattr(retrieve, "COMPARED", 3)
        engine = opened.engine()
        assert last not in {one.object_id for one in engine.search([drawn(1)]).candidates}
        first = engine.search([drawn(1)], objects=ids(2, 4, last)).candidates[0]
        assert (first.object_id, first.verdict) == (last, Verdict.match)


def test_levels_and_limits_are_those_of_any_search(bench: Workbench) -> None:
    engine = bench.engine()
    strict = engine.search([again(1)], 1, AlertLevel.auction, objects=ids(1, 2, 4))
    assert (strict.level, len(strict.candidates)) == (AlertLevel.auction, 1)


def test_every_keypoint_of_a_photograph_has_an_id() -> None:
    assert REGISTERED_KEYPOINTS <= KEYPOINT_MASK + 1
