"""The kinds of audit events, a model each. docs/audit.md lists them, and a test holds the two together.

No event holds a value of a record: which fields were changed, and by `state` a hash over all that the history keeps
of that version, salted so that nothing can be guessed from it. Names of owners or files, words that were searched for
and photos' hashes stay out too.
"""

from typing import Final

from pydantic import Field

from data.audit_event import Event
from data.audit_whole_events import (
    BackupMade,
    BackupRestored,
    ImportUndone,
    RegisterExported,
    RegisterMoved,
)

__all__ = ["BackupMade", "BackupRestored", "Event", "ImportUndone", "RegisterExported", "RegisterMoved"]


class ObjectEvent(Event):
    """An object has a new version."""

    object: int
    version: int
    state: str = Field(description="hash of that version in the history")

    @property
    def subject(self) -> str:
        """The object."""
        return subject_of(self.object)


def subject_of(object_id: int) -> str:
    """The subject of events about an object."""
    return f"object:{object_id}"


class ObjectReported(ObjectEvent):
    """An object was registered."""

    kind = "object.reported"
    status: str
    photographs: tuple[int, ...]


class ObjectAmended(ObjectEvent):
    """Fields of a record were changed."""

    kind = "object.amended"
    fields: tuple[str, ...] = Field(description="names of the fields that were changed")


class StatusEvent(ObjectEvent):
    """Whether an object is searched for has changed."""

    status: str
    former: str = Field(description="the status before")
    fields: tuple[str, ...] = Field(description="names of all fields that were changed with it")


class ObjectRecovered(StatusEvent):
    """An object is back where it belongs."""

    kind = "object.recovered"


class ObjectWithdrawn(StatusEvent):
    """The report of an object was taken back."""

    kind = "object.withdrawn"


class ObjectReinstated(StatusEvent):
    """An object that was recovered, withdrawn or merged is what it was before."""

    kind = "object.reinstated"


class ObjectMerged(ObjectEvent):
    """An object was merged into another one, which is the same."""

    kind = "object.merged"
    other: int = Field(description="the object that is kept")
    former: str = Field(description="the status before")


class ObjectAbsorbed(ObjectEvent):
    """Another object was merged into this one."""

    kind = "object.absorbed"
    other: int = Field(description="the object that was merged")
    photographs: tuple[int, ...] = Field(description="the photographs that this one got by it")


class ObjectSeparated(ObjectEvent):
    """An object that was merged into this one was reinstated."""

    kind = "object.separated"
    other: int = Field(description="the object that was merged")
    photographs: tuple[int, ...] = Field(description="the photographs that this one no longer has")


class ObjectLinked(ObjectEvent):
    """An object was said to be the same as another one."""

    kind = "object.linked"
    other: int


class ObjectUnlinked(ObjectEvent):
    """An object was said to be no longer the same as another one."""

    kind = "object.unlinked"
    other: int


class ObjectDistinguished(ObjectEvent):
    """An object was said not to be the same as another one, though it looked likely."""

    kind = "object.distinguished"
    other: int


class DuplicateFound(Event):
    """Photographs of two objects look so alike that the two are likely the same."""

    kind = "duplicate.found"
    object: int
    other: int
    identical: bool = Field(description="whether it is the same photo, byte for byte")

    @property
    def subject(self) -> str:
        """The object whose photograph was compared."""
        return subject_of(self.object)


class ObjectMoved(ObjectEvent):
    """An object was said to belong to another source register."""

    kind = "object.moved"
    source: str = Field(description="key of the source register that it belongs to now")
    former: str = Field(description="key of the one before")


class PhotographAdded(ObjectEvent):
    """An object got photographs."""

    kind = "photograph.added"
    photographs: tuple[int, ...]


class PhotographAmended(ObjectEvent):
    """It was said anew what a photograph shows."""

    kind = "photograph.amended"
    photographs: tuple[int, ...]


class PhotographRemoved(ObjectEvent):
    """A photograph was taken from its object."""

    kind = "photograph.removed"
    photographs: tuple[int, ...]


class RegisterAdopted(Event):
    """The history began for the objects that an earlier version had registered; it is the first event then."""

    kind = "register.adopted"
    objects: int = Field(description="how many there were")
    state: str = Field(description="hash over the hashes of their first entries in the history")


class SourceEvent(Event):
    """Something about a source register."""

    source: str = Field(description="key of the source register")

    @property
    def subject(self) -> str:
        """The source register."""
        return f"source:{self.source}"


class SourceAdded(SourceEvent):
    """A source register was added."""

    kind = "source.added"


class SourceAmended(SourceEvent):
    """The entry of a source register was changed."""

    kind = "source.amended"
    fields: tuple[str, ...] = Field(description="names of the fields that were changed")


class SourceImported(SourceEvent):
    """A list of a source register was imported to its end."""

    kind = "source.imported"


class PhotoSearched(Event):
    """Somebody searched with photos."""

    kind = "search.photo"
    search: str = Field(description="id of the search record")
    record: str = Field(description="hash of the search record")
    verdict: str
    photos: int
    candidates: int
    fields: tuple[str, ...] = Field(default=(), description="names of the fields that were given beside them")
    narrowed: bool = Field(
        default=False, description="whether only objects that agree with them were searched"
    )

    @property
    def subject(self) -> str:
        """The search record."""
        return f"search:{self.search}"


class WordsSearched(Event):
    """Somebody searched with words or fields. No record of that is kept, and what was asked for is not."""

    kind = "search.words"
    words: int = Field(description="how many words")
    pictures: int = Field(description="how many pictures were answered with")
    records: int = Field(description="how many records hold the words")
    fields: tuple[str, ...] = Field(default=(), description="names of the fields that were asked for")

    @property
    def subject(self) -> str:
        """No object in particular."""
        return "words"


EVENTS: Final[dict[str, type[Event]]] = {
    one.kind: one
    for one in (
        RegisterAdopted,
        ObjectReported,
        ObjectAmended,
        ObjectRecovered,
        ObjectWithdrawn,
        ObjectReinstated,
        ObjectMerged,
        ObjectAbsorbed,
        ObjectSeparated,
        ObjectLinked,
        ObjectUnlinked,
        ObjectDistinguished,
        DuplicateFound,
        ObjectMoved,
        PhotographAdded,
        PhotographAmended,
        PhotographRemoved,
        SourceAdded,
        SourceAmended,
        SourceImported,
        ImportUndone,
        PhotoSearched,
        WordsSearched,
        RegisterExported,
        BackupMade,
        BackupRestored,
        RegisterMoved,
    )
}
"""Every kind of event that is written."""
