"""What an import may change in an object, cell by cell, so that undoing it touches nothing else.

A cell is a field of the record as data.exchange.changes writes it (`title`, `theft.place`, `status`), what a
photograph shows (`view.12`), and what the register keeps of the list, by which it knows the next time what is
new: `said.title`, `said_view.12`, `digest` and `said`, whether it is kept at all.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from pydantic import ValidationError

from data.exchange.changes import NOTHING, flat, patch_of
from data.merge_patch import patched
from data.object_id import ObjectRecord, Status, ViewKind
from data.rows import present, record_of
from data.tables import ObjectRow
from data.writer import Writer

UNDONE: Final = "undone"
"""The status of an object that undoing an import withdrew; a list brings it back."""
_SAID, _VIEW, _SAID_VIEW = "said.", "view.", "said_view."

Change = tuple[Any, Any]
"""What stood in a cell before, and after."""


def cells_of(row: ObjectRow) -> dict[str, Any]:
    """The object's cells as they are now. Its measurements and photographs must be loaded."""
    cells = flat(record_of(row))
    if row.undone_at is not None:
        cells["status"] = UNDONE
    cells |= {_SAID + name: value for name, value in (NOTHING | (row.source_values or {})).items()}
    cells |= {"said": row.source_values is not None, "digest": row.source_digest}
    for photograph in present(row):
        cells[f"{_VIEW}{photograph.id}"] = photograph.view
        cells[f"{_SAID_VIEW}{photograph.id}"] = photograph.source_view
    return cells


def changes_between(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Change]:
    """The cells that changed. Photographs that came in between are no change of a cell."""
    return {
        name: (value, after[name]) for name, value in before.items() if name in after and value != after[name]
    }


def added_cells(row: ObjectRow) -> dict[str, Change]:
    """The cells of an object that was added, as if undoing had withdrawn it before."""
    return {"status": (UNDONE, row.status)}


def is_seen(name: str) -> bool:
    """Whether a cell is one that people see, and not what the register keeps of the list."""
    return name not in ("said", "digest") and not name.startswith((_SAID, _SAID_VIEW))


def seen(changes: Mapping[str, Change]) -> dict[str, Change]:
    """The changes that people see."""
    return {name: change for name, change in changes.items() if is_seen(name)}


def put_back(writer: Writer, row: ObjectRow, cells: Mapping[str, Any]) -> list[str]:
    """Give the object's cells these values; returns those of the record that no longer fit the rest of it."""
    fields = {name: value for name, value in cells.items() if name in NOTHING and name != "status"}
    record, unfit = _with(record_of(row), fields)
    status = cells.get("status")
    if status is not None:
        wanted = Status.withdrawn if status == UNDONE else Status(status)
        record = record.model_copy(update={"status": wanted})
    writer.amend(row, record)
    if status is not None:
        row.undone_at = writer.now if status == UNDONE else None
    _put_back_views(writer, row, cells)
    _put_back_said(row, cells)
    return unfit


def _with(record: ObjectRecord, fields: Mapping[str, Any]) -> tuple[ObjectRecord, list[str]]:
    """The record with these fields; where they do not fit as a whole, with those that do."""
    if not fields:
        return record, []
    try:
        return patched(record, patch_of(fields)), []
    except ValidationError:
        unfit = []
        for group in _groups(fields):
            try:
                record = patched(record, patch_of(group))
            except ValidationError:
                unfit += list(group)
        return record, unfit


def _groups(fields: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
    """The fields one by one, those of a date or a theft together."""
    groups: dict[str, dict[str, Any]] = {}
    for name, value in fields.items():
        groups.setdefault(name.partition(".")[0], {})[name] = value
    return groups.values()


def _put_back_views(writer: Writer, row: ObjectRow, cells: Mapping[str, Any]) -> None:
    for photograph in present(row):
        view = cells.get(f"{_VIEW}{photograph.id}")
        if view is not None:
            writer.amend_photograph(row, photograph.id, ViewKind(view))
        name = f"{_SAID_VIEW}{photograph.id}"
        if name in cells:
            photograph.source_view = cells[name]


def _put_back_said(row: ObjectRow, cells: Mapping[str, Any]) -> None:
    values = {name.removeprefix(_SAID): value for name, value in cells.items() if name.startswith(_SAID)}
    if values:
        row.source_values = (row.source_values or {}) | values
    if "digest" in cells:
        row.source_digest = cells["digest"]
        if cells.get("said") is False:  # nothing of a list was kept when it was imported first
            row.source_values = None
