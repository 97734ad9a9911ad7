"""Another model takes over in one step, is taken back in one step, and a search is never made across two models."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from threading import Condition
from typing import Any

import numpy as np
import pytest
from filelock import FileLock

from indexer import indexing, opening
from indexer.engine import Engine
from indexer.generation import pointer, previous
from indexer.indexing import IndexBusy, IndexProgress, IndexReport
from indexer.runners.runner import InlineRunner
from indexer.sight import Sight
from indexer.stored import labels
from indexer.switching import Undone, forget, stored_of, switch, undo
from indexer.vectors import store as stores
from indexer.vectors.index import IndexUnusable
from indexer.vectors.segment import Segment
from indexer.wanted import WANTED, ModelRef, SwitchRefused, wanted
from models.card import ModelCard, ModelUnusable
from models.catalogue import BUNDLED
from models.descriptor import Descriptors
from models.pixels import Pixels
from tests.indexer.meanwhile import meanwhile
from tests.indexer.other_model import OTHER, Happening, Mosaic, other_sight, seen_by
from tests.indexer.stubs import Refusing, Unasked, seeing_with
from tests.indexer.workbench import Workbench, again, contents, manifest_of


@pytest.fixture(scope="session")
def other() -> Sight:
    """The other model: 48 numbers instead of 213."""
    return other_sight()


@pytest.fixture(autouse=True)
def _small_shards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indexing, "SHARD_PHOTOS", 1)


def switched(bench: Workbench, sight: Sight, **options: Any) -> IndexReport:
    """Switch in this process."""
    return switch(bench.register, bench.index_dir, sight, **{"runner": InlineRunner(), **options})


def undone(bench: Workbench, *others: Sight) -> Undone:
    return undo(bench.index_dir, bench.sights(*others))


def stop(after: int) -> Callable[[IndexProgress], None]:
    """Stops after so many steps."""

    def see(state: IndexProgress) -> None:
        if state.done >= after:
            raise KeyboardInterrupt

    return see


def interrupted(bench: Workbench, sight: Sight, after: int = 1) -> None:
    """A switch that was interrupted after so many photos."""
    with pytest.raises(KeyboardInterrupt):
        switched(bench, sight, progress=stop(after))


def seer(engine: Engine, seed: int = 1) -> tuple[str, int | None]:
    """Which descriptor a search was made with, and the object it found."""
    answer = engine.search([again(seed)])
    first = answer.candidates[0].object_id if answer.candidates and answer.verdict == "match" else None
    return answer.models["descriptor"], first


def ids(*sights: Sight) -> list[str]:
    return [sight.descriptor.card.id for sight in sights]


class TestSwitch:
    def test_the_other_model_sees_once_it_is_complete(self, indexed: Workbench, other: Sight) -> None:
        engine = indexed.engine(other)
        assert seer(engine) == (indexed.sight.descriptor.card.id, 1)
        report = switched(indexed, other)
        assert (report.generation, report.photographs, report.embedded, report.failed) == (2, 3, 3, ())
        assert engine.status().generation == 1
        status = engine.refresh()
        assert (status.generation, status.descriptor, status.photographs) == (2, OTHER, 3)
        assert [seer(engine, seed) for seed in (1, 2, 3)] == [
            (other.descriptor.card.id, one) for one in (1, 2, 3)
        ]
        assert wanted(indexed.index_dir) == ModelRef(OTHER, other.vectors_id)
        assert manifest_of(indexed.served())["descriptor"] == OTHER

    def test_nothing_of_the_model_before_is_touched(self, indexed: Workbench, other: Sight) -> None:
        before = contents(indexed.vectors), contents(indexed.served())
        place = indexed.pointer()
        switched(indexed, other)
        assert (contents(indexed.vectors), contents(indexed.generations / "1")) == before
        assert previous(indexed.index_dir) == place

    def test_keypoints_are_taken_over_and_descriptors_made(self, indexed: Workbench, other: Sight) -> None:
        report = switched(indexed, seeing_with(other, Refusing))
        assert (report.embedded, report.failed) == (3, ())
        ours, theirs = indexed.store(), replace(indexed, sight=other).store()
        for object_id in (1, 2, 3):
            key = indexed.register.get(object_id).photographs[0].photo_key
            one, two = ours.get(key), theirs.get(key)
            for part in ("geometry", "local", "codes"):
                np.testing.assert_array_equal(getattr(one, part), getattr(two, part))
            assert (one.whole.nbytes, two.whole.nbytes) == (
                2 * indexed.sight.descriptor.card.dimension,
                2 * 48,
            )
            assert (one.width, one.height) == (two.width, two.height)

    def test_the_result_is_that_of_embedding_from_nothing(self, indexed: Workbench, other: Sight) -> None:
        switched(indexed, other)
        shards = contents(replace(indexed, sight=other).vectors)
        shutil.rmtree(indexed.index_dir)
        switched(indexed, other)
        assert contents(replace(indexed, sight=other).vectors) == shards

    @pytest.mark.parametrize("damage", ["codes.npy", "shard.json"])
    def test_keypoints_that_are_damaged_are_made_anew(
        self, indexed: Workbench, other: Sight, damage: str
    ) -> None:
        (shard,) = indexed.vectors.iterdir()
        (shard / damage).write_bytes((shard / damage).read_bytes()[:-7])
        assert switched(indexed, other).embedded == 3
        assert seer(indexed.engine(other)) == (other.descriptor.card.id, 1)

    def test_those_of_another_vocabulary_are_not_taken(self, indexed: Workbench, other: Sight) -> None:
        elsewhere = replace(other, weights=replace(other.weights, sha256="other"))
        with pytest.raises(Unasked):
            switched(indexed, seeing_with(elsewhere, Refusing))

    def test_a_label_that_lies_lends_nothing(self, indexed: Workbench, other: Sight) -> None:
        elsewhere = replace(indexed.sight, weights=replace(other.weights, sha256="other"))
        indexed.index(sight=elsewhere)
        shutil.rmtree(indexed.vectors)
        (label,) = [
            path for path in indexed.vectors.parent.glob("*.json") if path.stem == elsewhere.vectors_id
        ]
        label.write_bytes(label.with_stem(indexed.sight.vectors_id).read_bytes())
        with pytest.raises(Unasked):
            switched(indexed, seeing_with(other, Refusing))

    def test_an_index_from_before_there_was_a_choice_lends_too(
        self, indexed: Workbench, other: Sight
    ) -> None:
        for label in indexed.vectors.parent.glob("*.json"):
            label.unlink()
        (indexed.index_dir / WANTED).unlink()
        assert switched(indexed, seeing_with(other, Refusing)).embedded == 3
        assert undone(indexed, other).descriptor == BUNDLED

    def test_to_the_model_that_serves_is_an_indexing(self, indexed: Workbench) -> None:
        report = switched(indexed, indexed.sight)
        assert (report.generation, report.embedded) == (2, 0)
        assert previous(indexed.index_dir) is None

    def test_without_an_index_it_is_the_first(self, bench: Workbench, other: Sight) -> None:
        bench.report(1)
        assert switched(bench, other).generation == 1
        assert seer(bench.engine(other)) == (other.descriptor.card.id, 1)
        with pytest.raises(SwitchRefused, match="no switch to undo"):
            undone(bench, other)

    def test_indexing_goes_on_by_the_new_model(self, indexed: Workbench, other: Sight) -> None:
        switched(indexed, other)
        indexed.report(4)
        with pytest.raises(SwitchRefused, match=OTHER):
            indexed.index()
        report = indexed.index(sight=other)
        assert (report.generation, report.embedded, report.reused) == (3, 1, 3)
        assert seer(indexed.engine(other), 4) == (other.descriptor.card.id, 4)


class TestPrepare:
    def test_it_embeds_and_changes_nothing_that_is_served(self, indexed: Workbench, other: Sight) -> None:
        place = indexed.pointer()
        report = switched(indexed, other, prepare=True)
        assert (report.generation, report.photographs, report.embedded) == (None, 3, 3)
        assert indexed.pointer() == place
        assert wanted(indexed.index_dir).descriptor == BUNDLED
        indexed.report(4)
        assert indexed.index().embedded == 1
        report = switched(indexed, other)
        assert (report.embedded, report.reused) == (1, 3)


class TestInterrupted:
    def test_the_old_model_serves_and_indexing_goes_on_with_the_new(
        self, indexed: Workbench, other: Sight
    ) -> None:
        interrupted(indexed, other, after=2)
        engine = indexed.engine(other)
        assert seer(engine) == (indexed.sight.descriptor.card.id, 1)
        with pytest.raises(SwitchRefused):
            indexed.index()
        report = indexed.index(sight=seeing_with(other, Refusing))
        assert (report.generation, report.embedded, report.reused) == (2, 1, 2)
        engine.refresh()
        assert seer(engine) == (other.descriptor.card.id, 1)

    def test_what_is_registered_meanwhile_is_seen_by_the_one_that_serves(
        self, indexed: Workbench, other: Sight
    ) -> None:
        interrupted(indexed, other)
        engine = indexed.engine(other)
        indexed.report(4)
        assert engine.refresh().live == 1
        assert seer(engine, 4) == (indexed.sight.descriptor.card.id, 4)
        key = indexed.register.get(4).photographs[0].photo_key
        assert key in indexed.store()
        assert key not in replace(indexed, sight=other).store()

    def test_undo_gives_it_up(self, indexed: Workbench, other: Sight) -> None:
        interrupted(indexed, other)
        place = indexed.pointer()
        assert undone(indexed, other) == Undone(BUNDLED, 1, OTHER, switched=False)
        assert (indexed.pointer(), wanted(indexed.index_dir).descriptor) == (place, BUNDLED)
        assert indexed.index().embedded == 0
        assert switched(indexed, other).embedded == 2

    def test_of_two_at_once_one_is_told_to_wait(self, indexed: Workbench, other: Sight) -> None:
        with FileLock(indexed.index_dir / "lock"):
            for act in (
                lambda: switched(indexed, other),
                lambda: undone(indexed),
                lambda: forgotten(indexed, "x"),
            ):
                with pytest.raises(IndexBusy, match="Wait"):
                    act()
        assert wanted(indexed.index_dir).descriptor == BUNDLED


def forgotten(bench: Workbench, name: str) -> list[str]:
    return [one.label.vectors for one in forget(bench.index_dir, name)]


class TestLoss:
    def test_a_photograph_that_is_found_now_is_not_given_up(self, indexed: Workbench, other: Sight) -> None:
        indexed.stored(2).unlink()
        with pytest.raises(SwitchRefused, match="1 photographs that are searchable now") as refused:
            switched(indexed, other)
        assert "photograph 2" in refused.value.reason
        engine = indexed.engine(other)
        assert seer(engine, 1) == (indexed.sight.descriptor.card.id, 1)
        assert wanted(indexed.index_dir).descriptor == BUNDLED
        indexed.index()
        report = switched(indexed, other, losing=True)
        assert (report.photographs, len(report.failed)) == (2, 1)
        assert engine.refresh().descriptor == OTHER

    def test_what_failed_is_tried_again(self, indexed: Workbench, other: Sight) -> None:
        whole = indexed.stored(2).read_bytes()
        indexed.stored(2).unlink()
        with pytest.raises(SwitchRefused):
            switched(indexed, other)
        indexed.stored(2).write_bytes(whole)
        assert switched(indexed, other).failed == ()

    def test_one_that_was_withdrawn_or_never_found_holds_nobody_up(
        self, indexed: Workbench, other: Sight
    ) -> None:
        indexed.stored(2).unlink()
        indexed.withdraw(2)
        indexed.stored(indexed.report(4)).unlink()
        report = switched(indexed, other)
        assert (report.photographs, len(report.failed)) == (2, 1)


class TestUndo:
    def test_there_and_back_and_there_again(self, indexed: Workbench, other: Sight) -> None:
        engine = indexed.engine(other)
        answers = engine.search([again(2)]).candidates
        switched(indexed, other)
        places = {OTHER: indexed.pointer(), BUNDLED: previous(indexed.index_dir)}
        for to, left in ((BUNDLED, OTHER), (OTHER, BUNDLED), (BUNDLED, OTHER)):
            done = undone(indexed, other)
            assert (done.descriptor, done.left, done.switched) == (to, left, True)
            assert (indexed.pointer(), previous(indexed.index_dir)) == (places[to], places[left])
            assert wanted(indexed.index_dir).descriptor == to
            assert engine.refresh().descriptor == to
        assert engine.search([again(2)]).candidates == answers

    def test_what_was_registered_and_withdrawn_since_holds(self, indexed: Workbench, other: Sight) -> None:
        engine = indexed.engine(other)
        switched(indexed, other)
        indexed.report(4)
        indexed.withdraw(2)
        indexed.index(sight=other)
        engine.refresh()
        undone(indexed, other)
        status = engine.refresh()
        assert (status.descriptor, status.live, status.tombstones, status.pending) == (BUNDLED, 1, 1, 0)
        found = [seer(engine, seed) for seed in (1, 2, 3, 4)]
        assert found == [(indexed.sight.descriptor.card.id, one) for one in (1, None, 3, 4)]
        assert indexed.index().generation == 4
        assert engine.refresh().live == 0
        assert undone(indexed, other).generation == 3

    def test_the_way_back_is_kept_over_many_generations(self, indexed: Workbench, other: Sight) -> None:
        switched(indexed, other)
        for object_id in (1, 2, 3):
            indexed.withdraw(object_id)
        for seed in (4, 5, 6):
            indexed.report(seed)
            indexed.index(sight=other)
        assert {path.name for path in indexed.generations.iterdir()} == {"1", "4", "5"}
        assert undone(indexed, other).generation == 1
        for object_id in (1, 2, 3):
            indexed.reinstate(object_id)
        engine = indexed.engine(other)
        assert [seer(engine, seed)[1] for seed in range(1, 7)] == [1, 2, 3, 4, 5, 6]

    def test_also_where_both_names_mean_one_model(
        self, indexed: Workbench, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(stores, "SMALL", 0)  # none is joined
        twin = replace(indexed.sight, specification="test:twin")
        assert switched(indexed, twin).embedded == 0
        for object_id in (1, 2, 3):
            indexed.withdraw(object_id)
        for seed in (4, 5):
            indexed.report(seed)
            indexed.index(sight=twin)
        assert undone(indexed, twin).descriptor == BUNDLED
        indexed.reinstate(1)
        assert seer(indexed.engine(twin))[1] == 1

    def test_without_anything_to_go_back_to_it_is_refused(self, indexed: Workbench, bench: Workbench) -> None:
        with pytest.raises(SwitchRefused, match="no other model has served"):
            undone(indexed)
        (indexed.index_dir / "CURRENT").unlink()
        with pytest.raises(SwitchRefused, match="No index has been published"):
            undone(indexed)

    @pytest.mark.parametrize("lost", ["generation", "vectors", "model"])
    def test_what_cannot_be_served_any_more_is_not_gone_back_to(
        self, indexed: Workbench, other: Sight, lost: str
    ) -> None:
        switched(indexed, other)
        place = indexed.pointer()
        if lost == "generation":
            shutil.rmtree(indexed.generations / "1")
        if lost == "vectors":
            shutil.rmtree(indexed.vectors)
        sights = indexed.sights(other)
        if lost == "model":
            sights = replace(indexed, sight=seen_by(Mosaic(version="2"), BUNDLED)).sights(other)
        with pytest.raises(SwitchRefused, match="Generation 1"):
            undo(indexed.index_dir, sights)
        assert (indexed.pointer(), wanted(indexed.index_dir).descriptor) == (place, OTHER)
        assert seer(indexed.engine(other)) == (other.descriptor.card.id, 1)

    def test_it_is_a_way_out_when_the_new_generation_is_broken(
        self, indexed: Workbench, other: Sight
    ) -> None:
        switched(indexed, other)
        shutil.rmtree(indexed.served())
        with pytest.raises(IndexUnusable):
            indexed.engine(other)
        assert undone(indexed, other).generation == 1
        assert seer(indexed.engine(other))[1] == 1


class TestForget:
    def test_neither_the_served_nor_the_wanted_one(self, indexed: Workbench, other: Sight) -> None:
        interrupted(indexed, other)
        for name, role in ((BUNDLED, "served"), (indexed.sight.vectors_id, "served"), (OTHER, "wanted")):
            with pytest.raises(SwitchRefused, match=role):
                forgotten(indexed, name)
        with pytest.raises(SwitchRefused, match="stored"):
            forgotten(indexed, "nobody")
        assert {one.vectors for one in labels(indexed.index_dir)} == {
            indexed.sight.vectors_id,
            other.vectors_id,
        }

    def test_everything_of_it_goes_and_the_way_back_too(self, indexed: Workbench, other: Sight) -> None:
        switched(indexed, other)
        undone(indexed, other)
        (stored,) = stored_of(indexed.index_dir, OTHER)
        assert stored.photos == 3
        arrays = replace(indexed, sight=other).vectors.rglob("*.npy")
        assert stored.size == sum(path.stat().st_size for path in arrays)
        place = indexed.pointer()
        assert forgotten(indexed, OTHER) == [other.vectors_id]
        assert indexed.pointer() == place
        assert not list(indexed.index_dir.rglob(f"*{other.vectors_id}*"))
        assert {path.name for path in indexed.generations.iterdir()} == {"1"}
        with pytest.raises(SwitchRefused, match="no switch to undo"):
            undone(indexed, other)
        assert seer(indexed.engine(other))[1] == 1
        assert switched(indexed, other).embedded == 3

    def test_what_is_prepared_can_be_given_up(self, indexed: Workbench, other: Sight) -> None:
        switched(indexed, other, prepare=True)
        assert forgotten(indexed, other.vectors_id) == [other.vectors_id]
        assert indexed.index().embedded == 0

    def test_vectors_that_nobody_labelled_go_by_their_id(self, indexed: Workbench) -> None:
        old = indexed.vectors.with_name("0123456789abcdef")
        shutil.copytree(indexed.vectors, old)
        assert forgotten(indexed, old.name) == [old.name]
        assert not old.exists()
        assert seer(indexed.engine())[1] == 1


@dataclass(frozen=True, slots=True)
class Strange:
    """A descriptor that gives something else than its card says."""

    vectors: Descriptors

    @property
    def card(self) -> ModelCard:
        return Mosaic().card

    def describe(self, photos: Sequence[Pixels]) -> Descriptors:
        return self.vectors


class TestStrangeModels:
    @pytest.mark.parametrize(
        "vectors",
        [
            np.ones((1, 47), np.float32) / np.float32(47**0.5),
            np.ones((2, 48), np.float32),
            np.ones(48, np.float32),
            np.zeros((0, 48), np.float32),
            np.ones((1, 48), np.float32),
            np.zeros((1, 48), np.float32),
            np.full((1, 48), np.nan, np.float32),
        ],
        ids=["shorter", "two", "flat", "none", "long", "zero", "nan"],
    )
    def test_one_that_is_not_what_its_card_says_is_refused_at_once(
        self, indexed: Workbench, vectors: Descriptors
    ) -> None:
        before = contents(indexed.index_dir)
        with pytest.raises(ModelUnusable, match=OTHER):
            switched(indexed, seen_by(Strange(vectors)))
        assert contents(indexed.index_dir) == before

    def test_vectors_of_another_length_cannot_be_mixed_in(self, indexed: Workbench, other: Sight) -> None:
        switched(indexed, other)
        (theirs,) = replace(indexed, sight=other).vectors.iterdir()
        (ours,) = indexed.vectors.iterdir()
        shutil.rmtree(ours)
        shutil.copytree(theirs, indexed.vectors / theirs.name)
        place = indexed.pointer()
        with pytest.raises(IndexUnusable, match=f"not those of {indexed.sight.descriptor.card.id}"):
            switched(indexed, indexed.sight)
        assert indexed.pointer() == place
        assert seer(indexed.engine(other)) == (other.descriptor.card.id, 1)

    def test_a_global_index_of_another_length_is_refused(self, indexed: Workbench, other: Sight) -> None:
        switched(indexed, other)
        shutil.copy(indexed.generations / "1" / "global.faiss", indexed.served() / "global.faiss")
        with pytest.raises(IndexUnusable, match="damaged"):
            indexed.engine(other)


class TestOpening:
    def test_a_model_that_cannot_be_opened_is_told_and_tried_again_later(
        self, indexed: Workbench, other: Sight, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        switched(indexed, other)
        asked: list[str] = []

        def gone(specification: str) -> Sight:
            asked.append(specification)
            raise ModelUnusable("The file is gone.", "Put it back.")

        engine = Engine(indexed.index_dir, indexed.register, gone)
        for _ in range(3):
            with pytest.raises(IndexUnusable, match=f"{OTHER}.*The file is gone") as refused:
                engine.refresh()
            with pytest.raises(IndexUnusable, match="gone"):
                engine.search([again(1)])
        assert "artrieve model undo" in refused.value.advice
        assert asked == [OTHER]
        monkeypatch.setattr(opening, "AGAIN_SECONDS", 0.0)
        engine = Engine(indexed.index_dir, indexed.register, gone)
        for _ in range(2):
            with pytest.raises(IndexUnusable, match="gone"):
                engine.refresh()
        engine._opener._sights = indexed.sights(other)
        assert engine.refresh().descriptor == OTHER

    def test_a_file_that_holds_another_model_by_now_is_opened_again_once_for_a_generation(
        self, indexed: Workbench
    ) -> None:
        one, two = seen_by(Mosaic(version="1")), seen_by(Mosaic(version="2"))
        installed, opened = [one], list[str]()

        def sights(specification: str) -> Sight:
            opened.append(specification)
            return installed[0]

        switched(indexed, one)
        engine = Engine.open(indexed.index_dir, indexed.register, sights)
        switched(indexed, two)
        for _ in range(3):
            with pytest.raises(IndexUnusable, match="other models"):
                engine.refresh()
        assert opened == [OTHER] * 2
        installed[0] = two
        indexed.report(4)
        indexed.index(sight=two)
        assert engine.refresh().generation == 4
        assert seer(engine, 4) == (two.descriptor.card.id, 4)

    def test_back_from_a_generation_that_is_refused_what_is_live_goes_to_its_own_model(
        self, indexed: Workbench, other: Sight
    ) -> None:
        engine = indexed.engine(other)
        switched(indexed, other)
        (indexed.served() / "global.faiss").write_bytes(b"torn")
        with pytest.raises(IndexUnusable):
            engine.refresh()
        undone(indexed, other)
        indexed.report(4)
        assert engine.refresh().live == 1
        key = indexed.register.get(4).photographs[0].photo_key
        assert key in indexed.store()
        assert key not in replace(indexed, sight=other).store()
        assert seer(engine, 4) == (indexed.sight.descriptor.card.id, 4)


class TestDamagedChoice:
    CONTENTS = (
        b"",
        b"{",
        b"[]",
        b"{}",
        b'{"wanted": null}',
        b'{"wanted": {"descriptor": 7, "vectors": ""}}',
        b"\xff",
    )

    @pytest.mark.parametrize("content", CONTENTS)
    def test_the_index_serves_and_who_would_have_to_guess_refuses(
        self, indexed: Workbench, other: Sight, content: bytes
    ) -> None:
        engine = indexed.engine(other)
        switched(indexed, other, prepare=True)
        (indexed.index_dir / WANTED).write_bytes(content)
        engine.refresh()
        assert seer(engine)[1] == 1
        for act in (
            indexed.index,
            lambda: undone(indexed),
            lambda: forgotten(indexed, other.vectors_id),
        ):
            with pytest.raises(IndexUnusable, match="artrieve model switch SPEC"):
                act()
        switched(indexed, other)
        assert wanted(indexed.index_dir).descriptor == OTHER
        assert seer(indexed.engine(other)) == (other.descriptor.card.id, 1)

    def test_a_switch_that_is_refused_leaves_what_serves_wanted(
        self, indexed: Workbench, other: Sight
    ) -> None:
        (indexed.index_dir / WANTED).write_bytes(b"{")
        indexed.stored(2).unlink()
        with pytest.raises(SwitchRefused, match="searchable now"):
            switched(indexed, other)
        assert wanted(indexed.index_dir) == ModelRef(BUNDLED, indexed.sight.vectors_id)


class TestNeverAcross:
    def test_a_search_ends_with_the_model_it_began_with(self, indexed: Workbench, other: Sight) -> None:
        engine = indexed.engine(other)
        began = [True]

        def once() -> None:
            if began:
                began.clear()
                switched(indexed, other)
                assert engine.refresh().descriptor == OTHER

        assert engine._view is not None
        sight = engine._view.sight
        engine._view = replace(
            engine._view, sight=replace(sight, descriptor=Happening(sight.descriptor, once))
        )
        answer = engine.search([again(1)])
        assert not began
        assert (answer.generation, answer.models["descriptor"]) == (1, sight.descriptor.card.id)
        assert answer.candidates[0].object_id == 1
        assert seer(engine) == (other.descriptor.card.id, 1)

    def test_while_models_come_and_go_every_search_is_by_one(self, indexed: Workbench, other: Sight) -> None:
        engine = indexed.engine(other)
        switched(indexed, other)
        by_generation: dict[int, str] = {
            1: indexed.sight.descriptor.card.id,
            2: other.descriptor.card.id,
        }

        given, arrived = [0], Condition()

        def search() -> tuple[int, str, int]:
            answer = engine.search([again(1)])
            with arrived:
                given[0] += 1
                arrived.notify_all()
            return answer.generation, answer.models["descriptor"], answer.candidates[0].object_id

        def refreshed() -> None:
            """Refresh, and wait until a search is over that began afterwards: of two readers, the third is one."""
            engine.refresh()
            with arrived:
                enough = given[0] + 3
                assert arrived.wait_for(lambda: given[0] >= enough, timeout=120)

        def change() -> None:
            for seed in (4, 5, 6, 7):
                refreshed()
                undone(indexed, other)
                indexed.report(seed)
                refreshed()

        answers = set(meanwhile(search, change, readers=2))
        assert {(number, by, 1) for number, by in by_generation.items()} >= answers
        assert {number for number, _, _ in answers} == {1, 2}
        for serving in (other, indexed.sight):
            assert [seer(engine, seed) for seed in (1, 4, 7)] == [
                (serving.descriptor.card.id, one) for one in (1, 4, 7)
            ]
            undone(indexed, other)
            engine.refresh()

    def test_what_is_live_is_not_taken_over_from_another_model(
        self, indexed: Workbench, other: Sight
    ) -> None:
        engine = indexed.engine(other)
        switched(indexed, other, prepare=True)
        indexed.report(4)
        engine.refresh()
        live = engine._view and engine._view.live
        assert isinstance(live, Segment)
        place = indexed.pointer()
        switched(indexed, other)
        undone(indexed, other)
        assert indexed.pointer() == place
        engine.refresh()
        undone(indexed, other)
        engine.refresh()
        assert engine._view is not None
        assert engine._view.live is not live
        assert seer(engine, 4) == (other.descriptor.card.id, 4)


def test_two_that_switch_at_the_same_time_end_with_one_model(indexed: Workbench, other: Sight) -> None:
    def run(sight: Sight) -> str:
        try:
            switched(indexed, sight)
        except IndexBusy:
            return ""
        return sight.specification

    third = seen_by(Mosaic(version="3"), "test:third")
    with ThreadPoolExecutor(2) as threads:
        ended = {one for one in threads.map(run, (other, third)) if one}
    assert ended
    last = json.loads((indexed.index_dir / WANTED).read_text())["wanted"]["descriptor"]
    assert last in ended
    engine = indexed.engine(other, third)
    assert engine.status().descriptor == last
    assert pointer(indexed.index_dir) is not None
    assert seer(engine)[1] == 1
