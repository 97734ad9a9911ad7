"""The register as one role sees it: the one way in which objects leave it for anybody who did not write them.

Routes, pages, searches, commands and exports ask a `Reader`, which knows for whom; what the role may not see is
taken out here, below all of them. Whoever may change the register gets it from `writing`.
"""

from collections.abc import Collection
from dataclasses import replace

import numpy as np

from data.actor import Actor
from data.audit import AuditTrail
from data.audit_events import Event
from data.duplicates import Duplicate, Duplicates
from data.filters import Filters
from data.finding import NOTHING, FoundPage, Matching, Query, demand_seen, find, matching_ids
from data.history import HistoryEntry
from data.listing import Wanted, list_objects
from data.object_id import SEARCHABLE
from data.register import Photograph, Register, RegisteredObject
from data.registered import RegisterCount
from data.source_registers import KeptRegister, SourceRegisterNotFound, SourceRegisters
from data.visibility import Role, demand_writer, entry_seen_by, hidden_from, may_write, object_seen_by


class Reader:
    """Reads a register in a role. Safe to share between threads; errors are those of the register."""

    def __init__(self, register: Register, role: Role) -> None:
        self._register = register
        self.role = role

    @property
    def actor(self) -> Actor:
        """Who reads it."""
        return self._register.actor

    def writing(self) -> Register:
        """The register itself, to change it. Raises RoleForbids."""
        demand_writer(self.role)
        return self._register

    def seen(self, found: RegisteredObject) -> RegisteredObject:
        """An object as the role sees it, wherever it was read."""
        return object_seen_by(found, self.role)

    def get(self, object_id: int) -> RegisteredObject:
        """As `Register.get`."""
        return self.seen(self._register.get(object_id))

    def history(self, object_id: int, after: int = 0, limit: int = 50) -> list[HistoryEntry]:
        """As `Register.history`; who made a change and why is for those who may change something themselves."""
        found = self._register.history(object_id, after, limit)
        return [entry_seen_by(one, self.role) for one in found]

    def at_version(self, object_id: int, version: int) -> RegisteredObject:
        """As `Register.at_version`."""
        return self.seen(self._register.at_version(object_id, version))

    def page(
        self, wanted: Wanted, after: int = 0, limit: int = 50, unfound: Collection[int] = ()
    ) -> list[RegisteredObject]:
        """As `data.listing.list_objects`."""
        found = list_objects(self._register.database, wanted, after, limit, unfound)
        return [self.seen(one) for one in found]

    def source_keys(self, object_ids: Collection[int]) -> dict[int, str]:
        """As `Register.source_keys`: what the lists that objects came from call them."""
        return self._register.source_keys(object_ids)

    def searchable(self, photograph_ids: Collection[int]) -> dict[int, RegisteredObject]:
        """As `Register.searchable`."""
        return {key: self.seen(one) for key, one in self._register.searchable(photograph_ids).items()}

    def find(
        self, query: Query | None = None, filters: Filters = NOTHING, limit: int = 50, after: str = ""
    ) -> FoundPage:
        """As `data.finding.find`. Raises FieldHidden for a field that the role does not see."""
        page = find(self._register.database, query, filters, limit, after, hidden_from(self.role))
        return replace(page, objects=tuple(map(self.seen, page.objects)))

    def duplicates_of(self, object_id: int) -> list[Duplicate]:
        """The likely duplicates of an object that wait for a decision, the first 50; to others than registrars none:
        who must decide is told, and nobody else, before it is known.
        """
        if not may_write(self.role):
            return []
        return Duplicates(self._register.database).page(object_id=object_id)

    def matching(self, query: Query | None = None, filters: Filters = NOTHING) -> list[int]:
        """The numbers of all objects that `find` would list, ascending. Raises FieldHidden likewise."""
        found = matching_ids(self._register.database, filters, query, hidden_from(self.role))
        return [int(one) for one in found.ids]

    def these(self, object_ids: Collection[int]) -> list[RegisteredObject]:
        """As `Register.these`."""
        return [self.seen(one) for one in self._register.these(object_ids)]

    def demand_asked(self, filters: Filters) -> None:
        """Raise FieldHidden for a field that the role does not see: how it compares would tell it."""
        demand_seen(None, filters, hidden_from(self.role))

    def narrowed(self, filters: Filters) -> Matching:
        """The objects that a search with photos is narrowed to: as `data.finding.matching_ids`, whichever way round a
        flat one was measured, of those alone that answer searches. Raises FieldHidden.
        """
        answering = tuple(sorted(SEARCHABLE.intersection(filters.status or SEARCHABLE)))
        if not answering:
            self.demand_asked(filters)
            return Matching(np.zeros(0, np.int64), ())
        sought = filters.model_copy(update={"status": answering})
        return matching_ids(self._register.database, sought, hidden=hidden_from(self.role), either_way=True)

    def tell(self, event: Event) -> None:
        """Add an event to the audit trail, as the one who reads. Raises DatabaseUnavailable."""
        AuditTrail(self._register.database).tell(self.actor, event)

    def registers(self) -> list[tuple[KeptRegister, RegisterCount]]:
        """Every source register with what of it can be searched, this installation's own first."""
        kept = SourceRegisters(self._register.database).all()
        counts = {one.key: one for one in self._register.snapshot().registers}
        return [(one, counts[one.entry.key]) for one in kept if one.entry.key in counts]

    def register(self, key: str) -> tuple[KeptRegister, RegisterCount]:
        """One of `registers`. Raises SourceRegisterNotFound."""
        for kept, count in self.registers():
            if kept.entry.key == key:
                return kept, count
        raise SourceRegisterNotFound(key)

    def photograph(self, photograph_id: int) -> Photograph:
        """As `Register.photograph`."""
        return self._register.photograph(photograph_id)

    def photo_bytes(self, photograph_id: int) -> bytes:
        """As `Register.photo_bytes`."""
        return self._register.photo_bytes(photograph_id)

    def thumbnail_bytes(self, photograph_id: int) -> bytes:
        """As `Register.thumbnail_bytes`."""
        return self._register.thumbnail_bytes(photograph_id)
