"""Switches, goes on or goes back in a process of its own that can be killed: FOLDER [switch|index|undo] SECONDS."""

from __future__ import annotations

import sys
from pathlib import Path

from indexer import indexing
from indexer.runners.processes import ProcessRunner
from indexer.runners.runner import InlineRunner
from indexer.sight import Sight, default_sight
from indexer.switching import switch, undo
from tests.indexer.other_model import OTHER, other_sight
from tests.indexer.workbench import workbench


def sights(specification: str) -> Sight:
    """By specification, as in the test."""
    return other_sight() if specification == OTHER else default_sight(specification)


def main(folder: str, what: str, seconds: str) -> None:
    """Do one thing to the register in a folder, two photos at a time."""
    indexing.SHARD_PHOTOS = 2
    sight = other_sight(float(seconds))
    with workbench(Path(folder)) as bench:
        if what == "switch":
            switch(bench.register, bench.index_dir, sight, runner=ProcessRunner(1))
        elif what == "index":
            bench.index(sight=sight, runner=InlineRunner())
        else:
            undo(bench.index_dir, sights)


if __name__ == "__main__":
    main(*sys.argv[1:])
