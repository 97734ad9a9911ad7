"""Finds in an ONNX file what would make a runtime read other files, without the package that defines the format.

A tensor of an ONNX file may lie in another file that it names, by any path. Such files are refused before a runtime
opens them. The serving installation has no package that reads ONNX, so the few fields that lead to a tensor are
followed here, in the wire format of Protocol Buffers (protobuf.dev/programming-guides/encoding), with the numbers of
onnx.proto3.
"""

from collections.abc import Iterator

FIELDS: dict[str, dict[int, str]] = {
    "ModelProto": {7: "GraphProto", 20: "TrainingInfoProto", 25: "FunctionProto"},
    "TrainingInfoProto": {1: "GraphProto", 2: "GraphProto"},
    "FunctionProto": {7: "NodeProto", 11: "AttributeProto"},
    "GraphProto": {1: "NodeProto", 5: "TensorProto", 15: "SparseTensorProto"},
    "NodeProto": {5: "AttributeProto"},
    "AttributeProto": {
        5: "TensorProto",
        6: "GraphProto",
        10: "TensorProto",
        11: "GraphProto",
        22: "SparseTensorProto",
        23: "SparseTensorProto",
    },
    "SparseTensorProto": {1: "TensorProto", 2: "TensorProto"},
    "TensorProto": {},
}
"""By message, the fields that lead to a tensor, and which message each holds."""
EXTERNAL_DATA, DATA_LOCATION = 13, 14
"""Of TensorProto: where its data lie elsewhere, and whether they do."""
VARINT, FIXED64, LENGTH, FIXED32 = 0, 1, 2, 5
LONGEST_VARINT = 10


class NotOnnx(ValueError):
    """The bytes are no message of this format."""


def reads_other_files(model: bytes) -> bool:
    """Whether a tensor of an ONNX model lies in another file. Raises NotOnnx."""
    view = memoryview(model)
    waiting = [("ModelProto", 0, len(view))]
    while waiting:
        message, start, end = waiting.pop()
        for number, first, last in _fields(view, start, end):
            if message == "TensorProto" and number in {EXTERNAL_DATA, DATA_LOCATION}:
                if number == EXTERNAL_DATA or any(view[first:last]):
                    return True
            elif number in FIELDS[message]:
                waiting.append((FIELDS[message][number], first, last))
    return False


def _fields(view: memoryview, position: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Each field's number, and where its content begins and ends."""
    while position < end:
        tag, position = _varint(view, position, end)
        kind = tag & 7
        if kind == VARINT:
            _, last = _varint(view, position, end)
        elif kind == LENGTH:
            length, position = _varint(view, position, end)
            last = position + length
        elif kind in {FIXED64, FIXED32}:
            last = position + (8 if kind == FIXED64 else 4)
        else:
            raise NotOnnx("it holds a field of an unknown kind")
        if last > end:
            raise NotOnnx("it is cut off")
        yield tag >> 3, position, last
        position = last


def _varint(view: memoryview, position: int, end: int) -> tuple[int, int]:
    value = 0
    for index in range(LONGEST_VARINT):
        if position + index >= end:
            raise NotOnnx("it is cut off")
        byte = view[position + index]
        value |= (byte & 0x7F) << (7 * index)
        if byte < 0x80:
            return value, position + index + 1
    raise NotOnnx("it holds a number that is too long")
