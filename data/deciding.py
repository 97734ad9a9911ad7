"""Decides on likely duplicates: linked, merged or not the same. Each is one transaction, and twice is harmless."""

from collections.abc import Callable

from data import life_cycle
from data.actor import Grounds
from data.duplicate_tables import DuplicateRow, DuplicateState
from data.duplicates import Duplicate, DuplicateDecided, DuplicateNotFound, Duplicates
from data.object_id import SEARCHABLE
from data.register import Register
from data.registered import StatusConflict
from data.tables import ObjectRow
from data.writer import LARGEST_ID, Writer

Act = Callable[[Writer, ObjectRow, ObjectRow], None]


def link(register: Register, duplicate_id: int, why: Grounds) -> Duplicate:
    """The two are the same object, and both stay.

    Raises DuplicateNotFound, DuplicateDecided (otherwise), StatusConflict (one of them is not searched for any more).
    """
    return _decide(register, duplicate_id, why, DuplicateState.linked, life_cycle.link)


def dismiss(register: Register, duplicate_id: int, why: Grounds) -> Duplicate:
    """The two are not the same, and are no likely duplicates again. Raises as `link`."""
    return _decide(register, duplicate_id, why, DuplicateState.dismissed, life_cycle.tell_apart)


def merge(register: Register, duplicate_id: int, keep: int, why: Grounds) -> Duplicate:
    """The two are the same object, and the one of the number `keep` is kept: the other one is merged into it.

    Raises as `link`, and StatusConflict if `keep` is none of the two.
    """

    def act(writer: Writer, first: ObjectRow, second: ObjectRow) -> None:
        kept, merged = (first, second) if keep == first.id else (second, first)
        life_cycle.merge(writer, merged, kept)

    return _decide(register, duplicate_id, why, DuplicateState.merged, act, keep)


def _decide(
    register: Register,
    duplicate_id: int,
    why: Grounds,
    state: DuplicateState,
    act: Act,
    keep: int | None = None,
) -> Duplicate:
    with register.writing(why) as writer:
        row = (
            writer.session.get(DuplicateRow, duplicate_id, with_for_update=True)
            if 0 < duplicate_id <= LARGEST_ID
            else None
        )
        if row is None:
            raise DuplicateNotFound(duplicate_id)
        if keep is not None and keep not in (row.first_id, row.second_id):
            raise StatusConflict(
                row.first_id, f"Keep object {row.first_id} or object {row.second_id}: only one of these two."
            )
        first, second = writer.find(row.first_id), writer.find(row.second_id)
        if not _is_so(row, state, first, second, keep):
            _refuse_decided(row)
            for one in (first, second):
                _refuse_unsought(writer, one)
            act(writer, first, second)
    return Duplicates(register.database).get(duplicate_id)


def _is_so(
    row: DuplicateRow, state: DuplicateState, first: ObjectRow, second: ObjectRow, keep: int | None
) -> bool:
    if row.state != state.value:
        return False
    return keep is None or keep in (first.merged_into, second.merged_into)


def _refuse_decided(row: DuplicateRow) -> None:
    if row.state == DuplicateState.open.value:
        return
    when = f" on {row.decided_at:%d %B %Y, %H:%M} UTC" if row.decided_at else ""
    who = row.actor_name or row.actor_kind
    raise DuplicateDecided(
        f"Likely duplicate {row.id} was {row.state}{when} by {who}. To say otherwise, change the objects "
        f"{row.first_id} and {row.second_id} themselves: link, unlink, merge or reinstate them."
    )


def _refuse_unsought(writer: Writer, row: ObjectRow) -> None:
    writer.refuse_merged(row)
    if row.status not in SEARCHABLE:
        raise StatusConflict(
            row.id,
            f"Object {row.id} is {row.status} and not searched for any more, so there is nothing to decide. "
            f"Reinstate it first if it is to be searched for again.",
        )
