"""The benchmark of sight counts what it says it counts, beside other methods that do what they are called."""

from __future__ import annotations

import csv
import json
import shutil
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from indexer.decide import AlertLevel, Verdict
from indexer.decide import verdict as decided
from indexer.sight import default_sight
from models.calibrate import load_calibration, probability
from models.layout import ColourLayout
from models.pixels import Pixels, decode, encode
from scripts.bench_sight import __main__ as command
from scripts.bench_sight import figures, local, pictures, plots, report
from scripts.bench_sight.alone import WAYS
from scripts.bench_sight.answered import ASKED
from scripts.bench_sight.baselines import Baseline, PerceptualHash, Shelf, WholePhoto
from scripts.bench_sight.chances import FLAT
from scripts.bench_sight.levels import Level, alarms_by_level, levels
from scripts.bench_sight.material import QuerySet, evenly, object_sets, table_set
from scripts.bench_sight.outcome import Outcome, Run
from scripts.bench_sight.run import Asked, run
from scripts.bench_sight.same import corrected, read_same
from scripts.bench_sight.searching import Bench
from scripts.demo_register import draw_object
from service.evaluation import Result, TruthUnusable, name_of
from service.scoring import Truth, calibration_error

METHODS = ["Artrieve", "SIFT", "ORB", "artrieve-lite0", "pHash"]


def answered(
    query: str, *candidates: tuple[str, float], verdict: str = "none", said: float | None = None
) -> Result:
    rows: list[dict[str, object]] = [{"photo": photo, "score": score} for photo, score in candidates]
    if said is not None:
        rows[0]["probability"] = said
    return Result(query, verdict, 100.0, tuple(rows))


TRUTH = {
    "a": Truth("photo", frozenset({"A"})),
    "b": Truth("photo", frozenset({"B", "C"})),
    "c": Truth("photo", frozenset({"D"})),
    "u": Truth("photo", frozenset()),
}
RESULTS = [
    answered("a", ("A", 0.9), ("X", 0.2), verdict="match", said=0.95),
    answered("b", ("X", 0.5), ("B", 0.4), verdict="possible", said=0.35),
    answered("c", ("D", 0.3), ("X", 0.1), said=0.25),
    answered("u", ("Y", 0.6), verdict="possible", said=0.45),
]


class TestFigures:
    def test_they_are_those_of_a_calculation_by_hand(self) -> None:
        found = figures.measure(TRUTH, RESULTS)
        assert (found.known, found.unknown) == (3, 1)
        assert found.recall == pytest.approx(2 / 3)
        assert found.reciprocal == pytest.approx((1 + 1 / 2 + 1) / 3)
        assert found.pair_recall == pytest.approx(3 / 4)
        # by score: A right (1/1), Y wrong, X wrong, D right (2/4); over three known queries
        assert found.gap == pytest.approx((1 + 0.5) / 3)
        # the best wrong ones are 0.6, 0.5, 0.2, 0.1: only A is above the 99th percentile
        assert found.tpr == pytest.approx(1 / 3)
        # bins 0.9 (right), 0.3, 0.4 (wrong), 0.2 (right)
        assert found.ece == pytest.approx((0.05 + 0.35 + 0.75 + 0.45) / 4)
        assert (found.alarmed_known, found.wrong_object, found.alarmed_unknown) == (2, 1, 1)
        assert found.false_alarms == 2

    def test_the_trade_off_passes_through_what_each_threshold_gives(self) -> None:
        false, found = figures.trade_off(TRUTH, RESULTS)
        curve = dict(
            zip(false.tolist(), found.tolist(), strict=True)
        )  # the last of equal shares of false alarms
        assert curve[0.0] == pytest.approx(1 / 3)
        assert curve[0.5] == pytest.approx(1.0)
        assert curve[1.0] == pytest.approx(1.0)
        assert (np.diff(false) >= 0).all()
        assert (np.diff(found) >= 0).all()

    def test_nothing_known_has_no_shares(self) -> None:
        found = figures.measure({"u": TRUTH["u"]}, RESULTS)
        assert (found.recall, found.reciprocal, found.pair_recall) == (None, None, None)
        assert (found.gap, found.tpr) == (None, None)
        assert len(figures.trade_off({"u": TRUTH["u"]}, RESULTS[3:])[0]) == 0

    def test_what_was_not_searched_is_not_counted(self) -> None:
        nothing = figures.measure({}, RESULTS)
        assert (nothing.known, nothing.unknown, nothing.ms_median) == (0, 0, 0.0)

    def test_an_answer_without_candidates_is_a_miss_and_no_false_alarm(self) -> None:
        truth = {"a": TRUTH["a"], "u": TRUTH["u"]}
        found = figures.measure(truth, [answered("a"), answered("u")])
        assert (found.recall, found.gap, found.tpr, found.ece, found.false_alarms) == (0.0, 0.0, 0.0, None, 0)
        assert found.reciprocal == 0.0

    def test_without_probability_there_is_no_calibration(self) -> None:
        assert figures.measure(TRUTH, [answered("a", ("A", 0.9))]).ece is None
        assert figures.said(TRUTH, [answered("a", ("A", 0.9)), answered("u")]) == []

    def test_the_bins_add_up_to_the_calibration_error(self) -> None:
        told = figures.said(TRUTH, RESULTS)
        assert told == [(0.95, True), (0.35, False), (0.25, True), (0.45, False)]
        bins = figures.reliability([*told, (0.93, False)])
        assert [each.count for each in bins] == [1, 1, 1, 2]
        assert [bins[3].said, bins[3].right] == pytest.approx([0.94, 0.5])
        off = sum(each.count * abs(each.said - each.right) for each in bins) / 5
        assert calibration_error([*told, (0.93, False)]) == pytest.approx(off)

    def test_a_certain_candidate_is_in_the_last_bin(self) -> None:
        (last,) = figures.reliability([(1.0, True)])
        assert (last.count, last.said, last.right) == (1, 1.0, 1.0)

    @pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
    def test_the_interval_holds_the_share_and_narrows(self, share: float) -> None:
        few, many = figures.interval(share, 5), figures.interval(share, 500)
        assert 0 <= few[0] <= many[0] <= share <= many[1] <= few[1] <= 1
        assert few[1] - few[0] > many[1] - many[0]

    def test_a_score_that_is_no_number_is_refused(self) -> None:
        with pytest.raises(TypeError, match="a number"):
            figures.best_scores(TRUTH, Result("a", "none", 1.0, ({"photo": "A", "score": "high"},)))


