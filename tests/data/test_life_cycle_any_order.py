"""Whatever is done to objects, in any order: what is searchable, the history and the trail are what they should be."""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import itertools
import tempfile
from pathlib import Path

import psycopg
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from data.actor import Grounds
from data.audit_verify import verify
from data.database import open_database
from data.object_id import SEARCHABLE, Status
from data.photos import FsspecPhotoStore
from data.register import NewPhotograph, Register, RegisteredObject, StatusConflict
from tests.data.made import new_photograph, record

WHY = Grounds(reason="so it is")
SOUGHT = sorted(SEARCHABLE)
GIVEN = [*SOUGHT, Status.recovered, Status.withdrawn]
_numbers = itertools.count(1)


@functools.cache
def photo(seed: int) -> NewPhotograph:
    return new_photograph(seed)


@dataclasses.dataclass
class Model:
    """An object as it should be. `sought` is the last status under which it was searched for."""

    status: Status
    photos: dict[
        str, set[str]
    ]  # by SHA-256: whose they are, a chain of ids from the first object to this one
    sought: Status | None = None
    before_merge: Status | None = None
    into: int | None = None


class AnyOrder(RuleBasedStateMachine):
    """Objects, each with photos of its own, against a model of them."""

    server: str | None = None

    def __init__(self) -> None:
        super().__init__()
        self.open = contextlib.ExitStack()
        folder = self.open.enter_context(tempfile.TemporaryDirectory(prefix="life-cycle"))
        url = f"sqlite:///{folder}/register.db" if self.server is None else self._database(self.server)
        database = open_database(url)
        self.open.callback(database.close)
        self.register = Register(database, FsspecPhotoStore(Path(folder) / "photos"))
        self.model: dict[int, Model] = {}
        self.seen: dict[int, list[RegisteredObject]] = {}

    def _database(self, server: str) -> str:
        name = f"life_cycle_{next(_numbers)}"
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        return server.rpartition("/")[0] + f"/{name}"

    def one(self, dice: int) -> int:
        return sorted(self.model)[dice % len(self.model)]

    @rule(status=st.sampled_from(GIVEN), photos=st.integers(0, 2))
    def report(self, status: Status, photos: int) -> None:
        number = len(self.model) + 1
        seeds = [10 * number + at for at in range(photos)]
        found = self.register.report(record(str(number), status=status), [photo(seed) for seed in seeds])
        assert found.id == number
        owned = {photo(seed).safe.sha256: {str(number)} for seed in seeds}
        self.model[number] = Model(status, owned, status if status in SEARCHABLE else None)

    @precondition(lambda self: self.model)
    @rule(dice=st.integers(0, 99), status=st.sampled_from(GIVEN))
    def amend(self, dice: int, status: Status) -> None:
        self.set_status(self.one(dice), status, lambda one: self.register.amend(one, {"status": status}))

    @precondition(lambda self: self.model)
    @rule(dice=st.integers(0, 99))
    def recover(self, dice: int) -> None:
        one = self.one(dice)
        refused = self.model[one].status is Status.recovered
        self.set_status(one, Status.recovered, lambda it: self.register.recover(it, WHY), refused=refused)

    @precondition(lambda self: self.model)
    @rule(dice=st.integers(0, 99))
    def withdraw(self, dice: int) -> None:
        one = self.one(dice)
        refused = self.model[one].status is Status.withdrawn
        self.set_status(one, Status.withdrawn, lambda it: self.register.withdraw(it, WHY), refused=refused)

    def set_status(self, one: int, status: Status, change: object, *, refused: bool = False) -> None:
        model = self.model[one]
        assert callable(change)
        if refused or model.status is Status.merged:
            with pytest.raises(StatusConflict):
                change(one)
            return
        change(one)
        model.status = status
        model.sought = status if status in SEARCHABLE else model.sought

    @precondition(lambda self: self.model)
    @rule(dice=st.integers(0, 99), status=st.none() | st.sampled_from(SOUGHT))
    def reinstate(self, dice: int, status: Status | None) -> None:
        one = self.one(dice)
        model = self.model[one]
        back = status or (model.before_merge if model.status is Status.merged else model.sought)
        if model.status in SEARCHABLE or back is None:
            with pytest.raises(StatusConflict):
                self.register.reinstate(one, WHY, status)
            return
        self.register.reinstate(one, WHY, status)
        if model.status is Status.merged:
            self.separate(one)
        model.status, model.into = back, None
        model.sought = back if back in SEARCHABLE else model.sought

    def separate(self, one: int) -> None:
        """Every photograph that others have by way of this object goes from them."""
        for number, other in self.model.items():
            if number != one:
                for sha256, ways in list(other.photos.items()):
                    ways -= {way for way in ways if str(one) in way.split(">")[:-1]}
                    if not ways:
                        del other.photos[sha256]

    @precondition(lambda self: self.model)
    @rule(dice=st.integers(0, 99), other=st.integers(0, 99))
    def merge(self, dice: int, other: int) -> None:
        one, kept = self.one(dice), self.one(other)
        model, into = self.model[one], self.model[kept]
        unseen = model.status in SEARCHABLE and into.status not in SEARCHABLE
        if one == kept or unseen or Status.merged in (model.status, into.status):
            with pytest.raises(StatusConflict):
                self.register.merge(one, kept, WHY)
            return
        self.register.merge(one, kept, WHY)
        for sha256, ways in model.photos.items():
            if sha256 not in into.photos:
                into.photos[sha256] = {f"{way}>{kept}" for way in ways}
        model.before_merge, model.status, model.into = model.status, Status.merged, kept

    @precondition(lambda self: self.model)
    @rule(dice=st.integers(0, 99), other=st.integers(0, 99), apart=st.booleans())
    def link(self, dice: int, other: int, apart: bool) -> None:
        one, its_other = self.one(dice), self.one(other)
        act = self.register.unlink if apart else self.register.link
        merged = Status.merged in (self.model[one].status, self.model[its_other].status)
        with pytest.raises(StatusConflict) if merged or one == its_other else contextlib.nullcontext():
            act(one, its_other, WHY)

    @precondition(lambda self: self.model)
    @rule(dice=st.integers(0, 99))
    def remove_photograph(self, dice: int) -> None:
        one = self.one(dice)
        model = self.model[one]
        for shown in self.register.get(one).photographs[:1]:
            if model.status is Status.merged:
                with pytest.raises(StatusConflict):
                    self.register.remove_photograph(one, shown.id)
            else:
                self.register.remove_photograph(one, shown.id)
                del model.photos[shown.sha256]

    @invariant()
    def exactly_what_is_sought_is_searchable(self) -> None:
        found: dict[int, set[str]] = {}
        for ref in self.register.searchable_photographs():
            found.setdefault(ref.object_id, set()).add(self.register.photograph(ref.photograph_id).sha256)
        wanted = {
            one: set(model.photos)
            for one, model in self.model.items()
            if model.status in SEARCHABLE and model.photos
        }
        assert found == wanted

    @invariant()
    def objects_are_what_they_should_be(self) -> None:
        for one, model in self.model.items():
            found = self.register.get(one)
            assert (found.record.status, found.merged_into) == (model.status, model.into)
            seen = self.seen.setdefault(one, [])
            if not seen or seen[-1].version != found.version:
                seen.append(found)
            assert seen[-1] == found

    def teardown(self) -> None:
        with self.open:
            for one, states in self.seen.items():
                assert [self.register.at_version(one, each.version) for each in states] == states
                versions = [entry.version for entry in self.register.history(one)]
                assert versions == list(range(1, states[-1].version + 1))
            assert verify(self.register.database).faults == []


CHECKS = list(HealthCheck)


def test_in_any_order_on_sqlite() -> None:
    run_state_machine_as_test(
        AnyOrder,
        settings=settings(
            max_examples=12, stateful_step_count=25, deadline=None, suppress_health_check=CHECKS
        ),
    )


def test_in_any_order_on_postgresql(postgresql_url: str) -> None:
    on_postgresql = type("AnyOrderOnPostgresql", (AnyOrder,), {"server": postgresql_url})
    run_state_machine_as_test(
        on_postgresql,
        settings=settings(
            max_examples=4, stateful_step_count=25, deadline=None, suppress_health_check=CHECKS
        ),
    )
