"""Fields that are searched by, as people and programs write them: read here for the API, the page and the command.

Every field is text, and an empty one asks for nothing, as a form sends what nobody filled in.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, Final

from fastapi import Query
from pydantic import ValidationError

from data.exchange import values
from data.filters import TOLERANCE, Filters
from data.object_id import Status
from data.query import LONGEST_QUERY

LONGEST_FIELD: Final = LONGEST_QUERY
_SHORT: Final = 40


def _text(said: str, example: str, most: int = LONGEST_FIELD) -> Any:
    return Query(max_length=most, description=said, examples=[example])


class FieldsRefused(ValueError):
    """Fields that cannot be searched by; `errors` says of each what is wrong and what to write."""

    def __init__(self, errors: Iterable[tuple[str, str]]) -> None:
        self.errors = tuple(errors)
        super().__init__(
            " ".join(f"{name.replace('_', ' ').capitalize()}: {says}." for name, says in self.errors)
        )


@dataclass(frozen=True, slots=True)
class FieldsAsked:
    """The fields of `data.filters.Filters` as text."""

    title: Annotated[str, _text("Words of the title.", "pewter jug")] = ""
    maker: Annotated[str, _text("Words of the maker's name.", "Maarsen")] = ""
    type: Annotated[
        str, _text("Words of the type, of any level, in any language of the vocabulary.", "oil painting")
    ] = ""
    materials: Annotated[
        str, _text("Words of materials and techniques, in any language of the vocabulary.", "oak")
    ] = ""
    subject: Annotated[str, _text("Words of what is represented.", "oysters")] = ""
    inscriptions: Annotated[str, _text("Words of inscriptions and markings.", "wax seal")] = ""
    made_from: Annotated[
        str, _text("Made in this year or later; negative before Christ.", "1640", _SHORT)
    ] = ""
    made_to: Annotated[str, _text("Made in this year or before.", "1660", _SHORT)] = ""
    theft_place: Annotated[str, _text("Words of the place of the theft.", "Veldermond")] = ""
    theft_from: Annotated[
        str, _text("Lost on this day or later: a day, a month or a year.", "2024-11", _SHORT)
    ] = ""
    theft_to: Annotated[str, _text("Lost on this day or before, likewise.", "2024-11-04", _SHORT)] = ""
    status: Annotated[
        str, _text("One of these statuses, with commas between.", "stolen,missing", LONGEST_FIELD)
    ] = ""
    size: Annotated[
        str, _text("Measurements, with ; between: dimension, number, unit.", "height 46.5 cm; width 38 cm")
    ] = ""
    tolerance: Annotated[
        str, _text(f"By how many per cent each may be more or less; {TOLERANCE} if left out.", "5", _SHORT)
    ] = ""

    @property
    def given(self) -> dict[str, str]:
        """The fields that ask for something, as they were written. A tolerance alone asks for nothing."""
        said = {each.name: getattr(self, each.name).strip() for each in fields(self)}
        return said if any(said[name] for name in said if name != "tolerance") else {}

    def filters(self) -> Filters:
        """The fields as they are searched by. Raises FieldsRefused."""
        wrong: list[tuple[str, str]] = []
        read = dict(_read(self, wrong))
        if wrong:
            raise FieldsRefused(wrong)
        try:
            return Filters.model_validate(read)
        except ValidationError as error:
            raise FieldsRefused(_told(error)) from error


def _read(asked: FieldsAsked, wrong: list[tuple[str, str]]) -> Iterator[tuple[str, Any]]:
    """Each field's value; what is wrong with one goes to `wrong`."""
    for name in ("title", "maker", "type", "materials", "subject", "inscriptions", "theft_place"):
        yield name, getattr(asked, name).strip()
    readers: tuple[tuple[str, Callable[[str], Any]], ...] = (
        ("made_from", _year),
        ("made_to", _year),
        ("theft_from", lambda text: values.days(text, "theft")[0]),
        ("theft_to", lambda text: values.days(text, "theft")[1]),
        ("status", _statuses),
        ("size", lambda text: _sizes(text, asked.tolerance)),
    )
    for name, read in readers:
        if text := getattr(asked, name).strip():
            try:
                yield ("measurements" if name == "size" else name), read(text)
            except ValueError as error:
                wrong.append((name, _plain(str(error))))


def _year(text: str) -> int:
    return values.known_year(text, "year")


def _statuses(text: str) -> list[Status]:
    return [values.status(one) for one in text.split(",") if one.strip()]


def _sizes(text: str, tolerance: str) -> list[dict[str, Any]]:
    slack = _percent(tolerance) if tolerance.strip() else TOLERANCE
    return [{**each, "tolerance": slack} for each in values.amounts(text)]


def _percent(text: str) -> Decimal:
    try:
        return Decimal(text.strip().removesuffix("%").strip().replace(",", "."))
    except InvalidOperation:
        raise ValueError(f"{text!r} is no tolerance; write per cent as a number, as in 5") from None


def _told(error: ValidationError) -> Iterator[tuple[str, str]]:
    for each in error.errors(include_url=False, include_context=False, include_input=False):
        name = str(each["loc"][0]) if each["loc"] else "fields"
        yield ("size" if name == "measurements" else name), _plain(each["msg"])


def _plain(says: str) -> str:
    return says.removeprefix("Value error, ").removesuffix(".")
