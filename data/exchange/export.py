"""Writes the register into a file, or a folder of documents, and its photos beside it."""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final

from data.audit_events import RegisterExported
from data.exchange.exported import (
    EVERYTHING,
    ExportedObject,
    ExportRefused,
    Selection,
    demand_level,
    exported,
    fields_up_to,
)
from data.exchange.lido_out import write_lido
from data.exchange.linked_art import Resolve, documents_of, no_concept, write_linked_art
from data.exchange.table_out import write_csv, write_excel
from data.photos import PhotoCorrupt, PhotoMissing
from data.reader import Reader
from data.visibility import Level


class Format(StrEnum):
    """What can be written."""

    csv = "csv"
    excel = "excel"
    lido = "lido"
    linked_art = "linked-art"


ENDINGS: Final = {
    ".csv": Format.csv,
    ".xlsx": Format.excel,
    ".xml": Format.lido,
    ".lido": Format.lido,
    ".jsonld": Format.linked_art,
}


@dataclass(slots=True)
class Exported:
    """What was written."""

    objects: int = 0
    photographs: int = 0
    missing: list[str] = field(default_factory=list)
    """Photos that the store could not give, each with the reason. Their objects name them all the same."""


def format_of(path: Path, wanted: Format | None) -> Format:
    """The format that is asked for, or else that of the file's ending. Raises ExportRefused."""
    found = wanted or ENDINGS.get(path.suffix.lower())
    if found is None:
        raise ExportRefused(
            f"The name {path.name} does not tell the format. End it with {', '.join(ENDINGS)}, or say --format."
        )
    return found


def export(
    reader: Reader,
    path: Path,
    kind: Format,
    *,
    level: Level = Level.public,
    selection: Selection = EVERYTHING,
    photos: Path | None = None,
    base: str = "",
    resolve: Resolve = no_concept,
) -> Exported:
    """Write the selected objects, in the order of their ids, with the fields up to this level.

    The audit trail tells who exported what, also of an export that did not come to its end. `path` is a file that is
    written anew, or for Linked Art a folder that is there. `photos` is a folder beside the file that its name is given
    relative to; photos go there as JPEGs. `base` begins the ids of Linked Art. Raises ExportRefused, LevelHidden,
    FieldHidden, OSError, and what the database and the photo store raise.
    """
    demand_level(reader.role, level)
    done, seen = Exported(), fields_up_to(level)
    objects = exported(reader, seen, photos.name if photos else "", selection)
    with _told(reader, kind, level, selection, done):
        with_photos = _with_photos(reader, objects, photos, done)
        _write(path, kind, with_photos, seen, base, resolve, photos=photos is not None)
    return done


@contextmanager
def _told(reader: Reader, kind: Format, level: Level, selection: Selection, done: Exported) -> Iterator[None]:
    """Tell the audit trail what went out at the end of the block, however that ends; not if nothing did."""
    complete = False
    try:
        yield
        complete = True
    finally:
        if complete or done.objects:
            query = selection.query
            event = RegisterExported(
                format=kind,
                role=reader.role,
                level=level,
                objects=done.objects,
                photographs=done.photographs,
                words=len(query.words) if query else 0,
                filters=selection.filters.given,
                complete=complete,
            )
            reader.tell(event)


def _write(
    path: Path,
    kind: Format,
    objects: Iterable[ExportedObject],
    seen: frozenset[str],
    base: str,
    resolve: Resolve,
    *,
    photos: bool,
) -> None:
    if kind is Format.linked_art:
        _linked_art(path, objects, base, resolve)
    elif kind is Format.excel:
        write_excel(path, objects, seen, photos=photos)
    elif kind is Format.csv:
        with path.open("w", encoding="utf-8", newline="") as table:
            write_csv(table, objects, seen, photos=photos)
    else:
        with path.open("wb") as file:
            write_lido(file, objects)


def _linked_art(path: Path, objects: Iterable[ExportedObject], base: str, resolve: Resolve) -> None:
    if not base.startswith(("https://", "http://", "urn:")):
        raise ExportRefused(
            "Linked Art needs ids: give --base-url, the address that they begin with, as https://register.example"
        )
    if path.is_dir():
        for one in objects:
            for document in documents_of(one, base, resolve):
                kind = "provenance" if document["type"] == "Activity" else "object"
                text = json.dumps(document, ensure_ascii=False, indent=2) + "\n"
                (path / f"{kind}-{one.id}.json").write_text(text, encoding="utf-8")
        return
    with path.open("w", encoding="utf-8") as file:
        write_linked_art(file, objects, base, resolve)


def _with_photos(
    reader: Reader, objects: Iterable[ExportedObject], folder: Path | None, done: Exported
) -> Iterator[ExportedObject]:
    """The objects; the photos of each are written before it is handed on."""
    for one in objects:
        done.objects += 1
        for photo in one.photographs if folder else ():
            try:
                data = reader.photo_bytes(photo.id)
            except (PhotoMissing, PhotoCorrupt) as error:
                done.missing.append(f"object {one.id}, {photo.name}: {error}")
                continue
            if folder is not None:
                (folder / Path(photo.name).name).write_bytes(data)
                done.photographs += 1
        yield one
