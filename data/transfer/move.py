"""Moves a register from one database to another: all or nothing, and compared row by row."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.orm import Session

from data.actor import Actor
from data.audit import append
from data.audit_events import RegisterMoved
from data.database import Database, utc_now
from data.transfer.carried import CarriedTable, carried_tables
from data.transfer.checks import CHECKS, Check, problems, rebuild
from data.transfer.loading import TransferRefused, is_blank, loading, put_rows
from data.transfer.rows import Counting, Fingerprint, fingerprint, in_batches, line_writer, read_rows


@dataclass(frozen=True, slots=True)
class Moved:
    """What was moved: by table, how many rows there are and their digest, on both sides."""

    tables: Mapping[str, Fingerprint]

    @property
    def rows(self) -> int:
        """How many rows all tables have together."""
        return sum(each.rows for each in self.tables.values())


def move(
    source: Database,
    target: Database,
    progress: Callable[[int], None] | None = None,
    checks: Sequence[Check] = CHECKS,
    *,
    actor: Actor | None = None,
) -> Moved:
    """Copy everything from one open database into another one, which must be blank; the source stays as it is.

    Writers of the source wait meanwhile, so nothing can change while it is read. The target gets all rows in one
    transaction, which is only committed when every table has the same fingerprint on both sides and every check
    holds. With an `actor` the audit trail tells of it, on both sides. `progress` is told how many rows were copied.
    Raises TransferRefused and DatabaseUnavailable.
    """
    if _same(source, target):
        raise TransferRefused("The register is in this database already. Name another one.")
    if not is_blank(target):
        raise TransferRefused(
            f"The database {target.name} is not empty. Name an empty one: nothing is ever written over."
        )
    tables = carried_tables()
    with unchanging(source, tables) as read, target.session(writes=True) as written:
        if actor is not None:  # the source keeps it only if all went well, and after the target does
            event = RegisterMoved(former=_kind(source), database=_kind(target))
            append(read, actor, [event], utc_now())
            read.flush()
        with loading(written, tables):
            sent = {each.name: _copy(read, written, each, progress) for each in tables}
        for each in tables:
            if fingerprint(written, each) != sent[each.name]:
                raise TransferRefused(f"{each.name} did not arrive as it was sent. Nothing was moved.")
        if wrong := problems(written, checks):
            raise TransferRefused(f"Nothing was moved, for the register is not whole. {' '.join(wrong)}")
        rebuild(written)
    return Moved(sent)


def _kind(database: Database) -> str:
    return "sqlite" if database.is_sqlite else "postgresql"


def _same(source: Database, target: Database) -> bool:
    if source.is_sqlite and target.is_sqlite:
        return Path(source.url.database or "").samefile(target.url.database or "")
    return source.url == target.url


@contextmanager
def unchanging(database: Database, tables: Sequence[CarriedTable]) -> Iterator[Session]:
    """A session that reads while writers wait."""
    with database.session(writes=database.is_sqlite) as session:
        if not database.is_sqlite:
            names = ", ".join(f'"{each.name}"' for each in tables)
            session.execute(text(f"LOCK TABLE {names} IN SHARE ROW EXCLUSIVE MODE"))
        yield session


def _copy(
    read: Session, written: Session, each: CarriedTable, progress: Callable[[int], None] | None
) -> Fingerprint:
    counting, line_of = Counting(), line_writer(each)
    for batch in in_batches(read_rows(read, each)):
        for row in batch:
            counting.see(line_of(row))
        put_rows(written, each, batch)
        if progress:
            progress(len(batch))
    return counting.fingerprint()
