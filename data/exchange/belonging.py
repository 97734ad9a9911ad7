"""The source register that an import brings objects into."""

from dataclasses import dataclass
from typing import Self

from data.database import Database
from data.exchange.report import ImportRefused
from data.registered import OWN_KEY
from data.source_registers import SourceRegisterNotFound, SourceRegisters, register_id


@dataclass(frozen=True, slots=True)
class Belonging:
    """The register by its id, and by its key if that was asked for."""

    register_id: int
    key: str | None

    @classmethod
    def of(cls, database: Database, key: str | None) -> Self:
        """The register of this key, without one this installation's own. Raises ImportRefused."""
        try:
            return cls(register_id(database, key), key)
        except SourceRegisterNotFound as error:
            raise ImportRefused(str(error)) from error

    def source_key(self, key: str) -> str:
        """A source key as it is kept: two registers may number their objects alike."""
        return key if self.key in (None, OWN_KEY) else f"{self.key}/{key}"

    def taken_in(self, database: Database) -> None:
        """Note in the register's entry, if its key was given, that a list of it was imported."""
        if self.key is not None:
            SourceRegisters(database).list_taken_in(self.key)
