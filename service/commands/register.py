"""``artrieve register``: the source registers that objects came from."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from service.commands.console import say, table

if TYPE_CHECKING:
    from data.source_registers import KeptRegister

app = typer.Typer(
    help="Show the registers that objects came from, add one, and amend what is kept of one.",
    no_args_is_help=True,
)

Key = Annotated[
    str, typer.Argument(metavar="KEY", help="Its short name, which never changes: veldermond, for example.")
]
Authority = Annotated[str | None, typer.Option(help="Who answers for what it says.")]
Contact = Annotated[str | None, typer.Option(help="How to reach them about a find.")]
Licence = Annotated[str | None, typer.Option(help="Under which terms its content may be used.")]
Url = Annotated[str | None, typer.Option(help="Its web address.")]
AsOf = Annotated[
    datetime | None,
    typer.Option(
        "--as-of", formats=["%Y-%m-%d"], help="The day on which its content was as it is here: 2026-03-01."
    ),
]
Notes = Annotated[str | None, typer.Option(help="Anything else. Whoever reads the register sees it.")]


@app.command("list")
def list_(as_json: Annotated[bool, typer.Option("--json", help="Write them as JSON.")] = False) -> None:
    """Show each source register, with the counts of its objects that answer searches."""
    from service.api.registers import RegisterList, RegisterView
    from service.settings import load_settings
    from service.workshop import opened_reader

    with opened_reader(load_settings()) as reader:
        registers = [RegisterView.of(*each) for each in reader.registers()]
    if as_json:
        typer.echo(RegisterList(registers=registers).model_dump_json(indent=2))
        return
    rows = [
        (
            each.key,
            each.name,
            each.authority,
            str(each.objects),
            str(each.objects_with_photographs),
            str(each.photographs),
            each.as_of.isoformat() if each.as_of else "",
            f"{each.updated_at:%Y-%m-%d}",
        )
        for each in registers
    ]
    table(("key", "name", "authority", "objects", "with pictures", "photographs", "as of", "updated"), rows)


@app.command()
def add(
    key: Key,
    name: Annotated[str, typer.Option(help="What search records call it.")],
    authority: Authority = None,
    contact: Contact = None,
    licence: Licence = None,
    url: Url = None,
    as_of: AsOf = None,
    notes: Notes = None,
) -> None:
    """Add a source register. `artrieve import --register KEY` then brings its objects in."""
    given = _given(authority, contact, licence, url, as_of, notes)
    kept = _kept({"key": key, "name": name, **given}, new=True)
    say(f"Added the source register {kept.entry.key}: {kept.entry.name}.")


@app.command()
def amend(
    key: Key,
    name: Annotated[str | None, typer.Option(help="What search records call it.")] = None,
    authority: Authority = None,
    contact: Contact = None,
    licence: Licence = None,
    url: Url = None,
    as_of: AsOf = None,
    notes: Notes = None,
) -> None:
    """Change what is kept of a source register: what is given replaces, an empty text empties."""
    given = _given(authority, contact, licence, url, as_of, notes)
    changes = given if name is None else {"name": name, **given}
    if not changes:
        raise typer.BadParameter("Nothing was given to change.")
    kept = _kept({"key": key, **changes}, new=False)
    say(f"The source register {kept.entry.key} is: {kept.entry.name}.")


def _given(
    authority: str | None,
    contact: str | None,
    licence: str | None,
    url: str | None,
    as_of: datetime | None,
    notes: str | None,
) -> dict[str, Any]:
    """The options that were given, as values of an entry."""
    values = {
        "authority": authority,
        "contact": contact,
        "licence": licence,
        "url": url,
        "as_of": as_of and as_of.date(),
        "notes": notes,
    }
    return {name: value for name, value in values.items() if value is not None}


def _kept(values: dict[str, Any], *, new: bool) -> KeptRegister:
    """Add or amend the register that the values name. Raises typer.BadParameter."""
    from pydantic import ValidationError

    from data.source_registers import SourceRegister, SourceRegisters, reasons
    from service.settings import load_settings
    from service.workshop import opened_for_registrar

    settings = load_settings()
    try:
        entry = SourceRegister.model_validate(values) if new else None
        with opened_for_registrar(settings, create=new) as register:
            registers = SourceRegisters(register.database, register.actor)
            return registers.add(entry) if entry else registers.amend(values["key"], values)
    except ValidationError as wrong:
        raise typer.BadParameter(reasons(wrong)) from wrong
