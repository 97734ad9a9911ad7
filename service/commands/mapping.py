"""``artrieve mapping``: the mappings of fields to columns that are kept under a name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from service.commands.console import note, say, table
from service.commands.imports import dumped

if TYPE_CHECKING:
    from data.exchange.saved_mappings import SavedMapping

app = typer.Typer(
    help="Show and remove the mappings that `artrieve import --save-mapping` kept.", no_args_is_help=True
)

Name = Annotated[str, typer.Argument(metavar="NAME", help="Its name; upper and lower case are the same.")]


@app.command("list")
def list_(as_json: Annotated[bool, typer.Option("--json", help="Write them as JSON.")] = False) -> None:
    """List the mappings by name."""
    from data.exchange.saved_mappings import SavedMappings
    from service.settings import load_settings
    from service.workshop import opened_for_registrar

    with opened_for_registrar(load_settings(), create=False) as register:
        found = SavedMappings(register.database).all()
    if as_json:
        typer.echo(dumped([as_values(each) for each in found]))
    elif found:
        headers = ("mapping", "columns", "since", "by")
        table(
            headers,
            [(each.name, pairs(each), each.saved_at.date().isoformat(), each.saved_by) for each in found],
        )
    else:
        note("No mapping is kept yet: artrieve import FILE.csv --map FIELD=COLUMN --save-mapping NAME")


@app.command("show")
def show(
    name: Name, as_json: Annotated[bool, typer.Option("--json", help="Write it as JSON.")] = False
) -> None:
    """Show one mapping: our fields and the columns they are read from."""
    from data.exchange.saved_mappings import SavedMappings
    from service.settings import load_settings
    from service.workshop import opened_for_registrar

    with opened_for_registrar(load_settings(), create=False) as register:
        found = SavedMappings(register.database).get(name)
    if as_json:
        typer.echo(dumped(as_values(found)))
    else:
        table(("field", "column"), list(found.columns.items()))


@app.command("remove")
def remove(name: Name) -> None:
    """Remove a mapping. Imports that used it stay as they are."""
    from data.exchange.saved_mappings import SavedMappings
    from service.settings import load_settings
    from service.workshop import opened_for_registrar

    with opened_for_registrar(load_settings(), create=False) as register:
        removed = SavedMappings(register.database).remove(name)
    say(f"The mapping {removed.name!r} is removed: {pairs(removed)}")


def pairs(found: SavedMapping) -> str:
    """The columns as --map takes them: a name that holds a comma or a quote stands in quotes."""
    return ",".join(f"{field}={_quoted(column)}" for field, column in found.columns.items())


def _quoted(column: str) -> str:
    return '"' + column.replace('"', '""') + '"' if "," in column or '"' in column else column


def as_values(found: SavedMapping) -> dict[str, object]:
    """A mapping as JSON values."""
    return {
        "name": found.name,
        "columns": dict(found.columns),
        "saved_at": found.saved_at.isoformat(),
        "saved_by": found.saved_by,
    }
