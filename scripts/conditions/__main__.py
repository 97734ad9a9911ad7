"""`python -m scripts.conditions OUT --register DIR [--pool DIR]...`: make queries under hard conditions."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

import cv2

from scripts.conditions.catalogue import CONDITIONS
from scripts.conditions.make import Asked, FolderTaken, make_set
from scripts.conditions.sources import TooFewPhotos


def main(arguments: list[str] | None = None) -> int:
    """Read the command line, make the set, and say how it is scored; the exit status."""
    given = _parser().parse_args(arguments)
    asked = Asked(given.register, given.pool, given.known, given.unknown, given.seed, given.only)
    absent = [folder for folder in (asked.register, *asked.pools) if not folder.is_dir()]
    if absent:
        sys.stderr.write(f"There is no folder {absent[0]}.\n")
        return 2
    cv2.setNumThreads(1)  # the pictures are small: more threads only wait for one another
    try:
        queries = make_set(given.out, asked, _teller("photos read"), _teller("queries made"))
    except (FolderTaken, TooFewPhotos) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    distractors = "".join(f" --distractors {pool}" for pool in asked.pools)
    sys.stdout.write(f"{len(queries)} queries in {given.out}. To score them:\n")
    sys.stdout.write(
        f"artrieve evaluate --register {asked.register}{distractors} --conditions {given.out} "
        "--results OUT.jsonl\n"
    )
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m scripts.conditions", description=__doc__)
    parser.add_argument("out", type=Path, metavar="OUT", help="where the set is put: a new or empty folder")
    parser.add_argument(
        "--register", type=Path, required=True, metavar="DIR", help="photos that are registered"
    )
    parser.add_argument(
        "--pool",
        type=Path,
        action="append",
        default=[],
        metavar="DIR",
        help="photos of other things: some are left out and make the unknown queries; may be given several times",
    )
    parser.add_argument(
        "--known", type=_count, default=60, help="known queries for each condition (default 60)"
    )
    parser.add_argument(
        "--unknown", type=_count, default=60, help="unknown queries for each, decoys included (default 60)"
    )
    parser.add_argument("--seed", type=_count, default=1, help="the same seed makes the same set (default 1)")
    parser.add_argument(
        "--only",
        action="append",
        default=[],
        choices=list(CONDITIONS),
        metavar="NAME",
        help=f"only this condition; may be given several times: {', '.join(CONDITIONS)}",
    )
    return parser


def _count(text: str) -> int:
    number = int(text)
    if number < 0:
        raise argparse.ArgumentTypeError(f"{number} is less than 0")
    return number


def _teller(what: str) -> Callable[[int, int], None]:
    def tell(done: int, total: int) -> None:
        if done % 20 == 0 or done == total:
            sys.stderr.write(f"\r{done} of {total} {what}" + ("\n" if done == total else ""))
            sys.stderr.flush()

    return tell


if __name__ == "__main__":
    sys.exit(main())
