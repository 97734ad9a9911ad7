"""Reading search records that were kept, by whatever version of the service.

A kept record is answered as it was written and is never held to the shape that records have today. What the
service itself needs of one, to draw the evidence, is read from it part by part: parts that are unknown are left
alone, and where one is missing there is no picture.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, TypeAdapter, ValidationError

from data.visibility import Role, hidden_from, values_seen_by
from indexer.answer import Candidate
from indexer.decide import Verdict
from indexer.differ import Difference
from indexer.explain import EvidenceKind
from indexer.part import Homography, Part
from service.records.reading_asked import asked_seen_by, fields_seen_by
from service.records.search_record import DifferenceRecord, PartRecord, Point

KeptRecord = Mapping[str, Any]
_MOMENT: TypeAdapter[datetime] = TypeAdapter(AwareDatetime)


class KeptPart(PartRecord):
    """What can be drawn of a further part."""

    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)


class KeptDifference(DifferenceRecord):
    """What can be drawn of a difference."""

    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)


class KeptCandidate(BaseModel):
    """What can be drawn of a candidate."""

    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)

    rank: int
    photograph_id: int
    object_id: int = 0
    photo: int = 0
    mapping: Homography | None = None
    points: tuple[Point, ...] = ()
    more: tuple[KeptPart, ...] = ()
    solid: bool = False
    differences: Any = None
    evidence: Any = None

    @property
    def has_pictures(self) -> bool:
        """Whether the two photos can be laid over each other."""
        return self.mapping is not None and bool(self.points)

    def lists(self, kind: EvidenceKind) -> bool:
        """Whether the record lists this picture; one that lists none in a way known today is no reason to refuse."""
        return not isinstance(self.evidence, list | tuple) or kind.value in self.evidence

    def candidate(self) -> Candidate:
        """The candidate as it is drawn; what pictures do not show is left at nothing."""
        return Candidate(
            photograph_id=self.photograph_id,
            object_id=self.object_id,
            log_odds=0.0,
            probability=0.0,
            score=0.0,
            verdict=Verdict.none,
            votes=0.0,
            inliers=len(self.points),
            inlier_share=0.0,
            spread=0.0,
            photo=self.photo,
            mapping=self.mapping,
            points=self.points,
            more=tuple(Part(part.mapping, part.points) for part in self.more),
            solid=self.solid,
        )

    def told(self) -> tuple[Difference, ...] | None:
        """What the record says that differs; None for one that does not speak of it, or in a way of its own."""
        try:
            found = _DIFFERENCES.validate_python(self.differences)
        except ValidationError:
            return None
        return tuple(Difference(each.kind, each.words, each.share, each.outline) for each in found)


_DIFFERENCES: TypeAdapter[tuple[KeptDifference, ...]] = TypeAdapter(tuple[KeptDifference, ...])


def evidence_until(record: KeptRecord) -> datetime | None:
    """From when on nothing of the searched photos is handed out; None where the record doesn't say."""
    try:
        return _MOMENT.validate_python(record.get("evidence_until"))
    except ValidationError:
        return None


def record_seen_by(record: KeptRecord, role: Role) -> KeptRecord:
    """The record as a role sees it: as it was given, and without what the role does not see of its objects.

    It was written for the role of who searched, or before there were roles.
    """
    if not hidden_from(role):
        return record
    candidates = [
        fields_seen_by({**entry, "object": values_seen_by(entry["object"], role)}, role)
        if isinstance(entry, dict) and isinstance(entry.get("object"), dict)
        else entry
        for entry in _list(record, "candidates")
    ]
    seen = asked_seen_by(record, role)
    return {**seen, "candidates": candidates} if "candidates" in record else seen


def photo_count(record: KeptRecord) -> int:
    """How many photos a search was made with."""
    return len(_list(record, "photos"))


def kept_candidate(record: KeptRecord, rank: int) -> KeptCandidate | None:
    """The candidate of a rank (1 is the best), None if there is none.

    One that tells too little, or tells it in a way of its own, is a candidate without pictures.
    """
    for entry in candidate_entries(record):
        if entry.get("rank") == rank:
            try:
                return KeptCandidate.model_validate(entry)
            except ValidationError:
                return KeptCandidate(rank=rank, photograph_id=0)
    return None


def candidate_entries(record: KeptRecord) -> list[dict[str, Any]]:
    """The candidates as they were written, best first."""
    return [entry for entry in _list(record, "candidates") if isinstance(entry, dict)]


def _list(record: KeptRecord, name: str) -> list[Any]:
    part = record.get(name)
    return part if isinstance(part, list) else []
