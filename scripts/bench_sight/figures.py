"""Figures of one method's answers: what share is found, and how well true answers are told from wrong ones."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from service.evaluation import Result
from service.scoring import ALARMS, BINS, Truth, score

FALSE_ALARMS = 0.01
"""The share of false alarms at which `tpr` is taken."""
NOTHING = float("-inf")
"""The score of what is not among the candidates."""
Curve = npt.NDArray[np.float64]
Said = tuple[float, bool]
"""A first candidate's probability, and whether it is right."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Figures of the answers to some queries. A share is None where there is nothing to take it of.

    recall       share of known queries with a true photo as the first candidate
    reciprocal   mean over the known queries of 1 / rank of the first true photo, 0 where none is a candidate
    pair_recall  share of true pairs of query and photo among the first ten candidates
    gap          global average precision of the first candidates over all queries (the measure of the Met
                 benchmark, Ypsilantis et al., NeurIPS 2021)
    tpr          share of known queries whose best true candidate scores above all but FALSE_ALARMS of the best wrong
                 candidates of every query
    ece          expected calibration error of the first candidate's probability, in BINS; None without probabilities
    alarmed_known, alarmed_unknown  queries with the verdict match or possible
    wrong_object known queries with such a verdict whose first candidate is wrong
    """

    known: int
    unknown: int
    recall: float | None
    reciprocal: float | None
    pair_recall: float | None
    gap: float | None
    tpr: float | None
    ece: float | None
    alarmed_known: int
    wrong_object: int
    alarmed_unknown: int
    ms_median: float
    ms_p95: float

    @property
    def false_alarms(self) -> int:
        """Queries at which somebody is alarmed about the wrong object."""
        return self.wrong_object + self.alarmed_unknown


def measure(truth: Mapping[str, Truth], results: Iterable[Result]) -> Figures:
    """Figures of those results whose queries `truth` names."""
    taken = [result for result in results if result.query in truth]
    plain = score(truth, taken)
    alarmed = [result for result in taken if result.verdict in ALARMS]
    known = [result for result in alarmed if truth[result.query].shows]
    times = [result.ms for result in taken]
    return Figures(
        known=plain.known,
        unknown=plain.unknown,
        recall=plain.recall,
        reciprocal=reciprocal_rank(truth, taken),
        pair_recall=plain.pair_recall,
        gap=average_precision(truth, taken),
        tpr=true_positives(truth, taken),
        ece=plain.calibration_error,
        alarmed_known=len(known),
        wrong_object=sum(not is_right(truth, result) for result in known),
        alarmed_unknown=len(alarmed) - len(known),
        ms_median=statistics.median(times) if times else 0.0,
        ms_p95=float(np.quantile(times, 0.95)) if times else 0.0,
    )


def is_right(truth: Mapping[str, Truth], result: Result) -> bool:
    """Whether the first candidate shows what the query shows."""
    return bool(result.candidates) and result.candidates[0]["photo"] in truth[result.query].shows


def first_probability(result: Result) -> float | None:
    """The probability of the first candidate; None where there is none, or it carries none."""
    value = result.candidates[0].get("probability") if result.candidates else None
    return float(value) if isinstance(value, (int, float)) else None


def best_scores(truth: Mapping[str, Truth], result: Result) -> tuple[float, float]:
    """Score of the best true and of the best wrong candidate; NOTHING where there is none."""
    best = {True: NOTHING, False: NOTHING}
    for candidate in result.candidates:
        right = candidate["photo"] in truth[result.query].shows
        best[right] = max(best[right], _score(candidate))
    return best[True], best[False]


def reciprocal_rank(truth: Mapping[str, Truth], results: Iterable[Result]) -> float | None:
    """Mean of 1 / rank of each known query's first true photo, as far as there are candidates."""
    ranks = [
        next((1 / rank for rank, row in enumerate(result.candidates, 1) if row["photo"] in shown), 0.0)
        for result in results
        if (shown := truth[result.query].shows)
    ]
    return statistics.fmean(ranks) if ranks else None


def average_precision(truth: Mapping[str, Truth], results: Sequence[Result]) -> float | None:
    """GAP: precision at each right first candidate, in order of score over all queries, over the known queries."""
    known = sum(bool(truth[result.query].shows) for result in results)
    if not known:
        return None
    answered = [result for result in results if result.candidates]
    answered.sort(key=lambda result: -_score(result.candidates[0]))
    right = np.array([is_right(truth, result) for result in answered], np.float64)
    precision = np.cumsum(right) / np.arange(1, len(right) + 1)
    return float((precision * right).sum() / known)


def true_positives(truth: Mapping[str, Truth], results: Sequence[Result]) -> float | None:
    """Share of known queries whose best true candidate is above the quantile of all best wrong ones."""
    true, wrong = _true_and_wrong(truth, results)
    if not len(true):
        return None
    heard = wrong[np.isfinite(wrong)]
    threshold = float(np.quantile(heard, 1 - FALSE_ALARMS)) if len(heard) else NOTHING
    return float(np.mean(true > threshold))


def trade_off(truth: Mapping[str, Truth], results: Sequence[Result]) -> tuple[Curve, Curve]:
    """For each threshold on the score, high to low: share of all queries with a wrong candidate at or above it, and
    share of known queries with a true one; each float64 (n,). Empty without known queries.
    """
    true, wrong = _true_and_wrong(truth, results)
    if not len(true):
        return np.zeros(0), np.zeros(0)
    scores = np.concatenate([true, wrong])
    thresholds = np.unique(scores[np.isfinite(scores)])[::-1]
    false = np.array([0.0, *(np.mean(wrong >= at) for at in thresholds)])
    found = np.array([0.0, *(np.mean(true >= at) for at in thresholds)])
    return false, found


@dataclass(frozen=True, slots=True)
class Bin:
    """First candidates whose probabilities lie in one bin: how many, what was said, what was so."""

    count: int
    said: float
    right: float


def said(truth: Mapping[str, Truth], results: Iterable[Result]) -> list[Said]:
    """What was said and what was so, of each first candidate that carries a probability."""
    told = [(first_probability(result), is_right(truth, result)) for result in results]
    return [(probability, right) for probability, right in told if probability is not None]


def reliability(told: Iterable[Said]) -> list[Bin]:
    """The bins that are not empty, low to high."""
    bins: dict[int, list[Said]] = {}
    for probability, right in told:
        bins.setdefault(min(BINS - 1, int(probability * BINS)), []).append((probability, right))
    return [
        Bin(len(pairs), statistics.fmean(p for p, _ in pairs), statistics.fmean(right for _, right in pairs))
        for _, pairs in sorted(bins.items())
    ]


def interval(share: float, count: int) -> tuple[float, float]:
    """The 95 % interval of a share of `count` (Wilson, "Probable inference", JASA 1927)."""
    z = 1.96
    middle = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z / (1 + z * z / count) * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    return max(0.0, min(share, middle - half)), min(1.0, max(share, middle + half))


def _true_and_wrong(truth: Mapping[str, Truth], results: Sequence[Result]) -> tuple[Curve, Curve]:
    """Best true scores of the known queries, best wrong scores of all."""
    best = [(bool(truth[result.query].shows), *best_scores(truth, result)) for result in results]
    true = [score for known, score, _ in best if known]
    return np.array(true, np.float64), np.array([score for *_, score in best], np.float64)


def _score(candidate: Mapping[str, object]) -> float:
    value = candidate["score"]
    if not isinstance(value, (int, float)):
        raise TypeError(f"A candidate's score is a number, not {value!r}.")
    return float(value)
