"""What every Runner must do. A test class for an implementation inherits this and gives the runner."""

from __future__ import annotations

import shutil
import struct
from abc import abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from data.photos import FsspecPhotoStore, PhotoStoreUnavailable
from indexer.embed import PhotoVectors, embed
from indexer.runners.runner import Runner, ShardDone, ShardJob, embed_shard
from indexer.sight import Sight, default_sight
from indexer.vectors.store import VectorStore, open_shard, write_shard
from tests.drawing import draw_photo
from tests.indexer.other_model import Mosaic


def opened(folder: Path) -> VectorStore:
    """The shards in a folder, each held against its hashes."""
    store = VectorStore(folder)
    store.refresh()
    return store


def shards(folder: Path) -> dict[str, bytes]:
    """The files of all shards by their paths, whether whole or not."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def jobs_of(keys: Sequence[str], size: int) -> list[ShardJob]:
    """Jobs of so many photos each."""
    return [ShardJob(tuple(keys[at : at + size])) for at in range(0, len(keys), size)]


def too_large() -> bytes:
    """A JPEG whose header claims more pixels than any decoder takes."""
    done, data = cv2.imencode(".jpg", np.zeros((8, 8, 3), np.uint8))
    assert done
    claimed = bytearray(data.tobytes())
    at = claimed.index(b"\xff\xc0") + 5
    claimed[at : at + 4] = struct.pack(">HH", 65500, 65500)
    return bytes(claimed)


def assert_equal(found: PhotoVectors, wanted: PhotoVectors) -> None:
    """Two photos' vectors are the same, to the last bit."""
    assert (found.key, found.width, found.height) == (wanted.key, wanted.width, wanted.height)
    for part in ("geometry", "local", "codes", "whole"):
        np.testing.assert_array_equal(getattr(found, part), getattr(wanted, part))


