"""What somebody asks the register with, in words."""

from dataclasses import dataclass
from typing import Final

from data.folding import fold, in_one_line

LONGEST_QUERY: Final = 200
"""Characters of a query: a long sentence."""
MOST_WORDS: Final = 20
"""Different words of a query."""


class WordsRefused(ValueError):
    """A query that cannot be searched for; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Query:
    """What was asked.

    text   as it was typed, in one line, without what can't be printed
    words  those that are looked for in records, each once: folded by `fold`
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
