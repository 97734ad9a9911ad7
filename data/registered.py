"""What the register hands out: objects, photographs, the snapshot, and its errors."""

import datetime as dt
from dataclasses import dataclass
from typing import Final

from data.object_id import ObjectRecord, Status, ViewKind
from data.safe_photo import SafePhoto


@dataclass(frozen=True, slots=True)
class NewPhotograph:
    """A photo that came through intake, on its way to an object."""

    safe: SafePhoto
    view: ViewKind = ViewKind.overall
    original_name: str = ""


@dataclass(frozen=True, slots=True)
class Photograph:
    """A photograph of a registered object. Its id is never given to another one."""

    id: int
    object_id: int
    view: ViewKind
    sha256: str
    """SHA-256 of the bytes that arrived."""
    photo_key: str
    """Key of the stored JPEG in the photo store."""
    thumbnail_key: str
    width: int
    """Pixels of the stored JPEG."""
    height: int
    original_width: int
    """Pixels of the photo that arrived, once upright."""
    original_height: int
    format: str
    original_name: str
    position: int
    """Order within the object, from 0; a photograph that was removed leaves a gap."""


OWN_ID: Final = 1
"""Id of the register that is this installation's own; every object belongs to it that is not said to be another's."""
OWN_KEY: Final = "own"


@dataclass(frozen=True, slots=True)
class RegisterName:
    """What an object tells of the register that it came from."""

    key: str = OWN_KEY
    name: str = "This register"


@dataclass(frozen=True, slots=True)
class RegisteredObject:
    """An object as the register holds it at one version."""

    id: int
    version: int
    """Starts at 1 and grows with every change of the record or of its photographs."""
    record: ObjectRecord
    photographs: tuple[Photograph, ...]
    created_at: dt.datetime
    changed_at: dt.datetime
    source_register: RegisterName = RegisterName()
    merged_into: int | None = None
    """The object that it was found to be the same as, and that is kept; None: it stands for itself."""
    same_as: tuple[int, ...] = ()
    """Objects that people say are the same, by their ids; each is registered all the same."""
    hidden: frozenset[str] = frozenset()
    """Fields that whoever reads this may not see, as data.visibility names them: they are empty in the record."""


@dataclass(frozen=True, slots=True)
class PresentState:
    """What has become of an object, in short.

    changed_at   when its version became what it is
    merged_into  the object that is kept, at the end of a chain of merges
    """

    object_id: int
    version: int
    status: Status
    changed_at: dt.datetime
    merged_into: int | None


@dataclass(frozen=True, slots=True)
class PhotographRef:
    """A photograph that may be searched: what the indexer needs to know about it."""

    photograph_id: int
    object_id: int
    photo_key: str
    register_id: int = OWN_ID


@dataclass(frozen=True, slots=True)
class RegisterCount:
    """What of one source register could be searched, and how fresh that was."""

    key: str
    name: str
    objects: int
    objects_with_photographs: int
    photographs: int
    without_usable_picture: int
    """Objects that no photo can find: without a photograph, or with none that the index could take."""
    as_of: dt.date | None
    """The day on which its content was as it is here, as its authority says; None if nobody said."""
    updated_at: dt.datetime
    """When its entry was changed, or a list of it imported, last."""


@dataclass(frozen=True, slots=True)
class RegisterSnapshot:
    """What could be searched at one moment; goes onto every search record.

    The counts are those of objects that answer searches (`data.object_id.SEARCHABLE`).
    """

    revision: int
    objects: int
    objects_with_photographs: int
    photographs: int
    taken_at: dt.datetime
    without_usable_picture: int | None = None
    """Objects that no photo can find; None in one that was kept before these were counted."""
    registers: tuple[RegisterCount, ...] = ()
    """The same for each source register, in the order in which they were added."""


class ObjectNotFound(LookupError):
    """No object has this id."""

    def __init__(self, object_id: int) -> None:
        self.object_id = object_id
        super().__init__(f"The register has no object {object_id}. Check the number.")


class PhotographNotFound(LookupError):
    """No photograph has this id."""

    def __init__(self, photograph_id: int) -> None:
        self.photograph_id = photograph_id
        super().__init__(f"The register has no photograph {photograph_id}. Check the number.")


class VersionNotFound(LookupError):
    """The history of the object has no such version."""

    def __init__(self, object_id: int, version: int) -> None:
        self.object_id = object_id
        self.version = version
        super().__init__(f"The history of object {object_id} has no version {version}. Check the number.")


class StatusConflict(RuntimeError):
    """What is asked for does not go with the status that the object has; the text says why and what to do."""

    def __init__(self, object_id: int, reason: str) -> None:
        self.object_id = object_id
        super().__init__(reason)


class VersionConflict(RuntimeError):
    """Somebody else changed the object since it was read."""

    def __init__(self, object_id: int, expected: int, actual: int) -> None:
        self.object_id = object_id
        self.expected = expected
        self.actual = actual
        super().__init__(
            f"Object {object_id} is at version {actual}, not {expected}: it was changed in the meantime. "
            "Read it again, and repeat your change on that version."
        )


class SourceTaken(RuntimeError):
    """An object with this source key is registered already."""

    def __init__(self, source_key: str, object_id: int) -> None:
        self.source_key = source_key
        self.object_id = object_id
        super().__init__(
            f"Object {object_id} was already registered from this source ({source_key}). "
            "Amend that object instead."
        )
