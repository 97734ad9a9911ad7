"""Answers put aside, and read again: a run goes on where it was stopped, and once its false alarms have been looked at
nothing need be searched anew.

FOLDER/<set>-<method>.jsonl   a line for each query, as `artrieve evaluate` writes them
FOLDER/<set>.json             what those lines do not tell of our own answers
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from scripts.bench_sight.material import QuerySet
from scripts.bench_sight.outcome import OURS
from scripts.bench_sight.searching import LEVEL, Answers
from service.evaluation import Refused, Result, TruthUnusable, write_results

Sampled = Mapping[str, Sequence[Result]]
ASKED = {
    "set": "to other queries than these, or from another register",
    "sample": "of other methods to another sample",
    "models": "by other models",
}
"""What answers must have been asked of to be told as those of this run, and what they are otherwise."""


def asked(tested: QuerySet, sample: int, models: Mapping[str, str]) -> dict[str, Any]:
    """What answers depend on, so that none are taken for those to something else."""
    truth = [[query, true.kind, sorted(true.shows)] for query, true in tested.truth.items()]
    told = json.dumps([truth, sorted(tested.registered)]).encode()
    return {
        "set": hashlib.sha256(told).hexdigest(),
        "sample": tested.sample(sample),
        "models": dict(models),
    }


def put_aside(folder: Path, name: str, answers: Answers, sampled: Sampled, given: Mapping[str, Any]) -> None:
    """Write the answers to a set: ours to all its queries, every method's to the sample. `given`: see `asked`."""
    folder.mkdir(parents=True, exist_ok=True)
    _facts(folder, name).unlink(missing_ok=True)  # it is there again only when all is
    for method, results in {**sampled, **answers.alone, OURS: answers.results}.items():
        write_results(_lines(folder, name, method), results, LEVEL)
    facts = {
        "steps": [dict(each) for each in answers.steps],
        "mirrored": sorted(answers.mirrored),
        "refused": [asdict(each) for each in answers.refused],
        "photos": answers.photos,
        "methods": list(sampled),
        "alone": list(answers.alone),
        "asked": given,
    }
    _facts(folder, name).write_text(json.dumps(facts), encoding="utf-8")


def is_aside(folder: Path, tested: QuerySet) -> bool:
    """Whether an earlier run has finished this set."""
    return _facts(folder, tested.name).is_file()


def read_again(
    folder: Path, name: str, given: Mapping[str, Any]
) -> tuple[Answers, dict[str, Sequence[Result]]]:
    """The answers that an earlier run put aside. Raises TruthUnusable where it was asked something else."""
    path = _facts(folder, name)
    facts = json.loads(path.read_text(encoding="utf-8"))
    for what, otherwise in ASKED.items():
        if facts.get("asked", {}).get(what) != given[what]:
            raise TruthUnusable(f"{path} tells answers {otherwise}. Leave out --again, or ask for the same.")
    results = list(_read(_lines(folder, name, OURS)))
    wanted = set(given["sample"])
    sampled: dict[str, Sequence[Result]] = {OURS: [each for each in results if each.query in wanted]}
    for method in facts["methods"]:
        if method != OURS:
            sampled[method] = list(_read(_lines(folder, name, method)))
    answers = Answers(
        results=results,
        steps=facts["steps"],
        mirrored=frozenset(facts["mirrored"]),
        refused=[Refused(**each) for each in facts["refused"]],
        photos=facts["photos"],
        alone={way: list(_read(_lines(folder, name, way))) for way in facts["alone"]},
    )
    return answers, sampled


def _facts(folder: Path, name: str) -> Path:
    return folder / f"{name}.json"


def _lines(folder: Path, name: str, method: str) -> Path:
    return folder / f"{name}-{method.lower().replace(' ', '-')}.jsonl"


def _read(path: Path) -> Iterator[Result]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            yield Result(row["query"], row["verdict"], row["ms"], tuple(row["candidates"]))
