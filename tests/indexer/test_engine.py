"""The engine searches what the register says can be searched, at every moment and without waiting for an index."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from threading import Lock, Semaphore

import pytest

from data.photos import PhotoStoreUnavailable
from indexer import engine as engines
from indexer.answer import Answer
from indexer.decide import AlertLevel, Verdict
from indexer.engine import Engine, IndexStatus
from indexer.search_card import search_card
from indexer.sight import Sight
from indexer.vectors.faiss_index import FaissIndex, LocalIndex
from indexer.vectors.index import Codes, IndexUnusable, Vectors
from indexer.vectors.segment import Roll, Segment
from indexer.vectors.store import VectorStore
from models.calibrate import probability
from models.card import ModelCard
from models.keypoints import KeypointExtractor, Keypoints, Look, Seen
from models.pixels import Pixels
from tests.indexer.counted import calibration
from tests.indexer.meanwhile import meanwhile
from tests.indexer.stubs import Refusing, Unasked, seeing_with
from tests.indexer.workbench import Workbench, again, drawn


@dataclass(frozen=True, slots=True)
class Interrupted:
    """An extractor during whose work something else happens."""

    inner: KeypointExtractor
    happens: Callable[[], object]

    @property
    def card(self) -> ModelCard:
        return self.inner.card

    def extract(self, photo: Pixels, limit: int) -> Keypoints:
        return self.inner.extract(photo, limit)

    def look(self, photo: Pixels, look: Look) -> Seen:
        self.happens()
        return self.inner.look(photo, look)


def found(engine: Engine, seed: int) -> int | None:
    """The object that is surely found by another photo of a picture."""
    answer = engine.search([again(seed)])
    assert (answer.verdict is Verdict.match) == (
        bool(answer.candidates) and answer.candidates[0].verdict is Verdict.match
    )
    return answer.candidates[0].object_id if answer.verdict is Verdict.match else None


def timeless(answer: Answer) -> Answer:
    return replace(answer, steps_ms={})


class TestOpening:
    def test_without_a_generation_it_opens_and_refuses_to_search(self, bench: Workbench) -> None:
        bench.report(1)
        engine = bench.engine()
        assert engine.status() == IndexStatus(None, None, 0, 0, 0, 0, 0, 0, "")
        with pytest.raises(IndexUnusable, match="No index has been published yet"):
            engine.search([drawn(1)])
        bench.index()
        engine.refresh()
        assert found(engine, 1) == 1

    def test_it_tells_what_it_searches(self, indexed: Workbench) -> None:
        status = indexed.engine().status()
        assert status == IndexStatus(
            generation=1,
            published_at=indexed.generation().published_at,
            photographs=3,
            live=0,
            tombstones=0,
            pending=0,
            failed=0,
            revision=indexed.register.revision(),
            descriptor="bundled",
        )

    def test_each_object_is_found_by_another_photo_of_it(self, indexed: Workbench) -> None:
        engine = indexed.engine()
        assert [found(engine, seed) for seed in (1, 2, 3, 4)] == [1, 2, 3, None]

    def test_an_answer_tells_what_it_was_made_with(self, indexed: Workbench) -> None:
        answer = indexed.engine().search([again(1)])
        assert (answer.generation, answer.live) == (1, 0)
        assert answer.models == {**indexed.sight.ids, "search": search_card().id}
        assert answer.covered.revision == indexed.register.revision()
        assert answer.covered.photographs == 3
        steps = {"decode", "keypoints", "votes", "regions", "descriptor", "verification", "confirmation"}
        assert set(answer.steps_ms) == steps
        assert all(ms > 0 for ms in answer.steps_ms.values())

    def test_without_a_photo_or_with_no_room_for_an_answer_it_refuses(self, indexed: Workbench) -> None:
        engine = indexed.engine()
        with pytest.raises(ValueError, match="photo"):
            engine.search([])
        for limit in (0, -1):
            with pytest.raises(ValueError, match="candidate"):
                engine.search([drawn(1)], limit)

    def test_an_empty_generation_finds_nothing(self, bench: Workbench) -> None:
        bench.index()
        answer = bench.engine().search([drawn(1)])
        assert (answer.verdict, answer.candidates) == (Verdict.none, ())


class TestRepeating:
    def test_the_same_photo_gives_the_same_answer(self, indexed: Workbench) -> None:
        engine = indexed.engine()
        answers = [engine.search([again(1)]) for _ in range(3)]
        assert timeless(answers[0]) == timeless(answers[1]) == timeless(answers[2])
        assert answers[0].steps_ms != answers[1].steps_ms
        assert timeless(engine.search([again(2)])) != timeless(answers[0])

    def test_also_from_another_engine_and_another_thread(self, indexed: Workbench) -> None:
        one, other = indexed.engine(), indexed.engine()
        wanted = [one.search([again(seed)]) for seed in (1, 2, 3)]
        with ThreadPoolExecutor(3) as threads:
            given = list(threads.map(lambda seed: other.search([again(seed)]), [1, 2, 3] * 4))
        for at, answer in enumerate(given):
            # when the register was looked at is the engine's own
            expected = replace(wanted[at % 3], covered=answer.covered)
            assert timeless(answer) == timeless(expected)

    def test_a_photograph_is_found_alike_live_and_in_a_generation(self, indexed: Workbench) -> None:
        indexed.report(4)
        engine = indexed.engine()
        live = [engine.search([again(seed)]).candidates for seed in (1, 4)]
        indexed.index()
        engine.refresh()
        assert engine.status().live == 0
        assert [engine.search([again(seed)]).candidates for seed in (1, 4)] == live


class TestLevels:
    GROWS = (Verdict.none, Verdict.possible, Verdict.match)

    def answers(self, bench: Workbench, photo: bytes) -> list[Answer]:
        """One for each level, from the one that alarms first to the one that alarms last."""
        engine, thresholds = bench.engine(), bench.sight.calibration.thresholds
        levels = sorted(AlertLevel, key=lambda level: thresholds[level].alert)
        answers = [engine.search([photo], level=level) for level in levels]
        assert [answer.level for answer in answers] == levels
        return answers

    def between(self, bench: Workbench, photo: bytes) -> Workbench:
        """The same, where the surest candidate's probability lies between the first threshold and the second."""
        counted = replace(bench, sight=replace(bench.sight, calibration=calibration()))
        chance = counted.engine().search([photo]).candidates[0].log_odds
        alerts = {"police": chance - 0.1, "dealer": chance + 0.1, "auction": chance + 0.2}
        made = {level: probability(each) for level, each in alerts.items()}
        there = calibration(alerts=made, match=0.999_999)
        return replace(bench, sight=replace(bench.sight, calibration=there))

    @pytest.mark.parametrize("photo", [again(1), again(9), drawn(2)], ids=["known", "unknown", "itself"])
    def test_the_same_is_found_at_each_and_nothing_but_verdicts_differs(
        self, indexed: Workbench, photo: bytes
    ) -> None:
        answers = self.answers(indexed, photo)
        plain = [[replace(one, verdict=Verdict.none) for one in answer.candidates] for answer in answers]
        assert plain[0] == plain[1] == plain[2]
        assert plain[0]
        for at in range(len(plain[0])):
            verdicts = [self.GROWS.index(answer.candidates[at].verdict) for answer in answers]
            assert verdicts == sorted(verdicts, reverse=True)
            assert (2 in verdicts) == (verdicts == [2, 2, 2])

    def test_one_alarms_where_another_does_not(self, indexed: Workbench) -> None:
        answers = self.answers(self.between(indexed, again(2)), again(2))
        assert [answer.verdict for answer in answers] == [Verdict.possible, Verdict.none, Verdict.none]
        assert [answer.candidates[0].verdict for answer in answers] == [answer.verdict for answer in answers]

    def test_who_says_nothing_is_answered_as_a_dealer(self, indexed: Workbench) -> None:
        engine = indexed.engine()
        answer = engine.search([again(1)])
        assert answer.level is AlertLevel.dealer
        assert timeless(answer) == timeless(engine.search([again(1)], level=AlertLevel.dealer))


