"""Whether an object is searched for: recovered, withdrawn, merged with a duplicate, reinstated, linked, told apart.

    stolen, missing, looted, found  <-> recovered <-> withdrawn      recover, withdraw, reinstate, or a plain amendment
                  any of these      --> merged                       merge; nothing but reinstating leads back

A merged object stays registered under its id and says into which one it went. The one that is kept gets photographs
like those of the other, under ids of their own: a photograph never changes its object, so old search records and old
versions go on telling the truth.
"""

from typing import Final

from sqlalchemy import select

from data.duplicate_tables import DuplicateState
from data.duplicates import settle
from data.history import Change
from data.object_id import GIVEN, SEARCHABLE, Status
from data.registered import StatusConflict
from data.tables import LinkRow, ObjectRow, PhotographRow
from data.writer import Writer

_SOUGHT: Final = tuple(one for one in GIVEN if one in SEARCHABLE)


def end_search(writer: Writer, row: ObjectRow, status: Status) -> None:
    """The object is recovered, or its report withdrawn. Raises StatusConflict: it is so already, or was merged."""
    writer.refuse_merged(row)
    if row.status == status.value:
        raise StatusConflict(
            row.id, f"Object {row.id} is {status.value} already. Nothing is left to be done."
        )
    change = Change.recovered if status is Status.recovered else Change.withdrawn
    _set_status(writer, row, status, change)


def reinstate(writer: Writer, row: ObjectRow, status: Status | None = None) -> None:
    """The object is searched for again, or a merge is taken back; without a `status` it gets the one it had before.

    Raises StatusConflict: it is neither recovered nor withdrawn nor merged, the status given is none under which
    objects are searched for, or it is not known what its status was.
    """
    if status is not None and status not in SEARCHABLE:
        raise StatusConflict(row.id, f"Nothing is reinstated as {status.value}. Give one of: {_either()}.")
    if Status(row.status) in SEARCHABLE:
        raise StatusConflict(
            row.id, f"Object {row.id} is {row.status} and searched for: there is nothing to reinstate."
        )
    was_merged = row.status == Status.merged.value
    status = status or _status_before(writer, row, GIVEN if was_merged else _SOUGHT)
    other, row.merged_into = row.merged_into, None
    _set_status(writer, row, status, Change.reinstated, other)
    if was_merged and other is not None:
        _separate(writer, row)
        settle(writer, row.id, other, DuplicateState.open)


def merge(writer: Writer, row: ObjectRow, kept: ObjectRow) -> None:
    """The object is the same as another one, which is kept. Raises StatusConflict.

    An object that is searched for is never merged into one that is not: it would leave the search unnoticed.
    """
    if row.id == kept.id:
        raise StatusConflict(
            row.id, "An object cannot be merged into itself. Give the number of another one."
        )
    writer.refuse_merged(row)
    writer.refuse_merged(kept)
    if row.status in _SOUGHT and kept.status not in _SOUGHT:
        raise StatusConflict(
            row.id,
            f"Object {kept.id} is {kept.status}, and object {row.id} would no longer be searched for. "
            f"Merge object {kept.id} into object {row.id}, or first say of object {row.id} too that it is "
            f"{kept.status}.",
        )
    shared = writer.share_photographs(kept, row)
    writer.touch(kept, Change.absorbed, other=row.id, photographs=shared)
    row.merged_into = kept.id
    _set_status(writer, row, Status.merged, Change.merged, kept.id)
    settle(writer, row.id, kept.id, DuplicateState.merged)


def link(writer: Writer, row: ObjectRow, other: ObjectRow) -> None:
    """The two are the same object and both stay. What is so already stays. Raises StatusConflict."""
    _check_pair(writer, row, other)
    if any(one.other_id == other.id for one in row.links):
        return
    for one, its_other in ((row, other), (other, row)):
        one.links.append(LinkRow(object_id=one.id, other_id=its_other.id))
        writer.touch(one, Change.linked, other=its_other.id)
    settle(writer, row.id, other.id, DuplicateState.linked)


def unlink(writer: Writer, row: ObjectRow, other: ObjectRow) -> None:
    """The two are not the same object after all. What is so already stays. Raises StatusConflict."""
    _check_pair(writer, row, other)
    were_linked = False
    for one, its_other in ((row, other), (other, row)):
        for found in [each for each in one.links if each.other_id == its_other.id]:
            one.links.remove(found)
            writer.touch(one, Change.unlinked, other=its_other.id)
            were_linked = True
    if were_linked:
        settle(writer, row.id, other.id, DuplicateState.dismissed)


def tell_apart(writer: Writer, row: ObjectRow, other: ObjectRow) -> None:
    """The two are not the same, however alike they look: they are no likely duplicates again. Raises StatusConflict."""
    _check_pair(writer, row, other)
    for one, its_other in ((row, other), (other, row)):
        writer.touch(one, Change.distinguished, other=its_other.id)
    settle(writer, row.id, other.id, DuplicateState.dismissed)


def _check_pair(writer: Writer, row: ObjectRow, other: ObjectRow) -> None:
    if row.id == other.id:
        raise StatusConflict(
            row.id, "An object is the same as itself already. Give the number of another one."
        )
    writer.refuse_merged(row)
    writer.refuse_merged(other)


def _set_status(
    writer: Writer, row: ObjectRow, status: Status, change: Change, other: int | None = None
) -> None:
    former, row.status = row.status, status.value
    writer.touch(row, change, former=former, fields=("status",), other=other)


def _status_before(writer: Writer, row: ObjectRow, among: tuple[Status, ...]) -> Status:
    found = writer.former_status(row, among)
    if found is None:
        raise StatusConflict(
            row.id,
            f"Object {row.id} has never been searched for, as far as is known. Say as what it is to be reinstated: "
            f"{_either()}.",
        )
    return found


def _separate(writer: Writer, row: ObjectRow) -> None:
    """Take the photographs that others got from this object away again, also where they were shared on since."""
    shared = {one.id for one in row.photographs}
    while found := _shared_from(writer, shared):
        for object_id in sorted({one.object_id for one in found}):
            holder = writer.find(object_id)
            gone = [
                one.id for one in holder.photographs if one.shared_from in shared and one.removed_at is None
            ]
            for one in holder.photographs:
                if one.id in gone:
                    one.removed_at = writer.now
            writer.touch(holder, Change.separated, other=row.id, photographs=gone)
        shared = {one.id for one in found}


def _shared_from(writer: Writer, ids: set[int]) -> list[PhotographRow]:
    query = select(PhotographRow).where(
        PhotographRow.shared_from.in_(ids), PhotographRow.removed_at.is_(None)
    )
    return list(writer.session.scalars(query))


def _either() -> str:
    return ", ".join(_SOUGHT)
