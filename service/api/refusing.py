"""What is asked for by words and fields: how a route takes it, and how it says that it can't be searched for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Literal

from fastapi import Query

from data.finding import LONGEST_QUERY, FieldHidden, PlaceUnknown, WordsRefused
from service.asked import FieldsRefused
from service.invalid import invalid

WordsAsked = Annotated[
    str,
    Query(max_length=LONGEST_QUERY, description="Words of the record, of any field.", examples=["lemon"]),
]


@contextmanager
def refusing(sent_in: Literal["query", "body"]) -> Iterator[None]:
    """Tell of words, fields and places that are refused in the block, as a ServiceProblem that names each."""
    try:
        yield
    except FieldsRefused as refused:
        raise invalid([((sent_in, name), says) for name, says in refused.errors]) from refused
    except FieldHidden as refused:
        raise invalid([((sent_in, name), str(refused)) for name in refused.names]) from refused
    except WordsRefused as refused:
        raise invalid([((sent_in, "q"), str(refused))]) from refused
    except PlaceUnknown as refused:
        raise invalid([((sent_in, "after"), str(refused))]) from refused
