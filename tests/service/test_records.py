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
from data.photos import PhotoMissing
from data.register import Photograph, RegisteredObject, RegisterSnapshot
from data.visibility import Role
from indexer.answer import Answer, Candidate
from indexer.decide import AlertLevel, Verdict
from indexer.differ import Difference, DifferenceKind
from indexer.explain import EvidenceKind
from indexer.part import Part
from models.calibrate import load_calibration
from service.records.comparing import COMPARED, FAILED, NOT_COMPARED, NOWHERE_LAID, Compared, compare_first
from service.records.kept_photos import KeptPhotos, PhotoNoLongerKept
from service.records.reading import evidence_until, kept_candidate
from service.records.search_record import SearchRecord
from service.records.writing import candidate_of, decided_again, record_of, summary
from tests.drawing import draw_photo

NOW = datetime(2026, 3, 14, 10, tzinfo=UTC)
SEARCH = UUID("0b9d1c52-8f0e-4a57-9a53-6a1e2f4c7d10")
SAFE = SafePhoto("ab" * 32, "JPEG", 4000, 3000, 1600, 1200, b"jpeg", b"small", ("turned",))


def candidate(photograph_id: int, verdict: Verdict = Verdict.match, **given: object) -> Candidate:
    """A candidate of the engine."""
    plain = Candidate(
        photograph_id=photograph_id,
        object_id=photograph_id + 100,
        log_odds=4.25,
        score=0.9,
        probability=0.985936,
        verdict=verdict,
        votes=12.5,
        inliers=30,
        inlier_share=0.5,
        spread=0.4,
        photo=0,
        mapping=(1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0),
        points=((1.23456, 2.0, 3.0, 4.98765),),
        clues={"points": 3.434, "margin": 1.0},
    )
    return replace(plain, **given)  # type: ignore[arg-type]  # names and values as the test gives them


def answer(
    *candidates: Candidate, verdict: Verdict = Verdict.match, level: AlertLevel = AlertLevel.dealer
) -> Answer:
    """An answer of the engine."""
    covered = RegisterSnapshot(5, 4, 3, 2, NOW)
    models = {"verifier": "v-1", "keypoints": "k-1"}
    return Answer(verdict, level, candidates, 7, 1, covered, "", models, {"votes": 1.0}, load_calibration())


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
    return record_of(
        SEARCH,
        [SAFE],
        found,
        known,
        load_calibration(),
        limit=limit,
        made_at=NOW,
        evidence_until=NOW,
        role=Role.registrar,
    )


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
    found = candidate(1, also=(1, 3))
    entry = written(answer(found), {1: registered(1)}).candidates[0]
    assert candidate_of(entry) == replace(found, points=((1.23, 2.0, 3.0, 4.99),))
    assert entry.view == "back"


def test_parts_and_what_differs_are_kept_and_drawn_again() -> None:
    part = Part((1.0, 0.0, 9.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0), ((5.0, 6.0, 7.0, 8.0),))
    found = candidate(1, more=(part,), solid=True, points=((1.0, 2.0, 3.0, 4.0),))
    outline = ((0.0, 0.0), (9.5, 0.0), (9.5, 7.0))
    differ = Difference(DifferenceKind.altered, "At the left it looks different.", 0.125, outline)
    record = record_of(
        SEARCH, [SAFE], answer(found), {1: registered(1)}, load_calibration(), limit=10, made_at=NOW,
        evidence_until=NOW, role=Role.registrar, compared={1: Compared((differ,))},
    )  # fmt: skip
    entry = record.candidates[0]
    assert candidate_of(entry) == found
    assert (entry.differences_unknown, EvidenceKind.differences in entry.evidence) == ("", True)
    kept = kept_candidate(json.loads(json.dumps(record.stored())), 1)
    assert kept is not None
    assert (kept.candidate().more, kept.candidate().solid) == ((part,), True)
    assert kept.told() == (differ,)


