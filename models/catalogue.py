"""Which descriptor an installation uses, by a specification that a person can type and a manifest can keep."""

from models.card import ModelUnusable
from models.descriptor import Descriptor
from models.layout import ColourLayout

BUNDLED = "bundled"
"""The model that comes with the project."""
LAYOUT = "colour-layout"
"""A descriptor without weights: for tests, and to compare with."""


def open_descriptor(specification: str = BUNDLED) -> Descriptor:
    """Open a descriptor by its specification. Raises ModelUnusable: what to type, what is missing, or what is torn."""
    if specification in {BUNDLED, LAYOUT}:
        return ColourLayout()
    raise ModelUnusable(
        f"There is no descriptor {specification!r}.", f"Name one of these: {BUNDLED}, {LAYOUT}."
    )
