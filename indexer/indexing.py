"""From the register to a published generation: embed what is missing, then publish. Can be interrupted anywhere."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from data.photos import PhotoStore
from data.register import Register
from data.registered import PhotographRef
from indexer import files
from indexer.borrowing import jobs_for, lenders
from indexer.generation import (
    named_descriptor,
    open_roll,
    photographs_in,
    pointer,
    previous,
    publish,
    read_manifest,
    store_folder,
)
from indexer.pictures import usable_pictures
from indexer.runners.processes import ProcessRunner
from indexer.runners.runner import Runner, ShardJob
from indexer.sight import Sight
from indexer.stored import label
from indexer.vectors.index import IndexUnusable
from indexer.vectors.segment import Roll
from indexer.vectors.store import VectorStore, write_shard
from indexer.wanted import SwitchRefused, want_sight, wanted

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

    generation   that it published; None where it only embedded
    photographs  that can be searched by it; of these:
    embedded     those whose vectors were made by this run
    reused       those whose vectors were there
    """

    generation: int | None
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
    `rebuild` tries photographs again that failed before. Raises IndexBusy while another process indexes, and
    SwitchRefused if the sight's model is not the wanted one, or would lose photographs that another one finds.
    """
    with one_writer(index_dir):
        said = wanted(index_dir)
        if said.descriptor != sight.specification:
            raise SwitchRefused(
                f"This index is made for the model {said.descriptor}, not for {sight.specification}.",
                f"Try again, or change that first: `artrieve model switch {sight.specification}`.",
            )
        return embed_and_publish(
            register, index_dir, sight, runner or ProcessRunner(workers), progress, rebuild=rebuild
        )


@contextmanager
def one_writer(index_dir: Path) -> Iterator[None]:
    """Be the one that writes generations, the pointer and what is wanted. Raises IndexBusy."""
    index_dir.mkdir(parents=True, exist_ok=True)
    try:
        lock = FileLock(index_dir / "lock", timeout=0)
        lock.acquire()
    except Timeout as problem:
        raise IndexBusy("Another process is indexing this register. Wait until it is done.") from problem
    try:
        yield
    finally:
        lock.release()


def embed_and_publish(
    register: Register,
    index_dir: Path,
    sight: Sight,
    runner: Runner,
    progress: Callable[[IndexProgress], None] | None = None,
    *,
    rebuild: bool = False,
    publishing: bool = True,
    losing: bool = False,
) -> IndexReport:
    """Do the work of `index_register`, for the one writer.

    publishing  without it photographs are embedded, and what is served stays
    losing      take the place of another model also if that finds photographs which this one can't embed
    """
    began = time.monotonic()
    folder = store_folder(index_dir, sight)
    folder.mkdir(parents=True, exist_ok=True)
    label(index_dir, sight)
    if publishing:
        want_sight(index_dir, sight)
    files.sweep(folder, files.ABANDONED_SECONDS)
    store = VectorStore(folder)
    damaged = store.refresh(discard_damaged=True)
    if rebuild:
        store.forget_failures()
    snapshot, refs = register.survey()
    missing = dict.fromkeys(missing_keys(refs, store))
    jobs = jobs_for(list(missing), lenders(index_dir, sight) if missing else {}, SHARD_PHOTOS)
    for state in _embed(jobs, register.photos, store, sight, runner):
        if progress:
            progress(state)
    indexed = [ref for ref in refs if ref.photo_key in store]
    failed = {
        ref.photograph_id: store.failure(ref.photo_key) or "it was not embedded"
        for ref in refs
        if ref.photo_key not in store
    }
    store.compact()
    number = None
    if publishing:
        if not losing:
            _refuse_loss(index_dir, sight, failed)
        store.keep_only({ref.photo_key for ref in refs} | _needed_keys(index_dir, sight))
        snapshot, _ = usable_pictures(snapshot, refs, {ref.photograph_id for ref in indexed})
        number = publish(index_dir, _roll(indexed, store, sight), sight, snapshot, failed)
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


def _roll(indexed: Sequence[PhotographRef], store: VectorStore, sight: Sight) -> Roll:
    try:
        return Roll.of(indexed, store, sight)
    except ValueError as problem:  # vectors of another length, which somebody has put there
        raise IndexUnusable(
            f"The stored vectors are not those of {sight.descriptor.card.id}: {problem}",
            f"Remove the folder {store.folder}, then run `artrieve index`.",
        ) from problem


def _refuse_loss(index_dir: Path, sight: Sight, failed: Mapping[int, str]) -> None:
    """A switch of models must not take a photograph out of the search that is found now."""
    lost: list[int] = []
    with suppress(IndexUnusable):  # what can't be served finds nothing
        served = pointer(index_dir)
        if served and named_descriptor(read_manifest(index_dir, *served)) != sight.specification:
            lost = sorted(photographs_in(index_dir, *served) & failed.keys())
    if lost:
        raise SwitchRefused(
            f"{len(lost)} photographs that are searchable now can't be embedded by {sight.specification}; the first "
            f"is photograph {lost[0]}: {failed[lost[0]]}",
            f"Put that right and run `artrieve model switch {sight.specification}` again, with --losing to give them "
            "up; or stay with the model that serves: `artrieve model undo`.",
        )


def _needed_keys(index_dir: Path, sight: Sight) -> set[str]:
    """What the generation that is served now needs, until the next one has taken its place, and what an undo needs."""
    needed: set[str] = set()
    for place_of in (pointer, previous):
        with suppress(IndexUnusable):
            place = place_of(index_dir)
            if place:
                needed.update(open_roll(index_dir, *place, sight)[1].keys())
    return needed


def missing_keys(refs: Sequence[PhotographRef], store: VectorStore) -> list[str]:
    """The photos that have neither vectors nor a reason why not, each once, in order of photograph."""
    keys = dict.fromkeys(ref.photo_key for ref in refs)
    return [key for key in keys if key not in store and store.failure(key) is None]


def _embed(
    jobs: Sequence[ShardJob], photos: PhotoStore, store: VectorStore, sight: Sight, runner: Runner
) -> Iterator[IndexProgress]:
    total = sum(len(job.keys) for job in jobs)
    began, done, failed = time.monotonic(), 0, 0
    lost: list[str] = []
    for result in runner.run(jobs, photos, store.folder, sight):
        if result.lost:
            lost.extend(result.job.keys)
            continue
        done, failed = done + len(result.job.keys), failed + len(result.failed)
        yield _state(done, total, failed, began)
    # a worker died with its photos: one by one, only the photo that kills is left out
    for result in runner.run([ShardJob((key,)) for key in lost], photos, store.folder, sight) if lost else ():
        if result.lost:
            write_shard(store.folder, [], dict.fromkeys(result.job.keys, result.lost))
        done, failed = done + 1, failed + len(result.failed) + bool(result.lost)
        yield _state(done, total, failed, began)
    store.refresh()


def _state(done: int, total: int, failed: int, began: float) -> IndexProgress:
    rate = done / max(1e-6, time.monotonic() - began)
    return IndexProgress(done, total, failed, rate, (total - done) / rate if rate else None)
