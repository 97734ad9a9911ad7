"""Reads the values of cells: measurements, days, statuses, lists. Raises CellProblem with what to write instead."""

import calendar
import datetime as dt
import re
from collections.abc import Iterable, Sequence
from typing import Final

from data.object_id import GIVEN, Measurement, Status, ViewKind, unit_of

_NUMBER: Final = r"\d+(?:[.,]\d+)?"
_AMOUNT: Final = re.compile(rf"({_NUMBER})\s*([a-z\"'\u2032\u2033]*)\.?", re.IGNORECASE)
_NAMED: Final = re.compile(rf"([^\d:=]+?)\s*[:=]?\s*({_NUMBER})\s*([a-z\"'\u2032\u2033]*)\.?", re.IGNORECASE)
_TIMES: Final = re.compile(rf"{_NUMBER}(?:\s*[x\u00d7]\s*{_NUMBER}){{1,2}}\s*([a-z\"]+)\.?", re.IGNORECASE)
_ISO_DAY: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_DOTTED_DAY: Final = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})")
_MONTH: Final = re.compile(r"(\d{4})(?:-(\d{1,2}))?")
_MIDNIGHT: Final = re.compile(r"[T ]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?Z?$")  # spreadsheets add it to days
_PART: Final = re.compile(r'\s*"(?:[^"]|"")+"[^;\n]*|[^;\n]+')
_QUOTED: Final = re.compile(
    rf"\"((?:[^\"]|\"\")+)\"\s*[:=]?\s*({_NUMBER})\s*([a-z\"'\u2032\u2033]*)\.?", re.IGNORECASE
)
_SEPARATOR: Final = re.compile(r"(?<!\\)>")
NOT_KNOWN: Final = "?"
"""In a cell for a year or a day: that is not known, though another cell would let it be guessed."""
_SHORT_DIMENSIONS: Final = {
    "h": "height", "w": "width", "b": "width", "diam": "diameter", "dm": "diameter", "ø": "diameter",
    "höhe": "height", "breite": "width", "tiefe": "depth", "durchmesser": "diameter", "länge": "length",
    "gewicht": "weight", "umfang": "circumference", "dicke": "thickness",
}  # fmt: skip
_STATUS_WORDS: Final = {
    "theft": Status.stolen, "gestohlen": Status.stolen, "vole": Status.stolen, "volé": Status.stolen,
    "entwendet": Status.stolen, "lost": Status.missing, "vermisst": Status.missing, "vermißt": Status.missing,
    "abhanden gekommen": Status.missing, "plundered": Status.looted, "geraubt": Status.looted,
    "gefunden": Status.found, "returned": Status.recovered, "sichergestellt": Status.recovered,
    "deleted": Status.withdrawn, "zurückgezogen": Status.withdrawn,
}  # fmt: skip
_VIEW_WORDS: Final = {
    "front": ViewKind.overall, "whole": ViewKind.overall, "gesamt": ViewKind.overall, "vorderseite": ViewKind.overall,
    "reverse": ViewKind.back, "verso": ViewKind.back, "rückseite": ViewKind.back, "close-up": ViewKind.detail,
    "marking": ViewKind.inscription, "inschrift": ViewKind.inscription, "schaden": ViewKind.damage,
    "signatur": ViewKind.signature, "maßstab": ViewKind.scale,
}  # fmt: skip


class CellProblem(ValueError):
    """A cell cannot be understood; the message says what to write instead."""


def split_levels(text: str) -> tuple[str, ...]:
    """A type of several levels: "ceramics > vase > amphora"; within a level, > is written as \\>."""
    levels = (level.strip().replace("\\>", ">") for level in _SEPARATOR.split(text))
    return tuple(level for level in levels if level)


def joined_levels(levels: Sequence[str]) -> str:
    """The levels in one cell, as `split_levels` reads them."""
    return " > ".join(level.replace(">", "\\>") for level in levels)


def split_list(text: str) -> tuple[str, ...]:
    """Several values in one cell, with | between."""
    return tuple(part.strip() for part in text.split("|") if part.strip())


def amount(text: str, dimension: str, unit: str) -> dict[str, str]:
    """A measurement from "32 cm", or from "32" with the unit that the column or another cell gives."""
    match = _AMOUNT.fullmatch(text.strip())
    if not match:
        raise CellProblem(
            f"{dimension}: {text!r} is no measurement; write a number and a unit, as in 32.5 cm"
        )
    return _measurement(dimension, match[1], match[2] or unit)


