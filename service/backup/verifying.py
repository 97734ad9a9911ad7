"""Reads a backup wholly and says whether it can be restored: whoever made it, nothing in it is believed unseen."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Final

from sqlalchemy import inspect
from sqlalchemy.engine import URL
from sqlalchemy.exc import SQLAlchemyError

from data.database import Database, knows, migrate, migrated_to
from data.transfer.carried import CarriedTable, carried_tables
from data.transfer.checks import problems, rebuild
from data.transfer.loading import TransferRefused, loading, put_rows
from data.transfer.rows import (
    Counting,
    Row,
    RowUnreadable,
    fingerprint,
    in_batches,
    photo_keys,
    row_reader,
)
from indexer import files
from indexer.holding import check_index
from indexer.vectors.index import IndexUnusable
from service.backup.archive import Archive, Entry
from service.backup.layout import (
    ABOUT_BYTES,
    LARGEST_PHOTO_BYTES,
    MANIFEST_BYTES,
    ROWS_BYTES,
    ArchiveRefused,
    Section,
    index_name,
    photo_key,
    rows_name,
)
from service.backup.manifest import About, Manifest, Member, Rows
from service.backup.progress import Phase, Progress, unwatched

GROWTH: Final = 3
"""How many times as large as its lines a table may become as a database, with its keys and what is derived."""
MIB: Final = 1024 * 1024
BYTES_A_MEMBER: Final = 100
"""A manifest has no shorter way to say a member's hash and size."""
_GZIP: Final = 31
_CHANGED: Final = (
    "The backup file is damaged: {} has changed. Copy it again from where it was made, or use another one."
)


def read_manifest(archive: Archive) -> Manifest:
    """Look at the file from end to end, without its contents: what is in it, and what must be.

    Raises ArchiveRefused for anything that is no whole backup of a format and schema that this version knows.
    """
    about, listed, photos = _seen(archive)
    manifest = Manifest.read(archive.read(listed.popitem()[1], MANIFEST_BYTES))
    if about is None or (about.format, about.artrieve) != (manifest.format, manifest.artrieve):
        raise ArchiveRefused("The first and the last part of this backup do not belong together.")
    wanted = {name: one.bytes for name, one in members_of(manifest).items()}
    if {name: entry.size for name, entry in listed.items()} != wanted:
        raise ArchiveRefused("This backup does not hold what its manifest says. Copy it again.")
    if photos != (manifest.photos.count, manifest.photos.bytes):
        raise ArchiveRefused("This backup does not hold the photos that its manifest says. Copy it again.")
    if not knows(manifest.schema_revision):
        raise ArchiveRefused(
            f"This backup was made by a newer version of Artrieve ({manifest.artrieve}; its tables are at "
            f"{manifest.schema_revision}, unknown here). Upgrade this installation, then try again."
        )
    return manifest


def _seen(archive: Archive) -> tuple[About | None, dict[str, Entry], tuple[int, int]]:
    """The first member; all others but photos, the manifest last; how many photos there are, and their bytes."""
    about: About | None = None
    listed, photos, size = dict[str, Entry](), 0, 0
    for entry in archive.entries():
        if entry.section is Section.about:
            about = About.read(archive.read(entry, ABOUT_BYTES))
        elif entry.section is Section.photos:
            if entry.size > LARGEST_PHOTO_BYTES:
                raise ArchiveRefused(
                    f"{entry.name} in the backup has {entry.size:,} bytes, so it is no photo."
                )
            photos, size = photos + 1, size + entry.size
        else:
            listed[entry.name] = entry
            if len(listed) * BYTES_A_MEMBER > MANIFEST_BYTES:
                raise ArchiveRefused("This is no backup of Artrieve: no manifest can list so many members.")
    return about, listed, (photos, size)


