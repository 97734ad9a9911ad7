"""Which ids FAISS compares: selectors, each with what it refers to, since FAISS keeps no hold of that."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final

import faiss
import numpy as np
import numpy.typing as npt

from indexer.vectors.index import Ids

BYTES_AN_ID: Final = 40
"""About what an id takes in a selector that lists them."""


@dataclass(frozen=True, slots=True)
class Selection:
    """A selector, and what must live as long as it does."""

    selector: Any
    held: tuple[Any, ...]


def all_but(ids: Collection[int]) -> Selection:
    """Every id but these."""
    listed = faiss.IDSelectorBatch(np.array(sorted(ids), np.int64))
    return Selection(faiss.IDSelectorNot(listed), (listed,))


def only(groups: Ids, bits: int = 0) -> Selection:
    """The ids that are, but for their last `bits`, among the groups: int64 (g,), ascending.

    A bit for every id up to the highest, or a list of the ids, whichever takes less memory. Both ask FAISS for a step a
    code, much less than comparing it.
    """
    ids, highest = len(groups) << bits, (int(groups[-1]) + 1 if len(groups) else 0) << bits
    if BYTES_AN_ID * ids < highest // 8:
        within = np.arange(1 << bits, dtype=np.int64)
        listed = faiss.IDSelectorBatch(((groups << bits)[:, None] + within).ravel())
        return Selection(listed, ())
    bitmap = _bitmap(groups, bits)
    return Selection(faiss.IDSelectorBitmap(bitmap), (bitmap,))


def both(one: Selection, other: Selection | None) -> Selection:
    """The ids that both select; those of one alone without another."""
    if other is None:
        return one
    return Selection(faiss.IDSelectorAnd(one.selector, other.selector), (one, other))


def _bitmap(groups: Ids, bits: int) -> npt.NDArray[np.uint8]:
    """A bit for each id, the lowest of a byte first."""
    chosen = np.zeros(int(groups[-1]) + 1 if len(groups) else 0, bool)
    chosen[groups] = True
    if bits < 3:
        return np.packbits(np.repeat(chosen, 1 << bits), bitorder="little")
    bitmap = np.zeros((len(chosen), 1 << (bits - 3)), np.uint8)
    bitmap[chosen] = 255
    return bitmap.ravel()
