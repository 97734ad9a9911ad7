"""The figures as a page for people and as JSON for programs."""

from __future__ import annotations

import json
import platform
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from indexer.decide import AlertLevel
from models.calibrate import load_calibration
from scripts.bench.growth import GrowthFigures
from scripts.bench.indexing import IndexingFigures
from scripts.bench.searching import Searched

LEVEL = AlertLevel.dealer
"""At which the desk searches unless it is told otherwise."""
PAGE, DATA = "search.md", "search.json"


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything that was measured."""

    material: str
    command: str
    register: int
    indexing: IndexingFigures
    searched: Sequence[Searched]
    crowd: float
    at_once: int
    loaded_mb: float
    """Memory that opening the index takes, MiB."""
    growth: Sequence[GrowthFigures] = ()


def write(folder: Path, figures: Figures) -> Path:
    """Write both files; returns the page."""
    folder.mkdir(parents=True, exist_ok=True)
    facts = summary(figures)
    (folder / DATA).write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")
    (folder / PAGE).write_text(page(facts), encoding="utf-8")
    return folder / PAGE


def summary(figures: Figures) -> dict[str, Any]:
    """The figures as plain values."""
    indexing, searched = figures.indexing, figures.searched
    whole = [each.whole_ms for each in searched]
    known = [each for each in searched if each.true is not None]
    unknown = [each.whole_ms for each in searched if each.true is None]
    return {
        "material": figures.material,
        "command": figures.command,
        "machine": machine(),
        "indexing": {
            "photos": indexing.photos,
            "cores": indexing.cores,
            "photos_per_second": round(indexing.rate, 1),
            "runs": [round(rate, 1) for rate in indexing.rates],
            "bare_ms": rounded(indexing.bare_ms),
            "bare_photos_per_second": round(indexing.bare_rate, 1),
            "of_bare": round(indexing.rate / indexing.bare_rate, 2),
            "disk_kb_per_photo": round(indexing.disk_bytes / 1024, 1),
        },
        "search": {
            "register": figures.register,
            "queries": len(searched),
            "ms_median": round(statistics.median(whole), 1),
            "ms_p95": round(float(np.quantile(whole, 0.95)), 1),
            "ms_median_unknown": round(statistics.median(unknown), 1) if unknown else None,
            "bare_ms": rounded(bare_medians(searched)),
            "bare_ms_median": round(statistics.median(bare_sum(each) for each in searched), 1),
            "times_bare": round(statistics.median(e.whole_ms / bare_sum(e) for e in searched), 2),
            "at_once": figures.at_once,
            "searches_per_second_at_once": round(figures.crowd, 2),
            "memory_kb_per_photo": round(figures.loaded_mb * 1024 / figures.register, 1),
        },
        "found": {
            "known": len(known),
            "unknown": len(searched) - len(known),
            "recall_at_1": round(sum(each.found_first for each in known) / max(1, len(known)), 4),
            "alarmed_known": sum(each.verdict in {"match", "possible"} for each in known),
            "alarmed_unknown": sum(
                each.verdict in {"match", "possible"} for each in searched if each.true is None
            ),
            **thresholds(),
            "points_true": quantiles([each.true for each in known if each.true is not None]),
            "points_wrong": quantiles([each.wrong for each in searched]),
        },
        "growth": [grown(each) for each in figures.growth],
    }


def thresholds() -> dict[str, Any]:
    """From which probabilities on it is alarmed, as the calibration has it."""
    calibration = load_calibration()
    return {
        "alert_level": LEVEL.value,
        "possible_from": round(calibration.thresholds[LEVEL].alert, 4),
        "match_from": round(calibration.match, 4),
    }


def grown(figures: GrowthFigures) -> dict[str, Any]:
    """The figures of one size of register as plain values."""
    return {
        "photos": figures.photos,
        "real": figures.real,
        "ms_median": round(statistics.median(figures.ms), 1),
        "ms_p95": round(float(np.quantile(figures.ms, 0.95)), 1),
        "steps_ms": rounded(dict(figures.steps_ms)),
        "recall_at_1": round(figures.found_first, 4),
        "memory_kb_per_photo": round(figures.memory_kb, 1),
        "disk_kb_per_photo": round(figures.disk_kb, 1),
        "publish_seconds": round(figures.publish_seconds, 1),
        "open_seconds": round(figures.open_seconds, 1),
        "noise": round(figures.noise, 3),
    }


def machine() -> str:
    """What it was measured on, in a line."""
    packages = ", ".join(
        f"{name} {version(name)}" for name in ("numpy", "opencv-python-headless", "faiss-cpu")
    )
    return f"{platform.machine()}, {platform.system()}, Python {platform.python_version()}, {packages}"


def bare_sum(each: Searched) -> float:
    """All bare steps of one search, milliseconds."""
    return sum(each.bare_ms.values())


def bare_medians(searched: Sequence[Searched]) -> dict[str, float]:
    """The median of each bare step, milliseconds."""
    return {step: statistics.median(each.bare_ms[step] for each in searched) for step in searched[0].bare_ms}


def quantiles(values: Sequence[int]) -> dict[str, float]:
    """Least, 1 %, 5 %, median, 99 % and most."""
    named = {"least": 0.0, "p01": 0.01, "p05": 0.05, "median": 0.5, "p99": 0.99, "most": 1.0}
    return {name: round(float(np.quantile(values, at)), 1) for name, at in named.items()} if values else {}


def rounded(values: dict[str, float]) -> dict[str, float]:
    """To a tenth."""
    return {name: round(value, 1) for name, value in values.items()}


def unknown_row(facts: dict[str, Any]) -> list[tuple[str, Any, str]]:
    """What a search takes that nothing cuts short; no row where all queries show something registered."""
    ms, unknown = facts["search"]["ms_median_unknown"], facts["found"]["unknown"]
    if ms is None:
        return []
    return [("a search that shows nothing registered, median ms", ms, f"{unknown} queries")]


def page(facts: dict[str, Any]) -> str:
    """The page, in Markdown."""
    indexing, search, found = facts["indexing"], facts["search"], facts["found"]
    rows = [
        ("indexing, photos a second", indexing["photos_per_second"], f"runs: {indexing['runs']}"),
        ("the bare steps alone, photos a second", indexing["bare_photos_per_second"], steps(indexing)),
        ("a search, median ms", search["ms_median"], f"95 % within {search['ms_p95']} ms"),
        *unknown_row(facts),
        ("the bare steps alone, median ms", search["bare_ms_median"], steps(search)),
        ("a search, times its bare steps", search["times_bare"], "median of pairs, one after the other"),
        (f"searches a second, {search['at_once']} at once", search["searches_per_second_at_once"], ""),
        ("memory, KB a photo", search["memory_kb_per_photo"], "taken by opening the index"),
        ("disk, KB a photo", indexing["disk_kb_per_photo"], "vectors and one generation"),
    ]
    points = [
        (name, *(quantile.get(at, "") for at in ("least", "p01", "p05", "median", "p99", "most")))
        for name, quantile in (
            ("best true photo of a known query", found["points_true"]),
            ("best wrong photo of any query", found["points_wrong"]),
        )
    ]
    return "\n".join(
        [
            "# Indexing and searching, measured",
            "",
            f"Written by `{facts['command']}`; the same figures for programs are in [{DATA}]({DATA}).",
            "",
            f"- Photos: {facts['material']}. Register: {search['register']} photos; queries: {search['queries']}.",
            f"- Indexing is timed on {indexing['photos']} JPEGs of 1,000 px, with {indexing['cores']} cores.",
            "- A search is timed from uploaded bytes to the kept record: intake in its own process, the steps",
            "  below, the database's word on each candidate, and writing. Its looks share the cores.",
            "- Bare steps are the same functions called directly in one thread, with nothing around them. What",
            "  depends on what was found is left out: closer looks (docs/decisions/0025), laying photos on each other.",
            f"- Machine: {facts['machine']}.",
            "",
            table(("what", "measured", "detail"), rows),
            "",
            "## How surely",
            "",
            f"{found['known']} queries show something registered, {found['unknown']} do not. "
            f"The first candidate is right for {found['recall_at_1']:.1%} of the known ones; "
            f"{found['alarmed_known']} of them and {found['alarmed_unknown']} of the unknown ones raise an alarm "
            f"at the level `{found['alert_level']}` (`possible` from a probability of {found['possible_from']:.1%}, "
            f"`match` from {found['match_from']:.1%}).",
            "",
            table(("agreeing points", "least", "1 %", "5 %", "median", "99 %", "most"), points),
            "",
            *growth(facts["growth"]),
        ]
    )


def growth(sizes: Sequence[dict[str, Any]]) -> list[str]:
    """The lines of the page on larger registers; none where none was measured."""
    if not sizes:
        return []
    rows = [
        (
            f"{each['photos']:,}",
            each["ms_median"],
            each["ms_p95"],
            f"{each['recall_at_1']:.1%}",
            each["memory_kb_per_photo"],
            each["disk_kb_per_photo"],
            each["publish_seconds"],
            each["open_seconds"],
        )
        for each in sizes
    ]
    headers = ("photos", "search, median ms", "95 % within", "first is right", "memory, KB a photo")
    return [
        "## Growth",
        "",
        f"The {sizes[0]['real']} photos from above and the same searches, among synthetic photos of 500 keypoints. "
        "Their descriptors are those of registered photos that no query shows, mixed, with the noise that was "
        f"measured between two photos of one work (median distance {sizes[0]['noise']}).",
        "",
        table((*headers, "disk, KB a photo", "publish, s", "open, s"), rows),
        "",
        *(f"- {each['photos']:,} photos, all threads together: {spent(each['steps_ms'])}." for each in sizes),
        "",
    ]


def steps(facts: dict[str, Any]) -> str:
    """Milliseconds by step, in a line."""
    return spent(facts["bare_ms"])


def spent(ms: dict[str, float]) -> str:
    """Milliseconds by name, in a line."""
    return ", ".join(f"{name} {value} ms" for name, value in ms.items())


def table(headers: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """A table in Markdown."""
    lines = [headers, ["---"] * len(headers), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)
