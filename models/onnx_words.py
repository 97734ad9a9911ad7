"""An ONNX file whose card names a text tower too: it describes words in the space of its photos, without torch."""

import hashlib
import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from models.card import ModelUnusable
from models.descriptor import Descriptors
from models.onnx_card import Words, read_card
from models.onnx_file import OnnxDescriptor
from models.onnx_patches import OnnxPatchDescriptor
from models.onnx_session import ADVICE, Network, read_model
from models.preparing import unit
from models.words import Tokenizer, read_merges

INPUT, OUTPUT = "tokens", "descriptor"
PACKED = 16 * 1024 * 1024


def words_path(path: Path) -> Path:
    """Where the text tower of `x.onnx` lies: `x.words.onnx`."""
    return path.with_name(f"{path.stem}.words.onnx")


def merges_path(path: Path) -> Path:
    """Where the vocabulary of the text tower of `x.onnx` lies: `x.words.txt.gz`."""
    return path.with_name(f"{path.stem}.words.txt.gz")


class Reader:
    """The text tower and its tokenizer. Opened, and held to the card's canonical texts, when first used.

    A text tower has three times the weights of its image tower, and processes that only index photos need none.
    """

    def __init__(self, path: Path, said: Words, dimension: int) -> None:
        self._path = words_path(path)
        self._said = said
        self._dimension = dimension
        self._tokenizer = Tokenizer(_merges(merges_path(path), said.vocabulary_sha256), said.length)
        self._opening = threading.Lock()
        self._network: Network | None = None
        if _hash(self._path) != said.sha256:
            raise ModelUnusable(f"{self._path} is not the file that its card describes.", ADVICE)

    def read(self, text: str) -> Descriptors:
        """Describe one text: float32 (d,), unit length. Raises ModelUnusable."""
        with self._opening:
            if self._network is None:
                self._network = self._opened()
        return self._read(self._network, text)

    def _opened(self) -> Network:
        network = Network(read_model(self._path, self._said.sha256), str(self._path))
        network.expect(INPUT, "tensor(int64)", [self._said.length])
        network.promise(OUTPUT, self._dimension)
        for canonical in self._said.canonical:
            cosine = float(self._read(network, canonical.text) @ unit(canonical.vector))
            if not cosine >= 1 - self._said.tolerance:
                raise ModelUnusable(
                    f"{self._path} gives another vector for {canonical.text!r} than its card: "
                    f"1 - cosine is {1 - cosine:.4f}, at most {self._said.tolerance:g} is tolerated.",
                    ADVICE,
                )
        return network

    def _read(self, network: Network, text: str) -> Descriptors:
        return unit(network.run(INPUT, self._tokenizer.tokens(text)[None], OUTPUT))


class OnnxWordDescriptor(OnnxDescriptor):
    """Describes photos and words. The files of the text tower lie beside the ONNX file, see `words_path`."""

    def __init__(self, path: Path | str) -> None:
        """Raises ModelUnusable."""
        super().__init__(path)
        if self.said.words is None:
            raise ModelUnusable(f"The card of {self._path} names no text tower.", ADVICE)
        self._reader = Reader(self._path, self.said.words, self.said.dimension)

    def describe_words(self, texts: Sequence[str]) -> Descriptors:
        """Describe n texts: float32 (n, d), unit length. Raises ModelUnusable where the text tower can't be used."""
        rows = [self._reader.read(text) for text in texts]
        return np.stack(rows) if rows else np.zeros((0, self.said.dimension), np.float32)


class OnnxPatchWordDescriptor(OnnxPatchDescriptor, OnnxWordDescriptor):
    """Describes photos, their patches, and words."""


def open_onnx(path: Path | str) -> OnnxDescriptor:
    """Open an ONNX file with what its card offers: photos, their patches, words. Raises ModelUnusable."""
    whole = Path(path).expanduser()
    if whole.suffix != ".onnx":
        return OnnxDescriptor(whole)
    said = read_card(whole.with_suffix(".json"))
    if said.words is None:
        return (OnnxDescriptor if said.patches is None else OnnxPatchDescriptor)(whole)
    return (OnnxWordDescriptor if said.patches is None else OnnxPatchWordDescriptor)(whole)


def _merges(path: Path, sha256: str) -> list[tuple[str, str]]:
    try:
        with path.open("rb") as file:
            packed = file.read(PACKED)
        if hashlib.sha256(packed).hexdigest() != sha256:
            raise ModelUnusable(f"{path} is not the file that its card describes.", ADVICE)
        return read_merges(packed)
    except OSError as problem:
        raise ModelUnusable(f"The vocabulary {path} can't be read: {problem.strerror}.", ADVICE) from problem
    except ValueError as problem:
        raise ModelUnusable(f"The vocabulary {path} can't be read: {problem}.", ADVICE) from problem


def _hash(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as problem:
        raise ModelUnusable(f"The text tower {path} can't be read: {problem.strerror}.", ADVICE) from problem
