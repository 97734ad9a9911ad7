"""``artrieve import``: bring a list, records, or a folder of photos into the register."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from service.commands.console import Steps, note
from service.commands.failures import QUARANTINED, interruptible, stopping
from service.commands.import_asked import Asked, checked_source, numbered, parse_mapping
from service.commands.import_telling import Watching, tell, tell_left_alone
from service.commands.outputs import written_whole
from service.import_report import REPORT_STARTS, ReportLines

if TYPE_CHECKING:
    from data.exchange.report import ImportReport
    from data.intake_pool import IntakePool
    from data.register import Register
    from service.settings import Settings


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
    saved: Annotated[
        str | None,
        typer.Option(
            "--mapping", metavar="NAME", help="The mapping kept under this name; --map comes first."
        ),
    ] = None,
    save: Annotated[
        str | None,
        typer.Option("--save-mapping", metavar="NAME", help="Keep what --map says under this name."),
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
    register_key: Annotated[
        str | None,
        typer.Option(
            "--register", metavar="KEY", help="The source register that new objects belong to. Default: own."
        ),
    ] = None,
    report: Annotated[
        Path | None,
        typer.Option(metavar="FILE.csv", dir_okay=False, help="Write what happened to each row here."),
    ] = None,
) -> None:
    """Import objects. Exit code 0: all of it, 3: done but some rows are in quarantine, 2: wrongly asked."""
    from data.visibility import demand_writer
    from service.settings import load_settings

    asked = Asked(
        source=source,
        path=checked_source(source),
        mapping=parse_mapping(mapping or []),
        saved=saved,
        save=save,
        authority=authority,
        sheet=sheet,
        schema=schema,
        language=language,
        register=register_key,
        dry_run=dry_run,
    )
    asked.check()
    settings = load_settings()
    demand_writer(settings.role)
    watching = Watching(dry_run, of_photos=asked.is_folder)
    with ExitStack() as stack:
        stack.enter_context(interruptible("The same command goes on from here."))
        if report:
            inputs = [] if asked.path is None else [asked.path]
            lines = stack.enter_context(written_whole(report, "--report", inputs, REPORT_STARTS))
            watching.lines = ReportLines(lines)
        done, stopped = run(settings, asked, watching)
    if stopped is not None:
        raise stopped
    assert done is not None, "an import that was not stopped has a report"
    tell(done, watching, report)
    if asked.path is not None and done.ignored:
        tell_left_alone(asked.path, watching.photos, done.ignored)
    if watching.set_aside:
        raise typer.Exit(QUARANTINED)


def run(
    settings: Settings, asked: Asked, watching: Watching
) -> tuple[ImportReport | None, BaseException | None]:
    """Import; what stopped it half-way comes back, so that a report of what was done until then is written."""
    from data.checks import Checks
    from data.duplicates import Duplicates
    from service.workshop import open_registering_intake, opened_register, rehearsed_register

    with ExitStack() as stack:
        register = stack.enter_context(
            rehearsed_register(settings) if asked.dry_run else opened_register(settings)
        )
        mapping = asked.whole_mapping(register)
        pool = stack.enter_context(open_registering_intake(settings))
        watching.steps = stack.enter_context(Steps("Importing", "photos" if asked.is_folder else "rows"))
        try:
            if asked.is_folder:
                done = from_folder(register, asked, pool, watching)
            else:
                done = from_file(settings, register, asked, mapping, pool, watching)
        except stopping() as error:
            return None, watching.stop(error)
        if not asked.dry_run:
            watching.to_compare = Checks(register).waiting()
            watching.duplicates = Duplicates(register.database).count()
        if asked.save:
            from data.exchange.saved_mappings import SavedMappings

            kept = SavedMappings(register.database).save(asked.save, mapping, actor=str(register.actor))
            note(f'The mapping is kept as {kept.name!r}: --mapping "{kept.name}" uses it.')
    return done, None


def from_folder(register: Register, asked: Asked, pool: IntakePool, watching: Watching) -> ImportReport:
    """Import a folder of photos."""
    from data.exchange.folder_import import import_folder

    return import_folder(
        register,
        Path(asked.source),
        pool=pool,
        dry_run=asked.dry_run,
        progress=watching.see,
        begun=watching.begin,
        source_register=asked.register,
    )


def from_file(
    settings: Settings,
    register: Register,
    asked: Asked,
    mapping: dict[str, str],
    pool: IntakePool,
    watching: Watching,
) -> ImportReport:
    """Import a file, or what an address answers with."""
    from data.exchange.file_import import import_file
    from service.workshop import open_fetcher

    watching.called = numbered(asked.path)
    return import_file(
        register,
        asked.source,
        asked.reading(mapping),
        pool=pool,
        fetcher=open_fetcher(settings),
        dry_run=asked.dry_run,
        progress=watching.see,
        begun=watching.begin,
        source_register=asked.register,
    )
