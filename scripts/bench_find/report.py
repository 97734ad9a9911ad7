"""The figures as a page for people and as JSON for programs."""

from __future__ import annotations

import json
import platform
import sqlite3
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from data.machine import cores
from scripts.bench_find.loading import Loaded

PAGE, DATA = "find.md", "find.json"


@dataclass(frozen=True, slots=True)
class Measured:
    """One query on one database: how many objects it found, and the milliseconds of each round."""

    kind: str
    asked: str
    found: int
    ms: Sequence[float]


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything that was measured, by database."""

    objects: int
    rounds: int
    loaded: Mapping[str, Loaded]
    measured: Mapping[str, Sequence[Measured]]


def write(folder: Path, figures: Figures) -> Path:
    """Write both files; returns the page."""
    folder.mkdir(parents=True, exist_ok=True)
    facts = summary(figures)
    (folder / DATA).write_text(json.dumps(facts, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    (folder / PAGE).write_text(page(facts), encoding="utf-8")
    return folder / PAGE


def summary(figures: Figures) -> dict[str, Any]:
    """The figures as plain values."""
    return {
        "objects": figures.objects,
        "rounds": figures.rounds,
        "machine": f"{platform.machine()}, {cores()} cores, Python {platform.python_version()}, "
        f"SQLite {sqlite3.sqlite_version}",
        "databases": {
            name: {
                "loaded": {key: round(value, 1) for key, value in asdict(figures.loaded[name]).items()},
                **times([ms for each in measured for ms in each.ms]),
                "kinds": {
                    kind: times([ms for each in measured if each.kind == kind for ms in each.ms])
                    for kind in dict.fromkeys(each.kind for each in measured)
                },
                "queries": [
                    {"kind": each.kind, "asked": each.asked, "found": each.found, **times(each.ms)}
                    for each in measured
                ],
            }
            for name, measured in figures.measured.items()
        },
    }


def times(ms: Sequence[float]) -> dict[str, float]:
    """Median and 95th percentile, milliseconds."""
    return {"ms_median": round(statistics.median(ms), 1), "ms_p95": round(float(np.quantile(ms, 0.95)), 1)}


def page(facts: dict[str, Any]) -> str:
    """The page, in Markdown."""
    databases = facts["databases"]
    names = list(databases)
    queries = len(databases[names[0]]["queries"])
    lines = [
        "# Finding by words and fields, measured",
        "",
        f"Written by `python -m scripts.bench_find --objects {facts['objects']}`; the same figures for programs, query "
        f"by query, are in [{DATA}]({DATA}).",
        "",
        f"- {facts['objects']:,} generated records of some ninety words; {queries} queries, {facts['rounds']} rounds, "
        "one at a time.",
        "- A query is timed from its words and fields to the first 20 objects with all their fields, and the total.",
        f"- Machine: {facts['machine']}. PostgreSQL with its own settings as installed, on the same machine.",
        "",
        f"| ms, median / 95 % | {' | '.join(names)} |",
        "|---|" + "---|" * len(names),
        *(
            _row(kind, [databases[name]["kinds"][kind] for name in names])
            for kind in databases[names[0]]["kinds"]
        ),
        _row("**all**", [databases[name] for name in names]),
        "",
        f"| what the index takes | {' | '.join(names)} |",
        "|---|" + "---|" * len(names),
        *(
            f"| {said} | {' | '.join(format(databases[name]['loaded'][key], '.0f') for name in names)} |"
            for said, key in (("seconds to make from the records", "indexed"), ("MB on disk", "index_mb"))
        ),
        "",
        f"Both find the same: {'yes' if agree(facts) else 'NO'}.",
        "",
    ]
    return "\n".join(lines)


def agree(facts: dict[str, Any]) -> bool:
    """Whether all databases found equally many objects with every query."""
    found = [[each["found"] for each in one["queries"]] for one in facts["databases"].values()]
    return all(one == found[0] for one in found)


def _row(what: str, cells: Sequence[Mapping[str, float]]) -> str:
    written = [f"{cell['ms_median']:.0f} / {cell['ms_p95']:.0f}" for cell in cells]
    return f"| {what} | {' | '.join(written)} |"
