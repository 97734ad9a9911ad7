"""What a run gave, before it is written down."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from scripts.bench_sight.figures import Figures, is_right, measure
from scripts.bench_sight.material import QuerySet
from scripts.bench_sight.searching import Answers
from service.evaluation import Result
from service.scoring import Truth

OURS = "Artrieve"
MIRRORED = "mirrored"
"""The condition whose works must be found and called mirrored."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The answers to one set.

    tested    the set; its truth corrected by what a person has looked at
    raw       the truth as the table has it
    answers   ours, to all queries
    sampled   by method, ours first: the answers to the sample that every method was given
    """

    tested: QuerySet
    raw: Mapping[str, Truth]
    answers: Answers
    sampled: Mapping[str, Sequence[Result]]

    @property
    def looked_at(self) -> frozenset[str]:
        """Queries of which a person has found that they show more than the table says."""
        return frozenset(query for query, true in self.raw.items() if self.tested.truth[query] != true)


@dataclass(frozen=True, slots=True)
class Run:
    """Everything that was measured, and how.

    sample, limit  the most queries of each sort that all methods, and that ours answer; 0: all
    methods  what each method beside ours does
    models   ids of our models by what each does
    made     how the conditions were made, in words
    same     pairs of photos that a person has found to show one work; None where no table was given
    """

    outcomes: Sequence[Outcome]
    material: str
    command: str
    made: str
    models: Mapping[str, str]
    methods: Mapping[str, str]
    sample: int
    limit: int
    same: int | None

    @property
    def flat(self) -> list[Outcome]:
        """The sets of flat works."""
        return [outcome for outcome in self.outcomes if not outcome.tested.solid]

    @property
    def solid(self) -> list[Outcome]:
        """The sets of solid objects."""
        return [outcome for outcome in self.outcomes if outcome.tested.solid]


@dataclass(frozen=True, slots=True)
class Group:
    """Queries that have a row of their own in the tables."""

    label: str
    outcome: Outcome
    queries: frozenset[str]

    @property
    def truth(self) -> dict[str, Truth]:
        """Of these queries, corrected."""
        return {
            query: self.outcome.tested.truth[query]
            for query in self.outcome.tested.truth
            if query in self.queries
        }

    @property
    def answered(self) -> tuple[Mapping[str, Truth], Sequence[Result]]:
        """These queries with our answers."""
        answers = self.outcome.answers.results
        return self.outcome.tested.truth, [each for each in answers if each.query in self.queries]

    @property
    def has_known(self) -> bool:
        """Whether any of them shows something registered: else there is nothing to find."""
        return any(true.shows for true in self.truth.values())

    @property
    def figures(self) -> Figures:
        """Our figures, over all of them."""
        return measure(self.truth, self.outcome.answers.results)

    @property
    def raw_figures(self) -> Figures:
        """The same against the truth as the table has it."""
        raw = {query: true for query, true in self.outcome.raw.items() if query in self.queries}
        return measure(raw, self.outcome.answers.results)

    def alone(self) -> Iterator[tuple[str, Figures]]:
        """The figures of each way of retrieving alone; nothing for flat works."""
        for way, results in self.outcome.answers.alone.items():
            yield way, measure(self.truth, results)

    def sampled(self) -> Iterator[tuple[str, Figures]]:
        """Each method's figures, on the sample."""
        for method, results in self.outcome.sampled.items():
            yield method, measure(self.truth, results)


def groups(outcome: Outcome) -> list[Group]:
    """The rows of a set: its kinds of queries, and all of them where there are more than a few."""
    tested = outcome.tested
    if tested.solid:
        return [Group(f"{tested.name} (solid)", outcome, frozenset(tested.truth))]
    several = len(tested.kinds) > 2
    rows = [
        Group(kind if several else f"{tested.name}, {kind}", outcome, frozenset(tested.of_kind(kind)))
        for kind in tested.kinds
    ]
    return [*rows, *wholes(outcome, "all ")] if several else rows


def wholes(outcome: Outcome, before: str = "") -> list[Group]:
    """All queries of a set; where there are decoys, those without them first: nobody searches for so many."""
    tested = outcome.tested
    every = frozenset(tested.truth)
    plain = Group(f"{before}{tested.name} but decoys", outcome, every - tested.decoys)
    whole = Group(f"{before}{tested.name}", outcome, every)
    return [plain, whole] if 0 < len(plain.queries) < len(every) else [whole]


def named_mirrored(outcome: Outcome) -> tuple[int, int]:
    """Known queries of the condition `mirrored` whose first candidate is right, and those of them called mirrored."""
    truth = outcome.tested.truth
    right = [
        result.query
        for result in outcome.answers.results
        if truth[result.query].kind == MIRRORED and is_right(truth, result)
    ]
    return len(right), sum(query in outcome.answers.mirrored for query in right)
