"""Finding records without a picture."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from data.finding import LONGEST_QUERY, FieldHidden, PlaceUnknown, WordsRefused
from service import journal
from service.api.deps import PartsDep, ReaderDep
from service.api.describing import failing
from service.asked import FieldsAsked, FieldsRefused
from service.finding import DEFAULT_LIMIT, LARGEST_LIMIT, FoundRecords
from service.invalid import invalid
from service.problems import BUSY, DATABASE_UNAVAILABLE, INVALID_REQUEST

router = APIRouter(prefix="/find", tags=["searches"])


@router.get("", responses=failing(INVALID_REQUEST, BUSY, DATABASE_UNAVAILABLE))
async def find_records(
    parts: PartsDep,
    reader: ReaderDep,
    fields: Annotated[FieldsAsked, Depends()],
    q: Annotated[
        str,
        Query(max_length=LONGEST_QUERY, description="Words of the record, of any field.", examples=["lemon"]),
    ] = "",
    limit: Annotated[int, Query(ge=1, le=LARGEST_LIMIT, description="How many records.", examples=[20])] = (
        DEFAULT_LIMIT
    ),
    after: Annotated[
        str, Query(max_length=40, description="The `next_after` of the page before.", examples=["0-17"])
    ] = "",
) -> FoundRecords:
    """Objects whose records hold every word and agree with every field that is given; at least one must be. Words
    with typing errors are put right, which the answer tells.
    """
    try:
        filters = fields.filters()
        return await parts.queue.run(journal.search_records, reader, q, filters, limit, after)
    except FieldsRefused as refused:
        raise invalid([(("query", name), says) for name, says in refused.errors]) from refused
    except FieldHidden as refused:
        raise invalid([(("query", name), str(refused)) for name in refused.names]) from refused
    except WordsRefused as refused:
        raise invalid([(("query", "q"), str(refused))]) from refused
    except PlaceUnknown as refused:
        raise invalid([(("query", "after"), str(refused))]) from refused
