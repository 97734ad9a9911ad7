"""The life cycle of objects for the API: the body is read, the change is made, and a line in the log says so.

Everything here blocks. Each function raises ObjectNotFound, VersionConflict, StatusConflict (all data) and
ServiceProblem, `move` SourceRegisterNotFound too, and gives the object as it is then.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from data.actor import Grounds
from data.object_id import Status
from data.register import Register, RegisteredObject
from data.source_registers import LONGEST_KEY
from data.writer import LARGEST_ID
from service import journal
from service.bodies import read_model


class ReinstateBody(Grounds):
    """Why an object is reinstated, and as what."""

    status: Literal["stolen", "missing", "looted", "found"] | None = Field(
        default=None, description="the status that it gets; null: the one it had before"
    )


class MergeBody(Grounds):
    """Why an object is merged, and into which."""

    into: int = Field(strict=True, ge=1, le=LARGEST_ID, description="number of the object that is kept")


class LinkBody(Grounds):
    """Why two objects are said to be the same, or not to be, and which the other one is."""

    other: int = Field(strict=True, ge=1, le=LARGEST_ID, description="number of the other object")


class MoveBody(Grounds):
    """Why an object belongs to another source register, and to which."""

    register_key: str = Field(
        alias="register", min_length=1, max_length=LONGEST_KEY, description="key of the source register"
    )


def recover(register: Register, object_id: int, body: bytes, expected: int | None) -> RegisteredObject:
    """The object is back where it belongs."""
    found = register.recover(object_id, read_model(Grounds, body), expected)
    journal.changed("object recovered", object=object_id, version=found.version)
    return found


def withdraw(register: Register, object_id: int, body: bytes, expected: int | None) -> RegisteredObject:
    """The report of the object is taken back."""
    found = register.withdraw(object_id, read_model(Grounds, body), expected)
    journal.changed("object withdrawn", object=object_id, version=found.version)
    return found


def reinstate(register: Register, object_id: int, body: bytes, expected: int | None) -> RegisteredObject:
    """The object is what it was before it was recovered, withdrawn or merged."""
    given = read_model(ReinstateBody, body)
    status = Status(given.status) if given.status else None
    found = register.reinstate(object_id, given, status, expected)
    journal.changed("object reinstated", object=object_id, version=found.version)
    return found


def merge(register: Register, object_id: int, body: bytes, expected: int | None) -> RegisteredObject:
    """The object is the same as another one, which is kept."""
    given = read_model(MergeBody, body)
    found = register.merge(object_id, given.into, given, expected)
    journal.changed("object merged", object=object_id, into=given.into, version=found.version)
    return found


def link(register: Register, object_id: int, body: bytes, expected: int | None) -> RegisteredObject:
    """The object is the same as another one, and both stay."""
    given = read_model(LinkBody, body)
    found = register.link(object_id, given.other, given, expected)
    journal.changed("object linked", object=object_id, other=given.other, version=found.version)
    return found


def unlink(register: Register, object_id: int, body: bytes, expected: int | None) -> RegisteredObject:
    """The object is not the same as another one after all."""
    given = read_model(LinkBody, body)
    found = register.unlink(object_id, given.other, given, expected)
    journal.changed("object unlinked", object=object_id, other=given.other, version=found.version)
    return found


def move(register: Register, object_id: int, body: bytes, expected: int | None) -> RegisteredObject:
    """The object belongs to another source register."""
    given = read_model(MoveBody, body)
    found = register.move(object_id, given.register_key, given, expected)
    journal.changed("object moved", object=object_id, register=given.register_key, version=found.version)
    return found
