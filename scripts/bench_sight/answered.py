"""Answers put aside, and read again: a run goes on where it was stopped, and once its false alarms have been looked at
nothing need be searched anew.

FOLDER/<set>-<method>.jsonl   a line for each query, as `artrieve evaluate` writes them
FOLDER/<set>.json             what those lines do not tell of our own answers
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from scripts.bench_sight.material import QuerySet
from scripts.bench_sight.outcome import OURS
from scripts.bench_sight.searching import Answers
from service.evaluation import Refused, Result, TruthUnusable, write_results

Sampled = Mapping[str, Sequence[Result]]


def put_aside(folder: Path, name: str, answers: Answers, sampled: Sampled) -> None:
    """Write the answers to a set: ours to all its queries, every method's to the sample."""
    folder.mkdir(parents=True, exist_ok=True)
    _facts(folder, name).unlink(missing_ok=True)  # it is there again only when all is
    write_results(_lines(folder, name, OURS), answers.results)
    for method, results in sampled.items():
        if method != OURS:
            write_results(_lines(folder, name, method), results)
    facts = {
        "steps": [dict(each) for each in answers.steps],
        "mirrored": sorted(answers.mirrored),
        "refused": [asdict(each) for each in answers.refused],
        "photos": answers.photos,
        "methods": list(sampled),
        "sample": [result.query for result in sampled[OURS]],
    }
    _facts(folder, name).write_text(json.dumps(facts), encoding="utf-8")


def is_aside(folder: Path, tested: QuerySet) -> bool:
    """Whether an earlier run has finished this set."""
    return _facts(folder, tested.name).is_file()


def read_again(folder: Path, tested: QuerySet) -> tuple[Answers, dict[str, Sequence[Result]]]:
    """The answers that an earlier run put aside. Raises TruthUnusable where it was asked something else."""
    path = _facts(folder, tested.name)
    facts = json.loads(path.read_text(encoding="utf-8"))
    results = list(_read(_lines(folder, tested.name, OURS)))
    if [result.query for result in results] != list(tested.truth):
        raise TruthUnusable(
            f"{path} answers other queries of {tested.name} than these. Leave out --again, or ask for the same."
        )
    wanted = set(facts["sample"])
    sampled: dict[str, Sequence[Result]] = {OURS: [each for each in results if each.query in wanted]}
    for method in facts["methods"]:
        if method != OURS:
            sampled[method] = list(_read(_lines(folder, tested.name, method)))
    answers = Answers(
        results=results,
        steps=facts["steps"],
        mirrored=frozenset(facts["mirrored"]),
        refused=[Refused(**each) for each in facts["refused"]],
        photos=facts["photos"],
    )
    return answers, sampled


def _facts(folder: Path, name: str) -> Path:
    return folder / f"{name}.json"


def _lines(folder: Path, name: str, method: str) -> Path:
    return folder / f"{name}-{method.lower()}.jsonl"


def _read(path: Path) -> Iterator[Result]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            yield Result(row["query"], row["verdict"], row["ms"], tuple(row["candidates"]))
