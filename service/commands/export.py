"""``artrieve export``: write the register into a file that other registers and museums read."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from service.commands import fields
from service.commands.console import note, say, warn
from service.commands.failures import QUARANTINED, CommandFailed, interruptible
from service.commands.outputs import check_output

if TYPE_CHECKING:
    from data.exchange.export import Exported, Format
    from data.visibility import Level

MISSING_SHOWN = 20
_RESTRICTED = "places and circumstances of thefts, case references, owners"


@fields.with_fields
def command(
    path: Annotated[
        Path, typer.Argument(help="The file to write; for Linked Art also a folder, with a file an object.")
    ],
    photos: Annotated[
        bool, typer.Option("--photos", help="Write the photos too, into a folder beside the file.")
    ] = False,
    everything: Annotated[
        bool, typer.Option("--all", help="Write all fields, as --level restricted does. For registrars.")
    ] = False,
    wanted_level: Annotated[
        str | None,
        typer.Option(
            "--level",
            metavar="LEVEL",
            help="Which fields: public, professional or restricted, each with those before it. Default: public.",
        ),
    ] = None,
    wanted: Annotated[
        str | None,
        typer.Option(
            "--format",
            metavar="FORMAT",
            help="csv, excel, lido or linked-art. Without it, as the file is called.",
        ),
    ] = None,
    base_url: Annotated[
        str, typer.Option(metavar="URL", help="The address that the ids of Linked Art begin with.")
    ] = "",
    force: Annotated[bool, typer.Option("--force", help="Replace what is there.")] = False,
    said: fields.Said = fields.NOTHING_SAID,
) -> None:
    """Export the register, or what agrees with fields. Exit code 3: done, but photos are missing."""
    from data.exchange.export import export, format_of
    from data.exchange.exported import Selection, demand_level
    from service.exporting import concept_of
    from service.settings import load_settings
    from service.workshop import opened_reader

    level, filters = parsed_level(wanted_level, everything=everything), fields.filters_of(said)
    kind = format_of(path, parsed_format(wanted))
    check_place(path, kind, force=force)
    settings = load_settings()
    demand_level(settings.role, level)  # before anything is made
    fields.demand_seen(settings.role, filters)
    with (
        interruptible("Nothing was written in the file's place."),
        opened_reader(settings) as reader,
        placed(path) as beside,
    ):
        done = export(
            reader,
            beside,
            kind,
            level=level,
            selection=Selection(filters=filters),
            photos=photo_folder(path, force=force) if photos else None,
            base=base_url,
            resolve=concept_of,
        )
    tell(path, done, level)
    if done.missing:
        raise typer.Exit(QUARANTINED)


def parsed_format(wanted: str | None) -> Format | None:
    """The format of this name. Raises typer.BadParameter."""
    from data.exchange.export import Format

    if wanted is None:
        return None
    if wanted not in list(Format):
        raise typer.BadParameter(f"There is no format {wanted!r}; the formats are {', '.join(Format)}.")
    return Format(wanted)


def parsed_level(wanted: str | None, *, everything: bool) -> Level:
    """The level of this name, without one public. Raises typer.BadParameter."""
    from data.visibility import Level

    if everything and wanted not in (None, Level.restricted.value):
        raise typer.BadParameter("--all writes all fields, and --level fewer: leave one of them out.")
    if wanted is None:
        return Level.restricted if everything else Level.public
    if wanted not in list(Level):
        raise typer.BadParameter(f"There is no level {wanted!r}; the levels are {', '.join(Level)}.")
    return Level(wanted)


def check_place(path: Path, kind: Format, *, force: bool) -> None:
    """Refuse to write over what is there. Raises CommandFailed."""
    from data.exchange.export import Format

    check_output(path, "export", [])
    if path.is_dir():
        if kind is not Format.linked_art:
            raise CommandFailed(f"{path} is a folder; only Linked Art is written into one. Name a file.")
        if any(path.iterdir()) and not force:
            raise CommandFailed(f"{path} is not empty. Name an empty folder, or say --force.")
    elif os.path.lexists(path) and not force:
        raise CommandFailed(f"{path} is there. Choose another name, or say --force to replace it.")


def photo_folder(path: Path, *, force: bool) -> Path:
    """The folder of the photos, made: beside the file and called like it. Raises CommandFailed."""
    called = (
        re.sub(r"[^\w.-]+", "-", path.stem).strip("-.") or "export"
    )  # a bar or a colon would mislead the import
    folder = path / "photos" if path.is_dir() else path.with_name(f"{called}-photos")
    if folder.exists() and not force:
        raise CommandFailed(f"{folder} is there, and the photos would go into it. Move it, or say --force.")
    folder.mkdir(exist_ok=True)
    return folder


@contextmanager
def placed(path: Path) -> Iterator[Path]:
    """Where to write, put in the place of the file when the block has ended well. A folder is written into."""
    if path.is_dir():
        yield path
        return
    target = path.resolve()
    beside = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        yield beside
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)


def tell(path: Path, done: Exported, level: Level) -> None:
    """Write what was exported, and what could not be."""
    say(f"{path}: {done.objects} objects, {done.photographs} photographs.")
    if level != "public":
        more = "places of thefts" if level == "professional" else _RESTRICTED
        note(f"The file holds fields that are not public: {more}. Pass it on with care.")
    for missing in done.missing[:MISSING_SHOWN]:
        warn(f"Not written: {missing}")
    if len(done.missing) > MISSING_SHOWN:
        warn(f"{len(done.missing) - MISSING_SHOWN} more photos were not written.")
