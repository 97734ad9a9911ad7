"""Options of commands that ask for fields of the record: `artrieve find`, and `artrieve search` beside photos."""

from __future__ import annotations

from typing import Annotated

import typer


def _field(said: str, metavar: str = "WORDS", name: str = "") -> typer.models.OptionInfo:
    names = (name,) if name else ()
    option: typer.models.OptionInfo = typer.Option(*names, metavar=metavar, help=said)
    return option


Title = Annotated[str, _field("Words of the title.")]
Maker = Annotated[str, _field("Words of the maker's name.")]
Type = Annotated[str, _field("Words of the type, of any level.", name="--type")]
Materials = Annotated[str, _field("Words of materials and techniques.")]
Subject = Annotated[str, _field("Words of what is represented.")]
Inscriptions = Annotated[str, _field("Words of inscriptions and markings.")]
MadeFrom = Annotated[str, _field("Made in this year or later; negative before Christ.", "YEAR")]
MadeTo = Annotated[str, _field("Made in this year or before.", "YEAR")]
TheftPlace = Annotated[str, _field("Words of the place of the theft.")]
TheftFrom = Annotated[str, _field("Lost on this day or later: a day, month or year.", "DAY")]
TheftTo = Annotated[str, _field("Lost on this day or before.", "DAY")]
Statuses = Annotated[str, _field("One of these statuses, with commas between.", "STATUS")]
Sizes = Annotated[str, _field('Measurements, with ; between: "height 46.5 cm".', "SIZES")]
Tolerance = Annotated[str, _field("By how many per cent each may be more or less.", "PERCENT")]
Origin = Annotated[str, _field("Words of the place where it was made or found. Narrows nothing.")]
