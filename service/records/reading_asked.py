"""What a kept search record says of the object in hand, as a role sees it: what was said of a field that the role does
not see, and how it compares, would tell what is registered there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from data.field_outcome import COMPARED
from data.filters import READS
from data.visibility import Role, hidden_from, values_seen_by
from service.in_hand import ORIGIN

_READS: Final[Mapping[str, tuple[str, ...]]] = {
    **READS,
    "size": READS["measurements"],
    ORIGIN: COMPARED[ORIGIN],
    "tolerance": (),
}
"""The fields of the record that each field of the form tells of."""


def asked_seen_by(record: Mapping[str, Any], role: Role) -> dict[str, Any]:
    """The record with those fields empty that the role does not see, in what was said and in what was listed for it."""
    seen = dict(record)
    asked, covered = record.get("asked"), record.get("covered")
    if isinstance(asked, dict) and isinstance(said := asked.get("fields"), dict):
        hidden = {name for name in said if not _is_seen(_READS.get(name), role)}
        if hidden:
            shown = {name: "" if name in hidden else value for name, value in said.items()}
            seen["asked"] = {**asked, "fields": shown, "corrections": []}
    if isinstance(covered, dict) and isinstance(narrowed := covered.get("narrowed"), dict):
        listed = narrowed.get("pictureless")
        if isinstance(listed, list):
            some = [values_seen_by(each, role) if isinstance(each, dict) else each for each in listed]
            seen["covered"] = {**covered, "narrowed": {**narrowed, "pictureless": some}}
    return seen


def fields_seen_by(entry: Mapping[str, Any], role: Role) -> dict[str, Any]:
    """A candidate without comparisons of fields that the role does not see."""
    compared = entry.get("fields")
    if not isinstance(compared, list):
        return dict(entry)
    shown = [
        each
        for each in compared
        if isinstance(each, dict) and _is_seen(COMPARED.get(str(each.get("field"))), role)
    ]
    return {**entry, "fields": shown}


def _is_seen(reads: tuple[str, ...] | None, role: Role) -> bool:
    """Whether a role sees all fields that something tells of; of what is not known nothing is shown."""
    return reads is not None and hidden_from(role).isdisjoint(reads)
