"""A small vocabulary of what is stolen and of what it is made: terms of five languages, with their broader terms.

It helps to find and to exchange records; what a record says stays free text. It has nothing to do with the visual
vocabulary of local descriptors (docs/decisions/0002). Identifiers are those of the Art & Architecture Thesaurus of the
Getty Research Institute; a term has one only where it is known for sure.
"""

import functools
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from data.folding import fold
from data.vocabulary.files import rows, values

AAT: Final = "http://vocab.getty.edu/aat/"
"""An identifier behind this is the address by which the thesaurus names a concept."""
GENRES: Final = "genres"
"""The term below which pictures are told by what they show (portraits), not by what they are (oil paintings)."""
CONTEXTS: Final = frozenset(
    {"archaeological-objects", "religious-objects", "ethnographic-objects", "decorative-objects"}
)
"""Terms that tell where an object belongs and not what it is: alone they rule out no type."""
MOST_SUGGESTED: Final = 50
LONGEST_LABEL: Final = 400
"""Characters that are looked at of what is looked up: no term is nearly as long."""


class Language(StrEnum):
    """The languages of the labels, in the order in which they are asked for a word of unknown language."""

    en = "en"
    fr = "fr"
    es = "es"
    it = "it"
    de = "de"


class Kind(StrEnum):
    """What the terms of a vocabulary name."""

    types = "types"
    materials = "materials"


@dataclass(frozen=True, slots=True)
class Term:
    """A term.

    key      its own, stable: for files and programs
    parent   key of the broader term; "" at the top
    aat      identifier in the Art & Architecture Thesaurus; "" where it is not known for sure
    labels   of each language: the preferred one first (of what can be counted in the plural, then the singular)
    """

    key: str
    parent: str
    aat: str
    labels: Mapping[Language, tuple[str, ...]]

    def label(self, language: Language = Language.en) -> str:
        """The preferred label."""
        return self.labels[language][0]

    @property
    def aat_uri(self) -> str:
        """The address of the concept in the thesaurus; "" without one."""
        return AAT + self.aat if self.aat else ""


class TermUnknown(LookupError):
    """No term has this key."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A term by the label that begins as was asked."""

    term: Term
    label: str
    language: Language


