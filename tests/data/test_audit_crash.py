"""kill -9 in the middle of changes: what was said to be done is there, and the trail is whole."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path

from data.audit_verify import verify
from data.database import open_database
from data.photos import FsspecPhotoStore
from data.register import Register

ROOT = Path(__file__).resolve().parents[2]
KILLS = 4
MOST_LINES = 60
CHANGES = """
import datetime as dt
import sys
from data.actor import Grounds
from data.database import open_database
from data.object_id import ObjectRecord
from data.photos import FsspecPhotoStore
from data.register import Register
from data.search_log import SearchLog

_, url, photos, run = sys.argv
database = open_database(url)
register, log, why = Register(database, FsspecPhotoStore(photos)), SearchLog(database), Grounds(reason="so it is")
for turn in range(1000):
    one = register.report(ObjectRecord(title=f"{run} {turn}"))
    print(one.id, 1, flush=True)
    other = register.report(ObjectRecord(title=f"{run} {turn} again"))
    register.merge(other.id, one.id, why)
    print(one.id, 2, flush=True)
    log.save(f"{run}-{turn}", {"verdict": "none"}, dt.datetime.now(dt.UTC))
    register.recover(one.id, why)
    print(one.id, 3, flush=True)
"""


def test_killed_at_any_moment_every_change_has_its_event_and_none_has_two(
    database_url: str, tmp_path: Path
) -> None:
    dice = random.Random(11)
    told: dict[int, int] = {}
    for run in range(KILLS):
        with subprocess.Popen(
            [sys.executable, "-c", CHANGES, database_url, str(tmp_path), str(run)],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        ) as process:
            assert process.stdout is not None
            for _ in range(dice.randint(1, MOST_LINES)):
                object_id, version = map(int, process.stdout.readline().split())
                told[object_id] = version
            process.kill()
            # what it still said before it was killed was done as well
            for line in process.stdout.read().splitlines():
                object_id, version = map(int, line.split())
                told[object_id] = version
        database = open_database(database_url)
        register = Register(database, FsspecPhotoStore(tmp_path))
        assert verify(database).faults == []
        for object_id, version in told.items():
            found = register.get(object_id).version
            assert found == version or (object_id == max(told) and found >= version)
            assert len(register.history(object_id)) == found
        database.close()
