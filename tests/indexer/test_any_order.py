"""Whatever is reported, withdrawn, merged, reinstated and indexed, in any order: the visible objects are found."""

from __future__ import annotations

import contextlib
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from data.actor import Grounds
from indexer.decide import Verdict
from indexer.engine import Engine
from tests.indexer.workbench import again, drawn, workbench

OBJECTS = 4
WHY = Grounds(reason="so it is")
DICE = st.integers(0, 99)


class AnyOrder(RuleBasedStateMachine):
    """A register and two engines on its index; object number n shows picture n."""

    def __init__(self) -> None:
        super().__init__()
        self.open = contextlib.ExitStack()
        folder = self.open.enter_context(tempfile.TemporaryDirectory(prefix="any-order"))
        self.bench = self.open.enter_context(workbench(Path(folder)))
        self.reported = 0
        self.sought: set[int] = set()
        self.hidden: set[int] = set()
        self.into: dict[int, int] = {}

    @initialize(indexed=st.booleans())
    def begin(self, indexed: bool) -> None:
        if indexed:
            self.bench.index()
        self.engine, self.other = self.bench.engine(), self.bench.engine()

    @precondition(lambda self: self.reported < OBJECTS)
    @rule()
    def report(self) -> None:
        self.reported += 1
        assert self.bench.report(self.reported) == self.reported
        self.sought.add(self.reported)

    @precondition(lambda self: self.sought)
    @rule(dice=DICE)
    def withdraw(self, dice: int) -> None:
        one = sorted(self.sought)[dice % len(self.sought)]
        self.bench.withdraw(one)
        self.hide(one)

    @precondition(lambda self: len(self.sought) > 1)
    @rule(dice=DICE, other=DICE)
    def merge(self, dice: int, other: int) -> None:
        one = sorted(self.sought)[dice % len(self.sought)]
        self.hide(one)
        kept = sorted(self.sought)[other % len(self.sought)]
        self.bench.register.merge(one, kept, WHY)
        self.into[one] = kept

    def hide(self, one: int) -> None:
        self.sought.discard(one)
        self.hidden.add(one)

    @precondition(lambda self: self.hidden)
    @rule(dice=DICE)
    def reinstate(self, dice: int) -> None:
        one = sorted(self.hidden)[dice % len(self.hidden)]
        self.bench.register.reinstate(one, WHY)
        self.hidden.discard(one)
        self.sought.add(one)
        self.into.pop(one, None)

    @rule(rebuild=st.booleans())
    def index(self, rebuild: bool) -> None:
        self.bench.index(rebuild=rebuild)

    @rule()
    def refresh(self) -> None:
        self.engine.refresh()

    @rule()
    def refresh_the_other(self) -> None:
        self.other.refresh()

    @rule()
    def open_anew(self) -> None:
        self.other = self.bench.engine()

    def teardown(self) -> None:
        with self.open:
            if self.engine.refresh().generation is None:
                self.bench.index()
            for engine in (self.engine, self.other):
                engine.refresh()
                self.holds(engine)
            in_steps = [self.engine.search([again(one)]).candidates for one in range(1, OBJECTS + 1)]
            self.bench.index()
            fresh = self.bench.engine()
            assert fresh.status().live == 0
            assert [fresh.search([again(one)]).candidates for one in range(1, OBJECTS + 1)] == in_steps

    def holds(self, engine: Engine) -> None:
        """Exactly the visible objects are found, each by its own photo and by those of what was merged into it."""
        status = engine.status()
        owners = [self.owner(one) for one in range(1, OBJECTS + 1)]
        assert status.pending == status.failed == 0
        assert status.photographs - status.tombstones + status.live == sum(
            one in self.sought for one in owners
        )
        for one, owner in enumerate(owners, start=1):
            answer = engine.search([drawn(one)])
            assert {candidate.object_id for candidate in answer.candidates} == self.sought
            sure = [each.object_id for each in answer.candidates if each.verdict is not Verdict.none]
            assert sure == [owner] * (owner in self.sought)

    def owner(self, one: int) -> int:
        """The object by which picture number one is found, if it is found."""
        while one in self.into:
            one = self.into[one]
        return one


AnyOrder.TestCase.settings = settings(
    max_examples=8, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck)
)
TestAnyOrder = AnyOrder.TestCase
