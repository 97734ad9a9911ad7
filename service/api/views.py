"""What the API answers with: typed views of what the register holds."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from data.completeness import completeness_of
from data.object_id import EXAMPLE, ObjectRecord, ViewKind
from data.register import Photograph, RegisteredObject
from data.vocabulary.risk import risk_flags
from indexer.coverage import ModelState
from indexer.engine import IndexStatus
from service.api.model_views import SwitchView
from service.api.record_views import COMPLETENESS_EXAMPLE, CompletenessView, RiskFlagView

PREFIX = "/api/v1"

PHOTOGRAPH_EXAMPLE: dict[str, JsonValue] = {
    "id": 23,
    "object_id": 17,
    "view": "overall",
    "sha256": "9f2c6d0b6d4f0a3c1f7a5b8e2d9c4e6f7081a2b3c4d5e6f708192a3b4c5d6e7f",
    "format": "JPEG",
    "width": 1600,
    "height": 1200,
    "original_width": 4032,
    "original_height": 3024,
    "image": "/api/v1/photographs/23/image",
    "thumbnail": "/api/v1/photographs/23/thumbnail",
}
_OBJECT_EXAMPLE: dict[str, JsonValue] = {
    "id": 17,
    "version": 2,
    "created_at": "2026-03-01T09:00:00Z",
    "changed_at": "2026-03-01T09:05:00Z",
    "source_register": {"key": "own", "name": "This register"},
    "record": EXAMPLE,
    "hidden": [],
    "photographs": [PHOTOGRAPH_EXAMPLE],
    "risk_flags": [],
    "completeness": COMPLETENESS_EXAMPLE,
    "merged_into": None,
    "same_as": [],
}


class PhotographView(BaseModel):
    """A photograph of a registered object. The pictures are at `image` and `thumbnail`."""

    model_config = ConfigDict(json_schema_extra={"examples": [PHOTOGRAPH_EXAMPLE]})

    id: int
    object_id: int
    view: ViewKind = Field(description="What it shows of the object.")
    sha256: str = Field(description="SHA-256 of the bytes that were sent.")
    format: str = Field(description="Format of those bytes.")
    width: int = Field(description="Width of `image`, in pixels.")
    height: int = Field(description="Height of `image`, in pixels.")
    original_width: int = Field(description="Width of the photo that was sent, upright, in pixels.")
    original_height: int = Field(description="Height of the photo that was sent, upright, in pixels.")
    image: str = Field(description="Address of the photo: a JPEG without metadata, which never changes.")
    thumbnail: str = Field(description="Address of a small copy.")

    @classmethod
    def of(cls, photograph: Photograph) -> PhotographView:
        """The view of a photograph."""
        address = f"{PREFIX}/photographs/{photograph.id}"
        return cls(
            id=photograph.id,
            object_id=photograph.object_id,
            view=photograph.view,
            sha256=photograph.sha256,
            format=photograph.format,
            width=photograph.width,
            height=photograph.height,
            original_width=photograph.original_width,
            original_height=photograph.original_height,
            image=f"{address}/image",
            thumbnail=f"{address}/thumbnail",
        )


class RegisterNameView(BaseModel):
    """A source register by its key and its name."""

    key: str
    name: str


class ObjectView(BaseModel):
    """A registered object: its Object ID record and its photographs, at one version."""

    model_config = ConfigDict(hide_input_in_errors=True, json_schema_extra={"examples": [_OBJECT_EXAMPLE]})

    id: int = Field(description="Never given to another object.")
    version: int = Field(description="Counts the changes; also the ETag.")
    created_at: datetime
    changed_at: datetime
    source_register: RegisterNameView = Field(description="The register that it came from.")
    record: ObjectRecord
    hidden: list[str] = Field(
        description="Fields that the caller's role does not see: they are empty in `record`, whatever they hold."
    )
    photographs: list[PhotographView]
    risk_flags: list[RiskFlagView] = Field(
        description="Categories of the Red Lists that the record falls in. A reason to look closely, and no match."
    )
    completeness: CompletenessView = Field(
        description="What the record lacks of Object ID, and what to add first."
    )
    merged_into: int | None = Field(
        description="The object that is kept, if this one was found to be the same and merged into it."
    )
    same_as: list[int] = Field(description="Objects that are said to be the same and stay beside this one.")

    @classmethod
    def of(cls, found: RegisteredObject) -> ObjectView:
        """The view of an object."""
        return cls(
            id=found.id,
            version=found.version,
            created_at=found.created_at,
            changed_at=found.changed_at,
            source_register=RegisterNameView(key=found.source_register.key, name=found.source_register.name),
            record=found.record,
            hidden=sorted(found.hidden),
            photographs=[PhotographView.of(each) for each in found.photographs],
            risk_flags=[RiskFlagView.of(each) for each in risk_flags(found.record)],
            completeness=CompletenessView.of(completeness_of(found)),
            merged_into=found.merged_into,
            same_as=list(found.same_as),
        )


class ObjectPage(BaseModel):
    """Some of the objects, in the order of their numbers."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"objects": [_OBJECT_EXAMPLE], "next_after": 17}]}
    )

    objects: list[ObjectView]
    next_after: int | None = Field(
        description="Ask with `after` set to this for the next page; null: no more."
    )

    @classmethod
    def of(cls, found: list[RegisteredObject], limit: int) -> ObjectPage:
        """The view of a page that was read with a limit of one more than ``limit``."""
        shown = found[:limit]
        return cls(
            objects=[ObjectView.of(each) for each in shown],
            next_after=shown[-1].id if len(found) > limit else None,
        )


class Alive(BaseModel):
    """The service runs."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"status": "alive"}]})

    status: Literal["alive"] = "alive"


class Readiness(BaseModel):
    """What the service searches."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "status": "ready",
                    "generation": 12,
                    "published_at": "2026-03-14T03:00:00Z",
                    "age_seconds": 26130.5,
                    "photographs": 6120,
                    "live": 3,
                    "pending": 0,
                    "trouble": "",
                    "model": "bundled",
                    "switch": None,
                }
            ]
        }
    )

    status: Literal["ready"] = "ready"
    generation: int = Field(description="Number of the published index that is searched.")
    published_at: datetime
    age_seconds: float = Field(description="How long ago it was published.")
    photographs: int = Field(description="Photographs in it.")
    live: int = Field(description="Photographs searched that were registered since.")
    pending: int = Field(description="Photographs that are registered and not searched yet.")
    trouble: str = Field(description="Why a newer index is not used; empty when all is well.")
    model: str = Field(description="The descriptor that sees, as `artrieve model switch` names it.")
    switch: SwitchView | None = Field(description="The model that is to take over; null: none is.")

    @classmethod
    def of(
        cls,
        status: IndexStatus,
        published_at: datetime,
        generation: int,
        now: datetime,
        trouble: str,
        switching: ModelState | None = None,
    ) -> Readiness:
        """The view of what the engine serves."""
        return cls(
            generation=generation,
            published_at=published_at,
            age_seconds=max(0.0, (now - published_at).total_seconds()),
            photographs=status.photographs,
            live=status.live,
            pending=status.pending,
            trouble=trouble,
            model=status.descriptor,
            switch=SwitchView.of(switching) if switching else None,
        )
