"""Candidates: what was found out about each photograph, decided for the object it shows, in order."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from indexer.answer import Candidate
from indexer.compare import Evidence, Place
from indexer.decide import AlertLevel, Verdict, score, verdict
from indexer.part import Homography, Part
from models.calibrate import Calibration, probability

DECIMALS = 6
"""Of score and probability."""


def candidate_of(
    at: int,
    photograph_id: int,
    object_id: int,
    evidence: Evidence | None,
    votes: float,
    clues: Mapping[str, float],
    log_odds: float,
) -> Candidate:
    """What the searched photo number `at` says of one photograph, not decided yet."""
    found = evidence if evidence is not None and evidence.places else None
    geometry = found.verification if found else None
    parts = [part_of(place) for place in found.places] if found else []
    return Candidate(
        photograph_id=photograph_id,
        object_id=object_id,
        log_odds=log_odds,
        score=0.0,
        probability=0.0,
        verdict=Verdict.none,
        votes=round(votes, 4),
        inliers=geometry.inliers if geometry else 0,
        inlier_share=round(geometry.inliers / geometry.matches, 4) if geometry else 0.0,
        spread=round(geometry.spread, 4) if geometry else 0.0,
        photo=at,
        mirrored=found.mirrored if found else False,
        outdone=found.outdone if found else False,
        mapping=parts[0].mapping if parts else None,
        points=parts[0].points if parts else (),
        more=tuple(parts[1:]),
        solid=geometry.solid if geometry else False,
        alike=round(found.confirmation.alike, 4) if found and found.confirmation else None,
        clues={name: round(value, 4) for name, value in clues.items()},
        laid=found.laid if found else None,
    )


def part_of(place: Place) -> Part:
    """A place as a candidate keeps it; points to a tenth of a pixel."""
    numbers: Homography = tuple(place.mapping.ravel().tolist())  # type: ignore[assignment]  # nine numbers
    return Part(numbers, tuple(tuple(row) for row in np.round(place.points, 1).tolist()))


def decided(
    candidates: Iterable[Candidate], calibration: Calibration, level: AlertLevel
) -> tuple[Candidate, ...]:
    """Each photograph once, by the searched photo that says most for it, surest first; ties go to the older one.

    What the other searched photos say for the same object raises all its photographs alike: see
    Calibration.together.
    """
    best: dict[int, Candidate] = {}
    by_photo: dict[int, dict[int, float]] = {}
    for each in candidates:
        known = best.get(each.photograph_id)
        if known is None or each.log_odds > known.log_odds:
            best[each.photograph_id] = each
        of_object = by_photo.setdefault(each.object_id, {})
        of_object[each.photo] = max(each.log_odds, of_object.get(each.photo, each.log_odds))
    raised = [_raised(each, by_photo[each.object_id], calibration, level) for each in best.values()]
    return tuple(sorted(raised, key=lambda one: (-one.log_odds, one.photograph_id)))


def _raised(
    candidate: Candidate, by_photo: Mapping[int, float], calibration: Calibration, level: AlertLevel
) -> Candidate:
    said = list(by_photo.values())
    log_odds = candidate.log_odds + (calibration.together(said) - max(said))
    also = tuple(
        sorted(
            photo
            for photo, each in by_photo.items()
            if photo != candidate.photo and verdict(each, level, calibration) is not Verdict.none
        )
    )
    return replace(
        candidate,
        log_odds=log_odds,
        score=round(score(log_odds), DECIMALS),
        probability=round(probability(log_odds), DECIMALS),
        verdict=_verdict(candidate, log_odds, level, calibration),
        also=also,
    )


def _verdict(candidate: Candidate, log_odds: float, level: AlertLevel, calibration: Calibration) -> Verdict:
    """A match can be shown: where no points of the work agree it is `possible` at most, however alike it is."""
    found = verdict(log_odds, level, calibration)
    shown = candidate.mapping is not None and not candidate.beside_work
    return found if shown or found is not Verdict.match else Verdict.possible


def strongest(candidates: Sequence[Candidate]) -> Verdict:
    """The verdict of the first, which is the surest; `none` where there is none."""
    return candidates[0].verdict if candidates else Verdict.none
