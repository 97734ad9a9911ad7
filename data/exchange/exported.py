"""What goes out of the register: its objects in the order of their ids, with the fields that may be seen.

An exported record holds nothing of the other fields, so that no format can let one slip out.
"""

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from data import visibility
from data.filters import Filters
from data.finding import NOTHING, Query
from data.listing import LARGEST_PAGE, Wanted
from data.object_id import ObjectRecord, ViewKind
from data.parts import in_parts
from data.reader import Reader
from data.registered import RegisteredObject
from data.visibility import SEES, Level, Role, RoleForbids

EVERY_FIELD: Final = frozenset(visibility.fields())
"""All fields of a record; parts of a field behind a dot: theft.place."""
_UP_TO: Final = {
    Level.public: Role.public,
    Level.professional: Role.professional,
    Level.restricted: Role.registrar,
}
"""The role that sees each level and none above it."""


def fields_up_to(level: Level) -> frozenset[str]:
    """The fields of this level and of those below it."""
    return EVERY_FIELD - visibility.hidden_from(_UP_TO[level])


PUBLIC: Final = fields_up_to(Level.public)
"""The fields that go out unless more is asked for: those that are for everybody."""


class LevelHidden(RoleForbids):
    """Somebody asks for fields that the role does not see."""

    def __init__(self, role: Role, level: Level) -> None:
        self.role = role
        RuntimeError.__init__(
            self,
            f"The role {role} does not see {level} fields, so it cannot export them. Ask for fewer, or ask a "
            "registrar; on a machine of your own, ARTRIEVE_ROLE says which role you have.",
        )


def demand_level(role: Role, level: Level) -> None:
    """Raise LevelHidden unless the role sees the fields of this level."""
    if level not in SEES[role]:
        raise LevelHidden(role, level)


class ExportRefused(ValueError):
    """The register cannot be written as asked; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Which objects go out: those that `find` would list. Nothing asked for: every object, withdrawn ones too."""

    query: Query | None = None
    filters: Filters = NOTHING

    @property
    def given(self) -> bool:
        """Whether anything is asked for."""
        return self.query is not None or bool(self.filters.given)


EVERYTHING: Final = Selection()


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
    reader: Reader,
    fields: Collection[str] = PUBLIC,
    photo_folder: str = "",
    selection: Selection = EVERYTHING,
) -> Iterator[ExportedObject]:
    """Every selected object that stands for itself, as the reader sees it, in order of ids and read page by page.

    `photo_folder` is where photos will lie, relative to the file; without it photographs have no names. Raises
    FieldHidden for a selection by what the reader's role does not see.
    """
    allowed = frozenset(fields) & (EVERY_FIELD - visibility.hidden_from(reader.role))
    for page in _pages(reader, selection):
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


def _pages(reader: Reader, selection: Selection) -> Iterator[Sequence[RegisteredObject]]:
    if selection.given:
        for some in in_parts(reader.matching(selection.query, selection.filters), LARGEST_PAGE):
            yield reader.these(some)
        return
    after = 0
    while page := reader.page(Wanted(), after=after, limit=LARGEST_PAGE):
        yield page
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
