"""The seam `Runner`, and the one that works in this process."""

import functools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import cv2

from data.photos import PhotoCorrupt, PhotoMissing, PhotoStore
from indexer.embed import PhotoVectors, embed
from indexer.sight import Sight
from indexer.vectors.index import IndexUnusable
from indexer.vectors.store import Shard, open_shard, write_shard
from models.pixels import NotReadable


@dataclass(frozen=True, slots=True)
class ShardJob:
    """Photos to embed together, by their keys in the photo store.

    lender  a shard of another model with the keypoints of these photos: only descriptors are to be made
    """

    keys: tuple[str, ...]
    lender: Path | None = None


@dataclass(frozen=True, slots=True)
class ShardDone:
    """A job that was worked off; `lost` says why when the worker died with it and nothing was written."""

    job: ShardJob
    failed: Mapping[str, str]
    lost: str = ""


class Runner(Protocol):
    """Embeds shards, somewhere.

    Life cycle: `run` once; it may be left early (the iterator is closed), and then ends its workers.
    Each job ends in exactly one ShardDone. What a job wrote is whole or not there at all, also after a crash.
    One photo that fails is named in `failed` and keeps no other from being embedded.
    """

    def run(
        self, jobs: Sequence[ShardJob], photos: PhotoStore, folder: Path, sight: Sight
    ) -> Iterator[ShardDone]:
        """Work off jobs in any order, writing shards below `folder`."""
        ...


class InlineRunner:
    """Works in this process, one shard after another."""

    def run(
        self, jobs: Sequence[ShardJob], photos: PhotoStore, folder: Path, sight: Sight
    ) -> Iterator[ShardDone]:
        """Work off jobs in order."""
        for job in jobs:
            yield embed_shard(job, photos, folder, sight)


def embed_shard(job: ShardJob, photos: PhotoStore, folder: Path, sight: Sight) -> ShardDone:
    """Embed the photos of a job and write their shard."""
    done, failed = embed_photos(job.keys, photos, sight, _lent(job))
    write_shard(folder, done, failed)
    return ShardDone(job, failed)


def _lent(job: ShardJob) -> dict[str, PhotoVectors]:
    """What the lender keeps of the photos of a job; nothing where it is damaged or gone: then all is made anew."""
    if job.lender is None:
        return {}
    try:
        shard, wanted = _opened(job.lender), set(job.keys)
        return {key: shard.row(at) for at, key in enumerate(shard.keys) if key in wanted}
    except (IndexUnusable, OSError):
        return {}


@functools.lru_cache(maxsize=1)
def _opened(lender: Path) -> Shard:
    """A shard, held against its hashes: the jobs that borrow from it follow each other."""
    return open_shard(lender)


def embed_photos(
    keys: Sequence[str], photos: PhotoStore, sight: Sight, lent: Mapping[str, PhotoVectors] | None = None
) -> tuple[list[PhotoVectors], dict[str, str]]:
    """Embed photos; those that can't be read are returned with the reason.

    lent  by key what another model's sight, which finds the same keypoints, has made of some of them
    """
    done, failed = [], {}
    for key in keys:
        try:
            done.append(embed(key, photos.get(key), sight, lent.get(key) if lent else None))
        except (PhotoMissing, PhotoCorrupt, NotReadable) as problem:
            failed[key] = str(problem)
        except cv2.error as problem:
            failed[key] = f"OpenCV refused the photo: {problem.err}."
    return done, failed
