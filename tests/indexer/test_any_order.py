"""Whatever is done to objects and index, in any order, wherever it fails or is killed: the visible are found.

The register's part, and the model of what should be there, are in tests/life_cycle.py.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule, run_state_machine_as_test

from data.object_id import SEARCHABLE, Status
from data.register import NewPhotograph
from indexer.answer import Candidate
from indexer.engine import Engine
from tests.faults import FAILURES, Fault, Killed, faulty
from tests.indexer.remembering import remembering_sight
from tests.indexer.visible import holds
from tests.indexer.workbench import Workbench, taken_in
from tests.life_cycle import DICE, PHOTOS_EACH, LifeCycle

AT = st.integers(1, 30)
"""Steps: publishing a generation takes twenty to forty, a change ten to forty, catching up three to twelve."""
STRIDE = 4
"""Every so many steps of a change something goes wrong; at each step it would take a minute more."""
CHANGES = ("report", "withdraw", "merge", "reinstate", "add_photograph", "remove_photograph")


class AnyOrder(LifeCycle):
    """The register, and two engines on its index."""

    most = 5

    def __init__(self, server: str | None = None) -> None:
        self.server = self.server or server
        super().__init__()
        self.fault: Fault | None = None

    @initialize(photos=st.lists(st.integers(1, 2), min_size=2, max_size=3), indexed=st.booleans())
    def begin(self, photos: list[int], indexed: bool) -> None:
        for number in photos:
            self.report(Status.stolen, number)
        if indexed:
            self.bench.index()
        self.engine = self.other = self.bench.engine()

    @property
    def bench(self) -> Workbench:
        return Workbench(self.folder, self.register, remembering_sight())

    def photo(self, seed: int) -> NewPhotograph:
        return NewPhotograph(taken_in(seed))

    @rule(at=AT, kills=st.booleans(), dice=DICE, other=DICE, kind=st.sampled_from(CHANGES))
    def fail_in_a_change(self, at: int, kills: bool, dice: int, other: int, kind: str) -> None:
        self.fault = Fault(at, kills)
        if kind == "merge":
            self.merge(dice, other)
        elif kind == "report":
            self.report(Status.missing, 1 + other % 2)
        elif kind == "reinstate":
            self.reinstate(dice, None)
        elif kind == "add_photograph":
            self.add_photograph(dice, other % PHOTOS_EACH)
        else:
            getattr(self, kind)(dice)
        self.fault = None  # where the change was refused

    @rule(at=AT, kills=st.booleans(), rebuild=st.booleans())
    def fail_in_indexing(self, at: int, kills: bool, rebuild: bool) -> None:
        self.fault = Fault(at, kills)
        self.index(rebuild)

    @rule(at=AT, kills=st.booleans())
    def fail_in_refreshing(self, at: int, kills: bool) -> None:
        self.fault = Fault(at, kills)
        self.refresh()

    def change(self, act: Callable[[], object], effect: Callable[[], object]) -> None:
        """Do something to the register; if that fails, it was done wholly or not at all."""
        before = self.register.revision()
        if self.goes_well(act) or self.register.revision() != before:
            effect()

    def goes_well(self, act: Callable[[], object]) -> bool:
        """Do something that may be about to fail; after a kill, start again."""
        fault, self.fault = self.fault, None
        if fault is None:
            act()
            return True
        try:
            with faulty(fault, self.register.database):
                act()
        except Killed:
            self.restart()
        except FAILURES:
            assert not fault.kills
            assert fault.steps >= fault.at
        else:
            return True
        return False

    @rule()
    def restart(self) -> None:
        self.close()
        self.open_register()
        self.engine = self.other = self.bench.engine()

    @rule(rebuild=st.booleans())
    def index(self, rebuild: bool) -> None:
        self.goes_well(lambda: self.bench.index(rebuild=rebuild))

    @rule()
    def refresh(self) -> None:
        engine = self.engine
        self.goes_well(engine.refresh)

    @rule()
    def open_anew(self) -> None:
        self.other = self.bench.engine()

    @rule()
    def look(self) -> None:
        self.other.refresh()
        self.holds(self.other)

    def register_is_what_it_should_be(self) -> None:
        self.exactly_what_is_sought_is_searchable()
        self.objects_are_what_they_should_be()
        self.exactly_what_is_listed_is_found_by_words()

    def teardown(self) -> None:
        with self.open:
            if self.engine.refresh().generation is None:
                self.bench.index()
            self.engine.refresh()
            in_steps = self.holds(self.engine)
            self.bench.index()
            fresh = self.bench.engine()
            assert fresh.status().live == 0
            assert self.holds(fresh) == in_steps
            super().teardown()

    def holds(self, engine: Engine) -> list[tuple[Candidate, ...]]:
        """What every photo that was ever registered finds: exactly the visible object whose photo it is."""
        if engine.status().generation is None:
            return []
        return holds(engine, self.owners(), self.pictures())

    def owners(self) -> dict[str, set[int]]:
        """The visible objects by the photographs that they should have now."""
        found: dict[str, set[int]] = {}
        for one, model in self.model.items():
            for sha256 in model.photos if model.status in SEARCHABLE else ():
                found.setdefault(sha256, set()).add(one)
        return found

    def pictures(self) -> dict[str, bytes]:
        """Every photo that was ever registered, as it is stored."""
        seen = {
            each.sha256: each.photo_key
            for states in self.seen.values()
            for one in states
            for each in one.photographs
        }
        return {sha256: self.register.photos.get(key) for sha256, key in sorted(seen.items())}


in_any_order = functools.partial(
    settings, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
)


def test_in_any_order_on_sqlite() -> None:
    run_state_machine_as_test(AnyOrder, settings=in_any_order(max_examples=10))


def test_in_any_order_on_postgresql(postgresql_url: str) -> None:
    class OnPostgresql(AnyOrder):
        server = postgresql_url

    run_state_machine_as_test(OnPostgresql, settings=in_any_order(max_examples=4))


@pytest.mark.parametrize("kills", [True, False], ids=["killed", "failing"])
@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def test_at_steps_of_everything(kind: str, kills: bool, request: pytest.FixtureRequest) -> None:
    walk = AnyOrder(request.getfixturevalue("postgresql_url") if kind == "postgresql" else None)
    words = itertools.cycle(("second", "third"))
    with walk.open:
        walk.begin([1, 1], indexed=True)
        for act, before in (
            (lambda: walk.withdraw(0), lambda: walk.reinstate(0, None)),
            (lambda: walk.merge(0, 1), lambda: walk.reinstate(0, None)),
            (lambda: walk.report(Status.stolen, 1), lambda: None),
            (lambda: walk.add_photograph(1, 2), lambda: walk.remove_photograph(1)),
            (walk.refresh, lambda: walk.retitle(1, next(words))),
            (lambda: walk.index(rebuild=True), lambda: walk.add_photograph(2, 1)),
        ):
            fail_everywhere(walk, kills, act, before)
        walk.look()
        walk.teardown()


def fail_everywhere(
    walk: AnyOrder, kills: bool, act: Callable[[], object], before: Callable[[], object]
) -> None:
    """Do something with a fault at one of its first steps, at later ones, and so on until it goes well."""
    for at in itertools.count(1 if kills else 2, STRIDE):
        before()
        walk.fault = fault = Fault(at, kills)
        act()
        assert walk.fault is not fault
        walk.register_is_what_it_should_be()
        if fault.steps < at:
            break
        assert walk.engine.refresh().pending == 0
    assert at > STRIDE
