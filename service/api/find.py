"""Finding records without a picture."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from service import journal
from service.api.deps import PartsDep, ReaderDep
from service.api.describing import failing
from service.api.refusing import WordsAsked, refusing
from service.asked import FieldsAsked
from service.finding import DEFAULT_LIMIT, LARGEST_LIMIT, FoundRecords
from service.problems import BUSY, DATABASE_UNAVAILABLE, INVALID_REQUEST

router = APIRouter(prefix="/find", tags=["searches"])


@router.get("", responses=failing(INVALID_REQUEST, BUSY, DATABASE_UNAVAILABLE))
async def find_records(
    parts: PartsDep,
    reader: ReaderDep,
    fields: Annotated[FieldsAsked, Depends()],
    q: WordsAsked = "",
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
    with refusing("query"):
        filters = fields.filters()
        return await parts.queue.run(journal.search_records, reader, q, filters, limit, after)
