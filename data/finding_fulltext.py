"""The full text of the records' terms: FTS5 on SQLite, a tsvector under a GIN index on PostgreSQL, one interface.

Both are given the terms ready made (data.finding_terms) and parse no language: FTS5 splits at spaces and leaves letters
beyond ASCII alone, PostgreSQL is handed the lexemes. So the same terms match, and nothing in a query is a command.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

import numpy as np
import numpy.typing as npt
from sqlalchemy import (
    BindParameter,
    Connection,
    LargeBinary,
    Select,
    bindparam,
    cast,
    func,
    literal,
    select,
    text,
)

Ids = npt.NDArray[np.int64]
"""Numbers of objects, each once, ascending."""


@dataclass(frozen=True, slots=True)
class Term:
    """A term that is looked for; with `begins`, whatever begins with it."""

    text: str
    begins: bool = False


Wanted = Sequence[Sequence[Term]]
"""At least one term of each group must occur."""


class FullText(Protocol):
    """What a database must be able to do. Terms are joined by spaces.

    Numbers come in one value: a hundred thousand rows would take longer to fetch than to find.
    """

    def make(self, connection: Connection) -> None:
        """Make the full text, empty, whatever it held; it is to be filled at once, and then settled."""

    def settle(self, connection: Connection) -> None:
        """Make what was filled quick to search."""

    def ready(self, connection: Connection) -> None:
        """Prepare this transaction for looking up terms; whatever reads whole tables should have been read before."""

    def find(self, connection: Connection, wanted: Wanted) -> Ids:
        """The objects whose terms are wanted; `wanted` must not be empty."""

    def ids(self, connection: Connection, query: Select[Any]) -> Ids:
        """The numbers that a query of one column gives, however many: never a row at a time."""

    def held(self, connection: Connection, ids: Collection[int]) -> dict[int, str]:
        """The terms that are held of these objects, of those that are there."""

    def hold(self, connection: Connection, terms: Mapping[int, str]) -> None:
        """Hold these terms of these objects, in the place of what was held of them."""

    def drop(self, connection: Connection, ids: Collection[int]) -> None:
        """Hold nothing of these objects any more."""

    def count(self, connection: Connection, by: Mapping[str, int]) -> None:
        """Add to how many objects have a term, in `search_terms`."""

    def add_grams(self, connection: Connection, grams: Iterable[tuple[str, int, str]]) -> None:
        """Add to `search_grams`: gram, length, term."""


class SqliteFullText:
    """FTS5. It keeps the terms without their places, for none is ever asked for."""

    def make(self, connection: Connection) -> None:
        """See FullText."""
        connection.execute(text("DROP TABLE IF EXISTS search_texts"))
        connection.execute(
            text(
                "CREATE VIRTUAL TABLE search_texts USING fts5("
                "terms, detail = none, columnsize = 0, tokenize = \"ascii tokenchars '_'\")"
            )
        )

    def settle(self, connection: Connection) -> None:
        """See FullText."""
        connection.execute(text("INSERT INTO search_texts (search_texts) VALUES ('optimize')"))

    def ready(self, connection: Connection) -> None:
        """See FullText. There is nothing to prepare."""

    def find(self, connection: Connection, wanted: Wanted) -> Ids:
        """See FullText."""
        asked = _joined(wanted, " AND ", " OR ", lambda term: f'"{term.text}"{" *" if term.begins else ""}')
        query = text("SELECT group_concat(rowid) FROM search_texts WHERE search_texts MATCH :asked")
        return _from_text(connection.execute(query, {"asked": asked}).scalar())

    def ids(self, connection: Connection, query: Select[Any]) -> Ids:
        """See FullText."""
        (column,) = query.selected_columns
        return _from_text(connection.execute(query.with_only_columns(func.group_concat(column))).scalar())

    def held(self, connection: Connection, ids: Collection[int]) -> dict[int, str]:
        """See FullText."""
        query = text("SELECT rowid, terms FROM search_texts WHERE rowid IN :ids")
        found = connection.execute(query.bindparams(_LIST), {"ids": list(ids)})
        return {row[0]: row[1] for row in found}

    def hold(self, connection: Connection, terms: Mapping[int, str]) -> None:
        """See FullText."""
        self.drop(connection, terms)
        query = text("INSERT INTO search_texts (rowid, terms) VALUES (:id, :terms)")
        connection.execute(query, [{"id": one, "terms": terms[one]} for one in sorted(terms)])

    def drop(self, connection: Connection, ids: Collection[int]) -> None:
        """See FullText."""
        query = text("DELETE FROM search_texts WHERE rowid IN :ids")
        connection.execute(query.bindparams(_LIST), {"ids": list(ids)})

    def count(self, connection: Connection, by: Mapping[str, int]) -> None:
        """See FullText."""
        query = text(
            "INSERT INTO search_terms VALUES (:term, :by) "
            "ON CONFLICT (term) DO UPDATE SET objects = search_terms.objects + excluded.objects"
        )
        connection.execute(query, [{"term": term, "by": by[term]} for term in sorted(by)])

    def add_grams(self, connection: Connection, grams: Iterable[tuple[str, int, str]]) -> None:
        """See FullText."""
        query = text("INSERT INTO search_grams VALUES (:gram, :length, :term)")
        rows = [{"gram": gram, "length": length, "term": term} for gram, length, term in sorted(grams)]
        connection.execute(query, rows)


class PostgresqlFullText:
    """A tsvector of lexemes without places; the wide values lie apart, so that the narrow rows are read quickly.

    PostgreSQL moves values out of a row only if it has more than two kilobytes, which few have. The column `wide` makes
    each row so large until it is compressed, which leaves some thirty bytes of it; then the terms are moved too.
    """

    def make(self, connection: Connection) -> None:
        """See FullText."""
        connection.execute(text("DROP TABLE IF EXISTS search_texts"))
        connection.execute(
            text(
                "CREATE TABLE search_texts (object_id INTEGER PRIMARY KEY, terms TSVECTOR NOT NULL, "
                "wide TEXT NOT NULL DEFAULT repeat(' ', 2100)) WITH (toast_tuple_target = 128)"
            )
        )

    def settle(self, connection: Connection) -> None:
        """See FullText."""
        # without fastupdate: a search would have to go through what waits to be merged
        connection.execute(
            text(
                "CREATE INDEX ix_search_texts_terms ON search_texts USING gin (terms) WITH (fastupdate = off)"
            )
        )

    def ready(self, connection: Connection) -> None:
        """See FullText."""
        # The planner takes a match for cheap and a list of terms for long: it would rather read everything.
        settings = ("enable_seqscan", "enable_hashjoin", "enable_mergejoin", "jit")
        connection.execute(select(*(func.set_config(name, "off", True) for name in settings)))

    def find(self, connection: Connection, wanted: Wanted) -> Ids:
        """See FullText."""
        asked = _joined(wanted, " & ", " | ", lambda term: f"'{term.text}'{':*' if term.begins else ''}")
        query = text(
            "SELECT string_agg(int4send(object_id), CAST('' AS bytea)) FROM search_texts "
            "WHERE terms @@ CAST(:asked AS tsquery)"
        )
        return _from_bytes(connection.execute(query, {"asked": asked}).scalar())

    def ids(self, connection: Connection, query: Select[Any]) -> Ids:
        """See FullText."""
        (column,) = query.selected_columns
        sent = func.string_agg(func.int4send(column), cast(literal(""), LargeBinary))
        return _from_bytes(connection.execute(query.with_only_columns(sent)).scalar())

    def held(self, connection: Connection, ids: Collection[int]) -> dict[int, str]:
        """See FullText."""
        query = text(
            "SELECT object_id, array_to_string(tsvector_to_array(terms), ' ') FROM search_texts "
            "WHERE object_id = ANY(CAST(:ids AS integer[]))"
        )
        return {row[0]: row[1] for row in connection.execute(query, {"ids": list(ids)})}

    def hold(self, connection: Connection, terms: Mapping[int, str]) -> None:
        """See FullText."""
        query = text(
            "INSERT INTO search_texts SELECT id, array_to_tsvector(string_to_array(terms, ' ')) "
            "FROM unnest(CAST(:ids AS integer[]), CAST(:terms AS text[])) AS given (id, terms) "
            "ON CONFLICT (object_id) DO UPDATE SET terms = excluded.terms, wide = excluded.wide"
        )
        connection.execute(query, {"ids": list(terms), "terms": list(terms.values())})

    def drop(self, connection: Connection, ids: Collection[int]) -> None:
        """See FullText."""
        query = text("DELETE FROM search_texts WHERE object_id = ANY(CAST(:ids AS integer[]))")
        connection.execute(query, {"ids": list(ids)})

    def count(self, connection: Connection, by: Mapping[str, int]) -> None:
        """See FullText."""
        query = text(
            "INSERT INTO search_terms SELECT term, by FROM "
            "unnest(CAST(:terms AS text[]), CAST(:by AS integer[])) AS given (term, by) "
            "ON CONFLICT (term) DO UPDATE SET objects = search_terms.objects + excluded.objects"
        )
        connection.execute(query, {"terms": list(by), "by": list(by.values())})

    def add_grams(self, connection: Connection, grams: Iterable[tuple[str, int, str]]) -> None:
        """See FullText."""
        gram, length, term = zip(*grams, strict=True)
        query = text(
            "INSERT INTO search_grams SELECT * FROM "
            "unnest(CAST(:gram AS text[]), CAST(:length AS integer[]), CAST(:term AS text[]))"
        )
        connection.execute(query, {"gram": list(gram), "length": list(length), "term": list(term)})


def full_text(connection: Connection) -> FullText:
    """The full text of this database."""
    return SqliteFullText() if connection.dialect.name == "sqlite" else PostgresqlFullText()


_LIST: Final[BindParameter[Any]] = bindparam("ids", expanding=True)


def _joined(wanted: Wanted, every: str, some: str, written: Callable[[Term], str]) -> str:
    return every.join(f"({some.join(map(written, group))})" for group in wanted)


def _from_text(numbers: str | int | None) -> Ids:
    return _ascending(np.fromstring(str(numbers), np.int64, sep=",") if numbers is not None else np.empty(0))


def _from_bytes(numbers: bytes | None) -> Ids:
    return _ascending(np.frombuffer(numbers or b"", ">i4"))


def _ascending(numbers: npt.NDArray[np.generic]) -> Ids:
    return np.sort(numbers.astype(np.int64))
