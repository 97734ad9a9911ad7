"""Values in parts that fit into one statement."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

Value = TypeVar("Value")


def in_parts(values: Sequence[Value], size: int) -> Iterator[Sequence[Value]]:
    """The values in their order, `size` at a time."""
    for start in range(0, len(values), size):
        yield values[start : start + size]
