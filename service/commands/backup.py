"""``artrieve backup``, ``restore`` and ``migrate``: the register as a whole, kept, brought back, and moved."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from service.commands.console import Steps, say, warn
from service.commands.failures import FAILED, QUARANTINED, interruptible

if TYPE_CHECKING:
    from service.backup.manifest import Manifest
    from service.backup.progress import Phase
    from service.settings import Settings

MISSING_SHOWN = 20


def backup(
    file: Annotated[Path, typer.Argument(help="Where the backup is written; an earlier one is replaced.")],
    incomplete: Annotated[
        bool,
        typer.Option("--incomplete", help="Go on without photos that are lost or damaged, and list them."),
    ] = False,
) -> None:
    """Write register, photos and index into one file, while the service runs. Settings are not in it."""
    from service.backup.making import make_backup
    from service.settings import load_settings
    from service.workshop import make_folder, opened_for_registrar

    settings = load_settings()
    with interruptible("Nothing was written."), opened_for_registrar(settings, create=False) as register:
        make_folder(settings.data_dir, "ARTRIEVE_DATA_DIR")
        with watched() as watching:
            made = make_backup(
                register,
                settings.data_dir,
                settings.index_dir,
                file.absolute(),
                watching.show,
                incomplete=incomplete,
            )
    say(f"{file}: {told(made.manifest)}. {made.size / 1024**2:,.1f} MiB.")
    if made.index_problem:
        warn(f"Without the index, which cannot be used: {made.index_problem}")
    if tell_missing(made.manifest) or made.index_problem:
        raise typer.Exit(QUARANTINED)


def restore(
    file: Annotated[Path, typer.Argument(help="A backup.", exists=True, dir_okay=False, readable=True)],
    into: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            file_okay=False,
            help="Restore all of it into this folder, whatever the settings say.",
        ),
    ] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Put it in the place of the register and index that are there.")
    ] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Only read the backup wholly and say whether it is good.")
    ] = False,
) -> None:
    """Bring register, photos and index back from a backup. Exit code 1 when it or what stands on it is not good."""
    from data.visibility import demand_writer
    from service.acting import command_user
    from service.backup.restoring import restore as restore_backup
    from service.backup.verifying import verify
    from service.settings import load_settings

    if check:
        with interruptible("Nothing was changed."), watched() as watching:
            good = verify(file, watching.show)
        say(f"{file} is good: {told(good)}.")
        tell_missing(good)
        return
    settings = (
        load_settings() if into is None else load_settings(data_dir=into, database_url="", photos_url="")
    )
    demand_writer(settings.role)
    with interruptible("What was there is as it was."), watched() as watching:
        restored = restore_backup(file, settings, watching.show, replace=replace, actor=command_user())
    if restored.settled:
        warn(restored.settled)
    say(f"Restored {told(restored.manifest)}.")
    lost = tell_missing(restored.manifest)
    tell_health(settings)
    if lost:
        raise typer.Exit(QUARANTINED)


def migrate(
    to: Annotated[
        str, typer.Option(metavar="URL", help="An empty database, as postgresql://user:password@host/name.")
    ],
) -> None:
    """Move the register into another, empty database: all of it or nothing. Photos and index stay where they are."""
    from data.database import open_database
    from data.transfer.move import move
    from data.visibility import demand_writer
    from service.acting import command_user
    from service.backup.progress import Phase
    from service.settings import load_settings
    from service.workshop import open_store

    settings = load_settings()
    demand_writer(settings.role)
    with ExitStack() as stack:
        stack.enter_context(interruptible("Nothing was moved; the register is where it was."))
        source = stack.enter_context(closing(open_store(settings, create=False)))
        target = stack.enter_context(closing(open_database(to)))
        watching = stack.enter_context(watched())
        done = 0

        def count(rows: int) -> None:
            nonlocal done
            done += rows
            watching.show(Phase.moving, done, None)

        moved = move(source, target, count, actor=command_user())
    for name, each in moved.tables.items():
        say(f"{name}: {each.rows} rows, the same on both sides ({each.sha256[:16]})")
    say(
        f"Moved to {target.name}. The register in {source.name} is as it was, and its audit trail tells of it."
    )
    say(
        "Now set ARTRIEVE_DATABASE_URL to the new address and start the service. Photos and index stay where they are."
    )


class Watching:
    """Shows one phase after the other."""

    def __init__(self) -> None:
        self._phase: Phase | None = None
        self._shown = ExitStack()
        self._steps: Steps | None = None

    def show(self, phase: Phase, done: int, total: int | None) -> None:
        """Tell how far a phase is."""
        if phase is not self._phase or self._steps is None:
            self._shown.close()
            self._phase, self._steps = phase, self._shown.enter_context(Steps(phase.title, phase.unit))
        self._steps.show(done, total)

    def close(self) -> None:
        """Show no more."""
        self._shown.close()


@contextmanager
def watched() -> Iterator[Watching]:
    """Show phases until the end of the block."""
    with closing(Watching()) as watching:
        yield watching


def told(manifest: Manifest) -> str:
    """What is in a backup, in one line."""
    objects = manifest.tables["objects"].rows
    index = "no index" if manifest.generation is None else f"generation {manifest.generation} of the index"
    return (
        f"{objects} objects with {manifest.tables['photographs'].rows} photographs, {manifest.photos.count} files "
        f"of photos, {index}, as of {manifest.made_at:%Y-%m-%d %H:%M} UTC (revision {manifest.revision})"
    )


def tell_missing(manifest: Manifest) -> bool:
    """Name the photos that a backup lacks; whether there are any."""
    missing = manifest.photos.missing
    if missing:
        warn(f"{len(missing)} photos were lost or damaged already when the backup was made:")
    for key in missing[:MISSING_SHOWN]:
        warn(f"  {key}")
    if len(missing) > MISSING_SHOWN:
        warn(f"  and {len(missing) - MISSING_SHOWN} more")
    return bool(missing)


def tell_health(settings: Settings) -> None:
    """Look at everything as `artrieve doctor` does. Raises typer.Exit when something fails."""
    from service.commands.doctor import tell
    from service.doctor import examine_with

    findings = examine_with(settings)
    tell(findings)
    if any(finding.state == "fail" for finding in findings):
        raise typer.Exit(FAILED)
