"""`python -m scripts.demo_register FOLDER`: draw the demo register into a folder."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from scripts.demo_register.register import DemoFolderTaken, make_register


def main(arguments: list[str] | None = None) -> int:
    """Read the command line, draw, and say where everything lies; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m scripts.demo_register", description=__doc__)
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="where the register is put")
    parser.add_argument("--count", type=int, default=200, help="number of objects (default 200)")
    parser.add_argument(
        "--seed", type=int, default=7, help="the same seed draws the same objects (default 7)"
    )
    given = parser.parse_args(arguments)
    try:
        register = make_register(given.folder, count=given.count, seed=given.seed, progress=_tell)
    except (DemoFolderTaken, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stdout.write(f"{len(register.records)} objects in {register.table}\n")
    for query in register.queries:
        sys.stdout.write(f"{query.path}: {query.caption}\n")
    return 0


def _tell(done: int, total: int) -> None:
    sys.stderr.write(f"\r{done} of {total} objects drawn" + ("\n" if done == total else ""))
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
