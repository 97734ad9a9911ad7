"""Exports for the API: written whole into a file without a name, which is then sent."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Final

from data.exchange.export import ENDINGS, Format, export
from data.exchange.exported import ExportRefused, Selection
from data.reader import Reader
from data.visibility import Level
from data.vocabulary.terms import Kind, vocabulary
from service.problems import EXPORT_REFUSED, ServiceProblem

MEDIA_TYPES: Final = {
    Format.csv: "text/csv; charset=utf-8",
    Format.excel: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Format.lido: "application/xml",
    Format.linked_art: 'application/ld+json;profile="https://linked.art/ns/v1/linked-art.json"',
}
_CHUNK: Final = 256 * 1024


def file_name(kind: Format) -> str:
    """What to call the file of a format: register.csv."""
    return f"register{next(ending for ending, one in ENDINGS.items() if one is kind)}"


def exported_file(
    reader: Reader, kind: Format, level: Level, selection: Selection, base: str
) -> tuple[IO[bytes], int]:
    """The export as an open file, and how many objects are in it. The file is gone when it is closed.

    Nothing is sent before all is written and told to the audit trail: half a register would look like one. Blocks.
    Raises ServiceProblem, LevelHidden, FieldHidden, DatabaseUnavailable, OSError.
    """
    with TemporaryDirectory(prefix="artrieve-export-") as folder:
        path = Path(folder) / file_name(kind)
        try:
            done = export(reader, path, kind, level=level, selection=selection, base=base, resolve=concept_of)
        except ExportRefused as refused:
            says = str(refused).replace("--base-url", "`base_url`")
            raise ServiceProblem(EXPORT_REFUSED, says) from refused
        return path.open("rb"), done.objects


def chunks(file: IO[bytes]) -> Iterator[bytes]:
    """The bytes of the file, which is closed at the end."""
    with file:
        while chunk := file.read(_CHUNK):
            yield chunk


def concept_of(kind: Kind, word: str) -> str | None:
    """The address of the Getty AAT concept of a type or material, where the vocabulary knows it."""
    term = vocabulary(kind).find(word)
    return term.aat_uri or None if term is not None else None
