"""The search record: the dated proof of what a search looked through and what it found.

It is written once and never changed, so it holds copies (the object as it was at that moment), not
references. What the searcher's role does not see is not in it, and owners and the circumstances of a theft never.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, field_validator

from data.visibility import Role
from indexer.decide import Verdict
from indexer.differ import DifferenceKind
from indexer.explain import EvidenceKind
from service.api.record_views import RiskFlagView
from service.records.alert import AlertRecord
from service.records.asking import AskedRecord, FieldRecord, NarrowedCoverage
from service.records.examples import EXAMPLE_RECORD

Point = tuple[float, float, float, float]
Corner = tuple[float, float]
Homography = tuple[float, float, float, float, float, float, float, float, float]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SearchedPhoto(_Frozen):
    """One of the photos that were searched with. The photo itself is not part of the record."""

    sha256: str = Field(description="SHA-256 of the bytes that were sent, in hexadecimal digits.")
    format: str = Field(description="Format of those bytes, for example `JPEG`.")
    original_width: int = Field(description="Width of the photo that was sent, in pixels.")
    original_height: int = Field(description="Height of the photo that was sent, in pixels.")
    width: int = Field(description="Width it was searched with, upright, in pixels.")
    height: int = Field(description="Height it was searched with, upright, in pixels.")
    notes: tuple[str, ...] = Field(description="What was done to it before the search.")


class MeasurementSummary(_Frozen):
    """A measurement of the object: a value, its unit and which dimension it is."""

    dimension: str
    value: str
    unit: str


class TheftSummary(_Frozen):
    """When and where the object was lost, as reported."""

    earliest: date | None
    latest: date | None
    place: str


class ObjectSummary(_Frozen):
    """What a searcher sees of a registered object, as it was when the search was made."""

    version: int = Field(description="Version of the object's record at that moment.")
    status: str
    title: str
    type_path: tuple[str, ...] = Field(description="Type of object, the general term first.")
    maker: str
    date: str = Field(description="Date or period, in words.")
    materials: str
    measurements: tuple[MeasurementSummary, ...]
    inventory_number: str
    theft: TheftSummary | None
    authority: str = Field(description="Who reported the object. Contact them about a match.")
    case_reference: str = Field(
        description="The authority's reference; quote it. Empty for those who do not see it: quote the object's number."
    )
    source_register: str = Field(
        default="",
        description="Name of the register that it came from; empty in records from before there were several.",
    )


class PartRecord(_Frozen):
    """A further part of the object that agrees by a mapping of its own: another panel, another side."""

    mapping: Homography = Field(description="As the candidate's.")
    points: tuple[Point, ...] = Field(description="As the candidate's.")


class DifferenceRecord(_Frozen):
    """One thing that differs between the searched photo and the registered photograph."""

    kind: DifferenceKind
    words: str = Field(description="What differs, in words.")
    share: float | None = Field(
        description="Share of the registered photograph, from 0 to 1: what is shown of it (`cropped`), or what the "
        "region takes (`altered`, `hidden`); null for what has no place."
    )
    outline: tuple[Corner, ...] = Field(
        description="Corners, x and y in pixels of the registered photograph, of the part that is shown or of the "
        "region; empty for what has no place."
    )


class CandidateRecord(_Frozen):
    """A registered photograph that was compared with the searched photo, and how far they agree."""

    rank: int = Field(description="1 is the best.")
    object_id: int
    photograph_id: int
    view: str = Field(description="What the registered photograph shows: overall, back, detail, ...")
    verdict: Verdict = Field(description="At the alert level of the search.")
    probability: float | None = Field(
        default=None,
        ge=0,
        le=1,
        description="How likely it is that both photos show the same object, from 0 to 1, all searched photos "
        "together. It holds for searches like those that its model was fitted on, half of which show something "
        "registered: see the model card named in `models`. It is not the probability that the object is stolen. "
        "Null in records from before there was one.",
    )
    chance: str = Field(
        default="",
        description="The probability as a reader should see it, for example `96 %`, `over 99 %` or `under 1 %`: "
        "nothing is certain.",
    )
    log_odds: float | None = Field(default=None, description="The same as log-odds, unrounded.")
    score: float = Field(ge=0, le=1, description="Orders candidates, within a search and across searches.")
    explanation: str = Field(description="Why, in words.")
    photo: int = Field(description="Which of the searched photos agrees most with it; 0 is the first.")
    also: tuple[int, ...] = Field(
        default=(),
        description="Further searched photos, each of which alone would have found the same object at this level.",
    )
    votes: float = Field(description="Agreement of local features, before the geometry was checked.")
    inliers: int = Field(description="Points that lie in both photos where one plane mapping puts them.")
    inlier_share: float = Field(description="Share of the points that look alike that do so, from 0 to 1.")
    spread: float = Field(
        description="Share of the registered photograph that those points span, from 0 to 1."
    )
    mirrored: bool = Field(
        default=False, description="Whether the photo shows the object as its mirror image, left for right."
    )
    outdone: bool = Field(
        default=False,
        description="Whether another object agrees far better with the same part of the photo, which lowers "
        "this one's score and verdict.",
    )
    clues: dict[str, float] = Field(
        default_factory=dict,
        description="What the probability is made of, by name, for the photo that agrees most.",
    )
    mapping: Homography | None = Field(
        description="The mapping: a homography in nine numbers, row by row, from pixels of the searched "
        "photo to pixels of the registered photograph."
    )
    points: tuple[Point, ...] = Field(
        description="Those points: x and y in the searched photo, x and y in the registered photograph, in "
        "pixels. With them the comparison can be checked after the searched photo has been deleted."
    )
    more: tuple[PartRecord, ...] = Field(
        default=(),
        description="Further parts of the object that agree by mappings of their own, such as panels that hang "
        "apart; `inliers` and `spread` count them too.",
    )
    solid: bool = Field(
        default=False,
        description="Whether the points agree neighbourhood by neighbourhood only, as those of a solid object do: "
        "its mappings are approximate.",
    )
    alike: float | None = Field(
        default=None,
        description="Of what can be compared once the two photos lie on each other, the share that looks the same; "
        "null where that was not compared.",
    )
    differences: tuple[DifferenceRecord, ...] = Field(
        default=(), description="What differs between the two photos, as far as it was looked for."
    )
    differences_unknown: str = Field(
        default="",
        description="Why it was not looked for, or could not be found, what differs; empty where it was looked for.",
    )
    fields: tuple[FieldRecord, ...] = Field(
        default=(),
        description="What was said of the object in hand, beside what the record says. It changes no probability.",
    )
    evidence: tuple[EvidenceKind, ...] = Field(description="Pictures of the evidence that can be asked for.")
    object: ObjectSummary


class RegisterCovered(_Frozen):
    """What the search looked through of one source register."""

    key: str
    name: str
    objects: int = Field(description="Its objects that searches are meant to find.")
    objects_with_photographs: int = Field(description="Those of them that have a photograph.")
    photographs: int = Field(description="Photographs of those objects.")
    without_usable_picture: int = Field(description="Its objects that no photo could find.")
    as_of: date | None = Field(
        description="The day on which its content was as it was searched, as its authority said; null if it did not."
    )
    updated_at: datetime = Field(
        description="When its entry was changed, or a list of it imported, last before the search."
    )


class Coverage(_Frozen):
    """What the search looked through: the register as it was indexed at that moment."""

    generation: int = Field(description="Number of the published index that was searched.")
    live: int = Field(description="Photographs searched that were registered since it was published.")
    register_revision: int
    objects: int = Field(description="Objects in the register that searches are meant to find.")
    objects_with_photographs: int = Field(
        description="Those of them that have a photograph; no other can be found with a photo."
    )
    photographs: int = Field(description="Photographs of those objects.")
    without_usable_picture: int | None = Field(
        default=None,
        description="Objects that no photo could find: without a photograph, or with none that the index could take. "
        "Null in records from before these were counted.",
    )
    taken_at: datetime = Field(description="When all of this was counted, for every source register at once.")
    narrowed: NarrowedCoverage | None = Field(
        default=None,
        description="What of all this was searched, where only objects that agree with given fields were; null where "
        "everything was.",
    )
    registers: tuple[RegisterCovered, ...] = Field(
        default=(),
        description="The same for each source register, this installation's own first; empty in records from before "
        "there were several.",
    )


class SearchRecord(_Frozen):
    """The answer to a search, kept as it was given."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE_RECORD]})

    id: UUID
    made_at: datetime
    role: Role | None = Field(
        default=None,
        description="In which role the searcher saw the register: the record has no field that it does not see. "
        "Null in records from before there were roles.",
    )
    photos: tuple[SearchedPhoto, ...]
    asked: AskedRecord | None = Field(
        default=None, description="What was said of the object in hand; null where nothing was."
    )
    risk_flags: tuple[RiskFlagView, ...] = Field(
        default=(),
        description="Categories of the Red Lists that what was said falls in: a reason to look closely, and no match.",
    )
    verdict: Verdict
    alert: AlertRecord | None = Field(
        default=None,
        description="The alert level that the verdicts are for, and what it meant when the search was made. Null in "
        "records from before there were levels.",
    )
    meaning: str = Field(description="What the verdict means, and what it does not, in words.")
    advice: str = Field(description="What to do for a better answer; empty when there is nothing.")
    candidates: tuple[CandidateRecord, ...] = Field(description="Best first.")
    covered: Coverage
    models: dict[str, str] = Field(description="Model cards that took part: role and id.")
    evidence_until: datetime = Field(
        description="From this time on the searched photos are handed out no more. They are deleted within "
        "seconds, or, if the service is not running then, when it next starts."
    )

    @field_validator("models")
    @classmethod
    def _in_order(cls, models: dict[str, str]) -> dict[str, str]:
        # The same search says the same to the byte, whichever step the engine asked first.
        return dict(sorted(models.items()))

    def stored(self) -> dict[str, Any]:
        """The record as plain JSON values, as it is kept and as it is sent."""
        return self.model_dump(mode="json")
