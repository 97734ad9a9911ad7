"""kill -9 in the middle of changes and of indexing, with real processes: exactly the visible objects are found."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from data.audit_verify import verify
from data.database import open_database
from data.filters import Filters
from data.finding import matching_ids
from data.object_id import Status
from data.photos import FsspecPhotoStore
from data.register import Register
from tests.conftest import ROOT
from tests.databases import fresh_database
from tests.indexer.order_process import OBJECTS
from tests.indexer.remembering import remembering_sight
from tests.indexer.visible import holds, owners_of
from tests.indexer.workbench import Workbench, taken_in

KILLS = 3
MOST_LINES = 25
LONGEST = 0.03
"""Seconds after a thing was done, within which the process is killed in the next one."""


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def test_killed_at_any_moment(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    server = request.getfixturevalue("postgresql_url") if kind == "postgresql" else None
    url, dice = fresh_database(tmp_path, server), random.Random(5)
    told: list[str] = []
    for run in range(KILLS):
        told += killed(url, tmp_path, run, dice)
        register = Register(open_database(url), FsspecPhotoStore(tmp_path / "photos"))
        look(Workbench(tmp_path, register, remembering_sight()))
        register.database.close()
    assert {line.split()[0] for line in told} >= {"index", "report", "withdrawn"}


def killed(url: str, folder: Path, seed: int, dice: random.Random) -> list[str]:
    """Start, read some lines, kill a moment later; what was done."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.indexer.order_process", url, str(folder), str(seed)],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        told = [process.stdout.readline() for _ in range(dice.randint(OBJECTS + 3, MOST_LINES))]
        time.sleep(dice.uniform(0, LONGEST))
        process.kill()
        told += process.stdout.read().splitlines()
    assert process.returncode < 0, told
    return told


def look(bench: Workbench) -> None:
    """Open what the killed process left behind, and look: caught up, and in a generation of its own."""
    objects = bench.register.page()
    pictures = {taken_in(one.id).sha256: taken_in(one.id).jpeg for one in objects}
    in_steps = holds(bench.engine(), owners_of(objects), pictures)
    bench.index()
    assert holds(bench.engine(), owners_of(objects), pictures) == in_steps
    gone = (Status.withdrawn, Status.merged)
    listed = [one.id for one in objects if one.record.status not in gone]
    assert list(matching_ids(bench.register.database, Filters()).ids) == listed
    assert verify(bench.register.database).faults == []
