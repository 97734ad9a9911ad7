"""What has become of the candidates of a search since: shown beside its record, which itself is never changed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from data.object_id import Status
from data.registered import PresentState
from service.records.examples import EXAMPLE_RECORD
from service.records.reading import KeptRecord, candidate_entries
from service.records.search_record import SearchRecord

_EXAMPLE: dict[str, Any] = {
    "looked_at": "2026-05-02T08:00:00.250000Z",
    "objects": [
        {
            "object_id": 17,
            "status": "recovered",
            "merged_into": None,
            "version": 4,
            "changed_at": "2026-04-20T14:30:00Z",
            "words": "recovered since",
        }
    ],
}


class ObjectSince(BaseModel):
    """What has become of an object that was a candidate."""

    object_id: int
    status: Status = Field(description="Its status now.")
    merged_into: int | None = Field(
        description="The object that is kept, if it was merged into another one that is the same."
    )
    version: int = Field(description="Version of its record now.")
    changed_at: datetime = Field(description="When that version was made.")
    words: str = Field(
        description="What has happened to its status since the search, for example `recovered since`; empty where "
        "nothing has."
    )


class Since(BaseModel):
    """The candidates of a search as they are now."""

    looked_at: datetime = Field(description="The moment for which this holds.")
    objects: list[ObjectSince] = Field(description="Each object that was a candidate, once, the best first.")


class KeptSearch(SearchRecord):
    """The record of an earlier search as it was given, and what has become of its candidates since."""

    model_config = ConfigDict(json_schema_extra={"examples": [{**EXAMPLE_RECORD, "since": _EXAMPLE}]})

    since: Since


def candidate_objects(record: KeptRecord) -> list[int]:
    """The objects that were candidates, each once, the best first."""
    found = [entry.get("object_id") for entry in candidate_entries(record)]
    return list(dict.fromkeys(each for each in found if isinstance(each, int) and not isinstance(each, bool)))


def since(record: KeptRecord, states: Mapping[int, PresentState], looked_at: datetime) -> Since:
    """What has become of the candidates, given their states now."""
    then: dict[int, object] = {}
    for entry in reversed(candidate_entries(record)):
        if isinstance(number := entry.get("object_id"), int):
            then[number] = _status_of(entry)
    objects = [
        ObjectSince(
            object_id=state.object_id,
            status=state.status,
            merged_into=state.merged_into,
            version=state.version,
            changed_at=state.changed_at,
            words=_words(then[each], state),
        )
        for each in candidate_objects(record)
        if (state := states.get(each))
    ]
    return Since(looked_at=looked_at, objects=objects)


def _status_of(entry: Mapping[str, Any]) -> object:
    found = entry.get("object")
    return found.get("status") if isinstance(found, dict) else None


def _words(then: object, state: PresentState) -> str:
    if state.merged_into is not None:
        return f"merged into object {state.merged_into} since"
    return "" if state.status.value == then else f"{state.status.value} since"
