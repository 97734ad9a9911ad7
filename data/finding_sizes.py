"""Objects by their measurements: as large in any unit, give or take; and whichever way round a flat one was held."""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

import numpy as np
from sqlalchemy import Connection, select

from data.filters import Size
from data.finding_fulltext import FullText, Ids
from data.finding_tables import SizeRow
from data.finding_terms import dimension_of, micro

TURNED: Final[Mapping[str, str]] = MappingProxyType({"height": "width", "width": "height"})
"""What a side is called once the object is turned by a quarter."""


def slack(size: Size) -> int:
    """Micrometres or micrograms by which it may be more or less."""
    return int(micro(size.value, size.unit) * size.tolerance / 100)


def turned(sizes: Sequence[Size]) -> tuple[Size, ...]:
    """The same with height and width exchanged; none where not both are given, for one side alone tells too little."""
    if not {dimension_of(size.dimension) for size in sizes} >= set(TURNED):
        return ()
    return tuple(
        size.model_copy(update={"dimension": TURNED.get(dimension_of(size.dimension), size.dimension)})
        for size in sizes
    )


def as_large(
    connection: Connection, texts: FullText, sizes: Sequence[Size], *, either_way: bool
) -> Iterator[Ids]:
    """The objects that have all of these measurements, none or one set of them. `either_way`: or all of them turned."""
    if not sizes:
        return
    ways = [sizes, turned(sizes)] if either_way else [sizes]
    found = [_with_all(connection, texts, way) for way in ways if way]
    yield np.unique(np.concatenate(found))


def _with_all(connection: Connection, texts: FullText, sizes: Sequence[Size]) -> Ids:
    found = [np.unique(texts.ids(connection, _of_size(size))) for size in sizes]
    agree = found[0]
    for one in found[1:]:
        agree = agree[np.isin(agree, one, assume_unique=True)]
    return agree


def _of_size(size: Size) -> Any:
    amount, off = micro(size.value, size.unit), slack(size)
    return select(SizeRow.object_id).where(
        SizeRow.dimension == dimension_of(size.dimension), SizeRow.amount.between(amount - off, amount + off)
    )
