"""Evaluation: what it writes, what it refuses, what it never swallows."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from models.calibrate import load_calibration
from service import commands
from service.evaluation import named_photos
from tests.service.commands.conftest import NUMBERS, STRANGER


def test_evaluate_writes_what_the_truth_table_asks(
    drawn: Path, tmp_path: Path, empty_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["evaluate", "--register", str(drawn / "registry"), "--truth", str(drawn / "truth.csv")]
    results, keep = tmp_path / "out.jsonl", tmp_path / "kept"
    more = ["--distractors", str(drawn), "--results", str(results), "--keep", str(keep)]
    assert commands.run([*asked, *more]) == 0
    rows = {row["query"]: row for row in map(json.loads, results.read_text(encoding="utf-8").splitlines())}
    assert list(rows) == [
        *(f"queries/{number}.jpg" for number in (*NUMBERS[:3], STRANGER)),
        "queries/empty.jpg",
    ]
    for number in NUMBERS[:3]:
        assert rows[f"queries/{number}.jpg"]["verdict"] == "match"
        assert rows[f"queries/{number}.jpg"]["candidates"][0]["photo"] == f"registry/{number}.jpg"
        first = rows[f"queries/{number}.jpg"]["candidates"][0]
        assert load_calibration().match <= first["probability"] <= 1
        assert set(first["clues"]) >= load_calibration().clues
        scores = [candidate["score"] for candidate in rows[f"queries/{number}.jpg"]["candidates"]]
        assert scores == sorted(scores, reverse=True)
    assert rows[f"queries/{STRANGER}.jpg"]["verdict"] == "none"
    assert rows["queries/empty.jpg"]["verdict"] == "unsearchable"
    said = capsys.readouterr()
    assert {row["level"] for row in rows.values()} == {"dealer"}
    assert "5 queries at the alert level dealer: 3 match" in said.out
    assert "registry/broken.jpg" in said.err, "what intake refused is not swallowed"
    assert "notes.txt" not in said.err
    assert not empty_home.exists(), "an evaluation has a register of its own"
    first = results.read_bytes()
    assert commands.run([*asked, *more]) == 0, "what is kept is used again"
    strip = [json.loads(line) | {"ms": 0} for line in first.splitlines()]
    assert [json.loads(line) | {"ms": 0} for line in results.read_bytes().splitlines()] == strip


def test_evaluate_refuses_a_kept_register_of_something_else(
    drawn: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    keep = ["--keep", str(tmp_path / "kept"), "--results", str(tmp_path / "out.jsonl")]
    truth = ["--truth", str(drawn / "truth.csv")]
    assert commands.run(["evaluate", "--register", str(drawn / "others"), *truth, *keep]) == 0
    assert commands.run(["evaluate", "--register", str(drawn / "registry"), *truth, *keep]) == 1
    assert "keep this evaluation in another folder" in capsys.readouterr().err


def test_evaluate_does_not_write_over_what_it_reads(
    drawn: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    truth = drawn / "truth.csv"
    before = truth.read_bytes()
    (tmp_path / "same.csv").symlink_to(truth)
    for results in (truth, tmp_path / "same.csv"):
        asked = ["--truth", str(truth), "--results", str(results)]
        assert commands.run(["evaluate", "--register", str(drawn / "registry"), *asked]) == 1
        assert "this is the file that is read" in capsys.readouterr().err
    assert truth.read_bytes() == before


def test_a_query_that_is_too_large_is_refused_unread(
    drawn: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ARTRIEVE_MAX_PHOTO_BYTES", "4096")
    (tmp_path / "truth.csv").write_text("query,registry,kind\nlarge.jpg,,photo\n", encoding="utf-8")
    (tmp_path / "registry").mkdir()
    for name in ("large.jpg", "registry/large.jpg", "registry/none.png"):
        with (tmp_path / name).open("wb") as file:
            file.truncate(10**12)
    results = tmp_path / "out.jsonl"
    asked = ["--truth", str(tmp_path / "truth.csv"), "--results", str(results)]
    commands.run(["evaluate", "--register", str(tmp_path / "registry"), *asked])
    assert "registry/large.jpg" in capsys.readouterr().err
    assert json.loads(results.read_text(encoding="utf-8"))["verdict"] == "unsearchable"


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ("photo,what\n", "no column 'query'"),
        ("query,registry,kind\nqueries/no.jpg,,photo\n", "1 queries of"),
        ("query,registry,kind\n", "names no query"),
    ],
)
def test_evaluate_says_what_is_wrong_with_a_truth_table(
    drawn: Path, tmp_path: Path, table: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    truth = tmp_path / "truth.csv"
    truth.write_text(table, encoding="utf-8")
    results = ["--results", str(tmp_path / "out.jsonl")]
    assert (
        commands.run(["evaluate", "--register", str(drawn / "registry"), "--truth", str(truth), *results])
        == 1
    )
    assert words in capsys.readouterr().err
    assert not (tmp_path / "out.jsonl").exists()


def test_photos_are_named_from_the_truth_table_and_queries_left_out(drawn: Path) -> None:
    named = named_photos([drawn / "registry", drawn], drawn, ["queries/300.jpg"])
    assert f"registry/{NUMBERS[0]}.jpg" in named
    assert "queries/300.jpg" not in named
    assert "queries/301.jpg" in named
    assert len(set(named.values())) == len(named)
    outside = named_photos([drawn / "others"], drawn / "queries", [])
    assert f"../others/deep/{NUMBERS[0]}.png" in outside


def test_evaluate_says_what_it_cannot_begin_with(
    drawn: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["evaluate", "--truth", str(drawn / "truth.csv"), "--register"]
    (tmp_path / "empty").mkdir()
    assert commands.run([*asked, str(tmp_path / "empty"), "--results", str(tmp_path / "out.jsonl")]) == 1
    assert "There are no photos in" in capsys.readouterr().err
    assert commands.run([*asked, str(drawn / "registry"), "--results", str(tmp_path / "no" / "out")]) == 1
    assert "make it first" in capsys.readouterr().err


def conditions_in(drawn: Path, folder: Path, registered: str = "registry") -> Path:
    """A set of queries made by hand: two of what is registered, one of a photo that must not be."""
    for name in ("screen", "page"):
        (folder / name).mkdir(parents=True)
    first, second, third = NUMBERS[:3]
    for name, number in (("screen/known", first), ("screen/unknown", third), ("page/known", second)):
        (folder / f"{name}-0000.jpg").write_bytes((drawn / "queries" / f"{number}.jpg").read_bytes())

    def photo(number: int) -> str:
        return Path(os.path.relpath(drawn / registered / f"{number}.jpg", folder)).as_posix()

    lines = [
        "query,registry,kind,source",
        f"screen/known-0000.jpg,{photo(first)},screen,{photo(first)}",
        f"screen/unknown-0000.jpg,,screen,{photo(third)}",
        f"page/known-0000.jpg,{photo(second)},page,{photo(second)}",
        f"page/known-0000.jpg,{photo(NUMBERS[3])},page,{photo(NUMBERS[3])}",
    ]
    (folder / "truth.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "left_out.csv").write_text(f"photo\n{photo(third)}\n", encoding="utf-8")
    return folder


def test_evaluate_scores_each_condition_and_leaves_out_what_is_unknown(
    drawn: Path, tmp_path: Path, empty_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = conditions_in(drawn, tmp_path / "set")
    results = tmp_path / "out.jsonl"
    asked = ["evaluate", "--register", str(drawn / "registry"), "--distractors", str(drawn / "others")]
    level = ["--level", "auction"]
    assert commands.run([*asked, "--conditions", str(made), "--results", str(results), *level]) == 0
    said = capsys.readouterr().out
    assert "3 queries at the alert level auction: " in said
    rows = [line.split("\t") for line in said.splitlines() if "\t" in line]
    errors = [row.pop() for row in rows]
    answers = [json.loads(line) for line in results.read_text(encoding="utf-8").splitlines()]
    # what the page does not show at all may stand anywhere among what was never found
    by_chance = any(
        each["photo"].endswith(f"registry/{NUMBERS[3]}.jpg") for each in answers[2]["candidates"][:10]
    )
    assert rows == [
        ["condition", "known", "unknown", "recall@1", "pair recall@10", "known alarmed", "unknown alarmed"],
        ["screen", "1", "1", "1.000", "1.000", "1.000", "0.000"],
        ["page", "1", "0", "1.000", f"{(1 + by_chance) / 2:.3f}", "1.000", "-"],
        ["all", "2", "1", "1.000", f"{(2 + by_chance) / 3:.3f}", "1.000", "0.000"],
    ]
    assert errors[0] == "ece"
    assert all(0 <= float(each) < 0.2 for each in errors[1:])
    assert [each["query"] for each in answers] == [
        "screen/known-0000.jpg",
        "screen/unknown-0000.jpg",
        "page/known-0000.jpg",
    ]
    named = {candidate["photo"] for each in answers for candidate in each["candidates"]}
    assert not any(photo.endswith(f"registry/{NUMBERS[2]}.jpg") for photo in named)


def test_evaluate_wants_a_truth_table_or_conditions(
    drawn: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["evaluate", "--register", str(drawn / "registry"), "--results", str(tmp_path / "out.jsonl")]
    both = ["--truth", str(drawn / "truth.csv"), "--conditions", str(drawn)]
    for given in ([], both):
        assert commands.run([*asked, *given]) == 2
        assert "Give either --truth TRUTH.csv or --conditions DIR." in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("truth.csv", None, "There is no truth.csv in"),
        ("left_out.csv", None, "There is no left_out.csv in"),
        ("truth.csv", "query,registry\n", "has no column 'kind'; it needs the columns query, registry, kind"),
        ("left_out.csv", "file\n", "has no column 'photo'; it needs the column photo"),
        ("truth.csv", "query,registry,kind\n", "names no query"),
        ("truth.csv", "query,registry,kind\nno.jpg,,screen\n", "1 queries of"),
        ("left_out.csv", "photo\nREGISTERED\n", "and left_out.csv that it is not"),
        ("truth.csv", "query,registry,kind\npage/known-0000.jpg,../no.jpg,page\n", "are in none of the given"),
    ],
)  # fmt: skip
def test_evaluate_says_what_is_wrong_with_a_set_of_conditions(
    drawn: Path, tmp_path: Path, name: str, text: str | None, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    made = conditions_in(drawn, tmp_path / "set")
    if text is None:
        (made / name).unlink()
    else:
        registered = os.path.relpath(drawn / "registry" / f"{NUMBERS[0]}.jpg", made)
        (made / name).write_text(text.replace("REGISTERED", registered), encoding="utf-8")
    asked = ["evaluate", "--register", str(drawn / "registry"), "--results", str(tmp_path / "out.jsonl")]
    assert commands.run([*asked, "--conditions", str(made)]) == 1
    assert words in capsys.readouterr().err
    assert not (tmp_path / "out.jsonl").exists()
