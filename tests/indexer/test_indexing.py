"""Indexing embeds what is missing, leaves out what fails, and ends the same however often it is interrupted."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from filelock import FileLock

from data.photos import PhotoStore
from data.registered import PhotographRef
from indexer import indexing
from indexer.generation import KEPT
from indexer.indexing import FailedPhoto, IndexBusy, IndexProgress, index_register, missing_keys
from indexer.runners.processes import ProcessRunner
from indexer.runners.runner import InlineRunner, ShardDone, ShardJob
from indexer.sight import Sight
from indexer.vectors import store as stores
from indexer.vectors.faiss_index import LocalIndex
from indexer.vectors.index import IndexUnusable
from tests.drawing import draw_photo
from tests.indexer.stubs import MARKED_WIDTH, Deadly, Refusing, Unasked, seeing_with
from tests.indexer.workbench import Workbench, contents, drawn, manifest_of

SEEDS = range(1, 7)


class Noting(InlineRunner):
    """Notes which photos it was asked for."""

    def __init__(self) -> None:
        self.keys: list[str] = []

    def run(
        self, jobs: Sequence[ShardJob], photos: PhotoStore, folder: Path, sight: Sight
    ) -> Iterator[ShardDone]:
        for job in jobs:
            self.keys.extend(job.keys)
        yield from super().run(jobs, photos, folder, sight)


class Losing(InlineRunner):
    """A runner whose worker dies with every job that holds one of these photos."""

    def __init__(self, *fatal: str) -> None:
        self.fatal = set(fatal)

    def run(
        self, jobs: Sequence[ShardJob], photos: PhotoStore, folder: Path, sight: Sight
    ) -> Iterator[ShardDone]:
        for job in jobs:
            if self.fatal & set(job.keys):
                yield ShardDone(job, {}, "the worker died")
            else:
                yield from super().run([job], photos, folder, sight)


@pytest.fixture(autouse=True)
def _small_shards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indexing, "SHARD_PHOTOS", 2)


@pytest.fixture
def filled(bench: Workbench) -> Workbench:
    """A register of six objects, not indexed."""
    for seed in SEEDS:
        bench.report(seed)
    return bench


def served(bench: Workbench) -> set[int]:
    return bench.generation().segment.ids()


def key_of(bench: Workbench, object_id: int) -> str:
    return bench.register.get(object_id).photographs[0].photo_key


class TestReport:
    def test_it_counts_what_was_embedded_and_what_was_there(self, filled: Workbench) -> None:
        first = filled.index()
        assert (first.generation, first.photographs, first.embedded, first.reused) == (1, 6, 6, 0)
        assert (first.failed, first.damaged) == ((), ())
        assert first.seconds > 0
        filled.report(7, 8)
        second = filled.index()
        assert (second.generation, second.photographs, second.embedded, second.reused) == (2, 8, 2, 6)

    def test_what_failed_was_neither_embedded_nor_there(self, filled: Workbench) -> None:
        for object_id in (1, 2):
            filled.stored(object_id).unlink()
        report = filled.index()
        assert (report.photographs, report.embedded, report.reused) == (4, 4, 0)
        assert [one.photograph_id for one in report.failed] == [1, 2]

    def test_one_photo_of_two_objects_is_embedded_once_and_found_as_both(self, filled: Workbench) -> None:
        filled.report(1)
        runner = Noting()
        report = filled.index(runner=runner)
        assert len(runner.keys) == 6
        assert report.photographs == report.embedded + report.reused == 7
        assert served(filled) == set(range(1, 8))

    def test_an_empty_register_gives_an_empty_generation(self, bench: Workbench) -> None:
        report = bench.index()
        assert (report.generation, report.photographs, report.embedded, report.reused) == (1, 0, 0, 0)
        assert served(bench) == set()

    def test_objects_that_answer_no_search_are_left_out(self, filled: Workbench) -> None:
        filled.withdraw(2)
        assert filled.index().photographs == 5
        assert served(filled) == {1, 3, 4, 5, 6}
        filled.reinstate(2)
        assert filled.index().embedded == 1
        filled.withdraw(2)
        filled.index()
        filled.reinstate(2)
        assert served(filled) == {1, 3, 4, 5, 6}
        assert filled.index().photographs == 6


class TestProgress:
    def test_it_grows_to_the_whole(self, filled: Workbench) -> None:
        filled.stored(3).write_bytes(b"no photo")
        seen: list[IndexProgress] = []
        filled.index(progress=seen.append)
        assert [(one.done, one.total, one.failed) for one in seen] == [(2, 6, 0), (4, 6, 1), (6, 6, 1)]
        assert all(one.rate > 0 for one in seen)
        assert [one.seconds_left == 0 for one in seen] == [False, False, True]

    def test_photos_that_were_lost_count_once(self, filled: Workbench) -> None:
        seen: list[IndexProgress] = []
        filled.index(progress=seen.append, runner=Losing(key_of(filled, 1)))
        assert [(one.done, one.failed) for one in seen] == [(2, 0), (4, 0), (5, 1), (6, 1)]

    def test_nothing_to_embed_is_nothing_to_report(self, filled: Workbench) -> None:
        filled.index()
        seen: list[IndexProgress] = []
        filled.index(progress=seen.append)
        assert seen == []


class TestInterruption:
    @pytest.mark.parametrize("after", [1, 2, 3])
    def test_only_what_is_missing_is_embedded_afterwards(self, filled: Workbench, after: int) -> None:
        seen: list[IndexProgress] = []

        def stop(state: IndexProgress) -> None:
            seen.append(state)
            if len(seen) == after:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            filled.index(progress=stop)
        assert not (filled.index_dir / "CURRENT").exists()
        runner = Noting()
        report = filled.index(runner=runner)
        assert runner.keys == [key_of(filled, one) for one in SEEDS][2 * after :]
        assert (report.embedded, report.reused) == (6 - 2 * after, 2 * after)
        assert served(filled) == set(SEEDS)

    def test_it_ends_as_one_that_was_left_alone(self, filled: Workbench) -> None:
        filled.index()
        undisturbed = contents(filled.served()), contents(filled.vectors)
        filled.index_dir.rename(filled.folder / "undisturbed")

        def stop(state: IndexProgress) -> None:
            raise KeyboardInterrupt

        for _ in range(2):
            with pytest.raises(KeyboardInterrupt):
                filled.index(progress=stop)
        filled.index()
        found = contents(filled.served()), contents(filled.vectors)
        assert found[1] == undisturbed[1]
        assert {name: data for name, data in found[0].items() if name != "manifest.json"} == {
            name: data for name, data in undisturbed[0].items() if name != "manifest.json"
        }

    def test_in_processes_too(self, filled: Workbench) -> None:
        def stop(state: IndexProgress) -> None:
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            filled.index(progress=stop, runner=ProcessRunner(1))
        before = {key_of(filled, one) for one in SEEDS if key_of(filled, one) in filled.store()}
        assert before
        runner = Noting()
        filled.index(runner=runner)
        assert set(runner.keys) == {key_of(filled, one) for one in SEEDS} - before


class TestFailures:
    def test_a_photo_that_fails_keeps_no_other_back(self, filled: Workbench) -> None:
        filled.stored(2).unlink()
        filled.stored(5).write_bytes(b"other bytes")
        report = filled.index()
        assert served(filled) == {1, 3, 4, 6}
        assert [one.photograph_id for one in report.failed] == [2, 5]
        assert "no photo" in report.failed[0].reason
        assert "hash" in report.failed[1].reason
        assert set(filled.generation().failed) == {2, 5}

    def test_it_is_tried_again_only_when_rebuilding(self, filled: Workbench) -> None:
        filled.stored(2).unlink()
        filled.index()
        filled.photos.put(drawn(2))
        report = filled.index()
        assert [one.photograph_id for one in report.failed] == [2]
        runner = Noting()
        report = filled.index(rebuild=True, runner=runner)
        assert runner.keys == [key_of(filled, 2)]
        assert (report.failed, report.photographs, report.embedded) == ((), 6, 1)
        assert served(filled) == set(SEEDS)

    def test_what_still_fails_when_rebuilding_is_still_named(self, filled: Workbench) -> None:
        filled.stored(2).unlink()
        first = filled.index()
        assert filled.index(rebuild=True).failed == first.failed
        assert filled.index().failed == first.failed

    def test_a_photo_that_kills_its_worker_is_the_only_one_left_out(
        self, filled: Workbench, sight: Sight
    ) -> None:
        fatal = filled.report(9, width=MARKED_WIDTH)
        report = filled.index(runner=ProcessRunner(1), sight=seeing_with(sight, Deadly))
        assert report.failed == (FailedPhoto(7, "the worker died (Abnormal termination)"),)
        assert served(filled) == set(SEEDS)
        assert filled.generation().failed == {filled.photograph(fatal): report.failed[0].reason}
        # and is not tried again, so that nothing dies
        assert filled.index(sight=seeing_with(sight, Deadly)).failed == report.failed

    def test_lost_photos_are_embedded_one_by_one(self, filled: Workbench) -> None:
        report = filled.index(runner=Losing(key_of(filled, 1), key_of(filled, 4)))
        assert report.failed == (FailedPhoto(1, "the worker died"), FailedPhoto(4, "the worker died"))
        assert served(filled) == {2, 3, 5, 6}

    def test_an_unexpected_error_ends_indexing_and_leaves_the_last_generation(
        self, filled: Workbench, sight: Sight
    ) -> None:
        filled.index()
        filled.report(8)
        with pytest.raises(Unasked):
            filled.index(sight=seeing_with(sight, Refusing))
        assert served(filled) == set(SEEDS)
        filled.index()
        assert len(served(filled)) == 7


class TestStoredVectors:
    def test_a_generation_is_made_again_without_embedding(self, filled: Workbench, sight: Sight) -> None:
        filled.index()
        for path in filled.generations.rglob("*.*"):
            path.unlink()
        report = filled.index(sight=seeing_with(sight, Refusing))
        assert (report.embedded, report.reused) == (0, 6)
        assert served(filled) == set(SEEDS)

    def test_rebuilding_embeds_nothing_that_is_there(self, filled: Workbench, sight: Sight) -> None:
        filled.index()
        assert filled.index(rebuild=True, sight=seeing_with(sight, Refusing)).embedded == 0

    def test_the_refusing_extractor_does_refuse(self, filled: Workbench, sight: Sight) -> None:
        with pytest.raises(Unasked):
            filled.index(sight=seeing_with(sight, Refusing))

    def test_a_damaged_shard_is_named_and_only_its_photos_embedded_again(self, filled: Workbench) -> None:
        filled.index()
        filled.report(7, 8)
        runner = Noting()
        filled.index(runner=runner)
        shard = next(iter(filled.vectors.iterdir()))
        (shard / "whole.npy").write_bytes(b"")
        lost = set(json.loads((shard / "shard.json").read_text())["keys"])
        with pytest.raises(IndexUnusable, match=shard.name):
            filled.generation()
        runner = Noting()
        report = filled.index(runner=runner)
        assert len(report.damaged) == 1
        assert shard.name in report.damaged[0]
        assert set(runner.keys) == lost
        assert (report.embedded, report.photographs) == (len(lost), 8)
        assert len(served(filled)) == 8
        assert filled.index().damaged == ()

    def test_two_runs_give_the_same_but_for_number_and_time(self, filled: Workbench) -> None:
        filled.index()
        first, vectors = filled.served(), contents(filled.vectors)
        filled.index()
        second = filled.served()
        assert contents(filled.vectors) == vectors
        for name in ("photographs.npy", "global.faiss"):
            assert (first / name).read_bytes() == (second / name).read_bytes()
        one, other = manifest_of(first), manifest_of(second)
        for manifest in (one, other):
            manifest["register"].pop("taken_at")
            manifest.pop("published_at")
        assert one.pop("generation") + 1 == other.pop("generation")
        assert one == other

    def test_the_order_of_indexing_leaves_no_trace_in_the_index(self, filled: Workbench) -> None:
        filled.index()
        filled.report(7)
        filled.index()
        in_steps = contents(filled.served())
        filled.index_dir.rename(filled.folder / "before")
        filled.index()
        at_once = contents(filled.served())
        for name in ("photographs.npy", "global.faiss"):
            assert in_steps[name] == at_once[name]

    def test_codes_are_kept_once_however_often_it_is_published(self, filled: Workbench) -> None:
        filled.index()
        filled.report(7)
        filled.index()
        filled.index()
        assert len(list(filled.generations.iterdir())) == KEPT
        written = list(contents(filled.index_dir).values())
        for seed in (*SEEDS, 7):
            codes = filled.store().get(key_of(filled, seed)).codes.tobytes()
            assert len(codes) > 1000
            assert sum(codes in one for one in written) == 1

    def test_nothing_is_encoded_for_a_generation_damaged_or_not(
        self, filled: Workbench, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        filled.index()
        before = {seed: filled.store().get(key_of(filled, seed)).codes.tobytes() for seed in SEEDS}

        def encode(*_: object) -> None:
            raise AssertionError("the codes are in the vector store")

        monkeypatch.setattr(LocalIndex, "encode", encode)
        filled.index()
        for name in ("photographs.npy", "manifest.json"):
            (filled.served() / name).write_bytes(b"torn")
            with pytest.raises(IndexUnusable):
                filled.generation()
            assert filled.index().embedded == 0
            assert served(filled) == set(SEEDS)
        shutil.rmtree(filled.generations)
        assert filled.index().embedded == 0
        assert len(filled.generation().segment.local) == sum(len(codes) for codes in before.values()) // 18

    def test_shards_that_nothing_needs_any_more_are_removed(
        self, filled: Workbench, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(stores, "SMALL", 0)  # none is joined
        filled.index()
        for object_id in SEEDS:
            filled.withdraw(object_id)
        filled.report(8)
        filled.index()
        store = filled.store()  # the generation before needed them until this one was served
        assert all(key_of(filled, one) in store for one in (*SEEDS, 7))
        filled.index()
        assert [one for one in (*SEEDS, 7) if key_of(filled, one) in filled.store()] == [7]
        assert served(filled) == {7}

    def test_small_shards_are_joined(self, filled: Workbench) -> None:
        filled.index()
        assert len(list(filled.vectors.iterdir())) == 1


class TestOneWriter:
    def test_while_another_indexes_it_is_busy(self, filled: Workbench) -> None:
        filled.index_dir.mkdir()
        with FileLock(filled.index_dir / "lock"), pytest.raises(IndexBusy, match="Wait"):
            filled.index()
        assert filled.index().generation == 1

    def test_of_two_at_once_one_is_busy_and_the_other_ends_well(self, filled: Workbench) -> None:
        barrier = Barrier(2)

        def run() -> str:
            barrier.wait(10)
            try:
                filled.index()
            except IndexBusy:
                return "busy"
            return "done"

        with ThreadPoolExecutor(2) as threads:
            results = {one.result() for one in [threads.submit(run) for _ in range(2)]}
        assert "done" in results
        assert served(filled) == set(SEEDS)

    def test_the_lock_of_one_that_died_holds_nobody_up(self, filled: Workbench) -> None:
        filled.index_dir.mkdir()
        (filled.index_dir / "lock").write_text("")
        assert filled.index().photographs == 6

    def test_what_a_living_process_is_writing_is_left_alone(self, filled: Workbench) -> None:
        filled.vectors.mkdir(parents=True)
        half = filled.vectors / "0123.tmp45"
        half.mkdir()
        filled.index()
        assert half.is_dir()

    def test_what_a_dead_process_was_writing_is_swept(self, filled: Workbench) -> None:
        half = filled.vectors / "0123.tmp45"
        half.mkdir(parents=True)
        hour_ago = time.time() - 3600
        os.utime(half, (hour_ago, hour_ago))
        filled.index()
        assert not half.exists()


def test_each_missing_photo_is_named_once_in_order_of_its_photographs(bench: Workbench) -> None:
    store = bench.store()
    store.add([], {"failed": "why"})
    keys = ["b", "a", "failed", "b", "c", "a"]
    refs = [PhotographRef(at, at, key) for at, key in enumerate(keys)]
    assert missing_keys(refs, store) == ["b", "a", "c"]


def test_by_default_it_works_in_processes(filled: Workbench, sight: Sight) -> None:
    report = index_register(filled.register, filled.index_dir, sight, workers=1)
    assert (report.photographs, report.embedded) == (6, 6)
    assert served(filled) == set(SEEDS)


def test_photos_of_any_stored_size_can_be_indexed(bench: Workbench) -> None:
    large = bench.photos.put(draw_photo(3, 2600, 1950))
    object_id = bench.report(1)
    path = bench.stored(object_id)
    assert large != path.name
    runner = InlineRunner()
    (done,) = runner.run([ShardJob((large,))], bench.photos, bench.vectors, bench.sight)
    assert done.failed == {}
