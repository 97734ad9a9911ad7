"""What a backup says of itself. It is read from a file that anybody may have written."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, ValidationError

from data.transfer.carried import CarriedTable, Kind
from data.transfer.rows import Fingerprint
from service.backup.layout import FORMAT, LARGEST_ROWS_BYTES, ArchiveRefused

Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,59}$")]
Count = Annotated[int, Field(ge=0, lt=2**63)]
MOST_MISSING = 10_000
"""Photos that a backup may lack. More is a lost photo store, and no backup."""


class _Said(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class About(_Said):
    """The first member. `format` decides whether the rest can be read; later ones may say more."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)

    format: int
    artrieve: str = Field(max_length=100)

    @classmethod
    def read(cls, data: bytes) -> Self:
        """Raises ArchiveRefused."""
        try:
            said = cls.model_validate_json(data)
        except ValidationError as problem:
            raise ArchiveRefused("This is no backup of Artrieve: its first part can't be read.") from problem
        if said.format != FORMAT:
            raise ArchiveRefused(
                f"This backup has the format {said.format}, made by Artrieve {said.artrieve}; this version reads "
                f"format {FORMAT}. Upgrade this installation, then try again."
            )
        return said


class Member(_Said):
    """A member other than a photo."""

    bytes: Count
    sha256: Hash


class Rows(Member):
    """A part of a table; `unpacked` is its size without compression."""

    unpacked: Annotated[int, Field(ge=1, le=LARGEST_ROWS_BYTES)]


class TableSaid(_Said):
    """A table: its columns in order, its primary key, and what all its rows come to."""

    columns: dict[Name, Annotated[Kind, Field(strict=False)]]
    key: list[Name]
    rows: Count
    sha256: Hash
    parts: list[Rows] = Field(max_length=1_000_000)

    @property
    def fingerprint(self) -> Fingerprint:
        """As it is worked out of the rows."""
        return Fingerprint(self.rows, self.sha256)

    def carried(self, name: str) -> CarriedTable:
        """The table as rows are read and written by."""
        return CarriedTable(name, self.columns, tuple(self.key))


class PhotosSaid(_Said):
    """All photos together: `sha256` is over their keys in order; `missing` are named by rows and not there."""

    count: Count
    bytes: Count
    sha256: Hash
    missing: list[Hash] = Field(max_length=MOST_MISSING)


class Manifest(_Said):
    """The last member.

    schema_revision  which migration the tables were at
    revision         how often the register had been written to
    generation       the published one that is in the backup; none where there was none that could be used
    """

    format: int
    artrieve: str = Field(max_length=100)
    made_at: Annotated[dt.datetime, Field(strict=False)]
    schema_revision: str = Field(pattern=r"^[0-9a-zA-Z_]{1,40}$")
    database: Annotated[str, Field(pattern=r"^(sqlite|postgresql)$")]
    revision: Count
    generation: Count | None
    tables: dict[Name, TableSaid]
    photos: PhotosSaid
    index: dict[Annotated[str, Field(max_length=100)], Member]
    _sha256: str = PrivateAttr(default="")

    @property
    def sha256(self) -> str:
        """SHA-256 of the bytes that it was read from; empty if it was not."""
        return self._sha256

    @classmethod
    def read(cls, data: bytes) -> Self:
        """Raises ArchiveRefused."""
        try:
            said = cls.model_validate_json(data)
        except ValidationError as problem:
            wrong = problem.errors()[0]
            where = ".".join(str(part) for part in wrong["loc"])[:80]
            raise ArchiveRefused(
                f"The manifest of this backup is wrong at {where}: {wrong['msg'][:200]}."
            ) from problem
        said._sha256 = hashlib.sha256(data).hexdigest()
        return said