class TestLevels:
    def test_each_level_counts_from_its_threshold_on(self) -> None:
        tested = [Level("police", 0.3, None), Level("dealer", 0.9, None)]
        lax, strict = alarms_by_level([(TRUTH, RESULTS)], tested)
        assert (strict.known_alarmed, strict.known_wrongly, strict.unknown_alarmed) == (1, 0, 0)
        assert strict.false_per_thousand == 0.0
        assert strict.found == pytest.approx(1 / 3)
        assert (lax.known_alarmed, lax.known_wrongly, lax.unknown_alarmed) == (2, 1, 1)
        assert lax.false_per_thousand == 1000.0
        assert lax.found == pytest.approx(1 / 3)

    def test_none_of_many_may_still_be_some(self) -> None:
        silent = [answered(f"u{number}", ("Y", 0.1), said=0.1) for number in range(300)]
        truth = {each.query: TRUTH["u"] for each in silent}
        (alarms,) = alarms_by_level([(truth, silent)], [Level("auction", 0.9, None)])
        assert alarms.between is not None
        low, high = alarms.between
        assert low == 0
        assert 10 < high < 15  # Wilson: 1.96**2 / (300 + 1.96**2)
        assert alarms.found is None

    def test_queries_of_the_same_name_in_two_sets_are_two(self) -> None:
        right = ({"a": TRUTH["a"]}, [RESULTS[0]])
        wrong = ({"a": TRUTH["u"]}, [RESULTS[0]])
        (alarms,) = alarms_by_level([right, wrong], [Level("dealer", 0.9, None)])
        assert (alarms.known_alarmed, alarms.unknown_alarmed) == (1, 1)

    def test_only_known_or_no_queries_have_no_false_alarms_to_take_a_share_of(self) -> None:
        (alarms,) = alarms_by_level([({"a": TRUTH["a"]}, [RESULTS[0]])], [Level("dealer", 0.9, None)])
        assert (alarms.false_per_thousand, alarms.between) == (None, None)
        assert alarms_by_level([({}, [])], [Level("dealer", 0.9, None)]) == []

    def test_there_is_no_table_without_probabilities(self) -> None:
        assert alarms_by_level([(TRUTH, [answered("a", ("A", 0.9))])], [Level("dealer", 0.5, None)]) == []

    def test_they_are_those_of_the_calibration_the_strictest_last(self) -> None:
        calibration = load_calibration()
        found = levels(calibration)
        assert {level.name for level in found} == {*AlertLevel, "match"}
        assert [level.alert for level in found] == sorted(level.alert for level in found)
        for level in found[:-1]:
            assert level.stated == calibration.thresholds[level.name]
            for odds in (-30.0, *np.linspace(-3, 30, 40).tolist()):
                alarms = decided(odds, AlertLevel(level.name), calibration) is not Verdict.none
                assert alarms == (probability(odds) >= level.alert)


def drawn(index: int) -> Pixels:
    return draw_object(3, index).views[0].pixels


def smaller(photo: Pixels) -> Pixels:
    """Another photo of it: darker, smaller, JPEG."""
    size = (round(photo.shape[1] * 0.7), round(photo.shape[0] * 0.7))
    small = cv2.resize(photo, size, interpolation=cv2.INTER_AREA)
    return decode(encode(np.asarray(small * 0.8, np.uint8), quality=60))


@pytest.fixture(scope="module")
def photos() -> list[Pixels]:
    return [drawn(index) for index in range(6)]


