"""``artrieve import``: bring a list of objects, or a folder of photos, into the register."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from service.commands.actor import actor
from service.commands.console import Steps, note
from service.commands.failures import QUARANTINED, interruptible, stopping
from service.commands.import_report import REPORT_STARTS, ReportLines
from service.commands.import_telling import Watching, tell, tell_left_alone
from service.commands.outputs import written_whole

if TYPE_CHECKING:
    from data.exchange.report import ImportReport
    from data.register import Register
    from service.settings import Settings


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
        str | None, typer.Option(help="The authority that reports rows which name none (CSV only).")
    ] = None,
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

    asked = Asked(path, parse_mapping(mapping or []), saved, save, authority, register_key, dry_run)
    asked.check()
    settings = load_settings()
    demand_writer(settings.role)
    watching = Watching(dry_run, of_photos=path.is_dir())
    with ExitStack() as stack:
        stack.enter_context(interruptible("The same command goes on from here."))
        if report:
            lines = stack.enter_context(written_whole(report, "--report", [path], REPORT_STARTS))
            watching.lines = ReportLines(lines)
        done, stopped = run(settings, asked, watching)
    if stopped is not None:
        raise stopped
    assert done is not None, "an import that was not stopped has a report"
    tell(done, watching, report)
    if done.ignored:
        tell_left_alone(path, watching.photos, done.ignored)
    if watching.set_aside:
        raise typer.Exit(QUARANTINED)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be imported, and how."""

    path: Path
    mapping: dict[str, str]
    saved: str | None
    save: str | None
    authority: str | None
    register: str | None
    dry_run: bool

    def check(self) -> None:
        """Raise typer.BadParameter for options that do not go together."""
        if self.path.is_dir() and (self.mapping or self.saved or self.save or self.authority):
            raise typer.BadParameter(
                "--map, --mapping, --save-mapping and --authority are for CSV files; a folder of photos has no "
                "columns."
            )
        if self.save and self.dry_run:
            raise typer.BadParameter(
                "--save-mapping writes, and --dry-run writes nothing: leave one of them out."
            )

    def whole_mapping(self, register: Register) -> dict[str, str]:
        """The kept mapping with what --map says over it. Raises MappingNotFound, MappingRefused, ImportRefused."""
        from data.exchange.mapping import known_field
        from data.exchange.saved_mappings import SavedMappings

        kept = SavedMappings(register.database)
        said = {known_field(field): column for field, column in self.mapping.items()}
        mapping = (dict(kept.get(self.saved).columns) if self.saved else {}) | said
        if self.save:
            kept.check(self.save, mapping)
        return mapping


def run(
    settings: Settings, asked: Asked, watching: Watching
) -> tuple[ImportReport | None, BaseException | None]:
    """Import; what stopped it half-way comes back, so that a report of what was done until then is written."""
    from service.workshop import open_registering_intake, opened_register, rehearsed_register

    with ExitStack() as stack:
        register = stack.enter_context(
            rehearsed_register(settings) if asked.dry_run else opened_register(settings)
        )
        mapping = asked.whole_mapping(register)
        pool = stack.enter_context(open_registering_intake(settings))
        watching.steps = stack.enter_context(Steps("Importing", "photos" if asked.path.is_dir() else "rows"))
        try:
            if asked.path.is_dir():
                from data.exchange.folder_import import import_folder

                done = import_folder(
                    register,
                    asked.path,
                    pool=pool,
                    dry_run=asked.dry_run,
                    actor=actor(),
                    progress=watching.see,
                    begun=watching.begin,
                    source_register=asked.register,
                )
            else:
                from data.exchange.csv_import import import_csv

                done = import_csv(
                    register,
                    asked.path,
                    pool=pool,
                    mapping=mapping,
                    dry_run=asked.dry_run,
                    authority=asked.authority,
                    actor=actor(),
                    progress=watching.see,
                    begun=watching.begin,
                    source_register=asked.register,
                )
        except stopping() as error:
            return None, watching.stop(error)
        if asked.save:
            from data.exchange.saved_mappings import SavedMappings

            kept = SavedMappings(register.database).save(asked.save, mapping, actor=actor())
            note(f'The mapping is kept as {kept.name!r}: --mapping "{kept.name}" uses it.')
    return done, None


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
