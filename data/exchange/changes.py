"""What a list says now against what it said the last time: only that is a change, and only changes are applied.

What people decided in the register since (an object was recovered, a title corrected, a photograph said to
show the back) stays, until the list itself says something else about that very thing.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from pydantic import ValidationError

from data.merge_patch import patched
from data.object_id import PARTS, ObjectRecord, Status, ViewKind
from data.rows import present, record_of
from data.tables import ObjectRow
from data.writer import Writer


def flat(record: ObjectRecord, fields: Iterable[str] = ObjectRecord.model_fields) -> dict[str, Any]:
    """What these fields say, written in one way: JSON values by field, those of date, theft, owner by their parts."""
    plain = record.model_dump(mode="json")
    for measurement, one in zip(plain["measurements"], record.measurements, strict=True):
        measurement["value"] = f"{one.value.normalize():f}"  # 32.50 says what 32.5 said
    written: dict[str, Any] = {}
    for name in fields:
        if name in PARTS:
            empty = _EMPTY_PARTS[name]
            written |= {f"{name}.{part}": (plain[name] or empty)[part] for part in empty}
        else:
            written[name] = plain[name]
    return written


_EMPTY_PARTS: Final = {name: part().model_dump(mode="json") for name, part in PARTS.items()}
NOTHING: Final = flat(ObjectRecord.model_construct())
"""What an object has in fields that its list never gave."""


def take_over(writer: Writer, row: ObjectRow, now: Mapping[str, Any], digest: str) -> tuple[bool, list[str]]:
    """Bring what changed in the list into the object, and keep what the list says `now` (see `flat`).

    An object that undoing an import withdrew is there again. Returns whether the object changed, and what to
    say about it. Raises pydantic's ValidationError: what changed does not fit the rest of the object;
    and StatusConflict: the object was merged into another one.
    """
    names, kept = _news(row, now, digest)
    changes = {name: now[name] for name in names}
    notes = []
    if row.undone_at is not None:
        changes["status"] = now.get("status", (row.source_values or {}).get("status", Status.stolen.value))
        notes = ["it is back: undoing an import had withdrawn it"]
    if changes:
        writer.refuse_merged(row)
    changed = writer.amend(row, _amended(record_of(row), changes, now)) if changes else False
    row.undone_at = None
    row.source_values = {**(row.source_values or {}), **now}
    row.source_digest = digest
    notes += ["the record was changed"] if changed and names else []
    return changed, notes + ([f"kept as it is in the register: {', '.join(kept)}"] if kept else [])


def _news(row: ObjectRow, now: Mapping[str, Any], digest: str) -> tuple[list[str], list[str]]:
    """The fields that the list says anew, and those of which that is not known, so that they stay."""
    if row.source_values is not None:
        return [name for name in now if now[name] != row.source_values.get(name, NOTHING[name])], []
    if row.source_digest == digest:  # the very words of the last time
        return [], []
    here = flat(record_of(row))
    # Imported when the register did not keep yet what lists say. Nobody has touched a first version, so
    # that is what the list said; else only what is empty is filled, for people may have decided the rest.
    differing = [name for name in now if now[name] != here[name]]
    names = [
        name for name in differing if row.version == 1 or (here[name] == NOTHING[name] and name != "status")
    ]
    return names, [name for name in differing if name not in names]


def _amended(record: ObjectRecord, changes: Mapping[str, Any], now: Mapping[str, Any]) -> ObjectRecord:
    try:
        return patched(record, patch_of(changes))
    except ValidationError:
        # A range of which the list changed one end and people the other: the list's whole range, then.
        groups = {name.partition(".")[0] for name in changes}
        whole = {name: value for name, value in now.items() if name.partition(".")[0] in groups}
        return patched(record, patch_of({**whole, **changes}))


def patch_of(values: Mapping[str, Any]) -> dict[str, Any]:
    """The merge patch that gives these fields, named as `flat` names them, these values."""
    patch: dict[str, Any] = {}
    for name, value in values.items():
        field, _, part = name.partition(".")
        if part:
            patch.setdefault(field, {})[part] = value
        else:
            patch[field] = value
    return patch


def take_over_views(writer: Writer, row: ObjectRow, views: Iterable[tuple[str, ViewKind]]) -> int:
    """Bring the views that changed in the list, by SHA-256 of the photo, into the object; returns how many."""
    changed = 0
    photographs = {photograph.sha256: photograph for photograph in present(row)}
    for sha256, view in views:
        photograph = photographs.get(sha256)
        if photograph is None or photograph.source_view == view.value:
            continue
        if photograph.source_view is not None:
            changed += writer.amend_photograph(row, photograph.id, view)
        photograph.source_view = view.value
    return changed
