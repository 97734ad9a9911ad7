"""``artrieve index``: make the register searchable."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from service.commands.console import Steps, duration, say, warn
from service.commands.failures import QUARANTINED, interruptible

if TYPE_CHECKING:
    from indexer.indexing import IndexProgress, IndexReport


Workers = Annotated[
    int, typer.Option(min=0, max=256, help="Processes that embed photos. 0: one for each core.")
]


def command(
    rebuild: Annotated[
        bool,
        typer.Option("--rebuild", help="Try again the photographs too that could not be embedded before."),
    ] = False,
    workers: Workers = 0,
) -> None:
    """Make every photograph of the register searchable, and publish that as a new generation."""
    from indexer.indexing import index_register
    from service.settings import load_settings
    from service.workshop import opened_register, wanted_sight

    settings = load_settings()
    afterwards = (
        "What was embedded so far is kept, and the index that was there still serves; "
        "`artrieve index` goes on from here."
    )
    with interruptible(afterwards), opened_register(settings) as register, Steps("Indexing") as steps:
        report = index_register(
            register,
            settings.index_dir,
            wanted_sight(settings),
            workers=workers,
            rebuild=rebuild,
            progress=partial(show_progress, steps),
        )
    tell_report(report)
    if report.failed:
        raise typer.Exit(QUARANTINED)


def show_progress(steps: Steps, progress: IndexProgress) -> None:
    """Pass the indexer's own figures on to the bar."""
    steps.show(
        progress.done,
        progress.total,
        failed=progress.failed,
        rate=progress.rate,
        seconds_left=progress.seconds_left,
    )


def tell_report(report: IndexReport) -> None:
    """Write what was indexed, and each photograph that could not be."""
    done = f"({report.embedded} embedded now, {report.reused} kept) in {duration(report.seconds)}."
    if report.generation is None:
        say(f"{report.photographs} photographs embedded {done}")
    else:
        say(f"Generation {report.generation}: {report.photographs} photographs searchable {done}")
    for failed in report.failed:
        warn(f"Photograph {failed.photograph_id} is not searchable: {failed.reason}")
