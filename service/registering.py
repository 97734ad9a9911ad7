"""Writing into the register for the API: the body is read, the change is made, and a line in the log says so.

Everything here blocks.
"""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from data.actor import Why
from data.intake import IntakePool
from data.object_id import ObjectRecord, ViewKind
from data.register import NewPhotograph, Photograph, Register, RegisteredObject
from data.source_registers import (
    KeptRegister,
    KeyIsFixed,
    SourceRegister,
    SourceRegisters,
    TooManyRegisters,
)
from service import journal
from service.bodies import read_model, read_object
from service.invalid import invalid, invalid_body
from service.photo_quality import PhotoQuality, registered_quality
from service.searching import UploadedPhoto


class PhotographChange(BaseModel):
    """What can be changed about a photograph; the picture itself never is."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    view: ViewKind = Field(description="What it shows of the object.")


@dataclass(frozen=True, slots=True)
class AddedPhotograph:
    """A photograph, whether it is new to its object, and how surely the object is found by it."""

    photograph: Photograph
    is_new: bool
    quality: PhotoQuality


def register_object(register: Register, body: bytes, source_register: str, why: Why) -> RegisteredObject:
    """Register the object that a JSON body describes, in the source register of this key.

    Raises SourceRegisterNotFound (data), ServiceProblem.
    """
    found = register.report(read_model(ObjectRecord, body), source_register=source_register, why=why)
    journal.changed("object registered", object=found.id)
    return found


def change_object(
    register: Register, object_id: int, body: bytes, expected_version: int | None, why: Why
) -> RegisteredObject:
    """Change an object by the merge patch in a JSON body.

    Raises ObjectNotFound, VersionConflict, StatusConflict (all data), ServiceProblem.
    """
    changes = read_object(body)
    try:
        found = register.amend(object_id, changes, expected_version, why=why)
    except ValidationError as wrong:
        raise invalid_body(wrong) from None
    journal.changed("object changed", object=object_id, version=found.version)
    return found


def add_photograph(
    register: Register, intake: IntakePool, object_id: int, photo: UploadedPhoto, view: ViewKind, why: Why
) -> AddedPhotograph:
    """Take a photo in and add it to an object; intake first, so that nothing is stored of a refused photo.

    Raises ObjectNotFound, PhotoRejected, StatusConflict (all data).
    """
    before = {each.id for each in register.get(object_id).photographs}
    safe = intake.take_in(photo.data, photo.name)
    added = register.add_photograph(object_id, NewPhotograph(safe, view, photo.name), why=why)
    if added.id not in before:
        journal.changed("photograph added", object=object_id, photograph=added.id)
    return AddedPhotograph(added, added.id not in before, registered_quality(safe))


def add_register(register: Register, body: bytes) -> KeptRegister:
    """Add the source register that a JSON body describes. Raises SourceRegisterTaken (data), ServiceProblem."""
    try:
        kept = SourceRegisters(register.database, register.actor).add(read_model(SourceRegister, body))
    except TooManyRegisters as refused:
        raise invalid([(("body",), str(refused))]) from None
    journal.changed("source register added", register=kept.entry.key)
    return kept


def change_register(register: Register, key: str, body: bytes) -> KeptRegister:
    """Change a source register by the merge patch in a JSON body.

    Raises SourceRegisterNotFound (data), ServiceProblem.
    """
    try:
        kept = SourceRegisters(register.database, register.actor).amend(key, read_object(body))
    except ValidationError as wrong:
        raise invalid_body(wrong) from None
    except KeyIsFixed as refused:
        raise invalid([(("body", "key"), str(refused))]) from None
    journal.changed("source register changed", register=kept.entry.key)
    return kept


def change_photograph(
    register: Register,
    object_id: int,
    photograph_id: int,
    body: bytes,
    expected_version: int | None,
    why: Why,
) -> RegisteredObject:
    """Say anew what a photograph shows, as the JSON body does. Gives the object.

    Raises ObjectNotFound, PhotographNotFound, VersionConflict, StatusConflict (all data), ServiceProblem.
    """
    view = read_model(PhotographChange, body).view
    found = register.amend_photograph(object_id, photograph_id, view, expected_version, why=why)
    journal.changed("photograph changed", object=object_id, photograph=photograph_id, version=found.version)
    return found


def remove_photograph(
    register: Register, object_id: int, photograph_id: int, expected_version: int | None, why: Why
) -> RegisteredObject:
    """Take a photograph from its object. Gives the object.

    Raises ObjectNotFound, PhotographNotFound, VersionConflict, StatusConflict (all data).
    """
    found = register.remove_photograph(object_id, photograph_id, expected_version, why=why)
    journal.changed("photograph removed", object=object_id, photograph=photograph_id, version=found.version)
    return found
