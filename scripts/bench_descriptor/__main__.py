"""Measure descriptors as the only retriever: the whole photo, no regions, no turns, nothing verified.

usage: python -m scripts.bench_descriptor [--run FOLDER] [--models SPEC ...] [--card FILE.onnx] [--out FILE]

Writes docs/benchmarks/descriptor.md. With the folder of a training run, every step from ImageNet's features to what is
served is measured beside the models of the catalogue, all on the same photos.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import torch

from scripts.bench_descriptor.cost import cost
from scripts.bench_descriptor.ranking import Photos
from scripts.bench_descriptor.report import Row, note, written
from scripts.bench_descriptor.steps import Described, Floats, described_by, features_of, steps
from scripts.bench_sight.material import POOL, object_sets, table_set
from scripts.real_photos import ROOT, find_photos
from scripts.train_descriptor.network import Network, imagenet
from scripts.train_descriptor.settings import load
from scripts.train_descriptor.training import trained

REPORT = ROOT / "docs" / "benchmarks" / "descriptor.md"
SOLIDS_LEFT_OUT = "egypt"
"""Of the pool, beside solid objects: hundreds of photos of few statues."""
CATALOGUE = ("colour-layout", "bundled")


def sets(photos: Path) -> list[Photos]:
    """The paintings with the whole pool beside them, each kind of solid object with all of it but statues."""
    flat = table_set("paintings", photos / "paintings" / "truth.csv", [photos / POOL])
    beside = sorted(folder for folder in (photos / POOL).iterdir() if folder.name != SOLIDS_LEFT_OUT)
    solids = [
        table_set(each.name, each.base / "truth.csv", beside, solid=True) for each in object_sets(photos)
    ]
    return [Photos(flat, frozenset({"photo"})), *(Photos(each) for each in solids)]


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--run", type=Path, help="folder of a training run, to measure every step of it")
    parser.add_argument(
        "--models",
        nargs="+",
        default=CATALOGUE,
        help="models of the catalogue; what the last one costs is measured",
    )
    parser.add_argument(
        "--card", type=Path, metavar="FILE.onnx", help="put the last model's figures into this file's card"
    )
    parser.add_argument("--photos", type=Path, default=find_photos())
    parser.add_argument("--out", type=Path, default=REPORT)
    asked = parser.parse_args()
    if asked.photos is None:
        parser.error("there are no photos beside the checkout: name their folder with --photos")
    tested = sets(asked.photos)
    files: dict[str, list[Path]] = {}
    for each in tested:
        files[f"{each.tested.name} asked"] = [each.tested.base / query for query in each.queries]
        files[f"{each.tested.name} registered"] = list(each.tested.registered.values())
    found: dict[str, dict[str, Floats]] = {}
    if asked.run:
        found |= _steps(asked.run, files, f"{tested[0].tested.name} registered")
    for specification in asked.models:
        found[specification] = {name: described_by(specification, paths) for name, paths in files.items()}
    rows = [
        Row(
            step,
            {
                each.tested.name: each.scored(
                    vectors[f"{each.tested.name} asked"], vectors[f"{each.tested.name} registered"]
                )
                for each in tested
            },
        )
        for step, vectors in found.items()
    ]
    spent = cost(asked.models[-1])
    asked.out.write_text(written(rows, tested, spent), encoding="utf-8")
    if asked.card:
        note(asked.card, rows[-1], spent)
    sys.stdout.write(f"{asked.out}\n")


def _steps(run: Path, files: dict[str, list[Path]], whitened_on: str) -> dict[str, dict[str, Floats]]:
    settings = load()
    torch.set_num_threads(2)
    before = imagenet(settings.network.learned, settings.network.kept)
    after = trained(run, settings)

    def seen(network: Network) -> dict[str, Described]:
        return {name: features_of(network, paths, settings.served.side) for name, paths in files.items()}

    return steps(seen(before), seen(after), whitened_on, settings)


if __name__ == "__main__":
    main()
