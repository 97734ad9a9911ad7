"""Makes a backup: one moment of the register, while the service goes on.

The index is held first, the database is read in one transaction after that, and the photos last: the index then knows
no photograph that the rows do not, and every photo that a row names is there, for the store never changes or deletes
one. The audit trail tells of the backup behind what the backup holds, before its file is in its place.
"""

from __future__ import annotations

import datetime as dt
import gzip
import hashlib
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.audit import AuditTrail
from data.audit_events import BackupMade
from data.database import migrated_to
from data.photos import PhotoCorrupt, PhotoMissing, PhotoStore
from data.register import Register
from data.tables import StateRow
from data.transfer.carried import CarriedTable, carried_tables
from data.transfer.rows import Counting, line_writer, photo_keys, read_rows
from indexer.holding import HeldIndex, held_index
from indexer.vectors.index import IndexUnusable
from service.backup.archive import ArchiveWriter
from service.backup.layout import (
    ABOUT,
    FORMAT,
    LARGEST_ROWS_BYTES,
    MANIFEST,
    ROWS_BYTES,
    BackupRefused,
    index_name,
    photo_name,
    rows_name,
)
from service.backup.manifest import MOST_MISSING, About, Manifest, Member, PhotosSaid, Rows, TableSaid
from service.backup.places import only_one, written_beside
from service.backup.progress import Phase, Progress, unwatched
from service.backup.side_by_side import side_by_side

SAMPLED = 200
"""Photos whose size tells that of all: their keys are hashes, so the first are a sample drawn by chance."""
KEY_BYTES = 32
_MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was made. `index_problem` says why it has no index, if it has none though there is one."""

    manifest: Manifest
    size: int
    index_problem: str


@dataclass(frozen=True, slots=True)
class _Snapshot:
    """What one transaction read."""

    tables: dict[str, TableSaid]
    schema_revision: str
    revision: int


def make_backup(
    register: Register,
    data_dir: Path,
    index_dir: Path,
    target: Path,
    progress: Progress = unwatched,
    *,
    incomplete: bool = False,
) -> Backup:
    """Write the register, its photos and its index into one file, which appears whole or not at all.

    `incomplete` goes on without photos that are lost or damaged, and lists them. Raises BackupRefused, PhotoMissing
    and PhotoCorrupt without it, DatabaseUnavailable and PhotoStoreUnavailable.
    """
    busy = BackupRefused(f"Another backup of {data_dir} is being made. Wait until it is done.")
    with ExitStack() as stack:
        stack.enter_context(only_one(data_dir, "backup.lock", busy))
        index, problem = _held(stack, index_dir, data_dir / "backup.held")
        file = stack.enter_context(written_beside(target))
        writer = ArchiveWriter(file)
        about = About(format=FORMAT, artrieve=version("artrieve"))
        writer.add(ABOUT, about.model_dump_json().encode())
        keys = stack.enter_context(_Keys())
        with register.database.session() as session:
            snapshot = _write_rows(session, writer, keys, progress)
        _demand_space(target, file, index, keys, register.photos)
        photos = _write_photos(register.photos, writer, keys, progress, incomplete=incomplete)
        manifest = Manifest(
            **about.model_dump(),
            made_at=dt.datetime.now(dt.UTC),
            schema_revision=snapshot.schema_revision,
            database="sqlite" if register.database.is_sqlite else "postgresql",
            revision=snapshot.revision,
            generation=index.generation if index else None,
            tables=snapshot.tables,
            photos=photos,
            index=_write_index(index, writer) if index else {},
        )
        said = writer.add(MANIFEST, manifest.model_dump_json(indent=1).encode())
        writer.end()
        # before the file is in its place: no backup appears that the trail doesn't tell of
        AuditTrail(register.database).tell(register.actor, _event(manifest, said))
        return Backup(manifest, file.tell(), problem)


def _event(manifest: Manifest, said: Member) -> BackupMade:
    return BackupMade(
        manifest=said.sha256,
        revision=manifest.revision,
        objects=manifest.tables["objects"].rows,
        photos=manifest.photos.count,
        missing=len(manifest.photos.missing),
    )


def _held(stack: ExitStack, index_dir: Path, place: Path) -> tuple[HeldIndex | None, str]:
    """The index, held until the stack ends; or why a backup must do without."""
    try:
        return stack.enter_context(held_index(index_dir, place)), ""
    except IndexUnusable as problem:
        return None, str(problem)


class _Keys:
    """Keys of photos, in a file: a large register has more than should be in memory. A context manager."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115  closed by __exit__
        self.count = 0

    def __enter__(self) -> _Keys:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def add(self, key: str) -> None:
        self._file.write(bytes.fromhex(key))
        self.count += 1

    def __iter__(self) -> Iterator[str]:
        for at in range(self.count):
            self._file.seek(at * KEY_BYTES)
            yield self._file.read(KEY_BYTES).hex()


