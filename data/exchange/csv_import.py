"""Imports a CSV file: one object a row, photos beside the file."""

import hashlib
import os
from collections.abc import Callable, Mapping
from pathlib import Path

from data.exchange.csv_reader import open_csv
from data.exchange.defused import restored
from data.exchange.importer import Importer, ImportSource
from data.exchange.mapping import Columns
from data.exchange.report import ImportRefused, ImportReport, RowOutcome
from data.exchange.table import entries_of, recognising
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
    progress: Callable[[RowOutcome], None] | None = None,
    begun: Callable[[int], None] | None = None,
    source_register: str | None = None,
    called: str = "",
) -> ImportReport:
    """Import the file; a second run changes nothing, a run after a crash finishes the first.

    It is kept as an import of the register's actor that can be undone as a whole (data.exchange.undo); `begun`
    is told its number before the first row. One that was interrupted goes on under its number.

    `mapping` says which of their columns is which of our fields (data.exchange.fields.FIELDS); columns with
    our names or common synonyms need none. `authority` reports rows that name none. With `dry_run` nothing
    is written, neither to the register nor to the photo store. `progress` is called for each row, in order,
    after it is safe in the database. Objects belong to the source register of the key `source_register`, without
    one to this installation's own; the same row from two registers is two objects. `called` is the name under which
    the source is kept, where its path is nobody's: that of a file that was sent.

    Bad rows and bad photos go into quarantine (data.quarantine) and the rest goes on. Raises ImportRefused if
    the file as a whole cannot be read or there is no such source register, DatabaseUnavailable,
    PhotoStoreUnavailable, IntakeUnavailable.
    """
    path = Path(path).absolute()
    refuse_no_text(authority)
    wanted = mapping or {}
    with open_csv(path, recognising(wanted)) as file:
        columns = Columns.of(file.header, wanted)
        source = ImportSource(
            called or source_name(path),
            sha256_of(path),
            columns.names(),
            authority or "",
            source_register or "",
        )
        importer = Importer(register, pool, source, dry_run=dry_run, progress=progress, begun=begun)
        report = importer.run(entries_of(file.rows, columns, path.parent.resolve(), authority, restored))
    report.encoding, report.delimiter = file.encoding, file.delimiter
    report.mapped, report.unmapped = columns.names(), columns.unmapped
    return report


def refuse_no_text(authority: str | None) -> None:
    """Raise ImportRefused if it is no UTF-8: an argument of a command may hold bytes that are no text."""
    try:
        (authority or "").encode()
    except UnicodeEncodeError as error:
        raise ImportRefused("The name of the authority is not text. Write it in UTF-8.") from error


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
