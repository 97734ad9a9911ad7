"""In which order objects are found: how far each is from what was asked.

For each word: 0 for the title, 1 for the maker, 2 for the type, 4 for anywhere else; and 1 more where it is only the
beginning of a word, 2 where only the vocabulary says that it is meant, 5 where it is within a word, 6 where a word that
is spelt alike stands for it. The sum over all words is the distance, the same on both databases; FTS5's and
PostgreSQL's own ranks are not. Of the same distance, what was registered earlier comes first.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection

from data.finding_fulltext import FullText, Ids, Term
from data.finding_terms import ANYWHERE, MAKER, TITLE, TYPE
from data.finding_words import BEGINS, WHOLE, WITHIN, Sought

READ_EACH: Final = 1000
"""Objects whose terms are read to rank them. More are ranked from the index."""
WORDS_THAT_RANK: Final = 3
"""Of more objects than that, only the rarest words tell the distance, and elsewhere than in title, maker and type only
whether a word stands there as it is: each step is one more look into the index."""
_FIELDS: Final = ((TITLE, 0), (MAKER, 1), (TYPE, 2), (ANYWHERE, 4))

Distances = npt.NDArray[np.int64]


def distances(connection: Connection, texts: FullText, ids: Ids, sought: Sequence[Sought]) -> Distances:
    """How far each of the objects, all of which were found by these words, is from them: int64, as many as ids."""
    if not sought or not len(ids):
        return np.zeros(len(ids), np.int64)
    if len(ids) <= READ_EACH:
        return _by_reading(connection, texts, ids, sought)
    return _by_index(connection, texts, ids, sought)


def _by_reading(connection: Connection, texts: FullText, ids: Ids, sought: Sequence[Sought]) -> Distances:
    held = texts.held(connection, ids.tolist())
    far = [_far(each) for each in sought]
    spaced = (f" {held[one]} " for one in ids.tolist())
    return np.array([sum(each(terms) for each in far) for terms in spaced], np.int64)


def _far(sought: Sought) -> Callable[[str], int]:
    """How far terms, with a space before and behind each, are from one word."""
    steps = sorted(_steps(sought), key=lambda step: step[0])

    def far(terms: str) -> int:
        return next((distance for distance, occurs in steps if occurs(terms)), steps[-1][0])

    return far


def _steps(sought: Sought) -> Iterator[tuple[int, Callable[[str], bool]]]:
    for mark, base in _fields(sought):
        for kind, terms in sought.kinds(mark):
            yield base + kind, _reader(mark, sought.word, kind, terms)


def _reader(mark: str, word: str, kind: int, terms: Sequence[Term]) -> Callable[[str], bool]:
    """Whether terms hold a word in this way."""
    if kind == WITHIN:
        written = re.compile(f" {mark}[^ _]*{re.escape(word)}")
        return lambda held: written.search(held) is not None
    if kind == BEGINS:
        return lambda held: f" {mark}{word}" in held
    wanted = [f" {term.text} " for term in terms]
    return lambda held: any(one in held for one in wanted)


def _fields(sought: Sought) -> Sequence[tuple[str, int]]:
    return ((sought.mark, 0),) if sought.mark else _FIELDS


def _by_index(connection: Connection, texts: FullText, ids: Ids, sought: Sequence[Sought]) -> Distances:
    far = np.zeros(len(ids), np.int64)
    for word in sorted(sought, key=lambda one: one.objects)[:WORDS_THAT_RANK]:
        own = np.full(len(ids), max(distance for distance, _ in _steps(word)))
        for distance, terms in sorted(_looks(word), key=lambda look: look[0]):
            if own.max() <= distance:
                break  # nothing is left that a further look could bring nearer
            there = np.isin(ids, texts.find(connection, [terms]), assume_unique=True)
            own[there] = np.minimum(own[there], distance)
        far += own
    return far


def _looks(sought: Sought) -> Iterator[tuple[int, Sequence[Term]]]:
    for mark, base in _fields(sought):
        for kind, terms in sought.kinds(mark):
            if mark != ANYWHERE or kind == WHOLE:
                yield base + kind, terms
