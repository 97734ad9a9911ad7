"""Builds what a process works with from its settings, for the commands and the service alike."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from data.database import Database, DatabaseMissing, open_database, temporary_database
from data.exchange.fetch import Fetcher
from data.intake_pool import IntakePool
from data.photos import FsspecPhotoStore
from data.reader import Reader
from data.register import Register
from data.search_log import SearchLog
from data.visibility import demand_writer
from indexer.engine import Engine
from indexer.sight import Sight, default_sight
from indexer.wanted import wanted
from service.acting import SERVICE, command_user
from service.photo_quality import JudgingPool
from service.records.kept_photos import KeptPhotos
from service.searching import SearchDesk
from service.settings import Settings, SettingsUnusable


def make_folder(folder: Path, setting: str) -> Path:
    """Create a folder unless it is there; SettingsUnusable, naming the setting, when that cannot be done."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as refused:
        reason = refused.strerror or str(refused)
        raise SettingsUnusable(
            f"The folder {folder} cannot be made ({reason}). Set {setting} to one that can be written."
        ) from refused
    return folder


def nearest(folder: Path) -> Path:
    """The folder, or what there is of the way to it."""
    while not os.path.lexists(folder) and folder != folder.parent:
        folder = folder.parent
    return folder


def open_store(settings: Settings, *, create: bool = True) -> Database:
    """The register's database, brought to the newest schema. Raises DatabaseUnavailable.

    Without ``create`` nothing is made where there is none; DatabaseMissing says so.
    """
    if create and not settings.database_url:
        make_folder(settings.data_dir, "ARTRIEVE_DATA_DIR")
    return open_database(settings.database, create=create)


def open_photos(settings: Settings) -> FsspecPhotoStore:
    """The photo store; nothing is written before the first photo is."""
    return FsspecPhotoStore(settings.photos)


def open_register(settings: Settings) -> Register:
    """The register on the database and the photo store of the settings. Raises DatabaseUnavailable."""
    return Register(open_store(settings), open_photos(settings), SERVICE)


@contextmanager
def opened_register(settings: Settings, *, create: bool = True) -> Iterator[Register]:
    """The register for a command, its database closed at the end. Raises DatabaseUnavailable; see `open_store`."""
    with closing(open_store(settings, create=create)) as database:
        yield Register(database, open_photos(settings), command_user())


@contextmanager
def opened_for_registrar(settings: Settings, *, create: bool = True) -> Iterator[Register]:
    """The register for a command that changes it, or that shows what its own people alone see.

    Raises RoleForbids, and as `opened_register`.
    """
    demand_writer(settings.role)
    with opened_register(settings, create=create) as register:
        yield register


@contextmanager
def opened_reader(settings: Settings) -> Iterator[Reader]:
    """The register that is there, as the role of the settings sees it. Raises DatabaseUnavailable, DatabaseMissing."""
    with opened_register(settings, create=False) as register:
        yield Reader(register, settings.role)


@contextmanager
def rehearsed_register(settings: Settings) -> Iterator[Register]:
    """The register for a dry run: where there is none, an empty one that is gone at the end."""
    with ExitStack() as stack:
        try:
            database = stack.enter_context(closing(open_store(settings, create=False)))
        except DatabaseMissing:
            database = stack.enter_context(temporary_database())
        yield Register(database, open_photos(settings))


def open_intake(settings: Settings) -> IntakePool:
    """Processes that decode photos, a context manager; they start with the first photo."""
    return IntakePool(settings.limits, settings.intake_processes)


def open_registering_intake(settings: Settings) -> IntakePool:
    """The same for photos that are registered: each is judged, and warned of if its object is hardly found by it."""
    return JudgingPool(settings.limits, settings.intake_processes)


def open_fetcher(settings: Settings) -> Fetcher:
    """What fetches manifests and photos from the net: off unless the settings name hosts."""
    return Fetcher(settings.fetch_hosts)


def open_engine(settings: Settings, register: Register, sight: Sight | None = None) -> Engine:
    """The search engine on the published generation, by the models that made it. Raises IndexUnusable."""
    return Engine.open(settings.index_dir, register, (lambda _: sight) if sight else default_sight)


def wanted_sight(settings: Settings) -> Sight:
    """The models that photographs are to be embedded by. Raises IndexUnusable or ModelUnusable."""
    return default_sight(wanted(settings.index_dir).descriptor)


def open_desk(
    register: Register, intake: IntakePool, engine: Engine, kept: KeptPhotos | None = None
) -> SearchDesk:
    """The search desk over one engine, as the commands use it."""
    return SearchDesk(register, intake, SearchLog(register.database), lambda: engine, kept)
