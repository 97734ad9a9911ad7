"""The vector store gives back what was put in, bit by bit, whatever is joined, removed or damaged meanwhile."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer import files
from indexer.embed import PhotoVectors, embed
from indexer.sight import Sight
from indexer.vectors import store as stores
from indexer.vectors.index import IndexUnusable
from indexer.vectors.store import Shard, VectorStore, open_shard, write_shard
from tests.contracts.runner import assert_equal
from tests.drawing import encode
from tests.indexer.meanwhile import meanwhile
from tests.indexer.workbench import contents, embedded

PARTS = [f"{name}.npy" for name in stores.NAMES]


def key(seed: int) -> str:
    return embedded(seed).key


def filled(folder: Path, *groups: Sequence[int], holds: bool = False) -> VectorStore:
    """A store with a shard for each group of seeds."""
    store = VectorStore(folder, holds=holds)
    for seeds in groups:
        store.add([embedded(seed) for seed in seeds], {})
    return store


def fresh(folder: Path, *, holds: bool = False) -> VectorStore:
    """The store as another process finds it."""
    store = VectorStore(folder, holds=holds)
    store.refresh()
    return store


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def flat(sight: Sight, name: str) -> PhotoVectors:
    """A photo without any keypoint."""
    return embed(name, encode(np.full((40, 60, 3), 128, np.uint8)), sight)


def assert_keeps(store: VectorStore, *seeds: int) -> None:
    for seed in seeds:
        assert key(seed) in store
        assert_equal(store.get(key(seed)), embedded(seed))
        np.testing.assert_array_equal(store.keypoints(key(seed)).points, embedded(seed).keypoints().points)


class TestShard:
    def test_it_gives_back_what_was_written(self, tmp_path: Path) -> None:
        name = write_shard(tmp_path, [embedded(1), embedded(2), embedded(3)], {"k": "why"})
        shard = open_shard(tmp_path / name)
        assert shard.name == name
        assert shard.keys == (key(1), key(2), key(3))
        assert shard.failed == {"k": "why"}
        for at, seed in enumerate((1, 2, 3)):
            assert_equal(shard.row(at), embedded(seed))
            assert shard.keypoints(at).width == embedded(seed).width

    def test_photos_without_keypoints_keep_their_places(self, tmp_path: Path, sight: Sight) -> None:
        photos = [flat(sight, "a"), embedded(1), flat(sight, "b"), flat(sight, "c"), embedded(2)]
        shard = open_shard(tmp_path / write_shard(tmp_path, photos, {}))
        for at, photo in enumerate(photos):
            assert_equal(shard.row(at), photo)

    @pytest.mark.parametrize("failed", [{}, {"k": "why"}])
    def test_a_shard_may_hold_only_flat_photos_or_none(
        self, tmp_path: Path, sight: Sight, failed: dict[str, str]
    ) -> None:
        only_flat = open_shard(tmp_path / write_shard(tmp_path, [flat(sight, "a")], failed))
        assert_equal(only_flat.row(0), flat(sight, "a"))
        none = open_shard(tmp_path / write_shard(tmp_path, [], failed))
        assert (none.keys, none.failed) == ((), failed)

    def test_its_name_and_bytes_follow_from_its_photos(self, tmp_path: Path) -> None:
        (tmp_path / "a").mkdir()
        (tmp_path / "b").mkdir()
        for folder in ("a", "b"):
            write_shard(tmp_path / folder, [embedded(1), embedded(2)], {"k": "why"})
        assert contents(tmp_path / "a") == contents(tmp_path / "b")
        assert write_shard(tmp_path / "b", [embedded(1)], {}) not in names(tmp_path / "a")
        assert write_shard(tmp_path / "b", [embedded(1), embedded(2)], {}) not in names(tmp_path / "a")

    def test_writing_it_twice_is_writing_it_once(self, tmp_path: Path) -> None:
        first = write_shard(tmp_path, [embedded(1)], {})
        before = contents(tmp_path)
        assert write_shard(tmp_path, [embedded(1)], {}) == first
        assert contents(tmp_path) == before
        assert names(tmp_path) == [first]

    @pytest.mark.parametrize("name", [*PARTS, stores.CARD])
    def test_any_damage_is_noticed(self, tmp_path: Path, name: str) -> None:
        path = tmp_path / write_shard(tmp_path, [embedded(1), embedded(2)], {"k": "why"}) / name
        whole = path.read_bytes()
        for damaged in (b"", whole[:-3], whole[: len(whole) // 2], whole + b"\n!", whole[1:], b"[]", b"null"):
            path.write_bytes(damaged)
            with pytest.raises(IndexUnusable, match="artrieve index"):
                open_shard(path.parent)
        path.unlink()
        with pytest.raises(IndexUnusable):
            open_shard(path.parent)

    @pytest.mark.parametrize("name", [*PARTS, stores.CARD])
    def test_no_flipped_byte_changes_what_a_shard_gives(self, tmp_path: Path, name: str) -> None:
        path = tmp_path / write_shard(tmp_path, [embedded(1), embedded(2)], {"k": "why"}) / name
        whole = path.read_bytes()

        @given(at=st.integers(0, len(whole) - 1), flip=st.integers(1, 255))
        @settings(max_examples=60)
        def noticed(at: int, flip: int) -> None:
            path.write_bytes(whole[:at] + bytes([whole[at] ^ flip]) + whole[at + 1 :])
            try:
                shard = open_shard(path.parent)
            except IndexUnusable:
                return
            # a blank between two values, or a letter of a reason
            assert name == stores.CARD
            assert (shard.keys, set(shard.failed)) == ((key(1), key(2)), {"k"})
            assert_equal(shard.row(1), embedded(2))

        noticed()

    def test_a_card_of_another_shape_is_damage(self, tmp_path: Path) -> None:
        folder = tmp_path / write_shard(tmp_path, [embedded(1)], {})
        card = json.loads((folder / stores.CARD).read_text())
        wrong: list[object] = [
            [card],
            7,
            *({k: v for k, v in card.items() if k != gone} for gone in card),
            *(card | {part: None} for part in card),
            card | {"files": [1]},
            card | {"files": {"local.npy": 3}},
            card | {"keys": [key(2)]},
            card | {"failed": {key(2): "why"}},
            card | {"keys": [3]},
        ]
        for one in wrong:
            (folder / stores.CARD).write_text(json.dumps(one))
            with pytest.raises(IndexUnusable):
                open_shard(folder)


class TestReading:
    def test_an_empty_store_keeps_nothing(self, tmp_path: Path) -> None:
        store = fresh(tmp_path / "missing")
        assert key(1) not in store
        assert store.failure(key(1)) is None
        for ask in (store.get, store.keypoints):
            with pytest.raises(KeyError):
                ask(key(1))
        store.compact()
        store.keep_only([])
        store.forget_failures()
        assert not (tmp_path / "missing").exists()

    @pytest.mark.parametrize("holds", [False, True])
    def test_what_is_added_is_kept_here_and_for_others(self, tmp_path: Path, holds: bool) -> None:
        store = filled(tmp_path, [1, 2], [3], holds=holds)
        assert_keeps(store, 1, 2, 3)
        assert_keeps(fresh(tmp_path, holds=holds), 1, 2, 3)

    def test_what_others_add_is_there_after_a_refresh(self, tmp_path: Path) -> None:
        store, other = fresh(tmp_path), filled(tmp_path, [1])
        assert key(1) not in store
        assert store.refresh() == []
        assert_keeps(store, 1)
        other.add([embedded(2)], {"k": "why"})
        store.refresh()
        assert_keeps(store, 1, 2)
        assert store.failure("k") == "why"

    def test_a_shard_that_another_writes_first_is_taken_as_it_is(self, tmp_path: Path) -> None:
        store = fresh(tmp_path)
        filled(tmp_path, [1])
        store.add([embedded(1)], {})
        assert_keeps(store, 1)
        assert len(names(tmp_path)) == 1

    def test_what_is_half_written_is_not_looked_at(self, tmp_path: Path) -> None:
        filled(tmp_path, [1])
        half = files.beside(tmp_path / "half")
        (half / stores.CARD).write_text("{")
        (tmp_path / "a file").write_text("no shard")
        assert_keeps(fresh(tmp_path), 1)

    def test_a_failure_is_known_until_the_photo_is_embedded(self, tmp_path: Path) -> None:
        store = fresh(tmp_path)
        store.add([], {key(1): "torn", "k": "gone"})
        assert (store.failure(key(1)), store.failure("k")) == ("torn", "gone")
        assert key(1) not in store
        store.add([embedded(1)], {})
        for one in (store, fresh(tmp_path)):
            assert one.failure(key(1)) is None
            assert one.failure("k") == "gone"

    def test_large_arrays_are_mapped_and_small_ones_read(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        filled(tmp_path, [1, 2])
        monkeypatch.setattr(stores, "MAPPED_BYTES", 10_000)
        store = fresh(tmp_path, holds=True)
        (shard,) = store._shards.values()
        assert isinstance(shard.array("local").base, np.memmap)
        assert not isinstance(shard.array("photos").base, np.memmap)
        assert_keeps(store, 1, 2)


class TestHolding:
    def test_a_holder_reads_on_when_another_process_removes_the_shards(self, tmp_path: Path) -> None:
        filled(tmp_path, [1, 2], [3])
        store = fresh(tmp_path, holds=True)
        fresh(tmp_path).compact()
        shutil.rmtree(tmp_path)
        for seed in (1, 2, 3):
            found = store.keypoints(key(seed))
            np.testing.assert_array_equal(found.points, embedded(seed).keypoints().points)
            np.testing.assert_array_equal(found.descriptors, embedded(seed).local)

    def test_mapped_arrays_are_held_too(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(stores, "MAPPED_BYTES", 0)
        filled(tmp_path, [1, 2])
        store = fresh(tmp_path, holds=True)
        shutil.rmtree(tmp_path)
        np.testing.assert_array_equal(store.keypoints(key(2)).descriptors, embedded(2).local)

    def test_shards_joined_while_the_list_is_read_are_found_in_the_larger_one(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        filled(tmp_path, [1], [2], [3])
        other, late = fresh(tmp_path), [True]

        def slow(folder: Path) -> Shard:
            if late:
                late.clear()
                other.compact()
            return open_shard(folder)

        with monkeypatch.context() as patched:
            patched.setattr(stores, "open_shard", slow)
            store = fresh(tmp_path, holds=True)
        assert_keeps(store, 1, 2, 3)

    def test_a_shard_that_goes_between_opening_and_holding_is_no_damage(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        filled(tmp_path, [1], [2])
        other, late = fresh(tmp_path), [True]

        def slow(folder: Path) -> Shard:
            shard = open_shard(folder)
            if late:
                late.clear()
                other.compact()
            return shard

        with monkeypatch.context() as patched:
            patched.setattr(stores, "open_shard", slow)
            store = fresh(tmp_path, holds=True)
        assert_keeps(store, 1, 2)


class TestDamage:
    def spoil(self, tmp_path: Path) -> tuple[VectorStore, str]:
        """A store of two shards, one of which is damaged; the damaged one's name."""
        store = filled(tmp_path, [1, 2], [3])
        name = next(name for name, shard in store._shards.items() if key(3) in shard.keys)
        (tmp_path / name / "codes.npy").write_bytes(b"")
        return store, name

    def test_a_damaged_shard_is_refused(self, tmp_path: Path) -> None:
        _, name = self.spoil(tmp_path)
        with pytest.raises(IndexUnusable) as refused:
            fresh(tmp_path)
        assert name in refused.value.reason
        assert "codes.npy" in refused.value.reason
        assert "embedded again" in refused.value.advice

    def test_discarded_it_leaves_the_others_and_can_be_written_again(self, tmp_path: Path) -> None:
        _, name = self.spoil(tmp_path)
        store = VectorStore(tmp_path)
        (reason,) = store.refresh(discard_damaged=True)
        assert name in reason
        assert_keeps(store, 1, 2)
        assert key(3) not in store
        assert name not in names(tmp_path)
        store.add([embedded(3)], {})
        assert_keeps(fresh(tmp_path), 1, 2, 3)

    def test_nothing_damaged_nothing_said(self, tmp_path: Path) -> None:
        filled(tmp_path, [1])
        store = VectorStore(tmp_path)
        assert store.refresh(discard_damaged=True) == []
        assert_keeps(store, 1)

    def test_damage_met_while_joining_loses_nothing(self, tmp_path: Path) -> None:
        store, _ = self.spoil(tmp_path)
        with pytest.raises(IndexUnusable):
            store.compact()
        again = VectorStore(tmp_path)
        again.refresh(discard_damaged=True)
        assert_keeps(again, 1, 2)


