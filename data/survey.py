"""What can be searched at one moment: the counts of each source register, and every photograph."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from typing import Any, Final

from sqlalchemy import Integer, func, literal_column, select
from sqlalchemy.orm import Session

from data.object_id import SEARCHABLE
from data.registered import OWN_ID, PhotographRef, RegisterCount, RegisterSnapshot
from data.tables import ObjectRow, PhotographRow, SourceRegisterRow

ANSWERS: Final = ObjectRow.status.in_(sorted(SEARCHABLE))
"""Objects that answer searches."""
PRESENT: Final = PhotographRow.removed_at.is_(None)
"""Photographs that were not removed."""
# written out, since PostgreSQL takes the parameters of two equal expressions for different ones
_REGISTER: Final = func.coalesce(ObjectRow.register_id, literal_column(str(OWN_ID), Integer))


def counted(session: Session, revision: int, taken_at: dt.datetime) -> RegisterSnapshot:
    """Count what answers searches. Nothing is known of an index here: a photograph counts as a usable picture."""
    registers = tuple(_count_registers(session))
    return RegisterSnapshot(
        revision=revision,
        objects=sum(one.objects for one in registers),
        objects_with_photographs=sum(one.objects_with_photographs for one in registers),
        photographs=sum(one.photographs for one in registers),
        taken_at=taken_at,
        without_usable_picture=sum(one.without_usable_picture for one in registers),
        registers=registers,
    )


def _count_registers(session: Session) -> Iterator[RegisterCount]:
    all_of = select(_REGISTER, func.count()).where(ANSWERS).group_by(_REGISTER)
    pictured = (
        select(_REGISTER, func.count(PhotographRow.object_id.distinct()), func.count(PhotographRow.id))
        .where(ANSWERS, PRESENT, ObjectRow.id == PhotographRow.object_id)
        .group_by(_REGISTER)
    )
    objects = {row[0]: row[1] for row in session.execute(all_of)}
    photographs = {row[0]: (row[1], row[2]) for row in session.execute(pictured)}
    for row in session.scalars(select(SourceRegisterRow).order_by(SourceRegisterRow.id)):
        count, (with_photographs, number) = objects.get(row.id, 0), photographs.get(row.id, (0, 0))
        yield RegisterCount(
            key=row.key,
            name=row.name,
            objects=count,
            objects_with_photographs=with_photographs,
            photographs=number,
            without_usable_picture=count - with_photographs,
            as_of=row.as_of,
            updated_at=row.updated_at,
        )


def photograph_refs(session: Session) -> list[PhotographRef]:
    """The photographs of all objects that answer searches, but removed ones, in order of their ids."""
    query = (
        select(PhotographRow.id, PhotographRow.object_id, PhotographRow.photo_key, _REGISTER)
        .join(ObjectRow, ObjectRow.id == PhotographRow.object_id)
        .where(ANSWERS, PRESENT)
        .order_by(PhotographRow.id)
    )
    return [PhotographRef(*found) for found in session.execute(query)]


def snapshot_values(snapshot: RegisterSnapshot) -> dict[str, Any]:
    """A snapshot as JSON values."""
    return {
        **asdict(snapshot),
        "taken_at": snapshot.taken_at.isoformat(),
        "registers": [
            {
                **asdict(one),
                "as_of": one.as_of and one.as_of.isoformat(),
                "updated_at": one.updated_at.isoformat(),
            }
            for one in snapshot.registers
        ],
    }


def snapshot_of(values: Mapping[str, Any]) -> RegisterSnapshot:
    """The snapshot that `snapshot_values` wrote, also before there were source registers."""
    registers = [
        RegisterCount(
            **{
                **one,
                "as_of": one["as_of"] and dt.date.fromisoformat(one["as_of"]),
                "updated_at": dt.datetime.fromisoformat(one["updated_at"]),
            }
        )
        for one in values.get("registers", ())
    ]
    taken_at = dt.datetime.fromisoformat(values["taken_at"])
    return RegisterSnapshot(**{**values, "taken_at": taken_at, "registers": tuple(registers)})


def with_pictureless(snapshot: RegisterSnapshot, more: Mapping[int, int]) -> RegisterSnapshot:
    """The snapshot once more objects turn out to have no usable picture: how many, by id of their register.

    Ids of registers count from 1 in the order of the snapshot.
    """
    registers = tuple(
        replace(one, without_usable_picture=one.without_usable_picture + more.get(at, 0))
        for at, one in enumerate(snapshot.registers, start=1)
    )
    return replace(
        snapshot,
        registers=registers,
        without_usable_picture=sum(one.without_usable_picture for one in registers),
    )
