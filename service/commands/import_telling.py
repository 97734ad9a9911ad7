"""What an import tells while it goes on, and at its end."""

from __future__ import annotations

from collections.abc import Container, Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from service.commands.console import Steps, note, say, say_row, warn
from service.commands.failures import INTERRUPTED, CommandFailed
from service.import_report import ReportLines

if TYPE_CHECKING:
    from data.exchange.report import ImportReport, RowOutcome

# More of them scroll the summary away; --report has them all.
QUARANTINE_SHOWN = 50
LEFT_ALONE_SHOWN = 20


class Watching:
    """Keeps what must be told at the end while rows go by, and shows each row of a dry run at once.

    ``of_photos``: each row is a photo of a folder, and is called by the photo's name.
    """

    def __init__(self, dry_run: bool, *, of_photos: bool = False) -> None:
        self.steps: Steps | None = None
        self.lines: ReportLines | None = None
        self.set_aside: list[RowOutcome] = []
        self.photos: set[str] = set()
        """The photos of a folder that rows were about."""
        self.import_id: int | None = None
        self._seen = 0
        self._dry_run = dry_run
        self.of_photos = of_photos
        self.called = "line"
        """What the number of a row counts: lines of a list, records of another file."""
        self.to_compare = 0
        """Photographs of the register that wait to be compared with it."""
        self.duplicates = 0
        """Likely duplicates that wait for a decision."""

    def name(self, row: RowOutcome) -> str:
        """What a row is called: its line, or the name of its photo."""
        return row.photo if self.of_photos else f"{self.called} {row.line}"

    def begin(self, import_id: int) -> None:
        """Take note of the import's number."""
        self.import_id = import_id

    def see(self, row: RowOutcome) -> None:
        """Take note of one row."""
        self._seen += 1
        # A row whose photo was refused is in the register all the same; only its reason tells.
        if row.action == "quarantined" or " refused: " in row.reason:
            self.set_aside.append(row)
        if self.lines:
            self.lines.write(row)
        if self.of_photos:
            self.photos.add(row.photo)
        if self._dry_run:
            say_row((self.name(row), row.action, row.title, row.photo, row.reason))
        if self.steps:
            self.steps.show(self._seen, failed=len(self.set_aside))

    def stop(self, error: BaseException) -> BaseException:
        """What ends the command when the import was stopped. Raises it if no row was done: nothing is reported."""
        if isinstance(error, KeyboardInterrupt):
            error = CommandFailed(f"Interrupted. {self._afterwards()}", INTERRUPTED)
        if not self._seen:
            raise error
        if self.lines:
            self.lines.end(str(error))
        return error

    def _afterwards(self) -> str:
        if self.import_id is None:
            return "Nothing was written." if self._dry_run else "Nothing was imported."
        return (
            f"What was imported so far is kept, as import {self.import_id}; the same command goes on from here, and "
            f"`artrieve imports undo {self.import_id}` takes it back."
        )


def tell(done: ImportReport, watching: Watching, report: Path | None) -> None:
    """Write the summary and what is in quarantine."""
    set_aside = watching.set_aside
    would = "would be " if done.dry_run else ""
    number = "" if done.import_id is None else f"Import {done.import_id}: "
    say(
        f"{number}{done.rows} rows: {done.counts['add']} {would}added, {done.counts['update']} {would}updated, "
        f"{done.counts['unchanged']} unchanged, {done.counts['quarantined']} {would}quarantined. "
        f"{done.photographs} photographs {would}added, {done.photos_refused} refused."
    )
    if done.photos_poor:
        warn(
            f"Poor photographs, by which their objects will hardly be found: {done.photos_poor}. "
            f"{'The report says' if report else '--report FILE.csv says'} which, why, and what to do."
        )
    tell_duplicates(watching)
    for said in done.notes:
        note(said)
    if done.unmapped:
        note(f"Columns that were not used: {', '.join(done.unmapped)}. --map FIELD=COLUMN uses them.")
    for row in set_aside[:QUARANTINE_SHOWN]:
        name = watching.name(row)
        warn(f"{name if watching.of_photos else name.capitalize()}: {row.reason}")
    if len(set_aside) > QUARANTINE_SHOWN and not report:
        warn(
            f"{len(set_aside) - QUARANTINE_SHOWN} more; `artrieve quarantine` and --report FILE.csv list them all."
        )


def tell_duplicates(watching: Watching) -> None:
    """Say what is likely registered twice, and what has not been looked at for that yet."""
    if watching.to_compare:
        note(
            f"{watching.to_compare} photographs have not been compared with the register yet. The service does that in "
            "its own time; after `artrieve index`, `artrieve duplicates check` does it at once."
        )
    if watching.duplicates:
        warn(
            f"Objects that are likely the same: {watching.duplicates} pairs; `artrieve duplicates list` shows them."
        )


def tell_left_alone(folder: Path, photos: Container[str], count: int) -> None:
    """Name the files of a folder that were not taken for photos."""
    note(f"{count} files do not look like photos and were left alone:")
    for name in islice(left_alone(folder, photos), LEFT_ALONE_SHOWN):
        note(f"  {name}")
    if count > LEFT_ALONE_SHOWN:
        note(f"  and {count - LEFT_ALONE_SHOWN} more")


def left_alone(folder: Path, photos: Container[str]) -> Iterator[str]:
    """The names of files below a folder that no row was about; hidden files are never looked at."""
    from data.exchange.folder_import import as_text

    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        name = as_text("/".join(parts))
        if name not in photos and path.is_file() and not any(part.startswith(".") for part in parts):
            yield name
