"""Adding a photograph to a registered object: intake first, so that nothing is stored of a photo that is
refused.
"""

from __future__ import annotations

from dataclasses import dataclass

from data.intake import IntakePool
from data.object_id import ViewKind
from data.register import NewPhotograph, Photograph, Register
from service.searching import UploadedPhoto


@dataclass(frozen=True, slots=True)
class AddedPhotograph:
    """A photograph, and whether it is new to its object."""

    photograph: Photograph
    is_new: bool


def add_photograph(
    register: Register, intake: IntakePool, object_id: int, photo: UploadedPhoto, view: ViewKind
) -> AddedPhotograph:
    """Take a photo in and add it to an object. Blocks. Raises ObjectNotFound, PhotoRejected (both data)."""
    before = {each.id for each in register.get(object_id).photographs}
    safe = intake.take_in(photo.data, photo.name)
    added = register.add_photograph(object_id, NewPhotograph(safe, view, photo.name))
    return AddedPhotograph(added, added.id not in before)
