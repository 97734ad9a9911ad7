"""What the API answers with about the history of an object."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from data.actor import ActorKind
from data.history import Change, HistoryEntry
from service.api.views import PREFIX

_ENTRY_EXAMPLE: dict[str, JsonValue] = {
    "version": 2,
    "change": "recovered",
    "status": "recovered",
    "fields": ["status"],
    "other": None,
    "actor": {"kind": "command", "name": "registrar", "address": "artrieve object recover"},
    "reason": "The police found it.",
    "source": "Letter of 12 March 2026",
    "changed_at": "2026-03-12T15:20:00Z",
    "object": "/api/v1/objects/17/history/2",
}


class ActorView(BaseModel):
    """Who made a change, as far as is known."""

    kind: ActorKind = Field(description="By which way: a command, the API, or a program.")
    name: str = Field(description="Name of the user; empty: nobody said.")
    address: str = Field(description="Where from: the command, or the caller's network address.")


class HistoryEntryView(BaseModel):
    """What made a version of an object."""

    model_config = ConfigDict(json_schema_extra={"examples": [_ENTRY_EXAMPLE]})

    version: int
    change: Change
    status: str = Field(description="The status of the object from then on.")
    fields: list[str] = Field(description="Names of the record's fields that were changed.")
    other: int | None = Field(
        description="The other object of a merge or a link; null for all other changes."
    )
    actor: ActorView
    reason: str
    source: str = Field(description="Where that was known from.")
    changed_at: datetime
    object: str = Field(description="Address of the object as it was at this version.")

    @classmethod
    def of(cls, object_id: int, entry: HistoryEntry) -> HistoryEntryView:
        """The view of an entry."""
        actor = entry.actor
        return cls(
            version=entry.version,
            change=entry.change,
            status=entry.status,
            fields=list(entry.fields),
            other=entry.other,
            actor=ActorView(kind=actor.kind, name=actor.name, address=actor.address),
            reason=entry.why.reason,
            source=entry.why.source,
            changed_at=entry.changed_at,
            object=f"{PREFIX}/objects/{object_id}/history/{entry.version}",
        )


class HistoryPage(BaseModel):
    """Some of the versions of an object, in their order."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"versions": [_ENTRY_EXAMPLE], "next_after": None}]}
    )

    versions: list[HistoryEntryView]
    next_after: int | None = Field(
        description="Ask with `after` set to this for the next page; null: no more."
    )

    @classmethod
    def of(cls, object_id: int, found: list[HistoryEntry], limit: int) -> HistoryPage:
        """The view of a page that was read with a limit of one more than ``limit``."""
        shown = found[:limit]
        return cls(
            versions=[HistoryEntryView.of(object_id, each) for each in shown],
            next_after=shown[-1].version if len(found) > limit else None,
        )
