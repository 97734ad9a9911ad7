"""Writes a network as an ONNX file with its card, and only if the file puts out what the network does.

`export_tower` needs torch and the package onnx (extra `clip`); `write_card`, for a file that comes from elsewhere, does
not.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from models.canonical import CHOSEN, canonical_picture
from models.card import ModelUnusable
from models.descriptor import Descriptors
from models.onnx_card import INPUT, OUTPUT, PATCHES, Canonical, OnnxCard, Preprocessing
from models.onnx_file import TYPES, Input, OnnxDescriptor
from models.onnx_session import Network, read_model
from models.onnx_words import merges_path, words_path
from models.pixels import Pixels
from models.preparing import Preparation, unit

if TYPE_CHECKING:
    from torch import nn

ALIKE = 0.999
"""The least cosine between what the network and the file put out for each canonical picture: weights in half
precision gave 0.99999 and more."""
TOLERANCE = 0.001
"""Of a card that is written here: 1 - cosine. Two processors or versions of onnxruntime differ by less than 1e-5."""
DIGITS = 5


@dataclass(frozen=True, slots=True)
class Origin:
    """What a card says of a network that the network itself can't tell: see models.onnx_card.OnnxCard."""

    name: str
    version: str
    summary: str
    architecture: str
    source: str
    licence: str
    data: str
    training: Mapping[str, Any] = field(default_factory=dict)
    figures: Mapping[str, Any] = field(default_factory=dict)


def export_tower(
    module: nn.Module,
    path: Path,
    origin: Origin,
    preparation: Preparation,
    *,
    half: bool = True,
    patches: bool = False,
    replace: bool = False,
) -> OnnxCard:
    """Write a network as `path` (x.onnx) with its card (x.json), both or neither.

    module   takes (n, side, side, 3) uint8 and puts out (n, d) float32 of unit length: normalises within itself
    patches  it puts out a second thing, float32 (n, m, c): what each of m patches shows
    half     keep the weights in half precision, which halves the file; it still computes in single precision
    replace  put them in the place of files that are there
    Raises ModelUnusable if a file is there, if the network can't be exported, or if what onnxruntime makes of the
    file differs from the network by more than a cosine of 0.999.
    """
    with put_in_place(path, replace=replace) as beside:
        return write_tower(module, beside, origin, preparation, half=half, patches=patches)


def write_tower(
    module: nn.Module,
    path: Path,
    origin: Origin,
    preparation: Preparation,
    *,
    half: bool,
    patches: bool = False,
) -> OnnxCard:
    """The same, straight to a path where nothing is in use. What fails may leave files."""
    from models.export_torch import described, write_onnx  # noqa: PLC0415  # it needs the extra

    write_onnx(module, path, preparation.side, half=half, patches=patches)
    how = Preprocessing(
        side=preparation.side,
        fit=preparation.fit,
        interpolation=preparation.interpolation,
        fill=preparation.fill,
        layout="uint8 NHWC",
    )
    card = write_card(path, origin, how, patches_name=PATCHES if patches else None)
    check_alike(path.name, described(module, pictures_for(preparation)), OnnxDescriptor(path))
    return card


def write_card(
    path: Path,
    origin: Origin,
    preprocessing: Preprocessing,
    *,
    input_name: str = INPUT,
    output_name: str = OUTPUT,
    patches_name: str | None = None,
    tolerance: float = TOLERANCE,
) -> OnnxCard:
    """Write `x.json` beside `x.onnx`: with its hash, its dimension, and its canonical vectors as computed here.

    Raises ModelUnusable if the file isn't what the preprocessing and the names say; pydantic's ValidationError, which
    is a ValueError, if a field of the card isn't as it should be.
    """
    model = read_model(path)
    take = Input(preprocessing)
    network = Network(model, path.name)
    network.expect(input_name, TYPES[preprocessing.layout], take.shape)
    network.promise(output_name, None)
    if patches_name is not None:
        network.promise_patches(patches_name)
    batches = [batch for picture in pictures() if (batch := take.of(picture)) is not None]
    vectors = [network.run(input_name, batch, output_name) for batch in batches]
    if not np.isfinite(vectors).all():
        raise ModelUnusable(
            f"{path.name} puts out what is no number.", "Look at its weights and its preprocessing."
        )
    card = OnnxCard(
        **asdict(origin),
        dimension=len(vectors[0]),
        preprocessing=preprocessing,
        sha256=hashlib.sha256(model).hexdigest(),
        input=input_name,
        output=output_name,
        patches=patches_name,
        canonical=[
            Canonical(kind=kind, seed=seed, vector=[round(float(number), DIGITS) for number in unit(vector)])
            for (kind, seed), vector in zip(CHOSEN, vectors, strict=True)
        ],
        tolerance=tolerance,
    )
    save_card(path, card)
    return card


def save_card(path: Path, card: OnnxCard) -> None:
    """Write a card beside its file."""
    said = card.model_dump_json(indent=1, exclude_none=True)
    path.with_suffix(".json").write_text(said + "\n", encoding="utf-8")


def pictures() -> list[Pixels]:
    """The canonical pictures that a card is written for."""
    return [canonical_picture(kind, seed) for kind, seed in CHOSEN]


def pictures_for(preparation: Preparation) -> list[Pixels]:
    """The same, prepared."""
    prepared = [preparation.picture(picture) for picture in pictures()]
    return [picture for picture in prepared if picture is not None]


def check_alike(name: str, wanted: Descriptors, served: OnnxDescriptor) -> None:
    """Hold a file to the vectors (n, d) of the network it was made of. Raises ModelUnusable."""
    cosines = (served.describe(pictures()) * [unit(row) for row in wanted]).sum(axis=1)
    if not cosines.min() >= ALIKE:
        raise ModelUnusable(
            f"{name} doesn't put out what the network does: the cosine is {cosines.min():.5f}, it should be {ALIKE}.",
            "It was not kept. Try without half precision; if that is no better, the network can't be exported.",
        )


def belonging(path: Path) -> list[Path]:
    """All files that may belong to an ONNX file: those of its text tower, itself, and, last to be put, its card."""
    return [words_path(path), merges_path(path), path, path.with_suffix(".json")]


def check_place(path: Path, *, replace: bool) -> None:
    """Raises ModelUnusable where an ONNX file and its card can't be put."""
    if path.suffix != ".onnx":
        raise ModelUnusable(f"{path} is not named as an ONNX file is.", "Choose a name that ends in .onnx.")
    if not path.absolute().parent.is_dir():
        raise ModelUnusable(
            f"There is no folder {path.absolute().parent}.", "Make it first, or name another."
        )
    there = [each for each in belonging(path) if each.exists()]
    if there and not replace:
        raise ModelUnusable(
            f"{there[0]} is there already.", "Choose another name, or say --force to replace it."
        )


@contextmanager
def put_in_place(path: Path, *, replace: bool) -> Iterator[Path]:
    """A path of the same name in a folder of its own; what is written there is moved to its place at the end.

    What fails leaves nothing. Raises ModelUnusable where files are there, or no folder is.
    """
    check_place(path, replace=replace)
    folder = Path(tempfile.mkdtemp(prefix=f".{path.stem}-", dir=path.absolute().parent))
    try:
        yield folder / path.name
        for made, place in zip(belonging(folder / path.name), belonging(path.absolute()), strict=True):
            if made.exists():
                made.replace(place)
            else:
                place.unlink(missing_ok=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
