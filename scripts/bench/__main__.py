"""Measure indexing and searching.

usage: python -m scripts.bench [--out docs/benchmarks] [--runs 3] [--drawn] [--growth 20000 100000]

Uses the real photos beside the checkout where they are, else (or with --drawn) drawn ones.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

from data.intake_pool import IntakePool
from data.machine import cores
from data.register import Register
from indexer.generation import open_generation, pointer, store_folder
from indexer.indexing import index_register
from indexer.sight import Sight, default_sight
from indexer.vectors.segment import Segment
from indexer.vectors.store import VectorStore
from scripts.bench import report
from scripts.bench.growth import KEYPOINTS, Grower
from scripts.bench.indexing import IndexingFigures, measure_indexing
from scripts.bench.loading import measure_loading
from scripts.bench.material import Material, at_timed_size, drawn_material, real_material
from scripts.bench.searching import measure_crowd, measure_searches
from scripts.real_photos import find_photos
from service.evaluation import register_photos
from service.settings import Settings, load_settings
from service.workshop import open_desk, open_engine, open_intake, opened_register

GROWTH = (20_000, 100_000)
"""Photos in the registers whose growth is measured."""


def main() -> None:
    """Measure, and write the page."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, default=Path("docs/benchmarks"))
    parser.add_argument("--runs", type=int, default=3, help="how often indexing is timed")
    parser.add_argument("--drawn", action="store_true", help="drawn photos, even where there are real ones")
    parser.add_argument(
        "--growth",
        type=int,
        nargs="*",
        default=GROWTH,
        metavar="PHOTOS",
        help="sizes of registers filled up with synthetic photos, 5 GB of disk for 100,000; none: not measured",
    )
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="artrieve-bench-") as scratch:
        figures = measure(Path(scratch), asked.runs, asked.growth, drawn=asked.drawn)
    say(f"\n{report.write(asked.out, figures).read_text(encoding='utf-8')}")


def measure(scratch: Path, runs: int, growth: Sequence[int], *, drawn: bool) -> report.Figures:
    """Everything that is measured, in a scratch folder."""
    sight = default_sight()
    photos = None if drawn else find_photos()
    say("Gathering photos ...")
    material = real_material(photos) if photos else drawn_material(scratch / "drawn")
    return measure_material(material, scratch, sight, runs, growth)


def measure_material(
    material: Material,
    scratch: Path,
    sight: Sight,
    runs: int,
    growth: Sequence[int] = (),
    keypoints: int = KEYPOINTS,
) -> report.Figures:
    """Indexing on the timed photos, then searches in the whole register, and in registers that grow.

    growth     how many photos they have
    keypoints  synthetic ones that are made for them
    """
    indexing = time_indexing(material, scratch / "timed", sight, runs)
    settings = load_settings(data_dir=scratch / "register", database_url="", photos_url="")
    with ExitStack() as stack:
        register = stack.enter_context(opened_register(settings))
        intake = stack.enter_context(open_intake(settings))
        names = fill(register, intake, material.registered)
        index_register(register, settings.index_dir, sight)
        loaded = measure_loading(settings.data_dir)
        desk = open_desk(register, intake, open_engine(settings, register, sight))
        say(f"Searching {len(material.queries)} photos, each beside its bare steps ...")
        segment = open_segment(settings, sight)
        searched = measure_searches(desk, segment, sight, material.queries, names)
        at_once = cores()
        say(f"Searching {at_once} at once ...")
        crowd = measure_crowd(desk, material.queries, at_once)
        grown = []
        if growth:
            say(f"Making {keypoints} synthetic keypoints ...")
            grower = Grower(settings, register, intake, sight, material.queries, names, keypoints)
            for photos in sorted(growth):
                say(f"Growing to {photos} photos ...")
                grown.append(grower.grow(photos))
    return report.Figures(
        material=material.what,
        command="make bench",
        register=len(names),
        indexing=indexing,
        searched=searched,
        crowd=crowd,
        at_once=at_once,
        loaded_mb=loaded,
        growth=grown,
    )


def time_indexing(material: Material, scratch: Path, sight: Sight, runs: int) -> IndexingFigures:
    """Index the timed photos in a register of their own."""
    photos = {path.name: path for path in at_timed_size(material, scratch / "photos")}
    settings = load_settings(data_dir=scratch, database_url="", photos_url="")
    with opened_register(settings) as register, open_intake(settings) as intake:
        fill(register, intake, photos)
        say(f"Indexing {len(photos)} photos, {runs} times ...")
        return measure_indexing(register, sight, scratch, runs)


def fill(register: Register, intake: IntakePool, photos: Mapping[str, Path]) -> Mapping[int, str]:
    """Register photos; photograph ids to names. A photo that is refused would falsify the figures."""
    names, refused = register_photos(register, intake, photos, lambda *_: None)
    if refused:
        sys.exit(f"bench: {refused[0].name} was refused: {refused[0].reason}")
    return names


def open_segment(settings: Settings, sight: Sight) -> Segment:
    """The segment of the published generation, to call its parts directly."""
    found = pointer(settings.index_dir)
    if found is None:
        sys.exit("bench: no generation was published")
    store = VectorStore(store_folder(settings.index_dir, sight), holds=True)
    store.refresh()
    return open_generation(settings.index_dir, *found, store, sight).segment


def say(text: str) -> None:
    """Write a line to stdout."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
