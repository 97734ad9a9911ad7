"""Everything that can be done to objects, in any order, against a model of them; to be extended by the index."""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from data.actor import Grounds
from data.audit_verify import verify
from data.database import open_database
from data.finding import Filters, Query, find, matching_ids
from data.object_id import SEARCHABLE, Status
from data.photos import FsspecPhotoStore
from data.register import NewPhotograph, Register, RegisteredObject, StatusConflict
from tests.data.made import new_photograph, record
from tests.databases import fresh_database

WHY = Grounds(reason="so it is")
SOUGHT = sorted(SEARCHABLE)
GIVEN = [*SOUGHT, Status.recovered, Status.withdrawn]
DICE = st.integers(0, 99)
PHOTOS_EACH = 3
"""Object number n is photographed as the pictures from 3 n on."""


@functools.cache
def _noise(seed: int) -> NewPhotograph:
    return new_photograph(seed)


@dataclasses.dataclass
class Model:
    """An object as it should be. `sought` is the last status under which it was searched for."""

    status: Status
    word: str
    photos: dict[
        str, set[str]
    ]  # by SHA-256: whose they are, a chain of ids from the first object to this one
    sought: Status | None = None
    before_merge: Status | None = None
    into: int | None = None


class LifeCycle(RuleBasedStateMachine):
    """Objects, each with photos and a word of its own, against a model of them."""

    server: str | None = None
    """Where PostgreSQL is; None: on SQLite."""
    most = 99
    """Objects that are registered at most."""

    def __init__(self) -> None:
        super().__init__()
        self.open = contextlib.ExitStack()
        self.folder = Path(self.open.enter_context(tempfile.TemporaryDirectory(prefix="life-cycle")))
        self.url = fresh_database(self.folder, self.server)
        self.open_register()
        self.open.callback(self.close)
        self.model: dict[int, Model] = {}
        self.seen: dict[int, list[RegisteredObject]] = {}

    def close(self) -> None:
        """Close the register that is open now."""
        self.register.database.close()

    def open_register(self) -> None:
        """Open the register as a process that has just started."""
        self.register = Register(open_database(self.url), FsspecPhotoStore(self.folder / "photos"))

    def photo(self, seed: int) -> NewPhotograph:
        """A photo that no other seed gives."""
        return _noise(seed)

    def change(self, act: Callable[[], object], effect: Callable[[], object]) -> None:
        """Do something to the register and, once it is done, to the model."""
        act()
        effect()

    def refused(self, act: Callable[[], object]) -> None:
        """Do something that does not go with an object's status."""
        with pytest.raises(StatusConflict):
            act()

    def one(self, dice: int) -> int:
        return sorted(self.model)[dice % len(self.model)]

    @rule(status=st.sampled_from(GIVEN), photos=st.integers(0, 2))
    def report(self, status: Status, photos: int) -> None:
        number = len(self.model) + 1
        if number > self.most:
            return
        new = [self.photo(PHOTOS_EACH * number + at) for at in range(photos)]

        def effect() -> None:
            owned = {each.safe.sha256: {str(number)} for each in new}
            sought = status if status in SEARCHABLE else None
            self.model[number] = Model(status, f"first{number}", owned, sought)

        self.change(lambda: self.register.report(record(f"first{number}", status=status), new), effect)
        assert (number in self.model) == (self.register.page(after=number - 1) != [])

    @precondition(lambda self: self.model)
    @rule(dice=DICE, status=st.sampled_from(GIVEN))
    def amend(self, dice: int, status: Status) -> None:
        self.set_status(self.one(dice), status, lambda one: self.register.amend(one, {"status": status}))

    @precondition(lambda self: self.model)
    @rule(dice=DICE, word=st.sampled_from(("second", "third")))
    def retitle(self, dice: int, word: str) -> None:
        one = self.one(dice)
        model, title = self.model[one], f"{word}{one}"

        def act() -> object:
            return self.register.amend(one, {"title": title})

        if model.status is Status.merged:
            self.refused(act)
        else:
            self.change(act, lambda: setattr(model, "word", title))

    @precondition(lambda self: self.model)
    @rule(dice=DICE)
    def recover(self, dice: int) -> None:
        one = self.one(dice)
        already = self.model[one].status is Status.recovered
        self.set_status(one, Status.recovered, lambda it: self.register.recover(it, WHY), already=already)

    @precondition(lambda self: self.model)
    @rule(dice=DICE)
    def withdraw(self, dice: int) -> None:
        one = self.one(dice)
        already = self.model[one].status is Status.withdrawn
        self.set_status(one, Status.withdrawn, lambda it: self.register.withdraw(it, WHY), already=already)

    def set_status(
        self, one: int, status: Status, act: Callable[[int], object], *, already: bool = False
    ) -> None:
        model = self.model[one]

        def effect() -> None:
            model.status = status
            model.sought = status if status in SEARCHABLE else model.sought

        if already or model.status is Status.merged:
            self.refused(lambda: act(one))
        else:
            self.change(lambda: act(one), effect)

    @precondition(lambda self: self.model)
    @rule(dice=DICE, status=st.none() | st.sampled_from(SOUGHT))
    def reinstate(self, dice: int, status: Status | None) -> None:
        one = self.one(dice)
        model = self.model[one]
        back = status or (model.before_merge if model.status is Status.merged else model.sought)

        def effect() -> None:
            if model.status is Status.merged:
                self.separate(one)
            assert back is not None
            model.status, model.into = back, None
            model.sought = back if back in SEARCHABLE else model.sought

        def act() -> object:
            return self.register.reinstate(one, WHY, status)

        if model.status in SEARCHABLE or back is None:
            self.refused(act)
        else:
            self.change(act, effect)

    def separate(self, one: int) -> None:
        """Every photograph that others have by way of this object goes from them."""
        for number, other in self.model.items():
            if number != one:
                for sha256, ways in list(other.photos.items()):
                    ways -= {way for way in ways if str(one) in way.split(">")[:-1]}
                    if not ways:
                        del other.photos[sha256]

    @precondition(lambda self: self.model)
    @rule(dice=DICE, other=DICE)
    def merge(self, dice: int, other: int) -> None:
        one, kept = self.one(dice), self.one(other)
        model, into = self.model[one], self.model[kept]
        unseen = model.status in SEARCHABLE and into.status not in SEARCHABLE

        def effect() -> None:
            for sha256, ways in model.photos.items():
                if sha256 not in into.photos:
                    into.photos[sha256] = {f"{way}>{kept}" for way in ways}
            model.before_merge, model.status, model.into = model.status, Status.merged, kept

        def act() -> object:
            return self.register.merge(one, kept, WHY)

        if one == kept or unseen or Status.merged in (model.status, into.status):
            self.refused(act)
        else:
            self.change(act, effect)

    @precondition(lambda self: self.model)
    @rule(dice=DICE, other=DICE, apart=st.booleans())
    def link(self, dice: int, other: int, apart: bool) -> None:
        one, its_other = self.one(dice), self.one(other)
        act = self.register.unlink if apart else self.register.link
        merged = Status.merged in (self.model[one].status, self.model[its_other].status)
        if merged or one == its_other:
            self.refused(lambda: act(one, its_other, WHY))
        else:
            self.change(lambda: act(one, its_other, WHY), lambda: None)

    @precondition(lambda self: self.model)
    @rule(dice=DICE, at=st.integers(0, PHOTOS_EACH - 1))
    def add_photograph(self, dice: int, at: int) -> None:
        one = self.one(dice)
        model, new = self.model[one], self.photo(PHOTOS_EACH * one + at)

        def act() -> object:
            return self.register.add_photograph(one, new)

        if model.status is Status.merged:
            self.refused(act)
        else:
            self.change(act, lambda: model.photos.setdefault(new.safe.sha256, {str(one)}))

    @precondition(lambda self: self.model)
    @rule(dice=DICE)
    def remove_photograph(self, dice: int) -> None:
        one = self.one(dice)
        model = self.model[one]
        for shown in self.register.get(one).photographs[:1]:
            act = functools.partial(self.register.remove_photograph, one, shown.id)
            if model.status is Status.merged:
                self.refused(act)
            else:
                self.change(act, functools.partial(model.photos.pop, shown.sha256))

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
            assert found.record.title == model.word
            seen = self.seen.setdefault(one, [])
            if not seen or seen[-1].version != found.version:
                seen.append(found)
            assert seen[-1] == found

    @invariant()
    def exactly_what_is_listed_is_found_by_words(self) -> None:
        assert list(matching_ids(self.register.database, Filters()).ids) == self.listed

    @property
    def listed(self) -> list[int]:
        """The objects that are found by words: all but withdrawn and merged ones."""
        gone = (Status.withdrawn, Status.merged)
        return [one for one, model in sorted(self.model.items()) if model.status not in gone]

    def each_is_found_by_its_own_word(self) -> None:
        for one, model in self.model.items():
            page = find(self.register.database, Query.of(model.word))
            exact = [each.id for each in page.objects if each.record.title == model.word]
            assert exact == [one] * (one in self.listed)

    def teardown(self) -> None:
        with self.open:
            self.each_is_found_by_its_own_word()
            for one, states in self.seen.items():
                assert [self.register.at_version(one, each.version) for each in states] == states
                versions = [entry.version for entry in self.register.history(one)]
                assert versions == list(range(1, states[-1].version + 1))
            assert verify(self.register.database).faults == []
