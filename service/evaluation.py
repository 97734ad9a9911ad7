"""Evaluation: how well a register of photos is found again, by the same code as the service.

A truth table (columns query, registry, kind) names query photos relative to its own folder. A registered
photo is called by its path relative to that folder too.
"""

from __future__ import annotations

import csv
import json
import os
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path

from data.intake import IntakeLimits, PhotoRejected, SafePhoto
from data.intake_pool import IntakePool
from data.object_id import ObjectRecord
from data.register import NewPhotograph, Register
from indexer.decide import AlertLevel
from service.photo_files import read_photo_file
from service.records.search_record import CandidateRecord
from service.searching import SearchDesk, UploadedPhoto

CANDIDATES = 100
PHOTO_SUFFIXES = frozenset(
    (".jpg", ".jpeg", ".jpe", ".png", ".webp", ".tif", ".tiff", ".heic", ".heif", ".avif", ".bmp", ".gif")
)
TITLE_LENGTH = 400

Progress = Callable[[int, int], None]
Pending = Future[SafePhoto] | PhotoRejected | int


class TruthUnusable(ValueError):
    """The truth table cannot be read; the text says what it must look like."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A photo that intake did not accept, and why."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Result:
    """The answer to one query, as ``score.py`` reads it."""

    query: str
    verdict: str
    ms: float
    candidates: tuple[dict[str, object], ...]


def read_queries(truth: Path) -> list[str]:
    """The query photos of a truth table, each once, in its order. Raises TruthUnusable."""
    with truth.open(encoding="utf-8-sig", newline="") as lines:
        rows = csv.DictReader(lines)
        if "query" not in (rows.fieldnames or ()):
            raise TruthUnusable(f"{truth} has no column 'query'; it needs the columns query, registry, kind.")
        queries = list(dict.fromkeys(row["query"] for row in rows if row["query"]))
    absent = [query for query in queries if not (truth.parent / query).is_file()]
    if absent:
        raise TruthUnusable(
            f"{len(absent)} queries of {truth} are not beside it, {absent[0]} among them. "
            "A query is written as a path relative to the table's folder."
        )
    if not queries:
        raise TruthUnusable(f"{truth} names no query.")
    return queries


def named_photos(folders: Sequence[Path], base: Path, leave_out: Sequence[str]) -> dict[str, Path]:
    """Every photo in the folders and below, by its name relative to ``base``; sorted within each folder.

    ``leave_out``: names that must not be registered, for a query would find itself.
    """
    found: dict[str, Path] = {}
    excluded = {(base / name).resolve() for name in leave_out}
    seen: set[Path] = set()
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.suffix.lower() not in PHOTO_SUFFIXES or path.name.startswith(".") or not path.is_file():
                continue
            real = path.resolve()
            if real not in excluded and real not in seen:
                seen.add(real)
                found[name_of(path, base)] = path
    return found


def name_of(photo: Path, base: Path) -> str:
    """A photo's name in results: its path relative to the truth table's folder, with slashes."""
    return Path(os.path.relpath(photo.resolve(), base.resolve())).as_posix()


def register_photos(
    register: Register, intake: IntakePool, photos: Mapping[str, Path], progress: Progress
) -> tuple[dict[int, str], list[Refused]]:
    """Register an object for each photo; photograph ids to names, and what intake refused.

    Photos that were registered by an earlier run are left as they are.
    """
    names: dict[int, str] = {}
    refused: list[Refused] = []
    for done, (name, accepted) in enumerate(_taken_in(register, intake, photos), start=1):
        if isinstance(accepted, Refused):
            refused.append(accepted)
        elif isinstance(accepted, int):
            names[accepted] = name
        else:
            new = NewPhotograph(accepted, original_name=Path(name).name)
            made = register.report(ObjectRecord(title=name[-TITLE_LENGTH:]), [new], source_key=name)
            names[made.photographs[0].id] = name
        progress(done, len(photos))
    return names, refused


def _taken_in(
    register: Register, intake: IntakePool, photos: Mapping[str, Path], ahead: int = 8
) -> Iterator[tuple[str, SafePhoto | Refused | int]]:
    """Photos in order, decoded a few ahead: what intake made of each, or the id it already has."""
    waiting: deque[tuple[str, Pending]] = deque()
    for name, path in photos.items():
        known = register.find_source(name)
        if known is not None:
            waiting.append((name, known.photographs[0].id))
        else:
            waiting.append((name, _submitted(intake, path)))
        if len(waiting) > ahead:
            yield _settled(*waiting.popleft())
    while waiting:
        yield _settled(*waiting.popleft())


def _submitted(intake: IntakePool, path: Path) -> Future[SafePhoto] | PhotoRejected:
    try:
        return intake.submit(read_photo_file(path, intake.limits), path.name)
    except PhotoRejected as rejected:
        return rejected


def _settled(name: str, pending: Pending) -> tuple[str, SafePhoto | Refused | int]:
    if isinstance(pending, int):
        return name, pending
    if isinstance(pending, PhotoRejected):
        return name, Refused(name, str(pending))
    try:
        return name, pending.result()
    except PhotoRejected as rejected:
        return name, Refused(name, str(rejected))


def search_all(
    desk: SearchDesk,
    limits: IntakeLimits,
    base: Path,
    queries: Sequence[str],
    names: Mapping[int, str],
    level: AlertLevel,
    progress: Progress,
) -> tuple[list[Result], list[Refused]]:
    """Search every query at an alert level, one after the other. A query that intake refuses counts as unsearchable."""
    results: list[Result] = []
    refused: list[Refused] = []
    for done, query in enumerate(queries, start=1):
        started = time.perf_counter()
        try:
            photo = UploadedPhoto(read_photo_file(base / query, limits), query)
            record = desk.search([photo], CANDIDATES, level)
        except PhotoRejected as rejected:
            refused.append(Refused(query, str(rejected)))
            results.append(Result(query, "unsearchable", _since(started), ()))
        else:
            candidates = tuple(_written(entry, names) for entry in record.candidates)
            results.append(Result(query, record.verdict, _since(started), candidates))
        progress(done, len(queries))
    return results, refused


def _written(entry: CandidateRecord, names: Mapping[int, str]) -> dict[str, object]:
    return {
        "photo": names[entry.photograph_id],
        "score": entry.score,
        "probability": entry.probability,
        "verdict": entry.verdict,
        "clues": entry.clues,
    }


def _since(started: float) -> float:
    return round((time.perf_counter() - started) * 1000, 1)


def write_results(path: Path, results: Sequence[Result], level: AlertLevel) -> None:
    """Write a line of JSON for each query, with the alert level of its verdicts.

    The file is there whole, or as it was before.
    """
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with beside.open("w", encoding="utf-8", newline="\n") as lines:
            for result in results:
                row = {"query": result.query, "verdict": result.verdict, "level": level, "ms": result.ms}
                lines.write(json.dumps({**row, "candidates": result.candidates}, ensure_ascii=False) + "\n")
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
