"""``artrieve duplicates``: objects that are likely the same, and what is decided on them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from service.commands.console import Steps, note, say, table, warn
from service.commands.failures import FAILED, QUARANTINED, CommandFailed, interruptible
from service.commands.object_ import ReasonOption, SourceOption, grounds

if TYPE_CHECKING:
    from collections.abc import Callable

    from data.actor import Grounds
    from data.duplicates import Duplicate
    from data.register import Register
    from indexer.engine import Engine
    from service.checking import Checking, Compared

app = typer.Typer(no_args_is_help=True, help="List objects that are likely the same, and decide on them.")

Number = Annotated[
    int, typer.Argument(metavar="ID", min=1, help="Its number; `artrieve duplicates list` shows it.")
]


@app.command("list")
def list_(
    state: Annotated[
        str, typer.Option(metavar="STATE", help="open, linked, merged or dismissed. Default: open.")
    ] = "open",
    number: Annotated[
        int | None, typer.Option("--object", metavar="OBJECT", min=1, help="Only those of this object.")
    ] = None,
    after: Annotated[
        int, typer.Option(metavar="ID", min=0, help="Begins behind the one of this number.")
    ] = 0,
    limit: Annotated[
        int, typer.Option(metavar="N", min=1, max=499, help="How many to list at most. Default: 50.")
    ] = 50,
    as_json: Annotated[bool, typer.Option("--json", help="Write them as the API gives them.")] = False,
) -> None:
    """List likely duplicates in the order in which they were found, those that nobody has decided on first of all."""
    from data.checks import Checks
    from data.duplicate_tables import DuplicateState
    from data.duplicates import Duplicates
    from service.api.duplicate_views import DuplicatePage
    from service.settings import load_settings
    from service.workshop import opened_for_registrar

    if state not in tuple(DuplicateState):
        raise typer.BadParameter(f"{state!r} is none of: {', '.join(DuplicateState)}.")
    with opened_for_registrar(load_settings(), create=False) as register:
        if number is not None:
            register.get(number)
        duplicates = Duplicates(register.database)
        found = duplicates.page(DuplicateState(state), after, limit + 1, object_id=number)
        waiting = Checks(register).waiting(number)
    if as_json:
        typer.echo(DuplicatePage.of(found, waiting, limit).model_dump_json(indent=2))
        return
    if found:
        headers = ("id", "object", "reported by", "title", "and object", "reported by", "title", "why")
        table(headers, map(_row, found[:limit]))
    else:
        note(f"There are none: {state}.")
    if len(found) > limit:
        note(f"There are more: --after {found[limit - 1].id} goes on.")
    if waiting:
        note(f"{waiting} photographs have not been compared yet: artrieve duplicates check")


@app.command("check")
def check(
    everything: Annotated[
        bool,
        typer.Option(
            "--all", help="Compare every photograph, also those that were compared or never asked for."
        ),
    ] = False,
) -> None:
    """Compare the photographs that wait with the register. Exit code 3: some could not be compared."""
    from service.checking import Checking
    from service.settings import load_settings
    from service.workshop import open_engine, opened_for_registrar

    settings = load_settings()
    with (
        interruptible("What was compared so far is kept; the same command goes on from here."),
        opened_for_registrar(settings, create=False) as register,
        Steps("Comparing", "photographs") as steps,
    ):
        engine = open_engine(settings, register)
        checking = Checking(register, lambda: engine, settings.duplicate_level)
        if everything:
            checking.checks.ask_all()
        done = compare_all(checking, engine, steps)
        left = checking.checks.waiting()
    tell(done, left)


def compare_all(checking: Checking, engine: Engine, steps: Steps) -> list[Compared]:
    """Compare what waits and can be compared; catches up with what is registered meanwhile."""
    done: list[Compared] = []
    total = checking.checks.waiting()
    while True:
        catch_up(engine)
        before = len(done)
        while (one := checking.step()) is not None:
            done.append(one)
            steps.show(len(done), max(total, len(done)), failed=sum(bool(each.trouble) for each in done))
        if len(done) == before:
            return done


def catch_up(engine: Engine) -> None:
    """Let the index take along what it takes without being made anew."""
    pending = engine.refresh().pending
    while pending and (left := engine.refresh().pending) < pending:
        pending = left


def tell(done: list[Compared], left: int) -> None:
    """Write what was found, what could not be compared, and what still waits. Raises CommandFailed, typer.Exit."""
    lost = [one for one in done if one.trouble]
    found = sum(one.found for one in done)
    say(f"{len(done) - len(lost)} photographs compared, {found} likely duplicates found.")
    for one in lost:
        warn(f"Photograph {one.photograph_id} could not be compared: {one.trouble}")
    if left > len(lost):
        raise CommandFailed(
            f"{left - len(lost)} photographs wait, for the index is behind. Run `artrieve index`, then this again.",
            FAILED,
        )
    if lost:
        raise typer.Exit(QUARANTINED)


@app.command("link")
def link(number: Number, reason: ReasonOption, source: SourceOption = "") -> None:
    """The two are the same object, and both stay as they are."""
    from data import deciding

    _decide(number, grounds(reason, source), deciding.link)


@app.command("merge")
def merge(
    number: Number,
    keep: Annotated[int, typer.Option(metavar="OBJECT", min=1, help="The object that is kept, of the two.")],
    reason: ReasonOption,
    source: SourceOption = "",
) -> None:
    """The two are the same object: the other one is merged into the one that is kept."""
    from data import deciding

    _decide(
        number, grounds(reason, source), lambda register, it, why: deciding.merge(register, it, keep, why)
    )


@app.command("dismiss")
def dismiss(number: Number, reason: ReasonOption, source: SourceOption = "") -> None:
    """The two are not the same object, and are no likely duplicates again."""
    from data import deciding

    _decide(number, grounds(reason, source), deciding.dismiss)


def _decide(number: int, why: Grounds, decide: Callable[[Register, int, Grounds], Duplicate]) -> None:
    from service.settings import load_settings
    from service.workshop import opened_for_registrar

    with opened_for_registrar(load_settings(), create=False) as register:
        done = decide(register, number, why)
    say(
        f"Likely duplicate {done.id} of the objects {done.first.id} and {done.second.id} is {done.state.value}."
    )


def _row(found: Duplicate) -> tuple[str, ...]:
    sides = [
        (str(one.id), one.record.authority or one.source_register.name, one.record.title)
        for one in (found.first, found.second)
    ]
    return str(found.id), *sides[0], *sides[1], why_said(found)


def why_said(found: Duplicate) -> str:
    """Why the two are alike, or what was said of them."""
    if found.decision is not None:
        return f"{found.state.value}: {found.decision.why.reason}"
    best = found.findings[0]
    if best.identical:
        return "the same photo, byte for byte"
    return f"probability {100 * (best.probability or 0.0):.1f} %"