@pytest.fixture(params=[local.sift, local.orb, PerceptualHash, lambda: WholePhoto(ColourLayout())])
def baseline(request: pytest.FixtureRequest) -> Baseline:
    made: Baseline = request.param()
    return made


class TestBaselines:
    def test_each_finds_another_photo_of_the_same_work(
        self, baseline: Baseline, photos: list[Pixels]
    ) -> None:
        baseline.shelve([baseline.describe(photo) for photo in photos])
        for number in (0, 3, 5):
            ranked = baseline.search(baseline.describe(smaller(photos[number])))
            assert ranked[0][0] == number
            scores = [score for _, score in ranked]
            assert scores == sorted(scores, reverse=True)
            assert len({position for position, _ in ranked}) == len(ranked)

    def test_equal_searches_give_equal_answers(self, baseline: Baseline, photos: list[Pixels]) -> None:
        baseline.shelve([baseline.describe(photo) for photo in photos])
        asked = baseline.describe(smaller(photos[1]))
        assert baseline.search(asked) == baseline.search(asked)

    @pytest.mark.parametrize("shape", [(1, 1), (3, 900), (64, 64)])
    def test_a_photo_that_shows_nothing_is_no_error(
        self, baseline: Baseline, photos: list[Pixels], shape: tuple[int, int]
    ) -> None:
        blank = np.full((*shape, 3), 128, np.uint8)
        baseline.shelve([baseline.describe(photo) for photo in [blank, photos[0]]])
        baseline.search(baseline.describe(blank))
        assert baseline.search(baseline.describe(smaller(photos[0])))[0][0] == 1

    def test_a_register_of_blank_photos_is_searched_too(self) -> None:
        sift = local.sift()
        sift.shelve([sift.describe(np.zeros((50, 50, 3), np.uint8))])
        assert sift.search(sift.describe(drawn(0))) == []

    def test_inliers_are_counted_after_the_ratio_test(self, photos: list[Pixels]) -> None:
        sift = local.sift()
        sift.shelve([sift.describe(photo) for photo in photos])
        (_, best), (_, next_best) = sift.search(sift.describe(smaller(photos[0])))[:2]
        assert best > 3 * next_best

    def test_distances_are_those_of_opencv(self) -> None:
        rng = np.random.default_rng(5)
        one, other = (rng.integers(0, 256, (count, 32), np.uint8) for count in (7, 9))
        for ours, norm in ((local.hamming, cv2.NORM_HAMMING), (local.euclidean, cv2.NORM_L2)):
            found = ours(one, other)
            for row in range(7):
                expected = [cv2.norm(one[row], other[column], norm) for column in range(9)]
                assert found[row] == pytest.approx(expected, rel=1e-5)

    def test_the_ratio_is_between_the_nearest_and_the_next(self) -> None:
        distances = np.array([[1.0, 10.0, 9.0], [5.0, 6.0, 6.5], [8.0, 4.0, 8.0]], np.float32)
        assert local.ratio_test(distances).tolist() == [[0, 0], [2, 1]]
        assert local.ratio_test(distances[:, :1]).tolist() == []

    def test_a_registered_feature_is_matched_by_the_nearest_only(self) -> None:
        distances = np.array([[3.0, 10.0], [1.0, 10.0], [2.0, 10.0], [9.0, 1.0]], np.float32)
        assert local.ratio_test(distances).tolist() == [[1, 0], [3, 1]]

    def test_what_is_not_shelved_is_not_found(self, photos: list[Pixels]) -> None:
        jpegs = {7: encode(photos[0]), 8: encode(photos[1])}
        shelf = Shelf([PerceptualHash()], jpegs.__getitem__)
        for shelved in ([7, 8], [8]):
            shelf.put(shelved)
            ((_, [result]),) = shelf.search({"q": jpegs[7]}, {7: "seven", 8: "eight"})
            assert result.candidates[0]["photo"] == ("seven" if 7 in shelved else "eight")
            assert len(result.candidates) == len(shelved)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of photos as the real ones lie: three paintings, of which two are searched, a pool."""
    for number, name in enumerate(
        [
            "registry/a.jpg",
            "registry/b.jpg",
            "queries/a.jpg",
            "queries/u.jpg",
            "../pool/p.jpg",
            "../pool/q.jpg",
        ]
    ):
        path = tmp_path / "paintings" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(encode(np.full((40, 60, 3), 40 * number, np.uint8)))
    table = "query,registry,kind\nqueries/a.jpg,registry/a.jpg,photo\nqueries/u.jpg,,photo\n"
    (tmp_path / "paintings" / "truth.csv").write_text(table, encoding="utf-8")
    return tmp_path


def paintings(folder: Path) -> QuerySet:
    return table_set("paintings", folder / "paintings" / "truth.csv", [folder / "pool"])


class TestMaterial:
    def test_a_table_registers_what_is_beside_it_and_no_query(self, folder: Path) -> None:
        tested = paintings(folder)
        assert set(tested.registered) == {
            "registry/a.jpg",
            "registry/b.jpg",
            "../pool/p.jpg",
            "../pool/q.jpg",
        }
        assert tested.truth["queries/a.jpg"].shows == {"registry/a.jpg"}
        assert not tested.truth["queries/u.jpg"].shows

    def test_a_sample_is_even_and_the_same_each_time(self) -> None:
        assert evenly(list(range(100)), 4) == [12, 37, 62, 87]
        assert evenly([1, 2], 4) == evenly([1, 2], 0) == [1, 2]

    def test_a_sample_holds_known_and_unknown_queries_of_each_kind(self) -> None:
        truth = {
            f"{kind}-{number}": Truth(kind, frozenset({"x"}) if number % 2 else frozenset())
            for kind in ("page", "screen")
            for number in range(40)
        }
        sample = QuerySet("s", Path(), truth, {}, {}).at_most(4).truth
        for kind in ("page", "screen"):
            of_kind = [true for true in sample.values() if true.kind == kind]
            assert len(of_kind) == 4
            assert sum(bool(true.shows) for true in of_kind) == 2


class TestSame:
    def rows(self, folder: Path, *rows: str) -> Path:
        table = folder / "same.csv"
        table.write_text("\n".join(rows) + "\n", encoding="utf-8")
        return table

    @pytest.mark.parametrize("turned", [False, True])
    def test_an_alarm_that_is_right_after_all_is_no_false_one(self, folder: Path, *, turned: bool) -> None:
        pair = ["paintings/queries/u.jpg", "pool/p.jpg"]
        same = read_same(self.rows(folder, ",".join(pair[::-1] if turned else pair)), folder)
        tested = paintings(folder)
        right = corrected(tested, same)
        results = [answered("queries/u.jpg", ("../pool/p.jpg", 0.9), verdict="match")]
        assert figures.measure(tested.truth, results).false_alarms == 1
        assert figures.measure(right.truth, results).false_alarms == 0
        assert right.truth["queries/a.jpg"] == tested.truth["queries/a.jpg"]

    def test_a_twin_of_a_true_photo_is_as_right(self, folder: Path) -> None:
        same = read_same(self.rows(folder, "paintings/registry/a.jpg,pool/q.jpg"), folder)
        shown = corrected(paintings(folder), same).truth["queries/a.jpg"].shows
        assert shown == {"registry/a.jpg", "../pool/q.jpg"}

    def test_nothing_is_corrected_without_findings(self, folder: Path) -> None:
        assert corrected(paintings(folder), {}).truth == paintings(folder).truth

    @pytest.mark.parametrize(
        "row", ["pool/p.jpg", "pool/p.jpg,pool/q.jpg,pool/p.jpg", "pool/p.jpg,pool/none.jpg"]
    )
    def test_a_row_that_names_no_pair_is_told(self, folder: Path, row: str) -> None:
        with pytest.raises(TruthUnusable, match="Row 2"):
            read_same(self.rows(folder, "", row), folder)


class TestPictures:
    def case(self, folder: Path, result: Result) -> pictures.Case:
        return pictures.Case(paintings(folder), result)

    def test_what_failed_is_worse_than_what_is_right(self, folder: Path) -> None:
        right = self.case(
            folder, answered("queries/a.jpg", ("registry/a.jpg", 0.2), ("registry/b.jpg", 0.19))
        )
        missed = self.case(folder, answered("queries/a.jpg"))
        alarm = self.case(folder, answered("queries/u.jpg", ("../pool/p.jpg", 0.3), verdict="possible"))
        quiet = self.case(folder, answered("queries/u.jpg", ("../pool/p.jpg", 0.1)))
        assert pictures.worst([right, missed, quiet, alarm]) == [alarm, missed, quiet, right]
        assert pictures.worst([right, missed, quiet, alarm], count=1) == [alarm]
        assert pictures.false_alarms([right, missed, quiet, alarm]) == [alarm]

    def test_a_row_shows_three_photos_side_by_side(self, folder: Path) -> None:
        shown = pictures.row(self.case(folder, answered("queries/a.jpg", ("registry/b.jpg", 0.5))))
        assert shown.shape == (pictures.TILE + pictures.LINE, 3 * pictures.TILE, 3)
        middle = pictures.TILE // 2
        tones = [int(shown[middle, middle + panel * pictures.TILE, 0]) for panel in range(3)]
        assert tones == pytest.approx([80, 40, 0], abs=4)  # the query, registry/b, registry/a

    def test_a_query_that_is_no_photo_has_an_empty_place(self, folder: Path) -> None:
        (folder / "paintings" / "queries" / "a.jpg").write_bytes(b"no photo")
        shown = pictures.row(self.case(folder, answered("queries/a.jpg", verdict="unsearchable")))
        middle = pictures.TILE // 2
        assert int(shown[middle, middle, 0]) == pictures.GROUND

    def test_one_without_candidates_is_shown_as_well(self, folder: Path) -> None:
        nothing = replace(paintings(folder), sources={})
        assert pictures.row(pictures.Case(nothing, answered("queries/u.jpg"))).shape[1] == 3 * pictures.TILE

    def test_false_alarms_are_named_as_a_finding_is_given(self, folder: Path, tmp_path: Path) -> None:
        alarm = self.case(folder, answered("queries/u.jpg", ("../pool/p.jpg", 0.3), verdict="possible"))
        sheets = pictures.write_alarms(tmp_path / "aside", [alarm] * 9, folder)
        assert [sheet.is_file() for sheet in sheets] == [True, True]
        with (tmp_path / "aside" / "false_alarms.csv").open(encoding="utf-8", newline="") as lines:
            rows = list(csv.DictReader(lines))
        assert (rows[0]["source"], rows[0]["candidate"]) == ("paintings/queries/u.jpg", "pool/p.jpg")
        assert (rows[8]["sheet"], rows[8]["row"]) == ("2", "1")
        tested = replace(
            alarm.tested, sources={"queries/u.jpg": [folder / "pool" / "q.jpg", folder / "pool" / "u.jpg"]}
        )
        pictures.write_alarms(tmp_path / "several", [replace(alarm, tested=tested)], folder)
        table = (tmp_path / "several" / "false_alarms.csv").read_text(encoding="utf-8").splitlines()
        assert [row.split(",")[0] for row in table[1:]] == ["pool/q.jpg", "pool/u.jpg"]
        pictures.write_alarms(tmp_path / "aside", [], folder)
        assert not any(sheet.exists() for sheet in sheets)


TINY = [
    "--drawn",
    "--draw",
    "9",
    "16",
    "--known",
    "1",
    "--unknown",
    "1",
    "--only",
    "mirrored",
    "--sample",
    "1",
]


@pytest.fixture(scope="module")
def aside(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run on a few drawn photos, as `make bench-sight` makes it: out/ and aside/."""
    folder = tmp_path_factory.mktemp("bench-sight")
    given = [*TINY, "--out", str(folder / "out"), "--aside", str(folder / "aside")]
    assert command.main(given) == 0
    return folder


