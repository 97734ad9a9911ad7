"""A calibration counts as its file says, adds up what several photos say, and one that would misdecide is refused."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from models.calibrate import (
    LEVELS,
    NAME,
    Calibration,
    Term,
    load_calibration,
    probability,
    read_calibration,
)
from models.card import ModelUnusable

BESIDE, SILENT = 0.25, -6.0


def kept() -> dict[str, Any]:
    """What a file holds, with numbers that are easily counted with."""
    return {
        "beside": BESIDE,
        "silent": SILENT,
        "match": 0.99,
        "full": {
            "bias": -1.5,
            "terms": {
                "points": {"mean": 3.0, "scale": 2.0, "weight": 4.0, "low": 1.0, "high": 7.0},
                "votes": {"mean": 0.0, "scale": 1.0, "weight": -0.5, "low": 0.0, "high": 10.0},
            },
        },
        "blind": {
            "bias": -2.0,
            "terms": {"points": {"mean": 3.0, "scale": 2.0, "weight": 6.0, "low": 1.0, "high": 7.0}},
        },
        "retrieved": {
            "bias": -3.0,
            "terms": {"likeness": {"mean": 0.5, "scale": 0.25, "weight": 2.0, "low": 0.0, "high": 1.0}},
        },
        "thresholds": {
            "auction": {"alert": 0.9, "false_alerts": 1, "at_most": 2.5, "found": 0.95},
            "dealer": {"alert": 0.5, "false_alerts": 3, "at_most": 6, "found": 0.96},
            "police": {"alert": 0.1, "false_alerts": 20, "at_most": 31, "found": 0.99},
        },
        "fitted": {"data": "made up"},
    }


@pytest.fixture
def calibration() -> Calibration:
    return made()


def made() -> Calibration:
    return read_calibration(kept(), "ab")


SEEN = {"agrees": 1.0, "compared": 1.0, "likeness": 0.0}
"""Clues of photos whose points agree and that were compared, and that don't look alike as a whole."""


class TestLogOdds:
    def test_by_hand(self, calibration: Calibration) -> None:
        assert calibration.log_odds({**SEEN, "points": 3.0, "votes": 0.0}) == -1.5
        assert calibration.log_odds({**SEEN, "points": 5.0, "votes": 0.0}) == -1.5 + 4
        assert calibration.log_odds({**SEEN, "points": 2.0, "votes": 3.0}) == -1.5 - 2 - 1.5

    @pytest.mark.parametrize(("clue", "as_if"), [(0.0, 1.0), (-1e9, 1.0), (7.01, 7.0), (1e9, 7.0)])
    def test_a_clue_beyond_what_was_seen_counts_as_the_last_that_was(
        self, calibration: Calibration, clue: float, as_if: float
    ) -> None:
        cut = calibration.log_odds({**SEEN, "points": clue, "votes": 1.0})
        assert cut == calibration.log_odds({**SEEN, "points": as_if, "votes": 1.0})

    def test_what_no_term_asks_for_does_not_count(self, calibration: Calibration) -> None:
        clues = {**SEEN, "points": 4.0, "votes": 2.0}
        assert calibration.log_odds({**clues, "moon": 1e9}) == calibration.log_odds(clues)

    def test_what_agrees_decides_by_what_it_is_weighed(self, calibration: Calibration) -> None:
        clues = {"points": 5.0, "votes": 0.0, "likeness": 0.75}
        assert calibration.log_odds({**clues, "agrees": 1.0, "compared": 1.0}) == -1.5 + 4
        assert calibration.log_odds({**clues, "agrees": 1.0, "compared": 0.0}) == -2 + 6
        assert calibration.log_odds({**clues, "agrees": 0.0, "compared": 0.0}) == -3 + 2
        assert calibration.clues == {"points", "votes", "likeness"}

    @pytest.mark.parametrize("compared", [0.0, 1.0])
    def test_few_points_are_no_word_against_a_likeness(
        self, calibration: Calibration, compared: float
    ) -> None:
        few = {"agrees": 1.0, "compared": compared, "points": 1.0, "votes": 0.0, "likeness": 1.0}
        assert calibration.log_odds(few) == calibration.log_odds({**few, "agrees": 0.0}) == -3 + 4

    @pytest.mark.parametrize("missing", ["points", "votes", "agrees", "compared", "likeness"])
    def test_a_clue_that_is_missing_is_an_error(self, calibration: Calibration, missing: str) -> None:
        clues = {**SEEN, "points": 4.0, "votes": 2.0}
        del clues[missing]
        with pytest.raises(KeyError, match=missing):
            calibration.log_odds(clues)


log_odds = st.floats(-1e3, 1e3)
several = st.lists(log_odds, min_size=1, max_size=6)


