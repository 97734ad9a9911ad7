"""How the API describes itself (OpenAPI): problem details on every failing path, bodies, pictures.

Every parameter, body and answer has an example; the examples of one operation belong together.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel

from data.actor import Grounds
from data.object_id import ObjectRecord
from data.source_registers import SourceRegister
from service.deciding import KeepBody
from service.life_cycle import LinkBody, MergeBody, MoveBody, ReinstateBody
from service.problem_details import ProblemDetails
from service.problems import (
    INTERNAL_ERROR,
    MEDIA_TYPE,
    METHOD_NOT_ALLOWED,
    NOT_FOUND,
    TYPE_PREFIX,
    UNKNOWN_HOST,
    ProblemKind,
)
from service.registering import PhotographChange

DESCRIPTION = """\
A register of stolen and missing objects that can be searched with a photo.

Every answer with a status of 400 or more is a problem (RFC 9457): `code` is for programs, `detail` says what
happened, `advice` says what to do. A search that finds nothing clears nothing: read `meaning`.
"""
SCHEMAS = "#/components/schemas/"
EVERYWHERE: Final = (UNKNOWN_HOST, INTERNAL_ERROR)
"""What any address may answer with."""
ELSEWHERE: Final = {"NotFound": NOT_FOUND, "MethodNotAllowed": METHOD_NOT_ALLOWED}
"""What is answered to a request that is none of the operations."""
READ_BY_ROUTES: Final[tuple[type[BaseModel], ...]] = (
    ObjectRecord,
    PhotographChange,
    SourceRegister,
    Grounds,
    ReinstateBody,
    MergeBody,
    LinkBody,
    KeepBody,
    MoveBody,
)
"""The models of bodies that routes read by themselves, in a thread."""
NOT_CHANGED: dict[int | str, dict[str, Any]] = {304: {"description": "Not changed since."}}
PICTURE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "A JPEG.",
        "content": {
            "image/jpeg": {
                "schema": {"type": "string", "format": "binary"},
                "examples": {"picture": {"summary": "The picture itself"}},
            }
        },
    }
}


def failing(*kinds: ProblemKind) -> dict[int | str, dict[str, Any]]:
    """The `responses` of a route that can fail in these ways, with an example of each."""
    responses: dict[int | str, dict[str, Any]] = {}
    for kind in (*kinds, *EVERYWHERE):
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
    given = {"photo": "@front.jpg" if photos == 1 else ["@front.jpg", "@signature.jpg"]}
    chosen = {
        name: field["default"] if "default" in field else field["examples"][0]
        for name, field in fields.items()
    }
    example = {"summary": "Files, as curl names them", "value": {**given, **chosen}}
    content = {"multipart/form-data": {"schema": schema, "examples": {"files": example}}}
    return {"requestBody": {"required": True, "content": content}}


def json_body(schema: dict[str, Any], media_type: str, **examples: dict[str, Any]) -> dict[str, Any]:
    """The `openapi_extra` of a route that reads a JSON body by itself. Examples: summary and value of each."""
    return {
        "requestBody": {
            "required": True,
            "content": {media_type: {"schema": schema, "examples": examples}},
        }
    }


def reference(model: type[BaseModel]) -> dict[str, Any]:
    """The schema of one of ``READ_BY_ROUTES``."""
    return {"$ref": f"{SCHEMAS}{model.__name__}-Input"}


def grounds_body(
    model: type[Grounds], summary: str, why: Mapping[str, str], **more: object
) -> dict[str, Any]:
    """The `openapi_extra` of a route that wants to know why. Its example: why, and what more the model asks."""
    return json_body(
        reference(model), "application/json", given={"summary": summary, "value": {**why, **more}}
    )


def describe(app: FastAPI) -> None:
    """Make the app's OpenAPI document hold what its routes do not declare by themselves."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = get_openapi(
                title=app.title, version=app.version, description=app.description, routes=app.routes
            )
            components = document.setdefault("components", {})
            schemas = components.setdefault("schemas", {})
            schemas.update(_schemas(ProblemDetails.model_json_schema(ref_template=SCHEMAS + "{model}"), ""))
            for model in READ_BY_ROUTES:
                body = model.model_json_schema(ref_template=SCHEMAS + "{model}-Input")
                schemas.update(_schemas(body, "-Input"))
            components["responses"] = {name: _elsewhere(kind) for name, kind in ELSEWHERE.items()}
            _say_where(document)
            app.openapi_schema = document
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]  # the way that FastAPI documents for extending it


def _schemas(schema: dict[str, Any], suffix: str) -> dict[str, Any]:
    """A schema and those it refers to, by the names that it refers to them by."""
    parts = {name + suffix: part for name, part in schema.pop("$defs", {}).items()}
    return {**parts, schema["title"] + suffix: schema}


def _elsewhere(kind: ProblemKind) -> dict[str, Any]:
    return failing(kind)[kind.status]


def _say_where(document: dict[str, Any]) -> None:
    """Put the address of each operation, with the examples of its parameters, into its examples."""
    for path, operations in document["paths"].items():
        for operation in operations.values():
            address = path
            for parameter in operation.get("parameters", ()):
                address = address.replace(f"{{{parameter['name']}}}", str(_first_example(parameter)))
            for response in operation["responses"].values():
                _say_address(response.get("content", {}), address)


def _first_example(parameter: dict[str, Any]) -> object:
    return parameter["schema"].get("examples", [""])[0]


def _say_address(content: dict[str, Any], address: str) -> None:
    for example in content.get(MEDIA_TYPE, {}).get("examples", {}).values():
        example["value"] = {**example["value"], "instance": address}
    if "image/jpeg" in content:
        (name, example), *_ = content["image/jpeg"]["examples"].items()
        content["image/jpeg"]["examples"] = {name: {**example, "externalValue": address}}


def _response() -> dict[str, Any]:
    schema = {"$ref": f"{SCHEMAS}ProblemDetails"}
    return {"description": "", "content": {MEDIA_TYPE: {"schema": schema, "examples": {}}}}


def _example(kind: ProblemKind) -> dict[str, Any]:
    return {
        "type": TYPE_PREFIX + kind.code,
        "title": kind.title,
        "status": kind.status,
        "detail": f"{kind.title}.",
        "instance": "/api/v1/an/address",
        "code": kind.code,
        "advice": kind.advice,
        "errors": [],
    }
