"""Rows as they are carried: read in one order, written as lines of JSON, told apart by a digest."""

import base64
import datetime as dt
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from sqlalchemy import Select, column, select, table, union
from sqlalchemy.orm import Session

from data.transfer.carried import CarriedTable, Kind

ROWS_READ: Final = 1000
"""Rows that are in memory at once."""
_LARGEST: Final = 2**63

Row = tuple[Any, ...]


class RowUnreadable(ValueError):
    """A line is no row of its table."""


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """How many rows a table has, and the SHA-256 over all of them in order, as lines."""

    rows: int
    sha256: str


class Counting:
    """Works out a fingerprint while lines go by."""

    def __init__(self) -> None:
        self._rows = 0
        self._hash = hashlib.sha256()

    def see(self, line: bytes) -> None:
        """Take one line into account."""
        self._rows += 1
        self._hash.update(line)

    def fingerprint(self) -> Fingerprint:
        """Of the lines that were seen."""
        return Fingerprint(self._rows, self._hash.hexdigest())


def read_rows(session: Session, each: CarriedTable) -> Iterator[Row]:
    """All rows of a table in order of their primary key, a few at a time."""
    query = each.in_order(sqlite=is_sqlite(session)).execution_options(yield_per=ROWS_READ)
    with session.execute(query) as found:
        for row in found:
            yield tuple(row)


def is_sqlite(session: Session) -> bool:
    """Whether the session is on the embedded database."""
    return session.get_bind().dialect.name == "sqlite"


def fingerprint(session: Session, each: CarriedTable) -> Fingerprint:
    """The fingerprint of a table as it is in the database."""
    counting, line_of = Counting(), line_writer(each)
    for row in read_rows(session, each):
        counting.see(line_of(row))
    return counting.fingerprint()


def photo_keys(session: Session, tables: Sequence[CarriedTable]) -> Iterator[str]:
    """Every key of the photo store that a row names, each once, in order."""
    named: list[Select[Any]] = [
        select(column(name).label("key")).select_from(table(each.name)).where(column(name).is_not(None))
        for each in tables
        for name in each.photo_columns
    ]
    every = union(*named).subquery()
    order = every.c.key if is_sqlite(session) else every.c.key.collate("C")
    query = select(every.c.key).order_by(order).execution_options(yield_per=ROWS_READ)
    with session.execute(query) as found:
        for (key,) in found:
            yield str(key)


def in_batches(rows: Iterator[Row], size: int = ROWS_READ) -> Iterator[list[Row]]:
    """The rows, so many at a time."""
    while batch := list(islice(rows, size)):
        yield batch


_WRITTEN: Final[Mapping[Kind, Callable[[Any], str]]] = {
    Kind.moment: lambda value: value.isoformat(),
    Kind.day: lambda value: value.isoformat(),
    Kind.octets: lambda value: base64.b64encode(value).decode("ascii"),
}


def line_writer(each: CarriedTable) -> Callable[[Row], bytes]:
    """Writes rows of a table as lines: an array of JSON with the columns' values, the same on every database."""
    written = [(at, _WRITTEN[kind]) for at, kind in enumerate(each.columns.values()) if kind in _WRITTEN]
    encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode

    def write(row: Row) -> bytes:
        values = list(row)
        for at, turn in written:
            if values[at] is not None:
                values[at] = turn(values[at])
        return encode(values).encode() + b"\n"

    return write


def _integer(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not -_LARGEST <= value < _LARGEST:
        raise RowUnreadable(f"{value!r} is no whole number that can be kept")
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise RowUnreadable(f"{value!r} is no text")
    value.encode()  # a half of a pair of surrogates has no bytes: UnicodeEncodeError is a ValueError
    return value


def _boolean(value: Any) -> bool:
    if not isinstance(value, bool):
        raise RowUnreadable(f"{value!r} is neither true nor false")
    return value


def _number(value: Any) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise RowUnreadable(f"{value!r} is no number")
    return float(value)


def _moment(value: Any) -> dt.datetime:
    moment = dt.datetime.fromisoformat(_text(value))
    if moment.tzinfo is None:
        raise RowUnreadable(f"{value!r} has no time zone")
    return moment


_READ: Final[Mapping[Kind, Callable[[Any], Any]]] = {
    Kind.integer: _integer,
    Kind.text: _text,
    Kind.json: _text,
    Kind.boolean: _boolean,
    Kind.number: _number,
    Kind.moment: _moment,
    Kind.day: lambda value: dt.date.fromisoformat(_text(value)),
    Kind.octets: lambda value: base64.b64decode(_text(value), validate=True),
}


def row_reader(each: CarriedTable) -> Callable[[bytes], Row]:
    """Reads lines back; anybody may have written them. They raise RowUnreadable."""
    readers = [_READ[kind] for kind in each.columns.values()]

    def read(line: bytes) -> Row:
        try:
            values = json.loads(line)
            if not isinstance(values, list) or len(values) != len(readers):
                raise RowUnreadable(f"has not the {len(readers)} columns of {each.name}")  # noqa: TRY301
            return tuple(
                None if value is None else turn(value) for turn, value in zip(readers, values, strict=True)
            )
        except RowUnreadable:
            raise
        except (ValueError, OverflowError, RecursionError) as problem:
            raise RowUnreadable(f"can't be read: {str(problem)[:200]}") from problem

    return read
