"""Whatever is imported, amended and undone, in whatever order: the register holds what a plain model says.

The model: each field of an object is a pile of words, each by an import or by a person, and the one on top
counts. Undoing an import takes its words out of every pile.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.exchange.csv_import import import_csv
from data.exchange.undo import undo_import
from data.intake import IntakePool
from data.object_id import SEARCHABLE
from data.register import Register
from tests.data.lists import Outcomes, write_list

OBJECTS = ("a", "b")
PEOPLE = 0
NOTHING = {"title": "", "maker": "", "status": "stolen"}
_examples = itertools.count()

Row = dict[str, str]
Pile = list[tuple[int, str]]

rows = st.fixed_dictionaries(
    {"title": st.sampled_from(["T", "U"]), "maker": st.sampled_from(["", "M", "N"])},
    optional={"status": st.sampled_from(["stolen", "missing", "looted"])},
)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("import"), st.dictionaries(st.sampled_from(OBJECTS), rows, min_size=1)),
        st.tuples(st.just("amend"), st.sampled_from(OBJECTS), st.sampled_from(["title", "maker"])),
        st.tuples(
            st.just("decide"), st.sampled_from(OBJECTS), st.sampled_from(["recovered", "withdrawn", "found"])
        ),
        st.tuples(st.just("undo"), st.integers(0, 20)),
    ),
    min_size=3,
    max_size=14,
)


@dataclass
class Piles:
    """What the model knows of one object."""

    record: dict[str, Pile] = field(default_factory=dict)
    said: dict[str, Pile] = field(default_factory=dict)

    def now(self, name: str) -> str:
        return self.record[name][-1][1]

    def bring(self, number: int, row: Row) -> bool:
        """An import's row; returns whether it changed something that people see."""
        before = {name: self.now(name) for name in self.record}
        if not before:
            given = NOTHING | row
            self.record = {name: [(PEOPLE, value)] for name, value in given.items()}
            self.record["status"] = [(PEOPLE, "undone"), (number, given["status"])]
            self.said = {name: [(PEOPLE, value)] for name, value in given.items()}
            return True
        wanted = {name: value for name, value in row.items() if value != self.said[name][-1][1]}
        if self.now("status") == "undone":
            wanted["status"] = row.get("status", self.said["status"][-1][1])
        for name, value in row.items():
            _put(self.said[name], number, value)
        for name, value in wanted.items():
            _put(self.record[name], number, value)
        return before != {name: self.now(name) for name in self.record}

    def take_out(self, number: int) -> None:
        for pile in (*self.record.values(), *self.said.values()):
            pile[:] = [word for word in pile if word[0] != number]


def _put(pile: Pile, who: int, value: str) -> None:
    if pile[-1][1] != value:
        pile.append((who, value))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps)
def test_any_order(
    register: Register, pool: IntakePool, tmp_path: Path, asked: Iterable[tuple[Any, ...]]
) -> None:
    example = next(_examples)
    model = {name: Piles() for name in OBJECTS}
    ids: dict[str, int] = {}
    numbers: list[int] = []
    for at, step in enumerate(asked):
        if step[0] == "import":
            listed = [{"record_id": f"{example}{name}"} | NOTHING | row for name, row in step[1].items()]
            listed = [one if "status" in row else one | {"status": ""}
                      for one, row in zip(listed, step[1].values(), strict=True)]  # fmt: skip
            outcomes = Outcomes()
            report = import_csv(
                register, write_list(tmp_path / "lists", listed), pool=pool, progress=outcomes.append
            )
            assert report.import_id is not None
            numbers.append(report.import_id)
            for (name, row), outcome in zip(step[1].items(), outcomes, strict=True):
                is_new = name not in ids
                ids.setdefault(name, outcome.object_id or 0)
                changed = model[name].bring(numbers[-1], row)
                assert outcome.action == ("add" if is_new else "update" if changed else "unchanged")
        elif step[0] == "undo" and numbers:
            number = numbers[step[1] % len(numbers)]
            undo_import(register, number)
            for piles in model.values():
                piles.take_out(number)
        elif step[0] in ("amend", "decide") and step[1] in ids:
            name, value = (step[2], f"by hand {at}") if step[0] == "amend" else ("status", step[2])
            register.amend(ids[step[1]], {name: value})
            if not (value == "withdrawn" and model[step[1]].now("status") == "undone"):
                _put(model[step[1]].record[name], PEOPLE, value)
        check(register, model, ids)


def check(register: Register, model: dict[str, Piles], ids: dict[str, int]) -> None:
    for name, number in ids.items():
        now, record = model[name], register.get(number).record
        status = now.now("status").replace("undone", "withdrawn")
        assert (record.title, record.maker, record.status) == (now.now("title"), now.now("maker"), status)
        assert (record.status in SEARCHABLE) == (status in SEARCHABLE)
