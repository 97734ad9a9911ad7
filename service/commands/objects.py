"""``artrieve objects``: lists the register's objects, or those that no photo can find."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from service.commands.console import note, table

if TYPE_CHECKING:
    from data.object_id import Status
    from data.register import Register, RegisteredObject
    from service.settings import Settings

PAGE = 50


def command(
    without_pictures: Annotated[
        bool,
        typer.Option(
            "--without-pictures",
            help="Only those that searches are meant to find and that no photo can: without a usable picture.",
        ),
    ] = False,
    register_key: Annotated[
        str | None,
        typer.Option("--register", metavar="KEY", help="Only those of this source register."),
    ] = None,
    status: Annotated[
        str | None, typer.Option(metavar="STATUS", help="Only those with this status: stolen, for example.")
    ] = None,
    after: Annotated[
        int, typer.Option(min=0, max=2**31 - 1, help="Number of the last object seen. Default: 0.")
    ] = 0,
    limit: Annotated[int, typer.Option(min=1, max=500, help="How many to list at most.")] = PAGE,
    as_json: Annotated[bool, typer.Option("--json", help="Write them as the API answers them.")] = False,
) -> None:
    """List objects in the order of their numbers."""
    from data.listing import Wanted
    from data.reader import Reader
    from service.api.views import ObjectPage
    from service.settings import load_settings
    from service.workshop import opened_register

    settings = load_settings()
    wanted = Wanted(_status_of(status), register_key, without_pictures)
    with opened_register(settings, create=False) as register:
        unfound = _unfound(settings, register) if without_pictures else frozenset()
        found = Reader(register, settings.role).page(wanted, after, limit + 1, unfound)
    if as_json:
        typer.echo(ObjectPage.of(found, limit).model_dump_json(indent=2))
        return
    table(("object", "title", "type", "status", "register", "photographs"), map(_in_short, found[:limit]))
    if len(found) > limit:
        note(f"There are more: --after {found[limit - 1].id} goes on.")


def _status_of(word: str | None) -> Status | None:
    from data.object_id import Status

    try:
        return None if word is None else Status(word)
    except ValueError:
        raise typer.BadParameter(f"{word!r} is no status. Give one of {', '.join(Status)}.") from None


def _unfound(settings: Settings, register: Register) -> frozenset[int]:
    """Ids of objects with photographs that the index could not take; none are known without an index."""
    from indexer.vectors.index import IndexUnusable
    from service.workshop import open_engine

    try:
        return open_engine(settings, register).unfound()
    except IndexUnusable as unusable:
        note(f"Only objects without any photograph are listed, for the index says no more: {unusable}")
        return frozenset()


def _in_short(found: RegisteredObject) -> tuple[str, ...]:
    record = found.record
    return (
        str(found.id),
        record.title,
        " > ".join(record.type_path),
        record.status.value,
        found.source_register.key,
        str(len(found.photographs)),
    )
