"""Scoring: what an evaluation's answers are worth, held against its truth, for each kind of query apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from service.evaluation import Result

PAIRS_WITHIN = 10
BINS = 10
"""Of equal width, into which probabilities go when they are held against the truth."""
ALARMS = frozenset(("match", "possible"))
"""Verdicts at which somebody is alarmed."""


@dataclass(frozen=True, slots=True)
class Truth:
    """What a query shows: its kind, and the names of the registered photos; none where nothing registered is shown."""

    kind: str
    shows: frozenset[str]


@dataclass(frozen=True, slots=True)
class Score:
    """Figures of one kind of query. A share is None where there is nothing to take it of.

    known, unknown    queries that show something registered, and that do not
    recall            share of known queries with a true photo as the first candidate
    pair_recall       share of all true pairs of query and photo among the first PAIRS_WITHIN candidates
    alarmed_known     share of known queries with the verdict match or possible, rightly or not
    alarmed_unknown   share of unknown queries with one of them: false alarms
    calibration_error of the first candidates' probabilities; see `calibration_error`
    """

    kind: str
    known: int
    unknown: int
    recall: float | None
    pair_recall: float | None
    alarmed_known: float | None
    alarmed_unknown: float | None
    calibration_error: float | None = None


def score(truth: Mapping[str, Truth], results: Sequence[Result], kind: str | None = None) -> Score:
    """Score the queries of one kind, or of all. Raises KeyError for a result that the truth does not name."""
    taken = [(truth[result.query], result) for result in results if kind in {None, truth[result.query].kind}]
    known = [(true, result) for true, result in taken if true.shows]
    unknown = [result for true, result in taken if not true.shows]
    return Score(
        kind=kind or "all",
        known=len(known),
        unknown=len(unknown),
        recall=_share((bool(true.shows & _first(result, 1)) for true, result in known)),
        pair_recall=_share(
            photo in _first(result, PAIRS_WITHIN) for true, result in known for photo in true.shows
        ),
        alarmed_known=_share(result.verdict in ALARMS for _, result in known),
        alarmed_unknown=_share(result.verdict in ALARMS for result in unknown),
        calibration_error=calibration_error(list(_claims(taken))),
    )


def calibration_error(claims: Sequence[tuple[float, bool]]) -> float | None:
    """How far probabilities lie from what came true, 0 to 1: the expected calibration error.

    Of the claims that fall into one of BINS bins, those that came true are counted against those that should have;
    the differences of all bins are added, and divided by the number of claims (Naeini et al., AAAI 2015).
    None without a claim.
    """
    surplus: dict[int, float] = {}
    for probability, true in claims:
        at = min(BINS - 1, int(probability * BINS))
        surplus[at] = surplus.get(at, 0.0) + probability - true
    return sum(map(abs, surplus.values())) / len(claims) if claims else None


def _claims(taken: Iterable[tuple[Truth, Result]]) -> Iterator[tuple[float, bool]]:
    for true, result in taken:
        for first in result.candidates[:1]:
            probability = first.get("probability")
            if isinstance(probability, float):
                yield probability, first["photo"] in true.shows


def score_by_kind(truth: Mapping[str, Truth], results: Sequence[Result]) -> list[Score]:
    """A score for each kind, in the truth's order, and one of all queries together as the last."""
    kinds = dict.fromkeys(true.kind for true in truth.values())
    return [*(score(truth, results, kind) for kind in kinds), score(truth, results)]


def _first(result: Result, count: int) -> frozenset[object]:
    return frozenset(candidate["photo"] for candidate in result.candidates[:count])


def _share(told: Iterable[bool]) -> float | None:
    values = list(told)
    return sum(values) / len(values) if values else None
