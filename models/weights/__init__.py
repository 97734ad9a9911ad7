"""The weights that come with the project: the projection of local descriptors and their vocabulary."""

import functools
import hashlib
import io
import json
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from models.card import ModelUnusable

FOLDER = Path(__file__).parent
NAME = "vocabulary"
ADVICE = "Install artrieve again, or restore models/weights from the source."


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """Trained once by scripts/train_vocabulary.py; the same in every installation.

    mean    float32 (128,), of RootSIFT histograms
    basis   float32 (128, 64), principal components
    words   float32 (16384, 64), coarse centroids of projected descriptors
    codes   float32 (16, 256, 4), product quantiser of what a word leaves over
    sha256  of the file
    """

    mean: npt.NDArray[np.float32]
    basis: npt.NDArray[np.float32]
    words: npt.NDArray[np.float32]
    codes: npt.NDArray[np.float32]
    sha256: str


@functools.cache
def load_weights(folder: Path = FOLDER) -> Weights:
    """Read the bundled weights and hold them against their card. Raises ModelUnusable."""
    path, card = folder / f"{NAME}.npz", folder / f"{NAME}.json"
    try:
        data = path.read_bytes()
        expected = json.loads(card.read_text(encoding="utf-8"))["sha256"]
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise ModelUnusable(f"The bundled weights can't be read: {problem}.", ADVICE) from problem
    digest = hashlib.sha256(data).hexdigest()
    if digest != expected:
        raise ModelUnusable(f"{path.name} is not the file that its card describes.", ADVICE)
    try:
        return _weights(data, digest)
    except (ValueError, KeyError, BadZipFile) as problem:
        raise ModelUnusable(f"{path.name} holds no such weights: {problem}.", ADVICE) from problem


def _weights(data: bytes, digest: str) -> Weights:
    with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
        floats = {name: np.ascontiguousarray(arrays[name], dtype=np.float32) for name in arrays.files}
    return Weights(floats["mean"], floats["basis"], floats["words"], floats["codes"], digest)
