"""``artrieve find``: which records hold these words, and agree with these fields?"""

from __future__ import annotations

from typing import Annotated

import typer

from service.commands.console import say
from service.commands.words import tell_records


def _field(said: str, metavar: str = "WORDS") -> typer.models.OptionInfo:
    option: typer.models.OptionInfo = typer.Option(metavar=metavar, help=said)
    return option


def command(
    words: Annotated[
        list[str] | None, typer.Argument(metavar="[WORD...]", help="Words of any field of the record.")
    ] = None,
    title: Annotated[str, _field("Words of the title.")] = "",
    maker: Annotated[str, _field("Words of the maker's name.")] = "",
    kind: Annotated[
        str, typer.Option("--type", metavar="WORDS", help="Words of the type, of any level.")
    ] = "",
    materials: Annotated[str, _field("Words of materials and techniques.")] = "",
    subject: Annotated[str, _field("Words of what is represented.")] = "",
    inscriptions: Annotated[str, _field("Words of inscriptions and markings.")] = "",
    made_from: Annotated[str, _field("Made in this year or later; negative before Christ.", "YEAR")] = "",
    made_to: Annotated[str, _field("Made in this year or before.", "YEAR")] = "",
    theft_place: Annotated[str, _field("Words of the place of the theft.")] = "",
    theft_from: Annotated[str, _field("Lost on this day or later: a day, month or year.", "DAY")] = "",
    theft_to: Annotated[str, _field("Lost on this day or before.", "DAY")] = "",
    status: Annotated[str, _field("One of these statuses, with commas between.", "STATUS")] = "",
    size: Annotated[str, _field('Measurements, with ; between: "height 46.5 cm".', "SIZES")] = "",
    tolerance: Annotated[str, _field("By how many per cent each may be more or less.", "PERCENT")] = "",
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
