"""From the register to a published generation: embed what is missing, then publish. Can be interrupted anywhere."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from data.photos import PhotoStore
from data.register import Register
from data.registered import PhotographRef
from indexer import files
from indexer.generation import open_roll, pointer, publish, store_folder
from indexer.runners.processes import ProcessRunner
from indexer.runners.runner import Runner, ShardJob
from indexer.sight import Sight
from indexer.vectors.index import IndexUnusable
from indexer.vectors.segment import Roll
from indexer.vectors.store import VectorStore, write_shard

SHARD_PHOTOS = 32
"""Photos that are embedded together: what an interruption loses at most, for each worker."""


class IndexBusy(Exception):
    """Another process is indexing."""


@dataclass(frozen=True, slots=True)
class IndexProgress:
    """How far embedding is."""

    done: int
    total: int
    failed: int
    rate: float
    """Photos a second, so far."""
    seconds_left: float | None


@dataclass(frozen=True, slots=True)
class FailedPhoto:
    """A photograph that is in the register but can't be searched, and why."""

    photograph_id: int
    reason: str


@dataclass(frozen=True, slots=True)
class IndexReport:
    """What an indexing run did.

    photographs  that can be searched now; of these:
    embedded     those whose vectors were made by this run
    reused       those whose vectors were there
    """

    generation: int
    photographs: int
    embedded: int
    reused: int
    failed: tuple[FailedPhoto, ...]
    damaged: tuple[str, ...]
    """Shards of vectors that were found damaged; their photos were embedded again."""
    seconds: float


def index_register(
    register: Register,
    index_dir: Path,
    sight: Sight,
    *,
    workers: int = 0,
    progress: Callable[[IndexProgress], None] | None = None,
    rebuild: bool = False,
    runner: Runner | None = None,
) -> IndexReport:
    """Embed the photographs that have no vectors yet and publish a new generation.

    Interrupted at any moment it leaves the last generation serving; run again, it goes on where it was.
    `rebuild` tries photographs again that failed before. Raises IndexBusy while another process indexes.
    """
    index_dir.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(index_dir / "lock", timeout=0):
            return _index(
                register, index_dir, sight, runner or ProcessRunner(workers), progress, rebuild=rebuild
            )
    except Timeout as problem:
        raise IndexBusy("Another process is indexing this register. Wait until it is done.") from problem


def _index(
    register: Register,
    index_dir: Path,
    sight: Sight,
    runner: Runner,
    progress: Callable[[IndexProgress], None] | None,
    *,
    rebuild: bool,
) -> IndexReport:
    began = time.monotonic()
    folder = store_folder(index_dir, sight)
    folder.mkdir(parents=True, exist_ok=True)
    files.sweep(folder, files.ABANDONED_SECONDS)
    store = VectorStore(folder)
    damaged = store.refresh(discard_damaged=True)
    if rebuild:
        store.forget_failures()
    snapshot, refs = register.snapshot(), register.searchable_photographs()
    missing = dict.fromkeys(missing_keys(refs, store))
    for state in _embed(list(missing), register.photos, store, sight, runner):
        if progress:
            progress(state)
    indexed = [ref for ref in refs if ref.photo_key in store]
    failed = {
        ref.photograph_id: store.failure(ref.photo_key) or "it was not embedded"
        for ref in refs
        if ref.photo_key not in store
    }
    store.compact()
    store.keep_only({ref.photo_key for ref in refs} | _served_keys(index_dir, sight))
    number = publish(index_dir, Roll.of(indexed, store, sight), sight, snapshot, failed)
    embedded = sum(ref.photo_key in missing for ref in indexed)
    return IndexReport(
        generation=number,
        photographs=len(indexed),
        embedded=embedded,
        reused=len(indexed) - embedded,
        failed=tuple(FailedPhoto(key, why) for key, why in sorted(failed.items())),
        damaged=tuple(damaged),
        seconds=time.monotonic() - began,
    )


def _served_keys(index_dir: Path, sight: Sight) -> set[str]:
    """What the generation that is served now needs, until the next one has taken its place."""
    try:
        found = pointer(index_dir)
        return set(open_roll(index_dir, *found, sight)[1].keys()) if found else set()
    except IndexUnusable:
        return set()


def missing_keys(refs: Sequence[PhotographRef], store: VectorStore) -> list[str]:
    """The photos that have neither vectors nor a reason why not, each once, in order of photograph."""
    keys = dict.fromkeys(ref.photo_key for ref in refs)
    return [key for key in keys if key not in store and store.failure(key) is None]


def _embed(
    keys: Sequence[str], photos: PhotoStore, store: VectorStore, sight: Sight, runner: Runner
) -> Iterator[IndexProgress]:
    jobs = [ShardJob(tuple(keys[i : i + SHARD_PHOTOS])) for i in range(0, len(keys), SHARD_PHOTOS)]
    began, done, failed = time.monotonic(), 0, 0
    lost: list[str] = []
    for result in runner.run(jobs, photos, store.folder, sight):
        if result.lost:
            lost.extend(result.job.keys)
            continue
        done, failed = done + len(result.job.keys), failed + len(result.failed)
        yield _state(done, len(keys), failed, began)
    # a worker died with its photos: one by one, only the photo that kills is left out
    for result in runner.run([ShardJob((key,)) for key in lost], photos, store.folder, sight) if lost else ():
        if result.lost:
            write_shard(store.folder, [], dict.fromkeys(result.job.keys, result.lost))
        done, failed = done + 1, failed + len(result.failed) + bool(result.lost)
        yield _state(done, len(keys), failed, began)
    store.refresh()


def _state(done: int, total: int, failed: int, began: float) -> IndexProgress:
    rate = done / max(1e-6, time.monotonic() - began)
    return IndexProgress(done, total, failed, rate, (total - done) / rate if rate else None)
