"""Embeds in processes on this machine: one single-threaded worker a core."""

import multiprocessing
import pickle
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from pathlib import Path

from pebble import ProcessExpired, ProcessPool

from data.machine import cores
from data.photos import PhotoStore
from indexer.runners.runner import ShardDone, ShardJob, embed_shard
from indexer.sight import Sight
from models.threads import single_threaded

SECONDS_A_PHOTO = 30
"""A photo takes a tenth of a second; a worker that is this slow hangs, and is replaced."""
AHEAD = 2
"""Jobs that wait for each worker."""


class ProcessRunner:
    """A pool of processes. A worker that crashes or hangs loses its job only; the others go on."""

    def __init__(self, workers: int = 0) -> None:
        self.workers = workers or cores()

    def run(
        self, jobs: Sequence[ShardJob], photos: PhotoStore, folder: Path, sight: Sight
    ) -> Iterator[ShardDone]:
        """Work off jobs as workers become free."""
        # by a file: a worker that dies while it reads megabytes from a pipe leaves this process writing for ever
        with tempfile.NamedTemporaryFile(suffix=".tools") as tools:
            pickle.dump((photos, folder, sight), tools)
            tools.flush()
            pool = ProcessPool(
                max_workers=self.workers,
                context=multiprocessing.get_context("spawn"),
                initializer=_begin,
                initargs=(tools.name,),
            )
            try:
                yield from self._run(jobs, pool)
                pool.close()
            finally:
                pool.stop()
                pool.join()

    def _run(self, jobs: Sequence[ShardJob], pool: ProcessPool) -> Iterator[ShardDone]:
        waiting = iter(jobs)
        running: dict[Future[ShardDone], ShardJob] = {}
        while True:
            for job in waiting:
                running[pool.schedule(_work, args=(job,), timeout=SECONDS_A_PHOTO * len(job.keys))] = job
                if len(running) >= AHEAD * self.workers:
                    break
            if not running:
                return
            finished, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in finished:
                yield _outcome(future, running.pop(future))


def _outcome(future: "Future[ShardDone]", job: ShardJob) -> ShardDone:
    try:
        return future.result()
    except TimeoutError:
        return ShardDone(job, {}, "embedding took too long")
    except ProcessExpired as problem:
        return ShardDone(job, {}, f"the worker died ({problem})")


_tools: tuple[PhotoStore, Path, Sight]


def _begin(tools: str) -> None:
    global _tools  # noqa: PLW0603 - a worker process is given its tools once
    single_threaded()
    _tools = pickle.loads(Path(tools).read_bytes())  # noqa: S301 - written by `run`


def _work(job: ShardJob) -> ShardDone:
    return embed_shard(job, *_tools)
