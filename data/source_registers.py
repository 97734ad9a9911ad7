"""Source registers: the registers that this installation's objects came from.

Each has a key, under which lists, commands and the API name it and which never changes. One is there from the
beginning: this installation's own. Registers are not deleted, since objects and search records name them.
"""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from data.actor import UNNAMED, Actor
from data.audit_events import SourceAdded, SourceAmended, SourceImported
from data.database import Database
from data.merge_patch import merged
from data.object_id import Day
from data.registered import OWN_ID, OWN_KEY
from data.tables import SourceRegisterRow
from data.text import LongText, ShortText, at_least_one
from data.writer import Writer

LONGEST_KEY: Final = 40
MOST_REGISTERS: Final = 1000
"""Every search record lists them all."""
_KEY: Final = re.compile(rf"[a-z0-9][a-z0-9-]{{0,{LONGEST_KEY - 1}}}", re.ASCII)

EXAMPLE: Final[dict[str, Any]] = {
    "key": "veldermond",
    "name": "Stolen art, Police of Veldermond",
    "authority": "Police of Veldermond",
    "contact": "art.crime@police.example",
    "licence": "for due diligence only",
    "url": "https://police.example/stolen-art",
    "as_of": "2026-03-01",
    "notes": "sent on the first of each month",
}
"""An invented register, shown in the API's documentation."""


def _key(text: str) -> str:
    if not _KEY.fullmatch(text):
        raise ValueError(
            f"is no key: use up to {LONGEST_KEY} small letters, digits and -, beginning with a letter or digit"
        )
    return text


def _web_address(text: str) -> str:
    if text and not text.startswith(("https://", "http://")):
        raise ValueError("is no web address: begin it with https://")
    return text


class SourceRegister(BaseModel):
    """What is kept of a source register."""

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_extra={"examples": [EXAMPLE]})

    key: Annotated[str, AfterValidator(_key)] = Field(
        description="its short name, which never changes: small letters, digits and -"
    )
    name: Annotated[ShortText, AfterValidator(at_least_one)] = Field(
        description="what search records call it"
    )
    authority: ShortText = Field(default="", description="who answers for what it says")
    contact: ShortText = Field(default="", description="how to reach them about a find")
    licence: ShortText = Field(default="", description="under which terms its content may be used")
    url: Annotated[ShortText, AfterValidator(_web_address)] = Field(default="", description="its web address")
    as_of: Day | None = Field(
        default=None, description="the day on which its content was as it is here, as its authority says"
    )
    notes: LongText = Field(default="", description="anything else; whoever reads the register sees it")


@dataclass(frozen=True, slots=True)
class KeptRegister:
    """A source register as it is kept."""

    id: int
    entry: SourceRegister
    updated_at: dt.datetime
    """When its entry was changed, or a list of it imported, last."""


class SourceRegisterNotFound(LookupError):
    """No source register has this key."""

    def __init__(self, key: str) -> None:
        self.key = key
        super().__init__(
            f"There is no source register {key[:LONGEST_KEY]!r}. `artrieve register list` shows those there are; "
            "`artrieve register add` adds one."
        )


class SourceRegisterTaken(RuntimeError):
    """There is a source register of this key."""

    def __init__(self, key: str) -> None:
        self.key = key
        super().__init__(f"There is a source register {key!r} already. Amend it, or choose another key.")


class TooManyRegisters(RuntimeError):
    """No further source register can be added."""


class KeyIsFixed(ValueError):
    """A change names another key; keys do not change."""


class SourceRegisters:
    """The source registers of a database. Safe to share between threads; methods may raise DatabaseUnavailable."""

    def __init__(self, database: Database, actor: Actor = UNNAMED) -> None:
        self._database = database
        self._actor = actor  # whoever adds and changes them, for the audit trail

    def all(self) -> list[KeptRegister]:
        """Every register, in the order in which they were added: this installation's own first."""
        with self._database.session() as session:
            rows = session.scalars(select(SourceRegisterRow).order_by(SourceRegisterRow.id))
            return [_kept(row) for row in rows]

    def get(self, key: str) -> KeptRegister:
        """The register of this key. Raises SourceRegisterNotFound."""
        with self._database.session() as session:
            return _kept(register_row(session, key))

    def add(self, entry: SourceRegister) -> KeptRegister:
        """Add a register. Raises SourceRegisterTaken, TooManyRegisters."""
        with Writer.on(self._database, self._actor) as writer:
            if _found(writer.session, entry.key) is not None:
                raise SourceRegisterTaken(entry.key)
            last = writer.session.scalar(select(func.max(SourceRegisterRow.id))) or 0
            if last >= MOST_REGISTERS:
                raise TooManyRegisters(f"There are {last} source registers; no more can be kept.")
            row = SourceRegisterRow(id=last + 1, updated_at=writer.now, **entry.model_dump())
            writer.session.add(row)
            writer.changed(SourceAdded(source=entry.key))
            return _kept(row)

    def amend(self, key: str, changes: Mapping[str, Any]) -> KeptRegister:
        """Change a register's entry by a JSON merge patch (RFC 7396); what is there already changes nothing.

        Raises SourceRegisterNotFound, KeyIsFixed and pydantic's ValidationError.
        """
        with Writer.on(self._database, self._actor) as writer:
            row = register_row(writer.session, key)
            before = _kept(row).entry
            entry = SourceRegister.model_validate(merged(before.model_dump(), changes))
            if entry.key != key:
                raise KeyIsFixed(f"The key {key!r} cannot be changed: lists and search records name it.")
            fields = [name for name, value in entry if value != getattr(before, name)]
            if fields:
                for name in fields:
                    setattr(row, name, getattr(entry, name))
                row.updated_at = writer.now
                writer.changed(SourceAmended(source=key, fields=tuple(fields)))
            return _kept(row)

    def list_taken_in(self, key: str) -> None:
        """Note that a list of this register has just been imported. Raises SourceRegisterNotFound."""
        with Writer.on(self._database, self._actor) as writer:
            register_row(writer.session, key).updated_at = writer.now
            writer.changed(SourceImported(source=key))


def register_id(database: Database, key: str | None) -> int:
    """Id of the register of this key, without a key of this installation's own. Raises SourceRegisterNotFound."""
    return OWN_ID if key in (None, OWN_KEY) else SourceRegisters(database).get(key or "").id


def reasons(error: ValidationError) -> str:
    """What is wrong with an entry, in one line for people."""
    told = error.errors(include_url=False, include_context=False, include_input=False)
    parts = (f"{'.'.join(map(str, one['loc']))} {one['msg'].removeprefix('Value error, ')}" for one in told)
    return "; ".join(part.strip() for part in parts)


def _found(session: Session, key: str) -> SourceRegisterRow | None:
    if not _KEY.fullmatch(key):
        return None
    return session.scalar(select(SourceRegisterRow).where(SourceRegisterRow.key == key))


def register_row(session: Session, key: str) -> SourceRegisterRow:
    """The row of the register of this key. Raises SourceRegisterNotFound."""
    found = _found(session, key)
    if found is None:
        raise SourceRegisterNotFound(key)
    return found


def _kept(row: SourceRegisterRow) -> KeptRegister:
    entry = {name: getattr(row, name) for name in SourceRegister.model_fields}
    return KeptRegister(row.id, SourceRegister.model_construct(**entry), row.updated_at)
