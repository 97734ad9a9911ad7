"""What is told of a record beside what it says: categories at risk that it falls in, and what it lacks."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from data.completeness import Completeness, Missing
from data.object_id import ViewKind
from data.vocabulary.red_lists import SOURCE
from data.vocabulary.risk import NO_MATCH, Aspect, RiskFlag

MISSING_EXAMPLE: dict[str, JsonValue] = {
    "part": "photographs",
    "view": "back",
    "add": "A photograph of the back or the other side.",
    "why": "Labels, stamps and stretchers identify an object, and sellers show the back of a doubtful front.",
    "partly": False,
    "points": 5,
}
COMPLETENESS_EXAMPLE: dict[str, Any] = {"share": 0.96, "missing": [MISSING_EXAMPLE]}


class RiskFlagView(BaseModel):
    """A category of a Red List that a record falls in: a reason to look closely, and no match."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "red_list": "africa",
                    "title": "Red List of African archaeological objects",
                    "region": "Africa south of the Sahara",
                    "year": 2000,
                    "category": "Nok terracottas",
                    "note": "Figures and heads of coarse terracotta from central and northern Nigeria.",
                    "agreed": ["type", "origin"],
                    "unknown": ["period"],
                    "why": "Type and origin agree with \u201cNok terracottas\u201d of the Red List of African "
                    "archaeological objects (2000); the origin by the word \u201cNok\u201d. The record does not tell "
                    "the period.",
                    "meaning": NO_MATCH,
                    "source": SOURCE,
                }
            ]
        }
    )

    red_list: str = Field(description="Key of the Red List: GET /api/v1/red-lists answers with all of it.")
    title: str = Field(description="Its title.")
    region: str
    year: int = Field(description="The year in which ICOM published it.")
    category: str = Field(description="The category at risk.")
    note: str = Field(description="What it is about.")
    agreed: list[Aspect] = Field(description="In what record and category agree.")
    unknown: list[Aspect] = Field(description="What the record does not tell.")
    why: str = Field(description="The same in words.")
    meaning: str = Field(description="What such a flag means, and what it does not.")
    source: str = Field(description="Where ICOM publishes its Red Lists.")

    @classmethod
    def of(cls, flag: RiskFlag) -> RiskFlagView:
        """The view of a flag."""
        return cls(
            red_list=flag.list.key,
            title=flag.list.title,
            region=flag.list.region,
            year=flag.list.year,
            category=flag.category.name,
            note=flag.category.note,
            agreed=list(flag.agreed),
            unknown=list(flag.unknown),
            why=flag.why,
            meaning=NO_MATCH,
            source=SOURCE,
        )


class MissingView(BaseModel):
    """Something that a record lacks of Object ID."""

    model_config = ConfigDict(json_schema_extra={"examples": [MISSING_EXAMPLE]})

    part: str = Field(description="Field of the record, or `photographs`.")
    view: ViewKind | None = Field(
        description="What the photograph that lacks should show; null for a field of the record."
    )
    add: str = Field(description="What to add.")
    why: str = Field(description="What it is good for.")
    partly: bool = Field(description="Whether something of it is there.")
    points: int = Field(description="How much it helps, beside the others.")

    @classmethod
    def of(cls, missing: Missing) -> MissingView:
        """The view of what lacks."""
        return cls(
            part=missing.part,
            view=missing.view,
            add=missing.add,
            why=missing.why,
            partly=missing.partly,
            points=missing.points,
        )


class CompletenessView(BaseModel):
    """How much of what Object ID asks for a record and its photographs tell."""

    model_config = ConfigDict(json_schema_extra={"examples": [COMPLETENESS_EXAMPLE]})

    share: float = Field(
        description="From 0 to 1, each part counted by how much it helps to recognise an object."
    )
    missing: list[MissingView] = Field(description="What to add, the most useful first.")

    @classmethod
    def of(cls, told: Completeness) -> CompletenessView:
        """The view of a completeness."""
        return cls(share=round(told.share, 3), missing=[MissingView.of(each) for each in told.missing])
