"""Brings a IIIF manifest to the import: one object, its pictures fetched through the Image API."""

from collections.abc import Mapping
from typing import Any

from data.exchange import values
from data.exchange.fields import field_of
from data.exchange.iiif_manifest import Manifest, Picture
from data.exchange.importer import Entry
from data.exchange.mapping import Columns, digest_of
from data.exchange.photo_files import PhotoFile
from data.exchange.remote_photos import RemotePhotos
from data.object_id import ViewKind
from data.text import LONG_TEXT


def entry_of(
    manifest: Manifest, photos: RemotePhotos, mapping: Mapping[str, str], authority: str | None
) -> tuple[Entry, list[str], Columns]:
    """The manifest as an entry, what is to be reported of it, and which of its labels are which fields.

    A manifest's metadata are read as a list of one row whose columns are the labels; `mapping` is for these. What
    cannot be read in a field, and labels that are none of ours, are reported.
    """
    notes = list(manifest.notes)
    row = _row(manifest, authority)
    columns = Columns.of(list(row), mapping)
    cells = list(row.values())
    for name, index in columns.at.items():
        if problem := _problem(columns, name, cells[index]):
            notes.append(f"{problem}; it was not taken")
            cells[index] = ""
    read = columns.read(cells, authority)
    if columns.unmapped:
        notes.append(f"labels that are no fields: {', '.join(columns.unmapped)}")
    files = tuple(_photo(photos, number, one) for number, one in enumerate(manifest.pictures, 1))
    fields = read.fields | _credited(manifest, read.fields)
    entry = Entry(
        line=1,
        title=columns.title(cells),
        fields=fields,
        source_key=read.source_key,
        digest=digest_of(fields),
        photos=files,
        photo_names="|".join(file.name for file in files),
    )
    return entry, notes, columns


def _row(manifest: Manifest, authority: str | None) -> dict[str, str]:
    """The cells by their columns: our own names for what every manifest says, then its labels."""
    row = {
        "record_id": manifest.id,
        "title": manifest.label,
        "description": manifest.summary,
        "authority": authority or manifest.provider,
    }
    row = {name: text for name, text in row.items() if text}
    said = {field_of(label) for label, _ in manifest.metadata}
    row = {name: text for name, text in row.items() if name in ("record_id", "title") or name not in said}
    for given, value in manifest.metadata:
        label = " ".join(given.split())[:200] or "without a label"
        same = next((name for name in row if name.casefold() == label.casefold()), label)
        if same not in ("record_id", "title"):
            row[same] = f"{row[same]}; {value}" if same in row else value
    return row


def _problem(columns: Columns, name: str, cell: str) -> str:
    """Why this cell alone cannot be read, or nothing."""
    alone = Columns({name: 0}, {name: columns.units.get(name, "")}, (), (name,))
    try:
        alone.read([cell], None)
    except values.CellProblem as problem:
        return str(problem)
    return ""


def _credited(manifest: Manifest, fields: Mapping[str, Any]) -> dict[str, Any]:
    """The statement that must be shown, rights and address, with what was written about the object."""
    lines = [
        str(fields.get("related_written_material", "")),
        manifest.required_statement,
        f"Rights: {manifest.rights}" if manifest.rights else "",
        f"IIIF manifest: {manifest.id}" if manifest.id else "",
    ]
    return {"related_written_material": "\n".join(filter(None, lines))[:LONG_TEXT]}


def _photo(photos: RemotePhotos, number: int, picture: Picture) -> PhotoFile:
    view: ViewKind | None = None
    for word in picture.label.replace(",", " ").replace(":", " ").split():
        try:
            view = view or values.view(word)
        except values.CellProblem:
            continue
    return photos.pictured(picture, f"{number}-{picture.label or 'picture'}.jpg", view)
