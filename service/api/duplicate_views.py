"""What the API answers with about likely duplicates."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from data.checks import Checks
from data.duplicate_tables import DuplicateState
from data.duplicates import Decision, Duplicate, Duplicates, Finding
from data.object_id import Status
from data.register import Photograph, Register, RegisteredObject
from service.api.history_views import ActorView
from service.api.views import PHOTOGRAPH_EXAMPLE, PREFIX, PhotographView, RegisterNameView
from service.photo_quality import PhotoQuality
from service.registering import AddedPhotograph

_SIDE: dict[str, JsonValue] = {
    "id": 12,
    "title": "Still life with lemon",
    "maker": "Workshop of Maarsen",
    "status": "stolen",
    "authority": "Police of Veldermond",
    "case_reference": "VM-2024-118",
    "source_register": {"key": "own", "name": "This register"},
    "object": "/api/v1/objects/12",
}
_FINDING: dict[str, JsonValue] = {
    "photographs": [15, 23],
    "identical": False,
    "probability": 0.9941,
    "level": "dealer",
    "generation": 12,
    "models": {"descriptor": "bundled-1", "search": "search-4"},
    "found_at": "2026-03-01T09:05:02Z",
}
_DUPLICATE: dict[str, JsonValue] = {
    "id": 4,
    "state": "linked",
    "found_at": "2026-03-01T09:05:02Z",
    "objects": [
        _SIDE,
        {**_SIDE, "id": 17, "authority": "Museum of Ostbrück", "object": "/api/v1/objects/17"},
    ],
    "findings": [_FINDING],
    "decision": {
        "actor": {"kind": "api", "name": "", "address": "127.0.0.1"},
        "reason": "The same scratch at the lower edge.",
        "source": "Letter of 3 March 2026",
        "at": "2026-03-03T10:00:00Z",
    },
}


class SideView(BaseModel):
    """One of the two objects, in short: who reported what."""

    id: int
    title: str
    maker: str
    status: Status
    authority: str = Field(description="Who reports it.")
    case_reference: str
    source_register: RegisterNameView
    object: str = Field(description="Address of the object.")

    @classmethod
    def of(cls, found: RegisteredObject) -> SideView:
        """The view of an object."""
        record, source = found.record, found.source_register
        return cls(
            id=found.id,
            title=record.title,
            maker=record.maker,
            status=record.status,
            authority=record.authority,
            case_reference=record.case_reference,
            source_register=RegisterNameView(key=source.key, name=source.name),
            object=f"{PREFIX}/objects/{found.id}",
        )


class FindingView(BaseModel):
    """Two photographs that show the same, one of each object."""

    photographs: tuple[int, int] = Field(description="Their numbers, in the order of `objects`.")
    identical: bool = Field(description="Whether they are the same photo, byte for byte.")
    probability: float | None = Field(
        description="That both show the same object, 0 to 1; null: only their bytes were compared."
    )
    level: str = Field(description="The alert level at which it alerted; empty likewise.")
    generation: int | None = Field(description="Number of the index that was searched; null likewise.")
    models: dict[str, str] = Field(description="Ids of the model cards, by what each does.")
    found_at: datetime

    @classmethod
    def of(cls, found: Finding) -> FindingView:
        """The view of a finding."""
        return cls(
            photographs=(found.first_photograph, found.second_photograph),
            identical=found.identical,
            probability=found.probability,
            level=found.level,
            generation=found.generation,
            models=dict(found.models),
            found_at=found.found_at,
        )


class DecisionView(BaseModel):
    """What people said of it."""

    actor: ActorView
    reason: str
    source: str = Field(description="Where that was known from.")
    at: datetime

    @classmethod
    def of(cls, found: Decision) -> DecisionView:
        """The view of a decision."""
        actor = ActorView(kind=found.actor.kind, name=found.actor.name, address=found.actor.address)
        return cls(actor=actor, reason=found.why.reason, source=found.why.source, at=found.at)


class DuplicateView(BaseModel):
    """Two objects that are likely the same."""

    model_config = ConfigDict(json_schema_extra={"examples": [_DUPLICATE]})

    id: int
    state: DuplicateState = Field(description="What people have said of it; `open`: nothing yet.")
    found_at: datetime
    objects: tuple[SideView, SideView] = Field(
        description="The one that was registered first before the other."
    )
    findings: list[FindingView] = Field(
        description="By which photographs, the surest first; those that were removed since are left out."
    )
    decision: DecisionView | None = Field(description="Null while it is open.")

    @classmethod
    def of(cls, found: Duplicate) -> DuplicateView:
        """The view of a likely duplicate."""
        return cls(
            id=found.id,
            state=found.state,
            found_at=found.found_at,
            objects=(SideView.of(found.first), SideView.of(found.second)),
            findings=[FindingView.of(one) for one in found.findings],
            decision=DecisionView.of(found.decision) if found.decision else None,
        )


class DuplicatePage(BaseModel):
    """Some of the likely duplicates, in the order in which they were found."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"duplicates": [_DUPLICATE], "waiting": 0, "next_after": None}]}
    )

    duplicates: list[DuplicateView]
    waiting: int = Field(
        description="Photographs that have not been compared yet: of the register, or of the object asked for."
    )
    next_after: int | None = Field(
        description="Ask with `after` set to this for the next page; null: no more."
    )

    @classmethod
    def of(cls, found: list[Duplicate], waiting: int, limit: int) -> DuplicatePage:
        """The view of a page that was read with a limit of one more than ``limit``."""
        shown = found[:limit]
        return cls(
            duplicates=[DuplicateView.of(one) for one in shown],
            waiting=waiting,
            next_after=shown[-1].id if len(found) > limit else None,
        )


class AddedPhotographView(PhotographView):
    """A photograph that was added, what its photo is good for, and whether its object is registered already."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    **PHOTOGRAPH_EXAMPLE,
                    "quality": {"searchable": True, "warning": ""},
                    "compared": True,
                    "duplicates": [{**_DUPLICATE, "state": "open", "decision": None}],
                }
            ]
        }
    )

    quality: PhotoQuality = Field(
        description="How surely the object is found by this photo. Only this answer tells: it is not kept."
    )
    compared: bool = Field(
        description="Whether it was compared with all that is registered; false: that will be done, and told by "
        "GET /api/v1/duplicates."
    )
    duplicates: list[DuplicateView] = Field(
        description="Other objects that its object is likely the same as, and that nobody has decided on."
    )

    @classmethod
    def of_added(
        cls, photograph: Photograph, quality: PhotoQuality, found: list[Duplicate], *, compared: bool
    ) -> AddedPhotographView:
        """The view of a photograph that was added."""
        return cls(
            **PhotographView.of(photograph).model_dump(),
            quality=quality,
            compared=compared,
            duplicates=[DuplicateView.of(one) for one in found],
        )


def compared_view(register: Register, added: AddedPhotograph) -> AddedPhotographView:
    """The view of a photograph that was added, with what it was found to show by now. Blocks."""
    object_id = added.photograph.object_id
    found = Duplicates(register.database).page(object_id=object_id)
    waits = Checks(register).one(added.photograph.id) is not None
    return AddedPhotographView.of_added(added.photograph, added.quality, found, compared=not waits)
