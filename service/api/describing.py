"""How the API describes itself (OpenAPI): problem details on every failing path, forms, pictures."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from service.problems import MEDIA_TYPE, TYPE_PREFIX, ProblemDetails, ProblemKind

DESCRIPTION = """\
A register of stolen and missing objects that can be searched with a photo.

Every answer with a status of 400 or more is a problem (RFC 9457): `code` is for programs, `detail` says what
happened, `advice` says what to do. A search that finds nothing clears nothing: read `meaning`.
"""
PICTURE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "A JPEG.",
        "content": {"image/jpeg": {"schema": {"type": "string", "format": "binary"}}},
    }
}


def failing(*kinds: ProblemKind) -> dict[int | str, dict[str, Any]]:
    """The `responses` of a route that can fail in these ways, with an example of each."""
    responses: dict[int | str, dict[str, Any]] = {}
    for kind in kinds:
        response = responses.setdefault(kind.status, _response())
        response["content"][MEDIA_TYPE]["examples"][kind.code] = {
            "summary": kind.title,
            "value": _example(kind),
        }
    for response in responses.values():
        examples = response["content"][MEDIA_TYPE]["examples"]
        response["description"] = "; ".join(example["summary"] for example in examples.values()) + "."
    return responses


def photo_upload(photos: int | None, **fields: dict[str, Any]) -> dict[str, Any]:
    """The `openapi_extra` of a route that takes photos as a form. ``photos`` 1: one, None: several."""
    file = {"type": "string", "format": "binary", "description": "The photo's file, of any usual format."}
    several = {
        "type": "array",
        "items": file,
        "minItems": 1,
        "description": "Photos of one and the same object.",
    }
    schema = {
        "type": "object",
        "required": ["photo"],
        "properties": {"photo": file if photos == 1 else several, **fields},
    }
    return {"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": schema}}}}


def describe(app: FastAPI) -> None:
    """Make the app's OpenAPI document hold the shape of problems."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = get_openapi(
                title=app.title, version=app.version, description=app.description, routes=app.routes
            )
            schemas = document.setdefault("components", {}).setdefault("schemas", {})
            problem = ProblemDetails.model_json_schema(ref_template="#/components/schemas/{model}")
            schemas.update(problem.pop("$defs", {}))
            schemas["ProblemDetails"] = problem
            app.openapi_schema = document
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]  # the way that FastAPI documents for extending it


def _response() -> dict[str, Any]:
    reference = {"$ref": "#/components/schemas/ProblemDetails"}
    return {"description": "", "content": {MEDIA_TYPE: {"schema": reference, "examples": {}}}}


def _example(kind: ProblemKind) -> dict[str, Any]:
    return {
        "type": TYPE_PREFIX + kind.code,
        "title": kind.title,
        "status": kind.status,
        "detail": f"{kind.title}.",
        "instance": "/api/v1/searches",
        "code": kind.code,
        "advice": kind.advice,
        "errors": [],
    }
