"""What is wrong with a request, told at a length that somebody reads, whatever was sent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice

from pydantic import ValidationError

from service.problem_details import FieldError
from service.problems import INVALID_REQUEST, ServiceProblem

LISTED = 50
TOLD = 3
LONGEST_PLACE = 120
LONGEST_WORDS = 400

Place = tuple[int | str, ...]


def invalid(found: Sequence[tuple[Place, str]]) -> ServiceProblem:
    """The problem for these errors: where each is, and what it says. The first ``LISTED`` are listed."""
    errors = [
        FieldError(where=shortened(".".join(str(part) for part in place), LONGEST_PLACE), says=_plain(says))
        for place, says in islice(found, LISTED)
    ]
    told = "; ".join(f"{each.where}: {each.says}" for each in errors[:TOLD])
    detail = f"{told}." if told else "The request is not valid."
    if len(found) > LISTED:
        detail += f" The first {LISTED} of {len(found):,} errors are listed."
    return ServiceProblem(INVALID_REQUEST, detail, errors=errors)


def invalid_body(error: ValidationError) -> ServiceProblem:
    """The problem for a body that a model refused."""
    told = error.errors(include_url=False, include_context=False, include_input=False)
    return invalid(places(told, "body"))


def places(errors: Iterable[object], *before: str) -> list[tuple[Place, str]]:
    """Where and what, of errors as pydantic lists them; ``before`` stands before each place."""
    found: list[tuple[Place, str]] = []
    for each in errors:
        assert isinstance(each, dict)
        found.append(((*before, *each["loc"]), each["msg"]))
    return found


def shortened(text: str, most: int) -> str:
    """The text, or its beginning."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _plain(says: str) -> str:
    return shortened(says.removeprefix("Value error, "), LONGEST_WORDS)
