"""Writing a search record from what the engine answered and what the database says about it now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from types import MappingProxyType
from uuid import UUID

from data.field_comparison import compare_fields
from data.intake import SafePhoto
from data.object_id import ObjectRecord
from data.register import Photograph, RegisteredObject
from data.visibility import Role
from indexer.answer import Answer, Candidate
from indexer.decide import Verdict
from indexer.differ import Difference
from indexer.explain import describe, evidence_kinds
from indexer.part import Part
from models.calibrate import Calibration
from service.api.record_views import RiskFlagView
from service.in_hand import NOTHING_SAID, InHand
from service.records.alert import alert_record, in_words
from service.records.asking import AskedRecord, FieldRecord, NarrowedCoverage
from service.records.comparing import NOT_COMPARED, Compared
from service.records.meanings import meaning_of
from service.records.search_record import (
    CandidateRecord,
    Coverage,
    DifferenceRecord,
    MeasurementSummary,
    ObjectSummary,
    PartRecord,
    Point,
    RegisterCovered,
    SearchedPhoto,
    SearchRecord,
    TheftSummary,
)

# Keypoints are good to a few tenths of a pixel.
POINT_DECIMALS = 2
_WEAKEST_FIRST = (Verdict.none, Verdict.possible, Verdict.match)


def record_of(
    search_id: UUID,
    photos: Sequence[SafePhoto],
    answer: Answer,
    registered: Mapping[int, RegisteredObject],
    calibration: Calibration,
    *,
    limit: int,
    made_at: datetime,
    evidence_until: datetime,
    role: Role,
    compared: Mapping[int, Compared] = MappingProxyType({}),
    known: InHand = NOTHING_SAID,
    corrections: Sequence[str] = (),
    pictureless: Sequence[RegisteredObject] = (),
) -> SearchRecord:
    """The record of a search.

    ``registered``: photograph id -> its object as ``role`` sees it, only those still searched for. ``calibration``:
    the one that the answer was decided with. ``compared``: photograph id -> what differs, for those that were
    compared in detail. ``known``: what was said of the object in hand; ``corrections``: what narrowing by it put right,
    in words; ``pictureless``: the first of the objects that it left and that no photo can find.
    """
    left = [each for each in answer.candidates if each.photograph_id in registered]
    verdict = decided_again(answer, left)
    alert = alert_record(answer.level, verdict, left, calibration)
    return SearchRecord(
        id=search_id,
        made_at=made_at,
        role=role,
        photos=tuple(searched_photo(photo) for photo in photos),
        verdict=verdict,
        asked=AskedRecord.of(known, corrections),
        risk_flags=tuple(map(RiskFlagView.of, known.risk_flags())),
        meaning=meaning_of(verdict, alert, left[0].probability if left else None, answer.narrowed),
        alert=alert,
        advice=answer.advice,
        candidates=tuple(
            candidate_record(
                rank,
                each,
                registered[each.photograph_id],
                compared.get(each.photograph_id, NOT_COMPARED),
                known,
            )
            for rank, each in enumerate(left[:limit], start=1)
        ),
        covered=coverage(answer, pictureless),
        models=dict(answer.models),
        evidence_until=evidence_until,
    )


def decided_again(answer: Answer, left: Sequence[Candidate]) -> Verdict:
    """The verdict once objects that are no longer searched for are taken out: never a stronger one."""
    if answer.verdict is Verdict.unsearchable or len(left) == len(answer.candidates):
        return answer.verdict
    best = max((each.verdict for each in left), key=_WEAKEST_FIRST.index, default=Verdict.none)
    return min(best, answer.verdict, key=_WEAKEST_FIRST.index)


def searched_photo(photo: SafePhoto) -> SearchedPhoto:
    """What the record says of a photo that was searched with."""
    return SearchedPhoto(
        sha256=photo.sha256,
        format=photo.format,
        original_width=photo.original_width,
        original_height=photo.original_height,
        width=photo.width,
        height=photo.height,
        notes=photo.notes,
    )


def candidate_record(
    rank: int,
    candidate: Candidate,
    found: RegisteredObject,
    compared: Compared = NOT_COMPARED,
    known: InHand = NOTHING_SAID,
) -> CandidateRecord:
    """What the record says of a candidate."""
    return CandidateRecord(
        rank=rank,
        object_id=found.id,
        photograph_id=candidate.photograph_id,
        view=_photograph(found, candidate.photograph_id).view.value,
        verdict=candidate.verdict,
        probability=candidate.probability,
        chance=in_words(candidate.probability),
        log_odds=candidate.log_odds,
        score=candidate.score,
        explanation=describe(candidate),
        photo=candidate.photo,
        also=candidate.also,
        votes=candidate.votes,
        clues=dict(candidate.clues),
        inliers=candidate.inliers,
        inlier_share=candidate.inlier_share,
        spread=candidate.spread,
        mirrored=candidate.mirrored,
        outdone=candidate.outdone,
        mapping=candidate.mapping,
        points=tuple(_rounded(each) for each in candidate.points),
        more=tuple(
            PartRecord(mapping=part.mapping, points=tuple(_rounded(each) for each in part.points))
            for part in candidate.more
        ),
        solid=candidate.solid,
        alike=candidate.alike,
        differences=tuple(difference_record(each) for each in compared.differences),
        differences_unknown=compared.unknown,
        fields=tuple(map(FieldRecord.of, compare_fields(known.filters, found.record, known.origin))),
        evidence=evidence_kinds(candidate, compared.differences),
        object=summary(found),
    )


def candidate_of(entry: CandidateRecord) -> Candidate:
    """The candidate that a record tells of, as the engine answered it.

    A record from before there was a probability says nothing of it: it is left at nothing.
    """
    return Candidate(
        photograph_id=entry.photograph_id,
        object_id=entry.object_id,
        log_odds=entry.log_odds or 0.0,
        probability=entry.probability or 0.0,
        score=entry.score,
        verdict=entry.verdict,
        votes=entry.votes,
        inliers=entry.inliers,
        inlier_share=entry.inlier_share,
        spread=entry.spread,
        photo=entry.photo,
        mapping=entry.mapping,
        points=entry.points,
        mirrored=entry.mirrored,
        outdone=entry.outdone,
        more=tuple(Part(part.mapping, part.points) for part in entry.more),
        solid=entry.solid,
        alike=entry.alike,
        clues=entry.clues,
        also=entry.also,
    )


def difference_record(found: Difference) -> DifferenceRecord:
    """What the record says of one thing that differs."""
    return DifferenceRecord(kind=found.kind, words=found.words, share=found.share, outline=found.outline)


def _rounded(point: Point) -> Point:
    x, y, u, v = (round(each, POINT_DECIMALS) for each in point)
    return x, y, u, v


def summary(found: RegisteredObject) -> ObjectSummary:
    """What a searcher may see of an object: nothing of its owner or of how it was lost."""
    record = found.record
    return ObjectSummary(
        version=found.version,
        status=record.status.value,
        title=record.title,
        type_path=record.type_path,
        maker=record.maker,
        date=record.date.text if record.date else "",
        materials=record.materials,
        measurements=tuple(
            MeasurementSummary(dimension=each.dimension, value=f"{each.value:f}", unit=each.unit)
            for each in record.measurements
        ),
        inventory_number=record.inventory_number,
        theft=_theft(record),
        authority=record.authority,
        case_reference=record.case_reference,
        source_register=found.source_register.name,
    )


def coverage(answer: Answer, pictureless: Sequence[RegisteredObject] = ()) -> Coverage:
    """What was looked through. ``pictureless``: the first objects that it was narrowed to and no photo can find."""
    covered, narrowed = answer.covered, answer.narrowed
    return Coverage(
        generation=answer.generation,
        live=answer.live,
        register_revision=covered.revision,
        objects=covered.objects,
        objects_with_photographs=covered.objects_with_photographs,
        photographs=covered.photographs,
        without_usable_picture=covered.without_usable_picture,
        narrowed=NarrowedCoverage.of(narrowed, pictureless) if narrowed else None,
        registers=tuple(RegisterCovered(**asdict(one)) for one in covered.registers),
        taken_at=covered.taken_at,
    )


def _theft(record: ObjectRecord) -> TheftSummary | None:
    theft = record.theft
    return TheftSummary(earliest=theft.earliest, latest=theft.latest, place=theft.place) if theft else None


def _photograph(found: RegisteredObject, photograph_id: int) -> Photograph:
    return next(each for each in found.photographs if each.id == photograph_id)
