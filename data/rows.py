"""Object ID records to rows of the tables, and back."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from data.object_id import (
    DatePeriod,
    Measurement,
    ObjectRecord,
    OwnerDetails,
    Status,
    TheftDetails,
    Unit,
    ViewKind,
)
from data.registered import NewPhotograph, Photograph, RegisteredObject, RegisterName
from data.tables import MeasurementRow, ObjectRow, PhotographRow
from data.text import marked

_SAME_NAME: Final = (
    "materials", "inscriptions", "distinguishing_features", "title", "subject", "maker", "description",
    "inventory_number", "related_written_material", "place_of_origin", "related_objects", "date_documented",
    "authority", "case_reference",
)  # fmt: skip

SHARED: Final = (
    "view", "sha256", "photo_key", "thumbnail_key", "width", "height", "original_width", "original_height", "format",
    "original_name",
)  # fmt: skip
"""What a photograph that is shared has of the one that it is shared from."""


def columns_of(record: ObjectRecord) -> dict[str, Any]:
    """The columns of `objects` that hold the record; measurements are rows of their own."""
    date, theft = record.date or DatePeriod(), record.theft or TheftDetails()
    owner = record.owner or OwnerDetails()
    return {name: getattr(record, name) for name in _SAME_NAME} | {
        "type_path": list(record.type_path),
        "date_text": date.text,
        "date_earliest": date.earliest,
        "date_latest": date.latest,
        "theft_earliest": theft.earliest,
        "theft_latest": theft.latest,
        "theft_place": theft.place,
        "theft_circumstances": theft.circumstances,
        "owner_name": owner.name,
        "owner_contact": owner.contact,
        "status": record.status.value,
    }


def measurement_rows(record: ObjectRecord) -> list[MeasurementRow]:
    """The record's measurements as rows, in its order."""
    return [
        MeasurementRow(position=position, dimension=one.dimension, value=one.value, unit=one.unit)
        for position, one in enumerate(record.measurements)
    ]


def photograph_columns(photo: NewPhotograph) -> dict[str, Any]:
    """The columns of `photographs` that come from the photo itself."""
    safe = photo.safe
    return {
        "view": photo.view.value,
        "sha256": safe.sha256,
        "width": safe.width,
        "height": safe.height,
        "original_width": safe.original_width,
        "original_height": safe.original_height,
        "format": safe.format,
        "original_name": plain_name(photo.original_name),
    }


def plain_name(name: str) -> str:
    """A file's name that every database can keep: no control characters, at most 400 characters."""
    return marked(name).strip()[:400]


def record_of(row: ObjectRow) -> ObjectRecord:
    """The record of a row, not validated again: it was when it came, and rules may grow stricter since."""
    date = DatePeriod.model_construct(text=row.date_text, earliest=row.date_earliest, latest=row.date_latest)
    theft = TheftDetails.model_construct(
        earliest=row.theft_earliest,
        latest=row.theft_latest,
        place=row.theft_place,
        circumstances=row.theft_circumstances,
    )
    owner = OwnerDetails.model_construct(name=row.owner_name, contact=row.owner_contact)
    return ObjectRecord.model_construct(
        type_path=tuple(row.type_path),
        measurements=tuple(
            Measurement.model_construct(dimension=one.dimension, value=one.value, unit=_unit(one))
            for one in row.measurements
        ),
        date=None if date.is_empty() else date,
        theft=None if theft.is_empty() else theft,
        owner=None if owner.is_empty() else owner,
        status=Status(row.status),
        **{name: getattr(row, name) for name in _SAME_NAME},
    )


def record_from(plain: Mapping[str, Any]) -> ObjectRecord:
    """A record from the JSON values that it was kept as, not validated again, for the same reason."""
    known = {name: plain[name] for name in ObjectRecord.model_fields if name in plain}
    date, theft, documented = plain.get("date"), plain.get("theft"), plain.get("date_documented")
    owner = plain.get("owner")
    return ObjectRecord.model_construct(
        **known
        | {
            "type_path": tuple(plain.get("type_path", ())),
            "measurements": tuple(
                Measurement.model_construct(**{**one, "value": Decimal(one["value"])})
                for one in plain.get("measurements", ())
            ),
            "date": date and DatePeriod.model_construct(**date),
            "theft": theft and TheftDetails.model_construct(**_with_days(theft, "earliest", "latest")),
            "owner": owner and OwnerDetails.model_construct(**owner),
            "date_documented": documented and dt.date.fromisoformat(documented),
            "status": Status(plain["status"]),
        }
    )


def _with_days(plain: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {**plain, **{name: dt.date.fromisoformat(plain[name]) for name in names if plain.get(name)}}


def _unit(row: MeasurementRow) -> Unit:
    unit: Unit = row.unit  # type: ignore[assignment]  # it was one of them when it was written
    return unit


def photograph_of(row: PhotographRow, view: ViewKind | None = None) -> Photograph:
    """A photograph as the register hands it out; with another view than it has now, as it once had."""
    return Photograph(
        id=row.id,
        object_id=row.object_id,
        view=view or ViewKind(row.view),
        sha256=row.sha256,
        photo_key=row.photo_key,
        thumbnail_key=row.thumbnail_key,
        width=row.width,
        height=row.height,
        original_width=row.original_width,
        original_height=row.original_height,
        format=row.format,
        original_name=row.original_name,
        position=row.position,
    )


def present(row: ObjectRow) -> list[PhotographRow]:
    """The object's photographs that were not removed, in their order."""
    return [one for one in row.photographs if one.removed_at is None]


def links_of(row: ObjectRow) -> tuple[int, ...]:
    """The objects that this one is said to be the same as, by their ids in order."""
    return tuple(sorted(one.other_id for one in row.links))


def register_name(row: ObjectRow) -> RegisterName:
    """The source register that the object came from."""
    source = row.source_register
    return RegisterName() if source is None else RegisterName(source.key, source.name)


def object_of(row: ObjectRow) -> RegisteredObject:
    """An object as the register hands it out; its measurements, photographs and links must be loaded."""
    return RegisteredObject(
        id=row.id,
        version=row.version,
        record=record_of(row),
        photographs=tuple(photograph_of(one) for one in present(row)),
        created_at=row.created_at,
        changed_at=row.changed_at,
        source_register=register_name(row),
        merged_into=row.merged_into,
        same_as=links_of(row),
    )