def members_of(manifest: Manifest) -> dict[str, Member]:
    """The members that a manifest lists, by their names in the file."""
    rows = {
        rows_name(table, at): part
        for table, said in manifest.tables.items()
        for at, part in enumerate(said.parts)
    }
    return rows | {index_name(name): member for name, member in manifest.index.items()}


def hold_hashes(archive: Archive, manifest: Manifest, progress: Progress = unwatched) -> None:
    """Read every byte and hold it against its hash. Raises ArchiveRefused."""
    wanted, all_keys, done = members_of(manifest), hashlib.sha256(), 0
    for entry in archive.entries():
        if entry.section in (Section.about, Section.manifest):
            continue
        counted = hashlib.sha256()
        for piece in archive.pieces(entry):
            counted.update(piece)
        photo = entry.section is Section.photos
        if counted.hexdigest() != (photo_key(entry.name) if photo else wanted[entry.name].sha256):
            raise ArchiveRefused(_CHANGED.format(entry.name))
        if photo:
            all_keys.update(photo_key(entry.name).encode())
            done += 1
            progress(Phase.checking, done, manifest.photos.count)
    if all_keys.hexdigest() != manifest.photos.sha256:
        raise ArchiveRefused("This backup does not hold the photos that its manifest says. Copy it again.")


def database_size(manifest: Manifest) -> int:
    """About how many bytes the database will have, at most."""
    return GROWTH * sum(part.unpacked for said in manifest.tables.values() for part in said.parts)


def sqlite_at(path: Path) -> Database:
    """The database in a file; any name will do."""
    return Database(URL.create("sqlite", database=str(path)).render_as_string())


def unpack_database(archive: Archive, manifest: Manifest, path: Path, progress: Progress = unwatched) -> None:
    """Make an SQLite database of the rows, brought to the newest schema and looked at, in one closed file.

    Raises ArchiveRefused if the rows are not those that the manifest tells of, or make no whole register.
    """
    with closing(sqlite_at(path)) as database:
        try:
            migrate(database, manifest.schema_revision)
            _load(archive, manifest, database, progress)
            migrate(database)
        except (SQLAlchemyError, TransferRefused, RowUnreadable, ValueError, RecursionError) as problem:
            raise ArchiveRefused(
                f"The rows in this backup make no register: {str(problem)[:500]}"
            ) from problem
        with database.session(writes=True) as session:
            if wrong := problems(session):
                raise ArchiveRefused(f"The register in this backup is not whole. {' '.join(wrong)}")
            rebuild(session)
    Path(f"{path}.lock").unlink(missing_ok=True)


def _load(archive: Archive, manifest: Manifest, database: Database, progress: Progress) -> None:
    tables = [said.carried(name) for name, said in manifest.tables.items()]
    _demand_tables(database, tables)
    entries = {entry.name: entry for entry in archive.entries() if entry.section is Section.rows}
    done, total = 0, sum(said.rows for said in manifest.tables.values())
    with database.session(writes=True) as session:
        with loading(session, tables):
            for each in tables:
                for batch in in_batches(_rows(archive, entries, manifest, each)):
                    put_rows(session, each, batch)
                    done += len(batch)
                    progress(Phase.loading, done, total)
        for each in tables:
            if fingerprint(session, each) != manifest.tables[each.name].fingerprint:
                raise ArchiveRefused(f"The rows of {each.name} are not those that the manifest tells of.")


def _demand_tables(database: Database, tables: list[CarriedTable]) -> None:
    """A backup holds exactly the tables and columns that its schema has, but for what is derived."""
    ours = {each.name for each in carried_tables()}
    with database.engine.connect() as connection:
        found = inspect(connection)
        there = {name: {one["name"] for one in found.get_columns(name)} for name in found.get_table_names()}
        at = migrated_to(connection)
    for each in tables:
        if not set(each.columns) <= there.get(each.name, set()) or not set(each.key) <= set(each.columns):
            raise ArchiveRefused(f"This backup has a table {each.name} that the schema {at} does not have.")
    lacking = sorted((ours & set(there)) - {each.name for each in tables})
    if lacking:
        raise ArchiveRefused(f"This backup lacks the table {lacking[0]}.")


