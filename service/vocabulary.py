"""The vocabulary and the Red Lists as the API and the command line answer with them."""

from __future__ import annotations

from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field

from data.vocabulary.red_lists import Category, red_lists
from data.vocabulary.terms import Kind, Language, Term, Vocabulary, vocabulary

DEFAULT_LIMIT: Final = 10

_LABELS: dict[str, Any] = {
    "en": ["oil paintings", "oil painting"],
    "fr": ["peintures \u00e0 l'huile", "peinture \u00e0 l'huile"],
    "es": ["pinturas al \u00f3leo", "pintura al \u00f3leo"],
    "it": ["dipinti a olio", "dipinto a olio"],
    "de": ["\u00d6lgem\u00e4lde", "\u00d6lbilder"],
}
_TERM: dict[str, Any] = {
    "key": "oil-paintings",
    "label": "oil paintings",
    "matched": "oil painting",
    "path": [{"key": "paintings", "label": "paintings"}, {"key": "oil-paintings", "label": "oil paintings"}],
    "aat": "300033799",
    "aat_uri": "http://vocab.getty.edu/aat/300033799",
    "labels": _LABELS,
    "narrower": 0,
}


class Step(BaseModel):
    """A term in short."""

    key: str
    label: str = Field(description="Its preferred label in the language that was asked for.")


class TermView(BaseModel):
    """A term of the vocabulary."""

    model_config = ConfigDict(json_schema_extra={"examples": [_TERM]})

    key: str = Field(description="Its own key. Stable.")
    label: str = Field(description="Its preferred label in the language that was asked for.")
    matched: str = Field(description="The label that fits what was asked; empty if nothing was.")
    path: list[Step] = Field(description="The term behind its broader ones, the most general first.")
    aat: str = Field(
        description="Identifier in the Art & Architecture Thesaurus; empty if it is not known for sure."
    )
    aat_uri: str = Field(description="The same as an address.")
    labels: dict[Language, list[str]] = Field(description="All labels of each language, the preferred first.")
    narrower: int = Field(description="How many terms are right below it: `within` lists them.")


class VocabularyAnswer(BaseModel):
    """What was found in a vocabulary."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "kind": "types",
                    "language": "en",
                    "found": _TERM,
                    "terms": [_TERM],
                    "size": 416,
                }
            ]
        }
    )

    kind: Kind = Field(description="What its terms name.")
    language: Language = Field(description="The language of `label`.")
    found: TermView | None = Field(description="The term that `q` or `aat` names; null if none is.")
    terms: list[TermView] = Field(
        description="With `q`: terms of which a word begins so. Else those right below `within`, or at the top."
    )
    size: int = Field(description="How many terms the vocabulary has.")


class CategoryView(BaseModel):
    """A category at risk."""

    name: str
    types: list[str] = Field(description="Keys of the terms of its types; empty: whatever it is.")
    cultures: list[str] = Field(
        description="Words for cultures and styles that tell its origin. `*`: any word that begins so."
    )
    places: list[str] = Field(description="Words for countries, regions and sites; likewise.")
    first: int | None = Field(
        description="First year of its period, negative before Christ; null: unlimited."
    )
    last: int | None = Field(description="Last year; likewise.")
    note: str = Field(description="What it is about.")

    @classmethod
    def of(cls, category: Category) -> CategoryView:
        """The view of a category."""
        return cls(
            name=category.name,
            types=list(category.types),
            cultures=list(category.cultures.written),
            places=list(category.places.written),
            first=category.first,
            last=category.last,
            note=category.note,
        )


class RedListView(BaseModel):
    """A Red List of ICOM, in words of our own."""

    key: str
    title: str
    region: str
    year: int = Field(description="The year in which ICOM published it.")
    categories: list[CategoryView]


class RedLists(BaseModel):
    """The Red Lists: categories of objects at risk. None of them is a list of stolen objects."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "red_lists": [
                        {
                            "key": "africa",
                            "title": "Red List of African archaeological objects",
                            "region": "Africa south of the Sahara",
                            "year": 2000,
                            "categories": [
                                {
                                    "name": "Nok terracottas",
                                    "types": ["sculpture"],
                                    "cultures": ["Nok"],
                                    "places": ["Nigeria*", "Katsina"],
                                    "first": -1500,
                                    "last": 600,
                                    "note": "Figures and heads of coarse terracotta.",
                                }
                            ],
                        }
                    ]
                }
            ]
        }
    )

    red_lists: list[RedListView] = Field(description="By the year in which they were published.")


def look_up(
    kind: Kind,
    text: str = "",
    language: Language | None = None,
    aat: str = "",
    within: str = "",
    limit: int = DEFAULT_LIMIT,
) -> VocabularyAnswer:
    """Look terms up by the beginning of a word, by an identifier of the thesaurus, or by a broader term.

    Without a language all are searched, and labels are English. Raises TermUnknown for `within`.
    """
    terms, shown = vocabulary(kind), language or Language.en
    found = (terms.find(text, language) if text.strip() else None) or (terms.by_aat(aat) if aat else None)
    if within:
        terms.get(within)
    if text.strip():
        listed = [_view(terms, each.term, shown, each.label) for each in terms.suggest(text, language, limit)]
    else:
        listed = [_view(terms, each, shown) for each in terms.narrower(within)]
    return VocabularyAnswer(
        kind=kind,
        language=shown,
        found=_view(terms, found, shown, text.strip()) if found else None,
        terms=listed,
        size=len(terms.terms),
    )


def all_red_lists() -> RedLists:
    """All Red Lists with their categories."""
    return RedLists(
        red_lists=[
            RedListView(
                key=each.key,
                title=each.title,
                region=each.region,
                year=each.year,
                categories=[CategoryView.of(category) for category in each.categories],
            )
            for each in red_lists()
        ]
    )


def _view(terms: Vocabulary, term: Term, language: Language, matched: str = "") -> TermView:
    return TermView(
        key=term.key,
        label=term.label(language),
        matched=matched,
        path=[Step(key=each.key, label=each.label(language)) for each in terms.path(term)],
        aat=term.aat,
        aat_uri=term.aat_uri,
        labels={each: list(term.labels[each]) for each in Language},
        narrower=len(terms.narrower(term.key)),
    )
