"""Reads the tables that lie beside this module: CSV in UTF-8, several values of a cell with | between."""

import csv
from importlib.resources import files


def rows(name: str) -> list[dict[str, str]]:
    """The rows of a table, by the names of its columns."""
    text = files("data.vocabulary").joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def values(cell: str) -> tuple[str, ...]:
    """The values of a cell."""
    return tuple(value for value in cell.split("|") if value)
