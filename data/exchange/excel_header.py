"""Finds the names of the columns in a sheet: below titles, in one row or in two of which the upper names groups."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from data.exchange.excel_package import Area
from data.exchange.fields import LENGTH_FIELDS, field_of, split_unit

SEARCHED_ROWS: Final = 40
"""Among how many rows that are not empty the header is looked for."""


@dataclass(frozen=True, slots=True)
class Header:
    """The names of the columns, the number of the last row that holds them, and how many of them are known."""

    names: list[str]
    row: int
    known: int


def find_header(
    rows: Sequence[tuple[int, Sequence[str]]], merged: Sequence[Area], recognised: Callable[[object], int]
) -> Header | None:
    """The header among the first rows (number and cells) of a sheet, or None: the first with most known names."""
    best: Header | None = None
    for index, (number, cells) in enumerate(rows):
        upper = [" ".join(cell.split()) for cell in cells]
        found = [Header(upper, number, recognised(upper))]
        if index + 1 < len(rows) and rows[index + 1][0] == number + 1:
            lower = [" ".join(cell.split()) for cell in rows[index + 1][1]]
            both = _joined(_spread(upper, number, merged), lower)
            found.append(Header(both, number + 1, recognised(both)))
        for one in found:
            if one.known > (best.known if best else 0):
                best = one
    return best


def _spread(cells: Sequence[str], row: int, merged: Sequence[Area]) -> list[str]:
    """The cells with what merged ones say in each column that they cover."""
    spread = list(cells)
    for left, top, right, bottom in merged:
        if top <= row <= bottom and left <= len(cells):
            spread += [""] * (min(right, 1000) - len(spread))
            spread[left - 1 : right] = [cells[left - 1]] * (min(right, len(spread)) - left + 1)
    return spread


def _joined(groups: Sequence[str], names: Sequence[str]) -> list[str]:
    """The names of columns under their groups: "Theft" over "date" is Theft date; a group's unit holds for all."""
    width = max(len(groups), len(names))
    groups, names = [*groups, *[""] * (width - len(groups))], [*names, *[""] * (width - len(names))]
    return [_name(group, name) for group, name in zip(groups, names, strict=True)]


def _name(group: str, name: str) -> str:
    if not group or not name or group == name:
        return name or group
    bare, unit = split_unit(group)
    if field_of(f"{bare} {name}"):
        return f"{bare} {name}"
    takes_unit = field_of(name) in (*LENGTH_FIELDS, "weight") and not split_unit(name)[1]
    return f"{name} ({unit})" if unit and takes_unit else name


def names_of(header: Mapping[str, Header | None]) -> str:
    """The sheets, and how many known columns each has, for a message."""
    return ", ".join(f"{name!r} ({found.known if found else 0})" for name, found in header.items())
