"""The words that a search looks for: as they were asked, within longer words, and instead of those that nobody wrote.

A word that no record has, not even as a part of another, is looked for under the words that are spelt most nearly
alike: one letter more, less, other or exchanged with its neighbour, and two from eight letters on. One that the
vocabulary knows is spelt well: it is looked for by what it means as well, and under no others.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import Connection, Select, func, literal, select

from data.finding_concepts import Asked
from data.finding_fulltext import Term
from data.finding_tables import GramRow, TermRow
from data.finding_terms import LONGEST_PART, LONGEST_TERM, SHORTEST_PART, grams_of, may_be_part, threes

MOST_PARTS: Final = 200
"""Longer words that hold a word; where there are more, those that most objects have."""
MOST_ALIKE: Final = 5
"""Words that are looked for instead of one that occurs nowhere."""
SHORTEST_CORRECTED: Final = 4
"""Letters: of shorter words, too many others are spelt alike."""
TWO_EDITS_FROM: Final = 8
"""Letters of a word in which two may be wrong."""
_FREQUENT: Final = "eairnotslcudpmhgbfywkvxzjq"

# What is worse about a word that is found so, in steps of how far a record is from a query.
WHOLE, BEGINS, MEANS, WITHIN, ALIKE = 0, 1, 2, 5, 6


@dataclass(frozen=True, slots=True)
class Sought:
    """One word, as it is looked for behind one mark.

    mark     which field it must be in; empty: in any of the record's words
    means    marked terms of what it means, any of which will do (data.finding_concepts.Asked); None: it is not known
    part     whether it may be the beginning of a word
    within   longer words that it is a part of, but not the beginning
    alike    words that are looked for as well, or instead if the word itself occurs nowhere
    objects  how many have the word as it is
    occurs   whether any has it, whole or as a part
    """

    word: str
    mark: str = ""
    means: tuple[str, ...] | None = None
    part: bool = False
    within: tuple[str, ...] = ()
    alike: tuple[str, ...] = ()
    objects: int = 0
    occurs: bool = True

    def kinds(self, mark: str) -> Iterator[tuple[int, tuple[Term, ...]]]:
        """How much worse each way of finding it behind a mark is than the word itself, and the terms."""
        yield WHOLE, (Term(mark + self.word),)
        if self.part:
            yield BEGINS, (Term(mark + self.word, begins=True),)
        if self.means:
            yield MEANS, tuple(map(Term, self.means))
        for kind, words in ((WITHIN, self.within), (ALIKE, self.alike)):
            if words:
                yield kind, tuple(Term(mark + word) for word in words)

    def terms(self) -> tuple[Term, ...]:
        """All of them, behind its own mark. A beginning is found with the whole word."""
        return (
            Term(self.mark + self.word, begins=self.part),
            *map(Term, self.means or ()),
            *(Term(self.mark + word) for word in (*self.within, *self.alike)),
        )


def seek(connection: Connection, asked: Asked, mark: str) -> Sought:
    """How to look for a word."""
    word = asked.word
    part = may_be_part(word)
    objects = _counted(connection, (mark + word,)).get(mark + word, 0)
    within = _within(connection, word, mark) if part else ()
    occurs = objects > 0 or bool(within) or (part and _begun(connection, mark + word))
    sought = Sought(word, mark, asked.means, part, within, (), objects, occurs)
    return sought if occurs else widened(connection, sought)


def widened(connection: Connection, sought: Sought) -> Sought:
    """The same word, and those that are spelt alike, unless the vocabulary knows it."""
    if sought.means is not None:
        return sought
    return replace(sought, alike=_alike(connection, sought.word, sought.mark))


def _begun(connection: Connection, term: str) -> bool:
    query = select(TermRow.term).where(TermRow.term >= term, TermRow.term < term + "\U0010ffff").limit(1)
    return connection.scalar(query) is not None


def _within(connection: Connection, word: str, mark: str) -> tuple[str, ...]:
    """Terms that hold the word further in: of those with the part of it that is likely to be in the fewest."""
    parts = threes(word) if len(word) >= SHORTEST_PART else set(word) & grams_of(word)
    if word.isdecimal() or not parts:
        return ()
    rarest = max(sorted(parts), key=lambda part: sum(map(_rarity, part)))
    longer = select(GramRow.term).where(
        GramRow.gram == rarest,
        GramRow.length.between(len(word) + 1, LONGEST_TERM),
        GramRow.term.contains(word, autoescape=True),
    )
    found = _behind(connection, longer, mark)
    return _most_used({one: found[one] for one in found if not one.startswith(word)}, MOST_PARTS)


def _rarity(letter: str) -> int:
    """How rare a letter is in the languages of Europe, by its place in the order of their letters."""
    return _FREQUENT.find(letter) if letter in _FREQUENT else len(_FREQUENT)


def most_edits(word: str) -> int:
    """How many letters of a word may be wrong; none of one that is short, endless, or has a digit."""
    if not SHORTEST_CORRECTED <= len(word) < LONGEST_PART or any(map(str.isdigit, word)):
        return 0
    return 1 if len(word) < TWO_EDITS_FROM else 2


def _alike(connection: Connection, word: str, mark: str) -> tuple[str, ...]:
    most = most_edits(word)
    if not most:
        return ()
    asked = threes(f"^{word}$")
    shared = max(
        1, len(asked) - 3 * most
    )  # an edit changes three of them; exchanged neighbours are asked for
    near = (
        select(GramRow.term)
        .where(GramRow.gram.in_(sorted(asked)), GramRow.length.between(len(word) - most, len(word) + most))
        .group_by(GramRow.term)
        .having(func.count() >= shared)
    )
    found = _behind(connection, near, mark)
    exchanged = [mark + one for one in _exchanged(word)]
    found |= {one.removeprefix(mark): count for one, count in _counted(connection, exchanged).items()}
    far = {one: edits(word, one, most) for one in found if one != word}
    nearest = min(far.values(), default=most + 1)
    if nearest > most:
        return ()
    return _most_used({one: found[one] for one in far if far[one] == nearest}, MOST_ALIKE)


def _behind(connection: Connection, words: Select[Any], mark: str) -> dict[str, int]:
    """Those of the words that occur behind a mark, and in how many objects."""
    some = words.subquery()
    found = select(some.c.term, TermRow.objects).join(
        TermRow, TermRow.term == literal(mark, TermRow.term.type).concat(some.c.term)
    )
    return {row[0]: row[1] for row in connection.execute(found)}


def _counted(connection: Connection, terms: Collection[str]) -> dict[str, int]:
    query = select(TermRow.term, TermRow.objects).where(TermRow.term.in_(list(terms)))
    return {row[0]: row[1] for row in connection.execute(query)}


def _most_used(words: dict[str, int], most: int) -> tuple[str, ...]:
    return tuple(sorted(words, key=lambda word: (-words[word], word))[:most])


def _exchanged(word: str) -> Iterator[str]:
    for at in range(len(word) - 1):
        yield word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def edits(one: str, other: str, most: int) -> int:
    """Letters to put in, leave out, replace, or exchange with a neighbour, to make one word the other.

    Anything above `most` comes back as `most` + 1. Optimal string alignment (Boytsov 2011, Indexing methods for
    approximate dictionary searching): no letter is touched twice.
    """
    if abs(len(one) - len(other)) > most:
        return most + 1
    while one and other and one[0] == other[0]:
        one, other = one[1:], other[1:]
    while one and other and one[-1] == other[-1]:
        one, other = one[:-1], other[:-1]
    above, row = [0] * (len(other) + 1), list(range(len(other) + 1))
    for at, letter in enumerate(one):
        upper, above, row = above, row, [at + 1]
        for to, against in enumerate(other):
            steps = [above[to + 1] + 1, row[to] + 1, above[to] + (letter != against)]
            if at and to and letter == other[to - 1] and one[at - 1] == against:
                steps.append(upper[to - 1] + 1)
            row.append(min(steps))
        if min(row) > most and min(above) > most:
            return most + 1
    return min(row[-1], most + 1)
