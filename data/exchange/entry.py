"""One object to import, as a reader of lists hands it over, and what becomes of it on its way."""

from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

from data.exchange.known import Known
from data.exchange.photo_files import PhotoFile, PhotoRead
from data.object_id import ObjectRecord, ViewKind


@dataclass(frozen=True, slots=True)
class Entry:
    """One object to import, or why it cannot be."""

    line: int
    title: str = ""
    problem: str = ""
    fields: dict[str, Any] = field(default_factory=dict)
    source_key: str = ""
    digest: str = ""
    photos: tuple[PhotoFile, ...] = ()
    photo_names: str = ""
    repeats: int = 0
    """The earlier line that describes the same object with the same words, or 0."""
    needs_photo: bool = False
    """Without any photo the object is not worth registering (a folder of photos)."""


@dataclass(frozen=True, slots=True)
class Checked:
    """An entry whose fields were read as a record: they are none where it has a problem."""

    entry: Entry
    record: ObjectRecord | None


@dataclass(frozen=True, slots=True)
class Prepared:
    """An entry whose photos are being read."""

    checked: Checked
    known: Known | None
    photos: list[Future[PhotoRead]]


@dataclass(frozen=True, slots=True)
class Read:
    """An entry whose photos were read."""

    checked: Checked
    known: Known | None
    photos: list[PhotoRead]
    views: list[tuple[str, ViewKind]]
    """What the entry says its photos show, by SHA-256; the first word on each in this import."""

    @property
    def entry(self) -> Entry:
        """The entry itself."""
        return self.checked.entry

    def is_unchanged(self) -> bool:
        """Whether the register needs no change, as far as was known when it was read; no lock is taken then."""
        return (
            not self.entry.problem
            and self.known is not None
            and not self.known.undone
            and self.known.digest == self.entry.digest
            and self.known.keeps_values
            and all(not photo.refused and photo.stored is None for photo in self.photos)
            and all(self.known.views.get(sha256, view.value) == view.value for sha256, view in self.views)
        )
