"""``artrieve object``: what becomes of a registered object, and what has become of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from service.commands.console import say, table

if TYPE_CHECKING:
    from collections.abc import Callable

    from data.actor import Grounds
    from data.history import HistoryEntry
    from data.reader import Reader
    from data.register import Register, RegisteredObject

app = typer.Typer(no_args_is_help=True, help="Say what became of a registered object, and read its history.")

Number = Annotated[int, typer.Argument(metavar="OBJECT", min=1, help="Number of the object.")]
Other = Annotated[int, typer.Argument(metavar="OTHER", min=1, help="Number of the other object.")]
ReasonOption = Annotated[str, typer.Option("--reason", help="Why, for the history of the object.")]
SourceOption = Annotated[
    str, typer.Option("--source", help="Where that is known from: a letter, a list, a call.")
]


@app.command("recover")
def recover(number: Number, reason: ReasonOption, source: SourceOption = "") -> None:
    """The object is back where it belongs: from this moment on no search finds it."""
    _change(reason, source, lambda register, why: register.recover(number, why))


@app.command("withdraw")
def withdraw(number: Number, reason: ReasonOption, source: SourceOption = "") -> None:
    """The report of the object is taken back: from this moment on no search finds it."""
    _change(reason, source, lambda register, why: register.withdraw(number, why))


@app.command("reinstate")
def reinstate(
    number: Number,
    reason: ReasonOption,
    source: SourceOption = "",
    status: Annotated[
        str | None,
        typer.Option(
            metavar="STATUS", help="As what: stolen, missing, looted or found. Without it, as it was before."
        ),
    ] = None,
) -> None:
    """The object is what it was before it was recovered, withdrawn or merged into another one."""
    from data.object_id import GIVEN, SEARCHABLE, Status

    sought = [one.value for one in GIVEN if one in SEARCHABLE]
    if status is not None and status not in sought:
        raise typer.BadParameter(
            f"{status!r} is no status to be searched for; give one of: {', '.join(sought)}."
        )
    wanted = Status(status) if status else None
    _change(reason, source, lambda register, why: register.reinstate(number, why, wanted))


@app.command("merge")
def merge(number: Number, other: Other, reason: ReasonOption, source: SourceOption = "") -> None:
    """OBJECT is the same as OTHER, which is kept and gets its photographs. Reinstating OBJECT takes that back."""
    _change(reason, source, lambda register, why: register.merge(number, other, why))


@app.command("link")
def link(number: Number, other: Other, reason: ReasonOption, source: SourceOption = "") -> None:
    """OBJECT and OTHER are the same, and both stay as they are."""
    _change(reason, source, lambda register, why: register.link(number, other, why))


@app.command("unlink")
def unlink(number: Number, other: Other, reason: ReasonOption, source: SourceOption = "") -> None:
    """OBJECT and OTHER are not the same after all."""
    _change(reason, source, lambda register, why: register.unlink(number, other, why))


@app.command("move")
def move(
    number: Number,
    register_key: Annotated[
        str, typer.Argument(metavar="REGISTER", help="Key of the source register that it belongs to.")
    ],
    reason: ReasonOption,
    source: SourceOption = "",
) -> None:
    """OBJECT belongs to the source register REGISTER. Lists of both registers know it from then on."""
    _change(reason, source, lambda register, why: register.move(number, register_key, why))


@app.command("history")
def history(
    number: Number,
    version: Annotated[
        int | None, typer.Option(min=1, help="Show the object as it was at this version.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Write it as the API gives it.")] = False,
) -> None:
    """List what was done to an object: by whom, when, why, and where that was known from."""
    from service.api.history_views import HistoryEntryView
    from service.api.views import ObjectView
    from service.settings import load_settings
    from service.workshop import opened_reader

    with opened_reader(load_settings()) as reader:
        if version is not None:
            typer.echo(ObjectView.of(reader.at_version(number, version)).model_dump_json(indent=2))
            return
        entries = every_entry(reader, number)
    if as_json:
        for entry in entries:
            typer.echo(HistoryEntryView.of(number, entry).model_dump_json())
    else:
        table(("version", "when", "who", "what", "why", "source"), map(_row, entries))


def every_entry(reader: Reader, number: int) -> list[HistoryEntry]:
    """The whole history of an object."""
    entries: list[HistoryEntry] = []
    while found := reader.history(number, entries[-1].version if entries else 0, 500):
        entries += found
    return entries


def _change(reason: str, source: str, change: Callable[[Register, Grounds], RegisteredObject]) -> None:
    from service.settings import load_settings
    from service.workshop import opened_for_registrar

    why = grounds(reason, source)
    with opened_for_registrar(load_settings(), create=False) as register:
        found = change(register, why)
    into = f" into object {found.merged_into}" if found.merged_into else ""
    say(f"Object {found.id} is {found.record.status.value}{into}, version {found.version}.")


def grounds(reason: str, source: str) -> Grounds:
    """What was said of why something is changed. Raises typer.BadParameter."""
    from pydantic import ValidationError

    from data.actor import Grounds

    try:
        return Grounds(reason=reason, source=source)
    except ValidationError as wrong:
        (first, *_) = wrong.errors()
        says = str(first["msg"]).removeprefix("Value error, ")
        raise typer.BadParameter(f"--{first['loc'][0]} {says}.") from None


def _row(entry: HistoryEntry) -> tuple[str, ...]:
    what = entry.change.value
    if entry.other is not None:
        what += f" (object {entry.other})"
    elif entry.fields:
        what += f": {', '.join(entry.fields)}"
    who = " ".join(part for part in (entry.actor.name, entry.actor.address) if part) or entry.actor.kind.value
    when = entry.changed_at.isoformat(timespec="seconds")
    return str(entry.version), when, who, what, entry.why.reason, entry.why.source
