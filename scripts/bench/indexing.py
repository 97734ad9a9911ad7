"""How fast photos are indexed, beside the bare steps on the same photos."""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from data.machine import cores
from data.register import Register
from indexer.indexing import index_register
from indexer.sight import REGISTERED_KEYPOINTS, Sight
from indexer.steps import Steps
from models.keypoints import as_floats
from models.pixels import decode

SAMPLE = 60
"""Photos whose bare steps are timed."""


@dataclass(frozen=True, slots=True)
class IndexingFigures:
    """`rates`: photos a second of each run, all cores. `bare_ms`: of one photo on one core, by step."""

    photos: int
    cores: int
    rates: Sequence[float]
    bare_ms: dict[str, float]
    disk_bytes: float
    """Of the index, a photo: vectors and generation."""

    @property
    def rate(self) -> float:
        """Photos a second, the median of the runs."""
        return statistics.median(self.rates)

    @property
    def bare_rate(self) -> float:
        """Photos a second if the cores did nothing but the bare steps."""
        return self.cores * 1000 / sum(self.bare_ms.values())


def measure_indexing(register: Register, sight: Sight, scratch: Path, runs: int) -> IndexingFigures:
    """Index a register `runs` times from nothing; each run ends with a published generation."""
    keys = [ref.photo_key for ref in register.searchable_photographs()]
    rates, folder = [], scratch
    for run in range(runs):
        folder = scratch / f"index-{run}"
        began = time.perf_counter()
        report = index_register(register, folder, sight)
        rates.append(report.photographs / (time.perf_counter() - began))
    every = max(1, len(keys) // SAMPLE)
    photos = [register.photos.get(key) for key in keys[::every]]
    return IndexingFigures(
        photos=len(keys),
        cores=cores(),
        rates=rates,
        bare_ms=bare_steps(photos, sight),
        disk_bytes=folder_bytes(folder) / len(keys),
    )


def bare_steps(photos: Sequence[bytes], sight: Sight) -> dict[str, float]:
    """Mean milliseconds of each step of embedding a photo, called directly."""
    steps = Steps()
    for jpeg in photos:
        with steps.step("decode"):
            photo = decode(jpeg)
        with steps.step("keypoints"):
            found = sight.extractor.extract(photo, REGISTERED_KEYPOINTS)
        with steps.step("code"):
            sight.local_index.encode(as_floats(found.descriptors))
        with steps.step("descriptor"):
            sight.descriptor.describe([photo])
    return {name: total / len(photos) for name, total in steps.ms.items()}


def folder_bytes(folder: Path) -> int:
    """Bytes of all files below a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
