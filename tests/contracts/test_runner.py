"""The runners keep the contract; the one with processes outlives its workers."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Iterator
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import pytest

from data.machine import cores
from data.photos import FsspecPhotoStore
from indexer.runners import processes
from indexer.runners.processes import ProcessRunner
from indexer.runners.runner import InlineRunner, Runner, ShardDone, ShardJob
from indexer.sight import Sight
from tests.contracts.runner import RunnerContract, jobs_of, opened
from tests.drawing import draw_photo
from tests.indexer.stubs import MARKED_WIDTH, Deadly, Hanging, Unloadable, seeing_with


class TestInline(RunnerContract):
    @pytest.fixture
    def runner(self) -> Runner:
        return InlineRunner()


class TestProcesses(RunnerContract):
    @pytest.fixture
    def runner(self) -> Runner:
        return ProcessRunner(2)

    @pytest.fixture(autouse=True)
    def no_process_lives_on(self) -> Iterator[None]:
        """Whatever a test does with its runner: its workers are gone at the end."""
        before = set(multiprocessing.active_children())
        yield
        assert set(multiprocessing.active_children()) <= before

    @pytest.fixture
    def marked(self, photos: FsspecPhotoStore) -> str:
        """A photo that the stub models can't bear."""
        return photos.put(draw_photo(1, MARKED_WIDTH, 150))

    def test_left_early_no_process_lives_on(
        self, runner: Runner, photos: FsspecPhotoStore, keys: list[str], folder: Path, sight: Sight
    ) -> None:
        before = set(multiprocessing.active_children())
        running = runner.run(jobs_of(keys, 1), photos, folder, sight)
        next(running)
        workers = set(multiprocessing.active_children()) - before
        assert len(workers) == 2
        running.close()  # type: ignore[attr-defined]
        assert not any(one.is_alive() for one in workers)

    def test_a_worker_that_dies_loses_its_job_only(
        self, photos: FsspecPhotoStore, keys: list[str], folder: Path, sight: Sight, marked: str
    ) -> None:
        fatal = ShardJob((keys[0], marked, keys[1]))
        jobs = [*jobs_of(keys[2:6], 2), fatal, *jobs_of(keys[6:], 1)]
        given = self.done(ProcessRunner(1).run(jobs, photos, folder, seeing_with(sight, Deadly)))
        assert set(given) == set(jobs)
        assert given.pop(fatal) == ShardDone(fatal, {}, "the worker died (Abnormal termination)")
        assert all(not one.lost and not one.failed for one in given.values())
        store = opened(folder)
        assert [key for key in [*keys, marked] if key not in store] == [keys[0], keys[1], marked]
        assert all(store.failure(key) is None for key in fatal.keys)

    def test_a_worker_that_hangs_is_replaced(
        self,
        photos: FsspecPhotoStore,
        keys: list[str],
        folder: Path,
        sight: Sight,
        marked: str,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(processes, "SECONDS_A_PHOTO", 2)
        stuck = ShardJob((marked,))
        jobs = [stuck, *jobs_of(keys, 2)]
        given = self.done(ProcessRunner(1).run(jobs, photos, folder, seeing_with(sight, Hanging)))
        assert given.pop(stuck) == ShardDone(stuck, {}, "embedding took too long")
        assert len(given) == 5
        assert all(not one.lost for one in given.values())

    def test_workers_that_can_not_begin_are_an_error_and_no_end_of_waiting(
        self, photos: FsspecPhotoStore, keys: list[str], folder: Path, sight: Sight
    ) -> None:
        began = time.monotonic()
        with pytest.raises(BrokenProcessPool):
            self.done(ProcessRunner(2).run(jobs_of(keys, 5), photos, folder, seeing_with(sight, Unloadable)))
        assert time.monotonic() - began < 30

    def test_it_takes_as_many_workers_as_there_are_cores(self) -> None:
        assert ProcessRunner().workers == cores() >= 1
        assert ProcessRunner(3).workers == 3
