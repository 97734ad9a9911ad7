"""Audit events about the register as a whole: what left it, how it was kept and brought back, what was taken back."""

from pydantic import Field

from data.audit_event import Event


class RegisterExported(Event):
    """Objects were written out for somebody."""

    kind = "register.exported"
    format: str
    role: str = Field(description="as whom it was read")
    level: str = Field(description="the most restricted fields that went out")
    objects: int
    photographs: int = Field(description="how many photos went out with them")
    words: int = Field(description="how many words the objects had to hold; 0: none were asked for")
    filters: tuple[str, ...] = Field(description="names of the fields that the objects had to agree with")
    complete: bool = Field(description="whether the export came to its end")


class BackupMade(Event):
    """The register was written into a backup."""

    kind = "backup.made"
    manifest: str = Field(description="SHA-256 of the backup's manifest, which says what is in it")
    revision: int = Field(description="how often the register had been written to")
    objects: int
    photos: int
    missing: int = Field(description="photos that were lost already, and that it lacks")


class BackupRestored(Event):
    """The register was brought back from a backup."""

    kind = "backup.restored"
    manifest: str = Field(description="SHA-256 of the backup's manifest")
    revision: int = Field(description="how often the register had been written to when the backup was made")
    replaced: str = Field(
        description="end of the trail of the register that was replaced; empty: none, or unreadable"
    )


class RegisterMoved(Event):
    """The register was copied into another database, and goes on there."""

    kind = "register.moved"
    former: str = Field(description="kind of the database that it was in")
    database: str = Field(description="kind of the database that it was copied into")


class ImportUndone(Event):
    """An import was taken back as a whole; what that changed, the events of its objects tell."""

    kind = "import.undone"
    number: int
    withdrawn: int = Field(description="objects that it had brought")
    returned: int = Field(description="objects in which something is as before")
    photographs: int = Field(description="photographs that were removed")
    kept: int = Field(description="rows of which something stayed")

    @property
    def subject(self) -> str:
        """The import."""
        return f"import:{self.number}"
