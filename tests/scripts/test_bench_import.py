"""The benchmark of imports does what its page says."""

from __future__ import annotations

import json
from pathlib import Path

from scripts.bench_import import report
from scripts.bench_import.__main__ import measure


def test_every_step_did_what_it_is_called(tmp_path: Path) -> None:
    steps = measure(tmp_path, 12)
    said = [step.said for step in steps]
    assert said[1].startswith("12 rows: 12 would be added")
    assert said[2].startswith("Import 1: 12 rows: 12 added")
    assert said[3].startswith("Import 2: 12 rows: 0 added, 0 updated, 12 unchanged")
    assert said[4].startswith("Import 3: 12 rows: 0 added, 12 updated")
    assert said[5].startswith("Import 3 is undone: 0 objects withdrawn, 12 as before")
    assert said[6].startswith("Import 1 is undone: 12 objects withdrawn")
    assert said[7].startswith("Import 4: 12 rows: 0 added, 12 updated")
    assert all(step.processor_seconds > 0 for step in steps)
    page = report.write(tmp_path / "out", 12, steps).read_text(encoding="utf-8")
    facts = json.loads((tmp_path / "out" / report.DATA).read_text(encoding="utf-8"))
    assert facts["rows"] == 12
    for step in facts["steps"]:
        assert f"| {step['what']} | {step['processor_seconds']} |" in page
