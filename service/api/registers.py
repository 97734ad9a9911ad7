"""Source registers: which there are, what each holds, and their entries."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Path, Response, status
from pydantic import BaseModel, ConfigDict, Field, JsonValue

from data.registered import RegisterCount
from data.source_registers import EXAMPLE, LONGEST_KEY, KeptRegister, SourceRegister
from service.api.deps import JsonBodyDep, ReaderDep, RegisterDep
from service.api.describing import failing, json_body, reference
from service.api.views import PREFIX
from service.problems import (
    BODY_TOO_LARGE,
    DATABASE_UNAVAILABLE,
    FOREIGN_ORIGIN,
    INVALID_REQUEST,
    MALFORMED_JSON,
    NOT_ALLOWED,
    SOURCE_REGISTER_NOT_FOUND,
    SOURCE_REGISTER_TAKEN,
    UNSUPPORTED_BODY,
)
from service.registering import add_register, change_register

router = APIRouter(prefix="/registers", tags=["registers"])

_READING = (INVALID_REQUEST, DATABASE_UNAVAILABLE)
_WRITING = (NOT_ALLOWED, FOREIGN_ORIGIN, BODY_TOO_LARGE, UNSUPPORTED_BODY, MALFORMED_JSON, *_READING)
_ENTRY_BODY = json_body(
    reference(SourceRegister), "application/json", full={"summary": "A full entry", "value": EXAMPLE}
)
_PATCH_BODY = json_body(
    {"type": "object", "additionalProperties": True},
    "application/merge-patch+json",
    newer={"summary": "Its content is as of another day", "value": {"as_of": "2026-04-01"}},
)
_EXAMPLE: dict[str, JsonValue] = {
    **EXAMPLE,
    "updated_at": "2026-03-02T06:30:00Z",
    "objects": 4000,
    "objects_with_photographs": 3570,
    "photographs": 5300,
}

RegisterKey = Annotated[
    str, Path(max_length=LONGEST_KEY, description="Key of the source register.", examples=["veldermond"])
]


class RegisterView(BaseModel):
    """A source register, with the counts of its objects that answer searches."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    key: str = Field(description="Its short name, which never changes.")
    name: str
    authority: str = Field(description="Who answers for what it says.")
    contact: str
    licence: str = Field(description="Under which terms its content may be used.")
    url: str
    as_of: date | None = Field(
        description="The day on which its content was as it is here, as its authority says; null: nobody said."
    )
    notes: str
    updated_at: datetime = Field(description="When its entry was changed, or a list of it imported, last.")
    objects: int = Field(description="Its objects that searches are meant to find.")
    objects_with_photographs: int = Field(description="Those of them that have a photograph.")
    photographs: int = Field(description="Photographs of those objects.")

    @classmethod
    def of(cls, kept: KeptRegister, count: RegisterCount | None) -> RegisterView:
        """The view of a register. ``count``: None for one that nothing was counted of yet."""
        return cls(
            **dict(kept.entry),
            updated_at=kept.updated_at,
            objects=count.objects if count else 0,
            objects_with_photographs=count.objects_with_photographs if count else 0,
            photographs=count.photographs if count else 0,
        )


class RegisterList(BaseModel):
    """All source registers."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"registers": [_EXAMPLE]}]})

    registers: list[RegisterView] = Field(
        description="This installation's own first, then as they were added."
    )


@router.get("", responses=failing(*_READING))
def list_registers(reader: ReaderDep) -> RegisterList:
    """The source registers that objects here came from. Every search covers them all."""
    return RegisterList(registers=[RegisterView.of(*each) for each in reader.registers()])


@router.get("/{key}", responses=failing(SOURCE_REGISTER_NOT_FOUND, *_READING))
def read_register(key: RegisterKey, reader: ReaderDep) -> RegisterView:
    """One source register."""
    return RegisterView.of(*reader.register(key))


@router.post(
    "",
    status_code=status.HTTP_201_CREATED,
    openapi_extra=_ENTRY_BODY,
    responses=failing(SOURCE_REGISTER_TAKEN, *_WRITING),
)
def post_register(register: RegisterDep, body: JsonBodyDep, response: Response) -> RegisterView:
    """Add a source register, for objects that another authority sends."""
    kept = add_register(register, body)
    response.headers["Location"] = f"{PREFIX}/registers/{kept.entry.key}"
    return RegisterView.of(kept, None)


@router.patch("/{key}", openapi_extra=_PATCH_BODY, responses=failing(SOURCE_REGISTER_NOT_FOUND, *_WRITING))
def patch_register(
    register: RegisterDep, key: RegisterKey, body: JsonBodyDep, reader: ReaderDep
) -> RegisterView:
    """Change a source register's entry by a merge patch (RFC 7396). Its key stays."""
    change_register(register, key, body)
    return RegisterView.of(*reader.register(key))
