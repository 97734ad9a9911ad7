"""The seam `VectorIndex`: ids and vectors in, the nearest ids out."""

from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Protocol, Self

import numpy as np
import numpy.typing as npt

Ids = npt.NDArray[np.int64]
Vectors = npt.NDArray[np.float32]
Codes = npt.NDArray[np.uint8]
Parts = Callable[[], Iterator[tuple[Ids, Codes]]]
"""Ids and codes in parts that are read anew, and give the same, each time they are asked for."""

NOTHING = -1
"""The id in place of a neighbour where an index holds fewer than were asked for."""


class IndexUnusable(Exception):
    """What lies on disk can't be served: torn, changed, or made by other models."""

    def __init__(self, reason: str, advice: str) -> None:
        super().__init__(f"{reason} {advice}")
        self.reason = reason
        self.advice = advice

    def __reduce__(self) -> tuple[type, tuple[str, str]]:
        """How it reaches another process."""
        return type(self), (self.reason, self.advice)


class VectorIndex(Protocol):
    """Vectors with stable ids.

    Life cycle of one index:

        blank() -> add ... add -> publish(folder)              by one writer, once
                                  open(folder) -> search        by any number of threads
                                               -> remove, restore, beside running searches
        blank() -> fill(parts)                 -> search ...    instead, where the codes are kept elsewhere

    An index that has been published or filled is never added to: what comes later goes into another index and the
    answers are merged, which is why `encode` is the same for every index of a kind and distances compare.
    Ids are given from outside, are never reused, and survive `publish` and `open`.
    """

    @property
    def kind(self) -> str:
        """A name that changes whenever codes or distances do; an index of another kind is refused."""
        ...

    @property
    def code_bytes(self) -> int:
        """How many bytes are kept of a vector."""
        ...

    def __len__(self) -> int:
        """How many vectors, removed ones included."""
        ...

    def blank(self) -> Self:
        """An empty index of the same kind."""
        ...

    def encode(self, vectors: Vectors) -> Codes:
        """What is kept of float32 (n, d) vectors: uint8 (n, c). Slow; done once for each photo."""
        ...

    def add(self, ids: Ids, codes: Codes) -> None:
        """Add encoded vectors under int64 (n,) ids, each higher than all before it.

        Raises ValueError on an id below 0 or out of order, and on a wrong shape; then nothing was added.
        """
        ...

    def fill(self, parts: Parts) -> None:
        """Add all parts, one after the other, to an empty index, taking no more memory than they need.

        Raises ValueError as `add` does and on an index that holds anything; then this index is of no use any more.
        """
        ...

    def remove(self, ids: Collection[int]) -> None:
        """Leave these ids out of every later search, as if they had never been added. Unknown ids are no error."""
        ...

    def restore(self, ids: Collection[int]) -> None:
        """Take `remove` back for these ids."""
        ...

    def within(self, groups: Ids, size: int, bits: int = 0) -> Self:
        """The same vectors, of which only those are searched whose id, but for its last `bits`, is among `groups`.

        groups  int64 (g,), ascending
        size    how many vectors these are, the removed ones left out: it is the length of what comes back
        What is removed from this index later is not removed from what came back, which is there for one search.
        """
        ...

    def search(self, vectors: Vectors, count: int) -> tuple[Ids, Vectors]:
        """The nearest of float32 (n, d): ids and squared distances, both (n, count), nearest first.

        Where there are fewer than `count`: NOTHING and infinity. Equal distances: the lower id first.
        """
        ...

    def publish(self, folder: Path) -> list[Path]:
        """Write to files in an existing folder, and say which; the same index gives the same bytes."""
        ...

    def open(self, folder: Path) -> Self:
        """Read what `publish` wrote there. Raises IndexUnusable."""
        ...
