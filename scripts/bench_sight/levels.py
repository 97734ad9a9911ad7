"""Alert levels: the least probability of the first candidate at which each of them raises an alarm."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from scripts.bench_sight.figures import first_probability
from service.evaluation import Result
from service.scoring import Truth


def levels() -> Mapping[str, float]:
    """Threshold by level, for `dealer`, `auction` and `police`; none while the decision knows no levels."""
    return {}


@dataclass(frozen=True, slots=True)
class Alarms:
    """How often a level alarms: on known queries, and falsely on unknown ones."""

    level: str
    threshold: float
    known: int
    known_alarmed: int
    unknown: int
    unknown_alarmed: int

    @property
    def false_per_thousand(self) -> float | None:
        """False alarms in a thousand searches for what is not registered."""
        return 1000 * self.unknown_alarmed / self.unknown if self.unknown else None


def alarms_by_level(
    truth: Mapping[str, Truth], results: Sequence[Result], thresholds: Mapping[str, float]
) -> list[Alarms]:
    """A row for each level; none where candidates carry no probability."""
    known = [first_probability(each) for each in results if truth[each.query].shows]
    unknown = [first_probability(each) for each in results if not truth[each.query].shows]
    if all(each is None for each in (*known, *unknown)):
        return []
    return [
        Alarms(
            level,
            threshold,
            len(known),
            sum((each or 0.0) >= threshold for each in known),
            len(unknown),
            sum((each or 0.0) >= threshold for each in unknown),
        )
        for level, threshold in thresholds.items()
    ]