def facts_of(folder: Path) -> dict[str, object]:
    facts: dict[str, object] = json.loads((folder / report.DATA).read_text(encoding="utf-8"))
    return facts


def rows_of(folder: Path) -> list[dict[str, object]]:
    rows = facts_of(folder)["ours"]
    assert isinstance(rows, list)
    return rows


class TestRun:
    def test_each_method_answers_the_same_queries(self, aside: Path) -> None:
        compared = facts_of(aside / "out")["compared"]
        assert isinstance(compared, list)
        assert [row["queries"] for row in compared] == ["paintings, photo", "conditions, mirrored"]
        for row in compared:
            assert list(row["recall"]) == METHODS
            assert row["known"] + row["unknown"] == 1
        for name in ("paintings", "conditions"):
            lines = {
                method: (aside / "aside" / "results" / f"{name}-{method.lower()}.jsonl").read_text(
                    encoding="utf-8"
                )
                for method in METHODS
            }
            asked = {
                method: {json.loads(line)["query"] for line in text.splitlines()}
                for method, text in lines.items()
            }
            assert len(asked["SIFT"]) == 1
            assert (
                asked["SIFT"]
                == asked["ORB"]
                == asked["artrieve-lite0"]
                == asked["pHash"]
                <= asked["Artrieve"]
            )

    def test_the_page_and_the_data_say_the_same(self, aside: Path) -> None:
        page = (aside / "out" / report.PAGE).read_text(encoding="utf-8")
        facts = facts_of(aside / "out")
        ours, plotted = facts["ours"], facts["plots"]
        assert isinstance(ours, list)
        assert isinstance(plotted, dict)
        for row in ours:
            assert f"| {row['queries']} | {row['known']} | {row['unknown']} | {row['recall']:.3f} |" in page
        assert set(plotted) == {"recall", "roc", "det", "latency", "reliability"}
        for name in plotted.values():
            assert f"({name})" in page
            assert (aside / "out" / name).is_file()
        assert str(aside) not in page

    def test_answers_that_were_put_aside_give_the_same_page(self, aside: Path, tmp_path: Path) -> None:
        given = [*TINY, "--out", str(tmp_path), "--aside", str(aside / "aside"), "--again"]
        assert command.main(given) == 0
        for name in ("ours", "compared", "steps_ms", "false_alarms", "levels", "reliability"):
            assert facts_of(tmp_path)[name] == facts_of(aside / "out")[name]
        for plot in ("sight-recall.svg", "sight-roc.svg", "sight-det.svg", "sight-latency.svg"):
            assert (tmp_path / plot).read_bytes() == (aside / "out" / plot).read_bytes()

    def test_answers_to_other_queries_are_not_taken_for_these(
        self, aside: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        given = [*TINY, "--out", str(tmp_path), "--aside", str(aside / "aside"), "--again", "--limit", "1"]
        assert command.main(given) == 2
        assert "other queries" in capsys.readouterr().err
        assert not list(tmp_path.iterdir())

    @pytest.mark.parametrize("what", ["models", "sample", "set"])
    def test_answers_of_other_models_or_to_other_samples_are_not_either(
        self, aside: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], what: str
    ) -> None:
        shutil.copytree(aside / "aside", tmp_path / "aside")
        path = tmp_path / "aside" / "results" / "conditions.json"
        facts = json.loads(path.read_text(encoding="utf-8"))
        facts["asked"][what] = "another"
        path.write_text(json.dumps(facts), encoding="utf-8")
        given = [*TINY, "--out", str(tmp_path / "out"), "--aside", str(tmp_path / "aside"), "--again"]
        assert command.main(given) == 2
        assert ASKED[what] in capsys.readouterr().err

    def test_what_a_run_did_not_come_to_is_searched(self, aside: Path, tmp_path: Path) -> None:
        shutil.copytree(aside / "aside", tmp_path / "aside")
        results = tmp_path / "aside" / "results"
        (results / "paintings.json").unlink()
        before = (results / "conditions.json").stat().st_mtime_ns
        given = [*TINY, "--out", str(tmp_path / "out"), "--aside", str(tmp_path / "aside"), "--again"]
        assert command.main(given) == 0
        assert (results / "paintings.json").is_file()
        assert (results / "conditions.json").stat().st_mtime_ns == before
        assert [row["recall"] for row in rows_of(tmp_path / "out")] == [
            row["recall"] for row in rows_of(aside / "out")
        ]

    def test_pictures_go_aside_only(self, aside: Path) -> None:
        assert list((aside / "aside" / "pictures" / "flat").glob("worst-*.jpg"))
        assert {path.suffix for path in (aside / "out").iterdir()} == {".md", ".json", ".svg"}


