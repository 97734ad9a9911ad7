"""What of the export needs torch and onnx. Import this module only when it is needed."""

import contextlib
import ctypes
import os
import sys
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from torch import nn

from models.card import ModelUnusable
from models.clip_loading import Loaded, Reader
from models.descriptor import Descriptors
from models.onnx_card import INPUT, OUTPUT, PATCHES
from models.pixels import Pixels

OPSET = 17
"""The first with LayerNormalization, so that transformers stay in few, fast nodes."""
NUMBERS_IN_HALF = 5000
"""Tensors of fewer numbers stay in single precision. They save next to nothing (0.1 MB of EfficientNet-Lite0), and the
first layers are among them, whose rounding all others carry on: with them halved, the vector of a plain picture fell to
a cosine of 0.994 to what it should be."""
STDOUT = 1


def write_onnx(module: nn.Module, path: Path, side: int, *, half: bool, patches: bool) -> None:
    """Write a network that takes (n, side, side, 3) uint8 as ONNX; `patches`: it puts these out too. Raises
    ModelUnusable.
    """
    example = torch.zeros((1, side, side, 3), dtype=torch.uint8)
    outputs = (OUTPUT, PATCHES) if patches else (OUTPUT,)
    write_graph(module, example, path, INPUT, outputs, half=half)


def write_graph(
    module: nn.Module, example: torch.Tensor, path: Path, taken: str, put_out: Sequence[str], *, half: bool
) -> None:
    """Write a network with one input and some outputs, all with batches of any size. Raises ModelUnusable."""
    module = module.eval()
    try:
        with _as_plain_operators(), torch.inference_mode():
            torch.onnx.export(
                module,
                (example,),
                str(path),
                input_names=[taken],
                output_names=list(put_out),
                dynamic_axes={name: {0: "n"} for name in (taken, *put_out)},
                opset_version=OPSET,
                dynamo=False,  # the other exporter needs a package more
            )
        model = onnx.load(str(path), load_external_data=False)
        for node in model.graph.node:
            node.ClearField("doc_string")
        if half:
            _halve(model.graph)
        onnx.checker.check_model(model)
        onnx.save(model, str(path))
    except (RuntimeError, ValueError, TypeError, OSError, onnx.checker.ValidationError) as problem:
        reason = " ".join(str(problem).split())[:300]
        raise ModelUnusable(
            f"The network can't be written as ONNX ({reason}).",
            "Serve it with torch instead, by its specification.",
        ) from problem


def write_reader(
    loaded: Loaded, path: Path, taken: str, put_out: str, *, half: bool
) -> tuple[list[tuple[str, str]], int]:
    """Write the text tower of a model of open_clip. Returns its merges, and how many tokens it reads."""
    tokenizer: Any = loaded.tokenize
    length = int(tokenizer.context_length)
    example = torch.zeros((1, length), dtype=torch.int64)
    write_graph(Reader(loaded.tower.model), example, path, taken, [put_out], half=half)
    return sorted(tokenizer.bpe_ranks, key=tokenizer.bpe_ranks.get), length


def described(module: nn.Module, prepared: Sequence[Pixels]) -> Descriptors:
    """What the network itself puts out for prepared pictures: float32 (n, d)."""
    with torch.inference_mode():
        made = [module(torch.from_numpy(np.array(picture[None]))) for picture in prepared]
    vectors = [each[0] if isinstance(each, tuple) else each for each in made]
    return np.stack([vector[0].float().numpy() for vector in vectors])


def _halve(graph: onnx.GraphProto) -> None:
    """Keep large weights as float16, each cast to float32 where it is used: a runtime does that once, on loading."""
    casts = []
    for tensor in graph.initializer:
        values = onnx.numpy_helper.to_array(tensor)
        if values.dtype != np.float32 or values.size < NUMBERS_IN_HALF:
            continue
        with np.errstate(over="ignore"):
            halved = values.astype(np.float16)
        if not np.isfinite(halved).all():
            continue
        name = tensor.name
        tensor.CopyFrom(onnx.numpy_helper.from_array(halved, f"{name}.half"))
        casts.append(onnx.helper.make_node("Cast", [tensor.name], [name], to=onnx.TensorProto.FLOAT))
    nodes = [*casts, *graph.node]
    del graph.node[:]
    graph.node.extend(nodes)


@contextlib.contextmanager
def _as_plain_operators() -> Iterator[None]:
    """Export attention as the operators it is made of; without the exporter's advertisement and its printed graphs."""
    before = torch.backends.mha.get_fastpath_enabled()
    torch.backends.mha.set_fastpath_enabled(False)
    try:
        with warnings.catch_warnings(), _silent():
            warnings.simplefilter(
                "ignore"
            )  # of what tracing may get wrong: what is written is held to the network
            yield
    finally:
        torch.backends.mha.set_fastpath_enabled(before)


@contextlib.contextmanager
def _silent() -> Iterator[None]:
    """Write nothing to stdout, not even from C++, where the exporter prints the whole graph of what it can't export."""
    sys.stdout.flush()
    kept = os.dup(STDOUT)
    try:
        with open(os.devnull, "wb") as nowhere:  # noqa: PTH123
            os.dup2(nowhere.fileno(), STDOUT)
        yield
    finally:
        sys.stdout.flush()
        ctypes.CDLL(None).fflush(None)
        os.dup2(kept, STDOUT)
        os.close(kept)