class TestRewriting:
    def test_small_shards_are_joined(self, tmp_path: Path) -> None:
        store = filled(tmp_path, [3], [1, 2], [4])
        store.add([], {"k": "why"})
        store.compact()
        assert len(names(tmp_path)) == 1
        for one in (store, fresh(tmp_path)):
            assert_keeps(one, 1, 2, 3, 4)
            assert one.failure("k") == "why"

    def test_joining_twice_changes_nothing(self, tmp_path: Path) -> None:
        store = filled(tmp_path, [1], [2])
        store.compact()
        before = contents(tmp_path)
        store.compact()
        fresh(tmp_path).compact()
        assert contents(tmp_path) == before

    def test_how_photos_were_grouped_leaves_no_trace(self, tmp_path: Path) -> None:
        filled(tmp_path / "a", [1, 2], [3, 4]).compact()
        filled(tmp_path / "b", [4], [3, 1], [2]).compact()
        assert contents(tmp_path / "a") == contents(tmp_path / "b")

    def test_large_shards_stay_and_none_grows_too_large(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(stores, "SMALL", 3)
        monkeypatch.setattr(stores, "LARGE", 4)
        store = filled(tmp_path, [1, 2, 3], [4, 5], [6, 7])
        store.add([embedded(8)], {"k": "why"})
        large = write_shard(tmp_path, [embedded(1), embedded(2), embedded(3)], {})
        store.compact()
        assert large in names(tmp_path)
        shards = [open_shard(one) for one in tmp_path.iterdir()]
        assert sorted(len(one.keys) for one in shards) == [1, 3, 4]
        assert [one.failed for one in shards if one.failed] == [{"k": "why"}]
        assert_keeps(fresh(tmp_path), *range(1, 9))

    def test_a_photo_in_two_shards_is_kept_once(self, tmp_path: Path) -> None:
        store = filled(tmp_path, [1, 2], [2, 3])
        store.compact()
        (shard,) = tmp_path.iterdir()
        assert open_shard(shard).keys == (key(1), key(2), key(3))
        assert_keeps(store, 1, 2, 3)

    def test_forgotten_failures_are_gone_and_photos_stay(self, tmp_path: Path) -> None:
        store = filled(tmp_path, [1])
        store.add([embedded(2)], {"k": "why", key(1): "before"})
        store.add([], {"l": "why"})
        store.forget_failures()
        for one in (store, fresh(tmp_path)):
            assert_keeps(one, 1, 2)
            assert one.failure("k") is None
            assert one.failure("l") is None
        before = contents(tmp_path)
        store.forget_failures()
        assert contents(tmp_path) == before

    def test_joining_keeps_what_a_crash_interrupts(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        store = filled(tmp_path, [1], [2], [3])

        def crash(folder: Path) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as patched:
            patched.setattr(files, "remove", crash)
            with pytest.raises(KeyboardInterrupt):
                store.compact()
        again = fresh(tmp_path)
        assert_keeps(again, 1, 2, 3)
        again.compact()
        assert len(names(tmp_path)) == 1

    def test_only_shards_without_any_wanted_photo_are_removed(self, tmp_path: Path) -> None:
        store = filled(tmp_path, [1, 2], [3], [4])
        store.add([], {"k": "why"})
        store.keep_only({key(1), key(4)})
        for one in (store, fresh(tmp_path)):
            assert_keeps(one, 1, 2, 4)
            assert key(3) not in one
            assert one.failure("k") == "why"
        assert len(names(tmp_path)) == 3

    def test_any_order_of_changes_keeps_what_was_put_in(self, tmp_path: Path) -> None:
        steps = st.lists(
            st.one_of(
                st.sets(st.integers(1, 8), min_size=1, max_size=3).map(sorted),
                st.sampled_from(["compact", "refresh", "forget"]),
            ),
            max_size=8,
        )
        count = iter(range(1000))

        @given(steps)
        @settings(max_examples=25)
        def keeps(steps: list[str | list[int]]) -> None:
            folder = tmp_path / str(next(count))
            writer, reader, put = fresh(folder), fresh(folder, holds=True), set[int]()
            for step in steps:
                if isinstance(step, list):
                    writer.add([embedded(seed) for seed in step], {"k": "why"})
                    put |= set(step)
                elif step == "compact":
                    writer.compact()
                elif step == "forget":
                    writer.forget_failures()
                else:
                    reader.refresh()
            reader.refresh()
            assert_keeps(writer, *put)
            assert_keeps(fresh(folder), *put)
            for seed in put:
                np.testing.assert_array_equal(reader.keypoints(key(seed)).descriptors, embedded(seed).local)

        keeps()

    def test_reading_goes_on_while_shards_are_joined(self, tmp_path: Path) -> None:
        store = filled(tmp_path, *([seed] for seed in range(1, 7)), holds=True)

        def read() -> None:
            for seed in range(1, 7):
                assert key(seed) in store
                store.keypoints(key(seed))

        def change() -> None:
            for at in range(10):
                store.rewrite(list(store._shards))
                store.add([replace(embedded(1), key=f"{at}")], {})

        assert meanwhile(read, change)
