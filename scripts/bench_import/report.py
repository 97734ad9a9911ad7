"""The figures as a page for people and as JSON for programs."""

from __future__ import annotations

import json
import platform
import sqlite3
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scripts.bench_import.__main__ import Step

PAGE, DATA = "import.md", "import.json"


def write(folder: Path, rows: int, steps: Sequence[Step]) -> Path:
    """Write both files; returns the page."""
    folder.mkdir(parents=True, exist_ok=True)
    facts = summary(rows, steps)
    (folder / DATA).write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")
    (folder / PAGE).write_text(page(facts), encoding="utf-8")
    return folder / PAGE


def summary(rows: int, steps: Sequence[Step]) -> dict[str, Any]:
    """The figures as plain values."""
    packages = ", ".join(f"{name} {version(name)}" for name in ("sqlalchemy", "pydantic"))
    machine = f"{platform.machine()}, {platform.system()}, Python {platform.python_version()}"
    return {
        "rows": rows,
        "command": "make bench-import",
        "machine": f"{machine}, SQLite {sqlite3.sqlite_version}, {packages}",
        "steps": [
            {
                "what": step.what,
                "processor_seconds": round(step.processor_seconds, 1),
                "wall_seconds": round(step.wall_seconds, 1),
                "said": step.said,
            }
            for step in steps
        ],
    }


def page(facts: dict[str, Any]) -> str:
    """The page, in Markdown."""
    lines = [
        f"| {step['what']} | {step['processor_seconds']} | {step['wall_seconds']} | {step['said']} |"
        for step in facts["steps"]
    ]
    return "\n".join(
        [
            "# Importing, measured",
            "",
            f"Written by `{facts['command']}`; the same figures for programs are in [{DATA}]({DATA}).",
            "",
            f"- A list of {facts['rows']:,} invented objects without photos, 21 columns, all filled, into SQLite.",
            "- Each step is the command in a process of its own, one after the other on one register; imports",
            "  write a report of each row too.",
            "- Processor time is user and system time of all its processes. Wall time also counts what else the",
            "  machine was doing.",
            f"- Machine: {facts['machine']}.",
            "",
            "| step | processor, s | wall, s | it said |",
            "| --- | --- | --- | --- |",
            *lines,
            "",
        ]
    )
