"""The source register that an import brings objects into."""

from dataclasses import dataclass
from typing import Self

from data.database import Database
from data.exchange.report import ImportRefused
from data.register import Register
from data.source_names import name_in
from data.source_registers import SourceRegisterNotFound, SourceRegisters, register_id


@dataclass(frozen=True, slots=True)
class Belonging:
    """The register by its id, and by its key if that was asked for; else the key is empty."""

    register_id: int
    key: str

    @classmethod
    def of(cls, database: Database, key: str) -> Self:
        """The register of this key, without one this installation's own. Raises ImportRefused."""
        try:
            return cls(register_id(database, key or None), key)
        except SourceRegisterNotFound as error:
            raise ImportRefused(str(error)) from error

    def source_key(self, key: str) -> str:
        """A source key as it is kept: two registers may number their objects alike."""
        return name_in(self.key, key)

    def taken_in(self, register: Register) -> None:
        """Note in the register's entry, if its key was given, that a list of it was imported."""
        if self.key:
            SourceRegisters(register.database, register.actor).list_taken_in(self.key)
