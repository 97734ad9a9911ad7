"""Decisions on likely duplicates for the API and the page: the body is read, the decision made, a line logged.

Everything here blocks. Each function raises DuplicateNotFound, DuplicateDecided, StatusConflict (all data) and
ServiceProblem, and gives the likely duplicate as it is then.
"""

from __future__ import annotations

from pydantic import Field

from data import deciding
from data.actor import Grounds
from data.duplicates import Duplicate
from data.register import Register
from data.writer import LARGEST_ID
from service import journal
from service.bodies import read_model


class KeepBody(Grounds):
    """Why two objects are merged, and which of them is kept."""

    keep: int = Field(strict=True, ge=1, le=LARGEST_ID, description="number of the object that is kept")


def link(register: Register, duplicate_id: int, body: bytes) -> Duplicate:
    """The two are the same, and both stay."""
    return told("linked", deciding.link(register, duplicate_id, read_model(Grounds, body)))


def dismiss(register: Register, duplicate_id: int, body: bytes) -> Duplicate:
    """The two are not the same."""
    return told("dismissed", deciding.dismiss(register, duplicate_id, read_model(Grounds, body)))


def merge(register: Register, duplicate_id: int, body: bytes) -> Duplicate:
    """The two are the same, and one of them is kept."""
    given = read_model(KeepBody, body)
    return told("merged", deciding.merge(register, duplicate_id, given.keep, given))


def told(how: str, found: Duplicate) -> Duplicate:
    """Write a line about a decision."""
    journal.changed(
        f"likely duplicate {how}", duplicate=found.id, object=found.first.id, other=found.second.id
    )
    return found