def test_a_set_is_searched_in_what_it_registers_and_nothing_else(aside: Path, tmp_path: Path) -> None:
    drawn_photos = aside / "aside" / "drawn"
    whole = table_set("paintings", drawn_photos / "paintings" / "truth.csv", [drawn_photos / "pool"])
    names = sorted(whole.registered)
    first, other = (
        replace(whole, registered={name: whole.registered[name] for name in some})
        for some in (names[:4], names[2:5])
    )
    with Bench(tmp_path / "home", whole.base, default_sight(), lambda _: None) as bench:
        for tested in (first, other, first):
            shown, refused = bench.show(tested)
            assert not refused
            assert sorted(shown.values()) == sorted(tested.registered)
            answering = {ref.photograph_id for ref in bench.register.searchable_photographs()}
            assert answering == set(shown)
        broken = {**first.registered, "broken.jpg": tmp_path / "broken.jpg"}
        (tmp_path / "broken.jpg").write_bytes(b"no photo")
        _, (refusal,) = bench.show(replace(first, registered=broken))
        assert refusal.name.endswith("broken.jpg")


def test_each_way_of_retrieving_is_told_alone_for_solid_objects(aside: Path, tmp_path: Path) -> None:
    drawn_photos = aside / "aside" / "drawn"
    table = drawn_photos / "paintings" / "truth.csv"
    flat = table_set("paintings", table, [drawn_photos / "pool"])
    (tmp_path / "broken.jpg").write_bytes(b"no photo")
    broken = name_of(tmp_path / "broken.jpg", flat.base)
    first = next(iter(flat.truth))
    truth = {broken: TRUTH["u"], **{query: flat.truth[query] for query in list(flat.truth)[:2]}}
    with Bench(tmp_path / "home", flat.base, default_sight(), lambda _: None) as bench:
        names, refused = bench.show(flat)
        found = {
            solid: bench.search(replace(flat, truth=truth, solid=solid), names, refused).alone
            for solid in (True, False)
        }
    assert found[False] == {}
    assert set(found[True]) == set(WAYS)
    for results in found[True].values():
        assert [result.query for result in results] == list(truth)
        assert not results[0].candidates
        for result in results[1:]:
            scores = [row["score"] for row in result.candidates]
            assert scores == sorted(scores, key=lambda score: -float(str(score)))
            assert {row["photo"] for row in result.candidates} <= set(flat.registered)
    by_votes = found[True]["votes alone"][1]
    assert by_votes.query == first
    assert by_votes.candidates[0]["photo"] in flat.truth[first].shows