def _rows(
    archive: Archive, entries: Mapping[str, Entry], manifest: Manifest, each: CarriedTable
) -> Iterator[Row]:
    read, counting, said = row_reader(each), Counting(), manifest.tables[each.name]
    for at, part in enumerate(said.parts):
        for line in _lines(archive, entries[rows_name(each.name, at)], part):
            counting.see(line)
            try:
                yield read(line)
            except RowUnreadable as problem:
                raise RowUnreadable(f"a row of {each.name} {problem}") from problem
    if counting.fingerprint() != said.fingerprint:
        raise ArchiveRefused(_CHANGED.format(each.name))


def _lines(archive: Archive, entry: Entry, part: Rows) -> list[bytes]:
    """The lines of a part, which may unpack to what it says and to nothing more."""
    packed = archive.read(entry, part.unpacked + ROWS_BYTES)
    unpacking = zlib.decompressobj(_GZIP)
    try:
        found = unpacking.decompress(packed, part.unpacked + 1)
    except zlib.error as problem:
        raise ArchiveRefused(_CHANGED.format(entry.name)) from problem
    if len(found) != part.unpacked or not unpacking.eof or hashlib.sha256(packed).hexdigest() != part.sha256:
        raise ArchiveRefused(_CHANGED.format(entry.name))
    return found.splitlines(keepends=True)


def demand_photos(archive: Archive, manifest: Manifest, path: Path) -> None:
    """Every photo that a row names must be in the backup, unless it was lost before. Raises ArchiveRefused."""
    there = (photo_key(entry.name) for entry in archive.entries() if entry.section is Section.photos)
    lost = set(manifest.photos.missing)
    at = next(there, "")
    with closing(sqlite_at(path)) as database, database.session() as session:
        for key in photo_keys(session, carried_tables()):
            while at and at < key:
                at = next(there, "")
            if at != key and key not in lost:
                raise ArchiveRefused(f"This backup lacks the photo {key[:80]}, which its register names.")


def index_size(manifest: Manifest) -> int:
    """How many bytes the index has."""
    return sum(member.bytes for member in manifest.index.values())


def unpack_index(archive: Archive, folder: Path) -> None:
    """Write the files of the index and hold them against one another. Raises ArchiveRefused."""
    for entry in archive.entries():
        if entry.section is Section.index:
            path = folder / entry.name.removeprefix("index/")
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("xb") as file:
                file.writelines(archive.pieces(entry))
            files.sync(path)
    try:
        check_index(folder)
    except IndexUnusable as problem:
        raise ArchiveRefused(f"The index in this backup is damaged: {problem.reason}") from problem


def verify(path: Path, progress: Progress = unwatched) -> Manifest:
    """Read a backup wholly: every hash, and register and index as they would be restored, in a temporary folder.

    Raises ArchiveRefused if it is not good, and OSError.
    """
    with Archive(path) as archive, tempfile.TemporaryDirectory(prefix="artrieve-") as folder:
        manifest = read_manifest(archive)
        demand_space(Path(folder), database_size(manifest) + index_size(manifest))
        hold_hashes(archive, manifest, progress)
        unpack_database(archive, manifest, Path(folder) / "register.db", progress)
        demand_photos(archive, manifest, Path(folder) / "register.db")
        unpack_index(archive, Path(folder) / "index")
        return manifest


def demand_space(folder: Path, needed: int) -> None:
    """Raises ArchiveRefused where the disk will not hold so many bytes."""
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise ArchiveRefused(
            f"This backup needs about {needed // MIB + 1:,} MiB in {folder}, which has {free // MIB:,} MiB. "
            "Free some space, or set TMPDIR or ARTRIEVE_DATA_DIR to another disk."
        )
