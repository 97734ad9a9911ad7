"""Words as a query."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from data.finding import LONGEST_QUERY
from service import journal
from service.api.deps import PartsDep, ReaderDep
from service.api.describing import failing
from service.api.refusing import refusing
from service.finding import DEFAULT_LIMIT, LARGEST_LIMIT
from service.problems import BUSY, DATABASE_UNAVAILABLE, INVALID_REQUEST
from service.words import WordsAnswer

router = APIRouter(prefix="/words", tags=["searches"])


@router.get("", responses=failing(INVALID_REQUEST, BUSY, DATABASE_UNAVAILABLE))
async def find_words(
    parts: PartsDep,
    reader: ReaderDep,
    q: Annotated[
        str,
        Query(max_length=LONGEST_QUERY, description="The words.", examples=["bronze horse, green patina"]),
    ],
    limit: Annotated[
        int,
        Query(ge=1, le=LARGEST_LIMIT, description="How many pictures and how many records.", examples=[20]),
    ] = DEFAULT_LIMIT,
    after: Annotated[
        str,
        Query(
            max_length=40, description="The `next_after` of the page of records before.", examples=["0-17"]
        ),
    ] = "",
) -> WordsAnswer:
    """Registered pictures that look like the words, if the installed model knows words, and records that hold them
    all. Words identify nothing: search with a photo where there is one.
    """
    with refusing("query"):
        return await parts.queue.run(journal.search_by_words, reader, parts.keeper.engine, q, limit, after)