def test_a_query_that_intake_refuses_is_found_by_nobody(aside: Path, tmp_path: Path) -> None:
    photos = aside / "aside" / "drawn"
    (tmp_path / "paintings" / "queries").mkdir(parents=True)
    (tmp_path / "paintings" / "queries" / "broken.jpg").write_bytes(b"no photo")
    table = tmp_path / "paintings" / "truth.csv"
    table.write_text("query,registry,kind\nqueries/broken.jpg,,photo\n", encoding="utf-8")
    tested = table_set("paintings", table, [photos / "pool"])
    with Bench(tmp_path / "home", table.parent, default_sight(), lambda _: None) as bench:
        names, refused = bench.show(replace(tested, registered=dict(list(tested.registered.items())[:2])))
        answers = bench.search(tested, names, refused)
        assert bench.taken_in(tested, list(tested.truth)) == {}
    assert [result.verdict for result in answers.results] == ["unsearchable"]
    assert [each.name for each in answers.refused] == ["queries/broken.jpg"]
    assert not answers.steps


def without_probabilities(outcome: Outcome) -> Outcome:
    plain = [
        replace(each, candidates=tuple({**row, "probability": None, "clues": {}} for row in each.candidates))
        for each in outcome.answers.results
    ]
    return replace(outcome, answers=replace(outcome.answers, results=plain))


