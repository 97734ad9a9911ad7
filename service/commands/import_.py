"""``artrieve import``: bring a list of objects, or a folder of photos, into the register."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Protocol

import typer

from service.commands.console import Steps, note, say, say_row, warn
from service.commands.failures import QUARANTINED, interruptible

if TYPE_CHECKING:
    from data.exchange.report import ImportReport, RowOutcome


class RowWriter(Protocol):
    """What `csv.writer` gives; the class has no public name."""

    def writerow(self, row: Iterable[object], /) -> object:
        """Write one row."""


# More of them scroll the summary away; --report has them all.
QUARANTINE_SHOWN = 50


def command(
    path: Annotated[
        Path, typer.Argument(help="A CSV file, or a folder of photos.", exists=True, readable=True)
    ],
    mapping: Annotated[
        list[str] | None,
        typer.Option(
            "--map", metavar="FIELD=COLUMN,...", help="Our fields and their columns: photo=file,title=Titel"
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say, row by row, what would happen.")
    ] = False,
    authority: Annotated[
        str | None, typer.Option(help="The authority that reports rows which name none (CSV only).")
    ] = None,
    report: Annotated[
        Path | None,
        typer.Option(metavar="FILE.csv", dir_okay=False, help="Write what happened to each row here."),
    ] = None,
) -> None:
    """Import objects. Exit code 0: all of it, 3: done but some rows are in quarantine, 2: wrongly asked."""
    from service.settings import load_settings
    from service.workshop import open_intake, opened_register

    wanted = parse_mapping(mapping or [])
    settings = load_settings()
    watching = Watching(dry_run)
    with ExitStack() as stack:
        stack.enter_context(
            interruptible("What was imported so far is kept; the same command goes on from here.")
        )
        register = stack.enter_context(opened_register(settings))
        pool = stack.enter_context(open_intake(settings))
        if report:
            lines = csv.writer(stack.enter_context(report.open("w", encoding="utf-8", newline="")))
            lines.writerow(("line", "action", "reason", "title", "photo", "object"))
            watching.lines = lines
        watching.steps = stack.enter_context(Steps("Importing", "rows"))
        if path.is_dir():
            if wanted or authority:
                raise typer.BadParameter(
                    "--map and --authority are for CSV files; a folder of photos has no columns."
                )
            from data.exchange.folder_import import import_folder

            done = import_folder(register, path, pool=pool, dry_run=dry_run, progress=watching.see)
        else:
            from data.exchange.csv_import import import_csv

            done = import_csv(
                register,
                path,
                pool=pool,
                mapping=wanted,
                dry_run=dry_run,
                authority=authority,
                progress=watching.see,
            )
    tell(done, watching.set_aside, report)
    if watching.set_aside:
        raise typer.Exit(QUARANTINED)


class Watching:
    """Keeps what must be told at the end while rows go by, and shows each row of a dry run at once."""

    def __init__(self, dry_run: bool) -> None:
        self.steps: Steps | None = None
        self.lines: RowWriter | None = None
        self.set_aside: list[RowOutcome] = []
        self._seen = 0
        self._dry_run = dry_run

    def see(self, row: RowOutcome) -> None:
        """Take note of one row."""
        self._seen += 1
        # A row whose photo was refused is in the register all the same; only its reason tells.
        if row.action == "quarantined" or " refused: " in row.reason:
            self.set_aside.append(row)
        if self.lines:
            number = "" if row.object_id is None else row.object_id
            texts = (in_a_cell(text) for text in (row.reason, row.title, row.photo))
            self.lines.writerow((row.line, row.action, *texts, number))
        if self._dry_run:
            say_row((f"line {row.line}", row.action, row.title, row.photo, row.reason))
        if self.steps:
            self.steps.show(self._seen, failed=len(self.set_aside))


def tell(done: ImportReport, set_aside: Sequence[RowOutcome], report: Path | None) -> None:
    """Write the summary and what is in quarantine."""
    would = "would be " if done.dry_run else ""
    say(
        f"{done.rows} rows: {done.counts['add']} {would}added, {done.counts['update']} {would}updated, "
        f"{done.counts['unchanged']} unchanged, {done.counts['quarantined']} {would}quarantined. "
        f"{done.photographs} photographs {would}added, {done.photos_refused} refused."
    )
    if done.unmapped:
        note(f"Columns that were not used: {', '.join(done.unmapped)}. --map FIELD=COLUMN uses them.")
    if done.ignored:
        note(f"{done.ignored} files do not look like photos and were left alone.")
    for row in set_aside[:QUARANTINE_SHOWN]:
        warn(f"Line {row.line}: {row.reason}")
    if len(set_aside) > QUARANTINE_SHOWN and not report:
        warn(f"{len(set_aside) - QUARANTINE_SHOWN} more; --report FILE.csv lists them all.")


def in_a_cell(text: str) -> str:
    """The text as a cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def parse_mapping(given: list[str]) -> dict[str, str]:
    """The fields and columns of every --map: our name to theirs. Raises typer.BadParameter."""
    pairs: dict[str, str] = {}
    for part in ",".join(given).split(","):
        if not part.strip():
            continue
        field, equals, column = (piece.strip() for piece in part.partition("="))
        if not equals or not field or not column:
            raise typer.BadParameter(f"{part!r} is not FIELD=COLUMN, as in --map photo=file,title=Titel")
        if field in pairs:
            raise typer.BadParameter(f"--map names the field {field!r} twice.")
        pairs[field] = column
    return pairs
