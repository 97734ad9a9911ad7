"""Words as a query: registered pictures that look like them, and records that hold them.

Nothing is identified and no search record is kept: who has a photo of the object searches with that.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from pydantic import ConfigDict, Field

from data.audit_events import WordsSearched
from data.finding import Query
from data.reader import Reader
from indexer.engine import Engine
from indexer.vectors.index import IndexUnusable
from indexer.words import WordSearch
from service.finding import (
    DEFAULT_LIMIT,
    FOUND_EXAMPLE,
    LARGEST_LIMIT,
    RECORDS_EXAMPLE,
    FoundObject,
    FoundRecords,
    in_short,
    records_of,
)

OBJECTS_LOOKED_AT: Final = 2 * LARGEST_LIMIT
"""More than are shown: the database may take some away."""
DECIMALS: Final = 4

RECORDS_ONLY: Final = "Words search the records only: the installed model knows no words."
INDEX_EMPTY: Final = "The index holds no photographs, so no picture can be found."
FIRST_PAGE_ONLY: Final = "Pictures are answered with the first page of the records."

_EXAMPLE: dict[str, Any] = {
    **RECORDS_EXAMPLE,
    "pictures": [{**FOUND_EXAMPLE, "likeness": 0.2874}],
    "no_pictures": "",
    "model": "clip-ViT-B-32-1-5c1f0a77d2",
    "generation": 12,
    "photographs": 6120,
}


class FoundPicture(FoundObject):
    """An object, by the photograph of it that is most like the words."""

    likeness: float = Field(
        description="How like the photograph is to the words, -1 to 1: it orders the pictures of this answer. It is no "
        "probability, and no figure to compare with other queries or models."
    )


class WordsAnswer(FoundRecords):
    """What was found with words. Pictures that look alike are no finding about any object."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    pictures: list[FoundPicture] | None = Field(
        description="Objects whose photographs look like the words, the most like first; null if no photographs were "
        "searched."
    )
    no_pictures: str = Field(description="Why `pictures` is null; empty if it is not.")
    model: str | None = Field(
        description="Id of the card of the model that compared words and photographs; null if none did."
    )
    generation: int | None = Field(
        description="Number of the published index that was searched; null likewise."
    )
    photographs: int | None = Field(description="How many photographs were searched; null likewise.")


def answer_words(
    reader: Reader, engine: Callable[[], Engine], text: str, limit: int = DEFAULT_LIMIT, after: str = ""
) -> WordsAnswer:
    """Search photographs and records by words: at most ``limit`` (1 to 100) of each.

    With ``after``, the page of records that follows, and no pictures. The audit trail says that somebody searched
    with words, but not with which. Blocks. Raises WordsRefused and PlaceUnknown
    (data.finding), DatabaseUnavailable; an index that cannot be used only means that there are no pictures.
    """
    query = Query.of(text)
    page = reader.find(query, limit=limit, after=after)
    search, why_not = (None, FIRST_PAGE_ONLY) if after else searchable(engine)
    pictures = _pictures(reader, search, query.text)[:limit] if search else None
    reader.tell(WordsSearched(words=len(query.words), pictures=len(pictures or ()), records=page.total))
    return WordsAnswer(
        **records_of(query, page),
        pictures=pictures,
        no_pictures=why_not,
        model=search.model if search else None,
        generation=search.generation if search else None,
        photographs=search.photographs if search else None,
    )


def searchable(engine: Callable[[], Engine]) -> tuple[WordSearch | None, str]:
    """What searches photographs by words now; or None, and why there is nothing that does."""
    try:
        search = engine().by_words()
    except IndexUnusable as refused:
        return None, str(refused)
    if not search.knows_words:
        return None, RECORDS_ONLY
    return (search, "") if search.photographs else (None, INDEX_EMPTY)


def _pictures(reader: Reader, search: WordSearch, text: str) -> list[FoundPicture]:
    found = search.search(text, OBJECTS_LOOKED_AT)
    registered = reader.searchable({each.photograph_id for each in found})
    return [
        FoundPicture(
            **in_short(registered[each.photograph_id], each.photograph_id),
            likeness=round(each.likeness, DECIMALS),
        )
        for each in found
        if each.photograph_id in registered
    ]
