"""Mappings of fields to columns that are kept under a name, for lists that come again and again."""

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from data.database import Database, utc_now
from data.exchange.mapping import known_field
from data.import_tables import MappingRow

LONGEST_NAME: Final = 60
LONGEST_COLUMN: Final = 400
MOST_MAPPINGS: Final = 1000
_NAME: Final = re.compile(r"\w[\w .,'()&+-]*")


class MappingRefused(ValueError):
    """The mapping cannot be kept as asked; the message says why and what to do."""


class MappingNotFound(LookupError):
    """No mapping has this name."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(
            f"There is no mapping {name[:LONGEST_NAME]!r}. `artrieve mapping list` shows those there are."
        )


@dataclass(frozen=True, slots=True)
class SavedMapping:
    """A mapping under its name."""

    name: str
    columns: Mapping[str, str]
    """Our fields and the names of the columns."""
    saved_at: dt.datetime
    saved_by: str


class SavedMappings:
    """The mappings of a register. Names that differ in case only are one name."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> list[SavedMapping]:
        """All of them, by name."""
        with self._database.session() as session:
            return [
                _saved(row) for row in session.scalars(select(MappingRow).order_by(MappingRow.plain_name))
            ]

    def get(self, name: str) -> SavedMapping:
        """The mapping with this name. Raises MappingNotFound."""
        with self._database.session() as session:
            row = _find(session, name)
            if row is None:
                raise MappingNotFound(name)
            return _saved(row)

    def check(self, name: str, columns: Mapping[str, str]) -> None:
        """Raise MappingRefused if `save` would, and ImportRefused for a field that there is not."""
        name, columns = clean_name(name), _cleaned(columns)
        with self._database.session() as session:
            self._check(session, name, columns)

    def save(self, name: str, columns: Mapping[str, str], *, actor: str = "") -> SavedMapping:
        """Keep a mapping. The same under the same name changes nothing; another is refused.

        Raises MappingRefused, and ImportRefused for a field that there is not.
        """
        name, columns = clean_name(name), _cleaned(columns)
        try:
            with self._database.session(writes=True) as session:
                there = self._check(session, name, columns)
                if there is not None:
                    return _saved(there)
                row = MappingRow(
                    name=name, plain_name=plain(name), columns=columns, saved_at=utc_now(), saved_by=actor
                )
                session.add(row)
                session.flush()
                return _saved(row)
        except IntegrityError:  # on PostgreSQL somebody else was faster
            return self.save(name, columns, actor=actor)

    def remove(self, name: str) -> SavedMapping:
        """Forget a mapping; imports that used it keep theirs. Raises MappingNotFound."""
        with self._database.session(writes=True) as session:
            row = _find(session, name)
            if row is None:
                raise MappingNotFound(name)
            session.delete(row)
            return _saved(row)

    def _check(self, session: Session, name: str, columns: Mapping[str, str]) -> MappingRow | None:
        there = _find(session, name)
        if there is not None and there.columns != columns:
            raise MappingRefused(
                f"There is another mapping called {there.name!r}. Choose another name, or remove that one first: "
                f'artrieve mapping remove "{there.name}"'
            )
        if there is None and len(session.scalars(select(MappingRow.id)).all()) >= MOST_MAPPINGS:
            raise MappingRefused(f"There are {MOST_MAPPINGS} mappings already: remove some first.")
        return there


def clean_name(name: str) -> str:
    """The name as it is kept. Raises MappingRefused."""
    clean = " ".join(unicodedata.normalize("NFC", name).split())
    if not clean or len(clean) > LONGEST_NAME or not _NAME.fullmatch(clean):
        raise MappingRefused(
            f"{name[:LONGEST_NAME]!r} is no name for a mapping: use up to {LONGEST_NAME} letters, digits, spaces and "
            ". , ' ( ) & + - _, a letter or digit first."
        )
    return clean


def plain(name: str) -> str:
    """By what a name is found: without case, and whatever way its letters are written."""
    return unicodedata.normalize("NFKC", " ".join(name.split())).casefold()


def _cleaned(columns: Mapping[str, str]) -> dict[str, str]:
    if not columns:
        raise MappingRefused("There is nothing to keep: say which fields are which columns (--map).")
    for column in columns.values():
        if not column.isprintable() or len(column) > LONGEST_COLUMN:
            raise MappingRefused(
                f"{column[:LONGEST_NAME]!r} is no column that a mapping can keep: rename it in the list, in up to "
                f"{LONGEST_COLUMN} printable characters."
            )
    return {known_field(field): column for field, column in columns.items()}


def _find(session: Session, name: str) -> MappingRow | None:
    try:
        clean_name(name)
    except MappingRefused:  # none is kept under it, and no database need be asked about it
        return None
    return session.scalar(select(MappingRow).where(MappingRow.plain_name == plain(name)))


def _saved(row: MappingRow) -> SavedMapping:
    return SavedMapping(row.name, dict(row.columns), row.saved_at, row.saved_by)
