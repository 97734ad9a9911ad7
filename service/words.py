"""Words as a query: registered pictures that look like them, and records that hold them.

Nothing is identified and no search record is kept: who has a photo of the object searches with that.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field

from data.audit import AuditTrail
from data.audit_events import WordsSearched
from data.finding import Query, find_by_words
from data.object_id import Status
from data.register import Register, RegisteredObject
from indexer.engine import Engine
from indexer.vectors.index import IndexUnusable
from indexer.words import WordSearch
from service.api.views import PREFIX

DEFAULT_LIMIT: Final = 20
LARGEST_LIMIT: Final = 100
OBJECTS_LOOKED_AT: Final = 2 * LARGEST_LIMIT
"""More than are shown: the database may take some away."""
DECIMALS: Final = 4

RECORDS_ONLY: Final = "Words search the records only: the installed model knows no words."
INDEX_EMPTY: Final = "The index holds no photographs, so no picture can be found."
FIRST_PAGE_ONLY: Final = "Pictures are answered with the first page of the records."

_OBJECT: dict[str, Any] = {
    "object_id": 17,
    "title": "Lemon, pewter jug and oysters",
    "maker": "Isaac Maarsen",
    "type_path": ["paintings", "oil paintings", "still lifes"],
    "date": "1652",
    "status": "stolen",
    "photograph_id": 23,
    "thumbnail": f"{PREFIX}/photographs/23/thumbnail",
}
_EXAMPLE: dict[str, Any] = {
    "query": "lemon and pewter",
    "words": ["lemon", "and", "pewter"],
    "pictures": [{**_OBJECT, "likeness": 0.2874}],
    "no_pictures": "",
    "model": "clip-ViT-B-32-1-5c1f0a77d2",
    "generation": 12,
    "photographs": 6120,
    "records": [_OBJECT],
    "total": 1,
    "next_after": None,
}


class FoundObject(BaseModel):
    """An object in short."""

    object_id: int = Field(description="Its number: GET /api/v1/objects/{object_id} answers with all of it.")
    title: str
    maker: str
    type_path: list[str] = Field(description="Type of object, general first.")
    date: str = Field(description="When it was made, as written.")
    status: Status
    photograph_id: int | None = Field(description="The photograph that is shown; null if it has none.")
    thumbnail: str | None = Field(description="Address of a small copy of it.")

    @property
    def name(self) -> str:
        """What to call it on a list: an object need not have a title."""
        return self.title or (self.type_path[-1] if self.type_path else f"Object {self.object_id}")


class FoundPicture(FoundObject):
    """An object, by the photograph of it that is most like the words."""

    likeness: float = Field(
        description="How like the photograph is to the words, -1 to 1: it orders the pictures of this answer. It is no "
        "probability, and no figure to compare with other queries or models."
    )


class WordsAnswer(BaseModel):
    """What was found with words. Pictures that look alike are no finding about any object."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    query: str = Field(description="The words as they were given.")
    words: list[str] = Field(description="The words as they were looked for in records: no case, no accents.")
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
    records: list[FoundObject] = Field(
        description="Objects whose records hold every word, withdrawn and merged ones left out: those first that "
        "have the words in the title."
    )
    total: int = Field(description="How many records hold every word.")
    next_after: str | None = Field(
        description="Ask with `after` set to this for the next page of records; null: no more."
    )


def answer_words(
    register: Register, engine: Callable[[], Engine], text: str, limit: int = DEFAULT_LIMIT, after: str = ""
) -> WordsAnswer:
    """Search photographs and records by words: at most ``limit`` (1 to 100) of each.

    With ``after``, the page of records that follows, and no pictures. The audit trail says that somebody searched
    with words, but not with which. Blocks. Raises WordsRefused and PlaceUnknown
    (data.finding), DatabaseUnavailable; an index that cannot be used only means that there are no pictures.
    """
    query = Query.of(text)
    records = find_by_words(register.database, query, limit, after)
    search, why_not = (None, FIRST_PAGE_ONLY) if after else searchable(engine)
    pictures = _pictures(register, search, query.text)[:limit] if search else None
    told = WordsSearched(words=len(query.words), pictures=len(pictures or ()), records=records.total)
    AuditTrail(register.database).tell(register.actor, told)
    return WordsAnswer(
        query=query.text,
        words=list(query.words),
        pictures=pictures,
        no_pictures=why_not,
        model=search.model if search else None,
        generation=search.generation if search else None,
        photographs=search.photographs if search else None,
        records=[FoundObject(**_in_short(each)) for each in records.objects],
        total=records.total,
        next_after=records.after or None,
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


def _pictures(register: Register, search: WordSearch, text: str) -> list[FoundPicture]:
    found = search.search(text, OBJECTS_LOOKED_AT)
    registered = register.searchable({each.photograph_id for each in found})
    return [
        FoundPicture(
            **_in_short(registered[each.photograph_id], each.photograph_id),
            likeness=round(each.likeness, DECIMALS),
        )
        for each in found
        if each.photograph_id in registered
    ]


def _in_short(found: RegisteredObject, photograph_id: int | None = None) -> dict[str, Any]:
    """The fields of a FoundObject, shown by this photograph or by its first."""
    record = found.record
    if photograph_id is None and found.photographs:
        photograph_id = found.photographs[0].id
    return {
        "object_id": found.id,
        "title": record.title,
        "maker": record.maker,
        "type_path": list(record.type_path),
        "date": record.date.text if record.date else "",
        "status": record.status,
        "photograph_id": photograph_id,
        "thumbnail": photograph_id and f"{PREFIX}/photographs/{photograph_id}/thumbnail",
    }
