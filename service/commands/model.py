"""``artrieve model``: which model sees, and changing it without an hour in which nothing can be searched."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from service.commands.console import Steps, say, table
from service.commands.failures import QUARANTINED, CommandFailed, interruptible
from service.commands.index import Workers
from service.commands.model_export import export

if TYPE_CHECKING:
    from indexer.coverage import Models, ModelState
    from service.settings import Settings

app = typer.Typer(
    help="Show the models that photographs are embedded by, and change the one that sees.",
    no_args_is_help=True,
)
MIB = 1024 * 1024

app.command("export")(export)

Spec = Annotated[
    str, typer.Argument(metavar="SPEC", help="The model: `bundled`, or what `artrieve model list` shows.")
]


@app.command("list")
def list_(as_json: Annotated[bool, typer.Option("--json", help="Write them as JSON.")] = False) -> None:
    """Show each model: whether it serves, how many photographs it has embedded, and what that takes on disk."""
    from service.settings import load_settings

    models = look(load_settings())
    if as_json:
        from service.api.model_views import ModelsView

        typer.echo(ModelsView.of(models).model_dump_json(indent=2))
        return
    rows = [
        (
            each.descriptor,
            role(each),
            coverage(each),
            f"{each.size // MIB} MiB",
            each.label.card_id,
            each.label.vectors,
        )
        for each in models.states
    ]
    table(("model", "role", "photographs", "disk", "card", "vectors"), rows)
    if models.problem:
        raise CommandFailed(models.problem)


@app.command("switch")
def switch(
    specification: Spec,
    prepare: Annotated[
        bool, typer.Option("--prepare", help="Only embed; search with the same model as before.")
    ] = False,
    losing: Annotated[
        bool,
        typer.Option("--losing", help="Switch even if photographs that are found now cannot be embedded."),
    ] = False,
    workers: Workers = 0,
) -> None:
    """Embed all photographs by another model beside the one that serves, then search with it."""
    from indexer import switching
    from indexer.sight import default_sight
    from service.commands.index import show_progress, tell_report
    from service.settings import load_settings
    from service.workshop import opened_register

    settings = load_settings()
    sight = default_sight(specification)
    goes_on = (
        "the same command goes on"
        if prepare
        else "`artrieve index` goes on, and `artrieve model undo` gives it up"
    )
    afterwards = f"What was embedded so far is kept, and the model before still serves; {goes_on}."
    with (
        interruptible(afterwards),
        opened_register(settings, create=False) as register,
        Steps("Embedding") as steps,
    ):
        report = switching.switch(
            register,
            settings.index_dir,
            sight,
            prepare=prepare,
            losing=losing,
            workers=workers,
            progress=partial(show_progress, steps),
        )
    tell_report(report)
    if prepare:
        say(f"`artrieve model switch {specification}` lets it serve.")
    if report.failed:
        raise typer.Exit(QUARANTINED)


@app.command("undo")
def undo() -> None:
    """Take the last switch back: search with the model before again, at once."""
    from indexer import switching
    from indexer.sight import default_sight
    from service.settings import load_settings

    settings = load_settings()
    done = switching.undo(settings.index_dir, default_sight)
    if not done.switched:
        say(f"The switch to {done.left} was not complete and is given up: {done.descriptor} serves on.")
        return
    say(f"Generation {done.generation} of {done.descriptor} serves again, in place of {done.left}.")
    served = next((each for each in look(settings).states if each.served), None)
    if served and served.coverage.embedded < served.coverage.photographs:
        say(f"{coverage(served)} are embedded by it; `artrieve index` embeds what was registered since.")


@app.command("forget")
def forget(
    specification: Annotated[
        str, typer.Argument(metavar="SPEC", help="The model, or the id of its vectors, as `list` shows it.")
    ],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Remove what is stored of a model that neither serves nor is wanted."""
    from indexer import switching
    from service.settings import load_settings

    index_dir = load_settings().index_dir
    stored = switching.stored_of(index_dir, specification)
    size = f"{sum(each.size for each in stored) // MIB} MiB"
    if not yes:
        asked = (
            f"Remove the vectors of {max(each.photos for each in stored)} photos by {specification}, {size}?"
        )
        try:
            agreed = typer.confirm(asked, err=True)
        except typer.Abort:
            agreed = False
        if not agreed:
            raise CommandFailed("Nothing was removed. With --yes it is not asked.")
    switching.forget(index_dir, specification)
    say(f"{specification} is forgotten: {size} are free.")


def look(settings: Settings) -> Models:
    """All models, counted now."""
    from indexer.coverage import look_at_models
    from indexer.stored import Shelf
    from service.workshop import opened_register

    with opened_register(settings, create=False) as register:
        return look_at_models(
            settings.index_dir, register.searchable_photographs(), Shelf(settings.index_dir)
        )


def role(state: ModelState) -> str:
    """What a model is at the moment, in a word or two."""
    roles = {"served": state.served, "wanted": state.wanted, "previous": state.previous}
    return ", ".join(name for name, has in roles.items() if has)


def coverage(state: ModelState) -> str:
    """n of m photographs."""
    failed = f" ({state.coverage.failed} failed)" if state.coverage.failed else ""
    return f"{state.coverage.embedded} of {state.coverage.photographs}{failed}"
