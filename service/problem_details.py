"""The body of every answer that is a problem (RFC 9457)."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field, JsonValue

_EXAMPLE: dict[str, JsonValue] = {
    "type": "urn:artrieve:problem:object-not-found",
    "title": "There is no such object",
    "status": 404,
    "detail": "The register holds no object with the number 4711.",
    "instance": "/api/v1/objects/4711",
    "code": "object-not-found",
    "advice": "Check the number; GET /api/v1/objects lists the objects there are.",
    "errors": [],
}


class FieldError(BaseModel):
    """One thing that is wrong in a request: where it is, and what it should be."""

    where: str = Field(description="Path of the field, for example `body.theft.earliest`.")
    says: str = Field(description="What is wrong with it, in words.")


class ProblemDetails(BaseModel):
    """The body of every answer with status 400 or more (RFC 9457, with `code`, `advice` and `errors`)."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    type: str = Field(description="URN of this kind of problem.")
    title: str = Field(description="The kind of problem in a few words, the same each time.")
    status: int = Field(description="The HTTP status, repeated.")
    detail: str = Field(description="What happened this time.")
    instance: str = Field(description="The path that was asked for.")
    code: str = Field(description="Short name of this kind of problem, for programs. Stable.")
    advice: str = Field(description="What to do about it.")
    errors: list[FieldError] = Field(
        default=[], description="For invalid requests: each field that is wrong."
    )
