"""Keeps a text that begins like a formula from being one where a spreadsheet opens a CSV file.

A spreadsheet runs a cell that begins with = + - or @, whatever the file's ending says; some do so after blanks or line
ends too, take the wide forms of these signs for them, or read | and % so. An apostrophe in front makes it text, and is
taken off again by `restored`: each text comes back as it was, also one that began so itself.
"""

import re
from typing import Final

_START: Final = r"(?:[\t\r\n]|\s*[=+\-@|%\uff1d\uff0b\uff0d\uff20])"
_FORMULA: Final = re.compile(rf"'*{_START}")
_MARKED: Final = re.compile(rf"'+{_START}")
_NUMBER: Final = re.compile(r"[+-]?\d+(?:[.,]\d+)?", re.ASCII)


def defused(text: str) -> str:
    """The text as a cell that no spreadsheet takes for a formula; a number stays a number (-480)."""
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text


def restored(text: str) -> str:
    """The text that `defused` was given."""
    return text[1:] if _MARKED.match(text) else text
