"""The vocabulary of types and materials, and the Red Lists."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from data.vocabulary.terms import MOST_SUGGESTED, Kind, Language, TermUnknown
from service.api.describing import failing
from service.invalid import invalid
from service.problems import INVALID_REQUEST
from service.vocabulary import DEFAULT_LIMIT, RedLists, VocabularyAnswer, all_red_lists, look_up

router = APIRouter(tags=["vocabulary"])

LONGEST = 200

Text = Annotated[
    str,
    Query(
        max_length=LONGEST,
        description="Beginning of a word of a term; case and accents do not matter.",
        examples=["oil painting"],
    ),
]
AskedLanguage = Annotated[
    Language | None,
    Query(
        description="Language of what is asked and of the labels. Without it all are searched, and labels are English.",
        examples=["en"],
    ),
]
Aat = Annotated[
    str,
    Query(
        max_length=LONGEST,
        description="An identifier of the Art & Architecture Thesaurus, alone or as an address.",
        examples=["300033799"],
    ),
]
Within = Annotated[
    str,
    Query(
        max_length=LONGEST,
        description="Key of a term, to list those right below it.",
        examples=["paintings"],
    ),
]
Limit = Annotated[
    int, Query(ge=1, le=MOST_SUGGESTED, description="How many terms to suggest for `q`.", examples=[10])
]


@router.get("/vocabulary/types", responses=failing(INVALID_REQUEST))
def find_types(
    q: Text = "",
    language: AskedLanguage = None,
    aat: Aat = "",
    within: Within = "",
    limit: Limit = DEFAULT_LIMIT,
) -> VocabularyAnswer:
    """Terms for what an object is: by the beginning of a word, by an identifier, or those below another one."""
    return _found(Kind.types, q, language, aat, within, limit)


@router.get("/vocabulary/materials", responses=failing(INVALID_REQUEST))
def find_materials(
    q: Text = "",
    language: AskedLanguage = None,
    aat: Aat = "",
    within: Within = "",
    limit: Limit = DEFAULT_LIMIT,
) -> VocabularyAnswer:
    """Terms for what an object is made of, and how: likewise."""
    return _found(Kind.materials, q, language, aat, within, limit)


@router.get("/red-lists", responses=failing())
def list_red_lists() -> RedLists:
    """The Red Lists of ICOM: categories of objects at risk. None of them is a list of stolen objects."""
    return all_red_lists()


def _found(
    kind: Kind, q: str, language: Language | None, aat: str, within: str, limit: int
) -> VocabularyAnswer:
    try:
        return look_up(kind, q, language, aat, within, limit)
    except TermUnknown as unknown:
        raise invalid([(("query", "within"), str(unknown))]) from unknown
