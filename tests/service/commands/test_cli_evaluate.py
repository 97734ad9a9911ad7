"""Evaluation: what it writes, what it refuses, what it never swallows."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

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
        scores = [candidate["score"] for candidate in rows[f"queries/{number}.jpg"]["candidates"]]
        assert scores == sorted(scores, reverse=True)
    assert rows[f"queries/{STRANGER}.jpg"]["verdict"] == "none"
    assert rows["queries/empty.jpg"]["verdict"] == "unsearchable"
    said = capsys.readouterr()
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
