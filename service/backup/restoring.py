"""Restores a backup: all of it is read, held against its hashes and built beside before anything is replaced."""

from __future__ import annotations

from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from data.actor import Actor
from data.audit import AuditTrail
from data.audit_events import BackupRestored
from data.database import Database, DatabaseUnavailable, open_database
from data.photos import PhotoStore
from data.tables import StateRow
from data.transfer.loading import is_blank
from data.transfer.move import move
from indexer.generation import POINTER
from indexer.indexing import one_writer
from service.acting import SERVICE
from service.backup.archive import Archive
from service.backup.layout import LARGEST_PHOTO_BYTES, ArchiveRefused, RestoreRefused, Section, photo_key
from service.backup.manifest import Manifest
from service.backup.places import only_one
from service.backup.progress import Phase, Progress, unwatched
from service.backup.side_by_side import side_by_side
from service.backup.swap import Swap, make_single
from service.backup.verifying import (
    database_size,
    demand_photos,
    demand_space,
    hold_hashes,
    index_size,
    read_manifest,
    sqlite_at,
    unpack_database,
    unpack_index,
)
from service.settings import Settings
from service.workshop import make_folder, nearest, open_photos


@dataclass(frozen=True, slots=True)
class Restored:
    """A backup that was restored. `settled` says what an earlier restore had left, if one was interrupted."""

    manifest: Manifest
    settled: str


class _Target:
    """Where the settings say that register, photos and index are."""

    def __init__(self, settings: Settings) -> None:
        self.data_dir = settings.data_dir
        self.index_dir = settings.index_dir
        self.photos = open_photos(settings)
        self.photo_folder = None if "://" in settings.photos else Path(settings.photos).absolute()
        self.url = settings.database
        database = Database(self.url)
        database.close()
        self.file = Path(database.url.database or "").absolute() if database.is_sqlite else None
        self.swap = Swap(self.data_dir, self.file, self.index_dir)

    def arrived(self, revision: int) -> bool:
        """Whether the database outside holds something by now, in a register that was written to as often."""
        with closing(open_database(self.url)) as database:
            if is_blank(database):
                return False
            with database.session() as session:
                return session.scalars(select(StateRow.revision)).one() >= revision

    def is_blank(self) -> bool:
        """Whether there is no register, or one without anything in it."""
        if self.file and not (self.file.exists() and self.file.stat().st_size):
            return True
        if self.file:
            make_single(self.file)
        try:
            with closing(Database(self.url)) as database:
                return is_blank(database)
        except DatabaseUnavailable:
            if self.file:  # whatever it is, it is not nothing
                return False
            raise

    def trail_end(self) -> str:
        """The end of the audit trail that is there; empty if there is none that can be read."""
        if not (self.file and self.file.exists() and self.file.stat().st_size):
            return ""
        try:
            with closing(Database(self.url)) as database:
                head = AuditTrail(database).head()
        except (DatabaseUnavailable, SQLAlchemyError):  # whatever is there is about to be replaced
            return ""
        return str(head) if head.sequence else ""


def restore(
    path: Path,
    settings: Settings,
    progress: Progress = unwatched,
    *,
    replace: bool = False,
    actor: Actor = SERVICE,
) -> Restored:
    """Bring register, photos and index to what they were when the backup was made.

    Where something is already it is refused, unless `replace` says so: then what was there is kept beside until the
    end. The restored register's audit trail tells of it, as of `actor`. Killed at any moment it leaves what was there
    or what was restored; run again, it ends that and says so. Raises ArchiveRefused for a backup that is not good,
    RestoreRefused, DatabaseUnavailable, PhotoStoreUnavailable, and IndexBusy.
    """
    make_folder(settings.data_dir, "ARTRIEVE_DATA_DIR")
    target = _Target(settings)
    busy = RestoreRefused(f"Another restore into {settings.data_dir} is at work. Wait until it is done.")
    with only_one(settings.data_dir, "restore.lock", busy), Archive(path) as archive:
        settled = target.swap.settle(target.arrived)
        _demand_room(target, settled, replace=replace)
        manifest = read_manifest(archive)
        _demand_disk(target, manifest)
        hold_hashes(archive, manifest, progress)
        try:
            _stage(archive, manifest, target, progress)
            _tell(manifest, target, actor)
            _put_photos(archive, manifest, target.photos, progress)
        except BaseException:
            target.swap.discard()
            raise
        _swap(target, manifest)
    return Restored(manifest, settled)


