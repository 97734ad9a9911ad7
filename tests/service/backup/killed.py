"""Restores and backs up again and again, each time killed a step later: python -m tests.service.backup.killed.

A step is a change of the names of files. Writes what was found after each kill, a line of JSON each.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from itertools import groupby
from pathlib import Path
from typing import Any

from indexer.generation import photographs_in, pointer
from service.backup.making import make_backup
from service.backup.restoring import restore
from service.backup.verifying import verify
from service.settings import Settings
from service.workshop import opened_register

STEPS = frozenset({"os.rename", "os.link", "os.remove", "shutil.rmtree"})
Work = Callable[[], None]


def in_a_child(work: Work) -> int:
    """The exit code of some work in a process of its own; negative if it was killed."""
    child = os.fork()
    if not child:
        code = 1
        try:
            work()
            code = 0
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def steps_of(work: Work, below: Path) -> list[int]:
    """The steps before which a kill may matter: of several files that go in a row, before the first and the last."""
    seen = below.parent / "steps"

    def watched() -> None:
        with seen.open("w", encoding="utf-8") as file:
            armed = [True]
            sys.addaudithook(lambda event, details: write(event, details) if armed[0] else None)

            def write(event: str, details: tuple[Any, ...]) -> None:
                if is_step(event, details, below):
                    file.write(f"{event}\n")

            work()
            armed[0] = False

    assert in_a_child(watched) == 0
    chosen: list[int] = []
    at = 0
    for _, same in groupby(seen.read_text(encoding="utf-8").splitlines()):
        count = len(list(same))
        chosen += sorted({at + 1, at + count})
        at += count
    return [*chosen, at + 1]


def is_step(event: str, details: tuple[Any, ...], below: Path) -> bool:
    """Whether a name changes below the folder."""
    return event in STEPS and str(details[0]).startswith(str(below))


def killed_at(step: int, work: Work, below: Path) -> bool:
    """Do the work in a child that is killed before a step; whether it came so far."""

    def watched() -> None:
        left = [step]

        def count(event: str, details: tuple[Any, ...]) -> None:
            if is_step(event, details, below):
                left[0] -= 1
                if left[0] == 0:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(count)
        work()

    ended = in_a_child(watched)
    assert ended in (0, -signal.SIGKILL), ended
    return ended != 0


def state(home: Path) -> dict[str, Any]:
    """Which register is there, and which photographs the index knows that is there."""
    settings = Settings(data_dir=home)
    with opened_register(settings) as register:
        objects = [one.record.title for one in register.page()]
    place = pointer(settings.index_dir)
    return {
        "objects": objects,
        "index": sorted(photographs_in(settings.index_dir, *place)) if place else None,
    }


def told_by_a_child(ask: Callable[[], Any], folder: Path) -> Any:
    """What is found in a process of its own: this one must open nothing, or its children would share it."""
    answer = folder / "answer.json"

    def write() -> None:
        answer.write_text(json.dumps(ask()), encoding="utf-8")

    assert in_a_child(write) == 0
    return json.loads(answer.read_text(encoding="utf-8"))


def fresh(template: Path, work: Path) -> Path:
    """A new copy of the template."""
    with suppress(FileNotFoundError):
        shutil.rmtree(work)
    shutil.copytree(template, work / "home")
    return work / "home"


def restores(template: Path, archive: Path, work: Path) -> None:
    """Replace the register of the template by that of the archive, killed at each step; then once more, to its end."""

    def again() -> None:
        restore(archive, Settings(data_dir=work / "home"), replace=True)

    home = fresh(template, work)
    for step in steps_of(again, home):
        fresh(template, work)
        killed = killed_at(step, again, home)
        after = told_by_a_child(lambda: state(home), work.parent)
        ended = in_a_child(again)
        found = told_by_a_child(lambda: state(home), work.parent)
        left = sorted(path.name for path in home.iterdir())
        tell(step=step, killed=killed, after=after, again=ended, found=found, left=left)


def backups(template: Path, archive: Path, work: Path) -> None:
    """Write a backup over an older one, killed at each step."""

    def again() -> None:
        settings = Settings(data_dir=work / "home")
        with opened_register(settings) as register:
            make_backup(register, settings.data_dir, settings.index_dir, work / "backup.tar")

    def good() -> None:
        verify(work / "backup.tar")

    fresh(template, work)
    for step in steps_of(again, work):
        home = fresh(template, work)
        shutil.copy(archive, work / "backup.tar")
        killed = killed_at(step, again, work)
        whole, ended = in_a_child(good), in_a_child(again)
        left = sorted(path.name for path in work.iterdir())
        tell(
            step=step, killed=killed, good=whole, again=ended, left=left, held=(home / "backup.held").exists()
        )


def tell(**found: Any) -> None:
    """Write a line."""
    sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    {"restores": restores, "backups": backups}[sys.argv[1]](*(Path(each) for each in sys.argv[2:]))