def amounts(text: str) -> list[dict[str, str]]:
    """Measurements from "height 32 cm; width 20 cm", or from "32 x 20 x 5 cm" (height, width, depth).

    A dimension that holds digits or signs, or is meant as it stands, is put in double quotes: "no. 2" 5 cm.
    """
    found: list[dict[str, str]] = []
    for part in filter(None, (one.strip() for one in _PART.findall(text))):
        if quoted := _QUOTED.fullmatch(part):
            found.append(_measurement(quoted[1].replace('""', '"'), quoted[2], quoted[3]))
        elif times := _TIMES.fullmatch(part):
            numbers = re.findall(_NUMBER, part)
            found += [
                _measurement(dimension, number, times[1])
                for dimension, number in zip(("height", "width", "depth"), numbers, strict=False)
            ]
        elif named := _NAMED.fullmatch(part):
            found.append(_measurement(dimension_of(named[1]), named[2], named[3]))
        else:
            raise CellProblem(
                f"measurements: {part!r} is not understood; write dimension, number and unit, with ; between "
                "several, as in: height 32 cm; width 20.5 cm"
            )
    return found


def joined_amounts(measurements: Iterable[Measurement]) -> str:
    """The measurements in one cell, as `amounts` reads them."""
    return "; ".join(_written(one) for one in measurements)


def _written(one: Measurement) -> str:
    plain = one.dimension.replace(" ", "").isalpha() and dimension_of(one.dimension) == one.dimension
    name = one.dimension if plain else '"' + one.dimension.replace('"', '""') + '"'
    return f"{name} {one.value.normalize():f} {one.unit}"


def dimension_of(word: str) -> str:
    """The dimension that a word or a short form of one means: "H." is height, "Breite" is width."""
    plain = word.strip().lower().rstrip(".")
    return _SHORT_DIMENSIONS.get(plain, plain)


def _measurement(dimension: str, number: str, unit: str) -> dict[str, str]:
    if not unit:
        raise CellProblem(
            f"{dimension}: {number} has no unit; write {number} cm, or name the column {dimension}_cm, "
            "or add a column unit"
        )
    return {"dimension": dimension, "value": number.replace(",", "."), "unit": str(unit_of(unit))}


def year(text: str, field: str) -> int | None:
    """A year as `known_year` reads it; None for a question mark."""
    return None if text.strip() == NOT_KNOWN else known_year(text, field)


def known_year(text: str, field: str) -> int:
    """A year; negative before Christ."""
    try:
        return int(text.strip().removesuffix(".0"))
    except ValueError:
        raise CellProblem(f"{field}: {text!r} is no year; write it as 1652, or -350 for 350 BC") from None


def days(text: str, field: str) -> tuple[dt.date, dt.date]:
    """First and last day of "2024-11-02", "2.11.2024", "2024-11", "2024", or of two of these with / between."""
    parts = re.split(r"\s*/\s*|\s+(?:to|bis|until|-|\u2013)\s+", text.strip())
    if len(parts) == 2 and all(parts):
        return _span(parts[0], field)[0], _span(parts[1], field)[1]
    return _span(text.strip(), field)


def day(text: str, field: str) -> dt.date:
    """One day."""
    first, last = days(text, field)
    if first != last:
        raise CellProblem(f"{field}: {text!r} is not one day; write it as 2024-11-02")
    return first


def _span(text: str, field: str) -> tuple[dt.date, dt.date]:
    bare = _MIDNIGHT.sub("", text.strip())
    try:
        if match := _ISO_DAY.fullmatch(bare):
            one = dt.date(int(match[1]), int(match[2]), int(match[3]))
            return one, one
        if match := _DOTTED_DAY.fullmatch(bare):
            one = dt.date(int(match[3]), int(match[2]), int(match[1]))
            return one, one
        if match := _MONTH.fullmatch(bare):
            first, last = int(match[2] or 1), int(match[2] or 12)
            end = calendar.monthrange(int(match[1]), last)[1]
            return dt.date(int(match[1]), first, 1), dt.date(int(match[1]), last, end)
    except ValueError as error:
        raise CellProblem(f"{field}: {text!r} is no day of the calendar ({error})") from error
    raise CellProblem(f"{field}: {text!r} is no day that is understood; write it as 2024-11-02")


def status(text: str) -> Status:
    """A status by its name or a common word for it."""
    plain = text.strip().lower()
    if plain in GIVEN:
        return Status(plain)
    if plain in _STATUS_WORDS:
        return _STATUS_WORDS[plain]
    raise CellProblem(f"status: {text!r} is none; write one of {', '.join(GIVEN)}")


def view(text: str) -> ViewKind:
    """What a photo shows, by its name or a common word for it."""
    plain = text.strip().lower()
    if plain in ViewKind.__members__:
        return ViewKind(plain)
    if plain in _VIEW_WORDS:
        return _VIEW_WORDS[plain]
    raise CellProblem(f"photo_view: {text!r} is none; write one of {', '.join(ViewKind)}")
