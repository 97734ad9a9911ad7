"""The demo register as a folder: drawn in processes, finished after an interruption, never half done."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import asdict, dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Literal, cast

import cv2
import numpy as np

from scripts.demo_register.carpet import carpet
from scripts.demo_register.coin import coin
from scripts.demo_register.drawing import Drawing
from scripts.demo_register.icon import icon
from scripts.demo_register.noise import Pixels
from scripts.demo_register.painting import paint
from scripts.demo_register.photographer import changed_badly, other_photo
from scripts.demo_register.records import COLUMNS, DemoRecord, make_record
from scripts.demo_register.vase import vase

Kind = Literal["painting", "icon", "vase", "coin", "carpet"]
QueryKind = Literal["registered", "changed", "unregistered"]
Progress = Callable[[int, int], None]

_MAKERS: dict[str, Callable[[np.random.Generator], Drawing]] = {
    "painting": paint,
    "icon": icon,
    "vase": vase,
    "coin": coin,
    "carpet": carpet,
}
# The kinds take turns in this order, so that a register of any size has something of everything.
_PLAN = (
    "painting icon painting vase painting coin painting carpet painting icon painting vase painting "
    "coin painting carpet vase painting icon painting coin vase painting carpet icon"
)
_TURNS: tuple[Kind, ...] = cast("tuple[Kind, ...]", tuple(_PLAN.split()))
_UNREGISTERED = 1_000_000  # objects from this number on are never registered
_QUALITY = 90


class DemoFolderTaken(ValueError):
    """The folder holds another demo register."""


@dataclass(frozen=True, slots=True)
class DemoQuery:
    """A photo to search with; `shows` is the record it shows, None if that object was never registered."""

    name: str
    path: Path
    kind: QueryKind
    shows: str | None
    caption: str


@dataclass(frozen=True, slots=True)
class DemoRegister:
    """A finished demo register: its table (CSV, UTF-8), the records in it, and photos to search with."""

    table: Path
    records: tuple[DemoRecord, ...]
    queries: tuple[DemoQuery, ...]

    def record(self, record_id: str) -> DemoRecord:
        """The record of that id; KeyError if there is none."""
        return {record.record_id: record for record in self.records}[record_id]


def kind_of(index: int) -> Kind:
    """Which kind of object the register's number `index` is."""
    return _TURNS[index % len(_TURNS)]


def draw_object(seed: int, index: int, kind: Kind | None = None) -> Drawing:
    """The object number `index` of the seed; the same numbers always give the same object."""
    return _MAKERS[kind or kind_of(index)](np.random.default_rng([seed, index]))


def unregistered_object(seed: int, index: int, kind: Kind) -> Drawing:
    """An object by the same makers that no register of this seed holds."""
    return draw_object(seed, _UNREGISTERED + index, kind)


def make_register(
    folder: Path,
    *,
    count: int = 200,
    seed: int = 7,
    workers: int | None = None,
    progress: Progress | None = None,
) -> DemoRegister:
    """Draw `count` invented objects with their records into the folder, or read them if that was done before.

    A run that was interrupted is finished; one that is complete is left as it is. `workers` is the number of
    processes (as many as there are cores, if None; 1 draws in this process), `progress` is called with the
    number of objects done and of all. Raises DemoFolderTaken if the folder holds a register of another size or
    seed, and ValueError for a count below 1.
    """
    if count < 1:
        raise ValueError(f"count is {count}; a register needs at least one object")
    folder = folder.absolute()
    finished = folder / "demo.json"
    if finished.is_file():
        register = _read(folder, _checked(finished, seed, count))
        if register is not None:
            return register
    parts = folder / "parts"
    parts.mkdir(parents=True, exist_ok=True)
    (folder / "photos").mkdir(exist_ok=True)
    (folder / "queries").mkdir(exist_ok=True)
    plan = parts / "plan.json"
    if plan.is_file():
        _checked(plan, seed, count)
    _write(plan, json.dumps({"seed": seed, "count": count}).encode())
    missing = [index for index in range(count) if not _part_is_whole(folder, index)]
    for done, _ in enumerate(
        _each(partial(_make_part, folder, seed), missing, workers), count - len(missing) + 1
    ):
        if progress is not None:
            progress(done, count)
    records = [DemoRecord(**json.loads(_part(folder, index).read_text())) for index in range(count)]
    queries = _make_queries(folder, seed, records)
    _write(folder / "register.csv", _table(records))
    whole = {
        "seed": seed,
        "count": count,
        "records": [record.row() for record in records],
        "queries": queries,
    }
    _write(finished, json.dumps(whole, ensure_ascii=False, indent=1).encode())
    shutil.rmtree(parts)
    register = _read(folder, whole)
    if register is None:
        raise OSError(f"photos vanished from {folder} while it was written; run it again")
    return register


