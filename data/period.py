"""Reads the years out of a date as people write it."""

import re
from typing import Final

from data.object_id import DatePeriod
from data.text import clean_short

_YEAR: Final = re.compile(r"(?:(?:c\.|ca\.?|circa|about|around|um)\s*)?(\d{3,4})", re.IGNORECASE)
_YEARS: Final = re.compile(r"(\d{3,4})\s*(?:[-\u2013\u2014/]|to|bis|until)\s*(\d{3,4})", re.IGNORECASE)
_CENTURY: Final = re.compile(
    r"(\d{1,2})(?:st|nd|rd|th|\.)?\s*(?:century|c\.|cent\.?|jahrhundert|jh\.?)", re.IGNORECASE
)


def period_of(text: str) -> DatePeriod:
    """Read the years out of a date as people write it: 1652, 1650-60 is not guessed, 1650-1660, 17th century.

    "About 1652" keeps its year as both ends: how far "about" reaches is for people to say. Text that is not
    understood stays text.
    """
    plain = clean_short(text)
    if match := _YEAR.fullmatch(plain):
        return DatePeriod(text=plain, earliest=int(match[1]), latest=int(match[1]))
    if (match := _YEARS.fullmatch(plain)) and int(match[1]) <= int(match[2]):
        return DatePeriod(text=plain, earliest=int(match[1]), latest=int(match[2]))
    if (match := _CENTURY.fullmatch(plain)) and 1 <= int(match[1]) <= 21:
        return DatePeriod(text=plain, earliest=int(match[1]) * 100 - 99, latest=int(match[1]) * 100)
    return DatePeriod(text=plain)
