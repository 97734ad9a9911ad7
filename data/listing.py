"""Lists objects in the order of their ids: all, those of a status or a source register, those without a picture."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, or_, select

from data.database import Database
from data.object_id import Status
from data.registered import OWN_ID, RegisteredObject
from data.rows import object_of
from data.source_registers import register_id
from data.survey import ANSWERS, PRESENT
from data.tables import ObjectRow
from data.writer import LARGEST_ID, WHOLE_OBJECT

LARGEST_PAGE: Final = 500
IDS_A_STATEMENT: Final = 5_000
"""Ids that one statement names: databases take so many with room to spare."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which objects are asked for.

    status            only those with this status
    register          only those of the source register of this key
    without_pictures  only those that answer searches and that no photo can find
    """

    status: Status | None = None
    register: str | None = None
    without_pictures: bool = False


def list_objects(
    database: Database, wanted: Wanted, after: int = 0, limit: int = 50, unfound: Collection[int] = ()
) -> list[RegisteredObject]:
    """Up to `limit` (1 to 500) objects in order of their ids, from the first one behind `after`.

    unfound  ids of objects that have photographs of which an index could take none: they have no usable picture
             either
    Raises SourceRegisterNotFound.
    """
    after, limit = min(max(after, 0), LARGEST_ID), min(max(limit, 1), LARGEST_PAGE)
    conditions = _conditions(database, wanted)
    found: list[RegisteredObject] = []
    with database.session() as session:
        for first, last, pictureless in _stretches(wanted, after, unfound):
            here = (ObjectRow.id > first, ObjectRow.id <= last, *pictureless, *conditions)
            query = select(ObjectRow).where(*here).order_by(ObjectRow.id).limit(limit - len(found))
            found += [object_of(row) for row in session.scalars(query.options(*WHOLE_OBJECT))]
            if len(found) == limit:
                break
    return found


def _conditions(database: Database, wanted: Wanted) -> list[ColumnElement[bool]]:
    conditions = []
    if wanted.status is not None:
        conditions.append(ObjectRow.status == wanted.status.value)
    if wanted.register is not None:
        number = register_id(database, wanted.register)
        ours = ObjectRow.register_id == number
        conditions.append(or_(ours, ObjectRow.register_id.is_(None)) if number == OWN_ID else ours)
    if wanted.without_pictures:
        conditions.append(ANSWERS)
    return conditions


def _stretches(
    wanted: Wanted, after: int, unfound: Collection[int]
) -> Iterator[tuple[int, int, Sequence[ColumnElement[bool]]]]:
    """Stretches of ids (behind the first, up to the last) with what objects there must fulfil to be pictureless."""
    if not wanted.without_pictures:
        yield after, LARGEST_ID, ()
        return
    behind = sorted(one for one in unfound if one > after)
    for start in range(0, max(len(behind), 1), IDS_A_STATEMENT):
        some = behind[start : start + IDS_A_STATEMENT]
        last = some[-1] if start + IDS_A_STATEMENT < len(behind) else LARGEST_ID
        nothing = ~ObjectRow.photographs.any(PRESENT)
        yield after, last, [or_(nothing, ObjectRow.id.in_(some)) if some else nothing]
        after = last
