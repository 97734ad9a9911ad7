"""kill -9 at any moment of a switch of models and of its undo, with real processes: one model serves, whole."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from indexer.generation import pointer
from indexer.stored import Shelf
from indexer.switching import undo
from indexer.wanted import WANTED, wanted
from models.catalogue import BUNDLED
from tests.conftest import ROOT
from tests.indexer.other_model import OTHER, other_sight
from tests.indexer.workbench import Workbench, again, workbench

SEED = 4
SEEDS = range(1, 9)
PATIENCE = 120.0
SLOW = 0.5
"""Seconds a photo: long enough to be killed in the middle."""

Moment = Callable[[], bool]


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    """Eight objects, indexed by the bundled model."""
    with workbench(tmp_path) as opened:
        for seed in SEEDS:
            opened.report(seed)
        opened.index()
        yield opened


def start(bench: Workbench, what: str, seconds: float = 0.0) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.indexer.switch_process", str(bench.folder), what, str(seconds)],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def kill(bench: Workbench, moment: Moment, wait: float, what: str, seconds: float = 0.0) -> bool:
    """Start, wait for the moment and a little more, kill; whether it was still at work."""
    process = start(bench, what, seconds)
    deadline = time.monotonic() + PATIENCE
    while process.poll() is None and not moment():
        assert time.monotonic() < deadline
        time.sleep(0.0005)
    time.sleep(wait)
    caught = process.poll() is None
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    said, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode in {0, -signal.SIGKILL}, said
    return caught


def finish(bench: Workbench, what: str) -> None:
    process = start(bench, what)
    said, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, said


def serving(bench: Workbench) -> str:
    """The model that serves, opened as the service opens it: every object is found by it, and by it alone."""
    other = other_sight()
    engine = bench.engine(other)
    status = engine.status()
    card = {BUNDLED: bench.sight, OTHER: other}[status.descriptor].descriptor.card.id
    assert (status.photographs + status.live, status.pending) == (len(SEEDS), 0)
    for seed in SEEDS[:2]:
        answer = engine.search([again(seed)])
        assert (answer.models["descriptor"], answer.candidates[0].object_id) == (card, seed)
    return status.descriptor


def embedded(bench: Workbench) -> int:
    """How many photos the other model has embedded."""
    shards = Shelf(bench.index_dir).shards(other_sight().vectors_id)
    return len({key for shard in shards for key in shard.keys})


def has_embedded(bench: Workbench, photos: int) -> Moment:
    """The moment when the other model has embedded so many photos."""
    return lambda: embedded(bench) >= photos


def about_to_change(path: Path) -> Moment:
    """The moment when a file is about to be replaced, or has just been."""
    before = path.read_bytes()

    def changed() -> bool:
        with suppress(FileNotFoundError):
            return path.read_bytes() != before or any(path.parent.glob(f"{path.name}.tmp*"))
        return True

    return changed


def half_written(folder: Path) -> Moment:
    """The moment when something new is being written into a folder."""
    before = set(folder.glob("*.tmp*"))
    return lambda: bool(set(folder.glob("*.tmp*")) - before)


def test_kill_at_any_moment_of_a_switch(bench: Workbench) -> None:
    dice = random.Random(SEED)
    first = pointer(bench.index_dir)
    assert kill(bench, about_to_change(bench.index_dir / WANTED), dice.uniform(0, 1), "switch", SLOW)
    assert (pointer(bench.index_dir), serving(bench)) == (first, BUNDLED)
    for photos in (2, 4):
        assert kill(bench, has_embedded(bench, photos), dice.uniform(0, SLOW), "switch", SLOW)
        assert photos <= embedded(bench) < len(SEEDS)
        assert (pointer(bench.index_dir), serving(bench)) == (first, BUNDLED)
        assert wanted(bench.index_dir).descriptor == OTHER

    caught = 0
    for _ in range(3):
        caught += kill(bench, half_written(bench.index_dir / "generations"), dice.uniform(0, 0.03), "index")
        assert serving(bench) == (BUNDLED if pointer(bench.index_dir) == first else OTHER)
        assert embedded(bench) == len(SEEDS)
    assert caught, "every kill came too late to test anything"
    finish(bench, "index")
    assert serving(bench) == OTHER

    place = pointer(bench.index_dir)
    kill(bench, about_to_change(bench.index_dir / "CURRENT"), dice.uniform(0, 0.002), "undo")
    back = pointer(bench.index_dir) != place
    assert serving(bench) == (BUNDLED if back else OTHER)
    done = undo(bench.index_dir, bench.sights(other_sight()))
    # killed before the pointer moved it goes back now; afterwards it is ended, or taken forward again
    assert done.descriptor == serving(bench) == wanted(bench.index_dir).descriptor
    assert done.descriptor == BUNDLED or back