class RunnerContract:
    """run(jobs) -> each job done once, its shard whole in the folder; a photo that fails is named."""

    @pytest.fixture
    @abstractmethod
    def runner(self) -> Runner:
        """A runner."""

    @pytest.fixture
    def sight(self) -> Sight:
        return default_sight()

    @pytest.fixture
    def photos(self, tmp_path: Path) -> FsspecPhotoStore:
        return FsspecPhotoStore(tmp_path / "photos")

    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        """Where shards go; it need not be there."""
        return tmp_path / "vectors" / "of a sight"

    @pytest.fixture
    def keys(self, photos: FsspecPhotoStore) -> list[str]:
        """Ten photos in the store."""
        return [photos.put(draw_photo(seed, 200, 150)) for seed in range(10)]

    def done(self, running: Iterator[ShardDone]) -> dict[ShardJob, ShardDone]:
        """All that a run gave, by job; no job twice."""
        given: dict[ShardJob, ShardDone] = {}
        for one in running:
            assert one.job not in given
            given[one.job] = one
        return given

    def test_each_job_ends_once_with_all_its_photos_kept(
        self, runner: Runner, photos: FsspecPhotoStore, keys: list[str], folder: Path, sight: Sight
    ) -> None:
        jobs = jobs_of(keys, 3)
        given = self.done(runner.run(jobs, photos, folder, sight))
        assert set(given) == set(jobs)
        assert all(one == ShardDone(one.job, {}) for one in given.values())
        store = opened(folder)
        for key in keys:
            assert_equal(store.get(key), embed(key, photos.get(key), sight))
        assert {frozenset(open_shard(one).keys) for one in folder.iterdir()} == {
            frozenset(job.keys) for job in jobs
        }

    def test_its_shards_are_those_that_any_runner_writes(
        self,
        runner: Runner,
        photos: FsspecPhotoStore,
        keys: list[str],
        folder: Path,
        sight: Sight,
        tmp_path: Path,
    ) -> None:
        (tmp_path / "here").mkdir()
        for job in jobs_of(keys, 4):
            embed_shard(job, photos, tmp_path / "here", sight)
        self.done(runner.run(jobs_of(keys, 4), photos, folder, sight))
        assert shards(folder) == shards(tmp_path / "here")

    @pytest.mark.parametrize("damage", ["none", "torn", "gone"])
    def test_keypoints_that_are_lent_give_the_same_shards(
        self,
        runner: Runner,
        photos: FsspecPhotoStore,
        keys: list[str],
        folder: Path,
        sight: Sight,
        tmp_path: Path,
        damage: str,
    ) -> None:
        other = replace(sight, descriptor=Mosaic())
        lender = (
            tmp_path
            / "lender"
            / write_shard(tmp_path / "lender", [embed(key, photos.get(key), other) for key in keys[2:]], {})
        )
        if damage == "torn":
            (lender / "local.npy").write_bytes(b"")
        if damage == "gone":
            shutil.rmtree(lender)
        (tmp_path / "here").mkdir()
        plain = jobs_of(keys, 4)
        for job in plain:
            embed_shard(job, photos, tmp_path / "here", sight)
        lending = [replace(job, lender=lender) for job in plain]
        assert set(self.done(runner.run(lending, photos, folder, sight))) == set(lending)
        assert shards(folder) == shards(tmp_path / "here")

    def test_without_jobs_there_is_nothing_to_do(
        self, runner: Runner, photos: FsspecPhotoStore, folder: Path, sight: Sight
    ) -> None:
        assert list(runner.run([], photos, folder, sight)) == []
        assert not folder.exists()

    def test_a_photo_that_fails_is_named_and_keeps_no_other_back(
        self, runner: Runner, photos: FsspecPhotoStore, keys: list[str], folder: Path, sight: Sight
    ) -> None:
        missing = "0" * 64
        no_photo, claims = photos.put(b"no photo at all"), photos.put(too_large())
        spoiled = keys.pop()
        Path(photos._path(spoiled)).write_bytes(b"other bytes")
        job, other = (
            ShardJob((keys[0], missing, no_photo, keys[1], spoiled, claims)),
            ShardJob(tuple(keys[2:])),
        )
        given = self.done(runner.run([job, other], photos, folder, sight))
        assert set(given[job].failed) == {missing, no_photo, spoiled, claims}
        assert given[job].lost == ""
        assert "import it again" in given[job].failed[missing]
        assert "decoded" in given[job].failed[no_photo]
        assert "hash" in given[job].failed[spoiled]
        assert given[job].failed[claims]
        assert given[other] == ShardDone(other, {})
        store = opened(folder)
        assert all(key in store for key in keys)
        for key, reason in given[job].failed.items():
            assert key not in store
            assert store.failure(key) == reason

    def test_a_store_out_of_reach_is_no_fault_of_the_photos(
        self, runner: Runner, folder: Path, sight: Sight, tmp_path: Path
    ) -> None:
        (tmp_path / "file").write_text("in the way")
        away = FsspecPhotoStore(tmp_path / "file")
        with pytest.raises(PhotoStoreUnavailable):
            self.done(runner.run([ShardJob(("0" * 64,))], away, folder, sight))
        assert not folder.exists()

    def test_left_early_it_leaves_only_whole_shards_and_can_be_taken_up(
        self, runner: Runner, photos: FsspecPhotoStore, keys: list[str], folder: Path, sight: Sight
    ) -> None:
        jobs = jobs_of(keys, 1)
        running = runner.run(jobs, photos, folder, sight)
        first = next(running)
        running.close()  # type: ignore[attr-defined]  # the runs are generators
        before = shards(folder)
        store = opened(folder)
        assert all(key in store for key in first.job.keys)
        rest = [job for job in jobs if job.keys[0] not in store]
        assert rest
        self.done(runner.run(rest, photos, folder, sight))
        store = opened(folder)
        assert all(key in store for key in keys)
        assert before.items() <= shards(folder).items()

    def test_doing_a_job_again_changes_nothing(
        self, runner: Runner, photos: FsspecPhotoStore, keys: list[str], folder: Path, sight: Sight
    ) -> None:
        job = ShardJob(tuple(keys[:2]))
        self.done(runner.run([job], photos, folder, sight))
        before = shards(folder)
        assert self.done(runner.run([job], photos, folder, sight)) == {job: ShardDone(job, {})}
        assert shards(folder) == before
