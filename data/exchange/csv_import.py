"""Imports a CSV file: one object a row, photos beside the file."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path

from data.exchange.csv_reader import open_csv
from data.exchange.defused import restored
from data.exchange.importer import Importer
from data.exchange.mapping import Columns
from data.exchange.report import ImportReport, RowOutcome
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
) -> ImportReport:
    """Import the file; a second run changes nothing, a run after a crash finishes the first.

    `mapping` says which of their columns is which of our fields (data.exchange.fields.FIELDS); columns with
    our names or common synonyms need none. `authority` reports rows that name none. With `dry_run` nothing
    is written, neither to the register nor to the photo store. `progress` is called for each row, in order,
    after it is safe in the database.

    Bad rows and bad photos go into quarantine (data.quarantine) and the rest goes on. Raises ImportRefused if
    the file as a whole cannot be read, DatabaseUnavailable, PhotoStoreUnavailable, IntakeUnavailable.
    """
    path = Path(path).absolute()
    wanted = mapping or {}
    with open_csv(path, recognising(wanted)) as file:
        columns = Columns.of(file.header, wanted)
        importer = Importer(register, pool, source_name(path), dry_run=dry_run, progress=progress)
        report = importer.run(entries_of(file.rows, columns, path.parent.resolve(), authority, restored))
    report.encoding, report.delimiter = file.encoding, file.delimiter
    report.mapped, report.unmapped = columns.names(), columns.unmapped
    return report


def source_name(path: Path) -> str:
    """The name under which a source's quarantine is kept: its whole path, as text every database can hold."""
    return os.fsencode(path).decode("utf-8", "replace").replace("\x00", "\ufffd")