def _checked(path: Path, seed: int, count: int) -> dict[str, Any]:
    """What the file says, if it belongs to a register of this seed and size."""
    found: dict[str, Any] = json.loads(path.read_text())
    if (found["seed"], found["count"]) != (seed, count):
        raise DemoFolderTaken(
            f"{path.parent} belongs to a demo register of {found['count']} objects from seed {found['seed']}; "
            "choose another folder, or delete this one"
        )
    return found


def _read(folder: Path, found: dict[str, Any]) -> DemoRegister | None:
    """The register as the file says; None if something of it is not there any more."""
    records = tuple(DemoRecord(**row) for row in found["records"])
    queries = tuple(DemoQuery(**{**query, "path": folder / query["path"]}) for query in found["queries"])
    table = folder / "register.csv"
    wanted = [
        table,
        *(query.path for query in queries),
        *(folder / photo for record in records for photo in record.photos),
    ]
    return DemoRegister(table, records, queries) if all(path.is_file() for path in wanted) else None


def _each(work: Callable[[int], None], indices: list[int], workers: int | None) -> Iterator[None]:
    """Do the work for every number, in processes, and yield after each."""
    processes = min(workers or _cores(), len(indices))
    if processes <= 1:
        yield from map(work, indices)
        return
    with ProcessPoolExecutor(
        processes, mp_context=get_context("spawn"), initializer=_single_threaded
    ) as pool:
        waiting: set[Future[None]] = {pool.submit(work, index) for index in indices}
        try:
            while waiting:
                done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                for future in done:
                    yield future.result()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _cores() -> int:
    """The cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _single_threaded() -> None:
    """One thread a process: the processes are as many as the cores."""
    cv2.setNumThreads(1)


def _part(folder: Path, index: int) -> Path:
    return folder / "parts" / f"{index:05d}.json"


def _part_is_whole(folder: Path, index: int) -> bool:
    # A part is written after its photos, so the part says that they were finished.
    part = _part(folder, index)
    return part.is_file() and all(
        (folder / photo).is_file() for photo in json.loads(part.read_text())["photo"].split("|")
    )


def _make_part(folder: Path, seed: int, index: int) -> None:
    """Draw one object, write its photos and then its record."""
    drawing = draw_object(seed, index)
    photos = [f"photos/{index + 1:04d}-{drawing.kind}-{view.kind}.jpg" for view in drawing.views]
    for path, view in zip(photos, drawing.views, strict=True):
        _write(folder / path, jpeg(view.pixels))
    record = make_record(
        np.random.default_rng([seed, index, 1]), drawing, f"demo-{seed}-{index + 1:04d}", photos
    )
    _write(_part(folder, index), json.dumps(asdict(record), ensure_ascii=False).encode())


def jpeg(image: Pixels, quality: int = _QUALITY) -> bytes:
    """RGB pixels as a JPEG file."""
    done, data = cv2.imencode(".jpg", image[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
    if not done:
        raise OSError("a picture could not be written as JPEG; is OpenCV installed with JPEG?")
    return data.tobytes()


def _write(path: Path, data: bytes) -> None:
    """Write a file whole or not at all."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    beside.write_bytes(data)
    beside.replace(path)


def _table(records: list[DemoRecord]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(record.row() for record in records)
    return text.getvalue().encode()


def _photo(folder: Path, record: DemoRecord) -> Pixels:
    pixels = cv2.imdecode(np.frombuffer((folder / record.photos[0]).read_bytes(), np.uint8), cv2.IMREAD_COLOR)
    return np.ascontiguousarray(np.asarray(pixels, np.uint8)[:, :, ::-1])


def _make_queries(folder: Path, seed: int, records: list[DemoRecord]) -> list[dict[str, str | None]]:
    """Three photos to search with: an easy one, one of an object in a bad state, one of a stranger."""
    scenes = [r for r in records if r.type.endswith(("landscape", "seascape", "still life"))] or records
    first = scenes[len(scenes) // 3]
    second = next((r for r in reversed(scenes) if r is not first), first)
    rng = np.random.default_rng([seed, _UNREGISTERED])
    stranger = unregistered_object(seed, 1, "painting")
    made: list[tuple[str, QueryKind, Pixels, str | None, str]] = [
        (
            "1-registered",
            "registered",
            other_photo(_photo(folder, first), rng, 0.4),
            first.record_id,
            f"A registered object ({first.title}), photographed on a wall by somebody else.",
        ),
        (
            "2-changed",
            "changed",
            changed_badly(_photo(folder, second), rng),
            second.record_id,
            f"A registered object ({second.title}), cut from its frame and folded, in a dark black-and-white photo.",
        ),
        (
            "3-unregistered",
            "unregistered",
            other_photo(stranger.views[0].pixels, rng, 0.4, stranger.views[0].cover),
            None,
            f"An object that was never registered ({stranger.title}).",
        ),
    ]
    queries: list[dict[str, str | None]] = []
    for name, kind, image, shows, caption in made:
        path = f"queries/{name}.jpg"
        _write(folder / path, jpeg(image, 88))
        queries.append({"name": name, "path": path, "kind": kind, "shows": shows, "caption": caption})
    return queries