class TestLive:
    def test_a_newly_reported_object_is_found_without_indexing(self, indexed: Workbench) -> None:
        engine = indexed.engine()
        assert found(engine, 4) is None
        assert indexed.report(4) == 4
        assert found(engine, 4) is None
        status = engine.refresh()
        assert (status.generation, status.live, status.pending, status.photographs) == (1, 1, 0, 3)
        assert [found(engine, seed) for seed in (1, 2, 3, 4)] == [1, 2, 3, 4]
        answer = engine.search([again(4)])
        assert (answer.live, answer.generation) == (1, 1)
        assert answer.covered.photographs == 4

    def test_what_is_live_is_encoded_once(self, indexed: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
        encoded: list[int] = []

        def encode(index: LocalIndex, vectors: Vectors) -> Codes:
            encoded.append(len(vectors))
            return FaissIndex.encode(index, vectors)

        monkeypatch.setattr(LocalIndex, "encode", encode)
        engine = indexed.engine()
        for seed in (4, 5, 6):
            indexed.report(seed)
            engine.refresh()
        assert len(encoded) == engine.status().live == 3
        again_opened = indexed.engine()
        indexed.index()
        again_opened.refresh()
        assert [found(again_opened, seed) for seed in (1, 4, 5, 6)] == [1, 4, 5, 6]
        assert len(encoded) == 3

    def test_shards_that_are_joined_while_a_generation_is_opened_are_found(
        self, indexed: Workbench, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        late = [True]

        def slow(roll: Roll, store: VectorStore, sight: Sight) -> Segment:
            if late:
                late.clear()
                indexed.report(4)
                indexed.index()
            return fill(roll, store, sight)

        fill = Segment.fill
        monkeypatch.setattr(Segment, "fill", slow)
        engine = indexed.engine()
        assert not late
        assert found(engine, 2) == 2

    def test_one_that_is_withdrawn_while_live_leaves(self, indexed: Workbench) -> None:
        indexed.report(4)
        engine = indexed.engine()
        indexed.withdraw(4)
        assert engine.refresh().live == 0
        assert found(engine, 4) is None
        indexed.reinstate(4)
        engine.refresh()
        assert found(engine, 4) == 4

    def test_a_generation_takes_over_what_was_live(self, indexed: Workbench) -> None:
        engine = indexed.engine()
        indexed.report(4, 5)
        engine.refresh()
        indexed.index()
        status = engine.refresh()
        assert (status.generation, status.live, status.photographs) == (2, 0, 5)
        assert [found(engine, seed) for seed in (1, 4, 5)] == [1, 4, 4]

    def test_what_is_live_was_embedded_once(self, indexed: Workbench) -> None:
        indexed.report(4)
        indexed.engine()
        refusing = replace(indexed, sight=seeing_with(indexed.sight, Refusing))
        assert refusing.engine().status().live == 1
        assert refusing.index().embedded == 0

    def test_only_so_many_are_live_and_the_others_wait_for_the_index(
        self, indexed: Workbench, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(engines, "LIVE_LIMIT", 2)
        indexed.report(4, 5, 6, 7)
        engine = indexed.engine()
        for _ in range(2):
            status = engine.refresh()
            assert (status.live, status.pending) == (2, 2)
        assert [found(engine, seed) for seed in (4, 5, 6, 7)] == [4, 4, None, None]
        indexed.index()
        status = engine.refresh()
        assert (status.live, status.pending, status.photographs) == (0, 0, 7)
        assert found(engine, 7) == 4

    def test_the_limit_holds_for_what_is_embedded_already_too(
        self, indexed: Workbench, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        indexed.report(4, 5, 6)
        assert indexed.engine().status().live == 3
        monkeypatch.setattr(engines, "LIVE_LIMIT", 2)
        status = indexed.engine().status()
        assert (status.live, status.pending) == (2, 1)

    def test_a_large_import_is_embedded_step_by_step(
        self, indexed: Workbench, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(engines, "LIVE_STEP", 2)
        indexed.report(4, 5, 6)
        engine = indexed.engine()
        assert (engine.status().live, engine.status().pending) == (2, 1)
        status = engine.refresh()
        assert (status.live, status.pending) == (3, 0)
        assert found(engine, 6) == 4

    def test_what_another_has_embedded_already_is_live_at_once(
        self, indexed: Workbench, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(engines, "LIVE_STEP", 1)
        indexed.report(4, 5, 6)
        other = indexed.engine()
        other.refresh()
        other.refresh()
        assert indexed.engine().status().live == 3

    def test_a_photo_that_fails_is_counted_and_not_waited_for(self, indexed: Workbench) -> None:
        engine = indexed.engine()
        object_id = indexed.report(4)
        indexed.report(5)
        indexed.stored(object_id).write_bytes(b"other bytes")
        for _ in range(2):
            status = engine.refresh()
            assert (status.live, status.pending, status.failed) == (1, 0, 1)
        indexed.index()
        status = engine.refresh()
        assert (status.photographs, status.live, status.pending, status.failed) == (4, 0, 0, 1)
        indexed.withdraw(object_id)
        assert engine.refresh().failed == 0

    def test_a_photo_store_out_of_reach_leaves_the_last_view_serving(
        self, indexed: Workbench, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        engine = indexed.engine()
        indexed.report(4)

        def away(key: str) -> bytes:
            raise PhotoStoreUnavailable("out of reach")

        with monkeypatch.context() as patched:
            patched.setattr(indexed.register.photos, "get", away)
            with pytest.raises(PhotoStoreUnavailable):
                engine.refresh()
            assert found(engine, 1) == 1
        engine.refresh()
        assert found(engine, 4) == 4


class TestTombstones:
    def test_a_withdrawn_object_leaves_at_once_and_comes_back_reinstated(self, indexed: Workbench) -> None:
        engine = indexed.engine()
        before = engine.search([again(2)]).candidates
        indexed.withdraw(2)
        status = engine.refresh()
        assert (status.tombstones, status.photographs) == (1, 3)
        answer = engine.search([again(2)])
        assert answer.verdict is Verdict.none
        assert 2 not in {one.object_id for one in answer.candidates}
        assert [found(engine, seed) for seed in (1, 3)] == [1, 3]
        indexed.reinstate(2)
        assert engine.refresh().tombstones == 0
        assert engine.search([again(2)]).candidates == before

    def test_it_is_as_if_it_had_never_been_there(self, indexed: Workbench) -> None:
        engine = indexed.engine()
        indexed.withdraw(2)
        engine.refresh()
        hidden = [engine.search([again(seed)]).candidates for seed in (1, 2, 3)]
        indexed.index()
        assert engine.refresh().tombstones == 0
        assert [engine.search([again(seed)]).candidates for seed in (1, 2, 3)] == hidden

    def test_several_come_and_go(self, indexed: Workbench) -> None:
        engine = indexed.engine()
        for gone in ({1, 2}, {2, 3}, {3}, set[int](), {1, 2, 3}, {1}):
            for object_id in (1, 2, 3):
                (indexed.withdraw if object_id in gone else indexed.reinstate)(object_id)
            assert engine.refresh().tombstones == len(gone)
            assert [found(engine, seed) for seed in (1, 2, 3)] == [
                None if seed in gone else seed for seed in (1, 2, 3)
            ]

    def test_one_withdrawn_again_while_a_generation_takes_over_is_as_if_not_there(
        self, indexed: Workbench
    ) -> None:
        engine = indexed.engine()
        indexed.withdraw(2)
        engine.refresh()
        indexed.reinstate(2)
        indexed.index()
        indexed.withdraw(2)
        assert engine.refresh().tombstones == 1
        indexed.index()
        fresh = indexed.engine()
        for seed in (1, 2, 3):
            assert engine.search([again(seed)]).candidates == fresh.search([again(seed)]).candidates

    def test_opening_finds_what_was_withdrawn_before(self, indexed: Workbench) -> None:
        indexed.withdraw(2)
        engine = indexed.engine()
        assert engine.status().tombstones == 1
        assert found(engine, 2) is None

    def test_one_withdrawn_before_indexing_comes_back_live(self, indexed: Workbench) -> None:
        indexed.withdraw(2)
        indexed.index()
        engine = indexed.engine()
        indexed.reinstate(2)
        assert engine.refresh().live == 1
        assert found(engine, 2) == 2

    def test_an_error_before_the_new_view_hides_nothing_for_ever(
        self, indexed: Workbench, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        engine = indexed.engine()
        indexed.withdraw(2)
        indexed.report(4)

        def fail(*_: object) -> None:
            raise OSError("the disk is full")

        with monkeypatch.context() as patched:
            patched.setattr(Segment, "build", fail)
            with pytest.raises(OSError, match="full"):
                engine.refresh()
        indexed.reinstate(2)
        engine.refresh()
        assert [found(engine, seed) for seed in (2, 4)] == [2, 4]

    def test_a_search_keeps_the_view_it_began_with(self, indexed: Workbench) -> None:
        engine = indexed.engine()

        def searching_while(happens: Callable[[], object]) -> Answer:
            began = [True]

            def once() -> None:
                if began:
                    began.clear()
                    happens()
                    engine.refresh()

            assert engine._view is not None
            interrupted = replace(indexed.sight, extractor=Interrupted(indexed.sight.extractor, once))
            engine._view = replace(engine._view, sight=interrupted)
            answer = engine.search([again(2)])
            engine._view = replace(engine._view, sight=indexed.sight)
            return answer

        indexed.withdraw(2)
        engine.refresh()
        answer = searching_while(lambda: indexed.reinstate(2))
        assert 2 not in {one.object_id for one in answer.candidates}
        assert answer.verdict is Verdict.none
        assert found(engine, 2) == 2
        answer = searching_while(indexed.index)
        assert answer.generation == 1
        assert answer.candidates[0].object_id == 2
        assert engine.search([again(2)]).generation == 2


class TestUnusable:
    def damage(self, bench: Workbench) -> None:
        path = bench.served() / "global.faiss"
        path.write_bytes(path.read_bytes()[:-5])

    def test_opening_a_damaged_index_is_refused(self, indexed: Workbench) -> None:
        self.damage(indexed)
        with pytest.raises(IndexUnusable, match="damaged"):
            indexed.engine()

    def test_it_refuses_until_the_index_can_be_used_again(self, indexed: Workbench) -> None:
        engine = indexed.engine()
        indexed.index()
        self.damage(indexed)
        for _ in range(2):
            with pytest.raises(IndexUnusable, match="damaged"):
                engine.refresh()
            with pytest.raises(IndexUnusable, match="damaged"):
                engine.search([again(1)])
            with pytest.raises(IndexUnusable, match="damaged"):
                engine.status()
        indexed.index()
        assert engine.refresh().generation == 3
        assert found(engine, 1) == 1

    def test_back_at_the_generation_it_had_it_goes_on(self, indexed: Workbench) -> None:
        engine = indexed.engine()
        pointer = indexed.index_dir / "CURRENT"
        before = pointer.read_bytes()
        pointer.write_bytes(b"{")
        with pytest.raises(IndexUnusable, match="CURRENT"):
            engine.refresh()
        pointer.write_bytes(before)
        indexed.withdraw(2)
        indexed.report(4)
        assert engine.refresh().generation == 1
        assert [found(engine, seed) for seed in (1, 2, 3, 4)] == [1, None, 3, 4]

    def test_another_generation_of_the_same_number_is_noticed(self, indexed: Workbench) -> None:
        engine = indexed.engine()
        (indexed.index_dir / "CURRENT").unlink()
        shutil.rmtree(indexed.generations)
        indexed.report(4)
        indexed.index()
        status = engine.refresh()
        assert (status.generation, status.photographs, status.live) == (1, 4, 0)

    def test_without_a_pointer_nothing_is_searched(self, indexed: Workbench) -> None:
        engine = indexed.engine()
        (indexed.index_dir / "CURRENT").unlink()
        assert engine.refresh().generation is None
        with pytest.raises(IndexUnusable, match="No index"):
            engine.search([again(1)])

    def test_a_damaged_shard_refuses_the_next_generation_until_it_is_made_again(
        self, indexed: Workbench
    ) -> None:
        engine = indexed.engine()
        indexed.index()
        (shard,) = indexed.vectors.iterdir()
        (shard / "local.npy").write_bytes(b"")
        with pytest.raises(IndexUnusable, match=shard.name):
            engine.refresh()
        assert len(indexed.index().damaged) == 1
        engine.refresh()
        assert found(engine, 1) == 1

    def test_other_models_are_refused(self, indexed: Workbench) -> None:
        other = replace(indexed.sight, weights=replace(indexed.sight.weights, sha256="other"))
        with pytest.raises(IndexUnusable, match="other models"):
            replace(indexed, sight=other).engine()


class TestBesideIndexing:
    def test_it_searches_on_while_shards_are_joined(self, indexed: Workbench) -> None:
        indexed.report(4)
        engine = indexed.engine()
        before = {path.name for path in indexed.vectors.iterdir()}
        assert len(before) == 2
        indexed.index()
        assert not before & {path.name for path in indexed.vectors.iterdir()}
        assert [found(engine, seed) for seed in (1, 2, 3, 4)] == [1, 2, 3, 4]

    @pytest.fixture
    def away(self, indexed: Workbench) -> Workbench:
        """Object 2 is in no generation, but its vectors are kept."""
        indexed.withdraw(2)
        indexed.index()
        indexed.report(4)
        return indexed

    def test_vectors_in_shards_that_were_joined_are_found_again(self, away: Workbench) -> None:
        engine = away.engine()
        away.store().compact()  # as an indexing that is killed before it publishes
        away.reinstate(2)
        assert engine.refresh().live == 2
        assert [found(engine, seed) for seed in (1, 2, 3, 4)] == [1, 2, 3, 4]

    def test_vectors_in_shards_that_were_removed_are_made_again(self, away: Workbench) -> None:
        engine = away.engine()
        shutil.rmtree(away.vectors)
        away.reinstate(2)
        engine.refresh()
        assert [found(engine, seed) for seed in (1, 2, 3, 4)] == [1, 2, 3, 4]

    def test_searches_run_while_everything_changes(self, indexed: Workbench) -> None:
        engine, answered = indexed.engine(), Semaphore(0)

        def search() -> int | None:
            one = found(engine, 1)
            answered.release()
            return one

        def change() -> None:
            for seed in range(4, 8):
                assert answered.acquire(timeout=60), "no search has ended for a minute"
                indexed.report(seed)
                engine.refresh()
                indexed.withdraw(2 + seed % 2)
                engine.refresh()
                indexed.index()
                engine.refresh()
                indexed.reinstate(2 + seed % 2)
                engine.refresh()

        answers = meanwhile(search, change)
        assert len(answers) >= 4
        assert set(answers) == {1}
        assert [found(engine, seed) for seed in range(1, 8)] == [1, 2, 3, 4, 5, 6, 7]

    def test_refreshes_at_once_end_as_one(self, indexed: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
        engine = indexed.engine()
        indexed.report(4)
        revision, inside = indexed.register.revision, Lock()

        def alone() -> int:
            assert inside.acquire(blocking=False), "two refreshes work at the same time"
            time.sleep(0.01)
            inside.release()
            return revision()

        monkeypatch.setattr(indexed.register, "revision", alone)
        with ThreadPoolExecutor(4) as threads:
            statuses = {one.result() for one in [threads.submit(engine.refresh) for _ in range(8)]}
        assert len(statuses) == 1
        assert found(engine, 4) == 4


def test_a_refresh_with_nothing_new_reads_no_register(
    indexed: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = indexed.engine()
    before = engine.status()

    def asked() -> None:
        raise Unasked("the register was asked for its photographs")

    monkeypatch.setattr(indexed.register, "survey", asked)
    assert engine.refresh() == before
    indexed.report(4)
    with pytest.raises(Unasked):
        engine.refresh()