def _demand_room(target: _Target, settled: str, *, replace: bool) -> None:
    blank, said = target.is_blank(), f"{settled} " if settled else ""
    if not blank and not target.file:
        raise RestoreRefused(
            f"{said}The database is not empty. Make an empty one, set ARTRIEVE_DATABASE_URL to it and restore into "
            "that: the old one then stays as it is."
        )
    there = "" if blank else f"a register in {target.file}"
    if (target.index_dir / POINTER).exists():
        there = there or f"an index in {target.index_dir}"
    if there and not replace:
        raise RestoreRefused(f"{said}There is {there} already. --replace puts the backup in its place.")


def _demand_disk(target: _Target, manifest: Manifest) -> None:
    """Raises ArchiveRefused where a disk will not hold what is to be written to it."""
    places = [(target.data_dir, index_size(manifest))]
    places.append((target.file.parent if target.file else target.data_dir, database_size(manifest)))
    if target.photo_folder:
        places.append((target.photo_folder, manifest.photos.bytes))
    needed: dict[int, tuple[Path, int]] = {}
    for folder, size in places:
        there = nearest(folder)
        disk = there.stat().st_dev
        needed[disk] = (there, needed.get(disk, (there, 0))[1] + size)
    for folder, size in needed.values():
        demand_space(folder, size)


def _stage(archive: Archive, manifest: Manifest, target: _Target, progress: Progress) -> None:
    """Build database and index beside their places."""
    database, index = target.swap.staged_database, target.swap.staged_index
    make_folder(database.parent, "ARTRIEVE_DATABASE_URL")
    unpack_database(archive, manifest, database, progress)
    demand_photos(archive, manifest, database)
    unpack_index(archive, index)


def _tell(manifest: Manifest, target: _Target, actor: Actor) -> None:
    """Add the event to the trail that was checked, in the register that is not in its place yet."""
    with closing(sqlite_at(target.swap.staged_database)) as staged:
        event = BackupRestored(
            manifest=manifest.sha256, revision=manifest.revision, replaced=target.trail_end()
        )
        AuditTrail(staged).tell(actor, event)
    make_single(target.swap.staged_database)


def _put_photos(archive: Archive, manifest: Manifest, photos: PhotoStore, progress: Progress) -> None:
    """Put all photos into the store. It is content-addressed: what is there already is not touched."""
    entries = (entry for entry in archive.entries() if entry.section is Section.photos)
    data = ((photo_key(entry.name), archive.read(entry, LARGEST_PHOTO_BYTES)) for entry in entries)
    for done, (wanted, key) in enumerate(side_by_side(lambda each: (each[0], photos.put(each[1])), data), 1):
        if key != wanted:
            raise ArchiveRefused(f"The backup file changed while it was read: {wanted}. Try again.")
        progress(Phase.storing, done, manifest.photos.count)


def _swap(target: _Target, manifest: Manifest) -> None:
    def deliver() -> None:
        with (
            closing(sqlite_at(target.swap.staged_database)) as staged,
            closing(open_database(target.url)) as there,
        ):
            move(staged, there)

    with ExitStack() as stack:
        if target.index_dir.exists():
            stack.enter_context(one_writer(target.index_dir))
        if target.file and target.file.exists():
            make_single(target.file)
        target.swap.swap(manifest.revision, deliver, target.arrived)
