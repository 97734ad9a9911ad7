"""Which column is which field, and what a row says in those fields."""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from pydantic import ValidationError

from data.exchange import values
from data.exchange.fields import FIELDS, LENGTH_FIELDS, TEXT_FIELDS, field_of, plain_name, split_unit
from data.exchange.report import ImportRefused
from data.object_id import ObjectRecord, ViewKind
from data.period import period_of

MOST_PHOTOS = 100
"""Photos of one row."""


@dataclass(frozen=True, slots=True)
class Row:
    """What one row says: fields of the record, photos, and under what it is known."""

    fields: dict[str, Any]
    """Fields of ObjectRecord, only those that the file has columns for."""
    photos: tuple[tuple[str, ViewKind | None], ...]
    """Names, and what the row says they show; None if it does not say."""
    source_key: str
    digest: str
    """Of the fields: equal digests, nothing to update."""


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a file by field."""

    at: dict[str, int]
    units: dict[str, str]
    """Units that the names of columns carry, by field."""
    unmapped: tuple[str, ...]
    header: Sequence[str]

    @classmethod
    def of(cls, header: Sequence[str], mapping: Mapping[str, str]) -> Self:
        """Decide by the user's mapping first, then by our own names, then by their synonyms.

        Raises ImportRefused: two columns with one name, a field or a column in the mapping that does not
        exist, or no column at all that says something.
        """
        _refuse_duplicates(header)
        at = {known_field(field): _column(header, name) for field, name in mapping.items()}
        taken = set(at.values())
        own_names_first = sorted(
            range(len(header)), key=lambda index: plain_name(header[index]) not in FIELDS
        )
        for index in own_names_first:
            field = field_of(header[index])
            if field is not None and field not in at and index not in taken:
                at[field] = index
                taken.add(index)
        if not at:
            raise ImportRefused(
                f"No column is known: {', '.join(header[:12])}. Map them, as in --map title={header[0]}; "
                f"the fields are {', '.join(FIELDS)}."
            )
        units = {field: unit for field, index in at.items() if (unit := split_unit(header[index])[1])}
        unmapped = tuple(name for index, name in enumerate(header) if index not in taken and name)
        return cls(at, units, unmapped, tuple(header))

    def names(self) -> dict[str, str]:
        """Our fields and their columns' names."""
        return {field: self.header[index] for field, index in self.at.items()}

    def title(self, cells: Sequence[str]) -> str:
        """What people know the row by, also if it cannot be read otherwise."""
        for field in ("title", "inventory_number", "record_id"):
            if field in self.at and (text := " ".join(cells[self.at[field]].split())):
                return text[:200]
        return ""

    def read(self, cells: Sequence[str], authority: str | None) -> Row:
        """Read a row. Raises CellProblem."""
        given = {field: cells[index].strip() for field, index in self.at.items()}
        if authority and not given.get("authority"):
            given["authority"] = authority
        fields: dict[str, Any] = {name: given[name] for name in TEXT_FIELDS if name in given}
        if "type" in given:
            fields["type_path"] = list(values.split_levels(given["type"]))
        if (measurements := self._measurements(given)) is not None:
            fields["measurements"] = measurements
        if any(name in given for name in ("date", "date_earliest", "date_latest")):
            fields["date"] = _date(given)
        if any(name in given for name in ("theft_date", "theft_date_latest", "theft_place", "circumstances")):
            fields["theft"] = _theft(given)
        if "owner" in given or "owner_contact" in given:
            fields["owner"] = {"name": given.get("owner", ""), "contact": given.get("owner_contact", "")}
        if "date_documented" in given:
            documented = given["date_documented"]
            fields["date_documented"] = values.day(documented, "date_documented") if documented else None
        if given.get("status"):
            fields["status"] = values.status(given["status"])
        photos = _photos(given)
        digest = digest_of(fields)
        return Row(fields, photos, _source_key(given, digest, photos), digest)

    def _measurements(self, given: Mapping[str, str]) -> list[dict[str, str]] | None:
        present = [name for name in (*LENGTH_FIELDS, "weight") if name in given]
        if not present and "measurements" not in given:
            return None
        found = values.amounts(given.get("measurements", ""))
        for name in present:
            if given[name]:
                fallback = given.get("weight_unit" if name == "weight" else "unit", "")
                found.append(values.amount(given[name], name, self.units.get(name) or fallback))
        return found


_PAIR = re.compile(r'(?:"(?:[^"]|"")*"|[^,])+')
_QUOTED = re.compile(r'([^=]*=\s*)"((?:[^"]|"")*)"\s*')


def split_pairs(text: str) -> list[str]:
    """The pairs of a mapping as people write it: photo=file,title="Titel, lang" is photo=file and title=Titel, lang.

    A column's name that holds a comma stands in double quotes; a double quote within these is written twice.
    """
    pairs = []
    for pair in _PAIR.findall(text):
        quoted = _QUOTED.fullmatch(pair)
        pairs.append(quoted[1] + quoted[2].replace('""', '"') if quoted else pair)
    return pairs


