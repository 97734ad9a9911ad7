"""Alert levels: how often each of them alarms, rightly and falsely, beside what the calibration states."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from models.calibrate import Calibration, Threshold
from scripts.bench_sight.figures import first_probability, interval, is_right
from service.evaluation import Result
from service.scoring import Truth

MATCH = "match"


@dataclass(frozen=True, slots=True)
class Level:
    """From which probability of the first candidate on somebody is alarmed, and what the calibration states of it.

    The last is MATCH: where every level says `match` instead of `possible`; nothing is stated of it.
    """

    name: str
    alert: float
    stated: Threshold | None


def levels(calibration: Calibration) -> list[Level]:
    """The levels, the strictest last."""
    alarming = [
        # a candidate that is a match alarms, however high the level's own threshold lies (see indexer.decide)
        Level(name, min(stated.alert, calibration.match), stated)
        for name, stated in calibration.thresholds.items()
    ]
    return [*sorted(alarming, key=lambda level: level.alert), Level(MATCH, calibration.match, None)]


@dataclass(frozen=True, slots=True)
class Alarms:
    """How often a level alarms: on known queries, on those about the wrong photo, and on unknown ones."""

    level: Level
    known: int
    known_alarmed: int
    known_wrongly: int
    unknown: int
    unknown_alarmed: int

    @property
    def found(self) -> float | None:
        """Share of known queries that alarm with a right first candidate."""
        return (self.known_alarmed - self.known_wrongly) / self.known if self.known else None

    @property
    def false_per_thousand(self) -> float | None:
        """False alarms in a thousand searches for what is not registered."""
        return 1000 * self.unknown_alarmed / self.unknown if self.unknown else None

    @property
    def between(self) -> tuple[float, float] | None:
        """The 95 % interval of it."""
        if not self.unknown:
            return None
        low, high = interval(self.unknown_alarmed / self.unknown, self.unknown)
        return 1000 * low, 1000 * high


Answered = tuple[Mapping[str, Truth], Sequence[Result]]
"""Some queries with their answers."""


def alarms_by_level(answered: Sequence[Answered], tested: Sequence[Level]) -> list[Alarms]:
    """A row for each level, over all that was answered; none where candidates carry no probability."""
    first = [
        (bool(truth[each.query].shows), is_right(truth, each), first_probability(each))
        for truth, results in answered
        for each in results
    ]
    if all(probability is None for *_, probability in first):
        return []
    return [_alarms(level, first) for level in tested]


def _alarms(level: Level, first: Sequence[tuple[bool, bool, float | None]]) -> Alarms:
    alarmed = [(known, right) for known, right, said in first if said is not None and said >= level.alert]
    known = sum(known for known, *_ in first)
    return Alarms(
        level=level,
        known=known,
        known_alarmed=sum(known for known, _ in alarmed),
        known_wrongly=sum(known and not right for known, right in alarmed),
        unknown=len(first) - known,
        unknown_alarmed=sum(not known for known, _ in alarmed),
    )
