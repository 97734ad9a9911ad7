"""kill -9 at any moment of import, indexing and publishing, with real processes.

After each kill the database is whole and the last good generation serves; once the work is finished, register and
index are the same as after an undisturbed run.
"""

from __future__ import annotations

import csv
import hashlib
import json
import os
import random
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest

from data.audit_verify import verify
from indexer.generation import pointer
from service.settings import load_settings
from service.workshop import open_engine, opened_register
from tests.conftest import ROOT
from tests.drawing import draw_photo, photograph_again

SEED = 20
FIRST, ALL = 40, 64
PATIENCE = 60.0
ONCE_ONLY = {"salt", "details", "hash", "import_changes.id", "check_due"}
"""Columns that are never the same twice: of the history and the audit trail; the order of what an import noted, for a
row that it cannot take is noted anew when it goes on; and which photographs wait to be compared with the register."""

Moment = Callable[[], bool]


@dataclass(frozen=True)
class Home:
    """A folder with a register and an index of its own, and the processes that work on it."""

    folder: Path

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "service.cli", *arguments],
            env=os.environ | {"ARTRIEVE_DATA_DIR": str(self.folder), "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def finish(self, *arguments: str) -> str:
        process = self.start(*arguments)
        said, _ = process.communicate(timeout=PATIENCE)
        assert process.returncode in {0, 3}, said
        return said

    def kill(self, dice: random.Random, moment: Moment, upto: float, *arguments: str) -> bool:
        """Start, wait for the moment and up to so many seconds more, kill; whether it was still at work."""
        process = self.start(*arguments)
        deadline = time.monotonic() + PATIENCE
        while process.poll() is None and not moment():
            assert time.monotonic() < deadline
            time.sleep(0.0005)
        time.sleep(dice.uniform(0, upto))
        caught = process.poll() is None
        # Now and then its workers live on for a moment, as after an out-of-memory kill.
        if dice.random() < 0.5:
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL) if caught else None
        process.communicate(timeout=PATIENCE)
        assert caught is (process.returncode == -signal.SIGKILL)
        return caught

    def count(self, table: str) -> int:
        if not (self.folder / "register.db").exists():
            return 0
        try:
            with closing(
                sqlite3.connect(f"file:{self.folder}/register.db?mode=ro", uri=True, timeout=5)
            ) as database:
                return int(database.execute(f"SELECT count(*) FROM {table}").fetchone()[0])
        except sqlite3.OperationalError:
            return 0  # not created yet

    def has_stored(self, number: int) -> bool:
        return sum(len(path.name) == 64 for path in (self.folder / "photos").rglob("*")) >= number

    def has_objects(self, number: int) -> bool:
        return self.count("objects") >= number

    def rows(self) -> dict[str, list[tuple[Any, ...]]]:
        """Everything in the register, whose trail must be whole; of a time only whether there is one."""
        with opened_register(load_settings(data_dir=self.folder)) as register:
            assert verify(register.database).faults == []
        with closing(sqlite3.connect(self.folder / "register.db")) as database:
            assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            assert database.execute("PRAGMA foreign_key_check").fetchall() == []
            query = (  # how SQLite lays out the word index depends on when it was written, its words do not
                "SELECT name FROM pragma_table_list WHERE type IN ('table', 'virtual') AND name NOT GLOB '*_schema'"
            )
            tables = [name for (name,) in database.execute(query)]
            found = {}
            for table in tables:
                columns = [
                    row[1]
                    for row in database.execute(f"PRAGMA table_info({table})")
                    if not {row[1], f"{table}.{row[1]}"} & ONCE_ONLY
                ]
                kept = ", ".join(f"{name} IS NULL" if name.endswith("_at") else name for name in columns)
                found[table] = sorted(database.execute(f"SELECT {kept} FROM {table}").fetchall(), key=repr)
            return found

    def stored(self) -> set[str]:
        """Keys of the stored photos, each held against its hash."""
        files = [
            path for path in (self.folder / "photos").rglob("*") if path.is_file() and len(path.name) == 64
        ]
        for path in files:
            assert hashlib.sha256(path.read_bytes()).hexdigest() == path.name
        return {path.name for path in files}

    def generation(self) -> int | None:
        """Number of the generation that serves, opened as the service opens it: every file against its hash."""
        settings = load_settings(data_dir=self.folder)
        with opened_register(settings) as register:
            return open_engine(settings, register).status().generation

    def index_files(self) -> dict[str, str]:
        """Names and hashes of the data files of the generation that serves."""
        at = pointer(self.folder / "index")
        assert at is not None
        manifest = json.loads(
            (self.folder / "index" / "generations" / str(at[0]) / "manifest.json").read_text()
        )
        return {name: facts["sha256"] for name, facts in manifest["files"].items()}


