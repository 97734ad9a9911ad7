"""Text as the register keeps it.

Text is normalised to Unicode NFC and stripped; control characters are refused, because no store and no page can
be trusted to show them the way they were written.
"""

import unicodedata
from typing import Annotated, Final

from pydantic import AfterValidator, Field

SHORT_TEXT: Final = 400
"""Longest short text (title, maker, place ...), in characters."""
LONG_TEXT: Final = 20_000
"""Longest long text (description, inscriptions ...), in characters."""


def marked(text: str) -> str:
    """The text with a mark for each character that cannot be printed: for names that are taken whatever they are."""
    return "".join(one if one.isprintable() else "\ufffd" for one in text)


def _refuse_control_characters(text: str) -> str:
    for character in text:
        if unicodedata.category(character) in ("Cc", "Cs") and character not in "\n\t":
            raise ValueError(
                f"contains the control character U+{ord(character):04X}: remove it "
                "(it often comes from a copy out of a PDF or from a wrong encoding)"
            )
    return text


def clean_long(text: str) -> str:
    """Normalise text of several lines: NFC, line ends as \\n, stripped; control characters are refused."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    return text.strip() if text.isprintable() else _refuse_control_characters(text).strip()


def clean_short(text: str) -> str:
    """Normalise text of one line: as `clean_long`, and any white space becomes one space."""
    return " ".join(clean_long(text).split())


def at_most(most: int) -> AfterValidator:
    """Checks the length after normalising, which pydantic's own constraint would report as items of a list."""

    def check(text: str) -> str:
        if len(text) > most:
            raise ValueError(f"has {len(text):,} characters; at most {most:,} can be kept")
        return text

    return AfterValidator(check)


def at_least_one(text: str) -> str:
    """The text, which must not be empty."""
    if not text:
        raise ValueError("is empty; leave it out, or say something")
    return text


ShortText = Annotated[
    str, AfterValidator(clean_short), at_most(SHORT_TEXT), Field(json_schema_extra={"maxLength": SHORT_TEXT})
]
LongText = Annotated[
    str, AfterValidator(clean_long), at_most(LONG_TEXT), Field(json_schema_extra={"maxLength": LONG_TEXT})
]
