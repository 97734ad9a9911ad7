"""Search records: what they say, what they never say, and how long a searched photo stays."""

from __future__ import annotations

import json
import stat
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from data.intake import SafePhoto
from data.object_id import EXAMPLE, ObjectRecord, ViewKind
from data.register import Photograph, RegisteredObject, RegisterSnapshot
from indexer.answer import Answer, Candidate
from indexer.decide import Verdict
from service.records.kept_photos import KeptPhotos, PhotoNoLongerKept
from service.records.search_record import SearchRecord
from service.records.writing import candidate_of, decided_again, record_of, summary

NOW = datetime(2026, 3, 14, 10, tzinfo=UTC)
SEARCH = UUID("0b9d1c52-8f0e-4a57-9a53-6a1e2f4c7d10")
SAFE = SafePhoto("ab" * 32, "JPEG", 4000, 3000, 1600, 1200, b"jpeg", b"small", ("turned",))


def candidate(photograph_id: int, verdict: Verdict = Verdict.match, **given: object) -> Candidate:
    """A candidate of the engine."""
    plain = Candidate(
        photograph_id=photograph_id,
        object_id=photograph_id + 100,
        score=0.9,
        verdict=verdict,
        votes=12.5,
        inliers=30,
        inlier_share=0.5,
        spread=0.4,
        photo=0,
        mapping=(1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0),
        points=((1.23456, 2.0, 3.0, 4.98765),),
    )
    return replace(plain, **given)  # type: ignore[arg-type]  # names and values as the test gives them


def answer(*candidates: Candidate, verdict: Verdict = Verdict.match) -> Answer:
    """An answer of the engine."""
    covered = RegisterSnapshot(5, 4, 3, 2, NOW)
    return Answer(
        verdict, candidates, 7, 1, covered, "", {"verifier": "v-1", "keypoints": "k-1"}, {"votes": 1.0}
    )


def registered(photograph_id: int) -> RegisteredObject:
    """The object of a photograph."""
    photograph = Photograph(
        photograph_id,
        photograph_id + 100,
        ViewKind.back,
        "cd" * 32,
        "k",
        "t",
        10,
        10,
        10,
        10,
        "JPEG",
        "secret.jpg",
        0,
    )
    return RegisteredObject(
        photograph_id + 100, 3, ObjectRecord.model_validate(EXAMPLE), (photograph,), NOW, NOW
    )


def written(found: Answer, known: dict[int, RegisteredObject], limit: int = 10) -> SearchRecord:
    """The record of an answer."""
    return record_of(SEARCH, [SAFE], found, known, limit=limit, made_at=NOW, evidence_until=NOW)


def test_a_record_survives_being_kept() -> None:
    record = written(
        answer(candidate(1), candidate(2, Verdict.none, mapping=None, points=())),
        {1: registered(1), 2: registered(2)},
    )
    kept = json.loads(json.dumps(record.stored()))
    again = SearchRecord.model_validate(kept)
    assert again == record
    assert json.dumps(again.stored()) == json.dumps(record.stored())


def test_a_candidate_is_drawn_from_the_record_as_the_engine_found_it() -> None:
    found = candidate(1)
    entry = written(answer(found), {1: registered(1)}).candidates[0]
    assert candidate_of(entry) == replace(found, points=((1.23, 2.0, 3.0, 4.99),))
    assert entry.view == "back"


def test_only_candidates_with_points_have_pictures() -> None:
    found = answer(candidate(1), candidate(2, mapping=None, points=()), candidate(3, points=()))
    entries = written(found, {each: registered(each) for each in (1, 2, 3)}).candidates
    assert [bool(each.evidence) for each in entries] == [True, False, False]


def test_neither_circumstances_nor_file_names_nor_the_photo_are_in_a_record() -> None:
    text = json.dumps(written(answer(candidate(1)), {1: registered(1)}).stored())
    assert EXAMPLE["theft"]["circumstances"] not in text
    assert "secret.jpg" not in text
    assert "jpeg" not in text


def test_a_summary_of_an_object_of_which_little_is_known() -> None:
    bare = replace(registered(1), record=ObjectRecord(title="Only a title"))
    told = summary(bare)
    assert (told.title, told.theft, told.measurements, told.date) == ("Only a title", None, (), "")


@pytest.mark.parametrize(
    ("verdict", "left", "expected"),
    [
        (Verdict.match, [Verdict.match, Verdict.none], Verdict.match),
        (Verdict.match, [Verdict.possible], Verdict.possible),
        (Verdict.match, [Verdict.none], Verdict.none),
        (Verdict.match, [], Verdict.none),
        (Verdict.possible, [Verdict.match], Verdict.possible),
        (Verdict.none, [Verdict.possible], Verdict.none),
        (Verdict.unsearchable, [], Verdict.unsearchable),
    ],
)
def test_the_verdict_once_a_candidate_was_taken_out(
    verdict: Verdict, left: list[Verdict], expected: Verdict
) -> None:
    candidates = [candidate(at, each) for at, each in enumerate(left, start=2)]
    found = answer(candidate(1, Verdict.match), *candidates, verdict=verdict)
    assert decided_again(found, candidates) is expected


def test_nothing_taken_out_leaves_the_verdict_to_the_engine() -> None:
    found = answer(candidate(1, Verdict.possible), verdict=Verdict.none)
    assert decided_again(found, found.candidates) is Verdict.none


def test_ranks_are_those_of_the_candidates_that_are_left() -> None:
    found = answer(candidate(1), candidate(2), candidate(3))
    entries = written(found, {2: registered(2), 3: registered(3)}, limit=1).candidates
    assert [(each.rank, each.photograph_id) for each in entries] == [(1, 2)]
    assert written(found, {}).candidates == ()


class Clock:
    """A clock that tests turn."""

    def __init__(self) -> None:
        self.seconds = 1_800_000_000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def kept(tmp_path: Path, clock: Clock) -> KeptPhotos:
    return KeptPhotos(tmp_path / "searched", 10, clock)


def test_a_photo_is_kept_for_its_minutes_and_no_longer(
    kept: KeptPhotos, clock: Clock, tmp_path: Path
) -> None:
    kept.keep(SEARCH, [b"first", b"second"])
    clock.seconds += 599
    assert (kept.read(SEARCH, 0), kept.read(SEARCH, 1)) == (b"first", b"second")
    clock.seconds += 1
    with pytest.raises(PhotoNoLongerKept, match="10 minutes"):
        kept.read(SEARCH, 0)
    assert len(list((tmp_path / "searched").iterdir())) == 1  # asking for it deleted it
    assert kept.purge() == 1
    assert kept.purge() == 0


def test_a_photo_from_the_future_is_not_kept_for_longer(kept: KeptPhotos, clock: Clock) -> None:
    kept.keep(SEARCH, [b"photo"])
    clock.seconds -= 3600
    with pytest.raises(PhotoNoLongerKept):
        kept.read(SEARCH, 0)


def test_only_the_service_can_read_kept_photos(kept: KeptPhotos, tmp_path: Path) -> None:
    kept.keep(SEARCH, [b"photo"])
    folder = tmp_path / "searched"
    (photo,) = folder.iterdir()
    assert stat.S_IMODE(photo.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_no_minutes_keep_nothing(tmp_path: Path) -> None:
    nothing = KeptPhotos(tmp_path / "searched", 0)
    nothing.keep(uuid4(), [b"photo"])
    assert not (tmp_path / "searched").exists()
    assert nothing.purge() == 0
    with pytest.raises(PhotoNoLongerKept):
        nothing.read(SEARCH, 0)
