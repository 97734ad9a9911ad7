"""What a list says now against what it said the last time: only that is a change, and only changes are applied.

What people decided in the register since (an object was recovered, a title corrected, a photograph said to
show the back) stays, until the list itself says something else about that very thing.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from pydantic import ValidationError

from data.exchange.mapping import validated
from data.merge_patch import patched
from data.object_id import DatePeriod, ObjectRecord, TheftDetails, ViewKind
from data.rows import present, record_of
from data.tables import ObjectRow
from data.writer import Writer

_PARTS: Final = {"date": tuple(DatePeriod.model_fields), "theft": tuple(TheftDetails.model_fields)}


def said(fields: Mapping[str, Any]) -> dict[str, Any]:
    """What a row says, written in one way: JSON values by field, those of date and theft by their parts."""
    return _flat(validated(fields), fields)


def _flat(record: ObjectRecord, fields: Iterable[str]) -> dict[str, Any]:
    plain = record.model_dump(mode="json")
    for measurement, one in zip(plain["measurements"], record.measurements, strict=True):
        measurement["value"] = f"{one.value.normalize():f}"  # 32.50 says what 32.5 said
    flat: dict[str, Any] = {}
    for name in fields:
        if name in _PARTS:
            empty = _EMPTY_PARTS[name]
            flat |= {f"{name}.{part}": (plain[name] or empty)[part] for part in _PARTS[name]}
        else:
            flat[name] = plain[name]
    return flat


_EMPTY_PARTS: Final = {
    "date": DatePeriod().model_dump(mode="json"),
    "theft": TheftDetails().model_dump(mode="json"),
}
_NOTHING: Final = _flat(ObjectRecord.model_construct(), ObjectRecord.model_fields)
"""What an object has in fields that its list never gave."""


def take_over(
    writer: Writer, row: ObjectRow, fields: Mapping[str, Any], digest: str
) -> tuple[bool, list[str]]:
    """Bring what changed in the list into the object, and keep what the list says now.

    Returns whether the object changed, and what to say about it. Raises pydantic's ValidationError: what
    changed does not fit the rest of the object; and StatusConflict: the object was merged into another one.
    """
    now, here = said(fields), _flat(record_of(row), ObjectRecord.model_fields)
    kept: list[str] = []
    if row.source_values is not None:
        names = [name for name in now if now[name] != row.source_values.get(name, _NOTHING[name])]
    elif row.source_digest == digest:  # the very words of the last time
        names = []
    else:
        # Imported when the register did not keep yet what lists say. Nobody has touched a first version, so
        # that is what the list said; else only what is empty is filled, for people may have decided the rest.
        differing = [name for name in now if now[name] != here[name]]
        names = [
            name
            for name in differing
            if row.version == 1 or (here[name] == _NOTHING[name] and name != "status")
        ]
        kept = [name for name in differing if name not in names]
    if names:
        writer.refuse_merged(row)
    changed = writer.amend(row, _amended(record_of(row), names, now)) if names else False
    row.source_values = (row.source_values or {}) | now
    row.source_digest = digest
    notes = ["the record was changed"] if changed else []
    return changed, notes + ([f"kept as it is in the register: {', '.join(kept)}"] if kept else [])


def _amended(record: ObjectRecord, names: list[str], now: Mapping[str, Any]) -> ObjectRecord:
    try:
        return patched(record, _patch(names, now))
    except ValidationError:
        # A range of which the list changed one end and people the other: the list's whole range, then.
        groups = {name.partition(".")[0] for name in names}
        return patched(record, _patch([name for name in now if name.partition(".")[0] in groups], now))


def _patch(names: Iterable[str], now: Mapping[str, Any]) -> dict[str, Any]:
    patch: dict[str, Any] = {}
    for name in names:
        field, _, part = name.partition(".")
        if part:
            patch.setdefault(field, {})[part] = now[name]
        else:
            patch[field] = now[name]
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
