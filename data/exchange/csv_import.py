"""Imports a CSV file: one object a row, photos beside the file."""

import hashlib
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from data.exchange.csv_reader import CsvRow, open_csv
from data.exchange.fields import field_of
from data.exchange.importer import Entry, Importer, ImportSource
from data.exchange.mapping import Columns
from data.exchange.photo_files import PhotoFile
from data.exchange.report import ImportRefused, ImportReport, RowOutcome
from data.exchange.values import CellProblem
from data.intake_pool import IntakePool
from data.register import Register


def import_csv(
    register: Register,
    path: Path,
    *,
    pool: IntakePool,
    mapping: Mapping[str, str] | None = None,
    dry_run: bool = False,
    authority: str | None = None,
    actor: str = "",
    progress: Callable[[RowOutcome], None] | None = None,
    begun: Callable[[int], None] | None = None,
    source_register: str | None = None,
) -> ImportReport:
    """Import the file; a second run changes nothing, a run after a crash finishes the first.

    It is kept as an import of `actor` that can be undone as a whole (data.exchange.undo); `begun` is told its
    number before the first row. One that was interrupted goes on under its number.

    `mapping` says which of their columns is which of our fields (data.exchange.fields.FIELDS); columns with
    our names or common synonyms need none. `authority` reports rows that name none. With `dry_run` nothing
    is written, neither to the register nor to the photo store. `progress` is called for each row, in order,
    after it is safe in the database. Objects belong to the source register of the key `source_register`, without
    one to this installation's own; the same row from two registers is two objects.

    Bad rows and bad photos go into quarantine (data.quarantine) and the rest goes on. Raises ImportRefused if
    the file as a whole cannot be read or there is no such source register, DatabaseUnavailable,
    PhotoStoreUnavailable, IntakeUnavailable.
    """
    path = Path(path).absolute()
    if authority is not None and not is_text(authority):
        raise ImportRefused("The name of the authority is not text. Write it in UTF-8.")
    wanted = mapping or {}

    def recognised(header: object) -> int:
        names = [name for name in header if isinstance(name, str)] if isinstance(header, list) else []
        return len(
            {field for name in names if (field := field_of(name))} | (set(wanted.values()) & set(names))
        )

    with open_csv(path, recognised) as file:
        columns = Columns.of(file.header, wanted)
        source = ImportSource(
            source_name(path),
            sha256_of(path),
            columns.names(),
            authority or "",
            actor,
            source_register or "",
        )
        importer = Importer(register, pool, source, dry_run=dry_run, progress=progress, begun=begun)
        report = importer.run(_entries(file.rows, columns, path.parent.resolve(), authority))
    report.encoding, report.delimiter = file.encoding, file.delimiter
    report.mapped, report.unmapped = columns.names(), columns.unmapped
    return report


def is_text(text: str) -> bool:
    """Whether it can be written as UTF-8: an argument of a command may hold bytes that are no text."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def sha256_of(path: Path) -> str:
    """SHA-256 of a list's bytes. Raises ImportRefused."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ImportRefused(
            f"{path} cannot be read: {error.strerror}. Check the path and your rights."
        ) from error


def source_name(path: Path) -> str:
    """The name under which a source's quarantine is kept: its whole path, as text every database can hold."""
    return os.fsencode(path).decode("utf-8", "replace").replace("\x00", "\ufffd")


def _entries(
    rows: Iterator[CsvRow], columns: Columns, folder: Path, authority: str | None
) -> Iterator[Entry]:
    for row in rows:
        if row.problem:
            yield Entry(row.line, problem=row.problem)
            continue
        title = columns.title(row.cells)
        try:
            read = columns.read(row.cells, authority)
        except CellProblem as error:
            yield Entry(row.line, title, problem=str(error))
            continue
        yield Entry(
            line=row.line,
            title=title,
            fields=read.fields,
            source_key=read.source_key,
            digest=read.digest,
            photos=tuple(PhotoFile(name, view, folder) for name, view in read.photos),
            photo_names="|".join(name for name, _ in read.photos),
        )