@pytest.fixture(scope="module")
def lists(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two lists of objects with their photos: some of them, then all; a bad row and a bad photo among them."""
    folder = tmp_path_factory.mktemp("lists")
    rows = []
    for number in range(ALL):
        data = draw_photo(1000 + number)
        (folder / f"{number}.jpg").write_bytes(data if number != 7 else data[: len(data) // 2])
        status = "stolen" if number != 11 else "eaten"
        rows.append((f"R-{number}", f"Picture {number}", f"{number}.jpg", "32 cm", status))
    for name, end in (("first.csv", FIRST), ("all.csv", ALL)):
        with (folder / name).open("w", encoding="utf-8", newline="") as lines:
            writer = csv.writer(lines)
            writer.writerow(("record_id", "title", "photo", "height", "status"))
            writer.writerows(rows[:end])
    return folder


@pytest.fixture(scope="module")
def undisturbed(lists: Path, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """What it should look like in the end."""
    home = Home(tmp_path_factory.mktemp("undisturbed") / "home")
    for name in ("first.csv", "all.csv"):
        home.finish("import", str(lists / name))
        home.finish("index")
    return home


def test_kill_at_any_moment(lists: Path, undisturbed: Home, tmp_path: Path) -> None:
    dice = random.Random(SEED)
    home = Home(tmp_path / "home")
    kill_import(home, dice, lists / "first.csv", photos=FIRST - 8, times=4)
    kill_first_index(home, dice)
    kill_import(home, dice, lists / "all.csv", photos=ALL - 8, times=2)
    kill_next_index(home, dice)

    assert home.rows() == undisturbed.rows()
    assert home.stored() == undisturbed.stored()
    assert home.index_files() == undisturbed.index_files()
    answers_over_http(home, photograph_again(1050), title="Picture 50")


def kill_import(home: Home, dice: random.Random, table: Path, photos: int, times: int) -> None:
    """Kill an import while the register is made, while photos are stored and while rows are written; then finish."""
    begun = home.count("objects")
    served = home.generation() if begun else None
    if not begun:
        for upto in (0.05, 0.4):
            home.kill(dice, (home.folder / "register.db").exists, upto, "import", str(table))
    for reached in sorted(dice.sample(range(begun + 1, photos), times)):
        # A photo and its thumbnail are stored before the row is written.
        home.kill(dice, partial(home.has_stored, 2 * reached), 0.05, "import", str(table))
        home.rows()
        assert home.generation() == served
    assert home.kill(dice, partial(home.has_objects, begun + 1), 0.02, "import", str(table))
    home.rows()
    home.finish("import", str(table))


def kill_first_index(home: Home, dice: random.Random) -> None:
    """Kill the first indexing: there is nothing to serve, and what is half made is not served."""
    index = home.folder / "index"
    for moment, upto in ((index.exists, 0.5), (index.exists, 1.0), (writing_in(index / "vectors"), 0.02)):
        assert home.kill(dice, moment, upto, "index")
        assert home.generation() is None
    answers_over_http(home)
    kill_publishing(home, dice, times=5)
    home.finish("index")


def kill_next_index(home: Home, dice: random.Random) -> None:
    """Kill while photos are embedded that a generation does not have yet, and while one takes its place."""
    index = home.folder / "index"
    for _ in range(3):
        kill_and_compare(home, dice, writing_in(index / "vectors"), 0.02)
    kill_publishing(home, dice, times=7)
    answers_over_http(home)
    home.finish("index")


def kill_publishing(home: Home, dice: random.Random, times: int) -> None:
    """Kill while a generation is being written."""
    generations = home.folder / "index" / "generations"
    caught = [kill_and_compare(home, dice, writing_in(generations), 0.05) for _ in range(times)]
    assert sum(caught) > times // 2, "most kills came too late to test anything"


def kill_and_compare(home: Home, dice: random.Random, moment: Moment, upto: float) -> bool:
    """Kill an indexing: the generation before serves as it was, or a new one does, whole."""
    before = home.generation()
    files = home.index_files() if before else {}
    caught = home.kill(dice, moment, upto, "index")
    after = home.generation()
    if after == before:
        assert files == (home.index_files() if after else {})
    else:
        assert (after or 0) > (before or 0)
    return caught


def writing_in(folder: Path) -> Moment:
    """The moment when something appears in the folder, or below it, that is not in place yet."""
    before = set(folder.rglob("*.tmp*"))

    def appeared() -> bool:
        with suppress(FileNotFoundError):  # it was put in place while we looked
            return any(path not in before for path in folder.rglob("*.tmp*"))
        return False

    return appeared


def answers_over_http(home: Home, photo: bytes = b"", title: str = "") -> None:
    """Start the service as anybody would: it serves what there is, or says that nothing is ready."""
    port = free_port()
    service = home.start("serve", "--port", str(port))
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=20) as client:
            wait_for(client, service)
            ready = client.get("/readyz")
            assert ready.status_code == (200 if (home.folder / "index" / "CURRENT").exists() else 503)
            if photo:
                found = client.post("/api/v1/searches", files={"photo": ("photo.jpg", photo)}).json()
                assert found["verdict"] == "match"
                assert found["candidates"][0]["object"]["title"] == title
    finally:
        service.terminate()
        said, _ = service.communicate(timeout=PATIENCE)
    assert "Traceback" not in said


def wait_for(client: httpx.Client, service: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            assert client.get("/healthz").status_code == 200
        except httpx.TransportError:
            assert service.poll() is None, service.communicate()[0]
            assert time.monotonic() < deadline
            time.sleep(0.05)
        else:
            return


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
