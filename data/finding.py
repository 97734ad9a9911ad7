"""Finding objects by the words of their records.

Every word must occur in what the Object ID record says of the object, as a word or within one ("pferd" finds
Bronzepferd), whatever its case and accents. The words are matched here and not in SQL: SQLite and PostgreSQL disagree
about the case of what is not ASCII, neither folds accents without an extension, and no pattern language is at work
that a query could misuse.
"""

import heapq
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.database import Database
from data.folding import fold, in_one_line
from data.object_id import Status
from data.registered import RegisteredObject
from data.rows import object_of
from data.tables import ObjectRow
from data.writer import LARGEST_ID, WHOLE_OBJECT

LONGEST_QUERY: Final = 200
"""Characters of a query: a long sentence."""
MOST_WORDS: Final = 20
"""Different words of a query."""
LARGEST_PAGE: Final = 500
ROWS_READ: Final = 1000
"""Records that are in memory at once."""

_TYPE: Final = ObjectRow.type_path
_TEXTS: Final = (
    ObjectRow.maker, ObjectRow.materials, ObjectRow.subject, ObjectRow.inscriptions, ObjectRow.distinguishing_features,
    ObjectRow.description, ObjectRow.date_text, ObjectRow.place_of_origin, ObjectRow.inventory_number,
    ObjectRow.related_written_material, ObjectRow.related_objects,
)  # fmt: skip
"""What the record says of the object. Who reports it, under which case and how it was lost describe no object."""
_PLACE: Final = re.compile(r"(\d{1,4})-(\d{1,10})", re.ASCII)

# How far a record is from a query, for each word: in the title, or elsewhere; alone, or as a part of a longer word.
_IN_TITLE, _WITHIN_TITLE, _ELSEWHERE, _WITHIN = range(4)


class WordsRefused(ValueError):
    """A query that cannot be searched for; the text says why and what to do."""


class PlaceUnknown(ValueError):
    """No page ends there."""


@dataclass(frozen=True, slots=True)
class Query:
    """What was asked.

    text   as it was typed, in one line, without what can't be printed
    words  those that are looked for in records, each once: folded by `data.folding.fold`
    """

    text: str
    words: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> "Query":
        """Read a query. Raises WordsRefused: it is too long, has too many words, or none."""
        if len(text) > LONGEST_QUERY:
            raise WordsRefused(
                f"This has {len(text):,} characters; at most {LONGEST_QUERY} can be searched for. Say less."
            )
        words = tuple(dict.fromkeys(fold(text).split()))
        if len(words) > MOST_WORDS:
            raise WordsRefused(
                f"These are {len(words)} words; at most {MOST_WORDS} can be searched for. Say less."
            )
        if not words:
            raise WordsRefused("There is no word to search for. Give at least one letter or digit.")
        return cls(in_one_line(text), words)


@dataclass(frozen=True, slots=True)
class FoundPage:
    """Some of the objects whose records hold the words, best first.

    total  how many there are on all pages
    after  what to ask with for the next page; empty: there is none
    """

    objects: tuple[RegisteredObject, ...]
    total: int
    after: str


def find_by_words(database: Database, query: Query, limit: int = 50, after: str = "") -> FoundPage:
    """Up to `limit` (1 to 500) objects whose records hold every word, from the first one behind `after`.

    Words in the title come before words elsewhere, words before parts of words, lower numbers before higher ones.
    Withdrawn reports and merged objects are not found; recovered ones are, as they are listed. Every record is read:
    16 ms of one core for 1,000 like `data.object_id.EXAMPLE`, measured on 20,000. Raises PlaceUnknown for an `after`
    that no page was answered with, and DatabaseUnavailable.
    """
    limit, behind = min(max(limit, 1), LARGEST_PAGE), _place_of(after)
    with database.session() as session:
        places = list(_places(session, query.words))
        following = heapq.nsmallest(limit + 1, (place for place in places if place > behind))
        shown = following[:limit]
        objects = _objects(session, [object_id for _, object_id in shown])
    last = "{}-{}".format(*shown[-1]) if len(following) > limit else ""
    return FoundPage(objects, len(places), last)


def _places(session: Session, words: Sequence[str]) -> Iterator[tuple[int, int]]:
    """How far each record that holds all words is from them, and its id; by this pair they are in order."""
    query = (
        select(ObjectRow.id, ObjectRow.title, _TYPE, *_TEXTS)
        .where(ObjectRow.status.not_in((Status.withdrawn.value, Status.merged.value)))
        .execution_options(yield_per=ROWS_READ)
    )
    for object_id, title, type_path, *texts in session.execute(query):
        distance = _distance(words, title, " ".join((*type_path, *texts)))
        if distance is not None:
            yield distance, object_id


def _distance(words: Sequence[str], title: str, rest: str) -> int | None:
    """0 where the title holds all words; None where one of them occurs nowhere."""
    in_title, elsewhere = f" {fold(title)} ", f" {fold(rest)} "
    distance = 0
    for word in words:
        alone = f" {word} "
        part = alone if len(word) == 1 and word.isascii() else word  # a single letter is a part of everything
        if part in in_title:
            distance += _IN_TITLE if alone in in_title else _WITHIN_TITLE
        elif part in elsewhere:
            distance += _ELSEWHERE if alone in elsewhere else _WITHIN
        else:
            return None
    return distance


def _place_of(after: str) -> tuple[int, int]:
    if not after:
        return (-1, 0)
    read = _PLACE.fullmatch(after)
    if read is None or int(read[2]) > LARGEST_ID:
        raise PlaceUnknown("No page ends there. Use what the page before was answered with.")
    return int(read[1]), int(read[2])


def _objects(session: Session, ids: Sequence[int]) -> tuple[RegisteredObject, ...]:
    query = select(ObjectRow).where(ObjectRow.id.in_(ids)).options(*WHOLE_OBJECT)
    found = {row.id: object_of(row) for row in session.scalars(query)}
    return tuple(found[one] for one in ids)
