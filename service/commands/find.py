"""``artrieve find``: which records hold these words, and agree with these fields?"""

from __future__ import annotations

from typing import Annotated

import typer

from service.commands import fields
from service.commands.console import say
from service.commands.words import tell_records


@fields.with_fields
def command(
    words: Annotated[
        list[str] | None, typer.Argument(metavar="[WORD...]", help="Words of any field of the record.")
    ] = None,
    said: fields.Said = fields.NOTHING_SAID,
    as_json: Annotated[bool, typer.Option("--json", help="Write the answer as the API gives it.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=100, help="How many records to show at most.")] = 20,
    after: Annotated[str, typer.Option(help="The next_after of the page before: shows the next.")] = "",
) -> None:
    """Find records without a picture: by words, by fields, or by both."""
    from data.finding import FieldHidden, PlaceUnknown, WordsRefused
    from service.finding import find_records
    from service.settings import load_settings
    from service.workshop import opened_reader

    filters = fields.filters_of(said)
    with opened_reader(load_settings()) as reader:
        try:
            found = find_records(reader, " ".join(words or ()), filters, limit, after)
        except (FieldHidden, WordsRefused, PlaceUnknown) as refused:
            raise typer.BadParameter(str(refused)) from refused
    if as_json:
        typer.echo(found.model_dump_json(indent=2))
        return
    tell_records(found, "have all that was asked for", "" if after else "the first ")
    if found.next_after:
        say(f"The next page: --after {found.next_after}", style="dim")
