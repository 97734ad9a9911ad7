"""Who may see which field of a record: one table, and the one way in which fields are taken out.

A field is for everybody, for professionals, or restricted: owner, case data and circumstances. What a role may
not see is emptied, so that whatever is made of the record later (an answer, a page, a file) cannot hold it. A
field that the table does not name counts as restricted: nothing is shown because somebody forgot it.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from enum import StrEnum
from functools import cache
from types import MappingProxyType
from typing import Any, Final

from data.actor import UNSAID, Actor
from data.history import HistoryEntry
from data.object_id import PARTS, ObjectRecord
from data.registered import RegisteredObject


class Level(StrEnum):
    """For whom a field is, from everybody to the register's own people."""

    public = "public"
    professional = "professional"
    restricted = "restricted"


class Role(StrEnum):
    """As whom somebody reads the register. Each sees what those before it see; only the last may change it."""

    public = "public"
    professional = "professional"  # the trade and museums
    registrar = "registrar"


SEES: Final[Mapping[Role, frozenset[Level]]] = MappingProxyType(
    {
        Role.public: frozenset({Level.public}),
        Role.professional: frozenset({Level.public, Level.professional}),
        Role.registrar: frozenset(Level),
    }
)
"""The levels that each role sees."""

LEVELS: Final[Mapping[str, Level]] = MappingProxyType(
    {
        "type_path": Level.public,
        "materials": Level.public,
        "measurements": Level.public,
        "inscriptions": Level.public,
        "distinguishing_features": Level.public,
        "title": Level.public,
        "subject": Level.public,
        "date.text": Level.public,
        "date.earliest": Level.public,
        "date.latest": Level.public,
        "maker": Level.public,
        "description": Level.public,
        "inventory_number": Level.public,
        "related_written_material": Level.public,
        "place_of_origin": Level.public,
        "related_objects": Level.public,
        "date_documented": Level.public,
        "authority": Level.public,  # whom to turn to with a find
        "case_reference": Level.restricted,
        "theft.earliest": Level.public,
        "theft.latest": Level.public,
        "theft.place": Level.professional,  # often somebody's address
        "theft.circumstances": Level.restricted,
        "owner.name": Level.restricted,
        "owner.contact": Level.restricted,
        "status": Level.public,
    }
)
"""Every field of a record, with its level; parts of a field by their own names behind a dot."""


class RoleForbids(RuntimeError):
    """Somebody in this role may not do that."""

    def __init__(self, role: Role) -> None:
        self.role = role
        super().__init__(
            f"The role {role} reads objects and searches them. Changing the register, taking it out as a whole, its "
            "imports and its audit trail are for registrars: ask one; on a machine of your own, ARTRIEVE_ROLE says "
            "which role you have."
        )


def fields() -> Iterator[str]:
    """Every field of a record, parts behind a dot, as `LEVELS` names them."""
    for name in ObjectRecord.model_fields:
        if name in PARTS:
            yield from (f"{name}.{part}" for part in PARTS[name].model_fields)
        else:
            yield name


@cache
def hidden_from(role: Role) -> frozenset[str]:
    """The fields that a role does not see."""
    return frozenset(name for name in fields() if LEVELS.get(name, Level.restricted) not in SEES[role])


def sees(role: Role, name: str) -> bool:
    """Whether a role sees a field, named as in `LEVELS`."""
    return LEVELS.get(name, Level.restricted) in SEES[role]


def may_write(role: Role) -> bool:
    """Whether a role may change the register. Who writes sees everything, so nobody empties what he doesn't see."""
    return role is Role.registrar


def demand_writer(role: Role) -> None:
    """Raise RoleForbids unless the role may change the register."""
    if not may_write(role):
        raise RoleForbids(role)


def seen_by(record: ObjectRecord, role: Role) -> ObjectRecord:
    """The record as a role sees it."""
    return without(record, hidden_from(role))


def without(record: ObjectRecord, names: Collection[str]) -> ObjectRecord:
    """The record with these fields empty, named as in `LEVELS`; a theft of which nothing is left is none."""
    emptied: dict[str, Any] = {}
    for name in names:
        field, _, part = name.partition(".")
        if not part:
            emptied[field] = _empty(name)
            continue
        whole = emptied.get(field, getattr(record, field))
        if whole is not None:
            emptied[field] = whole.model_copy(update={part: _empty(name)})
    for field in PARTS:
        if emptied.get(field) is not None and emptied[field].is_empty():
            emptied[field] = None
    return record.model_copy(update=emptied) if emptied else record


def object_seen_by(found: RegisteredObject, role: Role) -> RegisteredObject:
    """The object as a role sees it; `hidden` names what is left out."""
    return replace(found, record=seen_by(found.record, role), hidden=found.hidden | hidden_from(role))


def entry_seen_by(entry: HistoryEntry, role: Role) -> HistoryEntry:
    """An entry of an object's history as a role sees it.

    Reasons and sources are free text, in which owners and case data stand, and who changed something is no business
    of others: all that is for those who may write. A field of which the role sees nothing is not named.
    """
    if may_write(role):
        return entry
    shown = tuple(name for name in entry.fields if not _parts_of(name) <= hidden_from(role))
    return replace(entry, fields=shown, actor=Actor(entry.actor.kind), why=UNSAID)


def _parts_of(field: str) -> frozenset[str]:
    return (
        frozenset(f"{field}.{part}" for part in PARTS[field].model_fields)
        if field in PARTS
        else frozenset({field})
    )


def values_seen_by(values: Mapping[str, Any], role: Role) -> dict[str, Any]:
    """JSON values by the names of a record's fields, as a role sees them: those in search records, for example.

    Names that no record has are left as they are, and so is a field that is told otherwise than by its parts where
    all of its parts may be seen.
    """
    seen = dict(values)
    for name in hidden_from(role):
        field, _, part = name.partition(".")
        if not part:
            seen |= {field: _empty(name)} if field in seen else {}
        elif isinstance(whole := seen.get(field), dict):
            seen[field] = whole | ({part: _empty(name)} if part in whole else {})
        elif whole is not None:
            seen[field] = None
    return seen


@cache
def _empty(name: str) -> Any:
    """What stands in a field that says nothing: of JSON's kinds, for each field that may be hidden."""
    field, _, part = name.partition(".")
    model, own = (PARTS[field], part) if part else (ObjectRecord, field)
    return model.model_fields[own].get_default(call_default_factory=True)
