"""Opens the register's database: SQLite in a file or PostgreSQL by URL, migrated for this version."""

import contextlib
import datetime as dt
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from filelock import FileLock, Timeout
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session, sessionmaker

from data.finding_index import keep_indexed

LOCK_SECONDS: Final = 60.0
"""How long a writer waits for other writers."""
_MIGRATIONS: Final = Path(__file__).parent / "migrations"
_ADVISORY_LOCK: Final = 4_117_842_011  # any number of our own; PostgreSQL keeps such locks by number
_POSTGRESQL: Final = ("postgresql", "postgres", "postgresql+psycopg")


class DatabaseUnavailable(RuntimeError):
    """The database cannot be used now; the message says why and what to do."""


class DatabaseMissing(DatabaseUnavailable):
    """There is no register at this URL, and none was to be made."""


class Database:
    """Sessions on one database. Safe to share between threads; open a new one in a new process.

    Readers see one moment of the database. Writers take their lock when they begin and wait for one
    another, so none of them can fail half-way because another was faster.
    """

    def __init__(self, url: str) -> None:
        self.url = normal_url(url)
        self.engine = _sqlite(self.url) if self.is_sqlite else _postgresql(self.url)
        self._sessions = sessionmaker(self.engine, expire_on_commit=False)
        reader: dict[str, Any] = {} if self.is_sqlite else {"isolation_level": "REPEATABLE READ"}
        self._readers = sessionmaker(self.engine.execution_options(**reader), expire_on_commit=False)
        self._writers = sessionmaker(self.engine.execution_options(writes=True), expire_on_commit=False)
        keep_indexed(self._writers)

    @property
    def is_sqlite(self) -> bool:
        """Whether this is the embedded database."""
        return self.url.get_backend_name() == "sqlite"

    @property
    def name(self) -> str:
        """The URL without its password, fit for messages."""
        return self.url.render_as_string(hide_password=True)

    @contextlib.contextmanager
    def session(self, *, writes: bool = False) -> Iterator[Session]:
        """A transaction: committed at the end, rolled back if an error leaves the block.

        Raises DatabaseUnavailable for what is wrong with the database rather than with the statement.
        """
        with self.explained(), (self._writers if writes else self._readers).begin() as session:
            if writes:
                session.connection()  # the lock is taken now, not with the first statement
            yield session

    @contextlib.contextmanager
    def explained(self) -> Iterator[None]:
        """Turn the driver's errors about the database as such into DatabaseUnavailable."""
        try:
            yield
        except (DBAPIError, PoolTimeout) as error:
            advice = _advice(error, self.is_sqlite)
            if advice is None:
                raise
            reason = str(getattr(error, "orig", None) or error).strip()
            raise DatabaseUnavailable(
                f"The database {self.name} cannot be used: {reason}. {advice}"
            ) from error

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def open_database(url: str, *, create: bool = True) -> Database:
    """Open the database and bring its tables up to date; several processes may do so at once.

    Without `create`, only a database that holds a register is opened: no file, folder or table is made where
    there is none, and DatabaseMissing is raised. `temporary_database` serves those who only rehearse then.

    Raises DatabaseUnavailable: it cannot be reached, is no database, or was migrated by a newer version.
    """
    database = Database(url)
    try:
        with database.explained():
            if create:
                _make_folder(database.url)
            at = _revision(database) if create or _has_bytes(database.url) else None
            if not create:
                _demand_register(database, at)
            if at != _script().get_current_head():
                migrate(database)
    except BaseException:
        database.close()
        raise
    return database


@contextlib.contextmanager
def temporary_database() -> Iterator[Database]:
    """An empty database that is gone at the end, for a dry run where there is no register yet."""
    with tempfile.TemporaryDirectory(prefix="artrieve-") as folder:
        url = URL.create("sqlite", database=str(Path(folder) / "register.db"))
        with contextlib.closing(open_database(url.render_as_string())) as database:
            yield database


def normal_url(url: str) -> URL:
    """The URL with the driver we use. Raises DatabaseUnavailable for what is not supported."""
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise DatabaseUnavailable(f"This is not a database URL. {_EXAMPLES}") from error
    if parsed.drivername in _POSTGRESQL:
        return parsed.set(drivername="postgresql+psycopg")
    if parsed.drivername not in ("sqlite", "sqlite+pysqlite"):
        raise DatabaseUnavailable(f"Databases of the kind {parsed.drivername} are not supported. {_EXAMPLES}")
    if not parsed.database or parsed.database == ":memory:" or parsed.database.startswith("file:"):
        raise DatabaseUnavailable(f"A register in memory would be lost at the end. {_EXAMPLES}")
    return parsed


_EXAMPLES: Final = "Use sqlite:///folder/register.db or postgresql://user:password@host/name."


