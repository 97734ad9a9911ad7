"""Brings one entry into the register, within a transaction, and says what that changed."""

from dataclasses import dataclass, field

from pydantic import ValidationError

from data.exchange.cells import Change, added_cells, cells_of, changes_between
from data.exchange.changes import flat, take_over, take_over_views
from data.exchange.entry import Read
from data.exchange.mapping import reasons
from data.exchange.report import Action
from data.registered import OWN_ID
from data.rows import present, register_name
from data.tables import ObjectRow
from data.writer import Writer


class NotTaken(ValueError):
    """The entry cannot be taken; the message says why."""


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of an entry."""

    action: Action
    notes: list[str]
    row: ObjectRow
    cells: dict[str, Change] = field(default_factory=dict)
    """What changed in its object, by cell (data.exchange.cells)."""
    photographs: dict[int, str] = field(default_factory=dict)
    """Those that were added, by id: what each shows."""


def apply_read(
    writer: Writer, one: Read, row: ObjectRow | None, register_id: int, *, dry_run: bool
) -> Applied:
    """Bring an entry into its object, or into a new one of this source register if `row` is None. Raises NotTaken."""
    entry, photos = one.entry, one.photos
    if entry.problem:
        raise NotTaken(entry.problem)
    if entry.needs_photo and photos and all(photo.refused for photo in photos):
        raise NotTaken(photos[0].refused)
    if row is not None:
        return _update(writer, one, row, register_id)
    added = _add(writer, one, register_id)
    if not (dry_run and entry.repeats):  # a dry run adds nothing that a later row could meet
        return added
    action: Action = "update" if added.photographs else "unchanged"
    return Applied(action, [f"the object of line {entry.repeats}"], added.row, {}, added.photographs)


def _add(writer: Writer, one: Read, register_id: int) -> Applied:
    entry, record = one.entry, one.checked.record
    assert record is not None, "what has no record has a problem"
    stored = [photo.stored for photo in one.photos if photo.stored is not None]
    said = flat(record, entry.fields)
    row = writer.add(record, stored, entry.source_key, entry.digest, said, register_id)
    photographs = {photograph.id: photograph.view for photograph in row.photographs}
    return Applied("add", [], row, added_cells(row), photographs)


def _update(writer: Writer, one: Read, row: ObjectRow, register_id: int) -> Applied:
    entry, record = one.entry, one.checked.record
    assert record is not None, "what has no record has a problem"
    before, there = cells_of(row), {photograph.id for photograph in present(row)}
    notes = [f"the object of line {entry.repeats}"] if entry.repeats else []
    changed = False
    if row.source_digest != entry.digest or row.source_values is None or row.undone_at is not None:
        try:
            changed, about = take_over(writer, row, flat(record, entry.fields), entry.digest)
        except ValidationError as error:
            raise NotTaken(reasons(error)) from error
        notes += about
    stored = [photo.stored for photo in one.photos if photo.stored is not None]
    if added := writer.add_photographs(row, stored, listed=True):
        notes.append(f"{len(added)} photograph{'s' if len(added) > 1 else ''} added")
    if views := take_over_views(writer, row, one.views):
        notes.append(f"{views} view{'s' if views > 1 else ''} changed")
    changed = bool(changed or added or views)
    if changed and (row.register_id or OWN_ID) != register_id:
        notes.append(f"it belongs to the register {register_name(row).key} by now")
    return Applied(
        "update" if changed else "unchanged",
        notes,
        row,
        changes_between(before, cells_of(row)),
        {photograph.id: photograph.view for photograph in present(row) if photograph.id not in there},
    )
