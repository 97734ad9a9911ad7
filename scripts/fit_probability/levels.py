"""What is fitted besides the weights: what further photos add, and from which probability each level alarms."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from models.calibrate import Threshold, probability
from scripts.fit_probability.crossing import Judged
from scripts.fit_probability.rows import Floats
from scripts.fit_probability.tails import at_most, tail_of

ASKED = {"auction": 1.0, "dealer": 3.0, "police": 20.0}
"""False alerts in 1,000 searches for what isn't registered that somebody can live with: a catalogue of thousands of
lots must not drown in them, a dealer looks at a few a year, an investigator reads them all."""
SURE = 0.99
"""The probability from which a candidate is a `match`, where no level asks for more before it alarms at all."""
HIGHEST = 1 - 1e-6
"""The highest probability at which a level may alarm: the tail of few searches can lead to where none is."""
SHARES = np.linspace(0, 0.5, 21)
"""What a further photo may add of what it says: one person's photos of one object share light, blur and surroundings,
and there are too few pairs to tell how much, so never more than half."""
NOTHINGS = np.linspace(-9, 0, 19)


def log_odds_of(chance: float) -> float:
    """The log-odds of a probability between 0 and 1."""
    return float(np.log(chance / (1 - chance)))


def beside(judged: Sequence[Judged]) -> tuple[float, float]:
    """What a further photo of one object adds: a share of its log-odds beyond those that say nothing.

    Both as they are most likely, by pairs of searches made of the same photo in which neither is SURE alone: a second
    photo of what is certain, rightly or wrongly, tells nothing of what doubtful ones add up to. Of equally likely ones
    the smaller share, and the higher log-odds. A share of 0 without any pair: what isn't known is not counted.
    """
    rows = [row for row in _pairs(judged, float(NOTHINGS[0])) if row[0] < log_odds_of(SURE)]
    if not rows:
        return 0.0, 0.0
    first, other = (np.array([row[at] for row in rows]) for at in (0, 1))
    true = np.array([row[2] for row in rows], bool)

    def loss(share: float, nothing: float) -> float:
        together = first + share * np.maximum(0, other - nothing)
        return round(float(np.logaddexp(0, np.where(true, -together, together)).mean()), 12)

    found = min((loss(share, nothing), share, -nothing) for share in SHARES for nothing in NOTHINGS)
    return float(found[1]), float(-found[2])


def _pairs(judged: Sequence[Judged], nothing: float) -> Iterator[tuple[float, float, bool]]:
    """For each pair of searches of one object, and each photograph: higher log-odds, lower ones, whether it is true."""
    by_source: dict[Path, list[Judged]] = {}
    for each in judged:
        if len(each.search.sources) == 1:
            by_source.setdefault(each.search.sources[0], []).append(each)
    for group in by_source.values():
        for one, other in itertools.combinations(group, 2):
            mine, theirs = _table(one), _table(other)
            shows = one.search.shows | other.search.shows
            for photo in sorted({*mine, *theirs}):
                said = sorted((mine.get(photo, nothing), theirs.get(photo, nothing)))
                yield said[1], said[0], photo in shows


def _table(judged: Judged) -> Mapping[Path, float]:
    return dict(zip(judged.search.photos, judged.log_odds.tolist(), strict=True))


def unknown_tops(judged: Sequence[Judged]) -> tuple[Floats, list[Path]]:
    """The surest candidate of each search that shows nothing registered, log-odds, and what each was made of."""
    unknown = [each for each in judged if not each.search.known and len(each.log_odds)]
    return np.array([each.first[0] for each in unknown]), [each.search.sources[0] for each in unknown]


def found(judged: Sequence[Judged], log_odds: float) -> float:
    """Share of the known searches whose surest candidate is true and reaches these log-odds."""
    known = [each.first for each in judged if each.search.known]
    return sum(true and first >= log_odds for first, true in known) / max(1, len(known))


def thresholds(judged: Sequence[Judged], seed: int = 1) -> tuple[dict[str, Threshold], float]:
    """By level, and the probability from which a candidate is a match."""
    tops, sources = unknown_tops(judged)
    tail = tail_of(tops)
    made = {}
    for level, asked in ASKED.items():
        alert = min(HIGHEST, round(probability(tail.reached_by(asked / 1000)), 6))
        reached = log_odds_of(alert)
        made[level] = Threshold(
            alert=alert,
            false_alerts=round(1000 * tail.rate(reached), 2),
            at_most=round(1000 * at_most(tops, sources, reached, seed), 2),
            found=round(found(judged, reached), 4),
        )
    return made, round(max(SURE, *(each.alert for each in made.values())), 6)
