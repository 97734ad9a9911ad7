"""What a record lacks, and what to add first."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.completeness import PARTS, Completeness, Missing, completeness, completeness_of
from data.object_id import EXAMPLE, ObjectRecord, ViewKind
from data.register import Register
from tests.data.made import full_record, new_photograph

ALL_VIEWS = frozenset(ViewKind)


def told(views: frozenset[ViewKind] = frozenset(), **fields: Any) -> Completeness:
    return completeness(ObjectRecord.model_validate({"title": "Object", **fields}), views)


def lacking(found: Completeness, part: str, view: ViewKind | None = None) -> Missing:
    (missing,) = (each for each in found.missing if (each.part, each.view) == (part, view))
    return missing


def parts(found: Completeness) -> list[str]:
    return [each.view.value if each.view else each.part for each in found.missing]


def views_wanted(*type_path: str, **fields: Any) -> set[str]:
    found = told(type_path=list(type_path), **fields)
    return {each.view.value for each in found.missing if each.view is not None}


def test_a_full_record_with_all_photographs_lacks_nothing() -> None:
    found = completeness(ObjectRecord.model_validate(EXAMPLE), ALL_VIEWS)
    assert (found.missing, found.share) == ((), 1)


def test_of_a_bare_record_the_photograph_comes_first_then_what_tells_objects_apart() -> None:
    found = told()
    assert parts(found)[:4] == ["overall", "type_path", "measurements", "distinguishing_features"]
    assert [each.points for each in found.missing] == sorted(
        (each.points for each in found.missing), reverse=True
    )
    assert parts(found)[-1] == "scale"
    assert 0 < found.share < 0.1
    assert "title" not in parts(found)
    assert all(each.add.endswith(".") and each.why.endswith(".") for each in found.missing)


def test_each_of_the_nine_questions_and_the_description_is_asked() -> None:
    asked = set(parts(completeness(ObjectRecord(inventory_number="1"), frozenset())))
    assert {
        "type_path", "materials", "measurements", "inscriptions", "distinguishing_features", "title", "subject", "date",
        "maker", "description", "overall",
    } <= asked  # fmt: skip
    assert {each.part for each in told().missing} <= set(PARTS)
    assert set(PARTS) - {"photographs"} <= set(ObjectRecord.model_fields)


def test_a_type_of_one_level_counts_half_and_the_second_is_suggested() -> None:
    known = lacking(told(type_path=["Taschenuhren"]), "type_path")
    assert (known.partly, known.points) == (True, 5)
    assert "clocks and watches > watches > pocket watches" in known.add
    general = lacking(told(type_path=["paintings"]), "type_path")
    assert general.partly
    assert "paintings and what kind of it" in general.add
    assert lacking(told(type_path=["gizmo"]), "type_path").partly
    assert not lacking(told(), "type_path").partly
    assert "type_path" not in parts(told(type_path=["gizmo", "small gizmo"]))


def test_measurements_are_asked_for_by_kind_of_object() -> None:
    height = [{"dimension": "height", "value": "3", "unit": "cm"}]
    picture = lacking(told(type_path=["paintings", "icons"], measurements=height), "measurements")
    assert (picture.partly, picture.add) == (True, "Width, with its unit.")
    assert "measurements" not in parts(told(type_path=["sculpture", "busts"], measurements=height))
    coin = lacking(told(type_path=["coins and medals", "coins"], measurements=height), "measurements")
    assert coin.add == "Diameter and weight, with their units."
    assert "measurements" not in parts(told(type_path=["gizmo"], measurements=height))
    assert lacking(told(), "measurements").add == "At least one measurement, with its unit."


def test_views_are_asked_for_by_kind_of_object() -> None:
    assert {"overall", "back", "detail"} <= views_wanted("paintings", "oil paintings")
    assert "detail" not in views_wanted("coins and medals", "coins")
    assert "back" in views_wanted("coins and medals", "coins")
    assert "back" not in views_wanted("manuscripts", "letters")
    assert views_wanted() == {"overall", "detail", "scale"}


def test_a_close_up_is_asked_for_where_the_record_tells_of_something() -> None:
    signed = views_wanted("paintings", "oil paintings", inscriptions="signed lower left")
    assert "signature" in signed
    assert "inscription" not in signed, "one close-up of what is written is enough"
    assert "inscription" in views_wanted("jewellery", "rings", inscriptions="hallmark of London")
    assert "damage" in views_wanted("jewellery", "rings", distinguishing_features="stone chipped")
    for nothing in ("none", "None.", "keine", ""):
        wanted = views_wanted("paintings", inscriptions=nothing, distinguishing_features=nothing)
        assert not {"signature", "inscription", "damage"} & wanted, nothing
    assert "inscriptions" not in parts(told(inscriptions="none")), "to have looked is an answer"


@given(
    st.sets(
        st.sampled_from(
            ["materials", "inscriptions", "distinguishing_features", "subject", "maker", "description"]
        )
    ),
    st.sampled_from(
        ["materials", "inscriptions", "distinguishing_features", "subject", "maker", "description"]
    ),
    st.sampled_from([[], ["paintings"], ["jewellery", "rings"], ["coins"], ["books", "atlases"], ["gizmo"]]),
    st.frozensets(st.sampled_from(list(ViewKind))),
)
def test_an_answer_never_makes_a_record_less_complete(
    answered: set[str], more: str, type_path: list[str], views: frozenset[ViewKind]
) -> None:
    before = told(views, type_path=type_path, **dict.fromkeys(answered, "told"))
    after = told(views, type_path=type_path, **dict.fromkeys(answered | {more}, "told"))
    assert 0 <= before.share <= after.share <= 1
    assert all(
        told(views | {view}, type_path=type_path).share >= told(views, type_path=type_path).share
        for view in ViewKind
    )


def test_the_photographs_of_a_registered_object_count(register: Register) -> None:
    bare = register.report(full_record())
    assert parts(completeness_of(bare))[0] == "overall"
    shown = register.report(full_record(), [new_photograph(1)])
    assert "overall" not in parts(completeness_of(shown))
    assert completeness_of(shown).share > completeness_of(bare).share


@pytest.mark.parametrize("view", list(ViewKind))
def test_every_view_that_is_asked_for_can_be_answered(view: ViewKind) -> None:
    asked = completeness(ObjectRecord.model_validate(EXAMPLE), ALL_VIEWS - {view})
    assert {each.view for each in asked.missing} <= {view}
