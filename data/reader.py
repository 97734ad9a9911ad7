"""The register as one role sees it: the one way in which objects leave it for anybody who did not write them.

Routes, pages, searches, commands and exports ask a `Reader`, which knows for whom; what the role may not see is
taken out here, below all of them. Whoever may change the register gets it from `writing`.
"""

from collections.abc import Collection

from data.finding import FoundPage, Query, find_by_words
from data.listing import Wanted, list_objects
from data.register import Photograph, Register, RegisteredObject
from data.registered import RegisterCount
from data.source_registers import KeptRegister, SourceRegisterNotFound, SourceRegisters
from data.visibility import Role, demand_writer, object_seen_by


class Reader:
    """Reads a register in a role. Safe to share between threads; errors are those of the register."""

    def __init__(self, register: Register, role: Role) -> None:
        self._register = register
        self.role = role

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

    def page(
        self, wanted: Wanted, after: int = 0, limit: int = 50, unfound: Collection[int] = ()
    ) -> list[RegisteredObject]:
        """As `data.listing.list_objects`."""
        found = list_objects(self._register.database, wanted, after, limit, unfound)
        return [self.seen(one) for one in found]

    def searchable(self, photograph_ids: Collection[int]) -> dict[int, RegisteredObject]:
        """As `Register.searchable`."""
        return {key: self.seen(one) for key, one in self._register.searchable(photograph_ids).items()}

    def find_by_words(self, query: Query, limit: int = 50, after: str = "") -> FoundPage:
        """As `data.finding.find_by_words`, which looks into fields only that everybody may see."""
        page = find_by_words(self._register.database, query, limit, after)
        return FoundPage(tuple(map(self.seen, page.objects)), page.total, page.after)

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
