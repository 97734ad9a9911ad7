"""Fitting the probability: on data whose truth is known, and never on what it is judged by."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from indexer.clues import NAMES
from models.calibrate import load_calibration
from scripts.bench_sight.same import read_same
from scripts.fit_probability import __main__ as command
from scripts.fit_probability import crossing, levels
from scripts.fit_probability.crossing import Judged, crossed, ece, fold, log_loss
from scripts.fit_probability.logistic import fit, weigh
from scripts.fit_probability.rows import FIRST, ResultsUnusable, Search, read_searches
from scripts.fit_probability.tails import TAIL, at_most, tail_of

RNG_SEED = 7
PAIR = ("points", "votes")


def drawn(count: int, weights: Sequence[float], bias: float) -> tuple[np.ndarray, np.ndarray]:
    """Clues (count, n) and a truth that follows them by these weights."""
    rng = np.random.default_rng(RNG_SEED)
    clues = rng.normal(2.0, 1.5, (count, len(weights)))
    chance = 1 / (1 + np.exp(-(bias + clues @ np.array(weights))))
    return clues, rng.random(count) < chance


def search(
    log_odds: Sequence[float], true: int | None = None, source: str = "museum/one.jpg", kind: str = "x"
) -> Judged:
    """A judged search whose candidate number `true` shows the object."""
    photos = tuple(Path(f"photo {at}") for at in range(len(log_odds)))
    shows = frozenset() if true is None else frozenset((photos[true],))
    blank = np.zeros((len(photos), len(NAMES)))
    return Judged(
        Search("set", f"{kind} {source}", kind, False, (Path(source),), shows, photos, blank),
        np.array(log_odds),
    )


class TestLogistic:
    def test_it_finds_the_weights_that_made_the_data(self) -> None:
        clues, true = drawn(40_000, (1.2, 0.5), -3.0)
        found = fit(clues, true, PAIR, {"points": 1, "votes": 1})
        slopes = [found.terms[name].weight / found.terms[name].scale for name in PAIR]
        assert slopes == pytest.approx([1.2, 0.5], rel=0.08)
        inside = np.abs(clues - 2.0).max(axis=1) < 3
        wanted = -3.0 + clues @ np.array((1.2, 0.5))
        assert weigh(found, clues, PAIR)[inside] == pytest.approx(wanted[inside], abs=0.25)

    def test_a_clue_that_speaks_against_reason_is_left_out(self) -> None:
        clues, true = drawn(5000, (1.2, -0.5), -1.0)
        assert set(fit(clues, true, PAIR, {"points": 1, "votes": 1}).terms) == {"points"}
        assert set(fit(clues, true, PAIR, {"points": 1, "votes": 0}).terms) == {"points", "votes"}

    def test_what_can_be_parted_entirely_still_ends(self) -> None:
        clues = np.array([[0.0], [1.0], [9.0], [10.0]])
        found = fit(clues, np.array([False, False, True, True]), ("points",), {"points": 1})
        odds = weigh(found, clues, ("points",))
        assert np.isfinite(odds).all()
        assert odds[1] < 0 < odds[2]

    def test_beyond_the_data_a_clue_counts_as_its_end(self) -> None:
        clues, true = drawn(500, (1.0,), -2.0)
        found = fit(clues, true, ("points",), {"points": 1})
        end = weigh(found, clues.max(axis=0)[None], ("points",))
        assert weigh(found, np.array([[1e6]]), ("points",)) == pytest.approx(end)


class TestCrossing:
    def test_no_model_judges_what_it_saw(self, monkeypatch: pytest.MonkeyPatch) -> None:
        sources = [f"museum/{number}.jpg" for number in range(40)]
        several = (Path(sources[0]), Path(sources[1]))
        made = [search([0.0], 0, source).search for source in sources]
        page = search([0.0], 0).search
        made.append(Search("set", "page", "page", False, several, page.shows, page.photos, page.clues))
        seen: list[set[Path]] = []

        def watch(searches: Sequence[Search]) -> object:
            seen.append({source for each in searches for source in each.sources})
            return Blank()

        monkeypatch.setattr(crossing, "fitted", watch)
        judged = crossed(made)
        assert [each.search for each in judged] == made
        parts = sorted({fold(each.sources[0]) for each in made})
        assert len(parts) == len(seen) > 1
        for part, sources_seen in zip(parts, seen, strict=True):
            assert sources_seen
            assert part not in {fold(source) for source in sources_seen}

    def test_errors_by_hand(self) -> None:
        judged = [search([0.0], 0), search([0.0], None)]
        assert log_loss(judged) == pytest.approx(np.log(2))
        assert ece(judged) == pytest.approx(0)
        sure = [search([20.0], None)]
        assert ece(sure) == pytest.approx(1)

    def test_the_surest_wrong_one_is_no_true_one(self) -> None:
        judged = search([3.0, 1.0, 2.0], 0)
        assert judged.first == (3.0, True)
        assert judged.best_wrong == 2.0
        assert search([3.0], 0).best_wrong == -np.inf


class Blank:
    """A model that knows nothing."""

    def log_odds(self, clues: np.ndarray) -> np.ndarray:
        return np.zeros(len(clues))


class TestTails:
    def test_what_is_rarer_than_counted(self) -> None:
        sample = np.random.default_rng(RNG_SEED).exponential(2.0, 4000)
        tail = tail_of(sample)
        assert tail.rate(2.0 * np.log(1000)) == pytest.approx(0.001, rel=0.4)
        assert tail.reached_by(tail.rate(9.0)) == pytest.approx(9.0)
        assert tail.rate(tail.start) == pytest.approx(TAIL)

    def test_the_upper_end_is_wider_where_searches_share_their_source(self) -> None:
        sample = np.random.default_rng(RNG_SEED).exponential(2.0, 600)
        reached = tail_of(sample).reached_by(0.003)
        apart = at_most(sample, [str(at) for at in range(600)], reached, seed=1)
        assert apart > 0.003
        repeated = np.repeat(sample[:60], 10)
        few = at_most(repeated, [str(at // 10) for at in range(600)], tail_of(repeated).reached_by(0.003), 1)
        assert few > apart

    def test_a_heavy_tail_is_not_taken_for_a_light_one(self) -> None:
        rng = np.random.default_rng(RNG_SEED)
        heavy = tail_of(rng.pareto(3.0, 20_000))
        assert heavy.shape == pytest.approx(1 / 3, abs=0.1)
        assert heavy.rate(999 ** (1 / 3)) == pytest.approx(0.001, rel=0.35)
        assert heavy.reached_by(heavy.rate(7.0)) == pytest.approx(7.0)

    def test_an_end_is_never_relied_on(self) -> None:
        assert tail_of(np.random.default_rng(RNG_SEED).random(2000)).shape == 0

    def test_equal_searches_have_a_tail_too(self) -> None:
        assert np.isfinite(tail_of(np.zeros(20)).reached_by(0.001))


class TestLevels:
    def test_stricter_levels_alarm_later(self) -> None:
        tops = np.random.default_rng(RNG_SEED).normal(-5, 1.5, 800)
        judged = [search([top], None, f"museum/{at}.jpg") for at, top in enumerate(tops)]
        judged += [search([6.0], 0, f"museum/known-{at}.jpg") for at in range(50)]
        made, match = levels.thresholds(judged)
        assert made["police"].alert < made["dealer"].alert < made["auction"].alert <= match < 1
        for level, asked in levels.ASKED.items():
            assert made[level].false_alerts == pytest.approx(asked, abs=0.02)
            assert made[level].at_most > made[level].false_alerts
            assert made[level].found == 1

    def test_a_photo_that_says_the_same_again_adds_nothing(self) -> None:
        """Wrong candidates as sure in both photos as true ones: a second photo is no further evidence."""
        judged = []
        for at in range(60):
            for kind in ("one", "two"):
                judged.append(search([1.0], 0 if at % 4 else None, f"museum/{at}.jpg", kind))
        share, nothing = levels.beside(judged)
        assert share * max(0.0, 1.0 - nothing) < 0.3

    def test_photos_that_err_apart_add_much(self) -> None:
        rng = np.random.default_rng(RNG_SEED)
        judged = []
        for at in range(300):
            known = at % 2 == 0
            for kind in ("one", "two"):
                odds = rng.normal(1.0 if known else -3.0, 2.0)
                judged.append(search([odds], 0 if known else None, f"museum/{at}.jpg", kind))
        share, nothing = levels.beside(judged)
        assert share > 0.3
        assert -4 < nothing < 1

    def test_without_pairs_nothing_is_added(self) -> None:
        assert levels.beside([search([1.0], 0)]) == (0.0, 0.0)


@pytest.fixture
def measured(tmp_path: Path) -> Path:
    """A set of 60 searches, half known, with clues that tell them apart; beside it a truth table."""
    rng = np.random.default_rng(RNG_SEED)
    rows, answers = [], []
    for at in range(60):
        known = at % 2 == 0
        query, source = f"dark/{at:02}.jpg", f"shelf{at % 3}/{at:02}.jpg"
        rows.append([query, source if known else "", "dark", source, ""])
        points = rng.normal(3.0 if known else 1.0, 1.2)
        candidates = [candidate(source if known else "other/1.jpg", points, rng)]
        candidates += [candidate(f"other/{number}.jpg", rng.normal(0.5, 0.5), rng) for number in range(2, 10)]
        answers.append({"query": query, "verdict": "none", "ms": 1.0, "candidates": candidates})
    write(tmp_path, rows, answers)
    return tmp_path


def candidate(photo: str, points: float, rng: np.random.Generator) -> dict[str, object]:
    clues = {name: float(rng.normal()) for name in NAMES} | {"points": points}
    clues |= {
        "placed": float(points > 1.1),
        "agrees": float(points > 1.2),
        "compared": float(points > 1.6),
        "likeness": points / 10,
    }
    return {"photo": photo, "score": 0.5, "verdict": "none", "clues": clues}


def write(folder: Path, rows: Sequence[Sequence[str]], answers: Sequence[object]) -> None:
    with (folder / "truth.csv").open("w", newline="", encoding="utf-8") as lines:
        csv.writer(lines).writerows([["query", "registry", "kind", "source", "decoy_of"], *rows])
    text = "".join(json.dumps(answer) + "\n" for answer in answers)
    (folder / "results.jsonl").write_text(text, encoding="utf-8")


def read(folder: Path, same: Path | None = None) -> list[Search]:
    table = read_same(same, folder) if same else {}
    return read_searches("made", folder / "truth.csv", folder / "results.jsonl", table)


class TestRows:
    def test_a_search_knows_what_it_shows_and_the_first_candidates(self, measured: Path) -> None:
        known, unknown = read(measured)[:2]
        assert (known.known, unknown.known) == (True, False)
        assert known.true.tolist() == [True, *[False] * (FIRST - 1)]
        assert known.clues.shape == (FIRST, len(NAMES))
        assert known.sources == (measured / "shelf0/00.jpg",)

    def test_what_people_saw_to_be_the_same_counts_as_shown(self, measured: Path) -> None:
        for name in ("shelf1/01.jpg", "other/1.jpg"):
            (measured / name).parent.mkdir(exist_ok=True)
            (measured / name).touch()
        (measured / "same.csv").write_text("shelf1/01.jpg,other/1.jpg\n", encoding="utf-8")
        unknown = read(measured, measured / "same.csv")[1]
        assert unknown.known
        assert unknown.true.tolist() == [True, *[False] * (FIRST - 1)]

    def test_a_decoy_shows_nothing(self, measured: Path) -> None:
        rows = [["dark/01.jpg", "", "same_frame", "shelf1/01.jpg", "other/1.jpg"]]
        answer = json.loads((measured / "results.jsonl").read_text(encoding="utf-8").splitlines()[1])
        write(measured, rows, [answer])
        decoy = read(measured)[0]
        assert (decoy.decoy, decoy.known, bool(decoy.true.any())) == (True, False, False)

    @pytest.mark.parametrize(
        ("spoil", "told"),
        [
            (lambda lines: lines[:-1], "lacks 1 queries"),
            (lambda lines: ["{", *lines[1:]], "Line 1 of"),
            (lambda lines: [lines[0].replace('"heart"', '"hart"'), *lines[1:]], "carry no 'heart'"),
        ],
        ids=["a query is missing", "no JSON", "no clues"],
    )
    def test_results_that_cannot_be_fitted_on_are_named(self, measured: Path, spoil, told: str) -> None:  # type: ignore[no-untyped-def]
        results = measured / "results.jsonl"
        lines = spoil(results.read_text(encoding="utf-8").splitlines())
        results.write_text("\n".join(lines) + "\n", encoding="utf-8")
        with pytest.raises(ResultsUnusable, match=told):
            read(measured)


class TestCommand:
    def run(self, measured: Path, *more: str) -> int:
        table, results = str(measured / "truth.csv"), str(measured / "results.jsonl")
        out, page = str(measured / "probability.json"), str(measured / "page.md")
        return command.main(
            [
                "--fit",
                "made",
                table,
                results,
                "--test",
                "again",
                table,
                results,
                "--out",
                out,
                "--report",
                page,
                *more,
            ]
        )

    def test_the_file_is_a_model_and_the_page_tells_of_it(
        self, measured: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert self.run(measured) == 0
        model = load_calibration(measured)
        page = (measured / "page.md").read_text(encoding="utf-8")
        assert model.full.terms["points"].weight > 0
        assert not {"alike", "area"} & set(model.blind.terms)
        assert set(model.retrieved.terms) == {"likeness"}
        assert "Fitted on 60 searches, 30 of which show something registered: made: 60." in page
        for row in (
            "| points |",
            "| all that was fitted on, by object | 30 | 30 |",
            "| again, tested | 30 |",
            "| auction |",
        ):
            assert row in page
        assert "\n0 pairs of photos" in page
        assert page in capsys.readouterr().out

    def test_the_same_data_gives_the_same_file(self, measured: Path) -> None:
        self.run(measured)
        first = (measured / "probability.json").read_bytes()
        self.run(measured)
        assert (measured / "probability.json").read_bytes() == first

    def test_searches_of_one_sort_are_not_fitted_on(
        self, measured: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        with (measured / "truth.csv").open(newline="", encoding="utf-8") as lines:
            rows = [row for row in csv.reader(lines) if row[1]]
        answers = [json.loads(line) for line in (measured / "results.jsonl").read_text("utf-8").splitlines()]
        write(measured, rows[1:], answers)
        assert self.run(measured) == 2
        assert "both sorts" in capsys.readouterr().err

    def test_unusable_results_write_nothing(self, measured: Path, capsys: pytest.CaptureFixture[str]) -> None:
        (measured / "results.jsonl").write_text("", encoding="utf-8")
        assert self.run(measured) == 2
        assert not (measured / "probability.json").exists()
        assert "lacks 60 queries" in capsys.readouterr().err
