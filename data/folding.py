"""Text as it is compared: words without case and accents, the same on every database.

SQLite and PostgreSQL disagree about the case of what is not ASCII, and neither folds accents without an extension.
"""

import unicodedata
from typing import Final

# Letters with a stroke and ligatures, which Unicode does not take apart. Case is folded before.
_LETTERS: Final = {
    "ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "\u0131": "i", "þ": "th", "æ": "ae", "œ": "oe",
}  # fmt: skip
_LAST_KEPT_MARK: Final = 9
"""Combining classes up to this one make other letters (Japanese voicing, Indic vowel killers); above are accents."""


def fold(text: str) -> str:
    """The words of a text with a space between: without case and accents, and without what is neither letter nor digit.

    Compatibility forms become plain (NFKD), so full-width digits and ligatures are found too; umlauts lose their dots.
    """
    return " ".join(text.translate(_FOLDED).split())


class _Folded(dict[int, str]):
    """Characters by their code to what they fold to, worked out when first met."""

    def __missing__(self, code: int) -> str:
        plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", chr(code)).casefold())
        self[code] = "".join(map(_folded, plain))
        return self[code]


def _folded(character: str) -> str:
    if unicodedata.combining(character) > _LAST_KEPT_MARK:
        return ""
    if character.isalnum() or unicodedata.category(character).startswith("M"):
        return _LETTERS.get(character, character)
    return " "


_FOLDED: Final = _Folded()