def test_what_was_not_compared_says_so() -> None:
    entry = written(answer(candidate(1)), {1: registered(1)}).candidates[0]
    assert entry.differences == ()
    assert entry.differences_unknown == NOT_COMPARED.unknown
    assert EvidenceKind.differences not in entry.evidence


def test_a_record_from_before_there_were_differences_opens() -> None:
    stored = written(answer(candidate(1)), {1: registered(1)}).stored()
    for name in ("more", "solid", "differences", "differences_unknown"):
        del stored["candidates"][0][name]
    entry = SearchRecord.model_validate(stored).candidates[0]
    assert (entry.more, entry.solid, entry.differences, entry.differences_unknown) == ((), False, (), "")
    kept = kept_candidate(stored, 1)
    assert kept is not None
    assert kept.has_pictures
    assert kept.told() is None, "looked for anew"


def test_a_record_from_before_there_were_levels_opens() -> None:
    stored = written(answer(candidate(1)), {1: registered(1)}).stored()
    del stored["alert"]
    for name in ("probability", "chance", "log_odds", "also", "clues"):
        del stored["candidates"][0][name]
    record = SearchRecord.model_validate(stored)
    entry = record.candidates[0]
    assert (record.alert, entry.probability, entry.chance, entry.also) == (None, None, "", ())
    assert candidate_of(entry).probability == 0.0
    kept = kept_candidate(stored, 1)
    assert kept is not None
    assert kept.has_pictures
    assert kept.candidate().points == ((1.23, 2.0, 3.0, 4.99),)


@pytest.mark.parametrize("differences", ["many", [{"kind": "horoscope"}], [1], {}])
def test_differences_told_in_another_way_leave_the_other_pictures(differences: object) -> None:
    stored = written(answer(candidate(1)), {1: registered(1)}).stored()
    stored["candidates"][0]["differences"] = differences
    kept = kept_candidate(stored, 1)
    assert kept is not None
    assert (kept.has_pictures, kept.told()) == (True, None)


class TestComparing:
    def compared(self, *found: Candidate, photo: bytes | None = None) -> dict[int, Compared]:
        jpeg = draw_photo(3) if photo is None else photo
        return compare_first(found, [jpeg], lambda _: jpeg)

    def test_the_first_that_agree_are_compared(self) -> None:
        found = [candidate(1), candidate(2, Verdict.none), *(candidate(at) for at in range(3, 3 + COMPARED))]
        assert list(self.compared(*found)) == [1, *range(3, 2 + COMPARED)]

    def test_where_nothing_of_the_object_agrees_nothing_that_differs_is_told(self) -> None:
        edge = candidate(1, clues={"agrees": 0.0})
        alike = candidate(2, mapping=None, points=())
        assert self.compared(edge, alike) == {1: NOWHERE_LAID, 2: NOWHERE_LAID}
        first, second = written(answer(edge, alike), {1: registered(1), 2: registered(2)}).candidates
        assert first.evidence == (EvidenceKind.matches,)
        assert second.evidence == ()

    def test_a_failure_is_told_and_logged_and_loses_nothing(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert self.compared(candidate(1), photo=b"no photo") == {1: FAILED}
        assert FAILED.unknown
        said = capsys.readouterr()
        assert "could not be compared" in said.out + said.err

    def test_whatever_the_store_fails_with(self) -> None:
        def lost(_: int) -> bytes:
            raise PhotoMissing("k")

        assert compare_first([candidate(1)], [draw_photo(3)], lost) == {1: FAILED}

    def test_the_mirror_image_is_told(self) -> None:
        (found,) = self.compared(candidate(1, mirrored=True)).values()
        assert [each.kind for each in found.differences] == [DifferenceKind.mirrored]
        assert found.unknown == ""


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("2026-03-14T10:00:00Z", NOW),
        ("soon", None),
        (None, None),
        ("2026-03-14T10:00:00", None),  # without a zone it names no moment
    ],
)
def test_until_when_a_record_promises_pictures(said: object, expected: datetime | None) -> None:
    assert evidence_until({"evidence_until": said}) == expected
    assert evidence_until({}) is None


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
