"""``artrieve imports``: the imports that were made, what each changed, and taking one back as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from service.commands.console import Steps, note, say, table, warn
from service.import_report import said

if TYPE_CHECKING:
    from data.exchange.imports import Import, ImportChange, Imports

app = typer.Typer(help="Show the imports that were made, and take one back as a whole.", no_args_is_help=True)
KEPT_SHOWN = 50

Number = Annotated[
    int, typer.Argument(metavar="ID", min=1, help="The import's number; `artrieve imports list` shows it.")
]


@app.command("list")
def list_(
    limit: Annotated[int, typer.Option(metavar="N", min=1, max=500, help="How many to show at most.")] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="Write them as JSON.")] = False,
) -> None:
    """List the imports, the latest first."""
    from data.exchange.imports import Imports
    from service.settings import load_settings
    from service.workshop import opened_for_registrar

    with opened_for_registrar(load_settings(), create=False) as register:
        found = Imports(register.database).page(limit=limit)
    if as_json:
        from service.api.import_views import ImportPage

        typer.echo(ImportPage.of(found, limit).model_dump_json(indent=2))
    elif found:
        headers = ("import", "state", "when", "rows", "added", "updated", "quarantined", "list", "by")
        table(headers, [as_row(each) for each in found])
    else:
        note("Nothing was imported yet.")


@app.command("show")
def show(
    number: Number,
    limit: Annotated[
        int, typer.Option(metavar="N", min=0, max=500, help="How many changes to show at most.")
    ] = 50,
    after: Annotated[
        int, typer.Option(metavar="CHANGE", min=0, help="Only changes after this one, by its number.")
    ] = 0,
    as_json: Annotated[
        bool, typer.Option("--json", help="Write the import and its changes as JSON.")
    ] = False,
) -> None:
    """Show one import and what it changed, row by row."""
    from data.exchange.imports import Imports
    from service.settings import load_settings
    from service.workshop import opened_for_registrar

    with opened_for_registrar(load_settings(), create=False) as register:
        imports = Imports(register.database)
        found = imports.get(number)
        changes = imports.changes(number, after, limit + 1) if limit else []
    if as_json:
        from service.api.import_views import ChangePage, ImportView

        page = ChangePage.of(changes, limit).model_dump(mode="json")
        whole = ImportView.of(found).model_dump(mode="json") | page
        typer.echo(dumped(whole))
        return
    tell(found)
    if changes:
        headers = ("change", "line", "action", "object", "title", "changes", "message")
        table(headers, [as_change(each) for each in changes[:limit]])
    if len(changes) > limit > 0:
        note(f"More follow: artrieve imports show {number} --after {changes[limit - 1].id}")


@app.command("undo")
def undo(number: Number, yes: Annotated[bool, typer.Option("--yes", help="Does not ask.")] = False) -> None:
    """Take back everything that an import changed. What was changed since stays, and is named."""
    from data.exchange.imports import Imports
    from data.exchange.undo import undo_import
    from service.settings import load_settings
    from service.workshop import opened_for_registrar

    with opened_for_registrar(load_settings(), create=False) as register:
        imports = Imports(register.database)
        found = imports.get(number)
        if found.undoing is None and not yes:
            tell(found)
            typer.confirm(f"Take back import {number} as a whole?", abort=True)
        with Steps("Undoing", "objects") as steps:
            undone = undo_import(register, number, progress=steps.show)
        if undone.already:
            assert undone.taken_back.undoing is not None, "what was undone says when"
            when = undone.taken_back.undoing.at.date().isoformat()
            say(f"Import {number} was undone already, on {when}: there is nothing more to do.")
            return
        tell_undone(undone.taken_back, imports)


def tell_undone(done: Import, imports: Imports) -> None:
    """Write what undoing an import did, and what it left."""
    undoing = done.undoing
    assert undoing is not None, "it was undone just now"
    say(
        f"Import {done.id} is undone: {undoing.withdrawn} objects withdrawn, {undoing.returned} as before, "
        f"{undoing.photographs} photographs removed."
    )
    if not undoing.kept:
        return
    warn("What was changed since stays as it is:")
    kept = imports.changes(done.id, limit=KEPT_SHOWN, kept=True)
    for each in kept:
        warn(f"  object {each.object_id} (line {each.line}): {', '.join(each.kept)}")
    if undoing.kept > len(kept):
        warn(
            f"  and {undoing.kept - len(kept)} more; `artrieve imports show {done.id} --json` lists them all."
        )


def tell(found: Import) -> None:
    """Write what is known of an import."""
    say(f"Import {found.id}: {found.state}, {found.source}")
    ended = f" to {found.ended_at:%Y-%m-%d %H:%M}" if found.ended_at else ""
    say(f"{found.started_at:%Y-%m-%d %H:%M}{ended} UTC, by {found.actor or 'nobody named'}")
    say(
        f"{found.rows} rows: {found.added} added, {found.updated} updated, {found.unchanged} unchanged, "
        f"{found.quarantined} quarantined. {found.photographs} photographs added, {found.photos_refused} refused."
    )
    if found.sha256:
        say(f"SHA-256 of the list: {found.sha256}")
    if found.mapping:
        say(f"Columns: {', '.join(f'{field}={column}' for field, column in found.mapping.items())}")
    if found.undoing is not None:
        say(
            f"Undone on {found.undoing.at.date().isoformat()} by {found.undoing.by or 'nobody named'}: "
            f"{found.undoing.withdrawn} objects withdrawn, {found.undoing.returned} as before, "
            f"{found.undoing.photographs} photographs removed, {found.undoing.kept} rows of which something stayed."
        )


def as_row(found: Import) -> tuple[str, ...]:
    """An import as cells of the table."""
    counts = (found.rows, found.added, found.updated, found.quarantined)
    when = f"{found.started_at:%Y-%m-%d %H:%M}"
    return str(found.id), found.state, when, *map(str, counts), found.source, found.actor


def as_change(each: ImportChange) -> tuple[str, ...]:
    """A change as cells of the table."""
    number = "" if each.object_id is None else str(each.object_id)
    return str(each.id), str(each.line), each.action, number, each.title, said(each.changes), each.message


def dumped(values: object) -> str:
    """Values as JSON for people and programs."""
    import json

    return json.dumps(values, indent=2, ensure_ascii=False)
