"""Alert levels: in words, in records, and over HTTP with the real engine."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import pytest

from indexer.answer import Candidate
from indexer.decide import AlertLevel, Verdict
from models.calibrate import Calibration, load_calibration, probability
from service.alert_levels import FOR_WHOM, alert_levels
from service.commands.levels import LevelOption
from service.records.alert import AlertRecord, alert_record, from_in_words, in_words
from service.records.meanings import MEANINGS, meaning_of
from tests.drawing import draw_photo, photograph_again
from tests.service.levels import around, used
from tests.service.serving import API, Running, assert_problem, serving, settings_in
from tests.service.test_records import candidate

UNKNOWN = 900
LOG_ODDS = -0.5


@pytest.mark.parametrize(
    ("chance", "words"),
    [
        (0.0, "under 1 %"),
        (0.00999, "under 1 %"),
        (0.01, "1 %"),
        (0.5, "50 %"),
        (0.957, "96 %"),
        (0.99, "99 %"),
        (0.9901, "over 99 %"),
        (1.0, "over 99 %"),
    ],
)
def test_a_probability_in_words_is_never_certain(chance: float, words: str) -> None:
    assert in_words(chance) == words


@pytest.mark.parametrize(
    ("threshold", "words"),
    [
        (0.0, "under 0.01 %"),
        (0.0042, "0.42 %"),
        (0.62, "62 %"),
        (0.9987, "99.87 %"),
        (0.99999, "over 99.99 %"),
        (1.0, "over 99.99 %"),
    ],
)
def test_a_threshold_in_words_is_told_more_exactly(threshold: float, words: str) -> None:
    assert from_in_words(threshold) == words


class TestRecord:
    laid = around(LOG_ODDS)

    def kept(self, level: AlertLevel, found: Verdict, *candidates: Candidate) -> AlertRecord:
        return alert_record(level, found, candidates, self.laid)

    def test_it_keeps_what_the_calibration_says_of_the_level(self) -> None:
        for level in AlertLevel:
            threshold, kept = self.laid.thresholds[level], self.kept(level, Verdict.match, candidate(1))
            assert kept.level is level
            assert kept.from_probability == pytest.approx(threshold.alert, abs=1e-6)
            assert kept.match_from == pytest.approx(self.laid.match, abs=1e-6)
            assert kept.false_alerts_per_1000 == threshold.false_alerts
            assert kept.at_most_per_1000 == threshold.at_most
            assert from_in_words(threshold.alert) in kept.meaning
            assert f"about {threshold.false_alerts:g} of 1,000 photos" in kept.meaning
            assert kept.would_alert_at == ()

    @pytest.mark.parametrize("found", [Verdict.none, Verdict.unsearchable])
    def test_it_names_the_levels_that_would_have_alerted(self, found: Verdict) -> None:
        near = candidate(1, Verdict.none, log_odds=LOG_ODDS)
        far = candidate(1, Verdict.none, log_odds=-30.0)
        levels = (AlertLevel.dealer, AlertLevel.police)
        assert self.kept(AlertLevel.auction, found, near, far).would_alert_at == levels
        assert self.kept(AlertLevel.auction, found, far).would_alert_at == ()
        assert self.kept(AlertLevel.auction, found).would_alert_at == ()

    def test_the_meaning_of_nothing_found_tells_of_a_candidate_that_lies_between(self) -> None:
        near = candidate(1, Verdict.none, log_odds=LOG_ODDS)
        chance = probability(LOG_ODDS)
        said = meaning_of(Verdict.none, self.kept(AlertLevel.auction, Verdict.none, near), chance)
        assert said.startswith(MEANINGS[Verdict.none])
        assert in_words(chance) in said
        assert "At the level dealer and police it would have been shown as possible" in said
        assert (
            meaning_of(Verdict.none, self.kept(AlertLevel.auction, Verdict.none), None)
            == MEANINGS[Verdict.none]
        )

    def test_the_meaning_of_a_possible_match_says_how_often_that_is_wrong(self) -> None:
        for level in AlertLevel:
            alert = self.kept(level, Verdict.possible, candidate(1))
            said = meaning_of(Verdict.possible, alert, 0.7)
            expected = self.laid.thresholds[level]
            assert f"level {level} about {expected.false_alerts:g} of 1,000" in said
            assert f"at most {expected.at_most:g}" in said

    def test_a_match_means_the_same_at_every_level(self) -> None:
        for level in AlertLevel:
            alert = self.kept(level, Verdict.match, candidate(1))
            assert meaning_of(Verdict.match, alert, 0.9) == MEANINGS[Verdict.match]


@pytest.fixture
def near(running: Running) -> Iterator[Calibration]:
    """The service decides such that the best candidate of an unknown photo lies between the levels."""
    best = running.found(draw_photo(UNKNOWN))["candidates"][0]
    laid = around(best["log_odds"])
    with used(running, laid):
        yield laid


def test_the_same_photo_at_each_level(running: Running, near: Calibration) -> None:
    answers = {each: running.found(draw_photo(UNKNOWN), alert_level=each) for each in AlertLevel}
    assert {each: answers[each]["verdict"] for each in AlertLevel} == {
        AlertLevel.police: "possible",
        AlertLevel.dealer: "possible",
        AlertLevel.auction: "none",
    }
    for level, answer in answers.items():
        assert answer["alert"]["level"] == level
        assert answer["alert"]["from_probability"] == pytest.approx(near.thresholds[level].alert, abs=1e-6)
        assert answer["candidates"][0]["verdict"] == answer["verdict"]
    assert answers[AlertLevel.auction]["alert"]["would_alert_at"] == ["dealer", "police"]
    assert "would have been shown as possible" in answers[AlertLevel.auction]["meaning"]
    assert answers[AlertLevel.police]["alert"]["would_alert_at"] == []
    told = ("object_id", "probability", "log_odds", "score", "clues")
    first, *others = [
        [{name: each[name] for name in told} for each in answer["candidates"]] for answer in answers.values()
    ]
    assert others == [first, first], "a level changes no candidate"


def test_a_found_object_is_told_with_its_probability(running: Running) -> None:
    answer = running.found(photograph_again(3))
    best, *rest = answer["candidates"]
    installed = load_calibration()
    assert best["probability"] == pytest.approx(probability(best["log_odds"]), abs=1e-6)
    assert best["probability"] >= installed.match
    assert best["chance"] == in_words(best["probability"])
    assert set(best["clues"]) >= installed.clues
    assert all(each["probability"] < best["probability"] for each in rest)
    assert answer["alert"]["level"] == "dealer"
    assert answer["alert"]["would_alert_at"] == []
    assert answer["models"]["probability"] == installed.card.id


def test_further_photos_that_speak_for_the_object_are_named(running: Running) -> None:
    answer = running.found(draw_photo(6), draw_photo(UNKNOWN), photograph_again(6))
    best = answer["candidates"][0]
    assert best["object_id"] == 6
    assert sorted([best["photo"], *best["also"]]) == [0, 2]


@pytest.mark.parametrize("level", ["", "interpol", "Dealer", "dealer,police", "0", "x" * 300])
def test_a_level_that_is_none_is_refused(running: Running, level: str) -> None:
    problem = assert_problem(running.search(draw_photo(1), alert_level=level), 422, "invalid-request")
    assert problem["errors"][0]["where"] == "body.alert_level"
    if len(level) < 100:
        assert problem["errors"][0]["says"] == "Give one of: dealer, auction, police."


def test_a_level_given_twice_is_refused(running: Running) -> None:
    twice = [("alert_level", (None, "dealer")), ("alert_level", (None, "police"))]
    files: list[Any] = [("photo", ("a.jpg", draw_photo(1))), *twice]
    problem = assert_problem(running.client.post(f"{API}/searches", files=files), 422, "invalid-request")
    assert problem["errors"] == [{"where": "body.alert_level", "says": "This field is given more than once."}]


def test_the_levels_are_told_as_the_calibration_has_them(running: Running) -> None:
    told = running.client.get(f"{API}/alert-levels").json()
    installed = load_calibration()
    assert {each["level"] for each in told["levels"]} == set(AlertLevel)
    for each in told["levels"]:
        threshold = installed.thresholds[each["level"]]
        assert each["from_probability"] == pytest.approx(threshold.alert, abs=1e-6)
        assert (each["false_alerts_per_1000"], each["at_most_per_1000"], each["found"]) == (
            threshold.false_alerts,
            threshold.at_most,
            threshold.found,
        )
        assert each["words"] == FOR_WHOM[AlertLevel(each["level"])]
    begins = [each["from_probability"] for each in told["levels"]]
    assert begins == sorted(begins)
    assert (told["default"], told["measured_on"]) == ("dealer", dict(installed.fitted))
    assert told["model"] == installed.card.id
    assert_problem(running.client.get(f"{API}/alert-levels?level=dealer"), 422, "invalid-request")


def test_the_most_easily_alerted_level_comes_first_whatever_it_is_called() -> None:
    laid = around(LOG_ODDS)
    given = laid.thresholds
    turned = replace(laid, thresholds={**given, "police": given["auction"], "auction": given["police"]})
    told = [each.level for each in alert_levels(turned, AlertLevel.police).levels]
    assert told == [AlertLevel.auction, AlertLevel.dealer, AlertLevel.police]


def test_the_page_offers_the_levels_and_has_chosen_that_of_the_settings(tmp_path: Path) -> None:
    with serving(settings_in(tmp_path, alert_level="auction")) as service:
        page = service.client.get("/").text
        assert service.client.get(f"{API}/alert-levels").json()["default"] == "auction"
    chosen = [part for part in page.split("<input") if 'name="alert_level"' in part]
    assert len(chosen) == len(AlertLevel)
    assert [part for part in chosen if "checked" in part.partition(">")[0]] == [
        part for part in chosen if 'value="auction"' in part
    ]
    for level, threshold in load_calibration().thresholds.items():
        (offered,) = [part for part in chosen if f'value="{level}"' in part]
        assert FOR_WHOM[AlertLevel(level)] in offered
        assert f"about {threshold.false_alerts:g} in 1,000" in offered


def test_the_level_of_the_settings_is_that_of_a_search_that_asks_for_none(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = running.settings.model_copy(update={"alert_level": AlertLevel.police})
    monkeypatch.setitem(running.app.state._state, "parts", replace(running.parts, settings=chosen))
    assert running.found(photograph_again(2))["alert"]["level"] == "police"
    assert running.found(photograph_again(2), alert_level="auction")["alert"]["level"] == "auction"


def test_the_option_of_the_commands_names_every_level() -> None:
    _, option = get_args(LevelOption)
    assert all(each.value in option.help for each in AlertLevel)
