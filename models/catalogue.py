"""Which descriptor an installation uses, by a specification that a person can type and a manifest can keep."""

from models.card import ModelUnusable
from models.clip import FORMS, PREFIX, open_clip_descriptor, read_name
from models.descriptor import Descriptor
from models.layout import ColourLayout
from models.onnx_words import open_onnx
from models.weights import FOLDER

BUNDLED = "bundled"
"""The model that comes with the project."""
LAYOUT = "colour-layout"
"""A descriptor without weights: for tests, and to compare with."""
ONNX = "onnx:"
"""Before the path of an ONNX file that has its card beside it."""
BUNDLED_FILE = FOLDER / "descriptor.onnx"


def open_descriptor(specification: str = BUNDLED) -> Descriptor:
    """Open a descriptor by its specification. Raises ModelUnusable: what to type, what is missing, or what is torn."""
    if specification == LAYOUT:
        return ColourLayout()
    if specification == BUNDLED:
        return _bundled()
    if specification.startswith(PREFIX):
        return open_clip_descriptor(read_name(specification))
    if specification.removeprefix(ONNX) not in {"", specification}:
        return open_onnx(specification.removeprefix(ONNX))
    raise ModelUnusable(
        f"There is no descriptor {specification!r}.",
        f"Name one of these: {BUNDLED}, {LAYOUT}, {FORMS}, {ONNX}FILE.onnx.",
    )


def _bundled() -> Descriptor:
    return open_onnx(BUNDLED_FILE)