class TestTogether:
    def test_by_hand(self, calibration: Calibration) -> None:
        assert calibration.together([2.0, -2.0]) == 2 + BESIDE * 4
        assert calibration.together([-2.0, 2.0, 1.0]) == 2 + BESIDE * (7 + 4)

    @given(log_odds)
    def test_one_photo_is_what_it_says(self, one: float) -> None:
        assert made().together([one]) == one

    def test_no_photo_says_nothing(self, calibration: Calibration) -> None:
        with pytest.raises(ValueError):
            calibration.together([])

    @given(several, st.randoms())
    def test_their_order_does_not_matter(self, said: list[float], random: Any) -> None:
        mixed = list(said)
        random.shuffle(mixed)
        assert made().together(mixed) == made().together(said)

    @given(several, st.floats(-1e6, SILENT))
    @example([3.0], SILENT)
    def test_a_photo_that_is_silent_or_speaks_against_it_takes_nothing_away(
        self, said: list[float], against: float
    ) -> None:
        together = made().together([*said, against])
        if max(said) >= against:
            assert together == made().together(said)
        else:
            assert together == against

    @given(several, log_odds)
    def test_more_photos_never_say_less(self, said: list[float], further: float) -> None:
        together = made().together([*said, further])
        assert together >= made().together(said)
        assert together >= further

    @given(log_odds, st.floats(SILENT + 1e-3, 1e3))
    def test_one_that_speaks_for_it_adds_its_share_and_no_more(self, one: float, other: float) -> None:
        low, high = sorted((one, other))
        added = made().together([one, other]) - high
        assert added == pytest.approx(BESIDE * max(0.0, low - SILENT), abs=1e-9)


class TestProbability:
    def test_by_hand(self) -> None:
        assert probability(0) == 0.5
        assert probability(math.log(3)) == pytest.approx(0.75)
        assert probability(-math.log(3)) == pytest.approx(0.25)

    @pytest.mark.parametrize(("given_", "wanted"), [(1e6, 1), (-1e6, 0), (math.inf, 1), (-math.inf, 0)])
    def test_it_bears_the_largest_log_odds(self, given_: float, wanted: float) -> None:
        assert probability(given_) == wanted

    @given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
    def test_it_never_falls_and_stays_from_0_to_1(self, one: float, other: float) -> None:
        low, high = sorted((one, other))
        assert 0 <= probability(low) <= probability(high) <= 1

    @given(st.floats(-30, 30))
    def test_for_and_against_are_one_together(self, log_odds: float) -> None:
        assert probability(log_odds) + probability(-log_odds) == pytest.approx(1)


Change = Callable[[dict[str, Any]], Any]


def put(*where: str, value: Any) -> Change:
    """Change one place of what is kept."""
    *path, last = where

    def change(data: dict[str, Any]) -> None:
        for name in path:
            data = data[name]
        data[last] = value

    return change


def without(*where: str) -> Change:
    *path, last = where

    def change(data: dict[str, Any]) -> None:
        for name in path:
            data = data[name]
        del data[last]

    return change


MISLEADING: dict[str, Change] = {
    **{f"no {name}": without(name) for name in kept()},
    **{f"{name} is nan": put(name, value=math.nan) for name in ("beside", "silent", "match")},
    **{f"{name} is infinite": put(name, value=math.inf) for name in ("beside", "silent", "match")},
    **{f"{name} is no number": put(name, value="much") for name in ("beside", "silent", "match")},
    **{f"{name} is null": put(name, value=None) for name in kept()},
    **{f"{name} is a list": put(name, value=[1]) for name in kept()},
    "bias beyond all numbers": put("full", "bias", value=10**400),
    **{
        f"{name} of a bias": put(part, "bias", value=value)
        for part in ("full", "blind", "retrieved")
        for name, value in {"nan": math.nan, "infinity": math.inf, "words": "much", "null": None}.items()
    },
    **{
        f"no {name} in {part}": without(part, name)
        for part in ("full", "blind", "retrieved")
        for name in ("bias", "terms")
    },
    "a weight beyond all numbers": put("full", "terms", "votes", "weight", value=10**400),
    **{
        f"no {name} of a term": without("full", "terms", "votes", name)
        for name in ("mean", "scale", "weight", "low")
    },
    **{
        f"{name} of a term is nan": put("full", "terms", "votes", name, value=math.nan)
        for name in ("mean", "scale", "weight", "low", "high")
    },
    "an infinite weight": put("full", "terms", "votes", "weight", value=-math.inf),
    "a scale of 0": put("full", "terms", "points", "scale", value=0),
    "a scale below 0": put("full", "terms", "points", "scale", value=-1.0),
    "a low above the high": put("full", "terms", "points", "low", value=7.5),
    "a term with a field too many": put("full", "terms", "points", "colour", value=1.0),
    "a term that is a number": put("full", "terms", "points", value=3),
    "no terms": put("full", "terms", value={}),
    "no terms of the blind": put("blind", "terms", value={}),
    "terms that are a list": put("blind", "terms", value=[1]),
    "no thresholds": put("thresholds", value={}),
    **{f"no level {level}": without("thresholds", level) for level in LEVELS},
    "an unknown level": put("thresholds", "museum", value=kept()["thresholds"]["dealer"]),
    "a threshold with a field too many": put("thresholds", "dealer", "colour", value=1),
    "a threshold without found": without("thresholds", "dealer", "found"),
    "a threshold whose false alerts are nan": put("thresholds", "dealer", "false_alerts", value=math.nan),
    **{
        f"an alert of {alert}": put("thresholds", "dealer", "alert", value=alert)
        for alert in (-0.1, 0, 1, 1.1, math.nan)
    },
    **{f"match is {match}": put("match", value=match) for match in (-0.5, 0, 1, 1.5)},
    "match below an alert": put("match", value=0.8999),
    "beside below 0": put("beside", value=-0.1),
    "beside above 1": put("beside", value=1.1),
}


