"""What goes out of the register: its objects in the order of their ids, with the fields that may be seen.

An exported record holds nothing of the other fields, so that no format can let one slip out.
"""

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select

from data.object_id import DatePeriod, ObjectRecord, TheftDetails, ViewKind
from data.register import LARGEST_PAGE, Register, RegisteredObject
from data.tables import ObjectRow

_PARTS: Final[dict[str, type[DatePeriod | TheftDetails]]] = {"date": DatePeriod, "theft": TheftDetails}
EVERY_FIELD: Final = frozenset(
    dotted
    for name in ObjectRecord.model_fields
    for dotted in ([f"{name}.{part}" for part in _PARTS[name].model_fields] if name in _PARTS else [name])
)
"""All fields of a record; parts of a field behind a dot: theft.place."""
PUBLIC: Final = frozenset(
    (
        "type_path", "materials", "measurements", "inscriptions", "distinguishing_features", "title", "subject",
        "date.text", "date.earliest", "date.latest", "maker", "description", "inventory_number",
        "related_written_material", "place_of_origin", "related_objects", "date_documented", "authority",
        "theft.earliest", "theft.latest", "theft.place", "status",
    )
)  # fmt: skip
"""The fields that go out unless more is asked for: neither the case's number nor how it happened."""


class ExportRefused(ValueError):
    """The register cannot be written as asked; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class ExportedPhotograph:
    """A photograph of an exported object."""

    id: int
    name: str
    """Its file, relative to the file that names it; empty if photos were not asked for."""
    view: ViewKind
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class ExportedObject:
    """An object with the fields that may go out; the others are empty."""

    id: int
    record_id: str
    """What tells it from all others when the file is imported; of an object from a list, what that called it."""
    record: ObjectRecord
    photographs: tuple[ExportedPhotograph, ...]
    fields: frozenset[str]
    """The fields that may go out, as `EVERY_FIELD` names them."""


def limited(record: ObjectRecord, fields: Collection[str]) -> ObjectRecord:
    """The record with nothing in it but these fields."""
    emptied: dict[str, Any] = {}
    for name, field in ObjectRecord.model_fields.items():
        part = getattr(record, name)
        if name not in _PARTS:
            if name not in fields:
                emptied[name] = field.get_default(call_default_factory=True)
        elif part is not None:
            hidden = {
                inner: rule.get_default()
                for inner, rule in _PARTS[name].model_fields.items()
                if f"{name}.{inner}" not in fields
            }
            left = part.model_copy(update=hidden)
            emptied[name] = None if left.is_empty() else left
    return record.model_copy(update=emptied)


def exported(
    register: Register, fields: Collection[str] = PUBLIC, photo_folder: str = ""
) -> Iterator[ExportedObject]:
    """Every object of the register, read page by page.

    `photo_folder` is where photos will lie, relative to the file; without it photographs have no names.
    """
    allowed = frozenset(fields) & EVERY_FIELD
    after = 0
    while page := register.page(after=after, limit=LARGEST_PAGE):
        keys = _source_keys(register, [one.id for one in page])
        for one in page:
            yield ExportedObject(
                id=one.id,
                record_id=_record_id(one, keys.get(one.id)),
                record=limited(one.record, allowed),
                photographs=_photographs(one, photo_folder),
                fields=allowed,
            )
        after = page[-1].id


def _photographs(one: RegisteredObject, folder: str) -> tuple[ExportedPhotograph, ...]:
    return tuple(
        ExportedPhotograph(
            id=photo.id,
            name=f"{folder}/{one.id}-{number}.jpg" if folder else "",
            view=photo.view,
            width=photo.width,
            height=photo.height,
        )
        for number, photo in enumerate(one.photographs, 1)
    )


def _source_keys(register: Register, ids: Collection[int]) -> dict[int, str | None]:
    query = select(ObjectRow.id, ObjectRow.source_key).where(ObjectRow.id.in_(ids))
    with register.database.session() as session:
        return {row.id: row.source_key for row in session.execute(query)}


def _record_id(one: RegisteredObject, source_key: str | None) -> str:
    """What the object's own list calls it, so that the exported file is known by it; else a name from its id."""
    kind, _, text = (source_key or "").partition(":")
    if kind == "record" and text.startswith("["):
        authority, record_id = json.loads(text)
        if authority == one.record.authority:
            return str(record_id)
    return f"artrieve-{one.id}"
