"""Finding records without a picture, by words and by fields: what the API, the page and the command answer."""

from __future__ import annotations

from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field

from data.audit_events import WordsSearched
from data.filters import Filters
from data.finding import NOTHING, Correction, FoundPage, Query, WordsRefused
from data.object_id import Status
from data.reader import Reader
from data.register import RegisteredObject
from data.vocabulary.risk import risk_flags
from service.api.views import PREFIX

DEFAULT_LIMIT: Final = 20
LARGEST_LIMIT: Final = 100

FOUND_EXAMPLE: Final[dict[str, Any]] = {
    "object_id": 17,
    "title": "Lemon, pewter jug and oysters",
    "maker": "Isaac Maarsen",
    "type_path": ["paintings", "oil paintings", "still lifes"],
    "date": "1652",
    "status": "stolen",
    "photograph_id": 23,
    "thumbnail": f"{PREFIX}/photographs/23/thumbnail",
    "at_risk": [],
}
_CORRECTION: Final[dict[str, Any]] = {"word": "lemmon", "field": "", "instead": ["lemon"], "occurs": False}
RECORDS_EXAMPLE: Final[dict[str, Any]] = {
    "query": "lemmon and pewter",
    "words": ["lemmon", "and", "pewter"],
    "corrections": [_CORRECTION],
    "records": [FOUND_EXAMPLE],
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
    at_risk: list[str] = Field(
        description="Categories of the Red Lists that its record falls in, each with its list and year: a reason to "
        "look closely, and no match. The object itself tells why."
    )

    @property
    def name(self) -> str:
        """What to call it on a list: an object need not have a title."""
        return self.title or (self.type_path[-1] if self.type_path else f"Object {self.object_id}")


class WordCorrection(BaseModel):
    """A word that others were looked for instead of, or besides."""

    model_config = ConfigDict(json_schema_extra={"examples": [_CORRECTION]})

    word: str = Field(description="The word as it was looked for.")
    field: str = Field(description="The field it was asked for in; empty: any.")
    instead: list[str] = Field(
        description="Words of the register that are spelt alike, the most frequent first."
    )
    occurs: bool = Field(
        description="Whether the word itself occurs: the others were then looked for besides it, since no record "
        "had all that was asked for. If not, instead of it."
    )

    @classmethod
    def of(cls, correction: Correction) -> WordCorrection:
        """The view of a correction."""
        return cls(
            word=correction.word,
            field=correction.field,
            instead=list(correction.instead),
            occurs=correction.occurs,
        )

    @property
    def told(self) -> str:
        """What was done, in a sentence."""
        others = " or ".join(self.instead)
        within = f" in {self.field.replace('_', ' ')}" if self.field else ""
        if self.occurs:
            return f"No record has all of it. Also searched for {others} besides {self.word}{within}."
        return f"Searched for {others} instead of {self.word}{within}, which no record has."


class FoundRecords(BaseModel):
    """Objects by what their records say. That a record was found, or none, is no finding about any object."""

    model_config = ConfigDict(json_schema_extra={"examples": [RECORDS_EXAMPLE]})

    query: str = Field(description="The words as they were given; empty if only fields were.")
    words: list[str] = Field(description="The words as they were looked for in records: no case, no accents.")
    corrections: list[WordCorrection] = Field(
        description="Words that were looked for otherwise than they were given."
    )
    records: list[FoundObject] = Field(
        description="Objects whose records hold every word and agree with every field, withdrawn ones left out: the "
        "nearest first, those that have the words in the title before all."
    )
    total: int = Field(description="How many there are.")
    next_after: str | None = Field(
        description="Ask with `after` set to this for the next page of records; null: no more."
    )


def find_records(
    reader: Reader, text: str, filters: Filters = NOTHING, limit: int = DEFAULT_LIMIT, after: str = ""
) -> FoundRecords:
    """Find records by words, fields, or both: at most ``limit`` (1 to 100), from the first behind ``after``.

    Blocks. Raises WordsRefused, FieldHidden and PlaceUnknown (data.finding), DatabaseUnavailable.
    """
    if not text.strip() and not filters.given:
        raise WordsRefused("There is no word to search for. Give at least one letter or digit, or a field.")
    query = Query.of(text) if text.strip() else None
    page = reader.find(query, filters, limit, after)
    words = len(query.words) if query else 0
    reader.tell(WordsSearched(words=words, pictures=0, records=page.total, fields=filters.given))
    return FoundRecords(**records_of(query, page))


def records_of(query: Query | None, page: FoundPage) -> dict[str, Any]:
    """The fields of FoundRecords."""
    return {
        "query": query.text if query else "",
        "words": list(query.words) if query else [],
        "corrections": [WordCorrection.of(each) for each in page.corrections],
        "records": [FoundObject(**in_short(each)) for each in page.objects],
        "total": page.total,
        "next_after": page.after or None,
    }


def in_short(found: RegisteredObject, photograph_id: int | None = None) -> dict[str, Any]:
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
        "at_risk": [flag.name for flag in risk_flags(record)],
    }
