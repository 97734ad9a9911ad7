"""``artrieve find``: which records hold these words, and agree with these fields?"""

from __future__ import annotations

from typing import Annotated

import typer

from service.commands import fields
from service.commands.console import say
from service.commands.words import tell_records


def command(
    words: Annotated[
        list[str] | None, typer.Argument(metavar="[WORD...]", help="Words of any field of the record.")
    ] = None,
    title: fields.Title = "",
    maker: fields.Maker = "",
    kind: fields.Type = "",
    materials: fields.Materials = "",
    subject: fields.Subject = "",
    inscriptions: fields.Inscriptions = "",
    made_from: fields.MadeFrom = "",
    made_to: fields.MadeTo = "",
    theft_place: fields.TheftPlace = "",
    theft_from: fields.TheftFrom = "",
    theft_to: fields.TheftTo = "",
    status: fields.Statuses = "",
    size: fields.Sizes = "",
    tolerance: fields.Tolerance = "",
    as_json: Annotated[bool, typer.Option("--json", help="Write the answer as the API gives it.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=100, help="How many records to show at most.")] = 20,
    after: Annotated[str, typer.Option(help="The next_after of the page before: shows the next.")] = "",
) -> None:
    """Find records without a picture: by words, by fields, or by both."""
    from data.finding import FieldHidden, PlaceUnknown, WordsRefused
    from service.asked import FieldsAsked, FieldsRefused
    from service.finding import find_records
    from service.settings import load_settings
    from service.workshop import opened_reader

    asked = FieldsAsked(
        title, maker, kind, materials, subject, inscriptions, made_from, made_to, theft_place, theft_from, theft_to,
        status, size, tolerance,
    )  # fmt: skip
    with opened_reader(load_settings()) as reader:
        try:
            found = find_records(reader, " ".join(words or ()), asked.filters(), limit, after)
        except (FieldsRefused, FieldHidden, WordsRefused, PlaceUnknown) as refused:
            raise typer.BadParameter(str(refused)) from refused
    if as_json:
        typer.echo(found.model_dump_json(indent=2))
        return
    tell_records(found, "have all that was asked for", "" if after else "the first ")
    if found.next_after:
        say(f"The next page: --after {found.next_after}", style="dim")
