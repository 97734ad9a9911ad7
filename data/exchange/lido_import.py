"""Brings the records of a LIDO file to the import, each with a report of what was not understood."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from data.exchange.importer import Entry
from data.exchange.lido_reader import LidoObject, read_record
from data.exchange.lido_schema import Schema, findings
from data.exchange.lido_xml import XmlRecord, encoding_note, records
from data.exchange.mapping import MOST_PHOTOS, digest_of, source_key
from data.exchange.photo_files import PhotoFile
from data.exchange.report import ImportRefused
from data.object_id import ViewKind

Linked = Callable[[str, str, ViewKind | None], PhotoFile]
"""From a link, a name to call the photo by, and what it shows, to a photo file: one that was fetched."""


@dataclass(slots=True)
class LidoFile:
    """An open LIDO file. `entries` can be read once."""

    entries: Iterator[tuple[Entry, list[str]]]
    """What to import, each with what is to be reported of it."""
    notes: list[str] = field(default_factory=list)


@contextmanager
def open_lido(
    path: Path,
    *,
    authority: str | None,
    schema: Path | None = None,
    language: str = "",
    linked: Linked | None = None,
) -> Iterator[LidoFile]:
    """Open a LIDO file, photos beside it; `linked` fetches those that are linked on the net. Raises ImportRefused.

    Where a schema is given, a record that does not fit it is not imported; without one, what is wrong with a
    record is reported and the rest of it imported.
    """
    rules = Schema(schema) if schema else None
    try:
        encoding, note = encoding_note(path)
    except OSError as error:
        raise ImportRefused(
            f"{path} cannot be read: {error.strerror}. Check the path and your rights."
        ) from error
    opened = LidoFile(iter(()), [note] if note else [])
    opened.entries = (
        _entry(one, path.parent.resolve(), authority, rules, language, linked)
        for one in records(path, encoding)
    )
    yield opened


def _entry(
    one: XmlRecord,
    folder: Path,
    authority: str | None,
    rules: Schema | None,
    language: str,
    linked: Linked | None,
) -> tuple[Entry, list[str]]:
    if one.element is None:
        return Entry(one.number, problem=one.problem), []
    wrong = rules.findings(one.element) if rules else findings(one.element)
    said = read_record(one.element, language)
    title = (said.fields.get("title") or said.record_id)[:200]
    if rules and wrong:
        return Entry(one.number, title, problem=f"it does not fit the schema: {'; '.join(wrong)}"), []
    notes = [f"not as LIDO says: {finding}" for finding in wrong] + said.notes
    return _imported(one.number, title, said, _with_authority(said, authority), folder, linked), notes


def _with_authority(said: LidoObject, authority: str | None) -> dict[str, Any]:
    return (
        said.fields
        if said.fields.get("authority") or not authority
        else said.fields | {"authority": authority}
    )


def _imported(
    number: int, title: str, said: LidoObject, fields: dict[str, Any], folder: Path, linked: Linked | None
) -> Entry:
    photos = [_photo(link, view, folder, linked) for link, view in said.photos[:MOST_PHOTOS]]
    digest = digest_of(fields)
    key: tuple[str, ...] = ("record", fields.get("authority", ""), said.record_id)
    if not said.record_id:
        key = ("row", digest, *(link for link, _ in said.photos))
    return Entry(
        line=number,
        title=title,
        fields=fields,
        source_key=source_key(*key),
        digest=digest,
        photos=tuple(photos),
        photo_names="|".join(photo.name for photo in photos),
    )


def _photo(link: str, view: ViewKind | None, folder: Path, linked: Linked | None) -> PhotoFile:
    if linked is not None and link.startswith(("https://", "http://")):
        return linked(link, link.rpartition("/")[2], view)
    return PhotoFile(link, view, folder)