def _sqlite(url: URL) -> Engine:
    # parameters are hidden in both: an error that quotes them would bring owners and case data into the log
    engine = create_engine(
        url, connect_args={"timeout": LOCK_SECONDS, "check_same_thread": False}, hide_parameters=True
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver must not begin transactions on its own, see _begin
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A writer that began as a reader cannot be made to wait, only to fail: it takes its lock at once.
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _postgresql(url: URL) -> Engine:
    connect: dict[str, Any] = {"connect_timeout": 10}
    if "options" not in url.query:
        connect["options"] = f"-c timezone=UTC -c lock_timeout={int(LOCK_SECONDS)}s"
    return create_engine(url, connect_args=connect, pool_pre_ping=True, hide_parameters=True)


def _make_folder(url: URL) -> None:
    if url.get_backend_name() != "sqlite" or url.database is None:
        return
    folder = Path(url.database).parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DatabaseUnavailable(
            f"The folder {folder} for the database cannot be made: {error.strerror}. "
            "Choose another folder, or ask for the right to write there."
        ) from error


def _has_bytes(url: URL) -> bool:
    """Whether a database is there to connect to: connecting to a SQLite file that is not would make it."""
    if url.get_backend_name() != "sqlite":
        return True
    try:
        return Path(url.database or "").stat().st_size > 0
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:  # connecting will say what is wrong with it
        return True


def _demand_register(database: Database, at: str | None) -> None:
    if at is None:
        raise DatabaseMissing(
            f"There is no register at {database.name}. Check the URL or the folder; if it is right, an import or "
            "the service makes the register there."
        )


def _script() -> ScriptDirectory:
    return ScriptDirectory(str(_MIGRATIONS))


def _revision(database: Database) -> str | None:
    """As `migrated_to`; refuses what a newer version has migrated."""
    with database.engine.connect() as connection:
        at = migrated_to(connection)
    _refuse_newer(database, at)
    return at


def migrated_to(connection: Connection) -> str | None:
    """At which migration the tables are; None if there are none of ours."""
    return MigrationContext.configure(connection).get_current_revision()


def knows(revision: str) -> bool:
    """Whether this version has a migration of exactly this name."""
    try:
        found = _script().get_revision(revision)
    except CommandError:
        return False
    return found is not None and found.revision == revision


def _refuse_newer(database: Database, at: str | None) -> None:
    if at is not None and not knows(at):
        raise DatabaseUnavailable(
            f"The database {database.name} was last opened by a newer version of Artrieve (its tables are at "
            f"{at}, unknown here). Upgrade this installation, or open another database."
        )


def migrate(database: Database, to: str = "head") -> None:
    """Bring the tables up to date, or up to a migration, in one transaction, while other processes wait."""
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    with _one_at_a_time(database) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, to)


@contextlib.contextmanager
def _one_at_a_time(database: Database) -> Iterator[Connection]:
    writer = database.engine.execution_options(writes=True)
    if not database.is_sqlite:
        with writer.begin() as connection:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})
            yield connection
        return
    lock = FileLock(f"{database.url.database}.lock", timeout=LOCK_SECONDS)
    try:
        with lock, writer.begin() as connection:
            yield connection
    except Timeout as error:
        raise DatabaseUnavailable(
            f"Another process has been migrating {database.name} for {LOCK_SECONDS:g} seconds. "
            "Wait until it is done; if there is none, delete the file that ends in .lock beside the database."
        ) from error


def _advice(error: SQLAlchemyError, is_sqlite: bool) -> str | None:
    """What to do about an error of the database as such; None for an error of the statement."""
    if isinstance(error, PoolTimeout):
        return "Too many requests at once; try again."
    reason = str(getattr(error, "orig", error)).lower()
    for part, advice in _SQLITE_ADVICE if is_sqlite else _POSTGRESQL_ADVICE:
        if part in reason:
            return advice
    if type(error).__name__ == "OperationalError":
        return "Check the database and its URL, then try again."
    return None


_SQLITE_ADVICE: Final = (
    ("locked", "Another process is writing; wait for it to end and try again."),
    ("not a database", "The file is something else; choose another path for the database."),
    ("malformed", "The file is damaged; restore it from a backup."),
    ("unable to open", "Check that the path is right and that you may write there."),
    ("readonly", "You may not write to the file; check its owner and its folder's."),
    ("disk", "The disk is full or failing; free some space."),
    ("no such table", "The tables are missing; open it with open_database, which makes them."),
)
_POSTGRESQL_ADVICE: Final = (
    ("lock timeout", "Another process is writing for very long; wait for it to end and try again."),
    ("password authentication failed", "Check user and password in the database URL."),
    ("does not exist", "Create the database, or correct its URL."),
    ("permission denied", "Give the user the right to create tables in this database."),
)


def utc_now() -> dt.datetime:
    """This moment, in UTC."""
    return dt.datetime.now(dt.UTC)
