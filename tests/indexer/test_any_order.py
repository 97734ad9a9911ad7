"""Whatever is reported, withdrawn, reinstated, indexed and refreshed, in any order: the visible objects are found."""

from __future__ import annotations

import contextlib
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, multiple, rule

from indexer.decide import Verdict
from indexer.engine import Engine
from tests.indexer.workbench import again, drawn, workbench

OBJECTS = 4


class AnyOrder(RuleBasedStateMachine):
    """A register and two engines on its index; object number n shows picture n."""

    visible = Bundle("visible")
    hidden = Bundle("hidden")

    def __init__(self) -> None:
        super().__init__()
        self.open = contextlib.ExitStack()
        folder = self.open.enter_context(tempfile.TemporaryDirectory(prefix="any-order"))
        self.bench = self.open.enter_context(workbench(Path(folder)))
        self.reported = 0
        self.sought: set[int] = set()

    @initialize(indexed=st.booleans())
    def begin(self, indexed: bool) -> None:
        if indexed:
            self.bench.index()
        self.engine, self.other = self.bench.engine(), self.bench.engine()

    @rule(target=visible)
    def report(self) -> object:
        if self.reported == OBJECTS:
            return multiple()
        self.reported += 1
        assert self.bench.report(self.reported) == self.reported
        self.sought.add(self.reported)
        return self.reported

    @rule(target=hidden, one=consumes(visible))
    def withdraw(self, one: int) -> int:
        self.bench.withdraw(one)
        self.sought.discard(one)
        return one

    @rule(target=visible, one=consumes(hidden))
    def reinstate(self, one: int) -> int:
        self.bench.reinstate(one)
        self.sought.add(one)
        return one

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
        """Exactly the visible objects are found, each by its own photo."""
        status = engine.status()
        assert status.pending == status.failed == 0
        assert status.photographs - status.tombstones + status.live == len(self.sought)
        for one in range(1, OBJECTS + 1):
            answer = engine.search([drawn(one)])
            assert {candidate.object_id for candidate in answer.candidates} == self.sought
            sure = [each.object_id for each in answer.candidates if each.verdict is not Verdict.none]
            assert sure == [one] * (one in self.sought)


AnyOrder.TestCase.settings = settings(
    max_examples=8, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck)
)
TestAnyOrder = AnyOrder.TestCase
