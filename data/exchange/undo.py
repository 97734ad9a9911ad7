"""Takes an import back as a whole, and nothing else with it.

Each cell of an object (data.exchange.cells) has a chain of changes by imports, in the order of their ids. The
last one of an import that is undone gives its cell the value from before, unless something else stands there
by now. One that a later import built upon hands that value on to it instead: it is what that import found, as
if this one had never been, and undoing that one later arrives there. What people changed stays either way.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from sqlalchemy import select

from data.actor import Why
from data.audit_events import ImportUndone
from data.exchange.cells import UNDONE as WITHDRAWN
from data.exchange.cells import cells_of, is_seen, put_back
from data.exchange.import_lock import forget, held
from data.exchange.imports import Import, Imports
from data.exchange.journal import UNDONE
from data.import_tables import ImportChangeRow, ImportRow
from data.object_id import Status
from data.register import Register
from data.rows import present
from data.tables import ObjectRow
from data.writer import WHOLE_OBJECT, Writer

_OBJECTS_AT_ONCE: Final = 200


@dataclass(frozen=True, slots=True)
class Undone:
    """An import that was undone, now or before."""

    taken_back: Import
    already: bool
    """It was undone before: there was nothing more to do."""


@dataclass(slots=True)
class _Counts:
    withdrawn: int = 0
    returned: int = 0
    photographs: int = 0
    kept: int = 0


@dataclass(slots=True)
class _Plan:
    """What is to be done with one object."""

    cells: dict[str, Any] = field(default_factory=dict)
    """Cells and the values that they get."""
    photographs: list[int] = field(default_factory=list)
    """Those to remove."""
    by_cell: dict[str, ImportChangeRow] = field(default_factory=dict)
    """The change that gave a cell the value that is taken back now."""


def undo_import(
    register: Register, import_id: int, *, progress: Callable[[int], None] | None = None
) -> Undone:
    """Take back everything that an import changed, in one transaction.

    Objects that it brought are withdrawn, fields return to what they were, photographs that it added are
    removed. What was changed since, by people or a later import, stays and is named in `kept` of the changes.
    The same list imported again brings everything back. `progress` is told how many objects are done.

    Raises ImportNotFound, ImportRunning, DatabaseUnavailable.
    """
    imports = Imports(register.database)
    found = imports.get(import_id)
    if found.state == UNDONE:
        return Undone(found, already=True)
    with held(register.database, import_id):
        with register.writing(Why(reason=f"import {import_id} undone")) as writer:
            row = writer.session.get_one(ImportRow, import_id)
            already = row.state == UNDONE
            if not already:
                counts = _undo(writer, import_id, progress)
                row.state, row.undone_at, row.undone_by = UNDONE, writer.now, str(register.actor)
                row.withdrawn, row.returned = counts.withdrawn, counts.returned
                row.photographs_removed, row.kept = counts.photographs, counts.kept
                writer.changed(ImportUndone(number=import_id, **asdict(counts)))
        forget(register.database, import_id)
    return Undone(imports.get(import_id), already)


def _undo(writer: Writer, import_id: int, progress: Callable[[int], None] | None) -> _Counts:
    counts, done = _Counts(), 0
    changed = select(ImportChangeRow.object_id).where(
        ImportChangeRow.import_id == import_id, ImportChangeRow.object_id.is_not(None)
    )
    ids = sorted({one for one in writer.session.scalars(changed) if one is not None})
    for start in range(0, len(ids), _OBJECTS_AT_ONCE):
        some = ids[start : start + _OBJECTS_AT_ONCE]
        chains = _chains(writer, some)
        rows = list(
            writer.session.scalars(select(ObjectRow).where(ObjectRow.id.in_(some)).options(*WHOLE_OBJECT))
        )
        for row in rows:
            _undo_object(writer, row, chains[row.id], import_id, counts)
        writer.session.flush()
        for done_with in (*rows, *(change for chain in chains.values() for change in chain)):
            writer.session.expunge(done_with)  # a large import does not fit into memory
        done += len(some)
        if progress is not None:
            progress(done)
    return counts


def _chains(writer: Writer, object_ids: Sequence[int]) -> dict[int, list[ImportChangeRow]]:
    """The changes of these objects by imports that stand, oldest first."""
    query = (
        select(ImportChangeRow)
        .join(ImportRow, ImportRow.id == ImportChangeRow.import_id)
        .where(ImportChangeRow.object_id.in_(object_ids), ImportRow.undone_at.is_(None))
        .order_by(ImportChangeRow.id)
    )
    chains: dict[int, list[ImportChangeRow]] = {}
    for change in writer.session.scalars(query):
        chains.setdefault(change.object_id or 0, []).append(change)
    return chains


def _undo_object(
    writer: Writer, row: ObjectRow, chain: list[ImportChangeRow], import_id: int, counts: _Counts
) -> None:
    plan = _Plan()
    now = cells_of(row)
    own = [change for change in chain if change.import_id == import_id]
    if row.status == Status.merged.value:  # it is changed no more: what it was went into another object
        for change in own:
            change.kept = sorted(name for name in change.cells if is_seen(name))
            counts.kept += bool(change.kept)
        return
    kept = {change.id: set(_take_photographs(row, change, plan)) for change in own}
    for change in reversed(own):
        above = [one for one in chain if one.id > change.id and one.import_id != import_id]
        kept[change.id] |= set(_take_cells(change, above, now, plan))
    unfit = put_back(writer, row, plan.cells)
    for name in unfit:
        kept[plan.by_cell[name].id].add(name)
    _remove(writer, row, plan.photographs)
    returned = [name for name in plan.cells if is_seen(name) and name not in unfit]
    counts.withdrawn += plan.cells.get("status") == WITHDRAWN
    counts.returned += bool(returned) and plan.cells.get("status") != WITHDRAWN
    counts.photographs += len(plan.photographs)
    for change in own:
        change.kept = sorted(kept[change.id])
        counts.kept += bool(change.kept)


def _take_cells(
    change: ImportChangeRow, above: Sequence[ImportChangeRow], now: dict[str, Any], plan: _Plan
) -> Iterator[str]:
    """Take a change back in the plan, or hand it on to the next one above; yields what stays and is seen."""
    for name, (before, after) in change.cells.items():
        later = next((one for one in above if name in one.cells), None)
        if later is not None:
            found, made = later.cells[name]
            if found == after:
                later.cells = {**later.cells, name: [before, made]}
        elif name in now and now[name] == after:
            now[name] = plan.cells[name] = before
            plan.by_cell[name] = change
            continue
        if is_seen(name) and name in now:
            yield name


def _take_photographs(row: ObjectRow, change: ImportChangeRow, plan: _Plan) -> Iterator[str]:
    """Plan to remove the photographs that were added; yields those of which people said since what they show."""
    views = {str(photograph.id): photograph.view for photograph in present(row)}
    for number, view in change.photographs.items():
        if number in views and views[number] != view:
            yield f"photograph {number}"
        elif number in views:
            plan.photographs.append(int(number))


def _remove(writer: Writer, row: ObjectRow, photographs: Sequence[int]) -> None:
    for number in photographs:
        writer.remove_photograph(row, number)
    for photograph in row.photographs:
        if photograph.id in photographs:
            photograph.undone_at = writer.now
