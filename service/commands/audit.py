"""``artrieve audit``: the trail of every change and every search, and whether it is as it was written."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated

import typer

from service.commands.console import note, say, table
from service.commands.failures import FAILED, CommandFailed

if TYPE_CHECKING:
    from data.audit import Head, Recorded

app = typer.Typer(no_args_is_help=True, help="Read and check the trail of every change and every search.")

FAULTS_SHOWN = 50
_HEAD = re.compile(r"(\d{1,18}):([0-9a-f]{64})", re.ASCII)


@app.command("verify")
def verify(
    expect: Annotated[
        str | None,
        typer.Option(
            metavar="SEQUENCE:HASH", help="What an earlier check ended with, to see if the end was cut off."
        ),
    ] = None,
    events_only: Annotated[
        bool,
        typer.Option(
            "--events-only", help="Do not also check the history, the objects and the search records."
        ),
    ] = False,
) -> None:
    """Check that no event was changed, taken out, put in or moved. Exit code 1: something was; each place is named."""
    from data import audit_verify
    from service.settings import load_settings
    from service.workshop import opened_for_registrar

    expected = _head_of(expect)
    with opened_for_registrar(load_settings(), create=False) as register:
        found = audit_verify.verify(register.database, expected, events_only=events_only)
    if found.faults:
        table(("where", "what"), ((fault.where, fault.says) for fault in found.faults[:FAULTS_SHOWN]))
        more = len(found.faults) - FAULTS_SHOWN
        note(f"and {more} more" if more > 0 else "", style="red")
        raise typer.Exit(FAILED)
    say(f"{found.events} events, all as they were written. The last one is {found.head}")
    note("Note it somewhere else: `artrieve audit verify --expect` then shows if the end is cut off.")


@app.command("list")
def list_events(
    after: Annotated[int, typer.Option(min=0, help="Begin behind the event of this number.")] = 0,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many events at most.")] = 50,
    kind: Annotated[str | None, typer.Option(metavar="KIND", help="Only events of this kind.")] = None,
    number: Annotated[
        int | None, typer.Option("--object", metavar="OBJECT", min=1, help="Only events about this object.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Write each event as a line of JSON.")] = False,
) -> None:
    """List events in their order: who, when, what, from where."""
    from data.audit import AuditTrail
    from data.audit_events import EVENTS, subject_of
    from service.settings import load_settings
    from service.workshop import opened_for_registrar

    if kind is not None and kind not in EVENTS:
        raise typer.BadParameter(f"{kind!r} is no kind of event; the kinds are: {', '.join(EVENTS)}.")
    subject = None if number is None else subject_of(number)
    with opened_for_registrar(load_settings(), create=False) as register:
        events = AuditTrail(register.database).events(after, limit, kind=kind, subject=subject)
    if as_json:
        for event in events:
            try:
                typer.echo(_as_json(event))
            except ValueError as error:
                raise _changed(event) from error
    else:
        table(("event", "when", "who", "from", "kind", "about", "details"), map(_row, events))


@app.command("show")
def show(
    sequence: Annotated[int, typer.Argument(metavar="SEQUENCE", min=1, help="Number of the event.")],
) -> None:
    """Show one event as it is hashed, with its hash behind it."""
    from data.audit import AuditTrail
    from service.settings import load_settings
    from service.workshop import opened_for_registrar

    with opened_for_registrar(load_settings(), create=False) as register:
        event = AuditTrail(register.database).event(sequence)
    try:
        typer.echo(event.canonical().decode())
    except ValueError as error:
        raise _changed(event) from error
    typer.echo(event.hash)


def _head_of(text: str | None) -> Head | None:
    from data.audit import Head

    if text is None:
        return None
    read = _HEAD.fullmatch(text.strip().lower())
    if read is None:
        raise typer.BadParameter(
            "--expect takes the number of an event and its hash, as in 41:9f2c... (64 digits)."
        )
    return Head(int(read[1]), read[2])


def _as_json(event: Recorded) -> str:
    import json

    return json.dumps({**event.values(), "hash": event.hash}, ensure_ascii=False)


def _changed(event: Recorded) -> CommandFailed:
    return CommandFailed(
        f"Event {event.sequence} is not written as events are: it was changed. `artrieve audit verify` tells more."
    )


def _row(event: Recorded) -> tuple[str, ...]:
    who = event.actor_name or event.actor_kind
    when = event.recorded_at[:19] + "Z"
    return str(event.sequence), when, who, event.address, event.kind, event.subject, event.details