def with_truth(outcome: Outcome, truth: dict[str, Truth]) -> Outcome:
    return replace(outcome, tested=replace(outcome.tested, truth=truth))


class TestPage:
    def write(self, folder: Path, whole: Run) -> str:
        return report.write(folder, whole, load_calibration()).read_text("utf-8")

    def test_it_tells_of_levels_and_of_what_was_said(self, aside: Path, tmp_path: Path) -> None:
        page = self.write(tmp_path, replace(run(asked_again(aside)), same=2))
        facts = facts_of(tmp_path)
        calibration = load_calibration()
        rows = facts["levels"]
        assert isinstance(rows, list)
        assert {row["queries"] for row in rows} == {"paintings", "conditions", FLAT}
        for row in rows:
            if row["level"] == "match":
                assert row["stated"] is None
            else:
                stated = calibration.thresholds[row["level"]]
                assert row["stated"] == {
                    "false": stated.false_alerts,
                    "at_most": stated.at_most,
                    "found": stated.found,
                }
            assert f"| {row['queries']} | {row['level']} | {row['threshold']:.6g} |" in page
        ours = facts["ours"]
        assert isinstance(ours, list)
        dealer = [row for row in rows if row["level"] == "dealer" and row["queries"] != FLAT]
        for figure in ("known_alarmed", "unknown_alarmed"):  # the verdicts say what the probabilities say
            told = "_".join(reversed(figure.split("_")))
            assert [row[figure] for row in dealer] == [row[told] for row in ours]
        assert "2 pairs of photos were looked at" in page
        assert "| queries | searches | false by the truth tables | left after looking |" in page

    def test_what_was_looked_at_is_told_apart(self, aside: Path, tmp_path: Path) -> None:
        whole = run(asked_again(aside))
        first = whole.outcomes[0]
        query, true = next((query, true) for query, true in first.raw.items() if first.answers.results)
        other = Truth(true.kind, frozenset(first.tested.registered))
        changed = with_truth(first, {**first.tested.truth, query: other})
        self.write(tmp_path, replace(whole, outcomes=[changed, *whole.outcomes[1:]]))
        rows = facts_of(tmp_path)["reliability"]
        assert isinstance(rows, list)
        assert [row["looked_at"] for row in rows] == [1, 0, 1]
        assert rows[1]["ece"] == rows[1]["ece_without"]

    def test_without_probabilities_there_is_neither_diagram_nor_level(
        self, aside: Path, tmp_path: Path
    ) -> None:
        whole = run(asked_again(aside))
        page = self.write(
            tmp_path, replace(whole, outcomes=[without_probabilities(each) for each in whole.outcomes])
        )
        assert "no reliability diagram" in page
        assert "By alert level" not in page
        assert not (tmp_path / "sight-reliability.svg").exists()

    def test_decoys_have_dashes_and_a_row_without_them(self, aside: Path, tmp_path: Path) -> None:
        whole = run(asked_again(aside))
        truth: dict[str, Truth] = {}
        for number, (query, true) in enumerate(whole.outcomes[0].raw.items()):
            kinds = ("plain", "dark", "same_wall")
            kind = kinds[number % 3]
            truth[query] = Truth(kind, frozenset() if kind == "same_wall" else true.shows)
        decoys = frozenset(query for query, true in truth.items() if true.kind == "same_wall")
        first = with_truth(whole.outcomes[0], truth)
        changed = replace(first, raw=truth, tested=replace(first.tested, decoys=decoys))
        page = self.write(tmp_path, replace(whole, outcomes=[changed]))
        rows = {str(row["queries"]): row for row in rows_of(tmp_path)}
        assert rows["same_wall"]["recall"] is None
        assert f"| same_wall | 0 | {rows['same_wall']['unknown']} | - | - | - | - |" in page
        plain, every = rows["all paintings but decoys"], rows["all paintings"]
        assert plain["known"] == every["known"]
        assert isinstance(plain["unknown"], int)
        assert isinstance(rows["same_wall"]["unknown"], int)
        assert every["unknown"] == plain["unknown"] + rows["same_wall"]["unknown"]
        assert ">paintings but decoys</text>" in (tmp_path / "sight-roc.svg").read_text(encoding="utf-8")
        told = facts_of(tmp_path)["reliability"]
        assert isinstance(told, list)
        assert [row["queries"] for row in told] == ["paintings but decoys", "paintings"]
        assert told[1]["first"] == told[0]["first"] + len(decoys)
        plot = (tmp_path / "sight-recall.svg").read_text(encoding="utf-8")
        assert "plain" in plot
        assert "same_wall" not in plot

    def test_solid_objects_are_told_by_each_way_alone(self, aside: Path, tmp_path: Path) -> None:
        whole = run(asked_again(aside))
        first = whole.outcomes[0]
        nothing = [Result(query, "none", 0.0, ()) for query in first.tested.truth]
        solid = replace(
            first,
            tested=replace(first.tested, solid=True),
            answers=replace(first.answers, alone={"votes alone": nothing}),
        )
        page = self.write(tmp_path, replace(whole, outcomes=[solid]))
        (ours,) = rows_of(tmp_path)
        assert f"| paintings | {ours['known']} | Artrieve | {ours['recall']:.3f} |" in page
        assert f"| paintings | {ours['known']} | votes alone | 0.000 | 0.000 | 0.000 |" in page

    def test_without_a_known_query_nothing_is_plotted_against_false_alarms(
        self, aside: Path, tmp_path: Path
    ) -> None:
        whole = run(asked_again(aside))
        outcomes = [
            replace(
                each,
                tested=replace(
                    each.tested, truth={q: Truth(t.kind, frozenset()) for q, t in each.raw.items()}
                ),
            )
            for each in whole.outcomes
        ]
        page = self.write(tmp_path, replace(whole, outcomes=outcomes))
        assert "nothing to find" in page
        assert not (tmp_path / "sight-recall.svg").exists()
        assert not (tmp_path / "sight-roc.svg").exists()
        assert "What changed" not in page


