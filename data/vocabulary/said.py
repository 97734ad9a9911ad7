"""What words say of an object's type, by the vocabulary: what it is, what it shows, where it belongs.

Comparing a field with a record and finding records by a field must not differ in this: both ask here.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from data.vocabulary.terms import CONTEXTS, GENRES, Term, Vocabulary, types


@dataclass(frozen=True, slots=True)
class SaidOfType:
    """The terms of a type, each list in the order of the text.

    things    what it is, without terms that are broader than another one: of paintings > icons, icons
    shown     what a picture shows, or another term below GENRES
    contexts  where it belongs; that rules nothing out
    """

    things: tuple[Term, ...]
    shown: tuple[Term, ...]
    contexts: tuple[Term, ...]


def said_of_type(texts: Iterable[str]) -> SaidOfType:
    """What the vocabulary recognises in the levels of a type, or in what is asked for."""
    vocabulary = types()
    terms = [term for text in texts for term in vocabulary.terms_in(text)]
    shown = tuple(term for term in terms if vocabulary.is_within(term, GENRES))
    things = [term for term in terms if term not in shown and term.key not in CONTEXTS]
    contexts = tuple(term for term in terms if term.key in CONTEXTS)
    return SaidOfType(_special(vocabulary, things), shown, contexts)


def _special(vocabulary: Vocabulary, terms: Sequence[Term]) -> tuple[Term, ...]:
    """Those that are no broader term of another one."""
    return tuple(
        term
        for term in terms
        if not any(other.key != term.key and vocabulary.is_within(other, term.key) for other in terms)
    )