class Vocabulary:
    """The terms of one kind. Immutable; safe to share between threads."""

    def __init__(self, terms: Iterable[Term]) -> None:
        self._terms = {term.key: term for term in terms}
        self._narrower: dict[str, list[Term]] = {}
        self._by_aat = {term.aat: term for term in self._terms.values() if term.aat}
        self._labels: dict[Language, dict[str, Term]] = {language: {} for language in Language}
        for term in self._terms.values():
            self._narrower.setdefault(term.parent, []).append(term)
            for language, labels in term.labels.items():
                for label in labels:
                    self._labels[language].setdefault(fold(label), term)
        self._sorted = {language: _sorted_labels(self._terms.values(), language) for language in Language}
        self._first_words = {language: _most_words(self._labels[language]) for language in Language}

    @property
    def terms(self) -> tuple[Term, ...]:
        """All terms, as the table has them."""
        return tuple(self._terms.values())

    def get(self, key: str) -> Term:
        """The term with this key. Raises TermUnknown."""
        if key not in self._terms:
            raise TermUnknown(f"The vocabulary has no term {key[:80]!r}.")
        return self._terms[key]

    def find(self, label: str, language: Language | None = None) -> Term | None:
        """The term that a label of it names, whatever its case and accents, in singular or plural.

        Without a language all are asked, in the order of `Language`: some words mean one thing here, another there.
        """
        wanted = fold(label[:LONGEST_LABEL])
        for each in Language if language is None else (language,):
            if wanted in self._labels[each]:
                return self._labels[each][wanted]
        return None

    def by_aat(self, identifier: str) -> Term | None:
        """The term with this identifier of the thesaurus, given alone ("300033618", "aat:300033618") or as address."""
        return self._by_aat.get(identifier.strip().rstrip("/").rpartition("/")[2].rpartition(":")[2])

    def path(self, term: Term) -> tuple[Term, ...]:
        """The term behind its broader ones, the most general first."""
        above = self.path(self._terms[term.parent]) if term.parent else ()
        return (*above, term)

    def is_within(self, term: Term, key: str) -> bool:
        """Whether the term, or one of its broader ones, has this key."""
        return any(each.key == key for each in self.path(term))

    def narrower(self, key: str = "") -> tuple[Term, ...]:
        """The terms right below a key; without one those at the top."""
        return tuple(self._narrower.get(key, ()))

    def suggest(self, text: str, language: Language | None = None, limit: int = 10) -> tuple[Suggestion, ...]:
        """Up to `limit` (1 to 50) terms of which a label, or else a word within one, begins like the text.

        Each term once, by the first of its labels that does. Without a language all are searched.
        """
        wanted = fold(text[:LONGEST_LABEL])
        if not wanted:
            return ()
        found: dict[str, Suggestion] = {}
        for within in (False, True):
            for each in Language if language is None else (language,):
                for entry in _beginning(self._sorted[each], wanted):
                    if entry.within == within:
                        found.setdefault(entry.term.key, Suggestion(entry.term, entry.label, each))
        return tuple(found.values())[: min(max(limit, 1), MOST_SUGGESTED)]

    def terms_of(self, levels: Sequence[str]) -> tuple[Term, ...]:
        """The terms that the levels of a type name, in their order; levels of free text have none."""
        return tuple(term for term in map(self.find, levels) if term is not None)

    def term_of(self, type_path: Sequence[str]) -> Term | None:
        """What a record's type says: the most special level that is a term.

        What a picture shows counts only where nothing says what it is: paintings > oil paintings > still lifes is an
        oil painting.
        """
        found = self.terms_of(type_path)
        things = tuple(term for term in found if not self.is_within(term, GENRES))
        return next(iter(reversed(things or found)), None)

    def terms_in(self, text: str, language: Language | None = None) -> tuple[Term, ...]:
        """The terms that occur in a text ("oil on canvas": oil paint, canvas), each once, in the order of the text.

        Of labels that overlap the longest counts: "gold leaf" is no "gold". Without a language it is the one that
        explains most words of the text: "oil or tempera" holds no French gold.
        """
        return tuple(term for term, _ in self.named_in(text, language))

    def named_in(
        self, text: str, language: Language | None = None
    ) -> tuple[tuple[Term, tuple[str, ...]], ...]:
        """The same terms, each with the words of the text that name it, folded."""
        words = fold(text).split()
        spoken = [self._explained(words, each) for each in (Language if language is None else (language,))]
        best = max(spoken, key=lambda found: sum(map(len, found.values())))
        return tuple((self._terms[key], tuple(named)) for key, named in best.items())

    def _explained(self, words: Sequence[str], language: Language) -> dict[str, list[str]]:
        """The keys of terms that words of a language name, each with these words."""
        found: dict[str, list[str]] = {}
        labels, first, at = self._labels[language], self._first_words[language], 0
        while at < len(words):
            lengths = range(min(first.get(words[at], 0), len(words) - at), 0, -1)
            named = (length for length in lengths if " ".join(words[at : at + length]) in labels)
            length = next(named, 0)
            if length:
                taken = words[at : at + length]
                found.setdefault(labels[" ".join(taken)].key, []).extend(taken)
            at += length or 1
        return found


@dataclass(frozen=True, slots=True)
class _Entry:
    """Where a word of a label begins: the label from there on, folded.

    within  whether that is not its first word
    """

    folded: str
    within: bool
    label: str
    term: Term


def _most_words(labels: Iterable[str]) -> dict[str, int]:
    """The first words of folded labels, each with how many words the longest of them has."""
    most: dict[str, int] = {}
    for words in map(str.split, labels):
        most[words[0]] = max(most.get(words[0], 0), len(words))
    return most


def _sorted_labels(terms: Iterable[Term], language: Language) -> list[_Entry]:
    entries: dict[tuple[str, str, bool], _Entry] = {}
    for term in terms:
        for label in term.labels[language]:
            words = fold(label).split()
            for at in range(len(words)):
                rest = " ".join(words[at:])
                entries.setdefault((rest, term.key, at > 0), _Entry(rest, at > 0, label, term))
    return sorted(entries.values(), key=lambda each: (each.folded, each.within, each.term.key))


def _beginning(entries: Sequence[_Entry], wanted: str) -> Iterable[_Entry]:
    at = bisect_left(entries, wanted, key=lambda each: each.folded)
    while at < len(entries) and entries[at].folded.startswith(wanted):
        yield entries[at]
        at += 1


def _term(row: Mapping[str, str]) -> Term:
    labels = {language: values(row[language.value]) for language in Language}
    return Term(row["key"], row["parent"], row["aat"], labels)


@functools.cache
def vocabulary(kind: Kind) -> Vocabulary:
    """The vocabulary of a kind, read once."""
    return Vocabulary(map(_term, rows(f"{kind.value}.csv")))


def types() -> Vocabulary:
    """What objects are."""
    return vocabulary(Kind.types)


def materials() -> Vocabulary:
    """What objects are made of, and how."""
    return vocabulary(Kind.materials)