def write(folder: Path, text: str) -> None:
    (folder / f"{NAME}.json").write_text(text, encoding="utf-8")


def refused(folder: Path) -> ModelUnusable:
    with pytest.raises(ModelUnusable, match=f"{NAME}.json can't be used") as problem:
        load_calibration(folder)
    assert "restore models/weights" in problem.value.advice
    return problem.value


class TestLoading:
    def test_what_is_written_is_read(self, tmp_path: Path) -> None:
        write(tmp_path, json.dumps(kept()))
        read = load_calibration(tmp_path)
        assert (read.beside, read.silent, read.match) == (BESIDE, SILENT, 0.99)
        assert (read.full.bias, read.blind.bias, read.retrieved.bias) == (-1.5, -2.0, -3.0)
        assert read.retrieved.terms == {"likeness": Term(0.5, 0.25, 2, 0, 1)}
        assert read.blind.terms == {"points": Term(3, 2, 6, 1, 7)}
        assert read.full.terms == {"points": Term(3, 2, 4, 1, 7), "votes": Term(0, 1, -0.5, 0, 10)}
        assert {name: each.alert for name, each in read.thresholds.items()} == {
            "auction": 0.9,
            "dealer": 0.5,
            "police": 0.1,
        }
        assert read.thresholds["auction"].at_most == 2.5
        assert read.fitted == {"data": "made up"}

    def test_the_one_that_comes_with_the_project_can_be_used(self) -> None:
        read = load_calibration()
        assert sorted(read.thresholds) == sorted(LEVELS)
        assert read.card.weights_sha256 == read.sha256
        assert len(read.sha256) == 64

    @pytest.mark.parametrize("change", MISLEADING.values(), ids=MISLEADING)
    def test_one_that_would_misdecide_is_refused_with_advice(self, tmp_path: Path, change: Change) -> None:
        data = kept()
        change(data)
        write(tmp_path, json.dumps(data))
        refused(tmp_path)

    @pytest.mark.parametrize("text", ["", "{", "[]", "3", "null", '"text"', "{}"])
    def test_so_is_what_is_no_calibration_at_all(self, tmp_path: Path, text: str) -> None:
        write(tmp_path, text)
        refused(tmp_path)

    def test_so_is_what_is_no_text(self, tmp_path: Path) -> None:
        (tmp_path / f"{NAME}.json").write_bytes(b"\xff\xfe\x00")
        refused(tmp_path)

    def test_a_missing_file_is_named(self, tmp_path: Path) -> None:
        assert "No such file" in refused(tmp_path).reason

    def test_a_missing_part_is_named(self, tmp_path: Path) -> None:
        data = kept()
        del data["silent"]
        write(tmp_path, json.dumps(data))
        assert "lacks 'silent'" in refused(tmp_path).reason

    def test_all_that_is_wrong_is_named(self, tmp_path: Path) -> None:
        data = kept()
        del data["thresholds"]["police"]
        data["full"]["terms"]["votes"]["scale"] = 0
        write(tmp_path, json.dumps(data))
        reason = refused(tmp_path).reason
        assert "a scale is not above 0" in reason
        assert "levels are not auction, dealer, police" in reason

    def test_match_may_be_where_a_level_alarms(self) -> None:
        assert read_calibration({**kept(), "match": 0.9}, "").match == 0.9


class TestCard:
    def test_its_id_changes_with_the_file(self, tmp_path: Path) -> None:
        ids = set()
        for at, text in enumerate(
            (json.dumps(kept()), json.dumps({**kept(), "beside": 0.3}), json.dumps(kept(), indent=1))
        ):
            folder = tmp_path / str(at)
            folder.mkdir()
            write(folder, text)
            ids.add(load_calibration(folder).card.id)
        assert len(ids) == 3

    def test_it_says_on_how_many_clues_and_what_data_it_rests(self, calibration: Calibration) -> None:
        assert calibration.card.dimension == 3
        assert "made up" in calibration.card.source
        assert (calibration.card.kind, calibration.card.weights_sha256) == ("calibration", "ab")
