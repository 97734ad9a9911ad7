"""``artrieve import``: bring a list of objects, or a folder of photos, into the register."""

from __future__ import annotations

import csv
import os
from collections.abc import Container, Iterable, Iterator
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Protocol

import typer

from service.commands.console import Steps, note, say, say_row, warn
from service.commands.failures import QUARANTINED, interruptible
from service.commands.outputs import written_whole

if TYPE_CHECKING:
    from data.exchange.report import ImportReport, RowOutcome


class RowWriter(Protocol):
    """What `csv.writer` gives; the class has no public name."""

    def writerow(self, row: Iterable[object], /) -> object:
        """Write one row."""


# More of them scroll the summary away; --report has them all.
QUARANTINE_SHOWN = 50
LEFT_ALONE_SHOWN = 20
REPORT_COLUMNS = ("line", "action", "reason", "title", "photo", "object")
REPORT_STARTS = ",".join(REPORT_COLUMNS)


def command(
    source: Annotated[
        str,
        typer.Argument(
            metavar="PATH|URL",
            help="A CSV, Excel or LIDO file, a IIIF manifest or its https address, or a folder of photos.",
        ),
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
        str | None, typer.Option(help="The authority that reports objects which name none.")
    ] = None,
    sheet: Annotated[
        str | None, typer.Option(metavar="NAME", help="The sheet of an Excel file to read.")
    ] = None,
    schema: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.xsd", exists=True, dir_okay=False, help="The XML schema that LIDO records must fit."
        ),
    ] = None,
    language: Annotated[
        str,
        typer.Option(metavar="CODE", help="Which language to take where LIDO or IIIF has several: de, fr."),
    ] = "",
    report: Annotated[
        Path | None,
        typer.Option(metavar="FILE.csv", dir_okay=False, help="Write what happened to each row here."),
    ] = None,
) -> None:
    """Import objects. Exit code 0: all of it, 3: done but some rows are in quarantine, 2: wrongly asked."""
    from data.exchange.file_import import Asked, import_file
    from service.settings import load_settings
    from service.workshop import open_fetcher, open_intake, opened_register, rehearsed_register

    path = checked_source(source)
    asked = Asked(parse_mapping(mapping or []), authority, sheet, schema, language)
    if path.is_dir() and asked != Asked():
        raise typer.BadParameter(
            "--map, --authority, --sheet, --schema and --language are for lists and records; a folder of photos "
            "has no columns."
        )
    settings = load_settings()
    watching = Watching(dry_run, of_photos=path.is_dir())
    with ExitStack() as stack:
        stack.enter_context(
            interruptible("What was imported so far is kept; the same command goes on from here.")
        )
        if report:
            inputs = [path] if path.exists() else []
            lines = csv.writer(stack.enter_context(written_whole(report, "--report", inputs, REPORT_STARTS)))
            lines.writerow(REPORT_COLUMNS)
            watching.lines = lines
        register = stack.enter_context(rehearsed_register(settings) if dry_run else opened_register(settings))
        pool = stack.enter_context(open_intake(settings))
        watching.steps = stack.enter_context(Steps("Importing", "photos" if path.is_dir() else "rows"))
        if path.is_dir():
            from data.exchange.folder_import import import_folder

            done = import_folder(register, path, pool=pool, dry_run=dry_run, progress=watching.see)
        else:
            watching.called = numbered(source)
            done = import_file(
                register,
                source,
                asked,
                pool=pool,
                fetcher=open_fetcher(settings),
                dry_run=dry_run,
                progress=watching.see,
            )
    tell(done, watching, report)
    if done.ignored:
        tell_left_alone(path, watching.photos, done.ignored)
    if watching.set_aside:
        raise typer.Exit(QUARANTINED)


def checked_source(source: str) -> Path:
    """The path of a file or folder that is there; an address is left as it is. Raises typer.BadParameter."""
    from data.exchange.file_import import is_address

    path = Path(source)
    if not is_address(source) and not os.path.exists(path):  # noqa: PTH110  a name may be too long for pathlib
        raise typer.BadParameter(f"{source!r} does not exist. Give a file, a folder, or an https address.")
    return path


def numbered(source: str) -> str:
    """What the rows of a file are counted in: lines of a list, records of LIDO and IIIF."""
    from data.exchange.file_import import is_address, kind_of

    is_list = not is_address(source) and kind_of(Path(source)) in {"csv", "excel"}
    return "line" if is_list else "record"


class Watching:
    """Keeps what must be told at the end while rows go by, and shows each row of a dry run at once.

    ``of_photos``: each row is a photo of a folder, and is called by the photo's name.
    """

    def __init__(self, dry_run: bool, *, of_photos: bool = False) -> None:
        self.steps: Steps | None = None
        self.lines: RowWriter | None = None
        self.set_aside: list[RowOutcome] = []
        self.photos: set[str] = set()
        """The photos of a folder that rows were about."""
        self._seen = 0
        self._dry_run = dry_run
        self.of_photos = of_photos
        self.called = "line"
        """What the number of a row counts: lines of a list, records of another file."""

    def name(self, row: RowOutcome) -> str:
        """What a row is called: its line, or the name of its photo."""
        return row.photo if self.of_photos else f"{self.called} {row.line}"

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
        if self.of_photos:
            self.photos.add(row.photo)
        if self._dry_run:
            say_row((self.name(row), row.action, row.title, row.photo, row.reason))
        if self.steps:
            self.steps.show(self._seen, failed=len(self.set_aside))


def tell(done: ImportReport, watching: Watching, report: Path | None) -> None:
    """Write the summary and what is in quarantine."""
    set_aside = watching.set_aside
    would = "would be " if done.dry_run else ""
    say(
        f"{done.rows} rows: {done.counts['add']} {would}added, {done.counts['update']} {would}updated, "
        f"{done.counts['unchanged']} unchanged, {done.counts['quarantined']} {would}quarantined. "
        f"{done.photographs} photographs {would}added, {done.photos_refused} refused."
    )
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


def tell_left_alone(folder: Path, photos: Container[str], count: int) -> None:
    """Name the files of a folder that were not taken for photos."""
    note(f"{count} files do not look like photos and were left alone:")
    for name in islice(left_alone(folder, photos), LEFT_ALONE_SHOWN):
        note(f"  {name}")
    if count > LEFT_ALONE_SHOWN:
        note(f"  and {count - LEFT_ALONE_SHOWN} more")


def left_alone(folder: Path, photos: Container[str]) -> Iterator[str]:
    """The names of files below a folder that no row was about; hidden files are never looked at."""
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        text = os.fsencode("/".join(parts)).decode("utf-8", "replace")
        name = "".join(each if each.isprintable() else "\ufffd" for each in text)
        if name not in photos and path.is_file() and not any(part.startswith(".") for part in parts):
            yield name


def in_a_cell(text: str) -> str:
    """The text as a cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def parse_mapping(given: list[str]) -> dict[str, str]:
    """The fields and columns of every --map: our name to theirs. Raises typer.BadParameter."""
    from data.exchange.mapping import split_pairs

    pairs: dict[str, str] = {}
    for part in split_pairs(",".join(given)):
        if not part.strip():
            continue
        field, equals, column = (piece.strip() for piece in part.partition("="))
        if not equals or not field or not column:
            raise typer.BadParameter(f"{part!r} is not FIELD=COLUMN, as in --map photo=file,title=Titel")
        if field in pairs:
            raise typer.BadParameter(f"--map names the field {field!r} twice.")
        pairs[field] = column
    return pairs
