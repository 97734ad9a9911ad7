"""The index of words and fields is what the records say, whoever wrote them and in whatever order."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from data.database import Database
from data.exchange.csv_import import import_csv
from data.filters import Filters
from data.finding import find
from data.finding_index import ELSEWHERE, NotIndexed, index_everything
from data.finding_words import edits
from data.folding import fold
from data.intake_pool import IntakePool
from data.query import Query
from data.register import Register
from data.tables import MeasurementRow, ObjectRow
from tests.data.lists import write_list
from tests.data.made import full_record, record

TABLES = ("search_facts", "search_sizes", "search_terms", "search_grams")
WORDS = ("red", "horse", "horses", "bronze", "bronzehorse", "jug")


def dump(database: Database) -> dict[str, list[Any]]:
    """All that the index holds."""
    with database.session() as session:
        held = {name: sorted(map(tuple, session.execute(text(f"SELECT * FROM {name}")))) for name in TABLES}
        number = "rowid" if database.is_sqlite else "object_id"
        terms = "terms" if database.is_sqlite else "array_to_string(tsvector_to_array(terms), ' ')"
        rows = session.execute(text(f"SELECT {number}, {terms} FROM search_texts"))
        held["search_texts"] = sorted((one, sorted(words.split())) for one, words in rows)
    return held


def made_again(database: Database) -> dict[str, list[Any]]:
    """What the index holds when it is made from the records alone."""
    with database.session(writes=True) as session:
        for name in (*TABLES, "search_texts"):
            session.execute(text(f"DELETE FROM {name}"))
        index_everything(session.connection())
    return dump(database)


def rows(writer_or_session: Any, at: int) -> ObjectRow | None:
    session = getattr(writer_or_session, "session", writer_or_session)
    found: list[ObjectRow] = list(session.scalars(select(ObjectRow).order_by(ObjectRow.id)))
    return found[at % len(found)] if found else None


class _TakenBack(Exception):
    pass


def report(register: Register, _at: int, words: list[str]) -> None:
    size = {"dimension": "height", "value": len(words) + 1, "unit": "cm"}
    register.report(record(" ".join(words), materials=words[0], measurements=[size]))


def amend(register: Register, at: int, words: list[str]) -> None:
    if some := register.page(limit=500):
        changes = {
            "maker": words[0],
            "description": " ".join(words),
            "measurements": [],
            "date": {"earliest": at},
        }
        register.amend(some[at % len(some)].id, changes)


def change_status(status: str) -> Callable[[Register, int, list[str]], None]:
    def change(register: Register, at: int, _words: list[str]) -> None:
        if some := register.page(limit=500):
            register.amend(some[at % len(some)].id, {"status": status})

    return change


def several_at_once(register: Register, at: int, words: list[str]) -> None:
    with register.writing() as writer:
        added = writer.add(record(f"added {words[0]}"), [])
        if row := rows(writer, at):
            row.title = " ".join(words)
        writer.session.flush()
        added.subject = words[-1]


def rehearse(register: Register, _at: int, words: list[str]) -> None:
    with register.writing(rehearse=True) as writer:
        writer.add(record(f"rehearsed {words[0]}"), [])


def fail(register: Register, at: int, words: list[str]) -> None:
    with suppress(_TakenBack), register.writing() as writer:
        if row := rows(writer, at):
            row.title = f"failed {words[0]}"
        writer.session.flush()
        raise _TakenBack


WRITES = (report, report, amend, change_status("withdrawn"), change_status("recovered"), change_status("stolen"),
          several_at_once, rehearse, fail)  # fmt: skip
_steps = st.lists(
    st.tuples(
        st.sampled_from(WRITES), st.integers(0, 9), st.lists(st.sampled_from(WORDS), min_size=1, max_size=4)
    ),
    min_size=1,
    max_size=8,
)


def scanned(register: Register, words: tuple[str, ...]) -> set[int]:
    """What a plain look at every record finds."""
    found = set()
    for one in register.page(limit=500):
        said = one.record.model_dump(
            exclude={"authority", "case_reference", "theft", "owner", "status", "measurements"}
        )
        text = f" {fold(' '.join(map(str, said.values())))} "
        if one.record.status.value != "withdrawn" and all(word in text for word in words):
            found.add(one.id)
    return found


@pytest.fixture
def emptied(register: Register) -> Callable[[], Register]:
    """The register, all withdrawn before each example: a database for each would take longer than all its writes."""

    def empty() -> Register:
        for one in register.page(limit=500):
            register.amend(one.id, {"status": "withdrawn"})
        return register

    return empty


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=_steps, asked=st.lists(st.sampled_from(WORDS), min_size=1, max_size=2, unique=True))
def test_after_any_order_of_writes_the_index_finds_what_a_plain_scan_does(
    emptied: Callable[[], Register], steps: list[Any], asked: list[str]
) -> None:
    register = emptied()
    for write, at, words in steps:
        write(register, at, words)
    held = dump(register.database)
    found = find(register.database, Query.of(" ".join(asked)), limit=500)
    if not found.corrections:
        assert {one.id for one in found.objects} == scanned(register, tuple(asked))
    assert held == made_again(register.database)


def test_an_object_that_is_withdrawn_leaves_nothing_behind(register: Register) -> None:
    register.report(full_record())
    register.report(record("Lemon"))
    register.amend(1, {"status": "withdrawn"})
    assert find(register.database, Query.of("lemon")).total == 1
    assert dump(register.database) == made_again(register.database)
    assert [term for term, _ in dump(register.database)["search_terms"]] == ["lemon", "t_lemon"]


@pytest.mark.parametrize(
    "statement",
    [
        update(ObjectRow).values(title="x"),
        delete(ObjectRow),
        insert(MeasurementRow).values(object_id=1, position=0, dimension="height", value=1, unit="cm"),
    ],
)
def test_a_statement_that_passes_the_index_by_is_refused(register: Register, statement: Any) -> None:
    register.report(record("Vase"))
    with pytest.raises(NotIndexed, match="index_objects"), register.database.session(writes=True) as session:
        session.execute(statement)
    with register.database.session(writes=True) as session:
        session.execute(update(ObjectRow).values(source_digest="x"), execution_options={ELSEWHERE: True})
    assert find(register.database, Query.of("vase")).total == 1


def add_twice(register: Register) -> None:
    with register.writing() as writer:
        writer.add(record("Jug"), [], "the same")
        writer.add(record("Jug"), [], "the same")


def test_a_write_that_fails_leaves_the_index_as_it_was(register: Register) -> None:
    register.report(record("Vase"))
    before = dump(register.database)
    with pytest.raises(IntegrityError):
        add_twice(register)
    assert dump(register.database) == before


def test_whoever_searches_sees_one_moment(register: Register) -> None:
    register.report(record("Vase"))
    with register.database.session() as session:
        session.execute(text("SELECT 1 FROM search_terms"))
        register.report(record("Vase"))
        assert session.scalar(text("SELECT objects FROM search_terms WHERE term = 'vase'")) == 1
    assert find(register.database, Query.of("vase")).total == 2


def test_a_rehearsed_import_finds_nothing_and_a_real_one_everything(
    register: Register, pool: IntakePool, tmp_path: Path
) -> None:
    listed = write_list(tmp_path, [{"record_id": "1", "title": "Bronzepferd", "height": "32 cm"}])
    for dry_run in (True, False):
        import_csv(register, listed, pool=pool, dry_run=dry_run)
        page = find(register.database, Query.of("pferd"), Filters.model_validate({"made_to": None}))
        assert page.total == (0 if dry_run else 1)
    assert dump(register.database) == made_again(register.database)


@pytest.mark.parametrize(
    ("one", "other", "far"),
    [
        ("", "", 0), ("a", "", 1), ("horse", "horse", 0), ("horse", "hrose", 1), ("horse", "hores", 1),
        ("horse", "house", 1), ("horse", "horsey", 1), ("horse", "orse", 1), ("ca", "abc", 3), ("abcd", "dcba", 3),
        ("rembrandt", "rmebrant", 2), ("horse", "cow", 4), ("aaaa", "bbbb", 4), ("banana", "bananas", 1),
    ],
)  # fmt: skip
def test_edits_are_counted(one: str, other: str, far: int) -> None:
    for most in (1, 2, 5):
        assert edits(one, other, most) == edits(other, one, most) == min(far, most + 1)
