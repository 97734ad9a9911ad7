"""Reads JSON bodies. What that costs grows with what was sent, so all of it blocks and belongs
into a thread: the event loop only collects the bytes.
"""

from __future__ import annotations

import json
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from service.invalid import invalid, invalid_body
from service.problems import MALFORMED_JSON, ServiceProblem

MOST_VALUES = 2_000
"""Values in one body. A full record has some 150; each one too many would be an error of its own to tell."""

Model = TypeVar("Model", bound=BaseModel)


def read_model(model: type[Model], body: bytes) -> Model:
    """A body as this model has it. Raises ServiceProblem."""
    given = read_object(body)
    try:
        return model.model_validate(given)
    except ValidationError as wrong:
        raise invalid_body(wrong) from None


def read_object(body: bytes) -> dict[str, Any]:
    """A body that is one JSON object. Raises ServiceProblem."""
    if not body.strip():
        raise invalid([(("body",), "There is none; send one JSON object")])
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        raise ServiceProblem(MALFORMED_JSON, "The body cannot be read as JSON.") from None
    if not isinstance(value, dict):
        raise invalid([(("body",), "This is not a JSON object")])
    _refuse_too_many(value)
    return value


def _refuse_too_many(given: dict[str, Any]) -> None:
    too_many = f"More than {MOST_VALUES:,} values, which no record needs"
    for name, part in given.items():
        if _exceeds(part):
            raise invalid([(("body", name), too_many)])
    if _exceeds(given):
        raise invalid([(("body",), too_many)])


def _exceeds(value: object) -> bool:
    """Whether there are more than ``MOST_VALUES`` in it, at any depth; no more than those are looked at."""
    waiting, seen = [value], 0
    while waiting:
        each = waiting.pop()
        inner = each.values() if isinstance(each, dict) else each if isinstance(each, list) else ()
        seen += len(inner)
        if seen > MOST_VALUES:
            return True
        waiting.extend(inner)
    return False
