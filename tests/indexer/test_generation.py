"""A generation is served whole or not at all; the pointer moves in one step."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer import files, generation
from indexer.generation import KEPT, MANIFEST, POINTER, open_generation, pointer
from indexer.sight import Sight
from indexer.vectors.index import IndexUnusable
from models.keypoints import RootSift
from models.planes import PlaneVerifier
from tests.indexer.meanwhile import meanwhile
from tests.indexer.workbench import Workbench, contents, manifest_of

FILES = ["photographs.npy", "global.faiss", MANIFEST]


@pytest.fixture
def published(indexed: Workbench) -> Workbench:
    """A register of three objects and its first generation."""
    return indexed


def rewrite_manifest(bench: Workbench, **changes: Any) -> None:
    """Write another manifest and point to it, as another version of the program would."""
    folder = bench.served()
    (folder / MANIFEST).write_text(json.dumps(manifest_of(folder) | changes))
    digest = files.sha256(folder / MANIFEST)
    (bench.index_dir / POINTER).write_text(json.dumps({"generation": int(folder.name), "manifest": digest}))


def assert_refused(bench: Workbench, *words: str) -> None:
    with pytest.raises(IndexUnusable) as refused:
        bench.generation()
    assert all(word in refused.value.reason for word in words)
    assert "artrieve index" in refused.value.advice


class TestPublishing:
    def test_what_is_published_is_what_is_opened(self, published: Workbench) -> None:
        opened = published.generation()
        assert opened.number == 1
        assert opened.segment.ids() == {1, 2, 3}
        assert opened.failed == {}
        snapshot = published.register.snapshot()
        assert replace(opened.snapshot, taken_at=snapshot.taken_at) == snapshot
        assert opened.published_at >= opened.snapshot.taken_at

    def test_the_manifest_says_what_it_was_made_from(self, published: Workbench, sight: Sight) -> None:
        manifest = manifest_of(published.served())
        assert manifest["format"] == generation.FORMAT
        assert manifest["generation"] == 1
        assert manifest["vectors"] == sight.vectors_id
        assert manifest["photographs"] == 3
        assert manifest["keypoints"] == len(published.generation().segment.local)
        assert {role: card["id"] for role, card in manifest["cards"].items()} == sight.ids
        assert manifest["indexes"] == {"local": sight.local_index.kind, "global": sight.global_index.kind}
        assert sorted([*manifest["files"], MANIFEST]) == sorted(FILES)

    def test_nothing_half_written_is_left(self, published: Workbench) -> None:
        published.index()
        assert not list(published.index_dir.rglob(f"*{files.TEMPORARY}*"))

    def test_the_one_that_is_served_and_the_one_before_are_kept(self, published: Workbench) -> None:
        for number in (2, 3, 4):
            assert published.index().generation == number
            assert {path.name for path in published.generations.iterdir()} == {str(number - 1), str(number)}
        at = pointer(published.index_dir)
        assert at == (4, files.sha256(published.generations / "4" / MANIFEST))

    def test_what_a_crash_left_is_swept(self, published: Workbench) -> None:
        filled = files.beside(published.generations / "2")
        (filled / MANIFEST).write_text("{}")
        (published.index_dir / f"{POINTER}{files.TEMPORARY}1").write_text("{}")
        published.index()
        assert not list(published.index_dir.rglob(f"*{files.TEMPORARY}*"))
        assert published.generation().number == 2

    @pytest.mark.parametrize("lost", ["1", "2"])
    def test_a_number_is_never_given_twice(self, published: Workbench, lost: str) -> None:
        published.index()
        shutil.rmtree(published.generations / lost)
        assert published.index().generation == 3

    def test_a_number_is_not_given_twice_when_the_served_one_is_lost(self, published: Workbench) -> None:
        shutil.rmtree(published.generations)
        assert published.index().generation == 2
        shutil.rmtree(published.generations)
        (published.index_dir / POINTER).write_text("torn")
        published.index()
        assert published.generation().segment.ids() == {1, 2, 3}

    def test_one_that_never_was_pointed_to_keeps_its_number(
        self, published: Workbench, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with monkeypatch.context() as patched:
            patched.setattr(files, "replace_json", self.crash)
            with pytest.raises(KeyboardInterrupt):
                published.index()
        assert published.generation().number == 1
        assert (published.generations / "2").is_dir()
        assert published.index().generation == 3
        assert published.generation().number == 3

    @pytest.mark.parametrize("step", ["seal", "write_json", "put_in_place", "replace_json", "beside"])
    def test_a_crash_at_any_step_leaves_the_last_one_serving(
        self, published: Workbench, monkeypatch: pytest.MonkeyPatch, step: str
    ) -> None:
        before = contents(published.served())
        published.withdraw(1)
        with monkeypatch.context() as patched:
            patched.setattr(files, step, self.crash)
            with pytest.raises(KeyboardInterrupt):
                published.index()
        assert published.generation().number == 1
        assert contents(published.served()) == before
        published.index()
        assert published.generation().segment.ids() == {2, 3}
        assert not list(published.index_dir.rglob(f"*{files.TEMPORARY}*"))

    def crash(self, *_: object, **__: object) -> None:
        raise KeyboardInterrupt

    def test_readers_find_a_whole_generation_at_every_moment(self, published: Workbench) -> None:

        def read() -> int:
            at = published.pointer()
            try:
                opened = open_generation(published.index_dir, *at, published.store(), published.sight)
            except IndexUnusable:  # slower than two generations: it looks again
                assert published.pointer()[0] >= at[0] + KEPT
                return 0
            assert opened.segment.ids() == {1, 2, 3}
            return opened.number

        def publish() -> None:
            for _ in range(8):
                published.index()
                time.sleep(0.03)

        assert len(set(meanwhile(read, publish, readers=1)) - {0}) > 1

    def test_failed_photographs_are_named_with_their_reasons(self, published: Workbench) -> None:
        object_id = published.report(4)
        published.stored(object_id).write_bytes(b"other bytes")
        published.index()
        assert "hash" in published.generation().failed[published.photograph(object_id)]


class TestPointer:
    def test_without_one_nothing_was_published(self, bench: Workbench) -> None:
        assert pointer(bench.index_dir) is None
        bench.index_dir.mkdir()
        assert pointer(bench.index_dir) is None

    @pytest.mark.parametrize(
        "content",
        [
            b"",
            b"{",
            b"7",
            b"[]",
            b"null",
            b"{}",
            b'{"generation": 1}',
            b'{"manifest": "x"}',
            b'{"generation": "one", "manifest": "x"}',
            b'{"generation": null, "manifest": "x"}',
            b'{"generation": 1e999, "manifest": "x"}',
            b"\xff\xfe",
            bytes(40),
        ],
    )
    def test_a_torn_or_foreign_one_is_refused(self, published: Workbench, content: bytes) -> None:
        (published.index_dir / POINTER).write_bytes(content)
        assert_refused(published, POINTER)
        published.index()
        assert published.generation().segment.ids() == {1, 2, 3}

    def test_a_folder_in_its_place_is_refused(self, published: Workbench) -> None:
        (published.index_dir / POINTER).unlink()
        (published.index_dir / POINTER).mkdir()
        assert_refused(published, POINTER)

    def test_no_flipped_byte_leads_elsewhere(self, published: Workbench) -> None:
        published.index()
        path = published.index_dir / POINTER
        whole = path.read_bytes()

        @given(at=st.integers(0, len(whole) - 1), flip=st.integers(1, 255))
        @settings(max_examples=80)
        def refused_or_right(at: int, flip: int) -> None:
            path.write_bytes(whole[:at] + bytes([whole[at] ^ flip]) + whole[at + 1 :])
            try:
                assert published.generation().number == 2
            except IndexUnusable:
                return

        refused_or_right()


class TestDamage:
    @pytest.mark.parametrize("name", FILES)
    def test_a_missing_file_is_refused(self, published: Workbench, name: str) -> None:
        (published.served() / name).unlink()
        assert_refused(published, "1")
        assert published.index().embedded == 0
        assert published.generation().number == 2

    @pytest.mark.parametrize("name", FILES)
    @pytest.mark.parametrize(
        "damage",
        [
            lambda whole: b"",
            lambda whole: whole[: len(whole) // 2],
            lambda whole: whole[:-1],
            lambda whole: whole + b"\n",
            lambda whole: bytes(len(whole)),
        ],
        ids=["empty", "half", "one less", "one more", "zeros"],
    )
    def test_a_torn_file_is_refused(
        self, published: Workbench, name: str, damage: Callable[[bytes], bytes]
    ) -> None:
        path = published.served() / name
        path.write_bytes(damage(path.read_bytes()))
        assert_refused(published, "1")

    @pytest.mark.parametrize("name", FILES)
    def test_any_flipped_byte_is_refused(self, published: Workbench, name: str) -> None:
        path = published.served() / name
        whole = path.read_bytes()

        @given(at=st.integers(0, len(whole) - 1), flip=st.integers(1, 255))
        @settings(max_examples=15)
        def refused(at: int, flip: int) -> None:
            path.write_bytes(whole[:at] + bytes([whole[at] ^ flip]) + whole[at + 1 :])
            assert_refused(published, "1")

        refused()

    def test_a_lost_folder_is_refused(self, published: Workbench) -> None:
        shutil.rmtree(published.served())
        assert_refused(published, "generation 1")

    def test_another_generation_in_its_place_is_refused(self, published: Workbench) -> None:
        published.withdraw(1)
        published.index()
        shutil.rmtree(published.generations / "2")
        (published.generations / "1").rename(published.generations / "2")
        assert_refused(published, "manifest", "changed")

    def test_another_format_is_refused(self, published: Workbench) -> None:
        rewrite_manifest(published, format=generation.FORMAT + 1)
        assert_refused(published, f"format {generation.FORMAT + 1}", f"not {generation.FORMAT}")
        published.index()
        assert published.generation().number == 2

    def test_one_of_before_is_refused_and_its_vectors_are_taken(self, published: Workbench) -> None:
        rewrite_manifest(published, format=2)
        assert_refused(published, "format 2", "not 3")
        assert published.index().embedded == 0
        assert published.generation().segment.ids() == {1, 2, 3}

    def test_a_file_that_the_manifest_lacks_is_of_no_matter(self, published: Workbench) -> None:
        (published.served() / "readme.txt").write_text("what is this folder?")
        assert published.generation().number == 1

    def test_lost_vectors_are_refused_and_made_again(self, published: Workbench) -> None:
        shutil.rmtree(published.vectors)
        assert_refused(published, "3 photographs are missing")
        assert published.index().embedded == 3
        assert published.generation().number == 2


class TestSight:
    def test_another_extractor_is_refused_and_named(self, published: Workbench, sight: Sight) -> None:
        other = replace(sight, extractor=RootSift(sight.weights, contrast_threshold=0.03))
        with pytest.raises(IndexUnusable) as refused:
            published.generation(other)
        assert sight.extractor.card.id in refused.value.reason
        assert "embed" in refused.value.advice

    def test_another_vocabulary_is_refused(self, published: Workbench, sight: Sight) -> None:
        other = replace(sight, weights=replace(sight.weights, sha256="other"))
        with pytest.raises(IndexUnusable, match="other models"):
            published.generation(other)

    def test_another_verifier_is_taken_for_it_changes_no_vectors(
        self, published: Workbench, sight: Sight
    ) -> None:
        other = replace(sight, verifier=PlaneVerifier(ratio=0.8))
        assert other.ids != sight.ids
        assert published.generation(other).number == 1

    def test_the_vectors_of_two_sights_lie_side_by_side(self, published: Workbench, sight: Sight) -> None:
        other = replace(sight, extractor=RootSift(sight.weights, contrast_threshold=0.03))
        before = contents(published.vectors)
        assert published.index(sight=other).embedded == 3
        assert contents(published.vectors) == before
        with pytest.raises(IndexUnusable, match="other models"):
            published.generation()
        assert published.index().embedded == 0
        assert published.generation().number == 3


def test_reading_a_manifest_again_gives_the_same(published: Workbench, tmp_path: Path) -> None:
    at = pointer(published.index_dir)
    assert at is not None
    assert generation.read_manifest(published.index_dir, *at) == manifest_of(published.served())
    with pytest.raises(IndexUnusable):
        generation.read_manifest(tmp_path / "nowhere", *at)
