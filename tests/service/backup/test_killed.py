"""kill -9 before each step of a backup and of a restore leaves what was there, or what was to come."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

from service.settings import Settings
from tests.conftest import ROOT
from tests.service.backup.conftest import SEEDS
from tests.service.serving import index, register_drawn, settings_in

OTHERS = (411, 412)
OLD = {"objects": [f"Drawing {seed}" for seed in OTHERS], "index": [1, 2]}
NEW = {"objects": [f"Drawing {seed}" for seed in SEEDS], "index": [1, 2, 3]}
WITHOUT_INDEX: dict[str, Any] = {"index": None}


def killed(what: str, template: Path, archive: Path, work: Path) -> list[dict[str, Any]]:
    """What was found after each kill; the last line is of the run that was not killed."""
    ran = subprocess.run(
        [sys.executable, "-m", "tests.service.backup.killed", what, str(template), str(archive), str(work)],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    lines = [json.loads(line) for line in ran.stdout.splitlines()]
    assert [line["killed"] for line in lines] == [True] * (len(lines) - 1) + [False]
    return lines


@pytest.fixture(scope="module")
def replaced(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Another register than that of the backup, with an index."""
    settings = settings_in(tmp_path_factory.mktemp("replaced") / "home")
    register_drawn(settings, OTHERS)
    index(settings)
    return settings


def test_a_killed_restore(replaced: Settings, archived: Path, tmp_path: Path) -> None:
    seen = []
    for line in killed("restores", replaced.data_dir, archived, tmp_path / "work"):
        seen.append(line["after"])
        assert (line["again"], line["found"]) == (0, NEW), line
        assert {name for name in line["left"] if "restor" in name} == {"restore.lock"}, line
    # in this order, and never a register with the index of the other
    stages = [OLD, OLD | WITHOUT_INDEX, NEW | WITHOUT_INDEX, NEW]
    assert [after for after, _ in groupby(seen)] == stages


def test_a_killed_backup(replaced: Settings, archived: Path, tmp_path: Path) -> None:
    for line in killed("backups", replaced.data_dir, archived, tmp_path / "work"):
        assert (line["good"], line["again"]) == (0, 0), line
        assert line["left"] == ["backup.tar", "home"], line
        assert not line["held"], line
