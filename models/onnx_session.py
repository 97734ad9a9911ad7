"""One ONNX network in onnxruntime: opened only if it is what its user takes it for, run one picture at a time."""

import ctypes
import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnxruntime

from models.card import ModelUnusable
from models.onnx_wire import NotOnnx, reads_other_files

ADVICE = "Restore the file and its card from where they came, or export the model again."
ONLY_ERRORS = 3
LARGEST = 2**31 - 1
"""Bytes of a message of Protocol Buffers, and so of an ONNX file that holds its own weights."""
Array = npt.NDArray[Any]


def read_model(path: Path, sha256: str = "") -> bytes:
    """The bytes of an ONNX file, which are what is hashed and what is opened. Raises ModelUnusable."""
    try:
        if path.stat().st_size > LARGEST:
            raise ModelUnusable(f"{path} is larger than {LARGEST} bytes.", ADVICE)
        data = path.read_bytes()
    except OSError as problem:
        raise ModelUnusable(f"The weights {path} can't be read: {problem.strerror}.", ADVICE) from problem
    if sha256 and hashlib.sha256(data).hexdigest() != sha256:
        raise ModelUnusable(f"{path} is not the file that its card describes.", ADVICE)
    return data


class Network:
    """A network with one input that is used, and outputs by name. Safe to run from several threads.

    One thread, as every worker has one. With the arena, though it never gives memory back: for one picture at a time,
    always of one size, it grows no further than the first run (16 MiB for EfficientNet-Lite0 at 224 px). Without it
    the heap fragmented, by 45 to 250 MiB in 60 runs, or each run paid for fresh pages and took four times as long.
    """

    def __init__(self, model: bytes, name: str) -> None:
        self._name = name
        try:
            if reads_other_files(model):
                raise ModelUnusable(
                    f"{name} keeps weights in other files.",
                    "Such a file could name any file of this machine. Save the model as one file.",
                )
        except NotOnnx as problem:
            raise ModelUnusable(f"{name} is no ONNX file: {problem}.", ADVICE) from problem
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.enable_mem_pattern = False  # it plans for sizes that vary, beside the arena: 5 MiB
        options.log_severity_level = ONLY_ERRORS
        try:
            self._session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        except Exception as problem:  # what onnxruntime raises has no base of its own
            raise ModelUnusable(f"{name} can't be opened: {_first_line(problem)}.", ADVICE) from problem
        # kept by onnxruntime to open the network once more on another device, of which there is none here
        vars(self._session).pop("_model_bytes", None)

    def expect(self, name: str, kind: str, shape: Sequence[int | None]) -> None:
        """Hold its input to a name, a type (`tensor(uint8)`) and a shape after the batch. Raises ModelUnusable."""
        inputs = self._session.get_inputs()
        if [each.name for each in inputs] != [name]:
            names = ", ".join(repr(each.name) for each in inputs)
            raise ModelUnusable(f"{self._name} takes {names or 'nothing'}, not one input {name!r}.", ADVICE)
        found = inputs[0]
        if found.type != kind:
            raise ModelUnusable(f"{self._name} takes {found.type}, its card says {kind}.", ADVICE)
        if not _fits(found.shape, shape):
            raise ModelUnusable(
                f"{self._name} takes {_shape(found.shape)}, its card says {_shape(['n', *shape])}.", ADVICE
            )

    def promise(self, name: str, dimension: int | None) -> None:
        """Hold its output to a name, to float32 and to (n, dimension). Raises ModelUnusable."""
        self._promised(name, [dimension], ["n", dimension or "d"])

    def promise_patches(self, name: str) -> None:
        """Hold an output to a name, to float32 and to (n, m, c): m patches. Raises ModelUnusable."""
        self._promised(name, [None, None], ["n", "m", "c"])

    def run(self, name: str, batch_of_one: Array, output: str) -> npt.NDArray[np.float32]:
        """What it puts out for (1, ...): float32 (d,), of patches (m, c). Raises ModelUnusable where it fails."""
        try:
            (found,) = self._session.run([output], {name: batch_of_one})
        except Exception as problem:  # likewise
            raise ModelUnusable(f"{self._name} can't be run: {_first_line(problem)}.", ADVICE) from problem
        made = np.asarray(found, np.float32)
        if made.ndim not in {2, 3} or len(made) != 1:
            raise ModelUnusable(f"{self._name} puts out {_shape(made.shape)} for one picture.", ADVICE)
        return np.asarray(made[0])

    def _promised(self, name: str, shape: Sequence[int | None], said: Sequence[Any]) -> None:
        outputs = {each.name: each for each in self._session.get_outputs()}
        if name not in outputs:
            names = ", ".join(map(repr, outputs))
            raise ModelUnusable(f"{self._name} has no output {name!r}; it puts out {names}.", ADVICE)
        found = outputs[name]
        if found.type != "tensor(float)" or not _fits(found.shape, shape):
            raise ModelUnusable(
                f"{self._name} puts out {found.type} {_shape(found.shape)}, its card says "
                f"tensor(float) {_shape(said)}.",
                ADVICE,
            )


def give_back() -> None:
    """Let the C library return what opening a network left unused: some 30 MiB after an EfficientNet-Lite0.

    Only glibc has this; others return memory by themselves, or not.
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


def _fits(found: Sequence[Any], wanted: Sequence[int | None]) -> bool:
    """Whether a shape with a batch before it agrees; what a file leaves open agrees with anything."""
    if len(found) != 1 + len(wanted) or (isinstance(found[0], int) and found[0] != 1):
        return False
    pairs = zip(found[1:], wanted, strict=True)
    return all(not isinstance(one, int) or other is None or one == other for one, other in pairs)


def _shape(shape: Sequence[Any]) -> str:
    return "(" + ", ".join("?" if each is None else str(each) for each in shape) + ")"


def _first_line(problem: Exception) -> str:
    return str(problem).strip().split("\n", 1)[0].rstrip(".")[:400]
