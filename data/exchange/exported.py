"""What goes out of the register: its objects in the order of their ids, with the fields that may be seen.

An exported record holds nothing of the other fields, so that no format can let one slip out.
"""

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final

from data import visibility
from data.listing import LARGEST_PAGE, Wanted
from data.object_id import ObjectRecord, ViewKind
from data.reader import Reader
from data.registered import RegisteredObject

EVERY_FIELD: Final = frozenset(visibility.fields())
"""All fields of a record; parts of a field behind a dot: theft.place."""
PUBLIC: Final = EVERY_FIELD - visibility.hidden_from(visibility.Role.public)
"""The fields that go out unless more is asked for: those that are for everybody."""


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
    return visibility.without(record, EVERY_FIELD - set(fields))


def exported(
    reader: Reader, fields: Collection[str] = PUBLIC, photo_folder: str = ""
) -> Iterator[ExportedObject]:
    """Every object of the register that stands for itself, as the reader sees it, read page by page.

    `photo_folder` is where photos will lie, relative to the file; without it photographs have no names.
    """
    allowed = frozenset(fields) & (EVERY_FIELD - visibility.hidden_from(reader.role))
    after = 0
    while page := reader.page(Wanted(), after=after, limit=LARGEST_PAGE):
        standing = [one for one in page if one.merged_into is None]
        keys = reader.source_keys([one.id for one in standing])
        for one in standing:
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


def _record_id(one: RegisteredObject, source_key: str | None) -> str:
    """What the object's own list calls it, so that the exported file is known by it; else a name from its id."""
    kind, _, text = (source_key or "").partition(":")
    if kind == "record" and text.startswith("["):
        authority, record_id = json.loads(text)
        if authority == one.record.authority:
            return str(record_id)
    return f"artrieve-{one.id}"
