"""The page for people, the same figures as JSON for programs, and the plots beside them."""

from __future__ import annotations

import json
import statistics
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from data.machine import cores
from models.calibrate import Calibration
from scripts.bench.report import machine
from scripts.bench_sight import plots
from scripts.bench_sight.alone import WAYS
from scripts.bench_sight.chances import level_facts, reliability_facts, told
from scripts.bench_sight.figures import Figures, reliability, trade_off
from scripts.bench_sight.outcome import MIRRORED, OURS, Group, Outcome, Run, groups, named_mirrored, wholes
from scripts.bench_sight.page import page
from service.evaluation import Result

PAGE, DATA, PLOT = "sight.md", "sight.json", "sight-{}.svg"
WHOLE = "a search, in all"
COMPARED = ("recall", "pair_recall", "gap", "tpr", "ms_median")


def write(folder: Path, run: Run, calibration: Calibration) -> Path:
    """Write page, data and plots; returns the page. `calibration`: what the probabilities were made by."""
    folder.mkdir(parents=True, exist_ok=True)
    facts = summary(run, calibration)
    facts["plots"] = draw(folder, run)
    (folder / DATA).write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")
    (folder / PAGE).write_text(page(facts, DATA), encoding="utf-8")
    return folder / PAGE


def summary(run: Run, calibration: Calibration) -> dict[str, Any]:
    """The figures as plain values."""
    rows = [group for outcome in run.outcomes for group in groups(outcome)]
    return {
        "material": run.material,
        "command": run.command,
        "conditions": run.made,
        "machine": f"{machine()}, matplotlib {version('matplotlib')}; {cores()} cores",
        "models": dict(run.models),
        "sets": [
            {
                "name": outcome.tested.name,
                "registered": outcome.answers.photos,
                "queries": len(outcome.answers.results),
                "refused": len(outcome.answers.refused),
            }
            for outcome in run.outcomes
        ],
        "same_pairs": run.same,
        "ours": [{"queries": group.label, **_plain(group.figures)} for group in rows],
        "raw": [
            {"queries": group.label, **_plain(group.raw_figures)}
            for group in rows
            if group.raw_figures != group.figures
        ],
        "false_alarms": [
            {
                "queries": outcome.tested.name,
                "searches": len(outcome.answers.results),
                "raw": _alarms(outcome, raw=True),
                "after": _alarms(outcome, raw=False),
            }
            for outcome in run.outcomes
        ],
        "calibration": {"data": str(calibration.fitted.get("data", "")), "sha256": calibration.sha256},
        "levels": level_facts(run, calibration),
        "reliability": reliability_facts(run),
        "ways": dict(WAYS),
        "alone": [row for group in rows for row in _alone(group)],
        "mirrored": _mirrored(run),
        "steps_ms": {name: _spread(values) for name, values in step_times(run).items()},
        "methods": dict(run.methods),
        "sample": run.sample,
        "limit": run.limit,
        "compared": [_compared(group) for group in rows],
    }


def _plain(figures: Figures) -> dict[str, Any]:
    return {
        name: round(value, 4) if isinstance(value, float) else value
        for name, value in asdict(figures).items()
    }


def _alarms(outcome: Outcome, *, raw: bool) -> int:
    group = Group("", outcome, frozenset(outcome.tested.truth))
    return (group.raw_figures if raw else group.figures).false_alarms


def _mirrored(run: Run) -> dict[str, int] | None:
    for outcome in run.outcomes:
        if MIRRORED in outcome.tested.kinds:
            right, named = named_mirrored(outcome)
            return {"right": right, "named": named}
    return None


def _alone(group: Group) -> Iterator[dict[str, Any]]:
    """The search and each way of retrieving alone, of solid objects."""
    ways = dict(group.alone())
    for way, figures in ({OURS: group.figures} | ways if ways else ways).items():
        plain = {name: _plain(figures)[name] for name in ("known", "recall", "reciprocal", "pair_recall")}
        yield {"queries": group.outcome.tested.name, "way": way, **plain}


def _compared(group: Group) -> dict[str, Any]:
    sampled = dict(group.sampled())
    return {
        "queries": group.label,
        "known": sampled[OURS].known,
        "unknown": sampled[OURS].unknown,
        **{
            figure: {method: _plain(figures)[figure] for method, figures in sampled.items()}
            for figure in COMPARED
        },
    }


def step_times(run: Run) -> dict[str, list[float]]:
    """Milliseconds of every search, whole and by step; a step that a search left out took none of its time."""
    steps = [each for outcome in run.outcomes for each in outcome.answers.steps]
    answered = [
        result
        for outcome in run.outcomes
        for refused in [{each.name for each in outcome.answers.refused}]
        for result in outcome.answers.results
        if result.query not in refused
    ]
    names = dict.fromkeys(name for each in steps for name in each)
    return {
        WHOLE: [result.ms for result in answered],
        **{name: [each.get(name, 0.0) for each in steps] for name in names},
    }


def _spread(values: Sequence[float]) -> dict[str, float]:
    if not values:
        return {"median": 0.0, "p95": 0.0}
    return {"median": round(statistics.median(values), 1), "p95": round(float(np.quantile(values, 0.95)), 1)}


def draw(folder: Path, run: Run) -> dict[str, str]:
    """Draw the plots; file names by what they show. One that there is nothing for is left out."""
    for earlier in folder.glob(PLOT.format("*")):
        earlier.unlink()
    drawn: dict[str, Callable[[Path], None]] = {"latency": lambda path: plots.latency(path, step_times(run))}
    rows = [group for outcome in run.outcomes for group in groups(outcome) if group.has_known]
    if rows:
        drawn["recall"] = lambda path: plots.recall(path, [group.label for group in rows], _shares(run, rows))
    panels = {
        group.label: lines
        for group in (wholes(outcome)[0] for outcome in run.flat)
        if (lines := _lines(group))
    }
    if panels:
        drawn |= {"roc": lambda path: plots.roc(path, panels), "det": lambda path: plots.det(path, panels)}
    sorts = {"flat works, no decoys": run.flat, "solid objects": run.solid}
    bins = {
        name: found
        for name, some in sorts.items()
        if (found := reliability(told(wholes(one)[0] for one in some)))
    }
    if bins:
        drawn["reliability"] = lambda path: plots.reliability(path, bins)
    for name, plot in drawn.items():
        plot(folder / PLOT.format(name))
    return {name: PLOT.format(name) for name in drawn}


def _shares(run: Run, rows: Sequence[Group]) -> dict[str, list[plots.Point]]:
    methods = {f"{OURS}, all queries": [_point(group.figures) for group in rows]}
    for name in run.methods:
        methods[name] = [_point(dict(group.sampled())[name]) for group in rows]
    return methods


def _point(figures: Figures) -> plots.Point:
    return plots.Point(figures.recall, figures.known)


def _lines(group: Group) -> list[plots.Line]:
    """Ours over all queries, then the others on their sample; those that have known queries."""
    truth, answers = group.answered
    given: dict[str, Sequence[Result]] = {f"{OURS}, all queries": answers}
    for method, results in group.outcome.sampled.items():
        if method != OURS:
            given[method] = [result for result in results if result.query in group.queries]
    lines = []
    for method, results in given.items():
        false, found = trade_off(truth, results)
        if len(found):
            lines.append(plots.Line(method, false, found))
    return lines
