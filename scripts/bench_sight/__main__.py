"""Measure how surely works are found and told apart, beside what others would do; write a page with plots.

usage: make bench-sight ARGS='--sample 20'        or python -m scripts.bench_sight --help

Uses the real photos beside the checkout where they are, else (or with --drawn) drawn ones. Pictures of the worst
queries and of false alarms, and the answers themselves, go into a folder that is no part of the repository (--aside).
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from models.calibrate import load_calibration
from scripts.bench_sight import report
from scripts.bench_sight.material import draw_photos
from scripts.bench_sight.run import Asked, run, say
from scripts.conditions.catalogue import CONDITIONS
from scripts.conditions.sources import TooFewPhotos
from scripts.real_photos import find_photos
from service.evaluation import TruthUnusable

ASIDE = Path(".bench-sight")
IMMATERIAL = frozenset(("keep", "out", "aside", "again"))
"""Options on which no figure depends."""
MADE, MADE_OF_DRAWN = 60, 4
"""Queries of each sort under each condition, made of real photos and of drawn ones, which are fewer."""

SAMPLE = 6
"""Queries of each sort that every method answers: SIFT by brute force takes seconds for each."""


def main(arguments: list[str] | None = None) -> int:
    """Measure and write the page; the exit status."""
    given = parser().parse_args(arguments)
    try:
        page = report.write(given.out, run(asked(given)), load_calibration())
    except (TruthUnusable, TooFewPhotos) as problem:
        sys.stderr.write(f"bench-sight: {problem}\n")
        return 2
    say(f"\n{page.read_text(encoding='utf-8')}\nWritten to {page}; not to be shared: {given.aside}")
    return 0


def asked(given: argparse.Namespace) -> Asked:
    """What the command line asks for, with what it leaves open filled in; photos are drawn if there are none."""
    photos = None if given.drawn else given.photos or find_photos()
    real = photos is not None
    if photos is None:
        photos = given.aside / "drawn"
        if not (photos / "paintings" / "truth.csv").is_file():
            draw_photos(photos, say, *given.draw)
    made = MADE if real else MADE_OF_DRAWN
    return Asked(
        photos=photos,
        material="real photos" if real else "drawn objects (no real photos here)",
        truth=given.truth or photos / "paintings" / "truth.csv",
        conditions=given.conditions,
        known=made if given.known is None else given.known,
        unknown=made if given.unknown is None else given.unknown,
        seed=given.seed,
        only=given.only,
        limit=given.limit,
        sample=given.sample,
        same=given.same,
        keep=given.keep,
        aside=given.aside,
        again=given.again,
        command=command_of(given),
    )


def parser() -> argparse.ArgumentParser:
    """The command line."""
    made = argparse.ArgumentParser(
        prog="python -m scripts.bench_sight",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = made.add_argument
    add(
        "--photos",
        type=folder,
        metavar="DIR",
        help="paintings/, pool/ and objects/ (default: ../shared/photos)",
    )
    add("--drawn", action="store_true", help="drawn photos, even where there are real ones")
    add(
        "--draw",
        type=count,
        nargs=2,
        default=(60, 180),
        metavar="N",
        help="how many works and other things are drawn",
    )
    add(
        "--truth",
        type=file,
        metavar="FILE",
        help="a truth table, `registry` beside it (default: that of paintings/)",
    )
    add("--conditions", type=folder, metavar="DIR", help="a set of hard conditions; without it one is made")
    add("--known", type=count, metavar="N", help=f"known queries made for each condition (default {MADE})")
    add("--unknown", type=count, metavar="N", help=f"unknown queries made for each (default {MADE})")
    add("--seed", type=count, default=1, help="of the conditions that are made (default 1)")
    add(
        "--only",
        action="append",
        default=[],
        choices=list(CONDITIONS),
        help="make only this condition; may be repeated",
    )
    add(
        "--limit",
        type=count,
        default=0,
        metavar="N",
        help="search at most N queries of each sort (default: all)",
    )
    add(
        "--sample",
        type=count,
        default=SAMPLE,
        metavar="N",
        help=f"compare methods on N queries of each sort (default {SAMPLE}; 0: all)",
    )
    add(
        "--same",
        type=file,
        metavar="FILE",
        help="rows of two photos, relative to --photos, seen to show one work",
    )
    add(
        "--keep",
        type=Path,
        metavar="DIR",
        help="keep register and index here, for the next run",
    )
    add("--out", type=Path, default=Path("docs/benchmarks"), metavar="DIR", help="for page, data and plots")
    add(
        "--aside",
        type=Path,
        default=ASIDE,
        metavar="DIR",
        help=f"for what shows photos (default {ASIDE}, which git ignores)",
    )
    add(
        "--again",
        action="store_true",
        help="keep the answers of the last run; search only what it left out",
    )
    return made


def command_of(given: argparse.Namespace) -> str:
    """The command that was given, without what no figure depends on; where files lie here is nobody's business."""
    defaults = parser().parse_args([])
    words = []
    for name, value in vars(given).items():
        if name in IMMATERIAL or value == getattr(defaults, name):
            continue
        if value is True:
            words.append(f"--{name}")
        elif isinstance(value, Path):
            words.append(f"--{name} {name.upper()}")
        elif name == "only":
            words += [f"--only {each}" for each in value]
        else:
            words.append(f"--{name} {value if isinstance(value, int) else ' '.join(map(str, value))}")
    return "make bench-sight" + (f" ARGS='{' '.join(words)}'" if words else "")


def count(text: str) -> int:
    """A number from 0 on."""
    number = int(text)
    if number < 0:
        raise argparse.ArgumentTypeError(f"{number} is less than 0")
    return number


def folder(text: str) -> Path:
    """A folder that is there."""
    if not Path(text).is_dir():
        raise argparse.ArgumentTypeError(f"there is no folder {text}")
    return Path(text)


def file(text: str) -> Path:
    """A file that is there."""
    if not Path(text).is_file():
        raise argparse.ArgumentTypeError(f"there is no file {text}")
    return Path(text)


if __name__ == "__main__":
    sys.exit(main())