def reasons(error: ValidationError) -> str:
    """What is wrong with a record, in one line for people."""
    parts = []
    for one in error.errors(include_url=False):
        place = " ".join(str(part) for part in one["loc"])
        message = one["msg"].removeprefix("Value error, ")
        parts.append(f"{place}: {message}" if place else message)
    return "; ".join(parts)


def validated(fields: Mapping[str, Any]) -> ObjectRecord:
    """The record of a row. Raises pydantic's ValidationError."""
    return ObjectRecord.model_validate({name: value for name, value in fields.items() if value is not None})


def _refuse_duplicates(header: Sequence[str]) -> None:
    names = [name.casefold() for name in header if name]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ImportRefused(
            f"Two columns have the same name: {', '.join(twice)}. Rename or delete one of each in the file."
        )


def known_field(field: str) -> str:
    """A field by its own name, however it is written. Raises ImportRefused."""
    plain = plain_name(field)
    if plain not in FIELDS:
        raise ImportRefused(f"There is no field {field!r} to map to. The fields are {', '.join(FIELDS)}.")
    return plain


def _column(header: Sequence[str], name: str) -> int:
    for compare in (str.strip, str.casefold, plain_name):
        found = [index for index, one in enumerate(header) if compare(one) == compare(name)]
        if len(found) == 1:
            return found[0]
    raise ImportRefused(
        f"The file has no column {name!r}. Its columns are {', '.join(filter(None, header))}."
    )


def _date(given: Mapping[str, str]) -> dict[str, Any]:
    text = given.get("date", "")
    try:
        period = period_of(text).model_dump()
    except ValueError:  # the record will refuse it, and say why
        period = {"text": text}
    for field, end in (("date_earliest", "earliest"), ("date_latest", "latest")):
        if given.get(field):
            period[end] = values.year(given[field], field)
    return period


def _theft(given: Mapping[str, str]) -> dict[str, Any]:
    earliest, latest = None, None
    if given.get("theft_date"):
        earliest, latest = values.days(given["theft_date"], "theft_date")
    if last := given.get("theft_date_latest"):
        latest = None if last == values.NOT_KNOWN else values.days(last, "theft_date_latest")[1]
    return {
        "earliest": earliest,
        "latest": latest,
        "place": given.get("theft_place", ""),
        "circumstances": given.get("circumstances", ""),
    }


def _photos(given: Mapping[str, str]) -> tuple[tuple[str, ViewKind | None], ...]:
    names = values.split_list(given.get("photo", ""))
    views: list[ViewKind | None] = [
        values.view(word) for word in values.split_list(given.get("photo_view", ""))
    ]
    if len(names) > MOST_PHOTOS:
        raise values.CellProblem(f"photo: {len(names)} photos in one row; at most {MOST_PHOTOS} are taken")
    if len(views) > 1 and len(views) != len(names):
        raise values.CellProblem(
            f"photo_view: {len(views)} views for {len(names)} photos; give one for all, or one for each with | between"
        )
    views = views * len(names) if len(views) == 1 else views or [None] * len(names)
    return tuple(zip(names, views, strict=True))


def _source_key(given: Mapping[str, str], digest: str, photos: Sequence[tuple[str, ViewKind | None]]) -> str:
    """Under what a row is known from one import to the next: its own id, else its inventory number, else all of it."""
    if given.get("record_id"):
        return source_key("record", given.get("authority", ""), given["record_id"])
    if given.get("inventory_number"):
        parts = (given.get("authority", ""), given.get("case_reference", ""), given["inventory_number"])
        return source_key("inventory", *parts)
    return source_key("row", digest, *(name for name, _ in photos))


def source_key(kind: str, *parts: str) -> str:
    """A source key: readable where it is short, a hash where it is long."""
    text = f"{kind}:{json.dumps(parts, ensure_ascii=False)}"
    return text if len(text) <= 300 else f"{kind}:sha256:{_digest(parts)}"


def digest_of(fields: Mapping[str, Any]) -> str:
    """What tells whether a row says the same as before; fields that say nothing do not count."""
    return _digest([_plain(fields)])


def _digest(value: Sequence[Any]) -> str:
    return hashlib.sha256(
        json.dumps(value, sort_keys=True, ensure_ascii=False, default=str).encode()
    ).hexdigest()


def _plain(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Without empty fields: a column that was added and left empty changes no row's key."""
    return {name: value for name, value in fields.items() if not _is_empty(value)}


def _is_empty(value: Any) -> bool:
    parts = value.values() if isinstance(value, dict) else [value]
    return all(part in ("", None, []) for part in parts)