def _write_rows(session: Session, writer: ArchiveWriter, keys: _Keys, progress: Progress) -> _Snapshot:
    """Write all tables as one transaction sees them, and remember which photos they name."""
    carried = carried_tables()
    revision = session.scalars(select(StateRow.revision)).one()
    schema = migrated_to(session.connection())
    tables, done = dict[str, TableSaid](), 0
    for each in carried:
        tables[each.name] = _write_table(session, writer, each)
        done += tables[each.name].rows
        progress(Phase.reading, done, None)
    for key in photo_keys(session, carried):
        keys.add(key)
    return _Snapshot(tables, str(schema), revision)


def _write_table(session: Session, writer: ArchiveWriter, each: CarriedTable) -> TableSaid:
    counting, line_of, parts = Counting(), line_writer(each), list[Rows]()
    part = bytearray()

    def close() -> None:
        packed = gzip.compress(bytes(part), 6, mtime=0)
        written = writer.add(rows_name(each.name, len(parts)), packed)
        parts.append(Rows(**written.model_dump(), unpacked=len(part)))
        part.clear()

    for row in read_rows(session, each):
        line = line_of(row)
        if len(part) + len(line) > LARGEST_ROWS_BYTES:
            raise BackupRefused(f"A row of {each.name} has {len(line):,} bytes, which no backup can hold.")
        counting.see(line)
        part += line
        if len(part) >= ROWS_BYTES:
            close()
    if part:
        close()
    said = counting.fingerprint()
    return TableSaid(
        columns=dict(each.columns), key=list(each.key), rows=said.rows, sha256=said.sha256, parts=parts
    )


def _demand_space(
    target: Path, file: BinaryIO, index: HeldIndex | None, keys: _Keys, photos: PhotoStore
) -> None:
    """Raises BackupRefused where the disk will not hold what is still to be written."""
    sample = side_by_side(lambda key: _photo(photos, key), _first(keys))
    sizes = [len(found) for found in sample if isinstance(found, bytes)]
    photos_size = keys.count * sum(sizes) // max(1, len(sizes))
    needed = photos_size + (index.size if index else 0)
    free = shutil.disk_usage(target.parent).free
    if free < needed * 0.95:  # the sample may be a little off
        raise BackupRefused(
            f"The backup needs about {(needed + file.tell()) // _MIB + 1:,} MiB, and {target.parent} has "
            f"{(free + file.tell()) // _MIB:,} MiB. Free some space, or write it to another disk."
        )


def _first(keys: _Keys) -> Iterator[str]:
    yield from (key for _, key in zip(range(SAMPLED), keys, strict=False))


def _photo(photos: PhotoStore, key: str) -> bytes | PhotoMissing | PhotoCorrupt:
    try:
        return photos.get(key)
    except (PhotoMissing, PhotoCorrupt) as problem:
        return problem


def _write_photos(
    photos: PhotoStore, writer: ArchiveWriter, keys: _Keys, progress: Progress, *, incomplete: bool
) -> PhotosSaid:
    done, size, all_keys, missing = 0, 0, hashlib.sha256(), list[str]()
    for found in side_by_side(lambda key: _photo(photos, key), keys):
        if isinstance(found, bytes):
            key = hashlib.sha256(found).hexdigest()
            writer.add(photo_name(key), found)
            all_keys.update(key.encode())
            done, size = done + 1, size + len(found)
        elif not incomplete or len(missing) == MOST_MISSING:
            raise found
        else:
            missing.append(found.key)
        progress(Phase.copying, done + len(missing), keys.count)
    return PhotosSaid(count=done, bytes=size, sha256=all_keys.hexdigest(), missing=missing)


def _write_index(index: HeldIndex, writer: ArchiveWriter) -> dict[str, Member]:
    return {name: writer.add_file(index_name(name), index.folder / name) for name in index.names}
