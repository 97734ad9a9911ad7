"""``artrieve demo``: the whole way on a register of its own."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from service.commands.console import Steps, say, warn
from service.commands.failures import CommandFailed, interruptible

if TYPE_CHECKING:
    from scripts.demo_register import DemoRegister
    from service.records.search_record import SearchRecord
    from service.settings import Settings

VERDICTS_OF_FOUND = ("match", "possible")


def command(
    folder: Annotated[
        Path, typer.Option(metavar="DIR", file_okay=False, help="Where everything is put.")
    ] = Path(".demo"),
    no_serve: Annotated[bool, typer.Option("--no-serve", help="End after printing the answers.")] = False,
    count: Annotated[int, typer.Option(min=5, max=5000, help="How many objects to draw.")] = 200,
    seed: Annotated[
        int, typer.Option(min=0, help="What they are drawn from: the same number draws the same objects.")
    ] = 7,
) -> None:
    """Draw a register, index it, search three photos, show why, then serve the page."""
    from service.commands.serve import serve
    from service.settings import load_settings

    # Each seed and size has a folder of its own, so that what an earlier run finished can be used again.
    home = folder.absolute() / f"{count}-objects-seed-{seed}"
    settings = load_settings(data_dir=home / "artrieve", database_url="", photos_url="")
    with interruptible("What is done so far is kept; the same command goes on from here."):
        demo = draw(home / "register", count, seed)
        fill(settings, demo)
        wrong = answer(settings, demo, home / "evidence")
    if wrong:
        raise CommandFailed(f"{wrong} of the answers above are wrong, which is a fault of Artrieve.")
    say(f"Photos to try on the page: {near(demo.queries[0].path.parent)}")
    if not no_serve:
        serve(settings)


def draw(folder: Path, count: int, seed: int) -> DemoRegister:
    """Draw the register, or use the one that was finished before."""
    from scripts.demo_register import make_register

    with Steps("Drawing", "objects") as steps:
        return make_register(folder, count=count, seed=seed, progress=steps.show)


def fill(settings: Settings, demo: DemoRegister) -> None:
    """Import and index what is not there yet."""
    from data.exchange.csv_import import import_csv
    from indexer.indexing import index_register
    from service.commands.import_telling import Watching
    from service.commands.import_telling import tell as tell_import
    from service.commands.index import show_progress, tell_report
    from service.workshop import open_engine, open_intake, opened_register, wanted_sight

    with opened_register(settings) as register:
        with open_intake(settings) as pool, Steps("Importing", "objects") as steps:
            watching = Watching(dry_run=False)
            watching.steps = steps
            done = import_csv(register, demo.table, pool=pool, progress=watching.see)
        tell_import(done, watching, None)
        status = open_engine(settings, register).status()
        if status.generation is not None and not status.pending and status.revision == register.revision():
            say(f"Generation {status.generation}: {status.photographs} photographs searchable, as before.")
            return
        with Steps("Indexing") as steps:
            report = index_register(
                register, settings.index_dir, wanted_sight(settings), progress=partial(show_progress, steps)
            )
        tell_report(report)


def answer(settings: Settings, demo: DemoRegister, evidence: Path) -> int:
    """Search each query, write the answer and its evidence; how many answers are not right."""
    from service.commands.search import write_evidence
    from service.searching import UploadedPhoto
    from service.workshop import open_desk, open_engine, open_intake, opened_register

    wrong = 0
    with opened_register(settings) as register, open_intake(settings) as intake:
        desk = open_desk(register, intake, open_engine(settings, register))
        for number, query in enumerate(demo.queries, start=1):
            record = desk.search([UploadedPhoto(query.path.read_bytes(), query.path.name)])
            say()
            say(f"{number}. {query.caption}", style="bold")
            say(f"   Photo: {near(query.path)}")
            right = tell(record, query.shows, demo)
            wrong += not right
            for picture in write_evidence(record, [query.path], evidence, register, intake):
                say(f"   Evidence: {near(picture)}")
    say()
    return wrong


def tell(record: SearchRecord, shows: str | None, demo: DemoRegister) -> bool:
    """Write one answer; whether it is right."""
    best = record.candidates[0] if record.candidates else None
    found = best if best and record.verdict in VERDICTS_OF_FOUND else None
    expected = demo.record(shows) if shows else None
    right = (found.object.inventory_number if found else None) == (expected and expected.inventory_number)
    if found:
        say(
            f"   {record.verdict}: {found.object.title} (object {found.object_id}), probability {found.chance}"
        )
        say(f"   {found.explanation}")
    else:
        say(f"   {record.verdict}: no registered object was found in it.")
        if best:
            say(
                f"   The best of {len(record.candidates)} candidates: probability {best.chance}. {best.explanation}"
            )
    if right:
        say("   Right.", style="green")
    else:
        warn(f"   Wrong: it shows {expected.title if expected else 'nothing that is registered'}.")
    return right


def near(path: Path) -> Path:
    """The path as seen from the current folder, if it lies below."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
