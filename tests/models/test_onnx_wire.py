"""A file that would make a runtime read others is found, wherever in it the tensor lies."""

from __future__ import annotations

import contextlib
from collections.abc import Callable

import numpy as np
import onnx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from onnx import TensorProto, helper, numpy_helper

from models.onnx_wire import DATA_LOCATION, EXTERNAL_DATA, FIELDS, NotOnnx, reads_other_files


def elsewhere(location: str = "../../etc/passwd") -> TensorProto:
    tensor = numpy_helper.from_array(np.zeros(4, np.float32), "w")
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value=location)
    return tensor


def graph(initializer: TensorProto | None = None, *nodes: onnx.NodeProto) -> onnx.GraphProto:
    value = helper.make_tensor_value_info("y", TensorProto.FLOAT, [4])
    made = helper.make_graph(list(nodes) or [helper.make_node("Identity", ["w"], ["y"])], "g", [], [value])
    if initializer is not None:
        made.initializer.append(initializer)
    return made


def model(of: onnx.GraphProto) -> onnx.ModelProto:
    return helper.make_model(of)


def constant(tensor: TensorProto) -> onnx.NodeProto:
    return helper.make_node("Constant", [], ["y"], value=tensor)


def sparse(tensor: TensorProto) -> onnx.SparseTensorProto:
    made = onnx.SparseTensorProto(dims=[9])
    made.values.CopyFrom(tensor)
    return made


def in_sparse() -> onnx.ModelProto:
    made = model(graph())
    made.graph.sparse_initializer.append(sparse(elsewhere()))
    return made


def in_function() -> onnx.ModelProto:
    made = model(graph())
    made.functions.add(name="f").node.append(constant(elsewhere()))
    return made


def in_training() -> onnx.ModelProto:
    made = model(graph())
    made.training_info.add().algorithm.CopyFrom(graph(elsewhere()))
    return made


def deep(levels: int) -> onnx.ModelProto:
    inner = graph(elsewhere())
    for _ in range(levels):
        inner = graph(None, helper.make_node("If", ["c"], ["y"], then_branch=inner))
    return model(inner)


def location_alone() -> onnx.ModelProto:
    tensor = elsewhere()
    tensor.ClearField("data_location")
    return model(graph(tensor))


def kind_alone() -> onnx.ModelProto:
    tensor = elsewhere()
    tensor.ClearField("external_data")
    return model(graph(tensor))


HIDDEN: dict[str, Callable[[], onnx.ModelProto]] = {
    "an initializer": lambda: model(graph(elsewhere())),
    "an initializer beside the file": lambda: model(graph(elsewhere("weights.bin"))),
    "a constant": lambda: model(graph(None, constant(elsewhere()))),
    "a list of tensors": lambda: model(graph(None, helper.make_node("X", [], ["y"], many=[elsewhere()]))),
    "a sparse initializer": in_sparse,
    "a sparse constant": lambda: model(graph(None, helper.make_node("X", [], ["y"], it=sparse(elsewhere())))),
    "a function": in_function,
    "training": in_training,
    "a branch": lambda: deep(1),
    "a branch far down": lambda: deep(20),
    "its place, but no word that it is elsewhere": location_alone,
    "the word that it is elsewhere, but no place": kind_alone,
}


@pytest.mark.parametrize("kind", HIDDEN)
def test_a_tensor_that_lies_elsewhere_is_found(kind: str) -> None:
    assert reads_other_files(HIDDEN[kind]().SerializeToString())


def test_a_file_with_all_its_weights_is_not_suspected() -> None:
    inside = numpy_helper.from_array(np.arange(4, dtype=np.float32), "w")
    said = numpy_helper.from_array(np.arange(4, dtype=np.float32), "v")
    said.data_location = TensorProto.DEFAULT
    branch = helper.make_node("If", ["c"], ["y"], then_branch=graph(inside), else_branch=graph(said))
    made = model(graph(inside, constant(said), branch))
    made.producer_name = "someone"
    made.metadata_props.add(key="location", value="../../etc/passwd")
    assert not reads_other_files(made.SerializeToString())


def test_the_numbers_are_those_of_the_format() -> None:
    for message, fields in FIELDS.items():
        described = getattr(onnx, message).DESCRIPTOR
        leading = {
            field.number: field.message_type.name
            for field in described.fields
            if field.message_type is not None and field.message_type.name in FIELDS
        }
        assert fields == leading
    tensor = TensorProto.DESCRIPTOR.fields_by_name
    assert (tensor["external_data"].number, tensor["data_location"].number) == (EXTERNAL_DATA, DATA_LOCATION)


@pytest.mark.parametrize("data", [b"\x3a", b"\x3a\x05ab", b"\xff" * 12, b"\x0b\x0c", b"\x09abc", b"\x08"])
def test_what_is_no_message_is_said_to_be_none(data: bytes) -> None:
    with pytest.raises(NotOnnx):
        reads_other_files(data)


@given(st.binary(max_size=200))
def test_any_bytes_are_answered_or_refused(data: bytes) -> None:
    with contextlib.suppress(NotOnnx):
        assert reads_other_files(data) in {True, False}
