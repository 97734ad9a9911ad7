"""Keeps the index of words and fields true: whatever writes an object, its terms change in the same transaction.

    a session writes objects -> their numbers are noted -> before it commits, what the database then says of them is
    indexed in place of what was

So no writer has to think of it, and none can forget it: the sessions of data.database do it themselves. Statements
that change many objects at once pass the session's notes by; they are refused (NotIndexed).
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection, delete, event, insert, select
from sqlalchemy.orm import ORMExecuteState, Session, sessionmaker

from data.finding_fulltext import FullText, full_text
from data.finding_tables import FactsRow, GramRow, SizeRow, TermRow
from data.finding_terms import (
    NUMBERS_OF,
    WORDS_OF,
    dimension_of,
    facts_of,
    grams_of,
    is_indexed,
    micro,
    terms_of,
)
from data.parts import in_parts
from data.tables import MeasurementRow, ObjectRow

AT_ONCE: Final = 500
"""Objects that are indexed by one run of statements."""
TERMS_AT_ONCE: Final = 5000
"""Terms that are counted by one statement."""
ELSEWHERE: Final = "changes_nothing_that_is_found"
"""An execution option: this statement on objects changes neither words nor fields that are found."""
_NOTED: Final = "objects to index"
_COLUMNS: Final = [getattr(ObjectRow, name) for name in ("id", *WORDS_OF, "theft_place", *NUMBERS_OF)]


class NotIndexed(RuntimeError):
    """A statement would change objects without the index knowing."""


def keep_indexed(sessions: "sessionmaker[Session]") -> None:
    """Make the sessions index what they write."""
    event.listen(sessions, "after_flush", _note)
    event.listen(sessions, "before_commit", _index_noted)
    event.listen(sessions, "after_rollback", _forget)
    event.listen(sessions, "do_orm_execute", _refuse_unnoticed)


def _note(session: Session, _flush: object) -> None:
    noted: set[int] = session.info.setdefault(_NOTED, set())
    for row in (*session.new, *session.dirty, *session.deleted):
        if isinstance(row, ObjectRow):
            noted.add(row.id)
        elif isinstance(row, MeasurementRow):
            noted.add(row.object_id)


def _index_noted(session: Session) -> None:
    session.flush()
    if noted := session.info.pop(_NOTED, None):
        index_objects(session.connection(), noted)


def _forget(session: Session) -> None:
    session.info.pop(_NOTED, None)


def _refuse_unnoticed(state: ORMExecuteState) -> None:
    writes = state.is_insert or state.is_update or state.is_delete
    mapper = state.bind_mapper
    if writes and mapper is not None and mapper.class_ in (ObjectRow, MeasurementRow):
        if state.execution_options.get(ELSEWHERE):
            return
        raise NotIndexed(
            f"This statement changes {mapper.class_.__tablename__} and leaves the index of words and fields as it is. "
            f"Change rows through the session, or say with the execution option {ELSEWHERE!r} that nothing is changed "
            "by which objects are found, or call data.finding_index.index_objects after it."
        )


def index_everything(connection: Connection) -> None:
    """Make the index anew from the records, whatever it held: for a database that was filled past the sessions.

    Terms are counted in memory and written once at the end. Nobody else may write meanwhile.
    """
    texts = full_text(connection)
    texts.make(connection)
    for table in (FactsRow, SizeRow, TermRow, GramRow):
        connection.execute(delete(table))
    by: Counter[str] = Counter()
    after = 0
    while rows := _rows(connection, ObjectRow.id > after):
        there = {row["id"]: row for row in rows if is_indexed(row)}
        terms = {one: terms_of(row) for one, row in there.items()}
        by.update(term for one in terms.values() for term in one)
        if terms:
            texts.hold(connection, {one: " ".join(held) for one, held in terms.items()})
            connection.execute(insert(FactsRow), _facts(there))
        if sizes := _sizes(connection, list(there)):
            connection.execute(insert(SizeRow), sizes)
        after = rows[-1]["id"]
    for some in in_parts(sorted(by), TERMS_AT_ONCE):
        texts.count(connection, {term: by[term] for term in some})
        if grams := [gram for term in some for gram in _grams(term)]:
            texts.add_grams(connection, grams)
    texts.settle(connection)


def _rows(connection: Connection, *conditions: Any) -> list[dict[str, Any]]:
    query = select(*_COLUMNS).where(*conditions).order_by(ObjectRow.id).limit(AT_ONCE)
    return [row._asdict() for row in connection.execute(query)]


def index_objects(connection: Connection, ids: Iterable[int]) -> None:
    """Index what the database says of these objects now, in place of what was indexed of them."""
    ordered, texts = sorted(ids), full_text(connection)
    for start in range(0, len(ordered), AT_ONCE):
        _index(connection, texts, ordered[start : start + AT_ONCE])


def _index(connection: Connection, texts: FullText, ids: Sequence[int]) -> None:
    there = {row["id"]: row for row in _rows(connection, ObjectRow.id.in_(ids)) if is_indexed(row)}
    before = {one: set(terms.split()) for one, terms in texts.held(connection, ids).items()}
    after = {one: terms_of(row) for one, row in there.items()}
    if gone := before.keys() - after.keys():
        texts.drop(connection, gone)
    changed = {one: terms for one, terms in after.items() if set(terms) != before.get(one)}
    if changed:
        texts.hold(connection, {one: " ".join(terms) for one, terms in changed.items()})
    by = Counter(term for terms in after.values() for term in terms)
    by.subtract(term for terms in before.values() for term in terms)
    _count(connection, texts, {term: number for term, number in by.items() if number})
    _replace(connection, FactsRow, ids, _facts(there))
    _replace(connection, SizeRow, ids, _sizes(connection, list(there)))


def _count(connection: Connection, texts: FullText, by: Mapping[str, int]) -> None:
    """Count terms; one that is new gets its grams, and one that is in no object any more leaves with them."""
    if not by:
        return
    more = [term for term, number in by.items() if number > 0]
    known = {
        term for some in in_parts(more, TERMS_AT_ONCE) for term in _terms(connection, TermRow.term.in_(some))
    }
    texts.count(connection, by)
    if new := [row for term in more if term not in known for row in _grams(term)]:
        texts.add_grams(connection, new)
    fewer = [term for term, number in by.items() if number < 0]
    for some in in_parts(fewer, TERMS_AT_ONCE):
        for term in _terms(connection, TermRow.term.in_(some), TermRow.objects <= 0):
            connection.execute(delete(TermRow).where(TermRow.term == term))
            for gram, length, _ in _grams(term):
                connection.execute(
                    delete(GramRow).where(
                        GramRow.gram == gram, GramRow.length == length, GramRow.term == term
                    )
                )


def _terms(connection: Connection, *conditions: Any) -> list[str]:
    return list(connection.scalars(select(TermRow.term).where(*conditions)))


def _grams(term: str) -> list[tuple[str, int, str]]:
    """The rows of `search_grams` of a term; none for a marked one, which is found through its word."""
    return [] if "_" in term else [(gram, len(term), term) for gram in sorted(grams_of(term))]


def _facts(there: Mapping[int, Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [{"object_id": one, **facts_of(row)} for one, row in there.items()]


def _sizes(connection: Connection, ids: Sequence[int]) -> list[dict[str, Any]]:
    query = select(
        MeasurementRow.object_id, MeasurementRow.dimension, MeasurementRow.value, MeasurementRow.unit
    ).where(MeasurementRow.object_id.in_(ids))
    sizes = {
        (dimension_of(dimension), micro(value, unit), object_id)
        for object_id, dimension, value, unit in connection.execute(query)
    }
    return [
        {"dimension": dimension, "amount": amount, "object_id": one}
        for dimension, amount, one in sorted(sizes)
    ]


def _replace(
    connection: Connection,
    table: type[FactsRow] | type[SizeRow],
    ids: Sequence[int],
    rows: list[dict[str, Any]],
) -> None:
    connection.execute(delete(table).where(table.object_id.in_(ids)))
    if rows:
        connection.execute(insert(table), rows)
