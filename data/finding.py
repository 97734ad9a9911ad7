"""Finding objects without a picture: by the words of their records, and field by field.

    words, filters -> what is looked for, typing errors put right   finding_words
                   -> the objects that have it all                  finding_fulltext: FTS5 or tsvector; finding_tables
                   -> the nearest first                             finding_rank

What is found is what the database holds at that moment: the index changes with every record, in one transaction
(finding_index).
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from sqlalchemy import ColumnElement, Connection, select
from sqlalchemy.orm import Session

from data.database import Database
from data.filters import READS, TEXTS, Filters
from data.finding_concepts import Asked, asked_words
from data.finding_fulltext import FullText, Ids, full_text
from data.finding_rank import distances
from data.finding_sizes import as_large
from data.finding_tables import FactsRow
from data.finding_terms import MARKS, WORDS_OF, asked_for
from data.finding_words import Sought, seek, widened
from data.query import LONGEST_QUERY, MOST_WORDS, Query, WordsRefused
from data.registered import RegisteredObject
from data.rows import object_of
from data.tables import ObjectRow
from data.writer import LARGEST_ID, WHOLE_OBJECT

__all__ = [
    "LONGEST_QUERY",
    "MOST_WORDS",
    "Correction",
    "FieldHidden",
    "Filters",
    "FoundPage",
    "Matching",
    "PlaceUnknown",
    "Query",
    "WordsRefused",
    "demand_seen",
    "find",
    "matching_ids",
]

LARGEST_PAGE: Final = 500
NOTHING: Final = Filters()
"""Filters that ask for nothing."""
WORDS_READ: Final = frozenset(
    {"date.text" if name == "date_text" else name for name in WORDS_OF}
)  # as data.filters.READS names fields
_PLACE: Final = re.compile(r"(\d{1,4})-(\d{1,10})", re.ASCII)
_BITS: Final = 32


class PlaceUnknown(ValueError):
    """No page ends there."""


class FieldHidden(ValueError):
    """Somebody asks for a field that he may not see: what he finds would tell it."""

    def __init__(self, names: Collection[str]) -> None:
        self.names = tuple(sorted(names))
        super().__init__(f"You may not search by {', '.join(self.names)}. Leave it out, or ask a registrar.")


@dataclass(frozen=True, slots=True)
class Correction:
    """A word that others were looked for instead of, or besides where no object had all that was asked for.

    word     as it was looked for
    field    the filter it belongs to; empty: the words of the query
    instead  words of the register that are spelt alike, the most frequent first
    occurs   whether the word itself occurs too
    """

    word: str
    field: str
    instead: tuple[str, ...]
    occurs: bool


@dataclass(frozen=True, slots=True)
class Matching:
    """The numbers of the objects that were found, ascending, and which words were put right for it."""

    ids: Ids
    corrections: tuple[Correction, ...]

    @property
    def total(self) -> int:
        """How many there are."""
        return len(self.ids)


@dataclass(frozen=True, slots=True)
class FoundPage:
    """Some of the objects that were found, the nearest first.

    total        how many there are on all pages
    after        what to ask with for the next page; empty: there is none
    corrections  the words that were put right
    """

    objects: tuple[RegisteredObject, ...]
    total: int
    after: str
    corrections: tuple[Correction, ...] = ()


def find(
    database: Database,
    query: Query | None = None,
    filters: Filters = NOTHING,
    limit: int = 50,
    after: str = "",
    hidden: Collection[str] = (),
) -> FoundPage:
    """Up to `limit` (1 to 500) objects that have every word and agree with every filter, from the first behind `after`.

    hidden  the fields that whoever asks may not see, parts behind a dot ("theft.place")

    Withdrawn reports are not found; recovered objects are, as they are listed. Without words, lower numbers come first.
    Raises FieldHidden, PlaceUnknown for an `after` that no page was answered with, and DatabaseUnavailable.
    """
    demand_seen(query, filters, hidden)
    limit, behind = min(max(limit, 1), LARGEST_PAGE), _place_of(after)
    with database.session() as session:
        connection = session.connection()
        ids, sought = _found(connection, query, filters)
        far = distances(connection, full_text(connection), ids, [each for _, each in sought])
        places = (far << _BITS) | ids
        following = places[places > behind]
        if len(following) > limit + 1:
            following = np.partition(following, limit)[: limit + 1]
        shown = np.sort(following)[:limit].tolist()
        objects = _objects(session, [place & LARGEST_ID for place in shown])
    last = f"{shown[-1] >> _BITS}-{shown[-1] & LARGEST_ID}" if len(following) > limit else ""
    return FoundPage(objects, len(ids), last, _corrections(sought))


def matching_ids(
    database: Database,
    filters: Filters,
    query: Query | None = None,
    hidden: Collection[str] = (),
    *,
    either_way: bool = False,
) -> Matching:
    """The objects that `find` would list, all of them, by their numbers alone; for what is narrowed by them.

    either_way  also those that have the asked height as their width and the asked width as their height

    With nothing asked for, all that are not withdrawn. Raises FieldHidden and DatabaseUnavailable.
    """
    demand_seen(query, filters, hidden)
    with database.session() as session:
        ids, sought = _found(session.connection(), query, filters, either_way=either_way)
    return Matching(ids, _corrections(sought))


def demand_seen(query: Query | None, filters: Filters, hidden: Collection[str]) -> None:
    """Raise FieldHidden where a field is asked for that may not be seen: what is answered would tell it."""
    asked = {name for name in filters.given if not set(READS[name]).isdisjoint(hidden)}
    if query is not None and not WORDS_READ.isdisjoint(hidden):
        asked.add("words")
    if asked:
        raise FieldHidden(asked)


_Asked = Sequence[tuple[str, Sought]]
"""Words that are looked for, each with the filter it belongs to."""


def _found(
    connection: Connection, query: Query | None, filters: Filters, *, either_way: bool = False
) -> tuple[Ids, _Asked]:
    """The objects, and how they were looked for: where nothing was found, for words that are spelt alike as well."""
    texts = full_text(connection)
    agree = _by_numbers(connection, texts, filters, either_way=either_way)
    words = list(dict.fromkeys(_words(query, filters)))
    if words:
        texts.ready(connection)
    asked = [(name, seek(connection, word, mark)) for name, mark, word in words]
    ids = _with_words(connection, texts, asked, agree)
    if not len(ids) and (agree is None or len(agree)):
        wider = [(name, each if each.alike else widened(connection, each)) for name, each in asked]
        found = _with_words(connection, texts, wider, agree) if wider != asked else ids
        if len(found):
            return found, wider
    return ids, asked


def _words(query: Query | None, filters: Filters) -> Iterator[tuple[str, str, Asked]]:
    """The filter (empty: the query), the mark of its field, a word."""
    if query is not None:
        yield from (("", "", Asked(piece)) for word in query.words for piece in asked_for(word))
    for name, column in TEXTS.items():
        if text := getattr(filters, name):
            for asked in asked_words(name, text):
                yield from (
                    (name, MARKS[column], Asked(piece, asked.means)) for piece in asked_for(asked.word)
                )


def _with_words(connection: Connection, texts: FullText, asked: _Asked, agree: Ids | None) -> Ids:
    """The objects with all words, of those that agree with the numbers."""
    if agree is not None and not len(agree):
        return agree
    if not asked:
        return texts.ids(connection, select(FactsRow.object_id)) if agree is None else agree
    found = texts.find(connection, [each.terms() for _, each in asked])
    return found if agree is None else _both(found, agree)


def _by_numbers(connection: Connection, texts: FullText, filters: Filters, *, either_way: bool) -> Ids | None:
    """The objects that agree with all filters but words; None where there is no such filter."""
    parts = []
    if conditions := list(_conditions(filters)):
        parts.append(texts.ids(connection, select(FactsRow.object_id).where(*conditions)))
    parts += as_large(connection, texts, filters.measurements, either_way=either_way)
    if not parts:
        return None
    agree = parts[0]
    for one in parts[1:]:
        agree = _both(agree, one)
    return agree


def _conditions(filters: Filters) -> Iterator[ColumnElement[bool]]:
    if filters.status:
        yield FactsRow.status.in_([each.value for each in filters.status])
    if filters.made_from is not None:
        yield FactsRow.made_last >= filters.made_from
    if filters.made_to is not None:
        yield FactsRow.made_first <= filters.made_to
    if filters.theft_from is not None:
        yield FactsRow.lost_last >= filters.theft_from.toordinal()
    if filters.theft_to is not None:
        yield FactsRow.lost_first <= filters.theft_to.toordinal()


def _both(one: Ids, other: Ids) -> Ids:
    return one[np.isin(one, other, assume_unique=True)]


def _corrections(asked: _Asked) -> tuple[Correction, ...]:
    return tuple(Correction(each.word, name, each.alike, each.occurs) for name, each in asked if each.alike)


def _place_of(after: str) -> int:
    if not after:
        return -1
    read = _PLACE.fullmatch(after)
    if read is None or int(read[2]) > LARGEST_ID:
        raise PlaceUnknown("No page ends there. Use what the page before was answered with.")
    return int(read[1]) << _BITS | int(read[2])


def _objects(session: Session, ids: Sequence[int]) -> tuple[RegisteredObject, ...]:
    query = select(ObjectRow).where(ObjectRow.id.in_(ids)).options(*WHOLE_OBJECT)
    found = {row.id: object_of(row) for row in session.scalars(query)}
    return tuple(found[one] for one in ids)