def asked_again(aside: Path) -> Asked:
    given = [*TINY, "--aside", str(aside / "aside"), "--again"]
    return command.asked(command.parser().parse_args(given))


class TestPlots:
    def test_the_same_figures_give_the_same_bytes(self, tmp_path: Path) -> None:
        points = [plots.Point(0.5, 10), plots.Point(None, 0)]
        for name in ("one", "other"):
            plots.recall(tmp_path / f"{name}.svg", ["page", "screen"], {"Artrieve": points, "SIFT": points})
        svg = (tmp_path / "one.svg").read_text(encoding="utf-8")
        assert svg == (tmp_path / "other.svg").read_text(encoding="utf-8")
        assert "<dc:date>" not in svg
        assert ">page</text>" in svg  # words stay words

    def test_curves_are_thinned_to_what_can_be_seen(self, tmp_path: Path) -> None:
        rng = np.random.default_rng(4)
        shares = np.sort(rng.random((2, 20_000)), axis=1)
        line = plots.Line("Artrieve", shares[0] ** 3, shares[1])
        plots.roc(tmp_path / "roc.svg", {"one": [line], "other": [line]})
        plots.det(tmp_path / "det.svg", {"one": [line], "other": [line]})
        assert all((tmp_path / f"{name}.svg").stat().st_size < 100_000 for name in ("roc", "det"))

    def test_what_is_left_out_lies_on_what_is_drawn(self) -> None:
        rng = np.random.default_rng(5)
        across, up = np.sort(rng.random((2, 5_000)), axis=1)
        kept = plots.thinned(across, up)
        assert {0, 4_999} <= set(kept.tolist())
        assert len(kept) < 4_000
        every = np.arange(5_000)
        before = kept[np.searchsorted(kept, every, side="right") - 1]
        for curve in (across, up):
            assert np.abs(curve[every] - curve[before]).max() <= 1.01 / plots.SEEN
        assert plots.thinned(np.zeros(1), np.zeros(1)).tolist() == [0]


class TestCommand:
    def test_it_names_what_differs_and_no_folder_of_this_machine(self, tmp_path: Path) -> None:
        given = command.parser().parse_args(
            [
                "--only",
                "page",
                "--only",
                "screen",
                "--sample",
                "2",
                "--conditions",
                str(tmp_path),
                "--drawn",
                "--again",
            ]
        )
        assert command.command_of(given) == (
            "make bench-sight ARGS='--drawn --conditions CONDITIONS --only page --only screen --sample 2'"
        )
        assert command.command_of(command.parser().parse_args([])) == "make bench-sight"

    @pytest.mark.parametrize("given", [["--known", "-1"], ["--photos", "no-such"], ["--truth", "no-such"]])
    def test_what_cannot_be_is_refused(self, given: list[str], capsys: pytest.CaptureFixture[str]) -> None:
        with pytest.raises(SystemExit) as stopped:
            command.main(given)
        assert stopped.value.code == 2
        assert given[1].lstrip("-") in capsys.readouterr().err


def test_no_real_query_is_registered(real_photos: Path) -> None:
    sets = [table_set("paintings", real_photos / "paintings" / "truth.csv", [real_photos / "pool"])]
    sets += object_sets(real_photos)
    assert [tested.name for tested in sets if tested.solid] == ["ambers", "jades"]
    for tested in sets:
        assert len(tested.registered) > 4000
        registered = {path.resolve() for path in tested.registered.values()}
        assert not registered & {(tested.base / query).resolve() for query in tested.truth}
        assert {name for true in tested.truth.values() for name in true.shows} <= set(tested.registered)
