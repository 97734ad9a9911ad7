"""Options of commands that ask for fields of the record: find and export by them, and search beside photos."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

if TYPE_CHECKING:
    from data.filters import Filters
    from data.visibility import Role


def _field(said: str, metavar: str = "WORDS") -> typer.models.OptionInfo:
    option: typer.models.OptionInfo = typer.Option(metavar=metavar, help=said)
    return option


FIELDS: Final[Mapping[str, typer.models.OptionInfo]] = MappingProxyType(
    {
        "title": _field("Words of the title."),
        "maker": _field("Words of the maker's name."),
        "type": _field("Words of the type, of any level, in any language of the vocabulary."),
        "materials": _field("Words of materials and techniques, in any language of the vocabulary."),
        "subject": _field("Words of what is represented."),
        "inscriptions": _field("Words of inscriptions and markings."),
        "made_from": _field("Made in this year or later; negative before Christ.", "YEAR"),
        "made_to": _field("Made in this year or before.", "YEAR"),
        "theft_place": _field("Words of the place of the theft."),
        "theft_from": _field("Lost on this day or later: a day, month or year.", "DAY"),
        "theft_to": _field("Lost on this day or before.", "DAY"),
        "status": _field("One of these statuses, with commas between.", "STATUS"),
        "size": _field('Measurements, with ; between: "height 46.5 cm".', "SIZES"),
        "tolerance": _field("By how many per cent each may be more or less.", "PERCENT"),
    }
)
"""The options, by the names of the fields in `service.asked.FieldsAsked`."""
Said = Mapping[str, str]
NOTHING_SAID: Final[Said] = MappingProxyType({})
Origin = Annotated[str, _field("Words of the place where it was made or found. Narrows nothing.")]


def filters_of(said: Said) -> Filters:
    """The fields as they are searched by. Raises typer.BadParameter."""
    from service.asked import FieldsAsked, FieldsRefused

    try:
        return FieldsAsked(**said).filters()
    except FieldsRefused as refused:
        raise typer.BadParameter(str(refused)) from refused


def demand_seen(role: Role, filters: Filters) -> None:
    """Refuse fields that the role does not see. Raises typer.BadParameter."""
    from data import finding
    from data.visibility import hidden_from

    try:
        finding.demand_seen(None, filters, hidden_from(role))
    except finding.FieldHidden as refused:
        raise typer.BadParameter(str(refused)) from refused


def with_fields(command: Callable[..., None]) -> Callable[..., None]:
    """The command with an option for each field, in the place of its parameter `said`, which gets them by name."""

    @functools.wraps(command)
    def run(**given: Any) -> None:
        said = {name: given.pop(name) for name in FIELDS}
        command(**given, said=said)

    signature = inspect.signature(command, eval_str=True)
    own = list(signature.parameters.values())
    at = [each.name for each in own].index("said")
    options = [
        inspect.Parameter(name, own[at].kind, default="", annotation=Annotated[str, option])
        for name, option in FIELDS.items()
    ]
    run.__signature__ = signature.replace(  # type: ignore[attr-defined]  # what typer reads
        parameters=[*own[:at], *options, *own[at + 1 :]]
    )
    return run
