"""What a cell of an Excel sheet says, as text that the import understands."""

import datetime as dt
import re
from decimal import Decimal
from typing import Any, Final, get_args

from data.exchange.excel_text import unescaped
from data.object_id import Unit, unit_of

_LITERAL: Final = re.compile(r'"([^"]*)"')
_ZEROS: Final = re.compile(r"0{2,}")
_DIGITS: Final = 15  # as many as a spreadsheet shows; the rest is what binary fractions leave behind


def text_of(value: Any, number_format: str = "") -> str:
    """The cell's text: days as 2024-11-02, numbers without an exponent, with the unit that their format shows."""
    if value is None:
        return ""
    if isinstance(value, str):
        return unescaped(value)
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float):
        return _number(value, number_format)
    if isinstance(value, dt.datetime):
        return str(value.date() if value.time() == dt.time() else value.replace(microsecond=0))
    return str(value)


def _number(value: float, number_format: str) -> str:
    number = Decimal(value) if isinstance(value, int) else Decimal(f"{value:.{_DIGITS}g}")
    text = f"{number.normalize():f}"
    first = number_format.partition(";")[0]
    if _ZEROS.fullmatch(first) and text.isdigit():
        return text.zfill(len(first))  # inventory numbers that are shown as 00042
    for literal in _LITERAL.findall(first):
        unit = unit_of(literal)
        if unit in get_args(Unit):
            return f"{text} {unit}"
    return text
