"""Who sees which field: every field for every role, on both databases, and no way around."""

from __future__ import annotations

from typing import Any, get_args

import pytest
from pydantic import BaseModel
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from data import finding
from data.finding import Query
from data.listing import Wanted
from data.object_id import EXAMPLE, PARTS, ObjectRecord
from data.reader import Reader
from data.register import Register
from data.rows import columns_of
from data.visibility import (
    LEVELS,
    SEES,
    Level,
    Role,
    RoleForbids,
    fields,
    hidden_from,
    may_write,
    seen_by,
    sees,
    values_seen_by,
)
from tests.data.made import full_record, new_photograph

EMPTY: tuple[object, ...] = ("", None, (), [])
RESTRICTED = {"case_reference", "theft.circumstances", "owner.name", "owner.contact"}


def part(record: ObjectRecord, name: str) -> Any:
    """What a record says in a field, named as in the table."""
    field, _, inner = name.partition(".")
    whole = getattr(record, field)
    return getattr(whole, inner) if inner and whole is not None else whole


def test_every_field_of_a_record_has_a_level_and_nothing_else_has() -> None:
    assert set(LEVELS) == set(fields())


def test_the_fields_with_parts_are_those_that_are_models() -> None:
    models = {
        name: kind
        for name, field in ObjectRecord.model_fields.items()
        for kind in get_args(field.annotation)
        if isinstance(kind, type) and issubclass(kind, BaseModel)
    }
    assert {name: kind for name, kind in models.items() if name != "measurements"} == dict(PARTS)


def test_owner_case_data_and_circumstances_are_restricted() -> None:
    assert {name for name, level in LEVELS.items() if level is Level.restricted} == RESTRICTED


def test_a_field_without_a_level_is_shown_to_registrars_only() -> None:
    assert [sees(role, "a field of next year") for role in Role] == [False, False, True]


def test_each_role_sees_what_those_before_it_see() -> None:
    public, professional, registrar = (SEES[role] for role in Role)
    assert public < professional < registrar == set(Level)
    assert hidden_from(Role.registrar) == frozenset()
    assert [may_write(role) for role in Role] == [False, False, True]


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("name", LEVELS)
def test_a_field_is_seen_or_empty(name: str, role: Role) -> None:
    record = full_record()
    assert part(record, name) not in EMPTY, "the example must say something in every field"
    seen = part(seen_by(record, role), name)
    if LEVELS[name] in SEES[role]:
        assert seen == part(record, name)
    else:
        assert seen in EMPTY


@pytest.mark.parametrize("role", Role)
def test_what_is_seen_can_be_written_and_seen_again(role: Role) -> None:
    seen = seen_by(full_record(), role)
    assert ObjectRecord.model_validate(seen.model_dump()) == seen
    assert seen_by(seen, role) == seen
    assert seen_by(seen_by(full_record(), Role.professional), Role.public) == seen_by(
        full_record(), Role.public
    )


def test_a_theft_of_which_nothing_is_left_is_none() -> None:
    only = ObjectRecord.model_validate({"title": "Vase", "theft": {"place": "Elm Street 4"}})
    assert seen_by(only, Role.public).theft is None
    assert seen_by(only, Role.professional).theft == only.theft


def test_values_by_the_names_of_fields_are_seen_likewise() -> None:
    values = {
        "version": 3,
        "date": "1652",
        "case_reference": "C 732",
        "theft": {"earliest": "2024-11-02", "place": "Elm Street 4"},
        "owner": "told otherwise",
    }
    assert values_seen_by(values, Role.registrar) == values
    assert values_seen_by(values, Role.public) == {
        "version": 3,
        "date": "1652",
        "case_reference": "",
        "theft": {"earliest": "2024-11-02", "place": ""},
        "owner": None,
    }
    assert values["case_reference"] == "C 732"  # what was given is left as it was
    assert values_seen_by({"theft": None}, Role.public) == {"theft": None}
    assert values_seen_by({}, Role.public) == {}


def test_words_are_looked_for_in_fields_only_that_everybody_sees() -> None:
    columns = {column.key for column in (*finding._TEXTS, finding._TYPE)}
    names = {name.replace(".", "_"): name for name in LEVELS}
    assert {LEVELS[names[column]] for column in columns} == {Level.public}


@pytest.mark.parametrize("role", Role)
def test_no_way_of_reading_shows_more(register: Register, role: Role) -> None:
    whole = register.report(full_record(), [new_photograph()])
    reader = Reader(register, role)
    expected = seen_by(whole.record, role)
    (photograph,) = whole.photographs
    for found in (
        reader.get(1),
        *reader.page(Wanted()),
        *reader.searchable([photograph.id]).values(),
        *reader.find_by_words(Query.of("lemon")).objects,
    ):
        assert found.record == expected
        assert found.hidden == hidden_from(role)


@pytest.mark.parametrize("word", ["clerk", "council", "0732", "Veldermond"])
def test_owner_case_and_theft_are_not_found_by_words(register: Register, word: str) -> None:
    register.report(full_record())
    assert Reader(register, Role.registrar).find_by_words(Query.of(word)).total == 0


def test_only_a_registrar_gets_the_register_to_change_it(register: Register) -> None:
    assert Reader(register, Role.registrar).writing() is register
    for role in (Role.public, Role.professional):
        with pytest.raises(RoleForbids, match=f"role {role} may read.*ARTRIEVE_ROLE"):
            Reader(register, role).writing()


def test_an_owner_is_kept_changed_in_part_and_emptied(register: Register) -> None:
    register.report(full_record())
    register.amend(1, {"owner": {"contact": "the mayor"}})
    owner = register.get(1).record.owner
    assert owner is not None
    assert owner.model_dump() == {**EXAMPLE["owner"], "contact": "the mayor"}
    assert register.amend(1, {"owner": {"name": "", "contact": " "}}).record.owner is None
    assert register.get(1).record.owner is None
    columns = columns_of(register.get(1).record)
    assert (columns["owner_name"], columns["owner_contact"]) == ("", "")


def test_an_error_of_the_database_quotes_no_values(register: Register) -> None:
    register.report(full_record())
    with register.database.session(writes=True) as session:
        session.execute(text("UPDATE register_state SET last_object_id = 0"))
    with pytest.raises(IntegrityError) as refused:
        register.report(full_record())
    told = str(refused.value)
    assert "INSERT INTO objects" in told
    assert all(secret not in told for secret in ("clerk", "council chamber", "2024-11-0732"))


def test_an_error_of_a_record_quotes_no_values() -> None:
    wrong = {**EXAMPLE, "owner": {"name": "Anna Secretive", "phone": "0611"}}
    with pytest.raises(ValueError, match="phone") as refused:
        ObjectRecord.model_validate(wrong)
    assert "Secretive" not in str(refused.value)
    assert "0611" not in str(refused.value)
