"""Changes to a record as a JSON merge patch (RFC 7396)."""

from collections.abc import Mapping
from typing import Any

from data.object_id import ObjectRecord


def patched(record: ObjectRecord, changes: Mapping[str, Any]) -> ObjectRecord:
    """The record after a merge patch, validated as a whole. Raises pydantic's ValidationError."""
    whole = merged(record.model_dump(), changes)
    if "status" in changes and changes["status"] is None:
        whole["status"] = None  # an object always has a status: null is refused rather than read as stolen
    return ObjectRecord.model_validate(whole)


def merged(target: Any, patch: Mapping[str, Any]) -> dict[str, Any]:
    """RFC 7396, section 2: null removes, objects merge member by member, anything else replaces.

    A target that is no object counts as an empty one, so that a part can be given where there was nothing.
    """
    whole = dict(target) if isinstance(target, Mapping) else {}
    for name, value in patch.items():
        if value is None:
            whole.pop(name, None)
        else:
            whole[name] = merged(whole.get(name), value) if isinstance(value, Mapping) else value
    return whole
